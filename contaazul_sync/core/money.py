"""Exact money: integer centavos, Decimal percentages, no binary floats on the way in."""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from contaazul_sync.core.words import _

HUNDRED = Decimal(100)
DIGITS = 18  # more than any amount has, and few enough for exact arithmetic
_PLAIN = re.compile(r"(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{0,8}[1-9])?")  # written as `decimal` leaves it
_REAIS = re.compile(r"([0-9]{1,13})(?:\.([0-9]{1,2}))?")  # what is at most MOST, to the centavo
MOST = 10**15  # centavos: ten trillion reais, of which a thousand lines still add up within 64 bits


class TooFine(ValueError):
    """An amount has a fraction of a centavo."""


def decimal(value: object) -> Decimal:
    """Read a number as a server wrote it: int, Decimal, or text such as `79.90` or `1.234,56`.

    Equal numbers come out written alike, without trailing zeros. Raises ValueError for anything else: floats,
    numbers that are not finite, and those of a size or precision that no amount or quantity has.
    """
    if isinstance(value, bool) or not isinstance(value, (int, str, Decimal)):
        raise ValueError(_not_a_number(value))
    if isinstance(value, int) and abs(value) < 10**DIGITS:
        return Decimal(value)
    text = str(value).strip()
    if _PLAIN.fullmatch(text):
        return value if isinstance(value, Decimal) else Decimal(text)
    whole, comma, rest = text.partition(",")
    if comma and "." not in rest:  # the Brazilian way of writing: dots group, the comma divides
        text = f"{whole.replace('.', '')}.{rest}"
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(_not_a_number(value)) from None
    if not number.is_finite() or len(number.as_tuple().digits) > DIGITS or abs(number.adjusted()) > DIGITS:
        raise ValueError(_not_a_number(value))
    return Decimal(plain(number + 0))  # no sign at a zero


def _not_a_number(value: object) -> str:
    if isinstance(value, Decimal) and value.is_nan():  # what it was told as is not known any more
        return _("it is no number, or one that is far too large")
    return _("{value} is not a number").format(value=repr(value))


def centavos(value: object) -> int:
    """Read an amount in reais as whole centavos. Raises ValueError for none, TooFine for a fraction."""
    if isinstance(value, (int, str, Decimal)) and (plainly := _REAIS.fullmatch(str(value))):
        return int(plainly[1] + (plainly[2] or "").ljust(2, "0"))
    amount = decimal(value) * HUNDRED
    if abs(amount) > MOST:
        raise ValueError(_not_a_number(value))
    if amount != amount.to_integral_value():
        raise TooFine(_("{value} has more than two decimals").format(value=repr(value)))
    return int(amount)


def reais(amount: int) -> Decimal:
    """Centavos as a Decimal with two places."""
    return Decimal(amount).scaleb(-2)


def adjusted(amount: int, percent: Decimal) -> int:
    """Raise or lower a price in centavos by `percent`, half up to the centavo."""
    exact = Decimal(amount) * (HUNDRED + percent) / HUNDRED
    return int(exact.to_integral_value(rounding=ROUND_HALF_UP))


def parts(amount: int, count: int) -> tuple[int, ...]:
    """Divide an amount in centavos into `count` parts that sum to it; the first ones carry the remainder."""
    share, remainder = divmod(amount, count)
    return tuple(share + 1 if i < remainder else share for i in range(count))


def shares(amount: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Divide an amount in centavos by weights; the centavos left go to the largest remainders."""
    whole = sum(weights)
    exact = [divmod(amount * weight, whole) for weight in weights]
    left = amount - sum(share for share, _remainder in exact)
    first = sorted(range(len(weights)), key=lambda i: -exact[i][1])[:left]
    return tuple(share + (i in first) for i, (share, _) in enumerate(exact))


def written(amount: int) -> str:
    """An amount in centavos for people: `R$ 1.234,56`."""
    sign = "-" if amount < 0 else ""
    whole, cents = divmod(abs(amount), 100)
    return f"{sign}R$ {whole:,}".replace(",", ".") + f",{cents:02d}"


def plain(number: Decimal) -> str:
    """A Decimal without exponent or trailing zeros: `12`, `0.5`."""
    text = str(number)
    text = format(number, "f") if "E" in text else text
    return text.rstrip("0").rstrip(".") if "." in text else text
