"""How a setting is read and checked. Each raises ValueError with what is wrong, in a shopkeeper's words."""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from contaazul_sync.core.money import decimal
from contaazul_sync.core.words import _

LONGEST_WAIT = 10**9  # seconds, thirty years; of more no clock has room
SLOWEST = Decimal("0.01")  # requests a second; below, a run does not end any more
NAME = re.compile(r"[\w.\-]*")
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def text(value: object) -> str:
    """Text, without the space around it."""
    if not isinstance(value, str):
        raise ValueError(_("it has to be text, in quotes"))
    return value.strip()


def short_name(value: object) -> str:
    """A name that a mark in the notes of a sale takes, as `[loja-k3f7:pedido 88]`; or none."""
    told = text(value)
    if not NAME.fullmatch(told):
        raise ValueError(_("it has to be letters, digits, dots, - and _, without spaces"))
    return told


def address(value: object) -> str:
    """An address that begins with https://, or is of this machine."""
    told = text(value).rstrip("/")
    parsed = _parsed(told)
    if parsed is None or not _is_asked_for(told, parsed):
        raise ValueError(_("no server can be asked by this address: correct its name or its port"))
    if parsed.scheme == "https" and parsed.hostname:
        return told
    if parsed.scheme == "http" and parsed.hostname in LOOPBACK:
        return told
    raise ValueError(_("it has to be an address that begins with https://"))


def redirect(value: object) -> str:
    """The redirect address, byte for byte."""
    told = text(value)  # byte for byte what is registered: a slash at the end counts
    parsed = _parsed(told)
    if parsed is None or not parsed.scheme:
        raise ValueError(_("it has to be the redirect address that is registered for your application"))
    return told


def _parsed(told: str) -> SplitResult | None:
    """The parts of an address; None where its name or its port cannot be read."""
    try:
        parsed = urlsplit(told)
        return None if parsed.port == 0 else parsed
    except ValueError:
        return None


def _is_asked_for(told: str, parsed: SplitResult) -> bool:
    """Whether a request can be made of an address, whether there is a server or not."""
    host = parsed.hostname or ""
    if re.search(r"[\x00-\x1f\x7f]", told):
        return False
    if host.isascii() and not re.fullmatch(r"\d+(\.\d+){3}", host):
        return True
    import httpx  # noqa: PLC0415 - slow to load, and hardly any shop's name is a number, or has other letters

    try:
        return bool(httpx.URL(told).raw_host)
    except httpx.InvalidURL:
        return False


def percent(value: object) -> Decimal:
    """A percentage between -90 and 1000."""
    number = _percentage(value)
    if not -90 <= number <= 1000:
        raise ValueError(_("it has to be between -90 and 1000"))
    return number


def share(value: object) -> Decimal:
    """A percentage between 0 and 100."""
    number = _percentage(value)
    if not 0 <= number <= 100:
        raise ValueError(_("it has to be between 0 and 100"))
    return number


def _percentage(value: object) -> Decimal:
    return decimal(value.replace("%", "") if isinstance(value, str) else value)


def seconds(value: object) -> int:
    """A whole number of seconds."""
    number = decimal(value)
    if number != int(number) or number < 0:
        raise ValueError(_("it has to be a whole number of seconds"))
    if number > LONGEST_WAIT:
        raise ValueError(_("it has to be at most {most} seconds").format(most=LONGEST_WAIT))
    return int(number)


def rate(value: object) -> Decimal:
    """Requests a second: one in a hundred seconds at least, at most 10."""
    number = decimal(value)
    if not SLOWEST <= number <= 10:
        raise ValueError(_("it has to be between 0.01 and 10"))
    return number


def day(value: object) -> date:
    """A day."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(text(value))
    except ValueError:
        raise ValueError(_("it has to be a day, written as 2026-11-30")) from None


def some_words(value: object) -> str:
    """Words with commas between them, or a list of them."""
    told = value if isinstance(value, list) else text(value).split(",")
    words = [text(word) for word in told]
    if not all(words):
        raise ValueError(_("it has to be words with commas between them"))
    return ",".join(words)


def zone(value: object) -> str:
    """The name of a time zone."""
    told = text(value)
    try:
        return ZoneInfo(told).key
    except (ValueError, KeyError, OSError):
        raise ValueError(_("it has to be a time zone, as America/Sao_Paulo")) from None


def one_of(*choices: str) -> Callable[[object], str]:
    """A reader for one of these words."""

    def parse(value: object) -> str:
        if value not in choices:
            raise ValueError(_("it has to be one of: {words}").format(words=", ".join(choices)))
        return str(value)

    return parse


def language(value: object) -> str:
    """A language that is spoken, or none."""
    told = text(value).replace("_", "-")
    for known in ("", "pt-BR", "en"):
        if told.lower() == known.lower():
            return known
    raise ValueError(_("it has to be pt-BR or en"))
