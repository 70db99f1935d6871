"""Whether the shop, the ERP and the state tell the same: what differs, and the sums of the months."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from decimal import Decimal

from contaazul_sync.core.days import local_day
from contaazul_sync.core.drafts.marks import marked_order
from contaazul_sync.core.erp import ErpProduct, ErpSale
from contaazul_sync.core.fingerprints import differs
from contaazul_sync.core.ids import ErpId, OrderId
from contaazul_sync.core.money import plain, written
from contaazul_sync.core.orders import OrderNote, Payment, Sale
from contaazul_sync.core.products import Link, Product
from contaazul_sync.core.words import _, typed


@dataclass(frozen=True)
class Difference:
    """One thing that is not the same on both sides. `name`: the SKU or the order's number.

    `code` says what, in one word for programs; `what` in words for people. `left_alone`: a person said to
    leave the order alone, so that it is told, and is nothing to put right. `amounts`: both sides in centavos,
    None of what is no amount or is not there.
    """

    name: str
    code: str
    what: str
    ours: str
    theirs: str
    next_step: str
    left_alone: bool = False
    amounts: tuple[int | None, int | None] = (None, None)


@dataclass(frozen=True)
class Month:
    """The paid orders of a month and the live sales of them, with their sums in centavos.

    `received`, and of that `fees`: what this program has settled of these sales until now.
    """

    month: str
    orders: int
    order_value: int
    sales: int
    sale_value: int
    received: int = 0
    fees: int = 0


Compared = tuple[Product, Link, Decimal | None]


def by_order(
    sales: Iterable[ErpSale], names: Sequence[str], order_of: Callable[[str, ErpSale], OrderId]
) -> dict[OrderId, list[ErpSale]]:
    """Our sales by the order that their mark names. `names`: what the shop is, or was, called there.

    `order_of`: the order that is written so in the mark of a sale.
    """
    found: dict[OrderId, list[ErpSale]] = {}
    for sale in sales:
        if written := next(filter(None, (marked_order(name, sale.notes) for name in names)), None):
            found.setdefault(order_of(written, sale), []).append(sale)
    return found


def living(sales: Iterable[ErpSale]) -> list[ErpSale]:
    """The sales that are not cancelled."""
    return [sale for sale in sales if not sale.cancelled]


def differing_products(linked: Iterable[Compared], twins: Mapping[ErpId, ErpProduct]) -> Iterator[Difference]:
    """The linked products whose twin is gone, asleep, or has another price or balance than it should.

    The balance that it should have is None where that is not to be compared now.
    """
    for product, link, balance in linked:
        name, twin = product.sku, twins.get(link.erp_id)
        if twin is None:
            step = _("contaazul-sync send-products {sku} (creates it again)").format(sku=name)
            yield Difference(name, "deleted_in_erp", _("deleted in the ERP"), product.name, "", step)
            continue
        if not twin.active:
            step = _("make it active in the ERP")
            yield Difference(name, "inactive_in_erp", _("inactive in the ERP"), product.name, twin.name, step)
        if link.sent is not None and twin.price is not None and twin.price != link.sent:
            step = _("put the price right in the ERP, or change it in the shop: then it is sent")
            yield _of_amounts(name, "price", _("price"), (link.sent, twin.price), step)
        if balance is not None and twin.balance is not None and twin.balance != balance:
            step = _("correct the stock in the ERP")
            yield Difference(name, "stock", _("stock"), plain(balance), plain(twin.balance), step)


def differing_orders(
    notes: Sequence[OrderNote],
    ours: Mapping[OrderId, Sequence[ErpSale]],
    kept: Mapping[OrderId, Sale],
    left_alone: Set[OrderId],
) -> Iterator[Difference]:
    """The orders that are not one live sale of the same sum, and the sales that no order explains.

    `kept`: the sales that the state knows. One that is sold twice is to be put right, left alone or not.
    """
    known = {note.id for note in notes}
    for note in notes:
        sales = ours.get(note.id, ())
        if len(living(sales)) > 1:
            yield _sold_twice(note, living(sales))
            continue
        for difference in _of_one(note, sales, kept):
            if note.id in left_alone:
                step = _("it is left alone; to undo that: contaazul-sync unignore {name}").format(
                    name=note.id
                )
                yield replace(difference, next_step=step, left_alone=True)
            else:
                yield difference
    for order_id, sales in ours.items():
        if order_id not in known | kept.keys():
            for sale in living(sales):
                what, step = _("a sale without an order"), _("look in the shop whether the order exists")
                amounts = None, sale.total
                number = _number(sale)
                yield Difference(order_id, "sale_without_order", what, "", number, step, amounts=amounts)


def _sold_twice(note: OrderNote, sales: Sequence[ErpSale]) -> Difference:
    numbers = ", ".join(str(sale.number) for sale in sales)
    amounts = note.total, sum(sale.total or 0 for sale in sales)
    step, what = _("keep one of them in the ERP"), _("sold more than once")
    return Difference(note.id, "sold_twice", what, written(note.total), numbers, step, amounts=amounts)


def _of_one(note: OrderNote, sales: Sequence[ErpSale], kept: Mapping[OrderId, Sale]) -> Iterator[Difference]:
    due = _booked(note, kept.get(note.id))
    yield from _paid(note, due, sales) if note.payment is Payment.PAID else _not_paid(note, sales)
    yield from _strange(note.id, sales, kept)


def _number(sale: ErpSale) -> str:
    return _("sale {number}").format(number=sale.number)


def _booked(note: OrderNote, sale: Sale | None) -> int:
    """What an order's sale should be, in centavos: what was booked, else the order's total.

    A discount of the payment makes it less. Of an order that changed since, what was booked tells nothing.
    """
    if sale and sale.fingerprint and not differs(sale.fingerprint, note.fingerprint):
        return sale.total
    return note.total


def _strange(order_id: OrderId, sales: Sequence[ErpSale], kept: Container[OrderId]) -> Iterator[Difference]:
    """A live sale of ours that the state does not know: it is older than the ERP."""
    if order_id not in kept:
        for sale in living(sales):
            what = _("in the ERP, and not known to the state")
            step, amounts = typed("rebuild"), (None, sale.total)
            yield Difference(order_id, "unknown_sale", what, "", _number(sale), step, amounts=amounts)


def _paid(note: OrderNote, due: int, sales: Sequence[ErpSale]) -> Iterator[Difference]:
    live, show = living(sales), typed(f"show {note.id}")
    if not live and sales:
        number = _("sale {number}, cancelled").format(number=sales[0].number)
        what = _("paid, and its sale is cancelled in the ERP")
        yield replace(_of_amounts(note.id, "sale_cancelled", what, (due, None), show), theirs=number)
    elif not live:
        yield _of_amounts(note.id, "no_sale", _("paid, and no sale in the ERP"), (due, None), show)
    elif live[0].total is not None and live[0].total != due:
        yield _of_amounts(note.id, "other_sum", _("another sum"), (due, live[0].total), show)


def _of_amounts(
    name: str, code: str, what: str, amounts: tuple[int | None, int | None], step: str
) -> Difference:
    """Two amounts in centavos that differ, where there are both."""
    ours, theirs = ("" if amount is None else written(amount) for amount in amounts)
    return Difference(name, code, what, ours, theirs, step, amounts=amounts)


def _not_paid(note: OrderNote, sales: Sequence[ErpSale]) -> Iterator[Difference]:
    for sale in living(sales):
        number = _("sale {number}").format(number=sale.number)
        step = _("put sale {number} right in the ERP, then: contaazul-sync ignore {order}")
        yield Difference(
            note.id,
            "not_paid",
            _("sold, and not paid in the shop"),
            note.status,
            number,
            step.format(number=sale.number, order=note.id),
            amounts=(None, sale.total),
        )


def months(
    notes: Iterable[OrderNote],
    ours: Mapping[OrderId, Sequence[ErpSale]],
    kept: Mapping[OrderId, Sale],
    taken: Mapping[OrderId, tuple[int, int]],
) -> list[Month]:
    """The sums of each month, by the day of the payment in São Paulo, the oldest first.

    On one side the paid orders, at what their sales should be, on the other all live sales of ours, of
    whatever order. `kept`: the sales that the state knows; `taken`: what was received of each order, and the
    fees of it.
    """
    sums: dict[str, list[int]] = {}
    for note in notes:
        live, paid = living(ours.get(note.id, ())), note.payment is Payment.PAID
        if not (live or paid or note.id in taken):
            continue
        row = sums.setdefault(f"{local_day(note.counted_at):%Y-%m}", [0] * 6)
        value = sum(sale.total or 0 for sale in live)
        due = _booked(note, kept.get(note.id)) if paid else 0
        for place, number in enumerate((int(paid), due, len(live), value, *taken.get(note.id, (0, 0)))):
            row[place] += number
    return [Month(month, *row) for month, row in sorted(sums.items())]
