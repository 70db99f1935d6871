"""`python -m sim.model`: every way in which one order can be sent, searched through to the end.

The deeds of a pass (`sim/deeds`), one pass after the other without end, and between any two deeds whatever
the world allows (`sim/troubles`): crashes, lost answers, sales of strangers, people, clocks. All states are
seen, and what is wrong is told by the shortest way to it.

Taken for granted: what the ERP refuses it has not done; a sale stays, and keeps its number and its mark;
passes do not overlap (`home/locks`); what was committed is kept (`sim/power`), and no old copy is put back.
"""

import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from sim.deeds import OVER, STEPS, STOPPED, Move, State, World, begun, may_send, verdict
from sim.troubles import TROUBLES, at_last, later

MOST_STATES = 2_000_000
QUIET = 6  # passes without trouble, each a while after the other, until everything is at rest


@dataclass(frozen=True)
class Result:
    """How many states there are, and the shortest way to what is wrong; an empty one: there is none.

    `twice`: a second sale. `false`: kept as sold, and no sale of ours is there. `untold`: at rest, and
    neither sold nor where a person sees it.
    """

    states: int
    twice: tuple[str, ...]
    false: tuple[str, ...]
    untold: tuple[str, ...]


def explore(world: World) -> Result:
    """Search through everything that can happen. A way that has gone wrong is not followed further."""
    verdict.cache_clear()  # a test may have changed the program
    may_send.cache_clear()
    first = State(left=tuple((what, getattr(world, what)) for what in TROUBLES if getattr(world, what)))
    came: dict[State, tuple[State | None, str]] = {first: (None, "an order is paid")}
    todo, rests = deque([first]), dict[State, bool]()
    ways: dict[str, tuple[str, ...]] = {}
    while todo:
        state = todo.popleft()
        if wrong := _wrong(world, state, rests):
            ways.setdefault(wrong, _way(came, state))
            continue
        for what, after in _moves(world, state):
            if after not in came:
                came[after] = (state, what)
                todo.append(after)
        if len(came) > MOST_STATES:
            raise RuntimeError(f"more than {MOST_STATES} states")
    return Result(len(came), *(ways.get(wrong, ()) for wrong in ("twice", "false", "untold")))


def _wrong(world: World, state: State, rests: dict[State, bool]) -> str:
    if len(state.ours) > 1:
        return "twice"
    if state.sold and not state.ours:
        return "false"
    if state.step == "idle":
        calm = state._replace(left=())
        if calm not in rests:
            rests[calm] = _comes_to_rest(world, calm)
        return "" if rests[calm] else "untold"
    return ""


def _comes_to_rest(world: World, state: State) -> bool:
    """Whether, without further trouble, the order becomes a sale or stays where a person sees it."""
    what = ""
    for _pass in range(QUIET):
        for _half in range(3 + world.lag + world.delay):
            state = later(world, state)
        state = begun(state)
        while state.step != "idle":
            what, state = next(STEPS[state.step](world, state))
    told = state.intent is not None or what == STOPPED
    return state.sold or told or state.ignored or not state.paid


def _way(came: dict[State, tuple[State | None, str]], state: State) -> tuple[str, ...]:
    steps: list[str] = []
    at: State | None = state
    while at is not None:
        at, what = came[at]
        steps.append(what)
    return tuple(reversed(steps))


def _moves(world: World, state: State) -> Iterator[Move]:
    """What can happen next: to the program, and around it."""
    if state.step == "idle":
        yield "a pass begins", begun(state)
    else:
        yield from STEPS[state.step](world, state)
    if state.step != "post" or state.held < world.delay:
        yield "half a grace goes by", later(world, state)
    yield from at_last(world, state)
    for what, left in state.left:
        if left:
            spent = tuple((other, count - (other == what)) for other, count in state.left)
            for told, after in TROUBLES[what](world, state):
                yield told, after._replace(left=spent)


PROMISE = """\
No second sale exists while every request arrives before the grace of its intent is over, and the search
shows its sale when that is over (delay, lag and what the clock jumps ahead add up). Without that, none exists
where the ERP refuses a number that is in use. A clock that jumps back, crashes, strangers, refusals of the
sale and of the look-up, an order that is unpaid for a while, `ignore` and `retry` do no harm."""


def promised(world: World) -> bool:
    """The assumptions under which no second sale exists."""
    arrives = world.delay + world.ahead
    in_time = arrives < OVER and arrives + world.lag <= OVER
    return in_time or world.guards


LAGS = ("no lag", "lag of half the grace", "lag of the grace", "lag beyond the grace")
DELAYS = ("", ", half a grace late", ", a grace late")
OTHERS = {
    "no guard, lag of the grace, the clock jumps ahead": World(lag=2, guards=False, ahead=1),
    "no guard, lag of half the grace, the clock jumps ahead": World(lag=1, guards=False, ahead=1),
    "no guard, lag of the grace, the clock jumps back": World(lag=2, guards=False, back=1),
    "no guard, lag of the grace, unpaid for a while": World(lag=2, guards=False, lapses=1),
    "no guard, no lag, a look-up is refused": World(lag=0, guards=False, deaf=1),
    "guard, lag beyond the grace, a look-up is refused": World(lag=3, deaf=1),
    "guard, lag beyond the grace, the clock jumps ahead": World(lag=3, ahead=1),
    "guard, lag beyond the grace, no hints": World(lag=3, hints=False),
    "guard, lag of the grace, unpaid for a while": World(lag=2, lapses=1),
    "guard, lag beyond the grace, unpaid for a while": World(lag=3, lapses=1),
    "guard, lag beyond the grace, another order": World(lag=3, losses=1, neighbours=1),
    "guard, no lag, half a grace late, ignore and retry": World(lag=0, delay=1, given_up=1),
    "guard, lag of half the grace, ignore and retry": World(lag=1, given_up=1),
    "guard, no lag, ignore and retry, another order": World(lag=0, given_up=1, neighbours=1),
}


def main() -> int:
    """Show for each assumption how much was searched, and whether a second sale exists."""
    rows = {
        f"{'guard' if guards else 'no guard'}, {LAGS[lag]}{DELAYS[delay]}": World(lag, delay, guards=guards)
        for guards, lag, delay in product((False, True), range(len(LAGS)), range(len(DELAYS)))
    }
    told, broken = set[tuple[str, ...]](), False
    for name, world in (rows | OTHERS).items():
        found = explore(world)
        wrong = {"two sales": found.twice, "a false one": found.false, "untold": found.untold}
        said = ", ".join(word.upper() for word, story in wrong.items() if story)
        print(f"{name:60} {found.states:7} states  {said or 'one sale at most, and told'}")
        broken |= bool((promised(world) and found.twice) or found.false or found.untold)
        for story in {*wrong.values()} - told - {()}:
            print("".join(f"    {step}\n" for step in story), end="")
            told.add(story)
    print(f"\n{PROMISE}" if not broken else "\nWhat is promised is broken.")
    return broken


if __name__ == "__main__":
    sys.exit(main())
