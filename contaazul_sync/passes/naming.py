"""The SKUs that an order's lines were ordered as, where the shop tells today's."""

from dataclasses import replace

from contaazul_sync.core.orders import Order
from contaazul_sync.state.file import State


def named(state: State, order: Order) -> Order:
    """The order, its lines under the SKUs that they were ordered as, where the shop tells today's.

    Of a product that the shop has, today's is right. Of one that is gone, the SKU that was seen first stays:
    the shop takes it back, and of a variation leaves its product's, which is nobody's to sell.
    """
    if not any(line.mark for line in order.lines):
        return order
    kept = state.orders.get(order.id)
    if kept and kept.fingerprint == order.note().fingerprint:
        seen = [sku for sku, _quantity in kept.items]
    else:
        seen = [""] * len(order.lines)
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
