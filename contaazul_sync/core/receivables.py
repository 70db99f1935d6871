"""The money of a sale: the parts in which it is to come, and what was received of each; in centavos."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from contaazul_sync.core.ids import ErpId, OrderId
from contaazul_sync.core.items import Outcome


class Settle(StrEnum):
    """When the merchant says that the money of a way of paying has come."""

    NEVER = "never"
    PAID = "paid"  # on the day of the payment
    DUE = "due"  # each part on the day on which it is due
    PAYOUT = "payout"  # as a statement of the gateway tells


class PartStatus(StrEnum):
    """What the ERP says of a part."""

    OPEN = "open"
    PARTLY = "partly"  # received in part
    SETTLED = "settled"
    CANCELLED = "cancelled"
    LOST = "lost"
    RENEGOTIATED = "renegotiated"
    UNKNOWN = "unknown"  # a word that nobody has told us


@dataclass(frozen=True, slots=True)
class ErpSettlement:
    """What was received of a part, as the ERP tells it. `gross` is what of the part is paid by it."""

    id: ErpId
    day: date | None
    gross: int
    fee: int = 0
    note: str = ""
    nsu: str = ""


@dataclass(frozen=True, slots=True)
class ErpPart:
    """One part of what a sale brings. `index`: its place (`in_turn`: from 1); `open`: what is unpaid."""

    id: ErpId
    index: int
    due: date
    amount: int
    open: int
    status: PartStatus
    settlements: tuple[ErpSettlement, ...] = ()

    @property
    def is_closed(self) -> bool:
        """Whether the ERP expects no more of it, and not since it was paid."""
        return self.status in (PartStatus.CANCELLED, PartStatus.LOST, PartStatus.RENEGOTIATED)


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be settled of a part: `gross` of it, of which the gateway keeps `fee`; in centavos."""

    day: date
    gross: int
    fee: int
    source: str = ""


@dataclass(frozen=True, slots=True)
class Settlement:
    """A line of the ledger of settlements: what was written down before it was sent, and what became of it.

    `part`: which of the order's parts, from 1. `source` is the payout that it came from, or "".
    """

    order_id: OrderId
    part: int
    part_id: ErpId
    day: date
    gross: int
    fee: int
    sent_at: datetime
    outcome: Outcome
    source: str = ""
    id: int = 0


def in_turn(parts: Iterable[ErpPart]) -> list[ErpPart]:
    """The parts of a sale in their order, each with its place from 1, whatever the ERP counts from.

    One that the ERP has closed gives its place to an open one, as after a change of the sale.
    """
    by_place: dict[int, list[ErpPart]] = {}
    for part in parts:
        by_place.setdefault(part.index, []).append(part)
    there = [[part for part in some if not part.is_closed] or some[-1:] for some in by_place.values()]
    found = sorted(
        (part for some in there for part in some), key=lambda part: (part.index, part.due, part.id)
    )
    return [replace(part, index=place) for place, part in enumerate(found, 1)]


def is_as_sent(told: ErpSettlement, lines: Iterable[Settlement]) -> bool:
    """Whether a settlement whose note a person has edited is one of these that we sent."""
    sent = {(line.order_id, line.day, line.gross, line.fee) for line in lines}
    return (told.nsu, told.day, told.gross, told.fee) in sent


class Money(StrEnum):
    """Where a part of an order stands."""

    SETTLED = "settled"  # by us
    BY_PERSON = "by_person"  # in the ERP, by somebody else
    LATER = "later"  # due on another day
    STATEMENT = "statement"  # until a statement of the gateway tells of it
    OPEN = "open"  # nothing is known yet, or the next pass settles it
    ENDED = "ended"  # its sale, or the part itself, is cancelled


@dataclass(frozen=True, slots=True)
class DuePart:
    """What the state keeps of a part, as the ERP told it last. `fee` and `received_on` of what we settled."""

    order_id: OrderId
    number: int
    of: int
    due: date
    amount: int
    money: Money
    received: int = 0
    fee: int = 0
    received_on: date | None = None


@dataclass(frozen=True, slots=True)
class Payout:
    """A line of a gateway's statement that is money of an order, and is not settled yet.

    `gross` is what the buyer's payment brings, `fee` what the gateway keeps of it. `gateway`: the mark of the
    mapping it was read by; `by_id`: its payment id is the one that the shop tells of the order.
    """

    identity: str
    order_id: OrderId
    day: date
    gross: int
    fee: int
    gateway: str = ""
    by_id: bool = False


@dataclass
class Received:
    """What a pass has settled, in centavos."""

    parts: int = 0
    gross: int = 0
    fees: int = 0
    orders: set[OrderId] = field(default_factory=set)
