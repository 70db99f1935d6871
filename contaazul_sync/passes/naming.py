"""The SKUs that an order's lines were ordered as, where the shop tells today's."""

from dataclasses import replace

from contaazul_sync.core.orders import Order, OrderNote
from contaazul_sync.state.file import State


def named(state: State, order: Order) -> Order:
    """The order, its lines under the SKUs that they were ordered as, where the shop tells today's.

    Of a product that the shop has, today's is right. Of one that is gone, the SKU that was seen first stays:
    the shop takes it back, and of a variation leaves its product's, which is nobody's to sell.
    """
    if not any(line.mark for line in order.lines):
        return order
    seen = _seen(order, state.orders.get(order.id))
    products = {product.key: product for product in state.products.of(line.key for line in order.lines)}
    lines = []
    for line, before in zip(order.lines, seen, strict=True):
        product = products.get(line.key)
        if product and product.gone:
            lines.append(replace(line, sku=before or line.sku or product.sku))
        elif product is None and line.key and state.products.variations_of([line.key], gone=True):
            lines.append(replace(line, sku=before))
        else:
            lines.append(replace(line, sku=line.sku or before))
    return replace(order, lines=tuple(lines))


def _seen(order: Order, kept: OrderNote | None) -> list[str]:
    """The SKU that each line was kept under; of a bundle's own line a note has none, nor of another order."""
    note = order.note()
    same = kept is not None and kept.fingerprint in (note.fingerprint, *note.roughly)
    skus = [sku for sku, _quantity in kept.items] if kept and same else []
    if len(skus) == len(order.lines):  # as versions kept them that knew no bundles
        return skus
    left = iter(skus if len(skus) == len(note.items) else [""] * len(note.items))
    return ["" if line.container else next(left) for line in order.lines]
