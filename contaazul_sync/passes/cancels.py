"""Cancelling the sale of an order that ended: from the sale as it is in the ERP, without asking the shop."""

from contaazul_sync.core.deeds import CANCELLED
from contaazul_sync.core.drafts.cancels import cancel_draft
from contaazul_sync.core.erp import Booking, ErpSale
from contaazul_sync.core.errors import ItemError, Missing, Refused
from contaazul_sync.core.items import Kind
from contaazul_sync.core.money import written
from contaazul_sync.core.orders import Buyer, OrderNote, Payment
from contaazul_sync.core.plan.actions import CancelSale
from contaazul_sync.core.words import Said, _
from contaazul_sync.erp.payloads import cancel_payload
from contaazul_sync.erp.refusals import is_person_unknown
from contaazul_sync.passes.outcomes import Ended, keep, without_buyer
from contaazul_sync.passes.parts import Parts
from contaazul_sync.passes.sold import units_of


class Cancels:
    """Cancels the sales of orders that ended, where the merchant says so."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    async def cancel(self, cancel: CancelSale) -> None:
        """Cancel an order's sale while it is open, and look whether the ERP did.

        Raises Ended, and Unusable where the ERP tells too little of the sale to cancel it.
        """
        parts, erp = self.parts, self.parts.erp
        try:
            booking = await erp.booking(cancel.sale.erp_id)
        except Missing:
            raise Ended(_("the ERP does not show it any more")) from None
        sale = booking.sale
        if not sale.cancelled:
            if received := await self._received(cancel, sale):
                text = _(
                    "{sum} of it was received in the ERP, which cancelling sale {number} would leave there"
                )
                step = _("give it back and cancel the sale in the ERP, then: contaazul-sync retry {order}")
                text = text.format(sum=written(received), number=sale.number)
                raise Ended(text, step.format(order=cancel.note.id))
            if sale.situation == "FATURADO":
                raise Ended(_invoiced(cancel.note).format(number=sale.number))
            await self._set_cancelled(cancel, booking)
            if not (await erp.sale(sale.id)).cancelled:
                text = _("the ERP took the cancelling of sale {number}, and did not do it")
                raise Ended(text.format(number=sale.number), _again(cancel))
        units = units_of(parts.state, cancel.note, parts.rules) if cancel.sale.moves_stock else {}
        now = parts.clock()
        parts.state.sales.end(cancel.note.id, units, now, parts.settled_at(now))
        parts.did(CANCELLED)

    async def _received(self, cancel: CancelSale, sale: ErpSale) -> int:
        """What was received of a sale, by us or somebody else, in a home that settles any; in centavos."""
        settlements, rules = self.parts.state.settlements, self.parts.rules.payments.values()
        if not any(rule.is_settled for rule in rules) and not settlements.follows(cancel.note.id):
            return 0
        there = await self.parts.erp.receivables.parts(sale.event) if sale.event else []
        told = sum(each.gross for part in there for each in part.settlements)
        return told if there else settlements.received(cancel.note.id)

    async def _set_cancelled(self, cancel: CancelSale, booking: Booking) -> None:
        sale, items = booking.sale, await self.parts.erp.sale_items(booking.sale.id)
        draft = cancel_draft(booking, items)
        try:
            await self.parts.erp.cancel_sale(sale.id, cancel_payload(draft))
        except Refused as error:  # a cancelled sale refuses every change: our own lost answer, or a person
            if (await self.parts.erp.sale(sale.id)).cancelled:
                return
            text = _("the ERP refused to cancel sale {number}: {text}")
            if is_person_unknown(error.text):
                text = _("the ERP takes no change of it while its customer is not an active one")
            said = without_buyer(error, Buyer(name=booking.buyer)).text
            raise Ended(text.format(number=sale.number, text=said), _again(cancel)) from None

    def failed(self, cancel: CancelSale, error: ItemError) -> None:
        """Keep why a sale was not cancelled: a person has to look at it."""
        text = _("sale {number} is not cancelled: {why}").format(number=cancel.sale.number, why=error.message)
        step = error.next_step if isinstance(error, Ended) else _again(cancel)
        keep(self.parts, Kind.SALE, cancel.note.id, cancel.note.version, Ended(text, step), "")


def _invoiced(note: OrderNote) -> Said:
    """Why the sale of an order that ended is not cancelled."""
    if note.payment is Payment.REFUNDED:
        return _("refunded in the shop, and sale {number} is invoiced in the ERP")
    return _("cancelled in the shop, and sale {number} is invoiced in the ERP")


def _again(cancel: CancelSale) -> Said:
    """What to do about a sale that could be cancelled another time, or by hand: both end with `retry`."""
    text = _("put it right or cancel the sale in the ERP, then: contaazul-sync retry {order}")
    return text.format(order=cancel.note.id)
