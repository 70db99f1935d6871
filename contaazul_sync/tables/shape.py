"""What a spreadsheet file is like: its letters, its separator, where its table begins."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from contaazul_sync.core.words import _
from contaazul_sync.tables import book
from contaazul_sync.tables.bad import BadFile

SEPARATORS = (";", "\t", ",", "|")
SAMPLE, ROWS = 256 * 1024, 60  # bytes and rows that are looked at to find the table
WIDEST = 500  # columns

_PIECE = 1024 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LETTER = re.compile(r"[^\W\d_]")
_NOT_A_HEAD = re.compile(
    r"\s*(R\$|\d+[/.-]\d+[/.-]\d+|[\d.,]+\s*$|\d+(\s\w{1,3})?$)"
)  # an amount, a day, a number
_SAYS_SEPARATOR = re.compile(r'"?sep=(.)"?\s*$')  # Excel's own first row


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
    with path.open("rb") as file:
        start = file.read(SAMPLE)
    refuse_others(start)
    if start.startswith(book.MARK):
        return _of_book(path)
    encoding = _encoding(path, start)
    sample = start.decode(encoding, errors="ignore")  # its last letter may be cut
    if "\0" in sample:
        raise BadFile(no_table())
    rows = [(each, _rows(sample, each, is_cut=len(start) == SAMPLE)) for each in _separators(sample)]
    found = [each for separator, sampled in rows for each in _tables(sampled, separator)]
    if not found:
        raise BadFile(no_table())
    best = max(found, key=lambda each: each[0])[1]  # of two that are alike, the first
    return replace(best, encoding=encoding)


def no_table() -> str:
    """What is said of a file without heads and rows."""
    return _("it is no table: no row with the names of the columns was found. Save it from the panel again")


def refuse_others(start: bytes) -> None:
    """Raise BadFile for what is known to be something else, with what to do about it."""
    head = start.lstrip(b"\xef\xbb\xbf \t\r\n")[:64].lower()
    if not head:
        raise BadFile(_("it is empty"))
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadFile(
            _(
                "it is an Excel file of the old kind (.xls), or has a password. Open it, and save it as .xlsx"
                " without one, or as CSV"
            )
        )
    if head.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<meta", b"<head", b"<style")):
        raise BadFile(
            _("it is a web page inside, whatever its name says. Open it in Excel, and save it as .xlsx")
        )
    if start.startswith(b"%PDF"):
        raise BadFile(_("it is a PDF. Save the orders as CSV or .xlsx in the shop's panel"))


def header_row(rows: Sequence[Sequence[str]]) -> int | None:
    """Where the heads are among the first rows, from 0: names alone, about as many as cells below."""
    widest = max((_filled(row) for row in rows), default=0)
    for index, row in enumerate(rows):
        names = [cell for cell in row if cell.strip()]
        if len(names) >= max(2, (widest + 1) // 2) and all(map(_is_name, names)):
            return index
    return None


def _filled(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell.strip())


def _is_name(cell: str) -> bool:
    return bool(_LETTER.search(cell)) and not _NOT_A_HEAD.match(cell) and len(cell) <= 100


def _encoding(path: Path, start: bytes) -> str:
    """By its mark, else by its zeros, else UTF-8 where all of it is that, and cp1252 where it is not."""
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding
    if b"\0" in start[:1024]:  # nearly every letter of a shop's file is one of ASCII
        zeros = [start[:1024:2].count(0), start[1:1024:2].count(0)]
        return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
    return "utf-8" if _is_utf8(path) else "cp1252"


def _is_utf8(path: Path) -> bool:
    """Whether all of a file is UTF-8, but for a letter that is cut at its very end."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_ascii = True
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                is_ascii = decoder.decode(piece).isascii() and is_ascii
    except UnicodeDecodeError:
        return False
    return not (is_ascii and decoder.getstate()[0])  # the only letter of its kind is whole in cp1252


def _separators(sample: str) -> Sequence[str]:
    told = _SAYS_SEPARATOR.match(sample.partition("\n")[0].lstrip("\ufeff").rstrip("\r"))
    return (told[1],) if told else SEPARATORS


def _tables(rows: Sequence[Sequence[str]], separator: str) -> Iterator[tuple[tuple[float, int], Shape]]:
    """The table that a separator makes of a text, with how well it does; nothing where it makes none."""
    index = header_row(rows)
    if index is None:
        return
    widths = Counter(len(row) for row in rows[index:] if _filled(row))
    width = max(widths, key=lambda each: (widths[each], each))
    if width >= 2:
        share = widths[width] / widths.total()
        yield (round(share, 1), width), Shape(separator=separator, header_row=index + 1)


def _rows(sample: str, separator: str, *, is_cut: bool) -> list[list[str]]:
    """The first rows, but for one that the sample cuts."""
    rows: list[list[str]] = []
    with suppress(csv.Error):  # another separator may do better, and reading tells what is wrong
        for row in csv.reader(io.StringIO(sample, newline=""), delimiter=separator):
            rows.append(row)
            if len(rows) == ROWS:
                return rows
    return rows[:-1] if is_cut and len(rows) > 2 else rows


def _of_book(path: Path) -> Shape:
    """The first sheet that has a table."""
    with book.opened(path) as sheets:
        for name in sheets.names:
            index = header_row([cells for _number, cells in sheets.rows(name, ROWS)])
            if index is not None:
                return Shape(sheet=name, header_row=index + 1)
    raise BadFile(no_table())
