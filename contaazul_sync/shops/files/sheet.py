"""One file of the shop as a mapping reads it: of what it tells, and its rows put together."""

from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from contaazul_sync.core.ids import ShopKey, parent
from contaazul_sync.core.orders import Order
from contaazul_sync.core.products import Product
from contaazul_sync.core.words import _, said_by
from contaazul_sync.shops.files import orders, products
from contaazul_sync.shops.files.inbox import told_at
from contaazul_sync.shops.port import Unreadable
from contaazul_sync.tables.bad import BadFile
from contaazul_sync.tables.cells import Cells
from contaazul_sync.tables.mapping import Bound, Mapping
from contaazul_sync.tables.reading import heads, lines
from contaazul_sync.tables.shape import Shape, look
from contaazul_sync.tables.values import number_of

ORDERS, ITEMS, PRODUCTS = "orders", "items", "products"
Items = dict[str, list[Cells]]


@dataclass
class Sheet:
    """A file that was read to its end, so that it is known to be whole.

    `kind`: what it tells, one of ORDERS, ITEMS and PRODUCTS. `at`: when it was imported. `told_at`: when it
    was written (`inbox.told_at`). `versions`: when each order that it tells of changed, by its id, and of all
    else when it was written; `counts`: on how many rows each is. Of products: the ids or SKUs of `parents`,
    which others are variations of, the `ids` of all by SKU, and the `skus` of all by what they are known by.
    `dated`: of orders, whether it tells when any of them changed; `anew`: see Order.is_anew.
    """

    path: Path
    name: str
    at: datetime
    told_at: datetime
    mapping: Mapping
    shape: Shape
    kind: str
    bound: Bound
    items: Bound | None = None  # of an order's own rows
    versions: dict[str, datetime] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    parents: set[str] = field(default_factory=set)
    ids: dict[str, str] = field(default_factory=dict)
    skus: dict[str, str] = field(default_factory=dict)
    dated: bool = False
    anew: bool = False

    def cells(self) -> Iterator[Cells]:
        """Its rows. Raises BadFile, OSError."""
        return (Cells(self.bound, line) for line in lines(self.path, self.shape))

    def scan(self) -> "Sheet":
        """Read it to its end. Raises BadFile, OSError.

        An order whose number is spoiled or missing can be held by no name: the file is to be saved again.
        """
        if "parent" in self.bound.columns:
            self._meet_parents()
        for cells in self.cells():
            named = self._id(cells)
            if not named and self.kind == ORDERS and orders.is_paid(cells, self.mapping):
                text = _("row {n} is of a paid order and has no number of it")
                raise BadFile(text.format(n=cells.line.number))
            when = orders.version(cells, self.at) if self.kind == ORDERS else self.told_at
            self.versions[named] = max(when, self.versions.get(named, when))
            self.counts[named] = self.counts.get(named, 0) + 1
            if self.kind == PRODUCTS:
                self.skus[named] = products.names(cells)[1]
            self.dated = self.dated or (self.kind == ORDERS and orders.is_dated(cells))
        for named in [each for each, when in self.versions.items() if when == orders.UNTOLD]:
            self.versions[named] = self.at
        return self

    def _meet_parents(self) -> None:
        """Read it once before: a variation may stand before its product, and name it by its SKU."""
        for cells in self.cells():
            self.parents |= {products.parent_of(cells)} - {""}
            number, sku = products.names(cells)
            if number and sku:
                self.ids.setdefault(sku, number)
        for number in {*self.ids.values()}:  # an id that is another's SKU is the id
            self.ids.pop(number, None)

    def _id(self, cells: Cells) -> str:
        if self.kind == PRODUCTS:
            return products.key(cells, self.ids)
        try:
            return number_of(cells.word("id" if self.kind == ORDERS else "order"))
        except ValueError as error:  # a number that a spreadsheet has spoiled
            raise BadFile(said_by(error)) from None

    def gathered(self, wanted: Container[str]) -> Iterator[tuple[str, list[Cells]]]:
        """The rows of each of these things together, when the last of them was met; all that have no id."""
        left, waiting = dict(self.counts), Items()
        for cells in self.cells():
            named = self._id(cells)
            if not named:
                yield "", [cells]
            elif named in wanted:
                waiting.setdefault(named, []).append(cells)
                left[named] = left.get(named, 1) - 1  # a file may change while it is read
                if not left[named]:
                    yield named, waiting.pop(named)

    def orders(self, wanted: Container[str], items: Items) -> Iterator[Order | Unreadable]:
        """These orders. `items`: the rows of those of which a second file tells the items."""
        for named, rows in self.gathered(wanted):
            own = [Cells(self.items, cells.line) for cells in rows] if self.items else items.get(named)
            yield orders.order(self.mapping, orders.Rows(named, rows, own, self.at, self.dated, self.anew))

    def products(self, wanted: Container[str], now: datetime) -> Iterator[Product]:
        """These products; of one that has several rows, the last one. Not what is sold by its variations."""
        for named, rows in self.gathered(wanted):
            if self.parents.isdisjoint({*products.names(rows[-1])} - {""}):
                yield products.product(rows[-1], ShopKey(named), self.told_at, now)


def opened(path: Path, name: str, at: datetime, mapping: Mapping) -> Sheet:
    """Look at a file, and read it to its end. Raises BadFile, OSError."""
    shape = mapping.file.shape(look(path))
    titles = heads(path, shape)
    found = mapping.sections_of(titles)
    kind = next((each for each in (ORDERS, PRODUCTS, ITEMS) if each in found), "")
    if not kind:  # it says which columns are missing
        kind = ORDERS if ORDERS in mapping.sections else PRODUCTS
    bound = mapping.bound(kind, titles)
    own = kind == ORDERS and ITEMS in mapping.sections and not mapping.items_apart
    items = mapping.bound(ITEMS, titles) if own else None
    return Sheet(path, name, at, told_at(path, at), mapping, shape, kind, bound, items).scan()


def newest(sheets: list[Sheet]) -> list[set[str]]:
    """Of each of these files, in the order of import, the things of which no other tells something newer.

    That order counts alone for an order of which one of two tells no time of its change. One that is older
    than another is so whatever was imported between them.
    """
    changed: dict[str, datetime] = {}
    last: dict[str, int] = {}
    for place, sheet in enumerate(sheets):
        for named, when in sheet.versions.items():
            if when != sheet.at or sheet.kind != ORDERS:
                if when < changed.get(named, when):
                    continue
                changed[named] = when
            last[named] = place
    won: list[set[str]] = [set() for _sheet in sheets]
    for named, place in last.items():
        won[place].add(named)
    replaced = _replaced(sheets)
    return [named - replaced.get(place, set()) for place, named in enumerate(won)]


def _replaced(sheets: list[Sheet]) -> dict[int, set[str]]:
    """Of each of these files, by its place, the products that the shop has made anew since.

    A newer one tells their SKU under other ids alone, of products that theirs does not tell of: two of one
    SKU that live beside each other are two.
    """
    tellers: dict[str, dict[int, set[str]]] = {}  # of each SKU: of which products, by the place of the file
    for place, sheet in enumerate(sheets):
        for named, sku in sheet.skus.items():
            tellers.setdefault(sku, {}).setdefault(place, set()).add(parent(ShopKey(named)))
    last = {sku: max(told, key=lambda each: (sheets[each].told_at, each)) for sku, told in tellers.items()}
    found: dict[int, set[str]] = {}
    for place, sheet in enumerate(sheets):
        for named, sku in sheet.skus.items():
            newer = last[sku]
            if sku and newer != place and tellers[sku][newer].isdisjoint(tellers[sku][place]):
                found.setdefault(place, set()).add(named)
    return found


def items_of(sheets: list[Sheet], wanted: Container[str]) -> Items:
    """The rows of the items of these orders, each from the newest of these files that tells of it."""
    found = Items()
    for sheet, won in zip(sheets, newest(sheets), strict=True):
        found |= sheet.gathered({named for named in won if named in wanted} - {""})
    return found
