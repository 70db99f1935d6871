"""The deeds of a pass for one order, as the model takes them, with the program's own decisions between them.

In the order of `passes/resolve`, `passes/coverage`, `passes/sale_numbers` and `passes/orders`. Each deed
yields what can come of it, first what happens without trouble. Time is kept as ages, in halves of the grace:
so there are finitely many states.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple

from contaazul_sync.core.ids import ErpId
from contaazul_sync.core.items import Intent, Kind
from contaazul_sync.core.plan import protocol
from contaazul_sync.core.plan.facts import Known
from contaazul_sync.core.plan.protocol import Adopt, Forget, SendAgain
from contaazul_sync.core.words import quoted

HALF, EPOCH = timedelta(minutes=30), datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
OVER = 2  # halves: then the grace is over
GRACE = OVER * HALF
OURS, ORDER = ErpId("ours"), "501"
STOPPED = "the ERP has a sale that the state does not know: nothing is sent"


@dataclass(frozen=True)
class World:
    """What may happen. Times are in halves of the grace, the rest is how often.

    `lag`: until the search shows a sale. `delay`: from the commit of an intent until its request arrives.
    `guards`: the ERP refuses a number that is in use. `hints`: it tells the next number, and at once.
    `losses`: answers that never come. `refusals`: of a sale, for another reason. `deaf`: refusals of the
    look-up itself. `lapses`: the order is unpaid for a while. `ahead`, `back`: the program's clock jumps by a
    half. `given_up`: a person says `ignore` and, later, `retry`. `neighbours`: other orders of ours become
    sales. `broken`: what of the protocol is left out.
    """

    lag: int = 1
    delay: int = 0
    guards: bool = True
    hints: bool = True
    crashes: int = 1
    losses: int = 2
    strangers: int = 1
    retries: int = 1
    refusals: int = 1
    deaf: int = 0
    lapses: int = 0
    ahead: int = 0
    back: int = 0
    given_up: int = 0
    neighbours: int = 0
    broken: str = ""


class Kept(NamedTuple):
    """The intent. `age`: since it was sent, by the program's clock."""

    number: int
    age: int
    sends: int


class State(NamedTuple):
    """All that there is. A sale is its number and age, and so is a request that is under way."""

    ours: tuple[tuple[int, int], ...] = ()
    others: tuple[tuple[int, int], ...] = ()
    under_way: tuple[tuple[int, int], ...] = ()
    intent: Kept | None = None  # closed as soon as it is sold
    sold: bool = False
    paid: bool = True
    ignored: bool = False
    asleep: int = 0  # the ledger's number of a send that was not found, and that nobody waits for
    highest: int = 0  # of the ledger
    step: str = "idle"
    before: Kept | None = None  # the intent as it was before the send that is going on
    looked: int = 0  # how old the intent was when this pass looked for it; -1: it could not
    number: int = 0
    held: int = 0  # how long ago this pass committed the intent of the request that has not left
    left: tuple[tuple[str, int], ...] = ()  # how often each trouble may still happen


Move = tuple[str, State]


# What the ERP shows, and what the program makes of it


def used_numbers(state: State) -> set[int]:
    """The numbers that sales of the ERP have."""
    return {number for number, _age in (*state.ours, *state.others)}


def next_number(state: State) -> int:
    """What the ERP says comes next."""
    return max(used_numbers(state), default=0) + 1


def _found(world: World, state: State, number: int) -> tuple[bool, bool]:
    """Whether the search shows our sale under a number, and whether it shows any."""
    ours = any(each == number and age >= world.lag for each, age in state.ours)
    return ours, ours or any(each == number and age >= world.lag for each, age in state.others)


@cache
def verdict(kept: Kept, mine: ErpId | None, *, others: bool) -> object:
    """What the program makes of a look-up."""
    return protocol.resolve(_intent(kept), mine, others=others, now=EPOCH + kept.age * HALF, grace=GRACE)


@cache
def may_send(kept: Kept | None, looked: int) -> bool:
    """Whether the program sends the order now."""
    at, age = (Kind.SALE, ORDER), kept.age if kept else 0
    looked_at = {at: EPOCH + min(looked, age) * HALF} if looked >= 0 else {}
    known = Known({at: _intent(kept)} if kept else {}, {}, {}, EPOCH + age * HALF, GRACE, looked_at)
    return bool(known.may_send(Kind.SALE, ORDER, "1:mark", quoted("paid")))


def _intent(kept: Kept) -> Intent:
    return Intent(Kind.SALE, ORDER, kept.number, EPOCH, EPOCH, kept.sends)


# A pass, deed by deed


def begun(state: State) -> State:
    """A pass begins."""
    return state._replace(step="resolve", looked=state.intent.age if state.intent else 0)


def ended(state: State) -> State:
    """The pass is over, in whichever way."""
    return state._replace(step="idle", before=None, looked=0, number=0, held=0)


def _resolve(world: World, state: State) -> Iterator[Move]:
    after = state._replace(step="decide")
    if state.intent is None:
        yield "nothing is in doubt", after
        return
    if state.intent.age < 0:  # sent in the future, by a clock that was wrong
        after = after._replace(intent=state.intent._replace(age=0), looked=0)
    kept = after.intent or state.intent
    ours, any_found = _found(world, state, kept.number)
    mine = OURS if ours or (any_found and world.broken == "mark not compared") else None
    match verdict(kept, mine, others=any_found):
        case Adopt():
            yield "our sale is found", after._replace(intent=None, asleep=0, sold=True)
        case Forget():
            yield "another's sale is found in its place", after._replace(intent=None)
        case SendAgain() if (state.ignored or not state.paid) and world.broken == "number forgotten":
            yield "it is not found, and given up", after._replace(intent=None)
        case SendAgain() if state.ignored or not state.paid:
            yield "it is not found, and not waited for", after._replace(intent=None, asleep=kept.number)
        case _:
            yield "it is not found", after


def _decide(world: World, state: State) -> Iterator[Move]:
    if state.sold or state.ignored or not state.paid or world.broken == "never sends":
        yield "there is nothing to send", ended(state)
    elif may_send(state.intent, state.looked):
        yield "it is to be sent", state._replace(step="cover", looked=0)
    else:
        yield "it waits", ended(state)


def taken(world: World, state: State) -> int:
    """The number that a pass hands out."""
    return max(next_number(state) if world.hints else 1, state.highest + 1)


def _cover(world: World, state: State) -> Iterator[Move]:
    """The ERP's sales are looked at: one of ours that nobody knows here stops everything."""
    shown = {number for number, age in state.ours if age >= world.lag}
    ledger = {state.asleep, state.intent.number if state.intent else 0}
    if shown & ledger:
        yield "its sale is met", ended(state._replace(intent=None, asleep=0, sold=True))
    elif shown:
        yield STOPPED, ended(state)
    else:
        yield "nothing of ours is unknown", state._replace(step="number")


def _number(world: World, state: State) -> Iterator[Move]:
    if state.intent and world.broken != "number not kept":
        number = state.intent.number
        yield f"number {number} is kept", state._replace(step="intend", number=number)
        return
    after = state
    if state.asleep:
        ours, any_found = _found(world, state, state.asleep)
        if ours:
            yield "our earlier sale is found", ended(state._replace(asleep=0, sold=True))
            return
        after = state._replace(asleep=0) if any_found else state
    number = after.asleep or taken(world, after)
    yield f"number {number} is taken", after._replace(step="intend", number=number)


def _intend(world: World, state: State) -> Iterator[Move]:
    sends = state.intent.sends + 1 if state.intent else 1
    kept = state.intent if world.broken == "intent after post" else Kept(state.number, 0, sends)
    highest = max(state.highest, state.number)
    yield "the intent is kept", state._replace(step="post", intent=kept, before=state.intent, highest=highest)


def _post(world: World, state: State) -> Iterator[Move]:
    after = state._replace(before=None, held=0)
    if world.guards and state.number in used_numbers(state):
        yield "the number is refused", after._replace(step="refused")
    else:
        made = (*state.ours, (state.number, 0))
        yield "the sale is made", after._replace(step="record", ours=made)


def _refused(world: World, state: State) -> Iterator[Move]:
    ours, any_found = _found(world, state, state.number)
    if ours:
        yield "it was refused in favour of our own", state._replace(step="record")
    elif any_found:
        number = max(next_number(state) if world.hints else 1, state.number + 1)
        after = state._replace(step="intend", intent=None, asleep=0, number=number)
        yield f"it was refused in favour of another's, and number {number} is taken", after
    else:
        yield "it was refused, and nothing is found", ended(state)


def _record(_world: World, state: State) -> Iterator[Move]:
    yield "the sale is kept", ended(state._replace(intent=None, asleep=0, sold=True))


STEPS = {
    "resolve": _resolve,
    "decide": _decide,
    "cover": _cover,
    "number": _number,
    "intend": _intend,
    "post": _post,
    "refused": _refused,
    "record": _record,
}
