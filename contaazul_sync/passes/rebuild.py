"""Making the state anew from the two systems: links by SKU, sales by number and mark. Nothing is sent."""

from dataclasses import dataclass, field, replace

from contaazul_sync.core.drafts.marks import marked_order
from contaazul_sync.core.erp import ErpProduct, ErpSale
from contaazul_sync.core.errors import Unusable
from contaazul_sync.core.fingerprints import FORMAT
from contaazul_sync.core.ids import OrderId
from contaazul_sync.core.items import Failure, Group, Kind
from contaazul_sync.core.money import adjusted
from contaazul_sync.core.orders import OrderNote, Payment
from contaazul_sync.core.plan.orders import order_version
from contaazul_sync.core.products import Link, Product
from contaazul_sync.core.words import _
from contaazul_sync.passes.binding import REBUILDING, bind, made_whole
from contaazul_sync.passes.decide import decide
from contaazul_sync.passes.parts import Parts
from contaazul_sync.passes.sold import record_sale
from contaazul_sync.passes.twins import sku_named, the_one
from contaazul_sync.passes.walk import Seen, keep_watermarks, walk


@dataclass
class Found:
    """What a rebuild found: products and sales of ours in the ERP, and paid orders without a sale."""

    links: int = 0
    sales: int = 0
    unsold: int = 0
    hides_variations: bool = False  # those of the shop's products are not known to a new state
    other_prices: list[str] = field(default_factory=list)  # SKUs whose price in the ERP is not the shop's


async def rebuild(parts: Parts) -> Found:
    """Learn from both systems what is done already. What the state knows stays as it is.

    A paid order without a sale is not sent by the next pass: its sale may have been deleted in the ERP, or
    it was booked by hand. A person decides, by `retry` or `ignore`.
    """
    state, now = parts.state, parts.clock()
    state.notes.set(REBUILDING, "yes")  # until it has ended, no pass sends anything
    if parts.refusal:
        raise parts.refusal
    bind(state, parts.rules.shop_id, parts.company_id)
    state.notes.set("full_walk", "")  # all of the shop, not only what changed
    seen = await walk(parts)
    if seen.trouble:
        raise seen.trouble
    found = Found(hides_variations=parts.rules.hides_variations)
    await _link(parts, found)
    found.sales = await _adopt_sales(parts, seen)
    found.unsold = _ask(parts)
    keep_watermarks(state, seen, now)
    made_whole(state)
    return found


async def _link(parts: Parts, found: Found) -> None:
    by_sku: dict[str, list[ErpProduct]] = {}
    async for twins in parts.erp.list_products():
        for twin in twins:
            by_sku.setdefault(twin.sku, []).append(twin)
    state, shared = parts.state, parts.state.products.same_sku()
    for product in list(state.products.all()):
        twins = by_sku.get(product.sku, [])
        if not product.sku or product.sku in shared or not twins or state.links.get(product.key):
            continue
        try:
            only = the_one(twins, sku_named(product.sku))
            if only:
                state.links.save(_linked(parts, product, only), parts.clock())
                found.links += 1
        except Unusable:
            continue  # more than one, or inactive: choosing the product again says so
        if only and only.price != _price(parts, product):
            found.other_prices.append(product.sku)


def _price(parts: Parts, product: Product) -> int:
    return adjusted(product.base(parts.rules.price_source), parts.rules.percent)


def _linked(parts: Parts, product: Product, twin: ErpProduct) -> Link:
    """The ERP's price stays until the shop's changes: whether the merchant chose the product is not known."""
    base = product.base(parts.rules.price_source)
    sent = _price(parts, product)
    return Link(product.key, twin.id, product.sku, base, sent, compare_after=parts.clock())


async def _adopt_sales(parts: Parts, seen: Seen) -> int:
    """Take over the ERP's sales that carry our mark, those of the days whose orders are sent at all."""
    state, count = parts.state, 0
    async for sale in parts.erp.list_sales(since=parts.rules.since):
        marked = marked_order(parts.rules.shop_id, sale.notes)
        if marked is None or state.sales.of([order_id := OrderId(marked)]):
            continue
        record_sale(parts, order_id, sale.id, sale.number, _as_booked(parts, seen, order_id, sale))
        count += 1
    return count


def _as_booked(parts: Parts, seen: Seen, order_id: OrderId, sale: ErpSale) -> OrderNote | None:
    """An order as it was booked, where its sale has another total than the shop tells now.

    What was paid may have been less, and booked so. Everything else is a change that nobody has looked at.
    """
    note, order = parts.state.orders.get(order_id), seen.orders.get(order_id)
    if note is None or sale.total is None or sale.total == note.total:
        return None
    as_paid = order is not None and order.total_paid == sale.total
    return replace(
        note, total=sale.total, fingerprint=note.fingerprint if as_paid else f"{FORMAT}:another total"
    )


def _ask(parts: Parts) -> int:
    """Put every paid order without a sale before a person."""
    state, now = parts.state, parts.clock()
    decision = decide(parts, fresh=True)
    notes = [note for note in decision.notes if note.payment is Payment.PAID and note.id not in decision.sold]
    asked = [note for note in notes if not parts.rules.too_old(note)]
    for note in asked:
        reason = _("paid before the rebuild, and the ERP shows no sale of it")
        step = _("to send it: contaazul-sync retry {order}; if it is booked already: ignore {order}")
        step = step.format(order=note.id)
        version = order_version(note, parts.rules)
        state.items.fail(Failure(Kind.SALE, note.id, Group.ATTENTION, reason, step, now, 1, version))
    return len(asked)
