"""The rows of a spreadsheet file, one at a time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from contaazul_sync.tables.shape import Shape


@dataclass(frozen=True, slots=True)
class Line:
    """A row below the heads. `number`: as a spreadsheet counts rows, from 1. Cells by their heads."""

    number: int
    cells: Mapping[str, str]


def heads(path: Path, shape: Shape) -> tuple[str, ...]:
    """The names of the columns, each once: `Nome` and `Nome (2)`. Raises BadFile and OSError."""
    raise NotImplementedError


def lines(path: Path, shape: Shape) -> Iterator[Line]:
    """The rows that are not blank, cells made fit to keep.

    Raises BadFile for what is cut in half, too wide or still being written, perhaps at its very end: what was
    read by then counts for nothing. OSError for a file that cannot be opened.
    """
    raise NotImplementedError
