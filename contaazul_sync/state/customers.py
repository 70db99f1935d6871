"""Customers: people of the ERP, known by a keyed hash of their document alone."""

from datetime import datetime

from contaazul_sync.core.ids import ErpId
from contaazul_sync.core.items import Kind
from contaazul_sync.state import intents
from contaazul_sync.state.database import Database

NEWCOMER = "newcomer"  # instead of a mark: created, and not whole yet

STEPS = {  # this room's part of the schema, by the migration that brought it
    1: """
CREATE TABLE customers (
    hash TEXT PRIMARY KEY,
    erp_id TEXT NOT NULL
) STRICT
""",
    4: """
ALTER TABLE customers ADD COLUMN buyer TEXT NOT NULL DEFAULT ''
""",
}


class Customers:
    """The customers that were met before."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def get(self, hashed: str) -> tuple[ErpId, str] | None:
        """The ERP's id of a customer that was met before, by the keyed hash of the document.

        With it, a mark of the buyer's data as they were last compared with the ERP's; "" when never, and
        NEWCOMER while some of them are still to be written.
        """
        row = self.db.one("SELECT erp_id, buyer FROM customers WHERE hash = ?", hashed)
        return (ErpId(row["erp_id"]), row["buyer"]) if row else None

    def save(self, hashed: str, erp_id: ErpId, buyer: str = "") -> None:
        """Remember a customer and close the intent."""
        with self.db.atomic():
            sql = """INSERT INTO customers VALUES (?, ?, ?)
                     ON CONFLICT DO UPDATE SET erp_id = excluded.erp_id, buyer = excluded.buyer"""
            self.db.execute(sql, [hashed, erp_id, buyer])
            intents.close(self.db, Kind.CUSTOMER, hashed)

    def forget(self, hashed: str) -> None:
        """The ERP knows the customer no more."""
        self.db.write("DELETE FROM customers WHERE hash = ?", hashed)

    def unseen(self, hashed: str, now: datetime) -> None:
        """The ERP may have the customer, and does not show them: for a grace, nobody is created."""
        with self.db.atomic():
            known = self.get(hashed)
            self.db.execute("DELETE FROM customers WHERE hash = ?", [hashed])
            is_ours = known is not None and known[1] == NEWCOMER
            intents.wait(self.db, Kind.CUSTOMER, hashed, now, sends=int(is_ours))
