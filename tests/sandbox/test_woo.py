"""WooCommerce: rows as a real one answered them, filters, pages, refusals, and what differs between hosts."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from contaazul_sync.sandbox.shop.state import written

SAMPLES = Path(__file__).parents[1] / "samples" / "woocommerce-8.2.2"


def sample(name: str) -> Any:
    return json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture
def filled(sandbox):
    """A mug, a shirt of two sizes, and a paid order of both."""
    shop = sandbox.shop
    shop.add_product("CANECA", "Caneca de chá", "39.90", 10, special_price="34.90", ean="7890000000017")
    sizes = [
        {"sku": "CAM-P", "name": "Camiseta P", "price": "79.90", "stock": 4},
        {"sku": "CAM-M", "name": "Camiseta M", "price": "89.90", "special_price": "69.90", "stock": 5},
    ]
    shop.add_product("CAM", "Camiseta", "79.90", 9, variations=sizes)
    shop.order([("CANECA", 2), ("CAM-P", 1)], shipping="15.00")
    return shop


@pytest.fixture
def row(filled, woo):
    def one(sku: str) -> Any:
        for product in woo("products", per_page=100).json():
            below = woo(f"products/{product['id']}/variations").json() if product["variations"] else []
            for each in [product, *below]:
                if each["sku"] == sku:
                    return each
        raise KeyError(sku)

    return one


@pytest.fixture
def order(filled, woo):
    return lambda: woo(f"orders/{filled.orders[-1]['id']}").json()


def skus(answer) -> list[str]:
    return [each["sku"] for each in answer.json()]


def numbers(answer) -> list[int]:
    return [each["id"] for each in answer.json()]


# Refusals


@pytest.mark.parametrize(
    ("name", "path", "signed_in"),
    [
        ("error-400", "orders?per_page=101", True),
        ("error-401", "orders", False),
        ("error-404", "products/999999", True),
        ("variations-flat", "variations?per_page=5", True),
    ],
)
def test_a_refusal_is_worded_as_a_real_shop_words_it(sandbox, http, name, path, signed_in):
    keys = tuple(sandbox.woo_keys.split(":")) if signed_in else None
    answer = http.get(f"{sandbox.woo_url}/{path}", auth=keys)
    expected = sample(name)
    assert expected["request"] == f"GET /wp-json/wc/v3/{path}"
    assert (answer.status_code, answer.json()) == (expected["status"], expected["body"])
    assert "link" not in answer.headers


def test_other_refusals(filled, woo, http, sandbox):
    missing = woo("orders/1")
    assert (missing.status_code, missing.json()["code"]) == (404, "woocommerce_rest_shop_order_invalid_id")
    assert woo("products/1").json()["code"] == "woocommerce_rest_product_invalid_id"
    none = woo("products/1/variations")
    assert (none.status_code, none.json()) == (200, [])
    for path in ("customers", "products/x", "orders/1/notes"):
        assert (woo(path).status_code, woo(path).json()["code"]) == (404, "rest_no_route")
    assert http.post(f"{sandbox.woo_url}/orders").json()["code"] == "rest_no_route"
    assert http.get(f"{sandbox.site_url}/wp-json/").status_code == 404


@pytest.mark.parametrize(
    ("query", "code", "words"),
    [
        ({"per_page": 0}, "rest_out_of_bounds", "must be between 1 (inclusive) and 100 (inclusive)"),
        ({"page": 0}, "rest_out_of_bounds", "must be greater than or equal to 1"),
        ({"page": "x"}, "rest_invalid_type", "is not of type integer."),
        (
            {"orderby": "total"},
            "rest_not_in_enum",
            "is not one of date, id, include, title, slug, and modified.",
        ),
        ({"order": "up"}, "rest_not_in_enum", "is not one of desc and asc."),
        ({"modified_after": "2026-11-24"}, "rest_invalid_date", "Invalid date."),
        ({"after": "yesterday, at about noon"}, "rest_invalid_date", "Invalid date."),
    ],
)
def test_a_parameter_that_cannot_be_is_named(sandbox, woo, query, code, words):
    answer = woo("orders", **query)
    name = next(iter(query))
    body = answer.json()
    assert (answer.status_code, body["code"]) == (400, "rest_invalid_param")
    assert body["message"] == f"Invalid parameter(s): {name}"
    assert body["data"]["params"][name].removeprefix(f"{name} ") == words
    assert body["data"]["details"][name]["code"] == code


# Keys


def test_the_keys_are_taken_from_the_header_or_from_the_query(filled, woo):
    key, secret = filled.woo_keys.split(":")
    query = {"consumer_key": key, "consumer_secret": secret}
    assert woo("orders").status_code == woo("orders", auth=None, **query).status_code == 200
    assert woo("orders", auth=(key, "wrong")).status_code == 401
    assert woo("orders", auth=None, consumer_key=key).status_code == 401
    filled.switches.woo_strips_authorization = True
    assert woo("orders").status_code == 401
    assert woo("orders", auth=None, **query).status_code == 200


def test_the_keys_look_like_keys(sandbox):
    key, secret = sandbox.woo_keys.split(":")
    assert (key[:3], secret[:3], len(key), len(secret)) == ("ck_", "cs_", 43, 43)
    assert int(key[3:], 16)
    assert int(secret[3:], 16)


# Lists


@pytest.fixture
def five(sandbox, clock):
    """Five orders, a day apart; the first was changed last."""
    for _ in range(5):
        sandbox.shop.order([("GONE", 1, "5.00")], status="pending")
        clock.move(days=1)
    sandbox.shop.pay(sandbox.shop.orders[0]["id"])
    return [each["id"] for each in sandbox.shop.orders]


def test_a_page_says_how_many_there_are_and_where_its_neighbours_are(five, sandbox, woo):
    answer, expected = woo("orders", per_page=1, page=2), sample("orders-page-2")
    assert numbers(answer) == [five[3]]
    told = {name: answer.headers[name] for name in ("X-WP-Total", "X-WP-TotalPages")}
    assert told == {name: expected["headers"][name] for name in told}
    here = expected["headers"]["Link"].replace("https://127.0.0.1:8099", sandbox.site_url)
    assert answer.headers.get_list("link") == [
        f'<{sandbox.site_url}/wp-json/>; rel="https://api.w.org/"',
        here,
    ]
    assert 'rel="next"' not in woo("orders", per_page=1, page=5).headers["link"]
    assert numbers(woo("orders", per_page=1, page=6)) == []


def test_ten_rows_are_a_page_and_an_offset_wins_over_the_page(five, sandbox, woo):
    for _ in range(6):
        sandbox.shop.order([("GONE", 1, "5.00")])
    assert len(woo("orders").json()) == 10
    assert len(woo("orders", per_page=100).json()) == 11
    assert numbers(woo("orders", order="asc", orderby="id", offset=3, page=2, per_page=2)) == five[3:5]


def test_rows_come_newest_first_unless_another_order_is_asked_for(five, woo):
    assert numbers(woo("orders")) == five[::-1]
    assert numbers(woo("orders", order="asc", orderby="date")) == five
    assert numbers(woo("orders", orderby="id")) == five[::-1]
    assert numbers(woo("orders", orderby="modified")) == [five[0], *five[:0:-1]]
    assert numbers(woo("orders", include=f"{five[2]},{five[0]}", orderby="include")) == [five[2], five[0]]
    assert numbers(woo("orders", include="x")) == []


def test_products_can_be_sorted_and_chosen_too(filled, woo):
    filled.add_product("AVENTAL", "Avental", "20", 1, available=0)
    assert skus(woo("products", orderby="title", order="asc")) == ["AVENTAL", "CAM", "CANECA"]
    assert skus(woo("products", status="publish")) == ["CAM", "CANECA"]
    assert skus(woo("products", status="draft", search="unheard of")) == ["AVENTAL"]
    assert len(woo("products", status="any").json()) == 3


def test_orders_are_chosen_by_one_status_or_by_several(five, woo):
    assert numbers(woo("orders", status="processing")) == [five[0]]
    assert len(woo("orders", status="processing,pending").json()) == 5
    assert numbers(woo("orders", status="completed")) == []


def test_bounds_are_local_unless_they_are_said_to_be_gmt_and_are_left_out_themselves(five, woo):
    # The orders were made at 12:00 in São Paulo, from the 24th on; the first was changed on the 29th.
    assert numbers(woo("orders", after="2026-11-27T12:00:00")) == [five[4]]
    assert numbers(woo("orders", after="2026-11-27T11:59:59")) == [five[4], five[3]]
    assert numbers(woo("orders", after="2026-11-27T14:59:59", dates_are_gmt="true")) == [five[4], five[3]]
    assert numbers(woo("orders", before="2026-11-25T12:00:01")) == [five[1], five[0]]
    assert numbers(woo("orders", modified_after="2026-11-28T12:00:00")) == [five[0]]
    assert numbers(woo("orders", modified_before="2026-11-25T12:00:01")) == [five[1]]
    assert numbers(woo("orders", modified_after="2026-11-28T15:00:00Z")) == [five[0]]


def test_hosts_differ(five, sandbox, woo):
    switches = sandbox.shop.switches
    switches.woo_modified_after = "ignored"
    assert len(woo("orders", modified_after="2026-11-28T12:00:00").json()) == 5
    switches.woo_page_cap = 2
    capped = woo("orders", per_page=100)
    assert (len(capped.json()), capped.headers["X-WP-TotalPages"]) == (2, "3")
    switches.woo_totals = "missing"
    assert not {"x-wp-total", "x-wp-totalpages"} & set(woo("orders").headers)


def test_plain_permalinks_answer_by_the_query_alone(five, sandbox, http, woo):
    sandbox.shop.switches.woo_permalinks = "plain"
    for path in ("orders", "customers"):
        moved = woo(path)
        assert (moved.status_code, moved.headers["location"]) == (301, f"{sandbox.site_url}/")
    keys = tuple(sandbox.woo_keys.split(":"))

    def asked(path: str, **query: Any) -> Any:
        return http.get(f"{sandbox.site_url}/", params={"rest_route": f"/wc/v3/{path}"} | query, auth=keys)

    assert numbers(asked("orders", orderby="id", order="asc")) == five
    assert asked(f"orders/{five[0]}").json()["id"] == five[0]
    assert asked("customers").status_code == 404
    sandbox.shop.switches.woo_permalinks = "pretty"
    assert numbers(asked("orders", orderby="id", order="asc")) == five
    assert http.get(f"{sandbox.site_url}/").headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("version", ["9.9.5", "11.0.1"])
def test_a_status_that_is_not_registered_is_refused_as_by_a_real_shop(filled, woo, version):
    told = json.loads((SAMPLES.parent / f"woocommerce-{version}" / "status-unknown-400.json").read_text())
    filled.order([("CANECA", 1)], status="enviado")  # its plugin is there

    refused = woo("orders", status="embalando")

    assert (refused.status_code, refused.json()) == (400, told)
    assert len(woo("orders", status="enviado").json()) == 1


@pytest.fixture
def tied(sandbox):
    """Orders that changed in one second."""
    return [sandbox.shop.order([("GONE", 1, "5.00")]) for _ in range(162)]


def paged(woo, orderby: str) -> list[int]:
    pages = [woo("orders", orderby=orderby, per_page=100, offset=offset) for offset in (0, 50, 100, 150)]
    return [number for page in pages for number in numbers(page)]


def test_orders_that_changed_in_one_second_come_in_another_order_on_each_page(tied, sandbox, woo):
    found = paged(woo, "modified")
    assert set(found) < set(tied)
    assert paged(woo, "modified") == found  # the same page has them in the same order

    sandbox.shop.switches.woo_ties = "by_id"
    assert set(paged(woo, "modified")) == set(tied)


@pytest.mark.parametrize("orderby", ["id", "date"])
def test_a_list_by_id_or_by_date_has_an_order_of_its_own(tied, woo, orderby):
    assert set(paged(woo, orderby)) == set(tied)


def test_a_page_may_be_too_much_for_its_memory(tied, sandbox, woo):
    sandbox.shop.switches.heaviest_page = 50

    failed = woo("orders", per_page=51)

    assert (failed.status_code, failed.headers["content-type"]) == (500, "text/html; charset=utf-8")
    assert "Allowed memory size" in failed.text
    assert len(woo("orders", per_page=50).json()) == 50


# Products


def test_a_name_is_as_wordpress_keeps_it(filled, row, woo):
    filled.change("CANECA", name="Caneca & pires")
    filled.change("CAM", name="Camisa &amp; gola")
    filled.order([("CANECA", 1)])
    assert (row("CANECA")["name"], row("CAM")["name"]) == ("Caneca &amp; pires", "Camisa &amp; gola")
    assert woo("orders").json()[0]["line_items"][0]["name"] == "Caneca &amp; pires"
    filled.switches.woo_names = "raw"
    assert row("CANECA")["name"] == "Caneca & pires"


def test_a_simple_product_has_its_prices_as_text_and_its_stock(row):
    mug = row("CANECA")
    assert (mug["type"], mug["price"], mug["regular_price"], mug["sale_price"]) == (
        "simple",
        "34.90",
        "39.90",
        "34.90",
    )
    assert (mug["on_sale"], mug["manage_stock"], mug["stock_quantity"]) == (True, True, 8)
    assert (mug["status"], mug["global_unique_id"], mug["variations"]) == ("publish", "7890000000017", [])


def test_a_variable_product_shows_the_lowest_price_and_counts_no_stock(filled, row):
    shirt, small, medium = row("CAM"), row("CAM-P"), row("CAM-M")
    assert (shirt["type"], shirt["price"], shirt["regular_price"], shirt["on_sale"]) == (
        "variable",
        "69.90",
        "",
        True,
    )
    assert (shirt["manage_stock"], shirt["stock_quantity"], shirt["stock_status"]) == (False, None, "instock")
    assert shirt["variations"] == [small["id"], medium["id"]]
    assert shirt["attributes"][0]["options"] == ["P", "M"]
    assert (small["price"], small["sale_price"], small["on_sale"]) == ("79.90", "", False)
    assert (medium["price"], medium["regular_price"], medium["sale_price"]) == ("69.90", "89.90", "69.90")
    assert (small["manage_stock"], small["stock_quantity"]) == (True, 3)
    assert small["attributes"] == [{"id": 0, "name": "Opção", "option": "P"}]


@pytest.mark.parametrize(
    ("begins", "ends", "price", "is_on"),
    [(-2, -1, "39.90", False), (-1, 1, "34.90", True), (1, 2, "39.90", False)],
)
def test_a_promotion_has_its_days_and_is_told_outside_of_them(filled, row, clock, begins, ends, price, is_on):
    first, last = (written(clock() + timedelta(days=days)) for days in (begins, ends))
    filled.change("CANECA", sale_from=first, sale_to=last)
    mug = row("CANECA")
    assert (mug["price"], mug["sale_price"], mug["on_sale"]) == (price, "34.90", is_on)
    assert mug["date_on_sale_to"] == last.replace(" ", "T")


def test_what_is_taken_down_is_not_published(filled, row):
    filled.change("CANECA", available=0)
    filled.change("CAM-P", available=0)
    filled.change("CAM-M", stock=0)
    assert (row("CANECA")["status"], row("CAM-P")["status"]) == ("draft", "private")
    assert row("CAM-M")["stock_status"] == "outofstock"


def test_stock_may_be_counted_by_nobody(filled, row):
    filled.unmanaged |= {filled.unit("CANECA")["id"], filled.unit("CAM-P")["id"]}
    filled.change("CAM-P", stock=0)
    for sku in ("CANECA", "CAM-P"):
        told = row(sku)
        assert (told["manage_stock"], told["stock_quantity"], told["stock_status"]) == (
            False,
            None,
            "instock",
        )


def test_stock_may_be_counted_for_all_variations_together(filled, row):
    filled.shared_stock.add(filled.unit("CAM")["id"])

    def told(sku: str) -> tuple[Any, Any]:
        return row(sku)["manage_stock"], row(sku)["stock_quantity"]

    assert (told("CAM"), told("CAM-P"), told("CAM-M")) == ((True, 8), ("parent", 8), ("parent", 8))
    filled.switches.woo_parent_stock_word = "false"
    assert (told("CAM"), told("CAM-P")) == ((True, 8), (False, None))
    assert row("CAM-P")["stock_status"] == "instock"


def test_the_core_may_be_too_old_for_the_ean(filled, row):
    filled.switches.woo_global_unique_id = False
    assert "global_unique_id" not in row("CANECA")
    assert "global_unique_id" not in row("CAM-P")


def test_all_variations_can_be_listed_at_once_where_the_core_is_new(filled, woo):
    filled.switches.woo_flat_variations = True
    rows = woo("variations", orderby="id", order="asc").json()
    parent = filled.unit("CAM")["id"]
    assert [(each["sku"], each["parent_id"], each["name"]) for each in rows] == [
        ("CAM-P", parent, "P"),
        ("CAM-M", parent, "M"),
    ]
    assert woo("variations", auth=None).status_code == 401


def test_a_version_brings_its_own_habits_and_a_switch_wins(filled, row, woo, clock):
    """What they do; their rows are judged in test_woo_samples.py."""
    clock.move(minutes=5)
    filled.change("CAM-P", price="81")
    for version, moved, listed in (("8.2.2", True, 404), ("9.9.5", True, 404), ("11.0.1", False, 200)):
        filled.switches.woo_version = version
        assert (row("CAM")["date_modified_gmt"] == "2026-11-24T15:05:00") is moved
        assert woo("variations").status_code == listed
    filled.switches.woo_variation_touches_parent = True
    filled.switches.woo_flat_variations = False
    assert row("CAM")["date_modified_gmt"] == "2026-11-24T15:05:00"
    assert woo("variations").status_code == 404


def test_each_has_its_own_time_and_a_variation_may_leave_its_product_alone(filled, row, clock, woo):
    clock.move(minutes=5)
    filled.change("CAM-P", price="81")
    later, earlier = "2026-11-24T15:05:00", "2026-11-24T15:00:00"
    assert (row("CAM-P")["date_modified_gmt"], row("CAM-M")["date_modified_gmt"]) == (later, earlier)
    assert (row("CAM")["date_modified_gmt"], row("CAM")["date_modified"]) == (later, "2026-11-24T12:05:00")
    filled.switches.woo_variation_touches_parent = False
    assert row("CAM")["date_modified_gmt"] == earlier
    assert skus(woo("products", modified_after=earlier, dates_are_gmt="true")) == []
    clock.move(minutes=5)
    filled.order([("CAM-M", 1)])
    assert row("CAM-M")["date_modified_gmt"] == "2026-11-24T15:10:00"
    assert row("CAM")["date_modified_gmt"] == earlier
    filled.change("CAM", name="Camisa")
    assert row("CAM")["date_modified_gmt"] == "2026-11-24T15:10:00"


def test_a_sale_of_stock_that_is_counted_together_is_the_products_change(filled, row, clock):
    filled.switches.woo_variation_touches_parent = False
    filled.shared_stock.add(filled.unit("CAM")["id"])
    clock.move(minutes=5)
    filled.order([("CAM-M", 1)])
    assert row("CAM")["date_modified_gmt"] == "2026-11-24T15:05:00"


def test_a_product_that_was_put_there_as_a_dict_is_shown_as_well(filled, row):
    filled.products.append({**filled.products[0], "id": 7, "sku": "DIRETO"})
    assert row("DIRETO")["date_created"] == "2026-11-24T12:00:00"
    assert row("DIRETO")["categories"][0]["slug"] == "uncategorized"


# Orders


def test_an_order_adds_up_and_names_products_and_variations(filled, order, row):
    told = order()
    mug, shirt = told["line_items"]
    assert (mug["product_id"], mug["variation_id"], mug["sku"]) == (row("CANECA")["id"], 0, "CANECA")
    assert (shirt["product_id"], shirt["variation_id"]) == (row("CAM")["id"], row("CAM-P")["id"])
    assert (mug["subtotal"], mug["total"], mug["price"], mug["parent_name"]) == (
        "69.80",
        "69.80",
        34.9,
        None,
    )
    assert shirt["parent_name"] == "Camiseta"
    assert (told["total"], told["shipping_total"], told["discount_total"]) == ("164.70", "15.00", "0.00")
    assert [line["total"] for line in told["shipping_lines"]] == ["15.00"]
    assert (told["fee_lines"], told["coupon_lines"], told["refunds"]) == ([], [], [])
    assert told["number"] == str(told["id"])


def test_a_discount_is_shared_out_to_the_centavo(filled, order):
    lines = [("CANECA", 3, "10.00"), ("CAM-P", 1, "10.00"), ("CAM-M", 1, "10.00")]
    filled.order(lines, discount="10.00")
    told = order()
    assert [line["total"] for line in told["line_items"]] == ["24.00", "8.00", "8.00"]
    filled.order([*lines[1:], ("CANECA", 1, "10.00")], discount="10.00")
    told = order()
    assert [line["total"] for line in told["line_items"]] == ["6.67", "6.66", "6.67"]
    filled.order([("CANECA", 3, "10.00")], discount="10.00")
    told = order()
    assert (told["line_items"][0]["total"], told["line_items"][0]["price"]) == ("20.00", 20 / 3)
    assert [(line["code"], line["discount"]) for line in told["coupon_lines"]] == [("cupom", "10.00")]
    filled.order([("CANECA", 1, "0")])
    assert order()["line_items"][0]["total"] == "0.00"


def test_an_order_in_the_bin_is_told_by_its_id_and_in_no_list(filled, woo, clock):
    number = filled.orders[-1]["id"]
    filled.bin(number)
    assert woo(f"orders/{number}").json()["status"] == "trash"
    assert number not in numbers(woo("orders", status="any"))
    assert numbers(woo("orders", status="trash")) == [number]
    filled.delete_order(number)
    assert woo(f"orders/{number}").json()["code"] == "woocommerce_rest_shop_order_invalid_id"
    assert numbers(woo("orders", status="trash")) == []


def test_an_order_may_have_a_number_of_its_own(filled, order, woo):
    filled.switches.woo_number_prefix = "LW-"
    assert order()["number"] == f"LW-{filled.orders[-1]['id']}"
    filled.order([("CANECA", 1)], number="PED-25230")
    assert order()["number"] == "PED-25230"
    assert woo("orders/PED-25230").status_code == 404


def test_a_line_says_how_much_it_has_taken_from_the_stock_and_which_variation_it_is(filled, order):
    mug, shirt = order()["line_items"]
    assert [(meta["key"], meta["value"]) for meta in mug["meta_data"]] == [("_reduced_stock", "2")]
    assert [(meta["key"], meta["display_value"]) for meta in shirt["meta_data"]] == [
        ("opcao", "P"),
        ("_reduced_stock", "1"),
    ]
    filled.cancel(filled.orders[-1]["id"])
    assert [len(line["meta_data"]) for line in order()["line_items"]] == [0, 1]


def test_fees_are_in_the_total_here_alone(filled, order, shop):
    filled.fees[filled.orders[-1]["id"]] = [("Embrulho", "3.50"), ("Desconto Pix", "-8.2")]
    told = order()
    assert [(fee["name"], fee["total"]) for fee in told["fee_lines"]] == [
        ("Embrulho", "3.50"),
        ("Desconto Pix", "-8.20"),
    ]
    assert told["total"] == "160.00"
    assert shop("order/list").json()["orders"][0]["total"] == "164.70"


def test_a_part_may_be_refunded_and_the_order_goes_on(filled, order, clock):
    clock.move(hours=1)
    filled.refund_part(filled.orders[-1]["id"], 34.9, "uma a menos")
    told = order()
    assert [(each["reason"], each["total"]) for each in told["refunds"]] == [("uma a menos", "-34.90")]
    assert (told["status"], told["total"]) == ("processing", "164.70")
    assert told["date_modified_gmt"] == "2026-11-24T16:00:00"
    assert filled.unit("CANECA")["quantity"] == 8
    with pytest.raises(KeyError):
        filled.refund_part(1, 1)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("pending", "pending"),
        ("confirmed", "processing"),
        ("invoiced", "processing"),
        ("shipped", "processing"),
        ("delivered", "completed"),
        ("canceled", "cancelled"),
        ("refunded", "refunded"),
        ("em-separacao", "em-separacao"),
    ],
)
def test_a_status_has_another_word(filled, order, ours, theirs):
    filled.order([("CANECA", 1)], status=ours)
    assert order()["status"] == theirs


def test_an_order_that_waits_for_a_boleto_is_on_hold(filled, order):
    filled.order([("CANECA", 1)], status="pending", payment_method="boleto")
    told = order()
    assert (told["status"], told["payment_method_title"]) == ("on-hold", "Boleto bancário")
    assert (told["needs_payment"], told["is_editable"]) == (False, True)


def test_times_are_local_with_a_gmt_twin_and_null_where_there_is_none(filled, order, clock):
    filled.order([("CANECA", 1)], status="pending")
    told = order()
    assert (told["date_paid"], told["date_paid_gmt"], told["date_completed"]) == (None, None, None)
    clock.move(days=1)
    filled.pay(told["id"])
    told = order()
    assert (told["date_paid"], told["date_paid_gmt"]) == ("2026-11-25T12:00:00", "2026-11-25T15:00:00")
    assert (told["date_created_gmt"], told["date_completed_gmt"]) == ("2026-11-24T15:00:00", None)
    made = written(clock() - timedelta(days=9))
    filled.order([("CANECA", 1)], status="delivered", created=made, updated=made)
    assert order()["date_completed_gmt"] == "2026-11-16T15:00:00"


def test_a_persons_fields_are_metas_and_in_the_address_or_in_one_of_them_or_absent(filled, order):
    metas = {
        "_billing_cpf": "529.982.247-25",
        "_billing_number": "1000",
        "_billing_neighborhood": "Bela Vista",
        "_billing_persontype": "1",
    }
    fields = {"cpf": "52998224725", "cnpj": "", "number": "1000", "persontype": "F", "cellphone": ""}
    for where in ("both", "meta", "billing", "none"):
        filled.switches.woo_brazilian_fields = where
        told = order()
        kept = {meta["key"]: meta["value"] for meta in told["meta_data"]}
        assert kept == (metas if where in ("both", "meta") else {})
        shown = {name: told["billing"][name] for name in fields if name in told["billing"]}
        assert shown == (fields if where in ("both", "billing") else {})
        assert ("neighborhood" in told["shipping"]) == bool(shown)
        assert (told["billing"]["first_name"], told["billing"]["last_name"]) == ("Ana", "Souza")


def test_a_company_has_its_name_and_its_cnpj(filled, order):
    company = {"payer_cpf": "", "payer_cnpj": "11.222.333/0001-81", "payer_razao_social": "Ateliê Prado Ltda"}
    filled.order([("CANECA", 1)], **company)
    told = order()
    metas = {meta["key"]: meta["value"] for meta in told["meta_data"]}
    assert (metas["_billing_cnpj"], metas["_billing_persontype"]) == ("11.222.333/0001-81", "2")
    assert "_billing_cpf" not in metas
    assert told["billing"]["company"] == "Ateliê Prado Ltda"
    assert (told["billing"]["cnpj"], told["billing"]["persontype"]) == ("11222333000181", "J")


def test_an_order_keeps_the_ids_of_what_is_in_the_bin_and_not_of_what_is_gone_for_good(filled, order):
    ids = filled.unit("CAM")["id"], filled.unit("CAM-P")["id"]
    filled.delete("CAM-P")
    line = order()["line_items"][1]
    assert ((line["product_id"], line["variation_id"]), line["sku"]) == (ids, "CAM-P")
    filled.switches.woo_sku_of_deleted = "null"
    line = order()["line_items"][1]
    assert ((line["product_id"], line["variation_id"]), line["sku"]) == ((ids[0], 0), "CAM")
    filled.delete("CAM")
    line = order()["line_items"][1]
    assert ((line["product_id"], line["variation_id"]), line["sku"]) == ((0, 0), None)


def test_an_order_shows_the_sku_that_a_product_has_now(filled, order):
    filled.unit("CANECA")["sku"] = "CANECA-NOVA"
    assert order()["line_items"][0]["sku"] == "CANECA-NOVA"


def test_an_order_may_name_what_was_never_sold(filled, order):
    filled.order([("GONE", 1, "5.00")])
    line = order()["line_items"][0]
    assert (line["product_id"], line["variation_id"], line["sku"]) == (0, 0, "GONE")


def test_faults_and_the_log_are_those_of_the_shop(filled, woo):
    filled.faults.add("500_before", path="/wp-json/*")
    assert [woo("orders").status_code for _ in range(2)] == [500, 200]
    assert [seen.path for seen in filled.requests] == ["/wp-json/wc/v3/orders"] * 2
