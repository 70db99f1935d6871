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


def send_products(
    skus: Annotated[list[str] | None, typer.Argument(help=_("The SKUs of the products to send."))] = None,
    everything: Annotated[bool, typer.Option("--all", help=_("All that are not in the ERP yet."))] = False,
    search: Annotated[str, typer.Option(help=_("Those whose name or SKU contains this text."))] = "",
    from_file: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help=_("SKUs line by line, or a CSV with a column SKU.")),
    ] = None,
    now: Annotated[bool, typer.Option("--now", help=_("Send them at once, not with the next sync."))] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Show what would be sent."))] = False,
    undo: Annotated[bool, typer.Option("--undo", help=_("Take back the choice of these SKUs."))] = False,
    yes: Annotated[bool, typer.Option("--yes", help=_("Do not ask."))] = False,
) -> None:
    """Choose products of the shop to be created in the ERP; the next sync sends them."""
    from contaazul_sync.cli import choose

    listed = choose.skus_in(from_file) if from_file else None
    if undo:
        _take_back([*(skus or ()), *(listed or ())], everything=everything)
        return
    settings, state = running.tried_home() if dry_run else running.open_home()
    with closing(state):
        _refresh_products(settings, state, nullcontext() if dry_run else None)
        source = settings.text("prices.source")
        products = _selected(state, source, skus, listed, everything=everything, search=search)
        keys = [product.key for product in products]
        if not (dry_run or _is_wanted(state, products, source, search, now=now, yes=yes)):
            return
        state.queue.add(keys, utc_now())
        if dry_run:
            running.show_plan(settings, state, {"only": set(keys)})
            return
    if now:
        running.run("send-products", os.environ, lambda _settings: {"only": set(keys)})
    elif sys.stdout.isatty():
        _tell_chosen(products)


def _selected(
    state: "State",
    source: str,
    typed: "list[str] | None",
    listed: "list[str] | None",
    *,
    everything: bool,
    search: str,
) -> "list[Product]":
    """The products that are meant; where nothing says which, those that a person picks from a list."""
    from contaazul_sync.cli import choose

    if not (typed or everything or search or listed is not None):
        return _picked(state, source)
    names = _meant(state, typed or [], listed or [])
    return choose.chosen(state, names, everything=everything, search=search)


def _is_wanted(
    state: "State", products: "list[Product]", source: str, search: str, *, now: bool, yes: bool
) -> bool:
    """Whether there is something to choose, and the person who sees it says that it is meant."""
    from contaazul_sync.cli import picking

    if not products:
        _tell_none(state, search)
    elif yes or picking.confirmed(products, source, now=now):
        return True
    else:
        tell(_("Nothing was chosen."))
    return False


def _meant(state: "State", typed: "list[str]", listed: "list[str]") -> "list[str]":
    """The names of products: near ones of what was typed wrong, without those that a list alone still has."""
    from contaazul_sync.cli import choose, picking

    names, deleted = choose.still_listed(state, listed)
    if deleted:
        text = _("Deleted in the shop since the list was made, and passed over: {skus}.")
        tell(text.format(skus=", ".join(deleted)))
    if picking.somebody():
        typed = [picking.corrected(name, choose.near_unknown(state, name)) for name in typed]
    return [*typed, *names]


def _tell_chosen(products: "list[Product]") -> None:
    text = ngettext(
        "{n} product chosen. The next sync sends them; or now: contaazul-sync sync",
        "{n} products chosen. The next sync sends them; or now: contaazul-sync sync",
        len(products),
    )
    screen.say(text.format(n=len(products)))
    sku = shlex.quote(products[0].sku) if len(products) == 1 and products[0].sku else "SKU"
    screen.say(_("To take a choice back: contaazul-sync send-products --undo {sku}").format(sku=sku))


def _tell_none(state: "State", search: str) -> None:
    """Why nothing new was chosen, though nothing that was named is unknown."""
    from contaazul_sync.cli import choose

    live = [each for each in state.products.all() if not each.gone] if search else []
    if search and not choose.containing(live, search):
        tell(_("No product has '{text}' in its name or SKU. Nothing was chosen.").format(text=search))
    elif sys.stdout.isatty() and not state.products.count()["live"]:
        screen.say(_("The shop lists no product yet."))
    elif sys.stdout.isatty():
        screen.say(_("Nothing new was chosen: these are in the ERP, or chosen already."))


def _take_back(names: "list[str]", *, everything: bool) -> None:
    """Choose products no longer, as long as nothing of them is on its way."""
    from contaazul_sync.cli import choose

    if not (names or everything):
        raise typer.BadParameter(_("name the SKUs whose choice is to be taken back, or use --all"))
    settings, state = running.open_home()
    with closing(state), running.locked(settings, "send-products", WAIT):  # a run would send them meanwhile
        products = choose.waiting(state, names, everything=everything)
        state.queue.take_back(product.key for product in products)
    if sys.stdout.isatty():
        text = ngettext(
            "{n} product is chosen no longer: {skus}",
            "{n} products are chosen no longer: {skus}",
            len(products),
        )
        screen.say(text.format(n=len(products), skus=", ".join(each.sku or each.key for each in products)))


def _picked(state: "State", price_source: str) -> "list[Product]":
    from contaazul_sync.cli import picking

    if not picking.somebody():
        raise typer.BadParameter(_("name SKUs, or use --all, --search or --from-file"))
    products = list(state.products.unsent())
    if products:
        return picking.pick(products, price_source)
    if state.products.count()["live"]:
        tell(_("Every product of the shop is in the ERP, or chosen already."))
    else:
        tell(_("The shop lists no product yet."))
    raise typer.Exit


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
    from contaazul_sync.views.phrases import STANDS, stand

    called = {word: (stand(word),) for word in STANDS}
    which = given.said_as(which, called | {"failed": (stand("failed"), _("failed"))}, _("which").upper())
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
