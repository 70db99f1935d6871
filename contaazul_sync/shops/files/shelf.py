"""The files that there are, each opened once: those that lie in the inbox, and those that are kept.

A file that was read whole, and of which every row was taken, is kept then (`keeps`); where nothing is to be
changed, as in a dry run, it stays where it is. One that cannot be read stays too, and stops no other.
"""

import asyncio
from collections.abc import Awaitable, Callable, Set
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from contaazul_sync.core.words import _
from contaazul_sync.home.log import LOG
from contaazul_sync.home.trouble import why
from contaazul_sync.shops.files import inbox as box
from contaazul_sync.shops.files.inbox import Inbox, Kept, Known, Waiting
from contaazul_sync.shops.files.sheet import ITEMS, ORDERS, PRODUCTS, Sheet
from contaazul_sync.shops.files.sheet import opened as look_into
from contaazul_sync.shops.port import Hidden
from contaazul_sync.tables.bad import BadFile
from contaazul_sync.tables.mapping import Mapping

COPYING = timedelta(minutes=10)  # in which a folder is copied, and no panel exports the same things twice


@dataclass
class _Arrived:
    """A file that waits, and what it tells."""

    sheet: Sheet
    mark: str
    again: bool  # its content was imported before


class Shelf:
    """The files. `tells`: "orders", "catalogue" or both; files of what it does not tell are bad ones.

    `mapped_at`: when the mapping was written last: what was read by another one is read again for a day.
    `bad`: what lies there and cannot be read.
    """

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
        self.mapped_at = mapped_at
        self.bad: list[Hidden] = []
        self._arrived: list[_Arrived] | None = None
        self._kept: list[Kept] = []
        self._read: dict[Path, Sheet] = {}

    async def sheets(
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
                    bad.append(hidden(f"{box.DONE}/{each.name}", error))
        sheets = [*kept, *(each.sheet for each in arrived)]
        for sheet in sheets:
            sheet.anew |= anew
        return [sheet for sheet in sheets if sheet.kind in kinds], bad

    def is_late(self, recent: list[Sheet], since: datetime) -> bool:
        """Whether one of these files was written before one that was imported earlier than all of them."""
        first = min((sheet.told_at for sheet in recent), default=since)
        before = [each for each in self._kept if first < each.at < since]
        try:
            return any(box.told_at(each.path, each.at) > first for each in before)
        except OSError:  # who opens them all tells which one
            return True

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
            self.bad.append(hidden(str(self.inbox.folder), error))
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
                self.bad.append(hidden(waiting.name, error))
        for each in [each for each in arrived if each.again and _is_copied(each, arrived)]:
            arrived.remove(each)
            self._drop(each)
        return arrived

    def _arrive(self, waiting: Waiting, at: datetime, known: dict[str, Known]) -> None:
        """Open a file that lies there, and has not lain there before. Raises BadFile, OSError.

        Of orders the last import may count, so that old ones are none that came again before newer files.
        """
        mark = box.mark_of(waiting.path)
        again = mark in known
        if again and known[mark].has(waiting.changed):
            if self.keeps:
                self.inbox.drop(waiting.path)
            return
        found = _Arrived(self.opened(waiting.path, waiting.name, at), mark, again)
        if again and found.sheet.kind == ORDERS and waiting.changed < box.newest(known.values()):
            self._drop(found)
            return
        assert self._arrived is not None
        self._arrived.append(found)
        known[mark] = known.get(mark, Known(at, ())).again(at, waiting.changed)

    def _drop(self, old: _Arrived) -> None:
        """Take away what is no news, and remember that it lay there: it is not opened again."""
        if self.keeps:
            with suppress(OSError):  # the next run does it
                self.inbox.remember(old.sheet.path, old.sheet.at, old.mark)
                self.inbox.drop(old.sheet.path)

    def keep(self, sheet: Sheet) -> None:
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


def hidden(name: str, error: BadFile | OSError) -> Hidden:
    """What is told of a file that cannot be read."""
    text = why(error) if isinstance(error, OSError) else error.message
    return Hidden(0, _("the file {file} cannot be read: {why}").format(file=name, why=text), file=name)


def _wrong_kind(kind: str) -> str:
    if kind == PRODUCTS:
        return _("it is a list of products, and these are not read from files ([shop] catalogue)")
    return _("it is a list of orders, and these are not read from files ([shop] orders)")
