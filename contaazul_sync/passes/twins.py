"""Twins: the products that the ERP has already."""

from contaazul_sync.core.erp import ErpProduct
from contaazul_sync.core.errors import ItemError, Unusable
from contaazul_sync.core.ids import ShopKey
from contaazul_sync.core.money import adjusted
from contaazul_sync.core.orders import Payment
from contaazul_sync.core.plan.units import skus_of
from contaazul_sync.core.products import Link
from contaazul_sync.core.words import Said, _
from contaazul_sync.passes.parts import Parts
from contaazul_sync.state.file import State


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
                if twin := twin_of(parts.state, await parts.erp.find_products(sku), sku):
                    _adopt(parts, key, twin, sku)
                    adopted += 1
        except ItemError:
            continue  # the order's own line in `status` says what is missing
    return adopted


def _adopt(parts: Parts, key: ShopKey, twin: ErpProduct, sku: str) -> None:
    """Link a product that the merchant did not choose: its price in the ERP stays till the shop's changes."""
    product, rules, now = parts.state.products.get(key), parts.rules, parts.clock()
    base = product.base(rules.price_source) if product else None
    sent = adjusted(base, rules.percent) if base is not None else None
    parts.state.links.save(Link(key, twin.id, sku, base, sent, compare_after=now), now)


def twin_of(state: State, found: list[ErpProduct], sku: str) -> ErpProduct | None:
    """The product of the ERP that is the shop's with this SKU, among those found by it; None for none.

    A SKU that is only alike (`core.skus`) counts where one product of each system has it. Raises Unusable.
    """
    if not found or found[0].sku == sku:
        return the_one(found, sku_named(sku))
    ours = sorted({*state.products.alike(sku), sku})
    if len(found) > 1 or len(ours) > 1:
        text = _("the SKU {ours} of the shop and {theirs} of the ERP are alike: which is which is not clear")
        theirs = ", ".join(sorted({product.sku for product in found}))
        step = _("spell them alike in both, or: contaazul-sync link SKU ERP-ID")
        raise Unusable(text.format(ours=", ".join(ours), theirs=theirs), step)
    return the_one(found, sku_named(found[0].sku))


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


def sku_named(sku: str) -> Said:
    """A SKU within a sentence."""
    return _("the SKU {sku}").format(sku=sku)
