"""Intents: creates that are written down before they are sent, and not known to have arrived."""

from datetime import datetime

from contaazul_sync.core.items import Intent, Kind
from contaazul_sync.core.orders import OrderNote
from contaazul_sync.state import sends
from contaazul_sync.state.database import Database, Row
from contaazul_sync.state.values import text, time, time_or_none

STEPS = {  # this room's part of the schema, by the migration that brought it
    1: """
CREATE TABLE intents (
    kind TEXT NOT NULL CHECK (kind IN ('product', 'customer', 'sale')),
    key TEXT NOT NULL,
    number INTEGER,
    opened_at TEXT NOT NULL,
    sent_at TEXT,
    sends INTEGER NOT NULL DEFAULT 0,
    fingerprint TEXT NOT NULL DEFAULT '',
    total INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, key),
    CHECK ((kind = 'sale') = (number IS NOT NULL))
) STRICT
""",
}


def _as_intent(row: Row) -> Intent:
    return Intent(
        kind=Kind(row["kind"]),
        key=row["key"],
        number=row["number"],
        opened_at=time(row["opened_at"]),
        sent_at=time_or_none(row["sent_at"]),
        sends=row["sends"],
        fingerprint=row["fingerprint"],
        total=row["total"],
    )


class Intents:
    """What was about to be created."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def all(self) -> dict[tuple[Kind, str], Intent]:
        """What was about to be created and is not known to be."""
        found = map(_as_intent, self.db.query("SELECT * FROM intents ORDER BY opened_at, kind, key"))
        return {(intent.kind, intent.key): intent for intent in found}

    def get(self, kind: Kind, key: str) -> Intent | None:
        """An open intent, or None."""
        row = self.db.one("SELECT * FROM intents WHERE kind = ? AND key = ?", kind, key)
        return _as_intent(row) if row else None

    def sending(
        self, kind: Kind, key: str, now: datetime, number: int | None = None, note: OrderNote | None = None
    ) -> None:
        """Write down a create that goes out now; one that is open already is sent once more."""
        sql = """INSERT INTO intents VALUES (?, ?, ?, ?, ?, 1, ?, ?)
                 ON CONFLICT DO UPDATE SET sent_at = excluded.sent_at, sends = sends + 1,
                                           number = coalesce(excluded.number, number)"""
        content = [note.fingerprint, note.total] if note else ["", 0]
        with self.db.atomic():
            self.db.execute(sql, [kind, key, number, text(now), text(now), *content])
            if note and number:
                sends.sent(self.db, note, number, now)

    def leaving_again(self, kind: Kind, key: str, now: datetime) -> None:
        """What did not get through leaves once more: its grace begins now."""
        self.db.write("UPDATE intents SET sent_at = ? WHERE kind = ? AND key = ?", text(now), kind, key)

    def restore(self, kind: Kind, key: str, before: Intent | None) -> None:
        """A create did not go out after all: what was written down of it, if anything, is taken back."""
        if self.get(kind, key) == before:
            return
        with self.db.atomic():
            if kind is Kind.SALE:
                sends.take_back(self.db, key)
            close(self.db, kind, key)
            if before:
                row = [kind, key, before.number, text(before.opened_at)]
                sent = text(before.sent_at) if before.sent_at else None
                row += [sent, before.sends, before.fingerprint, before.total]
                self.db.execute("INSERT INTO intents VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)

    def close(self, kind: Kind, key: str) -> None:
        """It was answered, or never arrived."""
        with self.db.atomic():
            close(self.db, kind, key)

    def delay(self, intent: Intent, now: datetime) -> None:
        """An intent that was sent in the future, by a clock that was wrong, counts as sent now."""
        sql = "UPDATE intents SET sent_at = ?, opened_at = min(opened_at, ?) WHERE kind = ? AND key = ?"
        self.db.write(sql, text(now), text(now), intent.kind, intent.key)


def close(db: Database, kind: Kind, key: str) -> None:
    """Within a transaction: it was answered, or never arrived."""
    db.execute("DELETE FROM intents WHERE kind = ? AND key = ?", [kind, key])


def wait(db: Database, kind: Kind, key: str, now: datetime, sends: int) -> None:
    """Within a transaction: it may be there and is not shown. Its grace begins now, and nothing is sent."""
    sql = """INSERT INTO intents VALUES (?, ?, NULL, ?, ?, ?, '', 0)
             ON CONFLICT DO UPDATE SET sent_at = excluded.sent_at"""
    db.execute(sql, [kind, key, text(now), text(now), sends])


def begin_anew(db: Database, kind: Kind, key: str) -> None:
    """Within a transaction: a person wants it to be tried again, so it may be sent as often as a new one."""
    db.execute("UPDATE intents SET sends = min(sends, 1) WHERE kind = ? AND key = ?", [kind, key])
