"""A marketplace's order and its parts: which of them become sales, and that it is never both."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from contaazul_sync.core.ids import OrderId
from contaazul_sync.core.orders import OrderNote, Payment
from contaazul_sync.core.plan.families import listed_twice
from tests.worlds.samples import NOW, a_note

ONE, TWO = Decimal(1), Decimal(2)


def note(name: str, total: int, *items: tuple[str, Decimal], **more: Any) -> OrderNote:
    return a_note(id=OrderId(name), total=total, items=items, **more)


def purchase(**more: Any) -> tuple[OrderNote, OrderNote, OrderNote]:
    """An order of two sellers' items, and its two parts; `order`, `first`, `second`: what is otherwise."""
    order: dict[str, Any] = {"total": 300, "items": (("A", ONE), ("B", TWO))} | more.get("order", {})
    first: dict[str, Any] = {"total": 100, "items": (("A", ONE),)} | more.get("first", {})
    second: dict[str, Any] = {"total": 200, "items": (("B", TWO),)} | more.get("second", {})
    return (
        a_note(id=OrderId("500"), **order),
        a_note(id=OrderId("501"), parent="500", **first),
        a_note(id=OrderId("502"), parent="500", **second),
    )


def out(notes: Any, *settled: str) -> dict[str, bool]:
    """The orders that are not sold by themselves, and whether that is clear."""
    return {each: twice.clear for each, twice in listed_twice(notes, {*map(OrderId, settled)}).items()}


def test_the_order_is_sold_where_its_parts_make_exactly_it():
    assert out(purchase()) == {"501": True, "502": True}


@pytest.mark.parametrize(
    "other",
    [
        {"first": {"total": 101}},
        {"first": {"items": (("A", TWO),)}},
        {"order": {"total": 310}},
        {"order": {"items": (("A", ONE), ("B", TWO), ("C", ONE))}},
        {"second": {"payment": Payment.REFUNDED}},
    ],
)
def test_all_are_held_where_it_is_not_clear(other):
    found = out(purchase(**other))

    assert found.keys() == {"500", "501", "502"}
    assert not any(found.values())


def test_the_units_of_one_purchase_count_once():
    found = listed_twice(purchase(first={"total": 101}), frozenset())

    assert {each for each, twice in found.items() if twice.counts} == {"500"}
    assert not any(twice.counts for twice in listed_twice(purchase(), frozenset()).values())


@pytest.mark.parametrize("done", ["501", "502"])
def test_parts_of_which_one_is_a_sale_go_on_and_the_order_does_not(done):
    assert out(purchase(), done) == {"500": True}
    assert out(purchase(first={"total": 101}), done) == {"500": False}


def test_parts_of_an_order_that_is_a_sale_do_not_go():
    assert out(purchase(), "500") == {"501": True, "502": True}
    assert out(purchase(first={"total": 101}), "500") == {"501": False, "502": False}


@pytest.mark.parametrize("payment", [Payment.UNPAID, Payment.CANCELLED, Payment.UNKNOWN])
def test_the_side_that_is_paid_goes_alone(payment):
    assert out(purchase(order={"payment": payment})).keys() == {"500"}
    if payment is not Payment.CANCELLED:
        others = {"first": {"payment": payment}, "second": {"payment": payment}}
        assert out(purchase(**others)).keys() == {"501", "502"}


def test_a_part_that_is_paid_before_its_order_is_takes_the_others_with_it():
    unpaid = {"payment": Payment.UNPAID}

    assert out(purchase(order=unpaid, second=unpaid)).keys() == {"500"}
    assert out(purchase(second=unpaid), "501").keys() == {"500"}


def test_a_persons_word_decides():
    other = {"first": {"total": 101}}

    assert out(purchase(order={"by_name": True}, **other)) == {"501": False, "502": False}
    assert out(purchase(first={"total": 101, "by_name": True})) == {"500": False}
    assert out(purchase(first={"total": 101, "by_name": True}), "501", "502") == {"500": False}


def test_a_person_may_ask_for_both_sides_where_they_are_not_the_same():
    both = {"order": {"by_name": True}, "first": {"total": 101, "by_name": True}}

    assert out(purchase(**both)) == {"502": False}
    assert out(purchase(**both), "500") == {"502": False}
    assert out(purchase(**both), "500", "501") == {"502": False}


def test_what_is_exactly_the_same_goes_once_whatever_a_person_asked_for():
    both = purchase(order={"by_name": True}, first={"by_name": True})

    assert out(both) == out(both, "500") == {"501": True, "502": True}
    assert out(both, "501") == {"500": True}


def test_who_asks_for_all_orders_of_some_days_has_not_said_which():
    some = purchase(order={"wanted": True, "total": 310}, first={"wanted": True})

    assert out(some).keys() == {"500", "501", "502"}


def test_what_is_deleted_is_not_the_side_that_is_paid():
    gone = {"gone_at": NOW}

    assert out(purchase(order=gone)) == {"500": True}
    assert out(purchase(second=gone)) == {"500": False, "501": False, "502": False}


def test_an_order_whose_parts_have_all_ended_is_held_as_long_as_it_is_no_sale():
    ended = {"payment": Payment.CANCELLED}

    assert out(purchase(first=ended, second=ended))["500"] is False
    assert out(purchase(first=ended, second=ended), "500") == {"501": True, "502": True}


def test_a_part_that_a_person_asks_for_goes_beside_an_order_that_is_a_sale_and_no_other_part_does():
    assert out(purchase(first={"total": 101, "by_name": True}), "500") == {"502": False}


def test_an_order_that_a_person_asks_for_goes_beside_its_parts():
    assert out(purchase(order={"total": 310, "by_name": True}), "501") == {}


def test_a_part_without_an_item_of_its_order_is_an_order_of_its_own():
    added = note("503", 50, ("C", ONE), parent="500")

    assert out([*purchase()[:1], added]) == {}
    assert out([*purchase(), added]) == {"501": True, "502": True}


def test_an_order_that_nobody_knows_holds_no_part_back():
    assert out(purchase()[1:]) == {}


def test_an_order_is_no_part_of_itself():
    assert out([note("500", 100, ("A", ONE), parent="500")]) == {}


def test_two_purchases_know_nothing_of_each_other():
    later = [
        note("600", 300, ("A", ONE), ("B", TWO), counted_at=NOW - timedelta(days=1)),
        note("601", 300, ("A", ONE), ("B", TWO), parent="600"),
    ]

    assert out([*purchase(), *later], "601") == {"501": True, "502": True, "600": True}
