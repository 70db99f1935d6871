"""A process of the program: a task of the one loop, with a death of its own.

Between two boundaries nothing can come between: a boundary is a request that leaves, an answer that arrives,
a commit (before and after), a pause, and each file that is written, renamed or removed. At a death the
descriptors are closed and nothing is cleaned up: whatever the dead code still tries to do is refused.
"""

import asyncio
import os
import sys
import traceback
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from contextvars import ContextVar, copy_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contaazul_sync.core.errors import SyncError
from contaazul_sync.core.items import Kind
from contaazul_sync.net.line import CARRIER
from contaazul_sync.state.database import Database
from contaazul_sync.state.file import State
from contaazul_sync.state.trouble import told
from sim.wire import Wire

if TYPE_CHECKING:
    from sim.world import Home, World

KILLED, BUG = -9, 1
PROCESS: ContextVar["Process | None"] = ContextVar("process", default=None)
WRITES = ("open", "os.rename", "os.remove")
PER_SECOND, JITTER = 10, 0.001  # requests to the ERP; seconds
KEEPING = 9  # boundaries from an answer of the sign-in until it is kept
LEFT = (".lock", "run.json")  # what the system itself frees, or nobody decides by


class Died(BaseException):
    """The process is dead."""


class Process:
    """One run of a command in a home. `dies_at`: the number of the boundary at which it is killed."""

    def __init__(self, world: "World", home: "Home", command: str, dies_at: int | None = None) -> None:
        self.world, self.home, self.command, self.dies_at = world, home, command, dies_at
        self.steps = 0
        self.dead = False
        self.outcome: int | None = None
        self.bug = ""
        self.said = ""
        self.result: Any = None
        self.ended_at = 0.0
        self.state: State | None = None
        self.creating: Counter[Kind] = Counter()  # creates that are under way
        self.unclear: Counter[Kind] = Counter()  # creates that were not clearly answered
        self._databases: list[Database] = []
        self._sent: deque[float] = deque(maxlen=PER_SECOND + 1)

    def start(self, work: Callable[["Process"], Awaitable[Any]]) -> "asyncio.Task[None]":
        """Begin to run; the home has it among its processes."""
        context = copy_context()
        context.run(PROCESS.set, self)
        context.run(CARRIER.set, Wire(self))
        self.home.processes.append(self)
        return self.world.loop.create_task(self._run(work), context=context)

    async def _run(self, work: Callable[["Process"], Awaitable[Any]]) -> None:
        try:
            self.result = await work(self)
            self.outcome = getattr(self.result, "outcome", 0)
        except Died:
            self.outcome = KILLED
        except Exception as error:  # noqa: BLE001 - what is not known is a bug
            self._end(error)
        if self.dead:  # whatever its own cleaning up ended with
            self.outcome, self.bug = KILLED, ""
        for database in self._databases:
            database.close()
        self.ended_at = self.world.loop.time()
        self.world.note(f"{self.command} ends: {self.outcome} {self.said}")

    def _end(self, error: Exception) -> None:
        known = told(error)
        if isinstance(known, SyncError):
            said = known.message.replace(f"process {os.getpid()}", "process N")
            self.outcome, self.said = known.exit_code, said
            return
        self.outcome, self.bug = BUG, "".join(traceback.format_exception(error))
        traceback.clear_frames(error.__traceback__)

    @property
    def alive(self) -> bool:
        """Whether it has not ended yet."""
        return self.outcome is None

    def count_request(self, about: str) -> None:
        """Note a request to the ERP that leaves too soon after the others of this process."""
        now = self.world.loop.time()
        self._sent.append(now)
        if len(self._sent) > PER_SECOND and now - self._sent[-1 - PER_SECOND] < 1 - JITTER:
            self.world.notice("limits", f"{self.command}: {about}")

    @property
    def is_about_to_die(self) -> bool:
        """Whether it will not live to keep what it is about to be told."""
        return self.dead or (self.dies_at is not None and 0 < self.dies_at - self.steps < KEEPING)

    def step(self, what: str) -> None:
        """A boundary: note it, and die there if it is the one."""
        if self.dead:
            raise Died
        self.steps += 1
        self.world.note(f"{self.command}: {what}")
        if self.steps == self.dies_at:
            self.die()
            raise Died

    def die(self) -> None:
        """Be killed: descriptors are closed, what was not committed is gone."""
        self.dead = True
        self.world.note(f"{self.command} is killed")
        for database in self._databases:
            Database.close(database)

    async def sleep(self, seconds: float) -> None:
        """A pause."""
        await asyncio.sleep(seconds)
        self.step("wakes")

    def open(self) -> State:
        """The home's state file, its commits as boundaries."""
        state = self.state = State.open(self.home.settings.state_file)
        database = state.db
        self._databases.append(database)

        def commit() -> None:
            self.step("commits")
            Database.commit(database)
            self.step("has committed")

        database.commit = commit  # type: ignore[method-assign]
        return state


def _audit(event: str, details: tuple[Any, ...]) -> None:
    if event not in WRITES or (process := PROCESS.get(None)) is None:
        return
    path = str(details[0])
    if not path.startswith(str(process.home.path)) or path.endswith(LEFT):
        return
    if event == "open" and not (isinstance(details[2], int) and details[2] & 3):
        return
    process.step(f"{event} {Path(path).name}")


sys.addaudithook(_audit)
