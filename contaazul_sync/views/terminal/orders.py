"""The order book, as a table to read."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from rich.console import ConsoleOptions, RenderableType, RenderResult
from rich.console import Group as Lines
from rich.table import Table
from rich.text import Text

from contaazul_sync.core.book import Place, Sum, sums
from contaazul_sync.core.money import written
from contaazul_sync.core.words import _, order_title
from contaazul_sync.views.book import Row
from contaazul_sync.views.phrases import all_together, place_title, state_word
from contaazul_sync.views.terminal.lines import LONG, below, row

ROOM = 60  # columns; a table needs these


def orders_view(rows: Iterable[Row]) -> RenderableType:
    """The orders, as many as a screen can hold, and what all of them come to."""
    shown: list[Row] = []
    places: list[tuple[Place, Sum]] = []
    more = 0
    for each in rows:
        places.append((each.place, Sum.one(each.total)))
        if len(shown) < LONG:
            shown.append(each)
        else:
            more += 1
    if not shown:
        return Text(_("No order stands there."))
    rest = _("... and {n} more: contaazul-sync orders --csv > orders.csv").format(n=more)
    told = [rest] if more else []
    return Lines(_Fitting(shown), *map(Text, [*told, *_sums(sums(places))]))


def _sums(places: Mapping[Place, Sum]) -> Iterator[str]:
    """What the orders come to, and of which places that is made."""
    yield all_together(sum(places.values(), Sum()))
    made_of = [
        f"{place_title(place, some.orders)} {some.orders}, {written(some.total)}"
        for place, some in places.items()
        if some.orders
    ]
    if len(made_of) > 1:
        yield f"= {'; '.join(made_of)}"


class _Fitting:
    """The orders as a table; where there is no room for one, an order after the other."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows

    def __rich_console__(self, _console: Any, options: ConsoleOptions) -> RenderResult:
        if options.max_width >= ROOM:
            yield _table(self.rows)
            return
        for each in self.rows:
            yield Text(_title(each), style="bold")
            total = "" if each.total is None else written(each.total)
            yield below(", ".join(filter(None, (_day(each.paid_on), total, _sale(each)))))
            yield below(_state(each))


def _table(rows: list[Row]) -> Table:
    numbered = any(each.number not in ("", each.order) for each in rows)
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column(_("order"), overflow="fold")
    if numbered:
        table.add_column(_("number"), overflow="fold")
    table.add_column(_("paid on"), no_wrap=True)
    table.add_column(_("total"), justify="right", no_wrap=True)
    table.add_column(_("sale"), justify="right", no_wrap=True)
    table.add_column(_("on"), no_wrap=True)
    table.add_column(_("state"), overflow="fold")
    for each in rows:
        row(
            table,
            each.order,
            *([each.number] if numbered else []),
            _day(each.paid_on),
            "" if each.total is None else written(each.total),
            "" if each.sale_number is None else str(each.sale_number),
            _day(each.sale_date),
            _state(each),
        )
    return table


def _title(each: Row) -> str:
    return order_title(each.order, "" if each.number == each.order else each.number)


def _sale(each: Row) -> str:
    if each.sale_number is None:
        return ""
    return _("sale {number} on {day}").format(number=each.sale_number, day=_day(each.sale_date))


def _state(each: Row) -> str:
    word = state_word(each.place.value)
    return f"{word}: {each.reason}" if each.reason else word


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%y}" if day else ""
