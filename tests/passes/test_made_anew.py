"""A product that is deleted in the shop and made anew under its SKU is the same to the ERP."""

from decimal import Decimal

import pytest

from contaazul_sync.cli.choose import as_seen
from contaazul_sync.core.items import Ignored, Kind

pytestmark = pytest.mark.line("memory")

DAY = 24 * 60


@pytest.fixture
def shirt(linked):
    """A shop with a linked shirt, and something else that is linked and stays."""
    job = linked("CAM-1", "Camiseta", 79.90, 5)
    job.shop.add_product("BONE", "Boné", 39.90, 5)
    return job.linked("BONE")


def made_anew(job, price=79.90, stock=5, sku="CAM-1"):
    """The shop's product is deleted, and made again with another id; two full walks have seen that."""
    job.shop.delete(sku)
    job.shop.add_product(sku, "Camiseta", price, stock)
    return [job.sync(minutes=DAY), job.sync(minutes=DAY)]


def rename(job, sku, new):
    job.shop.change(sku)
    job.shop.unit(sku)["sku"] = new


def told(reports):
    return [line for report in reports for line in report.warnings if "made anew" in line]


def test_a_link_follows_its_sku(shirt):
    job = shirt
    twin = job.erp.product("CAM-1").id

    reports = made_anew(job)

    (pair,) = (each for each in job.state.pairs.linked() if each[0].sku == "CAM-1")
    assert pair[0].key == str(job.shop.unit("CAM-1")["id"])
    assert (pair[1].key, pair[1].erp_id) == (pair[0].key, twin)
    (line,) = told([*reports, job.sync()])
    assert "CAM-1" in line


def test_its_price_follows(shirt):
    job = shirt

    made_anew(job, price=89.90)
    job.sync()
    job.shop.change("CAM-1", price=99.90)
    job.sync()

    prices = [r.body["valor_venda"] for r in job.erp.requests if r.method == "PATCH"]
    assert prices == [Decimal("89.9"), Decimal("99.9")]


def test_its_stock_is_compared(shirt):
    job = shirt

    made_anew(job, stock=8)
    job.sync()

    (drift,) = job.state.drifts.all()
    assert (drift.expected, drift.actual) == (8, 5)


def test_nothing_is_sent_where_nothing_changed(shirt):
    job = shirt
    job.forget_calls()

    made_anew(job)
    job.sync()

    assert {r.method for r in job.erp.requests if r.path.startswith("/v1")} == {"GET"}


def test_an_order_of_it_is_sold_as_before(shirt):
    job = shirt
    made_anew(job)

    order = job.shop.order([("CAM-1", 1)])
    job.sync()

    assert len(job.sales_of(order)) == 1


def test_a_product_that_was_chosen_anew_is_not_in_the_way(shirt):
    job = shirt
    job.shop.delete("CAM-1")
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 5)
    job.sync(minutes=DAY)
    job.state.queue.add([str(job.shop.unit("CAM-1")["id"])], job.clock())

    job.sync(minutes=DAY)
    job.sync(minutes=DAY)

    assert job.erp_skus() == ["BONE", "CAM-1"]
    assert job.status()["failures"] == []
    assert job.status()["products"] == {"linked": 2, "unsent": 0, "waiting": 0, "failed": 0, "drift": 0}


def test_two_live_products_with_its_sku_are_not_guessed_between(shirt):
    job = shirt
    job.shop.add_product("CAM-1", "Camiseta nova", 79.90, 5)

    reports = made_anew(job)

    assert told([*reports, job.sync()]) == []


def test_a_product_that_was_left_alone_is_not_followed(shirt):
    job = shirt
    job.shop.delete("CAM-1")
    key = str(job.shop.add_product("CAM-1", "Camiseta", 79.90, 5))
    job.sync(minutes=DAY)
    job.state.items.ignore(Kind.PRODUCT, key, Ignored(""), job.clock())

    assert told([job.sync(minutes=DAY), job.sync(minutes=DAY)]) == []


def test_what_a_person_left_alone_stays_so_when_it_is_made_anew(shirt):
    job = shirt
    link = next(each for each in job.state.links.all() if each.sku == "CAM-1")
    seen = as_seen(job.state, job.settings.rules(None), Kind.PRODUCT, link.key)
    job.state.items.ignore(Kind.PRODUCT, link.key, seen, job.clock())

    made_anew(job)

    assert [key for _kind, key in job.state.items.ignored()] == [str(job.shop.unit("CAM-1")["id"])]


def test_a_twin_that_is_gone_from_the_erp_is_not_followed(shirt):
    job = shirt
    job.erp.delete_product("CAM-1")
    job.shop.change("CAM-1", price=89.90)
    job.sync()

    assert told(made_anew(job)) == []


# A SKU that went through several products


def renamed(job):
    """Two linked products, of which one is called B since a while."""
    for sku in ("A", "BONE"):
        job.shop.add_product(sku, "Camiseta", 79.90, 5)
    job.linked("A", "BONE")
    rename(job, "A", "B")
    job.sync()


def renamed_and_deleted(job):
    """A product was called B for a while, and is deleted: by now another one, linked too, is called B."""
    renamed(job)
    job.shop.delete("B")
    job.sync(minutes=DAY)
    job.sync(minutes=DAY)
    job.shop.add_product("B", "Camisa", 99.90, 5)
    job.linked("B")


def test_a_sku_that_passed_through_a_renamed_and_deleted_product_is_not_two_products(job):
    renamed_and_deleted(job)

    order = job.shop.order([("B", 1)])
    job.sync()

    (sale,) = job.sales_of(order)
    assert sale.items[0].product_id == job.erp.product("B").id


def test_it_is_not_two_products_either_when_the_other_is_deleted_too(job):
    renamed_and_deleted(job)
    order = job.shop.order([("B", 1)])
    job.shop.delete("B")
    job.sync(minutes=DAY)

    (sale,) = job.sales_of(order)
    assert sale.items[0].product_id == job.erp.product("B").id


def test_a_product_that_took_the_sku_of_a_deleted_one_is_sold_as_itself(job):
    job.shop.add_product("A", "Camiseta", 79.90, 5)
    job.shop.add_product("B", "Camisa", 99.90, 5)
    job.shop.add_product("BONE", "Boné", 39.90, 5)
    job.linked("A", "B", "BONE")
    shirt = job.erp.product("B").id
    job.shop.delete("A")
    job.sync(minutes=DAY)
    job.sync(minutes=DAY)
    rename(job, "B", "A")

    order = job.shop.order([("A", 1)])
    job.sync()

    (sale,) = job.sales_of(order)
    assert sale.items[0].product_id == shirt


def test_a_renamed_product_that_is_deleted_gives_its_link_to_nobody(job):
    renamed(job)

    assert told(made_anew(job, sku="B")) == []
