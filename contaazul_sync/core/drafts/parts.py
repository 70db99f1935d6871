"""The parts of a sale, and when they are due."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from contaazul_sync.core.errors import Unusable
from contaazul_sync.core.money import parts, written
from contaazul_sync.core.orders import Order
from contaazul_sync.core.words import _

MOST_PARTS = 120  # more instalments than anybody sells, and few enough for every calendar


@dataclass(frozen=True, slots=True)
class Part:
    """One instalment, in centavos."""

    due: date
    amount: int


def parts_of(order: Order, day: date, terms: tuple[int, ...]) -> tuple[Part, ...]:
    """The parts that are due: at the merchant's own terms where there are some, else as the buyer chose."""
    if not terms:
        return _instalments(order.total, order.installments, day)
    amounts = parts(order.total, len(terms))
    return tuple(
        Part(day + timedelta(days=days), amount) for days, amount in zip(terms, amounts, strict=True)
    )


def _instalments(total: int, count: int, day: date) -> tuple[Part, ...]:
    """One part due on the day, or `count` parts due month after month, the first one month later."""
    if count <= 1:
        return (Part(day, total),)
    if count > min(total, MOST_PARTS):
        text = _("{amount} cannot be divided into {n} instalments")
        raise Unusable(text.format(amount=written(total), n=count))
    return tuple(Part(_months_later(day, i), amount) for i, amount in enumerate(parts(total, count), start=1))


def _months_later(day: date, months: int) -> date:
    """The same day `months` later, or the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
