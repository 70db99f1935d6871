"""Which prices are held back since so many moved at once, and until when."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contaazul_sync.core.fingerprints import SAFETY
from contaazul_sync.core.ids import ErpId, ShopKey
from contaazul_sync.core.items import Group, Ignored, Kind
from contaazul_sync.core.plan.actions import Hold, SendPrice
from contaazul_sync.core.plan.facts import Facts
from contaazul_sync.core.plan.prices import has_moved, plan_prices, price_version
from contaazul_sync.core.plan.safety import MASS, is_mass, judge_prices
from contaazul_sync.core.rules import Rules
from tests.worlds.samples import a_link, a_product, known

NOTHING: frozenset[ShopKey] = frozenset()


def pair(number, *, price=8990, **of_link):
    """A product whose price was 79,90 when it was sent."""
    key = ShopKey(str(number))
    product = a_product(key=key, sku=f"SKU-{number}", price=price)
    return product, a_link(**({"key": key, "erp_id": ErpId(f"e{number}"), "sku": product.sku} | of_link))


def moved(count, **of_link):
    return [pair(number, **of_link) for number in range(count)]


def judged(pairs, linked=30, *, unseen=NOTHING, force=False, state=None, rules=None):
    facts = Facts(rules or Rules(), state or known())
    return judge_prices(pairs, facts, unseen=unseen, linked=linked, force=force)


def planned(pairs, held=NOTHING):
    return list(plan_prices(pairs, Facts(Rules(), known()), held))


def keys(pairs):
    return {product.key for product, _link in pairs}


@pytest.mark.parametrize(
    ("count", "linked"),
    [(0, 0), (19, 19), (19, 20), (20, 40), (20, 41), (50, 100)],
    ids=["none", "all of 19", "19 of 20", "exactly half", "less than half", "half of 100"],
)
def test_a_usual_day_holds_nothing(count, linked):
    assert judged(moved(count), linked).held == set()


@pytest.mark.parametrize(("count", "linked"), [(20, 20), (20, 39), (21, 41), (51, 100)])
def test_more_than_half_and_at_least_20_at_once_are_held_each(count, linked):
    assert judged(moved(count), linked).held == keys(moved(count))


@given(linked=st.integers(0, 100), share=st.integers(0, 100))
def test_mass_is_20_that_are_more_than_half(linked, share):
    count = min(share, linked)

    assert is_mass(keys(moved(count)), linked) is (count >= MASS and count > linked - count)


def test_the_variations_of_one_product_count_once():
    shirts = {ShopKey(f"1742395:{number}") for number in range(25)}

    assert not is_mass(shirts, 1)
    assert not is_mass(shirts | {ShopKey(str(number)) for number in range(18)}, 19)
    assert is_mass(shirts | {ShopKey(str(number)) for number in range(19)}, 20)


def test_stock_is_never_judged():
    moves = [pair(number, price=7990) for number in range(30)]

    assert judged([(replace(product, stock=Decimal(99)), link) for product, link in moves]).held == set()


@pytest.mark.parametrize(
    ("product", "link", "is_move"),
    [
        ({}, {}, False),
        ({"price": 8990}, {}, True),
        ({"promotional": 6990}, {}, True),
        ({"stock": Decimal(11)}, {}, False),
        ({"price": 8990}, {"base": None, "sent": None}, False),
    ],
)
def test_a_price_has_moved_when_the_shop_itself_tells_another(product, link, is_move):
    assert has_moved(a_product(**product), a_link(**link), Facts(Rules(), known())) is is_move


@pytest.mark.parametrize("sent", ["promotional", "regular", ""])
def test_our_own_percentage_moves_no_price(sent):
    facts = Facts(Rules(percent=Decimal(10)), known(), sent_source=sent)

    assert not has_moved(a_product(), a_link(), facts)


@pytest.mark.parametrize(("sent", "is_move"), [("regular", False), ("promotional", True), ("", True)])
def test_a_price_is_compared_with_the_one_of_the_two_that_was_sent(sent, is_move):
    facts = Facts(Rules(), known(), sent_source=sent)

    assert has_moved(a_product(promotional=6990), a_link(), facts) is is_move


@pytest.mark.parametrize("what", [{"gone": True}, {"problem": "no price"}])
def test_what_is_not_sold_any_more_moves_nothing(what):
    pairs = [(replace(product, **what), link) for product, link in moved(30)]

    assert judged(pairs).held == set()


def test_what_vanished_in_the_same_walk_counts_with_what_moved():
    vanished = {ShopKey(f"gone-{number}") for number in range(10)}

    assert judged(moved(10), unseen=vanished).held == keys(moved(10))
    assert judged(moved(9), unseen=vanished).held == set()


def test_a_held_price_stays_held_when_nothing_else_moves():
    assert judged([pair(1, held=True)]).held == {"1"}


def test_a_held_price_stays_held_when_it_moves_again():
    assert judged([pair(1, price=12000, held=True)]).held == {"1"}


def test_a_held_price_is_free_when_the_shop_tells_the_sent_one_again():
    assert judged([pair(1, price=7990, held=True)]).held == set()


@pytest.mark.parametrize("what", [{"gone": True}, {"problem": "no price"}])
def test_a_held_price_that_cannot_be_read_for_a_while_stays_held(what):
    product, link = pair(1, price=7990, held=True)

    assert judged([(replace(product, **what), link)]).held == {"1"}


def test_a_held_product_that_is_gone_from_the_erp_stays_held_until_it_is_made_anew():
    assert judged([pair(1, held=True, missing=True)]).held == {"1"}


def test_held_ones_count_with_what_moves_later():
    """The rest of the same day comes half an hour later."""
    later = [*moved(20, held=True), *[pair(number) for number in range(20, 25)]]

    assert judged(later).held == keys(later)


def test_one_that_moves_beside_a_few_held_ones_is_sent():
    later = [*moved(5, held=True), pair(20)]

    assert judged(later).held == keys(moved(5))


def test_force_holds_nothing_and_keeps_what_a_person_agreed_to():
    found = judged([*moved(20, held=True), pair(20)], force=True)

    assert found.held == set()
    assert found.agreed == {ShopKey(str(number)): 8990 for number in range(21)}


def test_what_a_person_agreed_to_is_not_judged_again_while_it_is_being_sent():
    assert judged(moved(30, agreed=8990)).held == set()


def test_what_moved_since_a_person_agreed_is_judged():
    assert judged(moved(30, price=1, agreed=8990)).held == keys(moved(30))


def test_ignored_prices_move_nothing():
    alone = {(Kind.PRODUCT, product.key): Ignored(price_version(8990, None)) for product, _link in moved(30)}

    assert judged(moved(30), state=known(ignored=alone)).held == set()


# What becomes of them


def test_a_held_price_is_told_with_both_prices_and_the_way_out():
    (hold,) = planned([pair(1)], held={"1"})

    assert isinstance(hold, Hold)
    assert (hold.group, hold.fingerprint) == (Group.HELD, SAFETY)
    assert "from R$ 79,90 to R$ 89,90" in hold.reason
    assert "contaazul-sync sync --force" in hold.next_step


def test_a_held_price_that_is_the_sent_one_is_nothing_to_tell():
    assert planned([pair(1, price=7990)], held={"1"}) == []


def test_a_held_price_that_is_no_price_is_told_as_that():
    (hold,) = planned([pair(1, price=0)], held={"1"})

    assert hold.fingerprint != SAFETY


def test_the_others_are_sent():
    first, second = planned([pair(1), pair(2)], held={"1"})

    assert (type(first), type(second)) == (Hold, SendPrice)
    assert second.key == "2"
