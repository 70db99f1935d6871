"""What a shop that is read from files tells again, though something newer of it is known already."""

from collections.abc import Sequence

from contaazul_sync.core.orders import Order, OrderNote
from contaazul_sync.state.file import State


def not_older(state: State, orders: Sequence[Order]) -> list[Order]:
    """Those of these orders that are as new as what the state has of them."""
    known = {note.id: note for note in state.orders.of(order.id for order in orders)}
    return [order for order in orders if order.id not in known or not _is_older(order, known[order.id])]


def _is_older(order: Order, known: OrderNote) -> bool:
    """Whether an order is older than what is known of it, by its own time of change.

    By the order of import, where its file tells no times, and what is known came from the shop's API: that
    tells a time of each order, one that never changed too, so that nothing follows from its having one.
    """
    by_import = None if known.by_row else order.imported_at
    return (by_import or order.updated_at) < known.updated_at
