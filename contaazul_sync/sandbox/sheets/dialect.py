"""A dialect: which files a panel writes, what their columns are called, and how they are written down."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from contaazul_sync.sandbox.shop.state import Shop

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file of a dialect. `columns`: by head, where in a row the value is, and how it is written."""

    columns: Mapping[str, tuple[str, Callable[[Any], str]]]
    rows: Callable[[Shop], Iterable[Row]]

    def table(self, shop: Shop) -> list[list[str]]:
        """The heads, and a list of texts for each row."""
        cells = self.columns.values()
        return [list(self.columns), *([write(row[name]) for name, write in cells] for row in self.rows(shop))]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a panel writes its files. `sheets`: by the name of the file without its suffix."""

    name: str
    encoding: str
    separator: str
    suffix: str
    sheets: Mapping[str, Sheet]

    def files(self, shop: Shop) -> dict[str, bytes]:
        """What this panel would let the merchant save now: contents by the name of the sheet."""
        with shop.lock:
            tables = {name: sheet.table(shop) for name, sheet in self.sheets.items()}
        return {name: self._written(table) for name, table in tables.items()}

    def _written(self, table: list[list[str]]) -> bytes:
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=self.separator, lineterminator="\r\n").writerows(table)
        return text.getvalue().encode(self.encoding, "replace")
