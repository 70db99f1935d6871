"""The shop's book as spreadsheet files: three dialects, each written as its programs write."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest

from contaazul_sync.sandbox.sheets.export import DIALECTS, export, save
from contaazul_sync.sandbox.shop.catalogue import fill
from contaazul_sync.sandbox.shop.state import Shop

OF_AN_ITEM = {"SKU", "Produto", "Quantidade", "Preço unitário"}


@pytest.fixture
def shop(clock):
    filled = Shop(clock)
    fill(filled)
    return filled


def rows(shop, dialect, sheet):
    """A file's rows, by the heads, read as its dialect is declared."""
    one = DIALECTS[dialect]
    text = one.files(shop)[sheet].decode(one.encoding)
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=one.separator))


def test_each_dialect_begins_as_the_programs_of_its_kind_begin(shop):
    first = {name: next(iter(each.files(shop).values())) for name, each in DIALECTS.items()}

    assert first["woocommerce"].startswith(b"\xef\xbb\xbforder_id,order_number,date,")
    assert first["painel"].startswith("Pedido;Data do pedido;Situação;".encode("cp1252"))
    assert first["plain"].startswith("\ufeffPedido\tStatus\tData\t".encode("utf-16-le"))


@pytest.mark.parametrize(("dialect", "number"), [("woocommerce", "order_id"), ("plain", "Pedido")])
def test_an_order_is_a_row_for_each_item_and_repeats_itself(shop, dialect, number):
    told = rows(shop, dialect, {"woocommerce": "orders", "plain": "pedidos"}[dialect])

    assert [row[number] for row in told] == [
        order["order_id"] for order in shop.orders for _item in order["items"]
    ]
    pair = [row for row in told if row[number] == shop.orders[0]["order_id"]]
    assert len(pair) == 2
    differing = {head for head in pair[0] if pair[0][head] != pair[1][head]}
    assert differing <= {head for head in pair[0] if head.startswith("item_")} | OF_AN_ITEM


def test_the_panel_has_its_items_in_a_file_of_their_own(shop):
    orders, items = rows(shop, "painel", "pedidos"), rows(shop, "painel", "itens")

    assert [row["Pedido"] for row in orders] == [order["order_id"] for order in shop.orders]
    assert len(items) == sum(len(order["items"]) for order in shop.orders)
    assert {row["Pedido"] for row in items} == {row["Pedido"] for row in orders}


def test_the_panel_writes_money_and_days_as_brazil_does(shop):
    shop.order([("JOGO-JANTAR-20P", 2)], shipping="79.90")
    last = rows(shop, "painel", "pedidos")[-1]

    assert (last["Subtotal"], last["Frete"], last["Total"]) == ("R$ 1.798,00", "R$ 79,90", "R$ 1.877,90")
    assert last["Data do pedido"] == "24/11/2026 12:00"
    assert last["Situação"] == "Pagamento aprovado"


def test_a_line_break_within_a_cell_is_quoted(shop):
    noted = [row["Observação"] for row in rows(shop, "painel", "pedidos") if row["Observação"]]

    assert noted
    assert all("\n" in each for each in noted)


def test_the_sums_of_the_exporter_are_those_of_the_shop(shop):
    told = rows(shop, "woocommerce", "orders")

    for order in shop.orders:
        lines = [row for row in told if row["order_id"] == order["order_id"]]
        assert {row["order_total"] for row in lines} == {order["total"]}
        assert sum(Decimal(row["item_subtotal"]) for row in lines) == Decimal(order["subtotal"])
        net = Decimal(order["subtotal"]) - Decimal(order["discount"])
        assert sum(Decimal(row["item_total"]) for row in lines) == net


def test_every_sellable_unit_is_in_each_dialects_products(shop):
    skus = {unit["sku"] for product in shop.products for unit in [product, *product["variations"]]}

    for dialect, sheet in (("woocommerce", "products"), ("painel", "produtos"), ("plain", "produtos")):
        assert {row["SKU"] for row in rows(shop, dialect, sheet)} == skus


def test_a_later_export_tells_what_has_changed_and_lies_beside_the_first(shop, tmp_path):
    first = save(shop, DIALECTS["painel"], tmp_path, "-1")
    shop.cancel(shop.orders[-1]["order_id"])
    second = save(shop, DIALECTS["painel"], tmp_path, "-2")

    assert len(list(tmp_path.iterdir())) == 6
    assert "Cancelado" in second["pedidos"].read_bytes().decode("cp1252").splitlines()[-1]
    assert first["produtos"].name == "produtos-1.csv"


def test_all_dialects_are_exported_each_in_a_folder_of_its_own(shop, tmp_path):
    files = export(shop, tmp_path / "new" / "folder")

    assert [f"{file.parent.name}/{file.name}" for file in files] == [
        *("woocommerce/orders.csv", "woocommerce/products.csv"),
        *("painel/pedidos.csv", "painel/itens.csv", "painel/produtos.csv"),
        *("plain/pedidos.txt", "plain/produtos.txt"),
        "mercado-pago/release-report.csv",
    ]
    assert all(file.stat().st_size > 1000 for file in files)
