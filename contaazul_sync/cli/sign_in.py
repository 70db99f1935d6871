"""The command that signs in, once."""

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from contaazul_sync.cli import running
from contaazul_sync.cli.running import YES, tell
from contaazul_sync.core.words import _
from contaazul_sync.home.config import load
from contaazul_sync.home.machine import utc_now

if TYPE_CHECKING:
    from contaazul_sync.home.credentials import Vault
    from contaazul_sync.home.settings import Settings
    from contaazul_sync.operate.signin.settings import Look


def auth(
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help=_("Print the address alone; read what you landed on."))
    ] = False,
    remove: Annotated[
        bool,
        typer.Option("--remove", help=_("Remove the integration: end the sign-in, delete the secrets.")),
    ] = False,
    secrets: Annotated[
        bool, typer.Option("--secrets", help=_("Ask for the client secret and the shop's token again."))
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help=_("Take what is offered; ask nothing."))] = False,
) -> None:
    """Sign in to Conta Azul; asks for what is missing in the settings. Once."""
    from contaazul_sync.operate.signin.asking import Asker
    from contaazul_sync.operate.signin.landing import has_desktop
    from contaazul_sync.operate.signin.session import describe, look_at_shop, other_address, sign_in
    from contaazul_sync.operate.signin.settings import Look, Preparing, offer_address

    def look(settings: "Settings", vault: "Vault") -> Look:
        return running.wait_for(look_at_shop(settings, vault))

    ask = Asker(yes)
    if remove:
        _remove(ask, yes=yes)
        return
    preparing = Preparing(os.environ, ask, utc_now(), look, anew=secrets)
    settings, vault = preparing.run()
    if secrets and vault.read().signed_in and not preparing.changed:  # the shop's token alone is another one
        vault.update()
        _tell_shop(preparing.seen or look(settings, vault))
        return
    browser = not no_browser and has_desktop(os.environ)
    account = running.wait_for(sign_in(settings, vault, browser=browser))
    tell(_("Signed in to {company}.").format(company=describe(account)))
    if address := running.wait_for(other_address(settings, vault)):
        settings = offer_address(os.environ, settings, ask, address)
    _tell_end(look(settings, vault), settings, vault)


def _tell_end(seen: "Look", settings: "Settings", vault: "Vault") -> None:
    """How the shop answers, where all is kept, and what it means if nothing of what comes in is settled."""
    from contaazul_sync.operate import money

    tell(seen.line)
    text = _("Settings: {file}. Secrets: {place}.")
    tell(text.format(file=settings.config_file, place=vault.backend.name))
    if not money.settled(settings, {}):
        tell(f"{money.left_open()}.")
    _tell_next(seen)


def _tell_shop(seen: "Look") -> None:
    tell(seen.line)
    if seen.refused:
        _tell_next(seen)
    else:
        tell(_("The sign-in at the ERP stays as it is."))


def _tell_next(seen: "Look") -> None:
    """What to type next, as the shop answered."""
    if seen.refused:
        tell(_("Next: correct the shop's token: contaazul-sync auth --secrets"))
    elif not seen.answers:
        tell(_("Next: contaazul-sync doctor, when the shop answers again"))
    else:
        tell(_("Next: contaazul-sync send-products"))
        tell(_("Then: contaazul-sync sync --dry-run"))


def _remove(ask: Callable[[str], str], *, yes: bool) -> None:

    settings = load(os.environ)
    if not yes and sys.stdin.isatty():
        answer = ask(_("Remove the integration with Conta Azul? Type yes"))
        if answer.lower() not in YES:
            tell(_("Nothing was removed."))
            return
    from contaazul_sync.operate.signin import session

    for line in running.wait_for(session.remove(settings, running.vault(settings))):
        tell(line)
