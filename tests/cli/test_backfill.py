"""Sending older orders once, and linking by hand: asked first, and told what came of it."""

from decimal import Decimal

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def shop(signed_in):
    signed_in.configure(orders__since="2026-11-01")
    signed_in.sandbox.shop.add_product("CAM-1", "Camiseta", 79.90, 50)
    signed_in.run("send-products", "CAM-1", "--now")
    for day in ("2026-08-01", "2026-08-02"):
        stamp = f"{day} 10:00:00"
        signed_in.sandbox.shop.order([("CAM-1", 1)], created=stamp, paid_at=stamp, updated=stamp)
    return signed_in


def test_older_orders_are_counted_and_not_sent_where_nobody_can_be_asked(shop):
    done = shop.run("sync", "--since", "2026-08-01")

    assert done.returncode == 2
    assert "2 orders would be sent, R$ 159,80 together." in done.stderr
    assert "--yes" in done.stderr
    assert shop.sandbox.erp.sales == {}


def test_older_orders_are_sent_when_a_person_says_so_and_a_few_at_a_time(shop):
    assert shop.run("sync", "--since", "2026-08-01", "--limit", "1", "--yes").returncode == 0
    assert len(shop.sandbox.erp.sales) == 1

    assert shop.run("sync", "--since", "2026-08-01", "--yes").returncode == 0

    assert len(shop.sandbox.erp.sales) == 2
    assert shop.run("sync").returncode == 0
    assert len(shop.sandbox.erp.sales) == 2


def test_a_day_that_is_none_is_told(shop):
    done = shop.run("sync", "--since", "yesterday")

    assert done.returncode == 2
    assert "written as 2026-11-30" in done.stderr


def test_a_dry_run_shows_the_older_orders(shop):
    done = shop.run("sync", "--since", "2026-08-01", "--dry-run")

    assert "2 orders (R$ 159,80) to send" in done.stdout


def test_a_product_is_linked_by_hand_to_one_of_the_erp(shop):
    shop.sandbox.shop.add_product("CAM-2", "Camisa", 99.90, 5)
    shop.run("sync")
    erp_id = shop.sandbox.erp.add_product("OTHER", "Camisa (ERP)", 90, 5)

    assert shop.run("link", "CAM-2", erp_id).returncode == 0
    assert shop.run("sync").returncode == 0

    assert shop.sandbox.erp.product("OTHER").price == Decimal("99.90")


@pytest.mark.parametrize("words", [("NO-SUCH", "x"), ("CAM-1", "00000000-0000-0000-0000-000000000000")])
def test_a_link_to_nothing_is_refused(shop, words):
    done = shop.run("link", *words)

    assert done.returncode == 2
    assert "Traceback" not in done.stderr
