"""The files of a home: commands that only read, copies that are put back, and a pager that stays open."""

import hashlib
import os
import time
from contextlib import closing
from decimal import Decimal

import pytest

from contaazul_sync.core.ids import ShopKey
from contaazul_sync.core.products import Product
from contaazul_sync.state.file import State

pytestmark = pytest.mark.slow

READING = [
    "status",
    "status --json",
    "status --products",
    "status --drift",
    "status --max-age 2h",
    "status --html {page}",
    "show CAM-1",
    "log",
    "log 1",
    "products",
    "products --csv",
    "orders",
    "orders --csv",
    "orders --json",
    "config show",
    "profiles",
    "install-cron",
    "doctor",
    "reconcile",
    "sync --dry-run",
    "send-products --all --dry-run",
    "backup {copy}",
]


@pytest.fixture
def shop(signed_in):
    """A shop with one product, of which no run knows yet."""
    signed_in.sandbox.shop.add_product("CAM-1", "Produto", 79.90, 5)
    return signed_in


def files(home):
    return {
        str(each.relative_to(home)): hashlib.sha256(each.read_bytes()).hexdigest()
        for each in home.rglob("*")
        if each.is_file()
    }


@pytest.mark.parametrize("begun", [False, True])
def test_what_only_reads_writes_nothing(shop, begun):
    if begun:
        shop.run("send-products", "CAM-1", "--now")
        shop.sandbox.shop.order([("CAM-1", 1)])
        assert shop.run("sync").returncode == 0
    before = files(shop.home)

    for words in READING:
        done = shop.run(*words.format(page=shop.root / "p.html", copy=shop.root / "c.db").split())

        assert files(shop.home) == before, words
        assert "Traceback" not in done.stderr, words
        assert done.returncode in ((0,) if begun else (0, 2, 6)), words + done.stderr


def test_where_there_is_no_home_none_is_made_to_look_into(terminal):
    for words in ("status", "log", "products", "orders", "config show", "profiles", "doctor", "backup c.db"):
        away = terminal.root / "away"
        done = terminal.run(
            *words.replace("c.db", str(terminal.root / "c.db")).split(), CONTAAZUL_SYNC_HOME=str(away)
        )

        assert not away.exists(), words
        assert "Traceback" not in done.stderr, words


def test_a_pager_that_stays_open_stops_no_run(shop):
    many = [
        Product(ShopKey(f"m{n}"), f"M-{n}", "Produto de nome comprido " * 3, 1000, None, Decimal(5))
        for n in range(3000)
    ]
    with closing(State.open(shop.home / "state.db")) as state:
        state.products.save(many, walk=1)
    with shop.start("products", "--csv") as pager:
        pager.stdout.readline()
        began = time.monotonic()

        done = shop.run("sync")

        assert done.returncode == 0, done.stderr
        assert time.monotonic() - began < 10
        rest = pager.stdout.read()
    assert len(rest.splitlines()) == 3000


def test_a_copy_is_put_back_and_nothing_is_sold_twice(shop):
    shop.run("send-products", "CAM-1", "--now")
    shop.run("backup", str(shop.root / "copy.db"))
    shop.sandbox.shop.order([("CAM-1", 1)])
    shop.run("sync")

    done = shop.run("restore", str(shop.root / "copy.db"))

    assert done.returncode == 0, done.stderr
    assert "state.db.before-1" in done.stderr
    assert "contaazul-sync rebuild" in done.stderr
    stopped = shop.run("sync")
    assert stopped.returncode == 3
    assert "contaazul-sync rebuild" in stopped.stderr
    assert shop.run("rebuild").returncode == 0
    assert shop.run("sync").returncode == 0
    assert len(shop.sandbox.erp.sales) == 1


@pytest.mark.parametrize(
    ("name", "told"),
    [("config.toml", "is no copy"), ("state.db", "is the state file itself"), ("none.db", "does not exist")],
)
def test_what_is_no_copy_is_not_put_back(shop, name, told):
    before = files(shop.home)

    done = shop.run("restore", str(shop.home / name))

    assert done.returncode == (2 if name == "none.db" else 3)
    assert told in done.stderr
    assert files(shop.home) == before | {
        name: kept for name, kept in files(shop.home).items() if ".lock" in name
    }


def test_the_copy_of_another_shop_is_not_put_back(shop):
    shop.run("sync")
    shop.run("backup", str(shop.root / "copy.db"))
    shop.configure(shop__id="outra")
    before = files(shop.home)

    done = shop.run("restore", str(shop.root / "copy.db"))

    assert done.returncode == 3
    assert "belongs to another shop" in done.stderr
    assert files(shop.home) == before


def test_the_settings_are_no_place_for_a_copy_and_no_state_makes_none(shop):
    before = files(shop.home)

    done = shop.run("backup", str(shop.home / "config.toml"))

    assert (done.returncode, files(shop.home)) == (3, before)
    assert "config.toml is there, and is no copy of a state" in done.stderr
    shop.run("backup", str(shop.root / "copy.db"))
    good = (shop.root / "copy.db").read_bytes()
    (shop.home / "state.db").unlink()
    done = shop.run("backup", str(shop.root / "copy.db"))
    assert done.returncode == 3
    assert (shop.root / "copy.db").read_bytes() == good


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_root_touches_no_home_of_somebody_else(shop):
    for each in (shop.home, *shop.home.iterdir()):
        os.chown(each, 65_533, 65_533)
    before = {each: each.stat().st_uid for each in shop.home.iterdir()}
    held = files(shop.home)

    commands = ("doctor", "status", "sync", "sync --dry-run", "auth", "config set language en", "rebuild")
    for words in (
        *commands,
        "retry --all",
        "restore x.db",
        "backup x.db",
        "reconcile",
        "auth --remove --yes",
    ):
        (shop.root / "x.db").touch()
        done = shop.run(*words.replace("x.db", str(shop.root / "x.db")).split())

        assert done.returncode == 3, words + done.stderr
        assert "sudo -u" in (done.stderr + done.stdout).replace("\n", " "), words
        assert {each: each.stat().st_uid for each in shop.home.iterdir()} == before, words
        assert files(shop.home) == held, words


def test_a_state_that_is_gone_is_told_by_what_reads_and_by_what_runs(shop):
    shop.run("send-products", "CAM-1", "--now")
    shop.sandbox.shop.order([("CAM-1", 1)])
    shop.run("sync")
    (shop.home / "state.db").unlink()

    looked, ran = shop.run("status"), shop.run("sync")

    assert (looked.returncode, ran.returncode) == (3, 3)
    assert "is gone" in looked.stderr
    assert "contaazul-sync rebuild" in looked.stderr
    assert "contaazul-sync rebuild" in ran.stderr
    assert shop.run("rebuild").returncode == 0
    assert shop.run("sync").returncode == 0
    assert len(shop.sandbox.erp.sales) == 1
