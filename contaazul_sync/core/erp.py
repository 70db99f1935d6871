"""What Conta Azul tells: its products, people, sales, and the company that is signed in."""

from dataclasses import dataclass
from decimal import Decimal

from contaazul_sync.core.ids import NOBODY, ErpId


@dataclass(frozen=True, slots=True)
class ErpProduct:
    """A product of the ERP. `balance` is what may be sold, `price` centavos; None where it is not told."""

    id: ErpId
    sku: str
    name: str
    active: bool
    price: int | None
    balance: Decimal | None
    ean: str = ""


@dataclass(frozen=True, slots=True)
class ErpPerson:
    """A person of the ERP; `document` is digits and capitals only."""

    id: ErpId
    document: str
    active: bool
    profiles: frozenset[str]
    name: str = ""


@dataclass(frozen=True, slots=True)
class ErpSale:
    """A sale of the ERP, as reading one tells it. `total` in centavos; `notes` are all that it has.

    `situation` and `payment`, its `tipo_pagamento`, are in the words that are written, "" where not told.
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


@dataclass(frozen=True, slots=True)
class Account:
    """The ERP company that we are signed in to."""

    company_id: str
    company: str
    document: str
