"""Whole passes of a shop whose products come from its panel's files, with orders from there or its API."""

import pytest

from contaazul_sync.core.items import Kind
from contaazul_sync.operate import filing
from tests.worlds.sheets import product, row, write

pytestmark = pytest.mark.line("memory")


@pytest.fixture
def panel(job):
    job.set(shop__catalogue="files", shop__orders="files", shop__api_url="")
    job.inbox = filing.inbox(job.settings)
    return job


def export(job, name, *rows):
    return write(job.inbox.folder / name, rows)


def test_a_product_of_a_file_is_sent_with_its_price_and_stock_and_its_orders_sold(panel):
    export(panel, "produtos.csv", product("CANECA"), product("TIGELA", "36,50", 8))
    panel.linked("CANECA")
    export(panel, "pedidos.csv", row(501))
    panel.sync()

    twin = panel.erp.product("CANECA")
    assert (float(twin.price), len(panel.sales_of(501))) == (39.9, 1)
    assert [each.name for each in panel.inbox.kept()] == ["produtos.csv", "pedidos.csv"]


def test_the_newest_file_counts_and_what_it_leaves_out_is_still_there(panel):
    export(panel, "a.csv", product("CANECA"), product("TIGELA"))
    panel.linked("CANECA", "TIGELA")
    export(panel, "b.csv", product("CANECA", "45,00"))
    panel.sync()
    report = panel.sync(minutes=24 * 60)

    assert report.outcome == 0
    assert float(panel.erp.product("CANECA").price) == 45.0
    assert [each.sku for each in panel.state.products.all() if each.gone] == []


def test_a_file_of_other_products_alone_is_not_another_shop(panel):
    export(panel, "a.csv", product("CANECA"), product("TIGELA"))
    panel.linked("CANECA")
    panel.inbox.remove(panel.inbox.kept()[0])
    export(panel, "b.csv", product("PRATO"))

    assert panel.sync(minutes=24 * 60).outcome == 0


def test_no_file_at_all_is_not_suddenly_empty(panel):
    export(panel, "a.csv", product("CANECA"))
    panel.linked("CANECA")
    panel.inbox.remove(panel.inbox.kept()[0])

    assert panel.sync(minutes=24 * 60).outcome == 0
    assert [each.sku for each in panel.state.products.all() if each.gone] == []


def test_the_stock_of_a_file_older_than_a_day_says_nothing(panel):
    export(panel, "a.csv", product("CANECA", stock=10))
    panel.linked("CANECA")
    panel.erp.set_stock("CANECA", 7)
    for _half_a_day in range(6):
        panel.sync(minutes=12 * 60)

    assert panel.state.drifts.all(panel.clock()) == []


def test_a_spoiled_ean_is_told_and_never_guessed(panel):
    export(panel, "a.csv", product("CANECA", EAN="7,89E+12"))
    panel.sync()
    panel.choose("CANECA")
    panel.sync()

    assert "ean" in panel.failure("CANECA")["reason"]


def test_products_of_files_go_with_orders_of_the_api(job):
    job.set(shop__catalogue="files", shop__orders="api")
    write(filing.inbox(job.settings).folder / "a.csv", [product("CAM-1", "79,90")])
    job.linked("CAM-1")
    order = job.shop.order([("CAM-1", 1)]) if job.shop.add_product("CAM-1", "Camiseta", "79.90", 5) else None
    job.sync()

    assert len(job.sales_of(order)) == 1
    assert job.failures_of(Kind.SALE) == {}


def test_a_file_of_what_is_not_read_from_files_is_a_bad_one(linked):
    job = linked("CANECA", "Caneca", 39.90, 50)
    job.set(shop__orders="files")
    write(filing.inbox(job.settings).folder / "produtos.csv", [product("CANECA")])
    job.sync()

    assert "not read from files" in job.failure("file:produtos.csv")["reason"]
