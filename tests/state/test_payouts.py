"""What the state keeps of gateways' statements, and what is left of a payout by the ledger of settlements."""

from datetime import date, timedelta

import pytest

from contaazul_sync.core.ids import ErpId, OrderId
from contaazul_sync.core.items import Outcome
from contaazul_sync.core.receivables import Payout, Settlement
from contaazul_sync.state.file import State
from tests.worlds.samples import NOW, a_note

ORDER = OrderId("88123")
DAY = date(2026, 11, 10)
PAYOUT = Payout("one.1", ORDER, DAY, 10000, 498)


@pytest.fixture
def state(tmp_path):
    opened = State.open(tmp_path / "state.db")
    yield opened
    opened.close()


@pytest.fixture
def taken(state):
    state.settlements.follow([ORDER], NOW)
    state.settlements.keep_parts(ORDER, [], None)
    state.payouts.take("mark", "november.csv", 7, [(3, PAYOUT)], NOW)
    return state


def send(state, gross, fee, outcome, source="one.1"):
    sent = Settlement(ORDER, 1, ErpId("part"), DAY, gross, fee, NOW, Outcome.UNKNOWN, source)
    state.settlements.came_to(state.settlements.sending(sent), outcome)


def test_a_payout_is_left_until_the_ledger_has_all_of_it(taken):
    assert taken.payouts.left([ORDER]) == {ORDER: [PAYOUT]}
    send(taken, 4000, 199, Outcome.MADE)
    assert taken.payouts.left([ORDER]) == {ORDER: [Payout("one.1", ORDER, DAY, 6000, 299)]}
    send(taken, 6000, 299, Outcome.MADE)
    assert taken.payouts.left([ORDER]) == {}


@pytest.mark.parametrize("outcome", [Outcome.UNKNOWN, Outcome.REFUSED, Outcome.ABSENT, Outcome.UNSENT])
def test_what_was_not_made_for_certain_is_left(taken, outcome):
    send(taken, 10000, 498, outcome)
    send(taken, 10000, 498, Outcome.MADE, source="another")

    assert taken.payouts.left([ORDER]) == {ORDER: [PAYOUT]}


def test_who_has_a_new_payout_is_looked_at_by_the_next_pass(taken):
    assert taken.settlements.to_look_at(NOW) == [ORDER]


def test_what_is_taken_twice_is_kept_once(taken):
    later = NOW + timedelta(days=1)
    second = Payout("two.1", ORDER, DAY - timedelta(days=1), 5, 1)
    taken.payouts.take("mark", "other name.csv", 7, [(3, PAYOUT)], later)
    taken.payouts.take("other mark", "december.csv", 9, [(9, PAYOUT), (8, second)], later)

    assert taken.payouts.left([ORDER]) == {ORDER: [second, PAYOUT]}
    assert taken.payouts.known(["one.1", "two.1", "three.1"]).keys() == {"one.1", "two.1"}
    assert taken.payouts.taken_at("mark") == NOW
    assert taken.payouts.taken_at("no mark") is None


def test_an_order_is_known_by_its_id_its_number_and_its_transaction(state):
    first = a_note(id=OrderId("1"), number="L-1", transaction="880001")
    others = [a_note(id=OrderId("2"), number="1"), a_note(id=OrderId("3"), transaction="880001")]
    state.orders.save([first, *others, a_note(id=OrderId("4"))], NOW)

    assert state.orders.known_as(["1", "L-1", "880001", "4", "5", ""]) == {
        "1": {"1", "2"},
        "L-1": {"1"},
        "880001": {"1", "3"},
        "4": {"4"},
    }


def test_of_an_order_within_another_it_is_the_other_that_is_known(state):
    state.orders.save([a_note(id=OrderId("1")), a_note(id=OrderId("2"))], NOW)
    state.db.execute("UPDATE orders SET within = '1' WHERE id = '2'")

    assert state.orders.known_as(["2"]) == {"2": {"1"}}
