"""The create protocol: what became of a create whose answer was lost, and when it is sent again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from contaazul_sync.core.ids import ErpId
from contaazul_sync.core.items import Intent

MAX_SENDS = 3  # how often a create whose answer was lost is sent again by itself


def in_grace(intent: Intent, now: datetime, grace: timedelta) -> bool:
    """Whether a create was sent so lately that not finding it proves nothing."""
    return now < (intent.sent_at or intent.opened_at) + grace


@dataclass(frozen=True, slots=True)
class Adopt:
    """It arrived: `erp_id` is ours."""

    erp_id: ErpId


@dataclass(frozen=True, slots=True)
class Wait:
    """Not found, and too early to believe that."""


@dataclass(frozen=True, slots=True)
class SendAgain:
    """It never arrived: send it again, a sale under the same number."""


@dataclass(frozen=True, slots=True)
class Forget:
    """It never arrived, and its number has become somebody else's: begin anew, under a new one."""


def resolve(
    intent: Intent, ours: ErpId | None, *, others: bool, now: datetime, grace: timedelta
) -> Adopt | Wait | SendAgain | Forget:
    """What became of a create: `ours` was found in the ERP, or `others` were found in its place.

    Not finding it is only believed when the grace is over, since the ERP's search may lag. A sale is sent
    again under its own number, which the ERP refuses to take twice; a new number is chosen only when the
    number is seen on a sale of somebody else.
    """
    if ours is not None:
        return Adopt(ours)
    if in_grace(intent, now, grace):
        return Wait()
    return Forget() if others else SendAgain()
