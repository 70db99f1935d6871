"""The queue: products chosen by the merchant, to be created by the next pass."""

from collections.abc import Iterable
from datetime import datetime

from contaazul_sync.core.ids import ShopKey
from contaazul_sync.core.items import Kind
from contaazul_sync.state import items
from contaazul_sync.state.database import Database
from contaazul_sync.state.values import text, time

STEPS = {  # this room's part of the schema, by the migration that brought it
    1: """
CREATE TABLE queue (
    key TEXT PRIMARY KEY REFERENCES products (key),
    queued_at TEXT NOT NULL
) STRICT
""",
}


class Queue:
    """The chosen products."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def add(self, keys: Iterable[ShopKey], now: datetime) -> None:
        """Choose products to be sent. What stood against them is forgotten: they are tried anew.

        Nothing happens to those that are in the ERP: their prices go by what was sent before.
        """
        with self.db.atomic():
            for key in keys:
                if add_unlinked(self.db, key, text(now)):
                    items.forget(self.db, Kind.PRODUCT, key)

    def take_back(self, keys: Iterable[ShopKey]) -> None:
        """Choose products no longer. What stood against them is forgotten: nothing is to be done any more."""
        with self.db.atomic():
            for key in keys:
                drop(self.db, key)
                items.clear(self.db, Kind.PRODUCT, key)

    def all(self) -> list[ShopKey]:
        """The chosen products, the longest waiting first."""
        return [
            ShopKey(row["key"]) for row in self.db.query("SELECT key FROM queue ORDER BY queued_at, rowid")
        ]

    def since(self, key: ShopKey) -> datetime | None:
        """Since when a product is chosen, or None."""
        row = self.db.one("SELECT queued_at FROM queue WHERE key = ?", key)
        return time(row["queued_at"]) if row else None


def drop(db: Database, key: str) -> str | None:
    """Within a transaction: a product is chosen no longer; since when it was, or None."""
    row = db.one("DELETE FROM queue WHERE key = ? RETURNING queued_at", key)
    return row["queued_at"] if row else None


def add_unlinked(db: Database, key: str, since: str) -> bool:
    """Within a transaction: a product is chosen, at the latest since then, unless it is in the ERP.

    Returns whether it is chosen now.
    """
    sql = """INSERT INTO queue SELECT ?, ? WHERE NOT EXISTS
             (SELECT 1 FROM links WHERE key = ? AND missing = 0) ON CONFLICT DO NOTHING"""
    db.execute(sql, [key, since, key])
    return db.one("SELECT 1 FROM queue WHERE key = ?", key) is not None
