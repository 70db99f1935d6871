"""Processes that run one after the other, each bounded in time, until somebody stops them."""

import os
import signal
from collections.abc import Callable, Collection
from contextlib import suppress
from types import TracebackType
from typing import Any, NoReturn, Self

LIMIT = 24 * 60 * 60.0  # seconds that one may take: a first run may take hours, and a silent one ends itself
GRACE = 2 * 60.0  # seconds to end what is under way
HEARD = (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)
PRIVATE = 0o600

# Begins a process in a group of its own: its stderr, and whether its stdout is shown. Returns its number.
Start = Callable[[int, bool], int]


def spawned(command: list[str]) -> Start:
    """A process of its own for a command."""

    def start(errors: int, shown: bool) -> int:  # noqa: FBT001 - as `Start` has it
        thrown = [] if shown else [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, PRIVATE)]
        streams = [
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, PRIVATE),
            *thrown,
            (os.POSIX_SPAWN_DUP2, errors, 2),
        ]
        return os.posix_spawn(command[0], command, os.environ, file_actions=streams, setpgroup=0)

    return start


def forked(work: Callable[[], int]) -> Start:
    """A process that has loaded what this one has, and goes on with `work`, which returns its exit code.

    To be asked for where no thread runs and no line and no file of a state is open, and all that was said
    is sent off (as `home/screen` does it): the other process has all of these, too.
    """

    def start(errors: int, shown: bool) -> int:  # noqa: FBT001 - as `Start` has it
        before = signal.pthread_sigmask(signal.SIG_BLOCK, HEARD)
        try:
            number = os.fork()
            if number == 0:
                _go_on(work, errors, before, shown=shown)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return number

    return start


def _go_on(work: Callable[[], int], errors: int, heard: Collection[int], *, shown: bool) -> NoReturn:
    """Be the other process, to its end: to take apart what was loaded for all takes longer than most runs."""
    code = 1
    try:
        os.setpgid(0, 0)
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        if not shown:
            os.dup2(nothing, 1)
        os.dup2(errors, 2)
        for each in HEARD:
            signal.signal(each, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, heard)
        code = work()
    finally:
        os._exit(code)


class Turns:
    """SIGTERM and Ctrl-C end the one that runs after what is under way, a second one at once; none follows.

    Each is in a process group of its own, so that Ctrl-C comes here alone. `stopping` is called at the first.
    No thread is begun: the next one may be forked from this process.
    """

    def __init__(self, stopping: Callable[[], None], limit: float = LIMIT, grace: float = GRACE) -> None:
        self.stopped = False
        self._stopping, self._limit, self._grace = stopping, limit, grace
        self._number, self._status, self._late = 0, 0, False  # of the process that runs
        self._former: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        for each in HEARD:
            self._former[each] = signal.signal(each, self._hear)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for each, handler in self._former.items():
            signal.signal(each, handler)

    def _hear(self, number: int, _frame: object) -> None:
        if number == signal.SIGALRM:
            again, self._late = self._late, True
        else:
            again, self.stopped = self.stopped, True
        self._send(signal.SIGKILL if again else signal.SIGTERM)
        if number == signal.SIGINT and not again:
            self._stopping()

    def _send(self, number: signal.Signals) -> None:
        """Send it to the process that runs; to one that has ended, never: its number may be another's."""
        if not self._number:
            return
        with suppress(ChildProcessError):
            ended, status = os.waitpid(self._number, os.WNOHANG)
            if ended:
                self._status = status
            else:
                os.kill(self._number, number)

    def run(self, start: Start, hear: Callable[[str], None], *, shown: bool = False) -> int:
        """Run one to its end; `hear` gets each line of its stderr, and `shown` lets its stdout through.

        Returns its exit code, or the signal that ended it, below zero.
        """
        ours, theirs = os.pipe()
        with open(ours, encoding="utf-8", errors="replace") as told:  # noqa: PTH123 - a descriptor
            try:
                self._number = start(theirs, shown)
            finally:
                os.close(theirs)
            self._late = False
            signal.setitimer(signal.ITIMER_REAL, self._limit, self._grace)
            try:
                if self.stopped:  # while it was being started
                    self._send(signal.SIGTERM)
                for line in told:
                    hear(line.rstrip("\n"))
                return os.waitstatus_to_exitcode(self._wait())
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
                self._number = 0

    def _wait(self) -> int:
        try:
            return os.waitpid(self._number, 0)[1]
        except ChildProcessError:  # its end was met when a signal was to be sent
            return self._status
