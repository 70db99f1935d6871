"""The order book: a row for each order, for `orders`, as a table, as CSV and as JSON. No request is made."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from contaazul_sync.core.book import Entry, Place, place_of
from contaazul_sync.core.days import local_day
from contaazul_sync.core.items import is_under_way
from contaazul_sync.core.plan.orders import unknown_status
from contaazul_sync.core.proof import month_of
from contaazul_sync.core.rules import Rules
from contaazul_sync.core.words import _
from contaazul_sync.state.file import State


@dataclass(frozen=True, slots=True)
class Row:
    """One order of the book. `number`: the shop's own; days in São Paulo, amounts in centavos.

    `received`, and of that `fees`: what we settled of its sale. `sale_total`: what was booked of it, which a
    discount of the payment makes less.
    """

    order: str
    number: str
    paid_on: date | None
    total: int | None
    place: Place
    sale_number: int | None
    sale_date: date | None
    sale_total: int | None
    reason: str
    received: int = 0
    fees: int = 0


def read(state: State, rules: Rules, run_since: datetime | None, *, month: str = "") -> Iterator[Row]:
    """The orders by the day of their payment. `run_since`: see `place_of`; `month`: of one, as `2026-11`."""
    taken = state.takings.by_order()
    for entry in state.book.entries():
        place = place_of(entry, rules, run_since)
        if place and month in ("", month_of(entry)):
            received, fees = taken.get(entry.id, (0, 0))
            yield replace(_row(entry, place, run_since), received=received, fees=fees)


def _row(entry: Entry, place: Place, run_since: datetime | None) -> Row:
    note, sale = entry.note, entry.sale
    return Row(
        order=entry.id,
        number=note.number if note else "",
        paid_on=local_day(note.counted_at) if note else None,
        total=entry.total,
        place=place,
        sale_number=sale.number if sale else None,
        sale_date=local_day(sale.sent_at) if sale else None,
        sale_total=sale.total if sale else None,
        reason=reason(entry, place, run_since),
    )


def reason(entry: Entry, place: Place, run_since: datetime | None) -> str:
    """Why an order stands where it does; nothing for one of which the place says it all."""
    if place is Place.WAITING and is_under_way(entry.intent, entry.failure, run_since):
        return _("it is being sent now")
    if entry.failure:
        return entry.failure.reason
    match place:
        case Place.WAITING:
            return _("the next sync sends it")
        case Place.IN_DOUBT:
            return _("it was being sent when the program was cut short")
        case Place.HELD:
            return unknown_status(entry.note.status if entry.note else "")
        case Place.LEFT_OUT:
            return _left_out(entry.note.within if entry.note else "")
        case Place.ENDED:
            ended = _("the sale was cancelled in the ERP")
            return ended if entry.sale else _("it is not paid any more")
        case _:
            return ""


def _left_out(within: str) -> str:
    if within:
        return _("what was paid is within order {order}").format(order=within)
    return _("paid before the first day from which orders are sent")


def as_json(rows: Iterable[Row], *, settles: bool) -> dict[str, Any]:
    """The stable form: docs/schemas/orders.schema.json. `settles`: the money of sales is received."""
    listed = [
        {
            "order": row.order,
            "number": row.number,
            "paid_on": row.paid_on.isoformat() if row.paid_on else None,
            "total": row.total,
            "place": row.place.value,
            "sale_number": row.sale_number,
            "sale_date": row.sale_date.isoformat() if row.sale_date else None,
            "sale_total": row.sale_total,
            "reason": row.reason,
            **({"received": row.received, "fees": row.fees} if settles else {}),
        }
        for row in rows
    ]
    return {"version": 1, "orders": listed}
