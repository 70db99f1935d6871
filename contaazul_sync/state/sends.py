"""The ledger of sends: each number under which an order was ever sent, for ever.

Rows are added, and an outcome is written once it is known. Nothing is taken out, whatever becomes of the
order: a number that may carry a sale of ours is looked up before the order is sent again, and kept for it.
"""

from collections.abc import Iterator
from datetime import datetime

from contaazul_sync.core.ids import OrderId
from contaazul_sync.core.items import Outcome, Send
from contaazul_sync.core.orders import OrderNote
from contaazul_sync.state.database import Database, Row
from contaazul_sync.state.values import text, time

STEPS = {  # this room's part of the schema, by the migration that brought it
    5: """
CREATE TABLE sends (
    id INTEGER PRIMARY KEY,
    order_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    sent_at TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('unknown', 'made', 'refused', 'foreign', 'absent', 'unsent')),
    total INTEGER NOT NULL,
    fingerprint TEXT NOT NULL
) STRICT;
CREATE INDEX sends_of_order ON sends (order_id);
CREATE INDEX sends_in_question ON sends (order_id) WHERE outcome IN ('unknown', 'absent');
INSERT INTO sends (order_id, number, sent_at, outcome, total, fingerprint)
    SELECT order_id, number, sent_at, 'made', total, fingerprint FROM sales
    UNION ALL
    SELECT key, number, coalesce(sent_at, opened_at), 'unknown', total, fingerprint FROM intents
    WHERE kind = 'sale'
""",
    6: """
ALTER TABLE sends ADD COLUMN refused INTEGER NOT NULL DEFAULT 0 CHECK (refused IN (0, 1))
""",
}


def _as_send(row: Row) -> Send:
    return Send(
        order_id=OrderId(row["order_id"]),
        number=row["number"],
        sent_at=time(row["sent_at"]),
        outcome=Outcome(row["outcome"]),
        total=row["total"],
        fingerprint=row["fingerprint"],
        refused=bool(row["refused"]),
    )


class Sends:
    """What was sent for each order."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def of(self, order_id: str) -> list[Send]:
        """All that was sent for an order, the oldest first."""
        rows = self.db.query("SELECT * FROM sends WHERE order_id = ? ORDER BY id", [order_id])
        return list(map(_as_send, rows))

    def in_question(self, order_id: str) -> list[Send]:
        """The sends of an order that may have made a sale, the first of each number, the oldest first."""
        sql = """SELECT * FROM sends WHERE order_id = ? AND outcome IN ('unknown', 'absent')
                 GROUP BY number ORDER BY min(id)"""
        return list(map(_as_send, self.db.query(sql, [order_id])))

    def under(self, order_id: str, number: int) -> list[Send]:
        """The sends of an order under one number, the oldest first."""
        return [send for send in self.of(order_id) if send.number == number]

    def asleep(self, since: datetime) -> Iterator[Send]:
        """The sends since then of which a sale may yet be shown, and that are in no pass's plan any more.

        Those that were looked for in vain, also of an order that became a sale under another number; and
        those of a number that was sent twice, and not refused: the one sale that is known of it may not be
        the only one.
        """
        sql = """SELECT * FROM sends WHERE outcome IN ('absent', 'made') AND sent_at >= ?
                 AND order_id NOT IN (SELECT key FROM intents WHERE kind = 'sale')
                 GROUP BY order_id, number HAVING max(outcome = 'absent') OR sum(NOT refused) > 1
                 ORDER BY min(id)"""
        return map(_as_send, list(self.db.query(sql, [text(since)])))

    def came_to(self, order_id: str, number: int, outcome: Outcome) -> None:
        """It is known what became of the sends of an order under a number; its question is closed."""
        with self.db.atomic():
            came_to(self.db, order_id, number, outcome)
            self.db.execute(
                "DELETE FROM intents WHERE kind = 'sale' AND key = ? AND number = ?", [order_id, number]
            )

    def was_refused(self, order_id: str) -> None:
        """The ERP made no sale of the newest send of an order. What its number carries stays open."""
        sql = """UPDATE sends SET refused = 1 WHERE outcome = 'unknown'
                 AND id = (SELECT max(id) FROM sends WHERE order_id = ?)"""
        self.db.write(sql, order_id)

    def highest_number(self) -> int:
        """The highest sale number that we ever used or met."""
        row = self.db.one("SELECT max(number) AS number FROM sends")
        return int(row["number"] or 0) if row else 0


def sent(db: Database, note: OrderNote, number: int, now: datetime) -> None:
    """Within a transaction: an order goes out now under this number."""
    sql = """INSERT INTO sends (order_id, number, sent_at, outcome, total, fingerprint)
             VALUES (?, ?, ?, 'unknown', ?, ?)"""
    db.execute(sql, [note.id, number, text(now), note.total, note.fingerprint])


def take_back(db: Database, order_id: str) -> None:
    """Within a transaction: the newest send of an order did not leave."""
    sql = """UPDATE sends SET outcome = 'unsent' WHERE outcome = 'unknown'
             AND id = (SELECT max(id) FROM sends WHERE order_id = ?)"""
    db.execute(sql, [order_id])


def came_to(db: Database, order_id: str, number: int, outcome: Outcome) -> None:
    """Within a transaction: it is known what became of the sends of an order under a number."""
    sql = """UPDATE sends SET outcome = ? WHERE order_id = ? AND number = ?
             AND outcome IN ('unknown', 'absent')"""
    db.execute(sql, [outcome, order_id, number])


def met(db: Database, order_id: str, number: int, at: datetime, total: int, fingerprint: str) -> None:
    """Within a transaction: an order is a sale under this number, whether this state sent it or not."""
    came_to(db, order_id, number, Outcome.MADE)
    sql = """INSERT INTO sends (order_id, number, sent_at, outcome, total, fingerprint)
             SELECT ?, ?, ?, 'made', ?, ? WHERE NOT EXISTS
             (SELECT 1 FROM sends WHERE order_id = ? AND number = ? AND outcome = 'made')"""
    db.execute(sql, [order_id, number, text(at), total, fingerprint, order_id, number])
