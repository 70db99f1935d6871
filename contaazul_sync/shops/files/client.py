"""The shop as its panel's files tell it: of each thing, what the newest of them says."""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence, Set
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TypeVar

from contaazul_sync.core.errors import Unclear
from contaazul_sync.core.ids import ShopKey
from contaazul_sync.core.orders import Order, Payment
from contaazul_sync.home.log import LOG
from contaazul_sync.shops.files.products import STOCK_AGE
from contaazul_sync.shops.files.sheet import ITEMS, ORDERS, PRODUCTS, Sheet, items_of, newest
from contaazul_sync.shops.files.shelf import Shelf, hidden
from contaazul_sync.shops.port import Can, Hidden, Told, Unreadable, Wanted, nothing
from contaazul_sync.tables.bad import BadFile

PAGE = 100  # rows
CAN = Can(live_products=False, live_orders=False, stock_age=STOCK_AGE)
Row = TypeVar("Row")


class Files:
    """The shop. What its shelf does not tell, orders or products, is told by another shop."""

    told_right = True

    def __init__(self, shelf: Shelf, clock: Callable[[], datetime]) -> None:
        self.shelf, self.mapping, self.clock, self.can = shelf, shelf.mapping, clock, CAN

    # The port

    async def products(
        self,
        since: datetime | None = None,
        *,
        wanted: Wanted = nothing,  # noqa: ARG002 - of the port: a file tells all of every product
        look: bool = True,  # noqa: ARG002
        believe: bool = False,  # noqa: ARG002
    ) -> AsyncIterator[list[Told]]:
        """The products of the files that were imported since then, or lie there."""
        told, bad = await self._newest_products(since)
        if ORDERS not in self.shelf.kinds:  # else its list of orders tells them
            bad = [*self.shelf.bad, *bad]
        if bad:
            yield list(bad)
        for sheet, won in told:
            try:
                for page in _pages(sheet.products(won, self.clock())):
                    yield list(page)
                self.shelf.keep(sheet)
            except (BadFile, OSError) as error:
                yield [hidden(sheet.name, error)]

    async def units(self, keys: Set[ShopKey]) -> AsyncIterator[list[Told]]:
        """These products, out of the newest file that tells of each."""
        sheets, _bad = await self.shelf.sheets({PRODUCTS})
        for sheet, won in zip(sheets, newest(sheets), strict=True):
            try:
                for page in _pages(sheet.products(won & {*map(str, keys)}, self.clock())):
                    yield list(page)
            except (BadFile, OSError) as error:
                LOG.warning("%s", hidden(_name_of(error, [sheet]), error).reason)

    async def orders(
        self,
        since: datetime | None = None,
        *,
        believe: bool = False,  # noqa: ARG002
    ) -> AsyncIterator[list[Order | Unreadable | Hidden]]:
        """The orders of the files that were imported since then, or lie there, as the newest tells them."""
        items = await self._items()
        told, bad = await self._newest_orders(items, since)
        if self.shelf.bad or bad:
            yield [*self.shelf.bad, *bad]
        try:
            rows = items_of(items, {named for _sheet, won in told for named in won})
        except (BadFile, OSError) as error:  # the next run takes these orders and their items together
            yield [hidden(_name_of(error, items), error)]
            return
        for sheet, won in told:
            try:
                for page in _pages(sheet.orders(won, rows)):
                    yield list(page)
                self.shelf.keep(sheet)
            except (BadFile, OSError) as error:
                yield [hidden(sheet.name, error)]
        for sheet in items:
            try:
                self.shelf.keep(sheet)
            except OSError as error:
                yield [hidden(sheet.name, error)]

    async def order(self, order_id: str) -> Order | Unreadable | None:
        """One order, as the newest file tells it that tells of it; None where none does any more."""
        sheets, _bad = await self.shelf.sheets({ORDERS})
        items = await self._items()
        for sheet, won in zip(sheets, newest(sheets), strict=True):
            if order_id in won:
                try:
                    found = sheet.orders({order_id}, items_of(items, {order_id}))
                    return next((each for each in found if each.id == order_id), None)
                except (BadFile, OSError) as error:
                    raise Unclear(hidden(_name_of(error, [sheet]), error).reason) from error
        return None

    def means(self, status: str) -> Payment:
        """What a status means by the mapping."""
        return self.mapping.payment(status)

    # The files

    async def _newest_products(
        self, since: datetime | None
    ) -> tuple[list[tuple[Sheet, set[str]]], list[Hidden]]:
        """The files that were imported since then, each with what no other tells newer; bad files.

        One that was saved before others, and comes later, tells nothing of what these tell.
        """
        recent, bad = await self.shelf.sheets({PRODUCTS}, since)
        sheets, paths = recent, {sheet.path for sheet in recent}
        if since and self.shelf.is_late(recent, since):
            sheets, _bad = await self.shelf.sheets({PRODUCTS})
        told = zip(sheets, newest(sheets), strict=True)
        return [(sheet, won) for sheet, won in told if sheet.path in paths], bad

    async def _newest_orders(
        self, items: list[Sheet], since: datetime | None
    ) -> tuple[list[tuple[Sheet, set[str]]], list[Hidden]]:
        """The files that were imported since then, each with its orders that no other tells newer; bad files.

        Of earlier ones those orders whose items came since then: they may come days later.
        """
        recent, bad = await self.shelf.sheets({ORDERS}, since)
        late = {named for each in items if since and each.at >= since for named in each.versions}
        sheets, paths = recent, {sheet.path for sheet in recent}
        if late:
            sheets, _bad = await self.shelf.sheets({ORDERS})
        told = zip(sheets, newest(sheets), strict=True)
        return [(sheet, won if sheet.path in paths else won & late) for sheet, won in told], bad

    async def _items(self) -> list[Sheet]:
        """The files of the orders' items, where these are apart."""
        if not self.mapping.items_apart:
            return []
        sheets, _bad = await self.shelf.sheets({ITEMS})
        return sheets


def _name_of(error: BadFile | OSError, sheets: Sequence[Sheet]) -> str:
    """Which of these files an error is about."""
    named = getattr(error, "filename", None)
    return Path(str(named)).name if named else sheets[0].name


def _pages(rows: Iterable[Row]) -> Iterator[list[Row]]:
    left = iter(rows)
    while page := list(islice(left, PAGE)):
        yield page
