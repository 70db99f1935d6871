"""Stories: histories that are written down, since they failed once, or fail still.

`stories.toml` has those that are mended, `known.toml` those that are not: each with what it says of the
program. A known one that does not fail any more fails the build, so that the list can only get shorter.
"""

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

from sim.draw import Event, History, nature
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


def _story(name: str, row: dict[str, object]) -> Story:
    given = dict(row)
    world = nature(int(str(given.pop("world"))))
    erp, home = dict(given.pop("erp", {})), dict(given.pop("home", {}))  # type: ignore[call-overload]
    homes = tuple({**each, **home} for each in world.homes)
    world = replace(world, erp={**world.erp, **erp}, homes=homes)
    events = tuple(Event(float(at), str(what), int(dice)) for at, what, dice in given.pop("events"))  # type: ignore[attr-defined]
    return Story(name, str(given.pop("why")), History(world, events), **{k: str(v) for k, v in given.items()})
