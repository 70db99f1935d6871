"""Lists for a spreadsheet: CSV with semicolons, as Brazilian ones read it."""

import csv
from collections.abc import Iterable, Mapping
from io import StringIO
from typing import TYPE_CHECKING

from contaazul_sync.core import harmless
from contaazul_sync.core.ids import ShopKey
from contaazul_sync.core.money import plain
from contaazul_sync.core.products import Drift, Link, Product

if TYPE_CHECKING:
    from contaazul_sync.views.book import Row


def drift_csv(drifts: Iterable[Drift], products: Mapping[ShopKey, Product]) -> Iterable[str]:
    """The drift as lines of CSV, as Brazilian spreadsheets and the ERP's own import read it."""
    yield _line("sku", "name", "in_erp", "should_be", "since")
    for drift in drifts:
        product = products[drift.key]
        balances = plain(drift.actual), plain(drift.expected)
        yield _line(product.sku, product.name, *balances, drift.since.date())


def overview_csv(rows: Iterable[tuple[Product, "Link | None", str]], price_source: str) -> Iterable[str]:
    """The shop's products and how each stands, as lines of CSV."""
    yield _line("sku", "name", "price", "price_sent", "stock", "state")
    for product, link, word in rows:
        sent = None if link is None else link.sent
        prices = _reais(product.base(price_source)), "" if sent is None else _reais(sent)
        stock = "" if product.stock is None else plain(product.stock)
        yield _line(product.sku, product.name, *prices, stock, word)


def orders_csv(rows: Iterable["Row"], *, settles: bool) -> Iterable[str]:
    """The order book as lines of CSV. `settles`: the money of sales is received."""
    titles = ("order", "number", "paid_on", "total", "place", "sale_number", "sale_date", "reason")
    yield _line(*titles, *(("received", "fees") if settles else ()))
    for row in rows:
        total = "" if row.total is None else _reais(row.total)
        sale = row.sale_number, row.sale_date
        money = (_reais(row.received), _reais(row.fees)) if settles else ()
        yield _line(row.order, row.number, row.paid_on, total, row.place.value, *sale, row.reason, *money)


def _line(*cells: object) -> str:
    """One line; what a spreadsheet would take for a formula is text in it."""
    text = StringIO()
    csv.writer(text, delimiter=";", lineterminator="\n").writerow(map(harmless.cell, cells))
    return text.getvalue()


def _reais(amount: int) -> str:
    """An amount as Brazilian spreadsheets read it."""
    return f"{amount // 100},{amount % 100:02d}"
