"""The state file as a whole: opened, brought up to date, copied, kept small; and the rooms of what it keeps.

Frozen dataclasses cross the borders of the rooms, rows do not. Every method commits by itself, in one
transaction: a kill or a power cut at any instant leaves the file as it was before or after it. A commit that
returned is on the disk, since it may be an intent (`tests/sim` cuts the power at every instant).
"""

import sqlite3
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from contaazul_sync.core.errors import StateError
from contaazul_sync.core.words import _
from contaazul_sync.home.files import whole
from contaazul_sync.home.machine import check_owner
from contaazul_sync.state.beside import (
    JOURNAL,
    LOG,
    MEMORY,
    beside,
    generation,
    has_strange_log,
    keeps_log,
    lies,
)
from contaazul_sync.state.book import Book
from contaazul_sync.state.customers import Customers
from contaazul_sync.state.database import (
    Database,
    begin_log,
    connect,
    copy_to,
    fault,
    is_copy,
    look,
    open_file,
)
from contaazul_sync.state.drifts import Drifts
from contaazul_sync.state.intents import Intents
from contaazul_sync.state.items import Items
from contaazul_sync.state.links import Links
from contaazul_sync.state.notes import Notes
from contaazul_sync.state.orders import Orders
from contaazul_sync.state.pairs import Pairs
from contaazul_sync.state.payouts import Payouts
from contaazul_sync.state.products import Products
from contaazul_sync.state.queue import Queue
from contaazul_sync.state.remarks import Remarks
from contaazul_sync.state.runs import Runs
from contaazul_sync.state.sales import Sales
from contaazul_sync.state.sends import Sends
from contaazul_sync.state.settlements import Settlements
from contaazul_sync.state.takings import Takings
from contaazul_sync.state.trouble import why

MOST_FREE_PAGES = 1000  # of 4 kB; less than that is not worth a VACUUM
SCHEMA = 6  # steps in `migrations`; the file says in `user_version` how many it has had


class State:
    """The rooms of one state file. Not safe between threads: one owner writes."""

    def __init__(
        self, db: Database, path: Path | None = None, *, reads: bool = False, is_copy: bool = False
    ) -> None:
        self.db = db
        self.path = path
        self.reads = reads  # and never writes
        self.is_copy = is_copy or reads  # what is done with it, nobody keeps
        self.notes = Notes(db)
        self.products = Products(db)
        self.queue = Queue(db)
        self.links = Links(db)
        self.pairs = Pairs(db)
        self.drifts = Drifts(db)
        self.orders = Orders(db)
        self.sales = Sales(db)
        self.customers = Customers(db)
        self.intents = Intents(db)
        self.sends = Sends(db)
        self.settlements = Settlements(db)
        self.payouts = Payouts(db)
        self.takings = Takings(db)
        self.items = Items(db)
        self.remarks = Remarks(db)
        self.runs = Runs(db)
        self.book = Book(db)

    @classmethod
    def open(cls, path: Path) -> "State":
        """Open the file, or make it, readable by its owner alone. Raises StateError."""
        try:
            if not path.exists():
                path.touch(mode=0o600)
            check_rights(path)
            check_alone(path)
            left, known = lies(path, LOG) or lies(path, JOURNAL), generation(path)
            state = cls(open_file(path), path)
        except (sqlite3.Error, OSError) as error:
            raise _cannot_be_used(path, error) from error
        try:
            state._migrate()
            if left and (wrong := fault(state.db)):  # it may have been beside another file
                text = _("The state file {file} is damaged ({error}). Run: contaazul-sync rebuild")
                raise StateError(text.format(file=path, error=wrong))
            begin_log(state.db, known)
        except BaseException as error:
            state.db.close()
            if isinstance(error, sqlite3.Error):
                raise _cannot_be_used(path, error) from error
            raise
        return state

    @classmethod
    def view(cls, path: Path) -> "State":
        """The file as it is, to be read alone: nothing is written, and nobody waits. Raises StateError.

        A copy in memory, where it has to be brought up to date first, or where who reads would be waited for.
        """
        try:
            if path.exists() and keeps_log(path):
                check_alone(path)
                db = look(path)
                if db.execute("PRAGMA user_version").fetchone() == (SCHEMA,):
                    return cls(db, path, reads=True)
                db.close()
        except (sqlite3.Error, OSError) as error:
            raise _cannot_be_read(path, error) from error
        return cls.read(path)

    @classmethod
    def read(cls, path: Path) -> "State":
        """A copy in memory, to look at or to try things on: the file is not written. Raises StateError."""
        memory = connect(":memory:")
        try:
            if path.exists():
                check_alone(path)
                with closing(look(path)) as source, source.still():
                    source.execute("SELECT 1 FROM sqlite_master").fetchone()  # wait here, and no longer
                    source.backup(memory)
            state = cls(memory, path, is_copy=True)
            state._migrate()
        except (sqlite3.Error, OSError) as error:
            memory.close()
            raise _cannot_be_read(path, error) from error
        return state

    def _migrate(self) -> None:
        self.db.execute("PRAGMA foreign_keys = ON")
        steps = self._steps()
        if steps > SCHEMA:
            text = _(
                "The state file {file} is of a newer version of this program. Install that version again."
            )
            raise StateError(text.format(file=self.path))
        if steps < SCHEMA:
            from contaazul_sync.state.migrations import migrate  # noqa: PLC0415 - slow to load, and seldom needed

            with self.db.atomic():
                if self._steps() < SCHEMA:  # who came at the same time may have been first
                    migrate(self.db)
                    self.db.execute(f"PRAGMA user_version = {SCHEMA}")

    def _steps(self) -> int:
        (steps,) = self.db.execute("PRAGMA user_version").fetchone()
        return int(steps)

    def backup(self, path: Path) -> None:
        """Write a sound copy, also while a run is going on: whole or not at all. Raises StateError.

        A former copy is replaced, and no other file.
        """
        if self.path and path.exists() and path.samefile(self.path):
            text = _("{file} is the state file itself. Name another file for the copy.")
            raise StateError(text.format(file=path))
        try:
            if path.exists() and not is_copy(path):
                text = _("{file} is there, and is no copy of a state. Name another file for the copy.")
                raise StateError(text.format(file=path))
            with whole(path) as draft:
                copy_to(self.db, draft)
                for end in (LOG, MEMORY, JOURNAL):  # of what was there: SQLite would replay it
                    beside(path, end).unlink(missing_ok=True)
        except (sqlite3.Error, OSError) as error:
            text = _("No copy could be written to {file}: {why}.")
            raise StateError(text.format(file=path, why=why(error))) from error

    def fault(self) -> str:
        """What SQLite finds wrong with the file; nothing when it is sound."""
        return fault(self.db)

    def close(self) -> None:
        """Close the file, and leave all of it in the one file, unless somebody reads it just now."""
        if not self.reads:
            with suppress(sqlite3.Error):
                self._empty_log()
        self.db.close()

    def _empty_log(self) -> None:
        """Bring what is in the write-ahead log into the file, where there is a log."""
        with self.db.impatient():
            self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def tidy(self, now: datetime) -> None:
        """Fold old runs into a row for each day, and give back space that is not used.

        The file is only written anew when a quarter of it is empty: that takes as long, and as much room
        beside it, as the file is large.
        """
        self.runs.fold(now)
        (free,) = self.db.execute("PRAGMA freelist_count").fetchone()
        (pages,) = self.db.execute("PRAGMA page_count").fetchone()
        if free > MOST_FREE_PAGES and free * 4 > pages:
            with suppress(sqlite3.OperationalError):  # no room, or somebody reads: the next day will do
                with self.db.impatient():
                    self.db.execute("VACUUM")
                self._empty_log()


def check_rights(path: Path) -> None:
    """Nobody but the owner may read the file. Raises StateError, SetupError."""
    check_owner(path)
    if (mode := path.stat().st_mode & 0o777) & 0o077:
        text = _("Other users may read {path} (mode {mode}). Run: chmod 600 {path}")
        raise StateError(text.format(path=path, mode=f"{mode:o}"))


def check_alone(path: Path) -> None:
    """Beside the file lies no log of another one. Raises StateError."""
    if has_strange_log(path):
        text = _(
            "Beside {file} lies {log}, which is not of it: a copy was put back by hand. Nothing was changed."
            " Run: contaazul-sync rebuild"
        )
        raise StateError(text.format(file=path, log=beside(path, LOG).name))


def _cannot_be_used(path: Path, error: sqlite3.Error | OSError) -> StateError:
    text = _("The state file {file} cannot be used: {why}. Nothing that was kept is lost.")
    return StateError(text.format(file=path, why=why(error)))


def _cannot_be_read(path: Path, error: sqlite3.Error | OSError) -> StateError:
    text = _("The state file {file} cannot be read: {why}.")
    return StateError(text.format(file=path, why=why(error)))
