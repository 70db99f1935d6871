"""A crew of workers: sends a stage's items several at a time, so that latency does not set the pace.

One bad item never stops the others. What stops the stage: too many troubles in a row, an error that is not
about an item, or a person's Ctrl-C; items under way are finished first.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

from contaazul_sync.core.errors import ItemError, SyncError, Unanswered, Unavailable
from contaazul_sync.core.words import _
from contaazul_sync.home.log import LOG

WORKERS = 8  # at 10 requests a second and answers of 0.2 to 0.5 s, five or so are under way at once
MOST_TROUBLES = 5  # requests without a usable answer, one after the other


class Named(Protocol):
    """Something that a person can call by a name."""

    @property
    def name(self) -> str:
        """What a person calls it."""


Item = TypeVar("Item", bound=Named)
Progress = Callable[[str, int, int], None]


def no_progress(stage: str, done: int, total: int) -> None:
    """Show nothing."""


def title(stage: str) -> str:
    """A stage as a person is shown it; the log has its English name in every language."""
    return {
        "products": _("products"),
        "orders": _("orders"),
        "cancelled orders": _("cancelled orders"),
        "prices": _("prices"),
        "compare stock": _("compare stock"),
        "write stock": _("write stock"),
    }.get(stage, stage)


class Crew:
    """Works through stages; after a stop every later stage is left alone."""

    def __init__(self, progress: Progress = no_progress) -> None:
        self.progress = progress
        self.error: SyncError | None = None
        self.trouble: SyncError | None = None  # the first item that a silent server kept back
        self.interrupted = False
        self._troubles = 0

    @property
    def stopped(self) -> bool:
        """Whether nothing more is to be begun."""
        return self.interrupted or self.error is not None

    def interrupt(self) -> None:
        """A person wants it to end: nothing more is begun."""
        self.interrupted = True

    async def work(
        self,
        stage: str,
        items: Sequence[Item],
        send: Callable[[Item], Awaitable[None]],
        failed: Callable[[Item, ItemError], None],
    ) -> None:
        """Send every item; `failed` is told of those that did not go through."""
        left, done = iter(items), 0

        async def worker() -> None:
            nonlocal done
            for item in left:
                if self.stopped:
                    return
                await self._one(stage, item, send, failed)
                done += 1
                self.progress(title(stage), done, len(items))

        await asyncio.gather(*(worker() for _worker in range(min(WORKERS, len(items)))))

    async def _one(
        self,
        stage: str,
        item: Item,
        send: Callable[[Item], Awaitable[None]],
        failed: Callable[[Item, ItemError], None],
    ) -> None:
        about = {"stage": stage, "item": item.name}
        try:
            await send(item)
            self._troubles = 0
            LOG.info("%s: %s done", stage, item.name, extra=about)
        except SyncError as error:
            LOG.warning("%s: %s not done: %s", stage, item.name, error.message, extra=about)
            self._ended(item, error, failed)

    def _ended(self, item: Item, error: SyncError, failed: Callable[[Item, ItemError], None]) -> None:
        match error:
            case Unavailable():
                self.trouble = self.trouble or error
                self._trouble(error)
            case Unanswered():
                failed(item, error)
                self._trouble(Unavailable(error.message))
            case ItemError():
                self._troubles = 0
                failed(item, error)
            case _:
                self.error = self.error or error

    def _trouble(self, error: Unavailable) -> None:
        self._troubles += 1
        if self._troubles >= MOST_TROUBLES:
            self.error = self.error or error
