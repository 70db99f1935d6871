"""`doctor`: looks at everything that a run needs, one check after the other, and says what to do about it.

It writes nothing to the ERP or to the shop, and takes no run lock, so that it works during a long run.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from pathlib import Path

from contaazul_sync.core.errors import SyncError
from contaazul_sync.core.words import _
from contaazul_sync.home.config import load
from contaazul_sync.home.credentials import Vault
from contaazul_sync.home.machine import check_owner
from contaazul_sync.home.settings import Settings
from contaazul_sync.net import line
from contaazul_sync.operate.doctor import runs
from contaazul_sync.operate.doctor.checks import Check, as_problem, good, problem, skipped
from contaazul_sync.operate.doctor.machine import Machine
from contaazul_sync.operate.doctor.servers import Servers


async def examine(environ: Mapping[str, str], clock: Callable[[], datetime]) -> AsyncIterator[Check]:
    """All checks, in the order in which things have to be put right."""
    try:
        settings = load(environ)
        for name in ("erp.client_id", "erp.redirect_uri"):
            settings.need(name)
        settings.need_shop()
    except SyncError as error:
        yield problem("configuration", error)
        yield skipped("everything else", _("it needs the configuration"))
        return
    yield good("configuration", str(settings.config_file))
    if (stranger := _is_strange(settings.home)) is not None:
        yield stranger
        yield skipped("everything else", _("it is looked at by who owns it"))
        return
    async for check in _of_a_home(settings, environ, clock):
        yield check


async def _of_a_home(
    settings: Settings, environ: Mapping[str, str], clock: Callable[[], datetime]
) -> AsyncIterator[Check]:
    vault = Vault(settings.home, settings.text("credentials.backend"), environ)
    for check in Machine(settings, vault).checks():
        yield check
    async for check in _servers(settings, vault, clock):
        yield check
    try:
        for check in runs.checks(settings, clock):
            yield check
    except OSError as error:
        yield as_problem("runs", error)


def _is_strange(home: Path) -> Check | None:
    """Root would leave files in a home of somebody else who could not read them."""
    try:
        check_owner(home)
    except SyncError as error:
        return problem("home", error)
    except OSError:  # not there yet, or out of reach: the checks of the machine tell
        return None
    return None


async def _servers(settings: Settings, vault: Vault, clock: Callable[[], datetime]) -> AsyncIterator[Check]:
    """The checks of both servers, where any can be asked."""
    try:
        line.ready()
    except SyncError as error:
        yield problem("connection", error)
        return
    try:
        async for check in Servers(settings, vault, clock).checks():
            yield check
    except OSError as error:  # the sign-in could not be renewed: there is no room to keep the new one
        yield as_problem("sign-in", error)
