"""WooCommerce: what an order says of its money, in real rows of three versions and changed in one thing."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from contaazul_sync.core.drafts.sales import sale_draft
from contaazul_sync.core.errors import Unusable
from contaazul_sync.core.orders import Order, Payment
from contaazul_sync.core.rules import Rules
from contaazul_sync.net.border import parse
from contaazul_sync.shops.port import Unreadable
from contaazul_sync.shops.woocommerce import orders, products
from contaazul_sync.shops.woocommerce.bundles import is_container
from contaazul_sync.shops.woocommerce.rounding import rounded

SAMPLES = Path(__file__).parents[1] / "samples"
STATUSES = orders.Statuses()
NO_DATES = (
    "",
    None,
    "0000-00-00 00:00:00",
    "0000-00-00T00:00:00",
    "-0001-11-30T00:00:00",
    "0001-01-01T00:00:00",
)


def rows(version: str, name: str) -> Any:
    """A real answer, with the exact numbers of the wire."""
    return parse((SAMPLES / f"woocommerce-{version}" / f"{name}.json").read_bytes())


SPECIAL = [row for version in ("9.9.5", "11.0.1") for row in rows(version, "orders-special")]
IN_REAIS = [row for row in SPECIAL if row["currency"] == "BRL"]
TAXED = rows("11.0.1", "orders-special")[0]


def read(row: Any, **changes: Any) -> Order:
    order = orders.order(row | changes, STATUSES)
    assert isinstance(order, Order), order
    return order


# Decimals


@pytest.mark.parametrize("places", [0, 1])
def test_the_mark_that_a_shop_of_fewer_decimals_had_is_known_again(places):
    """Read as it was told then, the order has one of the marks that it may have had before."""
    for row in IN_REAIS:
        assert read(rounded(row, places)).note().fingerprint in read(row).note().roughly


@pytest.mark.parametrize("odd", ["R$ 10,00", "n/a", "NaN", {"a": 1}, [], "9" * 30])
def test_what_nobody_reads_of_an_order_needs_not_be_an_amount(odd):
    fees = [{"id": 1, "total": "0.00", "total_tax": "0.00", "subtotal": odd}]
    order = read(TAXED, subtotal=odd, total_tax=odd, fee_lines=fees)

    assert order.note().roughly == read(TAXED).note().roughly


def test_another_amount_has_another_mark_of_fewer_decimals():
    other = [line | {"subtotal": "340.58", "total": "340.58"} for line in TAXED["line_items"]]

    assert not {*read(TAXED, line_items=other, total="340.58").note().roughly} & {*read(TAXED).note().roughly}


@pytest.mark.parametrize(
    ("told", "places", "as_told"), [("72.15", 0, "72"), ("72.50", 0, "73"), ("-2.45", 1, "-2.5")]
)
def test_each_amount_is_rounded_half_away_from_zero(told, places, as_told):
    row = {"total": told, "fee_lines": [{"total": told, "name": "x"}], "refunds": None, "name": "x"}
    less = rounded(row, places)

    assert (less["total"], less["fee_lines"][0]["total"], less["name"]) == (
        Decimal(as_told),
        Decimal(as_told),
        "x",
    )


def test_more_than_two_decimals_are_told_as_such():
    unread = orders.order(TAXED | {"total": "339.5812"}, STATUSES)

    assert isinstance(unread, Unreadable)
    assert unread.reason == "the shop's order cannot be read: its total has more than two decimals"


# Round tax at subtotal level


def test_taxes_that_are_rounded_together_are_a_centavo_of_freight_where_the_merchant_lets_them():
    line = TAXED["line_items"][0] | {
        "quantity": 1,
        "subtotal": "10.05",
        "total": "10.05",
        "subtotal_tax": "1.01",
    }
    taxed = [line | {"id": number, "total_tax": "1.01"} for number in (1, 2, 3)]  # 1.005 each, 3.02 together
    order = read(TAXED, line_items=taxed, total="33.17", total_tax="3.02")

    draft = sale_draft(order, Rules(rounding="absorb"))

    assert (draft.total, draft.discount, draft.freight) == (3317, 1, 0)


# Paid


def test_what_was_completed_without_a_day_of_payment_was_paid_on_the_day_it_was_completed():
    order = read(TAXED, status="completed", date_paid_gmt=None, date_completed_gmt="2026-11-28T18:04:38")

    assert (order.payment, order.counted_at.isoformat()) == (Payment.PAID, "2026-11-28T18:04:38+00:00")
    assert not order.note().tells_payment


def test_what_was_completed_on_no_day_at_all_counts_on_the_day_it_was_made():
    order = read(TAXED, status="completed", date_paid_gmt=None, date_completed_gmt=None)

    assert (order.payment, order.counted_at) == (Payment.PAID, order.created_at)


@pytest.mark.parametrize("told", NO_DATES)
@pytest.mark.parametrize("name", ["date_paid_gmt", "date_completed_gmt", "date_modified_gmt"])
def test_a_zero_date_of_a_database_is_no_date(name, told):
    order = read(TAXED, status="processing", **{name: told})

    assert order.payment is (Payment.UNPAID if name == "date_paid_gmt" else Payment.PAID)
    assert order.updated_at == (order.created_at if name == "date_modified_gmt" else read(TAXED).updated_at)


@pytest.mark.parametrize("told", NO_DATES)
def test_an_order_made_on_no_day_is_told_as_missing_it(told):
    unread = orders.order(TAXED | {"date_created_gmt": told}, STATUSES)

    assert isinstance(unread, Unreadable)
    assert "date_created_gmt is missing" in unread.reason


# Ways of paying


def test_what_gift_cards_paid_is_told_beside_the_total():
    cards = [{"id": 1, "code": "ABCD", "amount": 30}, {"id": 2, "code": "EFGH", "amount": "20.00"}]

    assert read(TAXED, gift_cards=cards).credit == 5000
    assert read(TAXED, gift_cards=cards).note().fingerprint == read(TAXED).note().fingerprint


def test_real_orders_without_gift_cards_have_no_credit_and_no_bundle():
    for order in map(read, IN_REAIS):
        assert order.credit == 0
        assert not any(line.container for line in order.lines)


# Bundles


def bundle(**more: Any) -> Any:
    """A line without SKU and value."""
    nothing = {"subtotal": "0.00", "subtotal_tax": "0.00", "total": "0.00", "total_tax": "0.00"}
    return TAXED["line_items"][0] | nothing | {"id": 1, "sku": "", "name": "Cesta", "meta_data": []} | more


PART = TAXED["line_items"][0] | {"id": 2}
TEN = PART | {"subtotal": "10.00", "subtotal_tax": "0.00", "total": "10.00", "total_tax": "0.00"}


def of_ten_reais(*items: Any, total: str = "10.00") -> Order:
    """An order of these lines alone."""
    nothing = {"shipping_total": "0.00", "shipping_tax": "0.00", "fee_lines": [], "refunds": []}
    return read(TAXED, line_items=[*items], total=total, **nothing)


@pytest.mark.parametrize(
    "told",
    [
        {"bundled_items": [2]},
        {"bundled_items": {"0": 2}},  # as PHP writes a list with gaps
        {"composite_children": ["2"]},
        {"sku": None, "bundled_items": [2]},
        {"meta_data": [{"id": 9, "key": "_woosb_ids", "value": "19/ab/1"}]},
        {"meta_data": [{"id": 9, "key": "_bundled_items", "value": ["a1"]}]},
    ],
)
def test_a_line_that_says_its_parts_are_on_other_lines_is_a_bundles(told):
    item = bundle(**told)

    assert is_container(item, [item, PART])
    draft = sale_draft(read(TAXED, line_items=[item, PART]), Rules())
    assert [line.sku for line in draft.lines] == ["P-010"]


@pytest.mark.parametrize(
    "told",
    [
        {},  # a gift of which nobody knows what it is
        {"bundled_items": []},
        *({"bundled_items": odd} for odd in (2, True, "2", [{"id": 2}], {"a": [2]})),
        {"bundled_items": [2, 3]},  # one of its parts is not there
        {"bundled_items": [2], "sku": "CESTA"},
        {"bundled_items": [2], "subtotal": "10.00"},
        {"bundled_items": [2], "total_tax": "0.01"},
    ],
)
def test_any_other_line_is_sold_or_held_as_it_is(told):
    item = bundle(**told)

    assert not is_container(item, [item, PART])


def test_a_bundle_alone_is_no_container():
    item = bundle(meta_data=[{"id": 9, "key": "_woosb_ids", "value": "19/ab/1"}])

    assert not is_container(item, [item])


# Prices


@pytest.mark.parametrize("version", ["9.9.5", "11.0.1"])
def test_what_real_shops_sell_for_nothing_has_a_promotion_of_zero_and_no_other_has(version):
    units = {row["sku"]: products.product(row) for row in rows(version, "products")}

    assert {sku: (unit.price, unit.promotional) for sku, unit in units.items() if unit.is_priced} == {
        "S-UNMAN": (1000, None),
        "S-UNMANOUT": (1000, None),
        "S-VIRT": (9990, None),
        "S-DOWN": (1990, None),
        "S-SALENOW": (10000, 7990),
        "S-SALEFUT": (10000, None),
        "S-SALEPAST": (10000, None),
        "S-SALE0": (5000, 0),
        "S-PRICE0": (0, None),
        "S-NOPRICE": (0, None),
    }
    assert "'10.999' has more than two decimals" in (units["S-3DEC"].problem or "")


@pytest.mark.parametrize(
    ("sale_price", "price", "promotional"), [("0", "0", 0), ("0.00", "0.00", 0), ("", "", None)]
)
def test_a_promotion_of_zero_is_one_and_an_empty_one_is_none(sale_price, price, promotional):
    row = rows("11.0.1", "products")[0] | {"sale_price": sale_price, "price": price, "on_sale": True}

    assert products.product(row).promotional == promotional


def test_the_name_of_a_bundle_marks_no_sale():
    """Notes on the payment are read with the others, in search of the mark of an order."""
    item = bundle(bundled_items=[2], name="Cesta [loja:pedido 8]")

    note = sale_draft(of_ten_reais(item, TEN), Rules()).payment_note

    assert note == "Sem a linha do conjunto Cesta (loja:pedido 8), cujas partes são linhas próprias"


# Rounding


@pytest.mark.parametrize("quantity", [1, 3])
def test_a_line_that_goes_as_two_lacks_a_centavo_and_not_two(quantity):
    line = TEN | {"quantity": quantity}
    rules = Rules(rounding="absorb")

    assert sale_draft(of_ten_reais(line, total="10.01"), rules).freight == 1
    with pytest.raises(Unusable, match="does not add up"):
        sale_draft(of_ten_reais(line, total="10.02"), rules)


def test_the_line_of_a_bundle_lacks_nothing():
    with pytest.raises(Unusable, match="does not add up"):
        sale_draft(of_ten_reais(bundle(bundled_items=[2]), TEN, total="10.02"), Rules(rounding="absorb"))
