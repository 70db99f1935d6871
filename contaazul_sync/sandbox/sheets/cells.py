"""How panels write a value: amounts, times, and what is left out."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def text(value: Any) -> str:
    """As it is; nothing for nothing."""
    return "" if value is None else str(value)


def word(words: Mapping[str, str]) -> Callable[[str], str]:
    """What a panel calls one of the shop's own words; as it is where it has none for it."""
    return lambda value: words.get(value, value)


def point(value: Any) -> str:
    """`1234.56`; nothing where there is no amount."""
    return f"{Decimal(str(value)):.2f}" if value not in ("", None) else ""


def comma(value: Any) -> str:
    """`1234,56`; nothing where there is no amount."""
    return point(value).replace(".", ",")


def reais(value: Any) -> str:
    """`R$ 1.234,56`; nothing where there is no amount."""
    return f"R$ {Decimal(str(value)):,.2f}".translate(_SWAPPED) if value not in ("", None) else ""


_SWAPPED = str.maketrans(",.", ".,")


def day_first(value: str) -> str:
    """`25/11/2026 14:30`, of the shop's own writing; nothing where there is no time."""
    return f"{datetime.fromisoformat(value):%d/%m/%Y %H:%M}" if value else ""


def seconds(value: str | None) -> str:
    """`2026-11-25 14:30:00`; nothing where there is no time."""
    return f"{datetime.fromisoformat(value):%Y-%m-%d %H:%M:%S}" if value else ""
