"""What the state tells of the runs so far, and whether more will come."""

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from datetime import date, datetime, timedelta
from pathlib import Path

from contaazul_sync.core.days import in_brazil
from contaazul_sync.core.errors import SyncError
from contaazul_sync.core.exits import outcome
from contaazul_sync.core.words import _, typed
from contaazul_sync.home.lock import holder
from contaazul_sync.home.settings import Settings
from contaazul_sync.operate import money
from contaazul_sync.operate.doctor.checks import Check, good, skipped, warning
from contaazul_sync.passes.stock import PROBED_AT, TAKES_WRITES
from contaazul_sync.state.file import State

LATE = timedelta(minutes=90)  # two runs of a cron that runs each half hour did not get through, and one more
CRON_PLACES = ("/etc/crontab", "/etc/cron.d")
TIMER_PLACES = ("/etc/systemd/system", "/usr/lib/systemd/system", "~/.config/systemd/user")
PROGRAM = "contaazul-sync"


def checks(settings: Settings, clock: Callable[[], datetime]) -> list[Check]:
    """What the state tells of the runs so far, and whether more will come."""
    if not settings.state_file.exists():
        return [*_money(settings, {}), _schedule()]
    try:
        with closing(State.read(settings.state_file)) as state:
            money = _money(settings, state.settlements.running())
            told = [_last_run(state, clock()), _stock(state), *money]
    except SyncError:
        told = [skipped("runs", _("the state file tells nothing"))]
    return [*told, _going_on(settings.home), _schedule()]


def _last_run(state: State, now: datetime) -> Check:
    last, run = state.runs.last_good(), next(iter(state.runs.newest(1)), None)
    if run is None:
        return good("runs", _("none yet"))
    if last is None or last.finished_at is None:
        what = _("none got through yet; the last one: {outcome}")
        told = outcome(run.outcome) if run.outcome is not None else _("going on, or cut short")
        return warning("runs", what.format(outcome=told), typed("log"))
    when = f"{in_brazil(last.finished_at):%d/%m/%Y %H:%M}"
    if now - last.finished_at > LATE:
        late = _("the last good one ended at {moment}").format(moment=when)
        return warning("runs", late, _("contaazul-sync log, and look whether cron runs"))
    return good("runs", _("the last good one ended at {moment}").format(moment=when))


def _going_on(home: Path) -> Check:
    run = holder(home)
    if run is None or not _lives(run.pid):
        return good("now", _("no run is going on"))
    text = _("a run is going on since {moment}: {command}, process {pid}")
    return good("now", text.format(moment=f"{run.since:%H:%M:%S}", command=run.command, pid=run.pid))


def _lives(pid: int) -> bool:
    """Whether there is such a process: a run that was killed leaves its note behind."""
    try:
        os.kill(pid, 0)
    except (OSError, TypeError):
        return False
    return True


def _stock(state: State) -> Check:
    tried = state.notes.time(PROBED_AT)
    if tried is None:
        return good("stock", _("whether the ERP lets its stock be written is not known yet"))
    day = f"{in_brazil(tried):%d/%m/%Y}"
    if state.notes.get(TAKES_WRITES) == "yes":
        return good("stock", _("the ERP let its stock be written on {day}").format(day=day))
    text = _("the ERP did not let its stock be written on {day}: differences are listed as drift")
    return good("stock", text.format(day=day))


def _money(settings: Settings, since: Mapping[str, date]) -> list[Check]:
    """What is settled of the money that comes in, and from when on."""
    told = money.settled(settings, since)
    return [good(f"settle '{word}'", how) for word, how in told.items()] or [good("money", money.left_open())]


def _schedule() -> Check:
    """Whether something runs the program by itself. Reads only; what is not there is no error."""
    places = [Path(os.path.expanduser(place)) for place in (*CRON_PLACES, *TIMER_PLACES)]  # noqa: PTH111 - it takes a user without a home, too
    files = [file for place in places for file in (place.glob("*") if place.is_dir() else [place])]
    found = [str(file) for file in files if _mentions(file)]
    crontab = shutil.which("crontab")
    if crontab:
        with suppress(OSError, subprocess.TimeoutExpired):
            listed = subprocess.run(  # noqa: S603 - a fixed command
                [crontab, "-l"], capture_output=True, text=True, timeout=10, check=False
            )
            lines = [line for line in listed.stdout.splitlines() if not line.lstrip().startswith("#")]
            if any(PROGRAM in line for line in lines):
                found.append(_("your crontab"))
    if found:
        return good("schedule", _("found in {places}").format(places=", ".join(found)))
    return warning("schedule", _("nothing was found that runs it by itself"), "contaazul-sync install-cron")


def _mentions(file: Path) -> bool:
    try:
        return file.is_file() and PROGRAM in file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
