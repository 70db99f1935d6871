"""The power is cut at every instant: what was promised before is there, the rest whole or not at all."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from contaazul_sync.home import files
from contaazul_sync.state import database
from contaazul_sync.state.database import Database, connect
from contaazul_sync.state.file import State
from sim.power import life
from sim.power.cut import Experiment, Outcome, Part, Step
from sim.power.trace import Trace
from sim.power.vfs import CannotRecordError, Recorder, library
from tests.shipped import home

try:
    library()
except CannotRecordError as error:
    pytest.skip(f"what SQLite writes cannot be recorded here: {error}", allow_module_level=True)


def cut(root: Path, steps: Iterator[Step]) -> Outcome:
    experiment = Experiment(root, life.PARTS)
    experiment.record(steps)
    return experiment.outcome()


@pytest.mark.slow
def test_a_new_home_outlives_every_power_cut(tmp_path):
    life.prepare(tmp_path)

    outcome = cut(tmp_path, life.first_day(tmp_path))

    assert outcome.losses == [], str(outcome)
    assert outcome.cuts > 30
    assert outcome.starts > 500


@pytest.mark.slow
def test_a_home_of_a_released_version_outlives_every_power_cut_of_its_first_pass(tmp_path):
    life.prepare(tmp_path, home.HOMES / "merchant" / "state.db")

    outcome = cut(tmp_path, life.first_day(tmp_path))

    assert outcome.losses == [], str(outcome)


@pytest.mark.slow
def test_tokens_settings_copies_and_the_daily_tidying_outlive_every_power_cut(tmp_path):
    life.prepare(tmp_path)
    State.open(tmp_path / life.HOME / "state.db").close()

    outcome = cut(tmp_path, life.another_day(tmp_path))

    assert outcome.losses == [], str(outcome)


@pytest.mark.slow
def test_a_copy_that_is_put_back_outlives_every_power_cut(tmp_path):
    life.prepare(tmp_path)
    State.open(tmp_path / life.HOME / "state.db").close()

    outcome = cut(tmp_path, life.putting_back(tmp_path))

    assert outcome.losses == [], str(outcome)


@pytest.mark.slow
def test_where_there_can_be_no_log_nothing_is_lost_either(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "log_ahead", lambda path: None)
    life.prepare(tmp_path)
    State.open(tmp_path / life.HOME / "state.db").close()

    outcome = cut(tmp_path, life.another_day(tmp_path))

    assert outcome.losses == [], str(outcome)


def by_default(path: Path | str) -> Database:
    db = connect(path)
    db.execute("PRAGMA journal_mode = DELETE")
    return db


@pytest.mark.slow
def test_the_journal_that_sqlite_keeps_by_default_would_lose_what_was_said_to_be_sent(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "log_ahead", lambda path: None)
    monkeypatch.setattr(database, "connect", by_default)
    life.prepare(tmp_path)
    State.open(tmp_path / life.HOME / "state.db").close()

    outcome = cut(tmp_path, life.first_day(tmp_path))

    assert {("sale to be sent", "state"), ("power-0 to be sent", "state")} <= outcome.lost


def test_a_token_and_a_setting_would_be_lost_if_their_folder_was_not_synced(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "sync_folder", lambda folder: None)
    life.prepare(tmp_path)

    outcome = cut(tmp_path, life.signing_in(tmp_path))

    assert {("token", "secrets"), ("setting", "settings")} <= outcome.lost


@pytest.mark.parametrize(
    ("mode", "sync", "keeps"),
    [
        ("DELETE", "FULL", False),
        ("DELETE", "EXTRA", True),
        ("TRUNCATE", "FULL", True),
        ("WAL", "NORMAL", False),
        ("WAL", "FULL", True),
    ],
)
def test_some_ways_of_sqlite_keep_what_was_committed(tmp_path, mode, sync, keeps):
    experiment = Experiment(tmp_path, {"rows": Part("a.db", counted)})

    experiment.record(inserts(tmp_path / "a.db", mode, sync))
    outcome = experiment.outcome()

    assert (outcome.losses == []) == keeps, str(outcome)
    assert outcome.images > 50


def inserts(path: Path, mode: str, sync: str) -> Iterator[Step]:
    db = sqlite3.connect(path, isolation_level=None)
    db.execute(f"PRAGMA synchronous = {sync}")
    assert db.execute(f"PRAGMA journal_mode = {mode}").fetchone() == (mode.lower(),)
    for sql in ("CREATE TABLE t (a)", *[f"INSERT INTO t VALUES ({number})" for number in range(3)]):
        yield sql, partial(db.execute, sql)
    yield "closed", db.close


def counted(root: Path) -> object:
    db = sqlite3.connect(root / "a.db")
    try:
        tables = list(db.execute("SELECT name FROM sqlite_master"))
        return [list(db.execute("SELECT a FROM t")) if tables else None, *db.execute("PRAGMA quick_check")]
    except sqlite3.DatabaseError as error:
        return str(error)
    finally:
        db.close()


def test_a_file_system_without_shared_memory_is_no_reason_to_fail(tmp_path):
    path = tmp_path / "state.db"
    with Recorder(Trace(tmp_path), shares_memory=False).recording():
        with closing(State.open(path)) as state:
            state.notes.set("company", "one")
            modes = [*state.db.execute("PRAGMA journal_mode"), *state.db.execute("PRAGMA locking_mode")]
            with closing(State.read(path)) as copy:
                assert copy.notes.get("company") == "one"
        with closing(State.open(path)) as again:
            again.notes.set("company", "two")

    assert modes == [("truncate",), ("normal",)]
    with closing(State.read(path)) as copy:
        assert copy.notes.get("company") == "two"


def test_what_is_not_recorded_is_noticed(tmp_path):
    def behind(path: Path) -> Iterator[Step]:
        db = sqlite3.connect(path)
        db.execute("CREATE TABLE t (a)")
        yield "written past the recorder", lambda: os.truncate(path, 0)

    (tmp_path / "a.db").touch()
    experiment = Experiment(tmp_path, {})

    with pytest.raises(AssertionError, match=r"a\.db.* written past the recorder"):
        experiment.record(behind(tmp_path / "a.db"))
