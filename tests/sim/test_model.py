"""One order, searched through to the end: when a second sale exists, and when it does not."""

import pytest

from sim.model import World, explore


@pytest.mark.slow
@pytest.mark.parametrize("lag", [0, 1, 2])
@pytest.mark.parametrize("hints", [True, False])
def test_within_the_grace_no_second_sale_exists_though_the_erp_guards_nothing(lag, hints):
    found = explore(World(lag=lag, guards=False, hints=hints))

    assert found.story == ()
    assert found.states > 10_000


@pytest.mark.slow
@pytest.mark.parametrize("prompt", [True, False])
def test_with_the_erps_own_guard_no_second_sale_exists_however_long_anything_takes(prompt):
    found = explore(World(lag=3, guards=True, prompt=prompt))

    assert found.story == ()
    assert found.states > 10_000


def test_beyond_the_grace_and_without_a_guard_a_second_sale_exists():
    assert "the sale is made" in explore(World(lag=3, guards=False)).story


def test_a_request_that_is_held_up_for_a_grace_may_be_a_second_sale_without_a_guard():
    assert explore(World(lag=1, guards=False, prompt=False)).story


@pytest.mark.parametrize(
    "broken", ["no grace", "number not kept", "intent after post", "forgets", "looks too early"]
)
def test_the_search_notices_what_is_left_out_of_the_protocol(broken):
    lag, guards = (3, True) if broken in ("number not kept", "forgets") else (1, False)

    assert explore(World(lag=lag, guards=guards, broken=broken)).story
