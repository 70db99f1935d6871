"""States as they are after years of use, written directly."""

import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from contaazul_sync.core.ids import ErpId, OrderId, ShopKey
from contaazul_sync.core.orders import OrderNote, Payment
from contaazul_sync.core.products import Details, Link, Product
from contaazul_sync.state.file import State
from contaazul_sync.state.values import text


def fill(path: Path, products: int) -> None:
    """Link the products that `servers.stock` puts up, as they were last sent and compared."""
    now = datetime.now(UTC)
    details = Details(description="Um produto que não existe.", weight=Decimal("0.25"))
    state = State.open(path)
    walk = state.products.new_walk()
    for start in range(0, products, 1000):
        made = [
            Product(
                ShopKey(str(1_000_000 + number)),
                f"P-{number:06}",
                f"Produto de teste {number}",
                1000 + number % 5000,
                None,
                Decimal(100_000),
                details,
                now - timedelta(days=3),
            )
            for number in range(start, min(start + 1000, products))
        ]
        state.products.save(made, walk)
        state.drifts.even(
            [
                Link(p.key, ErpId(str(uuid.UUID(int=int(p.key)))), p.sku, p.price, p.price, p.stock)
                for p in made
            ],
            now,
        )
    state.notes.set_time("products_seen", now)
    state.notes.set_time("full_walk", now)
    for what in ("products", "orders"):
        state.notes.set(f"pages_of_{what}", "yes")  # as the last full walk found the shop
    state.close()


def age(path: Path, runs: int, orders: int) -> None:
    """Add the runs and the orders of a year or more."""
    now = datetime.now(UTC)
    state = State.open(path)
    with state.db.atomic():
        for number in range(runs):
            begun = text(now - timedelta(minutes=30 * (runs - number)))
            state.db.execute(
                """INSERT INTO runs (id, command, started_at, finished_at, outcome, created, updated)
                   VALUES (?, 'sync', ?, ?, 0, 1, 1)""",
                [number + 1, begun, begun],
            )
    items = (("P-000001", Decimal(2)), ("P-000002", Decimal(1)))
    mark, since = "1:0123456789abcdef0123", now - timedelta(days=365)
    for start in range(0, orders, 1000):
        ids = [OrderId(str(80_000 + number)) for number in range(start, min(start + 1000, orders))]
        state.orders.save(
            (
                OrderNote(each, Payment.PAID, 17_000, items, since, since, mark, "delivered", mark)
                for each in ids
            ),
            since,
        )
        with state.db.atomic():
            for number, each in enumerate(ids, start=start):
                row = [each, str(uuid.UUID(int=number)), 1001 + number, 17_000, mark, 1, text(since)]
                state.db.execute("INSERT INTO sales VALUES (?, ?, ?, ?, ?, ?, ?, NULL)", row)
    state.tidy(now)
    state.close()
