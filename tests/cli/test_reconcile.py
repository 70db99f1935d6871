"""`reconcile` finds what differs and changes nothing; and all JSON keeps to its published schema."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from contaazul_sync.core.days import BRAZIL

pytestmark = pytest.mark.slow
SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"


@pytest.fixture
def shop(signed_in):
    """Two products in the ERP and two orders that are sales."""
    for sku in ("CAM-1", "CAM-2"):
        signed_in.sandbox.shop.add_product(sku, f"Produto {sku}", 79.90, 5)
    signed_in.run("send-products", "--all", "--now")
    signed_in.orders = [str(signed_in.sandbox.shop.order([("CAM-1", 1)])) for _ in range(2)]
    assert signed_in.run("sync").returncode == 0
    return signed_in


def reconciled(shop: Any) -> tuple[dict[str, Any], int]:
    done = shop.run("reconcile", "--json")
    return dict(json.loads(done.stdout)), done.returncode


def test_two_sides_that_agree_are_said_to(shop):
    before = (shop.home / "state.db").read_bytes()
    calls = len(shop.sandbox.erp.requests)

    told, code = reconciled(shop)

    assert (code, told["agrees"]) == (0, True)
    assert (told["orders"]["paid"], told["orders"]["sold"]) == (2, 2)
    (month,) = told["months"]
    assert month["order_value"] == month["sale_value"] == 2 * 7990
    assert (shop.home / "state.db").read_bytes() == before
    assert {request.method for request in shop.sandbox.erp.requests[calls:]} == {"GET"}
    assert "Both sides agree." in shop.run("reconcile").stdout


def test_everything_that_a_person_may_have_done_in_the_erp_is_found(shop):
    erp, (first, second) = shop.sandbox.erp, shop.orders
    erp.product("CAM-1").price += 1
    erp.delete_product("CAM-2")
    sales = {sale.observacoes: sale for sale in erp.sales.values()}
    lost = next(sale for notes, sale in sales.items() if f"pedido {first}]" in notes)
    lost.deleted = True
    kept = next(sale for notes, sale in sales.items() if f"pedido {second}]" in notes)
    twin = erp.sale(int(erp.sales[erp.take_number(4711)].numero))
    twin.observacoes, twin.origin = kept.observacoes, "API"

    told, code = reconciled(shop)
    shown = shop.run("reconcile", COLUMNS="80").stdout

    assert code == 6
    found = {(each["key"], each["what"]) for each in told["products"]["differences"]}
    assert {("CAM-1", "price"), ("CAM-2", "deleted in the ERP")} <= found
    found = {(each["key"], each["what"]) for each in told["orders"]["differences"]}
    assert found == {(first, "paid, and its sale is cancelled in the ERP"), (second, "sold more than once")}
    assert "They differ." in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_two_sides_that_differ_in_an_order_that_was_left_alone_are_not_said_to_agree(shop):
    order = str(shop.sandbox.shop.order([("CAM-1", 1)], payer_cpf=""))
    shop.run("sync")
    shop.run("ignore", order)
    shop.sandbox.erp.set_stock("CAM-1", 2)  # booked there by hand

    told = shop.run("reconcile", "--json")
    shown = shop.run("reconcile", COLUMNS="80").stdout

    result = json.loads(told.stdout)
    assert (told.returncode, result["agrees"], result["orders"]["differences"]) == (0, True, [])
    (left,) = result["orders"]["left_alone"]
    assert (left["key"], left["code"], result["orders"]["left_alone_sum"]) == (order, "no_sale", 7990)
    assert "Both sides agree." not in shown
    assert "Nothing else differs than 1 order that a person left alone, worth R$ 79,90." in " ".join(
        shown.split()
    )
    assert f"{order}: paid, and no sale in the ERP" in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_the_json_of_each_command_keeps_to_its_published_schema(shop):
    held = str(shop.sandbox.shop.order([("CAM-1", 1)], payer_cpf=""))
    alone = str(shop.sandbox.shop.order([("CAM-1", 1)], payer_cpf=""))
    shop.sandbox.shop.orders.append(shop.sandbox.shop.orders[-1] | {"id": 1, "order_id": "1", "total": "?"})
    shop.run("sync")
    shop.run("ignore", alone)
    shop.sandbox.shop.add_product("CAM-3", "Produto CAM-3", 10, 1)
    shop.sandbox.shop.order([("CAM-1", 1)])
    shop.run("send-products", "CAM-3")

    for schema, words in {
        "status": [["status"]],
        "doctor": [["doctor"]],
        "show": [["show", shop.orders[0]], ["show", held], ["show", "CAM-1"]],
        "reconcile": [["reconcile"]],
        "month": [["reconcile", "--month", f"{datetime.now(BRAZIL):%Y-%m}"]],
        "orders": [["orders"]],
        "products": [["products"]],
        "profiles": [["profiles"]],
        "config": [["config", "show"]],
        "plan": [["sync", "--dry-run"]],
        "sync": [["sync"]],
    }.items():
        published = json.loads((SCHEMAS / f"{schema}.schema.json").read_text())
        checker = jsonschema.Draft202012Validator(
            published, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
        )
        for each in words:
            checker.validate(json.loads(shop.run(*each, "--json").stdout))
