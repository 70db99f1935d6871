"""What a spreadsheet file is like: its letters, its separator, where its table begins."""

from dataclasses import dataclass
from pathlib import Path


class BadFile(Exception):
    """A file that cannot be read as a table. `message`: what is wrong with it, as the end of a sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Shape:
    """How a file is written. `header_row`: the row of the heads, from 1. XLSX has a sheet and no separator.

    `encoding` is one of utf-8-sig, utf-8, utf-16, utf-16-le, utf-16-be and cp1252; of an XLSX it is empty.
    """

    encoding: str = ""
    separator: str = ""
    header_row: int = 1
    sheet: str = ""

    @property
    def is_book(self) -> bool:
        """Whether it is an XLSX."""
        return not self.separator


def look(path: Path) -> Shape:
    """Find out by content what a file is like. Raises BadFile; OSError for one that cannot be opened."""
    raise NotImplementedError
