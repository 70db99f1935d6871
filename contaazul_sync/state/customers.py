"""Customers: people of the ERP, known by a keyed hash of their document alone."""

from contaazul_sync.core.ids import ErpId
from contaazul_sync.core.items import Kind
from contaazul_sync.state import intents
from contaazul_sync.state.database import Database

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

        With it, a mark of the buyer's data as they were last compared with the ERP's; "" when never.
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
