"""When what is awaited ends before its time: a request at its deadline, everything when somebody stops us.

Time is that of the loop. What is under way in a server may finish; what only waits, or reads, ends at once.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from contaazul_sync.core.errors import Interrupted
from contaazul_sync.core.words import _

DEADLINE = 120.0  # seconds that a request may take from when it leaves to the last byte of its answer
FINISH = 30.0  # seconds that what is under way may take to finish once somebody stopped us

Result = TypeVar("Result")


class Wait:
    """Something that is awaited. `finishes`: once it has left, it is let finish."""

    def __init__(self, stop: "Stop", timeout: asyncio.Timeout, *, finishes: bool) -> None:
        self.stop, self.finishes = stop, finishes
        self._timeout = timeout
        self._left = False

    @property
    def is_cut(self) -> bool:
        """Whether it ended because somebody stopped us, and nothing was under way."""
        return self.stop.asked and not (self._left and self.finishes)

    def leaves(self) -> None:
        """A request leaves just now: its deadline counts from here. Raises Interrupted."""
        self.stop.check()
        self._left = True
        self._timeout.reschedule(asyncio.get_running_loop().time() + DEADLINE)

    def came_back(self) -> None:
        """It is answered, or was not: until the next one leaves there is no deadline."""
        if self._timeout.expired():
            return  # it did not come back: what had left stays under way, as far as anybody knows
        self._left = False
        self._timeout.reschedule(None)

    def end(self) -> None:
        """Somebody stopped us."""
        now, when = asyncio.get_running_loop().time(), self._timeout.when()
        end = now if self.is_cut else now + FINISH
        self._timeout.reschedule(end if when is None else min(end, when))


class Stop:
    """Whether somebody stopped the program, and what it awaits at the moment."""

    def __init__(self) -> None:
        self.asked = False
        self._waits: set[Wait] = set()

    def ask(self) -> None:
        """Somebody wants the program to end. To be called on its loop."""
        self.asked = True
        for wait in self._waits:
            wait.end()

    def check(self) -> None:
        """Begin nothing more. Raises Interrupted."""
        if self.asked:
            raise Interrupted(_("Interrupted. What was done is kept; run it again to go on."))

    @asynccontextmanager
    async def wait(self, *, finishes: bool = False) -> AsyncIterator[Wait]:
        """What is awaited within ends when it has to. Raises Interrupted, and TimeoutError at a deadline."""
        self.check()
        try:
            async with asyncio.timeout(None) as timeout:
                one = Wait(self, timeout, finishes=finishes)
                self._waits.add(one)
                try:
                    yield one
                finally:
                    self._waits.remove(one)
        except TimeoutError:
            if one.is_cut:
                self.check()
            raise

    def sleeping(self, sleep: Callable[[float], Awaitable[None]]) -> Callable[[float], Awaitable[None]]:
        """A way to sleep that ends with the program."""

        async def pause(seconds: float) -> None:
            async with self.wait():
                await sleep(seconds)

        return pause


async def finished(work: Coroutine[Any, Any, Result]) -> Result:
    """What must not be cut in the middle: whoever is stopped meanwhile waits for it, for FINISH at most."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task], timeout=FINISH)
        if not task.done():
            task.cancel()
        elif not task.cancelled():
            task.exception()  # looked at, so that nobody complains
        raise
