"""`rebuild` and the name of a home, as a person types them."""

import re
from decimal import Decimal

import pytest

from contaazul_sync.home.config import load
from tests.worlds.terminal import on_terminal

pytestmark = pytest.mark.slow

NAME = re.compile(r'^id = "loja-[a-z][2-9][a-z][2-9]"$', re.MULTILINE)


@pytest.fixture
def moved(signed_in):
    """A shop that has sold two orders as "loja", in a new home with another name."""
    signed_in.sandbox.shop.add_product("CAM-1", "Camiseta", 79.90, 50)
    signed_in.run("send-products", "CAM-1", "--now")
    for _ in range(2):
        signed_in.sandbox.shop.order([("CAM-1", 1)])
    assert signed_in.run("sync").returncode == 0
    (signed_in.home / "state.db").unlink()
    signed_in.configure(shop__id="loja-m4p2")
    return signed_in


def test_where_nobody_can_be_asked_it_says_what_to_type(moved):
    done = moved.run("rebuild")

    assert done.returncode == 2
    assert "loja (2 sales)" in done.stderr
    assert "contaazul-sync rebuild --shop-id loja" in done.stderr

    done = moved.run("rebuild", "--shop-id", "loja")

    assert done.returncode == 0
    assert "2 sales in the ERP" in done.stderr
    assert moved.run("sync").returncode == 0
    assert len(moved.sandbox.erp.sales) == 2


@pytest.mark.parametrize(("answer", "unsold"), [("y", 0), ("n", 2)])
def test_a_person_is_asked_which_shop_it_is(moved, answer, unsold):
    screen, code = on_terminal(moved, "rebuild", typed=[answer])

    assert code == 0
    assert "loja (2 sales)" in screen
    assert "Is loja this shop?" in screen
    assert moved.status()["orders"]["attention"] == unsold


def test_the_only_name_that_is_met_is_not_asked_for(moved):
    moved.configure(shop__id="loja")

    done = moved.run("rebuild")

    assert done.returncode == 0
    assert "2 sales" in done.stderr
    assert "The notes of" not in done.stderr


def test_what_was_met_beside_our_own_is_told(moved):
    erp = moved.sandbox.erp
    one, *_ = erp.sales.values()
    erp.change_sale(one, {"observacoes": "[outra-k3f7:pedido 9]"})
    lost = [sale.numero for sale in erp.sales.values()][1]
    moved.configure(shop__id="loja")
    erp.faults.add("404", "GET", f"/v1/venda/{list(erp.sales)[1]}", times=2)

    done = moved.run("rebuild")

    assert done.returncode == 0
    assert f"nobody looked at them: {lost}" in done.stderr
    assert "2 paid orders without a sale" in done.stderr


def test_a_new_home_gets_a_name_with_a_tag_whatever_its_server_is_called(terminal):
    terminal.configure(shop__id="")

    assert terminal.sign_in("--yes").returncode == 0

    first = load(terminal.environ).shop_id
    assert NAME.search((terminal.home / "config.toml").read_text())
    assert terminal.sign_in("--yes").returncode == 0  # and keeps it
    assert load(terminal.environ).shop_id == first


def test_a_home_that_has_a_name_keeps_it_when_it_signs_in_again(terminal):
    terminal.configure(shop__id="")
    terminal.be_signed_in()  # as an older version left it: called by the server of the API

    assert terminal.sign_in("--yes").returncode == 0

    assert load(terminal.environ).shop_id == "127.0.0.1"


def test_an_order_is_sold_under_the_name_that_the_sign_in_made_up(terminal):
    terminal.configure(shop__id="")
    terminal.sign_in("--yes")
    terminal.sandbox.shop.add_product("CAM-1", "Camiseta", 79.90, 50)
    terminal.run("send-products", "CAM-1", "--now")
    order = terminal.sandbox.shop.order([("CAM-1", 1)])

    assert terminal.run("sync").returncode == 0

    (sale,) = terminal.sandbox.erp.sales.values()
    assert sale.observacoes == f"[{load(terminal.environ).shop_id}:pedido {order}]"
    assert sale.totals.net == Decimal("79.90")
