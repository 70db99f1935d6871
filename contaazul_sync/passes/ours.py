"""Which sale of the ERP is the one that an order was sent as."""

from collections.abc import Iterable

from contaazul_sync.core.drafts.marks import is_marked
from contaazul_sync.core.erp import ErpSale
from contaazul_sync.core.items import Send


def ours_among(found: Iterable[ErpSale], send: Send, shop_id: str) -> ErpSale | None:
    """The sale among those under a number of an order's ledger that is the order's own.

    By its mark, in whichever of the two notes; or, where a person has edited these, by the order's number in
    its `nsu` and the total that was sent.
    """
    sales = list(found)
    for sale in sales:
        if is_marked(shop_id, send.order_id, sale.notes):
            return sale
    for sale in sales:
        if sale.nsu == send.order_id and send.total and sale.total == send.total:
            return sale
    return None
