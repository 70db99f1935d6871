"""`reconcile`: whether the shop, the ERP and the state tell the same. Reads both, writes nothing anywhere.

What decides is pure (`differing_products`, `differing_orders`, `months`); the reading is done on a copy of
the state in memory.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from contaazul_sync.core import drafts, plan
from contaazul_sync.core.days import local_day
from contaazul_sync.core.errors import ItemError, Missing, Unavailable
from contaazul_sync.core.models import (
    ErpId,
    ErpProduct,
    ErpSale,
    Kind,
    Link,
    OrderId,
    OrderNote,
    Payment,
    Product,
    Sale,
    differs,
)
from contaazul_sync.core.money import plain, written
from contaazul_sync.core.words import _, typed
from contaazul_sync.passes import gather
from contaazul_sync.passes.parts import Parts
from contaazul_sync.passes.sync import bind


@dataclass(frozen=True)
class Difference:
    """One thing that is not the same on both sides. `name`: the SKU or the order's number.

    `code` says what, in one word for programs; `what` in words for people.
    """

    name: str
    code: str
    what: str
    ours: str
    theirs: str
    next_step: str


@dataclass(frozen=True)
class Month:
    """The paid orders of a month and the live sales of them, with their sums in centavos."""

    month: str
    orders: int
    order_value: int
    sales: int
    sale_value: int


@dataclass
class Result:
    """What was compared, and what differs."""

    checked_at: datetime
    compared: int = 0
    products: list[Difference] = field(default_factory=list)
    paid: int = 0
    sold: int = 0
    orders: list[Difference] = field(default_factory=list)
    months: list[Month] = field(default_factory=list)
    reads_orders: bool = True  # where not, orders and sales were not compared

    @property
    def agrees(self) -> bool:
        """Whether nothing differs."""
        return not (self.products or self.orders)


async def reconcile(parts: Parts) -> Result:
    """Compare everything. `parts.state` is expected to be a copy. Raises SyncError, and no ItemError."""
    try:
        return await _reconcile(parts)
    except ItemError as error:  # not of one item: a listing was refused
        raise Unavailable(error.message) from error


async def _reconcile(parts: Parts) -> Result:
    if parts.refusal:
        raise parts.refusal
    state, rules, now = parts.state, parts.rules, parts.clock()
    bind(state, rules.shop_id, parts.company_id)
    state.notes.set("full_walk", "")  # of the copy: all of the shop is read
    parts.progress(_("read the shop"), 0, 0)
    seen = await gather.walk(state, parts.shop, rules, now)
    if seen.trouble:
        raise seen.trouble
    gather.keep_watermarks(state, seen, now)
    result = Result(now, reads_orders=parts.shop.can.orders)
    parts.progress(_("read the ERP's products"), 0, 0)
    result.products = list(differing_products(*await _both(parts, result)))
    if not result.reads_orders:
        return result
    parts.progress(_("read the ERP's sales"), 0, 0)
    notes = [note for note in state.orders.all() if not rules.too_old(note)]
    kept = state.sales.of(note.id for note in notes)
    ours = by_order([sale async for sale in parts.erp.list_sales(since=rules.since)], rules.shop_id)
    await _ask_for_unlisted(parts, ours, kept)
    ignored = state.items.ignored()
    left_alone = {
        note.id
        for note in notes
        if (version := ignored.get((Kind.SALE, note.id))) is not None and not differs(version, note.version)
    }
    paid = [note for note in notes if note.payment is Payment.PAID]
    result.paid = len(paid)
    result.sold = sum(bool(_live(ours.get(note.id, ()))) for note in paid)
    kept |= state.sales.of(ours)  # older orders that were sent when somebody asked for it
    result.orders = list(differing_orders(notes, ours, kept.keys(), left_alone))
    result.months = months(notes, ours)
    return result


async def _ask_for_unlisted(
    parts: Parts, ours: dict[OrderId, list[ErpSale]], kept: Mapping[OrderId, Sale]
) -> None:
    """Read the sales that the state knows and the list does not show: the ERP's search may lag."""
    for order_id, sale in kept.items():
        if order_id not in ours:
            with suppress(Missing):
                ours[order_id] = [await parts.erp.sale(sale.erp_id)]


Compared = tuple[Product, Link, Decimal | None]


async def _both(parts: Parts, result: Result) -> tuple[list[Compared], dict[ErpId, ErpProduct]]:
    """The linked products with the balances that they should have, and their twins."""
    state, now = parts.state, parts.clock()
    decision = gather.decide(state, parts.rules, now, parts.grace, fresh=True)
    moving = gather.lately_ordered(state, parts.rules, now)
    twins = {twin.id: twin async for page in parts.erp.list_products() for twin in page}
    linked = []
    for product, link in state.pairs.linked():
        if product.gone:
            continue
        result.compared += 1
        if link.erp_id not in twins and (twin := await _alone(parts, link)):
            twins[twin.id] = twin
        settling = link.compare_after is not None and link.compare_after > now
        # In `moving`, an old stock differs from a new sale, and nothing is wrong.
        unknown = settling or product.problem or product.stock is None or product.key in moving
        balance = None if unknown else plan.balance_of(product, decision.pending)
        listed = twins.get(link.erp_id)
        if (
            listed and balance is not None and listed.balance != balance
        ):  # the list may count what is reserved
            twins[link.erp_id] = await _alone(parts, link) or listed
        linked.append((product, link, balance))
    return linked, twins


async def _alone(parts: Parts, link: Link) -> ErpProduct | None:
    """A twin that the list does not show, asked for by its id."""
    try:
        return await parts.erp.product(link.erp_id)
    except Missing:
        return None


def by_order(sales: Iterable[ErpSale], shop_id: str) -> dict[OrderId, list[ErpSale]]:
    """Our sales by the order that their mark names."""
    found: dict[OrderId, list[ErpSale]] = {}
    for sale in sales:
        if order_id := drafts.marked_order(shop_id, sale.notes):
            found.setdefault(OrderId(order_id), []).append(sale)
    return found


def _live(sales: Iterable[ErpSale]) -> list[ErpSale]:
    return [sale for sale in sales if not sale.cancelled]


def differing_products(linked: Iterable[Compared], twins: Mapping[ErpId, ErpProduct]) -> Iterator[Difference]:
    """The linked products whose twin is gone, asleep, or has another price or balance than it should.

    The balance that it should have is None where that is not to be compared now.
    """
    for product, link, balance in linked:
        name, twin = product.sku, twins.get(link.erp_id)
        if twin is None:
            step = _("contaazul-sync send-products {sku} (creates it again)").format(sku=name)
            yield Difference(name, "deleted_in_erp", _("deleted in the ERP"), product.name, "", step)
            continue
        if not twin.active:
            step = _("make it active in the ERP")
            yield Difference(name, "inactive_in_erp", _("inactive in the ERP"), product.name, twin.name, step)
        if link.sent is not None and twin.price is not None and twin.price != link.sent:
            step = _("put the price right in the ERP, or change it in the shop: then it is sent")
            yield Difference(name, "price", _("price"), written(link.sent), written(twin.price), step)
        if balance is not None and twin.balance is not None and twin.balance != balance:
            step = _("correct the stock in the ERP")
            yield Difference(name, "stock", _("stock"), plain(balance), plain(twin.balance), step)


def differing_orders(
    notes: Sequence[OrderNote],
    ours: Mapping[OrderId, Sequence[ErpSale]],
    kept: Set[OrderId],
    left_alone: Set[OrderId],
) -> Iterator[Difference]:
    """The orders that are not one live sale of the same sum, and the sales that no order explains.

    `kept`: the orders whose sale the state knows. One that is sold twice is told of, left alone or not.
    """
    known = {note.id for note in notes}
    for note in notes:
        sales = ours.get(note.id, ())
        if len(_live(sales)) > 1:
            numbers = ", ".join(str(sale.number) for sale in _live(sales))
            step = _("keep one of them in the ERP")
            total = written(note.total)
            yield Difference(note.id, "sold_twice", _("sold more than once"), total, numbers, step)
        elif note.id not in left_alone:
            yield from _paid(note, sales) if note.payment is Payment.PAID else _not_paid(note, sales)
            yield from _strange(note.id, sales, kept)
    for order_id, sales in ours.items():
        if order_id not in known | kept:
            for sale in _live(sales):
                what, step = _("a sale without an order"), _("look in the shop whether the order exists")
                yield Difference(order_id, "sale_without_order", what, "", _number(sale), step)


def _number(sale: ErpSale) -> str:
    return _("sale {number}").format(number=sale.number)


def _strange(order_id: OrderId, sales: Sequence[ErpSale], kept: Set[OrderId]) -> Iterator[Difference]:
    """A live sale of ours that the state does not know: it is older than the ERP."""
    if order_id not in kept:
        for sale in _live(sales):
            what = _("in the ERP, and not known to the state")
            yield Difference(order_id, "unknown_sale", what, "", _number(sale), typed("rebuild"))


def _paid(note: OrderNote, sales: Sequence[ErpSale]) -> Iterator[Difference]:
    live, show = _live(sales), typed(f"show {note.id}")
    total = written(note.total)
    if not live and sales:
        number = _("sale {number}, cancelled").format(number=sales[0].number)
        yield Difference(
            note.id, "sale_cancelled", _("paid, and its sale is cancelled in the ERP"), total, number, show
        )
    elif not live:
        yield Difference(note.id, "no_sale", _("paid, and no sale in the ERP"), total, "", show)
    elif live[0].total is not None and live[0].total != note.total:
        yield Difference(note.id, "other_sum", _("another sum"), total, written(live[0].total), show)


def _not_paid(note: OrderNote, sales: Sequence[ErpSale]) -> Iterator[Difference]:
    for sale in _live(sales):
        number = _("sale {number}").format(number=sale.number)
        step = _("put sale {number} right in the ERP, then: contaazul-sync ignore {order}")
        yield Difference(
            note.id,
            "not_paid",
            _("sold, and not paid in the shop"),
            note.status,
            number,
            step.format(number=sale.number, order=note.id),
        )


def months(notes: Iterable[OrderNote], ours: Mapping[OrderId, Sequence[ErpSale]]) -> list[Month]:
    """The sums of each month, by the day of the payment in São Paulo, the oldest first.

    On one side the paid orders, on the other all live sales of ours, of whatever order.
    """
    sums: dict[str, list[int]] = {}
    for note in notes:
        live, paid = _live(ours.get(note.id, ())), note.payment is Payment.PAID
        if not (live or paid):
            continue
        row = sums.setdefault(f"{local_day(note.counted_at):%Y-%m}", [0, 0, 0, 0])
        value = sum(sale.total or 0 for sale in live)
        for place, number in enumerate((int(paid), note.total if paid else 0, len(live), value)):
            row[place] += number
    return [Month(month, *row) for month, row in sorted(sums.items())]


def as_json(result: Result) -> dict[str, Any]:
    """The stable form: docs/schemas/reconcile.schema.json."""
    return {
        "version": 1,
        "agrees": result.agrees,
        "checked_at": result.checked_at.isoformat(),
        "shop": {"orders_readable": result.reads_orders},
        "products": {"compared": result.compared, "differences": list(map(_told, result.products))},
        "orders": {
            "paid": result.paid,
            "sold": result.sold,
            "differences": list(map(_told, result.orders)),
        },
        "months": [
            {
                "month": each.month,
                "orders": each.orders,
                "order_value": each.order_value,
                "sales": each.sales,
                "sale_value": each.sale_value,
            }
            for each in result.months
        ],
    }


def _told(difference: Difference) -> dict[str, str]:
    return {
        "key": difference.name,
        "code": difference.code,
        "what": difference.what,
        "ours": difference.ours,
        "theirs": difference.theirs,
        "next_step": difference.next_step,
    }
