"""An order as WooCommerce told it before `dp=2` was asked for, in a shop that shows fewer decimals. Pure.

Each amount is rounded by itself, half away from zero, as its `wc_format_decimal` does.
"""

from contextlib import suppress
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from contaazul_sync.core.money import decimal
from contaazul_sync.shops.woocommerce.fields import Row, rows

FEWER = (0, 1)  # decimals; told more, an amount was the same or could not be read
PARTS = ("line_items", "fee_lines", "refunds")
AMOUNTS = ("subtotal", "subtotal_tax", "total", "total_tax", "shipping_total", "shipping_tax")


def rounded(row: Row, places: int) -> Row:
    """The row with its amounts, and those of its lines, of so many decimals."""
    parts = {part: [_rounded(each, places) for each in rows(row, part)] for part in PARTS}
    return _rounded(row, places) | parts


def _rounded(row: Row, places: int) -> dict[str, Any]:
    """A row has amounts that nobody reads, too, and what a plugin writes there need not be one."""
    told = dict(row)
    for name in AMOUNTS:
        with suppress(ValueError):
            told[name] = decimal(row.get(name)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return told
