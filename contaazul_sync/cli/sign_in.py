"""The command that signs in, once."""

import os
import sys
from collections.abc import Callable
from typing import Annotated

import typer

from contaazul_sync.cli import running
from contaazul_sync.cli.running import YES, tell
from contaazul_sync.core.words import _
from contaazul_sync.home import config
from contaazul_sync.home.machine import utc_now


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
    from contaazul_sync.operate import signin

    ask = signin.Asker(yes)
    if remove:
        _remove(ask, yes=yes)
        return
    settings, vault = signin.prepare(os.environ, ask, utc_now(), anew=secrets)
    account = running.wait_for(signin.sign_in(settings, vault, browser=not no_browser))
    tell(_("Signed in to {company}.").format(company=signin.describe(account)))
    tell(running.wait_for(signin.look_at_shop(settings, vault)))
    text = _("Settings: {file}. Secrets: {place}.")
    tell(text.format(file=settings.config_file, place=vault.backend.name))
    tell(_("Next: contaazul-sync send-products, then: contaazul-sync sync --dry-run"))


def _remove(ask: Callable[[str], str], *, yes: bool) -> None:
    from contaazul_sync.operate import signin

    settings = config.load(os.environ)
    if not yes and sys.stdin.isatty():
        answer = ask(_("Remove the integration with Conta Azul? Type yes"))
        if answer.lower() not in YES:
            tell(_("Nothing was removed."))
            return
    for line in running.wait_for(signin.remove(settings, running.vault(settings))):
        tell(line)
