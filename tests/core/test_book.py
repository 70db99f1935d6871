"""Where each order stands: every paid order in one place, whatever has become of it, and the sums add up."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contaazul_sync.core.book import Entry, Place, Sum, place_of, sums
from contaazul_sync.core.ids import OrderId
from contaazul_sync.core.items import Group
from contaazul_sync.core.orders import Payment
from contaazul_sync.core.rules import Rules
from tests.worlds.samples import NOW, a_failure, a_note, a_sale, an_intent, quickly

ID = OrderId("88123")
RULES = Rules(since=(NOW - timedelta(days=10)).date())
OLD = NOW - timedelta(days=40)
RUN = NOW - timedelta(minutes=11)  # a run that began a minute before the intent of the samples was sent
PAID = a_note(was_paid=True)

notes = st.one_of(
    st.none(),
    st.builds(
        lambda payment, was_paid, at, wanted: a_note(
            payment=payment, was_paid=was_paid or payment is Payment.PAID, counted_at=at, wanted=wanted
        ),
        st.sampled_from(Payment),
        st.booleans(),
        st.sampled_from([NOW, OLD]),
        st.booleans(),
    ),
)
entries = st.builds(
    Entry,
    st.just(ID),
    notes,
    st.sampled_from([None, a_sale(), a_sale(ended_at=NOW)]),
    st.one_of(st.none(), st.builds(lambda group: a_failure(group=group), st.sampled_from(Group))),
    st.sampled_from([None, an_intent(), an_intent(sent_at=None, sends=0)]),
    st.booleans(),
)
runs = st.sampled_from([None, RUN, NOW])


def stands(run_since=None, rules=RULES, **what):
    return place_of(Entry(ID, **what), rules, run_since)


@quickly
@given(entries, runs)
def test_an_order_that_was_paid_or_touched_stands_in_one_place_and_any_other_in_none(entry, run_since):
    was_paid = entry.note is not None and entry.note.was_paid
    touched = entry.sale or entry.failure or entry.intent or entry.ignored

    assert (place_of(entry, RULES, run_since) is not None) == bool(was_paid or touched)


@quickly
@given(st.lists(entries, max_size=20), runs)
def test_the_sums_of_the_places_are_those_of_the_orders(book, run_since):
    placed = [(place, entry) for entry in book if (place := place_of(entry, RULES, run_since))]

    found = sums((place, entry.sum) for place, entry in placed)

    assert list(found) == list(Place)
    assert sum(some.orders for some in found.values()) == len(placed)
    assert sum(some.total for some in found.values()) == sum(entry.total or 0 for _, entry in placed)
    assert sum(some.unread for some in found.values()) == sum(entry.total is None for _, entry in placed)


@quickly
@given(entries, runs)
def test_what_asks_for_a_person_is_never_quiet_and_a_live_sale_is_never_told_to_be_sent(entry, run_since):
    place = place_of(entry, RULES, run_since)

    if entry.failure and entry.failure.group is Group.ATTENTION:
        assert place is Place.ATTENTION
    elif entry.sale:
        assert place in (Place.SENT, Place.ENDED)
    elif entry.intent and not entry.ignored:
        assert place in (Place.IN_DOUBT, Place.WAITING)


@pytest.mark.parametrize("group", Group)
def test_what_stands_against_an_order_says_where_it_stands(group):
    assert stands(note=PAID, failure=a_failure(group=group)) == group.value
    assert stands(failure=a_failure(group=group)) == group.value  # of an order that nobody could read


def test_a_paid_order_waits_and_one_that_is_a_sale_is_sent():
    assert stands(note=PAID) is Place.WAITING
    assert stands(note=PAID, sale=a_sale()) is Place.SENT
    assert stands(sale=a_sale()) is Place.SENT
    assert stands(note=PAID, sale=a_sale(), ignored=True) is Place.SENT


def test_an_order_ended_when_it_is_no_longer_paid_or_its_sale_was_cancelled_by_us():
    for payment in (Payment.CANCELLED, Payment.REFUNDED, Payment.UNPAID):
        assert stands(note=replace(PAID, payment=payment)) is Place.ENDED
        assert stands(note=a_note(payment=payment)) is None
    assert stands(note=PAID, sale=a_sale(ended_at=NOW)) is Place.ENDED


def test_a_change_after_the_sale_asks_for_a_person_whether_the_sale_lives_or_not():
    asks = a_failure(group=Group.ATTENTION)

    assert stands(note=PAID, sale=a_sale(), failure=asks) is Place.ATTENTION
    assert stands(note=PAID, sale=a_sale(ended_at=NOW), failure=asks) is Place.ATTENTION
    assert stands(note=PAID, failure=asks, ignored=True) is Place.ATTENTION
    assert stands(note=PAID, sale=a_sale(), failure=a_failure()) is Place.SENT


def test_a_person_s_word_stands_before_what_may_have_been_sent():
    assert stands(note=PAID, ignored=True) is Place.IGNORED
    assert stands(note=PAID, ignored=True, intent=an_intent()) is Place.IGNORED
    assert stands(note=replace(PAID, counted_at=OLD), ignored=True) is Place.IGNORED
    assert stands(ignored=True) is Place.IGNORED  # an unreadable one


def test_what_was_sent_is_in_doubt_except_while_the_run_that_sent_it_goes_on():
    assert stands(note=PAID, intent=an_intent()) is Place.IN_DOUBT
    assert stands(run_since=RUN, note=PAID, intent=an_intent()) is Place.WAITING
    assert stands(run_since=NOW, note=PAID, intent=an_intent()) is Place.IN_DOUBT  # sent by a run before
    assert stands(run_since=RUN, note=PAID, intent=an_intent(sent_at=None)) is Place.IN_DOUBT


def test_an_answer_that_this_run_lost_is_in_doubt_while_it_goes_on():
    lost = a_failure(group=Group.IN_DOUBT)

    assert stands(run_since=RUN, note=PAID, intent=an_intent(), failure=lost) is Place.IN_DOUBT
    assert stands(run_since=RUN, note=PAID, intent=an_intent(), failure=a_failure()) is Place.WAITING


def test_what_may_be_in_the_erp_is_in_doubt_though_a_rule_holds_it_now():
    held = a_failure(group=Group.HELD)

    assert stands(note=PAID, intent=an_intent(), failure=held) is Place.IN_DOUBT


def test_an_order_paid_before_the_first_day_is_left_out_unless_a_person_asked_for_it():
    old = replace(PAID, counted_at=OLD)

    assert stands(note=old) is Place.LEFT_OUT
    assert stands(note=replace(old, wanted=True)) is Place.WAITING
    assert stands(note=old, failure=a_failure(group=Group.HELD)) is Place.HELD
    assert stands(note=old, sale=a_sale()) is Place.SENT
    assert stands(note=replace(old, payment=Payment.REFUNDED)) is Place.ENDED


def test_a_paid_order_of_an_unknown_status_is_held_and_an_old_one_is_left_out():
    unknown = replace(PAID, payment=Payment.UNKNOWN)

    assert stands(note=unknown) is Place.HELD
    assert stands(note=replace(unknown, counted_at=OLD)) is Place.LEFT_OUT
    assert stands(note=a_note(payment=Payment.UNKNOWN)) is None


def test_an_order_is_worth_what_the_shop_says_else_what_was_booked_or_sent():
    assert Entry(ID, note=PAID, sale=a_sale(total=16000)).sum == Sum(1, 17000, 0)
    assert Entry(ID, sale=a_sale(total=16000)).sum == Sum(1, 16000, 0)
    assert Entry(ID, intent=an_intent(total=15000)).sum == Sum(1, 15000, 0)
    assert Entry(ID, failure=a_failure()).sum == Sum(1, 0, 1)
    assert Entry(ID, sale=a_sale(total=0)).total is None  # a sale of an order that nobody showed us
