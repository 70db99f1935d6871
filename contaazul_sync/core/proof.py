"""One month, proved: what was paid in the shop is what the ERP has of it, and what is named order by order.

The shop's side is the order book; the ERP's are its live sales of these orders, as it shows them now.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from contaazul_sync.core.book import Entry, Place, place_of
from contaazul_sync.core.days import local_day
from contaazul_sync.core.differences import living
from contaazul_sync.core.erp import ErpSale
from contaazul_sync.core.ids import OrderId
from contaazul_sync.core.rules import Rules

QUIET = (
    Place.IGNORED,
    Place.LEFT_OUT,
    Place.ENDED,
)  # a person, a rule or the shop said that there is no sale


@dataclass(frozen=True, slots=True)
class Stand:
    """One order of the month. `booked`: its live sales in the ERP together, in centavos."""

    entry: Entry
    place: Place
    booked: int
    sales: int

    @property
    def off(self) -> int:
        """By how much the ERP has less of it than was paid, in centavos."""
        return (self.entry.total or 0) - self.booked

    @property
    def is_named(self) -> bool:
        """Whether it makes a difference, or may, or somebody has to look at it."""
        return self.off != 0 or self.entry.total is None or not self.is_well

    @property
    def is_well(self) -> bool:
        """Whether nobody has to look at it: it is one sale as it was booked, or it is to be none."""
        if self.place in QUIET:
            return not self.booked
        sale = self.entry.sale
        as_booked = sale is not None and self.sales == 1 and self.booked == sale.total
        return self.entry.ignored or (self.place is Place.SENT and as_booked)


@dataclass(frozen=True, slots=True)
class Line:
    """Some orders: how many, what was paid for them and what the ERP has of them, in centavos."""

    orders: int
    paid: int
    booked: int
    unread: int  # of them without a total


@dataclass(frozen=True, slots=True)
class Proof:
    """A month, as `2026-11`.

    `strangers`: live sales of ours on its days, of orders that are not in the book. `undated`: orders of the
    book whose day nobody could read: they may be of this month.
    """

    month: str
    checked_at: datetime
    orders: Sequence[Stand]
    strangers: Sequence[ErpSale]
    undated: Sequence[tuple[Entry, Place]]

    @property
    def places(self) -> dict[Place, Line]:
        """The sums of each place that has orders, in the order of the places."""
        found = {place: [each for each in self.orders if each.place is place] for place in Place}
        return {place: _sum(some) for place, some in found.items() if some}

    @property
    def whole(self) -> Line:
        """The sums of the month: what the ERP has counts strangers, too."""
        line = _sum(self.orders)
        strange = sum(sale.total or 0 for sale in self.strangers)
        return Line(line.orders, line.paid, line.booked + strange, line.unread)

    @property
    def named(self) -> list[Stand]:
        """The orders that make a difference, and those to look at."""
        return [each for each in self.orders if each.is_named]

    @property
    def sales(self) -> int:
        """How many live sales the ERP has of the month."""
        return sum(each.sales for each in self.orders) + len(self.strangers)

    @property
    def agrees(self) -> bool:
        """Whether nobody has to look at anything."""
        return all(each.is_well for each in self.orders) and not (self.strangers or self.undated)


def _sum(some: Sequence[Stand]) -> Line:
    return Line(
        len(some),
        sum(each.entry.total or 0 for each in some),
        sum(each.booked for each in some),
        sum(each.entry.total is None for each in some),
    )


def month_of(entry: Entry) -> str | None:
    """The month of an order's payment in São Paulo, as `2026-11`; None where nobody could read that."""
    return f"{local_day(entry.note.counted_at):%Y-%m}" if entry.note else None


def placed(entries: Iterable[Entry], rules: Rules, run_since: datetime | None) -> list[tuple[Entry, Place]]:
    """The orders of the book, each with where it stands."""
    return [(each, place) for each in entries if (place := place_of(each, rules, run_since))]


def proof(
    month: str,
    now: datetime,
    book: Sequence[tuple[Entry, Place]],
    ours: Mapping[OrderId, Sequence[ErpSale]],
) -> Proof:
    """The proof of a month. `ours`: our sales in the ERP by the order that their mark names."""
    known = {entry.id for entry, _place in book}
    live = {order: living(sales) for order, sales in ours.items()}
    stands = [
        Stand(entry, place, _value(live.get(entry.id, ())), len(live.get(entry.id, ())))
        for entry, place in book
        if month_of(entry) == month
    ]
    strangers = [
        sale
        for order, sales in live.items()
        if order not in known
        for sale in sales
        if sale.day and f"{sale.day:%Y-%m}" == month
    ]
    undated = [(entry, place) for entry, place in book if entry.note is None and place not in QUIET]
    return Proof(month, now, stands, strangers, [each for each in undated if each[1] is not Place.SENT])


def _value(sales: Sequence[ErpSale]) -> int:
    return sum(sale.total or 0 for sale in sales)
