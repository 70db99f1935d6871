"""The commands about products: choose them, link them by hand."""

import os
import shlex
import sys
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from contaazul_sync.cli import given, running
from contaazul_sync.cli.items import tell_held
from contaazul_sync.cli.running import tell
from contaazul_sync.core import words
from contaazul_sync.core.errors import AlreadyRunning, SyncError
from contaazul_sync.core.words import _, ngettext
from contaazul_sync.home import screen
from contaazul_sync.home.machine import utc_now

if TYPE_CHECKING:
    from contaazul_sync.core.products import Product
    from contaazul_sync.home.settings import Settings
    from contaazul_sync.state.file import State

WAIT = 30  # seconds for a run that is going on
LONG_LIST = 100  # products; a longer list is narrowed by a text before it is shown


def send_products(
    skus: Annotated[list[str] | None, typer.Argument(help=_("The SKUs of the products to send."))] = None,
    everything: Annotated[bool, typer.Option("--all", help=_("All that are not in the ERP yet."))] = False,
    search: Annotated[str, typer.Option(help=_("Those whose name or SKU contains this text."))] = "",
    from_file: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help=_("A file with one SKU on each line."))
    ] = None,
    now: Annotated[bool, typer.Option("--now", help=_("Send them at once, not with the next sync."))] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Show what would be sent."))] = False,
) -> None:
    """Choose products of the shop to be created in the ERP; the next sync sends them."""
    from contaazul_sync.cli import choose

    settings, state = running.tried_home() if dry_run else running.open_home()
    with closing(state):
        _refresh_products(settings, state, nullcontext() if dry_run else None)
        wanted = [*(skus or ()), *choose.skus_in(from_file)]
        if not (wanted or everything or search):
            products = _pick(state, settings)
        else:
            products = choose.chosen(state, wanted, everything=everything, search=search)
        keys = [product.key for product in products]
        state.queue.add(keys, utc_now())
        if dry_run:
            running.show_plan(settings, state, {"only": set(keys)})
            return
    if now and keys:
        running.run("send-products", os.environ, lambda _settings: {"only": set(keys)})
    elif sys.stdout.isatty():
        screen.say(_chosen(len(keys)))


def _chosen(count: int) -> str:
    if not count:
        return _("Nothing new was chosen: these are in the ERP, or chosen already.")
    return ngettext(
        "{n} product chosen. The next sync sends them; or now: contaazul-sync sync",
        "{n} products chosen. The next sync sends them; or now: contaazul-sync sync",
        count,
    ).format(n=count)


def _pick(state: "State", settings: "Settings") -> "list[Product]":
    from contaazul_sync.cli import choose
    from contaazul_sync.views.terminal.products import choice_view

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise typer.BadParameter(_("name SKUs, or use --all, --search or --from-file"))
    products = list(state.products.unsent())
    if not products:
        tell(_("Every product of the shop is in the ERP, or chosen already."))
        return []
    if len(products) > LONG_LIST:
        question = _("{n} products. Part of the name or SKU").format(n=len(products))
        part = screen.ask(f"{question}: ")
        products = choose.containing(products, part)
    screen.show(choice_view(products, settings.text("prices.source")))
    answer = screen.ask(_("Which? Numbers as in 1,3-5, or all") + ": ")
    return choose.numbered(products, answer)


def _refresh_products(
    settings: "Settings", state: "State", alone: "AbstractContextManager[None] | None"
) -> None:
    """Ask the shop what is new; while another run is going on, or the shop is away, what is known serves.

    `alone`: what keeps others away meanwhile, where it is not the run lock.
    """
    try:
        with alone or running.locked(settings, "send-products"):
            running.wait_for(_walk_products(settings, state))
    except AlreadyRunning:
        return
    except SyncError as error:
        if not state.products.count()["live"]:
            raise
        tell(_("{why} Going on with the products seen before.").format(why=error.message))


async def _walk_products(settings: "Settings", state: "State") -> None:
    from contaazul_sync.operate import wiring
    from contaazul_sync.passes.walk import walk_products

    async with wiring.shop_client(settings, running.vault(settings)) as shop:
        first = state.notes.time("products_seen") is None
        await walk_products(state, shop, full=first or not shop.can.tells_changes, look=False)


def link(
    sku: Annotated[str, typer.Argument(help=_("The product of the shop."))],
    erp_id: Annotated[str, typer.Argument(help=_("The id of its twin in the ERP."))],
) -> None:
    """Link a product of the shop to one of the ERP by hand, also in place of a twin that is gone."""
    from contaazul_sync.cli import choose

    settings, state = running.open_home()
    with closing(state):
        product = choose.only_product(state, sku)
        with running.locked(settings, "link", WAIT):  # a run that knows another link would write it again
            name, is_held = running.wait_for(_link(settings, state, product, erp_id))
    tell_held(int(is_held))
    if sys.stdout.isatty() and not is_held:
        text = _("{sku} is linked to '{name}'. The next sync sends its price and compares its stock.")
        screen.say(text.format(sku=sku, name=name))


async def _link(settings: "Settings", state: "State", product: "Product", erp_id: str) -> tuple[str, bool]:
    from contaazul_sync.core.errors import Refused, UsageError
    from contaazul_sync.core.ids import ErpId
    from contaazul_sync.operate import wiring

    async with wiring.erp_client(settings, running.vault(settings)) as erp:
        try:
            twin = await erp.product(ErpId(erp_id))
        except Refused as error:
            text = _("The ERP has no product {id}: {error}.")
            raise UsageError(text.format(id=erp_id, error=error.text or error.status)) from None
    return twin.name, state.links.by_hand(product, twin.id, utc_now()).held


def unlink(
    sku: Annotated[str, typer.Argument(help=_("The product of the shop."))],
    yes: Annotated[bool, typer.Option("--yes", help=_("Do not ask."))] = False,
) -> None:
    """Take a product's link to the ERP back: its price and stock follow no more. Nothing changes there."""
    from contaazul_sync.cli import choose

    settings, state = running.open_home()
    with closing(state):
        product = choose.only_product(state, sku)
        if state.links.get(product.key) is None:
            raise typer.BadParameter(_("{sku} is not linked").format(sku=sku))
        question = _("Its price and stock will follow no more. Unlink {sku}?").format(sku=sku)
        if not yes and not sys.stdin.isatty():
            raise typer.BadParameter(_("nobody can be asked here: add --yes to unlink it"))
        if not yes and not running.agreed(question):
            tell(_("Nothing was unlinked."))
            raise typer.Exit
        with running.locked(settings, "unlink", WAIT):  # a run that knows the link would write it again
            state.links.remove(product.key)
    if sys.stdout.isatty():
        screen.say(
            _("{sku} is not linked any more. To send it again: contaazul-sync send-products {sku}").format(
                sku=shlex.quote(sku)
            )
        )


def products(
    which: Annotated[
        str, typer.Argument(help=_("linked, not-sent, waiting, failed, drift or gone; else all."))
    ] = "",
    search: Annotated[str, typer.Option(help=_("Those whose name or SKU contains this text."))] = "",
    as_csv: Annotated[bool, typer.Option("--csv", help=_("As CSV, for a spreadsheet."))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=_("For programs."))] = False,
) -> None:
    """List the shop's products, and how each stands. Asks nobody; reads the state."""
    from contaazul_sync.views.phrases import STANDS

    given.one_of(which, STANDS, "which")
    settings, state = running.look_home()
    with closing(state):
        part = search.strip().casefold()
        found = (
            row
            for row in state.pairs.overview(which)
            if part in row[0].name.casefold() or part in row[0].sku.casefold()
        )
        source = settings.text("prices.source")
        if as_json:
            from contaazul_sync.views.products import as_json as listed

            screen.say_json(listed(found, source))
        elif as_csv:
            from contaazul_sync.views.spreadsheets import overview_csv

            screen.say_rows(overview_csv(found, source), marked=words.language() != "en")
        else:
            from contaazul_sync.views.terminal.products import overview_view

            screen.show(overview_view(found, source, walked=state.products.last_walk() > 0))
