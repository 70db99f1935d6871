"""What has come in of the money of the sales, and what has not: where each part stands, in centavos."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from contaazul_sync.core.items import Group
from contaazul_sync.core.receivables import Money


class Taking(StrEnum):
    """Where a part stands, as it is counted: in one place, whatever is said of its order."""

    SETTLED = "settled"  # by us
    DUE_LATER = "due_later"
    WAITING = "waiting"  # for a statement of the gateway, or until the ERP lets it be settled
    FAILED = "failed"
    IN_DOUBT = "in_doubt"  # an answer was lost
    BY_PERSON = "by_person"  # received by a person, or left to one


@dataclass(frozen=True, slots=True)
class Heap:
    """Some parts that are alike. `amount`, `received` and `fees` in centavos.

    `is_due`: their day has come. `goes_on`: their order is paid, its sale lives, and nobody said to leave its
    money alone. `failure`: of what kind is what stands against the money of their orders.
    """

    money: Money
    parts: int
    amount: int
    received: int
    fees: int
    is_due: bool = True
    goes_on: bool = True
    failure: Group | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """How many parts stand in a place, and how much that is, in centavos."""

    parts: int = 0
    total: int = 0

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(self.parts + other.parts, self.total + other.total)


@dataclass(frozen=True)
class Takings:
    """What of the money stands in which place, of all sales that are followed.

    `fees`: what the gateways kept of what was received;
    `for_statement`: how many of those that wait do so for a statement of the gateway.
    """

    places: dict[Taking, Amount] = field(default_factory=lambda: dict.fromkeys(Taking, Amount()))
    fees: int = 0
    for_statement: int = 0


def place_of(heap: Heap) -> Taking | None:
    """Where parts stand; None for those of which no more is to come, and which nobody received."""
    if heap.money is Money.ENDED:
        return None
    if heap.money is Money.SETTLED:
        return Taking.SETTLED
    asks = heap.failure in (Group.HELD, Group.FAILED, Group.ATTENTION)
    if heap.money is Money.BY_PERSON:
        return Taking.FAILED if asks else Taking.BY_PERSON
    if heap.failure and (heap.is_due or heap.money is not Money.LATER):
        return Taking.FAILED if asks else Taking.IN_DOUBT
    if not heap.goes_on:
        return Taking.BY_PERSON
    return Taking.DUE_LATER if heap.money is Money.LATER else Taking.WAITING


def takings(heaps: Iterable[Heap]) -> Takings:
    """All parts in their places. What was received of one that is open in part is among what is settled."""
    places, fees, for_statement = dict.fromkeys(Taking, Amount()), 0, 0
    for heap in heaps:
        fees += heap.fees
        place = place_of(heap)
        if place is Taking.SETTLED:
            places[place] += Amount(heap.parts, heap.received)
            continue
        places[Taking.SETTLED] += Amount(0, heap.received)
        if place:
            places[place] += Amount(heap.parts, max(0, heap.amount - heap.received))
        if place is Taking.WAITING and heap.money is Money.STATEMENT:
            for_statement += heap.parts
    return Takings(places, fees, for_statement)
