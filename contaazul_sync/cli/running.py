"""How a command runs: the home and the state it opens, the lock, the pass, the signals, and what is told.

Results go to stdout, everything else to stderr. Heavy imports are made where they are used.
"""

import os
import signal
import sys
from contextlib import closing, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import typer

from contaazul_sync.core import harmless
from contaazul_sync.core.errors import SyncError
from contaazul_sync.core.exits import INTERRUPTED
from contaazul_sync.core.words import _, ngettext
from contaazul_sync.home import screen
from contaazul_sync.home.config import load
from contaazul_sync.home.machine import check_home, prepare_home, utc_now
from contaazul_sync.home.signals import ending_with

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator, Mapping
    from datetime import datetime

    from contaazul_sync.core.rules import Rules
    from contaazul_sync.home.credentials import Vault
    from contaazul_sync.home.settings import Settings
    from contaazul_sync.net.stop import Stop
    from contaazul_sync.operate.watch import Watch
    from contaazul_sync.passes.report import Report
    from contaazul_sync.state.file import State
    from contaazul_sync.views.status import Status

Result = TypeVar("Result")
Options = dict[str, Any]  # what `sync.Pass` takes
DONE = ("created", "updated")  # of a run's counts, what it changed in the ERP
YES = ("yes", "y", "sim", "s")  # in every language


def tell(message: str) -> None:
    """Say something to the person, on stderr."""
    text = harmless.line(f"contaazul-sync: {message[:1].upper()}{message[1:]}")
    screen.tell(screen.folded(text, screen.width(sys.stderr)) if sys.stderr.isatty() else text)


def tell_interrupted() -> None:
    """Say that somebody stopped it."""
    tell(_("Interrupted. What was done is kept; run it again to go on."))


def agreed(question: str) -> bool:
    """Whether a person at the terminal says yes; anything else is no."""
    return screen.ask(f"{question} {_('[y/N]')}: ").lower() in YES


def wait_for(work: "Coroutine[Any, Any, Result]", stop: "Callable[[], None] | None" = None) -> Result:
    """Run what works asynchronously, to its end.

    SIGTERM and Ctrl-C call `stop`, on the loop; without it they cancel the work, which raises
    KeyboardInterrupt. A second one ends the process.
    """
    import asyncio

    async def run() -> Result:
        loop, task = asyncio.get_running_loop(), asyncio.ensure_future(work)

        def end(number: int) -> None:
            if number == signal.SIGINT:
                loop.call_soon_threadsafe(
                    tell, _("Stopping after what is under way; Ctrl-C again stops at once.")
                )
            loop.call_soon_threadsafe(stop or task.cancel)

        with ending_with(end):
            return await task

    try:
        return asyncio.run(run())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


def open_home() -> "tuple[Settings, State]":
    """The settings and the state, in a home that is fit for them."""
    from contaazul_sync.state.file import State

    settings = load(os.environ)
    prepare_home(settings.home)
    return settings, State.open(settings.state_file)


def look_home() -> "tuple[Settings, State]":
    """The settings, and the state to be read alone: nothing of the home is written, nor made."""
    from contaazul_sync.state.file import State
    from contaazul_sync.state.witness import check_there

    settings = load(os.environ)
    check_home(settings.home)
    check_there(settings.state_file)
    return settings, State.view(settings.state_file)


def vault(settings: "Settings") -> "Vault":
    """The secrets of this home."""
    from contaazul_sync.home.credentials import Vault

    return Vault(settings.home, settings.text("credentials.backend"), os.environ)


def rules(settings: "Settings", state: "State") -> "Rules":
    """What decides, with the day of the first run where no other is set."""
    from contaazul_sync.core.days import local_day
    from contaazul_sync.state.notes import ORDERS_BEGIN

    return settings.rules(local_day(state.notes.first_day(utc_now())), state.notes.time(ORDERS_BEGIN))


def going_on_since(settings: "Settings", state: "State") -> "datetime | None":
    """When the run began that is going on, if any is; one that was killed is not."""
    from contaazul_sync.home.lock import held_since

    held = held_since(settings.home)
    run = state.runs.unfinished()
    if held is None or run is None or run.started_at < held:
        return None  # every run is over, or was killed before this one wanted the lock
    return run.started_at


@contextmanager
def locked(settings: "Settings", command: str, wait: float = 0) -> "Iterator[None]":
    """Hold the run lock. Raises AlreadyRunning."""
    from contaazul_sync.home.lock import run_lock

    prepare_home(settings.home)
    with run_lock(settings.home, command, utc_now(), wait):
        yield


class How(NamedTuple):
    """How a run is told: `volume` -1 says nothing but errors, 1 each item as it is done, 2 each request."""

    volume: int = 0
    as_json: bool = False


def run(
    command: str,
    environ: "Mapping[str, str]",
    options: "Callable[[Settings], Options]",
    *,
    wait: float = 0,
    how: How = How(),  # noqa: B008 - nothing in it changes
) -> None:
    """One pass under the run lock. Silent when all is well and nobody watches.

    `options`: of the pass, by the settings.
    """
    from contaazul_sync.operate.watch import Watch, watched

    by_a_person = command != "sync" or how.as_json or sys.stdout.isatty()
    watch = Watch(command, environ, utc_now)
    try:
        with watched(watch, by_a_person=by_a_person):
            report, new, says = _watched_pass(watch, environ, options, wait, how)
    except SyncError as error:
        if how.as_json:
            from contaazul_sync.views.passes import run_json

            screen.say_json(run_json(watch.report, error.exit_code, error.message, 0))
        elif how.volume >= 0:
            _tell_deeds(watch.report)
        raise
    _tell_outcome(report, new, says, how)
    raise typer.Exit(report.outcome)


def _watched_pass(
    watch: "Watch",
    environ: "Mapping[str, str]",
    options: "Callable[[Settings], Options]",
    wait: float,
    how: How,
) -> "tuple[Report, int, str]":
    """The pass, how many items need a look since it began, and how things stand where any does."""
    settings = load(environ)
    with locked(settings, watch.command, wait):
        from contaazul_sync.cli import page
        from contaazul_sync.net.stop import Stop
        from contaazul_sync.state.file import State  # a run that finds the lock held needs none

        watch.alerts.began()
        state = State.open(settings.state_file)
        watch.opened(state)
        watch.alerts.verdict = partial(_verdict, settings, state)
        stop = Stop()
        work = _pass(settings, state, watch, options(settings), how.volume, stop)
        try:
            report = wait_for(work, stop.ask)
        finally:
            page.after_a_run(settings, state, rules(settings, state), partial(standing, settings, state))
        new = watch.count_new()
        watch.over(report.outcome)
        says = _verdict(settings, state) if new else ""
    return report, new, says


def _verdict(settings: "Settings", state: "State") -> str:
    """How things stand, in one sentence."""
    from contaazul_sync.views.verdict import verdict

    return verdict(standing(settings, state), utc_now()).sentence


def standing(settings: "Settings", state: "State") -> "Status":
    """All that `status` shows, when no run is going on."""
    from contaazul_sync.views import status as summary

    signed_in = vault(settings).read().signed_in
    return summary.read(state, rules(settings, state), signed_in=signed_in)


def _tell_outcome(report: "Report", new: int, says: str, how: How) -> None:
    if how.as_json:
        from contaazul_sync.views.passes import run_json

        screen.say_json(run_json(report, report.outcome, report.message, new))
    elif how.volume >= 0:
        _tell_person(report, new, says)


def _tell_deeds(report: "Report | None") -> None:
    """What a run did before it was stopped, or beside what was held back, to somebody who looks on."""
    if report and sys.stdout.isatty() and any(report.counts.get(name) for name in DONE):
        from contaazul_sync.views.terminal.runs import run_view

        screen.show(run_view(report, 0))


def _tell_person(report: "Report", new: int, says: str) -> None:
    for warning in report.warnings:
        tell(warning)
    if sys.stdout.isatty():
        from contaazul_sync.views.terminal.runs import run_view

        screen.show(run_view(report, new))
    elif new:  # said once: an item that stays as it is does not fill the mailbox every half hour
        text = ngettext(
            "{n} item needs a look. Run: contaazul-sync status",
            "{n} items need a look. Run: contaazul-sync status",
            new,
        )
        tell(says)
        tell(text.format(n=new))
    if report.outcome == INTERRUPTED:
        tell_interrupted()


async def _pass(
    settings: "Settings", state: "State", watch: "Watch", options: Options, volume: int, stop: "Stop"
) -> "Report":
    from contaazul_sync.home import log
    from contaazul_sync.operate import wiring
    from contaazul_sync.passes import sync
    from contaazul_sync.views import progress

    def begun(run: int) -> None:
        log.begin(settings.home, run, watch.command, volume)

    with progress.shown() as display:
        async with wiring.parts(settings, state, os.environ, display, stop=stop) as parts:
            one = sync.Pass(parts, **options)
            watch.report = one.report
            report = await one.run(watch.command, begun)
            if settings.from_files or (settings.home / "inbox").is_dir():  # what it left when it was
                from contaazul_sync.operate import filing

                filing.tidy(settings, state, parts.rules, utc_now())
            return report


def preview(settings: "Settings", options: Options, *, as_json: bool = False) -> None:
    """Print the plan of a pass."""
    with closing(to_try_on(settings)) as copy:
        show_plan(settings, copy, options, as_json=as_json)


def tried_home() -> "tuple[Settings, State]":
    """The settings, and a copy of the state."""
    settings = load(os.environ)
    return settings, to_try_on(settings)


def to_try_on(settings: "Settings") -> "State":
    """A copy of the state: what is done with it, nobody keeps."""
    from contaazul_sync.state.file import State

    check_home(settings.home)
    return State.read(settings.state_file)


def show_plan(settings: "Settings", copy: "State", options: Options, *, as_json: bool = False) -> None:
    """Print the plan of a pass, made on a copy of the state: nothing is sent and nothing is kept."""
    report = wait_for(dry(settings, copy, options))
    if as_json:
        from contaazul_sync.views.passes import plan_json

        screen.say_json(plan_json(report))
        return
    from contaazul_sync.views.terminal.plans import plan_view

    screen.show(plan_view(report))


async def dry(settings: "Settings", copy: "State", options: Options) -> "Report":
    """What a pass would do, found out on a copy of the state."""
    from contaazul_sync.operate import wiring
    from contaazul_sync.passes import sync

    async with wiring.parts(settings, copy, os.environ) as parts:
        return await sync.Pass(parts, **options).preview()
