"""Making the state anew from the two systems: links by SKU, sales by number and mark. Nothing is sent."""

from dataclasses import dataclass, replace

from contaazul_sync import drafts, gather, plan
from contaazul_sync.errors import Unusable
from contaazul_sync.models import ErpProduct, Failure, Group, Kind, Link, OrderId, Payment, Product
from contaazul_sync.money import adjusted
from contaazul_sync.sync import Parts, bind


@dataclass
class Found:
    """What a rebuild found: products and sales of ours in the ERP, and paid orders without a sale."""

    links: int = 0
    sales: int = 0
    unsold: int = 0


async def rebuild(parts: Parts) -> Found:
    """Learn from both systems what is done already. What the state knows stays as it is.

    A paid order without a sale is not sent by the next pass: its sale may have been deleted in the ERP, or
    it was booked by hand. A person decides, by `retry` or `ignore`.
    """
    if parts.refusal:
        raise parts.refusal
    state, now = parts.state, parts.clock()
    bind(state, parts.rules.shop_id, parts.company_id)
    state.set_note("full_walk", "")  # all of the shop, not only what changed
    seen = await gather.walk(state, parts.shop, now)
    found = Found(links=await _link(parts), sales=await _adopt_sales(parts))
    found.unsold = _ask(parts)
    gather.keep_watermarks(state, seen, now)
    return found


async def _link(parts: Parts) -> int:
    by_sku: dict[str, list[ErpProduct]] = {}
    async for twin in parts.erp.list_products():
        by_sku.setdefault(twin.sku, []).append(twin)
    state, shared = parts.state, parts.state.same_sku()
    count = 0
    for product in list(state.products()):
        twins = by_sku.get(product.sku, [])
        if not product.sku or product.sku in shared or not twins or state.link(product.key):
            continue
        try:
            only = gather.the_one(twins, f"the SKU {product.sku}")
            if only:
                state.save_link(_linked(parts, product, only), parts.clock())
                count += 1
        except Unusable:
            continue  # more than one, or inactive: choosing the product again says so
    return count


def _linked(parts: Parts, product: Product, twin: ErpProduct) -> Link:
    """The ERP's price counts as sent last: the next pass sends the shop's only where it differs."""
    base = product.base(parts.rules.price_source)
    link = Link(product.key, twin.id, product.sku, sent=twin.price, compare_after=parts.clock())
    return replace(link, base=base) if twin.price == adjusted(base, parts.rules.percent) else link


async def _adopt_sales(parts: Parts) -> int:
    """Take over the ERP's sales that carry our mark, those of the days whose orders are sent at all."""
    state, count = parts.state, 0
    async for sale in parts.erp.list_sales(since=parts.rules.since):
        order_id = drafts.marked_order(parts.rules.shop_id, sale.notes)
        if order_id is None or state.sales([OrderId(order_id)]):
            continue
        now = parts.clock()
        gather.record_sale(state, OrderId(order_id), sale.id, sale.number, parts.rules, now, parts.grace)
        count += 1
    return count


def _ask(parts: Parts) -> int:
    """Put every paid order without a sale before a person."""
    state, now = parts.state, parts.clock()
    decision = gather.decide(state, parts.rules, now, parts.grace, fresh=True)
    notes = [note for note in decision.notes if note.payment is Payment.PAID and note.id not in decision.sold]
    asked = [note for note in notes if not plan.too_old(note, parts.rules)]
    for note in asked:
        reason = "paid before the rebuild, and the ERP shows no sale of it"
        step = f"to send it: contaazul-sync retry {note.id}; if it is booked already: ignore {note.id}"
        version = plan.order_version(note, parts.rules)
        state.fail(Failure(Kind.SALE, note.id, Group.ATTENTION, reason, step, now, 1, version))
    return len(asked)
