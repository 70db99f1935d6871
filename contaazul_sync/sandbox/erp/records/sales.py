"""The record of a sale, and of its parts: items, sums, and the terms of its payment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from contaazul_sync.sandbox.common import chance

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

# The operation nature that every sale gets: a sale to a consumer, out of stock.
NATURE = "c2f1a4de-90b3-4b0e-8d16-5f4c7f6b2a10"


@dataclass(slots=True)
class SoldItem:
    """One line of a sale."""

    id: str
    product_id: str
    quantity: Decimal
    price: Decimal
    description: str
    cost: Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of a sale: `net` = `gross` + `freight` - `discount`."""

    gross: Decimal
    freight: Decimal
    discount: Decimal
    discount_kind: str  # VALOR or PORCENTAGEM
    discount_rate: Decimal  # as it was given

    @property
    def net(self) -> Decimal:
        """What the customer owes."""
        return self.gross + self.freight - self.discount


@dataclass(slots=True)
class Instalment:
    """One part of the payment."""

    id: str
    due: str
    amount: Decimal
    description: str


@dataclass(slots=True)
class Payment:
    """The payment terms of a sale."""

    terms: str
    instalments: list[Instalment]
    kind: str | None
    account_id: str | None
    nsu: str | None


@dataclass(slots=True)
class Sale:
    """One sale of the ERP. `numero`, `situacao` and `observacoes` are named as everyone knows them."""

    id: str
    legacy_id: int
    created: datetime
    changed: datetime
    visible_from: datetime
    numero: int
    situacao: str
    person_id: str
    date: str
    items: list[SoldItem]
    totals: Totals
    payment: Payment
    observacoes: str = ""
    payment_note: str = ""
    category_id: str | None = None
    cost_centre_id: str | None = None
    seller_id: str | None = None
    nature_id: str = NATURE
    version: int = 0
    deleted: bool = False
    origin: str = "API"
    event_id: str = field(default_factory=chance.new_id)  # of what is to be received
    due: datetime | None = None  # when the reservation of an approved sale will be made
    booked: str = ""  # what has been moved: nothing, "reserved", or "out"

    @property
    def nsu(self) -> str | None:
        """The reference that came with the payment."""
        return self.payment.nsu
