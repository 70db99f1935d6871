"""The days of the ERP and of the shop: both live in São Paulo's time."""

import re
from datetime import date, datetime, time, tzinfo
from zoneinfo import ZoneInfo

BRAZIL = ZoneInfo("America/Sao_Paulo")
SECONDS = "%Y-%m-%d %H:%M:%S"
_SECONDS = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")


def in_brazil(moment: datetime) -> datetime:
    """A moment by the clock that the merchant, the shop and the ERP go by, wherever the machine stands."""
    return moment.astimezone(BRAZIL)


def beginning(day: date) -> datetime:
    """The moment at which a day begins in São Paulo."""
    return datetime.combine(day, time(), BRAZIL)


def local_day(moment: datetime) -> date:
    """The day in São Paulo."""
    return in_brazil(moment).date()


def clock_time(told: str, form: str, zone: tzinfo) -> datetime | None:
    """A time as this form of `strptime` writes it, or else ISO, by the clock of a zone; None for neither.

    One that tells its own offset is by that. The usual form is read as ISO's, which reads it alike in a tenth
    of the time: a shop tells very many.
    """
    moment = None if form == SECONDS and _SECONDS.fullmatch(told) else _formed(told, form)
    if moment is None:
        try:
            moment = datetime.fromisoformat(told)
        except ValueError:
            return None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _formed(told: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(told, form)  # noqa: DTZ007 - its zone is asked for after it
    except ValueError:
        return None
