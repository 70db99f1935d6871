"""Orders that the shop lists no more: deleted, in its bin, or left out by a list that cannot be believed."""

from datetime import timedelta

import pytest

from contaazul_sync.cli import choose
from contaazul_sync.core.items import Kind
from contaazul_sync.passes import unlisted
from contaazul_sync.sandbox.shop.state import written

pytestmark = pytest.mark.line("memory")

DAY = 24 * 60  # minutes


@pytest.fixture(params=["merchant", "woocommerce"])
def shop(request, job):
    """A job whose shop has one product, which is in the ERP, and an order that stays."""
    return begun(job, request.param)


@pytest.fixture
def woo(job):
    return begun(job, "woocommerce")


def begun(job, kind):
    job.shop.add_product("CANECA", "Caneca", "39.90", 100)
    job.use(kind).linked("CANECA")
    job.shop.order([("CANECA", 1)])
    return job


def sold(job, **fields):
    """An order that has become a sale."""
    order = job.shop.order([("CANECA", 1)], **fields)
    job.sync()
    assert len(job.sales_of(order)) == 1
    return order


def row(job, order):
    return next(each for each in job.shop.orders if each["id"] == order)


def delete(job, *orders):
    """Delete orders in the shop; returns them."""
    found = [each for each in job.shop.orders if each["id"] in orders]
    job.shop.orders[:] = [each for each in job.shop.orders if each["id"] not in orders]
    return found


def daily(job, days=1):
    """The daily walk; returns what it asked the shop for by its id."""
    job.shop.requests.clear()
    for _day in range(days):
        report = job.sync(minutes=DAY)
    assert report.outcome in (0, 6)
    asked = [seen.query.get("orderId", [seen.path.rpartition("/")[2]])[0] for seen in job.shop.requests]
    return [name for name in asked if name.isdigit()]


def ignore(job, order):
    rules = job.settings.rules(job.clock().date())
    seen = choose.as_seen(job.state, rules, Kind.SALE, str(order))
    job.state.items.ignore(Kind.SALE, str(order), seen, job.clock())


# A sold order


def test_a_sold_order_that_is_deleted_asks_for_attention(shop):
    order = sold(shop)
    number = shop.sales_of(order)[0].numero
    delete(shop, order)

    shop.sync()
    assert shop.failures_of(Kind.SALE) == {}  # not before the daily walk
    daily(shop)

    failure = shop.failure(str(order))
    assert failure["group"] == "attention"
    assert failure["reason"] == f"deleted in the shop, or moved to its bin, after it became sale {number}"
    assert f"ignore {order}" in failure["next_step"]


def test_it_is_told_once_and_asked_about_once(shop):
    order = sold(shop)
    delete(shop, order)

    assert daily(shop).count(str(order)) == 1
    since = shop.failure(str(order))["since"]
    assert str(order) not in daily(shop, days=3)
    shop.sync()
    assert shop.failure(str(order))["since"] == since


def test_what_a_person_has_seen_is_not_told_again(shop):
    order = sold(shop)
    delete(shop, order)
    daily(shop)
    ignore(shop, order)

    assert str(order) not in daily(shop, days=3)
    assert shop.failures_of(Kind.SALE) == {}
    assert len(shop.sales_of(order)) == 1


def test_an_order_that_comes_back_needs_nobody(shop):
    order = sold(shop)
    kept = delete(shop, order)
    daily(shop)
    shop.shop.orders += kept

    daily(shop)

    assert shop.failures_of(Kind.SALE) == {}


def test_an_order_that_was_seen_as_changed_is_told_of_when_it_goes(shop):
    order = sold(shop)
    row(shop, order).update(shipping="5.00", total="44.90", updated=written(shop.clock()))
    shop.sync()
    ignore(shop, order)
    shop.sync()
    assert shop.failures_of(Kind.SALE) == {}
    delete(shop, order)

    daily(shop)

    assert shop.failures_of(Kind.SALE) == {str(order): "attention"}


def test_an_order_in_the_shops_bin_is_as_good_as_deleted_and_one_that_is_taken_out_is_there_again(woo):
    order = sold(woo)
    row(woo, order).update(status="trash", updated=written(woo.clock()))
    daily(woo)
    assert "moved to its bin" in woo.failure(str(order))["reason"]

    row(woo, order).update(status="confirmed", updated=written(woo.clock()))
    woo.sync()
    assert woo.failures_of(Kind.SALE) == {}


# What is not believed


def test_a_shop_that_knows_none_of_its_orders_tells_nothing(shop):
    order = sold(shop)
    everything = delete(shop, *(each["id"] for each in shop.shop.orders))

    daily(shop)
    assert shop.failures_of(Kind.SALE) == {}

    shop.shop.orders += [each for each in everything if each["id"] != order]
    daily(shop)
    assert shop.failures_of(Kind.SALE) == {str(order): "attention"}


def test_a_shop_that_numbered_its_orders_anew_has_deleted_none(shop):
    order = sold(shop)
    for number, each in enumerate(shop.shop.orders, start=70001):
        each.update(id=number, order_id=str(number))

    daily(shop, days=2)

    assert str(order) not in shop.failures_of(Kind.SALE)


def test_the_only_order_of_two_months_is_missed_while_the_shop_still_shows_an_older_one(shop):
    shop.sync()
    shop.clock.move(days=61)
    order = sold(shop)
    delete(shop, order)

    daily(shop)
    assert shop.failures_of(Kind.SALE) == {str(order): "attention"}


def test_a_quiet_shop_that_knows_no_older_order_either_tells_nothing(shop):
    shop.sync()
    shop.clock.move(days=61)
    order = sold(shop)
    delete(shop, *(each["id"] for each in shop.shop.orders))

    asked = daily(shop)

    assert str(order) in asked
    assert shop.failures_of(Kind.SALE) == {}


def test_an_order_that_is_only_listed_no_more_is_nobodys_business(shop, monkeypatch):
    order = sold(shop)
    old = written(shop.clock() - timedelta(days=300))
    row(shop, order)["updated"] = old  # so that a listing of what changed leaves it out

    assert str(order) in daily(shop)
    assert shop.failures_of(Kind.SALE) == {}


def test_a_shop_that_does_not_answer_is_asked_again_on_the_next_day(shop):
    order = sold(shop)
    delete(shop, order)
    for path in (f"*/orders/{order}", "*/order/view"):
        shop.shop.faults.add("500_before", "GET", path, times=20)
    daily(shop)
    assert shop.failures_of(Kind.SALE) == {}
    shop.shop.faults.clear()

    daily(shop)

    assert shop.failures_of(Kind.SALE) == {str(order): "attention"}


BARE = {
    "merchant": ("404", "*/order/view"),
    "woocommerce": ("404", "*/orders/{order}"),
}


@pytest.mark.parametrize("kind", BARE)
def test_a_404_that_is_not_the_shops_own_word_for_an_order_deletes_none(job, kind):
    """A gateway's, while the shop answers for the others."""
    job = begun(job, kind)
    order, other = sold(job), sold(job)
    for each in (order, other):
        row(job, each)["updated"] = written(job.clock() - timedelta(days=300))  # so that it is asked for
    fault, path = BARE[kind]
    job.shop.faults.add(fault, "GET", path.format(order=order))

    assert {str(order), str(other)} <= {*daily(job)}

    assert job.failures_of(Kind.SALE) == {}
    assert not job.state.orders.get(str(order)).gone_at


@pytest.mark.parametrize("setting", ["report", "cancel"])
def test_the_sale_of_a_deleted_order_is_a_persons_to_cancel(shop, setting):
    """It may have been put away, and the money not be given back."""
    shop.set(orders__on_cancel=setting)
    order = sold(shop)
    delete(shop, order)

    daily(shop)

    assert shop.failures_of(Kind.SALE) == {str(order): "attention"}
    (sale,) = shop.sales_of(order)
    assert sale.situacao != "CANCELADO"


# How many are asked for


def test_so_many_a_day_are_asked_for_in_turn(shop, monkeypatch):
    monkeypatch.setattr(unlisted, "MOST", 2)
    orders = [shop.shop.order([("CANECA", 1)]) for _ in range(5)]
    shop.sync()
    for order in orders:
        row(shop, order)["updated"] = written(shop.clock() - timedelta(days=300))

    asked = [daily(shop) for _ in range(4)]

    assert [len(each) for each in asked] == [2, 2, 1, 0]
    assert {name for each in asked for name in each} == {str(order) for order in orders}


def test_an_order_of_more_than_sixty_days_ago_is_asked_for_no_more(shop):
    order = sold(shop)
    shop.clock.move(days=61)
    shop.shop.order([("CANECA", 1)])
    shop.sync()
    delete(shop, order)

    assert str(order) not in daily(shop)
    assert shop.failures_of(Kind.SALE) == {}


def test_orders_that_are_listed_are_not_asked_for(shop):
    sold(shop)

    assert daily(shop, days=2) == []


# Not sold


def test_a_paid_order_that_is_deleted_before_it_was_a_sale_stays_before_a_person(shop):
    order = shop.shop.order([("CANECA", 1)], payer_cpf="", payer_name="")
    shop.sync()
    delete(shop, order)

    daily(shop)

    failure = shop.failure(str(order))
    assert (failure["group"], failure["reason"]) == ("held", "deleted in the shop, or moved to its bin")
    assert f"contaazul-sync ignore {order}" in failure["next_step"]
    ignore(shop, order)
    daily(shop)
    assert shop.failures_of(Kind.SALE) == {}


def test_an_order_that_waits_and_is_deleted_is_not_waited_for(shop):
    shop.shop.add_product("TIGELA", "Tigela", "36.50", 8)
    order = shop.shop.order([("TIGELA", 1)])
    shop.sync()
    assert shop.failures_of(Kind.SALE) == {str(order): "waiting"}
    delete(shop, order)

    daily(shop)

    assert shop.failures_of(Kind.SALE) == {str(order): "held"}


def test_an_unpaid_order_that_is_deleted_is_nobodys_business(shop):
    order = shop.shop.order([("CANECA", 1)], "pending")
    shop.sync()
    delete(shop, order)

    daily(shop)

    assert shop.failures_of(Kind.SALE) == {}


# Unreadable


def unreadable(job):
    order = job.shop.order([("CANECA", 1)])
    row(job, order)["created"] = "0001-01-01 00:00:00"
    job.sync()
    assert job.failures_of(Kind.SALE) == {str(order): "held"}
    return order


def test_an_order_that_cannot_be_read_stays_however_long_that_lasts(shop):
    order = unreadable(shop)
    since = shop.failure(str(order))["since"]

    shop.clock.move(days=70)
    daily(shop, days=2)

    assert shop.failure(str(order))["since"] == since
    row(shop, order)["created"] = row(shop, order)["updated"]
    daily(shop)
    assert len(shop.sales_of(order)) == 1
    assert shop.failures_of(Kind.SALE) == {}


def test_an_order_that_cannot_be_read_and_is_deleted_is_forgotten(shop):
    order = unreadable(shop)
    delete(shop, order)

    daily(shop)

    assert shop.failures_of(Kind.SALE) == {}


def test_an_order_that_cannot_be_read_is_not_forgotten_by_a_shop_that_knows_none(shop):
    order = unreadable(shop)
    delete(shop, *(each["id"] for each in shop.shop.orders))

    daily(shop, days=2)

    assert shop.failures_of(Kind.SALE) == {str(order): "held"}


def test_an_order_that_cannot_be_read_is_left_alone_when_a_person_says_so(shop):
    order = unreadable(shop)
    ignore(shop, order)
    shop.clock.move(days=70)

    daily(shop)

    assert shop.failures_of(Kind.SALE) == {}
