"""Statements of gateways that were taken, and the money for orders in them. Nothing is kept of who paid."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from contaazul_sync.core.ids import OrderId
from contaazul_sync.core.receivables import Payout
from contaazul_sync.state.database import Database, Row
from contaazul_sync.state.values import text, time

STEPS = {  # this room's part of the schema, by the migration that brought it
    6: """
CREATE TABLE statements (
    mark TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    taken_at TEXT NOT NULL,
    rows INTEGER NOT NULL
) STRICT;
CREATE TABLE payouts (
    identity TEXT PRIMARY KEY,
    statement TEXT NOT NULL,
    line INTEGER NOT NULL,
    order_id TEXT NOT NULL,
    day TEXT NOT NULL,
    gross INTEGER NOT NULL,
    fee INTEGER NOT NULL,
    gateway TEXT NOT NULL,
    by_id INTEGER NOT NULL
) STRICT;
CREATE INDEX payouts_of_order ON payouts (order_id)
""",
}

# What was settled of a payout, the ledger of settlements tells. What may have been is looked for in the ERP
# before any more of its order is sent.
LEFT = """
SELECT identity, payouts.order_id, payouts.day, payouts.gross - sum(coalesce(sent.gross, 0)) AS gross,
    payouts.fee - sum(coalesce(sent.fee, 0)) AS fee, gateway, by_id
FROM payouts LEFT JOIN settlements AS sent ON source = identity AND outcome = 'made'
WHERE payouts.order_id IN ({}) GROUP BY identity HAVING payouts.gross > sum(coalesce(sent.gross, 0))
ORDER BY payouts.day, statement, line, identity
"""


def _as_payout(row: Row) -> Payout:
    return Payout(
        identity=row["identity"],
        order_id=OrderId(row["order_id"]),
        day=date.fromisoformat(row["day"]),
        gross=row["gross"],
        fee=row["fee"],
        gateway=row["gateway"],
        by_id=bool(row["by_id"]),
    )


class Payouts:
    """What the statements of gateways told of the money of orders."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def taken_at(self, mark: str) -> datetime | None:
        """When a file of this content was taken, or None."""
        row = self.db.one("SELECT taken_at FROM statements WHERE mark = ?", mark)
        return time(row["taken_at"]) if row else None

    def take(
        self, mark: str, name: str, rows: int, payouts: Iterable[tuple[int, Payout]], now: datetime
    ) -> None:
        """Keep what a statement tells, each with its line; the next pass looks at the orders."""
        with self.db.atomic():
            sql = "INSERT INTO statements VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
            self.db.execute(sql, [mark, name, text(now), rows])
            for line, payout in payouts:
                self._keep(mark, line, payout, now)

    def _keep(self, mark: str, line: int, payout: Payout, now: datetime) -> None:
        sql = "INSERT INTO payouts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
        row = [payout.identity, mark, line, payout.order_id, payout.day.isoformat(), payout.gross, payout.fee]
        row += [payout.gateway, payout.by_id]
        self.db.execute(sql, row)
        self.db.execute("UPDATE receivables SET look_at = ? WHERE order_id = ?", [text(now), payout.order_id])

    def known(self, identities: Iterable[str]) -> dict[str, str]:
        """Those of these lines that were taken before, each with its gateway."""
        rows = self.db.some("SELECT identity, gateway FROM payouts WHERE identity IN ({})", identities)
        return {row["identity"]: row["gateway"] for row in rows}

    def tells_ids(self, gateway: str) -> bool:
        """Whether the shop told of any order the very payment id that this gateway's statements have."""
        return self.db.one("SELECT 1 FROM payouts WHERE by_id AND gateway = ? LIMIT 1", gateway) is not None

    def lines_of(self, mark: str) -> set[int]:
        """The lines that were taken of a file of this content, by whatever mapping."""
        rows = self.db.query("SELECT line FROM payouts WHERE statement = ?", [mark])
        return {row["line"] for row in rows}

    def of_others(self, order_ids: Iterable[str], gateway: str) -> set[tuple[OrderId, date, int]]:
        """What came of these orders by the statements of other gateways: the day of each, and its net."""
        sql = "SELECT order_id, day, gross - fee AS net, gateway FROM payouts WHERE order_id IN ({})"
        rows = [row for row in self.db.some(sql, order_ids) if row["gateway"] != gateway]
        return {(OrderId(row["order_id"]), date.fromisoformat(row["day"]), row["net"]) for row in rows}

    def known_by_id(self, order_ids: Iterable[str]) -> set[OrderId]:
        """Those of these orders of which a payment was taken whose id is the one that the shop tells."""
        sql = "SELECT DISTINCT order_id FROM payouts WHERE by_id AND order_id IN ({})"
        return {OrderId(row["order_id"]) for row in self.db.some(sql, order_ids)}

    def left(self, order_ids: Iterable[str]) -> dict[OrderId, list[Payout]]:
        """What is to be settled of the money of these orders, by the day on which it came."""
        found: defaultdict[OrderId, list[Payout]] = defaultdict(list)
        for row in self.db.some(LEFT, order_ids):
            payout = _as_payout(row)
            found[payout.order_id].append(payout)
        return dict(found)
