"""The order book: every paid order that the shop has ever shown stands in exactly one place."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contaazul_sync.core.ids import OrderId
from contaazul_sync.core.items import Failure, Group, Intent, is_under_way
from contaazul_sync.core.orders import OrderNote, Payment, Sale
from contaazul_sync.core.rules import Rules


class Place(StrEnum):
    """Where an order of the book stands."""

    SENT = "sent"
    WAITING = "waiting"  # for a product, for the next pass, or for the answer that is under way
    HELD = "held"  # by a rule of ours, or since its status or the order itself says nothing
    FAILED = "failed"
    IN_DOUBT = "in_doubt"
    ATTENTION = "attention"
    IGNORED = "ignored"  # a person's word
    LEFT_OUT = "left_out"  # paid before the first day, or within another order
    ENDED = "ended"  # no longer paid before it was a sale, or its sale was cancelled by us


@dataclass(frozen=True, slots=True)
class Sum:
    """Some orders of one place: how many, their total in centavos, and how many of them have none."""

    orders: int = 0
    total: int = 0
    unread: int = 0

    @classmethod
    def one(cls, total: int | None) -> "Sum":
        """An order by itself; None: its total could not be read."""
        return cls(1, total or 0, int(total is None))

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(self.orders + other.orders, self.total + other.total, self.unread + other.unread)


@dataclass(frozen=True, slots=True)
class Entry:
    """All that decides where one order stands. `note`: what the shop said of it, where that could be read."""

    id: OrderId
    note: OrderNote | None = None
    sale: Sale | None = None
    failure: Failure | None = None
    intent: Intent | None = None
    ignored: bool = False

    @property
    def total(self) -> int | None:
        """What it is worth, in centavos; None where nobody could read that."""
        if self.note:
            return self.note.total
        booked = self.sale or self.intent
        return (booked.total or None) if booked else None

    @property
    def sum(self) -> Sum:
        """The order as one of its place."""
        return Sum.one(self.total)


def place_of(entry: Entry, rules: Rules, run_since: datetime | None = None) -> Place | None:
    """Where an order stands; None for one that is not in the book: it was never paid, and nobody touched it.

    `run_since`: when the run began that is going on now, if any is.
    """
    failure = entry.failure
    if failure and failure.group is Group.ATTENTION:
        return Place.ATTENTION
    if entry.sale:
        return Place.ENDED if entry.sale.ended_at else Place.SENT
    if entry.ignored:
        return Place.IGNORED
    if entry.intent:
        return Place.WAITING if is_under_way(entry.intent, failure, run_since) else Place.IN_DOUBT
    if failure:
        return Place(failure.group.value)
    return _as_noted(entry.note, rules) if entry.note else None


def _as_noted(note: OrderNote, rules: Rules) -> Place | None:
    """Where an order stands to which nothing has happened yet, by what the shop says of it alone."""
    if not (note.was_paid or note.payment is Payment.PAID):
        return None
    if note.payment not in (Payment.PAID, Payment.UNKNOWN):
        return Place.ENDED
    if note.within or rules.too_old(note):
        return Place.LEFT_OUT
    return Place.WAITING if note.payment is Payment.PAID else Place.HELD


def sums(placed: Iterable[tuple[Place, Sum]]) -> dict[Place, Sum]:
    """What stands in each place, one with nothing in it too."""
    found = dict.fromkeys(Place, Sum())
    for place, some in placed:
        found[place] += some
    return found
