"""The situations that a merchant reads about, each from the shop to the ERP over HTTP."""

from decimal import Decimal

import pytest

from contaazul_sync.core.plan.orders import as_seen

pytestmark = pytest.mark.line("memory")


def test_a_new_product_is_not_sent_by_itself_and_is_shown_as_not_sent(job):
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 5)

    report = job.sync()

    assert report.outcome == 0
    assert job.erp.products == {}
    assert job.status()["products"]["unsent"] == 1


def test_a_chosen_product_is_created_by_the_next_pass_with_its_price_and_stock(job):
    job.shop.add_product(
        "CAM-1", "Camiseta", 79.90, 5, ean="7891234567895", description="<p>Malha <b>fina</b></p>"
    )
    job.sync()
    job.choose("CAM-1")
    assert job.status()["products"]["waiting"] == 1

    report = job.sync()

    created = job.erp.product("CAM-1")
    assert (created.name, created.price, created.stock) == ("Camiseta", Decimal("79.90"), 5)
    assert (created.ean, created.description) == ("7891234567895", "Malha fina")
    assert report.counts == {"created": 1, "updated": 0, "failed": 0}
    assert job.status()["products"] == {"linked": 1, "unsent": 0, "waiting": 0, "failed": 0, "drift": 0}


def test_only_what_was_chosen_goes_when_it_is_to_go_at_once(job):
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 5)
    job.shop.add_product("CAM-2", "Camisa", 99.90, 5)
    order = job.shop.order([("CAM-1", 1)])
    job.sync()
    job.choose("CAM-1", "CAM-2")
    key = job.state.products.keys_of_skus(["CAM-1"])["CAM-1"]

    job.sync(only={key})

    assert job.erp_skus() == ["CAM-1"]
    assert not job.sales_of(order)
    assert job.status()["products"]["waiting"] == 1


def test_a_variation_is_a_product_of_its_own(job):
    job.shop.add_product(
        "CAM", "Camiseta", 79.90, 0, variations=[
            {"sku": "CAM-P", "name": "Camiseta P", "price": 79.90, "quantity": 3},
            {"sku": "CAM-G", "name": "Camiseta G", "price": 89.90, "quantity": 4},
        ],
    )  # fmt: skip

    job.linked("CAM-P", "CAM-G")

    assert job.erp_skus() == ["CAM-G", "CAM-P"]
    assert job.erp.product("CAM-G").price == Decimal("89.90")


def test_a_changed_price_is_carried_to_the_erp(linked):
    job = linked("CAM-1", "Camiseta", 79.90, 5)
    job.shop.change("CAM-1", price=84.90)

    report = job.sync()

    assert job.erp.product("CAM-1").price == Decimal("84.90")
    assert report.counts["updated"] == 1


def test_the_promotional_price_is_sent_while_there_is_one(job):
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 5, 59.90)
    job.linked("CAM-1")
    assert job.erp.product("CAM-1").price == Decimal("59.90")
    job.shop.change("CAM-1", special_price=0)

    job.sync()

    assert job.erp.product("CAM-1").price == Decimal("79.90")


def test_the_regular_price_is_sent_where_the_merchant_says_so(job):
    job.set(prices__source="regular")
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 5, 59.90)

    job.linked("CAM-1")

    assert job.erp.product("CAM-1").price == Decimal("79.90")


def test_a_percentage_raises_the_prices_from_the_shops_own_price(job):
    job.shop.add_product("CAM-1", "Camiseta", 79.95, 5)
    job.shop.add_product("CAM-2", "Camisa", 10.05, 5)
    job.linked("CAM-1", "CAM-2")
    job.set(prices__adjustment_percent=Decimal("10"))
    assert {c.reason for c in job.preview().plan.prices} == {"the percentage changed"}
    job.sync()
    assert job.erp.product("CAM-1").price == Decimal("87.95")  # 87.945, half up
    assert job.erp.product("CAM-2").price == Decimal("11.06")  # 11.055, half up

    job.set(prices__adjustment_percent=Decimal("-50"))
    job.sync()

    assert job.erp.product("CAM-1").price == Decimal("39.98")  # from 79.95, never from 87.95
    assert job.sync().counts["updated"] == 0


def test_a_percentage_never_touches_the_items_of_an_order(job):
    job.set(prices__adjustment_percent=Decimal("10"))
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 5)
    job.linked("CAM-1")
    order = job.shop.order([("CAM-1", 2)])

    job.sync()

    (sale,) = job.sales_of(order)
    assert sale.items[0].price == Decimal("79.90")


def test_a_changed_stock_that_the_erp_takes_is_written_and_read_back(job):
    job.erp.switches.stock_patch = "take"
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 5)
    job.linked("CAM-1")
    job.shop.change("CAM-1", stock=9)

    report = job.sync()

    assert job.erp.product("CAM-1").stock == 9
    assert report.counts["updated"] == 1
    assert job.status()["products"]["drift"] == 0


def test_a_changed_stock_that_the_erp_ignores_is_shown_as_drift_with_both_numbers(job):
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 5)
    job.shop.add_product("CAM-2", "Camisa", 79.90, 5)
    job.linked("CAM-1", "CAM-2")
    job.shop.change("CAM-1", stock=9)
    job.shop.change("CAM-2", stock=1)

    report = job.sync()

    assert report.outcome == 0
    assert {(d.expected, d.actual) for d in job.state.drifts.all()} == {(9, 5), (1, 5)}
    writes = [r for r in job.erp.requests if r.method == "PATCH" and "estoque" in (r.body or {})]
    assert len(writes) == 1  # one product was tried; the others were not


def test_an_account_that_takes_no_stock_is_not_tried_again_for_thirty_days(linked):
    job = linked("CAM-1", "Camiseta", 79.90, 5)
    job.shop.change("CAM-1", stock=9)
    job.sync()
    job.erp.switches.stock_patch = "take"
    job.sync()
    assert job.status()["products"]["drift"] == 1

    job.clock.move(days=31)
    job.sync()

    assert job.erp.product("CAM-1").stock == 9
    assert job.status()["products"]["drift"] == 0


@pytest.mark.parametrize("switch", ["ignore", "take"])
def test_a_price_that_moves_with_the_stock_is_put_right_at_once(job, switch):
    job.erp.switches.stock_patch = switch
    job.erp.switches.stock_patch_moves_price = True
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 5)
    job.linked("CAM-1")
    job.shop.change("CAM-1", stock=9)

    job.sync()

    assert job.erp.product("CAM-1").price == Decimal("79.90")
    assert job.state.notes.get("stock_writes") == "no"


def test_a_refused_stock_is_a_drift(job):
    job.erp.switches.stock_patch = "refuse"
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 5)
    job.linked("CAM-1")
    job.shop.change("CAM-1", stock=9)

    report = job.sync()

    assert report.outcome == 0
    assert job.status()["products"]["drift"] == 1


def test_a_drift_that_a_person_sets_right_in_the_erp_goes_away(linked):
    job = linked("CAM-1", "Camiseta", 79.90, 5)
    job.shop.change("CAM-1", stock=9)
    job.sync()
    job.erp.set_stock("CAM-1", 9)

    job.sync()

    assert job.status()["products"]["drift"] == 0


def test_a_sale_lowers_the_erps_balance_and_is_no_drift(linked):
    job = linked("CAM-1", "Camiseta", 79.90, 5)
    job.shop.order([("CAM-1", 2)])
    job.sync()
    assert job.erp.product("CAM-1").stock == 3

    job.sync(minutes=61)

    assert job.status()["products"]["drift"] == 0
    assert not [r for r in job.erp.requests if r.method == "PATCH"]


def test_a_restock_of_a_product_that_was_just_sold_is_seen_after_the_grace(linked):
    job = linked("CAM-1", "Camiseta", 79.90, 5)
    job.shop.order([("CAM-1", 2)])
    job.shop.change("CAM-1", stock=13)
    job.sync()
    assert job.status()["products"]["drift"] == 0

    job.sync(minutes=61)

    (drift,) = job.state.drifts.all()
    assert (drift.actual, drift.expected) == (3, 13)


def test_the_opening_balance_counts_the_units_of_orders_that_will_become_sales(job):
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 5)
    order = job.shop.order([("CAM-1", 2)])  # the shop's stock is 3 now

    job.linked("CAM-1")

    assert job.sales_of(order)
    assert job.erp.product("CAM-1").stock == 3  # created with 5, and 2 of them sold


def test_the_opening_balance_counts_unpaid_orders_where_the_shop_takes_its_stock_at_the_order(job):
    job.set(stock__shop_takes_stock_at="order")
    job.shop.switches.takes_stock_at = "order"
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 5)
    order = job.shop.order([("CAM-1", 2)], status="pending")

    job.linked("CAM-1")
    assert job.erp.product("CAM-1").stock == 5
    job.shop.pay(order)
    job.sync()

    assert job.erp.product("CAM-1").stock == 3


def test_sales_booked_as_in_progress_count_as_not_sold_yet(job):
    job.set(orders__sale_status="EM_ANDAMENTO")
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 5)
    job.linked("CAM-1")
    order = job.shop.order([("CAM-1", 2)])
    job.sync()
    job.sync(minutes=61)
    (sale,) = job.sales_of(order)
    assert sale.situacao == "EM_ANDAMENTO"
    assert job.status()["products"]["drift"] == 0  # the ERP has 5, the shop 3, and 2 are not sold yet


def test_what_is_not_sold_yet_counts_once_though_its_order_changes(job):
    job.erp.switches.stock_patch = "take"
    job.set(orders__sale_status="EM_ANDAMENTO")
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 5)
    job.linked("CAM-1")
    order = job.shop.order([("CAM-1", 2)])
    job.sync()
    job.clock.move(minutes=61)
    changed = next(each for each in job.shop.orders if each["id"] == order)
    changed.update(updated=job.shop.now(), total="164.80", total_paid="164.80")

    job.sync()
    job.sync(minutes=24 * 60)

    assert job.erp.product("CAM-1").stock == 5


def test_a_product_deleted_in_the_shop_stays_in_the_erp_untouched(job):
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 5)
    job.shop.add_product("CAM-2", "Camisa", 79.90, 5)
    job.linked("CAM-1", "CAM-2")
    before = job.erp.product("CAM-1").version
    job.shop.delete("CAM-1")
    job.forget_calls()

    job.sync(minutes=24 * 60)
    assert job.state.products.count()["gone"] == 0  # a listing may leave one out
    job.sync(minutes=24 * 60)

    assert job.erp.product("CAM-1").version == before
    assert job.state.products.count()["gone"] == 1
    assert not [r for r in job.erp.requests if r.method != "GET" and r.path.startswith("/v1")]


def test_a_product_deleted_in_the_erp_is_parked_and_not_created_again_by_itself(linked):
    job = linked("CAM-1", "Camiseta", 79.90, 5)
    job.erp.delete_product("CAM-1")
    job.shop.change("CAM-1", price=10)

    assert job.sync().outcome == 6
    assert job.sync().outcome == 6

    assert job.erp.products == {}
    assert "deleted in the ERP" in job.failure("CAM-1")["reason"]
    assert "send-products CAM-1" in job.failure("CAM-1")["next_step"]


def test_a_product_deleted_in_the_erp_is_created_again_when_it_is_chosen_again(linked):
    job = linked("CAM-1", "Camiseta", 79.90, 5)
    job.erp.delete_product("CAM-1")
    job.shop.change("CAM-1", price=10)
    job.sync()
    job.choose("CAM-1")

    report = job.sync()

    assert report.outcome == 0
    assert job.erp_skus() == ["CAM-1"]


@pytest.mark.parametrize("status", ["confirmed", "invoiced", "shipped", "delivered"])
def test_an_order_with_approved_payment_becomes_a_sale(linked, status):
    job = linked("CAM-1", "Camiseta", 79.90, 5)
    order = job.shop.order([("CAM-1", 2)], status=status, shipping=15, discount=4.80)

    report = job.sync()

    (sale,) = job.sales_of(order)
    assert sale.situacao == "APROVADO"
    assert (sale.totals.gross, sale.totals.freight, sale.totals.discount, sale.totals.net) == (
        Decimal("159.80"), Decimal("15.00"), Decimal("4.80"), Decimal("170.00"),
    )  # fmt: skip
    assert sale.nsu == str(order)
    assert report.counts["created"] == 1
    assert job.status()["orders"]["sent"] == 1


@pytest.mark.parametrize("status", ["pending", "canceled", "refunded"])
def test_an_order_without_approved_payment_does_not(linked, status):
    job = linked("CAM-1", "Camiseta", 79.90, 5)
    job.shop.order([("CAM-1", 2)], status=status)

    report = job.sync()

    assert report.outcome == 0
    assert job.erp.sales == {}


@pytest.mark.slow
def test_an_order_approved_days_after_it_was_made_is_found(linked):
    job = linked("CAM-1", "Camiseta", 79.90, 5)
    order = job.shop.order([("CAM-1", 1)], status="pending")
    for _ in range(5):
        job.sync(minutes=24 * 60)
    assert job.erp.sales == {}
    job.shop.pay(order)

    job.sync()

    assert len(job.sales_of(order)) == 1


def test_an_order_becomes_one_sale_however_often_it_is_seen(job):
    job.shop.switches.updated_since = "ignored"
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 5)
    job.linked("CAM-1")
    order = job.shop.order([("CAM-1", 1)])

    for _ in range(4):
        job.sync()

    assert len(job.sales_of(order)) == 1
    assert len(job.erp.sales) == 1


def test_orders_paid_before_the_first_day_are_left_alone(linked):
    job = linked("CAM-1", "Camiseta", 79.90, 5)
    job.shop.order([("CAM-1", 1)], paid_at="2026-10-31 23:59:59")
    wanted = job.shop.order([("CAM-1", 1)], paid_at="2026-11-01 00:00:00")

    job.sync()

    assert [sale.nsu for sale in job.erp.sales.values()] == [str(wanted)]


def test_an_order_waits_for_its_product_and_follows_it_in_the_same_pass(job):
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 5)
    order = job.shop.order([("CAM-1", 1)])
    assert job.sync().outcome == 6
    told = job.failure(str(order))
    assert (told["group"], told["next_step"]) == ("waiting", "contaazul-sync send-products CAM-1")
    assert job.status()["orders"]["waiting"] == 1
    job.choose("CAM-1")

    report = job.sync()

    assert report.outcome == 0
    assert len(job.sales_of(order)) == 1
    assert job.status()["failures"] == []


def test_an_item_that_the_erp_has_already_is_adopted_by_its_sku(job):
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 5)
    erp_id = job.erp.add_product("CAM-1", "Camiseta (ERP)", 70, 6)
    order = job.shop.order([("CAM-1", 1)])

    job.sync()

    (sale,) = job.sales_of(order)
    assert sale.items[0].product_id == erp_id
    assert job.erp.product("CAM-1").price == 70  # it was not chosen: its price is left alone


def test_an_order_that_is_cancelled_before_it_is_sent_is_not_sent(job):
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 5)
    order = job.shop.order([("CAM-1", 1)])
    job.sync()
    job.shop.cancel(order)
    job.choose("CAM-1")

    report = job.sync()

    assert report.outcome == 0
    assert job.erp.sales == {}
    assert job.status()["failures"] == []


@pytest.mark.parametrize(("change", "word"), [("cancel", "cancelled"), ("refund", "refunded")])
def test_an_order_that_ends_after_the_sale_asks_for_attention(linked, change, word):
    job = linked("CAM-1", "Camiseta", 79.90, 5)
    order = job.shop.order([("CAM-1", 1)])
    job.sync()
    getattr(job.shop, change)(order)

    report = job.sync()

    assert report.outcome == 6
    told = job.failure(str(order))
    assert told["group"] == "attention"
    assert told["reason"] == f"{word} in the shop after it became sale 1001"
    assert job.status()["orders"]["attention"] == 1


def test_attention_ends_when_a_person_has_dealt_with_it(linked):
    job = linked("CAM-1", "Camiseta", 79.90, 5)
    order = job.shop.order([("CAM-1", 1)])
    job.sync()
    job.shop.cancel(order)
    job.sync()
    note = job.state.orders.get(str(order))
    job.state.items.ignore("sale", note.id, as_seen(note), job.clock())

    report = job.sync()

    assert report.outcome == 0
    assert job.status()["failures"] == []


def test_a_shipped_order_is_no_change_after_the_sale(linked):
    job = linked("CAM-1", "Camiseta", 79.90, 5)
    order = job.shop.order([("CAM-1", 1)])
    job.sync()
    raw = next(o for o in job.shop.orders if str(o["id"]) == str(order))
    raw["status"] = "shipped"
    raw["updated"] = job.shop.now()

    assert job.sync().outcome == 0


def test_nothing_changed_costs_the_erp_no_request(linked):
    job = linked("CAM-1", "Camiseta", 79.90, 5)
    job.sync()
    job.forget_calls()

    report = job.sync()

    assert report.outcome == 0
    assert job.erp.requests == []
    pages = [r.path.rpartition("/v2/")[2] for r in job.shop.requests]
    assert pages == ["product/list", "order/list"]


@pytest.mark.slow
@pytest.mark.parametrize("pages", ["honest", "wrong_total", "repeat_last"])
@pytest.mark.parametrize("cap", [None, 3])
def test_a_shop_whose_pages_tell_wrong_is_read_to_the_end_all_the_same(job, pages, cap):
    skus = [f"P-{i}" for i in range(10)]
    for sku in skus:
        job.shop.add_product(sku, f"Produto {sku}", 10, 5)
    job.shop.switches.pages, job.shop.switches.page_cap = pages, cap
    job.linked(*skus)
    job.clock.move(days=2)
    job.sync()
    job.clock.move(hours=2)

    for sku in ("P-1", "P-9"):
        job.shop.change(sku, price=11)
    orders = [job.shop.order([(sku, 1)]) for sku in skus]
    job.sync()

    assert job.erp.product("P-1").price == job.erp.product("P-9").price == 11
    assert all(len(job.sales_of(order)) == 1 for order in orders)


def test_a_dry_run_sends_nothing_but_reads_and_keeps_nothing(job):
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 5)
    job.shop.add_product("CAM-2", "Camisa", 79.90, 5)
    job.linked("CAM-1")
    job.shop.change("CAM-1", price=84.90, stock=7)
    job.shop.order([("CAM-1", 1)])
    job.choose("CAM-2")
    job.forget_calls()
    before = job.settings.state_file.read_bytes()

    report = job.preview()

    assert [c.product.sku for c in report.plan.products] == ["CAM-2"]
    assert [(c.old, c.new) for c in report.plan.prices] == [(7990, 8490)]
    assert len(report.plan.orders) == 1
    assert {r.method for r in (*job.erp.requests, *job.shop.requests)} == {"GET"}
    assert job.settings.state_file.read_bytes() == before
