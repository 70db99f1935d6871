"""One row at which the shop fails hides itself and nothing else, in every kind of shop; it is told once."""

from datetime import date

import pytest

from contaazul_sync.cli import choose
from contaazul_sync.core.errors import NoAccess, Unavailable
from contaazul_sync.core.items import Kind

pytestmark = pytest.mark.line("memory")

KINDS = ("merchant", "woocommerce")


def broken(job, *ids):
    job.shop.switches.breaks_its_page = [int(each) for each in ids]


def orders(job, count):
    ids = []
    for _each in range(count):
        job.clock.move(minutes=1)
        ids.append(job.shop.order([("CAM-1", 1)]))
    return ids


def hidden(job, kind=Kind.SALE):
    return {
        key: failure
        for (each, key), failure in job.state.items.failures().items()
        if each is kind and ".." in key
    }


def lists(job, path):
    return [seen for seen in job.shop.requests if seen.path.endswith(path)]


@pytest.fixture(params=KINDS)
def shop(request, linked):
    """A shop of each kind, with a product that is in the ERP, and one good pass behind it."""
    job = linked("CAM-1", "Camiseta", 79.90, 5000).use(request.param)
    job.sync()
    return job


def test_an_order_that_breaks_its_page_stops_no_other_order(shop):
    ids = orders(shop, 7)
    broken(shop, ids[3])

    report = shop.sync()

    assert report.outcome == 6
    assert [len(shop.sales_of(each)) for each in ids] == [1, 1, 1, 0, 1, 1, 1]


def test_it_is_named_by_its_neighbours(shop):
    ids = orders(shop, 7)
    broken(shop, ids[3])

    shop.sync()

    (key,) = hidden(shop)
    assert key == f"{ids[2]}..{ids[4]}"
    line = shop.failure(key)
    assert f"between {ids[2]} and {ids[4]}" in line["reason"]
    assert "500" in line["reason"]
    assert "do not book it by hand" in line["next_step"]


def test_the_only_new_order_that_breaks_its_page_is_named_too(shop):
    (only,) = orders(shop, 1)
    broken(shop, only)

    assert shop.sync().outcome == 6
    assert len(hidden(shop)) == 1


def test_it_is_named_once_and_not_every_half_hour(shop):
    ids = orders(shop, 7)
    broken(shop, ids[3])
    shop.sync()
    (first,) = hidden(shop).values()

    for _ in range(3):
        orders(shop, 1)
        shop.sync()

    (now,) = hidden(shop).values()
    assert (now.key, now.since) == (first.key, first.since)


def test_the_last_order_keeps_its_name_when_others_come_after_it(shop):
    ids = orders(shop, 3)
    broken(shop, ids[2])
    shop.sync()
    (first,) = hidden(shop)

    orders(shop, 2)
    shop.sync()

    assert list(hidden(shop)) == [first] == [f"{ids[1]}.."]


def test_an_order_that_breaks_its_page_is_sent_when_the_shop_shows_it_again(shop):
    ids = orders(shop, 4)
    broken(shop, ids[1])
    for _ in range(4):
        shop.sync(minutes=24 * 60)  # the watermark does not pass it, however long it takes
        orders(shop, 1)

    broken(shop)
    report = shop.sync()

    assert report.outcome == 0
    assert len(shop.sales_of(ids[1])) == 1
    assert not hidden(shop)


def test_of_a_shop_that_never_showed_an_order_nothing_is_passed_by(job):
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 50)
    ids = orders(job, 2)
    broken(job, *ids)
    job.sync()
    for _ in range(3):
        job.sync(minutes=24 * 60)

    broken(job)
    job.sync()

    assert job.state.orders.get(str(ids[0]))


def test_what_a_person_leaves_alone_is_told_no_more(shop):
    ids = orders(shop, 4)
    broken(shop, ids[1])
    shop.sync()
    ((key, _failure),) = hidden(shop).items()

    assert choose.item(shop.state, key) == (Kind.SALE, key)
    seen = choose.as_seen(shop.state, shop.settings.rules(date(2026, 11, 1)), Kind.SALE, key)
    shop.state.items.ignore(Kind.SALE, key, seen, shop.clock())

    assert shop.sync().outcome == 0
    assert not hidden(shop)


def test_a_product_that_breaks_its_page_stops_neither_other_products_nor_orders(shop):
    for number in range(2, 8):
        shop.shop.add_product(f"CAM-{number}", f"Camiseta {number}", 10 * number, 9)
    bad = shop.shop.unit("CAM-4")["id"]
    broken(shop, bad)
    (order,) = orders(shop, 1)
    shop.shop.change("CAM-1", price=99)

    report = shop.sync(minutes=24 * 60)

    assert report.outcome == 6
    assert len(shop.sales_of(order)) == 1
    assert shop.erp.product("CAM-1").price == 99
    assert set(shop.state.products.keys_of_skus([f"CAM-{n}" for n in range(1, 8)])) == {
        f"CAM-{n}" for n in (1, 2, 3, 5, 6, 7)
    }
    assert list(hidden(shop, Kind.PRODUCT)) == ["CAM-3..CAM-5"]


def test_a_product_on_a_page_that_cannot_be_read_is_not_gone(shop):
    for number in range(2, 5):
        shop.shop.add_product(f"CAM-{number}", f"Camiseta {number}", 10 * number, 9)
    shop.sync(minutes=24 * 60)
    broken(shop, shop.shop.unit("CAM-1")["id"])

    report = shop.sync(minutes=24 * 60)

    assert report.outcome == 6
    assert not next(shop.state.products.of(shop.state.products.keys_of_skus(["CAM-1"]).values())).gone
    broken(shop)
    assert shop.sync(minutes=24 * 60).outcome == 0


def test_a_shop_whose_only_product_breaks_its_page_lists_not_nothing(shop):
    broken(shop, shop.shop.unit("CAM-1")["id"])
    (order,) = orders(shop, 1)

    assert shop.sync(minutes=24 * 60).outcome == 6
    assert len(shop.sales_of(order)) == 1


def test_an_order_on_a_page_that_cannot_be_read_is_not_gone(shop):
    ids = orders(shop, 4)
    shop.sync()
    broken(shop, ids[1])

    report = shop.sync(minutes=24 * 60)

    assert report.outcome == 6
    assert not shop.state.orders.get(str(ids[1])).gone_at
    assert list(hidden(shop)) == [f"{ids[0]}..{ids[2]}"]


def test_what_only_a_whole_walk_finds_is_not_told_anew_each_day(shop):
    ids = orders(shop, 4)
    shop.sync()
    shop.sync(minutes=9 * 24 * 60)
    broken(shop, ids[1])
    shop.sync(minutes=24 * 60)
    (first,) = hidden(shop).values()

    orders(shop, 1)
    assert shop.sync().outcome == 6
    shop.sync(minutes=24 * 60)

    (now,) = hidden(shop).values()
    assert now.since == first.since
    broken(shop)
    assert shop.sync(minutes=24 * 60).outcome == 0


def test_a_bad_row_costs_at_most_thirty_requests(shop):
    ids = orders(shop, 250)
    shop.shop.switches.breaks_its_page = []
    shop.sync(minutes=1)
    shop.forget_calls()
    shop.sync(minutes=1)
    healthy = len(shop.shop.requests)
    broken(shop, ids[120], ids[20])
    shop.forget_calls()

    shop.sync(minutes=1)

    again = 4 * 2  # a page that fails is asked for again, as ever
    assert len(shop.shop.requests) - healthy <= 30 + again
    assert len(hidden(shop)) == 2


def test_an_old_order_that_the_shop_cannot_show_is_in_the_way_of_no_other(shop):
    """Once a day the shop is asked for the orders that it did not list."""
    ids = orders(shop, 5)
    shop.sync()
    for each in ids[:3]:
        shop.shop.orders.remove(next(row for row in shop.shop.orders if row["id"] == each))
    shop.shop.faults.add("500_before", path="*/order/view", times=5)
    shop.shop.faults.add("500_before", path=f"*/orders/{ids[0]}", times=5)

    shop.sync(minutes=24 * 60)

    gone = [bool(shop.state.orders.get(str(each)).gone_at) for each in ids[:3]]
    assert gone.count(True) == 2


def test_orders_go_on_when_the_products_cannot_be_read(shop):
    (order,) = orders(shop, 1)
    shop.shop.faults.add("500_before", path="*/product*", times=99)

    with pytest.raises(Unavailable):
        shop.sync()

    assert len(shop.sales_of(order)) == 1


def test_prices_go_on_when_the_orders_cannot_be_read(shop):
    shop.shop.change("CAM-1", price=99)
    shop.shop.faults.add("500_before", path="*/order*", times=99)

    with pytest.raises(Unavailable):
        shop.sync()

    assert shop.erp.product("CAM-1").price == 99


def test_an_order_of_a_product_that_could_not_be_read_is_not_said_to_be_of_none(shop):
    """What is not known of the products is no reason to tell a merchant to make one in the ERP."""
    shop.shop.add_product("NEW-1", "Nova", 20, 9)
    order = shop.shop.order([("NEW-1", 1)])
    shop.shop.faults.add("500_before", path="*/product*", times=99)

    with pytest.raises(Unavailable):
        shop.sync()

    assert (Kind.SALE, str(order)) not in shop.state.items.failures()
    shop.shop.faults.clear()
    shop.sync()
    assert shop.failure(str(order))["group"] == "waiting"


def test_an_order_that_waits_is_told_once_though_the_products_fail_in_between(shop):
    shop.shop.add_product("NEW-1", "Nova", 20, 9)
    order = shop.shop.order([("NEW-1", 1)])
    shop.sync()
    since = shop.state.items.failures()[Kind.SALE, str(order)].since
    shop.shop.faults.add("500_before", path="*/product*", times=99)
    with pytest.raises(Unavailable):
        shop.sync()
    shop.shop.faults.clear()

    shop.sync()

    assert shop.state.items.failures()[Kind.SALE, str(order)].since == since


def test_a_token_that_opens_neither_is_still_a_matter_of_setup(shop):
    shop.vault.update(shop_token="ck_wrong:cs_wrong")

    with pytest.raises(NoAccess):
        shop.sync()


def test_a_shop_that_is_down_is_not_asked_in_parts(shop):
    shop.forget_calls()
    shop.shop.faults.add("500_before", path="*", times=999)

    with pytest.raises(Unavailable):
        shop.sync()

    sizes = {seen.query.get("size", seen.query.get("per_page", ["100"]))[0] for seen in shop.shop.requests}
    assert sizes <= {"100", "1"}


@pytest.mark.parametrize(
    "habit",
    [{"page_cap": 3}, {"pages": "repeat_last"}, {"pages": "wrong_total"}, {"updated_since": "ignored"}],
    ids=str,
)
def test_a_merchant_api_of_other_habits_hides_that_order_alone(linked, habit):
    job = linked("CAM-1", "Camiseta", 79.90, 5000)
    for name, value in habit.items():
        setattr(job.shop.switches, name, value)
    job.sync()
    ids = orders(job, 11)
    broken(job, ids[4])

    report = job.sync()

    assert report.outcome == 6
    assert [each for each in ids if not job.sales_of(each)] == [ids[4]]


def test_a_merchant_api_that_gives_whole_pages_only_hides_that_page(linked):
    job = linked("CAM-1", "Camiseta", 79.90, 5000)
    job.shop.switches.page_size, job.shop.switches.page_cap = "ignored", 5
    ids = orders(job, 17)
    broken(job, ids[7])

    report = job.sync()

    assert report.outcome == 6
    assert [each for each in ids if not job.sales_of(each)] == ids[5:10]
    (key,) = hidden(job)
    assert key == f"{ids[4]}..{ids[10]}"


@pytest.mark.parametrize("habit", [{"woo_page_cap": 15}, {"woo_modified_after": "ignored"}], ids=str)
def test_a_woocommerce_of_other_habits_hides_that_order_alone(linked, habit):
    job = linked("CAM-1", "Camiseta", 79.90, 5000).use("woocommerce")
    for name, value in habit.items():
        setattr(job.shop.switches, name, value)
    job.sync()
    ids = orders(job, 31)
    broken(job, ids[17])

    job.sync()

    assert [each for each in ids if not job.sales_of(each)] == [ids[17]]


def test_a_storefront_that_fails_at_a_page_of_a_category_loses_no_product_and_stops_no_order(linked):
    job = linked("CAM-1", "Camiseta", 79.90, 5000)
    job.shop.switches.storefront_page_size = 2
    for number in range(2, 30):
        job.shop.add_product(f"CAM-{number}", f"Camiseta {number}", 10 * number, 9)
    job.use("storefront").sync(minutes=24 * 60)
    known = job.state.products.count()["live"]
    broken(job, job.shop.unit("CAM-25")["id"])
    (order,) = orders(job, 1)

    report = job.sync(minutes=24 * 60)

    assert report.outcome == 6
    assert hidden(job, Kind.PRODUCT)
    assert len(job.sales_of(order)) == 1
    assert job.state.products.count()["live"] == known
    assert next(job.state.products.of(job.state.products.keys_of_skus(["CAM-25"]).values())).price == 25000
    broken(job)
    assert job.sync(minutes=24 * 60).outcome == 0
