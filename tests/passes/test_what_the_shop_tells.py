"""What the shop tells of an order that it told of before: another name, a payment, that it is gone."""

from datetime import timedelta

import pytest

from contaazul_sync.core.items import Kind
from contaazul_sync.sandbox.shop.state import written

pytestmark = pytest.mark.line("memory")

DAY = 24 * 60  # minutes


@pytest.fixture
def good(linked):
    return linked("CAM-1", "Camiseta", 79.90, 50)


def row(job, order):
    """An order as the shop has it; what is changed in it, is changed in the shop."""
    return next(each for each in job.shop.orders if each["id"] == order)


def touched(job, order, **fields):
    row(job, order).update(fields, updated=written(job.clock()))


def as_shipped(job, order):
    """Have the state know an order as a version did that took the items' names into its mark."""
    seen = job._with_parts(lambda parts: parts.shop.order(str(order))).note()
    job.state.db.execute(
        "UPDATE orders SET fingerprint = ?, content = '' WHERE id = ?", [seen.formerly, seen.id]
    )
    job.state.db.execute("UPDATE sales SET fingerprint = ? WHERE order_id = ?", [seen.formerly, seen.id])


# Names


def test_another_name_of_an_item_in_the_listing_is_no_change_of_its_orders(good):
    sold, waits = good.shop.order([("CAM-1", 1)]), good.shop.order([("CAM-1", 1)], payer_cpf="")
    good.sync()
    held = good.failure(str(waits))
    for order in (sold, waits):
        row(good, order)["items"][0]["name"] = "Camiseta azul"
        touched(good, order)

    good.sync()

    assert good.failures_of(Kind.SALE) == {str(waits): "held"}
    assert good.failure(str(waits)) == held


def test_another_quantity_under_the_same_name_is_a_change(good):
    order = good.shop.order([("CAM-1", 1)])
    good.sync()
    row(good, order)["items"][0]["quantity"] = 2
    touched(good, order)

    good.sync()

    assert good.failures_of(Kind.SALE) == {str(order): "attention"}


def test_orders_that_an_older_version_sold_are_not_changed_and_a_new_name_changes_none_of_them(good):
    order = good.shop.order([("CAM-1", 1)])
    good.sync()
    as_shipped(good, order)
    good.sync()
    assert good.failures_of(Kind.SALE) == {}

    row(good, order)["items"][0]["name"] = "Camiseta azul"
    touched(good, order)
    good.sync()
    assert good.failures_of(Kind.SALE) == {}

    touched(good, order, shipping="5.00")
    good.sync()
    assert good.failures_of(Kind.SALE) == {str(order): "attention"}


def test_an_order_that_changed_while_the_program_was_updated_is_not_missed(good):
    order = good.shop.order([("CAM-1", 1)])
    good.sync()
    as_shipped(good, order)
    touched(good, order, shipping="5.00")

    good.sync()

    assert good.failures_of(Kind.SALE) == {str(order): "attention"}


def test_an_order_that_an_older_version_held_is_sold_once_and_called_changed_by_nobody(good):
    order = good.shop.order([("CAM-1", 1)], payer_cpf="")
    good.sync()
    as_shipped(good, order)
    touched(good, order, payer_cpf="529.982.247-25")

    good.sync()
    good.sync(minutes=DAY)

    assert len(good.sales_of(order)) == 1
    assert good.failures_of(Kind.SALE) == {}


# A payment without a time


def late(job, **fields):
    """An order that was made the day before orders are sent from, and paid whenever the shop says."""
    made = written(job.clock() - timedelta(days=30))
    return job.shop.order([("CAM-1", 1)], created=made, paid_at="", **fields)


def pay(job, order):
    """Its payment is approved, and the shop tells no time of that."""
    touched(job, order, status="confirmed", paid_at="", total_paid=row(job, order)["total"])


def test_an_order_from_before_the_first_day_that_is_seen_to_be_paid_after_it_is_sent(good):
    order = late(good, status="pending")
    good.sync()
    pay(good, order)

    good.sync()

    (sale,) = good.sales_of(order)
    assert sale.date == row(good, order)["created"][:10]  # where the shop tells no other day
    good.sync(minutes=DAY)
    assert len(good.sales_of(order)) == 1
    assert good.failures_of(Kind.SALE) == {}


def test_its_units_are_those_of_an_order_to_be_sent_as_long_as_it_waits(good):
    order = late(good, status="pending", payer_cpf="")
    good.sync()
    good.shop.pay(order)
    pay(good, order)

    good.sync()
    good.sync(minutes=DAY)

    assert good.failures_of(Kind.SALE) == {str(order): "held"}
    assert good.state.drifts.all() == []


def test_an_order_from_before_the_first_day_that_was_paid_when_it_was_first_seen_stays_out(good):
    order = late(good, status="confirmed")

    good.sync()
    touched(good, order, status="shipped")
    good.sync()

    assert good.sales_of(order) == []


def test_a_time_of_payment_before_the_first_day_counts_whenever_it_is_told(good):
    order = late(good, status="pending")
    good.sync()
    touched(good, order, status="confirmed", paid_at=row(good, order)["created"])

    good.sync()

    assert good.sales_of(order) == []


def test_a_status_that_nobody_knows_after_an_unpaid_one_is_told_of(good):
    order = late(good, status="pending")
    good.sync()
    touched(good, order, status="analysis")

    good.sync()

    assert good.failures_of(Kind.SALE) == {str(order): "held"}
