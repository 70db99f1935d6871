"""The commands that examine: the installation, and whether both systems agree."""

import os
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from contaazul_sync.cli import given, running
from contaazul_sync.cli.running import tell
from contaazul_sync.core.exits import LOOK, OK
from contaazul_sync.core.words import _
from contaazul_sync.home import screen
from contaazul_sync.home.config import load
from contaazul_sync.home.machine import utc_now

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from contaazul_sync.core.proof import Proof
    from contaazul_sync.home.settings import Settings
    from contaazul_sync.operate.doctor.checks import Check
    from contaazul_sync.passes.parts import Parts
    from contaazul_sync.state.file import State

Result = TypeVar("Result")


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
    month: Annotated[
        str,
        typer.Option(
            metavar=_("MONTH"), help=_("Prove one month, as 2026-11: what was paid is in the ERP, or named.")
        ),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help=_("For programs."))] = False,
) -> None:
    """Compare shop and ERP: prices, stock, and each paid order with its sale. Changes nothing."""
    from contextlib import closing

    from contaazul_sync.state.file import State

    given.month(month, "--month")
    settings = load(os.environ)
    with closing(State.read(settings.state_file)) as copy:
        agrees = _proved(settings, copy, month, as_json) if month else _reconciled(settings, copy, as_json)
    raise typer.Exit(OK if agrees else LOOK)


def _reconciled(settings: "Settings", copy: "State", as_json: bool) -> bool:  # noqa: FBT001 - the command's own
    """Compare everything and show it; whether both sides agree."""
    from contaazul_sync.passes import reconcile as comparing

    result = running.wait_for(_asked(settings, copy, comparing.reconcile))
    if as_json:
        screen.say_json(comparing.as_json(result))
    else:
        from contaazul_sync.views.terminal.differences import reconcile_view

        screen.show(reconcile_view(result))
    return result.agrees


def _proved(settings: "Settings", copy: "State", month: str, as_json: bool) -> bool:  # noqa: FBT001
    """Prove one month and show it; whether nobody has to look at anything."""
    from contaazul_sync.passes.proving import prove

    run_since = running.going_on_since(settings, copy)

    async def proved(parts: "Parts") -> "tuple[Proof, bool]":
        return await prove(parts, month, run_since), parts.shop.can.orders

    proof, reads_orders = running.wait_for(_asked(settings, copy, proved))
    if as_json:
        from contaazul_sync.views.proof import as_json as told

        screen.say_json(told(proof, run_since))
    else:
        from contaazul_sync.views.terminal.proof import proof_view

        screen.show(proof_view(proof, run_since, reads_orders=reads_orders))
    return proof.agrees


async def _asked(
    settings: "Settings", copy: "State", question: "Callable[[Parts], Awaitable[Result]]"
) -> Result:
    """What both systems answer to a question."""
    from contaazul_sync.operate import wiring
    from contaazul_sync.views import progress

    with progress.shown() as display:
        async with wiring.parts(settings, copy, os.environ, display) as parts:
            return await question(parts)
