"""On which days files usually come, and whether one did not. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from contaazul_sync.core.days import local_day

WEEKS, USUAL = 4, 3  # a day of the week usually has a file that had one in so many of the last weeks


@dataclass(frozen=True, slots=True)
class Comings:
    """`newest`: when the last file was imported, if any. `missed`: a day since then that usually has one."""

    newest: datetime | None
    missed: date | None


def comings(moments: Iterable[datetime], now: datetime) -> Comings:
    """How files come. `moments`: when each was imported; `now`: only days that are over count as missed."""
    known = list(moments)
    days = {local_day(moment) for moment in known}
    since = max(days, default=local_day(now))
    day = local_day(now) - timedelta(days=1)
    while day > since:
        if sum(day - timedelta(weeks=week) in days for week in range(1, WEEKS + 1)) >= USUAL:
            break
        day -= timedelta(days=1)
    return Comings(max(known, default=None), day if day > since else None)
