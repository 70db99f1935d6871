"""Twelve real homes on a real Airflow: states as mapped, nothing twice, each home's log in its task."""

import json
import signal
import stat
import subprocess
import time

import pytest

from contaazul_sync.home.lock import run_lock
from contaazul_sync.home.machine import utc_now
from tests.fleet.fleet import ADDED, DAG, ENGINES, SECONDS, Fleet

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(2 * SECONDS),
    pytest.mark.skipif(not (ENGINES / "airflow").is_file(), reason=f"no {ADDED}; see `make test-fleet`"),
]

WELL = [f"loja-{number:02}" for number in range(1, 8)]
FIRST, SECOND, THIRD = "2026-02-01", "2026-02-02", "2026-02-03"
AS_MAPPED = {
    **dict.fromkeys(WELL, ("success", 0)),
    "loja-look": ("success", 6),
    "loja-dead": ("failed", 4),
    "loja-held": ("skipped", 5),
    "loja-down": ("skipped", 5),
    "loja-setup": ("failed", 3),
}


@pytest.fixture(scope="module")
def fleet(tmp_path_factory):
    with Fleet(tmp_path_factory.mktemp("f")) as made:
        for name in AS_MAPPED:
            made.add(name)
        made.begin()
        yield made


@pytest.fixture(scope="module")
def first(fleet):
    """A run while one shop's sign-in is dead, one's lock is held, one is down, and one's settings are spoilt."""
    shops = fleet.shops
    shops["loja-look"].sandbox.shop.order([("GONE", 1, 5)])
    shops["loja-dead"].sandbox.erp.sessions.revoke()
    config = shops["loja-setup"].home / "config.toml"
    right = config.read_text()
    config.write_text(right + "\n[prices]\nadjustment_percent = 'a lot'\n")
    with (
        run_lock(shops["loja-held"].home, "sync", utc_now()),
        shops["loja-down"].sandbox.shop.outage(),
    ):
        ran = fleet.run(FIRST)
        places = dict(fleet.places)
    config.write_text(right)
    return ran, places, fleet.table()


def test_exit_codes_become_states(first):
    ran, _, _ = first

    assert {name: ran.states[name] for name in AS_MAPPED} == {n: state for n, (state, _) in AS_MAPPED.items()}


def test_a_shop_that_fails_fails_no_run(first):
    ran, _, _ = first

    assert (ran.code, ran.states["run"], ran.states["table"]) == (0, "success", "success")


def test_each_shops_log_is_in_its_task(first):
    ran, places, _ = first

    assert all("1 order sent" in ran.log(places[name]) for name in WELL)
    assert "some items need a look" in ran.log(places["loja-look"])
    assert "contaazul-sync --profile loja-dead auth" in ran.log(places["loja-dead"])
    assert "Another run is going on" in ran.log(places["loja-held"])
    assert "adjustment_percent" in ran.log(places["loja-setup"])


def test_the_table_is_what_status_says(fleet, first):
    _, _, table = first

    assert {name: row["code"] for name, row in table.items()} == {
        n: code for n, (_, code) in AS_MAPPED.items()
    }
    assert table["loja-01"]["status"]["last_run"]["outcome"] == 0
    assert table["loja-dead"]["status"]["last_run"]["outcome"] == 4
    assert "adjustment_percent" in table["loja-setup"]["error"]
    assert stat.S_IMODE((fleet.main / "fleet.json").stat().st_mode) == 0o600


def test_the_next_run_goes_on_and_nothing_is_sold_twice(fleet, first):
    before = {name: shop.sales for name, shop in fleet.shops.items()}

    ran = fleet.run(SECOND)

    late = {"loja-held", "loja-down", "loja-setup"}
    assert {name: ran.states[name] for name in late} == dict.fromkeys(late, "success")
    assert {name for name, sales in before.items() if sales == 0} == late | {"loja-dead"}
    assert {n: shop.sales for n, shop in fleet.shops.items()} == {n: n != "loja-dead" for n in AS_MAPPED}
    assert "of-no-shop" not in ran.out
