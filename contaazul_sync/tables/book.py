"""Files of Excel (.xlsx), by openpyxl, which is an extra: a sheet's rows as texts, one at a time."""

import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from decimal import Decimal
from itertools import islice, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contaazul_sync.core.words import _
from contaazul_sync.home.extras import to_add
from contaazul_sync.tables.bad import BadFile
from contaazul_sync.tables.values import FORMULA, Exact

if TYPE_CHECKING:
    from openpyxl import Workbook

MARK = b"PK\x03\x04"
LARGEST = 2**30  # bytes, unpacked; all but the texts is read in pieces
MOST_MEMORY, A_TEXT = 2**26, 150  # bytes: of all texts, which lie in memory, and of one beside its letters

_EXACT = 10**15  # beyond, a spreadsheet has put zeros for the last digits
_PIECE = 1024 * 1024
_FORMULA = re.compile(rb"<(\w+:)?f[\s>/]")
_TEXT = re.compile(rb"<(\w+:)?si[\s>]")

Row = tuple[int, list[str]]


class Book:
    """An open file. Rows are read once for each time that they are asked for."""

    def __init__(self, shown: "Workbook", typed: "Workbook | None") -> None:
        """`shown` has what formulas came to, and `typed` the formulas, where there are any."""
        self._shown, self._typed = shown, typed

    @property
    def names(self) -> list[str]:
        """The sheets that a person sees."""
        return [sheet.title for sheet in self._shown.worksheets if sheet.sheet_state == "visible"]

    def rows(self, name: str, most: int | None = None) -> Iterator[Row]:
        """The rows of a sheet with their numbers, blank ones too. Raises BadFile."""
        try:
            yield from islice(enumerate(self._texts(name), start=1), most)
        except BadFile:
            raise
        except Exception as error:  # whatever openpyxl meets in a damaged file
            raise damaged() from error

    def _texts(self, name: str) -> Iterator[list[str]]:
        formulas = repeat(()) if self._typed is None else self._cells(self._typed, name)
        for cells, typed in zip(self._cells(self._shown, name), formulas, strict=False):
            texts = [text(cell) for cell in cells]
            for index, formula in enumerate(typed):
                if cells[index] is None and formula is not None:  # nobody has worked it out
                    texts[index] = FORMULA
            yield texts

    @staticmethod
    def _cells(workbook: "Workbook", name: str) -> Iterator[tuple[Any, ...]]:
        if name not in workbook.sheetnames:
            raise BadFile(_("it has no sheet {name}").format(name=name))
        sheet: Any = workbook[name]
        sheet.reset_dimensions()  # some programs write them wrong
        return sheet.iter_rows(values_only=True)  # type: ignore[no-any-return]


@contextmanager
def opened(path: Path) -> Iterator[Book]:
    """A file of Excel. Raises BadFile; OSError for one that cannot be opened."""
    try:
        from openpyxl import load_workbook  # noqa: PLC0415 - an extra
    except ImportError:
        text = _("it is a file of Excel. Save it as CSV; or, to read it so: {command}")
        raise BadFile(text.format(command=to_add("openpyxl"))) from None
    has_formulas = _checked(path)
    warnings.filterwarnings("ignore", module="openpyxl")  # about colours and the like
    with ExitStack() as files:  # which openpyxl leaves open where it fails

        def loaded(*, values: bool) -> "Workbook":
            file = files.enter_context(path.open("rb"))
            return load_workbook(file, read_only=True, data_only=values)

        try:
            read = Book(loaded(values=True), loaded(values=False) if has_formulas else None)
        except OSError:
            raise
        except Exception as error:  # as above
            raise damaged() from error
        yield read


def damaged() -> BadFile:
    """What is said of a file that ends too early, or is no workbook."""
    return BadFile(_("it is damaged, or ends too early. Save it from the panel again"))


def text(value: object) -> str:
    """A cell's value as text. A number is Exact; one of too many digits to be kept, in scientific form."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, (int, float)):
        return Exact(_number(value))
    if isinstance(value, datetime):
        return value.replace(microsecond=0).isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else str(value)


def _number(value: float) -> str:
    """A number in the digits that a person sees: 79.9, where the file has 79.90000000000001."""
    if abs(value) >= _EXACT:
        return f"{value:.14E}"
    return str(value) if isinstance(value, int) else f"{Decimal(f'{value:.15g}'):f}"


def _checked(path: Path) -> bool:
    """Whether a file has formulas. Raises BadFile for what is no workbook, or unpacks to far too much."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > LARGEST or _texts_of(archive) > MOST_MEMORY:
                raise BadFile(_("it is too large. Save fewer days of it, or save it as CSV"))
            if not any(part.filename.startswith("xl/") for part in parts):
                raise BadFile(_("it is no file of Excel. Open it, and save it as .xlsx or as CSV"))
            sheets = [part for part in parts if part.filename.startswith("xl/worksheets/")]
            return any(any(_found(archive, part, _FORMULA)) for part in sheets)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, RuntimeError, NotImplementedError) as error:
        raise damaged() from error


def _texts_of(archive: zipfile.ZipFile) -> int:
    """About how many bytes of memory the texts take, which the sheets share."""
    parts = [part for part in archive.infolist() if part.filename.endswith("sharedStrings.xml")]
    return sum(part.file_size + A_TEXT * sum(_found(archive, part, _TEXT)) for part in parts)


def _found(archive: zipfile.ZipFile, part: zipfile.ZipInfo, tag: re.Pattern[bytes]) -> Iterator[int]:
    """How often a tag is in each piece of a part."""
    rest = b""
    with archive.open(part) as file:
        while piece := file.read(_PIECE):
            whole, bracket, rest = (rest + piece).rpartition(b"<")
            yield sum(1 for _each in tag.finditer(whole))
            rest = bracket + rest
