"""Stories: histories that are written down, since they failed once, or fail still.

`stories.toml` has those that are mended, `known.toml` those that are not: each with what it says of the
program. A known one that does not fail any more fails the build, so that the list can only get shorter.
"""

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from sim.draw import Event, History, Nature
from sim.judge import Wrong
from sim.live import live

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Story:
    """A history and why it is told. `invariant`: what it breaks, of a known one."""

    name: str
    why: str
    history: History
    invariant: str = ""
    belongs: str = ""

    def wrong(self) -> list[Wrong]:
        """What is wrong with it, without any excuse."""
        return live(self.history, strict=True).wrong

    @property
    def is_broken(self) -> bool:
        """Whether a known one fails as it is known to."""
        return any(wrong.invariant == self.invariant for wrong in self.wrong())


def mended() -> list[Story]:
    """The stories that once failed."""
    return _read("stories.toml")


def known() -> list[Story]:
    """The stories that fail still."""
    return _read("known.toml")


def _read(name: str) -> list[Story]:
    told = tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
    return [_story(each, row) for each, row in told.items()]


def _story(name: str, row: dict[str, Any]) -> Story:
    """A story, its world written out: what is not named is as the sandbox and the settings have it."""
    given = dict(row)
    homes = tuple(_home(each) for each in given.pop("homes", [{}]))
    world = Nature(given.pop("seed"), given.pop("erp", {}), given.pop("shop", {}), homes)
    events = tuple(Event(float(at), what, dice) for at, what, dice in given.pop("events"))
    return Story(name, given.pop("why"), History(world, events), **given)


def _home(given: dict[str, Any]) -> dict[str, Any]:
    percent = "prices.adjustment_percent"
    return given | ({percent: Decimal(given[percent])} if percent in given else {})
