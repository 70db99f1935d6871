"""What the cells of a column look like: numbers, dates or documents, and how they are written. Pure."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from contaazul_sync.core.days import BRAZIL
from contaazul_sync.tables import values
from contaazul_sync.tables.fields import NUMBERS, Kind
from contaazul_sync.tables.values import DAY_FIRST, FORMATS, MONTH_FIRST

ENOUGH = 0.9  # of a column's cells: some may be spoiled

_DIGITS = {Kind.DOCUMENT: range(10, 15), Kind.POSTCODE: range(7, 9)}
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]+", re.IGNORECASE)
_READERS: dict[Kind, Callable[..., object]] = {Kind.AMOUNT: values.amount, Kind.QUANTITY: values.quantity}


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways in which a column's cells can all be read, the likeliest first.

    `differ`: some cell means another thing in the second way than in the first.
    """

    ways: tuple[str, ...]
    differ: bool = False


def suits(kind: Kind, cells: Sequence[str]) -> bool:
    """Whether a column may be of a kind: whether nearly all of what is filled in can be read so."""
    if kind in NUMBERS:
        return bool(decimals(kind, cells).ways)
    if kind is Kind.MOMENT:
        return bool(dates(cells).ways)
    lengths = _DIGITS.get(kind)
    return lengths is None or _most(cells, lambda cell: len(re.sub(r"\D", "", cell)) in lengths)


def are_mails(cells: Sequence[str]) -> bool:
    """Whether a column is one of e-mail addresses."""
    return bool(cells) and _most(cells, _MAIL.fullmatch)


def are_documents(cells: Sequence[str]) -> bool:
    """Whether a column is one of CPFs and CNPJs, by their check digits."""
    from stdnum.br import cnpj, cpf  # noqa: PLC0415 - slow to load

    return bool(cells) and _most(cells, lambda cell: cpf.is_valid(cell) or cnpj.is_valid(cell))


def decimals(kind: Kind, cells: Sequence[str]) -> Ways:
    """Whether decimals stand behind a comma or a point."""
    reader = _READERS[kind]
    return _ways((",", "."), cells, lambda cell, mark: reader(cell, comma=mark == ","))


def dates(cells: Sequence[str]) -> Ways:
    """How moments are written; ISO alone is read in every way."""
    found = _ways(FORMATS, cells, lambda cell, form: values.moment(cell, BRAZIL, form))
    can_differ = {DAY_FIRST, MONTH_FIRST} <= set(found.ways)
    return Ways(found.ways, found.differ and can_differ)


def commonest(marks: Iterable[str], otherwise: str) -> str:
    """What is said most often."""
    counted = Counter(marks)
    return max(counted, key=lambda mark: counted[mark], default=otherwise)


def _ways(ways: Sequence[str], cells: Sequence[str], reader: Callable[[str, str], object]) -> Ways:
    read = {way: [_or_none(reader, cell, way) for cell in cells] for way in ways}
    good = tuple(way for way in ways if _most(read[way], lambda value: value is not None))
    return Ways(good, any(read[good[0]] != read[way] for way in good[1:]))


def _or_none(reader: Callable[[str, str], object], cell: str, way: str) -> object | None:
    try:
        return reader(cell, way)
    except ValueError:
        return None


def _most(cells: Sequence[object], test: Callable[..., object]) -> bool:
    return sum(1 for cell in cells if test(cell)) >= ENOUGH * len(cells)
