"""What a cell says: amounts, quantities, moments, numbers of people and places. Pure.

Each raises ValueError with why, never with the value: it may be a person's. What a spreadsheet has spoiled
(7,89E+12) or not worked out (a formula) is told and never guessed.
"""

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from contaazul_sync.core.days import BRAZIL
from contaazul_sync.core.drafts.documents import CNPJ, CPF, POSTCODE, filled
from contaazul_sync.core.fit import is_of_our_time
from contaazul_sync.core.money import centavos, decimal
from contaazul_sync.core.words import _

DAY_FIRST, SHORT_YEAR, MONTH_FIRST, ISO = "dd/mm/aaaa", "dd/mm/aa", "mm/dd/aaaa", "aaaa-mm-dd"
FORMATS = (DAY_FIRST, SHORT_YEAR, MONTH_FIRST, ISO)  # of moments; ISO is read beside each of the others
FORMULA = "="  # a formula that nobody has worked out

_SCIENTIFIC = re.compile(r"[+-]?\d+([.,]\d+E\+?|E\+)\d+")  # 12E34 may be a SKU
_ERROR = re.compile(r"#(N/[AD]|REF!|VALUE!|VALOR!|DIV/0!|NAME\?|NOME\?|NUM!|NÚM!|NULL!|NULO!)")
_AS_TEXT = re.compile(r'="([^"=]*)"')  # how a CSV has a spreadsheet keep the zeros of a number
_ESCAPED = re.compile(r"'(?=[=+\-@\d])")  # the same, and how exporters keep a text from being a formula
_UNSEEN = str.maketrans("", "", "\u200b\u200e\u200f\u2060\ufeff")  # what copying from a page leaves
_SPACES = str.maketrans("", "", " \xa0\u202f")
_DIGITS = {  # by whether the decimals stand behind a comma; 0.500 is half of one, and no five hundred
    True: re.compile(r"(\d+|[1-9]\d{0,2}(?:\.\d{3})+)(?:,(\d+))?", re.ASCII),
    False: re.compile(r"(\d+|[1-9]\d{0,2}(?:,\d{3})+)(?:\.(\d+))?", re.ASCII),
}
_NUMBER = re.compile(r"#?\s*0*([0-9]+?|[1-9][0-9]{0,2}([.,\s])[0-9]{3}(?:\2[0-9]{3})*)(?:[.,]00?)?")
_TIMES = re.compile(r"(?<=\d)\s*x$", re.IGNORECASE)
_DASHES = "-\u2013\u2014"
_NOTHING = re.compile(rf"(R\$)?\s*[{_DASHES}]")  # a zero of bookkeepers
_ISO = re.compile(r"\d{4}[-/]")
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{2}|\d{4})(?:(?:,|\s+às|\s+-)?\s+(.+))?", re.ASCII)
_HOUR = re.compile(r"(\d{1,2})[:h](\d{2})(?::(\d{2}))?\s*([ap])?\.?(?:m\.?)?", re.IGNORECASE | re.ASCII)


Sized = TypeVar("Sized", int, Decimal)


class Exact(str):
    """A number that a file holds as one: written with a point, whatever its mapping says."""

    __slots__ = ()


@lru_cache(maxsize=1024, typed=True)  # 0.00 fills half of a statement
def amount(text: str, *, comma: bool = True) -> int:
    """Centavos of `R$ 1.234,56`, or with a decimal point of `1,234.56`."""
    number = _number(text.replace("R$", "", 1) if not isinstance(text, Exact) else text, comma=comma)
    if number * 100 % 1:
        raise ValueError(_("it is not a whole number of centavos"))
    return _sized(centavos, number)


def quantity(text: str, *, comma: bool = True) -> Decimal:
    """A number of units, or of instalments, as `3x`."""
    return _sized(decimal, _number(text if isinstance(text, Exact) else _TIMES.sub("", text), comma=comma))


def moment(text: str, zone: ZoneInfo = BRAZIL, written: str = DAY_FIRST) -> datetime:
    """An aware time of `25/11/2026 14:30` or ISO. `written`: one of FORMATS."""
    text = word(text)
    try:
        is_iso = _ISO.match(text)
        found = datetime.fromisoformat(_as_iso(text)) if is_iso else _of_day(text, written)
    except ValueError:
        raise ValueError(_("it is no date as {format}").format(format=written)) from None
    found = found if found.tzinfo else found.replace(tzinfo=zone)
    if not is_of_our_time(found):
        raise ValueError(_("it is a date of another century"))
    return found


def document(text: str) -> str:
    """A CPF or CNPJ as it is written, with the zeros that a spreadsheet took; nothing where there is none."""
    text = word(text)
    if not (text.isascii() and text.isdecimal()) or len(text) in (CPF, CNPJ) or not text.strip("0"):
        return text.strip("0") and text  # whether it is right is checked where a sale is made of it
    from stdnum.br import cnpj, cpf  # noqa: PLC0415 - slow to load

    for kind, length in ((cpf, CPF), (cnpj, CNPJ)):
        whole = filled(text, length)
        if len(whole) == length and kind.is_valid(whole):
            return whole
    raise ValueError(_("it is no CPF or CNPJ, with the zeros in front that a spreadsheet takes neither"))


def postcode(text: str) -> str:
    """A CEP as it is written, with the zero that a spreadsheet took; nothing where there is none."""
    text = word(text)
    return filled(text, POSTCODE)


def word(text: str) -> str:
    """Any other text, as an id, a SKU or a name."""
    text = plain(text)
    if _SCIENTIFIC.fullmatch(text.upper()):
        raise ValueError(
            _("a spreadsheet has rounded it (as in 7,89E+12). Make the column text, and save the file again")
        )
    if text.startswith("="):
        raise ValueError(_("it is a formula and no value. Save the values alone"))
    if _ERROR.match(text):
        raise ValueError(_("it is an error of the spreadsheet"))
    return text


def number_of(text: str) -> str:
    """The number of a thing, as it is known by in every file: `#00501`, `501.0` and `501,00` are 501.

    And `1.501` is 1501: whoever formats a column of numbers, or saves it, makes no other things of them.
    """
    found = _NUMBER.fullmatch(text)
    return re.sub(r"[^0-9]", "", found[1]) if found else text


def is_told(text: str) -> bool:
    """Whether a cell says anything. A dash alone does not: so spreadsheets write a zero, and people none."""
    return bool(text) and not (text[-1] in _DASHES and _NOTHING.fullmatch(text))


def plain(text: str) -> str:
    """A cell without what nobody sees, and what keeps a spreadsheet from changing it: `'00123` is 00123."""
    text = text.translate(_UNSEEN).strip()
    if told := _AS_TEXT.fullmatch(text):
        return told[1].strip()
    return text[1:] if _ESCAPED.match(text) else text


def _number(text: str, *, comma: bool) -> Decimal:
    """A number in the digits that are written. Raises ValueError."""
    if isinstance(text, Exact):
        comma = False
    bare = word(text).translate(_SPACES)
    if bare.startswith("(") and bare.endswith(")"):  # how bookkeepers write what is below zero
        bare = f"-{bare[1:-1]}"
    elif bare.endswith("-"):
        bare = f"-{bare[:-1]}"
    digits = bare.removeprefix("-")
    if found := _DIGITS[comma].fullmatch(digits):
        whole = found[1].replace("." if comma else ",", "")
        return Decimal(f"{'-' if digits != bare else ''}{whole}.{found[2] or 0}")
    if not _DIGITS[not comma].fullmatch(digits):
        raise ValueError(_("it is no number"))
    if comma:
        raise ValueError(_("its decimals stand behind a point, and the mapping says a comma"))
    raise ValueError(_("its decimals stand behind a comma, and the mapping says a point"))


def _sized(reader: Callable[[object], Sized], number: Decimal) -> Sized:
    """A number of a size that amounts and quantities have. Raises ValueError, which does not tell it."""
    try:
        return reader(number)
    except ValueError:
        raise ValueError(_("it is far too large")) from None


def _as_iso(text: str) -> str:
    """With dashes between year, month and day, and no space before the zone, of which UTC is one."""
    text = re.sub(r"\s*(?:UTC|GMT)$", "Z", text)
    return re.sub(r"\s+(?=[+-]\d\d|Z$)", "", text[:10].replace("/", "-") + text[10:])


def _of_day(text: str, written: str) -> datetime:
    """A moment as the format says. Raises ValueError."""
    found = _DAY.fullmatch(text)
    if not found or written == ISO or len(found[3]) != (2 if written == SHORT_YEAR else 4):
        raise ValueError
    first, second, year = int(found[1]), int(found[2]), int(found[3])
    day, month = (second, first) if written == MONTH_FIRST else (first, second)
    hour, minute, seconds = _of_clock(found[4] or "0:00")
    return datetime(year + 2000 * (year < 100), month, day, hour, minute, seconds)  # noqa: DTZ001 - its zone comes after


def _of_clock(text: str) -> tuple[int, int, int]:
    """An hour of the day, with 24 of them or twice twelve. Raises ValueError."""
    found = _HOUR.fullmatch(text)
    if not found:
        raise ValueError
    hour, half = int(found[1]), (found[4] or "").lower()
    if half and not 1 <= hour <= 12:
        raise ValueError
    return hour % 12 + 12 * (half == "p") if half else hour, int(found[2]), int(found[3] or 0)
