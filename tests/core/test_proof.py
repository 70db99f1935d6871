"""The proof of a month: what was paid is what the ERP has, or is named, whatever became of the orders."""

from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from contaazul_sync.core.book import Entry, Place, Sum, sums
from contaazul_sync.core.erp import ErpSale
from contaazul_sync.core.ids import ErpId, OrderId
from contaazul_sync.core.orders import Payment
from contaazul_sync.core.proof import Proof, month_of, placed, proof
from contaazul_sync.core.rules import Rules
from tests.worlds import samples

NOVEMBER, NOW = "2026-11", datetime(2026, 12, 3, 12, tzinfo=UTC)
PAID = datetime(2026, 11, 20, 15, tzinfo=UTC)


def entry(order: str, total: int = 7990, *, sold: int | None = None, paid: datetime = PAID) -> Entry:
    """A paid order, and the sale that was booked of it, where it is one."""
    note = replace(
        samples.a_note(), id=OrderId(order), payment=Payment.PAID, total=total, counted_at=paid, was_paid=True
    )
    sale = None if sold is None else replace(samples.a_sale(total=sold), order_id=OrderId(order))
    return Entry(OrderId(order), note, sale)


def erp(number: int, total: int = 7990, *, cancelled: bool = False, day: date | None = None) -> ErpSale:
    return ErpSale(ErpId(f"s{number}"), number, "", total, "APROVADO", cancelled=cancelled, day=day)


def proved(*entries: Entry, **ours: list[ErpSale]) -> Proof:
    book = placed(entries, Rules(), None)
    return proof(NOVEMBER, NOW, book, {OrderId(name.strip("_")): sales for name, sales in ours.items()})


def test_a_month_whose_orders_are_one_sale_each_agrees_and_names_none():
    found = proved(entry("1", sold=7990), entry("2", 500, sold=500), _1=[erp(1)], _2=[erp(2, 500)])

    assert (found.agrees, found.named, found.sales) == (True, [], 2)
    assert (found.whole.paid, found.whole.booked) == (8490, 8490)


def test_an_order_that_is_no_sale_yet_is_named_with_all_of_its_sum():
    found = proved(entry("1", sold=7990), entry("2", 500), _1=[erp(1)])

    (named,) = found.named
    assert (named.entry.id, named.place, named.off) == ("2", Place.WAITING, 500)
    assert not found.agrees


def test_a_sale_that_somebody_changed_doubled_or_cancelled_in_the_erp_is_named():
    for sales in ([erp(1, 7000)], [erp(1), erp(2)], [erp(1, cancelled=True)], []):
        found = proved(entry("1", sold=7990), _1=sales)
        assert [each.entry.id for each in found.named] == ["1"], sales
        assert not found.agrees


def test_a_sale_that_was_booked_with_a_discount_is_named_and_nothing_to_look_at():
    found = proved(entry("1", sold=7590), _1=[erp(1, 7590)])

    assert (found.named[0].off, found.agrees) == (400, True)


def test_what_a_person_left_alone_is_named_and_nothing_to_look_at():
    found = proved(replace(entry("1"), ignored=True))

    assert ([each.place for each in found.named], found.agrees) == ([Place.IGNORED], True)


def test_a_sale_that_no_order_explains_is_told_on_its_day_s_month_alone():
    strange = {"_9": [erp(9, 100, day=date(2026, 11, 2))], "_8": [erp(8, 100, day=date(2026, 10, 2))]}

    found = proved(entry("1", sold=7990), _1=[erp(1)], **strange)

    assert ([sale.number for sale in found.strangers], found.agrees) == ([9], False)
    assert (found.whole.booked, found.whole.paid) == (8090, 7990)


def test_the_month_is_that_of_the_payment_in_sao_paulo():
    late = datetime(2026, 12, 1, 1, 30, tzinfo=UTC)  # 22:30 of the day before

    assert month_of(entry("1", paid=late)) == NOVEMBER
    assert len(proved(entry("1", paid=late), entry("2", paid=NOW)).orders) == 1


def test_an_order_of_which_nobody_could_read_the_day_is_told_beside():
    unreadable = Entry(OrderId("7"), failure=samples.a_failure(key="7"))

    found = proved(unreadable)

    assert ([each.id for each, _place in found.undated], found.orders, found.agrees) == (["7"], [], False)


AMOUNTS = st.integers(0, 10**6)
ORDERS = st.lists(
    st.tuples(AMOUNTS, st.none() | AMOUNTS, st.lists(st.tuples(AMOUNTS, st.booleans()), max_size=2))
)


@given(ORDERS, st.lists(AMOUNTS, max_size=2))
def test_what_was_paid_is_what_the_erp_has_and_what_is_named_makes(orders, strange):
    entries = [entry(str(n), total, sold=sold) for n, (total, sold, _sales) in enumerate(orders)]
    ours = {
        f"_{n}": [erp(10 * n + k, total, cancelled=gone) for k, (total, gone) in enumerate(sales)]
        for n, (_total, _sold, sales) in enumerate(orders)
    }
    ours |= {f"_x{n}": [erp(9000 + n, total, day=date(2026, 11, 1))] for n, total in enumerate(strange)}

    found = proved(*entries, **ours)

    named = sum(each.off for each in found.named) - sum(sale.total or 0 for sale in found.strangers)
    assert found.whole.paid == found.whole.booked + named
    book = sums((place, each.sum) for each, place in placed(entries, Rules(), None))
    places = {place: Sum(line.orders, line.paid, line.unread) for place, line in found.places.items()}
    assert places == {place: some for place, some in book.items() if some.orders}
