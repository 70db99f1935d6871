"""On a terminal: the list to choose from, the bar, the screen; and a browser that comes back by itself."""

import socket

import httpx
import pytest

from tests.worlds.terminal import on_terminal

pytestmark = pytest.mark.slow


@pytest.fixture
def shop(signed_in):
    for sku in ("BONE-1", "CAM-1", "CAM-2"):
        signed_in.sandbox.shop.add_product(sku, f"Produto {sku}", 79.90, 5)
    return signed_in


def test_products_are_picked_from_a_list_by_their_numbers(shop):
    screen, code = on_terminal(shop, "send-products", typed=["1,3", "y"])

    assert code == 0
    assert "2 products chosen" in screen
    assert shop.status()["products"]["waiting"] == 2


def test_a_run_on_a_terminal_says_what_it_did(shop):
    on_terminal(shop, "send-products", typed=["all", "y"])

    screen, code = on_terminal(shop, "sync")

    assert code == 0
    assert "3 products created." in screen
    assert "every product" in on_terminal(shop, "send-products")[0].lower()


def test_a_question_before_older_orders_can_be_answered_with_no(shop):
    shop.configure(orders__since="2026-11-01")
    shop.run("send-products", "CAM-1", "--now")
    stamp = "2026-08-01 10:00:00"
    shop.sandbox.shop.order([("CAM-1", 1)], created=stamp, paid_at=stamp, updated=stamp)

    screen, code = on_terminal(shop, "sync", "--since", "2026-08-01", typed=["n"])

    assert code == 0
    assert "1 order would be sent" in screen
    assert shop.sandbox.erp.sales == {}


def test_removing_asks_first(shop):
    screen, code = on_terminal(shop, "auth", "--remove", typed=["no"])

    assert code == 0
    assert "Nothing was removed." in screen
    assert (shop.home / "secrets.json").exists()


def test_the_drift_is_given_as_csv(shop):
    shop.run("send-products", "CAM-1", "--now")
    shop.sandbox.shop.change("CAM-1", stock=9)
    shop.run("sync")

    done = shop.run("status", "--drift")

    head, row = done.stdout.splitlines()
    assert head == "sku;name;in_erp;should_be;since"
    assert row.startswith("CAM-1;Produto CAM-1;5;9;")
    assert "CAM-1" in on_terminal(shop, "status")[0]


def test_a_browser_that_comes_back_to_this_machine_needs_no_pasting(terminal):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    landing = f"http://127.0.0.1:{port}/callback"
    terminal.sandbox.erp.redirect_uri = terminal.sandbox.redirect_uri = landing
    terminal.configure(erp__redirect_uri=landing)
    with terminal.start("auth", BROWSER="true") as process:
        assert process.stderr is not None
        address = next(line for line in process.stderr if line.startswith("http")).strip()
        next(line for line in process.stderr if line.startswith("Waiting"))
        landed = terminal.sandbox.approve(address)
        terminal.wait_for(lambda: answered(landed))
        _, err = process.communicate(timeout=30)

    assert process.returncode == 0, err
    assert "Signed in to Loja Azul" in err


def answered(address):
    try:
        return httpx.get(address, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False
