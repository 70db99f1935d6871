"""Whatever a list does while it is read, no row is passed by: tied times, rows that move, heavy pages."""

import pytest

from contaazul_sync.core.errors import Unavailable
from contaazul_sync.core.items import Kind
from contaazul_sync.net import transport

pytestmark = pytest.mark.line("memory")

KINDS = ("merchant", "woocommerce")
DAY = 24 * 60  # minutes


@pytest.fixture(params=KINDS)
def shop(request, job):
    """A job whose shop has told its orders once, by one of which it is seen that its totals are right."""
    return begun(job, request.param)


@pytest.fixture
def woo(job):
    return begun(job, "woocommerce")


def begun(job, kind):
    job.use(kind).shop.switches.pages = "permuted"
    orders(job, 1)
    job.sync()
    return job


def orders(job, count):
    """Orders of one second, not paid yet."""
    return [job.shop.order([("GONE", 1, "5.00")], status="pending") for _ in range(count)]


def known(job, numbers):
    return {number for number in numbers if job.state.orders.get(str(number))}


def listed(job, path="order"):
    """The requests of the orders' list."""
    return [seen for seen in job.shop.requests if seen.path.endswith((f"{path}s", f"{path}/list"))]


def meanwhile(job, page, happens):
    """Let something happen in the shop after it answered so many pages of orders."""
    answer, left = job.shop.failure, [page]

    def failure(numbers):
        shown = set(numbers)
        told = answer(shown)
        left[0] -= not shown.isdisjoint(each["id"] for each in job.shop.orders)
        if not left[0]:
            job.shop.failure = answer
            happens()
        return told

    job.shop.failure = failure


def row(job, number):
    return next(each for each in job.shop.orders if each["id"] == number)


# Rows of one second


def test_of_162_orders_of_one_second_every_one_is_seen(shop):
    numbers = orders(shop, 162)

    shop.sync()

    assert known(shop, numbers) == set(numbers)


@pytest.mark.parametrize("cap", [{"page_cap": 100}, {"page_cap": 30}, {"page_size": "ignored"}], ids=str)
def test_a_merchant_api_that_permutes_its_pages_and_gives_no_larger_ones_hides_none(job, cap):
    begun(job, "merchant")
    for name, value in cap.items():
        setattr(job.shop.switches, name, value)
    numbers = orders(job, 162)

    job.sync()
    missed = set(numbers) - known(job, numbers)

    # A server of whole pages alone always shows the same ones: then the next walk begins where this one did.
    assert not missed or cap == {"page_size": "ignored"}
    if missed:
        seen = job.state.notes.time("orders_seen")
        job.sync()
        assert job.state.notes.time("orders_seen") == seen


def test_of_products_that_changed_in_one_second_none_is_gone(job):
    job.use("merchant").shop.switches.pages = "permuted"
    for number in range(162):
        job.shop.add_product(f"P-{number}", "P", "10.00", 1)

    for _day in range(3):
        job.sync(minutes=DAY)

    assert job.state.products.count()["live"] == 162


@pytest.mark.parametrize("ties", ["permuted", "by_id"])
def test_what_a_pass_asks_of_the_orders_does_not_grow_with_those_of_one_second(woo, ties):
    woo.shop.switches.woo_ties = ties
    orders(woo, 30)
    woo.shop.requests.clear()

    woo.sync()

    assert len(listed(woo)) == 2  # the page, and one that shows that it is the last


# Rows that move


def test_an_order_that_changes_where_the_walk_has_passed_is_read_by_the_next_one(shop):
    numbers = orders(shop, 250)
    meanwhile(shop, 2, lambda: shop.shop.pay(numbers[0]))

    shop.sync()
    shop.clock.move(minutes=3)
    orders(shop, 1)
    shop.sync(minutes=5)

    assert shop.state.orders.get(str(numbers[0])).payment == "paid"


def test_the_mark_of_a_walk_is_never_later_than_its_begin(woo):
    def later():
        woo.clock.move(minutes=10)
        woo.shop.pay(last)

    (*_others, last) = orders(woo, 250)
    begin = woo.clock()
    meanwhile(woo, 1, later)

    woo.sync(minutes=0)

    assert woo.state.notes.time("orders_seen") <= begin


def test_a_walk_that_is_cut_off_in_its_middle_leaves_the_mark_where_it_was(shop):
    before = shop.state.notes.time("orders_seen")
    numbers = orders(shop, 250)
    away = shop.shop.faults
    meanwhile(shop, 1, lambda: away.add("500_before", path="*order*", times=999))

    with pytest.raises(Unavailable):
        shop.sync()
    assert 0 < len(known(shop, numbers)) <= 100
    assert shop.state.notes.time("orders_seen") == before

    away.clear()
    shop.sync()
    assert known(shop, numbers) == set(numbers)


# What the shop tells that there are


def told_wrong(job):
    """From now on a plugin of the shop does without counting."""
    job.shop.switches.woo_totals = "zero"
    job.shop.switches.pages = "wrong_total"


def said(report):
    return [line for line in report.warnings + report.notes if "does not show what it tells" in line]


def test_a_walk_that_saw_another_number_of_orders_walks_once_more_and_keeps_its_mark(shop):
    before = shop.state.notes.time("orders_seen")
    numbers = orders(shop, 3)
    told_wrong(shop)
    shop.shop.requests.clear()

    report = shop.sync()

    first = [
        seen for seen in listed(shop) if seen.query.get("offset", seen.query.get("page")) in (["0"], ["1"])
    ]
    assert len(first) == 2
    assert said(report)
    assert shop.state.notes.time("orders_seen") == before
    assert known(shop, numbers) == set(numbers)


def test_that_is_said_in_the_mail_once_a_day(shop):
    told_wrong(shop)
    orders(shop, 1)
    reports = [shop.sync() for _ in range(4)]

    assert [bool(said(report)) for report in reports] == [True] * 4
    assert [any("does not show what it tells" in line for line in report.warnings) for report in reports] == [
        True,
        False,
        False,
        False,
    ]


def test_totals_that_the_daily_walk_finds_wrong_are_in_the_way_of_nothing_after_it(shop):
    told_wrong(shop)
    shop.sync(minutes=DAY)
    orders(shop, 1)

    report = shop.sync()

    assert not said(report)
    assert shop.state.notes.time("orders_seen") == max(
        shop.state.orders.get(str(each["id"])).updated_at for each in shop.shop.orders
    )


def test_a_list_that_moved_is_read_once_more_and_nothing_is_said(woo):
    numbers = orders(woo, 150)
    woo.sync()
    late = orders(woo, 150)
    meanwhile(woo, 4, lambda: row(woo, numbers[0]).update(status="trash"))

    report = woo.sync()

    assert not said(report)
    assert known(woo, late) == set(late)


@pytest.mark.parametrize("totals", ["missing", "zero"])
def test_a_shop_that_never_counted_right_is_walked_once(job, totals):
    job.shop.switches.woo_totals = totals
    begun(job, "woocommerce")
    orders(job, 1)
    job.shop.requests.clear()

    report = job.sync()

    assert not said(report)
    assert len(listed(job)) == 2


def test_a_shop_without_orders_proves_nothing_of_its_totals(job):
    job.shop.switches.woo_totals = "zero"
    job.use("woocommerce").sync()
    orders(job, 2)

    assert not said(job.sync())


def test_products_that_a_list_does_not_show_while_it_tells_of_them_are_not_gone(woo):
    for number in range(3):
        woo.shop.add_product(f"P-{number}", "P", "10.00", 1)
    woo.sync(minutes=DAY)
    woo.shop.switches.woo_totals = "zero"

    report = woo.sync(minutes=DAY)

    assert said(report)
    assert woo.state.products.count()["live"] == 3


# Pages that are too much


@pytest.mark.parametrize("most", [50, 20])
def test_pages_that_are_too_much_for_the_shops_memory_hide_nothing(shop, most):
    shop.shop.switches.heaviest_page, shop.shop.switches.pages = most, "honest"
    numbers = orders(shop, 230)
    for number in range(120):
        shop.shop.add_product(f"P-{number}", "P", "10.00", 1)

    assert shop.sync().outcome == 0

    assert known(shop, numbers) == set(numbers)
    assert shop.state.products.count()["live"] == 120
    assert shop.state.notes.time("orders_seen") == shop.state.orders.get(str(numbers[0])).updated_at


@pytest.mark.slow
def test_pages_that_take_too_long_hide_nothing(shop, monkeypatch):
    """100 rows take 40 s and 50 take 20 s; here in a hundredth of the time."""
    monkeypatch.setattr(transport, "READ_TIMEOUT", 0.3)
    monkeypatch.setattr(transport, "PATIENCE", 0.6)
    numbers = orders(shop, 120)
    shop.shop.switches.seconds_per_row = 0.004

    assert shop.sync().outcome == 0

    assert known(shop, numbers) == set(numbers)


def test_an_order_that_breaks_the_page_of_a_heavy_shop_hides_itself_alone(shop):
    shop.shop.switches.heaviest_page, shop.shop.switches.pages = 50, "honest"
    numbers = orders(shop, 230)
    shop.shop.switches.breaks_its_page = [numbers[70]]

    assert shop.sync().outcome == 6

    assert set(numbers) - known(shop, numbers) == {numbers[70]}
    assert [key for kind, key in shop.state.items.failures() if kind is Kind.SALE and ".." in key]


def test_a_storefront_whose_pages_are_permuted_loses_no_product(job):
    for number in range(100):
        job.shop.add_product(f"P-{number}", f"P {number}", "10.00", 1)
    job.use("storefront").sync(minutes=DAY)
    job.choose("P-7")
    job.sync()
    prices = {product.key: product.price for product in everything(job)}
    job.shop.switches.storefront_order, job.shop.switches.storefront_page_size = "permuted", 5

    for _day in range(3):
        job.sync(minutes=DAY)

    assert {product.key: product.price for product in everything(job)} == prices
    assert not any(product.gone for product in everything(job))


def everything(job):
    return job.state.products.of(str(product["id"]) for product in job.shop.products)
