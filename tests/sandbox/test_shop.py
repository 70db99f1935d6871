"""The shop: pages, orders, stock, and the ways in which it misbehaves."""

from __future__ import annotations

from decimal import Decimal

import pytest


@pytest.fixture
def filled(sandbox):
    shop = sandbox.shop
    shop.add_product("CANECA", "Caneca", "39.90", 10, special_price="34.90", ean="7890000000017")
    shop.add_product(
        "CAM",
        "Camiseta",
        79.9,
        0,
        variations=[{"sku": "CAM-P", "price": "79.90", "stock": 4, "name": "Camiseta P"}],
    )
    return shop


def test_a_product_goes_out_with_exact_prices(filled, shop):
    answer = shop("product/list", page=1, size=100)
    assert answer.json()["sucess"] is True
    assert '"price": 39.90, "special_price": 34.90, "quantity": 10' in answer.text
    product = answer.json()["products"][1]
    assert product["variations"][0]["sku"] == "CAM-P"
    assert product["updated"] == "2026-11-24 12:00:00"


def test_without_the_token_nothing_is_shown(sandbox, http):
    for headers in ({}, {"authToken": "wrong"}):
        answer = http.get(f"{sandbox.shop_url}/product/list", headers=headers)
        assert answer.status_code == 401
        assert answer.json()["mensagem"] == "Token inválido"


def test_unknown_paths_are_404_and_writing_is_not_possible(sandbox, shop, http):
    assert shop("category/list").status_code == 404
    assert http.post(f"{sandbox.shop_url}/product/list").status_code == 405


def test_a_change_moves_the_time_of_the_product_also_through_a_variation(filled, shop, clock):
    clock.move(minutes=5)
    filled.change("CAM-P", price="89.90", stock=7)
    filled.change("CANECA", special_price=0, name="Caneca nova")
    caneca, cam = shop("product/list").json()["products"]
    assert (cam["variations"][0]["price"], cam["variations"][0]["quantity"]) == (89.9, 7)
    assert (cam["quantity"], cam["updated"]) == (7, "2026-11-24 12:05:00")
    assert (caneca["special_price"], caneca["name"]) == (0, "Caneca nova")
    with pytest.raises(KeyError):
        filled.change("NONE", price=1)


def test_products_and_variations_can_be_taken_down(filled, shop):
    filled.delete("CAM-P")
    filled.delete("CANECA")
    products = shop("product/list").json()["products"]
    assert [(product["sku"], product["variations"]) for product in products] == [("CAM", [])]


def test_a_price_that_is_no_amount_goes_out_as_it_is(filled, shop):
    filled.change("CANECA", cost=None)
    filled.unit("CANECA")["price"] = "sob consulta"
    assert shop("product/list").json()["products"][0]["price"] == "sob consulta"


def test_only_what_changed_since_is_listed_unless_the_filter_is_ignored(filled, shop, clock):
    clock.move(minutes=5)
    filled.change("CANECA", stock=1)

    def skus(since: str) -> list[str]:
        return [row["sku"] for row in shop("product/list", updatedSince=since).json()["products"]]

    assert skus("2026-11-24 12:05:00") == ["CANECA"]
    assert skus("2026-11-24 12:00:00") == ["CANECA", "CAM"]
    assert skus("yesterday") == ["CANECA", "CAM"]
    filled.switches.updated_since = "ignored"
    assert skus("2026-11-24 12:05:00") == ["CANECA", "CAM"]


def test_pages_end_with_an_empty_one(sandbox, shop):
    for number in range(5):
        sandbox.shop.add_product(f"P-{number}", "P", 1, 1)

    def page(number: object, size: object = 2) -> list[str]:
        return [row["sku"] for row in shop("product/list", page=number, size=size).json()["products"]]

    assert [page(1), page(2), page(3), page(4)] == [["P-0", "P-1"], ["P-2", "P-3"], ["P-4"], []]
    assert page("x", "y") == ["P-0", "P-1", "P-2", "P-3", "P-4"]
    answer = shop("product/list", size=2).json()
    assert (answer["total"], answer["totalPages"], answer["size"]) == (5, 3, 2)
    sandbox.shop.switches.pages = "repeat_last"
    assert page(9) == ["P-4"]
    sandbox.shop.switches.pages = "wrong_total"
    wrong = shop("product/list", size=2).json()
    assert (wrong["total"], wrong["totalPages"], len(wrong["products"])) == (12, 1, 2)
    sandbox.shop.switches.page_cap = 3
    assert page(1, 100) == ["P-0", "P-1", "P-2"]


def test_an_order_adds_up_and_takes_the_stock(filled, shop):
    number = filled.order([("CANECA", 2), ("CAM-P", 1, "70")], shipping="15", discount=4.8, payer_name="Bia")
    answer = shop("order/view", orderId=number).json()
    assert answer["sucesso"] is True
    order = answer["order"]
    assert order["items"][0] == {
        "sku": "CANECA",
        "name": "Caneca",
        "quantity": 2,
        "price": "34.90",
        "total": "69.80",
    }
    assert (order["subtotal"], order["total"], order["total_paid"]) == ("139.80", "150.00", "150.00")
    assert (order["status"], order["paid_at"], order["payer_name"]) == (
        "confirmed",
        "2026-11-24 12:00:00",
        "Bia",
    )
    assert filled.unit("CANECA")["quantity"] == 8
    assert filled.unit("CAM-P")["quantity"] == 3
    assert filled.unit("CAM")["quantity"] == 3
    assert shop("order/list").json()["orders"] == [order]


def test_an_order_may_name_what_is_not_sold_if_it_names_a_price(filled):
    filled.order([("GONE", 1, "5.00")])
    assert filled.orders[0]["items"][0]["name"] == "GONE"
    with pytest.raises(KeyError):
        filled.order([("GONE", 1)])


def test_payment_takes_the_stock_and_cancelling_gives_it_back(filled, clock):
    number = filled.order([("CANECA", 3)], status="pending", payment_method="boleto")
    order = filled.orders[0]
    assert (order["paid_at"], order["total_paid"], filled.unit("CANECA")["quantity"]) == ("", "0.00", 10)
    clock.move(days=3)
    filled.pay(number)
    assert (order["status"], order["paid_at"]) == ("confirmed", "2026-11-27 12:00:00")
    assert (order["updated"], order["total_paid"]) == ("2026-11-27 12:00:00", "104.70")
    assert filled.unit("CANECA")["quantity"] == 7
    filled.cancel(str(number))
    assert (order["status"], filled.unit("CANECA")["quantity"]) == ("canceled", 10)
    filled.cancel(number)
    assert filled.unit("CANECA")["quantity"] == 10
    with pytest.raises(KeyError):
        filled.pay(1)


def test_a_refund_gives_the_stock_back_and_a_deleted_product_stays_deleted(filled):
    number = filled.order([("CANECA", 3), ("CAM-P", 1)])
    filled.delete("CAM-P")
    filled.refund(number)
    assert filled.orders[0]["status"] == "refunded"
    assert filled.unit("CANECA")["quantity"] == 10


def test_the_stock_may_be_taken_at_the_order(filled):
    filled.switches.takes_stock_at = "order"
    number = filled.order([("CANECA", 3)], status="pending")
    assert filled.unit("CANECA")["quantity"] == 7
    filled.pay(number)
    assert filled.unit("CANECA")["quantity"] == 7


def test_a_failure_comes_with_status_200_and_either_spelling(filled, shop):
    missing = shop("order/view", orderId=1)
    assert missing.json() == {"sucesso": False, "mensagem": "Pedido não encontrado"}
    filled.switches.fail_with = "Loja em manutenção"
    products = shop("product/list")
    assert products.status_code == 200
    assert products.json() == {"sucess": False, "mensagem": "Loja em manutenção"}
    assert shop("order/list").json() == {"sucesso": False, "mensagem": "Loja em manutenção"}
    filled.switches.success_word = "sucesso"
    assert "sucesso" in shop("product/list").json()
    filled.switches.success_word = "sucess"
    assert "sucess" in shop("order/list").json()


def test_raw_prices_are_exact_decimals(filled):
    assert filled.products[0]["price"] == Decimal("39.90")
    assert isinstance(filled.products[0]["price"], Decimal)
