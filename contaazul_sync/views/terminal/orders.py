"""The order book, as a table to read."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from rich.console import Group as Lines
from rich.console import RenderableType
from rich.text import Text

from contaazul_sync.core.book import Place, Sum, sums
from contaazul_sync.core.money import written
from contaazul_sync.core.words import _
from contaazul_sync.views.book import Row
from contaazul_sync.views.phrases import all_together, place_title, state_word
from contaazul_sync.views.terminal.lines import LONG, told
from contaazul_sync.views.terminal.tables import Column, Fitting, Kind


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
        return Text(_("No order."))
    rest = _("... and {n} more: contaazul-sync orders --csv > orders.csv").format(n=more)
    return Lines(_table(shown), *(told(rest) if more else []), *map(Text, _sums(sums(places))))


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


def _table(rows: list[Row]) -> Fitting:
    numbered = any(each.number not in ("", each.order) for each in rows)
    number = [Column(_("number"), Kind.KEY)] if numbered else []
    table = Fitting(
        Column(_("order"), Kind.KEY),
        *number,
        Column(_("paid on"), Kind.WORD),
        Column(_("total"), Kind.NUMBER),
        Column(_("sale"), Kind.NUMBER),
        Column(_("on"), Kind.WORD),
        Column(_("state"), Kind.TEXT),
    )
    for each in rows:
        table.add(
            each.order,
            *([each.number] if numbered else []),
            _day(each.paid_on),
            "" if each.total is None else written(each.total),
            "" if each.sale_number is None else str(each.sale_number),
            _day(each.sale_date),
            _state(each),
        )
    return table


def _state(each: Row) -> str:
    word = state_word(each.place.value)
    return f"{word}: {each.reason}" if each.reason else word


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%y}" if day else ""
