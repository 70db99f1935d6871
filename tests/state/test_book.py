"""The order book out of the state file: all orders in one reading, and the quick sums are the list's."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from contaazul_sync.core.book import Entry, Place, Sum, place_of, sums
from contaazul_sync.core.ids import ErpId, OrderId
from contaazul_sync.core.items import Group, Ignored, Kind
from contaazul_sync.core.orders import Payment
from contaazul_sync.core.rules import Rules
from contaazul_sync.state.file import State
from tests.worlds import samples

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
RULES = Rules()


@pytest.fixture
def state(tmp_path):
    opened = State.open(tmp_path / "state.db")
    yield opened
    opened.close()


def add(state, number, payment=Payment.PAID, sale="", group=None, *, sent=False, ignored=False):
    """An order: what the shop says, its sale, what stands against it, an intent, a person's word."""
    order_id = str(number)
    if payment:
        at = NOW + timedelta(seconds=number)
        note = samples.a_note(id=OrderId(order_id), total=100 + number, counted_at=at)
        state.orders.save([note, replace(note, payment=payment)], NOW)
    if sale:
        sold = samples.a_sale(order_id=OrderId(order_id), erp_id=ErpId(f"e{number}"), number=number, total=7)
        state.sales.record(sold, {}, NOW)
    if sale == "ended":
        state.sales.end(OrderId(order_id), {}, NOW, NOW)
    if ignored:
        state.items.ignore(Kind.SALE, order_id, Ignored("as it was"), NOW)
    if group:
        state.items.fail(samples.a_failure(key=order_id, group=group))
    if sent:
        state.intents.sending(Kind.SALE, order_id, NOW, number)


def of_the_list(state):
    placed = [(place, entry.sum) for entry in state.book.entries() if (place := place_of(entry, RULES))]
    return sums(placed)


def of_the_status(state):
    settled, touched = state.book.touched()
    return sums([*settled, *((place, each.sum) for each in touched if (place := place_of(each, RULES)))])


@pytest.mark.slow
def test_the_quick_sums_are_those_of_the_list_whatever_has_become_of_an_order(state):
    state.db.execute("PRAGMA synchronous = OFF")
    cases = product((None, *Payment), ("", "live", "ended"), (None, *Group), (False, True), (False, True))
    for number, (payment, sale, group, sent, ignored) in enumerate(cases):
        add(state, number, payment, sale, group, sent=sent, ignored=ignored)

    assert of_the_status(state) == of_the_list(state)
    assert all(some.orders for place, some in of_the_list(state).items() if place is not Place.LEFT_OUT)
    for entry in state.book.entries():
        assert state.book.of(entry.id) == entry


def test_an_order_that_was_never_paid_and_that_nobody_touched_is_not_in_the_book(state):
    state.orders.save([samples.a_note(payment=Payment.UNPAID)], NOW)

    assert state.book.entries() == []
    assert place_of(state.book.of("88123"), RULES) is None
    assert state.book.of("no such") == Entry(OrderId("no such"))


def test_the_orders_come_by_the_day_that_counts_then_those_of_which_there_is_no_note(state):
    add(state, 1, None, group=Group.HELD)
    add(state, 3)
    add(state, 2)
    add(state, 4, None, "live")
    state.items.fail(samples.a_failure(kind=Kind.PRODUCT, key="5"))

    assert [entry.id for entry in state.book.entries()] == ["2", "3", "4", "1"]


def test_a_file_that_could_not_be_read_is_no_order(state):
    state.items.fail(samples.a_failure(kind=Kind.SALE, key="file:pedidos.csv", group=Group.HELD))

    assert state.book.entries() == []
    assert of_the_status(state).get(Place.HELD, Sum()) == Sum()


def test_the_sale_of_an_order_that_nobody_showed_us_has_no_sum(state):
    sold = samples.a_sale(total=0, fingerprint="")
    state.sales.record(sold, {}, NOW)

    assert of_the_status(state)[Place.SENT] == of_the_list(state)[Place.SENT] == Sum(1, 0, 1)


def test_the_book_is_read_with_as_many_statements_for_one_order_as_for_many(state):
    asked: list[str] = []
    add(state, 0)
    state.db.set_trace_callback(asked.append)
    state.book.entries()
    few = len(asked)
    state.db.set_trace_callback(None)
    for number in range(1, 30):
        add(state, number, sale="live" if number % 2 else "", sent=not number % 3)
    asked.clear()
    state.db.set_trace_callback(asked.append)

    state.book.entries()

    assert len(asked) == few


def test_an_order_that_becomes_a_sale_while_the_book_is_read_stands_in_one_place(state):
    add(state, 1)
    other = State.open(state.path)

    def meanwhile(sql):
        if "SELECT * FROM failures" in sql:  # the sales are summed up by now
            add(other, 1, None, "live")

    state.db.set_trace_callback(meanwhile)
    told = of_the_status(state)
    sold = other.sales.count()
    other.close()

    assert sold == 1
    assert {place: some.orders for place, some in told.items() if some.orders} == {Place.WAITING: 1}
