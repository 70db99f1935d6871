"""The commands that look after the installation: copies, a lost state, the demonstration."""

import os
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from contaazul_sync.cli import running
from contaazul_sync.cli.running import tell
from contaazul_sync.core import words
from contaazul_sync.core.errors import ConfigError
from contaazul_sync.core.words import _, ngettext
from contaazul_sync.home.config import load

if TYPE_CHECKING:
    from contaazul_sync.home.settings import Settings
    from contaazul_sync.passes.rebuild import Found
    from contaazul_sync.state.file import State


def backup(file: Annotated[Path, typer.Argument(dir_okay=False, help=_("Where to write the copy."))]) -> None:
    """Copy the state to a file, also while a sync is going on."""
    _settings, state = running.open_home()
    with closing(state):
        state.backup(file.absolute())
    if sys.stdout.isatty():
        typer.echo(_("Copied to {file}. It has no secrets and no personal data.").format(file=file))


def rebuild() -> None:
    """Make the state anew from the shop and the ERP, after the file was lost or an old copy put back.

    Sends nothing and changes nothing in either.
    """
    from contaazul_sync.state.file import State, set_aside

    settings = load(os.environ)
    with running.locked(settings, "rebuild"):
        kept = set_aside(settings.state_file)
        if kept:
            tell(_("The damaged state file is kept as {file}.").format(file=kept))
        with closing(State.open(settings.state_file)) as state:
            found = running.wait_for(_rebuild(settings, state))
    sales = ngettext("{n} sale", "{n} sales", found.sales).format(n=found.sales)
    text = _("Found {products} and {sales} in the ERP.")
    tell(text.format(products=words.products(found.links), sales=sales))
    if found.other_prices:
        skus = ", ".join(found.other_prices[:10]) + (" ..." if len(found.other_prices) > 10 else "")
        text = _("The ERP has another price than the shop for {skus}: it stays till the shop's changes.")
        tell(text.format(skus=skus))
    if found.hides_variations:
        tell(
            _(
                "This shop tells variations only of products that are chosen. Choose those again that you had"
                " sent: contaazul-sync send-products. What the ERP has is linked; nothing is created twice."
            )
        )
    if found.unsold:
        text = ngettext(
            "{n} paid order without a sale: contaazul-sync status lists what to look at;"
            " to send them all: contaazul-sync retry --all",
            "{n} paid orders without a sale: contaazul-sync status lists what to look at;"
            " to send them all: contaazul-sync retry --all",
            found.unsold,
        )
        tell(text.format(n=found.unsold))


async def _rebuild(settings: "Settings", state: "State") -> "Found":
    from contaazul_sync.operate import wiring
    from contaazul_sync.passes import rebuild as rebuilding

    async with wiring.parts(settings, state, os.environ) as parts:
        return await rebuilding.rebuild(parts)


def demo(
    pause: Annotated[float, typer.Option(min=0, help=_("Seconds between the steps."))] = 0,
    shop: Annotated[str, typer.Option(help=_("The kind: webstore, storefront or woocommerce."))] = "webstore",
) -> None:
    """Show the whole job as a story, against a sandbox on this machine. Nothing real is touched."""
    try:
        from contaazul_sync.sandbox.story import demo as story
        from contaazul_sync.sandbox.story.shops import KINDS
    except ImportError as error:
        text = _("The demo needs what `pip install 'contaazul-sync[demo]'` installs ({name}).")
        raise ConfigError(text.format(name=error.name)) from None
    if shop not in KINDS:
        raise typer.BadParameter(_("it is one of: {words}").format(words=", ".join(KINDS)))
    raise typer.Exit(story.tell(pause, shop))
