"""What happens around a pass of the model: time, requests that arrive late, and troubles of every kind."""

from collections.abc import Callable, Iterator

from sim.deeds import OVER, Move, State, World, ended, next_number, taken, used_numbers


def at_last(world: World, state: State) -> Iterator[Move]:
    """What is still to come of a trouble: a request arrives, the order is paid, a person thinks again."""
    for at, (number, _age) in enumerate(state.under_way):
        rest = state.under_way[:at] + state.under_way[at + 1 :]
        made = () if world.guards and number in used_numbers(state) else ((number, 0),)
        told = "makes a sale" if made else "is refused"
        yield f"the lost request {told}", state._replace(under_way=rest, ours=state.ours + made)
    if not state.paid:
        yield "the order is paid again", state._replace(paid=True)
    if state.ignored and state.step == "idle":
        yield "the person says retry after all", state._replace(ignored=False)


def later(world: World, state: State) -> State:
    """Half a grace later. What is old enough counts as no older; a request arrives in time or never."""
    old = max(world.lag, 1)
    intent = state.intent
    if intent:
        intent = intent._replace(age=min(intent.age + 1, OVER + world.back))
    return state._replace(
        ours=tuple((number, min(age + 1, old)) for number, age in state.ours),
        others=tuple((number, min(age + 1, old)) for number, age in state.others),
        under_way=tuple((number, age + 1) for number, age in state.under_way if age < world.delay),
        intent=intent,
        held=state.held + (state.step == "post"),
    )


def _crash(world: World, state: State) -> Iterator[Move]:
    if state.step != "idle":
        yield "a crash", ended(state)
    if state.step == "post":
        yield from _lose(world, state)


def _lose(_world: World, state: State) -> Iterator[Move]:
    if state.step == "post":
        leaves = (*state.under_way, (state.number, state.held))
        yield "the request leaves, and no answer comes", ended(state._replace(under_way=leaves))
        yield "the request does not leave", ended(state._replace(intent=state.before))


def _stranger(world: World, state: State) -> Iterator[Move]:
    wanted = {next_number(state), state.number, state.intent.number if state.intent else 0} - {0}
    for number in sorted(wanted - used_numbers(state) if world.guards else wanted):
        others = (*state.others, (number, 0))
        yield f"a stranger's sale takes number {number}", state._replace(others=others)


def _retry(_world: World, state: State) -> Iterator[Move]:
    if state.step == "idle" and state.intent and state.intent.sends > 1:
        yield "a person says retry", state._replace(intent=state.intent._replace(sends=1))


def _refuse(_world: World, state: State) -> Iterator[Move]:
    if state.step == "post":
        asleep = state.number if state.before or state.asleep else 0
        yield "the sale is refused for another reason", ended(state._replace(intent=None, asleep=asleep))


def _refuse_to_look(_world: World, state: State) -> Iterator[Move]:
    if state.step == "resolve" and state.intent:
        yield "the look-up is refused", state._replace(step="decide", looked=-1)


def _lapse(_world: World, state: State) -> Iterator[Move]:
    yield "the order is unpaid", state._replace(paid=False)


def _give_up(_world: World, state: State) -> Iterator[Move]:
    if state.step == "idle":
        yield "a person says ignore", state._replace(ignored=True)


def _jump_ahead(world: World, state: State) -> Iterator[Move]:
    if state.intent:
        age = min(state.intent.age + 1, OVER + world.back)
        yield "the clock jumps ahead", state._replace(intent=state.intent._replace(age=age))


def _jump_back(_world: World, state: State) -> Iterator[Move]:
    if state.intent:
        age = state.intent.age - 1
        yield "the clock jumps back", state._replace(intent=state.intent._replace(age=age))


def _neighbour(world: World, state: State) -> Iterator[Move]:
    number = taken(world, state)
    if state.step == "decide" and not (world.guards and number in used_numbers(state)):
        after = state._replace(others=(*state.others, (number, 0)), highest=number)
        yield f"another order becomes sale {number}", after


TROUBLES: dict[str, Callable[[World, State], Iterator[Move]]] = {
    "crashes": _crash,
    "losses": _lose,
    "strangers": _stranger,
    "retries": _retry,
    "refusals": _refuse,
    "deaf": _refuse_to_look,
    "lapses": _lapse,
    "ahead": _jump_ahead,
    "back": _jump_back,
    "given_up": _give_up,
    "neighbours": _neighbour,
}
