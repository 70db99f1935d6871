"""The rows of a spreadsheet file, one at a time."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from contaazul_sync.core import fit
from contaazul_sync.core.words import _
from contaazul_sync.tables import book, usual
from contaazul_sync.tables.bad import BadFile
from contaazul_sync.tables.shape import WIDEST, Shape, no_table


@dataclass(frozen=True, slots=True)
class Line:
    """A row below the heads. `number`: as a spreadsheet counts rows, from 1. Cells by their heads."""

    number: int
    cells: Mapping[str, str]


Row = tuple[int, list[str]]


def heads(path: Path, shape: Shape) -> tuple[str, ...]:
    """The names of the columns, each once: `Nome` and `Nome (2)`. Raises BadFile and OSError."""
    for number, row in _rows(path, shape):
        if number == shape.header_row:
            return _named(row)
    raise BadFile(no_table())


def lines(path: Path, shape: Shape, *, sums: bool = False) -> Iterator[Line]:
    """The rows that are not blank, cells made fit to keep. `sums`: those, too, that add the others up.

    Raises BadFile for what is cut in half, too wide or still being written, perhaps at its very end: what was
    read by then counts for nothing. OSError for a file that cannot be opened.
    """
    before = _version(path)
    names: tuple[str, ...] = ()
    titles: list[str] = []  # they stand again where two exports were put into one file
    last, short = len(names), Counter[int]()
    for number, row in _rows(path, shape):
        if number < shape.header_row:
            continue
        if number == shape.header_row:
            names, titles = _named(row), [_fit(cell) for cell in row]
            continue
        cells = [_fit(cell) for cell in row]
        if not any(cells) or cells[1:] == titles[1:] or (not sums and _adds_up(cells)):
            continue
        _check_width(number, cells, names)
        last = len(cells)
        short[last] += 1
        yield Line(number, dict(zip(names, cells + [""] * (len(names) - last), strict=False)))
    if not names:
        raise BadFile(no_table())
    if last < len(names) and short[last] == 1 and not shape.is_book and not _ends_its_line(path, shape):
        raise BadFile(cut())
    if _version(path) != before:
        raise BadFile(_("it is still being written. The next run reads it"))


def cut() -> str:
    """What is said of a file whose end is missing."""
    return _("it is cut in half: its last row is not whole. Save it from the panel again")


def _rows(path: Path, shape: Shape) -> Iterator[Row]:
    if shape.is_book:
        with book.opened(path) as sheets:
            yield from sheets.rows(shape.sheet)
        return
    try:
        with path.open(encoding=shape.encoding, newline="") as file:
            yield from enumerate(csv.reader(file, delimiter=shape.separator, strict=True), start=1)
    except UnicodeDecodeError as error:
        raise BadFile(_undecodable(error)) from None
    except csv.Error as error:
        raise BadFile(_unreadable(str(error))) from None


def _undecodable(error: UnicodeDecodeError) -> str:
    if re.search("end of data|truncated", error.reason):
        return cut()
    return _("it has letters that are none. Save it as CSV UTF-8")


def _unreadable(told: str) -> str:
    """Of what the csv module says, what it means."""
    if re.search("unexpected end", told):
        return cut()
    if re.search("field larger", told):
        return _("a text in it does not end: a quotation mark is missing. Save it from the panel again")
    return _("a quotation mark stands where none can be. Save it from the panel again")


def _named(row: Sequence[str]) -> tuple[str, ...]:
    """A name for each column: what is there twice gets a number, what has none the number alone."""
    if len(row) > WIDEST:
        text = _("it has more than {n} columns: it is no list of orders or products")
        raise BadFile(text.format(n=WIDEST))
    names: list[str] = []
    seen = Counter[str]()
    for index, cell in enumerate(row, start=1):
        name = fit.line(_fit(cell)) or f"({index})"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(names)


def _fit(cell: str) -> str:
    """A cell that is fit to keep, without the space around it."""
    mended = fit.text(cell)
    return mended if mended == (stripped := mended.strip()) else stripped  # the same object: it may be Exact


def _adds_up(cells: Sequence[str]) -> bool:
    """Whether it is the row in which some panels add the others up: `Total`, and a few sums."""
    filled = [cell for cell in cells if cell]
    return len(filled) <= len(cells) // 2 and usual.is_sum(filled[0])


def _check_width(number: int, cells: list[str], names: Sequence[str]) -> None:
    """Leave out empty cells beyond the heads. Raises BadFile where there are others."""
    if len(cells) > len(names):
        if any(cells[len(names) :]):
            text = _(
                "row {n} has more cells than there are names of columns: a separator stands in a text without"
                " quotation marks. Save it as .xlsx, or choose another separator"
            )
            raise BadFile(text.format(n=number))
        del cells[len(names) :]


def _ends_its_line(path: Path, shape: Shape) -> bool:
    """Whether a text file's last line has an end."""
    with path.open("rb") as file:
        end = file.seek(0, 2)
        file.seek(max(0, end - 4))
        return file.read().decode(shape.encoding.removesuffix("-sig"), errors="ignore").endswith(("\n", "\r"))


def _version(path: Path) -> tuple[int, int]:
    told = path.stat()
    return told.st_size, told.st_mtime_ns
