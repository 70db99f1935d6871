"""SQLite as the rooms of the state share it: rows by name, and transactions that are whole or not at all."""

import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from contaazul_sync.core.days import beginning, local_day
from contaazul_sync.state import values
from contaazul_sync.state.beside import JOURNAL, LOG, MEMORY, beside, keeps_log, lies

Values = Sequence[object] | Mapping[str, object]
Row = Mapping[str, Any] | sqlite3.Row
SLICE = 500  # values that one `IN (...)` takes
WAIT = 10  # seconds, for who writes just now
NOT_THERE = (  # where a file cannot be read: in a folder that cannot be written, on a disk that is full
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
)


class Database(sqlite3.Connection):
    """A connection that commits by itself, except inside `atomic`."""

    def query(self, sql: str, values: Values = ()) -> Iterator[sqlite3.Row]:
        """The rows of a query, one after the other; a column is read by its name."""
        cursor = self.cursor()
        cursor.row_factory = sqlite3.Row
        return cursor.execute(sql, values)

    def one(self, sql: str, *values: object) -> Row | None:
        """The first row of a query, or None."""
        return next(iter(self.query(sql, list(values))), None)

    def some(self, sql: str, values: Iterable[str], times: int = 1) -> Iterator[Row]:
        """The rows of a query with `IN ({})`, asked in slices that SQLite takes."""
        wanted = sorted(set(values))
        for start in range(0, len(wanted), SLICE):
            part = wanted[start : start + SLICE]
            yield from self.query(sql.format(",".join("?" * len(part))), part * times)

    def by_day(self, hourly: str, first_day: date) -> dict[date, tuple[int, int]]:
        """Two sums of each day in São Paulo, of those of each hour: SQLite knows no time zones.

        `hourly` takes the moment from which it counts, and gives `hour`, `one` and `two`.
        """
        days: dict[date, tuple[int, int]] = {}
        for row in self.query(hourly, [values.text(beginning(first_day))]):
            day = local_day(values.time(row["hour"] + ":00+00:00"))
            one, two = days.get(day, (0, 0))
            days[day] = (one + row["one"], two + row["two"])
        return days

    def write(self, sql: str, *values: object) -> sqlite3.Cursor:
        """Run one statement in a transaction of its own."""
        with self.atomic():
            return self.execute(sql, list(values))

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """All that is written inside is written, or nothing is. Not inside of another one."""
        self.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.commit()
        except BaseException:  # what could not be committed stands in the way of the next transaction, too
            self.rollback()
            raise

    @contextmanager
    def impatient(self) -> Iterator[None]:
        """What is done inside waits for nobody: it is left for another time where somebody is in the way."""
        self.execute("PRAGMA busy_timeout = 0")
        try:
            yield
        finally:
            self.execute(f"PRAGMA busy_timeout = {WAIT * 1000}")

    @contextmanager
    def still(self) -> Iterator[None]:
        """All that is read inside is of one moment, whatever a run writes meanwhile. Not for writing."""
        self.execute("BEGIN")
        try:
            yield
        finally:
            self.rollback()


def open_file(path: Path) -> Database:
    """Open a file for writing, with a write-ahead log if it can have one. Raises sqlite3.Error, OSError."""
    if keeps_log(path):
        try:
            return connect(path)
        except sqlite3.OperationalError as error:
            if _is_busy(error):
                raise
    log_ahead(path)
    return connect(path)


def connect(path: Path | str) -> Database:
    """Open a file for writing. A commit is on the disk when it returns."""
    db = sqlite3.connect(path, isolation_level=None, timeout=WAIT, factory=Database)
    try:
        db.execute("PRAGMA synchronous = FULL")  # reads the schema, for which a log's memory has to be shared
        if _journal(db) == "delete":
            # A journal that is unlinked comes back after a power cut, with what was before the commit, unless
            # its folder was synced too. One that is emptied is synced itself.
            db.execute("PRAGMA journal_mode = TRUNCATE")
    except BaseException:
        db.close()
        raise
    return db


def begin_log(db: Database, known: int) -> None:
    """Count, in the file, the logs that are begun: so a log tells to which file it belongs (`beside`).

    `known`: the file's count before it was opened. One that is higher by now is of a log that goes on.
    """

    def count() -> int:
        (number,) = db.execute("PRAGMA application_id").fetchone()
        return int(number)

    if _journal(db) == "wal" and count() == known:
        with db.atomic():
            if count() == known:
                db.execute(f"PRAGMA application_id = {known + 1}")


def log_ahead(path: Path) -> None:
    """Let a file have a write-ahead log from now on, if it can; it remembers that.

    It cannot while somebody reads it without one, and where who reads and who writes can share no memory.
    """
    try:
        with closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as db:
            db.execute("PRAGMA synchronous = FULL")
            if _journal(db) == "delete":
                db.execute("PRAGMA journal_mode = TRUNCATE")
                db.execute("PRAGMA journal_mode = WAL")
            db.execute("SELECT 1 FROM sqlite_master").fetchone()  # who reads first needs the shared memory
    except sqlite3.OperationalError as error:
        if not _is_busy(error):
            _give_up_log(path)


def _is_busy(error: sqlite3.OperationalError) -> bool:
    """Whether somebody else has the file just now."""
    return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


def _give_up_log(path: Path) -> None:
    """Go back to the rollback journal: for that, who has the file alone needs no shared memory."""
    with suppress(sqlite3.OperationalError), closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("PRAGMA journal_mode = TRUNCATE")


def _journal(db: sqlite3.Connection) -> str:
    (mode,) = db.execute("PRAGMA journal_mode").fetchone()
    return str(mode)


def look(path: Path) -> Database:
    """Open a file for reading. Neither it nor who writes it has to wait, and nothing is left beside it.

    Raises sqlite3.Error, OSError.
    """
    if lies(path, LOG) and not beside(path, MEMORY).exists():
        return _apart(path)  # the power was cut: to read it there would be to put it together first
    # Who may write takes away again what it needs beside the file, and brings what was left there into it.
    mode = "ro" if lies(path, LOG) or lies(path, JOURNAL) else "rw"
    address = f"{path.absolute().as_uri()}?mode={mode}"
    db = sqlite3.connect(address, uri=True, isolation_level=None, timeout=WAIT, factory=Database)
    try:
        db.execute("PRAGMA query_only = ON")
        db.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        db.close()
        if error.sqlite_errorcode & 0xFF not in NOT_THERE:
            raise
        return _apart(path)
    return db


def _apart(path: Path) -> Database:
    """A copy in memory, made in another place: of what cannot be read where it is without being written."""
    with TemporaryDirectory(prefix="contaazul-sync-") as folder:
        place = Path(folder) / path.name
        shutil.copyfile(path, place)
        for end in (LOG, JOURNAL):
            with suppress(FileNotFoundError):
                shutil.copyfile(beside(path, end), beside(place, end))
        with closing(sqlite3.connect(place)) as source:
            memory = sqlite3.connect(":memory:", isolation_level=None, factory=Database)
            source.backup(memory)
    return memory


def copy_to(db: sqlite3.Connection, path: Path) -> None:
    """Copy a database into one file that has nothing beside it."""
    with closing(sqlite3.connect(path)) as copy:
        db.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")


def is_ours(path: Path) -> bool:
    """Whether a file is a state, of this version or another. Raises OSError."""
    try:
        with closing(look(path)) as db:
            tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except sqlite3.Error:
        return False
    return tables >= {"_sqlite_migrations", "meta", "runs"}


def is_copy(path: Path) -> bool:
    """Whether a file is a state that no home works with; or there is nothing in it. Raises OSError."""
    if not path.is_file() or (path.name == "state.db" and path.with_name("run.lock").exists()):
        return False
    return not path.stat().st_size or is_ours(path)


def is_damaged(path: Path) -> bool:
    """Whether a file is no sound database. One that is in use, or cannot be reached, is not damaged."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=1)) as db:
            return bool(fault(db))
    except sqlite3.DatabaseError as error:
        return tells_damage(error)


def fault(db: sqlite3.Connection) -> str:
    """What SQLite finds wrong with a database, its indexes too; nothing when it is sound."""
    (told,) = db.execute("PRAGMA integrity_check(1)").fetchone()
    return "" if told == "ok" else " ".join(str(told).split())


def tells_damage(error: Exception) -> bool:
    """Whether this says that a file is no sound database; that it is locked or out of reach does not."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
