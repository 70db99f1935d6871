"""`reconcile`: reads the shop and the ERP, and has them compared. Writes nothing anywhere.

It works on a copy of the state in memory.
"""

from collections.abc import Container, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from contaazul_sync.core.differences import (
    Compared,
    Difference,
    Month,
    differing_orders,
    differing_products,
    living,
    months,
)
from contaazul_sync.core.erp import ErpProduct, ErpSale
from contaazul_sync.core.errors import ItemError, Missing, Unavailable
from contaazul_sync.core.ids import ErpId, OrderId
from contaazul_sync.core.items import Kind
from contaazul_sync.core.orders import OrderNote, Payment, Sale
from contaazul_sync.core.plan.orders import is_news
from contaazul_sync.core.plan.units import balance_of
from contaazul_sync.core.products import Link
from contaazul_sync.core.words import _
from contaazul_sync.passes.binding import bind
from contaazul_sync.passes.decide import decide, lately_ordered
from contaazul_sync.passes.motion import Motion
from contaazul_sync.passes.names import sales_by_order
from contaazul_sync.passes.parts import Parts
from contaazul_sync.passes.walk import keep_watermarks, walk
from contaazul_sync.state.file import State


@dataclass
class Result:
    """What was compared, and what differs."""

    checked_at: datetime
    compared: int = 0
    products: list[Difference] = field(default_factory=list)
    paid: int = 0
    sold: int = 0
    orders: list[Difference] = field(default_factory=list)
    left_alone: list[Difference] = field(
        default_factory=list
    )  # of orders, by a person: told, and no difference
    left_alone_sum: int = 0  # what those orders are worth, in centavos
    months: list[Month] = field(default_factory=list)
    reads_orders: bool = True  # where not, orders and sales were not compared
    settles: bool = False  # the money of sales is received

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


async def read_shop(parts: Parts) -> None:
    """Read all of the shop into the copy of the state. Raises SyncError."""
    if parts.refusal:
        raise parts.refusal
    now = parts.clock()
    bind(parts.state, parts.rules.shop_id, parts.company_id)
    parts.state.notes.set("full_walk", "")  # of the copy: all of the shop is read
    parts.progress(_("read the shop"), 0, 0)
    seen = await walk(parts)
    if seen.trouble:
        raise seen.trouble
    keep_watermarks(parts.state, seen, now)


async def _reconcile(parts: Parts) -> Result:
    state, rules, now = parts.state, parts.rules, parts.clock()
    await read_shop(parts)
    result = Result(now, reads_orders=parts.shop.can.orders)
    parts.progress(_("read the ERP's products"), 0, 0)
    result.products = list(differing_products(*await _both(parts, result)))
    if not result.reads_orders:
        return result
    parts.progress(_("read the ERP's sales"), 0, 0)
    notes = [note for note in state.orders.all() if not (note.within or rules.too_old(note))]
    kept = state.sales.of(note.id for note in notes)
    sales = [sale async for sale in parts.erp.list_sales(since=rules.since)]
    ours = sales_by_order(state, rules, sales)
    await ask_for_unlisted(parts, ours, kept)
    paid = [note for note in notes if note.payment is Payment.PAID]
    result.paid = len(paid)
    result.sold = sum(bool(living(ours.get(note.id, ()))) for note in paid)
    kept |= state.sales.of(ours)  # older orders that were sent when somebody asked for it
    found = list(differing_orders(notes, ours, kept, _left_alone(state, notes, kept)))
    result.orders = [each for each in found if not each.left_alone]
    result.left_alone = [each for each in found if each.left_alone]
    names = {each.name for each in result.left_alone}
    result.left_alone_sum = sum(note.total for note in notes if note.id in names)
    result.months = months(notes, ours, kept, state.takings.by_order())
    result.settles = bool(state.settlements.since())
    return result


def _left_alone(state: State, notes: Iterable[OrderNote], kept: Container[OrderId]) -> set[OrderId]:
    """The orders that a person said to leave alone: one that is sold, as long as it is as it was then."""
    ignored = state.items.ignored()
    said = [(note, seen) for note in notes if (seen := ignored.get((Kind.SALE, note.id))) is not None]
    return {note.id for note, seen in said if note.id not in kept or not is_news(seen, note)}


async def ask_for_unlisted(
    parts: Parts, ours: dict[OrderId, list[ErpSale]], kept: Mapping[OrderId, Sale]
) -> None:
    """Read the sales that the state knows and the list does not show: the ERP's search may lag."""
    for order_id, sale in kept.items():
        if order_id not in ours:
            with suppress(Missing):
                ours[order_id] = [await parts.erp.sale(sale.erp_id)]


async def _both(parts: Parts, result: Result) -> tuple[list[Compared], dict[ErpId, ErpProduct]]:
    """The linked products with the balances that they should have, and their twins."""
    state, motion = parts.state, Motion(parts)
    decision = decide(parts, fresh=True)
    moving = lately_ordered(parts)
    twins = {twin.id: twin async for page in parts.erp.list_products() for twin in page}
    linked = []
    for product, link in state.pairs.linked():
        if product.gone:
            continue
        result.compared += 1
        if link.erp_id not in twins and (twin := await _alone(parts, link)):
            twins[twin.id] = twin
        # In `moving`, an old stock differs from a new sale, and nothing is wrong.
        unknown = motion.waits(link) or product.problem or product.stock is None or product.key in moving
        balance = None if unknown else balance_of(product, decision.pending)
        listed = twins.get(link.erp_id)
        if listed and balance is not None and (listed.balance != balance or motion.hides(link)):
            # The list may count what is reserved.
            told = twins[link.erp_id] = await _alone(parts, link) or listed
            if told.balance is not None and motion.explains(link.key, balance, told.balance):
                balance = None
        linked.append((product, link, balance))
    return linked, twins


async def _alone(parts: Parts, link: Link) -> ErpProduct | None:
    """A twin that the list does not show, asked for by its id."""
    try:
        return await parts.erp.product(link.erp_id)
    except Missing:
        return None


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
            "left_alone": list(map(_told, result.left_alone)),
            "left_alone_sum": result.left_alone_sum,
        },
        "months": [
            {
                "month": each.month,
                "orders": each.orders,
                "order_value": each.order_value,
                "sales": each.sales,
                "sale_value": each.sale_value,
                **({"received": each.received, "fees": each.fees} if result.settles else {}),
            }
            for each in result.months
        ],
    }


def _told(difference: Difference) -> dict[str, Any]:
    return {
        "key": difference.name,
        "code": difference.code,
        "what": difference.what,
        "ours": difference.ours,
        "theirs": difference.theirs,
        "ours_amount": difference.amounts[0],
        "theirs_amount": difference.amounts[1],
        "next_step": difference.next_step,
    }
