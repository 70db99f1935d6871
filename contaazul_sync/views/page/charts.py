"""The charts: what was sent and what ran, day by day."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import NamedTuple

from contaazul_sync.core.money import written
from contaazul_sync.core.words import _, ngettext
from contaazul_sync.views.page.history import DAYS, History
from contaazul_sync.views.page.wording import numeral, whole_reais


class Bar(NamedTuple):
    """One day of a plot: its whole height, the part of it that is bad, and what it says when pointed at."""

    height: int
    bad: int
    says: str


class Plot(NamedTuple):
    """Bars of one unit, from 0 to `top`. `scale`: what stands at the top and in the middle."""

    id: str
    title: str
    about: str
    top: int
    scale: tuple[str, str]
    bars: list[Bar]


@dataclass(frozen=True)
class Chart:
    """Plots over the same days, and the numbers of them as a table."""

    id: str
    title: str
    total: str
    plots: list[Plot]
    key: list[tuple[str, str]]
    head: list[str]
    rows: list[list[str]]


def sales_chart(history: History, days: list[date]) -> Chart:
    """What was sent on these days: its value, and how many orders."""
    series = [history.sales.get(day, (0, 0)) for day in days]
    numbers, values = [number for number, _value in series], [value for _number, value in series]
    said = [f"{_orders_in_words(number)}, {written(value)}" for number, value in series]
    total = f"{_orders_in_words(sum(numbers))}, {written(sum(values))}"
    value_bars = [Bar(value, 0, says) for value, says in zip(values, _dated(days, said), strict=True)]
    order_bars = [Bar(number, 0, says) for number, says in zip(numbers, _dated(days, said), strict=True)]
    return Chart(
        "sales",
        _("Orders sent"),
        _in_days(total),
        [
            _plot("value", _("Value in R$"), _about(_("Value sent per day"), total), value_bars, whole_reais),
            _plot("orders", _("Orders"), _about(_("Orders sent per day"), total), order_bars, numeral),
        ],
        [],
        [_("Day"), _("Orders"), _("Value")],
        [
            [f"{day:%d/%m}", numeral(number), written(value)]
            for day, (number, value) in zip(days, series, strict=True)
        ],
    )


def runs_chart(history: History, days: list[date]) -> Chart:
    """How many runs began on these days, and how many of them failed."""
    series = [history.runs.get(day, (0, 0)) for day in days]
    said = [f"{_runs_in_words(number)}, {_failed_in_words(bad)}" for number, bad in series]
    runs, failed = sum(number for number, _bad in series), sum(bad for numeral, bad in series)
    total = f"{_runs_in_words(runs)}, {_failed_in_words(failed)}"
    bars = [Bar(number, bad, says) for (number, bad), says in zip(series, _dated(days, said), strict=True)]
    return Chart(
        "runs",
        _("Runs"),
        _in_days(total),
        [_plot("runs", _("Runs"), _about(_("Runs and failed runs per day"), total), bars, numeral)],
        [("plain", _("got through")), ("bad", _("failed"))],
        [_("Day"), _("Runs"), _("failed")],
        [
            [f"{day:%d/%m}", numeral(number), numeral(bad)]
            for day, (number, bad) in zip(days, series, strict=True)
        ],
    )


def _plot(id_: str, title: str, about: str, bars: list[Bar], unit: Callable[[int], str]) -> Plot:
    least = 200 if unit is whole_reais else 2  # so that the middle is a whole one, too
    top = _round_up(max(bar.height for bar in bars), least)
    return Plot(id_, title, about, top, (unit(top), unit(top // 2)), bars)


def _round_up(most: int, least: int) -> int:
    """The end of a scale: `least` times 1, 2, 3, 4, 5, 10, 20 and so on, not below the highest bar."""
    steps: Iterator[int] = (least * digit * 10**power for power in count() for digit in (1, 2, 3, 4, 5))
    return next(step for step in steps if step >= most)


def _about(what: str, total: str) -> str:
    return _("{what}, the last {days} days: {total}.").format(what=what, days=DAYS, total=total)


def _in_days(total: str) -> str:
    return _("{total} in {days} days").format(total=total, days=DAYS)


def _dated(days: Iterable[date], said: Iterable[str]) -> Iterator[str]:
    return (f"{day:%d/%m}: {what}" for day, what in zip(days, said, strict=True))


def _orders_in_words(number: int) -> str:
    return ngettext("{number} order", "{number} orders", number).format(number=numeral(number))


def _runs_in_words(number: int) -> str:
    return ngettext("{number} run", "{number} runs", number).format(number=numeral(number))


def _failed_in_words(number: int) -> str:
    return ngettext("{number} failed", "{number} failed", number).format(number=numeral(number))
