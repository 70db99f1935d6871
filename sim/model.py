"""`python -m sim.model`: every way in which one order can be sent, searched through to the end.

The program's own decisions (`settle`, `may_send`) between the steps of a pass, as `passes/settle` and
`passes/orders` take them: one order, a few passes one after the other, and between any two steps a crash, a
lost answer, a foreign sale under the next number, a person's `retry`. Time goes by in halves of the grace.
"""

import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import product

from contaazul_sync.core.ids import ErpId
from contaazul_sync.core.items import Intent, Kind
from contaazul_sync.core.plan import protocol
from contaazul_sync.core.plan.facts import Known
from contaazul_sync.core.plan.protocol import Adopt, Forget

GRACE = timedelta(hours=1)
EPOCH = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
OURS, ORDER = ErpId("ours"), "501"
END = 10  # halves of the grace until everything has come to rest
MOST_STATES = 2_000_000


@dataclass(frozen=True)
class World:
    """What is taken for granted. `lag`: of the ERP's search, in halves of the grace.

    `guards`: the ERP refuses a number that is in use. `hints`: it tells the next number. `prompt`: no half
    of a grace goes by between the commit of an intent and the arrival of its request. `broken`: what of the
    protocol is left out, to see that the search notices.
    """

    lag: int = 1
    guards: bool = True
    hints: bool = True
    passes: int = 3
    crashes: int = 1
    losses: int = 1
    strangers: int = 1
    retries: int = 1
    prompt: bool = True
    broken: str = ""


@dataclass(frozen=True)
class State:
    """All that there is. `ours`: number and time of each sale; `intent`: number, time and sends."""

    now: int = 0
    ours: tuple[tuple[int, int], ...] = ()
    strangers: tuple[int, ...] = ()
    intent: tuple[int, int, int] | None = None
    before: tuple[int, int, int] | None = None  # the intent as it was before the send that is under way
    looked: int = 0  # when this pass looked for what is in doubt
    sold: bool = False
    step: str = "idle"
    number: int = 0
    passes: int = 0
    crashes: int = 0
    losses: int = 0
    retries: int = 0


Move = tuple[str, State]


@dataclass(frozen=True)
class Result:
    """What a search found: how many states, and the shortest way to a second sale, if there is one."""

    states: int
    story: tuple[str, ...] = ()
    never_told: tuple[str, ...] = ()  # the shortest way to an order that is neither sold nor in doubt


def explore(world: World) -> Result:
    """Search through everything that can happen."""
    first = State()
    came: dict[State, tuple[State | None, str]] = {first: (None, "")}
    todo = deque([first])
    untold: tuple[str, ...] = ()
    while todo:
        state = todo.popleft()
        if len(state.ours) > 1:
            return Result(len(came), _way(came, state), untold)
        moves = list(_moves(world, state))
        if not moves and not untold and not state.sold and state.intent is None and state.ours:
            untold = _way(came, state)
        for what, after in moves:
            if after not in came:
                came[after] = (state, what)
                todo.append(after)
        if len(came) > MOST_STATES:
            raise RuntimeError(f"more than {MOST_STATES} states")
    return Result(len(came), (), untold)


def _way(came: dict[State, tuple[State | None, str]], state: State) -> tuple[str, ...]:
    steps: list[str] = []
    at: State | None = state
    while at is not None:
        at, what = came[at]
        steps.append(what)
    return tuple(reversed(steps[:-1]))


def _moves(world: World, state: State) -> Iterator[Move]:
    """What can happen next: to the program, and around it."""
    if state.step == "idle":
        if state.passes < world.passes:
            begun = replace(state, step="settle", passes=state.passes + 1, looked=state.now)
            yield "a pass begins", begun
        if state.retries < world.retries and state.intent and state.intent[2] > 1:
            number, sent, _sends = state.intent
            yield "a person says retry", replace(state, intent=(number, sent, 1), retries=state.retries + 1)
    else:
        yield from _STEPS[state.step](world, state)
        if state.crashes < world.crashes:
            yield "a crash", _ended(replace(state, crashes=state.crashes + 1))
    if state.now < END and not (world.prompt and state.step == "post"):
        yield "half a grace goes by", replace(state, now=state.now + 1)
    if len(state.strangers) < world.strangers:
        yield (
            "a stranger's sale takes the next number",
            replace(state, strangers=(*state.strangers, _next(state))),
        )


def _ended(state: State) -> State:
    """The pass is over."""
    return replace(state, step="idle", number=0, before=None, looked=0)


def _next(state: State) -> int:
    return max([number for number, _at in state.ours] + list(state.strangers), default=0) + 1


def _found(world: World, state: State, number: int) -> tuple[bool, bool]:
    """Whether the search shows our sale under a number, and whether it shows any."""
    ours = any(each == number and at + world.lag <= state.now for each, at in state.ours)
    return ours, ours or number in state.strangers


def _time(now: int) -> datetime:
    return EPOCH + now * GRACE / 2


def _as_intent(kept: tuple[int, int, int]) -> Intent:
    number, sent, sends = kept
    return Intent(Kind.SALE, ORDER, number, _time(sent), _time(sent), sends)


def _settle(world: World, state: State) -> Iterator[Move]:
    if state.intent is None:
        yield "nothing is open", replace(state, step="decide")
        return
    ours, any_found = _found(world, state, state.intent[0])
    grace = timedelta(0) if world.broken == "no grace" else GRACE
    now, mine = _time(state.now), OURS if ours else None
    if world.broken == "mark not compared" and any_found:
        mine = OURS
    verdict = protocol.settle(_as_intent(state.intent), mine, others=any_found, now=now, grace=grace)
    match verdict:
        case Adopt():
            yield "the sale is found", replace(state, step="decide", intent=None, sold=True)
        case Forget():
            yield "another's sale is found", replace(state, step="decide", intent=None)
        case _:
            forgets = world.broken == "forgets" and not isinstance(verdict, protocol.Wait)
            yield "it is not found", replace(state, step="decide", intent=None if forgets else state.intent)


def _decide(world: World, state: State) -> Iterator[Move]:
    if state.sold:
        yield "it is sold", _ended(state)
        return
    intents = {(Kind.SALE, ORDER): _as_intent(state.intent)} if state.intent else {}
    grace = timedelta(0) if world.broken == "no grace" else GRACE
    looked = state.now if world.broken == "looks too early" else state.looked
    known = Known(intents, {}, {}, _time(state.now), grace, _time(looked))
    if not known.may_send(Kind.SALE, ORDER, "1:mark", "paid"):
        yield "it waits", _ended(state)
    elif state.intent is None and any(at + world.lag <= state.now for _number, at in state.ours):
        yield "the ERP has a sale that the state does not know: nothing is sent", _ended(state)
    else:
        yield "it is to be sent", replace(state, step="take")


def _take(world: World, state: State) -> Iterator[Move]:
    keeps = state.intent is not None and world.broken != "number not kept"
    number = state.intent[0] if keeps and state.intent else _next(state) if world.hints else 1 + state.number
    step = "post" if world.broken == "intent after post" else "intend"
    yield f"number {number} is taken", replace(state, step=step, number=number, before=state.intent)


def _intend(_world: World, state: State) -> Iterator[Move]:
    sends = state.intent[2] + 1 if state.intent else 1
    yield "the intent is kept", replace(state, step="post", intent=(state.number, state.now, sends))


def _post(world: World, state: State) -> Iterator[Move]:
    used = [number for number, _at in state.ours] + list(state.strangers)
    if world.guards and state.number in used:
        yield "the number is refused", replace(state, step="refused")
    else:
        made = replace(state, ours=(*state.ours, (state.number, state.now)))
        yield "the sale is made", replace(made, step="record")
        if state.losses < world.losses:
            yield "the sale is made, its answer is lost", _ended(replace(made, losses=state.losses + 1))
    if state.losses < world.losses:
        yield "the request is lost", _ended(replace(state, losses=state.losses + 1))
        restored = replace(state, losses=state.losses + 1, intent=state.before)
        yield "the request does not leave", _ended(restored)


def _refused(world: World, state: State) -> Iterator[Move]:
    ours, any_found = _found(world, state, state.number)
    if ours:
        yield "it was refused in favour of our own", replace(state, step="record")
    elif any_found:
        yield "it was refused in favour of another's", replace(state, step="take", intent=None)
    else:
        yield "it was refused, and nothing is found", _ended(state)


def _record(_world: World, state: State) -> Iterator[Move]:
    yield "the sale is kept", _ended(replace(state, intent=None, sold=True))


_STEPS = {
    "settle": _settle,
    "decide": _decide,
    "take": _take,
    "intend": _intend,
    "post": _post,
    "refused": _refused,
    "record": _record,
}


def main() -> int:
    """Show for each assumption how much was searched, and whether a second sale exists."""
    lags = {0: "none", 1: "half the grace", 2: "the grace", 3: "beyond the grace"}
    for lag, guards, prompt in product(lags, (True, False), (True, False)):
        found = explore(World(lag=lag, guards=guards, prompt=prompt))
        given = f"lag {lags[lag]}, guard {'on' if guards else 'off'}{'' if prompt else ', requests held up'}"
        print(f"{given:50} {found.states:8} states  {'TWO SALES' if found.story else 'one sale at most'}")
        for step in found.story:
            print(f"    {step}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
