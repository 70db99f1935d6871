"""Remarks: what was done otherwise than the shop tells, order by order, each said once."""

from datetime import datetime

from contaazul_sync.core.words import Said, kept, said_again
from contaazul_sync.state.database import Database
from contaazul_sync.state.values import text, time

STEPS = {  # this room's part of the schema, by the migration that brought it
    4: """
CREATE TABLE remarks (
    order_id TEXT NOT NULL,
    said_at TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (order_id, text)
) STRICT
""",
}


class Remarks:
    """What there is to say of orders that went through."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def add(self, order_id: str, said: Said, now: datetime) -> None:
        """Say something of an order; what was said of it before is not said again, in whatever language."""
        if said not in (each for _at, each in self.of(order_id)):
            sql = "INSERT INTO remarks VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
            self.db.write(sql, order_id, text(now), kept(said))

    def of(self, order_id: str) -> list[tuple[datetime, Said]]:
        """What was said of an order, and when."""
        rows = self.db.query("SELECT * FROM remarks WHERE order_id = ? ORDER BY said_at", [order_id])
        return [(time(row["said_at"]), said_again(row["text"])) for row in rows]


def ask_again(db: Database, order_id: str) -> None:
    """Within a transaction: what was asked of an order that is no sale may be asked once more."""
    sql = "DELETE FROM remarks WHERE order_id = ? AND order_id NOT IN (SELECT order_id FROM sales)"
    db.execute(sql, [order_id])
