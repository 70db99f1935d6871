"""What a shop that is read from files tells again, though something newer of it is known already."""

from collections.abc import Sequence

from contaazul_sync.core.orders import Order
from contaazul_sync.state.file import State


def not_older(state: State, orders: Sequence[Order]) -> list[Order]:
    """Those of these orders that are as new as what the state has of them, by their own time of change."""
    known = {note.id: note.updated_at for note in state.orders.of(order.id for order in orders)}
    return [order for order in orders if order.updated_at >= known.get(order.id, order.updated_at)]
