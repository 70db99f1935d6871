"""One shop, asked in three ways: the same SKUs, prices and stock, whatever happened to it."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest

from contaazul_sync.sandbox.shop.catalogue import fill

Told = dict[str, tuple[Decimal, int]]


@pytest.fixture
def told(sandbox, shop, storefront, woo, http):
    def ask() -> Told:
        faces = [_merchant(shop), _storefront(sandbox, storefront, http), _woo(woo)]
        assert faces[0] == faces[1] == faces[2]
        return faces[0]

    return ask


def _merchant(shop) -> Told:
    units = [unit for row in shop("product/list").json()["products"] for unit in row["variations"] or [row]]
    return {each["sku"]: _pair(each["special_price"] or each["price"], each["quantity"]) for each in units}


def _storefront(sandbox, storefront, http) -> Told:
    found: Told = {}
    places = re.findall(r"/produto/20270/(\d+)/", http.get(f"{sandbox.site_url}/sitemap.xml").text)
    for number in places:
        row = storefront.detail(int(number))
        for each in row["variacoes"] or []:
            found[each["codigo"]] = _pair(each["preco"], each["estoque"])
        if not row["variacoes"]:
            price = row["precos"]["preco_promocao"] or row["precos"]["preco"]
            found[row["codigo"]] = _pair(price, row["qtd_disponivel"])
    return found


def _woo(woo) -> Told:
    found: Told = {}
    for row in woo("products", per_page=100).json():
        below = woo(f"products/{row['id']}/variations", per_page=100).json() if row["variations"] else [row]
        found |= {each["sku"]: _pair(each["price"], each["stock_quantity"]) for each in below}
    return found


def _pair(price: Any, stock: int) -> tuple[Decimal, int]:
    return Decimal(str(price)).quantize(Decimal("0.01")), stock


@pytest.mark.slow
def test_they_tell_the_same_after_a_sale_a_change_and_a_cancellation(sandbox, told):
    fill(sandbox.shop)
    before = told()
    assert len(before) == 40
    number = sandbox.shop.order([("CANECA-MAR", 2), ("BONE-SOL-AM", 1)])
    assert (told()["CANECA-MAR"], told()["BONE-SOL-AM"]) == ((Decimal("34.90"), 34), (Decimal("49.90"), 13))
    sandbox.shop.change("BONE-SOL-AM", price="61.00", special_price=0)
    sandbox.shop.change("VELA-CAP", stock=3)
    sandbox.shop.unit("VELA-CAP")["sku"] = "VELA-CAPIM"
    after = told()
    assert (after["BONE-SOL-AM"], after["VELA-CAPIM"]) == ((Decimal("61.00"), 13), (Decimal("54.00"), 3))
    sandbox.shop.cancel(number)
    assert told()["CANECA-MAR"] == before["CANECA-MAR"]
    sandbox.shop.delete("BONE-SOL-PR")
    assert set(before) - set(told()) == {"BONE-SOL-PR", "VELA-CAP"}


def test_the_merchant_rows_know_nothing_of_the_other_faces(sandbox, shop):
    fill(sandbox.shop)
    product, order = sandbox.shop.products[0], sandbox.shop.orders[0]
    rows = shop("product/list").json()["products"], shop("order/list").json()["orders"]
    sandbox.shop.unmanaged.add(product["id"])
    sandbox.shop.on_request.add(product["id"])
    sandbox.shop.fees[order["id"]] = [("Embrulho", "3.50")]
    assert (shop("product/list").json()["products"], shop("order/list").json()["orders"]) == rows
