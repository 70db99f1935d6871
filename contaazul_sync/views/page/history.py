"""What went before the status, as far as the page shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from contaazul_sync.core.days import local_day

if TYPE_CHECKING:
    from contaazul_sync.core.items import Run
    from contaazul_sync.views.page.tables import Table

DAYS = 30  # that the charts show, today among them
RUNS = 12  # that the list of runs shows


@dataclass(frozen=True)
class History:
    """What went before. `sales`: a day's orders sent, and centavos; `runs`: a day's runs, and the bad ones.

    `last_runs` has the newest first. A day without any may be left out.
    """

    sales: Mapping[date, tuple[int, int]]
    runs: Mapping[date, tuple[int, int]]
    last_runs: Sequence["Run"]
    tables: "Sequence[Table]" = ()  # behind the tiles


def first_day(now: datetime) -> date:
    """The first day that the charts show."""
    return local_day(now) - timedelta(days=DAYS - 1)
