"""Settling what came for sales: switched on, told by `auth` and `doctor`, and for older sales asked first."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from contaazul_sync.core.days import local_day

pytestmark = pytest.mark.slow

NOW = datetime.now(UTC)
OLD = local_day(NOW - timedelta(days=20))
PIX = '\n[payments.pix]\naccount = "Conta corrente da loja"\nsettle = "paid"\nfee_percent = "0.99"\n'


def settle(terminal, table=PIX):
    with (terminal.home / "config.toml").open("a") as file:
        file.write(table)


@pytest.fixture
def shop(signed_in):
    """Two sales of some weeks ago, of Pix and of a boleto."""
    signed_in.configure(orders__since=str(OLD - timedelta(days=5)))
    box = signed_in.sandbox
    box.shop.add_product("CAM-1", "Camiseta", 100, 50)
    stamp = f"{OLD} 10:00:00"
    for method in ("pix", "boleto"):
        box.shop.order([("CAM-1", 1)], created=stamp, paid_at=stamp, updated=stamp, payment_method=method)
    signed_in.run("send-products", "CAM-1", "--now")
    assert signed_in.run("sync").returncode == 0
    assert len(box.erp.sales) == 2
    return signed_in


def settled(terminal):
    erp = terminal.sandbox.erp
    return [
        (each.day, each.money.gross)
        for part in erp.ledger.parts.values()
        for each in erp.ledger.settled(part)
    ]


def detail(terminal, name):
    told = json.loads(terminal.run("doctor", "--json").stdout)["checks"]
    return next((check["detail"] for check in told if check["name"] == name), None)


def test_older_sales_are_settled_when_a_person_says_so_with_their_count_and_sum(shop):
    settle(shop)
    assert shop.run("sync").returncode == 0
    assert settled(shop) == []

    asked = shop.run("sync", "--settle-since", str(OLD))
    assert asked.returncode == 2
    assert f"1 sale since {OLD:%d/%m/%Y} would be settled, too: R$ 100,00" in asked.stderr
    assert "--yes" in asked.stderr
    looked = shop.run("sync", "--settle-since", str(OLD), "--dry-run")
    assert "1 sale since" in looked.stderr
    assert settled(shop) == []

    assert shop.run("sync", "--settle-since", str(OLD), "--yes").returncode == 0

    assert settled(shop) == [(str(OLD), 100)]
    assert f"sales since {OLD:%d/%m/%Y}" in detail(shop, "settle 'pix'")
    assert shop.run("sync", "--settle-since", str(OLD), "--yes").returncode == 0
    assert len(settled(shop)) == 1


def test_what_cannot_be_settled_is_told(shop):
    none = shop.run("sync", "--settle-since", str(OLD), "--yes")
    assert none.returncode == 2
    assert '[payments.pix] settle = "paid"' in none.stderr
    settle(shop)
    wrong = shop.run("sync", "--settle-since", "yesterday")
    assert wrong.returncode == 2
    assert "2026-11-30" in wrong.stderr


def test_doctor_says_what_is_settled_and_what_it_means_that_nothing_is(shop):
    assert "stays to be received in the ERP" in detail(shop, "money")
    settle(shop)
    settle(shop, '[payments.boleto]\naccount = "Conta corrente da loja"\nsettle = "payout"\n')
    assert "sales from today on: on the day of the payment" in detail(shop, "settle 'pix'")
    assert detail(shop, "settle 'pix'").endswith("on Conta corrente da loja, less 0.99%")

    shop.run("sync")

    assert f"sales since {local_day(datetime.now(UTC)):%d/%m/%Y}" in detail(shop, "settle 'pix'")
    assert "contaazul-sync payouts FILE" in detail(shop, "settle 'boleto'")
    assert detail(shop, "money") is None


def test_auth_says_that_nothing_is_settled_as_long_as_that_is_so(terminal):
    assert "stays to be received in the ERP" in " ".join(terminal.sign_in().stderr.split())
    settle(terminal)
    assert "stays to be received" not in " ".join(terminal.sign_in().stderr.split())


def test_settling_without_an_account_says_what_to_write(shop):
    settle(shop, '\n[payments.pix]\nsettle = "paid"\n')

    done = shop.run("sync")

    assert done.returncode == 3
    assert "[payments.pix] settle" in done.stderr
    assert 'account = "' in done.stderr


def test_ignore_leaves_the_money_of_a_sold_order_alone_until_unignore_or_retry(shop):
    settle(shop, PIX.replace("paid", "due").replace("\nfee", "\nfirst_due_days = 0\nfee"))
    box = shop.sandbox
    box.erp.faults.add("400", method="POST", path="/v1/financeiro/*", times=9)
    order = str(box.shop.order([("CAM-1", 1)], payment_method="pix"))
    assert shop.run("sync").returncode == 6
    assert order in shop.run("show", order).stdout
    assert shop.run("ignore", order).returncode == 0
    box.erp.faults.clear()

    assert shop.run("sync").returncode == 0
    assert settled(shop) == []
    assert shop.run("retry", order).returncode == 0
    assert shop.run("sync").returncode == 0

    assert len(settled(shop)) == 1
    assert "Nothing stands against" in shop.run("retry", order).stderr
