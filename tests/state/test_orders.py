"""What the state makes of an order that the shop tells again: its mark, and when it was seen to be paid."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from contaazul_sync.core.ids import OrderId
from contaazul_sync.core.orders import Payment
from contaazul_sync.state.file import State
from tests.worlds.samples import NOW, a_line, a_sale, an_order

LATER = NOW + timedelta(minutes=30)
BEFORE = an_order(paid_at=None, payment=Payment.UNPAID, status="pending")
PAID = replace(BEFORE, payment=Payment.PAID, status="confirmed")
STRANGE = replace(BEFORE, payment=Payment.UNKNOWN, status="analysis")


@pytest.fixture
def state(tmp_path):
    opened = State.open(tmp_path / "state.db")
    yield opened
    opened.close()


def as_shipped(state, order):
    """Keep an order as a version did that took the items' names into its mark."""
    state.orders.save([order.note()], NOW)
    state.db.execute("UPDATE orders SET fingerprint = ?, content = ''", [order.note().formerly])


def mark(state, order):
    return state.orders.keep(order.note(), LATER).fingerprint


# The mark


def test_an_order_that_an_older_version_saw_keeps_its_mark(state):
    as_shipped(state, an_order())

    assert mark(state, an_order()) == an_order().note().formerly


def test_another_name_is_no_change_once_the_order_was_seen(state):
    as_shipped(state, an_order())
    mark(state, an_order())

    assert mark(state, an_order(lines=(a_line(name="Outro nome"),))) == an_order().note().formerly


def test_a_change_across_the_update_is_one(state):
    as_shipped(state, an_order())

    assert mark(state, an_order(total=1)) != an_order().note().formerly


def test_what_is_changed_and_changed_back_has_the_mark_of_its_sale_again(state):
    as_shipped(state, an_order())
    state.sales.record(a_sale(fingerprint=an_order().note().formerly), {}, NOW)
    other = mark(state, an_order(lines=(a_line(quantity=Decimal(3)),)))

    assert mark(state, an_order()) == an_order().note().formerly != other


def test_a_new_order_has_a_mark_without_the_names(state):
    assert mark(state, an_order()) == mark(state, an_order(lines=(a_line(name="Outro"),)))
    assert mark(state, an_order()) == an_order().note().fingerprint != an_order().note().formerly


# When it was seen to be paid


def seen_paid(state, *orders):
    for order in orders[:-1]:
        state.orders.save([order.note()], NOW)
    return state.orders.keep(orders[-1].note(), LATER).seen_paid_at


def test_an_order_that_was_seen_unpaid_was_paid_when_that_was_first_seen(state):
    assert seen_paid(state, BEFORE, PAID) == LATER
    assert seen_paid(state, replace(PAID, status="shipped")) == LATER


def test_an_order_that_was_seen_cancelled_and_is_paid_all_the_same_too(state):
    assert seen_paid(state, replace(BEFORE, payment=Payment.CANCELLED, status="canceled"), PAID) == LATER


def test_an_order_that_was_never_seen_unpaid_may_have_been_paid_whenever(state):
    assert seen_paid(state, PAID) is None


def test_the_shops_own_word_of_the_payment_is_better(state):
    assert seen_paid(state, BEFORE, replace(PAID, paid_at=NOW)) is None
    assert seen_paid(state, replace(BEFORE, id=OrderId("2")), replace(PAID, id=OrderId("2"))) == LATER
    assert seen_paid(state, replace(PAID, id=OrderId("2"), paid_at=NOW)) is None


def test_an_unknown_status_after_an_unpaid_one_may_be_the_payment(state):
    assert seen_paid(state, BEFORE, STRANGE) == LATER


def test_a_status_that_somebody_says_the_meaning_of_was_not_seen_to_change(state):
    assert seen_paid(state, STRANGE, replace(PAID, status="analysis")) is None


def test_a_status_that_means_paid_from_now_on_was_not_seen_to_change(state):
    assert seen_paid(state, replace(BEFORE, status="confirmed"), PAID) is None


def test_an_order_that_was_paid_before_was_not_first_seen_now(state):
    assert seen_paid(state, PAID, BEFORE, PAID) is None
