"""The tables behind the tiles: what is in the ERP, and the orders that are no sale yet; shown at a click."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from contaazul_sync.core.book import Place
from contaazul_sync.core.money import written
from contaazul_sync.core.products import Link, Product
from contaazul_sync.core.words import _, order_title, typed
from contaazul_sync.views.book import Row
from contaazul_sync.views.page.lists import MANY, more
from contaazul_sync.views.phrases import Part, place_title, stock_told

OPEN = (Place.WAITING, Place.HELD, Place.FAILED, Place.IN_DOUBT, Place.ATTENTION)


class Table(NamedTuple):
    """Rows of text under a head; `id`: the tile whose table it is; `more`: what says that it was cut."""

    id: str
    title: str
    head: Sequence[str]
    rows: list[list[str]]
    more: list[Part]


def tables(
    linked: Iterable[tuple[Product, Link]], many: int, orders: Iterable[Row], source: str
) -> list[Table]:
    """The tables that have rows. `many`: how many products are linked, `source`: `prices.source`."""
    found = [_linked(linked, many, source), *_orders(list(orders))]
    return [table for table in found if table.rows]


def _linked(linked: Iterable[tuple[Product, Link]], many: int, source: str) -> Table:
    rows = [
        [link.sku, product.name, written(product.base(source)), _sent(link), stock_told(product)]
        for product, link in linked
    ]
    head = [_("SKU"), _("name"), _("shop's price"), _("price sent"), _("stock")]
    rest = more(many, typed("products linked --csv > products.csv"))
    return Table("products-linked", _("In the ERP"), head, rows[:MANY], rest)


def _sent(link: Link) -> str:
    return _("not yet") if link.sent is None else written(link.sent)


def _orders(orders: list[Row]) -> Iterator[Table]:
    for place in OPEN:
        here = [row for row in orders if row.place is place]
        title = _("Orders: {place}").format(place=place_title(place, len(here)))
        head = [_("order"), _("paid on"), _("total"), _("why")]
        rest = more(len(here), typed(f"orders --state {place.value}"))
        yield Table(f"orders-{place}", title, head, [_order(row) for row in here[:MANY]], rest)


def _order(row: Row) -> list[str]:
    day = f"{row.paid_on:%d/%m/%y}" if row.paid_on else ""
    total = "" if row.total is None else written(row.total)
    return [order_title(row.order, "" if row.number == row.order else row.number), day, total, row.reason]
