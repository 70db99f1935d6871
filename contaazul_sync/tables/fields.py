"""The sections that a mapping may have, and the fields of each. Pure.

Amounts come out in centavos, quantities as Decimal, weights and sizes as the file has them (kg and cm).
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from contaazul_sync.core.folding import folded

_GAP = re.compile(r"[\W_]+")


class Kind(StrEnum):
    """How the cells of a field are read: a function of `values`."""

    WORD = "word"
    AMOUNT = "amount"
    QUANTITY = "quantity"
    MOMENT = "moment"
    DOCUMENT = "document"
    POSTCODE = "postcode"


NUMBERS = (Kind.AMOUNT, Kind.QUANTITY)


@dataclass(frozen=True, slots=True)
class Field:
    """A field: how it is read, and whether a mapping has to say where it is."""

    kind: Kind = Kind.WORD
    is_needed: bool = False


@lru_cache(maxsize=1024)
def known_by(head: str) -> str:
    """What a head is compared by: `Nº do Pedido`, `no_do_pedido` and `NO DO PEDIDO` are one."""
    return _GAP.sub(" ", folded(head)).strip()


_WORD, _AMOUNT, _QUANTITY, _MOMENT = Field(), Field(Kind.AMOUNT), Field(Kind.QUANTITY), Field(Kind.MOMENT)

_ORDERS = {
    "id": Field(Kind.WORD, is_needed=True),
    "number": _WORD,
    "status": Field(Kind.WORD, is_needed=True),
    "created": Field(Kind.MOMENT, is_needed=True),
    "updated": _MOMENT,
    "paid": _MOMENT,
    "method": _WORD,
    "installments": _QUANTITY,
    "subtotal": _AMOUNT,
    "shipping": _AMOUNT,
    "discount": _AMOUNT,
    "fees": _AMOUNT,
    "total": Field(Kind.AMOUNT, is_needed=True),
    "total_paid": _AMOUNT,
    "refunded": _AMOUNT,
    "buyer_name": _WORD,
    "buyer_document": Field(Kind.DOCUMENT),
    "buyer_company": _WORD,
    "buyer_email": _WORD,
    "buyer_phone": _WORD,
    "buyer_street": _WORD,
    "buyer_number": _WORD,
    "buyer_complement": _WORD,
    "buyer_district": _WORD,
    "buyer_city": _WORD,
    "buyer_region": _WORD,
    "buyer_postcode": Field(Kind.POSTCODE),
    "buyer_state_registration": _WORD,
}

_ITEMS = {
    "order": _WORD,  # the order's id, in a second file
    "id": _WORD,
    "product": _WORD,
    "sku": Field(Kind.WORD, is_needed=True),
    "name": _WORD,
    "quantity": Field(Kind.QUANTITY, is_needed=True),
    "price": _AMOUNT,
    "total": _AMOUNT,
}

_PRODUCTS = {
    "id": Field(Kind.WORD, is_needed=True),
    "parent": _WORD,
    "sku": Field(Kind.WORD, is_needed=True),
    "name": Field(Kind.WORD, is_needed=True),
    "price": Field(Kind.AMOUNT, is_needed=True),
    "promotional": _AMOUNT,
    "stock": _QUANTITY,
    "ean": _WORD,
    "ncm": _WORD,
    "description": _WORD,
    "weight": _QUANTITY,
    "height": _QUANTITY,
    "width": _QUANTITY,
    "length": _QUANTITY,
}

_STATEMENT = {
    "id": _WORD,  # the gateway's, of what was paid
    "order": _WORD,
    "date": Field(Kind.MOMENT, is_needed=True),
    "record": _WORD,
    "kind": _WORD,
    "gross": Field(Kind.AMOUNT, is_needed=True),
    "fee": _AMOUNT,
    "interest": _AMOUNT,
    "net": _AMOUNT,
}

SECTIONS = {"orders": _ORDERS, "items": _ITEMS, "products": _PRODUCTS}  # of a shop
STATEMENT = "statement"  # of a gateway, in a mapping of its own
FIELDS = {**SECTIONS, STATEMENT: _STATEMENT}
