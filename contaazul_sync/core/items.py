"""What the state says of an item: it was about to be created, it needs a person; and what a run came to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from contaazul_sync.core.fingerprints import EDITION
from contaazul_sync.core.ids import OrderId
from contaazul_sync.core.words import Said


class Kind(StrEnum):
    """What an intent or a failure is about."""

    PRODUCT = "product"
    CUSTOMER = "customer"
    SALE = "sale"
    SETTLEMENT = "settlement"  # the money of an order, by its id


class Group(StrEnum):
    """Why an item is in the list of failures; an item is in one group only."""

    WAITING = "waiting"  # an order whose product is not in the ERP
    HELD = "held"  # a rule of ours keeps it back
    FAILED = "failed"  # the ERP said no
    IN_DOUBT = "in_doubt"  # sent, and the answer was lost
    ATTENTION = "attention"  # only a person can tell: changed after the sale, or not found at a rebuild


@dataclass(frozen=True, slots=True)
class Intent:
    """A create that is written down. `sends` counts how often it went out, the last time at `sent_at`.

    `fingerprint` and `total` are of the order as it was first sent.
    """

    kind: Kind
    key: str
    number: int | None
    opened_at: datetime
    sent_at: datetime | None
    sends: int
    fingerprint: str = ""
    total: int = 0


class Outcome(StrEnum):
    """What became of a send: of an order's sale under one number."""

    UNKNOWN = "unknown"  # its answer is out
    ABSENT = "absent"  # not found when its grace was over, and not to be sent now
    MADE = "made"  # there is a sale of ours
    REFUSED = "refused"  # for a reason that is known: there is none
    FOREIGN = "foreign"  # the number is another's
    UNSENT = "unsent"  # it did not leave


@dataclass(frozen=True, slots=True)
class Send:
    """A line of the ledger of sends. `total` (centavos) and `fingerprint` are of the order as it was sent.

    `outcome` is of its number. `refused`: the ERP made no sale of this send, whatever carries the number.
    """

    order_id: OrderId
    number: int
    sent_at: datetime
    outcome: Outcome
    total: int
    fingerprint: str
    refused: bool = False

    @property
    def is_open(self) -> bool:
        """Whether nobody knows yet what became of its number."""
        return self.outcome in (Outcome.UNKNOWN, Outcome.ABSENT)

    @property
    def may_be_made(self) -> bool:
        """Whether a sale under its number may be of this send."""
        return not self.refused and self.outcome not in (Outcome.REFUSED, Outcome.UNSENT)


@dataclass(frozen=True, slots=True)
class Ignored:
    """What a person said to leave alone, as it was then.

    `version` ends it for a product that changes. An order stays out for good; its `total` (centavos),
    `payment` and `content`, the fingerprint, tell whether there is something new to look at. None: not known.
    """

    version: str
    total: int | None = None
    payment: str | None = None
    content: str | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """An item that needs a person, or waits. `fingerprint` is of what was tried.

    `held_by`: the edition of the rules by which it was held, also if something else stands against it now;
    None where it never was. `held_as`: its fingerprint then.
    """

    kind: Kind
    key: str
    group: Group
    reason: Said
    next_step: Said
    since: datetime
    attempts: int = 1
    fingerprint: str = ""
    held_by: int | None = EDITION
    held_as: str = ""


def is_under_way(intent: Intent | None, failure: Failure | None, run_since: datetime | None) -> bool:
    """Whether a create is on the wire just now.

    `run_since`: when the run began that is going on, if any is.
    """
    if intent is None or intent.sent_at is None or run_since is None:
        return False
    is_lost = failure is not None and failure.group is Group.IN_DOUBT
    return intent.sent_at >= run_since and not is_lost


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a command. `outcome` is its exit code, None while it runs or when it was cut short.

    `good`: it got through.
    """

    id: int
    command: str
    started_at: datetime
    finished_at: datetime | None
    outcome: int | None
    created: int
    updated: int
    failed: int
    message: Said
    good: bool = False
    done: Mapping[str, int] = field(default_factory=dict)  # as `core/deeds` has it
