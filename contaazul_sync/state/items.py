"""What stands against products and orders, and what a person said of them."""

from datetime import datetime
from sqlite3 import Connection

from contaazul_sync.core.fingerprints import EDITION, differs, fingerprint
from contaazul_sync.core.items import Failure, Group, Ignored, Kind
from contaazul_sync.core.orders import Payment
from contaazul_sync.core.words import kept, said_again
from contaazul_sync.state import intents, remarks, settlements
from contaazul_sync.state.database import Database, Row
from contaazul_sync.state.values import text, time

STEPS = {  # this room's part of the schema, by the migration that brought it
    1: """
CREATE TABLE failures (
    kind TEXT NOT NULL CHECK (kind IN ('product', 'customer', 'sale')),
    key TEXT NOT NULL,
    "group" TEXT NOT NULL CHECK ("group" IN ('waiting', 'held', 'failed', 'in_doubt', 'attention')),
    reason TEXT NOT NULL,
    next_step TEXT NOT NULL,
    since TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT;
CREATE TABLE ignored (
    kind TEXT NOT NULL CHECK (kind IN ('product', 'sale')),
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    since TEXT NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT
""",
    4: """
ALTER TABLE failures ADD COLUMN held_by INTEGER;
ALTER TABLE failures ADD COLUMN held_as TEXT NOT NULL DEFAULT '';
UPDATE failures SET held_by = 0, held_as = fingerprint WHERE "group" = 'held'
""",
    5: """
ALTER TABLE ignored ADD COLUMN total INTEGER;
ALTER TABLE ignored ADD COLUMN payment TEXT;
ALTER TABLE ignored ADD COLUMN content TEXT
""",
    6: """
CREATE TABLE new_failures (
    kind TEXT NOT NULL CHECK (kind IN ('product', 'customer', 'sale', 'settlement')),
    key TEXT NOT NULL,
    "group" TEXT NOT NULL CHECK ("group" IN ('waiting', 'held', 'failed', 'in_doubt', 'attention')),
    reason TEXT NOT NULL,
    next_step TEXT NOT NULL,
    since TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    held_by INTEGER,
    held_as TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (kind, key)
) STRICT;
INSERT INTO new_failures SELECT kind, key, "group", reason, next_step, since, attempts, fingerprint, held_by,
    held_as FROM failures;
DROP TABLE failures;
ALTER TABLE new_failures RENAME TO failures;
CREATE TABLE new_ignored (
    kind TEXT NOT NULL CHECK (kind IN ('product', 'sale', 'settlement')),
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    since TEXT NOT NULL,
    total INTEGER,
    payment TEXT,
    content TEXT,
    PRIMARY KEY (kind, key)
) STRICT;
INSERT INTO new_ignored SELECT kind, key, fingerprint, since, total, payment, content FROM ignored;
DROP TABLE ignored;
ALTER TABLE new_ignored RENAME TO ignored
""",
}

# The orders whose money goes no further: left alone, or the order itself asks for a person.
KEEPS_BACK_MONEY = """
SELECT key FROM ignored WHERE kind = 'settlement'
UNION ALL SELECT key FROM failures WHERE kind = 'sale' AND "group" = 'attention'
"""
ONE_OF_THEM = "SELECT 1 FROM ({}) WHERE key = ?"

FAILURES = """
SELECT * FROM failures
WHERE (:kind IS NULL OR kind = :kind) AND (:group IS NULL OR "group" = :group)
    AND (:fingerprint IS NULL OR fingerprint = :fingerprint)
ORDER BY kind, since, key
"""


def see_again(db: Connection) -> None:
    """Of orders left alone by what a buyer's change ended too: keep what they are; drop what had ended."""
    rows = db.execute(
        """SELECT key, ignored.fingerprint, orders.fingerprint, buyer, orders.payment, orders.total
           FROM ignored JOIN orders ON id = key WHERE kind = 'sale'"""
    ).fetchall()
    for key, version, content, buyer, payment, total in rows:
        if differs(version, f"1:{fingerprint(content, buyer, Payment(payment))}"):
            db.execute("DELETE FROM ignored WHERE kind = 'sale' AND key = ?", [key])
        else:
            sql = "UPDATE ignored SET total = ?, payment = ?, content = ? WHERE kind = 'sale' AND key = ?"
            db.execute(sql, [total, payment, content, key])


def _as_failure(row: Row) -> Failure:
    return Failure(
        kind=Kind(row["kind"]),
        key=row["key"],
        group=Group(row["group"]),
        reason=said_again(row["reason"]),
        next_step=said_again(row["next_step"]),
        since=time(row["since"]),
        attempts=row["attempts"],
        fingerprint=row["fingerprint"],
        held_by=row["held_by"],
        held_as=row["held_as"],
    )


class Items:
    """Failures, and items to be left alone."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def fail(self, failure: Failure) -> None:
        """Record why an item did not go through. Its intent, if any, stays: an open one is in doubt."""
        sql = """INSERT INTO failures VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET "group" = excluded."group", reason = excluded.reason,
                next_step = excluded.next_step, fingerprint = excluded.fingerprint,
                held_by = excluded.held_by, held_as = excluded.held_as,
                attempts = CASE WHEN "group" = 'failed' AND excluded."group" = 'failed'
                    AND fingerprint = excluded.fingerprint THEN attempts + 1 ELSE excluded.attempts END,
                since = CASE WHEN "group" = excluded."group" THEN since ELSE excluded.since END"""
        row = [failure.kind, failure.key, failure.group, kept(failure.reason), kept(failure.next_step)]
        with self.db.atomic():
            held = _held(self.failure(failure.kind, failure.key), failure)
            tail = [failure.attempts, failure.fingerprint, *held]
            self.db.execute(sql, [*row, text(failure.since), *tail])

    def clear(self, kind: Kind, key: str) -> None:
        """Nothing stands against an item any more."""
        with self.db.atomic():
            clear(self.db, kind, key)

    def failure(self, kind: Kind, key: str) -> Failure | None:
        """What stands against an item, or None."""
        row = self.db.one("SELECT * FROM failures WHERE kind = ? AND key = ?", kind, key)
        return _as_failure(row) if row else None

    def failures(
        self, kind: Kind | None = None, group: Group | None = None, fingerprint: str | None = None
    ) -> dict[tuple[Kind, str], Failure]:
        """What stands against items: all of it, or what is as named."""
        named = {"kind": kind, "group": group, "fingerprint": fingerprint}
        found = map(_as_failure, self.db.query(FAILURES, named))
        return {(failure.kind, failure.key): failure for failure in found}

    def keeps_back_money(self, order_id: str) -> bool:
        """Whether an order's money goes no further: left alone, or the order itself asks for a person."""
        return self.db.one(ONE_OF_THEM.format(KEEPS_BACK_MONEY), order_id) is not None

    def retry(self, kind: Kind, key: str) -> None:
        """Try an item anew: forget what stood against it and that it was to be left alone."""
        with self.db.atomic():
            forget(self.db, kind, key)

    def ignore(self, kind: Kind, key: str, seen: Ignored, now: datetime) -> None:
        """Leave an item alone, as it was seen. What was sent of an order is looked for all the same."""
        with self.db.atomic():
            clear(self.db, kind, key)
            if kind is not Kind.SALE:
                intents.close(self.db, kind, key)
            self.db.execute(
                "INSERT OR REPLACE INTO ignored VALUES (?, ?, ?, ?, ?, ?, ?)",
                [kind, key, seen.version, text(now), seen.total, seen.payment, seen.content],
            )

    def unignore(self, kind: Kind, key: str) -> bool:
        """Leave an item alone no longer, and forget what changed since; whether it was."""
        with self.db.atomic():
            sql = "DELETE FROM ignored WHERE kind = ? AND key = ?"
            was = self.db.execute(sql, [kind, key]).rowcount > 0
            if was and kind is Kind.SETTLEMENT:
                settlements.try_anew(self.db, key)
            if was:
                clear(self.db, kind, key)
                remarks.ask_again(self.db, key)
        return was

    def ignored(self) -> dict[tuple[Kind, str], Ignored]:
        """The items to be left alone, each as it was seen."""
        return {
            (Kind(row["kind"]), row["key"]): Ignored(
                row["fingerprint"], row["total"], row["payment"], row["content"]
            )
            for row in self.db.query("SELECT * FROM ignored")
        }


def _held(before: Failure | None, now: Failure) -> tuple[int | None, str]:
    """By which edition of the rules, and as what, an item was held; None where none did.

    What an older edition held stays so, whatever stands against it later, until a person or a change ends it.
    """
    held_by = before.held_by if before else None
    if before and held_by is not None and (now.group is not Group.HELD or held_by < EDITION):
        return held_by, before.held_as
    return (now.held_by, now.fingerprint) if now.group is Group.HELD else (None, "")


def clear(db: Database, kind: Kind, key: str) -> None:
    """Within a transaction: nothing stands against an item any more."""
    db.execute("DELETE FROM failures WHERE kind = ? AND key = ?", [kind, key])


def go_over(db: Database, kind: Kind, key: str, to: str) -> None:
    """Within a transaction: what a person said of an item goes for another; nothing stands against them."""
    clear(db, kind, key)
    clear(db, kind, to)
    db.execute("UPDATE OR REPLACE ignored SET key = ? WHERE kind = ? AND key = ?", [to, kind, key])


def forget(db: Database, kind: Kind, key: str) -> None:
    """Within a transaction: forget what stood against an item and that it was to be left alone."""
    clear(db, kind, key)
    db.execute("DELETE FROM ignored WHERE kind = ? AND key = ?", [kind, key])
    intents.begin_anew(db, kind, key)
    if kind is Kind.SETTLEMENT:
        settlements.try_anew(db, key)
