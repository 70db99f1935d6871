"""Whether a sale of the ERP may be what an order of the shop became, and whether it still says the same."""

from collections.abc import Container, Mapping
from decimal import Decimal

from contaazul_sync.core.days import local_day
from contaazul_sync.core.drafts.documents import document_of
from contaazul_sync.core.drafts.sales import SaleDraft
from contaazul_sync.core.erp import ErpSale
from contaazul_sync.core.errors import Unusable
from contaazul_sync.core.ids import ErpId
from contaazul_sync.core.orders import Order, OrderNote
from contaazul_sync.core.quantities import added_up


def fits(sale: ErpSale, note: OrderNote, order: Order | None = None) -> bool:
    """Whether a sale may be what an order became: of its day and its total, and of no other buyer.

    What was paid of it may be less than its total, and booked so. `order`: as the shop tells it, where it
    was read; a note has no buyer.
    """
    paid = order.total_paid if order else None
    return (
        sale.day == local_day(note.counted_at)
        and sale.total is not None
        and sale.total in (note.total, paid)
        and not (order and _other_buyer(sale, order))
    )


def _other_buyer(sale: ErpSale, order: Order) -> bool:
    try:
        document = document_of(order.buyer)
    except Unusable:
        return False
    return bool(document and sale.document and document != sale.document)


def says_the_same(sale: ErpSale, draft: SaleDraft) -> bool:
    """Whether a sale has the sums of what its order would become now. What is not told tells of no change."""
    sums = ((sale.total, draft.total), (sale.freight, draft.freight), (sale.discount, draft.discount))
    return all(told is None or told == ours for told, ours in sums)


def has_the_same(
    sold: Mapping[ErpId, Decimal], draft: SaleDraft, products: Mapping[str, ErpId], known: Container[ErpId]
) -> bool:
    """Whether what a sale has of each product is what its order would become now.

    `products`: the ERP's by their SKUs, those that are linked; `known`: all that are. One of the sale that is
    not may be any of the order: it was linked then.
    """
    wanted = added_up((products[line.sku], line.quantity) for line in draft.lines if line.sku in products)
    ours = {product: quantity for product, quantity in sold.items() if product in known}
    if len(ours) < len(sold):
        return all(wanted.get(product) == quantity for product, quantity in ours.items())
    return wanted == ours and all(line.sku in products for line in draft.lines)
