"""SQLite as the state uses it: rows by name, and transactions that are whole or not at all."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

Values = Sequence[object] | Mapping[str, object]


class Database(sqlite3.Connection):
    """A connection that commits by itself, except inside `atomic`."""

    def query(self, sql: str, values: Values = ()) -> Iterator[sqlite3.Row]:
        """The rows of a query, one after the other; a column is read by its name."""
        cursor = self.cursor()
        cursor.row_factory = sqlite3.Row
        return cursor.execute(sql, values)

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


def connect(path: Path | str) -> Database:
    """Open a file for writing. A commit is on the disk when it returns."""
    db = sqlite3.connect(path, isolation_level=None, timeout=10, factory=Database)
    db.execute("PRAGMA synchronous = FULL")
    return db
