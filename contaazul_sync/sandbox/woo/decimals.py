"""How WooCommerce writes amounts and dates of an order's row: as `dp` asks, else as the shop shows them.

Known from its `wc_format_decimal` and the orders controller of version 2: each amount by itself, half away
from zero, those of refunds too; not what a coupon gave. One may be kept with more decimals than are told.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Row = dict[str, Any]
_PARTS = ("line_items", "tax_lines", "shipping_lines", "fee_lines", "refunds")
_AMOUNTS = frozenset(
    {
        *("discount_total", "discount_tax", "shipping_total", "shipping_tax", "cart_tax"),
        *("subtotal", "subtotal_tax", "total", "total_tax"),
    }
)


def told(row: Row, places: int, no_date: str | None) -> Row:
    """The row as it is told."""
    parts = {part: [_told(each, places) for each in row[part]] for part in _PARTS}
    dates = {name: no_date for name, value in row.items() if name.startswith("date_") and value is None}
    return _told(row, places) | parts | dates


def _told(row: Row, places: int) -> Row:
    step = Decimal(1).scaleb(-places)
    return row | {
        name: f"{Decimal(str(value)).quantize(step, ROUND_HALF_UP):f}"
        for name, value in row.items()
        if name in _AMOUNTS and value is not None
    }
