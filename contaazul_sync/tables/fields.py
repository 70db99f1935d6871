"""The sections that a mapping may have, and the fields of each. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How the cells of a field are read: a function of `values`."""

    WORD = "word"
    AMOUNT = "amount"
    QUANTITY = "quantity"
    MOMENT = "moment"
    DOCUMENT = "document"
    POSTCODE = "postcode"


@dataclass(frozen=True, slots=True)
class Field:
    """A field: how it is read, whether a mapping has to say where it is, and what its column is often called."""

    kind: Kind = Kind.WORD
    is_needed: bool = False
    heads: tuple[str, ...] = ()


# orders: id number status created updated paid method installments subtotal shipping discount fees total
#   total_paid refunded buyer_name buyer_document buyer_company buyer_email buyer_phone buyer_street
#   buyer_number buyer_complement buyer_district buyer_city buyer_region buyer_postcode
#   buyer_state_registration
# items: order (of a second file alone) id product sku name quantity price total
# products: id parent sku name price promotional stock ean ncm description weight height width length updated
SECTIONS: dict[str, dict[str, Field]] = {"orders": {}, "items": {}, "products": {}}
