"""Products beside their links: what there may be something to decide about, and how each stands."""

from collections.abc import Callable, Collection, Iterator
from functools import lru_cache

from contaazul_sync.core.ids import ErpId, ShopKey
from contaazul_sync.core.products import Link, Product
from contaazul_sync.state.database import Database, Row
from contaazul_sync.state.links import link_of
from contaazul_sync.state.products import as_product

# The columns that a product and its link share go by the product's name; the link's SKU is `linked_sku`.
PAIRS = """SELECT products.*, erp_id, links.sku AS linked_sku, base, sent, expected, compare_after, missing,
                  held, agreed, reserved
           FROM links JOIN products USING (key)"""

# The ERP should have what the shop has, no sale moves it, and `even` says that it is there.
AT_REST = """gone_at IS NULL AND problem IS NULL AND missing = 0 AND compare_after IS NULL AND reserved = 0
             AND stock <> '' AND expected IS stock AND even(products.key, erp_id, expected)
             AND products.key NOT IN (SELECT key FROM settling)
             AND products.key NOT IN (SELECT key FROM drifts)"""

MANY = 10_000  # prices
COUNT = "SELECT count(*) FROM (SELECT 1 FROM links JOIN products USING (key)"

Glance = Callable[[ShopKey, ErpId, str], bool]  # of a product: its key, its twin's id, the balance as text

OVERVIEW = """
SELECT * FROM (SELECT products.*, erp_id, links.sku AS linked_sku, base, sent, links.expected, compare_after,
    missing, held, agreed, reserved, CASE WHEN gone_at IS NOT NULL THEN 'gone'
        WHEN failures.key IS NOT NULL THEN 'failed'
        WHEN drifts.key IS NOT NULL THEN 'drift'
        WHEN missing = 0 THEN 'linked'
        WHEN queue.key IS NOT NULL THEN 'waiting'
        ELSE 'not-sent' END AS word
FROM products LEFT JOIN links ON links.key = products.key LEFT JOIN queue ON queue.key = products.key
    LEFT JOIN drifts ON drifts.key = products.key
    LEFT JOIN failures ON failures.key = products.key AND failures.kind = 'product'
) WHERE ? IN ('', word) ORDER BY sku, key
"""


def _as_pair(row: Row) -> tuple[Product, Link]:
    return as_product(row), link_of(row, row["linked_sku"])


class Pairs:
    """Each product with its link."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def linked(self, even: Glance | None = None) -> Iterator[tuple[Product, Link]]:
        """The linked products that the shop has or had, each with its link; or those not `at_rest`."""
        but = f"WHERE NOT ({AT_REST})" if even else ""
        if even:
            self.db.create_function("even", 3, even)
        return map(_as_pair, self.db.query(f"{PAIRS} {but} ORDER BY products.sku, products.key"))

    def at_rest(self, even: Glance, most: int) -> int:
        """How many have the balance that they should, and nothing else to look at; counted up to `most`."""
        self.db.create_function("even", 3, even)
        return int(self.db.execute(f"{COUNT} WHERE {AT_REST} LIMIT ?)", [most]).fetchone()[0])

    def in_order(self, first: int = 0, most: int = -1) -> Iterator[tuple[Product, Link]]:
        """The same, from one place in the order on, `most` of them; each is read when it is asked for.

        SQLite goes along the SKUs, where it would else sort all of them before it gives the first.
        """
        along = PAIRS.replace("links JOIN products", "products INDEXED BY products_by_sku CROSS JOIN links")
        sql = f"{along} ORDER BY products.sku, products.key LIMIT ? OFFSET ?"
        return map(_as_pair, self.db.query(sql, [most, first]))

    def count(self) -> int:
        """How many products `linked` has."""
        return int(self.db.execute("SELECT count(*) FROM links JOIN products USING (key)").fetchone()[0])

    def to_look_at(
        self, price_of: Callable[[int, int | None], int], also: Collection[ShopKey]
    ) -> Iterator[tuple[Product, Link]]:
        """The linked products that there may be something to decide about, and `also` these.

        All others are as they were last sent and compared: the price that is due, of the shop's price and
        promotional price, is the one that was sent, and the stock is the balance that is expected.
        """
        due = lru_cache(MANY)(price_of)  # SQLite asks of every product, and many have one and the same price
        self.db.create_function("due", 2, due, deterministic=True)
        sql = f"""{PAIRS} WHERE missing OR held OR agreed IS NOT NULL OR problem IS NOT NULL
                  OR compare_after IS NOT NULL
                  OR (stock <> '' AND expected IS NOT stock) OR sent IS NOT due(price, promotional)"""
        found = set()
        for row in self.db.query(sql):
            found.add(row["key"])
            yield _as_pair(row)
        rest = set(also) - found
        yield from map(_as_pair, self.db.some(f"{PAIRS} WHERE key IN ({{}})", rest))

    def overview(self, which: str = "") -> Iterator[tuple[Product, Link | None, str]]:
        """The products in a fixed order, each with its link and a word for how it stands; or those of a word.

        The words: `gone`, `failed`, `drift`, `linked`, `waiting`, `not-sent`. `which` is one of them.
        """
        for row in self.db.query(OVERVIEW, [which]):
            product, link = _as_pair(row) if row["erp_id"] else (as_product(row), None)
            yield product, link, row["word"]
