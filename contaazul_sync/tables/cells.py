"""The values in one row, as a mapping says where they are and how they are written. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from contaazul_sync.core.words import _
from contaazul_sync.tables import values
from contaazul_sync.tables.fields import FIELDS
from contaazul_sync.tables.mapping import ADDED_UP, Bound, Column
from contaazul_sync.tables.reading import Line

Read = TypeVar("Read")
Number = TypeVar("Number", int, Decimal)


@dataclass(frozen=True, slots=True)
class Cells:
    """The values of one row.

    Each raises ValueError with the field, the column, the row and why, never with the value.
    A field that the mapping does not name, or that is empty, is not told.
    """

    bound: Bound
    line: Line

    def word(self, name: str) -> str:
        """A text; nothing where none is told."""
        column = self.bound.columns.get(name)
        told = [text for _name, text in self._told(name, values.word) if text]
        return (column.join if column else "").join(told if column and column.join else told[:1])

    def amount(self, name: str) -> int | None:
        """Centavos; None where none is told."""
        return self._sum(name, values.amount)

    def quantity(self, name: str) -> Decimal | None:
        """A number; None where none is told."""
        return self._sum(name, values.quantity)

    def moment(self, name: str) -> datetime | None:
        """An aware time; None where none is told, or one that a database writes where it has none."""
        file, written = self.bound.file, self._column(name).written or self.bound.file.dates

        def read(text: str) -> datetime | None:
            is_told = text.strip("0-/: T")
            return values.moment(text, file.zone, written) if is_told else None

        return next((each for _name, each in self._told(name, read) if each), None)

    def document(self, name: str) -> str:
        """A CPF or CNPJ; nothing where none is told."""
        return next((each for _name, each in self._told(name, values.document) if each), "")

    def postcode(self, name: str) -> str:
        """A CEP; nothing where none is told."""
        return next((each for _name, each in self._told(name, values.postcode) if each), "")

    def value(self, name: str) -> object:
        """Any field, as its kind is read."""
        read: Callable[[str], object] = getattr(self, FIELDS[self.bound.section][name].kind)
        return read(name)

    def _column(self, name: str) -> Column:
        return self.bound.columns.get(name, Column(()))

    def _sum(self, name: str, reader: Callable[..., Number]) -> Number | None:
        """The number, or the sum of those in all columns where the mapping says so."""
        column = self._column(name)
        comma = (column.decimal or self.bound.file.decimal) == ","
        told = self._told(name, lambda text: reader(text, comma=comma))
        found = [-number if head in column.turned else number for head, number in told]
        if column.join != ADDED_UP:
            return found[0] if found else None
        return sum(found[1:], found[0]) if found else None

    def _told(self, name: str, reader: Callable[[str], Read]) -> Iterator[tuple[str, Read]]:
        """What the filled-in columns of a field hold, one after the other."""
        for column in self._column(name).names:
            text = self.line.cells.get(column, "")
            if not values.is_told(text):
                continue
            try:
                yield column, reader(text)
            except ValueError as error:
                told = _("its {name} (column {column}, row {n}): {why}")
                why = told.format(name=name, column=column, n=self.line.number, why=error)
                raise ValueError(why) from None
