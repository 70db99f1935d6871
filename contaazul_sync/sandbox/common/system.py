"""What the ERP and the shop have in common: a clock, a lock, a log of requests, faults, and outages."""

from __future__ import annotations

import threading
import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from contaazul_sync.sandbox.common.faults import Faults
from contaazul_sync.sandbox.common.wire import parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response

    from contaazul_sync.sandbox.common.switches import Switches


def real_clock() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


@dataclass
class Seen:
    """One request that arrived, in order of arrival; `status` is None where no answer went out (yet)."""

    method: str
    path: str
    asked: str  # its query, as it came
    raw: bytes
    told: list[tuple[bytes, bytes]] = field(repr=False)  # its headers, as they came
    at: float  # monotonic seconds
    status: int | None = None
    fault: str | None = None

    @cached_property
    def query(self) -> dict[str, list[str]]:
        """Its query, read."""
        return parse_qs(self.asked, keep_blank_values=True)

    @cached_property
    def body(self) -> Any:
        """Parsed JSON with Decimals, or None."""
        return parse(self.raw)

    @cached_property
    def headers(self) -> dict[str, str]:
        """By their lower-case names."""
        return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in self.told}


class System:
    """The base of both servers. Whoever touches the state holds `lock`."""

    switches: Switches

    def __init__(self, clock: Callable[[], datetime] | None) -> None:
        self.clock: Callable[[], datetime] = clock or real_clock
        self.monotonic = time.monotonic  # of this machine, and of a simulated one in its stead
        self.lock = threading.RLock()
        self.requests: list[Seen] = []
        self.faults = Faults()
        # The server that listens for this system puts its own here.
        self.outage: Callable[[], AbstractContextManager[None]] = nullcontext

    def down(self) -> AbstractContextManager[None]:
        """While it lasts, connections are refused; afterwards the same port answers again."""
        return self.outage()

    def counts(self) -> dict[str, int]:
        """How much there is of each thing, for the control page."""
        raise NotImplementedError

    def unauthorised(self) -> Response:
        """The answer to a dead or missing token."""
        raise NotImplementedError

    def too_many(self) -> Response:
        """The answer over the rate limit."""
        raise NotImplementedError
