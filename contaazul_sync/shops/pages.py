"""Reading a list around the rows at which the shop fails, for every kind of shop that lists by pages.

A page that fails is asked for in parts, ever smaller, until the rows at which the shop fails are alone: these
are told as Hidden, and the rest goes on. A shop that is away is not asked so: after each page that fails
another one has to be answered first. What one page costs is bounded, and so is a walk.

Servers cap a page's size, do not know the parameter, repeat their last page, and move rows between two
requests. So a part that brings more rows than it was asked for cannot be a part; one that brings fewer is
followed by smaller ones; one that brings nothing, or the same again, is the end of the list.

A page may also be too much as a whole: for the time that a server has, or for its memory. Where none of its
parts fails, the walk goes on from there in pages of their size (`Around.size`), and nothing is missed.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from contaazul_sync.core.errors import Failing
from contaazul_sync.core.words import NOTHING
from contaazul_sync.net.transport import ATTEMPTS
from contaazul_sync.shops.port import Hidden

Listed = TypeVar("Listed")  # a row, as a kind of shop reads it
Page = Callable[[int], Awaitable[list[Listed]]]  # asks for one page; how often, where the shop fails at it
Part = Callable[
    [int, int, int], Awaitable[list[Listed]]
]  # from which row on, from 0, how many, and how often

PARTS = (100, 50, 10, 5, 1)  # rows
SMALLEST = 10  # rows of a page; where a server fails at fewer and at none of them, it fails at random
MOST_EXTRA = 30  # requests of a walk that a shop without such rows would not get
ONCE = 1  # so often a part is tried: a row alone was in all that failed before
SILENCE = 10  # failures one after the other: two rows side by side make six
LAST_PAGES = 3  # that fail one after the other when no part may be asked for any more: then the walk ends
KEPT = 1  # of the extra requests, to see then whether the shop is there


@dataclass
class Extra:
    """How many requests are left of those that a walk may make besides."""

    left: int = MOST_EXTRA


class _SpentError(Exception):
    """A page is not read any further from here on."""

    def __init__(self, begin: int) -> None:
        super().__init__(begin)
        self.begin = begin


class _WholeError(Exception):
    """The server gives whole pages only."""


class Around(Generic[Listed]):
    """One list of a shop, read around what it fails at. `ended`: it showed its end, by the way.

    `size`: how many rows a page may have, where more at once were too much; 0: as many as ever. It is lowered
    by a `read` of which the rows are not complete then: they are to be read again from there.
    `part` asks for some rows of it; None: the shop gives whole pages only.
    """

    def __init__(self, part: Part[Listed] | None, extra: Extra) -> None:
        self._ask, self._extra = part, extra
        self._good: Page[Listed] | None = None  # a page that was answered
        self._is_proved = False  # it was seen once that the shop was there when a page failed
        self._silent = 0  # failures since the last answer
        self._why = NOTHING  # what the shop said at the last of them
        self._least = 0  # rows at which the shop failed, of the page that is read in parts
        self.ended = False
        self.size = 0

    async def read(self, page: Page[Listed], start: int, size: int) -> list[Listed | Hidden]:
        """The rows of a page, or what can be had of them. `start`, `size`: where it lies in the list.

        Raises Failing where no other page is answered, and what `page` raises.
        """
        try:
            rows = await page(ATTEMPTS)
        except Failing as error:
            return await self._around(page, start, size, error)
        self._good, self._silent = page, 0
        return list(rows)

    async def _around(
        self, page: Page[Listed], start: int, size: int, error: Failing
    ) -> list[Listed | Hidden]:
        silent, self._silent = self._silent, self._silent + 1
        is_spent = self._extra.left <= KEPT
        if is_spent and self._silent < LAST_PAGES:
            return [Hidden(size, error.message)]
        if silent or is_spent or not self._is_proved:
            await self._prove(start + size, error)
        found: list[Listed | Hidden] = []
        self._least = size
        try:
            if (
                is_spent or silent >= SILENCE
            ):  # so did all before it, and the shop is there: what is left cannot be had
                self.ended = True
                raise _SpentError(start)
            await self._parts(start, start + size, smaller(size), found, failed=True)
        except _WholeError:
            found = [Hidden(size, error.message)]
        except _SpentError as spent:
            found.append(Hidden(start + size - spent.begin, error.message))
        if any(isinstance(each, Hidden) for each in found):
            return found
        fewer = [each for each in smaller(self._least) if each >= SMALLEST]
        if fewer and await self._are_its(start, size, found):
            self.size, self.ended = fewer[0], False
            return found
        return found + await self._again(page, size, len(found), error)

    async def _are_its(self, start: int, size: int, found: list[Listed | Hidden]) -> bool:
        """Whether the parts of a page were its rows: a server that does not know the size has others.

        A whole page of them, each part as large as it was asked for, or else the first few once more alike.
        """
        if len(found) >= size:
            return True
        try:
            return bool(found) and await self._part(start, SMALLEST) == found[:SMALLEST]
        except (_SpentError, _WholeError):
            return False

    async def _again(
        self, page: Page[Listed], size: int, shown: int, error: Failing
    ) -> list[Listed | Hidden]:
        """What is left to say of a page that failed, and not one of its parts did: they may be other rows."""
        if shown >= size or self._extra.left <= KEPT:
            return [Hidden(0, error.message)]
        self._extra.left -= 1
        try:
            return [*await page(ONCE), Hidden(0, error.message)]
        except Failing:
            self.ended = False
            return [Hidden(size, error.message)]

    async def _parts(
        self, start: int, end: int, sizes: tuple[int, ...], found: list[Listed | Hidden], *, failed: bool
    ) -> bool:
        """Read some rows in parts of the first size, what fails in parts of the next. False: the list ends.

        `failed`: as a whole they were asked for, and the shop failed.
        """
        if not sizes:
            raise _SpentError(start)
        size, before, shown = sizes[0], list[Listed](), 0
        begins = range(start - start % size, end, size)
        for begin in begins:
            # Nothing else of it failed. A page's halves are asked for both: it may be too much as a whole.
            is_there = failed and 1 < size < PARTS[1] and shown == len(begins) - 1
            rows = None if is_there else await self._part(begin, size)
            if rows is None and size == 1:
                found.append(Hidden(1, self._why))
            elif rows is None:
                if not await self._parts(begin, begin + size, sizes[1:], found, failed=True):
                    return False
            elif not rows or rows == before:
                self.ended = bool(rows)  # past its end, one kind of server repeats the last page
                return False
            else:
                found += rows
                before = rows
                shown += len(rows) == size
                rest = begin + len(rows)
                if len(rows) < size and not await self._parts(
                    rest, begin + size, sizes[1:], found, failed=False
                ):
                    return False
        return True

    async def _part(self, begin: int, size: int) -> list[Listed] | None:
        """Some rows, or None where the shop fails at them, too."""
        if self._ask is None:
            raise _WholeError
        if self._extra.left <= KEPT or self._silent >= SILENCE:
            raise _SpentError(begin)
        self._extra.left -= 1
        try:
            rows = await self._ask(begin, size, ONCE)
        except Failing as error:
            self._why = error.message
            self._silent += 1
            self._least = size
            return None
        if len(rows) > size:
            raise _WholeError
        self._silent = 0
        self._good = self._good or partial(self._ask, begin, size)
        return rows

    async def _prove(self, behind: int, error: Failing) -> None:
        """See that another page is answered: the last that was, or a row behind. Raises the error."""
        ask = self._ask
        pages = [self._good] if self._good else []
        if not pages and ask:
            pages = [partial(ask, row, 1) for row in (behind, 2 * behind)]
        for page in pages:
            self._extra.left -= 1
            try:
                await page(ONCE)
            except Failing:
                continue
            self._is_proved = True
            return
        raise error


def smaller(size: int) -> tuple[int, ...]:
    """The sizes of the parts of a page."""
    return tuple(part for part in PARTS if part < size)
