"""Kernel locks: they die with the process, so a kill leaves nothing to clean up.

Two of them. The run lock is held by what writes (`sync`, `send-products --now`); the token lock for the
seconds in which a sign-in is renewed, by anything.
"""

import json
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from contaazul_sync.core.days import in_brazil
from contaazul_sync.core.errors import AlreadyRunning, Unavailable
from contaazul_sync.core.words import Said, _
from contaazul_sync.home.files import naming

TOKEN_WAIT_SECONDS = 150  # longer than a renewal may take
LONG = timedelta(hours=1)  # so long may a run hold its lock before that is told
MOST_PID = 2**31
NOTE = "run.json"  # beside the run lock: who holds it


class Holder(NamedTuple):
    """A run that holds the lock. `since`: in this machine's zone."""

    pid: int
    command: str
    since: datetime


@contextmanager
def run_lock(home: Path, command: str, now: datetime, wait_seconds: float = 0) -> Iterator[None]:
    """Hold the run lock. Raises AlreadyRunning, with who holds it since when, and OSError."""
    from filelock import FileLock, Timeout  # noqa: PLC0415 - what only reads takes no lock

    lock = FileLock(home / "run.lock", mode=0o600)
    note = home / NOTE
    try:
        lock.acquire(timeout=wait_seconds)
    except Timeout:
        raise _going_on(home, now + timedelta(seconds=wait_seconds)) from None
    try:
        with naming(note):
            note.write_text(json.dumps({"pid": os.getpid(), "command": command, "since": now.isoformat()}))
        yield
    finally:
        with suppress(OSError):  # a note without its lock means nothing
            note.unlink(missing_ok=True)
        lock.release()


def holder(home: Path) -> Holder | None:
    """Who wrote last that it holds the run lock; a run that was killed leaves its note. None: no telling."""
    try:
        told = json.loads((home / NOTE).read_text())
        since = in_brazil(datetime.fromisoformat(told["since"]))
        run = Holder(int(told["pid"]), str(told["command"]), since)
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None
    return run if 0 < run.pid < MOST_PID else None


def held_since(home: Path) -> datetime | None:
    """Since when a run that lives has wanted the lock that it holds; None where nobody holds it.

    A run that was killed leaves its note, and its lock is free.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415

    run = holder(home)
    if run is None or not _lives(run.pid):
        return None
    try:
        with FileLock(home / "run.lock", mode=0o600).acquire(timeout=0):
            return None
    except Timeout:
        return run.since
    except OSError:  # a lock that cannot be looked at tells nothing
        return None


def _lives(pid: int) -> bool:
    """Whether there is a process of this number, its own or another."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _going_on(home: Path, now: datetime) -> AlreadyRunning:
    run = holder(home)
    if run is None:
        return AlreadyRunning(_("Another run is going on. Nothing to do."))
    told = {"command": run.command, "pid": run.pid}
    if now - run.since > LONG and _lives(run.pid):
        text = _(
            "Another run has been going on since {since}: `{command}`, process {pid}. No other one begins"
            " until it ends. A first run may take hours; if this one does nothing any more: kill {pid}"
        )
        since = f"{run.since:%d/%m/%Y %H:%M}"
        return AlreadyRunning(text.format(since=since, **told), f"{run.pid} {run.since.isoformat()}")
    text = _("Another run is going on: `{command}`, process {pid}, since {since}. Nothing to do.")
    return AlreadyRunning(text.format(since=f"{run.since:%H:%M:%S}", **told))


@contextmanager
def secrets_lock(home: Path) -> Iterator[None]:
    """Hold the lock around the secrets for one change of them. Raises Unavailable."""
    from filelock import FileLock, Timeout  # noqa: PLC0415

    try:
        with FileLock(home / "token.lock", mode=0o600).acquire(timeout=TOKEN_WAIT_SECONDS):
            yield
    except Timeout:
        raise Unavailable(_renewing()) from None


def _renewing() -> Said:
    return _("Another process has been renewing the sign-in for too long.")


@asynccontextmanager
async def token_lock(home: Path) -> AsyncIterator[None]:
    """Hold the lock around the tokens, waiting for it without blocking the loop. Raises Unavailable."""
    import asyncio  # noqa: PLC0415 - a refused run needs none

    from filelock import FileLock, Timeout  # noqa: PLC0415

    lock = FileLock(home / "token.lock", mode=0o600)
    deadline = asyncio.get_running_loop().time() + TOKEN_WAIT_SECONDS
    while True:
        try:
            lock.acquire(blocking=False)
            break
        except Timeout:
            if asyncio.get_running_loop().time() > deadline:
                raise Unavailable(_renewing()) from None
            await asyncio.sleep(0.1)
    try:
        yield
    finally:
        lock.release()
