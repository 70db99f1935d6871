"""What sales do to the balance: an approved one reserves (after a while), an invoiced one takes out.

Nobody has measured how fast the real ERP does this, or what it does when there is too little: here it never
refuses, and the balance goes below zero.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contaazul_sync.sandbox.erp.products.routes import Product
    from contaazul_sync.sandbox.erp.sales.routes import Sale
    from contaazul_sync.sandbox.erp.state import Erp

# The operation nature that every sale gets: a sale to a consumer, out of stock.
NATURE = "c2f1a4de-90b3-4b0e-8d16-5f4c7f6b2a10"


def book(erp: Erp, sale: Sale) -> None:
    """Plan what the sale does to the balance, and do what is due at once."""
    if sale.situacao in {"APROVADO", "FATURADO"}:
        sale.due = erp.clock() + timedelta(seconds=erp.switches.reserve_delay)
        erp.waiting.add(sale.id)
        settle(erp)


def settle(erp: Erp) -> None:
    """Make every reservation whose time has come."""
    if not erp.waiting:
        return
    now = erp.clock()
    for sale_id in list(erp.waiting):
        sale = erp.sales[sale_id]
        if sale.due is not None and sale.due <= now:
            erp.waiting.remove(sale_id)
            sale.due = None
            sale.booked = "reserved" if sale.situacao == "APROVADO" else "out"
            _move(erp, sale, 1)


def unbook(erp: Erp, sale: Sale) -> None:
    """Give back what the sale had taken."""
    erp.waiting.discard(sale.id)
    sale.due = None
    if sale.booked:
        _move(erp, sale, -1)
        sale.booked = ""


def _move(erp: Erp, sale: Sale, sign: int) -> None:
    for item in sale.items:
        product = erp.products.get(item.product_id)
        if product is None:  # deleted since
            continue
        if sale.booked == "reserved":
            product.reserved += sign * item.quantity
        else:
            product.total -= sign * item.quantity
        product.updated = erp.clock()


def pendency(erp: Erp, sale: Sale) -> dict[str, str]:
    """What the sale still waits for, as the GET shows it."""
    if sale.id in erp.waiting:
        name, words = "PROCESSAMENTO_RESERVA_DE_ESTOQUE", "Processando reserva de estoque"
    elif sale.booked and any(product.stock < 0 for product in _products(erp, sale)):
        name, words = "RESERVA_DE_ESTOQUE", "Reserva de estoque"
    else:
        name, words = "NENHUMA", "Nenhuma"
    return {"nome": name, "descricao": words}


def _products(erp: Erp, sale: Sale) -> list[Product]:
    return [erp.products[item.product_id] for item in sale.items if item.product_id in erp.products]
