"""A job in which something has happened already: it happens once, and every test goes on in a copy.

What is copied is what stays when nothing runs: the home with its files, and the memory of both servers. The
servers, their ports and the clock are the test's own, and from there on all is as real as before.
"""

import io
import pickle
import shutil
from typing import Any

from contaazul_sync.state.file import State
from tests.worlds.clock import Clock
from tests.worlds.job import Job

OWN = ("clock", "lock", "faults", "outage")  # what a server does not give away


class Begun:
    """What has become of a job, which has been closed."""

    def __init__(self, job: Job) -> None:
        self.home, self.clock = job.settings.home, job.clock
        self.servers = [self._memory(system) for system in (job.erp, job.shop)]

    def go_on_in(self, job: Job) -> Job:
        """Let it have happened in another job."""
        home = job.settings.home
        job.state.close()
        shutil.rmtree(home)
        shutil.copytree(self.home, home)
        job.state = State.open(job.settings.state_file)
        job.clock.now = self.clock.now
        for system, memory in zip((job.erp, job.shop), self.servers, strict=True):
            vars(system).update(_Reader(io.BytesIO(memory), job.clock).load())
        return job

    def _memory(self, system: Any) -> bytes:
        written = io.BytesIO()
        _Writer(written, self.clock).dump({k: v for k, v in vars(system).items() if k not in OWN})
        return written.getvalue()


class _Writer(pickle.Pickler):
    """Writes all but the clock: to read it again is a copy, several times faster than copy.deepcopy."""

    def __init__(self, file: io.BytesIO, clock: Clock) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self.clock = clock

    def persistent_id(self, value: Any) -> str | None:
        return "clock" if value is self.clock else None


class _Reader(pickle.Unpickler):
    """Puts the clock of another job in the place of the one that was left out."""

    def __init__(self, file: io.BytesIO, clock: Clock) -> None:
        super().__init__(file)
        self.clock = clock

    def persistent_load(self, _name: str) -> Clock:
        return self.clock
