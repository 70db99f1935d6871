"""The parts of a sale, and when they are due."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from contaazul_sync.core.errors import Unusable
from contaazul_sync.core.money import parts, written
from contaazul_sync.core.rules import PaymentRule
from contaazul_sync.core.words import _

MOST_PARTS = 120  # more instalments than anybody sells, and few enough for every calendar


@dataclass(frozen=True, slots=True)
class Part:
    """One instalment, in centavos."""

    due: date
    amount: int


def parts_of(total: int, count: int, day: date, rule: PaymentRule) -> tuple[Part, ...]:
    """The parts that are due, on the merchant's own terms where there are some, else as the buyer chose.

    `total` in centavos, in `count` parts (below 2: one), paid on `day`. Raises Unusable where a part would
    have no value.
    """
    count = len(rule.terms) or max(1, count)
    if count > min(total, MOST_PARTS):
        text = _("{amount} cannot be divided into {n} instalments")
        raise Unusable(text.format(amount=written(total), n=count))
    return tuple(map(Part, _due(count, day, rule), parts(total, count)))


def _due(count: int, day: date, rule: PaymentRule) -> Iterator[date]:
    """When each part is due: at the terms, else month after month; a lone one on the day of the payment."""
    if rule.terms:
        return (day + timedelta(days=days) for days in rule.terms)
    if rule.first_due_days is not None:
        first = day + timedelta(days=rule.first_due_days)
        return (_months_later(first, i) for i in range(count))
    return (_months_later(day, i) for i in (range(1, count + 1) if count > 1 else range(1)))


def _months_later(day: date, months: int) -> date:
    """The same day `months` later, or the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
