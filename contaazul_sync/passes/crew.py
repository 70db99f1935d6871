"""A crew of workers: sends a stage's items several at a time, so that latency does not set the pace.

One bad item never stops the others. What stops the stage: too many troubles in a row, an error that is not
about an item, or a person's Ctrl-C; items under way are finished first, whatever happens to one of them.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from types import NoneType
from typing import Any, Protocol, TypeVar

from contaazul_sync.core.errors import Broken, Interrupted, ItemError, SyncError, Unanswered, Unavailable
from contaazul_sync.core.words import _
from contaazul_sync.home.log import LOG
from contaazul_sync.passes.single import Single

WORKERS = 8  # at 10 requests a second and answers of 0.2 to 0.5 s, five or so are under way at once
MOST_TROUBLES = 5  # requests without a usable answer, one after the other


class Named(Protocol):
    """Something that a person can call by a name."""

    @property
    def name(self) -> str:
        """What a person calls it."""


Item = TypeVar("Item", bound=Named)
Result = TypeVar("Result")
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
        "receivables": _("receivables"),
        "compare stock": _("compare stock"),
        "write stock": _("write stock"),
    }.get(stage, stage)


async def all_of(works: Iterable[Coroutine[Any, Any, Result]]) -> list[Result]:
    """What several works come to, when all of them have ended. Raises what the first of them raised.

    One that fails ends none of the others: each may have something under way in the ERP. Who is cancelled
    cancels them all, and waits for each.
    """
    tasks = [asyncio.ensure_future(work) for work in works]
    left = set(tasks)
    try:
        while left:
            done, left = await asyncio.wait(left, return_when=asyncio.FIRST_EXCEPTION)
            if died := [
                error for task in done if not isinstance(error := task.exception(), (Exception, NoneType))
            ]:
                raise died[0]  # the process ends
    except asyncio.CancelledError:
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left)
        raise
    return [task.result() for task in tasks]


class Crew:
    """Works through stages; after a stop every later stage is left alone."""

    def __init__(self, progress: Progress = no_progress, single: Single | None = None) -> None:
        self.progress = progress
        self.single = single or Single()
        self.error: SyncError | None = None
        self.fault: Exception | None = None  # of the machine
        self.trouble: SyncError | None = None  # the first item that a silent server kept back
        self.interrupted = False
        self._troubles = 0

    @property
    def stopped(self) -> bool:
        """Whether nothing more is to be begun."""
        return self.interrupted or bool(self.error or self.fault)

    async def work(
        self,
        stage: str,
        items: Sequence[Item],
        send: Callable[[Item], Awaitable[None]],
        failed: Callable[[Item, ItemError], None],
    ) -> None:
        """Send every item; `failed` is told of those that did not go through.

        Returns when no worker is at work any more. Raises what is no error of an item, the first of them.
        """
        left, done = iter(items), 0

        async def worker() -> None:
            nonlocal done
            for item in left:
                if self.stopped:
                    return
                await self._one(stage, item, send, failed)
                done += 1
                self.progress(title(stage), done, len(items))

        await all_of(worker() for _worker in range(min(WORKERS, len(items))))

    async def _one(
        self,
        stage: str,
        item: Item,
        send: Callable[[Item], Awaitable[None]],
        failed: Callable[[Item, ItemError], None],
    ) -> None:
        about = {"stage": stage, "item": item.name}
        try:
            with self.single(item.name):
                await send(item)
            self._troubles = 0
            LOG.info("%s: %s done", stage, item.name, extra=about)
        except SyncError as error:
            LOG.warning("%s: %s not done: %s", stage, item.name, error.message, extra=about)
            self._keep(item, error, failed)
        except Exception as error:  # noqa: BLE001 - of the machine, and raised when the pass has ended
            self.fault = self.fault or error

    def _keep(self, item: Item, error: SyncError, failed: Callable[[Item, ItemError], None]) -> None:
        """Keep what an item ended with. Where even that meets a bug, the log alone has it."""
        try:
            with self.single(item.name):
                self._ended(item, error, failed)
        except Broken:
            return
        except Exception as worse:  # noqa: BLE001
            self.fault = self.fault or worse

    def _ended(self, item: Item, error: SyncError, failed: Callable[[Item, ItemError], None]) -> None:
        match error:
            case Interrupted():
                self.interrupted = True
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
