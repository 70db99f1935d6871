"""Twins: the products that the ERP has already."""

from contaazul_sync.core.erp import ErpProduct
from contaazul_sync.core.errors import ItemError, Unusable
from contaazul_sync.core.ids import ShopKey
from contaazul_sync.core.money import adjusted
from contaazul_sync.core.orders import Payment
from contaazul_sync.core.plan.units import skus_of
from contaazul_sync.core.products import Link
from contaazul_sync.core.words import _
from contaazul_sync.passes.parts import Parts


async def adopt_ordered(parts: Parts) -> int:
    """Link the products that a paid order needs and the ERP has already, by their SKU. Returns how many."""
    state, rules = parts.state, parts.rules
    notes = state.orders.open()
    paid = [note for note in notes if note.payment is Payment.PAID and not rules.too_old(note)]
    wanted = skus_of(paid, rules) - {""}
    wanted -= state.products.same_sku().keys()  # whose is it?
    known = state.links.of_skus(wanted)
    keys = state.products.keys_of_skus(wanted)
    queued = set(state.queue.all())
    adopted = 0
    for sku in sorted(wanted - known.keys()):
        key = keys.get(sku, ShopKey(f"sku:{sku}"))
        if key in queued or state.links.get(key):
            continue
        try:
            with parts.single(sku):
                twin = the_one(await parts.erp.find_products(sku), sku_named(sku))
                if twin:
                    _adopt(parts, key, twin)
                    adopted += 1
        except ItemError:
            continue  # the order's own line in `status` says what is missing
    return adopted


def _adopt(parts: Parts, key: ShopKey, twin: ErpProduct) -> None:
    """Link a product that the merchant did not choose: its price in the ERP stays till the shop's changes."""
    product, rules, now = parts.state.products.get(key), parts.rules, parts.clock()
    base = product.base(rules.price_source) if product else None
    sent = adjusted(base, rules.percent) if base is not None else None
    parts.state.links.save(Link(key, twin.id, twin.sku, base, sent, compare_after=now), now)


def the_one(found: list[ErpProduct], what: str) -> ErpProduct | None:
    """The only active product among those found; None when there is none at all. Raises Unusable.

    `what` they were found by: `sku_named`, or the like.
    """
    active = [product for product in found if product.active]
    if len(active) > 1:
        text = _("the ERP has {n} products with {what}: it is not clear which one is meant")
        raise Unusable(text.format(n=len(active), what=what))
    if found and not active:
        text = _("the ERP has {what} as an inactive product, and its API cannot wake it")
        raise Unusable(text.format(what=what))
    return active[0] if active else None


def sku_named(sku: str) -> str:
    """A SKU within a sentence."""
    return _("the SKU {sku}").format(sku=sku)
