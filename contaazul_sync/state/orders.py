"""The shop's orders as it last told them; no buyer, no address."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache

from contaazul_sync.core.fingerprints import fingerprint
from contaazul_sync.core.ids import OrderId
from contaazul_sync.core.money import plain
from contaazul_sync.core.orders import Buyer, OrderNote, Payment
from contaazul_sync.state.database import Database, Row
from contaazul_sync.state.values import LONG_AGO, text, time, time_or_none

STEPS = {  # this room's part of the schema, by the migration that brought it
    1: """
CREATE TABLE orders (
    id TEXT PRIMARY KEY,
    payment TEXT NOT NULL CHECK (payment IN ('paid', 'unpaid', 'cancelled', 'refunded', 'unknown')),
    status TEXT NOT NULL,
    total INTEGER NOT NULL,
    items TEXT NOT NULL,
    counted_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    buyer TEXT NOT NULL
) STRICT
""",
    5: """
ALTER TABLE orders ADD COLUMN number TEXT NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN parent TEXT NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN created_at TEXT;
ALTER TABLE orders ADD COLUMN was_paid INTEGER NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN seen_paid_at TEXT;
ALTER TABLE orders ADD COLUMN wanted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN asked_at TEXT;
ALTER TABLE orders ADD COLUMN gone_at TEXT;
ALTER TABLE orders ADD COLUMN content TEXT NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN within TEXT NOT NULL DEFAULT '';
UPDATE orders SET was_paid = payment IN ('paid', 'refunded') OR id IN (SELECT order_id FROM sales);
CREATE INDEX orders_by_number ON orders (number);
CREATE INDEX orders_by_buyer ON orders (buyer, total);
CREATE INDEX orders_by_parent ON orders (parent) WHERE parent <> ''
""",
    6: """
ALTER TABLE orders ADD COLUMN buyer_told TEXT NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN exact INTEGER NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN by_row INTEGER NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN changed_at TEXT;
ALTER TABLE orders ADD COLUMN method TEXT;
ALTER TABLE orders ADD COLUMN paid INTEGER;
ALTER TABLE orders ADD COLUMN transaction_id TEXT NOT NULL DEFAULT '';
CREATE INDEX orders_by_transaction ON orders (transaction_id) WHERE transaction_id <> ''
""",
}

# A mark that was kept stands as long as the order says the same: versions that took the items' names into it
# made another, and a sale, an intent or a failure may have that one. So `content` is what tells a change, and
# an order that is again as it was sold, or as an older version saw it, has that mark again. In the same way
# `buyer_told` tells a change of the buyer: the mark of a version that did not know the key of a document
# stands until the shop tells another buyer than it told this version first.
# An order that may have been last read with fewer decimals (`exact` is 0) keeps its mark, too, where it is
# the same with these. Read once with all of them, a change of one centavo is a change.
# A payment of which the shop tells no time was made when the order was first seen to be paid, or to be of a
# status that nobody knows, after it was seen not to be; unless it is only read otherwise than before. What
# versions before read as unpaid, and nobody has touched since, was paid long ago: it is not sent by itself.
SAVE_ORDER = """
INSERT INTO orders (id, payment, status, total, items, counted_at, updated_at, fingerprint, buyer, number,
    parent, created_at, was_paid, content, buyer_told, exact, by_row, changed_at, method, paid,
    transaction_id)
VALUES (:id, :payment, :status, :total, :items, :counted_at, :updated_at, :fingerprint, :buyer, :number,
    :parent, :created_at, :paid, :fingerprint, :buyer, 1, :by_row, :changed_at, :method, :total_paid,
    :transaction)
ON CONFLICT DO UPDATE SET payment = excluded.payment, status = excluded.status, total = excluded.total,
    items = excluded.items, counted_at = excluded.counted_at, updated_at = excluded.updated_at,
    fingerprint = CASE WHEN content = excluded.content THEN fingerprint
        WHEN :formerly = fingerprint OR :formerly = (SELECT fingerprint FROM sales WHERE order_id = orders.id)
        THEN :formerly
        WHEN exact = 0 AND instr(:roughly, CASE content WHEN '' THEN fingerprint ELSE content END)
        THEN fingerprint
        ELSE excluded.fingerprint END,
    content = excluded.content, exact = 1, by_row = excluded.by_row,
    changed_at = coalesce(excluded.changed_at, changed_at),
    method = excluded.method, paid = excluded.paid, transaction_id = excluded.transaction_id,
    number = excluded.number, parent = excluded.parent,
    created_at = excluded.created_at, gone_at = NULL, was_paid = max(was_paid, excluded.was_paid),
    seen_paid_at = CASE WHEN :was_unpaid AND status = excluded.status
            AND (seen_paid_at = :long_ago OR (payment = 'unpaid' AND content = '')) THEN :long_ago
        WHEN :tells_payment THEN NULL
        WHEN payment IN ('unpaid', 'cancelled') AND was_paid = 0 AND status <> excluded.status
            AND excluded.payment IN ('paid', 'unknown') THEN :now
        ELSE seen_paid_at END,
    buyer = CASE WHEN excluded.buyer = :nobody AND updated_at = excluded.updated_at THEN buyer
        WHEN buyer_told = excluded.buyer OR (buyer_told = '' AND buyer = :buyer_formerly) THEN buyer
        ELSE excluded.buyer END,
    buyer_told = CASE WHEN excluded.buyer = :nobody AND updated_at = excluded.updated_at THEN buyer_told
        ELSE excluded.buyer END
"""
KNOWN_AS = """
SELECT id AS name, id, within FROM orders WHERE id IN ({0})
UNION ALL SELECT number, id, within FROM orders WHERE number IN ({0})
UNION ALL SELECT transaction_id, id, within FROM orders WHERE transaction_id <> '' AND transaction_id IN ({0})
"""


@cache
def _nobody() -> str:
    """What a listing tells that leaves out who bought.

    It takes back nothing of what the order itself told since it was touched last: else each walk would change
    the order, and end what a person said of it.
    """
    return fingerprint(Buyer())


def _row(note: OrderNote, now: datetime) -> Row:
    return {
        "id": note.id,
        "payment": note.payment,
        "status": note.status,
        "total": note.total,
        "items": json.dumps([[sku, plain(quantity)] for sku, quantity in note.items]),
        "counted_at": text(note.counted_at),
        "updated_at": text(note.updated_at),
        "fingerprint": note.fingerprint,
        "formerly": note.formerly,
        "roughly": " ".join(note.roughly),
        "tells_payment": int(note.tells_payment),
        "was_unpaid": int(note.was_unpaid),
        "by_row": int(note.by_row) + note.by_import,
        "changed_at": text(note.changed_at) if note.changed_at else None,
        "method": note.method,
        "total_paid": note.paid,
        "transaction": note.transaction,
        "long_ago": LONG_AGO,  # when it was paid, if nobody saw the moment
        "buyer": note.buyer,
        "buyer_formerly": note.buyer_formerly or note.buyer,
        "number": note.number,
        "parent": note.parent,
        "created_at": text(note.created_at) if note.created_at else None,
        "paid": int(note.payment is Payment.PAID),
        "now": text(now),
        "nobody": _nobody(),
    }


@lru_cache(maxsize=4096)  # a pass reads the orders that are open several times
def _items(text: str) -> tuple[tuple[str, Decimal], ...]:
    return tuple((sku, Decimal(quantity)) for sku, quantity in json.loads(text))


def as_note(row: Row) -> OrderNote:
    """An order as it was kept."""
    return OrderNote(
        id=OrderId(row["id"]),
        payment=Payment(row["payment"]),
        status=row["status"],
        total=row["total"],
        items=_items(row["items"]),
        counted_at=time(row["counted_at"]),
        updated_at=time(row["updated_at"]),
        fingerprint=row["fingerprint"],
        buyer=row["buyer"],
        number=row["number"],
        parent=row["parent"],
        created_at=time_or_none(row["created_at"]),
        by_row=bool(row["by_row"]),
        by_import=row["by_row"] == 2,
        changed_at=time_or_none(row["changed_at"]),
        method=row["method"],
        paid=row["paid"],
        transaction=row["transaction_id"],
        was_paid=bool(row["was_paid"]),
        seen_paid_at=time_or_none(row["seen_paid_at"]),
        wanted=bool(row["wanted"]),
        by_name=row["wanted"] == 2,
        gone_at=time_or_none(row["gone_at"]),
        within=row["within"],
    )


class Orders:
    """The orders that the shop has shown."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def save(self, notes: Iterable[OrderNote], now: datetime) -> None:
        """Keep what the shop said of some orders, and when one was seen to be paid that was not before."""
        with self.db.atomic():
            for note in notes:
                self.db.execute(SAVE_ORDER, _row(note, now))

    def keep(self, note: OrderNote, now: datetime) -> OrderNote:
        """Keep what the shop said of one order; the order as it is known from then on."""
        self.save([note], now)
        return self.get(note.id) or note

    def get(self, order_id: str) -> OrderNote | None:
        """An order, or None."""
        row = self.db.one("SELECT * FROM orders WHERE id = ?", order_id)
        return as_note(row) if row else None

    def sold_alike(self, note: OrderNote) -> list[OrderNote]:
        """The orders of the same buyer, moment, total and lines that are sold, under other ids.

        Of those that were last read by an older version, the moment that counts stands for that of creation.
        """
        if note.created_at is None or note.buyer == _nobody():
            return []
        sql = """SELECT orders.* FROM orders JOIN sales ON order_id = orders.id
                 WHERE orders.id <> :id AND buyer IN (:buyer, :buyer_formerly)
                   AND orders.total = :total AND items = :items
                   AND (created_at = :created_at OR (created_at IS NULL AND counted_at = :counted_at))"""
        return [as_note(row) for row in self.db.query(sql, _row(note, note.updated_at))]

    def want(self, order_ids: Iterable[str], *, by_name: bool = False) -> None:
        """A person asked for these orders, however old: they are never too old again.

        `by_name`: for each of them, and not for all of some days.
        """
        with self.db.atomic():
            for order_id in order_ids:
                sql = "UPDATE orders SET wanted = max(wanted, ?) WHERE id = ?"
                self.db.execute(sql, [2 if by_name else 1, order_id])

    def of(self, order_ids: Iterable[OrderId]) -> list[OrderNote]:
        """Those of these orders that are known."""
        found = self.db.some("SELECT * FROM orders WHERE id IN ({}) ORDER BY counted_at, id", order_ids)
        return list(map(as_note, found))

    def numbered(self, number: str) -> list[OrderId]:
        """The ids of the orders that the shop calls by this number, which is not their id."""
        sql = "SELECT id FROM orders WHERE number = ? AND number <> '' ORDER BY counted_at, id"
        return [OrderId(row["id"]) for row in self.db.query(sql, [number])]

    def known_as(self, names: Iterable[str]) -> dict[str, set[OrderId]]:
        """The orders that the shop, or a gateway, calls by these names: by their id, number or transaction.

        One within another, whose money is with that one, is not named, but that one.
        """
        found: dict[str, set[OrderId]] = {}
        for row in self.db.some(KNOWN_AS, set(names) - {""}, times=3):
            found.setdefault(row["name"], set()).add(OrderId(row["within"] or row["id"]))
        return found

    def since(self, moment: datetime) -> list[OrderNote]:
        """The orders that may have moved the shop's stock since then.

        One that was paid the day before and changes now is only sent or the like; on the day of its payment
        that is not certain, since a shop may tell no more of it than the day.
        """
        sql = "SELECT * FROM orders WHERE updated_at >= ? AND (payment <> 'paid' OR counted_at >= ?)"
        day_before = moment - timedelta(days=1)
        return [as_note(row) for row in self.db.query(sql, [text(moment), text(day_before)])]

    def all(self) -> Iterator[OrderNote]:
        """Every order that is known, by the day that counts."""
        return map(as_note, self.db.query("SELECT * FROM orders ORDER BY counted_at, id"))

    def ids(self) -> list[OrderId]:
        """The id of every order that is known."""
        return [OrderId(row["id"]) for row in self.db.query("SELECT id FROM orders")]

    def open(self) -> list[OrderNote]:
        """The orders that are not a sale yet, and those that changed after they became one."""
        sql = """SELECT orders.* FROM orders LEFT JOIN sales ON order_id = orders.id
                 WHERE (order_id IS NULL AND (payment NOT IN ('cancelled', 'refunded') OR within <> ''
                        OR orders.id IN (SELECT key FROM ignored WHERE kind = 'sale')))
                    OR (ended_at IS NULL AND sales.fingerprint <> orders.fingerprint)
                    OR (order_id IS NOT NULL AND ended_at IS NULL
                        AND payment <> 'paid')
                    OR (ended_at IS NOT NULL AND payment = 'paid')
                    OR (order_id IS NOT NULL AND ended_at IS NULL AND gone_at IS NOT NULL)
                 ORDER BY counted_at, orders.id"""
        return [as_note(row) for row in self.db.query(sql)]

    def to_ask(self, since: datetime) -> list[OrderNote]:
        """The orders to ask for if a walk that goes back so far does not list them, in turn.

        These are the sold ones that nothing is told of yet, those that may become a sale, and the unpaid ones
        however old. Of one that is gone nobody asks any more: a listing will show it, should it come back.
        """
        sql = """SELECT orders.* FROM orders LEFT JOIN sales ON order_id = orders.id
                 WHERE gone_at IS NULL AND ended_at IS NULL
                    AND ((order_id IS NULL AND payment = 'unpaid')
                        OR (payment IN ('paid', 'unknown') AND updated_at >= ?))
                 ORDER BY asked_at IS NOT NULL, asked_at, counted_at, orders.id"""
        return [as_note(row) for row in self.db.query(sql, [text(since)])]

    def last_sold(self, most: int) -> list[OrderId]:
        """The orders that became sales last, without those that are gone."""
        sql = """SELECT orders.id FROM orders JOIN sales ON order_id = orders.id WHERE gone_at IS NULL
                 ORDER BY sent_at DESC, orders.id LIMIT ?"""
        return [OrderId(row["id"]) for row in self.db.query(sql, [most])]

    def asked(self, order_id: str, now: datetime) -> None:
        """The shop was asked for an order that it had not listed."""
        self.db.write("UPDATE orders SET asked_at = ? WHERE id = ?", text(now), order_id)

    def statuses(self, *payments: Payment, older: bool = False) -> list[tuple[Payment, str]]:
        """The shop's words for statuses, beside what each was taken for, of the orders that were taken so.

        `older`: of those alone that no version has read since their centavos are asked for.
        """
        sql = """SELECT DISTINCT payment, status, exact FROM orders WHERE payment IN ({})
                 ORDER BY payment, status"""
        found = (row for row in self.db.some(sql, payments) if not (older and row["exact"]))
        return list(dict.fromkeys((Payment(row["payment"]), row["status"]) for row in found))

    def means(self, before: Payment, status: str, payment: Payment, *, older: bool = True) -> None:
        """The orders of this status that were taken for something else mean this; `older`: see `statuses`."""
        sql = """UPDATE orders SET payment = :now, was_paid = max(was_paid, :now = 'paid')
                 WHERE payment = :before AND status = :status AND (exact = 1 OR :older)"""
        values = {"now": payment.value, "before": before.value, "status": status, "older": int(older)}
        with self.db.atomic():
            self.db.execute(sql, values)

    def gone(self, order_ids: Iterable[str], now: datetime) -> None:
        """The shop says that it has these orders no more. One that was never paid ended with that."""
        sql = """UPDATE orders SET gone_at = ?,
                    payment = CASE WHEN payment = 'unpaid' AND id NOT IN (SELECT order_id FROM sales)
                        THEN 'cancelled' ELSE payment END
                 WHERE id = ?"""
        with self.db.atomic():
            for order_id in order_ids:
                self.db.execute(sql, [text(now), order_id])

    def families(self, notes: Iterable[OrderNote]) -> list[OrderNote]:
        """The orders that these are parts of, and all the parts of those, where there are any."""
        ids = {note.parent or note.id for note in notes}
        parts = list(self.db.some("SELECT * FROM orders WHERE parent <> '' AND parent IN ({})", ids))
        parents = self.of(OrderId(row["parent"]) for row in parts)
        return [*parents, *map(as_note, parts)]

    def put_within(self, others: Mapping[OrderId, str]) -> None:
        """Say of orders within which other one their money and units are, or "" for none."""
        with self.db.atomic():
            for order_id, other in others.items():
                self.db.execute("UPDATE orders SET within = ? WHERE id = ?", [other, order_id])

    def stockless(self) -> list[OrderNote]:
        """The orders whose sale is in the ERP without having moved its stock."""
        sql = """SELECT orders.* FROM orders JOIN sales ON order_id = orders.id
                 WHERE moves_stock = 0 AND ended_at IS NULL"""
        return [as_note(row) for row in self.db.query(sql)]
