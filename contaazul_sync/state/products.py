"""The shop's products as it last told them."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from contaazul_sync.core.ids import ShopKey
from contaazul_sync.core.items import Kind
from contaazul_sync.core.money import plain
from contaazul_sync.core.products import Details, Product
from contaazul_sync.core.skus import spelled
from contaazul_sync.core.words import kept, said_again
from contaazul_sync.state import drifts, items, queue
from contaazul_sync.state.database import Database, Row
from contaazul_sync.state.notes import Notes
from contaazul_sync.state.values import text, time_or_none

STEPS = {  # this room's part of the schema, by the migration that brought it
    1: """
CREATE TABLE products (
    key TEXT PRIMARY KEY,
    sku TEXT NOT NULL,
    name TEXT NOT NULL,
    price INTEGER NOT NULL,
    promotional INTEGER,
    stock TEXT NOT NULL,
    details TEXT NOT NULL,
    problem TEXT,
    updated_at TEXT,
    walk INTEGER NOT NULL,
    gone_at TEXT
) STRICT;
CREATE INDEX products_by_sku ON products (sku)
""",
    2: """
ALTER TABLE products ADD COLUMN renamed INTEGER NOT NULL DEFAULT 0;
CREATE INDEX products_gone ON products (key) WHERE gone_at IS NOT NULL;
CREATE INDEX products_renamed ON products (key) WHERE renamed = 1;
CREATE INDEX products_unfit ON products (key) WHERE gone_at IS NULL
    AND (sku = '' OR length(sku) > 20 OR problem IS NOT NULL OR price <= 0)
""",
    3: """
ALTER TABLE products ADD COLUMN listed INTEGER NOT NULL DEFAULT 0 CHECK (listed IN (0, 1))
""",
    # `missed_at`: the first full walk that did not list it. `first_walk`: the one that met it first.
    6: """
ALTER TABLE products ADD COLUMN priced INTEGER NOT NULL DEFAULT 0 CHECK (priced IN (0, 1));
ALTER TABLE products ADD COLUMN told TEXT;
ALTER TABLE products ADD COLUMN missed_at TEXT;
ALTER TABLE products ADD COLUMN first_walk INTEGER NOT NULL DEFAULT 0
""",
}

NO_STOCK = ""  # in place of a product's stock: the shop keeps none of it

# One that is as it was kept. To write it anew would move it in each index, on another page of the file each.
SEE_AGAIN = """
UPDATE products SET walk = ? WHERE key = ? AND sku = ? AND name = ? AND price = ? AND promotional IS ?
    AND stock = ? AND details = ? AND problem IS ? AND updated_at IS ? AND listed = ? AND priced = ?
    AND told IS ? AND gone_at IS NULL AND missed_at IS NULL
"""

SAVE_PRODUCT = """
INSERT INTO products (walk, key, sku, name, price, promotional, stock, details, problem, updated_at, listed,
    priced, told, first_walk)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET renamed = max(renamed, sku <> excluded.sku), sku = excluded.sku,
    name = excluded.name, price = excluded.price, promotional = excluded.promotional,
    stock = excluded.stock, details = excluded.details, problem = excluded.problem,
    updated_at = excluded.updated_at, walk = excluded.walk, gone_at = NULL, missed_at = NULL,
    listed = excluded.listed, priced = excluded.priced, told = excluded.told
"""

_TEXTS, _SIZES = ("ean", "ncm", "description"), ("weight", "height", "width", "length")


def _row(product: Product, walk: int) -> tuple[object, ...]:
    """What SEE_AGAIN takes, and SAVE_PRODUCT before the walk."""
    details = product.details
    told = {name: words for name in _TEXTS if (words := getattr(details, name))}
    sizes = {name: plain(size) for name in _SIZES if (size := getattr(details, name)) is not None}
    return (
        walk,
        product.key,
        product.sku,
        product.name,
        product.price,
        product.promotional,
        NO_STOCK if product.stock is None else plain(product.stock),
        json.dumps(told | sizes, ensure_ascii=False),
        kept(product.problem) if product.problem else product.problem,
        text(product.updated_at) if product.updated_at else None,
        int(product.listed),
        int(product.priced),
        json.dumps(product.told) if product.told else None,
    )


def _details(told: dict[str, Any]) -> Details:
    for name in _SIZES:
        if name in told:
            told[name] = Decimal(told[name])
    return Details(**told)  # the names are Details' own


def _told(kept: str | None) -> tuple[str, str, str] | None:
    if not kept:
        return None
    sku, name, description = json.loads(kept)
    return sku, name, description


def as_product(row: Row) -> Product:
    """A product, from its row."""
    return Product(
        key=ShopKey(row["key"]),
        sku=row["sku"],
        name=row["name"],
        price=row["price"],
        promotional=row["promotional"],
        stock=None if row["stock"] == NO_STOCK else Decimal(row["stock"]),
        details=_details(json.loads(row["details"])),
        updated_at=time_or_none(row["updated_at"]),
        problem=said_again(row["problem"]) if row["problem"] else row["problem"],
        gone=row["gone_at"] is not None,
        listed=bool(row["listed"]),
        priced=bool(row["priced"]),
        told=_told(row["told"]),
    )


class Products:
    """The products that the shop has or had."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def save(self, products: Iterable[Product], walk: int) -> None:
        """Keep what the shop said of some products in the walk with this number."""
        with self.db.atomic():
            for row in [_row(product, walk) for product in products]:
                if not self.db.execute(SEE_AGAIN, row).rowcount:
                    self.db.execute(SAVE_PRODUCT, [*row, walk])

    def keep_seen(self, keys: Iterable[ShopKey], walk: int) -> None:
        """Products that a walk found and could not read: they and their variations stay as they are."""
        sql = "UPDATE products SET walk = ?, missed_at = NULL WHERE key = ? OR (key >= ? AND key < ?)"
        with self.db.atomic():
            for key in keys:
                self.db.execute(sql, [walk, key, f"{key}:", f"{key};"])

    def wanted(self, *, gone: bool = True) -> set[ShopKey]:
        """The shop's products that are linked or chosen; those that it has deleted, too, or not."""
        sql = """SELECT key FROM links WHERE NOT (key >= 'sku:' AND key < 'sku;') UNION SELECT key FROM queue
                 EXCEPT SELECT key FROM products WHERE gone_at IS NOT NULL AND NOT ?"""
        return {ShopKey(row["key"]) for row in self.db.query(sql, [gone])}

    def variations_of(self, keys: Iterable[ShopKey], *, gone: bool = False) -> set[ShopKey]:
        """The variations of these products; with `gone`, those that the shop has deleted, too."""
        found: set[ShopKey] = set()
        for key in keys:
            sql = "SELECT key FROM products WHERE key >= ? AND key < ? AND (gone_at IS NULL OR ?)"
            found |= {ShopKey(row["key"]) for row in self.db.query(sql, [f"{key}:", f"{key};", gone])}
        return found

    def unseen(self, walk: int) -> list[ShopKey]:
        """The products that were there before the walk and were not listed by it."""
        found = self.db.query(
            "SELECT key FROM products WHERE walk < ? AND gone_at IS NULL ORDER BY key", [walk]
        )
        return [ShopKey(row["key"]) for row in found]

    def mark_gone(
        self, walk: int, now: datetime, said: Iterable[ShopKey] = (), *, sure: bool = False
    ) -> None:
        """Mark what two full walks did not list as deleted in the shop: it is compared no more.

        This is the second for what was missed before. At once: those of which the shop `said` so itself, and
        their variations; all, where a person is `sure`.
        """
        out = "UPDATE products SET gone_at = ? WHERE walk < ? AND gone_at IS NULL"
        with self.db.atomic():
            self.db.execute(f"{out} AND (missed_at IS NOT NULL OR ?)", [text(now), walk, sure])
            for key in said:
                own = [key, f"{key}:", f"{key};"]
                self.db.execute(f"{out} AND (key = ? OR (key >= ? AND key < ?))", [text(now), walk, *own])
            miss = (
                "UPDATE products SET missed_at = ? WHERE walk < ? AND gone_at IS NULL AND missed_at IS NULL"
            )
            self.db.execute(miss, [text(now), walk])
            drifts.forget_gone(self.db)

    def mark_replaced(self, walk: int, now: datetime) -> None:
        """Mark as deleted in the shop whose SKU a walk found under a newer id alone: it was made anew.

        Of a shop that never says what it deleted. Two of one SKU that were told beside each other are two.
        """
        sql = """UPDATE products SET gone_at = ? WHERE walk < ? AND gone_at IS NULL AND sku <> '' AND EXISTS
                 (SELECT 1 FROM products AS new WHERE new.sku = products.sku AND new.walk = ?
                  AND new.first_walk > products.walk
                  AND substr(new.key, 1, instr(new.key || ':', ':') - 1)
                      <> substr(products.key, 1, instr(products.key || ':', ':') - 1))"""
        with self.db.atomic():
            if self.db.execute(sql, [text(now), walk, walk]).rowcount:
                drifts.forget_gone(self.db)

    def missed_since(self, key: ShopKey) -> datetime | None:
        """Since when the shop does not list a product, or None."""
        row = self.db.one("SELECT missed_at FROM products WHERE key = ?", key)
        return time_or_none(row["missed_at"]) if row else None

    def knows_any(self, products: Iterable[Product]) -> bool:
        """Whether one of these was here before. Two shops may have the same keys, for other things."""
        told = {product.key: product for product in products}
        for row in self.db.some("SELECT key, sku, name FROM products WHERE key IN ({})", told):
            product = told[ShopKey(row["key"])]
            if (row["sku"] and row["sku"] == product.sku) or (row["name"] and row["name"] == product.name):
                return True
        return False

    def last_walk(self) -> int:
        """The number of the newest walk; 0 before the first."""
        if number := Notes(self.db).get("walk"):
            return int(number)
        row = self.db.one("SELECT max(walk) AS walk FROM products")  # of a file from before it was noted
        return int(row["walk"] or 0) if row else 0

    def new_walk(self) -> int:
        """Begin a walk, and return its number."""
        number = self.last_walk() + 1
        Notes(self.db).set("walk", str(number))
        return number

    def all(self) -> Iterator[Product]:
        """The shop's products in a fixed order, deleted ones too."""
        return map(as_product, self.db.query("SELECT * FROM products ORDER BY sku, key"))

    def of(self, keys: Iterable[ShopKey]) -> Iterator[Product]:
        """The products with these keys, deleted ones too."""
        return map(as_product, self.db.some("SELECT * FROM products WHERE key IN ({})", keys))

    def get(self, key: ShopKey) -> Product | None:
        """A product, or None."""
        return next(self.of([key]), None)

    def with_sku(self, sku: str) -> list[Product]:
        """The live products that have this SKU."""
        sql = "SELECT * FROM products WHERE sku = ? AND gone_at IS NULL ORDER BY key"
        return list(map(as_product, self.db.query(sql, [sku])))

    def skus(self, keys: Iterable[str]) -> dict[str, str]:
        """The SKU of each product, by its key."""
        found = self.db.some("SELECT key, sku FROM products WHERE key IN ({})", keys)
        return {row["key"]: row["sku"] for row in found}

    def keys_of_skus(self, skus: Iterable[str]) -> dict[str, ShopKey]:
        """The shop's product for each SKU, a live one where there is a choice."""
        sql = "SELECT sku, key FROM products WHERE sku IN ({}) ORDER BY gone_at IS NULL, key DESC"
        return {row["sku"]: ShopKey(row["key"]) for row in self.db.some(sql, skus)}

    def renamed(self) -> list[tuple[str, str]]:
        """The linked products whose SKU in the shop is another one by now: the old and the new one."""
        sql = """SELECT links.sku AS old, products.sku AS new FROM products CROSS JOIN links USING (key)
                 WHERE renamed = 1 AND gone_at IS NULL AND links.sku <> products.sku ORDER BY links.sku"""
        return [(row["old"], row["new"]) for row in self.db.query(sql)]

    def made_anew(self) -> list[tuple[ShopKey, ShopKey]]:
        """The linked products that are deleted, each with the one live product that has its SKU now.

        That one is neither linked nor under way nor left alone. A product that had another SKU when it was
        linked is none of these, and none are two deleted ones that had the same.
        """
        sql = """SELECT gone.key AS old, new.key AS new, count(*) AS pairs FROM links
                 JOIN products AS gone ON gone.key = links.key AND gone.gone_at IS NOT NULL
                 JOIN products AS new ON new.sku = gone.sku AND new.gone_at IS NULL
                 WHERE missing = 0 AND gone.sku = links.sku AND gone.sku <> ''
                 GROUP BY gone.sku HAVING pairs = 1 AND new.key NOT IN (SELECT key FROM links)
                 AND new.key NOT IN (SELECT key FROM intents WHERE kind = 'product')
                 AND new.key NOT IN (SELECT key FROM ignored WHERE kind = 'product') ORDER BY gone.sku"""
        return [(ShopKey(row["old"]), ShopKey(row["new"])) for row in self.db.query(sql)]

    def same_sku(self) -> dict[str, int]:
        """How many live products of the shop share a SKU, for the SKUs that more than one has."""
        sql = """SELECT sku, count(*) AS count FROM products WHERE gone_at IS NULL AND sku <> ''
                 GROUP BY sku HAVING count(*) > 1"""
        return {row["sku"]: row["count"] for row in self.db.query(sql)}

    def inherited_skus(self) -> set[str]:
        """The SKUs that variations of one product alone share: they have none of their own, and show its."""
        sql = """SELECT sku FROM products WHERE gone_at IS NULL AND sku <> '' GROUP BY sku
                 HAVING count(*) > 1 AND count(DISTINCT substr(key, 1, instr(key || ':', ':') - 1)) = 1"""
        return {row["sku"] for row in self.db.query(sql)}

    def alike(self, sku: str) -> list[str]:
        """The SKUs of live products that are this one but for case and Unicode form, as they are spelled."""
        wanted = spelled(sku)
        rows = self.db.query("SELECT DISTINCT sku FROM products WHERE gone_at IS NULL")
        return [row["sku"] for row in rows if spelled(row["sku"]) == wanted]

    def unsent(self) -> Iterator[Product]:
        """The live products that are neither in the ERP nor queued."""
        sql = """SELECT * FROM products WHERE gone_at IS NULL
                 AND key NOT IN (SELECT key FROM links WHERE missing = 0)
                 AND key NOT IN (SELECT key FROM queue) ORDER BY sku, key"""
        return map(as_product, self.db.query(sql))

    def count(self) -> dict[str, int]:
        """How many products are live, linked, linked but deleted, and so on; `queued`: and not linked."""
        # Sums of what an index counts: looking each product up among the links takes ten times as long.
        sql = """SELECT
            (SELECT count(*) FROM products) AS known,
            (SELECT count(*) FROM products WHERE gone_at IS NOT NULL) AS deleted,
            (SELECT count(*) FROM links) AS links,
            (SELECT count(*) FROM links WHERE missing = 1) AS missing,
            (SELECT count(*) FROM links WHERE key >= 'sku:' AND key < 'sku;') AS without_product,
            (SELECT count(*) FROM products JOIN links USING (key) WHERE gone_at IS NOT NULL) AS gone,
            (SELECT count(*) FROM drifts) AS drift,
            (SELECT count(*) FROM queue JOIN products USING (key) WHERE gone_at IS NULL
             AND key NOT IN (SELECT key FROM links)) AS queued,
            (SELECT count(*) FROM products WHERE gone_at IS NULL
             AND (sku = '' OR length(sku) > 20 OR problem IS NOT NULL OR price <= 0)
             AND listed = 0 AND key NOT IN (SELECT key FROM links)
             AND key NOT IN (SELECT key FROM queue)) AS unsellable"""
        (row,) = self.db.query(sql)
        live = row["known"] - row["deleted"]
        linked_live = row["links"] - row["without_product"] - row["gone"]
        return {
            "live": live,
            "linked": row["links"] - row["missing"],
            "gone": row["gone"],
            "drift": row["drift"],
            "unsellable": row["unsellable"],
            "unsent": live - linked_live - row["queued"],
            "queued": row["queued"],
            "missing": row["missing"],
        }

    def open_up(self, key: ShopKey, variations: Iterable[ShopKey]) -> None:
        """A chosen product turned out to be sold by its variations: these are chosen in its place."""
        with self.db.atomic():
            since = queue.drop(self.db, key)
            if since is None:
                return
            items.forget(self.db, Kind.PRODUCT, key)
            for variation in variations:
                queue.add_unlinked(self.db, variation, since)
            sql = "DELETE FROM products WHERE key = ? AND listed = 1 AND key NOT IN (SELECT key FROM links)"
            self.db.execute(sql, [key])
