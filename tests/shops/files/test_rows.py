"""Rows of a file to orders and products: pure."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from contaazul_sync.core.ids import ShopKey
from contaazul_sync.core.orders import Order, Payment
from contaazul_sync.core.products import Product
from contaazul_sync.shops.files.orders import Rows, order
from contaazul_sync.shops.files.products import key, product
from contaazul_sync.shops.port import Unreadable
from contaazul_sync.tables import toml
from contaazul_sync.tables.cells import Cells
from contaazul_sync.tables.reading import Line
from tests.worlds import sheets

AT = datetime(2026, 11, 25, 12, tzinfo=UTC)
KEY = ShopKey("CANECA")
PLAIN = toml.shipped("plain")
BY_TOTAL = """
orders = {id = "a", status = "s", created = "c", total = "t"}
items = {sku = "k", quantity = "q", total = "t"}
statuses = {x = "paid"}
"""


def cells(section, row, number=2):
    told = {name: str(value) for name, value in row.items()}
    return Cells(PLAIN.bound(section, tuple(told)), Line(number, told))


def read(*rows):
    taken = [cells("orders", each) for each in rows]
    return order(PLAIN, Rows("501", taken, [cells("items", each) for each in rows], AT))


def test_each_field_of_an_order_is_where_the_mapping_says():
    told = read(sheets.row(501))

    assert isinstance(told, Order)
    assert (told.id, told.payment, told.status, told.method) == ("501", Payment.PAID, "Pago", "Pix")
    assert (told.subtotal, told.shipping, told.discount, told.total) == (7980, 1200, 0, 9180)
    assert told.created_at == datetime(2026, 11, 24, 13, tzinfo=UTC)
    assert told.updated_at == told.paid_at == datetime(2026, 11, 24, 13, 5, tzinfo=UTC)
    assert (told.buyer.name, told.buyer.document) == ("Ana Exemplo", "529.982.247-25")
    assert [(line.sku, line.quantity, line.price) for line in told.lines] == [("CANECA", Decimal(2), 3990)]


def test_an_order_of_a_file_without_times_of_change_changed_when_it_was_imported():
    row = {name: value for name, value in sheets.row(501).items() if name != "Atualizado em"}
    told = read(row)

    assert isinstance(told, Order)
    assert told.updated_at == AT


@pytest.mark.parametrize("updated", ["", "24/11/2026"])
def test_an_order_that_never_changed_or_tells_the_day_alone_is_as_old_as_its_making(updated):
    told = read(sheets.row(501, updated=updated))

    assert isinstance(told, Order)
    assert told.updated_at == told.created_at


def test_a_discount_below_zero_is_a_discount():
    told = read(sheets.row(501, discount="-5,00"))

    assert isinstance(told, Order)
    assert told.discount == 500


def test_columns_of_the_order_in_its_first_row_alone_are_enough():
    second = dict.fromkeys(sheets.row(501), "") | {
        "SKU": "PRATO",
        "Quantidade": "1",
        "Preço unitário": "10,00",
    }

    told = read(sheets.row(501), second)

    assert isinstance(told, Order)
    assert [line.sku for line in told.lines] == ["CANECA", "PRATO"]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"total": ""}, "total is missing"),
        ({"created": ""}, "created is missing"),
        ({"created": "32/13/2026"}, "created"),
        ({"quantity": ""}, "quantity is missing"),
        ({"price": ""}, "price is missing"),
        ({"total": "doze"}, "total"),
        ({"CPF/CNPJ": "5,30E+10"}, "buyer_document"),
    ],
)
def test_what_cannot_be_read_is_told_by_its_field_and_never_guessed(changed, why):
    told = read(sheets.row(501, **changed))

    assert isinstance(told, Unreadable)
    assert (told.id, told.by_mapping) == ("501", True)
    assert why in told.reason
    assert "5,30E+10" not in told.reason


@pytest.mark.parametrize("name", ["total", "status", "Cliente", "CPF/CNPJ", "Frete"])
def test_rows_that_disagree_are_told(name):
    told = read(sheets.row(501), sheets.row(501, **{name: "111.444.777-35" if "CPF" in name else "1,00"}))

    assert isinstance(told, Unreadable)
    assert "its rows disagree in" in told.reason


def test_an_amount_of_the_order_that_is_0_in_all_rows_but_one_is_that_one():
    told = read(sheets.row(501, quantity=1), sheets.row(501, quantity=1, Frete="0,00", total="R$ -"))

    assert isinstance(told, Order)
    assert (told.shipping, told.total) == (1200, 9180)


def test_items_that_are_in_no_file_are_told():
    told = order(PLAIN, Rows("501", [cells("orders", sheets.row(501))], None, AT))

    assert isinstance(told, Unreadable)
    assert "in no file" in told.reason


def test_a_line_with_a_total_alone_is_split_to_whole_centavos():
    mapping = toml.read("x", BY_TOTAL)
    line = Line(2, {"a": "1", "s": "x", "c": "24/11/2026", "t": "10,00", "k": "A", "q": "3"})
    rows = [Cells(mapping.bound(section, tuple(line.cells)), line) for section in ("orders", "items")]

    told = order(mapping, Rows("1", rows[:1], rows[1:], AT))

    assert isinstance(told, Order)
    assert [(each.quantity, each.price) for each in told.lines] == [(Decimal(2), 333), (Decimal(1), 334)]
    assert told.subtotal == 1000


def test_a_product_and_its_key():
    row = cells("products", sheets.product("CANECA"))
    told = product(row, key(row, {}), AT, AT)

    assert (str(told.key), told.sku, told.price, told.problem) == ("CANECA", "CANECA", 3990, None)
    assert told.stock == 10


def test_a_product_whose_id_is_spoiled_is_not_taken_for_another_by_its_sku():
    assert key(cells("products", sheets.product("CANECA") | {"Código": "7,89E+12"}), {}) == ""


def test_a_stock_of_yesterday_is_none():
    told = product(cells("products", sheets.product("CANECA")), KEY, AT - timedelta(days=1, seconds=1), AT)

    assert told.stock is None


@pytest.mark.parametrize(("changed", "why"), [({"Preço": ""}, "price"), ({"Estoque": "muitos"}, "stock")])
def test_what_of_a_product_cannot_be_read_is_its_problem(changed, why):
    told = product(cells("products", sheets.product("CANECA") | changed), KEY, AT, AT)

    assert isinstance(told, Product)
    assert why in (told.problem or "")


@pytest.mark.parametrize(("parent", "known"), [("id:7", {}), ("CAM", {"CAM": "7"}), ("7", {"CAM": "8"})])
def test_a_variation_is_known_with_its_product_by_its_id_or_its_sku(parent, known):
    woo = toml.shipped("woocommerce")
    line = Line(
        2, {"ID": "12", "Parent": parent, "SKU": "CAM-P", "Name": "Camiseta P", "Regular price": "79.90"}
    )

    assert key(Cells(woo.bound("products", tuple(line.cells)), line), known) == "7:12"
