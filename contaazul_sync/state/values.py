"""How values lie in the state file: times as UTC text, quantities as exact text."""

from datetime import UTC, datetime
from decimal import Decimal


def text(moment: datetime) -> str:
    """A time as UTC text, whose order is the order of time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def time(text: str) -> datetime:
    """A time as it was kept."""
    return datetime.fromisoformat(text)


def time_or_none(text: str | None) -> datetime | None:
    """A time as it was kept, or None."""
    return time(text) if text else None


def number_or_none(text: str | None) -> Decimal | None:
    """A quantity as it was kept, or None."""
    return None if text is None else Decimal(text)


LONG_AGO = text(datetime(2000, 1, 1, tzinfo=UTC))  # before anything that is kept
