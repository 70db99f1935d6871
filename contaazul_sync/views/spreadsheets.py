"""Lists for a spreadsheet: CSV with semicolons and decimal commas, as Brazilian ones read it.

It is for people: in Portuguese its heads, states and dates are Portuguese, too. Programs read the JSON.
"""

import csv
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import TYPE_CHECKING

from contaazul_sync.core import harmless, words
from contaazul_sync.core.days import local_day
from contaazul_sync.core.ids import ShopKey
from contaazul_sync.core.money import plain
from contaazul_sync.core.products import Drift, Link, Product
from contaazul_sync.core.words import _
from contaazul_sync.views.phrases import stand, state_word

if TYPE_CHECKING:
    from contaazul_sync.views.book import Row


def drift_csv(drifts: Iterable[Drift], products: Mapping[ShopKey, Product]) -> Iterable[str]:
    """The drift as lines of CSV, as Brazilian spreadsheets and the ERP's own import read it."""
    yield _line("sku", _("name"), _("in_erp"), _("should_be"), _("since"))
    for drift in drifts:
        product = products[drift.key]
        balances = _number(drift.actual), _number(drift.expected)
        yield _line(product.sku, product.name, *balances, _day(local_day(drift.since)))


def overview_csv(rows: Iterable[tuple[Product, "Link | None", str]], price_source: str) -> Iterable[str]:
    """The shop's products and how each stands, as lines of CSV."""
    yield _line("sku", _("name"), _("price"), _("price_sent"), _("stock"), _("state"))
    for product, link, word in rows:
        prices = _reais(product.base(price_source)), _reais(link.sent if link else None)
        yield _line(product.sku, product.name, *prices, _number(product.stock), _word(word, stand(word)))


def orders_csv(rows: Iterable["Row"], *, settles: bool) -> Iterable[str]:
    """The order book as lines of CSV. `settles`: with what came of each, where money is settled."""
    heads = _("order"), _("number"), _("paid_on"), _("total"), _("place")
    more = (_("received"), _("fees")) if settles else ()
    yield _line(*heads, _("sale_number"), _("sale_date"), _("sale_total"), _("reason"), *more)
    for row in rows:
        place = _word(row.place.value, state_word(row.place.value))
        sale = row.sale_number, _day(row.sale_date), _reais(row.sale_total)
        money = (_reais(row.received), _reais(row.fees)) if settles else ()
        total, paid_on = _reais(row.total), _day(row.paid_on)
        yield _line(row.order, row.number, paid_on, total, place, *sale, row.reason, *money)


def _line(*cells: object) -> str:
    """One line; what a spreadsheet would take for a formula is text in it."""
    text = StringIO()
    csv.writer(text, delimiter=";", lineterminator="\n").writerow(map(harmless.cell, cells))
    return text.getvalue()


def _reais(amount: int | None) -> str:
    """An amount in centavos as Brazilian spreadsheets read it; nothing for none."""
    if amount is None:
        return ""
    sign, amount = "-" if amount < 0 else "", abs(amount)
    return f"{sign}{amount // 100},{amount % 100:02d}"


def _number(number: Decimal | None) -> str:
    return "" if number is None else plain(number).replace(".", ",")


def _day(day: date | None) -> str:
    """A day as the reader's spreadsheet takes it for one."""
    if day is None:
        return ""
    return day.isoformat() if words.language() == "en" else f"{day:%d/%m/%Y}"


def _word(code: str, told: str) -> str:
    """How something stands: the word of the program in English, which is documented, else that of people."""
    return code if words.language() == "en" else told
