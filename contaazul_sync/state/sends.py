"""The ledger of sends: each number under which an order was ever sent, for ever.

Rows are added, and an outcome is written once it is known. Nothing is taken out, whatever becomes of the
order: a number that may carry a sale of ours is looked up before the order is sent again.
"""

from contaazul_sync.state.database import Database

STEPS = {  # this room's part of the schema, by the migration that brought it
    5: """
CREATE TABLE sends (
    id INTEGER PRIMARY KEY,
    order_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    sent_at TEXT NOT NULL,
    outcome TEXT NOT NULL DEFAULT '' CHECK (outcome IN ('', 'made', 'refused', 'foreign', 'absent'))
) STRICT;
CREATE INDEX sends_of_order ON sends (order_id);
INSERT INTO sends (order_id, number, sent_at, outcome)
    SELECT order_id, number, sent_at, 'made' FROM sales
    UNION ALL SELECT key, number, coalesce(sent_at, opened_at), '' FROM intents WHERE kind = 'sale'
""",
}


class Sends:
    """What was sent for each order."""

    def __init__(self, db: Database) -> None:
        self.db = db
