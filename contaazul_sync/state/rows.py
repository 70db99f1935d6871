"""The rows of the state file, to our models and back. Times are UTC text, quantities exact text."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from contaazul_sync.core.days import local_day
from contaazul_sync.core.exits import GOOD
from contaazul_sync.core.models import (
    Details,
    Drift,
    ErpId,
    Failure,
    Group,
    Intent,
    Kind,
    Link,
    OrderId,
    OrderNote,
    Payment,
    Product,
    Run,
    Sale,
    ShopKey,
)
from contaazul_sync.core.money import plain

NO_STOCK = ""  # in place of a product's stock: the shop keeps none of it
Row = Mapping[str, Any] | sqlite3.Row


SAVE_PRODUCT = """
INSERT INTO products VALUES (:key, :sku, :name, :price, :promotional, :stock, :details, :problem,
    :updated_at, :walk, NULL, 0, :listed)
ON CONFLICT DO UPDATE SET renamed = max(renamed, sku <> excluded.sku), sku = excluded.sku,
    name = excluded.name, price = excluded.price, promotional = excluded.promotional,
    stock = excluded.stock, details = excluded.details, problem = excluded.problem,
    updated_at = excluded.updated_at, walk = excluded.walk, gone_at = NULL, listed = excluded.listed
"""

SAVE_ORDER = """
INSERT INTO orders VALUES (:id, :payment, :status, :total, :items, :counted_at, :updated_at, :fingerprint,
    :buyer)
ON CONFLICT DO UPDATE SET payment = excluded.payment, status = excluded.status, total = excluded.total,
    items = excluded.items, counted_at = excluded.counted_at, updated_at = excluded.updated_at,
    fingerprint = excluded.fingerprint, buyer = excluded.buyer
"""

SAVE_LINK = """
INSERT INTO links VALUES (:key, :erp_id, :sku, :base, :sent, :expected, :compare_after, :missing, :linked_at)
ON CONFLICT (key) DO UPDATE SET erp_id = excluded.erp_id, sku = excluded.sku, base = excluded.base,
    sent = excluded.sent, expected = excluded.expected, compare_after = excluded.compare_after,
    missing = excluded.missing
"""


FOLD_RUN = """
INSERT INTO days VALUES (:day, 1, :failed, :created, :updated)
ON CONFLICT DO UPDATE SET runs = runs + 1, failed = failed + excluded.failed,
    created = created + excluded.created, updated = updated + excluded.updated
"""


def text(moment: datetime) -> str:
    """A time as UTC text, whose order is the order of time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def time_or_none(text: str | None) -> datetime | None:
    return time(text) if text else None


def _number_or_none(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


_SIZES = ("weight", "height", "width", "length")


def product_row(product: Product, walk: int) -> Row:
    details = product.details
    told = {name: getattr(details, name) for name in ("ean", "ncm", "description") if getattr(details, name)}
    sizes = {name: plain(getattr(details, name)) for name in _SIZES if getattr(details, name) is not None}
    return {
        "key": product.key,
        "sku": product.sku,
        "name": product.name,
        "price": product.price,
        "promotional": product.promotional,
        "stock": NO_STOCK if product.stock is None else plain(product.stock),
        "details": json.dumps(told | sizes, ensure_ascii=False),
        "problem": product.problem,
        "updated_at": text(product.updated_at) if product.updated_at else None,
        "walk": walk,
        "listed": int(product.listed),
    }


def _details(told: dict[str, str]) -> Details:
    sizes = {name: Decimal(told[name]) for name in _SIZES if name in told}
    texts = {name: text for name, text in told.items() if name not in _SIZES}
    return Details(**texts, **sizes)  # type: ignore[arg-type] # the names are Details' own


def product(row: Row) -> Product:
    return Product(
        key=ShopKey(row["key"]),
        sku=row["sku"],
        name=row["name"],
        price=row["price"],
        promotional=row["promotional"],
        stock=None if row["stock"] == NO_STOCK else Decimal(row["stock"]),
        details=_details(json.loads(row["details"])),
        updated_at=time_or_none(row["updated_at"]),
        problem=row["problem"],
        gone=row["gone_at"] is not None,
        listed=bool(row["listed"]),
    )


# The columns that a product and its link share go by the product's name; the link's SKU is `linked_sku`.
PAIRS = """SELECT products.*, erp_id, links.sku AS linked_sku, base, sent, expected, compare_after, missing
           FROM links JOIN products USING (key)"""


OVERVIEW = """
SELECT * FROM (SELECT products.*, erp_id, links.sku AS linked_sku, base, sent, links.expected, compare_after,
    missing, CASE WHEN gone_at IS NOT NULL THEN 'gone'
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


def pair(row: Row) -> tuple[Product, Link]:
    return product(row), _link(row, row["linked_sku"])


def link_row(link: Link, now: datetime) -> Row:
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
    }


def link(row: Row) -> Link:
    return _link(row, row["sku"])


def _link(row: Row, sku: str) -> Link:
    return Link(
        key=ShopKey(row["key"]),
        erp_id=ErpId(row["erp_id"]),
        sku=sku,
        base=row["base"],
        sent=row["sent"],
        expected=_number_or_none(row["expected"]),
        compare_after=time_or_none(row["compare_after"]),
        missing=bool(row["missing"]),
    )


def drift(row: Row) -> Drift:
    return Drift(
        key=ShopKey(row["key"]),
        expected=Decimal(row["expected"]),
        actual=Decimal(row["actual"]),
        since=time(row["since"]),
    )


def order_row(note: OrderNote) -> Row:
    return {
        "id": note.id,
        "payment": note.payment,
        "status": note.status,
        "total": note.total,
        "items": json.dumps([[sku, plain(quantity)] for sku, quantity in note.items]),
        "counted_at": text(note.counted_at),
        "updated_at": text(note.updated_at),
        "fingerprint": note.fingerprint,
        "buyer": note.buyer,
    }


def note(row: Row) -> OrderNote:
    items: Sequence[Sequence[str]] = json.loads(row["items"])
    return OrderNote(
        id=OrderId(row["id"]),
        payment=Payment(row["payment"]),
        status=row["status"],
        total=row["total"],
        items=tuple((sku, Decimal(quantity)) for sku, quantity in items),
        counted_at=time(row["counted_at"]),
        updated_at=time(row["updated_at"]),
        fingerprint=row["fingerprint"],
        buyer=row["buyer"],
    )


def sale(row: Row) -> Sale:
    return Sale(
        order_id=OrderId(row["order_id"]),
        erp_id=ErpId(row["erp_id"]),
        number=row["number"],
        total=row["total"],
        fingerprint=row["fingerprint"],
        moves_stock=bool(row["moves_stock"]),
        sent_at=time(row["sent_at"]),
        ended_at=time_or_none(row["ended_at"]),
    )


def intent(row: Row) -> Intent:
    return Intent(
        kind=Kind(row["kind"]),
        key=row["key"],
        number=row["number"],
        opened_at=time(row["opened_at"]),
        sent_at=time_or_none(row["sent_at"]),
        sends=row["sends"],
        fingerprint=row["fingerprint"],
        total=row["total"],
    )


def failure(row: Row) -> Failure:
    return Failure(
        kind=Kind(row["kind"]),
        key=row["key"],
        group=Group(row["group"]),
        reason=row["reason"],
        next_step=row["next_step"],
        since=time(row["since"]),
        attempts=row["attempts"],
        fingerprint=row["fingerprint"],
    )


def day_row(run: Run) -> Row:
    return {
        "day": local_day(run.started_at).isoformat(),
        "failed": int(run.outcome not in GOOD),
        "created": run.created,
        "updated": run.updated,
    }


def run(row: Row) -> Run:
    return Run(
        id=row["id"],
        command=row["command"],
        started_at=time(row["started_at"]),
        finished_at=time_or_none(row["finished_at"]),
        outcome=row["outcome"],
        created=row["created"],
        updated=row["updated"],
        failed=row["failed"],
        message=row["message"],
    )
