"""The shop as its panel's files tell it: what lies in the inbox, and what was read before and is kept.

A file that was read whole, and of which every row was taken, is kept then (`keeps`); where nothing is to be
changed, as in a dry run, it stays where it is. One that cannot be read stays too, and stops no other.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TypeVar

from contaazul_sync.core.errors import Unclear
from contaazul_sync.core.ids import ShopKey
from contaazul_sync.core.orders import Order, Payment
from contaazul_sync.core.words import _
from contaazul_sync.home.log import LOG
from contaazul_sync.home.trouble import why
from contaazul_sync.shops.files import inbox as box
from contaazul_sync.shops.files.inbox import Inbox, Kept, Known, Waiting
from contaazul_sync.shops.files.products import STOCK_AGE
from contaazul_sync.shops.files.sheet import (
    ITEMS,
    ORDERS,
    PRODUCTS,
    Sheet,
    items_of,
    newest,
)
from contaazul_sync.shops.files.sheet import (
    opened as look_into,
)
from contaazul_sync.shops.port import Can, Hidden, Told, Unreadable, Wanted, nothing
from contaazul_sync.tables.bad import BadFile
from contaazul_sync.tables.mapping import Mapping

PAGE = 100  # rows
COPYING = timedelta(minutes=10)  # in which a folder is copied, and no panel exports the same things twice
CAN = Can(live_products=False, live_orders=False, stock_age=STOCK_AGE)
Row = TypeVar("Row")


@dataclass
class _Arrived:
    """A file that waits, and what it tells."""

    sheet: Sheet
    mark: str
    again: bool  # its content was imported before


class Files:
    """The shop. `tells`: "orders", "catalogue" or both; files of what it does not tell are bad ones.

    `mapped_at`: when the mapping was written last: what was read by another one is read again for a day.
    """

    told_right = True

    def __init__(
        self,
        inbox: Inbox,
        mapping: Mapping,
        tells: Set[str],
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        *,
        keeps: bool = False,
        mapped_at: datetime | None = None,
    ) -> None:
        self.inbox, self.mapping, self.clock, self.sleep, self.keeps = inbox, mapping, clock, sleep, keeps
        self.kinds = {ORDERS, ITEMS} if "orders" in tells else set[str]()
        self.kinds |= {PRODUCTS} if "catalogue" in tells else set()
        self.can, self.mapped_at = CAN, mapped_at
        self._arrived: list[_Arrived] | None = None
        self._kept: list[Kept] = []
        self._bad: list[Hidden] = []
        self._read: dict[Path, Sheet] = {}

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
        if ORDERS not in self.kinds:  # else its list of orders tells them
            bad = [*self._bad, *bad]
        if bad:
            yield list(bad)
        for sheet, won in told:
            try:
                for page in _pages(sheet.products(won, self.clock())):
                    yield list(page)
                self._keep(sheet)
            except (BadFile, OSError) as error:
                yield [_hidden(sheet.name, error)]

    async def units(self, keys: Set[ShopKey]) -> AsyncIterator[list[Told]]:
        """These products, out of the newest file that tells of each."""
        sheets, _bad = await self._sheets({PRODUCTS})
        for sheet, won in zip(sheets, newest(sheets), strict=True):
            try:
                for page in _pages(sheet.products(won & {*map(str, keys)}, self.clock())):
                    yield list(page)
            except (BadFile, OSError) as error:
                LOG.warning("%s", _hidden(_name_of(error, [sheet]), error).reason)

    async def orders(
        self,
        since: datetime | None = None,
        *,
        believe: bool = False,  # noqa: ARG002
    ) -> AsyncIterator[list[Order | Unreadable | Hidden]]:
        """The orders of the files that were imported since then, or lie there, as the newest tells them."""
        items = await self._items()
        told, bad = await self._newest_orders(items, since)
        if self._bad or bad:
            yield [*self._bad, *bad]
        try:
            rows = items_of(items, {named for _sheet, won in told for named in won})
        except (BadFile, OSError) as error:  # the next run takes these orders and their items together
            yield [_hidden(_name_of(error, items), error)]
            return
        for sheet, won in told:
            try:
                for page in _pages(sheet.orders(won, rows)):
                    yield list(page)
                self._keep(sheet)
            except (BadFile, OSError) as error:
                yield [_hidden(sheet.name, error)]
        for sheet in items:
            try:
                self._keep(sheet)
            except OSError as error:
                yield [_hidden(sheet.name, error)]

    async def order(self, order_id: str) -> Order | Unreadable | None:
        """One order, as the newest file tells it that tells of it; None where none does any more."""
        sheets, _bad = await self._sheets({ORDERS})
        items = await self._items()
        for sheet, won in zip(sheets, newest(sheets), strict=True):
            if order_id in won:
                try:
                    found = sheet.orders({order_id}, items_of(items, {order_id}))
                    return next((each for each in found if each.id == order_id), None)
                except (BadFile, OSError) as error:
                    raise Unclear(_hidden(_name_of(error, [sheet]), error).reason) from error
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
        recent, bad = await self._sheets({PRODUCTS}, since)
        sheets, paths = recent, {sheet.path for sheet in recent}
        if since and self._is_late(recent, since):
            sheets, _bad = await self._sheets({PRODUCTS})
        told = zip(sheets, newest(sheets), strict=True)
        return [(sheet, won) for sheet, won in told if sheet.path in paths], bad

    def _is_late(self, recent: list[Sheet], since: datetime) -> bool:
        """Whether one of these files was written before one that was imported earlier than all of them."""
        first = min((sheet.told_at for sheet in recent), default=since)
        before = [each for each in self._kept if first < each.at < since]
        try:
            return any(box.told_at(each.path, each.at) > first for each in before)
        except OSError:  # who opens them all tells which one
            return True

    async def _newest_orders(
        self, items: list[Sheet], since: datetime | None
    ) -> tuple[list[tuple[Sheet, set[str]]], list[Hidden]]:
        """The files that were imported since then, each with its orders that no other tells newer; bad files.

        Of earlier ones those orders whose items came since then: they may come days later.
        """
        recent, bad = await self._sheets({ORDERS}, since)
        late = {named for each in items if since and each.at >= since for named in each.versions}
        sheets, paths = recent, {sheet.path for sheet in recent}
        if late:
            sheets, _bad = await self._sheets({ORDERS})
        told = zip(sheets, newest(sheets), strict=True)
        return [(sheet, won if sheet.path in paths else won & late) for sheet, won in told], bad

    async def _items(self) -> list[Sheet]:
        """The files of the orders' items, where these are apart."""
        if not self.mapping.items_apart:
            return []
        sheets, _bad = await self._sheets({ITEMS})
        return sheets

    async def _sheets(
        self, kinds: Set[str], since: datetime | None = None
    ) -> tuple[list[Sheet], list[Hidden]]:
        """The files of these kinds in the order of import, those that wait last; and what kept ones are bad.

        `since`: without those that were imported before.
        """
        anew = since is not None and self.mapped_at is not None and self.mapped_at >= since
        if anew:
            since = None
        arrived = await self._look()
        waiting = {each.sheet.path for each in arrived}
        kept, bad = list[Sheet](), list[Hidden]()
        for each in self._kept:
            if (since is None or each.at >= since) and each.path not in waiting:
                try:
                    kept.append(self.opened(each.path, each.name, each.at))
                except (BadFile, OSError) as error:
                    bad.append(_hidden(f"{box.DONE}/{each.name}", error))
        sheets = [*kept, *(each.sheet for each in arrived)]
        for sheet in sheets:
            sheet.anew |= anew
        return [sheet for sheet in sheets if sheet.kind in kinds], bad

    def opened(self, path: Path, name: str, at: datetime) -> Sheet:
        """A file that is read once. Raises BadFile, OSError."""
        if path not in self._read:
            sheet = look_into(path, name, at, self.mapping)
            if sheet.kind not in self.kinds:
                raise BadFile(_wrong_kind(sheet.kind))
            self._read[path] = sheet
        return self._read[path]

    async def _look(self) -> list[_Arrived]:
        """Open what lies in the inbox, once."""
        if self._arrived is not None:
            return self._arrived
        arrived = self._arrived = list[_Arrived]()
        try:
            self.inbox.prepare()
            self._kept = self.inbox.kept()
            found = self.inbox.waiting()
            known = self.inbox.known() if found else {}
            at = self.inbox.moment(self.clock())
        except OSError as error:
            self._bad.append(_hidden(str(self.inbox.folder), error))
            return arrived
        if found:
            await self.sleep(box.STABLE)
        for waiting in found:
            if not box.is_as_it_was(waiting):
                LOG.warning("%s is still being written: the next run reads it", waiting.name)
                continue
            try:
                at += timedelta(microseconds=1)
                self._arrive(waiting, at, known)
            except (BadFile, OSError) as error:
                self._bad.append(_hidden(waiting.name, error))
        for each in [each for each in arrived if each.again and _is_copied(each, arrived)]:
            arrived.remove(each)
            self._drop(each)
        return arrived

    def _arrive(self, waiting: Waiting, at: datetime, known: dict[str, Known]) -> None:
        """Open a file that lies there, and has not lain there before. Raises BadFile, OSError.

        Of orders the last import may count, so that old ones are none that came again before newer files.
        """
        mark = box.mark_of(waiting.path)
        if mark not in known or not known[mark].has(waiting.changed):
            sheet = self.opened(waiting.path, waiting.name, at)
            if mark not in known or sheet.kind != ORDERS or waiting.changed >= box.newest(known.values()):
                assert self._arrived is not None
                self._arrived.append(_Arrived(sheet, mark, mark in known))
                known[mark] = known.get(mark, Known(at, ())).again(at, waiting.changed)
                return
        if self.keeps:
            self.inbox.drop(waiting.path)

    def _drop(self, copied: _Arrived) -> None:
        """Take a copy away, and remember that it lay there. Raises nothing: the next run drops it, too."""
        if self.keeps:
            with suppress(OSError):
                self.inbox.remember(copied.sheet.path, copied.sheet.at, copied.mark)
                self.inbox.drop(copied.sheet.path)

    def _keep(self, sheet: Sheet) -> None:
        """Keep a file of which every row was taken. Raises OSError: then the next walk takes it again."""
        arrived = next((each for each in self._arrived or () if each.sheet is sheet), None)
        if arrived is None or not self.keeps or self.inbox.done in sheet.path.parents:
            return
        kept = self.inbox.keep(sheet.path, sheet.at, arrived.mark)
        self._read.pop(sheet.path, None)
        sheet.path, sheet.name = kept.path, kept.name
        self._read[sheet.path] = sheet


def _is_copied(one: _Arrived, arrived: list[_Arrived]) -> bool:
    """Whether what came again was copied with its folder: such files have the time of that, in any order.

    Then others that tell of the same things were written within minutes of it.
    """
    return any(
        other is not one
        and other.sheet.kind == one.sheet.kind
        and abs(other.sheet.told_at - one.sheet.told_at) <= COPYING
        and not one.sheet.versions.keys().isdisjoint(other.sheet.versions)
        for other in arrived
    )


def _hidden(name: str, error: BadFile | OSError) -> Hidden:
    """What is told of a file that cannot be read."""
    text = why(error) if isinstance(error, OSError) else error.message
    return Hidden(0, _("the file {file} cannot be read: {why}").format(file=name, why=text), file=name)


def _name_of(error: BadFile | OSError, sheets: Sequence[Sheet]) -> str:
    """Which of these files an error is about."""
    named = getattr(error, "filename", None)
    return Path(str(named)).name if named else sheets[0].name


def _wrong_kind(kind: str) -> str:
    if kind == PRODUCTS:
        return _("it is a list of products, and these are not read from files ([shop] catalogue)")
    return _("it is a list of orders, and these are not read from files ([shop] orders)")


def _pages(rows: Iterable[Row]) -> Iterator[list[Row]]:
    left = iter(rows)
    while page := list(islice(left, PAGE)):
        yield page
