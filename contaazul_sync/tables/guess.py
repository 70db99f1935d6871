"""Propose a mapping for a file that nobody has described, by the names of its columns and what is in them.

What the names say is believed where the cells are of that kind. Where two columns may be meant, or none is
found that has to be there, a person is asked.
"""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Table
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

from contaazul_sync.core.folding import folded
from contaazul_sync.core.money import plain
from contaazul_sync.core.orders import Payment
from contaazul_sync.core.words import _
from contaazul_sync.tables import likely, toml, usual
from contaazul_sync.tables.bad import BadFile
from contaazul_sync.tables.cells import Cells
from contaazul_sync.tables.columns import ORDERS, Columns, Place
from contaazul_sync.tables.fields import NUMBERS, SECTIONS, Kind
from contaazul_sync.tables.mapping import Bound, Column, Mapping, Written
from contaazul_sync.tables.reading import Line, heads, lines
from contaazul_sync.tables.shape import Shape, look
from contaazul_sync.tables.values import DAY_FIRST, MONTH_FIRST, quantity

ROWS = 500  # that are looked at to find the columns; for the statuses, all are
MOST_STATUSES = 40  # more are none
MONEY = ("shipping", "discount")  # of an order: asked about where they are not plain, as what is needed


@dataclass(frozen=True, slots=True)
class Question:
    """What only a person can say. In `choices` the likeliest is the first.

    Of a word in [statuses], the choices are its meanings; of a key in [file], what it may be; else columns,
    of which `columns` says how each is written. A field that `may_be_none` may well have no column.
    """

    section: str
    field: str
    choices: tuple[str, ...]
    why: str
    may_be_none: bool = False
    columns: Table[str, Column] = dataclasses.field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mapping as far as it could be found out, with the likeliest in it, and what could not."""

    shape: Shape
    mapping: Mapping
    unsure: list[Question]


def propose(path: Path) -> Proposal:
    """Look at a file. Raises BadFile, also where nothing looks like orders or products; OSError."""
    shape = look(path)
    names, reading = heads(path, shape), lines(path, shape)
    sample = list(islice(reading, ROWS))
    mapping, unsure = _shipped(names, sample), list[Question]()
    if mapping is None:
        guess = _Guess(Columns(names, sample))
        mapping, unsure = guess.mapping, guess.unsure
    words = _words(mapping, chain(sample, reading))
    mapping, more = _with_statuses(mapping, words)
    return Proposal(shape, mapping, unsure + more)


def with_answer(mapping: Mapping, question: Question, choice: str) -> Mapping:
    """The mapping with a person's answer: one of the choices, another column, or nothing for none."""
    section, name = question.section, question.field
    if section == "file":
        told = choice or question.choices[0]
        file = mapping.file
        file = replace(file, decimal=told) if name == "decimal" else replace(file, dates=told)
        return replace(mapping, file=file)
    if section == "statuses":
        statuses = {each: told for each, told in mapping.statuses.items() if each != folded(name)}
        return replace(mapping, statuses=statuses | ({folded(name): Payment(choice)} if choice else {}))
    columns = {each: column for each, column in mapping.sections.get(section, {}).items() if each != name}
    if choice:
        columns[name] = question.columns.get(choice, Column((choice,)))
    ordered = {each: columns[each] for each in SECTIONS[section] if each in columns}
    sections = {**mapping.sections, section: ordered}
    return replace(mapping, sections={each: found for each, found in sections.items() if found})


def _shipped(names: Sequence[str], sample: Sequence[Line]) -> Mapping | None:
    """A mapping of the package by which nearly all of the sample can be read."""
    for mapping in map(toml.shipped, toml.SHIPPED):
        sections = mapping.sections_of(names)
        try:
            bound = [mapping.bound(section, names) for section in sections]
        except BadFile:
            continue
        if bound and sum(all(_reads(each, line) for each in bound) for line in sample) >= likely.ENOUGH * len(
            sample
        ):
            return mapping
    return None


def _reads(bound: Bound, line: Line) -> bool:
    try:
        for name in bound.columns:
            Cells(bound, line).value(name)
        return True
    except ValueError:
        return False


def _words(mapping: Mapping, rows: Iterable[Line]) -> list[str]:
    """All statuses of a file, each once; nothing where it has none, or so many that they are none."""
    column = mapping.sections.get("orders", {}).get("status")
    found: dict[str, str] = {}
    for row in rows:  # to its end, so that a file that is cut is told
        for name in column.names if column else ():
            if word := row.cells.get(name, ""):
                found.setdefault(folded(word), word)
    return list(found.values())[: MOST_STATUSES + 1]


def _with_statuses(mapping: Mapping, words: Sequence[str]) -> tuple[Mapping, list[Question]]:
    """The mapping with what the file's statuses often mean, and the others as questions."""
    if len(words) > MOST_STATUSES:
        why = _("it has more than {n} different words, which are no statuses").format(n=MOST_STATUSES)
        return mapping, [Question("orders", "status", (), why)]
    known = {folded(word): found for word in words if (found := usual.meaning(word))} | dict(mapping.statuses)
    new = [word for word in words if folded(word) not in known]
    why = _("it is not known what this status means")
    asked = [Question("statuses", word, tuple(toml.MEANINGS), why, may_be_none=True) for word in new]
    return replace(mapping, statuses=known), asked


class _Guess:
    """What names and cells say of a file, and what they leave open."""

    def __init__(self, columns: Columns) -> None:
        self.columns, self.kind = columns, columns.kind()
        if not self.kind:
            told = ", ".join(columns.heads[:12])
            raise BadFile(
                _("its columns are not those of orders or products: {columns}").format(columns=told)
            )
        self.found = columns.found(self.kind)
        self.unsure: list[Question] = []
        decimal, dates = self._decimal(), self._dates()
        self.file = Written(decimal=decimal, dates=dates)
        self.mapping = Mapping(file=self.file, sections=self._sections())
        for place in self._asked():
            self._ask(place)

    def _sections(self) -> dict[str, dict[str, Column]]:
        places = [(section, name) for section in self.kind for name in SECTIONS[section]]
        sections: dict[str, dict[str, Column]] = {section: {} for section in self.kind}
        for section, name in places:
            if head := self.found.get((section, name)):
                sections[section][name] = self._column(SECTIONS[section][name].kind, head)
        self._join_surname(sections.get("orders", {}))
        return {section: columns for section, columns in sections.items() if columns}

    def _join_surname(self, orders: dict[str, Column]) -> None:
        surname = next(iter(usual.called("joined", "buyer_name", self.columns.heads)), "")
        if "buyer_name" in orders and surname:
            orders["buyer_name"] = Column((*orders["buyer_name"].names, surname), join=" ")

    def _column(self, kind: Kind, head: str) -> Column:
        """A column, with how it is written where that is another way than the file's."""
        cells = self.columns.cells[head]
        if kind in NUMBERS:
            ways = likely.decimals(kind, cells).ways
            return Column((head,), decimal="" if not ways or self.file.decimal in ways else ways[0])
        if kind is Kind.MOMENT:
            ways = likely.dates(cells).ways
            return Column((head,), written="" if not ways or self.file.dates in ways else ways[0])
        return Column((head,))

    def _decimal(self) -> str:
        """Behind what the decimals of most columns stand."""
        ways = [
            likely.decimals(kind, self.columns.cells[head])
            for (section, name), head in self.found.items()
            if (kind := SECTIONS[section][name].kind) in NUMBERS
        ]
        plain = [each.ways[0] for each in ways if len(each.ways) == 1]
        if not plain and any(each.differ for each in ways):
            why = _("a number such as 1.000 may be a thousand, or one")
            self.unsure.append(Question("file", "decimal", toml.DECIMALS, why))
        return likely.commonest(plain, toml.DECIMALS[0])

    def _dates(self) -> str:
        """How most moments are written. In a file of Brazil, 05/11 is in November."""
        ways = [
            likely.dates(self.columns.cells[head])
            for (section, name), head in self.found.items()
            if SECTIONS[section][name].kind is Kind.MOMENT
        ]
        plain = [each.ways[0] for each in ways if not each.differ]
        if not plain and any(each.differ for each in ways) and not self._is_brazilian():
            why = _("05/11 may be in November, or in May")
            self.unsure.append(Question("file", "dates", (DAY_FIRST, MONTH_FIRST), why))
        return likely.commonest(plain, DAY_FIRST)

    def _is_brazilian(self) -> bool:
        """Whether some number has a decimal comma."""
        return any(
            likely.decimals(kind, self.columns.cells[head]).ways == (",",)
            for (section, name), head in self.found.items()
            if (kind := SECTIONS[section][name].kind) in NUMBERS
        )

    def _asked(self) -> Iterator[Place]:
        """The fields without which nothing goes, and those of an order's money."""
        no_items = self.kind == ORDERS and not any(section == "items" for section, _name in self.found)
        for section in self.kind:
            if section == "items" and no_items:
                why = _("no column has items. Where they are in a second file, look at that, too")
                self.unsure.append(Question("items", "", (), why, may_be_none=True))
                continue
            yield from ((section, name) for name, each in SECTIONS[section].items() if each.is_needed)
            if section == "items" and ("items", "total") not in self.found:
                yield "items", "price"
            if section == "orders":
                yield from (("orders", name) for name in (*MONEY, "buyer_name"))

    def _ask(self, place: Place) -> None:
        """Ask where two columns may be a field, or none is."""
        section, name = place
        field_, head = SECTIONS[section][name], self.found.get(place, "")
        likely_ones = self.columns.candidates(place, self.found)
        if head and len(likely_ones) < 2:
            self._ask_size(place, head)
            return
        why = _("more than one column may be it") if head else _("no column is called like it")
        left = [] if head else self.columns.left(field_.kind, self.found)
        choices = tuple(dict.fromkeys([*likely_ones, *self._shared(place), *left]))
        may_be_none = not field_.is_needed and place != ("items", "price")
        if choices or not may_be_none:
            columns = {each: self._column(field_.kind, each) for each in choices}
            self.unsure.append(Question(section, name, choices, why, may_be_none, columns))

    @property
    def _asks_decimal(self) -> bool:
        return any((each.section, each.field) == ("file", "decimal") for each in self.unsure)

    def _ask_size(self, place: Place, head: str) -> None:
        """Ask where 2.000 may be two units or two thousand.

        Of a line that tells its total alone, no sum shows which.
        """
        field_, cells = SECTIONS[place[0]][place[1]], self.columns.cells[head]
        if (
            field_.kind is not Kind.QUANTITY
            or not likely.decimals(field_.kind, cells).differ
            or self._asks_decimal
        ):
            return
        cell = next(cell for cell in cells if likely.decimals(field_.kind, [cell]).differ)
        columns = {
            f"{cell} = {plain(quantity(cell, comma=mark == ','))}": Column((head,), decimal=mark)
            for mark in reversed(toml.DECIMALS)
        }
        why = _("a number such as 1.000 may be a thousand, or one")
        self.unsure.append(Question(*place, tuple(columns), why, columns=columns))

    def _shared(self, place: Place) -> list[str]:
        """A product may well be known by its SKU alone."""
        other = {("products", "id"): "sku", ("products", "sku"): "id"}.get(place, "")
        head = self.found.get(("products", other))
        return [head] if head and place not in self.found else []
