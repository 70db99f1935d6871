"""WooCommerce: real answers of 8.2.2 as they are read, and what differs between versions and hosts."""

import logging
import traceback
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from contaazul_sync.core.days import BRAZIL, local_day
from contaazul_sync.core.drafts.documents import document_of
from contaazul_sync.core.drafts.lines import line_total
from contaazul_sync.core.drafts.products import product_problem
from contaazul_sync.core.drafts.sales import sale_draft
from contaazul_sync.core.errors import (
    ConfigError,
    Missing,
    NoAccess,
    Nowhere,
    SyncError,
    Unavailable,
    Unclear,
    Unusable,
)
from contaazul_sync.core.ids import ShopKey
from contaazul_sync.core.orders import Order, Payment
from contaazul_sync.core.products import Product
from contaazul_sync.core.rules import Rules
from contaazul_sync.core.words import quoted
from contaazul_sync.home import log
from contaazul_sync.net.border import parse
from contaazul_sync.sandbox.shop.catalogue import fill
from contaazul_sync.shops.port import Unread, Unreadable
from contaazul_sync.shops.woocommerce import orders, products
from tests.worlds.shops import Answer, Asked, Door, written

pytestmark = pytest.mark.line("memory")

SAMPLES = Path(__file__).parents[1] / "samples" / "woocommerce-8.2.2"
STATUSES = orders.Statuses()
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
API = "/wp-json/wc/v3"


def body(name: str) -> Any:
    """The answer of a real shop, with the exact numbers of the wire."""
    return parse((SAMPLES / f"{name}.json").read_bytes())["body"]


def raw(name: str) -> Answer:
    """The same answer, to be served again."""
    told = parse((SAMPLES / f"{name}.json").read_bytes())
    return Answer(told["body"], told["status"], tuple(told["headers"].items()))


ORDERS = [row for name in ("orders-paid", "orders-modified-after", "orders-page-2") for row in body(name)]
BY_ID = {row["id"]: row for row in ORDERS}
PLAIN, WITH_COUPON, ON_HOLD, PARTLY_REFUNDED, CANCELLED = (BY_ID[number] for number in (17, 18, 19, 20, 21))
PRODUCTS = {row["id"]: row for row in body("products")}
VARIATIONS = {row["sku"]: row for row in body("variations")}


def read(row: Any, **changes: Any) -> Order:
    """An order of the samples, changed, as it is read."""
    order = orders.order(row | changes, STATUSES)
    assert isinstance(order, Order), order
    return order


def unread(row: Any, **changes: Any) -> str:
    """Why an order cannot be read."""
    order = orders.order(row | changes, STATUSES)
    assert isinstance(order, Unreadable), order
    return order.reason


def of_one_line(quantity: Any = 1, **changes: Any) -> Any:
    """A paid order of one line at 59.90, without coupon, fee or freight."""
    line = WITH_COUPON["line_items"][0] | {"quantity": quantity, "total": "59.90"} | changes
    return WITH_COUPON | {"line_items": [line], "fee_lines": [], "coupon_lines": [], "total": line["total"]}


def made_of(order: Order) -> int:
    """What an order's parts make, in centavos."""
    return sum(map(line_total, order.lines)) - order.discount + order.shipping + order.fees


def billed(row: Any, metas: dict[str, Any] | None = None, **fields: Any) -> Any:
    """An order whose buyer's Brazilian fields are these alone."""
    kept = [{"id": 1, "key": key, "value": value} for key, value in (metas or {}).items()]
    return row | {"billing": row["billing"] | fields, "meta_data": kept}


@pytest.fixture
def door(sandbox, tmp_path):
    return Door("woocommerce", sandbox, tmp_path)


@pytest.fixture
def filled(sandbox):
    fill(sandbox.shop)
    return sandbox.shop


@pytest.fixture
def shop(sandbox):
    return sandbox.shop


def lists(shop: Any) -> list[Any]:
    """The requests, of each list its first page; one more, which brings nothing new, ends most of them."""
    return [seen for seen in shop.requests if seen.query.get("offset", ["0"]) == ["0"]]


def paths(shop: Any) -> list[str]:
    """Which lists were asked for, without the base path."""
    return [seen.path.removeprefix(f"{API}/") for seen in lists(shop)]


def elsewhere(sandbox: Any, tmp_path: Path, server: Any) -> Door:
    """The door of a server that a test has written."""
    return Door("woocommerce", sandbox, tmp_path, shop__url=server.url)


# Orders of a real shop


def test_a_real_paid_order_becomes_a_sale_to_the_centavo():
    draft = sale_draft(read(PLAIN), Rules())

    assert [(line.sku, line.quantity, line.price) for line in draft.lines] == [
        ("CAM-1", Decimal(2), 5990),
        ("MOL-P", Decimal(1), 12990),
    ]
    assert (draft.freight, draft.discount, draft.total, draft.method) == (1500, 0, 26470, "pix")
    assert [(part.due, part.amount) for part in draft.parts] == [(date(2026, 11, 23), 26470)]


def test_a_coupon_is_the_sales_discount_and_a_fee_goes_with_its_freight():
    order = read(WITH_COUPON)
    draft = sale_draft(order, Rules())

    assert (order.discount, order.fees, order.subtotal) == (599, 350, 5990)
    assert [(line.sku, line.price) for line in draft.lines] == [("CAM-1", 5990)]
    assert (draft.discount, draft.freight, draft.total) == (599, 350, 5741)


def test_a_line_of_a_variation_is_told_apart_from_its_products():
    assert [line.key for line in read(PLAIN).lines] == ["10", "11:12"]


def test_an_order_tells_the_shops_number_and_the_order_that_it_is_a_part_of():
    order = read(PLAIN | {"number": "LW-7489", "parent_id": 500})

    assert (order.number, order.parent, order.note().number) == ("LW-7489", "500", "LW-7489")


def test_an_order_whose_number_is_its_id_has_no_other_and_one_without_a_parent_has_none():
    note = read(PLAIN).note()

    assert (note.number, note.parent) == ("", "")


def test_an_order_that_waits_for_its_payment_is_unpaid():
    order = read(ON_HOLD)

    assert (order.payment, order.paid_at) == (Payment.UNPAID, None)
    assert order.counted_at == order.created_at


def test_a_cancelled_order_is_cancelled():
    assert read(CANCELLED).payment is Payment.CANCELLED


@pytest.mark.parametrize("row", [PARTLY_REFUNDED, body("order-partly-refunded")], ids=["listed", "alone"])
def test_a_part_that_was_given_back_is_told_and_holds_the_sale(row):
    order = read(row)

    assert (order.payment, order.refunded, order.total) == (Payment.PAID, 5990, 17970)
    with pytest.raises(Unusable, match=r"R\$ 59,90 of its R\$ 179,70 was given back"):
        sale_draft(order, Rules())


def test_several_parts_that_were_given_back_count_together():
    parts = [{"id": 1, "total": "-10.00"}, {"id": 2, "total": "-0.05"}]

    assert read(PLAIN, refunds=parts).refunded == 1005


def test_an_order_is_the_same_alone_as_in_a_list():
    assert read(PARTLY_REFUNDED) == read(body("order-partly-refunded"))


def test_the_buyer_of_a_real_order_has_a_document_and_an_address():
    buyer = read(PLAIN).buyer

    assert document_of(buyer) == "52998224725"
    assert (buyer.name, buyer.email, buyer.phone) == ("Ana Souza", "ana@example.com", "(11) 98888-7777")
    assert (buyer.street, buyer.number, buyer.district) == ("Av Um", "1000", "Bela Vista")
    assert (buyer.city, buyer.region, buyer.postcode) == ("São Paulo", "SP", "01310-100")


def test_times_are_utc_and_the_day_of_the_payment_is_that_of_sao_paulo():
    order = read(WITH_COUPON)

    assert order.paid_at == datetime(2026, 11, 24, 1, 18, 43, tzinfo=UTC)
    assert order.created_at == datetime(2026, 11, 24, 1, 18, 42, tzinfo=UTC)
    assert {order.paid_at.utcoffset(), order.created_at.utcoffset(), order.updated_at.utcoffset()} == {
        timedelta(0)
    }
    assert local_day(order.paid_at) == date(2026, 11, 23)  # past midnight in UTC, and not there


def test_real_orders_come_over_the_wire_as_they_are(sandbox, tmp_path):
    with written(lambda _: raw("orders-modified-after")) as server:
        told = elsewhere(sandbox, tmp_path, server).orders(datetime(2026, 11, 24, 1, 0, tzinfo=UTC))

    assert told == {str(row["id"]): read(row) for row in body("orders-modified-after")}


# Products of a real shop


def test_a_real_catalogue_is_told_unit_by_unit(sandbox, tmp_path):
    answers = {
        "products": "products",
        "variations": "variations-flat",
        "products/11/variations": "variations",
    }

    with written(lambda asked: raw(answers[asked.path.removeprefix(f"{API}/")])) as server:
        told = elsewhere(sandbox, tmp_path, server).told()

    units = {each.key: each for each in told if isinstance(each, Product)}
    assert {key: (p.sku, p.price, p.promotional, p.stock) for key, p in units.items()} == {
        "10": ("CAM-1", 5990, None, 0),
        "14": ("LIVRE", 1000, None, None),
        "15": ("", 550, None, None),
        "11:12": ("MOL-P", 15990, 12990, 3),
        "11:13": ("MOL-M", 15990, None, None),
    }


def test_a_stock_that_the_shop_does_not_keep_is_none_and_no_problem():
    free = products.product(PRODUCTS[14])

    assert (free.stock, free.problem, product_problem(free, free.price)) == (None, None, None)


def test_a_variation_is_named_after_its_product_and_its_option():
    assert products.variation(PRODUCTS[11], VARIATIONS["MOL-P"]).name == "Moletom - P"


def test_a_product_without_sku_is_told_and_says_so_when_it_is_chosen():
    nameless = products.product(PRODUCTS[15])

    assert (nameless.sku, nameless.problem) == ("", None)
    assert product_problem(nameless, nameless.price) == "it has no SKU in the shop"


@pytest.mark.parametrize(("text", "amount"), [("10", 1000), ("5.5", 550), ("0.05", 5), ("1234.50", 123450)])
def test_a_price_is_read_exactly_whatever_its_number_of_decimals(text, amount):
    assert products.product(PRODUCTS[10] | {"price": text, "regular_price": text}).price == amount


# Refusals


@pytest.mark.parametrize("what", ["orders", "products", "order"])
def test_keys_without_the_right_to_read_say_what_to_type(sandbox, tmp_path, what):
    with written(lambda _: raw("error-401")) as server:
        door = elsewhere(sandbox, tmp_path, server)
        asks: dict[str, Any] = {"orders": door.orders, "products": door.products}
        ask = asks.get(what, lambda: door.order(17))
        with pytest.raises(NoAccess, match=r"REST API.*right to read.*contaazul-sync auth --secrets"):
            ask()


@pytest.mark.parametrize("what", ["orders", "products"])
def test_an_address_without_the_api_is_told_with_the_permalinks(sandbox, tmp_path, what):
    with written(lambda _: raw("variations-flat")) as server:
        door = elsewhere(sandbox, tmp_path, server)
        with pytest.raises(Unavailable, match=r"Permalinks") as caught:
            getattr(door, what)()

    assert server.url in caught.value.message


@pytest.mark.parametrize("what", ["orders", "products"])
def test_a_list_that_is_refused_is_told_in_the_shops_words(sandbox, tmp_path, what):
    with written(lambda _: raw("error-400")) as server:
        door = elsewhere(sandbox, tmp_path, server)
        with pytest.raises(SyncError, match=r"refused it \(400\): Invalid parameter\(s\): per_page"):
            getattr(door, what)()


def test_a_host_that_forbids_the_api_is_told_without_its_page(sandbox, tmp_path):
    with written(lambda _: Answer("<h1>Blocked by the firewall</h1>", 403)) as server:
        door = elsewhere(sandbox, tmp_path, server)
        with pytest.raises(NoAccess, match=r"refuses access to its API \(403\)\.$"):
            door.orders()


def test_an_answer_that_is_no_list_is_no_list_of_nothing(sandbox, tmp_path):
    """Read as an empty one, it would tell that all products are gone."""
    with written(lambda _: Answer({"code": "ok"})) as server, pytest.raises(Unavailable):
        elsewhere(sandbox, tmp_path, server).products()


def test_an_order_that_is_not_the_one_asked_for_is_no_answer(sandbox, tmp_path):
    with written(lambda _: Answer(PLAIN, 200)) as server:
        door = elsewhere(sandbox, tmp_path, server)

        assert door.order(17) == read(PLAIN)
        with pytest.raises(Unclear):
            door.order(18)


@pytest.mark.parametrize("body", [[], {}, None], ids=repr)
def test_an_answer_without_an_order_does_not_say_that_there_is_none(sandbox, tmp_path, body):
    with written(lambda _: Answer(body, 200)) as server, pytest.raises(Unclear):
        elsewhere(sandbox, tmp_path, server).order(17)


def test_a_number_that_the_shop_has_no_path_for_is_no_order_that_is_gone(door, filled):
    with pytest.raises(Missing):
        door.order("abc")


@pytest.mark.parametrize("version", ["9.9.5", "11.0.1"])
def test_an_order_is_gone_where_a_real_shop_says_so(sandbox, tmp_path, version):
    told = parse((SAMPLES.parent / f"woocommerce-{version}" / "order-unknown-404.json").read_bytes())
    with written(lambda _: Answer(told, 404)) as server:
        assert elsewhere(sandbox, tmp_path, server).order(17) is None


NOT_THE_SHOPS = {
    "bare": Answer(b"", 404),
    "a page of HTML": Answer("<html><h1>404 Not Found</h1></html>", 404),
    "a gateway's": Answer({"message": "The requested resource could not be found"}, 404),
    "no such path": Answer({"code": "rest_no_route", "message": "No route was found.", "data": {}}, 404),
    "a plugin's": Answer({"code": "itsec_rest_api_access_restricted", "message": "No access."}, 404),
    "another thing": Answer({"code": "rest_post_invalid_id", "message": "Invalid ID."}, 404),
    "a code that is no text": Answer({"code": 404, "message": "Invalid ID."}, 404),
}


@pytest.mark.parametrize("told", NOT_THE_SHOPS)
def test_a_404_that_is_not_the_shops_own_word_for_an_order_is_no_order_that_is_gone(sandbox, tmp_path, told):
    with written(lambda _: NOT_THE_SHOPS[told]) as server, pytest.raises((Missing, Nowhere)):
        elsewhere(sandbox, tmp_path, server).order(17)


# Amounts


def test_taxes_that_come_on_top_are_part_of_what_they_are_on():
    taxed = of_one_line(
        2, subtotal="100.00", subtotal_tax="10.00", total="90.00", total_tax="9.00", taxes=[]
    ) | {
        "prices_include_tax": False,
        "shipping_total": "20.00",
        "shipping_tax": "2.00",
        "fee_lines": [{"id": 1, "name": "Embrulho", "total": "5.00", "total_tax": "0.50"}],
        "total_tax": "11.50",
        "total": "126.50",
    }
    order = read(taxed)

    assert [(line.price, line.total) for line in order.lines] == [(5500, 11000)]
    assert (order.discount, order.shipping, order.fees) == (1100, 2200, 550)
    assert sale_draft(order, Rules()).total == 12650


def test_taxes_that_do_not_make_the_total_hold_the_sale():
    order = read(of_one_line(subtotal_tax="5.99", total_tax="5.99"))

    with pytest.raises(Unusable, match=r"does not add up.*R\$ 65,89"):
        sale_draft(order, Rules())


def test_a_fee_below_zero_is_a_discount():
    pix = {"id": 1, "name": "5% no Pix", "total": "-2.85", "total_tax": "-0.15"}
    order = read(of_one_line() | {"fee_lines": [pix], "total": "56.90"})

    assert (order.discount, order.fees) == (300, 0)
    assert sale_draft(order, Rules()).total == 5690


def test_fees_of_both_signs_and_a_coupon_do_not_hide_each_other():
    fees = [{"id": 1, "name": "5% no Pix", "total": "-3.00"}, {"id": 2, "name": "Embrulho", "total": "4.00"}]
    order = read(of_one_line(total="50.00") | {"fee_lines": fees, "total": "51.00"})

    assert (order.discount, order.fees) == (990 + 300, 400)
    assert sale_draft(order, Rules()).total == 5100


def test_a_price_that_is_no_whole_centavo_goes_as_two_lines():
    order = read(of_one_line(3, subtotal="100.00", total="100.00"))

    assert [(line.quantity, line.price, line.total) for line in order.lines] == [
        (Decimal(2), 3333, 6666),
        (Decimal(1), 3334, 3334),
    ]
    assert {line.key for line in order.lines} == {"10"}
    assert sale_draft(order, Rules()).total == 10000


@pytest.mark.parametrize("subtotal", ["0.01", "0.07", "1.00", "99.99", "100.00", "1234.57"])
def test_every_number_of_units_makes_its_amount_and_keeps_its_units(subtotal):
    for quantity in range(1, 30):
        order = read(of_one_line(quantity, subtotal=subtotal, total=subtotal))

        assert sum(line.quantity for line in order.lines) == quantity
        assert sale_draft(order, Rules()).total == int(Decimal(subtotal) * 100)


def test_half_a_unit_has_the_price_of_a_whole_one():
    [line] = read(of_one_line(Decimal("0.5"), subtotal="10.00", total="10.00")).lines

    assert (line.quantity, line.price, line_total(line)) == (Decimal("0.5"), 2000, 1000)


def test_a_part_of_a_unit_whose_price_is_no_whole_centavo_goes_as_two_lines():
    lines = read(of_one_line(Decimal("0.3"), subtotal="1.00", total="1.00")).lines

    assert [(line.quantity, line.price, line.total) for line in lines] == [
        (Decimal("0.2"), 330, 66),
        (Decimal("0.1"), 340, 34),
    ]


@pytest.mark.parametrize("price", [0, 19.966666666666665, "", None, "nonsense"])
def test_the_price_that_the_shop_has_divided_never_matters(price):
    assert read(of_one_line(price=price)) == read(of_one_line())


def test_an_order_in_another_currency_is_not_read():
    assert "USD" in unread(PLAIN, currency="USD")
    assert unread({name: value for name, value in PLAIN.items() if name != "currency"})


@pytest.mark.parametrize("told", [None, ""])
def test_an_order_without_its_total_is_not_read(told):
    assert "its total is missing" in unread(PLAIN, total=told)
    assert "its total is missing" in unread(of_one_line(total=told) | {"total": "59.90"})


def test_an_amount_that_is_none_is_told_by_its_name_and_not_by_what_it_says():
    reason = unread(PLAIN, shipping_total="Ana Souza")

    assert "its shipping_total is not a number" in reason
    assert "Ana" not in reason
    assert "its total has more than two decimals" in unread(PLAIN, total="264.705")


def test_an_order_with_a_date_that_is_none_is_not_read():
    assert "date_paid_gmt" in unread(PLAIN, date_paid_gmt="ontem")
    assert "date_created_gmt" in unread(PLAIN, date_created_gmt=None)


def test_an_order_without_id_ends_no_walk():
    assert orders.order(PLAIN | {"id": None}, STATUSES) == Unreadable(
        "", quoted("the shop's order has no id")
    )


def test_lists_that_are_not_there_are_empty():
    bare = read(PLAIN, fee_lines=None, refunds=None, meta_data=None, billing=[], line_items=None)

    assert (bare.lines, bare.buyer.document, bare.refunded) == ((), "", 0)
    with pytest.raises(Unusable, match="no items"):
        sale_draft(bare, Rules())


# What is paid


@pytest.mark.parametrize(
    ("status", "paid_on", "payment"),
    [
        ("processing", "2026-11-24T01:18:43", Payment.PAID),
        ("completed", "2026-11-24T01:18:43", Payment.PAID),
        ("processing", None, Payment.UNPAID),  # to be paid on delivery
        ("completed", "", Payment.PAID),  # by an import, or by a plugin
        ("on-hold", "2026-11-24T01:18:43", Payment.UNPAID),
        ("pending", None, Payment.UNPAID),
        ("failed", "2026-11-24T01:18:43", Payment.UNPAID),
        ("trash", "2026-11-24T01:18:43", Payment.UNPAID),
        ("checkout-draft", None, Payment.UNPAID),
        ("cancelled", "2026-11-24T01:18:43", Payment.CANCELLED),
        ("refunded", "2026-11-24T01:18:43", Payment.REFUNDED),
        ("enviado", "2026-11-24T01:18:43", Payment.UNKNOWN),
        ("enviado", None, Payment.UNKNOWN),
    ],
)
def test_paid_is_a_status_that_means_it_with_a_day_of_payment(status, paid_on, payment):
    assert read(PLAIN, status=status, date_paid_gmt=paid_on).payment is payment


def test_a_status_of_a_plugin_is_paid_where_the_settings_say_so(sandbox, tmp_path, shop):
    shop.add_product("CANECA", "Caneca", "39.90", 10)
    number = shop.order([("CANECA", 1)], status="enviado", paid_at=shop.now())
    told: list[Any] = [
        Door("woocommerce", sandbox, tmp_path, **more).order(number)
        for more in ({}, {"shop__paid_statuses": "processing,completed,enviado"})
    ]

    assert [order.payment for order in told] == [Payment.UNKNOWN, Payment.PAID]


# Brazil's own fields


def test_a_cpf_in_the_billing_address_is_read_without_its_signs():
    order = read(billed(PLAIN, cpf="52998224725", persontype="F", number="45", neighborhood="Centro"))

    assert document_of(order.buyer) == "52998224725"
    assert (order.buyer.number, order.buyer.district) == ("45", "Centro")


def test_a_cnpj_in_the_billing_address_is_read_without_its_signs():
    company = billed(PLAIN, cpf="", cnpj="11222333000181", persontype="J", company="Ateliê Prado Ltda")

    assert document_of(read(company).buyer) == "11222333000181"
    assert read(company).buyer.company == "Ateliê Prado Ltda"


def test_the_fields_are_read_beside_the_order_too_even_as_numbers():
    metas = {
        "_billing_cnpj": "11.222.333/0001-81",
        "_billing_number": 45,
        "_billing_neighborhood": " Centro ",
    }
    buyer = read(billed(PLAIN, metas)).buyer

    assert document_of(buyer) == "11222333000181"
    assert (buyer.number, buyer.district) == ("45", "Centro")


@pytest.mark.parametrize("place", ["billing", "meta"])
@pytest.mark.parametrize(
    ("kind", "document"),
    [
        ("F", "52998224725"),
        ("1", "52998224725"),
        ("J", "11222333000181"),
        ("2", "11222333000181"),
        ("", "52998224725"),
    ],
)
def test_of_two_documents_the_kind_of_person_decides(place, kind, document):
    fields: dict[str, Any] = {"cpf": "529.982.247-25", "cnpj": "11.222.333/0001-81", "persontype": kind}
    metas = {f"_billing_{name}": value for name, value in fields.items()}
    order = read(billed(PLAIN, metas) if place == "meta" else billed(PLAIN, **fields))

    assert document_of(order.buyer) == document


@pytest.mark.parametrize("kind", ["F", "J", ""])
def test_a_document_that_is_there_alone_is_the_buyers_whatever_the_kind_of_person(kind):
    assert read(billed(PLAIN, cpf="52998224725", persontype=kind)).buyer.document == "52998224725"
    assert read(billed(PLAIN, cnpj="11222333000181", persontype=kind)).buyer.document == "11222333000181"


def test_the_mobile_phone_is_preferred():
    both = billed(PLAIN, phone="(11) 3333-4444", cellphone="(11) 98888-7777")

    assert read(both).buyer.phone == "(11) 98888-7777"
    assert read(billed(PLAIN, {"_billing_cellphone": "11 97777-0000"})).buyer.phone == "11 97777-0000"
    assert read(billed(PLAIN, phone="(11) 3333-4444", cellphone="")).buyer.phone == "(11) 3333-4444"


def test_a_shop_without_the_brazilian_plugin_tells_no_document(door, filled):
    filled.switches.woo_brazilian_fields = "none"

    assert document_of(door.order(filled.orders[0]["id"]).buyer) is None


# Prices and stock


def test_a_promotion_that_has_not_begun_is_none():
    planned = {"sale_price": "39.90", "on_sale": False, "date_on_sale_from_gmt": "2026-12-01T03:00:00"}
    product = products.product(PRODUCTS[10] | planned)

    assert (product.price, product.promotional) == (5990, None)


def test_a_promotion_that_is_on_is_told_beside_the_list_price():
    product = products.product(PRODUCTS[10] | {"sale_price": "39.90", "price": "39.90", "on_sale": True})

    assert (product.price, product.promotional) == (5990, 3990)


@pytest.mark.parametrize("field", ["regular_price", "sale_price", "stock_quantity"])
def test_a_number_that_cannot_be_read_is_a_problem_of_that_product_alone(field):
    odd = {field: "a combinar", "on_sale": True, "manage_stock": True}

    assert "a combinar" in (products.product(PRODUCTS[10] | odd).problem or "")


def test_a_product_without_price_is_not_for_nothing():
    free = products.product(PRODUCTS[10] | {"price": "", "regular_price": ""})

    assert product_problem(free, free.price) == "its price would be zero"


@pytest.mark.parametrize("word", ["parent", "false"])
@pytest.mark.parametrize("flat", [True, False], ids=["flat", "per parent"])
def test_a_stock_that_the_product_keeps_for_its_variations_is_that_of_each(door, shop, word, flat):
    sizes = [{"sku": f"CAM-{size}", "name": size, "price": "50", "stock": 4} for size in "PM"]
    shop.shared_stock.add(shop.add_product("CAM", "Camiseta", "50", 8, variations=sizes))
    shop.switches.woo_parent_stock_word, shop.switches.woo_flat_variations = word, flat

    assert {sku: product.stock for sku, product in door.products().items()} == {"CAM-P": 8, "CAM-M": 8}


def test_a_variation_that_keeps_its_own_stock_does_not_take_its_products():
    parent = PRODUCTS[11] | {"manage_stock": True, "stock_quantity": 40}

    assert products.variation(parent, VARIATIONS["MOL-P"]).stock == 3
    assert products.variation(parent, VARIATIONS["MOL-M"]).stock == 40


def test_a_stock_that_is_told_with_the_variation_counts_where_the_product_tells_none():
    told = VARIATIONS["MOL-M"] | {"manage_stock": "parent", "stock_quantity": 6}

    assert products.variation(PRODUCTS[11], told).stock == 6


def test_a_stock_that_is_kept_and_not_told_is_nothing():
    empty = products.product(PRODUCTS[10] | {"manage_stock": True, "stock_quantity": None})

    assert empty.stock == 0
    assert empty.problem is None


def test_units_that_are_sold_in_advance_are_told_as_they_are():
    assert products.product(PRODUCTS[10] | {"stock_quantity": -2}).stock == -2


# What is not for sale


@pytest.mark.parametrize("flat", [True, False], ids=["flat", "per parent"])
def test_what_is_taken_down_is_not_told(door, shop, flat):
    shop.switches.woo_flat_variations = flat
    sizes = [{"sku": f"CAM-{size}", "name": size, "price": "50", "stock": 4} for size in "PM"]
    shop.add_product("CAM", "Camiseta", "50", 8, variations=sizes)
    shop.add_product("BONE", "Boné", "50", 0, variations=[{"sku": "BONE-U", "price": "50"}])
    shop.add_product("CANECA", "Caneca", "39.90", 10)
    shop.add_product("PRATO", "Prato", "39.90", 10)
    for sku in ("CAM-P", "BONE", "PRATO"):
        shop.change(sku, available=0)

    assert door.products().keys() == {"CAM-M", "CANECA"}


@pytest.mark.parametrize(
    "what",
    [
        {"status": "draft"},
        {"status": "private"},
        {"status": "pending"},
        {"type": "grouped"},
        {"type": "external"},
    ],
    ids=lambda what: next(iter(what.values())),
)
def test_what_shoppers_cannot_buy_here_is_not_told_even_by_a_host_that_lists_it(sandbox, tmp_path, what):
    with written(lambda _: Answer([PRODUCTS[10] | what, PRODUCTS[14]])) as server:
        told = elsewhere(sandbox, tmp_path, server).products()

    assert told.keys() == {"LIVRE"}


@pytest.mark.parametrize("flat", [True, False], ids=["flat", "per parent"])
def test_a_product_that_is_to_have_variations_and_has_none_tells_nothing(sandbox, tmp_path, flat):
    def answer(asked: Asked) -> Answer:
        if asked.path.endswith("/products"):
            return Answer([PRODUCTS[11] | {"variations": []}])
        return Answer([]) if flat or asked.path != f"{API}/variations" else raw("variations-flat")

    with written(answer) as server:
        assert elsewhere(sandbox, tmp_path, server).told() == []


def test_a_product_that_is_deleted_while_the_list_is_read_is_no_trouble(sandbox, tmp_path):
    def answer(asked: Asked) -> Answer:
        names = {f"{API}/products": "products", f"{API}/variations": "variations-flat"}
        return raw(names.get(asked.path, "error-404"))

    with written(answer) as server:
        told = elsewhere(sandbox, tmp_path, server).told()

    assert [each.key for each in told] == ["10", "14", "15"]


# Pages


def ids(told: Any) -> list[str]:
    return [each.id for each in told]


@pytest.mark.parametrize("moved", [1, 10, 50])
def test_orders_that_change_while_the_list_is_read_hide_no_other(door, shop, clock, moved):
    """One that goes into the bin moves all behind it one place forward."""
    numbers = [shop.order([("GONE", 1, "5.00")], status="pending") for _ in range(150)]
    clock.move(minutes=5)
    rows = {row["id"]: row for row in shop.orders}

    async def walk(client: Any) -> list[Any]:
        told = []
        async for page in client.orders(LONG_AGO):
            told += page
            if len(told) == 100:
                for number in numbers[:moved]:
                    rows[number]["status"] = "trash"
        return told

    told = door.ask(walk)

    assert {int(number) for number in ids(told)} == set(numbers)
    assert len(told) == 150


def test_a_product_that_is_deleted_between_two_pages_hides_no_other(door, shop):
    for number in range(150):
        shop.add_product(f"P{number}", "P", "10.00", 1)

    async def walk(client: Any) -> list[Any]:
        told = []
        async for page in client.products():
            told += page
            if len(told) == 100:
                shop.delete("P0")
        return told

    told = door.ask(walk)

    assert sorted(each.sku for each in told) == sorted(f"P{number}" for number in range(150))


@pytest.mark.slow
@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 190, 191])
@pytest.mark.parametrize("totals", ["told", "missing"])
def test_a_walk_tells_each_once_whether_or_not_the_host_tells_how_many(door, shop, totals, count):
    shop.switches.woo_totals = totals
    for _ in range(count):
        shop.order([("GONE", 1, "5.00")])

    async def walk(client: Any) -> list[Any]:
        return [order async for page in client.orders() for order in page]

    told = ids(door.ask(walk))

    assert sorted(told) == sorted(order["order_id"] for order in shop.orders)
    assert len(shop.requests) <= 4


@pytest.mark.parametrize("cap", [1, 7, 10, 15])
@pytest.mark.parametrize("totals", ["told", "missing"])
def test_a_host_with_smaller_pages_than_asked_for_is_walked_to_its_end(door, shop, totals, cap):
    shop.switches.woo_page_cap, shop.switches.woo_totals = cap, totals
    for number in range(25):
        shop.add_product(f"P{number}", "P", "10.00", 1)

    assert len(door.products()) == 25


def test_full_pages_are_asked_for(door, shop):
    for _ in range(150):
        shop.order([("GONE", 1, "5.00")])
    door.orders(LONG_AGO)

    assert {seen.query["per_page"][0] for seen in shop.requests} == {"100"}
    assert len(shop.requests) == 3  # the last one brings nothing new


# Keys


def test_a_host_that_takes_the_header_never_gets_the_keys_in_an_address(door, filled):
    door.products()
    door.orders(LONG_AGO)

    assert all("authorization" in seen.headers for seen in filled.requests)
    assert not any(
        "consumer_key" in seen.query or "consumer_secret" in seen.query for seen in filled.requests
    )


def test_a_host_that_hides_the_header_gets_the_keys_in_the_address(door, filled):
    filled.switches.woo_strips_authorization = True

    assert door.products().keys() >= {"CANECA-IPE", "CAM-AZ-M"}

    key, secret = door.token.split(":")
    first, *others = filled.requests
    assert "consumer_key" not in first.query
    assert all(seen.query["consumer_key"] == [key] for seen in others)
    assert all(seen.query["consumer_secret"] == [secret] for seen in others)
    assert not any("authorization" in seen.headers for seen in others)  # found out once, not each time


def test_an_answer_that_is_lost_puts_no_keys_into_the_address_of_the_next_try(sandbox, tmp_path):
    """The host hides the header, and breaks the connection when it first gets the keys otherwise."""
    seen: list[Asked] = []

    def answer(asked: Asked) -> Answer:
        seen.append(asked)
        if "consumer_key" not in asked.query:
            return raw("error-401")
        return Answer(status=None) if len(seen) == 2 else Answer([])

    with written(answer) as server:
        assert elsewhere(sandbox, tmp_path, server).orders() == {}

    assert ["authorization" in asked.headers for asked in seen] == [True, False, True, False]
    assert not any("consumer_key" in asked.query for asked in seen if "authorization" in asked.headers)


@pytest.fixture
def lines(tmp_path) -> Iterator[Path]:
    """The log of a run, as `-vv` writes it."""
    log.begin(tmp_path, 1, "sync", verbosity=2)
    yield tmp_path / log.FILE
    log.end()
    log.LOG.setLevel(logging.NOTSET)


TROUBLES = {
    "refused": lambda _: raw("error-401"),
    "forbidden": lambda asked: Answer({"message": "no"}, 403),
    "bad": lambda _: raw("error-400"),
    "broken": lambda _: Answer("oops", 500),
    "a page": lambda _: Answer("<html></html>"),
    "cut off": lambda _: Answer(status=None),
    "no list": lambda _: Answer({"code": "ok"}),
    "nowhere": lambda _: raw("variations-flat"),
    "elsewhere": lambda asked: Answer(
        status=301,
        headers=(("Location", f"https://example.com/?{'&'.join(map('='.join, asked.query.items()))}"),),
    ),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_the_keys_are_in_no_message_and_in_no_line_of_the_log(sandbox, tmp_path, lines, capsys, trouble):
    def answer(asked: Asked) -> Answer:
        return TROUBLES[trouble](asked) if "consumer_key" in asked.query else raw("error-401")

    with written(answer) as server:
        door = elsewhere(sandbox, tmp_path, server)
        with pytest.raises(SyncError) as caught:
            door.orders(LONG_AGO)

    told = "".join(traceback.format_exception(caught.value)) + lines.read_text() + capsys.readouterr().err
    assert any("consumer_key" in asked.query for asked in server.asked)
    for secret in (*door.token.split(":"), "consumer_key", "consumer_secret"):
        assert secret not in told


def test_the_log_names_the_path_of_a_request_alone(door, filled, lines):
    filled.switches.woo_strips_authorization = True
    door.orders(LONG_AGO)

    told = lines.read_text()
    assert f"GET {API}/orders: 200" in told
    assert "consumer" not in told
    assert "?" not in told


@pytest.mark.parametrize("token", ["sandbox-shop-token", "ck_1", "cs_1:ck_1", "ck_:cs_1"])
def test_something_else_than_two_keys_is_told_before_anything_is_asked(door, filled, token):
    door.token = token

    with pytest.raises(ConfigError, match="contaazul-sync auth --secrets"):
        door.orders()
    assert not filled.requests


# What changed


def test_changed_orders_are_asked_for_with_a_margin_for_clocks_and_zones(door, filled, clock):
    door.orders(clock())

    [asked] = lists(filled)
    assert asked.query["modified_after"] == ["2026-11-24T01:00:00"]  # of 15:00, in UTC
    assert asked.query["dates_are_gmt"] == ["true"]
    assert (asked.query["orderby"], asked.query["order"]) == (["id"], ["asc"])
    assert asked.query["status"] == ["any"]


def test_a_moment_of_another_zone_is_asked_for_in_utc(door, filled, clock):
    door.orders(clock().astimezone(BRAZIL))

    assert filled.requests[0].query["modified_after"] == ["2026-11-24T01:00:00"]


@pytest.fixture
def old_orders(shop, clock):
    """Of 200 days ago: an order that stays as it was, and a boleto that is paid today."""
    numbers = {
        "done": shop.order([("GONE", 1, "5.00")], status="delivered"),
        "boleto": shop.order([("GONE", 1, "5.00")], status="pending", payment_method="boleto"),
    }
    clock.move(days=199)
    numbers["new"] = shop.order([("GONE", 1, "5.00")])
    clock.move(days=1)
    shop.pay(numbers["boleto"])
    return {name: str(number) for name, number in numbers.items()}


def test_a_shop_that_cannot_tell_what_changed_is_asked_for_all_that_may_have(door, shop, clock, old_orders):
    shop.switches.woo_modified_after = "ignored"
    since = clock() - timedelta(hours=1)

    told = door.orders(since)

    assert told.keys() == {old_orders["new"], old_orders["boleto"]}
    assert told[old_orders["boleto"]].payment is Payment.PAID
    first, created, paid = lists(shop)
    assert "modified_after" in first.query
    assert created.query["status"] == ["any"]
    assert created.query["after"] == [f"{since - timedelta(days=60):%Y-%m-%dT%H:%M:%S}"]
    assert created.query["dates_are_gmt"] == ["true"]
    assert paid.query["status"] == ["processing"]
    assert "after" not in paid.query
    assert not any("modified_after" in seen.query for seen in (created, paid))


def test_a_shop_that_tells_what_changed_is_asked_once(door, shop, clock, old_orders):
    told = door.orders(clock() - timedelta(hours=1))

    assert told.keys() == {old_orders["boleto"]}
    assert len(lists(shop)) == 1


def test_orders_of_every_paid_status_that_the_settings_name_are_swept(
    sandbox, tmp_path, shop, clock, old_orders
):
    shop.switches.woo_modified_after = "ignored"
    number = shop.orders[0]["id"]
    shop.orders[0]["status"] = shop.orders[2]["status"] = "enviado"
    door = Door("woocommerce", sandbox, tmp_path, shop__paid_statuses="completed,enviado,processing")

    assert str(number) in door.orders(clock())

    assert [seen.query["status"] for seen in lists(shop)[2:]] == [["enviado"], ["processing"]]


def test_a_paid_status_that_the_shop_does_not_know_is_never_asked_for(
    sandbox, tmp_path, shop, clock, old_orders
):
    """A real shop refuses it with 400, and nothing would be read any more."""
    shop.switches.woo_modified_after = "ignored"
    door = Door("woocommerce", sandbox, tmp_path, shop__paid_statuses="completed,enviado,processing")

    assert door.orders(clock()).keys() == {old_orders["new"], old_orders["boleto"]}

    assert {status for seen in shop.requests for status in seen.query["status"]} == {"any", "processing"}


@pytest.mark.slow
def test_a_sweep_goes_on_where_the_filter_was_found_out_on_a_later_page(sandbox, tmp_path):
    """Nothing that the first page told is lost when the second one shows that the filter is not known."""
    newest = [PARTLY_REFUNDED | {"id": number} for number in range(200, 100, -1)]
    old = [
        PARTLY_REFUNDED | {"id": number, "date_modified_gmt": "2020-01-01T00:00:00"}
        for number in range(9, 0, -1)
    ]

    def answer(asked: Asked) -> Answer:
        if "modified_after" not in asked.query:
            return Answer([*newest, *old] if "after" in asked.query else [])
        return Answer([*newest, *old][int(asked.query["offset"]) :][:100])

    with written(answer) as server:
        told = elsewhere(sandbox, tmp_path, server).orders(datetime(2026, 11, 24, tzinfo=UTC))

    assert told.keys() >= {str(row["id"]) for row in newest}
    assert any("after" in asked.query for asked in server.asked)


# Variations


@pytest.fixture
def two_shirts(shop, clock):
    """A mug and two shirts, made three days ago."""
    for sku in ("CAM", "BONE"):
        sizes = [
            {"sku": f"{sku}-{size}", "name": f"{sku} {size}", "price": "50", "stock": 4} for size in "PM"
        ]
        shop.add_product(sku, sku, "50", 8, variations=sizes)
    shop.add_product("CANECA", "Caneca", "39.90", 10)
    clock.move(days=3)
    shop.switches.woo_variation_touches_parent = False
    return shop


def key_of(shop: Any, sku: str) -> str:
    product, unit = shop._find(sku)
    return f"{product['id']}:{unit['id']}"


def test_all_variations_are_asked_for_at_once_where_the_shop_can(door, two_shirts):
    two_shirts.switches.woo_flat_variations = True

    assert len(door.products()) == 5
    assert paths(two_shirts) == ["products", "variations", "variations"]


def test_each_product_is_asked_for_its_variations_where_the_shop_is_older(door, two_shirts):
    numbers = [product["id"] for product in two_shirts.products[:2]]

    assert len(door.products()) == 5
    assert paths(two_shirts) == ["products", "variations", *(f"products/{n}/variations" for n in numbers)]


def test_a_shop_without_variations_is_asked_for_none(door, shop):
    shop.add_product("CANECA", "Caneca", "39.90", 10)

    assert len(door.products()) == 1
    assert paths(shop) == ["products"]


def test_a_variation_that_changed_by_itself_is_found_in_the_list_of_all(door, two_shirts, clock):
    two_shirts.switches.woo_flat_variations = True
    two_shirts.change("CAM-P", stock=1)
    parent = two_shirts.unit("CAM")["id"]

    told = door.products(clock() - timedelta(hours=1), wanted=set())

    assert told["CAM-P"].stock == 1
    assert told.keys() == {"CAM-P", "CAM-M"}
    assert paths(two_shirts) == [
        "products",
        "variations",
        "variations",
        "products",
        f"products/{parent}/variations",
    ]
    assert lists(two_shirts)[3].query["include"] == [str(parent)]


def test_a_variation_that_changed_by_itself_is_found_where_it_is_wanted(door, two_shirts, clock):
    two_shirts.change("CAM-P", stock=1)
    parent = two_shirts.unit("CAM")["id"]
    wanted = {key_of(two_shirts, "CAM-P"), key_of(two_shirts, "CAM-M"), str(two_shirts.unit("CANECA")["id"])}

    told = door.products(clock() - timedelta(hours=1), wanted)

    assert told["CAM-P"].stock == 1
    assert told.keys() == {"CAM-P", "CAM-M"}
    assert paths(two_shirts) == ["products", "variations", "products", f"products/{parent}/variations"]


def test_a_product_that_changed_with_its_variation_is_not_asked_for_again(door, two_shirts, clock):
    two_shirts.switches.woo_flat_variations = two_shirts.switches.woo_variation_touches_parent = True
    two_shirts.change("CAM-P", stock=1)

    assert door.products(clock() - timedelta(hours=1), wanted=set())["CAM-P"].stock == 1
    assert not any("include" in seen.query for seen in two_shirts.requests)


def test_a_variation_that_only_the_margin_brings_is_not_read_again(door, two_shirts, clock):
    two_shirts.switches.woo_flat_variations = True
    two_shirts.change("CAM-P", stock=1)
    clock.move(hours=10)

    assert door.products(clock() - timedelta(hours=1), wanted=set()) == {}
    assert paths(two_shirts) == ["products", "variations", "variations"]


def test_a_wanted_variation_of_a_product_that_is_taken_down_is_not_told(door, two_shirts, clock):
    two_shirts.change("CAM", available=0)

    assert door.products(clock() - timedelta(hours=1), {key_of(two_shirts, "CAM-P")}) == {}


def test_what_nobody_wants_costs_no_request(door, two_shirts, clock):
    two_shirts.change("CAM-P", stock=1)

    assert door.products(clock() - timedelta(hours=1), wanted=set()) == {}
    assert paths(two_shirts) == ["products", "variations"]


def test_without_a_look_no_wanted_product_is_asked_for(door, two_shirts, clock):
    wanted = {key_of(two_shirts, "CAM-P")}

    async def walk(client: Any) -> list[Any]:
        pages = client.products(clock() - timedelta(hours=1), wanted=lambda: wanted, look=False)
        return [each async for page in pages for each in page]

    assert door.ask(walk) == []
    assert paths(two_shirts) == ["products", "variations"]


@pytest.mark.parametrize("flat", [True, False], ids=["flat", "per parent"])
def test_whether_the_shop_lists_all_variations_is_found_out_once(door, two_shirts, clock, flat):
    two_shirts.switches.woo_flat_variations = flat

    async def walk(client: Any) -> None:
        for _ in range(3):
            async for _page in client.products(clock()):
                pass

    door.ask(walk)

    assert sum(seen.query.get("per_page") == ["1"] for seen in two_shirts.requests) == 1


def test_a_list_of_variations_that_does_not_name_their_products_is_not_used(sandbox, tmp_path):
    answers = {"products": "products", "variations": "variations", "products/11/variations": "variations"}

    with written(lambda asked: raw(answers[asked.path.removeprefix(f"{API}/")])) as server:
        told = elsewhere(sandbox, tmp_path, server).told()

    assert {each.key for each in told} >= {"11:12", "11:13"}


@pytest.mark.parametrize("version", ["9.9.5", "11.0.1"])
def test_an_empty_list_of_variations_does_not_say_that_a_product_has_none(sandbox, tmp_path, version):
    """So a real shop answers of a product that it has no more; its variations stay as they were."""
    folder = SAMPLES.parent / f"woocommerce-{version}"
    empty = parse((folder / "variations-of-unknown-product.json").read_bytes())
    shirt = next(row for row in PRODUCTS.values() if products.is_variable(row))

    def answer(asked: Asked) -> Answer:
        if asked.path.endswith("/products"):
            return Answer([shirt] if asked.query["offset"] == "0" else [])
        return Answer(empty) if asked.path.endswith("/variations") else raw("error-404")

    with written(
        lambda asked: raw("variations-flat") if asked.path == f"{API}/variations" else answer(asked)
    ) as server:
        told = elsewhere(sandbox, tmp_path, server).told()

    assert told == [Unread(ShopKey(str(shirt["id"])))]


def test_hundreds_of_wanted_products_are_asked_for_by_the_hundred(door, shop, clock):
    for number in range(130):
        shop.add_product(f"C{number}", "C", "50", 1, variations=[{"sku": f"C{number}-U", "price": "50"}])
    clock.move(days=3)
    shop.switches.woo_flat_variations, shop.switches.woo_variation_touches_parent = True, False
    for number in range(130):
        shop.change(f"C{number}-U", stock=number)

    told = door.products(clock() - timedelta(hours=1), wanted=set())

    assert {sku: int(product.stock) for sku, product in told.items()} == {f"C{n}-U": n for n in range(130)}
    asked = [seen for seen in shop.requests if "include" in seen.query]
    assert [len(seen.query["include"][0].split(",")) for seen in asked] == [100, 30]


# An order that was sent, and the product that it was of


@pytest.mark.parametrize(("sku", "left"), [("CANECA", ""), ("CAM-P", "CAM")])
def test_a_product_that_is_deleted_later_does_not_change_its_orders(door, two_shirts, sku, left):
    """The core takes its id and SKU back; of a variation its product's SKU is left."""
    two_shirts.switches.woo_sku_of_deleted = "null"
    number = two_shirts.order([(sku, 2)])
    before = door.order(number)
    two_shirts.delete(sku)

    after = door.order(number)

    assert (before.lines[0].sku, after.lines[0].sku) == (sku, left)
    assert (before.lines[0].key, after.lines[0].key) != (after.lines[0].key, before.lines[0].key)
    assert after.note().fingerprint == before.note().fingerprint


@pytest.mark.parametrize("sku", ["CANECA", "CAM-P"])
def test_a_product_that_gets_another_sku_does_not_change_its_orders(door, two_shirts, sku):
    number = two_shirts.order([(sku, 2)])
    before = door.order(number)
    two_shirts.unit(sku)["sku"] = "NOVO"

    after = door.order(number)

    assert after.lines[0].sku == "NOVO"
    assert after.note().fingerprint == before.note().fingerprint


@pytest.mark.parametrize(
    "change",
    [{"id": 99}, {"quantity": 2}, {"subtotal": "60.00"}],
    ids=lambda change: next(iter(change)),
)
def test_another_line_quantity_or_price_is_another_order(change):
    assert read(of_one_line(**change)).note().fingerprint != read(of_one_line()).note().fingerprint


# What servers of this kind get wrong


@pytest.mark.slow
def test_a_total_of_zero_ends_no_walk(sandbox, tmp_path):
    """Plugins that do without counting make the headers say 0."""
    everything = [PLAIN | {"id": number} for number in range(1, 251)]

    def page(asked):
        offset, size = int(asked.query.get("offset", 0)), int(asked.query["per_page"])
        return Answer(everything[offset : offset + size], headers=(("X-WP-Total", "0"),))

    with written(page) as server:
        assert len(elsewhere(sandbox, tmp_path, server).orders()) == 250


def test_no_two_requests_are_the_same_to_a_cache(door, filled, clock):
    door.orders(clock())
    door.orders(clock())

    assert len({seen.query["_"][0] for seen in filled.requests}) == len(filled.requests)
    assert {seen.headers["cache-control"] for seen in filled.requests} == {"no-cache"}


def test_ids_that_are_text_are_ids():
    order = read(PLAIN | {"id": "17"})

    assert order.id == "17"
    assert products.product({"id": "10", "name": "A", "price": "5"}).key == "10"


@pytest.mark.parametrize("name", ["date_paid_gmt", "date_modified_gmt"])
def test_a_date_that_a_database_writes_for_none_is_none(name):
    order = read(PLAIN | {name: "0001-01-01T00:00:00"})

    assert order.updated_at.year == 2026
    assert order.paid_at is None or order.paid_at.year == 2026


def test_a_row_without_an_id_is_told_and_ends_no_walk(sandbox, tmp_path):
    answers = {"orders": [PLAIN, PLAIN | {"id": None}], "products": []}
    with written(lambda asked: Answer(answers[asked.path.rpartition("/")[2]])) as server:
        told = elsewhere(sandbox, tmp_path, server).orders()

    assert told.keys() == {str(PLAIN["id"]), ""}


def test_the_variations_of_many_changed_products_come_out_of_the_list_of_all(door, shop, clock):
    shop.switches.woo_flat_variations = True
    for number in range(30):
        kinds = [{"sku": f"V{number}-{size}", "name": size, "price": "10.00", "stock": 1} for size in "PM"]
        shop.add_product(f"V{number}", f"V{number}", "10.00", 0, variations=kinds)

    assert len(door.products(clock() - timedelta(hours=1), wanted=set())) == 60
    assert not any(path.startswith("products/") for path in paths(shop))
