"""Coverage: before a pass sends an order, the ERP's sales made since this state last looked are looked at.

So a copy of the state, however old, meets what was made after it; and orders of an earlier time than any that
were ever looked at find what was sold of them before.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from contaazul_sync.core.days import BRAZIL
from contaazul_sync.core.drafts.marks import marks_in
from contaazul_sync.core.erp import ErpSale, ListedSale
from contaazul_sync.core.errors import Missing, StateError
from contaazul_sync.core.ids import OrderId
from contaazul_sync.core.items import Kind
from contaazul_sync.core.orders import Payment
from contaazul_sync.core.words import _
from contaazul_sync.erp.client import TOGETHER
from contaazul_sync.passes.names import Whose, names_of
from contaazul_sync.passes.parts import Parts
from contaazul_sync.passes.sold import ask_whose, may_be_its, record_sale, tell_double
from contaazul_sync.state.notes import COVERED_FROM, COVERED_TO

MARGIN = timedelta(hours=1)  # beside the grace: two clocks are never the same


@dataclass
class Covered:
    """What looking came to: how many orders were sales already, and the sales that the ERP did not show."""

    adopted: int = 0
    hidden: list[int] = field(default_factory=list)


async def cover(parts: Parts) -> Covered:
    """Look at the ERP's sales made since the last moment that was looked at, less the grace.

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
        for listed, sale in await _unknown(parts, page):
            if sale is None:
                covered.hidden.append(listed.number)
            else:
                covered.adopted += _meet(parts, sale, is_new=_is_before(listed, new))
    notes.set_time(COVERED_FROM, min(begin or needed, needed))
    notes.set_time(COVERED_TO, now)
    return covered


def _needed(parts: Parts) -> datetime:
    """From when on sales matter: none of an order that may be sent was made before."""
    since = parts.rules.since
    day = datetime.combine(since, time(), BRAZIL) if since else parts.clock()
    return min(day, parts.rules.begin or day)


def _is_before(sale: ListedSale, moment: datetime | None) -> bool:
    return sale.made_at is not None and moment is not None and sale.made_at < moment


async def _unknown(parts: Parts, page: list[ListedSale]) -> list[tuple[ListedSale, ErpSale | None]]:
    """Those of a page that the state does not know, each read whole; None: not shown."""

    async def read(listed: ListedSale) -> tuple[ListedSale, ErpSale | None]:
        async with at_once:
            try:
                return listed, await parts.erp.sale(listed.id)
            except Missing:
                return listed, None

    at_once, known = asyncio.Semaphore(TOGETHER), parts.state.sales.known(sale.id for sale in page)
    return await asyncio.gather(*(read(listed) for listed in page if listed.id not in known))


def _meet(parts: Parts, sale: ErpSale, *, is_new: bool) -> bool:
    """Make out what a sale means that the state does not know by its id. Returns whether it was taken over.

    `is_new`: of a time that was never looked at.
    """
    state, (order_id, whose) = parts.state, _order_of(parts, sale)
    sent = [send for send in state.sends.in_question(order_id) if send.number == sale.number]
    if whose is not Whose.OURS and not (sent and whose is Whose.UNCLEAR):
        if whose is Whose.OTHERS:
            reason = _("sale {number} of the ERP has this order's number and total, and not our mark")
            _ask_once(parts, OrderId(sale.nsu), sale, reason.format(number=sale.number), same_total=True)
        else:
            _ask_once(parts, order_id, sale, may_be_its(sale))
        return False
    if known := state.sales.of([order_id]).get(order_id):
        if not (sale.cancelled or known.ended_at):
            tell_double(parts, known, sale.number)
        return False
    if not (sent or is_new or (Kind.SALE, order_id) in state.items.ignored()):
        text = _(
            "The ERP has sale {number} of order {order}, which the state file does not know:"
            " it is older than the ERP, or new. Nothing was sent. Run: contaazul-sync rebuild"
        )
        raise StateError(text.format(number=sale.number, order=order_id))
    record_sale(parts, order_id, sale.id, sale.number, as_sent=sent[0] if sent else None)
    return True


def _order_of(parts: Parts, sale: ErpSale) -> tuple[OrderId, Whose]:
    """The order that a sale's mark names, and whose it is; of several marks, the likeliest."""
    names, orders = names_of(parts.state, parts.rules), parts.state.orders
    found = [
        (OrderId(mark.order_id), names.whose(mark, sale, orders.get(mark.order_id), None))
        for mark in marks_in(sale.notes)
    ]
    return min(found, key=lambda each: list(Whose).index(each[1]), default=(OrderId(""), Whose.OTHERS))


def _ask_once(
    parts: Parts, order_id: OrderId, sale: ErpSale, reason: str, *, same_total: bool = False
) -> None:
    """A sale may be an unsold order's: a person can tell, once."""
    state, note = parts.state, parts.state.orders.get(order_id)
    if note is None or note.payment is not Payment.PAID or sale.cancelled:
        return
    asked = reason in (said for _at, said in state.remarks.of(note.id))
    known = state.sales.of([note.id]) or (Kind.SALE, note.id) in state.items.ignored()
    if not (asked or known or (same_total and sale.total != note.total)):
        ask_whose(parts, note, reason)
