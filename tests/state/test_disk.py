"""Readers beside writers, copies that are put back, and what an accident leaves on the disk."""

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from contaazul_sync.core.errors import StateError
from contaazul_sync.core.ids import ShopKey
from contaazul_sync.core.products import Product
from contaazul_sync.state import copies, database, file, trouble
from contaazul_sync.state.copies import set_aside
from contaazul_sync.state.file import SCHEMA, State
from tests.worlds import disk

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
AT_ONCE = 2  # seconds; who waits for somebody else waits ten


@pytest.fixture
def path(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    return home / "state.db"


@pytest.fixture(params=["log", "no log"])
def either(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """With a write-ahead log, and where there can be none."""
    if request.param == "no log":
        monkeypatch.setattr(database, "log_ahead", lambda path: None)
    return str(request.param)


def products(count: int, sku: str = "SKU") -> list[Product]:
    return [Product(ShopKey(f"{n}"), f"{sku}-{n}", "Produto", 1000, None, Decimal(5)) for n in range(count)]


def a_state(path: Path, count: int = 300) -> Path:
    with closing(State.open(path)) as state:
        state.products.save(products(count), walk=1)
        state.notes.set("told", "old")
    return path


def killed(path: Path, work: Callable[[State], object]) -> None:
    """Do this in a process that is killed: what it wrote is in the log, and nowhere else."""
    apart = path.parent.parent / "living"
    apart.mkdir()
    for name in files(path.parent):
        shutil.copy(path.parent / name, apart / name)
    with closing(State.open(apart / path.name)) as state:
        work(state)
        for name in files(apart):
            shutil.copy(apart / name, path.parent / name)
    shutil.rmtree(apart)


def tell(state: State, text: str) -> None:
    state.notes.set("told", text)


def files(folder: Path) -> dict[str, str]:
    """What is in a folder."""
    return {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in folder.iterdir()}


@pytest.fixture
def soon() -> Iterator[None]:
    """Nobody waits for anybody."""
    began = time.monotonic()
    yield
    assert time.monotonic() - began < AT_ONCE


# Readers beside a run


def a_run(path: Path) -> None:
    with closing(State.open(path)) as state:
        run = state.runs.start("sync", NOW)
        state.products.save(products(400, "NEW"), walk=2)
        state.tidy(NOW)
        state.notes.set("run", str(run))


@pytest.mark.usefixtures("soon")
def test_who_reads_half_a_list_stops_no_run_and_sees_what_was(path, either):
    a_state(path)
    with closing(State.view(path)) as reader:
        rows = reader.pairs.overview("")
        first = next(iter(rows))

        a_run(path)

        assert [first[0].sku, *(row[0].sku for row in rows)][-1].startswith("SKU")
    with closing(State.view(path)) as after:
        assert after.notes.get("run") == "1"


@pytest.mark.usefixtures("soon")
def test_a_run_in_the_middle_of_writing_stops_no_reader(path, either):
    a_state(path)
    with closing(State.open(path)) as state, state.db.atomic():
        state.db.execute("UPDATE meta SET value = 'new' WHERE key = 'told'")

        with closing(State.view(path)) as reader:
            assert reader.notes.get("told") == "old"


@pytest.mark.usefixtures("soon")
def test_a_run_ends_at_once_while_another_program_reads(path):
    a_state(path)
    with closing(sqlite3.connect(path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM meta").fetchall()

        a_run(path)

    with closing(State.view(path)) as after:
        assert after.notes.get("run") == "1"


def choose_nobody(state: State) -> None:
    """What the schema refuses, but not before it is committed."""
    with state.db.atomic():
        state.db.execute("PRAGMA defer_foreign_keys = ON")
        state.db.execute("INSERT INTO queue VALUES ('nobody', 't')")


def test_a_commit_that_fails_is_rolled_back_and_the_next_one_goes_through(path):
    with closing(State.open(path)) as state:
        with pytest.raises(sqlite3.IntegrityError):
            choose_nobody(state)

        state.notes.set("told", "next")

        assert state.notes.get("told") == "next"
        assert state.queue.all() == []


@pytest.mark.slow
def test_where_the_index_of_the_log_finds_no_room_the_disk_is_full(path):
    a_state(path)

    with (
        disk.full(room=4096),
        pytest.raises(sqlite3.Error) as raised,
        closing(sqlite3.connect(path)) as other,
    ):
        other.execute("UPDATE meta SET value = value")

    assert "the disk is full" in trouble.why(raised.value)


def test_four_first_opens_at_once_make_one_state(tmp_path):
    for attempt in range(6):
        path = tmp_path / f"{attempt}.db"
        with ThreadPoolExecutor(4) as openers:
            list(openers.map(partial(first_open, path, threading.Barrier(4)), range(4)))

        with closing(State.view(path)) as state:
            assert [state.notes.get(f"told {number}") for number in range(4)] == ["yes"] * 4
            assert state.db.execute("PRAGMA user_version").fetchone() == (SCHEMA,)


def first_open(path: Path, together: threading.Barrier, number: int) -> None:
    together.wait()
    with closing(State.open(path)) as state:
        state.notes.set(f"told {number}", "yes")


# Reading writes nothing


def as_it_is(path: Path) -> None:
    a_state(path)


def killed_run(path: Path) -> None:
    a_state(path)
    killed(path, lambda state: state.notes.set("told", "new"))


def power_cut(path: Path) -> None:
    killed_run(path)
    path.with_name("state.db-shm").unlink()


def half_written(path: Path) -> None:
    """Without a log, and in the middle of a transaction."""
    a_state(path)
    apart = path.with_name("apart.db")
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode = TRUNCATE")
    shutil.copy(path, apart)
    with closing(sqlite3.connect(apart, isolation_level=None)) as db:
        db.execute("PRAGMA cache_size = 2")
        db.execute("BEGIN")
        db.execute("UPDATE products SET name = 'x' || hex(zeroblob(400))")
        db.execute("UPDATE meta SET value = 'never'")
        shutil.copy(apart, path)
        shutil.copy(f"{apart}-journal", f"{path}-journal")
        db.execute("ROLLBACK")
    for each in path.parent.glob("apart.db*"):
        each.unlink()


def older_schema(path: Path) -> None:
    shutil.copy(Path(__file__).parents[1] / "shipped" / "merchant" / "state.db", path)
    path.chmod(0o600)


@pytest.mark.parametrize("left", [as_it_is, killed_run, power_cut, half_written, older_schema])
@pytest.mark.parametrize("how", [State.view, State.read])
def test_reading_leaves_every_file_as_it_is(path, left, how):
    left(path)
    before = files(path.parent)

    with closing(how(path)) as state:
        told, count = state.notes.get("told"), state.products.count()["live"]

    after = files(path.parent)
    before.pop("state.db-shm", None)  # where who reads says that it does
    after.pop("state.db-shm", None)
    assert after == before
    expected = {older_schema: None, as_it_is: "old", half_written: "old"}.get(left, "new")
    assert told == expected
    assert count > 0


def test_reading_leaves_no_memory_to_share_beside_a_file_that_had_none(path):
    power_cut(path)

    State.view(path).close()

    assert not path.with_name("state.db-shm").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write in any folder")
@pytest.mark.parametrize("left", [as_it_is, killed_run, power_cut, half_written])
def test_a_home_that_cannot_be_written_is_read(path, left):
    left(path)
    path.parent.chmod(0o500)
    try:
        with closing(State.view(path)) as state:
            assert state.products.count()["live"] == 300
    finally:
        path.parent.chmod(0o700)


def test_a_state_that_is_read_cannot_be_written_by_mistake(path):
    a_state(path)

    with closing(State.view(path)) as state, pytest.raises(sqlite3.OperationalError, match="readonly"):
        state.notes.set("told", "x")


def test_no_file_is_an_empty_state_and_none_is_made(path):
    with closing(State.view(path)) as state:
        assert state.notes.get("told") is None

    assert files(path.parent) == {}


@pytest.mark.parametrize("how", [State.view, State.read, State.open])
def test_a_state_that_is_no_file_is_told(path, how):
    path.mkdir(mode=0o700)

    with pytest.raises(StateError, match=r"state\.db cannot be (used|read)"):
        how(path)


def test_the_day_from_which_orders_are_sent_is_noted_by_a_pass_alone(path):
    with closing(State.open(path)) as state:
        assert state.notes.first_day(NOW) == NOW
        assert state.notes.time("first_run") is None

        state.notes.keep_first_day(NOW)

        assert state.notes.first_day(datetime(2027, 1, 1, tzinfo=UTC)) == NOW


# A copy put back


def a_copy(path: Path) -> Path:
    """A copy of a state that went on afterwards."""
    with closing(State.open(a_state(path))) as state:
        state.backup(path.parent.parent / "copy.db")
        state.notes.set("told", "newer")
    return path.parent.parent / "copy.db"


def put_back(copy: Path, path: Path) -> Any:
    with closing(copies.read(copy, path)) as state:
        return copies.put_back(state, path)


def told(path: Path) -> str | None:
    with closing(State.view(path)) as state:
        return state.notes.get("told")


@pytest.mark.parametrize("left", ["nothing", "killed", "cut"])
def test_a_copy_takes_the_place_of_the_state_and_of_all_that_lay_beside_it(path, left):
    copy = a_copy(path)
    if left != "nothing":
        killed(path, lambda state: state.notes.set("told", "newest"))
    if left == "cut":
        path.with_name("state.db-shm").unlink()

    kept = put_back(copy, path)

    assert told(path) == "old"
    assert kept == path.with_name("state.db.before-1")
    assert told(kept) == ("newer" if left == "nothing" else "newest")
    assert not [name for name in files(path.parent) if name.startswith("state.db-")]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_copy_takes_the_place_of_a_damaged_state_and_of_none(path):
    copy = a_copy(path)
    path.write_bytes(b"no database" * 1000)

    kept = put_back(copy, path)
    path.unlink()

    assert kept.read_bytes() == b"no database" * 1000
    assert put_back(copy, path) is None
    assert told(path) == "old"


def newer(copy: Path) -> None:
    with closing(sqlite3.connect(copy)) as db:
        db.execute(f"PRAGMA user_version = {SCHEMA + 1}")


def foreign(copy: Path) -> None:
    copy.unlink()
    with closing(sqlite3.connect(copy, isolation_level=None)) as db:
        db.execute("CREATE TABLE meta (a)")


def no_database(copy: Path) -> None:
    copy.write_text("[shop]\n")


def empty(copy: Path) -> None:
    copy.write_bytes(b"")


def torn(copy: Path) -> None:
    whole = copy.read_bytes()
    copy.write_bytes(whole[: len(whole) // 2])


def with_a_strange_log(copy: Path) -> None:
    copy.with_name(copy.name + "-wal").write_bytes(b"x")


@pytest.mark.parametrize("spoil", [newer, foreign, no_database, empty, torn, with_a_strange_log])
def test_what_is_no_sound_copy_is_refused_and_the_state_stays(path, spoil):
    copy = a_copy(path)
    spoil(copy)
    before = files(path.parent)

    with pytest.raises(StateError, match=r"newer version|is no copy|damaged"):
        put_back(copy, path)

    assert files(path.parent) == before


def test_the_state_itself_is_no_copy(path):
    a_state(path)
    path.with_name("link.db").symlink_to(path)

    for same in (path, path.with_name("link.db")):
        with pytest.raises(StateError, match="is the state file itself"):
            put_back(same, path)


def test_a_copy_of_an_older_version_is_brought_up_to_date(path):
    older_schema(path)
    old = path.replace(path.with_name("old.db"))

    put_back(old, path)

    with closing(State.view(path)) as state:
        assert state.products.count()["live"] > 0


# A copy put back by hand


@pytest.mark.parametrize("how", [State.open, State.view, State.read])
def test_a_copy_put_back_beside_the_log_of_another_file_is_noticed(path, how):
    copy = a_copy(path)
    killed(path, lambda state: state.products.save(products(500, "NEW"), walk=3))
    shutil.copy(copy, path)
    before = path.read_bytes()

    with pytest.raises(StateError, match=r"Beside .* lies state\.db-wal.*contaazul-sync rebuild"):
        how(path)

    assert path.read_bytes() == before
    assert set_aside(path) == path.with_name("state.db.damaged-1-wal")
    assert told(path) == "old"
    assert set_aside(path) is None


@pytest.mark.parametrize("rows", [0, 40])
def test_the_very_file_put_back_beside_a_later_log_is_noticed(path, rows):
    """As `cp state.db` makes it: it keeps a log, too, and only their numbers differ."""
    a_state(path)
    shutil.copy(path, path.with_name("by-hand.db"))
    with closing(State.open(path)) as state:
        state.notes.set("told", "newer")
    killed(path, lambda state: state.products.save(products(rows, "NEW"), walk=3))
    shutil.copy(path.with_name("by-hand.db"), path)

    with pytest.raises(StateError, match=r"lies state\.db-wal.*contaazul-sync rebuild"):
        State.open(path)

    assert set_aside(path) == path.with_name("state.db.damaged-1-wal")
    assert told(path) == "old"


def test_where_the_log_does_not_tell_its_number_the_two_are_looked_at(path, monkeypatch):
    monkeypatch.setattr(file, "has_strange_log", lambda path: False)
    a_state(path)
    shutil.copy(path, path.with_name("by-hand.db"))
    with closing(State.open(path)) as state:
        state.products.save(products(900, "MORE"), walk=2)
    killed(path, lambda state: state.notes.set("told", "newest"))
    shutil.copy(path.with_name("by-hand.db"), path)

    with pytest.raises(StateError, match=r"is damaged \(.*\)\. Run: contaazul-sync rebuild"):
        State.open(path)


@pytest.mark.parametrize("openers", [1, 3])
def test_a_log_that_many_have_begun_is_the_file_s_own(path, openers):
    a_state(path)
    for number in range(3):
        opened = [State.open(path) for _ in range(openers)]
        opened[-1].notes.set("told", f"{number}")
        killed(path, partial(tell, text=f"killed {number}"))
        for state in opened:
            state.db.close()
    with closing(State.open(path)) as state:
        assert state.fault() == ""


@pytest.mark.slow
def test_to_open_a_file_frees_no_lock_that_keeps_its_log_in_place(path):
    a_state(path)
    again = "import sys; from pathlib import Path; from contaazul_sync.state.file import State"
    with closing(State.open(path)) as state:
        for how in ("open", "view"):  # in another process, that is the last to close it as far as it can see
            code = f"{again}; State.{how}(Path(sys.argv[1])).close()"
            subprocess.run([sys.executable, "-c", code, str(path)], check=True, timeout=60)
            assert path.with_name("state.db-wal").exists()
        state.notes.set("told", "kept")

    assert told(path) == "kept"


def test_a_log_grown_over_and_over_again_is_the_file_s_own(path):
    a_state(path)
    with closing(State.open(path)) as state:
        for walk in range(12):
            state.products.save(products(300, f"W{walk}"), walk=walk)
            State.view(path).close()
            State.open(path).close()


# What `backup` may replace


@pytest.mark.parametrize("there", ["nothing", "a copy", "nothing in it", "a copy made by hand"])
def test_a_copy_takes_the_place_of_a_copy(path, there):
    a_state(path)
    target = path.with_name("copy.db")
    if there == "a copy":
        with closing(State.view(path)) as state:
            state.backup(target)
    elif there == "nothing in it":
        target.touch()
    elif there == "a copy made by hand":
        shutil.copy(path, target)

    with closing(State.view(path)) as state:
        state.backup(target)

    assert told(target) == "old"


@pytest.mark.parametrize("name", ["config.toml", "foreign.db", "folder", "other/state.db"])
def test_a_copy_takes_the_place_of_nothing_else(path, name):
    a_state(path)
    target = path.parent / name
    if name == "config.toml":
        target.write_text("[shop]\n")
    elif name == "foreign.db":
        with closing(sqlite3.connect(target)) as db:
            db.execute("CREATE TABLE t (a)")
    elif name == "folder":
        target.mkdir()
    else:
        target.parent.mkdir()
        a_state(target)
        target.with_name("run.lock").touch()  # another home, that lives
    before = target.read_bytes() if target.is_file() else b""

    with closing(State.view(path)) as state, pytest.raises(StateError, match="is no copy of a state"):
        state.backup(target)

    assert (target.read_bytes() if target.is_file() else b"") == before
