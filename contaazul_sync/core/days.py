"""The days of the ERP and of the shop: both live in São Paulo's time."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

BRAZIL = ZoneInfo("America/Sao_Paulo")


def in_brazil(moment: datetime) -> datetime:
    """A moment by the clock that the merchant, the shop and the ERP go by, wherever the machine stands."""
    return moment.astimezone(BRAZIL)


def beginning(day: date) -> datetime:
    """The moment at which a day begins in São Paulo."""
    return datetime.combine(day, time(), BRAZIL)


def local_day(moment: datetime) -> date:
    """The day in São Paulo."""
    return in_brazil(moment).date()
