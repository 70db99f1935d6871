"""Whole passes with the other kinds of shop: what a kind cannot do costs nobody money or stock."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest

from contaazul_sync.core.errors import ConfigError, NoAccess, Unavailable
from contaazul_sync.core.ids import ShopKey
from contaazul_sync.core.items import Kind
from contaazul_sync.core.money import decimal
from contaazul_sync.passes.rebuild import rebuild
from contaazul_sync.passes.reconcile import as_json, reconcile
from contaazul_sync.sandbox.shop.catalogue import fill
from contaazul_sync.sandbox.shop.state import written as written_by_shop
from contaazul_sync.shops.merchant import how_to_get_orders
from contaazul_sync.state.file import State

pytestmark = pytest.mark.line("memory")


@pytest.fixture
def store(job):
    """A shop that is read from its public pages, with orders from the merchant API."""
    job.shop.add_product("CANECA", "Caneca", "39.90", 10)
    job.shop.add_product("TIGELA", "Tigela", "36.50", 8, special_price="30.00")
    job.shop.add_product(
        "CAM",
        "Camiseta",
        "79.90",
        0,
        variations=[
            {"sku": "CAM-P", "name": "Camiseta P", "price": "79.90", "stock": 4},
            {"sku": "CAM-M", "name": "Camiseta M", "price": "89.90", "stock": 6},
        ],
    )
    return job.use("storefront")


@pytest.fixture
def woo(store):
    return store.use("woocommerce")


def patches(job):
    return [seen for seen in job.erp.requests if seen.method == "PATCH"]


def written(job):
    """What the ERP was asked to do; the sign-in goes on by itself."""
    return [r for r in job.erp.requests if r.method != "GET" and not r.path.startswith("/oauth")]


def drifts(job):
    return {drift.key: (drift.expected, drift.actual) for drift in job.state.drifts.all()}


# The storefront: choosing


def test_a_product_is_chosen_from_the_list_and_sent_with_the_stock_of_its_page(store):
    store.sync()
    (listed,) = store.state.products.of([store.state.products.keys_of_skus(["CANECA"])["CANECA"]])
    assert (listed.listed, listed.stock) == (True, None)

    store.choose("CANECA")
    report = store.sync()

    assert report.outcome == 0
    assert (store.erp.product("CANECA").price, store.erp.product("CANECA").stock) == (Decimal("39.90"), 10)


def test_a_chosen_product_with_variations_is_sent_by_each_of_them(store):
    store.sync()
    store.choose("CAM")
    report = store.sync()

    assert report.outcome == 0
    assert store.erp_skus() == ["CAM-M", "CAM-P"]
    assert [store.erp.product(sku).stock for sku in ("CAM-P", "CAM-M")] == [4, 6]
    assert store.status()["products"] == {"linked": 2, "unsent": 2, "waiting": 0, "failed": 0, "drift": 0}


def test_what_was_chosen_to_be_sent_at_once_is_sent_by_its_variations_too(store):
    store.sync()
    key = store.state.products.keys_of_skus(["CAM"])["CAM"]
    store.state.queue.add([key], store.clock())

    store.sync(only={key})

    assert store.erp_skus() == ["CAM-M", "CAM-P"]


def test_only_products_that_are_linked_or_chosen_are_looked_at_one_by_one(store):
    store.linked("CANECA")
    store.forget_calls()
    store.sync()

    pages = [seen.query["Produto"] for seen in store.shop.requests if seen.path.endswith("/dadosproduto")]
    assert pages == [[str(store.state.products.keys_of_skus(["CANECA"])["CANECA"])]]
    assert not [seen for seen in store.shop.requests if seen.path.endswith("/listagem")]


def test_prices_and_promotions_follow(store):
    store.linked("CANECA", "TIGELA")
    store.shop.change("CANECA", price="45.00")
    store.shop.change("TIGELA", special_price=0)
    store.sync()

    assert store.erp.product("CANECA").price == Decimal("45.00")
    assert store.erp.product("TIGELA").price == Decimal("36.50")


def test_a_product_that_was_chosen_and_does_not_show_is_held_and_sent_when_it_does(store):
    store.linked("TIGELA")
    store.choose("CANECA")
    store.shop.faults.add("500_before", "GET", "*/dadosproduto", times=5)
    store.sync()
    assert store.erp_skus() == ["TIGELA"]
    assert "has not shown its page" in store.failure("CANECA")["reason"]

    store.sync()

    assert store.erp.product("CANECA").stock == 10
    assert store.failures_of(Kind.PRODUCT) == {}


def test_a_linked_product_that_does_not_show_stays_as_it_was(store):
    store.linked("CANECA")
    store.choose("CAM")
    store.sync()
    store.shop.faults.add("500_before", "GET", "*/dadosproduto", times=5)
    report = store.sync()

    assert report.outcome == 0
    assert report.notes == ["1 product of the shop did not show this time: it stays as it was."]
    assert [product for product in store.state.products.all() if product.gone] == []


def test_a_product_that_is_deleted_in_the_shop_stays_in_the_erp(store):
    store.linked("CANECA", "TIGELA")
    store.shop.delete("CANECA")
    store.forget_calls()
    store.sync(minutes=24 * 60)

    assert [product.sku for product in store.state.products.all() if product.gone] == ["CANECA"]
    assert store.erp.product("CANECA").stock == 10
    assert written(store) == []


@pytest.mark.slow
def test_every_variation_is_chosen_also_where_they_fill_more_than_a_page(woo):
    number = woo.shop.add_product("FITA", "Fita", "2.00", 1)
    woo.sync()
    woo.choose("FITA")
    kinds = [{"sku": f"F{n}", "name": f"Fita {n}", "price": "2.00", "stock": 1} for n in range(130)]
    woo.shop.delete("FITA")
    woo.shop.add_product("FITA", "Fita", "2.00", 0, variations=kinds)
    woo.shop.products[-1]["id"] = number  # the same product, which has colours now
    woo.sync(minutes=24 * 60)

    assert len(woo.erp_skus()) == 130


# The storefront: old stock


def old_day(job):
    """Two days ago, as the shop writes it."""
    return written_by_shop(job.clock() - timedelta(days=2))


def cached(job):
    job.shop.switches.storefront_cache_seconds = 3600
    job.shop.switches.storefront_cache_key = "without_cachetype"
    return job


@pytest.mark.slow
def test_a_stock_from_before_a_sale_is_no_drift_and_nothing_is_written(store):
    cached(store.linked("CANECA"))
    store.sync()  # its page is kept from here on: 10
    store.shop.order([("CANECA", 3)])
    store.sync(minutes=10)
    assert store.erp.product("CANECA").stock == 7
    store.forget_calls()
    for _ in range(12):
        store.sync(minutes=10)

    assert store.erp.product("CANECA").stock == 7
    assert (drifts(store), patches(store)) == ({}, [])
    assert (
        store.state.links.get(store.state.products.keys_of_skus(["CANECA"])["CANECA"]).compare_after is None
    )


@pytest.mark.slow
@pytest.mark.parametrize("minutes", [15, 30])
def test_a_stock_that_differs_for_an_hour_is_a_drift(store, minutes):
    store.linked("CANECA")
    store.shop.change("CANECA", stock=25)
    seen = []
    for _ in range(90 // minutes):
        store.sync(minutes=minutes)
        seen.append(bool(drifts(store)))

    assert seen == [False] * (60 // minutes) + [True] * (30 // minutes)
    assert list(drifts(store).values()) == [(25, 10)]


def test_a_stock_is_written_only_when_it_has_differed_for_an_hour(store):
    store.linked("CANECA")
    store.erp.switches.stock_patch = "take"
    store.shop.change("CANECA", stock=25)
    store.sync(minutes=30)
    assert store.erp.product("CANECA").stock == 10

    store.sync(minutes=61)

    assert store.erp.product("CANECA").stock == 25
    assert drifts(store) == {}


def test_a_difference_that_changes_begins_anew(store):
    store.linked("CANECA")
    for stock in (25, 24, 23, 22):
        store.shop.change("CANECA", stock=stock)
        store.sync(minutes=40)

    assert drifts(store) == {}


def test_a_dry_run_lists_no_difference_that_may_be_an_old_page(store):
    store.linked("CANECA")
    store.shop.change("CANECA", stock=25)

    assert store.preview().uneven == []


def test_nothing_is_created_from_a_stock_that_may_not_count_the_latest_order(store):
    cached(store)
    store.sync()
    store.choose("CANECA")
    store.shop.order([("CANECA", 3)])  # the page of the product may be kept from before it
    report = store.sync(minutes=20)
    assert store.erp_skus() == []
    assert report.outcome == 6
    assert store.failure("CANECA")["reason"].startswith("it was ordered just now")

    store.sync(minutes=61)

    assert store.failures_of(Kind.PRODUCT) == {}
    assert store.erp.product("CANECA").stock == 7
    assert len(store.erp.sales) == 1


# The storefront without the merchant API


def test_without_the_merchant_api_products_go_on_and_the_way_to_the_orders_is_told(store):
    store.use("storefront", orders=False)
    store.shop.order([("CANECA", 1)])
    first = store.sync()
    store.choose("CANECA")
    second = store.sync()

    assert store.erp.product("CANECA").stock == 9
    assert (first.outcome, second.outcome) == (0, 0)
    assert first.warnings == [how_to_get_orders()]  # cron's mail, once a day
    assert (second.warnings, second.notes) == ([], [how_to_get_orders()])
    for word in ("developers@webstore.net.br", "URL Api", "token", "paths", "statuses", "pages", "requests"):
        assert word in how_to_get_orders()
    assert not [seen for seen in store.shop.requests if "/apidashboard" in seen.path]
    assert store.status()["shop"] == {"orders_readable": False}


def test_a_token_that_is_lost_stops_the_run_and_never_the_orders_alone(store):
    store.shop.order([("CANECA", 1)])
    store.sync()
    store.vault.update(shop_token="")

    with pytest.raises(ConfigError, match="auth --secrets"):
        store.sync()

    assert store.status()["shop"] == {"orders_readable": True}


def test_orders_that_are_known_wait_when_the_merchant_api_is_given_up(store):
    store.shop.order([("CANECA", 1)])
    store.sync()  # the order waits for a product that was not chosen
    store.choose("CANECA")
    store.use("storefront", orders=False)
    store.sync(minutes=61)

    assert store.erp.product("CANECA").stock == 10
    assert (len(store.erp.sales), store.status()["orders"]["waiting"]) == (0, 1)


@pytest.mark.slow
def test_orders_that_can_be_read_at_last_begin_then_and_older_ones_are_sent_when_asked_for(store):
    store.use("storefront", orders=False)
    store.sync()
    store.choose("CANECA")
    store.clock.move(days=75)
    old = store.shop.order([("CANECA", 1)])  # its merchant booked it by hand
    store.sync()
    store.use("storefront")
    first = store.sync()
    new = store.shop.order([("CANECA", 2)])
    second = store.sync()

    assert "sync --since" in first.warnings[0]
    assert second.warnings == []
    assert (store.sales_of(old), len(store.sales_of(new))) == ([], 1)
    assert store.status()["shop"] == {"orders_readable": True}

    waiting = store.shop.order([("TIGELA", 1)], created=old_day(store), updated=store.shop.now())
    store.sync(back_to=store.clock() - timedelta(days=90))
    assert len(store.sales_of(old)) == 1
    assert store.failure(str(waiting))["group"] == "waiting"

    store.choose("TIGELA")
    store.sync()

    assert len(store.sales_of(waiting)) == 1


@pytest.mark.slow
def test_that_orders_begin_is_told_in_the_first_run_that_can_say_it(store):
    store.use("storefront", orders=False)
    store.sync()
    store.choose("CANECA")
    store.sync()
    store.use("storefront")
    store.vault.update(shop_token="wrong")
    booked_by_hand = store.shop.order([("CANECA", 1)])
    with pytest.raises(NoAccess):
        store.sync(minutes=24 * 60)
    store.vault.update(shop_token=store.sandbox.shop_token)
    store.erp.faults.random(1.0, 1, ["500_before"])
    with pytest.raises(Unavailable):
        store.sync(minutes=24 * 60)
    store.erp.faults.clear()

    report = store.sync()

    assert "sync --since" in report.warnings[0]
    assert store.sync().warnings == []
    assert store.sales_of(booked_by_hand) == []


@pytest.mark.slow
def test_an_order_in_doubt_is_settled_whatever_day_it_is_of(store):
    store.linked("CANECA")
    store.erp.faults.add("drop_before", "POST", "/v1/venda", times=1)
    order = store.shop.order([("CANECA", 1)])
    store.sync()
    assert store.failure(str(order))["group"] == "in_doubt"
    store.use("storefront", orders=False)
    store.sync(minutes=24 * 60)
    store.use("storefront")
    for _ in range(3):
        store.sync(minutes=61)

    assert len(store.sales_of(order)) == 1
    assert store.failures_of(Kind.SALE) == {}


def test_orders_that_stop_answering_half_way_are_read_again_from_where_they_were(store):
    """The shop tells the newest first, and breaks off behind a page of them."""
    store.linked("CANECA")
    store.shop.switches.page_cap = 2
    paid = store.shop.order([("CANECA", 1)])
    store.clock.move(days=3)
    for _ in range(4):
        store.shop.order([("CANECA", 1)], "pending")
    store.shop.orders.reverse()
    faults, asked = store.shop.faults, []

    class AfterOnePage:
        def pick(self, _method, path):
            asked.extend([path] if path.endswith("order/list") else [])
            return "500_before" if path.endswith("order/list") and len(asked) > 1 else None

    store.shop.faults = AfterOnePage()
    with pytest.raises(Unavailable):
        store.sync()
    store.shop.faults = faults
    store.sync()

    assert len(store.sales_of(paid)) == 1


def test_orders_that_do_not_answer_stop_no_price(store):
    store.linked("CANECA", "TIGELA")
    store.shop.faults.random(1.0, 1, ["500_before"], path="/apidashboard/*")
    store.shop.change("CANECA", price="45.00")
    store.shop.order([("CANECA", 1)])
    with pytest.raises(Unavailable):
        store.sync()

    assert store.erp.product("CANECA").price == 45
    assert store.erp.product("CANECA").stock == 10

    store.shop.faults.clear()
    store.sync()
    assert store.erp.product("CANECA").stock == 9


def test_a_pass_that_could_not_read_everything_forgets_nothing_that_stands(store):
    store.sync()
    store.choose("CANECA")
    store.erp.faults.add("400", "POST", "/v1/produtos")
    store.sync()
    before = store.failure("CANECA")
    store.shop.switches.storefront_blocked = True
    with pytest.raises(Unavailable):
        store.sync()

    assert store.failure("CANECA") == before


@pytest.mark.slow
def test_prices_that_are_shown_no_more_hold_each_product_and_stop_no_order(store):
    for number in range(25):
        store.shop.add_product(f"P{number}", f"Produto {number}", "10.00", 5)
    store.linked(*(f"P{number}" for number in range(25)))
    store.shop.switches.storefront_prices = "null"
    order = store.shop.order([("P1", 1)])
    report = store.sync()

    assert report.outcome == 6
    assert len(store.sales_of(order)) == 1
    assert len(store.failures_of(Kind.PRODUCT)) == 25


@pytest.mark.slow
def test_a_product_that_is_sold_all_day_is_created_all_the_same(store):
    store.sync()
    store.choose("TIGELA")
    hours = 0.0
    while "TIGELA" not in store.erp_skus():
        store.shop.order([("TIGELA", 1)])
        store.sync()
        hours += 0.5

    assert 6 <= hours <= 7


def test_an_order_that_goes_on_days_after_its_payment_keeps_no_product_back(store):
    store.sync()
    order = store.shop.order([("CANECA", 1)])
    store.clock.move(days=2)
    kept = next(each for each in store.shop.orders if each["id"] == order)
    kept.update(status="shipped", updated=store.shop.now())
    store.choose("CANECA")
    store.sync(minutes=1)

    assert store.erp.product("CANECA").stock == 9


def test_a_payment_of_which_the_shop_tells_the_day_alone_keeps_a_product_back(store):
    cached(store)
    store.sync()
    store.choose("CANECA")
    store.shop.order([("CANECA", 4)], paid_at=store.shop.now()[:10] + " 00:00:00")
    store.sync(minutes=20)
    assert store.erp_skus() == []

    store.sync(minutes=61)
    assert store.erp.product("CANECA").stock == 6


def test_an_order_that_the_shop_refuses_to_show_stops_no_other(woo):
    woo.shop.switches.takes_stock_at = "on_hold"
    woo.linked("CANECA")
    gone = woo.shop.order([("CANECA", 3)], "pending", payment_method="boleto")
    woo.sync()
    woo.shop.orders[:] = [each for each in woo.shop.orders if each["id"] != gone]
    woo.shop.faults.random(1.0, 1, ["401"], path=f"/wp-json/wc/v3/orders/{gone}")
    order = woo.shop.order([("CANECA", 1)])
    woo.sync(minutes=24 * 60)

    assert len(woo.sales_of(order)) == 1


def test_a_home_that_never_had_a_token_goes_on_without_one(store):
    store.set(shop__api_url=store.sandbox.shop_url, shop__catalogue="")
    store.vault.update(shop_token="")
    store.state.notes.set("orders_readable", "")
    store.sync()
    store.choose("CANECA")

    assert store.sync().outcome == 0
    assert store.erp_skus() == ["CANECA"]


def test_older_orders_that_are_asked_for_in_the_first_run_that_can_read_any_are_not_forgotten(store):
    store.use("storefront", orders=False)
    store.sync()
    store.clock.move(days=10)
    old = store.shop.order([("TIGELA", 1)])
    store.clock.move(days=1)
    store.use("storefront")
    store.sync(back_to=store.clock() - timedelta(days=5))
    store.choose("TIGELA")
    store.sync()

    assert len(store.sales_of(old)) == 1


@pytest.mark.slow
def test_pages_that_do_not_answer_stop_no_order(store):
    store.linked("CANECA", "TIGELA")
    store.shop.switches.storefront_blocked = True
    order = store.shop.order([("CANECA", 2)])
    store.shop.change("TIGELA", special_price="99.00")
    store.forget_calls()
    with pytest.raises(Unavailable):
        store.sync(minutes=24 * 60)

    assert len(store.sales_of(order)) == 1
    assert [product for product in store.state.products.all() if product.gone] == []
    assert patches(store) == []

    store.shop.switches.storefront_blocked = False
    store.sync()
    assert store.erp.product("TIGELA").price == 99


@pytest.mark.slow
def test_products_that_the_shop_deleted_are_asked_for_once_a_day_and_stop_nothing(store):
    for number in range(4):
        store.shop.add_product(f"P{number}", f"Produto {number}", "10.00", 5)
    store.linked("P0", "P1", "P2", "P3", "CANECA")
    for number in range(4):
        store.shop.delete(f"P{number}")
    order = store.shop.order([("CANECA", 1)])
    store.sync()
    assert len(store.sales_of(order)) == 1

    store.sync(minutes=24 * 60)
    store.forget_calls()
    store.sync()

    pages = [seen for seen in store.shop.requests if seen.path.endswith("/dadosproduto")]
    assert len(pages) == 1


@pytest.mark.slow
def test_a_drift_of_a_product_that_sells_is_listed_all_the_same(store):
    store.linked("CANECA")
    store.shop.change("CANECA", stock=100)
    seen = []
    for _ in range(6):
        store.shop.order([("CANECA", 1)])
        for _half_hour in range(4):
            store.sync()
            seen += drifts(store).values()

    assert {expected - actual for expected, actual in seen} == {90}


def test_an_order_of_a_variation_that_nobody_chose_says_how_to_find_its_product(store):
    order = store.shop.order([("CAM-P", 1)])
    store.sync()

    assert "if CAM-P is a variation, send its product" in store.failure(str(order))["next_step"]


# From one kind to another


@pytest.mark.slow
def test_a_shop_that_is_read_in_another_way_keeps_its_links(store):
    store.use("merchant")
    store.linked("CANECA", "CAM-P", "CAM-M")
    store.forget_calls()
    for kind in ("storefront", "woocommerce", "merchant"):
        store.use(kind)
        report = store.sync(minutes=24 * 60)
        assert report.outcome == 0
        assert store.status()["products"]["linked"] == 3
    assert written(store) == []
    assert [product for product in store.state.products.all() if product.gone and not product.listed] == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["storefront", "woocommerce"])
def test_a_whole_catalogue_and_its_orders_go_over_once(job, kind):
    job.shop.switches.takes_stock_at = "on_hold" if kind == "woocommerce" else "payment"
    fill(job.shop)
    job.use(kind)
    job.sync()
    chosen = [product.key for product in job.state.products.unsent()]
    job.state.queue.add(chosen, job.clock())
    for _ in range(3):
        report = job.sync(minutes=61)

    assert report.outcome == 0
    assert not len(report.plan)
    assert len(job.erp_skus()) == 40
    assert len(job.erp.sales) == 8
    for unit in (unit for product in job.shop.products for unit in product["variations"] or [product]):
        twin = job.erp.product(unit["sku"])
        on_hold = kind == "woocommerce" and unit["sku"] == "CAM-LIS-G"  # one, in a boleto that is not paid
        assert twin.stock == unit["quantity"] + on_hold
        assert twin.price == (unit["special_price"] or unit["price"])


# WooCommerce


@pytest.mark.parametrize("version", ["8.2.2", "9.9.5", "11.0.1"])
def test_every_version_sells_and_is_followed_alike(woo, version):
    woo.shop.switches.woo_version = version
    woo.shop.change("CANECA", name="Caneca & pires")  # told as `&amp;`
    woo.linked("CANECA", "CAM-P")
    order = woo.shop.order([("CANECA", 2), ("CAM-P", 1)], shipping="15.00", discount="4.80")
    woo.shop.change("CAM-M", price="95.00")
    woo.sync()
    woo.shop.change("CAM-P", price="81.00")  # which moves its product's time in the older ones alone
    woo.sync()

    (sale,) = woo.sales_of(order)
    assert sale.totals.net == Decimal("169.90")
    assert woo.erp.people[sale.person_id].document == "52998224725"
    assert woo.erp.product("CANECA").name == "Caneca & pires"
    assert (woo.erp.product("CAM-P").price, woo.erp.product("CAM-P").stock) == (Decimal("81.00"), 3)
    assert woo.state.items.failures() == {}


@pytest.mark.slow
def test_an_order_is_one_sale_however_far_it_goes(woo):
    woo.linked("CANECA")
    order = woo.shop.order([("CANECA", 2)], shipping="15.00", discount="4.80")
    woo.sync()
    for status in ("invoiced", "shipped", "delivered"):
        kept = next(each for each in woo.shop.orders if each["id"] == order)
        kept.update(status=status, updated=woo.shop.now())
        woo.sync()

    (sale,) = woo.sales_of(order)
    assert sale.totals.net == Decimal("90.00")
    assert woo.failures_of(Kind.SALE) == {}


def test_an_order_of_which_a_part_was_given_back_is_held_with_the_amount(woo):
    woo.linked("CANECA")
    order = woo.shop.order([("CANECA", 2)])
    woo.shop.refund_part(order, "39.90", "um a menos")
    woo.sync()

    assert woo.sales_of(order) == []
    failure = woo.failure(str(order))
    assert (failure["group"], failure["reason"]) == (
        "held",
        "R$ 39,90 of its R$ 79,80 was given back in the shop",
    )
    assert f"contaazul-sync ignore {order}" in failure["next_step"]


@pytest.mark.slow
def test_a_part_that_is_given_back_after_the_sale_asks_for_attention(woo):
    woo.linked("CANECA")
    order = woo.shop.order([("CANECA", 2)])
    woo.sync()
    woo.shop.refund_part(order, "39.90", "um a menos")
    woo.sync()

    assert len(woo.sales_of(order)) == 1
    assert woo.failure(str(order))["group"] == "attention"


def test_a_status_of_the_shops_own_is_held_until_somebody_says_that_it_means_paid(woo):
    woo.linked("CANECA")
    order = woo.shop.order([("CANECA", 1)])
    kept = next(each for each in woo.shop.orders if each["id"] == order)
    kept["status"] = "separacao"
    woo.sync()
    failure = woo.failure(str(order))
    assert (failure["reason"], woo.sales_of(order)) == ("the shop's status 'separacao' is not known", [])
    assert "[shop] paid_statuses" in failure["next_step"]

    woo.set(shop__paid_statuses="processing,completed,separacao")
    woo.sync()

    assert len(woo.sales_of(order)) == 1
    assert woo.failures_of(Kind.SALE) == {}


@pytest.mark.parametrize("sku_of_deleted", ["told", "null"])
def test_a_product_that_is_renamed_or_deleted_after_the_sale_changes_no_order(woo, sku_of_deleted):
    woo.shop.switches.woo_sku_of_deleted = sku_of_deleted
    woo.linked("CANECA", "TIGELA", "CAM-P")
    woo.shop.order([("CANECA", 1), ("TIGELA", 1), ("CAM-P", 1)])
    woo.sync()
    woo.shop.change("TIGELA")
    woo.shop.unit("TIGELA")["sku"] = "TIGELA-2"
    woo.shop.delete("CANECA")
    woo.shop.delete("CAM-P")
    woo.sync(minutes=24 * 60)

    assert woo.failures_of(Kind.SALE) == {}
    assert len(woo.erp.sales) == 1


def test_an_order_that_waits_keeps_the_skus_that_were_ordered(woo):
    woo.shop.switches.woo_sku_of_deleted = "null"
    woo.linked("CANECA")
    woo.erp.add_product("CAM", "Camiseta avulsa", "10.00", 50)  # the SKU of the variation's own product
    order = woo.shop.order([("CANECA", 1), ("CAM-P", 2)])
    woo.sync()  # it waits for CAM-P
    woo.shop.delete("CAM-P")
    woo.sync(minutes=24 * 60)

    assert woo.sales_of(order) == []
    assert woo.failure(str(order))["reason"] == "not in the ERP yet: CAM-P"
    assert woo.erp.product("CAM").stock == 50


def test_a_line_whose_variation_was_gone_from_the_first_is_held(woo):
    woo.shop.switches.woo_sku_of_deleted = "null"
    woo.linked("CAM-M")
    woo.erp.add_product("CAM", "Camiseta avulsa", "10.00", 50)
    order = woo.shop.order([("CAM-P", 2)])
    woo.shop.delete("CAM-P")
    woo.sync()

    assert woo.sales_of(order) == []
    assert woo.failure(str(order))["reason"] == "an item has no SKU, so its product is not known"


def test_a_sku_that_the_merchant_corrects_is_the_one_that_is_sold(woo):
    woo.shop.add_product("X", "Primeiro", "5.00", 20)
    woo.shop.add_product("X", "Segundo", "6.00", 20)
    woo.sync()
    order = woo.shop.order([("CANECA", 1)])
    line = next(each for each in woo.shop.orders if each["id"] == order)["items"][0]
    second = woo.shop.products[-1]
    line["sku"], woo.shop.sold_as["X"] = "X", (second["id"], 0)
    woo.sync()
    assert woo.failure(str(order))["group"] in ("held", "waiting")
    second["sku"] = "Y"
    woo.shop.change("Y")
    line["sku"], woo.shop.sold_as["Y"] = "Y", (second["id"], 0)
    woo.sync()
    woo.choose("X", "Y")
    woo.sync()

    assert (woo.erp.product("X").stock, woo.erp.product("Y").stock) == (20, 20)
    assert len(woo.sales_of(order)) == 1


def test_an_order_on_hold_that_is_deleted_holds_no_stock_any_more(woo):
    woo.shop.switches.takes_stock_at = "on_hold"
    woo.linked("CANECA", "TIGELA")
    woo.shop.order([("TIGELA", 1)])  # the shop shows another that is known
    order = woo.shop.order([("CANECA", 3)], "pending", payment_method="boleto")
    woo.sync()
    woo.shop.cancel(order)  # its units go back, and then it is emptied from the bin
    woo.shop.orders[:] = [each for each in woo.shop.orders if each["id"] != order]
    woo.sync(minutes=24 * 60)
    woo.sync(minutes=61)

    assert drifts(woo) == {}
    assert woo.erp.product("CANECA").stock == 10


def test_a_null_for_a_day_of_payment_is_none(woo):
    woo.linked("CANECA")
    order = woo.shop.order([("CANECA", 1)], paid_at="0001-01-01 00:00:00")
    woo.sync()

    assert woo.sales_of(order) == []


@pytest.mark.slow
def test_a_boleto_on_hold_and_a_cart_that_was_left_are_told_apart_in_the_stock(woo):
    woo.shop.switches.takes_stock_at = "on_hold"
    woo.sync()
    boleto = woo.shop.order([("CANECA", 3)], "pending", payment_method="boleto")
    woo.shop.order([("CANECA", 2)], "pending")  # a Pix that nobody paid: WooCommerce takes nothing for it
    woo.choose("CANECA")
    woo.sync()
    assert woo.erp.product("CANECA").stock == 10  # the shop has 7, and the 3 of the boleto are to be sold

    woo.shop.pay(boleto)
    woo.sync()
    woo.sync(minutes=24 * 60)

    assert (woo.erp.product("CANECA").stock, woo.shop.unit("CANECA")["quantity"]) == (7, 7)
    assert drifts(woo) == {}


def test_a_status_of_a_plugin_without_a_day_of_payment_is_told_and_what_the_merchant_says_of_it_counts(woo):
    woo.linked("CANECA")
    first = woo.shop.order([("CANECA", 1)], "pending")
    second = woo.shop.order([("CANECA", 1)], "pending")
    for order, status in ((first, "separacao"), (second, "aguardando")):
        next(each for each in woo.shop.orders if each["id"] == order)["status"] = status
    woo.sync()
    assert woo.failures_of(Kind.SALE) == {str(first): "held", str(second): "held"}

    woo.set(shop__paid_statuses="processing,completed,separacao", shop__unpaid_statuses="aguardando")
    woo.sync()

    assert (len(woo.sales_of(first)), woo.sales_of(second)) == (1, [])
    assert woo.failures_of(Kind.SALE) == {}


def test_a_product_without_a_stock_of_its_own_is_sent_and_never_compared(woo):
    number = woo.shop.add_product("LIVRE", "Sob medida", "10.00", 0)
    woo.shop.unmanaged.add(number)
    woo.linked("LIVRE")
    woo.shop.change("LIVRE", price="12.00")
    woo.forget_calls()
    woo.sync(minutes=24 * 60)

    assert woo.erp.product("LIVRE").price == Decimal("12.00")
    assert drifts(woo) == {}
    assert not [seen for seen in woo.erp.requests if "estoque" in json.dumps(seen.body, default=str)]


def test_a_product_whose_stock_is_kept_no_more_drifts_no_more(woo):
    woo.linked("CANECA")
    woo.shop.change("CANECA", stock=25)
    woo.sync()
    assert list(drifts(woo).values()) == [(25, 10)]

    woo.shop.unmanaged.add(int(woo.state.products.keys_of_skus(["CANECA"])["CANECA"]))
    woo.shop.change("CANECA")
    woo.sync()

    assert drifts(woo) == {}


@pytest.mark.slow
def test_a_paid_boleto_of_last_week_becomes_a_sale_of_the_day_of_its_payment(woo):
    woo.linked("CANECA")
    order = woo.shop.order([("CANECA", 1)], "pending", payment_method="boleto")
    woo.sync()
    assert woo.sales_of(order) == []
    woo.clock.move(days=9)
    woo.shop.pay(order)
    woo.sync()

    (sale,) = woo.sales_of(order)
    assert sale.date == (woo.clock() - timedelta(minutes=30, hours=3)).date().isoformat()


def test_the_keys_of_linked_products_say_which_variations_matter(woo):
    woo.shop.switches.woo_variation_touches_parent = False
    woo.linked("CAM-P", "CANECA")
    woo.shop.change("CAM-P", price="85.00")
    woo.forget_calls()
    woo.sync()

    assert woo.erp.product("CAM-P").price == decimal("85.00")
    parent = ShopKey(woo.state.products.keys_of_skus(["CAM-P"])["CAM-P"].partition(":")[0])
    asked = [seen.path for seen in woo.shop.requests if seen.path.endswith("/variations")]
    assert f"/wp-json/wc/v3/products/{parent}/variations" in asked


# Looking at both sides, and a lost state


def compare(job):
    return job._with_parts(reconcile)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["storefront", "woocommerce"])
def test_both_sides_are_compared_whichever_kind_it_is(store, kind):
    store.use(kind)
    store.linked("CANECA", "TIGELA")
    store.shop.order([("CANECA", 1)])
    store.sync()
    store.clock.move(hours=2)

    assert compare(store).agrees
    store.erp.product("TIGELA").price = Decimal("1.00")
    assert [(each.name, each.code) for each in compare(store).products] == [("TIGELA", "price")]


def test_a_stock_that_may_be_from_before_an_order_is_no_difference_and_any_other_is(store):
    cached(store.linked("CANECA", "TIGELA"))
    store.sync()
    store.shop.order([("CANECA", 3)])
    store.sync(minutes=5)
    store.erp.set_stock("TIGELA", 3)

    assert [(each.name, each.code) for each in compare(store).products] == [("TIGELA", "stock")]


def test_an_older_order_that_was_sent_on_purpose_is_no_sale_without_an_order(store):
    store.set(orders__since=store.clock().date())
    old = store.shop.order([("CANECA", 1)], created="2026-11-10 10:00:00")
    store.linked("CANECA")
    store.set(orders__since=date(2026, 11, 1))
    store.sync()
    assert len(store.sales_of(old)) == 1
    store.set(orders__since=store.clock().date())
    store.clock.move(hours=2)

    assert compare(store).orders == []


def test_without_the_merchant_api_products_are_compared_and_no_sale_is_called_strange(store):
    store.linked("CANECA")
    store.shop.order([("CANECA", 1)])
    store.sync()
    store.use("storefront", orders=False)
    store.clock.move(hours=2)
    result = compare(store)

    assert (result.agrees, result.reads_orders, result.compared) == (True, False, 1)
    assert as_json(result)["shop"] == {"orders_readable": False}


def test_pages_that_do_not_answer_are_no_rebuild_and_no_comparison(store):
    store.linked("CANECA")
    store.shop.switches.storefront_blocked = True
    for work in (reconcile, rebuild):
        with pytest.raises(Unavailable):
            store._with_parts(work)


@pytest.mark.slow
def test_a_lost_state_of_a_storefront_is_rebuilt_and_creates_nothing_twice(store):
    store.sync()
    store.choose("CANECA", "CAM")
    store.sync()
    order = store.shop.order([("CANECA", 1), ("CAM-P", 1)])
    store.sync()
    store.state.close()
    store.settings.state_file.unlink()
    store.state = State.open(store.settings.state_file)
    found = store._with_parts(rebuild)
    assert (found.links, found.adopted.count, found.unsold) == (1, 1, 0)

    store.choose("CAM")
    store.forget_calls()
    store.sync(minutes=61)

    assert store.erp_skus() == ["CAM-M", "CAM-P", "CANECA"]
    assert len(store.sales_of(order)) == 1
    assert not store.calls("POST", "/v1/produtos")
    assert store.status()["products"]["linked"] == 3
