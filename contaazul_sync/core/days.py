"""The days of the ERP and of the shop: both live in São Paulo's time."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

BRAZIL = ZoneInfo("America/Sao_Paulo")


def local_day(moment: datetime) -> date:
    """The day in São Paulo."""
    return moment.astimezone(BRAZIL).date()
