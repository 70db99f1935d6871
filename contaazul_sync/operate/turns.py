"""Processes that run one after the other, each bounded in time, until somebody stops them."""

import signal
import subprocess
from collections.abc import Callable, Sequence
from threading import Timer
from types import TracebackType
from typing import Any, Self

LIMIT = 24 * 60 * 60.0  # seconds that one may take: a first run may take hours, and a silent one ends itself
GRACE = 2 * 60.0  # seconds to end what is under way


class Turns:
    """SIGTERM and Ctrl-C end the one that runs after what is under way, a second one at once; none follows.

    Each is in a process group of its own, so that Ctrl-C comes here alone. `stopping` is called at the first.
    """

    def __init__(self, stopping: Callable[[], None], limit: float = LIMIT, grace: float = GRACE) -> None:
        self.stopped = False
        self._stopping, self._limit, self._grace = stopping, limit, grace
        self._process: subprocess.Popen[str] | None = None
        self._former: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        for each in (signal.SIGINT, signal.SIGTERM):
            self._former[each] = signal.signal(each, self._stop)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for each, handler in self._former.items():
            signal.signal(each, handler)

    def _stop(self, number: int, _frame: object) -> None:
        again, self.stopped = self.stopped, True
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL if again else signal.SIGTERM)
        if number == signal.SIGINT and not again:
            self._stopping()

    def run(self, command: Sequence[str], hear: Callable[[str], None], *, shown: bool = False) -> int:
        """Run one to its end; `hear` gets each line of its stderr, and `shown` lets its stdout through.

        Returns its exit code, or the signal that ended it, below zero.
        """
        with subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=None if shown else subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            process_group=0,
        ) as process:
            self._process = process
            if self.stopped:  # while it was being started
                process.terminate()
            timers = [Timer(self._limit, process.terminate)]
            timers.append(Timer(self._limit + self._grace, process.kill))
            for timer in timers:
                timer.daemon = True
                timer.start()
            try:
                for line in process.stderr or ():
                    hear(line.rstrip("\n"))
                return process.wait()
            finally:
                for timer in timers:
                    timer.cancel()
                self._process = None
