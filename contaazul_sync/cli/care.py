"""The commands that look after the installation: copies, a lost state, the demonstration."""

import os
import sys
from contextlib import closing
from errno import EADDRINUSE
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from contaazul_sync.cli import given, running
from contaazul_sync.cli.running import tell
from contaazul_sync.core import words
from contaazul_sync.core.errors import SetupError, StateError
from contaazul_sync.core.words import _, ngettext
from contaazul_sync.home import screen
from contaazul_sync.home.config import load

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from contaazul_sync.home.settings import Settings
    from contaazul_sync.passes.adopt import Adopted
    from contaazul_sync.passes.rebuild import Found
    from contaazul_sync.state.file import State

PORTS = 65536  # as many there are
MOST_NAMED = 10  # SKUs or sales in one sentence


def backup(file: Annotated[Path, typer.Argument(dir_okay=False, help=_("Where to write the copy."))]) -> None:
    """Copy the state to a file, also while a sync is going on."""
    settings, state = running.look_home()
    with closing(state):
        if not settings.state_file.exists():  # an empty copy would take the place of a good one
            raise StateError(_("There is no {file} to copy.").format(file=settings.state_file))
        state.backup(file.absolute())
    if sys.stdout.isatty():
        screen.say(_("Copied to {file}. It has no secrets and no personal data.").format(file=file))


def restore(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help=_("A copy that backup made."))],
) -> None:
    """Put a copy of the state back in the place of the state file, which is kept beside it."""
    from contaazul_sync.passes.binding import bind, is_older
    from contaazul_sync.state import copies

    settings = load(os.environ)
    with running.locked(settings, "restore"), closing(copies.read(file, settings.state_file)) as copy:
        bind(copy, settings.shop_id, running.vault(settings).read().company_id)
        is_older(copy)
        kept = copies.put_back(copy, settings.state_file)
    if kept:
        tell(_("The state file as it was is kept as {file}.").format(file=kept))
    tell(_("{file} is put back. No order is sent before: contaazul-sync rebuild").format(file=file))


def rebuild(
    shop_id: Annotated[
        list[str] | None,
        typer.Option(metavar=_("NAME"), help=_("A name of this shop in the notes of the ERP's sales.")),
    ] = None,
) -> None:
    """Make the state anew from the shop and the ERP, after the file was lost or an old copy put back.

    Sends nothing and changes nothing in either.
    """
    from contaazul_sync.state.copies import set_aside
    from contaazul_sync.state.file import State

    settings = load(os.environ)
    with running.locked(settings, "rebuild"):
        kept = set_aside(settings.state_file)
        if kept:
            tell(_("What was damaged is kept as {file}.").format(file=kept))
        with closing(State.open(settings.state_file)) as state:
            found = running.wait_for(_rebuild(settings, state, shop_id))
    if found.bugs:
        raise found.bugs


def _tell_found(found: "Found") -> None:
    adopted = found.adopted
    sales = ngettext("{n} sale", "{n} sales", adopted.count).format(n=adopted.count)
    text = _("Found {products} and {sales} in the ERP.")
    tell(text.format(products=words.products(found.links), sales=sales))
    _tell_names(adopted)
    for order_id, numbers in adopted.doubles.items():
        text = _("Order {order} is sold more than once in the ERP, as {numbers}: keep one of them.")
        tell(text.format(order=order_id, numbers=_some(numbers)))
    if adopted.gone:
        text = _("The ERP lists these sales and does not show them, so nobody looked at them: {numbers}.")
        tell(text.format(numbers=_some(adopted.gone)))
    if found.other_prices:
        text = _("The ERP has another price than the shop for {skus}: it stays till the shop's changes.")
        tell(text.format(skus=_some(found.other_prices)))
    if found.hides_variations:
        tell(
            _(
                "This shop tells variations only of products that are chosen. Choose those again that you had"
                " sent: contaazul-sync send-products. What the ERP has is linked; nothing is created twice."
            )
        )
    if found.unsold:
        text = ngettext(
            "{n} paid order without a sale. To see them: contaazul-sync status;"
            " to send them all: contaazul-sync retry --all",
            "{n} paid orders without a sale. To see them: contaazul-sync status;"
            " to send them all: contaazul-sync retry --all",
            found.unsold,
        )
        tell(text.format(n=found.unsold))


def _some(things: "Collection[object]") -> str:
    """The first of some things, in words."""
    return ", ".join(map(str, list(things)[:MOST_NAMED])) + (" ..." if len(things) > MOST_NAMED else "")


def _tell_names(adopted: "Adopted") -> None:
    """Which shops the ERP's notes name, where they are several."""
    from contaazul_sync.passes.adopt import as_text

    if len(adopted.met) > 1:
        text = _("The notes of the ERP's sales name: {met}. This shop's: {names}.")
        tell(text.format(met=as_text(adopted.met), names=", ".join(adopted.names) or _("none")))


def _ask_whose(met: "Mapping[str, int]", names: "Collection[str]") -> list[str]:
    """Have a person say which of these names are this shop's."""
    from contaazul_sync.passes.adopt import as_text, cannot_ask

    if not sys.stdin.isatty():
        cannot_ask(met, names)
    tell(_("The notes of the ERP's sales name several shops: {met}.").format(met=as_text(met)))
    return [name for name in names if running.agreed(_("Is {name} this shop?").format(name=name))]


async def _rebuild(settings: "Settings", state: "State", names: "Collection[str] | None") -> "Found":
    from contaazul_sync.operate import wiring
    from contaazul_sync.passes import rebuild as rebuilding

    async with wiring.parts(settings, state, os.environ) as parts:
        return await rebuilding.rebuild(parts, names or None, _ask_whose, _tell_found)


def demo(
    pause: Annotated[float, typer.Option(min=0, help=_("Seconds between the steps."))] = 0,
    shop: Annotated[
        str, typer.Option(help=_("The kind: webstore, storefront, woocommerce or files."))
    ] = "webstore",
) -> None:
    """Show the whole job as a story, against a sandbox on this machine. Nothing real is touched."""
    from contaazul_sync.sandbox.story import demo as story
    from contaazul_sync.sandbox.story.shops import KINDS

    given.one_of(shop, tuple(KINDS), "--shop")
    raise typer.Exit(story.tell(pause, shop))


def sandbox(
    shop: Annotated[
        str, typer.Option(help=_("The kind: webstore, storefront, woocommerce or files."))
    ] = "webstore",
    folder: Annotated[
        Path | None,
        typer.Option("--export", help=_("Save its orders and products there as spreadsheets, and leave.")),
    ] = None,
    erp_port: Annotated[int, typer.Option(help=_("Where the ERP answers."))] = 8701,
    shop_port: Annotated[int, typer.Option(help=_("Where the shop answers."))] = 8702,
) -> None:
    """An ERP and a shop to practise with, on this machine, until Ctrl-C. Nothing real is touched."""
    from contaazul_sync.sandbox import practice
    from contaazul_sync.sandbox.story.shops import KINDS

    given.one_of(shop, tuple(KINDS), "--shop")
    if folder:
        for file in practice.export(folder):
            screen.say(str(file))
        return
    if not (0 <= erp_port < PORTS and 0 <= shop_port < PORTS):
        raise typer.BadParameter(_("a port is a number from 1 to 65535"))
    try:
        practice.serve(shop, erp_port, shop_port, keyboard=sys.stdin.isatty())
    except OSError as error:
        if error.errno != EADDRINUSE:
            raise
        text = _("A port is in use: {error}. Choose others: --erp-port 8711 --shop-port 8712")
        raise SetupError(text.format(error=error.strerror)) from None
