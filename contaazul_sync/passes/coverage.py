"""Coverage: before a pass sends an order, the ERP's sales made since this state last looked are looked at.

So a copy of the state, however old, meets what was made after it; and orders of an earlier time than any that
were ever looked at find what was sold of them before.
"""

import asyncio
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from contaazul_sync.core.booked import fits
from contaazul_sync.core.days import beginning
from contaazul_sync.core.drafts.marks import Mark, marks_in
from contaazul_sync.core.erp import ErpSale, ListedSale
from contaazul_sync.core.errors import Broken, ItemError, StateError, Unavailable
from contaazul_sync.core.ids import OrderId
from contaazul_sync.core.items import Kind
from contaazul_sync.core.orders import Order, OrderNote, Payment
from contaazul_sync.core.words import Said, _
from contaazul_sync.erp.client import TOGETHER
from contaazul_sync.passes.as_booked import AsBooked
from contaazul_sync.passes.asking import was_asked
from contaazul_sync.passes.crew import all_of
from contaazul_sync.passes.names import Marked, Whose, names_of
from contaazul_sync.passes.outcomes import keep_broken
from contaazul_sync.passes.parts import Parts
from contaazul_sync.passes.sold import ask_whose, may_be_its, take_over, tell_double
from contaazul_sync.passes.unlisted import told_now
from contaazul_sync.state.notes import COVERED_FROM, COVERED_TO, REBUILT_AT

Orders = Mapping[OrderId, Order]
MARGIN = timedelta(hours=1)  # beside the grace: two clocks are never the same


@dataclass
class Covered:
    """What looking came to: how many orders were sales already, and the sales that the ERP did not show.

    `broken`: orders whose sale in the ERP met a bug, so that nobody knows whether they are sold.
    """

    adopted: int = 0
    hidden: list[int] = field(default_factory=list)
    broken: set[OrderId] = field(default_factory=set)


async def cover(parts: Parts, orders: Orders) -> Covered:
    """Look at the ERP's sales made since the last moment that was looked at, less the grace.

    `orders`: those to be sold, as the shop tells them now.

    Raises StateError where one is of an order that the state does not know as sold: it is older than the ERP,
    or new. Sales of a time that was never looked at are taken over.
    """
    notes, now, covered = parts.state.notes, parts.clock(), Covered()
    needed, begin, end = _needed(parts), notes.time(COVERED_FROM), notes.time(COVERED_TO)
    start = min(end, now) - parts.grace - MARGIN if end else needed
    first = min(start, needed) if begin is None or needed < begin else start
    new = end if begin is None else begin  # what is older was never looked at
    highest, meeting = parts.state.sends.highest_number(), _Meeting(parts, orders)
    async for page in parts.erp.sales_made(since=first, above=highest):
        for listed, sale in await read_unknown(parts, page):
            if sale is None:
                covered.hidden.append(listed.number)
                continue
            try:
                with parts.single(str(listed.number)):
                    covered.adopted += await meeting.of(listed, sale, is_new=_is_before(listed, new))
            except Broken as error:
                covered.hidden.append(listed.number)
                covered.broken |= meeting.keep(sale, error)
    notes.set_time(COVERED_FROM, min(begin or needed, needed))
    if not covered.hidden:  # what was not shown is looked at again
        notes.set_time(COVERED_TO, now)
    return covered


def _needed(parts: Parts) -> datetime:
    """From when on sales matter: none of an order that may be sent was made before."""
    since = parts.rules.since
    day = beginning(since) if since else parts.clock()
    return min(day, parts.rules.begin or day)


def _is_before(sale: ListedSale, moment: datetime | None) -> bool:
    return sale.made_at is not None and moment is not None and sale.made_at < moment


async def read_unknown(parts: Parts, page: list[ListedSale]) -> list[tuple[ListedSale, ErpSale | None]]:
    """Those of a page that the state does not know, each read whole; None: not shown."""

    async def read(listed: ListedSale) -> tuple[ListedSale, ErpSale | None]:
        async with at_once:
            try:
                with parts.single(str(listed.number)):
                    return listed, await parts.erp.sale(listed.id)
            except (ItemError, Unavailable):  # of one sale: the list was answered
                return listed, None

    at_once, known = asyncio.Semaphore(TOGETHER), parts.state.sales.known(sale.id for sale in page)
    return await all_of(read(listed) for listed in page if listed.id not in known)


class _Meeting:
    """Makes out what the sales mean that the state does not know by their ids."""

    def __init__(self, parts: Parts, orders: Orders) -> None:
        self.parts, self.state, self.orders = parts, parts.state, orders
        self.names, self._marked = names_of(parts.state, parts.rules), Marked(parts.state, orders)
        self._booked = AsBooked(parts)

    async def of(self, listed: ListedSale, sale: ErpSale, *, is_new: bool) -> bool:
        """Returns whether a sale was taken over. `is_new`: of a time that was never looked at.

        A person may have written several orders into one sale: then each is asked about, and none has it.
        Raises StateError where one of ours says how old the state is.
        """
        marks = marks_in(sale.notes)
        if not marks:
            self._hint(sale)
        named = list(dict.fromkeys(order_id for mark in marks if (order_id := self._of_ours(mark, sale))))
        ours = [order_id for order_id in named if self.state.orders.get(order_id)] or named
        sold = self.state.sales.of(ours)
        for known in sold.values() if not sale.cancelled else ():
            tell_double(self.parts, known, sale.number)
        if not sold:
            self._check_age(ours, sale, is_new=is_new or self._was_late(listed))
        taken = ours[0] if len(ours) == 1 and not sold else None
        if taken:
            sent = self.state.sends.under(taken, sale.number)
            take_over(self.parts, taken, sale, sent, None if sent else await self._as_booked(taken, sale))
        for mark in marks:
            await self._look(mark, listed, sale, ours)
        return taken is not None

    def _of_ours(self, mark: Mark, sale: ErpSale) -> OrderId | None:
        """The order of this shop that a mark names, where it is clear that it is of this shop."""
        if not self.names.are_ours(mark.shop_id):
            return None
        order_id = self._order(mark, sale)
        note, order = self.state.orders.get(order_id), self.orders.get(order_id)
        if self.names.whose(mark, sale, note, order) is Whose.OURS:
            return order_id
        sends = self.state.sends.under(order_id, sale.number)
        return order_id if any(each.is_open and each.may_be_made for each in sends) else None

    def _check_age(self, orders: Iterable[OrderId], sale: ErpSale, *, is_new: bool) -> None:
        """A sale of an order that nobody here sent or left alone is of a newer state. Raises StateError."""
        if is_new or any(self.state.sends.under(order_id, sale.number) for order_id in orders):
            return
        for order_id in orders:
            if (Kind.SALE, order_id) not in self.state.items.ignored():
                text = _(
                    "The ERP has sale {number} of order {order}, which the state file does not know:"
                    " it is older than the ERP, or new. Nothing was sent. Run: contaazul-sync rebuild"
                )
                raise StateError(text.format(number=sale.number, order=order_id))

    async def _look(self, mark: Mark, listed: ListedSale, sale: ErpSale, ours: Container[OrderId]) -> None:
        """A sale that may be an order's, or of another shop. `ours`: whose it is, as far as marks tell."""
        order_id = self._order(mark, sale)
        note, order = self.state.orders.get(order_id), self.orders.get(order_id)
        if sale.cancelled or not note or _is_older(listed, note) or not self._is_to_be_sold(note):
            return
        whose = self.names.whose(mark, sale, note, order)
        if whose is Whose.PERHAPS:
            await self._ask_for_names(mark, sale, note)
        if whose is Whose.UNCLEAR or order_id in ours:
            self._ask(note, may_be_its(sale))

    def keep(self, sale: ErpSale, error: Broken) -> set[OrderId]:
        """Keep a bug that was met at a sale as one of the orders that it may be of. Returns these."""
        marks = marks_in(sale.notes)
        ours = {self._order(mark, sale) for mark in marks if self.names.are_ours(mark.shop_id)}
        named = {self._order(mark, sale) for mark in marks} or {OrderId(sale.nsu)}
        notes = [note for note in self.state.orders.of(named) if self._is_to_be_sold(note)]
        wanted = [note for note in notes if note.id in ours or not marks or fits(sale, note)]
        for note in wanted:
            keep_broken(self.parts, Kind.SALE, note.id, note.version, error)
        return {note.id for note in wanted}

    def _order(self, mark: Mark, sale: ErpSale) -> OrderId:
        """The order that a mark names; under another shop's name one of this shop may be called so, too."""
        if self.names.are_ours(mark.shop_id):
            return self._marked.order(mark.order_id, sale)
        return OrderId(mark.order_id)

    async def _as_booked(self, order_id: OrderId, sale: ErpSale) -> OrderNote | None:
        """An order as it was booked by somebody else than this state, where it is not so any more."""
        note, order = self.state.orders.get(order_id), self.orders.get(order_id)
        if note and order is None and sale.total != note.total:
            order = await told_now(self.parts, order_id)
        try:
            return await self._booked.note_of(order_id, sale, note, order)
        except (ItemError, Unavailable):  # of one sale: the list was answered, and told its sums
            return await self._booked.note_of(order_id, sale, note, order, by_sums=True)

    def _was_late(self, sale: ListedSale) -> bool:
        """Whether a sale was made before the last rebuild, which looked at all that the ERP showed then."""
        rebuilt_at = self.state.notes.time(REBUILT_AT)
        if not (sale.made_at and rebuilt_at) or rebuilt_at > self.parts.clock():
            return False
        return sale.made_at < rebuilt_at

    async def _ask_for_names(self, mark: Mark, sale: ErpSale, note: OrderNote) -> None:
        """A sale that is an order to the centavo under a name that nobody knows. Raises StateError.

        What of an order is kept has no buyer, so the shop is asked for one that it did not list just now.
        """
        order = self.orders.get(note.id) or await told_now(self.parts, note.id)
        if self.names.whose(mark, sale, note, order) is not Whose.PERHAPS:
            return
        text = _(
            "The ERP has sale {number} of order {order} of '{name}', with the day and the total of that order"
            " here: this shop may have been called so. Nothing was sent. Run: contaazul-sync rebuild"
        )
        raise StateError(text.format(number=sale.number, order=mark.order_id, name=mark.shop_id))

    def _hint(self, sale: ErpSale) -> None:
        """A sale without a mark may be an unsold order's, by number and total: a person can tell, once."""
        note = self.state.orders.get(sale.nsu) if sale.nsu else None
        totals = {note.total, *(send.total for send in self.state.sends.of(note.id))} if note else set()
        if note and sale.total in totals and not sale.cancelled and self._is_to_be_sold(note):
            reason = _("sale {number} of the ERP has this order's number and total, and not our mark")
            self._ask(note, reason.format(number=sale.number))

    def _is_to_be_sold(self, note: OrderNote) -> bool:
        ignored = (Kind.SALE, note.id) in self.state.items.ignored()
        settled = ignored or self.state.sales.of([note.id]) or self.parts.rules.too_old(note)
        return note.payment is Payment.PAID and not settled

    def _ask(self, note: OrderNote, reason: Said) -> None:
        """Put an order before a person, once for each sale that may be its own."""
        if not was_asked(self.parts, note.id, reason):
            ask_whose(self.parts, note, reason)


def _is_older(sale: ListedSale, note: OrderNote) -> bool:
    """Whether a sale was made before an order was, so that it cannot be of it."""
    if sale.made_at is None or note.created_at is None:
        return False
    return sale.made_at + MARGIN < note.created_at
