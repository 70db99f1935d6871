"""The commands that examine: the installation, and whether both systems agree."""

import os
from typing import TYPE_CHECKING, Annotated

import typer

from contaazul_sync.cli import running
from contaazul_sync.cli.running import tell
from contaazul_sync.core.words import _
from contaazul_sync.home import screen
from contaazul_sync.home.config import load
from contaazul_sync.home.machine import utc_now

if TYPE_CHECKING:
    from contaazul_sync.home.settings import Settings
    from contaazul_sync.operate.doctor.checks import Check
    from contaazul_sync.passes.reconcile import Result
    from contaazul_sync.state.file import State


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help=_("For programs."))] = False,
    probe: Annotated[
        bool, typer.Option("--probe", help=_("Let the next sync try again to write a stock in the ERP."))
    ] = False,
) -> None:
    """Check the installation, the sign-in and both servers, and say what to put right. Changes nothing."""
    from contaazul_sync.operate.doctor import checks
    from contaazul_sync.operate.doctor.checks import exit_code
    from contaazul_sync.views.terminal.doctor import doctor_view

    if probe:
        _forget_probe()
    found = running.wait_for(_examined())
    if as_json:
        screen.say_json(checks.as_json(found))
    else:
        screen.show(doctor_view(found))
    raise typer.Exit(exit_code(found))


async def _examined() -> "list[Check]":

    from contaazul_sync.operate.doctor.checkup import examine

    return [check async for check in examine(os.environ, utc_now)]


def _forget_probe() -> None:
    from contextlib import closing

    from contaazul_sync.passes.stock import PROBED_AT

    _settings, state = running.open_home()
    with closing(state):
        state.notes.set(PROBED_AT, "")
    tell(_("The next sync tries again to write a stock in the ERP."))


def reconcile(
    as_json: Annotated[bool, typer.Option("--json", help=_("For programs."))] = False,
) -> None:
    """Compare shop and ERP: prices, stock, and each paid order with its sale. Changes nothing."""
    from contextlib import closing

    from contaazul_sync.passes import reconcile as comparing
    from contaazul_sync.state.file import State

    settings = load(os.environ)
    with closing(State.read(settings.state_file)) as copy:
        result = running.wait_for(_compared(settings, copy))
    if as_json:
        screen.say_json(comparing.as_json(result))
    else:
        from contaazul_sync.views.terminal.differences import reconcile_view

        screen.show(reconcile_view(result))
    raise typer.Exit(0 if result.agrees else 6)


async def _compared(settings: "Settings", copy: "State") -> "Result":
    from contaazul_sync.operate import wiring
    from contaazul_sync.passes import reconcile as comparing
    from contaazul_sync.views import progress

    with progress.shown() as display:
        async with wiring.parts(settings, copy, os.environ, display) as parts:
            return await comparing.reconcile(parts)
