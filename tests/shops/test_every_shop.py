"""The contract of the port, kept by every kind of shop, over HTTP."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from contaazul_sync.core.drafts.documents import document_of
from contaazul_sync.core.drafts.sales import sale_draft
from contaazul_sync.core.errors import NoAccess, Unavailable
from contaazul_sync.core.ids import parent
from contaazul_sync.core.orders import Order, Payment
from contaazul_sync.core.plan.actions import CreateProduct
from contaazul_sync.core.plan.facts import Facts, Known
from contaazul_sync.core.plan.products import plan_products
from contaazul_sync.core.products import Product
from contaazul_sync.core.rules import Rules
from contaazul_sync.sandbox.sheets.export import DIALECTS
from contaazul_sync.sandbox.shop.catalogue import fill
from contaazul_sync.shops.port import Unread
from tests.worlds.shops import FILES, KINDS, Door

pytestmark = pytest.mark.line("memory")

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
# What differs between versions and hosts of each kind, beside what the sandbox does by default.
HABITS = [
    ("merchant", {}),
    ("merchant", {"pages": "repeat_last"}),
    ("merchant", {"updated_since": "ignored", "page_cap": 7}),
    ("storefront", {}),
    ("storefront", {"storefront_no_variations": "list", "storefront_unknown_product": "404"}),
    ("storefront", {"storefront_glued": True, "storefront_page_size": 3}),
    ("woocommerce", {}),
    ("woocommerce", {"woo_version": "8.2.2"}),
    ("woocommerce", {"woo_version": "11.0.1"}),
    ("woocommerce", {"woo_strips_authorization": True, "woo_totals": "missing", "woo_page_cap": 15}),
    ("woocommerce", {"woo_modified_after": "ignored", "woo_brazilian_fields": "meta"}),
    ("woocommerce", {"woo_brazilian_fields": "billing"}),
    ("woocommerce", {"woo_version": "11.0.1", "woo_variation_touches_parent": True}),
    ("woocommerce", {"woo_variation_touches_parent": False}),
    (FILES, "painel"),
    (FILES, "woocommerce"),
    (FILES, "plain"),
]


def _name(pair):
    kind, habits = pair
    return f"{kind}-{habits if kind == FILES else ','.join(map(str, habits.values()))}"


@pytest.fixture(params=HABITS, ids=_name)
def door(request, sandbox, tmp_path):
    kind, habits = request.param
    if kind == FILES:
        return Door(kind, sandbox, tmp_path, dialect=habits)
    for name, value in habits.items():
        setattr(sandbox.shop.switches, name, value)
    return Door(kind, sandbox, tmp_path)


@pytest.fixture(params=KINDS)
def plain_door(request, sandbox, tmp_path):
    return Door(request.param, sandbox, tmp_path)


@pytest.fixture
def filled(sandbox):
    fill(sandbox.shop)
    return sandbox.shop


def test_every_sellable_unit_is_told_with_its_sku_price_and_stock(door, filled):
    told = door.products()

    units = [unit for product in filled.products for unit in product["variations"] or [product]]
    assert told.keys() == {unit["sku"] for unit in units}
    for unit in units:
        product = told[unit["sku"]]
        assert product.problem is None
        assert product.base("promotional") == int((unit["special_price"] or unit["price"]) * 100)
        assert product.price == int(unit["price"] * 100)
        assert product.stock == unit["quantity"]
        assert product.name


def test_all_kinds_give_a_product_the_same_key(sandbox, filled, tmp_path):
    doors = [Door(kind, sandbox, tmp_path) for kind in KINDS]
    doors += [Door(FILES, sandbox, tmp_path / name, dialect=name) for name in DIALECTS]
    keys = [{product.sku: product.key for product in door.products().values()} for door in doors]

    assert all(each == keys[0] for each in keys)
    mug, shirt = keys[0]["CANECA-IPE"], keys[0]["CAM-AZ-M"]
    assert parent(mug) == mug
    assert parent(shirt) == str(filled.products[-6]["id"])
    assert shirt != parent(shirt)


def test_a_product_that_is_sold_by_its_variations_is_no_unit_itself(door, filled):
    assert "CAM-AZ" not in door.products()


@pytest.mark.parametrize("sku", ["CADERNO-A5", "CAM-AZ-M"])
def test_what_changed_since_a_moment_is_told(door, filled, clock, sku):
    before = door.products()
    key = before[sku].key
    clock.move(days=3)
    filled.change(sku, price="45.00", special_price=0, stock=3)

    told = door.products(clock() - timedelta(hours=1), wanted={key})

    assert (told[sku].key, told[sku].price, told[sku].promotional, told[sku].stock) == (key, 4500, None, 3)


def test_what_the_shop_deleted_is_not_told(door, filled):
    filled.delete("CADERNO-A5")
    filled.delete("CAM-AZ-M")

    told = door.products()

    assert not {"CADERNO-A5", "CAM-AZ-M"} & told.keys()
    assert {"CADERNO-A6", "CAM-AZ-G"} <= told.keys()


def test_a_wanted_product_that_the_shop_no_longer_has_is_no_trouble(door, filled):
    told = door.told(wanted={"999999999"})

    assert not [each for each in told if isinstance(each, Unread)]


def test_each_order_is_told_with_what_it_means(door, filled):
    told = door.orders(LONG_AGO)

    meanings = {"pending": Payment.UNPAID, "canceled": Payment.CANCELLED, "refunded": Payment.REFUNDED}
    assert told.keys() == {order["order_id"] for order in filled.orders}
    for order in filled.orders:
        read = told[order["order_id"]]
        assert isinstance(read, Order)
        assert read.payment is meanings.get(order["status"], Payment.PAID)
        assert read.total == int(Decimal(order["total"]) * 100)
        assert [(line.sku, line.quantity) for line in read.lines] == [
            (item["sku"], item["quantity"]) for item in order["items"]
        ]


def test_a_paid_order_becomes_a_sale_of_its_total_on_the_day_of_its_payment(door, filled):
    orders = [order for order in door.orders(LONG_AGO).values() if isinstance(order, Order)]
    paid = [order for order in orders if order.payment is Payment.PAID]

    assert len(paid) == 8
    for order in paid:
        draft = sale_draft(order, Rules())
        kept = next(each for each in filled.orders if each["order_id"] == order.id)
        assert draft.total == int(Decimal(kept["total"]) * 100)
        assert draft.day.isoformat() == kept["paid_at"][:10]
        assert draft.freight == int(Decimal(kept["shipping"]) * 100)
        assert order.paid_at is not None
        local = order.paid_at.astimezone(ZoneInfo("America/Sao_Paulo"))
        assert local.strftime("%Y-%m-%d %H:%M:%S") == kept["paid_at"]


def test_the_buyer_is_told_with_document_and_address(door, filled):
    order = door.order(filled.orders[0]["order_id"])

    buyer = order.buyer
    assert document_of(buyer) == "11144477735"
    assert (buyer.name, buyer.email) == ("Bruno Carvalho Lima", "bruno@example.com")
    assert (buyer.street, buyer.number, buyer.complement) == ("Rua das Laranjeiras", "45", "ap 302")
    assert (buyer.district, buyer.city, buyer.region) == ("Laranjeiras", "Rio de Janeiro", "RJ")
    assert "".join(filter(str.isdigit, buyer.postcode)) == "22240003"


def test_a_company_that_buys_is_told_with_its_cnpj_and_name(door, filled):
    order = door.order(filled.orders[3]["order_id"])

    assert document_of(order.buyer) == "11222333000181"
    assert order.buyer.company == "Ateliê Prado Decorações Ltda"


def test_a_boleto_that_is_paid_days_later_is_among_what_changed(door, filled, clock):
    boleto = next(order for order in filled.orders if order["status"] == "pending")["order_id"]
    clock.move(days=10)
    filled.pay(boleto)

    told = door.orders(clock() - timedelta(days=1))

    assert told[boleto].payment is Payment.PAID
    assert told[boleto].paid_at == clock()


def test_an_order_can_be_read_by_itself_and_one_that_is_not_there_is_none(door, filled):
    order = door.order(filled.orders[0]["order_id"])

    assert isinstance(order, Order)
    assert order.note() == door.orders(LONG_AGO)[order.id].note()
    if door.kind == "woocommerce":  # the merchant API's answer to it is a refusal, told as that order's
        assert door.order("999999") is None


def test_nothing_that_is_asked_could_change_anything(door, filled):
    door.products()
    door.orders(LONG_AGO)

    assert {seen.method for seen in filled.requests} == (set() if door.kind == FILES else {"GET"})
    assert all(seen.headers["user-agent"].startswith("contaazul-sync/") for seen in filled.requests)


def test_a_token_that_is_not_accepted_says_what_to_type(plain_door, filled):
    plain_door.token = "ck_1:cs_1" if plain_door.kind == "woocommerce" else "wrong"

    with pytest.raises(NoAccess, match="contaazul-sync auth --secrets"):
        plain_door.orders(LONG_AGO)


@pytest.mark.line("http")
def test_a_shop_that_is_away_or_shows_a_page_of_html_is_told_and_nothing_else(plain_door, filled):
    with filled.down(), pytest.raises(Unavailable):
        plain_door.products(wanted=set())
    filled.faults.random(1.0, 1, ["html"])
    with pytest.raises(Unavailable):
        plain_door.orders(LONG_AGO)
    with pytest.raises(Unavailable):
        plain_door.products(wanted=set())


def test_a_hiccup_of_the_shop_is_asked_again(plain_door, filled):
    filled.faults.add("500_before", times=2)
    filled.faults.add("429", times=1)
    filled.faults.add("drop_before", times=1)

    assert plain_door.products().keys() >= {"CANECA-IPE", "CAM-AZ-M"}


def test_the_same_plan_comes_of_every_kind(sandbox, filled, tmp_path):
    """What would be created: SKU, price and balance do not depend on how the shop is asked."""
    plans = []
    for kind in (*KINDS, FILES):
        told = Door(kind, sandbox, tmp_path).products()
        known = Known({}, {}, {}, sandbox.shop.clock(), timedelta(0))
        by_key = {product.key: product for product in told.values()}
        made = plan_products(sorted(by_key), by_key, Facts(Rules(), known))
        creates = [each for each in made if isinstance(each, CreateProduct)]
        plans.append([(c.product.sku, c.price, c.balance) for c in creates])

    assert all(plan == plans[0] for plan in plans)
    assert len(plans[0]) == 40


@pytest.mark.slow
def test_a_walk_of_a_thousand_products_tells_each_once(plain_door, sandbox):
    for number in range(120):
        sandbox.shop.add_product(f"P{number}", f"Produto {number}", "10.00", number)

    told = [each for each in plain_door.told() if isinstance(each, Product) and not each.listed]

    assert sorted(product.sku for product in told) == sorted(f"P{number}" for number in range(120))
