"""Sales: the orders that are in the ERP."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

from contaazul_sync.core.ids import ErpId, OrderId, ShopKey
from contaazul_sync.core.items import Kind
from contaazul_sync.core.orders import Sale
from contaazul_sync.state import intents, items, links, sends
from contaazul_sync.state.database import Database, Row
from contaazul_sync.state.values import text, time, time_or_none

STEPS = {  # this room's part of the schema, by the migration that brought it
    1: """
CREATE TABLE sales (
    order_id TEXT PRIMARY KEY,
    erp_id TEXT NOT NULL UNIQUE,
    number INTEGER NOT NULL,
    total INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    moves_stock INTEGER NOT NULL CHECK (moves_stock IN (0, 1)),
    sent_at TEXT NOT NULL,
    ended_at TEXT
) STRICT
""",
}


def as_sale(row: Row) -> Sale:
    """A sale as it was kept."""
    return Sale(
        order_id=OrderId(row["order_id"]),
        erp_id=ErpId(row["erp_id"]),
        number=row["number"],
        total=row["total"],
        fingerprint=row["fingerprint"],
        moves_stock=bool(row["moves_stock"]),
        sent_at=time(row["sent_at"]),
        ended_at=time_or_none(row["ended_at"]),
    )


class Sales:
    """What orders became."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def of(self, order_ids: Iterable[OrderId]) -> dict[OrderId, Sale]:
        """The sales of these orders."""
        found = map(as_sale, self.db.some("SELECT * FROM sales WHERE order_id IN ({})", order_ids))
        return {sale.order_id: sale for sale in found}

    def moved_since(self, moment: datetime) -> list[Sale]:
        """The sales that moved the ERP's stock since then, or will: those sent, and those that ended."""
        sql = "SELECT * FROM sales WHERE moves_stock = 1 AND (sent_at >= ? OR ended_at >= ?)"
        return list(map(as_sale, self.db.query(sql, [text(moment), text(moment)])))

    def known(self, erp_ids: Iterable[ErpId]) -> set[ErpId]:
        """Those of the ERP's sales that are ours."""
        rows = self.db.some("SELECT erp_id FROM sales WHERE erp_id IN ({})", erp_ids)
        return {ErpId(row["erp_id"]) for row in rows}

    def order_of(self, erp_id: ErpId) -> OrderId | None:
        """The order whose sale a sale of the ERP is known to be."""
        row = self.db.one("SELECT order_id FROM sales WHERE erp_id = ?", erp_id)
        return OrderId(row["order_id"]) if row else None

    def record(self, sale: Sale, units: Mapping[ShopKey, Decimal], compare_after: datetime) -> None:
        """An order is a sale: its intent is closed; its products are compared when the ERP has settled."""
        with self.db.atomic():
            row = [sale.order_id, sale.erp_id, sale.number, sale.total, sale.fingerprint]
            self.db.execute(
                "INSERT INTO sales VALUES (?, ?, ?, ?, ?, ?, ?, NULL)",
                [*row, int(sale.moves_stock), text(sale.sent_at)],
            )
            sends.met(self.db, sale.order_id, sale.number, sale.sent_at, sale.total, sale.fingerprint)
            intents.close(self.db, Kind.SALE, sale.order_id)
            items.clear(self.db, Kind.SALE, sale.order_id)
            for key, quantity in units.items():
                links.sold(
                    self.db, key, quantity if sale.moves_stock else Decimal(0), sale.sent_at, compare_after
                )

    def end(self, order_id: OrderId, units: Mapping[ShopKey, Decimal], now: datetime, due: datetime) -> None:
        """A sale was cancelled in the ERP, which takes its units back: compare them when it has settled."""
        with self.db.atomic():
            self.db.execute("UPDATE sales SET ended_at = ? WHERE order_id = ?", [text(now), order_id])
            items.clear(self.db, Kind.SALE, order_id)
            for key, quantity in units.items():
                links.sold(self.db, key, -quantity, now, due)

    def set_moves_stock(self, order_id: OrderId, units: Mapping[ShopKey, Decimal], now: datetime) -> None:
        """A sale that was booked without moving the stock has moved it by now, or never will."""
        with self.db.atomic():
            self.db.execute("UPDATE sales SET moves_stock = 1 WHERE order_id = ?", [order_id])
            for key, quantity in units.items():
                links.sold(self.db, key, quantity, now, now)

    def count(self) -> int:
        """How many orders are sales."""
        row = self.db.one("SELECT count(*) AS count FROM sales")
        return int(row["count"]) if row else 0

    def by_day(self, first_day: date) -> dict[date, tuple[int, int]]:
        """How many orders became sales on each day in São Paulo, and their value in centavos.

        A day without any is left out.
        """
        sql = """SELECT substr(sent_at, 1, 13) AS hour, count(*) AS one, sum(total) AS two
                 FROM sales WHERE sent_at >= ? GROUP BY hour"""
        return self.db.by_day(sql, first_day)
