"""Lists for a spreadsheet: CSV with semicolons, as Brazilian ones read it."""

import csv
from collections.abc import Iterable, Mapping
from io import StringIO
from typing import TYPE_CHECKING

from contaazul_sync.core.ids import ShopKey
from contaazul_sync.core.money import plain
from contaazul_sync.core.products import Drift, Link, Product

if TYPE_CHECKING:
    from contaazul_sync.views.book import Row


def drift_csv(drifts: Iterable[Drift], products: Mapping[ShopKey, Product]) -> str:
    """The drift as CSV with semicolons, as Brazilian spreadsheets and the ERP's own import read it."""
    text = StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(["sku", "name", "in_erp", "should_be", "since"])
    for drift in drifts:
        product = products[drift.key]
        balances = [plain(drift.actual), plain(drift.expected)]
        writer.writerow([product.sku, product.name, *balances, drift.since.date().isoformat()])
    return text.getvalue()


def overview_csv(rows: Iterable[tuple[Product, "Link | None", str]], price_source: str) -> Iterable[str]:
    """The same as lines of CSV with semicolons, one at a time."""
    text = StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(["sku", "name", "price", "price_sent", "stock", "state"])
    for product, link, word in rows:
        sent = None if link is None else link.sent
        prices = [_reais(product.base(price_source)), "" if sent is None else _reais(sent)]
        stock = "" if product.stock is None else plain(product.stock)
        writer.writerow([product.sku, product.name, *prices, stock, word])
        yield text.getvalue()
        text.seek(0)
        text.truncate()
    yield text.getvalue()


def orders_csv(rows: Iterable["Row"]) -> Iterable[str]:
    """The order book as lines of CSV with semicolons, one at a time."""
    text = StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(["order", "number", "paid_on", "total", "place", "sale_number", "sale_date", "reason"])
    for row in rows:
        total = "" if row.total is None else _reais(row.total)
        sale = [row.sale_number, row.sale_date]
        writer.writerow([row.order, row.number, row.paid_on, total, row.place.value, *sale, row.reason])
        yield text.getvalue()
        text.seek(0)
        text.truncate()
    yield text.getvalue()


def _reais(amount: int) -> str:
    """An amount as Brazilian spreadsheets read it."""
    return f"{amount // 100},{amount % 100:02d}"
