"""The text inside a sale's notes that says which order of which shop it is."""


def mark(shop_id: str, order_id: str) -> str:
    """The text that says, inside a sale's notes, which order of which shop it is."""
    return f"[{shop_id}:pedido {order_id}]"


def marked_order(shop_id: str, notes: str) -> str | None:
    """The order of this shop that a sale's notes name, or None."""
    _before, found, rest = notes.partition(f"[{shop_id}:pedido ")
    order_id, end, _after = rest.partition("]")
    return order_id if found and end else None
