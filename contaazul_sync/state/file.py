"""The state file: what was seen, chosen, sent and refused. The only module with SQL.

Frozen dataclasses cross this boundary, rows do not. Every method commits by itself, in one transaction:
a kill at any instant leaves the file as it was before or after it. The journal stays in SQLite's default
mode with synchronous = FULL, since the last commit before a power loss may be an intent.
"""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from contaazul_sync.core.days import BRAZIL, local_day
from contaazul_sync.core.errors import StateError, Unusable
from contaazul_sync.core.models import (
    Drift,
    ErpId,
    Failure,
    Intent,
    Kind,
    Link,
    OrderId,
    OrderNote,
    Product,
    Run,
    Sale,
    ShopKey,
)
from contaazul_sync.core.money import plain
from contaazul_sync.core.words import _
from contaazul_sync.state import rows
from contaazul_sync.state.database import Database, connect
from contaazul_sync.state.rows import Row

KEPT_RUNS = timedelta(days=90)  # of older ones a sum for each day is kept
MOST_FREE_PAGES = 1000  # of 4 kB; less than that is not worth a VACUUM
ORDERS_READABLE = "orders_readable"  # note: "no" where the shop's orders cannot be read
ORDERS_BEGIN = "orders_begin"  # time: when they could be read at last, after a time without
ORDERS_TOLD = "orders_begin_told"  # note: "no" as long as that is not told
SCHEMA = 3  # steps in `migrations`; the file says in `user_version` how many it has had


class State:
    """Reads and writes the state file. Not safe between threads: one owner writes."""

    def __init__(self, db: Database, path: Path | None = None) -> None:
        self.db = db
        self.path = path

    @classmethod
    def open(cls, path: Path) -> "State":
        """Open the file, or make it, readable by its owner alone. Raises StateError."""
        try:
            if not path.exists():
                path.touch(mode=0o600)
            check_rights(path)
            state = cls(connect(path), path)
            state._migrate()
        except (sqlite3.Error, OSError) as error:
            text = _("The state file {file} cannot be used: {error}.")
            raise StateError(text.format(file=path, error=error)) from error
        return state

    @classmethod
    def read(cls, path: Path) -> "State":
        """A copy in memory, to look at or to try things on: the file is not written. Raises StateError."""
        memory = connect(":memory:")
        try:
            if path.exists():
                with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as source:
                    source.backup(memory)
            state = cls(memory, path)
            state._migrate()
        except sqlite3.Error as error:
            memory.close()
            text = _("The state file {file} cannot be read: {error}.")
            raise StateError(text.format(file=path, error=error)) from error
        return state

    def _migrate(self) -> None:
        self.db.execute("PRAGMA foreign_keys = ON")
        (steps,) = self.db.execute("PRAGMA user_version").fetchone()
        if steps > SCHEMA:
            text = _("The state file {file} is of a newer contaazul-sync. Install that version again.")
            raise StateError(text.format(file=self.path))
        if steps < SCHEMA:
            from contaazul_sync.state.migrations import migrate  # noqa: PLC0415 - slow to load, and seldom needed

            migrate(self.db)
            self.db.execute(f"PRAGMA user_version = {SCHEMA}")

    def backup(self, path: Path) -> None:
        """Write a sound copy, also while a run is going on: whole or not at all. Raises StateError."""
        draft = path.with_name(path.name + ".new")
        if self.path and path.exists() and path.samefile(self.path):
            text = _("{file} is the state file itself. Name another file for the copy.")
            raise StateError(text.format(file=path))
        try:
            draft.unlink(missing_ok=True)
            draft.touch(mode=0o600)
            with closing(sqlite3.connect(draft)) as copy:
                self.db.backup(copy)
            draft.replace(path)
        except (sqlite3.Error, OSError) as error:
            draft.unlink(missing_ok=True)
            text = _("No copy could be written to {file}: {error}.")
            raise StateError(text.format(file=path, error=error)) from error

    def fault(self) -> str:
        """What SQLite finds wrong with the file; nothing when it is sound."""
        (told,) = self.db.execute("PRAGMA quick_check(1)").fetchone()
        return "" if told == "ok" else str(told)

    def close(self) -> None:
        """Close the file."""
        self.db.close()

    # Notes about the whole

    def note(self, key: str) -> str | None:
        """A single remembered value, or None."""
        row = self._one("SELECT value FROM meta WHERE key = ?", key)
        return row["value"] if row else None

    def set_note(self, key: str, value: str) -> None:
        """Remember a single value."""
        self._write(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", key, value
        )

    def time(self, key: str) -> datetime | None:
        """A single remembered time, or None."""
        return rows.time_or_none(self.note(key))

    def set_time(self, key: str, moment: datetime) -> None:
        """Remember a single time."""
        self.set_note(key, rows.text(moment))

    def orders_begin(self, now: datetime, *, readable: bool) -> datetime | None:
        """The moment before which no order is sent: now, where the shop's orders could not be read so far.

        What was paid in a time without them may have been booked by hand.
        """
        could = self.note(ORDERS_READABLE) != "no"
        return now if readable and not could else self.time(ORDERS_BEGIN)

    def note_orders(self, now: datetime, *, readable: bool) -> None:
        """Keep whether the shop's orders can be read; where they can at last, since when, to be told once."""
        before, word = self.note(ORDERS_READABLE), "yes" if readable else "no"
        if before == word:
            return
        if readable and before == "no":
            self.set_time(ORDERS_BEGIN, now)
            self.set_note(ORDERS_TOLD, "no")
        self.set_note(ORDERS_READABLE, word)

    def first_day(self, now: datetime) -> datetime:
        """When this state was first asked what to send: nothing older is sent, unless a setting says so."""
        first = self.time("first_run")
        if first is None:
            first = now
            self.set_time("first_run", first)
        return first

    # Products of the shop

    def save_products(self, products: Iterable[Product], walk: int) -> None:
        """Keep what the shop said of some products in the walk with this number."""
        with self.db.atomic():
            for product in products:
                self.db.execute(rows.SAVE_PRODUCT, rows.product_row(product, walk))

    def keep_seen(self, keys: Iterable[ShopKey], walk: int) -> None:
        """Products that a walk found and could not read: they and their variations stay as they are."""
        sql = "UPDATE products SET walk = ? WHERE key = ? OR (key >= ? AND key < ?)"
        with self.db.atomic():
            for key in keys:
                self.db.execute(sql, [walk, key, f"{key}:", f"{key};"])

    def open_up(self, key: ShopKey, variations: Iterable[ShopKey]) -> None:
        """A chosen product turned out to be sold by its variations: these are chosen in its place."""
        with self.db.atomic():
            row = self._one("DELETE FROM queue WHERE key = ? RETURNING queued_at", key)
            if row is None:
                return
            self._forget(Kind.PRODUCT, key)
            for variation in variations:
                sql = """INSERT INTO queue SELECT ?, ? WHERE NOT EXISTS
                         (SELECT 1 FROM links WHERE key = ? AND missing = 0) ON CONFLICT DO NOTHING"""
                self.db.execute(sql, [variation, row["queued_at"], variation])
            sql = "DELETE FROM products WHERE key = ? AND listed = 1 AND key NOT IN (SELECT key FROM links)"
            self.db.execute(sql, [key])

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
        rows = self.db.query(
            "SELECT key FROM products WHERE walk < ? AND gone_at IS NULL ORDER BY key", [walk]
        )
        return [ShopKey(row["key"]) for row in rows]

    def mark_gone(self, walk: int, now: datetime) -> None:
        """Mark what a full walk did not list as deleted in the shop: it is compared no more."""
        with self.db.atomic():
            sql = "UPDATE products SET gone_at = ? WHERE walk < ? AND gone_at IS NULL"
            self.db.execute(sql, [rows.text(now), walk])
            self.db.execute(
                "DELETE FROM drifts WHERE key IN (SELECT key FROM products WHERE gone_at IS NOT NULL)"
            )

    def last_walk(self) -> int:
        """The number of the newest walk; 0 before the first."""
        if number := self.note("walk"):
            return int(number)
        row = self._one("SELECT max(walk) AS walk FROM products")  # of a file from before it was noted
        return int(row["walk"] or 0) if row else 0

    def new_walk(self) -> int:
        """Begin a walk, and return its number."""
        number = self.last_walk() + 1
        self.set_note("walk", str(number))
        return number

    def products(self, keys: Iterable[ShopKey] | None = None) -> Iterator[Product]:
        """The shop's products in a fixed order, deleted ones too; or those with these keys."""
        if keys is None:
            return map(rows.product, self.db.query("SELECT * FROM products ORDER BY sku, key"))
        return map(rows.product, self._in("SELECT * FROM products WHERE key IN ({})", keys))

    def linked_products(self) -> Iterator[tuple[Product, Link]]:
        """The linked products that the shop has or had, each with its link."""
        return map(rows.pair, self.db.query(f"{rows.PAIRS} ORDER BY products.sku, products.key"))

    def linked_to_look_at(
        self, price_of: Callable[[int, int | None], int], also: Collection[ShopKey]
    ) -> Iterator[tuple[Product, Link]]:
        """The linked products that there may be something to decide about, and `also` these.

        All others are as they were last sent and compared: the price that is due, of the shop's price and
        promotional price, is the one that was sent, and the stock is the balance that is expected.
        """
        self.db.create_function("due", 2, price_of, deterministic=True)
        sql = f"""{rows.PAIRS} WHERE missing OR problem IS NOT NULL OR compare_after IS NOT NULL
                  OR (stock <> '' AND expected IS NOT stock) OR sent IS NOT due(price, promotional)"""
        found = set()
        for row in self.db.query(sql):
            found.add(row["key"])
            yield rows.pair(row)
        rest = set(also) - found
        yield from map(rows.pair, self._in(f"{rows.PAIRS} WHERE key IN ({{}})", rest))

    def count_linked(self) -> int:
        """How many products of the shop, as it is now, are in the ERP."""
        sql = "SELECT count(*) FROM links JOIN products USING (key) WHERE missing = 0 AND gone_at IS NULL"
        return int(self.db.execute(sql).fetchone()[0])

    def linked_keys(self, keys: Iterable[ShopKey]) -> set[ShopKey]:
        """Those of these products that are in the ERP."""
        found = self._in("SELECT key FROM links WHERE missing = 0 AND key IN ({})", keys)
        return {ShopKey(row["key"]) for row in found}

    def skus(self, keys: Iterable[str]) -> dict[str, str]:
        """The SKU of each product, by its key."""
        found = self._in("SELECT key, sku FROM products WHERE key IN ({})", keys)
        return {row["key"]: row["sku"] for row in found}

    def renamed(self) -> list[tuple[str, str]]:
        """The linked products whose SKU in the shop is another one by now: the old and the new one."""
        sql = """SELECT links.sku AS old, products.sku AS new FROM products CROSS JOIN links USING (key)
                 WHERE renamed = 1 AND gone_at IS NULL AND links.sku <> products.sku ORDER BY links.sku"""
        return [(row["old"], row["new"]) for row in self.db.query(sql)]

    def same_sku(self) -> dict[str, int]:
        """How many live products of the shop share a SKU, for the SKUs that more than one has."""
        sql = """SELECT sku, count(*) AS count FROM products WHERE gone_at IS NULL AND sku <> ''
                 GROUP BY sku HAVING count(*) > 1"""
        return {row["sku"]: row["count"] for row in self.db.query(sql)}

    def unsent(self) -> Iterator[Product]:
        """The live products that are neither in the ERP nor queued."""
        sql = """SELECT * FROM products WHERE gone_at IS NULL
                 AND key NOT IN (SELECT key FROM links WHERE missing = 0)
                 AND key NOT IN (SELECT key FROM queue) ORDER BY sku, key"""
        return map(rows.product, self.db.query(sql))

    def count_products(self) -> dict[str, int]:
        """How many products are live, linked, linked but deleted, drifting, not fit to send, and unsent."""
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
        }

    def overview(self, which: str = "") -> Iterator[tuple[Product, Link | None, str]]:
        """The products in a fixed order, each with its link and a word for how it stands; or those of a word.

        The words: `gone`, `failed`, `drift`, `linked`, `waiting`, `not-sent`. `which` is one of them.
        """
        for row in self.db.query(rows.OVERVIEW, [which]):
            product, link = rows.pair(row) if row["erp_id"] else (rows.product(row), None)
            yield product, link, row["word"]

    # The queue

    def enqueue(self, keys: Iterable[ShopKey], now: datetime) -> None:
        """Choose products to be sent. What stood against them is forgotten: they are tried anew."""
        with self.db.atomic():
            for key in keys:
                self.db.execute(
                    "INSERT INTO queue VALUES (?, ?) ON CONFLICT DO NOTHING", [key, rows.text(now)]
                )
                self._forget(Kind.PRODUCT, key)

    def queue(self) -> list[ShopKey]:
        """The chosen products, the longest waiting first."""
        return [
            ShopKey(row["key"]) for row in self.db.query("SELECT key FROM queue ORDER BY queued_at, rowid")
        ]

    def queued_at(self, key: ShopKey) -> datetime | None:
        """Since when a product is chosen, or None."""
        row = self._one("SELECT queued_at FROM queue WHERE key = ?", key)
        return rows.time(row["queued_at"]) if row else None

    # Links

    def links(self) -> Iterator[Link]:
        """All links."""
        return map(rows.link, self.db.query("SELECT * FROM links ORDER BY key"))

    def link(self, key: ShopKey) -> Link | None:
        """A product's link, or None."""
        row = self._one("SELECT * FROM links WHERE key = ?", key)
        return rows.link(row) if row else None

    def linked_at(self, key: ShopKey) -> datetime | None:
        """Since when a product is linked, or None."""
        row = self._one("SELECT linked_at FROM links WHERE key = ?", key)
        return rows.time(row["linked_at"]) if row else None

    def unlink(self, key: ShopKey) -> None:
        """A product is not linked any more, and nothing stands against it."""
        with self.db.atomic():
            self.db.execute("DELETE FROM links WHERE key = ?", [key])
            self._forget(Kind.PRODUCT, key)

    def save_link(self, link: Link, now: datetime) -> None:
        """Link a product: it leaves the queue, its intent is closed and nothing stands against it.

        Raises Unusable when the ERP's product is the twin of another one already.
        """
        sql = """SELECT links.key AS key, links.sku AS sku,
                        products.key IS NULL OR gone_at IS NOT NULL AS free
                 FROM links LEFT JOIN products USING (key) WHERE erp_id = ? AND links.key <> ?"""
        other = self._one(sql, link.erp_id, link.key)
        if other and not other["free"]:
            text = _("its twin in the ERP is linked to the shop's {sku} already")
            raise Unusable(text.format(sku=other["sku"]))
        with self.db.atomic():
            if other:  # the shop has it no more, or never listed it: the twin goes to the one that is there
                self.db.execute("DELETE FROM links WHERE key = ?", [other["key"]])
            self._put_link(link, now)
            self.db.execute("DELETE FROM queue WHERE key = ?", [link.key])
            self._close(Kind.PRODUCT, link.key)
            self.db.execute("DELETE FROM failures WHERE kind = ? AND key = ?", [Kind.PRODUCT, link.key])

    def even(self, links: Iterable[Link], now: datetime) -> None:
        """These balances are right: nothing is to be compared, and nothing drifts."""
        with self.db.atomic():
            for link in links:
                self._put_link(link, now)
                self.db.execute("DELETE FROM drifts WHERE key = ?", [link.key])
                self.db.execute("DELETE FROM suspicions WHERE key = ?", [link.key])

    def delay_intent(self, intent: Intent, now: datetime) -> None:
        """An intent that was sent in the future, by a clock that was wrong, counts as sent now."""
        sql = "UPDATE intents SET sent_at = ?, opened_at = min(opened_at, ?) WHERE kind = ? AND key = ?"
        self._write(sql, rows.text(now), rows.text(now), intent.kind, intent.key)

    def update_link(self, link: Link, now: datetime) -> None:
        """Keep a link's new values."""
        with self.db.atomic():
            self._put_link(link, now)

    def linked_skus(self, skus: Iterable[str]) -> dict[str, frozenset[ErpId]]:
        """The ERP's products for each SKU: of the shop's products that have it now, or had it when linked.

        A SKU that another product of the shop has by now is that one's alone.
        """
        sql = """SELECT products.sku AS sku, erp_id FROM products JOIN links USING (key)
                     WHERE missing = 0 AND products.sku IN ({0})
                 UNION SELECT sku, erp_id FROM links WHERE missing = 0 AND sku IN ({0})
                     AND NOT EXISTS (SELECT 1 FROM products AS owner WHERE owner.sku = links.sku
                                     AND owner.key <> links.key AND owner.gone_at IS NULL)"""
        found: dict[str, set[ErpId]] = {}
        for row in self._in(sql, skus, times=2):
            found.setdefault(row["sku"], set()).add(ErpId(row["erp_id"]))
        return {sku: frozenset(ids) for sku, ids in found.items()}

    def keys_of_skus(self, skus: Iterable[str]) -> dict[str, ShopKey]:
        """The shop's product for each SKU, a live one where there is a choice."""
        sql = "SELECT sku, key FROM products WHERE sku IN ({}) ORDER BY gone_at IS NULL, key DESC"
        return {row["sku"]: ShopKey(row["key"]) for row in self._in(sql, skus)}

    # Drift

    def set_drift(self, key: ShopKey, expected: Decimal, actual: Decimal, now: datetime) -> None:
        """Remember that a balance is not what it should be; since when is kept."""
        sql = """INSERT INTO drifts VALUES (?, ?, ?, ?)
                 ON CONFLICT DO UPDATE SET expected = excluded.expected, actual = excluded.actual"""
        self._write(sql, key, plain(expected), plain(actual), rows.text(now))

    def suspect(self, key: ShopKey, expected: Decimal, actual: Decimal, now: datetime) -> datetime:
        """Remember a difference that may be an old page's; returns since when it is as large as this.

        A sale lowers both numbers, and their difference stays.
        """
        kept = self._one("SELECT * FROM suspicions WHERE key = ?", key)
        since = now
        if kept and Decimal(kept["expected"]) - Decimal(kept["actual"]) == expected - actual:
            since = min(now, rows.time(kept["since"]))
        sql = "INSERT OR REPLACE INTO suspicions VALUES (?, ?, ?, ?)"
        self._write(sql, key, plain(expected), plain(actual), rows.text(since))
        return since

    def drifts(self) -> list[Drift]:
        """The balances that are not what they should be."""
        return [
            Drift(
                ShopKey(row["key"]), Decimal(row["expected"]), Decimal(row["actual"]), rows.time(row["since"])
            )
            for row in self.db.query("SELECT * FROM drifts ORDER BY key")
        ]

    # Orders of the shop

    def save_orders(self, notes: Iterable[OrderNote]) -> None:
        """Keep what the shop said of some orders."""
        with self.db.atomic():
            for note in notes:
                self.db.execute(rows.SAVE_ORDER, rows.order_row(note))

    def order(self, order_id: str) -> OrderNote | None:
        """An order, or None."""
        row = self._one("SELECT * FROM orders WHERE id = ?", order_id)
        return rows.note(row) if row else None

    def orders_since(self, moment: datetime) -> list[OrderNote]:
        """The orders that may have moved the shop's stock since then.

        One that was paid the day before and changes now is only sent or the like; on the day of its payment
        that is not certain, since a shop may tell no more of it than the day.
        """
        sql = "SELECT * FROM orders WHERE updated_at >= ? AND (payment <> 'paid' OR counted_at >= ?)"
        day_before = moment - timedelta(days=1)
        return [rows.note(row) for row in self.db.query(sql, [rows.text(moment), rows.text(day_before)])]

    def all_orders(self) -> Iterator[OrderNote]:
        """Every order that is known, by the day that counts."""
        return map(rows.note, self.db.query("SELECT * FROM orders ORDER BY counted_at, id"))

    def open_orders(self) -> list[OrderNote]:
        """The orders that are not a sale yet, and those that changed after they became one."""
        sql = """SELECT orders.* FROM orders LEFT JOIN sales ON order_id = orders.id
                 WHERE (order_id IS NULL AND payment NOT IN ('cancelled', 'refunded'))
                    OR (ended_at IS NULL AND sales.fingerprint <> orders.fingerprint)
                    OR (order_id IS NOT NULL AND ended_at IS NULL
                        AND payment <> 'paid')
                    OR (ended_at IS NOT NULL AND payment = 'paid')
                 ORDER BY counted_at, orders.id"""
        return [rows.note(row) for row in self.db.query(sql)]

    def stockless_orders(self) -> list[OrderNote]:
        """The orders whose sale is in the ERP without having moved its stock."""
        sql = """SELECT orders.* FROM orders JOIN sales ON order_id = orders.id
                 WHERE moves_stock = 0 AND ended_at IS NULL"""
        return [rows.note(row) for row in self.db.query(sql)]

    # Sales

    def sales(self, order_ids: Iterable[OrderId]) -> dict[OrderId, Sale]:
        """The sales of these orders."""
        found = map(rows.sale, self._in("SELECT * FROM sales WHERE order_id IN ({})", order_ids))
        return {sale.order_id: sale for sale in found}

    def record_sale(self, sale: Sale, units: Mapping[ShopKey, Decimal], compare_after: datetime) -> None:
        """An order is a sale: its intent is closed; its products are compared when the ERP has settled."""
        with self.db.atomic():
            row = [sale.order_id, sale.erp_id, sale.number, sale.total, sale.fingerprint]
            self.db.execute(
                "INSERT INTO sales VALUES (?, ?, ?, ?, ?, ?, ?, NULL)",
                [*row, int(sale.moves_stock), rows.text(sale.sent_at)],
            )
            self._close(Kind.SALE, sale.order_id)
            self.db.execute("DELETE FROM failures WHERE kind = ? AND key = ?", [Kind.SALE, sale.order_id])
            for key, quantity in units.items():
                self._sold(key, quantity if sale.moves_stock else Decimal(0), compare_after)

    def end_sale(
        self, order_id: OrderId, units: Mapping[ShopKey, Decimal], now: datetime, due: datetime
    ) -> None:
        """A sale was cancelled in the ERP, which takes its units back: compare them when it has settled."""
        with self.db.atomic():
            self.db.execute("UPDATE sales SET ended_at = ? WHERE order_id = ?", [rows.text(now), order_id])
            self.db.execute("DELETE FROM failures WHERE kind = ? AND key = ?", [Kind.SALE, order_id])
            for key, quantity in units.items():
                self._sold(key, -quantity, due)

    def set_moves_stock(self, order_id: OrderId, units: Mapping[ShopKey, Decimal], now: datetime) -> None:
        """A sale that was booked without moving the stock has moved it by now, or never will."""
        with self.db.atomic():
            self.db.execute("UPDATE sales SET moves_stock = 1 WHERE order_id = ?", [order_id])
            for key, quantity in units.items():
                self._sold(key, quantity, now)

    def _sold(self, key: ShopKey, quantity: Decimal, compare_after: datetime) -> None:
        row = self._one("SELECT expected FROM links WHERE key = ?", key)
        if row:
            left = None if row["expected"] is None else plain(Decimal(row["expected"]) - quantity)
            sql = "UPDATE links SET expected = ?, compare_after = ? WHERE key = ?"
            self.db.execute(sql, [left, rows.text(compare_after), key])

    def highest_number(self) -> int:
        """The highest sale number that we used or wrote down."""
        sql = """SELECT max(number) AS number FROM
                 (SELECT number FROM sales UNION ALL SELECT number FROM intents)"""
        row = self._one(sql)
        return int(row["number"] or 0) if row else 0

    def count_sales(self) -> int:
        """How many orders are sales."""
        row = self._one("SELECT count(*) AS count FROM sales")
        return int(row["count"]) if row else 0

    def sales_by_day(self, first_day: date) -> dict[date, tuple[int, int]]:
        """How many orders became sales on each day in São Paulo, and their value in centavos.

        A day without any is left out.
        """
        sql = """SELECT substr(sent_at, 1, 13) AS hour, count(*) AS one, sum(total) AS two
                 FROM sales WHERE sent_at >= ? GROUP BY hour"""
        return self._by_day(sql, first_day)

    # Customers

    def customer(self, hashed: str) -> ErpId | None:
        """The ERP's id of a customer that was met before, by the keyed hash of the document."""
        row = self._one("SELECT erp_id FROM customers WHERE hash = ?", hashed)
        return ErpId(row["erp_id"]) if row else None

    def save_customer(self, hashed: str, erp_id: ErpId) -> None:
        """Remember a customer and close the intent."""
        with self.db.atomic():
            sql = "INSERT INTO customers VALUES (?, ?) ON CONFLICT DO UPDATE SET erp_id = excluded.erp_id"
            self.db.execute(sql, [hashed, erp_id])
            self._close(Kind.CUSTOMER, hashed)

    def forget_customer(self, hashed: str) -> None:
        """The ERP knows the customer no more."""
        self._write("DELETE FROM customers WHERE hash = ?", hashed)

    # Intents

    def intents(self) -> dict[tuple[Kind, str], Intent]:
        """What was about to be created and is not known to be."""
        found = map(rows.intent, self.db.query("SELECT * FROM intents ORDER BY opened_at, kind, key"))
        return {(intent.kind, intent.key): intent for intent in found}

    def intent(self, kind: Kind, key: str) -> Intent | None:
        """An open intent, or None."""
        row = self._one("SELECT * FROM intents WHERE kind = ? AND key = ?", kind, key)
        return rows.intent(row) if row else None

    def sending(
        self, kind: Kind, key: str, now: datetime, number: int | None = None, note: OrderNote | None = None
    ) -> None:
        """Write down a create that goes out now; one that is open already is sent once more."""
        sql = """INSERT INTO intents VALUES (?, ?, ?, ?, ?, 1, ?, ?)
                 ON CONFLICT DO UPDATE SET sent_at = excluded.sent_at, sends = sends + 1,
                                           number = coalesce(excluded.number, number)"""
        content = [note.fingerprint, note.total] if note else ["", 0]
        self._write(sql, kind, key, number, rows.text(now), rows.text(now), *content)

    def restore_intent(self, kind: Kind, key: str, before: Intent | None) -> None:
        """A create did not go out after all: the intent is again what it was before."""
        with self.db.atomic():
            self._close(kind, key)
            if before:
                row = [kind, key, before.number, rows.text(before.opened_at)]
                sent = rows.text(before.sent_at) if before.sent_at else None
                row += [sent, before.sends, before.fingerprint, before.total]
                self.db.execute("INSERT INTO intents VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)

    def close_intent(self, kind: Kind, key: str) -> None:
        """It was answered, or never arrived."""
        with self.db.atomic():
            self._close(kind, key)

    # Failures

    def fail(self, failure: Failure) -> None:
        """Record why an item did not go through. Its intent, if any, stays: an open one is in doubt."""
        sql = """INSERT INTO failures VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET "group" = excluded."group", reason = excluded.reason,
                next_step = excluded.next_step, fingerprint = excluded.fingerprint,
                attempts = CASE WHEN "group" = 'failed' AND excluded."group" = 'failed'
                    AND fingerprint = excluded.fingerprint THEN attempts + 1 ELSE excluded.attempts END,
                since = CASE WHEN "group" = excluded."group" THEN since ELSE excluded.since END"""
        row = [failure.kind, failure.key, failure.group, failure.reason, failure.next_step]
        self._write(sql, *row, rows.text(failure.since), failure.attempts, failure.fingerprint)

    def clear_failure(self, kind: Kind, key: str) -> None:
        """Nothing stands against an item any more."""
        self._write("DELETE FROM failures WHERE kind = ? AND key = ?", kind, key)

    def failures(self) -> dict[tuple[Kind, str], Failure]:
        """What stands against items."""
        found = map(rows.failure, self.db.query("SELECT * FROM failures ORDER BY kind, since, key"))
        return {(failure.kind, failure.key): failure for failure in found}

    def retry(self, kind: Kind, key: str) -> None:
        """Try an item anew: forget what stood against it and that it was to be left alone."""
        with self.db.atomic():
            self._forget(kind, key)

    def ignore(self, kind: Kind, key: str, version: str, now: datetime) -> None:
        """Leave an item alone as long as it is this version; its intent, if any, is given up."""
        with self.db.atomic():
            self._forget(kind, key)
            self._close(kind, key)
            self.db.execute("INSERT INTO ignored VALUES (?, ?, ?, ?)", [kind, key, version, rows.text(now)])

    def unignore(self, kind: Kind, key: str) -> bool:
        """Leave an item alone no longer; whether it was."""
        sql = "DELETE FROM ignored WHERE kind = ? AND key = ?"
        return self._write(sql, kind, key).rowcount > 0

    def ignored(self) -> dict[tuple[Kind, str], str]:
        """The items to be left alone, each with its version."""
        found = self.db.query("SELECT kind, key, fingerprint FROM ignored")
        return {(Kind(row["kind"]), row["key"]): row["fingerprint"] for row in found}

    # Runs

    def start_run(self, command: str, now: datetime) -> int:
        """Open a run's row and return its number."""
        cursor = self._write("INSERT INTO runs (command, started_at) VALUES (?, ?)", command, rows.text(now))
        return int(cursor.lastrowid or 0)

    def finish_run(
        self, run: int, now: datetime, outcome: int, counts: Mapping[str, int], message: str
    ) -> None:
        """Close a run's row with its exit code and counts."""
        sql = """UPDATE runs SET finished_at = ?, outcome = ?, created = ?, updated = ?, failed = ?,
                 message = ? WHERE id = ?"""
        numbers = [counts.get(name, 0) for name in ("created", "updated", "failed")]
        self._write(sql, rows.text(now), outcome, *numbers, message, run)

    def runs(self, limit: int) -> list[Run]:
        """The newest runs first."""
        return [
            rows.run(row) for row in self.db.query("SELECT * FROM runs ORDER BY id DESC LIMIT ?", [limit])
        ]

    def run(self, number: int) -> Run | None:
        """A run by its number, or None: of old ones only the sums of their days are kept."""
        row = self._one("SELECT * FROM runs WHERE id = ?", str(number))  # as text: it may be any number
        return rows.run(row) if row else None

    def runs_since(self, moment: datetime) -> list[Run]:
        """The runs that began since then, the oldest first."""
        sql = "SELECT * FROM runs WHERE started_at >= ? ORDER BY id"
        return list(map(rows.run, self.db.query(sql, [rows.text(moment)])))

    def last_good_run(self) -> Run | None:
        """The newest run that ended 0 or 6, or None."""
        sql = "SELECT * FROM runs WHERE outcome IN (0, 6) AND command = 'sync' ORDER BY id DESC LIMIT 1"
        row = self._one(sql)
        return rows.run(row) if row else None

    def runs_by_day(self, first_day: date) -> dict[date, tuple[int, int]]:
        """How many runs began on each day in São Paulo, and how many of them failed or were cut short.

        A run that is not over yet has not failed. A day without any is left out.
        """
        sql = """SELECT substr(started_at, 1, 13) AS hour, count(*) AS one,
                        sum(CASE WHEN outcome IS NULL THEN id < (SELECT max(id) FROM runs)
                                 ELSE outcome NOT IN (0, 6) END) AS two
                 FROM runs WHERE started_at >= ? GROUP BY hour"""
        return self._by_day(sql, first_day)

    def tidy(self, now: datetime) -> None:
        """Fold runs older than KEPT_RUNS into a row for each day, and give back space that is not used.

        The newest good run stays. The file is only written anew when a quarter of it is empty: that takes as
        long, and as much room beside it, as the file is large.
        """
        good = self.last_good_run()
        sql = "SELECT * FROM runs WHERE started_at < ? AND id <> ?"
        old = list(map(rows.run, self.db.query(sql, [rows.text(now - KEPT_RUNS), good.id if good else 0])))
        with self.db.atomic():
            for run in old:
                self.db.execute(rows.FOLD_RUN, rows.day_row(run))
                self.db.execute("DELETE FROM runs WHERE id = ?", [run.id])
        (free,) = self.db.execute("PRAGMA freelist_count").fetchone()
        (pages,) = self.db.execute("PRAGMA page_count").fetchone()
        if free > MOST_FREE_PAGES and free * 4 > pages:
            with suppress(
                sqlite3.OperationalError
            ):  # no room for it, or somebody reads: the next day will do
                self.db.execute("VACUUM")

    # Inside

    def _by_day(self, hourly: str, first_day: date) -> dict[date, tuple[int, int]]:
        """Two sums of each day, of those of each hour: SQLite knows no time zones."""
        days: dict[date, tuple[int, int]] = {}
        for row in self.db.query(hourly, [rows.text(datetime.combine(first_day, time(), BRAZIL))]):
            day = local_day(rows.time(row["hour"] + ":00+00:00"))
            one, two = days.get(day, (0, 0))
            days[day] = (one + row["one"], two + row["two"])
        return days

    def _write(self, sql: str, *values: object) -> sqlite3.Cursor:
        with self.db.atomic():
            return self.db.execute(sql, list(values))

    def _one(self, sql: str, *values: object) -> Row | None:
        return next(iter(self.db.query(sql, list(values))), None)

    def _in(self, sql: str, values: Iterable[str], times: int = 1) -> Iterator[Row]:
        """The rows of a query with `IN ({})`, asked in slices that SQLite takes."""
        wanted = sorted(set(values))
        for start in range(0, len(wanted), 500):
            some = wanted[start : start + 500]
            yield from self.db.query(sql.format(",".join("?" * len(some))), some * times)

    def _put_link(self, link: Link, now: datetime) -> None:
        self.db.execute(rows.SAVE_LINK, rows.link_row(link, now))

    def _close(self, kind: Kind, key: str) -> None:
        self.db.execute("DELETE FROM intents WHERE kind = ? AND key = ?", [kind, key])

    def _forget(self, kind: Kind, key: str) -> None:
        self.db.execute("DELETE FROM failures WHERE kind = ? AND key = ?", [kind, key])
        self.db.execute("DELETE FROM ignored WHERE kind = ? AND key = ?", [kind, key])
        self.db.execute("UPDATE intents SET sends = min(sends, 1) WHERE kind = ? AND key = ?", [kind, key])


def check_rights(path: Path) -> None:
    """Nobody but the owner may read the file. Raises StateError."""
    if (mode := path.stat().st_mode & 0o777) & 0o077:
        text = _("Other users may read {path} (mode {mode}). Run: chmod 600 {path}")
        raise StateError(text.format(path=path, mode=f"{mode:o}"))


def set_aside(path: Path) -> Path | None:
    """Move a state file that cannot be read out of the way; where to, or None when it is sound."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=rw", uri=True)) as db:
            if db.execute("PRAGMA quick_check(1)").fetchone() == ("ok",):
                return None
    except sqlite3.Error:
        pass
    if not path.exists():
        return None
    aside = next(p for i in range(1, 1000) if not (p := path.with_name(f"{path.name}.damaged-{i}")).exists())
    path.replace(aside)
    return aside
