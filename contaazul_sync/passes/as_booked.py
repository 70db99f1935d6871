"""As what an order was booked, by the sale that the ERP has of it."""

from dataclasses import replace
from functools import cached_property

from contaazul_sync.core.booked import has_the_same, says_the_same
from contaazul_sync.core.days import beginning
from contaazul_sync.core.drafts.sales import SaleDraft, sale_draft
from contaazul_sync.core.erp import ErpSale
from contaazul_sync.core.errors import Missing, Unusable
from contaazul_sync.core.fingerprints import OTHER, UNSEEN
from contaazul_sync.core.ids import ErpId, OrderId
from contaazul_sync.core.money import HUNDRED
from contaazul_sync.core.orders import Order, OrderNote, Payment
from contaazul_sync.core.quantities import added_up
from contaazul_sync.passes.parts import Parts


class AsBooked:
    """Compares a sale that is met in the ERP with its order as it is now."""

    def __init__(self, parts: Parts) -> None:
        self.parts, self.state = parts, parts.state

    @cached_property
    def _linked(self) -> set[ErpId]:
        return {link.erp_id for link in self.state.links.all() if not link.missing}

    async def note_of(
        self,
        order_id: OrderId,
        sale: ErpSale,
        note: OrderNote | None,
        order: Order | None,
        *,
        by_sums: bool = False,
    ) -> OrderNote | None:
        """An order as it was booked, where that is not what the shop tells now, or not known.

        What was paid may have been less, and booked so. Everything else is a change that nobody has looked
        at, in the shop or in the ERP. `by_sums`: whatever its items are. Raises ItemError, Unavailable.
        """
        if note is None:
            moment = beginning(sale.day) if sale.day else self.parts.clock()
            made_from = "" if sale.total is None else UNSEEN
            return OrderNote(order_id, Payment.PAID, sale.total or 0, (), moment, moment, made_from)
        total = note.total if sale.total is None else sale.total
        if await self._is_as_told(sale, note, order, by_sums=by_sums):
            return None if total == note.total else replace(note, total=total)
        return replace(note, total=total, fingerprint=OTHER)

    async def _is_as_told(
        self, sale: ErpSale, note: OrderNote, order: Order | None, *, by_sums: bool
    ) -> bool:
        if order is None or {sku for sku, _quantity in note.items} & self.parts.rules.kits.keys():
            paid = order.total_paid if order else None
            return sale.total in (None, note.total, paid)
        try:
            draft = self._draft(sale, order)
        except Unusable:  # it would not be sold as it is now
            return False
        return says_the_same(sale, draft) and (by_sums or await self._has_the_same(sale, draft))

    def _draft(self, sale: ErpSale, order: Order) -> SaleDraft:
        """The sale that an order would become now, for what was paid of it. Raises Unusable."""
        paid = sale.total if sale.total == order.total_paid else order.total
        rules = replace(self.parts.rules, paid_differs="split", paid_differs_limit=HUNDRED, rounding="absorb")
        return sale_draft(replace(order, total_paid=paid), rules)

    async def _has_the_same(self, sale: ErpSale, draft: SaleDraft) -> bool:
        linked = self.state.links.of_skus({line.sku for line in draft.lines})
        products = {sku: next(iter(ids)) for sku, ids in linked.items() if len(ids) == 1}
        try:
            items = await self.parts.erp.sale_items(sale.id)
        except Missing:
            return True
        sold = added_up((item.product, item.quantity) for item in items)
        return has_the_same(sold, draft, products, self._linked)
