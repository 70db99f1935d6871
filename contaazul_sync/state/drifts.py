"""Balances: those of the ERP that are not what they should be, or may not be."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from contaazul_sync.core.ids import ShopKey
from contaazul_sync.core.money import plain
from contaazul_sync.core.products import Drift, Link, is_ahead, settles_at
from contaazul_sync.state import links
from contaazul_sync.state.database import Database, Row
from contaazul_sync.state.values import text, time, time_or_none

STEPS = {  # this room's part of the schema, by the migration that brought it
    1: """
CREATE TABLE drifts (
    key TEXT PRIMARY KEY REFERENCES links (key) ON DELETE CASCADE,
    expected TEXT NOT NULL,
    actual TEXT NOT NULL,
    since TEXT NOT NULL
) STRICT
""",
    3: """
CREATE TABLE suspicions (
    key TEXT PRIMARY KEY REFERENCES links (key) ON DELETE CASCADE,
    expected TEXT NOT NULL,
    actual TEXT NOT NULL,
    since TEXT NOT NULL
) STRICT
""",
}


def _as_drift(row: Row) -> Drift:
    return Drift(
        key=ShopKey(row["key"]),
        expected=Decimal(row["expected"]),
        actual=Decimal(row["actual"]),
        since=time(row["since"]),
        checking_until=settles_at(time_or_none(row["compare_after"]), time_or_none(row["settling_since"])),
    )


def _at_rest(drift: Drift) -> Drift:
    return replace(drift, checking_until=None)


class Drifts:
    """Balances that differ."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def set(self, key: ShopKey, expected: Decimal, actual: Decimal, now: datetime) -> None:
        """Remember that a balance is not what it should be; since when is kept."""
        sql = """INSERT INTO drifts VALUES (?, ?, ?, ?)
                 ON CONFLICT DO UPDATE SET expected = excluded.expected, actual = excluded.actual"""
        self.db.write(sql, key, plain(expected), plain(actual), text(now))

    def suspect(self, key: ShopKey, expected: Decimal, actual: Decimal, now: datetime) -> datetime:
        """Remember a difference that may be an old page's; returns since when it is as large as this.

        A sale lowers both numbers, and their difference stays.
        """
        kept = self.db.one("SELECT * FROM suspicions WHERE key = ?", key)
        since = now
        if kept and Decimal(kept["expected"]) - Decimal(kept["actual"]) == expected - actual:
            since = min(now, time(kept["since"]))
        sql = "INSERT OR REPLACE INTO suspicions VALUES (?, ?, ?, ?)"
        self.db.write(sql, key, plain(expected), plain(actual), text(since))
        return since

    def all(self, now: datetime | None = None) -> list[Drift]:
        """The balances that are not what they should be. `now`: which of them a sale moves is told, too."""
        sql = """SELECT drifts.*, compare_after, settling.since AS settling_since
                 FROM drifts JOIN links USING (key) LEFT JOIN settling USING (key) ORDER BY drifts.key"""
        found = map(_as_drift, self.db.query(sql))
        return [each if now and is_ahead(each.checking_until, now) else _at_rest(each) for each in found]

    def even(self, settled: Iterable[Link], now: datetime) -> None:
        """These balances are right: nothing is to be compared, and nothing drifts."""
        with self.db.atomic():
            for link in settled:
                links.put(self.db, link, now)
                links.settled(self.db, link.key)
                self.db.execute("DELETE FROM drifts WHERE key = ?", [link.key])
                self.db.execute("DELETE FROM suspicions WHERE key = ?", [link.key])

    def stir(self, key: ShopKey, now: datetime, compare_after: datetime) -> None:
        """What sales had kept back of it is free now: it may be kept back again, if one is being changed."""
        with self.db.atomic():
            links.sold(self.db, key, Decimal(0), now, compare_after)

    def unknown(self, link: Link, now: datetime) -> None:
        """What it should be is not known any more: nothing drifts, and what is due stays due."""
        with self.db.atomic():
            links.put(self.db, replace(link, expected=None), now)
            self.db.execute("DELETE FROM drifts WHERE key = ?", [link.key])


def forget_gone(db: Database) -> None:
    """Within a transaction: what the shop has deleted is compared no more."""
    db.execute("DELETE FROM drifts WHERE key IN (SELECT key FROM products WHERE gone_at IS NOT NULL)")
