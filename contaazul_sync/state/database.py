"""SQLite as the rooms of the state share it: rows by name, and transactions that are whole or not at all."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from contaazul_sync.core.days import BRAZIL, local_day
from contaazul_sync.state import values

Values = Sequence[object] | Mapping[str, object]
Row = Mapping[str, Any] | sqlite3.Row
SLICE = 500  # values that one `IN (...)` takes


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


def connect(path: Path | str) -> Database:
    """Open a file for writing. A commit is on the disk when it returns."""
    db = sqlite3.connect(path, isolation_level=None, timeout=10, factory=Database)
    db.execute("PRAGMA synchronous = FULL")
    return db
