"""Coverage: before a pass sends an order, the ERP's sales made since this state last looked are looked at.

So a copy of the state, however old, meets what was made after it; and orders of an earlier time than any that
were ever looked at find what was sold of them before.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from contaazul_sync.core.days import beginning
from contaazul_sync.core.drafts.marks import Mark, marks_in
from contaazul_sync.core.erp import ErpSale, ListedSale
from contaazul_sync.core.errors import Broken, ItemError, StateError, Unavailable
from contaazul_sync.core.ids import OrderId
from contaazul_sync.core.items import Kind, Send
from contaazul_sync.core.orders import Order, OrderNote, Payment
from contaazul_sync.core.words import Said, _
from contaazul_sync.erp.client import TOGETHER
from contaazul_sync.passes.asking import was_asked
from contaazul_sync.passes.crew import all_of
from contaazul_sync.passes.names import Whose, names_of
from contaazul_sync.passes.outcomes import keep_broken
from contaazul_sync.passes.parts import Parts
from contaazul_sync.passes.sold import ask_whose, may_be_its, take_over, tell_double
from contaazul_sync.state.notes import COVERED_FROM, COVERED_TO

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
    highest = parts.state.sends.highest_number()
    async for page in parts.erp.sales_made(since=first, above=highest):
        for listed, sale in await read_unknown(parts, page):
            if sale is None:
                covered.hidden.append(listed.number)
                continue
            try:
                with parts.single(str(listed.number)):
                    covered.adopted += _meet(parts, orders, listed, sale, is_new=_is_before(listed, new))
            except Broken as error:
                covered.hidden.append(listed.number)
                covered.broken |= _keep(parts, sale, error)
    notes.set_time(COVERED_FROM, min(begin or needed, needed))
    if not covered.hidden:  # what was not shown is looked at again
        notes.set_time(COVERED_TO, now)
    return covered


def _needed(parts: Parts) -> datetime:
    """From when on sales matter: none of an order that may be sent was made before."""
    since = parts.rules.since
    day = beginning(since) if since else parts.clock()
    return min(day, parts.rules.begin or day)


def _keep(parts: Parts, sale: ErpSale, error: Broken) -> set[OrderId]:
    """Keep a bug that was met at a sale as one of the orders that the sale names. Returns these."""
    named = {OrderId(mark.order_id) for mark in marks_in(sale.notes)} | {OrderId(sale.nsu)}
    notes = [note for order_id in named if (note := parts.state.orders.get(order_id))]
    wanted = [note for note in notes if _is_to_be_sold(parts, note)]
    for note in wanted:
        keep_broken(parts, Kind.SALE, note.id, note.version, error)
    return {note.id for note in wanted}


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


def _meet(parts: Parts, orders: Orders, listed: ListedSale, sale: ErpSale, *, is_new: bool) -> bool:
    """Make out what a sale means that the state does not know by its id. Returns whether it was taken over.

    `is_new`: of a time that was never looked at.
    """
    state, names, marks = parts.state, names_of(parts.state, parts.rules), marks_in(sale.notes)
    if not marks:
        _hint(parts, sale)
    for mark in marks:
        order_id = OrderId(mark.order_id)
        note = state.orders.get(order_id)
        sent = [send for send in state.sends.in_question(order_id) if send.number == sale.number]
        whose = names.whose(mark, sale, note, orders.get(order_id))
        if whose is Whose.OURS or (sent and names.are_ours(mark.shop_id)):
            return _is_ours(parts, order_id, sale, sent, is_new=is_new)
        if note is None or _is_older(listed, note) or not _is_to_be_sold(parts, note):
            continue
        if whose is Whose.PERHAPS:
            raise StateError(_perhaps(mark, sale))
        if whose is Whose.UNCLEAR and not sale.cancelled:
            _ask(parts, note, may_be_its(sale))
    return False


def _is_older(sale: ListedSale, note: OrderNote) -> bool:
    """Whether a sale was made before an order was, so that it cannot be of it."""
    if sale.made_at is None or note.created_at is None:
        return False
    return sale.made_at + MARGIN < note.created_at


def _perhaps(mark: Mark, sale: ErpSale) -> Said:
    text = _(
        "The ERP has sale {number} of order {order} of '{name}', with the day and the total of that order"
        " here: this shop may have been called so. Nothing was sent. Run: contaazul-sync rebuild"
    )
    return text.format(number=sale.number, order=mark.order_id, name=mark.shop_id)


def _is_ours(parts: Parts, order_id: OrderId, sale: ErpSale, sent: list[Send], *, is_new: bool) -> bool:
    """A sale of an order of ours. Raises StateError where that says how old the state is."""
    state = parts.state
    if known := state.sales.of([order_id]).get(order_id):
        if not sale.cancelled:
            tell_double(parts, known, sale.number)
        return False
    if not (sent or is_new or (Kind.SALE, order_id) in state.items.ignored()):
        text = _(
            "The ERP has sale {number} of order {order}, which the state file does not know:"
            " it is older than the ERP, or new. Nothing was sent. Run: contaazul-sync rebuild"
        )
        raise StateError(text.format(number=sale.number, order=order_id))
    take_over(parts, order_id, sale, sent)
    return True


def _hint(parts: Parts, sale: ErpSale) -> None:
    """A sale without a mark may be an unsold order's, by its number and total: a person can tell, once."""
    note = parts.state.orders.get(sale.nsu) if sale.nsu else None
    if note and sale.total == note.total and not sale.cancelled and _is_to_be_sold(parts, note):
        reason = _("sale {number} of the ERP has this order's number and total, and not our mark")
        _ask(parts, note, reason.format(number=sale.number))


def _is_to_be_sold(parts: Parts, note: OrderNote) -> bool:
    ignored = (Kind.SALE, note.id) in parts.state.items.ignored()
    return note.payment is Payment.PAID and not (ignored or parts.state.sales.of([note.id]))


def _ask(parts: Parts, note: OrderNote, reason: Said) -> None:
    """Put an order before a person, once for each sale that may be its own."""
    if not was_asked(parts, note.id, reason):
        ask_whose(parts, note, reason)
