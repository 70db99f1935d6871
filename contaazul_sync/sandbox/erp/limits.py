"""The ERP's rate limits: 10 calls a second and 600 a minute per account, and smoothing where it is on."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PER_SECOND = 10
PER_MINUTE = 600
SPACING = 0.1


class Limiter:
    """Sliding windows over the calls that were let through, by the seconds of a clock that never jumps."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._now = monotonic
        self._calls: deque[float] = deque(maxlen=PER_MINUTE)

    def refuses(self, *, smoothing: bool) -> str | None:
        """Why this call is over the limit; None lets it through and counts it."""
        now = self._now()
        calls = self._calls
        if smoothing and calls and now - calls[-1] < SPACING:
            return "Spike Arrest violation"
        if len(calls) >= PER_SECOND and now - calls[-PER_SECOND] < 1:
            return "API rate limit exceeded (10 per second)"
        if len(calls) == PER_MINUTE and now - calls[0] < 60:
            return "API rate limit exceeded (600 per minute)"
        calls.append(now)
        return None
