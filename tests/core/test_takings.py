"""Where the money of a part stands, as it is counted: in one place, and all places add up to the sales."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contaazul_sync.core.items import Group
from contaazul_sync.core.receivables import Money
from contaazul_sync.core.takings import Amount, Heap, Taking, place_of, takings

ASKS = (Group.HELD, Group.FAILED, Group.ATTENTION)


def heap(money, **changed):
    return Heap(**{"money": money, "parts": 1, "amount": 10000, "received": 0, "fees": 0} | changed)


@pytest.mark.parametrize(
    ("some", "place"),
    [
        (heap(Money.SETTLED), Taking.SETTLED),
        (heap(Money.SETTLED, failure=Group.ATTENTION), Taking.SETTLED),
        (heap(Money.LATER, is_due=False), Taking.DUE_LATER),
        (heap(Money.LATER), Taking.DUE_LATER),
        (heap(Money.STATEMENT), Taking.WAITING),
        (heap(Money.OPEN), Taking.WAITING),
        (heap(Money.BY_PERSON), Taking.BY_PERSON),
        (heap(Money.BY_PERSON, failure=Group.IN_DOUBT), Taking.BY_PERSON),
        (heap(Money.BY_PERSON, failure=Group.ATTENTION), Taking.FAILED),
        (heap(Money.OPEN, failure=Group.FAILED), Taking.FAILED),
        (heap(Money.OPEN, failure=Group.IN_DOUBT), Taking.IN_DOUBT),
        (heap(Money.STATEMENT, failure=Group.ATTENTION), Taking.FAILED),
        (heap(Money.LATER, failure=Group.FAILED), Taking.FAILED),
        (heap(Money.ENDED), None),
    ],
)
def test_a_part_stands_in_one_place(some, place):
    assert place_of(some) == place


@pytest.mark.parametrize("group", list(Group))
def test_what_stands_against_one_part_leaves_those_that_are_due_later_where_they_are(group):
    assert place_of(heap(Money.LATER, is_due=False, failure=group)) == Taking.DUE_LATER


@pytest.mark.parametrize("money", [Money.LATER, Money.STATEMENT, Money.OPEN])
def test_what_nobody_settles_on_is_a_person_s(money):
    assert place_of(heap(money, goes_on=False)) == Taking.BY_PERSON


def test_a_part_that_is_received_in_part_is_divided_and_fees_are_summed_up():
    found = takings(
        [
            heap(Money.SETTLED, parts=3, amount=30000, received=30000, fees=297),
            heap(Money.STATEMENT, parts=2, amount=20000, received=4000, fees=100),
            heap(Money.ENDED, received=500, fees=10),
        ]
    )

    assert found.places[Taking.SETTLED] == Amount(3, 34500)
    assert found.places[Taking.WAITING] == Amount(2, 16000)
    assert (found.fees, found.for_statement) == (407, 2)


heaps = st.builds(
    lambda amount, received, **known: Heap(
        amount=amount,
        received=amount if known["money"] is Money.SETTLED else min(received, amount),
        fees=0,
        **known,
    ),
    amount=st.integers(0, 10**7),
    received=st.integers(0, 10**7),
    money=st.sampled_from(Money),
    parts=st.integers(1, 9),
    is_due=st.booleans(),
    goes_on=st.booleans(),
    failure=st.none() | st.sampled_from(Group),
)


@given(st.lists(heaps, max_size=9))
def test_all_places_together_are_the_sales_and_each_part_is_counted_once(some):
    found = takings(some)
    live = [each for each in some if each.money is not Money.ENDED]

    assert sum(each.parts for each in found.places.values()) == sum(each.parts for each in live)
    whole = sum(each.amount for each in live) + sum(each.received for each in some if each not in live)
    assert sum(each.total for each in found.places.values()) == whole
