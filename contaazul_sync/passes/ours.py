"""Which sale of the ERP is the one that an order was sent as."""

from collections.abc import Iterable, Sequence

from contaazul_sync.core.drafts.marks import is_marked, is_tagged, is_written, marks_in, same_name
from contaazul_sync.core.erp import ErpSale
from contaazul_sync.core.ids import OrderId
from contaazul_sync.core.items import Send


def ours_among(found: Iterable[ErpSale], sends: Sequence[Send], shop_id: str) -> ErpSale | None:
    """The sale among those under a number of an order's ledger that is the order's own."""
    return next(iter(all_ours_among(found, sends, shop_id)), None)


def all_ours_among(found: Iterable[ErpSale], sends: Sequence[Send], shop_id: str) -> list[ErpSale]:
    """All sales that are the order's own: more than one where a number was sent twice, and taken twice.

    `sends`: those of the order under this number. By its mark, in whichever of the two notes; then, where a
    person has edited these, by the order's number in its `nsu` and a total that was sent: another shop on the
    same ERP may count its orders alike, so a sale that its mark names is not ours by that, and none is where
    the ERP refused to make any.
    """
    sales, order_id = list(found), sends[0].order_id
    totals = {send.total for send in sends if send.may_be_made} - {0}
    marked = [sale for sale in sales if _is_its(sale, sends, shop_id)]
    edited = [sale for sale in sales if sale.nsu == order_id and sale.total in totals]
    return marked + [sale for sale in edited if sale not in marked and not _is_of_another(sale, shop_id)]


def unclear_among(found: Iterable[ErpSale], sends: Sequence[Send], shop_id: str) -> ErpSale | None:
    """A sale whose mark names the order, and may be another's who has this name, too."""
    order_id = sends[0].order_id
    marked = [sale for sale in found if is_marked(shop_id, order_id, sale.notes)]
    unclear = [sale for sale in marked if not (_is_its(sale, sends, shop_id) or _is_alike(sale, order_id))]
    return next(iter(unclear), None)


def _is_its(sale: ErpSale, sends: Sequence[Send], shop_id: str) -> bool:
    """Whether a sale's mark names the order.

    Where that may be another's mark, and the ERP made no sale of what was sent, its total is one of these.
    """
    order_id = sends[0].order_id
    if not is_marked(shop_id, order_id, sale.notes):
        return False
    may_be_another = not is_tagged(shop_id) or _is_alike(sale, order_id)
    return not may_be_another or any(s.may_be_made or sale.total in (None, s.total) for s in sends)


def _is_alike(sale: ErpSale, order_id: OrderId) -> bool:
    """Whether a sale's `nsu` names another order, which a mark writes alike."""
    return sale.nsu != order_id and is_written(sale.nsu, order_id)


def _is_of_another(sale: ErpSale, shop_id: str) -> bool:
    return any(not same_name(each.shop_id, shop_id) for each in marks_in(sale.notes))


def sent_as(sends: Sequence[Send], sale: ErpSale) -> Send:
    """The send that made a sale: of those that may have, the last one of its total, else the last.

    Where all were refused, the first of them met it: it is of that.
    """
    likely = [send for send in sends if send.may_be_made]
    of_its_total = [send for send in [*sends, *likely] if send.total == sale.total]
    return (of_its_total or likely or sends)[-1 if likely else 0]
