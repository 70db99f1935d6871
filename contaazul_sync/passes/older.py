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

    By the order of import, where one of the two tells no such time; but what tells none takes nothing from
    the time that was told before. The shop's API tells a time of each order, one that never changed too, so
    that nothing follows from its having one; then all rows of a file count. And times that another mapping
    has read are no measure: of all that is kept the newest counts, read anew.
    """
    if known.by_row and order.is_anew:
        return False
    if order.tells_change and known.changed_at and order.updated_at < known.changed_at:
        return True
    is_by_import = known.by_import if known.by_row else not order.is_dated
    moment = order.imported_at if is_by_import else order.updated_at
    return moment is not None and moment < known.updated_at
