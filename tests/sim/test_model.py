"""One order, searched through to the end: when a second sale exists, and when it does not."""

from dataclasses import replace
from itertools import product

import pytest

from contaazul_sync.core.plan import facts, protocol
from contaazul_sync.core.plan.protocol import Forget, SendAgain
from sim.deeds import World
from sim.model import explore, promised

ENOUGH = 5_000  # states: a search of fewer has left something out


def goes_well(found):
    return (found.twice, found.false, found.untold) == ((), (), ())


@pytest.mark.slow
@pytest.mark.parametrize(("lag", "delay"), [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1)])
@pytest.mark.parametrize("hints", [True, False])
def test_within_the_grace_no_second_sale_exists_though_the_erp_guards_nothing(lag, delay, hints):
    found = explore(World(lag, delay, guards=False, hints=hints))

    assert goes_well(found)
    assert found.states > ENOUGH


@pytest.mark.slow
@pytest.mark.parametrize("trouble", [World(lapses=1), World(back=1)], ids=["unpaid", "clock put back"])
def test_within_the_grace_neither_an_order_unpaid_for_a_while_nor_a_clock_put_back_makes_one(trouble):
    found = explore(replace(trouble, lag=2, guards=False))

    assert goes_well(found)
    assert found.states > ENOUGH


@pytest.mark.slow
@pytest.mark.parametrize(("delay", "hints"), [(0, True), (0, False), (1, True)])
def test_with_the_erps_own_guard_no_second_sale_exists_however_long_anything_takes(delay, hints):
    found = explore(World(lag=3, delay=delay, hints=hints))

    assert goes_well(found)
    assert found.states > ENOUGH


@pytest.mark.slow
@pytest.mark.parametrize("trouble", [World(deaf=1), World(ahead=1)], ids=["deaf", "clock ahead"])
def test_with_the_erps_own_guard_neither_a_refused_look_up_nor_a_clock_ahead_makes_one(trouble):
    assert goes_well(explore(replace(trouble, lag=3, losses=1)))


@pytest.mark.parametrize(("lag", "delay", "ahead"), [*product(range(4), range(3), range(2))])
def test_without_a_guard_a_second_sale_exists_just_where_none_is_promised(lag, delay, ahead):
    world = World(lag, delay, guards=False, ahead=ahead, losses=1, strangers=0, retries=0, refusals=0)

    assert bool(explore(world).twice) is not promised(world)


def test_the_shortest_way_to_a_second_sale_is_told_step_by_step():
    assert explore(World(lag=3, guards=False, losses=0, strangers=0)).twice == (
        "an order is paid",
        "a pass begins",
        "nothing is in doubt",
        "it is to be sent",
        "nothing of ours is unknown",
        "number 1 is taken",
        "the intent is kept",
        "the sale is made",
        "half a grace goes by",
        "half a grace goes by",
        "a crash",
        "a pass begins",
        "it is not found",
        "it is to be sent",
        "nothing of ours is unknown",
        "number 1 is kept",
        "the intent is kept",
        "the sale is made",
    )


@pytest.mark.parametrize(
    "world",
    [
        World(lag=0, guards=False, losses=0, strangers=0, deaf=1),
        World(lag=3, losses=0, strangers=0, lapses=1),
        World(lag=1, losses=0, strangers=0, given_up=1),
        World(lag=0, losses=0, strangers=0, given_up=1, neighbours=1),
    ],
    ids=[
        "a look-up is refused",
        "unpaid beyond the grace",
        "ignored and tried",
        "ignored beside another order",
    ],
)
def test_neither_a_refused_look_up_nor_what_a_shop_or_a_person_says_meanwhile_makes_one(world):
    assert promised(world)
    assert goes_well(explore(world))


@pytest.mark.parametrize(
    ("broken", "noticed", "world"),
    [
        ("number not kept", "twice", World(lag=3, losses=0)),
        ("intent after post", "twice", World(guards=False, losses=0)),
        pytest.param("number forgotten", "twice", World(lag=3, losses=0, lapses=1), marks=pytest.mark.slow),
        pytest.param("mark not compared", "false", World(losses=1), marks=pytest.mark.slow),
        ("never sends", "untold", World(losses=0)),
    ],
)
def test_the_search_notices_what_is_left_out_of_a_pass(broken, noticed, world):
    assert goes_well(explore(world))
    assert getattr(explore(replace(world, broken=broken)), noticed)


def test_the_search_notices_a_program_without_a_grace(monkeypatch):
    for module in (protocol, facts):
        monkeypatch.setattr(module, "in_grace", lambda *_given: False)

    assert explore(World(guards=False, losses=0)).twice


def test_the_search_notices_a_program_that_takes_a_new_number_for_what_it_does_not_find(monkeypatch):
    resolve = protocol.resolve

    def forgets(*given, **named):
        verdict = resolve(*given, **named)
        return Forget() if isinstance(verdict, SendAgain) else verdict

    monkeypatch.setattr(protocol, "resolve", forgets)

    assert explore(World(lag=3, losses=0)).twice
