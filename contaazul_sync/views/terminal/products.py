"""Products, as tables to read or to choose from."""

from collections.abc import Iterable

from rich.console import Group as Lines
from rich.console import RenderableType
from rich.text import Text

from contaazul_sync.core import words
from contaazul_sync.core.money import written
from contaazul_sync.core.products import Link, Product
from contaazul_sync.core.words import _
from contaazul_sync.views.phrases import stand, stock_told
from contaazul_sync.views.terminal.lines import LONG, told
from contaazul_sync.views.terminal.tables import Column, Fitting, Kind


def products_view(
    rows: Iterable[tuple[Product, Link]], price_source: str, page: int = 1, pages: int = 1
) -> RenderableType:
    """A page of the integrated products."""
    table = _table()
    for product, link in rows:
        sent = _("not yet") if link.sent is None else written(link.sent)
        name = product.name
        if product.gone:
            name = _("{name} (deleted in the shop)").format(name=name)
        table.add(link.sku, name, written(product.base(price_source)), sent, stock_told(product))
    if pages <= 1:
        return table
    text: str = _("page {page} of {pages}; all of them: {command}")
    text = text.format(page=page, pages=pages, command=words.typed("products linked --csv > products.csv"))
    if page < pages:
        text += "; " + _("the next: {command}").format(
            command=words.typed(f"status --products --page {page + 1}")
        )
    return Lines(table, *told(text))


def overview_view(
    rows: Iterable[tuple[Product, "Link | None", str]], price_source: str, *, walked: bool
) -> RenderableType:
    """The shop's products and how each stands, as many as a screen can hold. `walked`: any are known."""
    table = _table(Column(_("state"), Kind.WORD))
    more = 0
    for product, link, word in rows:
        if len(table.rows) == LONG:
            more += 1
            continue
        sent = "" if link is None or link.sent is None else written(link.sent)
        price, stock = written(product.base(price_source)), stock_told(product)
        table.add(product.sku or "-", product.name, price, sent, stock, stand(word))
    if not table.rows and walked:
        return Text(_("No product of the shop fits that."))
    if not table.rows:
        return Text(_("None. What the shop has is known after the first sync."))
    rest = _("... and {n} more: contaazul-sync products --csv > products.csv").format(n=more)
    return Lines(table, *told(rest)) if more else table


def choice_view(products: Iterable[Product], price_source: str, first: int = 1) -> Fitting:
    """A numbered list to choose from, or a page of it that begins with the number `first`."""
    table = Fitting(
        Column("", Kind.NUMBER),
        Column("SKU", Kind.KEY),
        Column(_("name"), Kind.NAME),
        Column(_("price"), Kind.NUMBER),
        Column(_("stock"), Kind.NUMBER),
    )
    for number, product in enumerate(products, start=first):
        price, stock = written(product.base(price_source)), stock_told(product)
        table.add(str(number), product.sku or _("(none)"), product.name, price, stock)
    return table


def _table(*more: Column) -> Fitting:
    """SKU, name and numbers; where there is little room, names are cut."""
    numbers = (Column(title, Kind.NUMBER) for title in (_("shop's price"), _("price sent"), _("stock")))
    return Fitting(Column("SKU", Kind.KEY), Column(_("name"), Kind.NAME), *numbers, *more)
