"""SQLite as the rooms of the state share it: rows by name, and transactions that are whole or not at all."""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from contaazul_sync.core.days import BRAZIL, local_day
from contaazul_sync.state import values

Values = Sequence[object] | Mapping[str, object]
Row = Mapping[str, Any] | sqlite3.Row
SLICE = 500  # values that one `IN (...)` takes
WAIT = 10  # seconds, for who writes just now


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
        for row in self.query(hourly, [values.text(datetime.combine(first_day, time(), BRAZIL))]):
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
        except BaseException:
            self.rollback()
            raise
        self.commit()

    @contextmanager
    def still(self) -> Iterator[None]:
        """All that is read inside is of one moment, whatever a run writes meanwhile. Not for writing."""
        self.execute("BEGIN")
        try:
            yield
        finally:
            self.rollback()


def connect(path: Path | str) -> Database:
    """Open a file for writing. A commit is on the disk when it returns."""
    db = sqlite3.connect(path, isolation_level=None, timeout=WAIT, factory=Database)
    db.execute("PRAGMA synchronous = FULL")
    if _journal(db) == "delete":
        # A journal that is unlinked comes back after a power cut, with what was before the commit, unless its
        # folder was synced too. One that is emptied is synced itself.
        db.execute("PRAGMA journal_mode = TRUNCATE")
    return db


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
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            _give_up_log(path)


def _give_up_log(path: Path) -> None:
    """Go back to the rollback journal: for that, who has the file alone needs no shared memory."""
    with suppress(sqlite3.OperationalError), closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("PRAGMA journal_mode = TRUNCATE")


def _journal(db: sqlite3.Connection) -> str:
    (mode,) = db.execute("PRAGMA journal_mode").fetchone()
    return str(mode)


def look(path: Path) -> sqlite3.Connection:
    """Open a file for reading. Neither it nor who writes it has to wait."""
    address = f"{path.absolute().as_uri()}?mode=ro"
    db = sqlite3.connect(address, uri=True, timeout=WAIT)
    try:
        db.execute("PRAGMA schema_version").fetchone()
    except sqlite3.OperationalError as error:
        db.close()
        refused = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
        writable = os.access(path.parent, os.W_OK)
        if not refused or writable or path.with_name(path.name + "-wal").exists():
            raise
        # The memory that is shared with who writes is a file beside it. Nobody writes in such a folder.
        db = sqlite3.connect(address + "&immutable=1", uri=True)
    return db


def copy_to(db: sqlite3.Connection, path: Path) -> None:
    """Copy a database into one file that has nothing beside it."""
    with closing(sqlite3.connect(path)) as copy:
        db.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")


def is_damaged(path: Path) -> bool:
    """Whether a file is no sound database. One that is in use, or cannot be reached, is not damaged."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=1)) as db:
            return bool(db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",))
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
