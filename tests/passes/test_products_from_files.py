"""Whole passes of a shop whose products come from its panel's files, with orders from there or its API."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from contaazul_sync.core.items import Kind
from contaazul_sync.operate import filing
from contaazul_sync.shops.files.shelf import Shelf
from tests.worlds.sheets import product, row, write

pytestmark = pytest.mark.line("memory")


@pytest.fixture
def panel(job):
    job.set(shop__catalogue="files", shop__orders="files", shop__api_url="")
    job.inbox = filing.inbox(job.settings)
    return job


def export(job, name, *rows, hours=0):
    """A file as the panel wrote it so many hours ago."""
    path = write(job.inbox.folder / name, rows)
    moment = (job.clock() - timedelta(hours=hours)).timestamp()
    os.utime(path, (moment, moment))
    return path


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


def test_a_price_that_is_back_where_it_was_makes_the_same_file_again_and_is_sent(panel):
    export(panel, "a.csv", product("CANECA"))
    panel.linked("CANECA")
    export(panel, "b.csv", product("CANECA", "29,90"))
    panel.sync(minutes=24 * 60)
    export(panel, "c.csv", product("CANECA"))
    panel.sync(minutes=24 * 60)

    assert float(panel.erp.product("CANECA").price) == 39.9


@pytest.mark.parametrize("year", [1970, 1980])  # as archives write, and a clock whose battery is empty
def test_a_file_that_has_no_time_tells_what_is_so_when_it_comes(panel, year):
    export(panel, "a.csv", product("CANECA"))
    panel.linked("CANECA")
    for _day in range(5):
        panel.sync(minutes=24 * 60)
    no_time = datetime(year, 1, 1, tzinfo=UTC).timestamp()
    os.utime(export(panel, "b.csv", product("CANECA", "45,00")), (no_time, no_time))
    panel.sync(minutes=30)
    export(panel, "late.csv", product("CANECA", "42,00"), hours=3)
    panel.sync(minutes=24 * 60)

    assert float(panel.erp.product("CANECA").price) == 45.0


def test_a_price_that_is_back_is_sent_though_a_clock_was_ahead_when_it_was_saved_first(panel, tmp_path):
    panel.set(shop__files__folder=str(tmp_path))
    panel.inbox = filing.inbox(panel.settings)
    for name in ("a.csv", "again.csv"):
        export(panel, name, product("CANECA"), hours=-24 * 30 - len(name))
    panel.linked("CANECA")
    export(panel, "b.csv", product("CANECA", "45,00"))
    panel.sync(minutes=24 * 60)
    export(panel, "c.csv", product("CANECA"))
    for _day in range(3):
        panel.sync(minutes=24 * 60)

    assert float(panel.erp.product("CANECA").price) == 39.9
    assert [each.name for each in panel.inbox.kept()] == ["a.csv", "b.csv", "c.csv"]


@pytest.mark.parametrize("days", [0, 5])
def test_a_file_that_was_saved_before_another_and_comes_later_undoes_nothing(panel, days):
    export(panel, "a.csv", product("CANECA"))
    panel.linked("CANECA")
    export(panel, "new.csv", product("CANECA", "45,00"))
    panel.sync(minutes=30)
    for _day in range(days):
        panel.sync(minutes=24 * 60)
    export(panel, "old.csv", product("CANECA", "42,00"), product("TIGELA"), hours=24 * days + 2)
    panel.sync(minutes=30)
    panel.sync(minutes=24 * 60)

    assert float(panel.erp.product("CANECA").price) == 45.0
    assert {each.sku for each in panel.state.products.all()} == {"CANECA", "TIGELA"}


@pytest.mark.parametrize("days", [0, 5])
def test_a_product_that_was_made_anew_under_another_id_keeps_its_twin(panel, days):
    export(panel, "a.csv", product("CANECA"), product("TIGELA"))
    panel.linked("CANECA", "TIGELA")
    for _day in range(days):
        panel.sync(minutes=24 * 60)
    export(panel, "b.csv", product("CANECA", "45,00", Código="77"), product("TIGELA"))
    panel.sync(minutes=30)
    panel.sync(minutes=30)

    assert float(panel.erp.product("CANECA").price) == 45.0
    export(panel, "late.csv", product("CANECA", "42,00"), hours=30 + 24 * days)
    panel.sync(minutes=30)
    panel.sync(minutes=24 * 60)
    assert float(panel.erp.product("CANECA").price) == 45.0
    assert len([each for each in panel.erp.products.values() if each.sku == "CANECA"]) == 1


def test_an_order_of_a_product_that_was_just_made_anew_is_sold_at_once(panel):
    export(panel, "a.csv", product("CANECA"))
    panel.linked("CANECA")
    export(panel, "b.csv", product("CANECA", "45,00", Código="77"))
    export(panel, "pedidos.csv", row(501))

    assert panel.sync(minutes=30).outcome == 0
    assert len(panel.sales_of(501)) == 1


def test_two_products_of_one_sku_in_one_file_are_two(panel):
    export(panel, "a.csv", product("CANECA"), product("CANECA", Código="77"))
    panel.sync()
    export(panel, "b.csv", product("CANECA", "45,00"), product("CANECA", Código="77"))
    panel.sync(minutes=24 * 60)

    assert [each.key for each in panel.state.products.all() if not each.gone] == ["77", "CANECA"]


def test_two_products_of_one_sku_are_two_though_a_part_of_the_list_came_with_all_of_it(panel):
    export(panel, "a.csv", product("CANECA"), product("CANECA", Código="77"), hours=1)
    export(panel, "b.csv", product("CANECA", Código="77"))
    panel.sync()

    assert [each.key for each in panel.state.products.all()] == ["77", "CANECA"]


def test_a_part_of_the_list_with_one_of_two_products_of_one_sku_moves_no_price_to_it(panel):
    export(panel, "a.csv", product("CANECA", "10,00"), product("TIGELA", "20,00"))
    panel.linked("CANECA")
    export(panel, "b.csv", product("CANECA", "10,00"), product("CANECA", "20,00", Código="77"))
    panel.sync(minutes=24 * 60)
    export(panel, "c.csv", product("CANECA", "20,00", Código="77"))
    panel.sync(minutes=24 * 60)
    export(panel, "d.csv", product("CANECA", "20,00", Código="TIGELA"))  # it has that SKU from now on
    panel.sync(minutes=24 * 60)

    assert float(panel.erp.product("CANECA").price) == 10.0
    assert panel.state.products.get("CANECA").gone is False


@pytest.mark.parametrize("outside", [False, True])
def test_a_folder_that_is_copied_with_times_of_its_own_undoes_nothing(panel, monkeypatch, tmp_path, outside):
    if outside:
        panel.set(shop__files__folder=str(tmp_path))
        panel.inbox = filing.inbox(panel.settings)
    days = {"produtos.csv": "39,90", "produtos (1).csv": "45,00", "produtos (2).csv": "49,00"}
    for name, price in days.items():
        export(panel, name, product("CANECA", price))
        panel.sync(minutes=24 * 60)
    panel.linked("CANECA")
    for night in range(3):
        for name, price in days.items():
            export(panel, name, product("CANECA", price))
        if night == 2:  # with a new one, that was not there before
            export(panel, "a.csv", product("CANECA", "50,00"))
        panel.sync(minutes=24 * 60)

    assert float(panel.erp.product("CANECA").price) == 50.0
    read, places = Shelf.opened, []

    def noted(shelf, path, *told):
        places.append(path.parent)
        return read(shelf, path, *told)

    monkeypatch.setattr(Shelf, "opened", noted)
    panel.sync(minutes=30)
    assert {*places} == {panel.inbox.done}  # what lies there is not read in each run


def test_lists_of_other_products_that_all_came_again_are_all_news(panel):
    for night in range(4):
        export(panel, f"canecas-{night}.csv", product("CANECA", stock=10))
        export(panel, f"pratos-{night}.csv", product("PRATO", stock=8))
        panel.sync(minutes=24 * 60)
        if night == 0:
            panel.linked("CANECA", "PRATO")
            panel.erp.set_stock("CANECA", 7)
            panel.erp.set_stock("PRATO", 7)

    assert len(panel.state.drifts.all(panel.clock())) == 2
    for _day in range(3):
        panel.sync(minutes=24 * 60)
    assert panel.state.drifts.all(panel.clock()) == []  # what a file of long ago said is no stock


def test_a_file_of_one_variation_says_nothing_of_the_others_that_share_its_sku(panel):
    small, large = ({"Código": each, "Produto pai": "7"} for each in ("P", "G"))
    export(panel, "a.csv", product("CAMISA", **small), product("CAMISA", **large))
    panel.sync()
    export(panel, "b.csv", product("CAMISA", "45,00", **small))
    panel.sync(minutes=24 * 60)

    assert [each.key for each in panel.state.products.all() if not each.gone] == ["7:G", "7:P"]


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


def test_what_a_sale_keeps_back_is_seen_though_the_file_was_too_old_when_it_was_sold(panel):
    panel.erp.switches.saldo_in_list = "total"
    others = [f"PRATO-{number}" for number in range(12)]  # so many that the ERP's list is read
    catalogue = [product(sku) for sku in ("CANECA", *others)]
    export(panel, "a.csv", *catalogue)
    panel.linked("CANECA", *others)
    panel.sync(minutes=36 * 60)
    export(panel, "pedidos.csv", row(501))
    panel.sync(minutes=30)
    for _half_a_day in range(3):
        panel.sync(minutes=12 * 60)
    cancelled = f"{panel.clock():%d/%m/%Y %H:%M}"
    export(panel, "cancelado.csv", row(501, status="Cancelado", updated=cancelled))
    for day in range(4):
        export(panel, f"{day}.csv", *catalogue)
        panel.sync(minutes=24 * 60)

    assert [(drift.expected, drift.actual) for drift in panel.state.drifts.all(panel.clock())] == [(10, 8)]


def test_the_same_stock_in_a_file_of_today_is_the_stock_of_today(panel):
    export(panel, "a.csv", product("CANECA", stock=10))
    panel.linked("CANECA")
    panel.erp.set_stock("CANECA", 7)
    for day in range(3):
        export(panel, f"{day}.csv", product("CANECA", stock=10))
        panel.sync(minutes=24 * 60)

    assert [drift.expected for drift in panel.state.drifts.all(panel.clock())] == [10]


def test_of_files_that_came_again_the_last_one_is_kept(panel):
    for day in range(3):
        export(panel, f"{day}.csv", product("CANECA"))
        panel.sync(minutes=24 * 60)
    filing.tidy(panel.settings, panel.state, panel.settings.rules(panel.clock().date()), panel.clock())

    assert [each.name for each in panel.inbox.kept()] == ["2.csv"]
    assert panel.sync(minutes=30).outcome == 0


@pytest.mark.slow
def test_files_of_one_content_that_come_day_by_day_do_not_fill_the_folder(panel):
    rules = panel.settings.rules(panel.clock().date())
    for day in range(100):
        export(panel, f"{day}.csv", product("CANECA"))
        panel.sync(minutes=24 * 60)
        filing.tidy(panel.settings, panel.state, rules, panel.clock())

    assert [each.name for each in panel.inbox.kept()] == ["99.csv"]
    assert len([*panel.inbox.done.iterdir()]) <= 61


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
