"""Whatever a shop writes into a field: it is that field's trouble, and the rest goes on."""

import json
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest

from contaazul_sync.core import fit
from contaazul_sync.core.errors import SafetyStop
from contaazul_sync.core.fingerprints import fingerprint
from contaazul_sync.core.items import Kind
from contaazul_sync.core.orders import Buyer

pytestmark = pytest.mark.line("memory")

CUT = "Ana \ud83d"  # an emoji of which a form took one half
APART = "Joa\u0303o"
MOJIBAKE = "JOS\xc3\x89 \x89"


TAGGED = "<span class='x'>S&atilde;o</span><br/>&lt;b&gt;&amp;&lt;/b&gt; Ci\u00ada\u200b\x07"


@pytest.fixture
def good(linked):
    return linked("CAM-1", "Camiseta", 79.90, 50)


def raw_order(job: Any, order_id: Any) -> Any:
    return next(order for order in job.shop.orders if str(order["id"]) == str(order_id))


@pytest.mark.parametrize("kind", ["merchant", "woocommerce"])
@pytest.mark.parametrize(
    ("told", "booked"),
    [(CUT, "Ana \ufffd"), (APART, "João"), (MOJIBAKE, "JOSÃ  "), ("S&atilde;o &amp; Cia", "São & Cia")],
)
def test_an_order_of_a_buyer_with_an_odd_name_becomes_a_sale(good, kind, told, booked):
    good.use(kind)
    order = good.shop.order([("CAM-1", 1)], payer_name=told, payer_address=told)
    other = good.shop.order([("CAM-1", 1)])

    assert good.sync().outcome == 0

    assert good.sales_of(order)
    assert good.sales_of(other)
    names = {" ".join(person.name.split()) for person in good.erp.people.values()}
    assert " ".join(booked.split()) in names


@pytest.mark.parametrize("kind", ["merchant", "woocommerce", "storefront"])
def test_a_product_goes_under_the_name_that_a_person_reads(job, kind):
    job.use(kind)
    job.shop.add_product("KIT-1", f"Kit &amp; Cal&ccedil;a {APART} {CUT}\x1b", 10, 5)
    job.sync()
    job.choose("KIT-1")

    assert job.sync().outcome == 0

    assert job.erp.product("KIT-1").name == "Kit & Calça João Ana \ufffd"


@pytest.mark.parametrize("kind", ["merchant", "woocommerce", "storefront"])
def test_no_tag_and_nothing_unseen_goes_to_the_erp(job, kind):
    job.use(kind)
    job.shop.add_product("CAM-1", f"Camisa {TAGGED}", 10, 5, description=f"<p>Malha {TAGGED}</p>")
    job.sync()
    job.choose("CAM-1")
    job.sync()
    job.shop.order([("CAM-1", 1)], **dict.fromkeys(("payer_name", "payer_address"), TAGGED), number=TAGGED)
    job.sync()

    (product, person, sale) = (
        job.calls("POST", path)[0].body for path in ("/v1/produtos", "/v1/pessoas", "/v1/venda")
    )
    assert product["nome"] == sale["itens"][0]["descricao"] == "Camisa São & Cia"
    assert person["nome"] == person["enderecos"][0]["logradouro"] == "São & Cia"
    if kind == "woocommerce":
        assert sale["observacoes"].endswith("Pedido São & Cia")
    sent = json.dumps([product, person, sale], ensure_ascii=False)
    assert not set(sent) & set("<\xad\u200b\x07")


@pytest.mark.parametrize("stock", [None, "", "muitos", 10**30, "1e30", [], "NaN"])
def test_a_stock_that_cannot_be_read_does_not_stop_a_price(good, stock):
    good.shop.change("CAM-1", price=85)
    good.shop.unit("CAM-1")["quantity"] = stock

    good.sync()

    assert good.erp.product("CAM-1").price == Decimal(85)


def test_a_stock_that_cannot_be_read_is_told_as_long_as_it_is_so(good):
    good.shop.change("CAM-1", price=85)
    good.shop.unit("CAM-1")["quantity"] = None
    good.sync()

    assert good.sync().outcome == 6
    assert good.failure("CAM-1")["reason"] == "the shop tells no stock of it"

    good.shop.change("CAM-1", stock=50)
    assert good.sync().outcome == 0


def test_prices_of_a_shop_that_tells_no_stock_any_more_are_looked_at_all_the_same(job):
    skus = [f"CAM-{n}" for n in range(25)]
    for sku in skus:
        job.shop.add_product(sku, "Camisa", 10, 5)
    job.linked(*skus)
    for sku in skus:
        job.shop.change(sku, price=1)
        job.shop.unit(sku)["quantity"] = None

    with suppress(SafetyStop):
        job.sync()

    assert {job.erp.product(sku).price for sku in skus} == {10}


def test_stocks_that_cannot_be_read_are_no_change_of_most_products(job):
    skus = [f"CAM-{n}" for n in range(25)]
    for sku in skus:
        job.shop.add_product(sku, "Camisa", 10, 5)
    job.linked(*skus)
    order = job.shop.order([("CAM-0", 1)])
    for sku in skus:
        job.shop.unit(sku)["quantity"] = None

    assert job.sync().outcome == 6

    assert job.sales_of(order)


def test_a_product_of_unknown_stock_is_not_created_with_a_guess(good):
    good.shop.add_product("CAM-2", "Camisa", 10, 5)
    good.shop.unit("CAM-2")["quantity"] = "muitos"
    good.sync()
    good.choose("CAM-2")

    assert good.sync().outcome == 6

    assert good.erp_skus() == ["CAM-1"]


@pytest.mark.parametrize("price", [10**30, "1e18", "99999999999999999", [], {"a": 1}])
def test_a_price_that_no_file_has_room_for_is_that_product_s_trouble(good, price):
    good.shop.add_product("CAM-2", "Camisa", 10, 5)
    good.shop.unit("CAM-2")["price"] = price
    order = good.shop.order([("CAM-1", 1)])
    good.sync()
    good.choose("CAM-2")

    assert good.sync().outcome == 6

    assert good.failures_of(Kind.PRODUCT)
    assert good.sales_of(order)


@pytest.mark.parametrize(
    "field", ["total", "shipping", "discount", "total_paid", "installments", "created", "paid_at"]
)
@pytest.mark.parametrize(
    "value", [10**30, "1e18", "9999-12-31 23:59:59", "0001-01-01 00:00:00", CUT, [], {"a": CUT}]
)
def test_an_order_with_an_odd_field_stops_no_other(good, field, value):
    odd = good.shop.order([("CAM-1", 1)])
    raw_order(good, odd)[field] = value
    other = good.shop.order([("CAM-1", 1)])

    assert good.sync().outcome in (0, 6)

    assert good.sales_of(other)


@pytest.mark.parametrize("value", ["9999-12-31 23:59:59", "sim", "", CUT])
def test_an_odd_time_of_the_last_change_is_no_reason_to_hold_an_order(good, value):
    good.shop.switches.updated_since = "ignored"
    order = good.shop.order([("CAM-1", 1)])
    raw_order(good, order)["updated"] = value

    assert good.sync().outcome == 0

    assert good.sales_of(order)


def test_an_order_paid_in_the_year_9999_is_held_and_says_why(good):
    order = good.shop.order([("CAM-1", 1)])
    raw_order(good, order)["paid_at"] = "9999-12-31 23:59:59"

    assert good.sync().outcome == 6

    assert "paid" in good.failure(str(order))["reason"]


def test_a_row_that_is_nested_ever_deeper_is_read_as_far_as_it_matters(good):
    deep: Any = "x"
    for _ in range(300):
        deep = {"a": deep}
    order = good.shop.order([("CAM-1", 1)])
    raw_order(good, order)["extra"] = deep

    assert good.sync().outcome == 0

    assert good.sales_of(order)


# An update is no event


@pytest.mark.parametrize("kind", ["merchant", "woocommerce"])
@pytest.mark.parametrize("told", [APART, MOJIBAKE, "Tom &amp; Ana", CUT])
def test_a_sold_order_is_the_same_whose_words_a_former_version_did_not_mend(good, monkeypatch, kind, told):
    good.use(kind)
    order = good.shop.order([("CAM-1", 1)], payer_name=told, payer_city=told)
    good.sync()
    kept = good.state.orders.get(str(order))
    shipped = fingerprint(buyer_as_told(good, monkeypatch, order))
    sent = len(good.erp.requests)

    assert kept.buyer == shipped
    assert good.sync().outcome == 0
    assert (
        good.state.orders.get(str(order)).fingerprint
        == good.state.sales.of([str(order)])[str(order)].fingerprint
    )
    assert not [r for r in good.erp.requests[sent:] if r.method != "GET"]


def buyer_as_told(job: Any, monkeypatch: Any, order: Any) -> Buyer:
    """The buyer as a version read it that mended nothing."""
    read = []

    async def ask(parts: Any) -> None:
        read.append(await parts.shop.order(str(order)))

    with monkeypatch.context() as patch:
        patch.setattr(fit, "tree", lambda value: value)
        job._with_parts(ask)
    told = read[0].told or read[0]
    return Buyer(**{name: getattr(told.buyer, name) for name in Buyer.__slots__ if name != "told"})
