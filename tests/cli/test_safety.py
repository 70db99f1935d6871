"""What a person sees of prices that a safety check holds, and how they let them go."""

import json
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from contaazul_sync.core.ids import ErpId
from contaazul_sync.core.products import Link
from contaazul_sync.state.file import State
from tests.worlds.terminal import on_terminal

pytestmark = pytest.mark.slow

SKUS = [f"P-{number:02}" for number in range(20)]


def linked(terminal):
    """Twenty products at R$ 10,00 that are in the ERP."""
    for sku in SKUS:
        terminal.sandbox.shop.add_product(sku, f"Produto {sku}", 10, 50)
    terminal.run("sync")
    now = datetime.now(UTC)
    with closing(State.open(terminal.home / "state.db")) as state:
        for product in list(state.products.all()):
            twin = terminal.sandbox.erp.add_product(product.sku, product.name, 10, 50)
            link = Link(product.key, ErpId(twin), product.sku, 1000, 1000, Decimal(50))
            state.links.save(link, now)


def test_held_prices_are_told_once_listed_shown_and_let_go_by_force_alone(signed_in):
    erp, shop = signed_in.sandbox.erp, signed_in.sandbox.shop
    linked(signed_in)
    for sku in SKUS:
        shop.change(sku, price=5)
    order = shop.order([("P-00", 1)])

    first, second = signed_in.run("sync"), signed_in.run("sync")

    shop.order([("P-01", 1)])
    third, _code = on_terminal(signed_in, "sync")

    assert (first.returncode, second.returncode) == (7, 7)
    assert "1 order sent (R$ 5,00)." in third  # what goes on beside what is held
    assert "20 prices are held back" in first.stderr
    assert "contaazul-sync sync --force" in first.stderr
    assert (second.stdout, second.stderr) == ("", "")
    told = signed_in.status()
    assert told["orders"]["sent"] == 2
    assert {failure["group"] for failure in told["failures"]} == {"held"}
    assert str(order) not in {failure["key"] for failure in told["failures"]}
    shown = json.loads(signed_in.run("show", "P-00", "--json").stdout)
    assert shown["state"] == "held"
    assert "contaazul-sync sync --force" in shown["next_step"]
    assert "20 prices stay held" in signed_in.run("retry", "--all").stderr
    assert "1 price stays held" in signed_in.run("retry", "P-00").stderr
    assert len(signed_in.status()["failures"]) == 20
    assert "1 price stays held" in signed_in.run("link", "P-00", erp.product("P-00").id).stderr
    assert "20 prices are held back" in signed_in.run("sync", "--dry-run").stdout.replace("\n", " ")

    assert signed_in.run("sync", "--force").returncode == 0
    assert {product.price for product in erp.products.values()} == {5}
