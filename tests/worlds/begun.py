"""A job in which something has happened already: it happens once, and every test goes on in a copy.

What is copied is what stays when nothing runs: the home with its files, and the memory of both servers. The
servers, their ports and the clock are the test's own, and from there on all is as real as before.
"""

import copy
import shutil
from typing import Any

from contaazul_sync.state.file import State
from tests.worlds.job import Job

OWN = ("clock", "lock", "faults", "outage")  # what a server does not give away


class Begun:
    """What has become of a job, which has been closed."""

    def __init__(self, job: Job) -> None:
        self.home, self.clock = job.settings.home, job.clock
        self.servers = [_memory(system) for system in (job.erp, job.shop)]

    def go_on_in(self, job: Job) -> Job:
        """Let it have happened in another job."""
        home = job.settings.home
        job.state.close()
        shutil.rmtree(home)
        shutil.copytree(self.home, home)
        job.state = State.open(job.settings.state_file)
        job.clock.now = self.clock.now
        for system, memory in zip((job.erp, job.shop), self.servers, strict=True):
            vars(system).update(copy.deepcopy(memory, {id(self.clock): job.clock}))
        return job


def _memory(system: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(system).items() if name not in OWN}
