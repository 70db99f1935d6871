"""Sentences, numbers and times as the page writes them."""

from datetime import datetime, timedelta

from contaazul_sync.core.days import BRAZIL
from contaazul_sync.core.words import _, ngettext

MINUTE = timedelta(minutes=1)


def sentence(text: str) -> str:
    """A text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def numeral(number: int) -> str:
    """A number as it is written in Brazil: `1.234`."""
    return f"{number:,}".replace(",", ".")


def whole_reais(amount: int) -> str:
    """An amount in centavos, in whole reais."""
    return numeral(amount // 100)


def short(moment: datetime) -> str:
    """A day and a time without the year, in São Paulo."""
    return f"{moment.astimezone(BRAZIL):%d/%m %H:%M}"


def day_and_time(moment: datetime) -> str:
    """A day and a time in São Paulo."""
    return f"{moment.astimezone(BRAZIL):%d/%m/%Y %H:%M}"


def ago(moment: datetime, now: datetime) -> str:
    """How long ago, in the largest unit that fits."""
    minutes = max(now - moment, timedelta()) // MINUTE
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return ngettext("{number} minute ago", "{number} minutes ago", minutes).format(number=minutes)
    if (hours := minutes // 60) < 24:
        return ngettext("{number} hour ago", "{number} hours ago", hours).format(number=hours)
    days = hours // 24
    return ngettext("{number} day ago", "{number} days ago", days).format(number=numeral(days))
