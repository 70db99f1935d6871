"""The pace of requests to one server: even, and as close as it allows."""

import asyncio

LONGEST_PAUSE = 30.0  # seconds


class Pacer:
    """Spaces requests evenly, one each `interval` seconds, in the order in which their turn was asked for.

    Evenly, and not in bursts up to the limit: the ERP's gateway is said to smooth. How much room it wants is
    not published, so a refusal (429) makes the interval a little wider, and every answer narrows it again by
    very little: it settles where one request in two hundred is refused.
    """

    WIDER, NARROWER, WIDEST = 1.04, 0.9998, 10  # factors; the last one of the interval that was set
    CLOSEST = 0.98  # of an interval: how close two may come to make up for a late one
    BACKLOG = 1.0  # seconds that may be made up for; more is lost

    def __init__(self, interval: float) -> None:
        self.narrowest = self.interval = interval
        self._due = self._next = 0.0
        self._refusals = 0  # one after the other
        self._line = asyncio.Lock()

    async def turn(self) -> None:
        """Wait for one's turn."""
        now = asyncio.get_running_loop().time
        async with self._line:
            while (wait := self._next - now()) > 0:  # noqa: ASYNC110 - again: a pause may have come meanwhile
                await asyncio.sleep(wait)
            self._due = max(self._due + self.interval, now() - self.BACKLOG)
            self._next = max(self._due, now() + self.CLOSEST * self.interval)

    def pause(self, seconds: float) -> None:
        """Nobody goes on before this many seconds have passed, those who wait for their turn included."""
        self._next = max(self._next, asyncio.get_running_loop().time() + seconds)

    def refused(self, seconds: float | None) -> None:
        """A request was one too many: everybody waits, as long as was asked for, or longer each time."""
        self._refusals += 1
        self.interval = min(self.interval * self.WIDER, self.narrowest * self.WIDEST)
        self.pause(min(self.interval * 2**self._refusals, LONGEST_PAUSE) if seconds is None else seconds)

    def answered(self) -> None:
        """A request was not one too many."""
        self._refusals = 0
        self.interval = max(self.interval * self.NARROWER, self.narrowest)
