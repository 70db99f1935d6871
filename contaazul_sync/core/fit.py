"""What comes in, made fit to keep: texts, numbers and times that every file, screen and server takes. Pure.

A text is mended and never refused. A number that is none, or has no room in 64 bits, becomes `UNREADABLE`:
no reader takes it for "not told", so it is the trouble of the one field that it stands in.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from html import unescape
from itertools import chain
from typing import Any

from contaazul_sync.core.markup import without_tags

FIRST_YEAR, LAST_YEAR = 2000, 2100  # before: a null that a database wrote as a date; after: a slip
DEPTH = 64  # objects and lists in each other; what lies deeper is left out
UNREADABLE = Decimal("NaN")

_WHOLE, _FRACTION = 19, 64  # the most digits that are looked at
_LONE = re.compile("[\ud800-\udfff]")  # half of a pair, as of an emoji that was cut: no file takes it
_STEERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")  # a terminal, or a line's end
# Either of these as JSON escapes it, or a backslash, behind which what looks like an escape is none.
_ESCAPED = re.compile(
    r"\\(?:[bf\\]|u(?:00[0-1789]|202[89]|[dD][89abAB]..(?!\\u[dD][c-fC-F])"
    r"|(?<!\\u[dD][89abAB]..\\u)[dD][c-fC-F]))"
)
# Cannot be seen, or turns the direction of what follows; the joiners of emoji and scripts stay.
_UNSEEN = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_BREAKS = re.compile(r"[\t\n\r]")
_NO_DATE = re.compile(r"-\d|0000-|[0/:. -]+$")


class Mended(dict[str, Any]):
    """A JSON object of which something was mended. `told`: as it came, for the marks of what a shop tells."""

    def __init__(self, fit: dict[str, Any], told: dict[str, Any]) -> None:
        super().__init__(fit)
        self.told = told


def text(told: str) -> str:
    """A text without lone surrogates, and without what steers a terminal; breaks of lines and tabs stay."""
    return told if told.isprintable() else _STEERS.sub(" ", whole_pairs(told))


def whole_pairs(told: str) -> str:
    """A text without lone surrogates, and otherwise as it is."""
    return told if told.isascii() else _LONE.sub("\ufffd", told)


def line(told: str) -> str:
    """A text as one line of what can be seen, in NFC.

    Not for what things are known by, as a SKU: that stays as it is told.
    """
    if told.isprintable():  # so there are no breaks in it, and nothing that steers or is not seen
        return told if told.isascii() else unicodedata.normalize("NFC", told).strip()
    return _BREAKS.sub(" ", unicodedata.normalize("NFC", _UNSEEN.sub("", text(told)))).strip()


def words(told: str) -> str:
    """A name or the like as one line, in NFC, its HTML entities decoded, and without tags.

    Imports leave tags whose signs are entities, too: a shop shows these, and nobody means them.
    """
    name = without_tags(told) if "<" in told else told
    name = unescape(name) if "&" in name else name
    return prose(name)


def prose(told: str) -> str:
    """A description of decoded entities as one line in NFC, without the tags that these were."""
    return line(without_tags(told) if "<" in told else told)


def whole(digits: str) -> int | Decimal:
    """A whole number within 64 bits, of its digits; else UNREADABLE."""
    if len(digits) < _WHOLE:
        return int(digits)
    number = int(digits) if len(digits.lstrip("-")) <= _WHOLE else 2**63
    return number if -(2**63) <= number < 2**63 else UNREADABLE


def fraction(digits: str) -> Decimal:
    """An exact number of a size that amounts and quantities have, of its digits; else UNREADABLE."""
    if len(digits) < _WHOLE and "e" not in digits.lower():
        return Decimal(digits)
    try:
        number = Decimal(digits) if len(digits) <= _FRACTION else UNREADABLE
    except InvalidOperation:  # an exponent beyond all bounds
        return UNREADABLE
    return number if number.is_finite() and abs(number.adjusted()) < _WHOLE else UNREADABLE


def is_of_our_time(moment: datetime) -> bool:
    """Whether a time is one that shops and files live in."""
    return FIRST_YEAR <= moment.year <= LAST_YEAR


def is_no_date(told: str) -> bool:
    """Whether a date is what a database writes where it has none: `0000-00-00 00:00:00`, or nothing.

    PHP reads that as November of the year before zero, and writes it so: `-0001-11-30T00:00:00`.
    """
    return not told or _NO_DATE.match(told) is not None


def parsed(value: Any, json: str) -> Any:
    """What a JSON text was parsed to, with its texts mended: `tree`. Most have nothing to mend, and are so.

    That is seen of the text as a whole, in a tenth of the time that each of its texts takes by itself.
    """
    return value if text(json) == json and not _ESCAPED.search(json) and _is_flat(value) else tree(value)


def _is_flat(value: Any) -> bool:
    """Whether nothing lies deeper than DEPTH."""
    level: Iterable[Any] = [value]
    for _depth in range(DEPTH + 1):
        inner = [
            each.values() if isinstance(each, dict) else each
            for each in level
            if isinstance(each, (dict, list))
        ]
        if not inner:
            return True
        level = chain.from_iterable(inner)
    return False


def tree(value: Any, depth: int = DEPTH) -> Any:
    """Parsed JSON with its texts mended; the very same where nothing had to be. See `Mended`."""
    if isinstance(value, str):
        return text(value)
    if not isinstance(value, (dict, list)):
        return value
    if not depth:
        return None
    if isinstance(value, list):
        fit = [tree(each, depth - 1) for each in value]
        return value if all(map(_is, fit, value)) else fit
    named = {text(name): tree(each, depth - 1) for name, each in value.items()}
    same = len(named) == len(value) and all(map(_is, named.values(), value.values()))
    return value if same and named.keys() == value.keys() else Mended(named, value)


def as_told(row: Any) -> Any:
    """A row as it came."""
    return row.told if isinstance(row, Mended) else row


def _is(one: object, other: object) -> bool:
    return one is other
