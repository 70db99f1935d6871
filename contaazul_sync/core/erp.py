"""What Conta Azul tells: its products, people, sales, and the company that is signed in."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from contaazul_sync.core.ids import NOBODY, ErpId


@dataclass(frozen=True, slots=True)
class ErpProduct:
    """A product of the ERP. `balance` is what may be sold, `price` centavos; None where it is not told.

    `reserved`: sales keep some of it back, so that the `balance` of a list, of which nobody knows whether it
    counts that, is not to be relied on. Only the product's own page tells it.
    """

    id: ErpId
    sku: str
    name: str
    active: bool
    price: int | None
    balance: Decimal | None
    ean: str = ""
    reserved: bool = False


class Profile(StrEnum):
    """What a person is to the company; one may be several."""

    CUSTOMER = "customer"
    SUPPLIER = "supplier"
    CARRIER = "carrier"


@dataclass(frozen=True, slots=True)
class ErpAddress:
    """An address of a person of the ERP."""

    id: ErpId
    postcode: str = ""
    number: str = ""
    complement: str = ""


@dataclass(frozen=True, slots=True)
class ErpPerson:
    """A person of the ERP; `document` is digits and capitals only. What was not told is None."""

    id: ErpId
    document: str
    active: bool
    profiles: frozenset[Profile]
    name: str = ""
    email: str | None = None
    phone: str | None = None
    addresses: tuple[ErpAddress, ...] | None = None

    @property
    def is_customer(self) -> bool:
        """Whether a sale can be made to this person as they are."""
        return self.active and Profile.CUSTOMER in self.profiles


@dataclass(frozen=True, slots=True)
class ErpSale:
    """A sale of the ERP, as reading one tells it. `total` in centavos; `notes` are all that it has.

    `situation` and `payment`, its `tipo_pagamento`, are in the words that are written. In `nsu` we write the
    order's id. "" where not told. `document` is the customer's, digits and capitals only; `freight` and
    `discount` are in centavos. Under `event` its money is listed.
    """

    id: ErpId
    number: int
    notes: str
    total: int | None
    situation: str
    cancelled: bool
    version: int = 0
    customer: ErpId = NOBODY
    payment: str = ""
    nsu: str = ""
    day: date | None = None
    document: str = ""
    freight: int | None = None
    discount: int | None = None
    event: ErpId = NOBODY


@dataclass(frozen=True, slots=True)
class ListedSale:
    """A sale as a listing tells it. `made_at`: when it was created; None where not told."""

    id: ErpId
    number: int
    made_at: datetime | None


@dataclass(frozen=True, slots=True)
class SaleItem:
    """A line of a sale of the ERP: `price` of one unit in reais, which may have more places than a price."""

    product: ErpId
    description: str
    quantity: Decimal
    price: Decimal


@dataclass(frozen=True, slots=True)
class SalePart:
    """An instalment of a sale of the ERP, in centavos; None where it is not told."""

    due: date | None
    amount: int | None
    description: str


@dataclass(frozen=True, slots=True)
class Booking:
    """A sale of the ERP with all that a change of it says again, but for its items. Amounts in centavos.

    What was not told is None, NOBODY or "". `terms`, the form of the parts, is in the ERP's words.
    `buyer` is the customer's name.
    """

    sale: ErpSale
    day: date | None
    notes: str
    payment_notes: str
    freight: int
    discount: int
    terms: str
    parts: tuple[SalePart, ...]
    account: ErpId = NOBODY
    nsu: str = ""
    seller: ErpId = NOBODY
    nature: ErpId = NOBODY
    buyer: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """The ERP company that we are signed in to."""

    company_id: str
    company: str
    document: str
