"""`payouts` as a merchant meets it: a statement looked at, taken once, and settled by the next sync."""

from datetime import timedelta, timezone

import pytest

from contaazul_sync.sandbox.erp.records.receivables import Settlement
from contaazul_sync.sandbox.sheets.gateway import Gateway

pytestmark = pytest.mark.slow


@pytest.fixture
def shop(terminal):
    box = terminal.sandbox
    box.shop.add_product("CANECA", "Caneca", "39.90", 10)
    terminal.configure(
        **{"payments.pix__account": "Conta corrente da loja", "payments.pix__settle": "payout"}
    )
    terminal.be_signed_in()
    assert terminal.run("send-products", "--all", "--now").returncode in (0, 6)
    return terminal


def saved(terminal, name="release.csv", change=str):
    """What the gateway writes two days from now, its days put back to today."""
    box = terminal.sandbox
    now = box.shop.clock().astimezone(timezone(-timedelta(hours=4)))  # as it is written
    report = Gateway(box.shop).report(until=now + timedelta(days=2)).decode()
    for day in (1, 2):
        report = report.replace(f"{now + timedelta(days=day):%Y-%m-%d}", f"{now:%Y-%m-%d}")
    path = terminal.root / name
    path.write_text(change(report))
    return path


def test_a_statement_is_shown_taken_once_and_settled_by_the_next_sync(shop):
    order = str(shop.sandbox.shop.order([("CANECA", 1)]))
    assert shop.run("sync").returncode in (0, 6)
    file = saved(shop)

    looked = shop.run("payouts", str(file), "--check")
    narrow = shop.run("payouts", str(file), "--check", COLUMNS="40").stdout.splitlines()
    asked = shop.run("payouts", str(file), typed="n\n")
    taken, again = (shop.run("payouts", str(file), "--yes") for _each in range(2))

    assert (looked.returncode, asked.returncode, taken.returncode, again.returncode) == (0, 0, 0, 0)
    assert f"order {order}, R$ 39,90: R$ 39,90 to settle, fee R$ 0,40" in looked.stdout
    assert "the closing balance" in looked.stdout
    assert max(map(len, narrow)) <= 40
    assert "Nothing was kept." in asked.stderr
    assert (
        "1 payment to settle: R$ 39,90, of which the gateway kept R$ 0,40 and R$ 39,50 came" in taken.stdout
    )
    assert "opening R$ 150,00 + rows R$ 39,50 = closing R$ 189,50" in taken.stdout
    assert "1 payment is to be settled. Next: contaazul-sync sync" in taken.stderr
    assert "1 payment was taken before" in again.stdout
    assert "Nothing new is to be settled" in again.stderr
    assert shop.run("sync").returncode in (0, 6)
    (settled,) = shop.sandbox.erp.table(Settlement).values()
    assert (str(settled.money.gross), str(settled.money.fee)) == ("39.90", "0.40")


def test_a_file_that_is_not_right_is_told_with_its_row_and_the_other_is_taken(shop):
    shop.sandbox.shop.order([("CANECA", 1)])
    assert shop.run("sync").returncode in (0, 6)
    bad, good = saved(shop, "bad.csv", lambda text: text.replace("39.50", "39.60")), saved(shop, "good.csv")

    ran = shop.run("payouts", str(bad), str(good), "--yes")

    assert ran.returncode == 6
    assert "The file bad.csv cannot be read: row 3 does not fit: it moves R$ 39,60" in ran.stderr
    assert "1 payment is to be settled" in ran.stderr


def test_a_mapping_that_is_not_there_is_told(shop):
    shop.run("config", "set", "payouts.mapping", "gateway.toml")

    ran = shop.run("payouts", str(saved(shop)))

    assert ran.returncode == 3
    assert "gateway.toml cannot be read" in ran.stderr
