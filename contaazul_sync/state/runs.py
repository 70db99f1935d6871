"""Runs: each with what it came to; old ones as a row for each day."""

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from contaazul_sync.core.days import local_day
from contaazul_sync.core.exits import INTERRUPTED, is_good
from contaazul_sync.core.fit import whole_pairs
from contaazul_sync.core.items import Run
from contaazul_sync.core.words import Said, kept, said_again
from contaazul_sync.state.database import Database, Row
from contaazul_sync.state.values import text, time, time_or_none

STEPS = {  # this room's part of the schema, by the migration that brought it
    1: """
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    command TEXT NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    outcome INTEGER,
    created INTEGER NOT NULL DEFAULT 0,
    updated INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    message TEXT NOT NULL DEFAULT '',
    CHECK ((finished_at IS NULL) = (outcome IS NULL))
) STRICT
""",
    2: """
CREATE TABLE days (
    day TEXT PRIMARY KEY,
    runs INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL
) STRICT
""",
    6: """
ALTER TABLE runs ADD COLUMN began INTEGER NOT NULL DEFAULT 1;
ALTER TABLE runs ADD COLUMN good INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN done TEXT NOT NULL DEFAULT '{}';
UPDATE runs SET good = 1 WHERE outcome IN (0, 6)
""",
}

KEPT_RUNS = timedelta(days=90)  # of older ones a sum for each day is kept

FOLD_RUN = """
INSERT INTO days VALUES (:day, 1, :failed, :created, :updated)
ON CONFLICT DO UPDATE SET runs = runs + 1, failed = failed + excluded.failed,
    created = created + excluded.created, updated = updated + excluded.updated
"""


def _day_row(run: Run) -> Row:
    return {
        "day": local_day(run.started_at).isoformat(),
        "failed": int(not run.good and run.outcome != INTERRUPTED),
        "created": run.created,
        "updated": run.updated,
    }


def _as_run(row: Row) -> Run:
    return Run(
        id=row["id"],
        command=row["command"],
        started_at=time(row["started_at"]),
        finished_at=time_or_none(row["finished_at"]),
        outcome=row["outcome"],
        created=row["created"],
        updated=row["updated"],
        failed=row["failed"],
        message=said_again(row["message"]),
        good=bool(row["good"]),
        done=json.loads(row["done"]),
    )


class Runs:
    """The runs of the commands."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def start(self, command: str, now: datetime) -> int:
        """Open a run's row and return its number."""
        cursor = self.db.write("INSERT INTO runs (command, started_at) VALUES (?, ?)", command, text(now))
        return int(cursor.lastrowid or 0)

    def finish(
        self,
        run: int,
        now: datetime,
        outcome: int,
        counts: Mapping[str, int],
        message: Said,
        *,
        orders_went: bool = False,
        done: Mapping[str, int] | None = None,
    ) -> None:
        """Close a run's row with its exit code and counts.

        `orders_went`: see `exits.is_good`; `done`: see `core/deeds`.
        """
        sql = """UPDATE runs SET finished_at = ?, outcome = ?, created = ?, updated = ?, failed = ?,
                 message = ?, good = ?, done = ? WHERE id = ?"""
        numbers = [counts.get(name, 0) for name in ("created", "updated", "failed")]
        good = is_good(outcome, orders_went=orders_went)
        told = whole_pairs(kept(message))  # it may name a file whose name is not in UTF-8
        self.db.write(sql, text(now), outcome, *numbers, told, good, json.dumps(done or {}), run)

    def note(self, command: str, started: datetime, ended: datetime, outcome: int, message: Said) -> int:
        """The row of a run that could not keep its end, or not even its beginning.

        Returns the number of a new row; 0 where it had begun one.
        """
        sql = "SELECT id, outcome FROM runs WHERE command = ? AND started_at = ?"
        if row := self.db.one(sql, command, text(started)):
            if row["outcome"] is None:
                self.finish(row["id"], ended, outcome, {}, message)
            return 0
        sql = "INSERT INTO runs (command, started_at, began) VALUES (?, ?, 0)"
        run = int(self.db.write(sql, command, text(started)).lastrowid or 0)
        self.finish(run, ended, outcome, {}, message)
        return run

    def newest(self, limit: int) -> list[Run]:
        """The newest runs first."""
        return [_as_run(row) for row in self.db.query("SELECT * FROM runs ORDER BY id DESC LIMIT ?", [limit])]

    def get(self, number: int) -> Run | None:
        """A run by its number, or None: of old ones only the sums of their days are kept."""
        row = self.db.one("SELECT * FROM runs WHERE id = ?", str(number))  # as text: it may be any number
        return _as_run(row) if row else None

    def unfinished(self) -> Run | None:
        """The newest run that is going on or was cut short, or None."""
        row = self.db.one("SELECT * FROM runs WHERE outcome IS NULL ORDER BY id DESC LIMIT 1")
        return _as_run(row) if row else None

    def any_began(self) -> bool:
        """Whether a pass has ever begun; a run that failed before it is none."""
        return self.db.one("SELECT 1 FROM runs WHERE began LIMIT 1") is not None

    def since(self, moment: datetime) -> list[Run]:
        """The runs that began since then, the oldest first."""
        sql = "SELECT * FROM runs WHERE started_at >= ? ORDER BY id"
        return list(map(_as_run, self.db.query(sql, [text(moment)])))

    def last_good(self) -> Run | None:
        """The newest run that got through, or None."""
        sql = "SELECT * FROM runs WHERE good AND command = 'sync' ORDER BY id DESC LIMIT 1"
        row = self.db.one(sql)
        return _as_run(row) if row else None

    def by_day(self, first_day: date) -> dict[date, tuple[int, int]]:
        """How many runs began on each day in São Paulo, and how many of them failed or were cut short.

        A run that is not over yet has not failed, nor has one that a person stopped. A day without any is
        left out.
        """
        sql = """SELECT substr(started_at, 1, 13) AS hour, count(*) AS one,
                        sum(CASE WHEN outcome IS NULL THEN id < (SELECT max(id) FROM runs)
                                 ELSE NOT good AND outcome <> 130 END) AS two
                 FROM runs WHERE started_at >= ? GROUP BY hour"""
        return self.db.by_day(sql, first_day)

    def fold(self, now: datetime) -> None:
        """Make runs older than KEPT_RUNS a row for each day. The newest good run stays."""
        good = self.last_good()
        sql = "SELECT * FROM runs WHERE started_at < ? AND id <> ?"
        old = list(map(_as_run, self.db.query(sql, [text(now - KEPT_RUNS), good.id if good else 0])))
        with self.db.atomic():
            for run in old:
                self.db.execute(FOLD_RUN, _day_row(run))
                self.db.execute("DELETE FROM runs WHERE id = ?", [run.id])
