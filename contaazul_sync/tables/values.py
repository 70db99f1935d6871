"""What a cell says: amounts, quantities, moments, numbers of people and places. Pure.

Each raises ValueError with why, never with the value: it may be a person's. What a spreadsheet has spoiled
(7,89E+12) or not worked out (a formula) is told and never guessed.
"""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from contaazul_sync.core.days import BRAZIL

DAY_FIRST, SHORT_YEAR, MONTH_FIRST = "dd/mm/aaaa", "dd/mm/aa", "mm/dd/aaaa"
FORMATS = (DAY_FIRST, SHORT_YEAR, MONTH_FIRST)  # of moments; ISO is read beside each


def amount(text: str, *, comma: bool = True) -> int:
    """Centavos of `R$ 1.234,56`, or with a decimal point of `1,234.56`."""
    raise NotImplementedError


def quantity(text: str, *, comma: bool = True) -> Decimal:
    """A number of units."""
    raise NotImplementedError


def moment(text: str, zone: ZoneInfo = BRAZIL, written: str = DAY_FIRST) -> datetime:
    """An aware time of `25/11/2026 14:30` or ISO. `written`: one of FORMATS."""
    raise NotImplementedError


def document(text: str) -> str:
    """A CPF or CNPJ as it is written, with the zeros that a spreadsheet took; nothing where there is none."""
    raise NotImplementedError


def postcode(text: str) -> str:
    """A CEP as it is written, with the zero that a spreadsheet took; nothing where there is none."""
    raise NotImplementedError


def word(text: str) -> str:
    """Any other text, as an id, a SKU or a name."""
    raise NotImplementedError
