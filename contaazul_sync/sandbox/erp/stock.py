"""What sales do to the balance: an approved one reserves (after a while), an invoiced one takes out.

Nobody has measured how fast the real ERP does this, or what it does when there is too little: here it never
refuses, and the balance goes below zero.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from contaazul_sync.sandbox.erp.records.products import Product
    from contaazul_sync.sandbox.erp.records.sales import Sale
    from contaazul_sync.sandbox.erp.switches import ErpSwitches


class Stock:
    """Moves the balance of products as their sales go on; it looks at the ERP's own products and sales."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        switches: ErpSwitches,
        products: Mapping[str, Product],
        sales: Mapping[str, Sale],
    ) -> None:
        self._clock, self._switches = clock, switches
        self._products, self._sales = products, sales
        self.waiting: set[str] = set()  # sales whose reservation is still to come

    def book(self, sale: Sale) -> None:
        """Plan what the sale does to the balance, and do what is due at once."""
        if sale.situacao in {"APROVADO", "FATURADO"}:
            sale.due = self._clock() + timedelta(seconds=self._switches.reserve_delay)
            self.waiting.add(sale.id)
            self.settle()

    def settle(self) -> None:
        """Make every reservation whose time has come."""
        if not self.waiting:
            return
        now = self._clock()
        for sale_id in list(self.waiting):
            sale = self._sales[sale_id]
            if sale.due is not None and sale.due <= now:
                self.waiting.remove(sale_id)
                sale.due = None
                sale.booked = "reserved" if sale.situacao == "APROVADO" else "out"
                self._move(sale, 1)

    def unbook(self, sale: Sale) -> None:
        """Give back what the sale had taken."""
        self.waiting.discard(sale.id)
        sale.due = None
        if sale.booked:
            self._move(sale, -1)
            sale.booked = ""

    def _move(self, sale: Sale, sign: int) -> None:
        for item in sale.items:
            product = self._products.get(item.product_id)
            if product is None:  # deleted since
                continue
            if sale.booked == "reserved":
                product.reserved += sign * item.quantity
            else:
                product.total -= sign * item.quantity
            product.updated = self._clock()

    def pendency(self, sale: Sale) -> dict[str, str]:
        """What the sale still waits for, as the GET shows it."""
        if sale.id in self.waiting:
            name, words = "PROCESSAMENTO_RESERVA_DE_ESTOQUE", "Processando reserva de estoque"
        elif sale.booked and any(product.stock < 0 for product in self._products_of(sale)):
            name, words = "RESERVA_DE_ESTOQUE", "Reserva de estoque"
        else:
            name, words = "NENHUMA", "Nenhuma"
        return {"nome": name, "descricao": words}

    def _products_of(self, sale: Sale) -> list[Product]:
        return [self._products[item.product_id] for item in sale.items if item.product_id in self._products]
