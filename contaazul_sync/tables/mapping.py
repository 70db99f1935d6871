"""A mapping: which column of a spreadsheet is what. How its TOML is written stands in `toml`."""

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Table
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from contaazul_sync.core.days import BRAZIL
from contaazul_sync.core.folding import folded
from contaazul_sync.core.orders import Payment
from contaazul_sync.core.words import _, ngettext
from contaazul_sync.tables.bad import BadFile
from contaazul_sync.tables.fields import STATEMENT, known_by
from contaazul_sync.tables.shape import Shape
from contaazul_sync.tables.values import DAY_FIRST

ADDED_UP = "+"  # joins amounts


@dataclass(frozen=True, slots=True)
class Column:
    """Where a field is: in one column, the first of several that is filled in, or several joined.

    `join`: a text between them, or `+` for a sum. `decimal`, `written`: nothing where the file's counts.
    `is_optional`: a file without these columns is read, too. `turned`: those whose numbers count the other
    way round: what is below zero is above.
    """

    names: tuple[str, ...]
    join: str = ""
    decimal: str = ""
    written: str = ""
    is_optional: bool = False
    turned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """How the file is written. What its shape is stands here only where a person has said it."""

    encoding: str = ""
    separator: str = ""
    header_row: int = 0
    sheet: str = ""
    decimal: str = ","
    dates: str = DAY_FIRST
    zone: ZoneInfo = BRAZIL

    def shape(self, found: Shape) -> Shape:
        """What was found out, as far as nobody has said otherwise."""
        found = replace(found, header_row=self.header_row or found.header_row)
        if found.is_book:
            return replace(found, sheet=self.sheet or found.sheet)
        encoding, separator = self.encoding or found.encoding, self.separator or found.separator
        return replace(found, encoding=encoding, separator=separator)


@dataclass(frozen=True, slots=True)
class Bound:
    """A section of a mapping, its columns called as one file calls them."""

    section: str
    columns: Table[str, Column]
    file: Written


@dataclass(frozen=True, slots=True)
class Mapping:
    """A checked mapping. `sections`: the columns of each field, by section. `statuses`: by folded word."""

    name: str = ""
    file: Written = field(default_factory=Written)
    sections: Table[str, Table[str, Column]] = field(default_factory=dict)
    statuses: Table[str, Payment] = field(default_factory=dict)

    @property
    def items_apart(self) -> bool:
        """Whether the items are in a second file."""
        return "order" in self.sections.get("items", {})

    def payment(self, status: str) -> Payment:
        """What a word of the file means."""
        return self.statuses.get(folded(status), Payment.UNKNOWN)

    def sections_of(self, heads: Sequence[str]) -> tuple[str, ...]:
        """Which sections are in a file with these heads: the one of which most is there, at least a half.

        Orders and the items in their rows are one. Nothing for a file that the mapping does not know.
        """
        kinds = [("orders", "items"), ("products",)]
        if self.items_apart:
            kinds = [("orders",), ("items",), ("products",)]
        shares = [(self._share(kind, heads), kind) for kind in kinds]
        most, best = max(shares, key=lambda each: each[0])
        return tuple(section for section in best if section in self.sections) if most >= 0.5 else ()

    def _share(self, kind: Iterable[str], heads: Sequence[str]) -> float:
        """How much of what has to be in a file is there, from 0 to 1."""
        needed = [
            column
            for section in kind
            for column in self.sections.get(section, {}).values()
            if not column.is_optional
        ]
        missing = [column for column in needed if not _found(column, heads).names]
        return 1 - len(missing) / len(needed) if needed else 0

    def bound(self, section: str, heads: Sequence[str]) -> Bound:
        """A section for a file with these heads. Raises BadFile, which names the columns that are missing."""
        columns: dict[str, Column] = {}
        missing: list[str] = []
        for name, column in self.sections.get(section, {}).items():
            found = _found(column, heads)
            if found.names:
                columns[name] = found
            elif not column.is_optional:
                lacking = [each for each in column.names if not _head(each, heads)]
                missing.append(_or(lacking) if not column.join else ", ".join(lacking))
        if missing:
            raise BadFile(_lacks(self.name, missing, section))
        return Bound(section, columns, self.file)


def _found(column: Column, heads: Sequence[str]) -> Column:
    """A column as these heads call it: those of its names that are there, all where they are joined."""
    names = [_head(name, heads) for name in column.names]
    if column.join and not all(names):
        return replace(column, names=())
    turned = tuple(_head(name, heads) for name in column.turned)
    return replace(column, names=tuple(filter(None, names)), turned=turned)


def _head(name: str, heads: Sequence[str]) -> str:
    """The head that is meant: the very same, else the only one with other case, accents and signs alone."""
    if name in heads:
        return name
    alike = [head for head in heads if known_by(head) == known_by(name)]
    return alike[0] if len(alike) == 1 else ""


def _or(names: Iterable[str]) -> str:
    return _(" or ").join(names)


def _lacks(name: str, missing: Sequence[str], section: str) -> str:
    text = _of_report(len(missing)) if section == STATEMENT else _of_export(len(missing))
    return text.format(columns=", ".join(missing), name=name)


def _of_report(missing: int) -> str:
    return ngettext(
        "it lacks the column {columns}, which the mapping {name} names. Put it into the report, or write a"
        " mapping of your own",
        "it lacks the columns {columns}, which the mapping {name} names. Put them into the report, or write a"
        " mapping of your own",
        missing,
    )


def _of_export(missing: int) -> str:
    return ngettext(
        "it lacks the column {columns}, which the mapping {name} names. Put it into the export, or make"
        " the mapping anew: contaazul-sync import --check FILE",
        "it lacks the columns {columns}, which the mapping {name} names. Put them into the export, or make"
        " the mapping anew: contaazul-sync import --check FILE",
        missing,
    )
