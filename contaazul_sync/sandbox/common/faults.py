"""Faults on order: what goes wrong with which request, by name or by (repeatable) chance."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Sequence

Kind = Literal[
    "500_before",
    "500_after",
    "drop_before",
    "drop_after",
    "429",
    "400",
    "404",
    "401",
    "html",
    "html_after",
    "truncated",
    "timeout",
    "timeout_after",
    "408_after",
    "303_after",
    "twice",  # a gateway repeats the request by itself, and gives the second answer
]
KINDS: tuple[Kind, ...] = get_args(Kind)
# The request of these is carried out before the answer goes wrong.
DONE: frozenset[Kind] = frozenset(
    {"500_after", "drop_after", "html_after", "truncated", "timeout_after", "408_after", "303_after", "twice"}
)
# A soak test wants no answers that take half a minute, and none that is taken for a refusal of a read.
SLOW_OR_FINAL = ("400", "404", "timeout", "timeout_after", "408_after", "303_after", "twice")
QUICK: tuple[Kind, ...] = tuple(kind for kind in KINDS if kind not in SLOW_OR_FINAL)


@dataclass(slots=True)
class _Planned:
    kind: Kind
    method: str | None
    path: str | None
    left: int


@dataclass(slots=True)
class _Chance:
    rate: float
    source: random.Random
    kinds: Sequence[Kind]
    path: str | None


class Faults:
    """The faults that wait for their request. `hold_seconds`: how long a "timeout" holds the answer."""

    def __init__(self) -> None:
        self.hold_seconds = 30.0
        self._lock = threading.Lock()
        self._planned: list[_Planned] = []
        self._chance: _Chance | None = None

    def add(self, kind: Kind, method: str | None = None, path: str | None = None, times: int = 1) -> None:
        """Let the next `times` requests that match get the fault; `path` is exact or a pattern with `*`."""
        if kind not in KINDS:
            message = f"no fault {kind!r}; there are {', '.join(KINDS)}"
            raise ValueError(message)
        with self._lock:
            self._planned.append(_Planned(kind, method and method.upper(), path, times))

    def random(self, rate: float, seed: int, kinds: Sequence[Kind] = QUICK, path: str | None = None) -> None:
        """Let each request fail with the chance `rate` (0 to 1), the same way for the same seed.

        The sign-in (`/oauth*`) is spared: a refresh whose answer is lost ends the connection, and the soak.
        """
        with self._lock:
            self._chance = _Chance(rate, random.Random(seed), kinds, path)

    def clear(self) -> None:
        """No more faults, planned or by chance."""
        with self._lock:
            self._planned.clear()
            self._chance = None

    @property
    def pending(self) -> int:
        """How many planned faults still wait for their request."""
        with self._lock:
            return sum(plan.left for plan in self._planned)

    def pick(self, method: str, path: str) -> Kind | None:
        """The fault of this request, used up by asking."""
        with self._lock:
            for plan in self._planned:
                if _matches(plan, method, path):
                    plan.left -= 1
                    self._planned = [other for other in self._planned if other.left > 0]
                    return plan.kind
            return self._by_chance(path)

    def _by_chance(self, path: str) -> Kind | None:
        chance = self._chance
        if chance is None or path.startswith("/oauth"):
            return None
        if chance.path is not None and not fnmatchcase(path, chance.path):
            return None
        return chance.source.choice(chance.kinds) if chance.source.random() < chance.rate else None


def _matches(plan: _Planned, method: str, path: str) -> bool:
    if plan.method is not None and plan.method != method:
        return False
    return plan.path is None or plan.path == path or fnmatchcase(path, plan.path)
