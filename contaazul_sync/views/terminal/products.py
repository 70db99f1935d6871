"""Products, as tables to read or to choose from."""

from collections.abc import Iterable

from rich.console import Group as Lines
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from contaazul_sync.core import harmless, words
from contaazul_sync.core.money import written
from contaazul_sync.core.products import Link, Product
from contaazul_sync.core.words import _
from contaazul_sync.views.phrases import stand, stock_told
from contaazul_sync.views.terminal.lines import LONG, product_row, product_table


def products_view(
    rows: Iterable[tuple[Product, Link]], price_source: str, page: int = 1, pages: int = 1
) -> RenderableType:
    """A page of the integrated products."""
    table = product_table(_("shop's price"), _("price sent"), _("stock"))
    for product, link in rows:
        sent = _("not yet") if link.sent is None else written(link.sent)
        name = product.name
        if product.gone:
            name = _("{name} (deleted in the shop)").format(name=name)
        product_row(table, link.sku, name, written(product.base(price_source)), sent, stock_told(product))
    if pages <= 1:
        return table
    told: str = _("page {page} of {pages}; all of them: {command}")
    told = told.format(page=page, pages=pages, command=words.typed("products linked --csv > products.csv"))
    if page < pages:
        told += "; " + _("the next: {command}").format(
            command=words.typed(f"status --products --page {page + 1}")
        )
    return Lines(table, Text(told))


def overview_view(
    rows: Iterable[tuple[Product, "Link | None", str]], price_source: str, *, walked: bool
) -> RenderableType:
    """The shop's products and how each stands, as many as a screen can hold. `walked`: any are known."""
    table = product_table(_("shop's price"), _("price sent"), _("stock"))
    table.add_column(_("state"), overflow="fold")
    more = 0
    for product, link, word in rows:
        if table.row_count == LONG:
            more += 1
            continue
        sent = "" if link is None or link.sent is None else written(link.sent)
        price, stock = written(product.base(price_source)), stock_told(product)
        product_row(table, product.sku or "-", product.name, price, sent, stock, stand(word))
    if not table.row_count and walked:
        return Text(_("No product of the shop fits that."))
    if not table.row_count:
        return Text(_("None. What the shop has is known after the first sync."))
    rest = _("... and {n} more: contaazul-sync products --csv > products.csv").format(n=more)
    return Lines(table, Text(rest)) if more else table


def choice_view(products: Iterable[Product], price_source: str, first: int = 1) -> Table:
    """A numbered list to choose from, or a page of it that begins with the number `first`."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("", justify="right", no_wrap=True)
    table.add_column("SKU", overflow="fold")
    table.add_column(_("name"), max_width=33)
    table.add_column(_("price"), justify="right", no_wrap=True)
    table.add_column(_("stock"), justify="right", no_wrap=True)
    for number, product in enumerate(products, start=first):
        price, stock = written(product.base(price_source)), stock_told(product)
        sku = Text(harmless.line(product.sku) or _("(none)"))
        name = Text(harmless.line(product.name), no_wrap=True, overflow="ellipsis")
        table.add_row(str(number), sku, name, price, stock)
    return table
