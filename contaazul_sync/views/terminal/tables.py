"""Tables that fit: one rule for all of them, so that no word and no number is cut where there is little room.

Side by side where each column can be read so; else what is short side by side and the texts below it; else
one row after the other, as a list.
"""

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum, auto
from typing import Any, NamedTuple

from rich.cells import cell_len
from rich.console import ConsoleOptions, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from contaazul_sync.core import harmless
from contaazul_sync.views.terminal.lines import below, told

GAP = 2  # columns between two cells


class Kind(Enum):
    """What stands in a column, and what may be done to it where there is little room."""

    KEY = auto()  # what a row is called by: it may go on in the next line
    NAME = auto()  # what it is called beside that: it may be cut
    TEXT = auto()  # sentences, in as many lines as they need
    WORD = auto()  # a word or a day, whole
    NUMBER = auto()  # a number or an amount, whole, at the right


LEAST = {Kind.KEY: 20, Kind.TEXT: 24, Kind.NAME: 12}  # columns at least; what gets more first comes first
LONG = (Kind.TEXT, Kind.NAME)  # what goes below where it has no room beside the others


class Column(NamedTuple):
    """A column; `style`: of rich."""

    title: str
    kind: Kind
    style: str = ""


class Fitting:
    """Rows of cells; their heads are left out where no column has a title."""

    def __init__(self, *columns: Column) -> None:
        self.columns = columns
        self.rows: list[list[Text]] = []

    def add(self, *cells: "str | Text") -> None:
        """Add a row. What others wrote is shown as it is: a name in square brackets is no command to rich."""
        self.rows.append(
            [
                cell if isinstance(cell, Text) else _clean(cell, column.kind)
                for column, cell in zip(self.columns, cells, strict=True)
            ]
        )

    def __rich_console__(self, _console: Any, options: ConsoleOptions) -> RenderResult:
        widths = [self._natural(at) for at in range(len(self.columns))]
        beside = [at for at, column in enumerate(self.columns) if column.kind not in LONG]
        if fitted := self._fitted(widths, options.max_width):
            yield self._table(fitted)
        elif _together([widths[at] for at in beside]) <= options.max_width:
            yield from self._with_texts_below(beside, widths)
        else:
            yield from self._list()

    @property
    def _has_heads(self) -> bool:
        return any(column.title for column in self.columns)

    def _natural(self, at: int) -> int:
        """The width at which each cell of a column stands in one line."""
        lines = (line for row in self.rows for line in row[at].plain.split("\n"))
        return max(map(cell_len, [self.columns[at].title, *lines]))

    def _least(self, at: int) -> int:
        """The width at which a column can be read; a command is never broken."""
        kind = self.columns[at].kind
        texts = [row[at].plain for row in self.rows] if kind is not Kind.NAME else []
        commands = (each for text in texts for each in harmless.COMMAND.findall(text))
        return max([LEAST[kind], *map(cell_len, commands)])

    def _fitted(self, natural: Sequence[int], room: int) -> list[int]:
        """The widths at which all columns stand side by side, where these can be read; else nothing."""
        kinds = [column.kind for column in self.columns]
        widths = [
            min(width, self._least(at)) if kinds[at] in LEAST else width for at, width in enumerate(natural)
        ]
        left = room - _together(widths)
        if left < 0:
            return []
        for kind in LEAST:
            for at in (at for at, each in enumerate(kinds) if each is kind):
                more = min(natural[at] - widths[at], left)
                widths[at], left = widths[at] + more, left - more
        return widths

    def _table(self, widths: Sequence[int]) -> Table:
        table = Table(box=None, padding=(0, GAP, 0, 0), pad_edge=False, show_header=self._has_heads)
        for column, width in zip(self.columns, widths, strict=True):
            is_name = column.kind is Kind.NAME
            table.add_column(
                column.title,
                width=width,
                justify="right" if column.kind is Kind.NUMBER else "left",
                no_wrap=is_name,
                overflow="ellipsis" if is_name else "fold",
                style=column.style,
            )
        for row in self.rows:
            table.add_row(*row)
        return table

    def _with_texts_below(self, beside: Sequence[int], widths: Sequence[int]) -> Iterator[RenderableType]:
        if self._has_heads:
            yield self._line([Text(column.title, style="bold") for column in self.columns], beside, widths)
        for row in self.rows:
            line = self._line(row, beside, widths)
            if line.plain:
                yield line
            yield from self._texts(row)

    def _line(self, cells: Sequence[Text], beside: Sequence[int], widths: Sequence[int]) -> Text:
        """Short cells side by side, each in its width."""
        line = Text()
        for at in beside:
            lack = " " * (widths[at] - cell_len(cells[at].plain))
            is_number = self.columns[at].kind is Kind.NUMBER
            line.append(lack if is_number else "").append_text(cells[at])
            line.append(" " * GAP if is_number else lack + " " * GAP)
        line.rstrip()
        return line

    def _list(self) -> Iterator[RenderableType]:
        """Each row as what it is called by, its short cells with their titles, and its texts."""
        kinds = [column.kind for column in self.columns]
        begin = 1 + max((at for at, kind in enumerate(kinds) if kind is Kind.KEY), default=0)
        for row in self.rows:
            yield Text(" ".join(filter(None, (cell.plain for cell in row[:begin]))), style="bold")
            yield from self._texts(row, [Kind.NAME])
            short = [at for at in range(begin, len(kinds)) if kinds[at] not in LONG and row[at].plain]
            if short:
                yield below("; ".join(f"{self.columns[at].title} {row[at].plain}".strip() for at in short))
            yield from self._texts(row, [Kind.TEXT])

    def _texts(self, row: Sequence[Text], kinds: Sequence[Kind] = LONG) -> Iterator[RenderableType]:
        for column, cell in zip(self.columns, row, strict=True):
            if column.kind in kinds and column.kind is Kind.NAME and cell.plain:
                yield below(cell.plain, column.style)  # a command in it is none of ours
            elif column.kind in kinds:
                for line in filter(None, cell.plain.split("\n")):
                    yield from told(line, column.style)


def _together(widths: Sequence[int]) -> int:
    return sum(widths) + GAP * (len(widths) - 1)


def _clean(cell: str, kind: Kind) -> Text:
    """Sentences are ours, and may have lines; what else has several was written so by others."""
    return Text(harmless.lines(cell) if kind is Kind.TEXT else harmless.line(cell))


def pairs(rows: Iterable[tuple[str, str]]) -> Fitting:
    """A title and what belongs to it, line by line."""
    table = Fitting(Column("", Kind.WORD), Column("", Kind.TEXT))
    for title, text in rows:
        table.add(title, text)
    return table
