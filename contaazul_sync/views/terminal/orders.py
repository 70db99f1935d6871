"""The order book, as a table to read."""

from collections.abc import Iterable
from datetime import date

from rich.console import Group as Lines
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from contaazul_sync.core.book import Sum
from contaazul_sync.core.money import written
from contaazul_sync.core.words import _
from contaazul_sync.views.book import Row
from contaazul_sync.views.phrases import all_together, state_word
from contaazul_sync.views.terminal.lines import LONG, row


def orders_view(rows: Iterable[Row]) -> RenderableType:
    """The orders, as many as a screen can hold, and what all of them come to."""
    shown: list[Row] = []
    all_of_them, more = Sum(), 0
    for each in rows:
        all_of_them += Sum.one(each.total)
        if len(shown) < LONG:
            shown.append(each)
        else:
            more += 1
    if not shown:
        return Text(_("No order stands there."))
    rest = _("... and {n} more: contaazul-sync orders --csv > orders.csv").format(n=more)
    told = [rest, all_together(all_of_them)] if more else [all_together(all_of_them)]
    return Lines(_table(shown), *map(Text, told))


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
        word = state_word(each.place.value)
        row(
            table,
            each.order,
            *([each.number] if numbered else []),
            _day(each.paid_on),
            "" if each.total is None else written(each.total),
            "" if each.sale_number is None else str(each.sale_number),
            _day(each.sale_date),
            f"{word}: {each.reason}" if each.reason else word,
        )
    return table


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%y}" if day else ""
