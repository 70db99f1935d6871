"""The judge from outside: the sandbox's rows of each version against those of a real server of that version.

Key by key and type by type, at every depth, in both directions: what a real row has and ours has not, what
ours has and no real one has, what is of another type. What is excused stands here, with why.
"""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from contaazul_sync.sandbox.common.switches import turn
from contaazul_sync.sandbox.shop.state import written
from tests.worlds.woo_samples import VERSIONS, answered, rows

COUPON = "a coupon's whole copy, which nothing reads"
# By kind: places that are ours alone or theirs alone, and why.
EXCUSED = {
    "orders": {
        "._links": "WordPress adds it to each row, and the recording has left it out",
        ".coupon_lines[].meta_data[]": COUPON,
    },
    "products": {
        "._links": "as of orders",
        ".related_ids[]": "others that WooCommerce draws by chance, which nothing reads",
    },
    "variations": {"._links": "as of orders"},
}
# What no row of a version has: nothing to compare ours with.
IMAGE = ".line_items[].image.id"  # of a variation it is 0, else empty
UNASKED = {
    ("9.9.5", "orders"): (".fee_lines[]", ".coupon_lines[]", IMAGE),
    ("11.0.1", "orders"): (".fee_lines[]", IMAGE),
    ("9.9.5", "products"): (".attributes[]", ".variations[]"),
    ("11.0.1", "products"): (".attributes[]", ".variations[]"),
}
# The samples of 8.2.2 were made without the plugin: its fields were written as metas, by hand.
TOLD_BY = {"8.2.2": "meta", "9.9.5": "both", "11.0.1": "both"}

Shapes = dict[str, tuple[set[frozenset[str]], set[str]]]


def shapes(found: list[Any]) -> Shapes:
    """For every place in the rows: the sets of keys, and the types, that occur there; null left out."""
    places: Shapes = {}
    for row in found:
        _look(places, row, "")
    price = places.get(".line_items[].price")
    if price:  # what PHP divides is written without decimals where it has none
        price[1].discard("int")
        price[1].add("number")
    return places


def _look(places: Shapes, value: Any, place: str) -> None:
    keys, kinds = places.setdefault(place, (set(), set()))
    if value is not None:
        kinds.add("number" if isinstance(value, (float, Decimal)) else type(value).__name__)
    if isinstance(value, dict):
        keys.add(frozenset(value))
    below = {f"{place}.{name}": [value[name]] for name in value} if isinstance(value, dict) else {}
    below |= {f"{place}[]": value} if isinstance(value, list) else {}
    for under, each in below.items():
        for one in each:
            _look(places, one, under)


def differences(version: str, kind: str, ours: list[Any]) -> list[str]:
    """What is wrong with our rows of this kind."""
    real, made = shapes(rows(version, kind)), shapes(ours)
    excused = (*EXCUSED[kind], *UNASKED.get((version, kind), ()))
    wrong = []
    for place in sorted(real.keys() | made.keys()):
        if place.startswith(excused):
            continue
        if place not in made or place not in real:
            wrong.append(f"{place}: {'ours' if place in made else 'theirs'} alone")
        elif real[place][1] and not made[place][1] <= real[place][1]:  # null in all of theirs may be anything
            wrong.append(f"{place}: {made[place][1]}, where theirs is {real[place][1]}")
        elif not real[place][1] <= made[place][1]:
            wrong.append(f"{place}: never {real[place][1] - made[place][1]}, as theirs is")
        elif real[place][0] and (extra := _keys(made, place) - _keys(real, place)):
            wrong.append(f"{place}: a row of theirs has never {sorted(extra)} together")
    return wrong


def _keys(told: Shapes, place: str) -> set[tuple[str, ...]]:
    return {tuple(sorted(keys - {"_links"})) for keys in told[place][0]}


@pytest.fixture(params=VERSIONS)
def version(request, sandbox):
    turn(
        sandbox.shop.switches,
        {"woo_version": request.param, "woo_brazilian_fields": TOLD_BY[request.param]},
    )
    return request.param


@pytest.fixture
def crowded(sandbox, clock, version):
    """A shop with one of each thing that WooCommerce writes in a way of its own."""
    shop = sandbox.shop
    week = {
        "sale_from": written(clock() - timedelta(days=1)),
        "sale_to": written(clock() + timedelta(days=6)),
    }
    mug = {"special_price": "34.90", "ean": "7890000000017"} | (week if version != "8.2.2" else {})
    shop.add_product("CANECA", "Caneca & pires", "39.90", 10, **mug)
    sizes = [
        {"sku": "CAM-P", "name": "Camiseta P", "price": "79.90", "stock": 4},
        {"sku": "CAM-M", "name": "Camiseta M", "price": "89.90", "stock": 5},
    ]
    shop.add_product("CAM", "Camiseta", "79.90", 9, variations=sizes)
    shop.add_product("LIVRE", "Sem estoque gerido", "10", 0)
    shop.unmanaged |= {shop.unit("LIVRE")["id"], shop.unit("CAM-P")["id"]}
    paid = shop.order([("CANECA", 2), ("CAM-M", 1)], shipping="15.00", discount="4.80")
    shop.fees[paid] = [("Embrulho", "3.50")]
    shop.refund_part(paid, "5", "um a menos")
    shop.order([("CANECA", 1)], status="delivered")
    shop.order([("CANECA", 1)], status="pending", payment_method="boleto")
    shop.cancel(shop.order([("CAM-M", 1)]))
    return shop


def listed(woo: Any, path: str) -> Any:
    return json.loads(woo(path, per_page=100).content)


def test_an_order_is_as_a_real_one(version, crowded, woo):
    assert differences(version, "orders", listed(woo, "orders")) == []


def test_a_product_is_as_a_real_one(version, crowded, woo):
    assert differences(version, "products", listed(woo, "products")) == []


@pytest.mark.parametrize("version", ["8.2.2", "11.0.1"], indirect=True)  # of 9.9.5 there is none
def test_a_variation_is_as_a_real_one(version, crowded, woo):
    if version == "11.0.1":
        crowded.shared_stock.add(crowded.unit("CAM")["id"])
        crowded.add_product(
            "OUTRA", "Outra", "5", 1, variations=[{"sku": "O-1", "name": "Outra Azul", "price": "5"}]
        )
        crowded.unmanaged.add(crowded.unit("O-1")["id"])
        told = listed(woo, "variations")
    else:
        told = listed(woo, f"products/{crowded.unit('CAM')['id']}/variations")

    assert differences(version, "variations", told) == []


def test_the_keys_come_in_the_order_of_a_real_one(version, crowded, woo):
    for kind in ("orders", "products"):
        assert [*listed(woo, kind)[0]] == [*rows(version, kind)[0], "_links"]


@pytest.mark.parametrize("version", ["9.9.5", "11.0.1"], indirect=True)
@pytest.mark.parametrize(
    ("name", "path", "status"),
    [
        ("order-unknown-404", "orders/999999", 404),
        ("status-unknown-400", "orders?status=inventado", 400),
        ("variations-of-unknown-product", "products/999999/variations", 200),
    ],
)
def test_a_refusal_is_worded_as_a_real_one(version, sandbox, woo, name, path, status):
    sandbox.shop.order([("GONE", 1, "5.00")], status="enviado")  # a plugin's, which the shop knows
    answer = woo(*path.split("?")[:1], **dict([path.split("?")[1].split("=")] if "?" in path else []))

    assert (answer.status_code, answer.json()) == (status, answered(version, name))


def test_a_list_of_all_variations_is_there_where_a_real_one_has_it(version, crowded, woo):
    real = answered(version, "variations-flat")
    answer = woo("variations")

    assert (answer.status_code == 200) == isinstance(real, list)
    assert isinstance(real, list) or answer.json() == real
