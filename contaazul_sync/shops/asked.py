"""One order that was asked for by its id, for every kind of shop."""

from contaazul_sync.core.errors import Unclear
from contaazul_sync.core.orders import Order
from contaazul_sync.core.words import _
from contaazul_sync.shops.port import Unreadable


def asked_for(order_id: str, order: Order | Unreadable | None) -> Order | Unreadable:
    """The order of the answer. Raises Unclear where that is another, or none at all.

    Such an answer does not say that there is no such order: nothing counts as deleted by it.
    """
    if order is None or order.id != order_id:
        raise Unclear(_("the shop was asked for one order and did not answer with it"))
    return order
