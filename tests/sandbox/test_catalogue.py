"""The invented shop is plausible: sums, documents, codes, and every state of an order."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from stdnum import ean as stdnum_ean
from stdnum.br import cnpj, cpf

from contaazul_sync.sandbox.erp.records.fixed import NCMS
from contaazul_sync.sandbox.erp.state import Erp
from contaazul_sync.sandbox.shop.catalogue import fill
from contaazul_sync.sandbox.shop.state import Shop, written


def filled(clock) -> Shop:
    shop = Shop(clock)
    fill(shop)
    return shop


def units(shop: Shop) -> list[dict[str, Any]]:
    return [unit for product in shop.products for unit in product["variations"] or [product]]


def test_there_are_forty_things_to_sell_each_with_its_own_codes(clock):
    sold = units(filled(clock))
    assert len(sold) == 40
    assert len({unit["sku"] for unit in sold}) == len({unit["ean"] for unit in sold}) == 40
    assert all(stdnum_ean.is_valid(unit["ean"]) and len(unit["sku"]) <= 20 for unit in sold)
    assert sum(unit["special_price"] > 0 for unit in sold) >= 8


def test_products_are_plausible(clock):
    shop = filled(clock)
    known = {code for code, _words in NCMS.values()}
    assert all(product["ncm"] in known for product in shop.products)
    assert all(product["description"].startswith("<p>") for product in shop.products)
    assert [len(product["name"]) > 100 for product in shop.products].count(True) == 1
    assert all(unit["quantity"] >= 0 and unit["price"] > unit["special_price"] for unit in units(shop))
    assert sum(bool(product["variations"]) for product in shop.products) >= 5


def test_orders_add_up_to_the_centavo(clock):
    for order in filled(clock).orders:
        subtotal = sum(Decimal(item["total"]) for item in order["items"])
        assert all(
            Decimal(item["price"]) * item["quantity"] == Decimal(item["total"]) for item in order["items"]
        )
        assert subtotal == Decimal(order["subtotal"])
        assert subtotal - Decimal(order["discount"]) + Decimal(order["shipping"]) == Decimal(order["total"])


def test_orders_are_in_all_states_and_paid_in_all_ways(clock):
    orders = filled(clock).orders
    assert len(orders) == 12
    assert {order["status"] for order in orders} == {
        "pending",
        "confirmed",
        "invoiced",
        "shipped",
        "delivered",
        "canceled",
        "refunded",
    }
    ways = {(order["payment_method"], order["installments"]) for order in orders}
    assert ways >= {("pix", 1), ("boleto", 1), ("credit_card", 3), ("credit_card", 6)}
    assert any(Decimal(order["discount"]) for order in orders)
    names = [order["payer_name"] for order in orders]
    assert len(names) > len(set(names))


def test_buyers_have_test_documents_with_valid_check_digits(clock):
    orders = filled(clock).orders
    for order in orders:
        assert cpf.is_valid(order["payer_cpf"]) != cnpj.is_valid(order["payer_cnpj"])
    assert any(order["payer_cnpj"] and order["payer_razao_social"] for order in orders)
    assert cnpj.is_valid(Erp().company["documento"])


def test_times_are_in_order_and_one_order_was_paid_days_after_it_was_made(clock):
    orders = filled(clock).orders
    now = written(clock())
    for order in orders:
        assert order["created"] <= (order["paid_at"] or order["created"]) <= order["updated"] <= now
    late = written(clock() - timedelta(hours=144)), written(clock() - timedelta(hours=50))
    assert late in [(order["created"], order["paid_at"]) for order in orders]
