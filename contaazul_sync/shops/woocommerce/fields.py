"""One field of a WooCommerce row: a text, an id, an amount, a time. Pure.

An error names the field, never its value.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from contaazul_sync.core.fit import FIRST_YEAR, is_no_date, is_of_our_time
from contaazul_sync.core.money import DIGITS, TooFine, centavos
from contaazul_sync.core.words import _

Row = Mapping[str, Any]


def number(row: Row, name: str = "id") -> int:
    """An id; 0 where there is none."""
    told = text(row, name)
    return int(told) if told.isascii() and told.isdecimal() and len(told) <= DIGITS else 0


def modified(row: Row) -> datetime | None:
    """When a row was last changed, or None."""
    try:
        return time(row, "date_modified")
    except ValueError:
        return None


def text(row: Row, name: str) -> str:
    """A text, empty where none is told."""
    value = row.get(name)
    return "" if value is None or isinstance(value, (dict, list)) else str(value).strip()


def rows(row: Row, name: str) -> list[Row]:
    """The rows inside a row."""
    told = row.get(name)
    return [each for each in told if isinstance(each, dict)] if isinstance(told, list) else []


def amount(row: Row, name: str) -> int:
    """An amount in centavos, 0 where none is told. Raises ValueError."""
    try:
        return centavos(row.get(name) or 0)
    except TooFine:
        raise TooFine(_("its {name} has more than two decimals").format(name=name)) from None
    except ValueError:
        why = _("its {name} is not a number, or not one that can be booked")
        raise ValueError(why.format(name=name)) from None


def need(row: Row, name: str) -> int:
    """An amount that has to be told, in centavos. Raises ValueError."""
    if row.get(name) in (None, ""):
        raise ValueError(_("its {name} is missing").format(name=name))
    return amount(row, name)


def time(row: Row, name: str) -> datetime | None:
    """A time, from its twin in UTC, which has no zone in its text. Raises ValueError."""
    told = text(row, f"{name}_gmt")
    if is_no_date(told):
        return None
    try:
        moment = datetime.fromisoformat(told)
    except ValueError:
        raise ValueError(_("its {name} is no date").format(name=f"{name}_gmt")) from None
    if moment.year < FIRST_YEAR:
        return None
    if not is_of_our_time(moment):
        raise ValueError(_("its {name} is no date").format(name=f"{name}_gmt"))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
