"""Links: the products that are known in the ERP."""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from contaazul_sync.core.errors import Unusable
from contaazul_sync.core.ids import ErpId, ShopKey
from contaazul_sync.core.items import Kind
from contaazul_sync.core.money import plain
from contaazul_sync.core.products import Link, Product
from contaazul_sync.core.words import _
from contaazul_sync.state import intents, items, queue
from contaazul_sync.state.database import Database, Row
from contaazul_sync.state.values import number_or_none, text, time, time_or_none

STEPS = {  # this room's part of the schema, by the migration that brought it
    1: """
CREATE TABLE links (
    key TEXT PRIMARY KEY,
    erp_id TEXT NOT NULL UNIQUE,
    sku TEXT NOT NULL,
    base INTEGER,
    sent INTEGER,
    expected TEXT,
    compare_after TEXT,
    missing INTEGER NOT NULL DEFAULT 0 CHECK (missing IN (0, 1)),
    linked_at TEXT NOT NULL
) STRICT;
CREATE INDEX links_by_sku ON links (sku)
""",
    2: """
CREATE INDEX links_missing ON links (key) WHERE missing = 1
""",
    # Since when sales move a balance without a moment's rest in which it could be compared.
    6: """
CREATE TABLE settling (
    key TEXT PRIMARY KEY REFERENCES links (key) ON DELETE CASCADE,
    since TEXT NOT NULL
) STRICT;
ALTER TABLE links ADD COLUMN held INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1));
ALTER TABLE links ADD COLUMN agreed INTEGER;
ALTER TABLE links ADD COLUMN reserved INTEGER NOT NULL DEFAULT 0 CHECK (reserved IN (0, 1))
""",
}

SAVE_LINK = """
INSERT INTO links (key, erp_id, sku, base, sent, expected, compare_after, missing, linked_at, held, agreed,
    reserved)
VALUES (:key, :erp_id, :sku, :base, :sent, :expected, :compare_after, :missing, :linked_at, :held, :agreed,
    :reserved)
ON CONFLICT (key) DO UPDATE SET erp_id = excluded.erp_id, sku = excluded.sku, base = excluded.base,
    sent = excluded.sent, expected = excluded.expected, compare_after = excluded.compare_after,
    missing = excluded.missing, held = excluded.held, agreed = excluded.agreed,
    reserved = excluded.reserved
"""


def _row(link: Link, now: datetime) -> Row:
    return {
        "key": link.key,
        "erp_id": link.erp_id,
        "sku": link.sku,
        "base": link.base,
        "sent": link.sent,
        "expected": None if link.expected is None else plain(link.expected),
        "compare_after": text(link.compare_after) if link.compare_after else None,
        "missing": int(link.missing),
        "linked_at": text(now),
        "held": int(link.held),
        "agreed": link.agreed,
        "reserved": int(link.reserved),
    }


def link_of(row: Row, sku: str) -> Link:
    """A link, from its row; its SKU may go by another name there."""
    return Link(
        key=ShopKey(row["key"]),
        erp_id=ErpId(row["erp_id"]),
        sku=sku,
        base=row["base"],
        sent=row["sent"],
        expected=number_or_none(row["expected"]),
        compare_after=time_or_none(row["compare_after"]),
        missing=bool(row["missing"]),
        held=bool(row["held"]),
        agreed=row["agreed"],
        reserved=bool(row["reserved"]),
    )


class Links:
    """What is linked."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def all(self) -> Iterator[Link]:
        """All links."""
        return (link_of(row, row["sku"]) for row in self.db.query("SELECT * FROM links ORDER BY key"))

    def get(self, key: ShopKey) -> Link | None:
        """A product's link, or None."""
        row = self.db.one("SELECT * FROM links WHERE key = ?", key)
        return link_of(row, row["sku"]) if row else None

    def since(self, key: ShopKey) -> datetime | None:
        """Since when a product is linked, or None."""
        row = self.db.one("SELECT linked_at FROM links WHERE key = ?", key)
        return time(row["linked_at"]) if row else None

    def save(self, link: Link, now: datetime) -> None:
        """Link a product: it leaves the queue, its intent is closed and nothing stands against it.

        Raises Unusable when the ERP's product is the twin of another one already.
        """
        sql = """SELECT links.key AS key, links.sku AS sku,
                        products.key IS NULL OR gone_at IS NOT NULL AS free
                 FROM links LEFT JOIN products USING (key) WHERE erp_id = ? AND links.key <> ?"""
        other = self.db.one(sql, link.erp_id, link.key)
        if other and not other["free"]:
            taken = _("its twin in the ERP is linked to the shop's {sku} already")
            raise Unusable(taken.format(sku=other["sku"]))
        with self.db.atomic():
            if other:  # the shop has it no more, or never listed it: the twin goes to the one that is there
                self.db.execute("DELETE FROM links WHERE key = ?", [other["key"]])
            put(self.db, link, now)
            queue.drop(self.db, link.key)
            intents.close(self.db, Kind.PRODUCT, link.key)
            items.clear(self.db, Kind.PRODUCT, link.key)

    def by_hand(self, product: Product, erp_id: ErpId, now: datetime) -> Link:
        """A person says which product of the ERP one of the shop is; it gets its price from the next pass.

        That is no word about the price itself: one that moved, or is held, is judged as before. Raises
        Unusable, as `save`.
        """
        before = self.get(product.key) or Link(product.key, erp_id, product.sku)
        link = replace(before, erp_id=erp_id, sku=product.sku, sent=None, expected=None, missing=False)
        link = replace(link, compare_after=now)
        self.save(link, now)
        return link

    def settling(self) -> dict[ShopKey, datetime]:
        """Since when sales move a balance, by product. It may have settled by now."""
        rows = self.db.query("SELECT * FROM settling")
        return {ShopKey(row["key"]): time(row["since"]) for row in rows}

    def update(self, link: Link, now: datetime) -> None:
        """Keep a link's new values."""
        with self.db.atomic():
            put(self.db, link, now)

    def follow(self, link: Link, key: ShopKey, now: datetime) -> None:
        """A product was made anew in the shop: its link, and a person's word about it, go over to it."""
        with self.db.atomic():
            self.db.execute("DELETE FROM links WHERE key = ?", [link.key])
            put(self.db, replace(link, key=key, compare_after=now), now)
            queue.drop(self.db, key)
            items.go_over(self.db, Kind.PRODUCT, link.key, key)

    def remove(self, key: ShopKey) -> None:
        """A product is not linked any more, and nothing stands against it."""
        with self.db.atomic():
            self.db.execute("DELETE FROM links WHERE key = ?", [key])
            items.forget(self.db, Kind.PRODUCT, key)

    def of_skus(self, skus: Iterable[str]) -> dict[str, frozenset[ErpId]]:
        """The ERP's products for each SKU: of the shop's products that have it now, or had it when linked.

        A SKU that another product of the shop has by now is that one's alone. One that is deleted in the shop
        has it only where none that is there has it, and least of all where it was linked under another.
        """
        sql = """SELECT products.sku AS sku, erp_id, CASE WHEN gone_at IS NULL THEN 0
                            WHEN links.sku = products.sku THEN 1 ELSE 2 END AS rank
                     FROM products JOIN links USING (key) WHERE missing = 0 AND products.sku IN ({0})
                 UNION SELECT sku, erp_id, 1 FROM links WHERE missing = 0 AND sku IN ({0})
                     AND NOT EXISTS (SELECT 1 FROM products AS owner WHERE owner.sku = links.sku
                                     AND owner.key <> links.key AND owner.gone_at IS NULL)"""
        found: dict[str, dict[int, set[ErpId]]] = {}
        for row in self.db.some(sql, skus, times=2):
            found.setdefault(row["sku"], {}).setdefault(row["rank"], set()).add(ErpId(row["erp_id"]))
        return {sku: frozenset(ranked[min(ranked)]) for sku, ranked in found.items()}

    def keys(self, keys: Iterable[ShopKey]) -> set[ShopKey]:
        """Those of these products that are in the ERP."""
        found = self.db.some("SELECT key FROM links WHERE missing = 0 AND key IN ({})", keys)
        return {ShopKey(row["key"]) for row in found}

    def count(self) -> int:
        """How many products of the shop, as it is now, are in the ERP."""
        sql = "SELECT count(*) FROM links JOIN products USING (key) WHERE missing = 0 AND gone_at IS NULL"
        return int(self.db.execute(sql).fetchone()[0])

    def products(self) -> int:
        """The same, where variations of one product count once."""
        sql = """SELECT count(DISTINCT substr(key, 1, instr(key || ':', ':') - 1)) FROM links
                 JOIN products USING (key) WHERE missing = 0 AND gone_at IS NULL"""
        return int(self.db.execute(sql).fetchone()[0])

    def hold(self, keys: Set[ShopKey], agreed: Mapping[ShopKey, int | None]) -> None:
        """Of these products, and of no other, the price is held back; of those a person let go the shop's.

        Or does no longer, where it is None.
        """
        held = {row["key"] for row in self.db.query("SELECT key FROM links WHERE held = 1")}
        if held == keys and not agreed:
            return
        with self.db.atomic():
            for key in held ^ keys:
                self.db.execute("UPDATE links SET held = ? WHERE key = ?", [int(key in keys), key])
            for key, price in agreed.items():
                self.db.execute("UPDATE links SET agreed = ? WHERE key = ?", [price, key])


def put(db: Database, link: Link, now: datetime) -> None:
    """Within a transaction: keep a link; since when it is one is kept."""
    db.execute(SAVE_LINK, _row(link, now))


def sold(db: Database, key: ShopKey, quantity: Decimal, now: datetime, compare_after: datetime) -> None:
    """Within a transaction: so many units are sold; the balance is compared when it has settled."""
    row = db.one("SELECT expected, compare_after FROM links WHERE key = ?", key)
    if row is None:
        return
    left = None if row["expected"] is None else plain(Decimal(row["expected"]) - quantity)
    sql = "UPDATE links SET expected = ?, compare_after = ? WHERE key = ?"
    db.execute(sql, [left, text(compare_after), key])
    if row["compare_after"] is None or row["compare_after"] <= text(now):
        settled(db, key)
    db.execute("INSERT INTO settling VALUES (?, ?) ON CONFLICT DO NOTHING", [key, text(now)])


def settled(db: Database, key: ShopKey) -> None:
    """Within a transaction: a balance was compared, or could have been."""
    db.execute("DELETE FROM settling WHERE key = ?", [key])
