"""The state file: its schema, its guards, and that a copy to try things on never touches it."""

import json
import os
import shutil
import sqlite3
import stat
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from contaazul_sync.core.errors import StateError, Unusable
from contaazul_sync.core.ids import ErpId, ShopKey
from contaazul_sync.core.items import Failure, Group, Kind
from contaazul_sync.core.products import Details, Link, Product
from contaazul_sync.core.words import quoted
from contaazul_sync.state.copies import set_aside
from contaazul_sync.state.file import SCHEMA, State
from contaazul_sync.state.migrations import migrations

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


@pytest.fixture
def state(tmp_path):
    opened = State.open(tmp_path / "state.db")
    yield opened
    opened.close()


def a_product(key: str, sku: str = "", **changes: Any) -> Product:
    return Product(ShopKey(key), sku or f"SKU-{key}", "Produto", 1000, None, Decimal(5), **changes)


def test_the_file_is_for_its_owner_alone(state):
    assert stat.S_IMODE(state.path.stat().st_mode) == 0o600


def test_what_was_saved_comes_back_equal(state):
    details = Details(ean="789", ncm="6109", description="Malha", weight=Decimal("0.25"), height=Decimal(3))
    product = a_product("1", details=details, updated_at=NOW, problem=quoted("odd"))
    link = Link(ShopKey("1"), ErpId("e1"), "SKU-1", 1000, 1100, Decimal("4.5"), NOW)

    state.products.save([product], walk=1)
    state.links.save(link, NOW)

    assert list(state.products.all()) == [product]
    assert list(state.links.all()) == [link]


@pytest.mark.parametrize(
    "words", ['de 5"', "a\\b", "\n\t\r", "\x00\x1f\x7f", "é 😀 \u2028", "</p>", "{}, []"]
)
def test_details_are_kept_as_json_whatever_signs_are_in_them(state, words):
    details = Details(ean=words, description=words * 2, width=Decimal("1.5"))

    state.products.save([a_product("1", details=details)], walk=1)

    kept = state.db.one("SELECT details FROM products")["details"]
    told = {"ean": words, "description": words * 2, "width": "1.5"}
    assert kept == json.dumps(told, ensure_ascii=False)
    assert [product.details for product in state.products.all()] == [details]


@pytest.mark.parametrize(
    "change",
    [
        {"sku": "B"},
        {"name": "Outro"},
        {"price": 1001},
        {"promotional": 900},
        {"stock": Decimal(6)},
        {"stock": None},
        {"details": Details(ncm="6109")},
        {"problem": quoted("odd")},
        {"updated_at": NOW},
        {"listed": True},
        {"priced": True},
        {"told": ("A", "Pro&shy;duto", "")},
    ],
    ids=str,
)
def test_whatever_changed_of_a_product_is_kept_and_what_did_not_stays(state, change):
    before, other = a_product("1"), a_product("2")
    after = replace(before, **change)
    state.products.save([before, other], walk=1)

    for walk, product in ((2, before), (3, after), (4, after), (5, before)):
        state.products.save([product, other], walk)

        assert [repr(each) for each in state.products.of(["1", "2"])] == [repr(product), repr(other)]
        assert state.products.unseen(walk) == []


def test_a_product_that_is_listed_again_is_not_gone_any_more(state):
    state.products.save([a_product("1"), a_product("2")], walk=1)
    state.products.save([a_product("2")], walk=2)
    assert state.products.unseen(2) == ["1"]
    state.products.mark_gone(2, NOW, ["1"])
    assert [p.key for p in state.products.all() if p.gone] == ["1"]

    state.products.save([a_product("1")], walk=3)

    assert not [p for p in state.products.all() if p.gone]


def test_a_product_is_gone_when_two_full_walks_in_a_row_missed_it(state):
    state.products.save([a_product("1"), a_product("2")], walk=1)
    state.products.mark_gone(2, NOW)
    state.products.save([a_product("1")], walk=3)
    state.products.mark_gone(3, NOW + timedelta(days=1))
    assert [p.key for p in state.products.all() if p.gone] == ["2"]
    assert state.products.missed_since(ShopKey("1")) is None

    state.products.mark_gone(4, NOW + timedelta(days=2))
    assert state.products.missed_since(ShopKey("1")) == NOW + timedelta(days=2)
    state.products.keep_seen([ShopKey("1")], walk=5)
    state.products.mark_gone(6, NOW + timedelta(days=3))

    assert [p.key for p in state.products.all() if p.gone] == ["2"]


def test_links_are_counted_by_what_a_shopper_calls_a_product(state):
    keys = [ShopKey(key) for key in ("1", "2:1", "2:2", "21", "3:9")]
    state.products.save([a_product(key) for key in keys], walk=1)
    for key in keys:
        state.links.save(Link(key, ErpId(f"e{key}"), key), NOW)

    assert (state.links.count(), state.links.products()) == (5, 4)


def test_of_the_held_prices_those_that_are_named_are_held_and_no_others(state):
    keys = [ShopKey("1"), ShopKey("2"), ShopKey("3")]
    for key in keys:
        state.links.save(Link(key, ErpId(f"e{key}"), key, held=key != "3"), NOW)

    state.links.hold({ShopKey("2"), ShopKey("3")}, {ShopKey("1"): 500})

    assert [(link.held, link.agreed) for link in state.links.all()] == [
        (False, 500),
        (True, None),
        (True, None),
    ]


def test_a_link_closes_the_intent_and_leaves_the_queue_at_once(state):
    state.products.save([a_product("1")], walk=1)
    state.queue.add([ShopKey("1")], NOW)
    state.intents.sending(Kind.PRODUCT, "1", NOW)

    state.links.save(Link(ShopKey("1"), ErpId("e1"), "SKU-1"), NOW)

    assert state.queue.all() == []
    assert state.intents.all() == {}


def test_one_product_of_the_erp_is_the_twin_of_one_of_the_shop(state):
    state.products.save([a_product("1"), a_product("2")], walk=1)
    state.links.save(Link(ShopKey("1"), ErpId("e1"), "SKU-1"), NOW)

    with pytest.raises(Unusable) as error:
        state.links.save(Link(ShopKey("2"), ErpId("e1"), "SKU-2"), NOW)

    assert "SKU-1" in error.value.message
    assert state.links.get(ShopKey("2")) is None


def test_an_intent_that_did_not_go_out_is_as_it_was_before(state):
    state.intents.sending(Kind.SALE, "88", NOW, 1001)
    before = state.intents.get(Kind.SALE, "88")
    state.intents.sending(Kind.SALE, "88", NOW.replace(hour=16), 1001)
    assert state.intents.get(Kind.SALE, "88").sends == 2

    state.intents.restore(Kind.SALE, "88", before)

    assert state.intents.get(Kind.SALE, "88") == before
    state.intents.restore(Kind.SALE, "88", None)
    assert state.intents.all() == {}


def test_a_failure_keeps_since_when_and_counts_the_refusals(state):
    failure = Failure(Kind.SALE, "88", Group.FAILED, quoted("no"), quoted("look"), NOW, 1, "v1")
    state.items.fail(failure)
    state.items.fail(
        Failure(
            Kind.SALE, "88", Group.FAILED, quoted("no again"), quoted("look"), NOW.replace(hour=20), 1, "v1"
        )
    )

    (kept,) = state.items.failures().values()

    assert (kept.since, kept.attempts, kept.reason) == (NOW, 2, "no again")


def test_a_failure_of_another_version_counts_anew(state):
    state.items.fail(Failure(Kind.SALE, "88", Group.FAILED, quoted("no"), quoted("look"), NOW, 1, "v1"))
    state.items.fail(Failure(Kind.SALE, "88", Group.FAILED, quoted("no"), quoted("look"), NOW, 1, "v2"))

    (kept,) = state.items.failures().values()

    assert kept.attempts == 1


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO intents VALUES ('sale', '1', NULL, 't', NULL, 0, '', 0)",  # a sale without its number
        "INSERT INTO intents VALUES ('product', '1', 5, 't', NULL, 0, '', 0)",
        "INSERT INTO intents VALUES ('other', '1', NULL, 't', NULL, 0, '', 0)",
        "INSERT INTO sales VALUES ('1', 'e', 'one', 5, 'f', 1, 't', NULL)",
        "INSERT INTO queue VALUES ('nobody', 't')",
        "INSERT INTO runs (command, started_at, outcome) VALUES ('sync', 't', 0)",  # ended, and no time
        "INSERT INTO failures VALUES ('sale', '1', 'odd', 'r', 'n', 't', 1, '', 0, '')",
        "INSERT INTO sends (order_id, number, sent_at, outcome) VALUES ('1', 5, 't', 'odd')",
        f"INSERT INTO orders VALUES ('1', 'odd', 's', 5{', 0' * 22})",
        "INSERT INTO links VALUES ('1', 'e', 's', NULL, NULL, NULL, NULL, 2, 't', 0, NULL, 0)",
        "INSERT INTO links VALUES ('1', 'e', 's', NULL, NULL, NULL, NULL, 0, 't', 2, NULL, 0)",
    ],
)
def test_the_schema_refuses_what_makes_no_sense(state, statement):
    with pytest.raises(sqlite3.IntegrityError):
        state.db.execute(statement)


def test_one_order_is_one_sale_and_one_sale_is_one_order(state):
    state.db.execute("INSERT INTO sales VALUES ('1', 'e1', 1001, 5, 'f', 1, 't', NULL)")

    for row in ("('1', 'e2', 1002, 5, 'f', 1, 't', NULL)", "('2', 'e1', 1002, 5, 'f', 1, 't', NULL)"):
        with pytest.raises(sqlite3.IntegrityError):
            state.db.execute(f"INSERT INTO sales VALUES {row}")


def test_a_copy_to_try_things_on_does_not_write_the_file(state):
    state.products.save([a_product("1")], walk=1)
    before = state.path.read_bytes()
    copy = State.read(state.path)

    copy.queue.add([ShopKey("1")], NOW)
    copy.notes.set("company", "1")

    assert copy.queue.all() == ["1"]
    copy.close()
    assert state.path.read_bytes() == before


def test_a_copy_of_no_file_is_empty_and_makes_none(tmp_path):
    copy = State.read(tmp_path / "state.db")

    assert list(copy.products.all()) == []
    copy.close()
    assert not (tmp_path / "state.db").exists()


def test_a_truncated_file_is_refused_and_kept(state, tmp_path):
    state.products.save([a_product(str(i)) for i in range(500)], walk=1)
    state.close()
    whole = state.path.read_bytes()
    (tmp_path / "short.db").write_bytes(whole[: len(whole) // 2])

    with pytest.raises(StateError):
        State.open(tmp_path / "short.db")

    assert (tmp_path / "short.db").stat().st_size == len(whole) // 2


def test_opening_twice_migrates_once(state):
    again = State.open(state.path)

    rows = list(again.db.query("SELECT name FROM _sqlite_migrations"))
    (version,) = again.db.query("PRAGMA user_version")

    again.close()
    steps = ("initial", "small_and_fast", "other_shops", "people", "the_order_book", "one_bad_row")
    assert [row["name"] for row in rows] == [f"m00{i}_{name}" for i, name in enumerate(steps, start=1)]
    assert version["user_version"] == SCHEMA == len(rows)


def test_a_file_of_the_first_schema_is_taken_over(tmp_path):
    old = sqlite3.connect(tmp_path / "state.db")
    (tmp_path / "state.db").chmod(0o600)
    migrations.apply(Database(old), stop_before="m002_small_and_fast")
    old.execute("INSERT INTO products VALUES ('1', 'A', 'A', 5, NULL, '2', '{}', NULL, NULL, 1, NULL)")
    old.commit()
    old.close()

    state = State.open(tmp_path / "state.db")

    assert [product.sku for product in state.products.all()] == ["A"]
    assert state.products.count()["unsent"] == 1
    state.close()


def test_the_state_is_sound_after_all_that(state):
    state.products.save([a_product("1")], walk=1)

    (row,) = state.db.query("PRAGMA integrity_check")

    assert row["integrity_check"] == "ok"


def beside(path: Path | None) -> set[str]:
    assert path
    return {other.name for other in path.parent.iterdir()} - {path.name}


def test_what_lies_beside_the_file_is_for_its_owner_alone(state):
    state.notes.set("company", "1")

    assert beside(state.path) == {"state.db-wal", "state.db-shm"}
    assert {stat.S_IMODE((state.path.parent / name).stat().st_mode) for name in beside(state.path)} == {0o600}


def test_a_closed_state_is_the_one_file(state, tmp_path):
    state.notes.set("company", "1")
    state.close()

    assert beside(state.path) == set()


def test_a_closed_state_is_whole_by_itself_also_while_somebody_reads_it(state, tmp_path):
    state.notes.set("company", "1")
    with closing(sqlite3.connect(state.path)) as reader:
        reader.execute("SELECT * FROM meta").fetchall()
        state.close()
        shutil.copyfile(state.path, tmp_path / "alone.db")

    (tmp_path / "alone.db").chmod(0o600)
    with closing(State.read(tmp_path / "alone.db")) as alone:
        assert alone.notes.get("company") == "1"


def test_the_state_is_read_while_it_is_written(state):
    state.notes.set("company", "1")
    with state.db.atomic():
        state.db.execute("UPDATE meta SET value = '2' WHERE key = 'company'")
        with closing(State.read(state.path)) as copy:
            assert copy.notes.get("company") == "1"

    with closing(State.read(state.path)) as copy:
        assert copy.notes.get("company") == "2"


def test_the_state_is_written_while_it_is_read(state):
    state.notes.set("company", "1")
    with closing(sqlite3.connect(state.path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM meta").fetchall()

        state.notes.set("company", "2")

    assert state.notes.get("company") == "2"


def test_what_a_killed_run_left_is_read(state, tmp_path):
    state.notes.set("company", "1")
    for name in ("state.db", "state.db-wal"):  # as a kill leaves them
        shutil.copyfile(tmp_path / name, tmp_path / name.replace("state", "killed"))
    (tmp_path / "killed.db").chmod(0o600)

    with closing(State.read(tmp_path / "killed.db")) as copy:
        assert copy.notes.get("company") == "1"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write in any folder")
def test_the_state_is_read_in_a_folder_that_cannot_be_written(state, tmp_path):
    state.notes.set("company", "1")
    state.close()
    tmp_path.chmod(0o500)
    try:
        with closing(State.read(state.path)) as copy:
            assert copy.notes.get("company") == "1"
        assert beside(state.path) == set()
    finally:
        tmp_path.chmod(0o700)


def test_the_state_is_found_in_a_folder_of_any_name(tmp_path):
    folder = tmp_path / "50% off? yes #1"
    folder.mkdir()
    with closing(State.open(folder / "state.db")) as state:
        state.notes.set("company", "1")

    with closing(State.read(folder / "state.db")) as copy:
        assert copy.notes.get("company") == "1"
    assert set_aside(folder / "state.db") is None


def test_a_file_without_a_log_gets_one_when_nobody_reads_it(tmp_path):
    path = tmp_path / "state.db"
    State.open(path).close()
    with closing(sqlite3.connect(path)) as reader:
        reader.execute("PRAGMA journal_mode = DELETE")  # as it was before there was a log
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM meta").fetchall()
        with closing(State.open(path)) as state:
            busy = state.db.execute("PRAGMA journal_mode").fetchone()
    with closing(State.open(path)) as state:
        free = state.db.execute("PRAGMA journal_mode").fetchone()
        level = state.db.execute("PRAGMA synchronous").fetchone()

    assert (busy, free, level) == (("truncate",), ("wal",), (2,))


def test_a_copy_is_one_file_that_needs_nothing_beside_it(state, tmp_path):
    (tmp_path / "copies").mkdir()
    copy = tmp_path / "copies" / "copy.db"
    state.notes.set("company", "1")

    state.backup(copy)

    assert beside(copy) == set()
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with closing(sqlite3.connect(f"{copy.as_uri()}?mode=ro", uri=True)) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert ("company", "1") in db.execute("SELECT * FROM meta").fetchall()
    assert beside(copy) == set()


def test_nothing_of_a_damaged_file_stays_beside_the_new_one(tmp_path):
    path = tmp_path / "state.db"
    path.write_bytes(b"no database" * 1000)
    for name in ("-wal", "-journal", "-shm"):
        path.with_name(path.name + name).write_bytes(b"of it")

    aside = set_aside(path)

    assert aside == tmp_path / "state.db.damaged-1"
    assert not {"state.db", "state.db-wal", "state.db-journal", "state.db-shm"} & beside(aside)
    with closing(State.open(path)) as state:
        assert state.products.count()["live"] == 0


def test_a_file_that_is_only_in_use_is_not_damaged(tmp_path):
    path = tmp_path / "state.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("CREATE TABLE t (a)")
        db.execute("BEGIN EXCLUSIVE")
        assert set_aside(path) is None

    assert path.exists()


def test_a_copy_over_one_that_had_a_log_beside_it_is_the_newer_one(tmp_path):
    with closing(State.open(tmp_path / "state.db")) as state:
        state.notes.set("x", "old")
        target = tmp_path / "copy.db"
        for beside in ("", "-wal", "-shm"):
            shutil.copy(tmp_path / f"state.db{beside}", tmp_path / f"copy.db{beside}")
        state.notes.set("x", "new")

        state.backup(target)

    with closing(State.read(target)) as copy:
        assert copy.notes.get("x") == "new"
    assert not list(tmp_path.glob("copy.db-*"))
