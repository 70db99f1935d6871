"""Which column of a file is which field, as far as names and cells tell. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache

from contaazul_sync.tables import likely, usual
from contaazul_sync.tables.fields import SECTIONS, Kind
from contaazul_sync.tables.reading import Line
from contaazul_sync.tables.values import is_told

ORDERS, ITEMS, PRODUCTS = ("orders", "items"), ("items",), ("products",)

_BARE = ("id", "codigo", "numero")  # ids of anything: no sign of an order
_SIGNS = {"id", "status", "created", "total", "buyer_document"}
_SIGNS_OF_PRODUCTS = {"id", "sku", "name", "price", "promotional", "stock"}

Place = tuple[str, str]  # a section and a field


class Columns:
    """The columns of a file, of which some rows are known."""

    def __init__(self, heads: Sequence[str], rows: Sequence[Line]) -> None:
        self.heads, self.rows = heads, rows
        self.cells = {head: [each for row in rows if is_told(each := row.cells[head])] for head in heads}
        self._suits = cache(lambda kind, head: likely.suits(kind, self.cells[head]))
        self._varying = cache(self._varying_by)

    def kind(self) -> tuple[str, ...]:
        """The sections that the file has: ORDERS, ITEMS of a second file, PRODUCTS, or none."""
        orders, items, products = (self._named(section) for section in SECTIONS)
        joins = bool(self.joins())
        if {"sku", "quantity"} <= items and joins and not {"status", "created"} & orders:
            return ITEMS
        of_orders, of_products = len(_SIGNS & orders) + joins, len(_SIGNS_OF_PRODUCTS & products)
        if max(of_orders, of_products) < 3:
            return ()
        return ORDERS if of_orders >= of_products else PRODUCTS

    def joins(self) -> list[str]:
        """The columns that hold an order's id, and nothing else."""
        return [head for head in usual.called("orders", "id", self.heads) if usual.plain(head) not in _BARE]

    def found(self, kind: tuple[str, ...]) -> dict[Place, str]:
        """Each field's column, none for two: the needed fields first, then what is named most plainly."""
        found: dict[Place, str] = {("items", "order"): self.joins()[0]} if kind == ITEMS else {}
        for place in ((section, name) for section in kind for name in SECTIONS[section]):
            found_by = self.candidates(place, found)
            if SECTIONS[place[0]][place[1]].is_needed and found_by:
                found[place] = found_by[0]
        claims = [
            (usual.rank(*place, head), place, head)
            for section in kind
            for name in SECTIONS[section]
            if (place := (section, name)) not in found
            for head in self.candidates(place, found)
        ]
        for _rank, place, head in sorted(claims, key=lambda claim: claim[0]):
            if place not in found and head not in found.values():
                found[place] = head
        return found | self._by_content(kind, found)

    def candidates(self, place: Place, found: dict[Place, str]) -> list[str]:
        """Of the columns left, those that may be a field by name and cells, the likeliest first."""
        section, name = place
        taken = {head for other, head in found.items() if other != place}
        varying = self._varying(found.get(("orders", "id"), "")) if section == "orders" else set()
        return [
            head
            for head in usual.called(section, name, self.heads)
            if head not in taken | varying and self._suits(SECTIONS[section][name].kind, head)
        ]

    def left(self, kind: Kind, found: dict[Place, str]) -> list[str]:
        """The columns that are nothing yet and, by their cells, may be of a kind."""
        return [
            head
            for head in self.heads
            if head not in found.values() and self.cells[head] and self._suits(kind, head)
        ]

    def _named(self, section: str) -> set[str]:
        return {name for name in SECTIONS[section] if usual.called(section, name, self.heads)}

    def _varying_by(self, id_head: str) -> set[str]:
        """The columns that differ within the rows of one order: they are of its items."""
        seen: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        if not id_head:
            return set()
        for row in self.rows:
            for head in self.heads:
                seen[row.cells[id_head], head].add(row.cells[head])
        return {head for (_order, head), told in seen.items() if len(told) > 1}

    def _by_content(self, kind: tuple[str, ...], found: dict[Place, str]) -> dict[Place, str]:
        """What no name tells and the cells do: e-mail addresses, and numbers that add up like a CPF."""
        tests = {"buyer_email": likely.are_mails, "buyer_document": likely.are_documents}
        more: dict[Place, str] = {}
        for name, test in tests.items():
            fitting = [head for head in self.heads if head not in found.values() and test(self.cells[head])]
            if kind == ORDERS and ("orders", name) not in found and fitting:
                more["orders", name] = fitting[0]
        return more
