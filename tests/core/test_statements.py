"""What a statement's rows say, and whether their sums are right."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contaazul_sync.core.ids import OrderId
from contaazul_sync.core.receivables import DuePart, Money
from contaazul_sync.core.statements import (
    Entry,
    Identities,
    Meaning,
    Misfit,
    Record,
    Standing,
    Totals,
    Verdict,
    counted,
    open_dues,
    standing_verdict,
    verdict,
)

AT = datetime(2026, 11, 10, 15, tzinfo=UTC)
SALE = Entry(2, Record.ROW, Meaning.SALE, "payment", AT, "880001", "88123", 9990, -499, 0, 9491)
OPENING = Entry(2, Record.OPENING, net=100_00)
AMOUNTS = st.integers(-(10**9), 10**9)


def paid(gross: int, interest: int = 0) -> Entry:
    """A payment of which the gateway keeps a fifth, beside what it takes for instalments."""
    fee = -(gross // 5)
    return replace(SALE, gross=gross, fee=fee, interest=interest, net=gross + fee + interest)


def balanced(*entries: Entry) -> Totals:
    totals = Totals()
    numbered = (replace(entry, number=number) for number, entry in enumerate(entries, start=2))
    for _entry in totals.checked(numbered):
        pass
    return totals


def closing(net: int) -> Entry:
    return Entry(9, Record.CLOSING, net=net)


def test_opening_and_rows_are_the_closing():
    totals = balanced(OPENING, SALE, SALE, Entry(4, Record.SKIP, net=7), closing(100_00 + 2 * 9491))

    assert (totals.rows, totals.moved, totals.opening, totals.closing) == (2, 2 * 9491, 100_00, 289_82)
    assert (totals.first, totals.last) == (date(2026, 11, 10), date(2026, 11, 10))


def test_balances_that_are_not_told_are_not_checked():
    totals = balanced(SALE)

    assert (totals.opening, totals.closing) == (None, None)


def test_money_that_is_held_moves_the_balance():
    held = replace(SALE, record=Record.HELD, gross=-50, fee=0, net=-50)

    assert balanced(OPENING, held, closing(99_50)).moved == -50


@pytest.mark.parametrize(
    ("entries", "number", "why"),
    [
        ([SALE, replace(SALE, net=9490)], 3, "it moves R$ 94,90, and its amounts come to R$ 94,91"),
        (
            [replace(SALE, fee=-498), replace(SALE, net=1)],
            2,
            "it moves R$ 94,91, and its amounts come to R$ 94,92",
        ),
        ([replace(SALE, at=None)], 2, "its day is missing"),
        (
            [OPENING, SALE, closing(1)],
            4,
            "the closing balance is R$ 0,01, and the rows above come to R$ 194,91",
        ),
        ([SALE, OPENING], 3, "an opening balance stands there"),
        ([OPENING, OPENING], 3, "an opening balance stands there"),
        ([OPENING, closing(100_00), closing(100_00)], 4, "a second closing balance"),
        ([OPENING, closing(100_00), SALE], 4, "it stands below the closing balance"),
    ],
)
def test_the_first_row_that_does_not_fit_is_named(entries, number, why):
    with pytest.raises(Misfit) as misfit:
        balanced(*entries)

    assert misfit.value.number == number
    assert why in misfit.value.why


@given(st.lists(st.tuples(AMOUNTS, AMOUNTS, AMOUNTS)), AMOUNTS)
def test_any_rows_that_add_up_are_right_and_a_centavo_less_is_not(rows, opening):
    entries = [replace(SALE, gross=each[0], fee=each[1], interest=each[2], net=sum(each)) for each in rows]
    end = opening + sum(entry.net for entry in entries)

    assert balanced(Entry(0, Record.OPENING, net=opening), *entries, closing(end)).closing == end
    with pytest.raises(Misfit):
        balanced(Entry(0, Record.OPENING, net=opening), *entries, closing(end - 1))


@pytest.mark.parametrize(
    ("change", "is_sale"),
    [
        ({}, True),
        ({"meaning": Meaning.BACK}, False),
        ({"meaning": Meaning.UNKNOWN}, False),
        ({"record": Record.HELD}, False),
        ({"gross": -9990, "net": -9990, "fee": 0}, False),  # what the merchant has bought
        ({"fee": 1, "net": 9991}, False),
        ({"interest": 1, "fee": 0, "net": 9991}, False),
        ({"fee": -9991, "net": -1}, False),
        ({"fee": -9990, "net": 0}, False),
    ],
)
def test_what_is_a_sale(change, is_sale):
    assert replace(SALE, **change).is_sale is is_sale


@pytest.mark.parametrize(
    ("interest", "dues", "due"),
    [
        (0, [9990], 9990),
        (0, [3330, 6660, 9990], 9990),
        (0, [9990, 19980], 9990),
        (-990, [9000], 9000),  # the buyer has paid for the instalments, on top of the order
        (-990, [9990], 9990),  # the shop bears it
        (0, [9991], None),
        (0, [9989], None),
        (0, [], None),
        (-990, [9001], None),
    ],
)
def test_what_a_payment_counts_for(interest, dues, due):
    assert counted([paid(9990, interest)], dues) == [due]


def test_interest_that_is_noted_on_the_sale_is_of_no_part():
    assert counted([paid(9990)], [9000], noted=990) == [9000]
    assert counted([paid(9990)], [9000], noted=989) == [None]
    assert counted([paid(5000), paid(5000)], [9000], noted=1000) == [4500, 4500]


def test_payments_of_one_order_fit_as_far_as_they_come_to_its_parts():
    dues = [3330, 6660, 9990]

    assert counted([paid(3330), paid(3330)], dues) == [3330, 3330]
    assert counted([paid(2000), paid(1330)], dues) == [2000, 1330]  # two cards, one part
    assert counted([paid(3330), paid(1000)], dues) == [3330, None]
    assert counted([paid(3330)] * 4, dues) == [3330, 3330, 3330, None]


def test_where_two_readings_fit_nobody_can_know():
    assert counted([paid(6660, -3330)], [3330, 6660]) == [None]


def test_more_can_not_have_come_than_was_paid():
    assert counted([paid(9990, 0)], [9000], noted=990) == [9000]
    assert counted([replace(paid(9990), fee=-4, net=9986)], [9000], noted=990) == [None]


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=6), st.data())
def test_what_is_counted_comes_to_whole_parts_and_never_to_more(amounts, data):
    dues = list(accumulate(data.draw(st.lists(st.integers(1, 10**6), min_size=1, max_size=6))))
    noted = data.draw(st.integers(0, 1000))
    found = counted([paid(each) for each in amounts], dues, noted)

    fitting = [each for each in found if each is not None]
    assert found[: len(fitting)] == fitting
    assert not fitting or sum(fitting) in dues
    assert sum(fitting) <= dues[-1]


def part(amount, money=Money.STATEMENT, received=0):
    return DuePart(OrderId("1"), 1, 1, AT.date(), amount, money, received)


def test_what_is_open_beyond_what_was_planned():
    parts = [part(100, Money.SETTLED), part(100, received=30), part(50, Money.BY_PERSON), part(40)]

    assert open_dues(parts, 0) == (70, 110)
    assert open_dues(parts, 70) == (40,)
    assert open_dues(parts, 110) == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, None),
        ({"record": Record.SKIP}, Verdict.NO_SALE),
        ({"meaning": Meaning.NONE}, Verdict.NO_SALE),
        ({"meaning": Meaning.BACK}, Verdict.BACK),
        ({"meaning": Meaning.UNKNOWN}, Verdict.UNKNOWN_KIND),
        ({"net": 0}, Verdict.ODD),
    ],
)
def test_what_becomes_of_a_row_that_is_no_sale(change, said):
    assert verdict(replace(SALE, **change)) is said


def test_why_the_payments_of_an_order_are_not_taken():
    told = Standing(), Standing(True), Standing(True, True), Standing(True, True, True)
    assert [standing_verdict(each) for each in told] == [
        *(Verdict.NOT_SOLD, Verdict.ENDED, Verdict.NOT_SO_PAID, Verdict.NOT_FOLLOWED),
    ]
    assert standing_verdict(Standing(True, True, True, True)) is None


def test_the_same_rows_have_the_same_names_and_others_have_others():
    first, second = Identities(), Identities()
    rows = [SALE, SALE, replace(SALE, transaction="880002"), replace(SALE, at=AT + timedelta(days=1))]

    names = [first.of(each, each.transaction) for each in rows]

    assert len(set(names)) == len(rows)
    assert names == [second.of(replace(each, number=99), each.transaction) for each in rows]


def test_a_row_is_the_same_where_a_spreadsheet_took_the_seconds_and_the_zone():
    bare = replace(SALE, at=AT.replace(hour=12, second=0))
    assert Identities().of(SALE, "880001") == Identities().of(bare, "880001")


def test_a_row_without_a_day_has_no_name():
    with pytest.raises(ValueError, match="day"):
        Identities().of(replace(SALE, at=None), "880001")
