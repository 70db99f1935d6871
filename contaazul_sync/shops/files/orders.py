"""Rows of a file to our orders. Pure.

An order's columns come once, or again on a row for each of its items; then all of these rows have to agree.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from contaazul_sync.core.ids import OrderId
from contaazul_sync.core.orders import Buyer, Line, Order, Payment
from contaazul_sync.core.words import _
from contaazul_sync.shops import bugs
from contaazul_sync.shops.port import Unreadable
from contaazul_sync.tables.cells import Cells
from contaazul_sync.tables.mapping import Mapping

Value = TypeVar("Value")
AMOUNTS = ("subtotal", "shipping", "discount", "fees", "total", "total_paid", "refunded")
A_DAY = timedelta(days=1)  # by which clocks and zones may differ
ENDED = (Payment.CANCELLED, Payment.REFUNDED)
UNTOLD = datetime.min.replace(tzinfo=UTC)
BUYER = tuple(each.name for each in fields(Buyer) if each.name != "told")


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one order. `items`: of its items, which may be the same rows; None: they are in no file.

    `at`: when the file was imported, which stands for the order's own time of change where it tells none.
    `dated`: whether the file tells such a time of any order; `anew`: see Order.is_anew.
    """

    id: str
    order: Sequence[Cells]
    items: Sequence[Cells] | None
    at: datetime
    dated: bool = True
    anew: bool = False


def version(cells: Cells, at: datetime) -> datetime:
    """When an order changed, by its row; when it was made, where the row says that it never changed.

    When its file was imported, where that has no such column, or no time that can be. A day alone is no
    earlier than the order. UNTOLD for a further row of an order, of which the first one alone is filled in.
    """
    if "updated" not in cells.bound.columns:
        return at
    try:
        told = [moment for name in ("created", "updated") if (moment := cells.moment(name))]
    except ValueError:
        return at
    changed = max(told, default=UNTOLD)
    return at if _is_ahead(changed, at) else changed


def is_dated(cells: Cells) -> bool:
    """Whether a row tells when its order changed."""
    try:
        return "updated" in cells.bound.columns and cells.moment("updated") is not None
    except ValueError:
        return False


def is_paid(cells: Cells, mapping: Mapping) -> bool:
    """Whether a row is of a paid order; others without a number are sums, or drafts."""
    try:
        return mapping.payment(cells.word("status")) is Payment.PAID
    except ValueError:
        return False


def order(mapping: Mapping, rows: Rows) -> Order | Unreadable:
    """One order of its rows."""
    if not rows.id:
        return Unreadable("", _("the shop's order has no id"))
    try:
        read = _order(mapping, rows)
        return read.fit(read)
    except (ArithmeticError, TypeError, ValueError) as error:
        return Unreadable(rows.id, _("the order cannot be read: {why}").format(why=error), by_mapping=True)
    except Exception as error:  # noqa: BLE001 - a bug of ours is this order's alone
        return bugs.unreadable(rows.id, error)


def _order(mapping: Mapping, rows: Rows) -> Order:
    at = _Agreed(rows.order)
    status, created, total = at.word("status"), at.moment("created"), at.amount("total")
    payment = mapping.payment(status)
    lines = _all_lines(rows, has_ended=payment in ENDED)
    if created is None:
        raise ValueError(_("its {name} is missing").format(name="created"))
    if total is None and payment not in ENDED:
        raise ValueError(_("its {name} is missing").format(name="total"))
    paid = at.moment("paid")
    _check_days(rows.at, created=created, paid=paid, updated=at.moment("updated"))
    amounts = {name: at.amount(name) for name in AMOUNTS}
    subtotal = amounts["subtotal"]
    return Order(
        id=OrderId(rows.id),
        status=status,
        payment=payment,
        created_at=created,
        updated_at=max(version(cells, rows.at) for cells in rows.order),
        paid_at=paid,
        method=at.word("method"),
        installments=int(at.quantity("installments") or 1),
        subtotal=_of_lines(lines) if subtotal is None else subtotal,
        shipping=amounts["shipping"] or 0,
        discount=abs(amounts["discount"] or 0),  # some panels write it below zero
        fees=amounts["fees"] or 0,
        total=total or 0,
        total_paid=amounts["total_paid"],
        buyer=_buyer(at),
        lines=lines,
        refunded=abs(amounts["refunded"] or 0),
        number=at.word("number"),
        by_row=True,
        imported_at=rows.at,
        is_dated=rows.dated,
        is_anew=rows.anew,
    )


def _all_lines(rows: Rows, *, has_ended: bool) -> tuple[Line, ...]:
    """The order's items; nothing where one that has ended does not tell them, as some panels do."""
    try:
        if rows.items is None:
            raise ValueError(_("its items are in no file yet"))
        return tuple(line for cells in rows.items for line in _lines(cells))
    except ValueError:
        if has_ended:
            return ()
        raise


def _check_days(at: datetime, **told: datetime | None) -> None:
    """Raise ValueError for a time after the file came: 12/11 was read as in December, or is a mistake."""
    for name, moment in told.items():
        if moment and _is_ahead(moment, at):
            raise ValueError(_("its {name} is later than the file came").format(name=name))


def _is_ahead(moment: datetime, at: datetime) -> bool:
    return moment > at + A_DAY


def _of_lines(lines: tuple[Line, ...]) -> int:
    return sum(int(line.quantity * line.price) if line.total is None else line.total for line in lines)


def _lines(cells: Cells) -> Iterator[Line]:
    """A line; by its total alone where no price is told, as two lines where that does not divide."""
    quantity, price, total = cells.quantity("quantity"), cells.amount("price"), cells.amount("total")
    if quantity is None:
        raise ValueError(_("its {name} is missing").format(name="quantity"))
    if price is None and total is None:
        raise ValueError(_("its {name} is missing").format(name="price"))
    # Not the product's id: of a variation, some exporters tell its product's.
    line = Line(cells.word("sku"), cells.word("name"), quantity, price or 0, total, mark=cells.word("id"))
    if price is None and total is not None and quantity > 0:
        yield from line.of_total(total)
    else:
        yield line


def _buyer(at: "_Agreed") -> Buyer:
    told = {name: at.word(f"buyer_{name}") for name in BUYER if name not in ("document", "postcode")}
    return Buyer(**told, document=at.document("buyer_document"), postcode=at.postcode("buyer_postcode"))


class _Agreed:
    """The values of an order of which several rows tell. Raises ValueError where these are not the same."""

    def __init__(self, rows: Sequence[Cells]) -> None:
        self.rows = rows

    def word(self, name: str) -> str:
        return self._one(name, Cells.word) or ""

    def document(self, name: str) -> str:
        return self._one(name, Cells.document) or ""

    def postcode(self, name: str) -> str:
        return self._one(name, Cells.postcode) or ""

    def amount(self, name: str) -> int | None:
        return self._one(name, Cells.amount)

    def quantity(self, name: str) -> Decimal | None:
        return self._one(name, Cells.quantity)

    def moment(self, name: str) -> datetime | None:
        return self._one(name, Cells.moment)

    def _one(self, name: str, read: Callable[[Cells, str], Value]) -> Value | None:
        """What the rows say; some panels fill in the first one alone, or write 0 into the others."""
        if name not in self.rows[0].bound.columns:
            return None
        told = {value for cells in self.rows if (value := read(cells, name)) not in (None, "")}
        if len(told) > 1:
            told = {value for value in told if value != 0}
        if len(told) > 1:
            raise ValueError(_("its rows disagree in {name}").format(name=name))
        return next(iter(told), None)
