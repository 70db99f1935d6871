"""What a pass works with, put together once and handed down."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from contaazul_sync.core.deeds import CREATED
from contaazul_sync.core.errors import SyncError
from contaazul_sync.core.products import LONGEST
from contaazul_sync.core.rules import Rules
from contaazul_sync.erp.client import PAGE, ContaAzul
from contaazul_sync.passes.crew import Progress, no_progress
from contaazul_sync.passes.single import Single
from contaazul_sync.shops.port import Shop
from contaazul_sync.state.file import State

Clock = Callable[[], datetime]
Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True)
class Parts:
    """Both systems, the state, the rules and the clock. `counts` and `done` are what the run reports.

    `single` runs each item by itself.
    """

    state: State
    erp: ContaAzul
    shop: Shop
    rules: Rules
    grace: timedelta
    clock: Clock
    hash_key: str
    company_id: str = ""
    refusal: SyncError | None = None  # why there is no sign-in to work with
    progress: Progress = no_progress
    sleep: Sleep = asyncio.sleep
    single: Single = field(default_factory=Single)
    counts: dict[str, int] = field(default_factory=lambda: {"created": 0, "updated": 0, "failed": 0})
    done: dict[str, int] = field(default_factory=dict)

    def did(self, deed: str, amount: int = 0) -> None:
        """Count something that was done: a word of `core/deeds`, and what it is worth, in centavos."""
        self.counts["created" if deed in CREATED else "updated"] += 1
        for word, number in ((deed, 1), (f"{deed}_sum", amount)):
            if number:
                self.done[word] = self.done.get(word, 0) + number

    def settled_at(self, moment: datetime) -> datetime:
        """When both sides tell a balance that counts a sale of this moment: a day later at most."""
        return moment + min(max(self.grace, self.rules.stock_age), LONGEST)

    def ask_alone(self) -> int:
        """Up to so many products are looked up one by one; for more, the ERP's list takes fewer calls."""
        return max(10, self.state.links.count() // PAGE)
