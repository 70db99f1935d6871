"""What came in of the money of the sales, put together out of all rooms. Nothing is written here."""

from datetime import date

from contaazul_sync.core.ids import OrderId
from contaazul_sync.core.items import Group
from contaazul_sync.core.receivables import Money
from contaazul_sync.core.takings import Heap
from contaazul_sync.state.database import Database
from contaazul_sync.state.items import KEEPS_BACK_MONEY

# What is settled needs no second look, and a home of some years has little else. Of a sale whose parts nobody
# has seen yet all is open.
OPEN = """
WITH open_parts AS (
    SELECT order_id, money, due, amount, received, fee FROM parts WHERE money <> 'settled'
    UNION ALL
    SELECT order_id, 'open', '', total, 0, 0 FROM receivables JOIN sales USING (order_id)
    WHERE look_at IS NOT NULL AND order_id NOT IN (SELECT order_id FROM parts)
)
SELECT money, count(*) AS parts, sum(amount) AS amount, sum(received) AS received, sum(fee) AS fees,
    due <= :today AS is_due, against."group" AS failure,
    coalesce(orders.payment, 'paid') = 'paid' AND ended_at IS NULL
        AND open_parts.order_id NOT IN ({}) AS goes_on
FROM open_parts LEFT JOIN orders ON orders.id = open_parts.order_id
LEFT JOIN sales ON sales.order_id = open_parts.order_id
LEFT JOIN failures AS against ON against.kind = 'settlement' AND against.key = open_parts.order_id
GROUP BY money, is_due, failure, goes_on
"""
SETTLED = """
SELECT money, count(*) AS parts, sum(amount) AS amount, sum(received) AS received, sum(fee) AS fees,
    1 AS is_due, NULL AS failure, 1 AS goes_on
FROM parts WHERE money = 'settled' GROUP BY money
"""
BY_ORDER = """
SELECT order_id, sum(gross) AS received, sum(fee) AS fees FROM settlements
WHERE outcome = 'made' GROUP BY order_id
"""


class Takings:
    """The money that came in, and that did not."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def heaps(self, today: date) -> list[Heap]:
        """All parts of the orders that are followed, those alike as one.

        `today`: the day in São Paulo; what stands against money that is due later counts on its day.
        """
        rows = [
            *self.db.query(SETTLED),
            *self.db.query(OPEN.format(KEEPS_BACK_MONEY), {"today": today.isoformat()}),
        ]
        return [
            Heap(
                money=Money(row["money"]),
                parts=row["parts"],
                amount=row["amount"],
                received=row["received"],
                fees=row["fees"],
                is_due=bool(row["is_due"]),
                goes_on=bool(row["goes_on"]),
                failure=Group(row["failure"]) if row["failure"] else None,
            )
            for row in rows
        ]

    def by_order(self) -> dict[OrderId, tuple[int, int]]:
        """What we received of each order, and what the gateway kept of it, in centavos."""
        rows = self.db.query(BY_ORDER)
        return {OrderId(row["order_id"]): (row["received"], row["fees"]) for row in rows}
