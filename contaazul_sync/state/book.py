"""The order book: what the state knows of each order, put together out of all rooms."""

from collections.abc import Iterator, Mapping
from typing import TypeVar

from contaazul_sync.core.book import Entry, Place, Sum
from contaazul_sync.core.fingerprints import FILE
from contaazul_sync.core.ids import OrderId
from contaazul_sync.core.items import Kind
from contaazul_sync.core.orders import OrderNote
from contaazul_sync.state.database import Database
from contaazul_sync.state.intents import Intents
from contaazul_sync.state.items import Items
from contaazul_sync.state.orders import as_note
from contaazul_sync.state.sales import as_sale

Kept = TypeVar("Kept")

TOUCHED = """
WITH touched AS (
    SELECT key FROM failures WHERE kind = 'sale' UNION SELECT key FROM intents WHERE kind = 'sale'
    UNION SELECT key FROM ignored WHERE kind = 'sale')
"""
# A sale with nothing beside it stands where it is, and a home of some years has little else.
SETTLED = """
SELECT ended_at IS NOT NULL AS ended, count(*) AS orders, sum(coalesce(orders.total, sales.total)) AS total,
    sum(coalesce(orders.total, nullif(sales.total, 0)) IS NULL) AS unread
FROM sales LEFT JOIN orders ON orders.id = order_id WHERE order_id NOT IN touched GROUP BY ended
"""
SALES = "SELECT * FROM sales WHERE :all OR order_id IN touched ORDER BY sent_at, order_id"
NOTES = """
SELECT orders.* FROM orders LEFT JOIN sales ON order_id = id
WHERE id IN touched OR (:all AND order_id IS NOT NULL)
    OR (order_id IS NULL AND (was_paid OR payment = 'paid'))
ORDER BY counted_at, id
"""


class Book:
    """The orders, each with all that stands for it and against it."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def of(self, order_id: str) -> Entry:
        """One order."""
        at = (Kind.SALE, order_id)
        note = self.db.one("SELECT * FROM orders WHERE id = ?", order_id)
        sale = self.db.one("SELECT * FROM sales WHERE order_id = ?", order_id)
        items = Items(self.db)
        return Entry(
            OrderId(order_id),
            as_note(note) if note else None,
            as_sale(sale) if sale else None,
            items.failure(*at),
            Intents(self.db).get(*at),
            at in items.ignored(),
        )

    def entries(self) -> list[Entry]:
        """The orders of the book by the day that counts, then those of which there is no note."""
        with self.db.still():
            return list(self._entries(settled=True))

    def touched(self) -> tuple[list[tuple[Place, Sum]], list[Entry]]:
        """The same, quickly: the sales that nothing stands beside, summed up, and the other orders."""
        with self.db.still():
            return list(self._settled()), list(self._entries(settled=False))

    def _settled(self) -> Iterator[tuple[Place, Sum]]:
        for row in self.db.query(f"{TOUCHED}{SETTLED}"):
            yield Place.ENDED if row["ended"] else Place.SENT, Sum(row["orders"], row["total"], row["unread"])

    def _entries(self, *, settled: bool) -> Iterator[Entry]:
        items, named = Items(self.db), {"all": settled}
        failures, ignored = _of_orders(items.failures()), _of_orders(items.ignored())
        intents = _of_orders(Intents(self.db).all())
        sales = {row["order_id"]: as_sale(row) for row in self.db.query(f"{TOUCHED}{SALES}", named)}
        alone = dict.fromkeys([*sales, *failures, *intents, *ignored])

        def entry(order_id: str, note: OrderNote | None = None) -> Entry:
            beside = (sales.get(order_id), failures.get(order_id), intents.get(order_id))
            return Entry(OrderId(order_id), note, *beside, order_id in ignored)

        for note in map(as_note, self.db.query(f"{TOUCHED}{NOTES}", named)):
            alone.pop(note.id, None)
            yield entry(note.id, note)
        yield from map(entry, alone)


def _of_orders(kept: Mapping[tuple[Kind, str], Kept]) -> dict[str, Kept]:
    """What is kept of orders; a file that could not be read is none, and nobody knows how many are in it."""
    return {
        key: value for (kind, key), value in kept.items() if kind is Kind.SALE and not key.startswith(FILE)
    }
