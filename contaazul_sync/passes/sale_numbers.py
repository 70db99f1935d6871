"""The numbers of our sales, and what they tell: whether the state is older than the ERP."""

import asyncio

from contaazul_sync.core.drafts.marks import marked_order
from contaazul_sync.core.errors import StateError
from contaazul_sync.core.ids import OrderId
from contaazul_sync.core.items import Kind
from contaazul_sync.core.words import _
from contaazul_sync.passes.parts import Parts

CHECKED_NUMBER = "checked_number"  # note in the state: no unknown sale of ours up to this number


class SaleNumbers:
    """Hands out a number for each sale; each is written down with its intent before it is used."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self._asking = asyncio.Lock()
        self._next: int | None = None

    async def take(self) -> int:
        """The next number: the ERP's hint, or one above our highest, whichever is higher."""
        async with self._asking:
            if self._next is None:
                hint = await self.parts.erp.next_number() or 1
                self._next = max(hint, self.parts.state.sends.highest_number() + 1)
            number = self._next
            self._next += 1
            return number

    def skip_to(self, number: int) -> None:
        """Others have the numbers below this one."""
        self._next = max(number, self._next or 0)

    async def check_age(self) -> None:
        """Stop when the ERP has sales of ours that this state does not know. Raises StateError.

        So it is after an old copy of the state was put back, or the file was lost: going on would sell again
        what is sold. Read are the API's sales above the highest number that is known to be right, from the
        day on whose orders are sent at all.
        """
        parts, highest = self.parts, self.parts.state.sends.highest_number()
        known = max(highest, int(parts.state.notes.get(CHECKED_NUMBER) or 0))
        hint = await parts.erp.next_number()
        self._next = max(hint or 1, highest + 1)
        if hint is not None and hint - 1 <= known:
            return
        seen = known
        async for sale in parts.erp.list_sales(above=known, since=parts.rules.since):
            order_id = marked_order(parts.rules.shop_id, sale.notes)
            if order_id and not self._knows(OrderId(order_id)):
                text = _(
                    "The ERP has sale {number} of order {order}, which the state file does not know:"
                    " it is older than the ERP, or new. Nothing was sent. Run: contaazul-sync rebuild"
                )
                raise StateError(text.format(number=sale.number, order=order_id))
            seen = max(seen, sale.number)
        parts.state.notes.set(CHECKED_NUMBER, str(max(seen, (hint or 1) - 1)))

    def _knows(self, order_id: OrderId) -> bool:
        state = self.parts.state
        at = (Kind.SALE, order_id)
        sent = state.sends.in_question(order_id)
        return bool(state.sales.of([order_id]) or sent or at in state.items.ignored())
