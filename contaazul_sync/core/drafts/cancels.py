"""What is said to the ERP to cancel a sale: the whole sale again, as the ERP has it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from contaazul_sync.core.drafts.marks import marks_in
from contaazul_sync.core.erp import Booking, SaleItem
from contaazul_sync.core.errors import Unusable
from contaazul_sync.core.money import HUNDRED, written
from contaazul_sync.core.words import _


@dataclass(frozen=True, slots=True)
class CancelDraft:
    """A sale as it is in the ERP: items - discount + freight = total = the sum of the parts."""

    booking: Booking
    items: tuple[SaleItem, ...]


def cancel_draft(booking: Booking, items: Sequence[SaleItem]) -> CancelDraft:
    """The change that cancels a sale and leaves all else of it as it is, whoever made it so.

    The notes come back where the mark was put, for an ERP that tells the two the other way round. Raises
    Unusable where the ERP tells less than a change has to say: the rest would be taken off the sale.
    """
    if missing := ", ".join(_missing(booking, items)):
        text = _("the ERP does not tell {missing}, which cancelling it has to repeat")
        raise Unusable(text.format(missing=missing))
    total = booking.sale.total or 0
    made = sum(map(_amount, items)) - booking.discount + booking.freight
    if made != total:
        text = _("in the ERP its items, discount and freight make {made}, and its total is {total}")
        raise Unusable(text.format(made=written(made), total=written(total)))
    due = sum(part.amount or 0 for part in booking.parts)
    if due != total:
        text = _("in the ERP its instalments make {made}, and its total is {total}")
        raise Unusable(text.format(made=written(due), total=written(total)))
    if marks_in(booking.payment_notes) and not marks_in(booking.notes):
        booking = replace(booking, notes=booking.payment_notes, payment_notes=booking.notes)
    return CancelDraft(booking, tuple(items))


def _missing(booking: Booking, items: Sequence[SaleItem]) -> Iterator[str]:
    """What the ERP does not tell of a sale, within a sentence."""
    if not booking.sale.customer:
        yield _("the sale's customer")
    if booking.day is None:
        yield _("the sale's day")
    if booking.sale.total is None:
        yield _("the sale's total")
    if not items:
        yield _("the sale's items")
    if not all(item.product for item in items):
        yield _("the product of an item")
    if not booking.parts or any(part.due is None or part.amount is None for part in booking.parts):
        yield _("the sale's instalments")


def _amount(item: SaleItem) -> int:
    return int((item.quantity * item.price * HUNDRED).quantize(Decimal(1), ROUND_HALF_UP))
