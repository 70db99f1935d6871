"""Sending an order: read again, drafted, and booked as a sale under a number that is written down first."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from contaazul_sync.core.deeds import ORDERS
from contaazul_sync.core.drafts.documents import document_of
from contaazul_sync.core.drafts.lines import Kit, KitPart
from contaazul_sync.core.drafts.sales import SaleDraft, sale_draft
from contaazul_sync.core.erp import ErpSale
from contaazul_sync.core.errors import (
    ItemError,
    NotYet,
    Refused,
    SyncError,
    Unanswered,
    Unavailable,
    Unusable,
    Waits,
)
from contaazul_sync.core.fingerprints import EDITION, changed
from contaazul_sync.core.ids import ErpId, OrderId
from contaazul_sync.core.items import Group, Kind, Outcome, Send
from contaazul_sync.core.orders import Buyer, Order, OrderNote, Payment
from contaazul_sync.core.plan.actions import SendOrder
from contaazul_sync.core.plan.orders import order_version
from contaazul_sync.core.words import Said, _, quoted
from contaazul_sync.erp.payloads import BookedOn, sale_payload
from contaazul_sync.erp.refusals import free_number, is_number_taken, is_person_unknown
from contaazul_sync.passes.accounts import Accounts
from contaazul_sync.passes.asking import was_asked
from contaazul_sync.passes.crew import MOST_TROUBLES
from contaazul_sync.passes.customers import Customers
from contaazul_sync.passes.leaving import leaving
from contaazul_sync.passes.meanings import held_before
from contaazul_sync.passes.naming import named
from contaazul_sync.passes.ours import ours_among, unclear_among
from contaazul_sync.passes.outcomes import Ended, HeldBefore, keep, without_buyer
from contaazul_sync.passes.parts import Parts
from contaazul_sync.passes.sale_numbers import SaleNumbers
from contaazul_sync.passes.seen import Seen
from contaazul_sync.passes.sold import may_be_its, record_sale, take_over, whose_step
from contaazul_sync.shops.port import Unreadable

NUMBER_TRIES = 5  # sale numbers that others may take from under us, one after the other
SETTLE_PAUSES = (1.5, 3.0, 6.0, 6.0)  # seconds; a new customer is unknown to the ERP's sales for a moment
NEWS = timedelta(minutes=5)  # an order that was read no longer ago is not read again before it is sent


class NotPaid(ItemError):
    """The order is not paid any more."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A paid order as it was just read, with the buyer's document, if any, and the draft of its sale."""

    note: OrderNote
    buyer: Buyer
    document: str | None
    draft: SaleDraft


class Orders:
    """Makes sales of orders."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.numbers = SaleNumbers(parts)
        self.accounts = Accounts(parts)
        self.seen = Seen(full=False, walk=0)
        self._customers = Customers(parts)
        self._documents: dict[str | None, asyncio.Lock] = {}
        self._shop_troubles = 0

    # Reading

    async def read(self, send: SendOrder) -> Ready:
        """Read an order again and make its draft. Raises Unusable for one that cannot become a sale."""
        order = self._just_seen(send.key) or await self._ask_shop(send.key)
        if order is None:
            raise Unusable(_("the shop does not show this order any more"))
        if isinstance(order, Unreadable):
            raise Unusable(order.reason)
        note, rules = order.note(), self.parts.rules
        note = send.note if note == send.note else self.parts.state.orders.keep(note, self.parts.clock())
        if note.payment is not Payment.PAID:
            raise NotPaid(_("it is not paid any more"))
        document = document_of(order.buyer)
        if document is None and not rules.consumer:
            raise Unusable(_("the buyer gave no CPF or CNPJ"), _without_document(order.id))
        return Ready(note, order.buyer, document, sale_draft(order, rules, self._kits(note)))

    async def examine(self, send: SendOrder) -> Ready:
        """Read an order again, and say whether it may go as it is now. Sends nothing.

        What was held by older rules is not sent by newer ones alone: it may be booked by hand by now. A
        change in the shop or of the settings ends that, and so does `retry`. Raises Unusable, HeldBefore.
        """
        ready = await self.read(send)
        failure = self.parts.state.items.failure(Kind.SALE, ready.note.id)
        if failure is None or failure.held_by is None or failure.held_by >= EDITION:
            return ready
        marks = [order_version(ready.note, self.parts.rules), *held_before(self.parts.state, ready.note)]
        if ready.draft.remarks:  # the plan held it, for a line that is left out now
            marks.append(ready.note.version)
        if all(changed(failure.held_as, mark) for mark in marks):
            return ready
        self._products_of(ready.draft)
        await self.accounts.booked_on(ready.draft.method)
        await self._customers.look(ready.document)
        held = failure.group is Group.HELD
        raise HeldBefore(failure.reason if held else _("an older version of this program held it"))

    def _just_seen(self, order_id: OrderId) -> Order | None:
        """The order as this pass's walk read it, while that is news and it tells who bought."""
        read_at, order = self.seen.read_at, self.seen.orders.get(order_id)
        if order is None or read_at is None or self.parts.clock() - read_at > NEWS:
            return None
        return order if order.buyer.document else None

    async def _ask_shop(self, order_id: str) -> Order | Unreadable | None:
        """One order of the shop. One that it cannot show is that order's trouble; several, the shop's."""
        try:
            order = await self.parts.shop.order(order_id)
        except Unavailable as error:
            self._shop_troubles += 1
            if self._shop_troubles >= MOST_TROUBLES:
                raise
            raise Refused(0, error.message, "the shop") from error
        self._shop_troubles = 0
        return named(self.parts.state, order) if isinstance(order, Order) else order

    def _kits(self, note: OrderNote) -> dict[str, Kit]:
        """The order's kits that the ERP does not have as products, with their parts as the shop has them."""
        kits, state = self.parts.rules.kits, self.parts.state
        skus = {sku for sku, _quantity in note.items} & kits.keys()
        return {sku: self._kit(kits[sku]) for sku in skus - state.links.of_skus(skus).keys()}

    def _kit(self, parts: tuple[tuple[str, Decimal], ...]) -> Kit:
        state = self.parts.state
        keys = state.products.keys_of_skus(sku for sku, _quantity in parts)
        products = {product.key: product for product in state.products.of(keys.values())}
        told = {sku: (products[key].name, products[key].price) for sku, key in keys.items()}
        return Kit(tuple(KitPart(sku, *_named(told, sku), quantity) for sku, quantity in parts))

    # Selling

    async def send(self, send: SendOrder) -> None:
        """Read an order again and make its sale, unless it is not paid any more."""
        try:
            ready = await self.examine(send)
        except NotPaid:
            self.parts.state.items.clear(Kind.SALE, send.key)
            return
        products = self._products_of(ready.draft)
        async with self._documents.setdefault(ready.document, asyncio.Lock()):
            try:
                await self._sell(ready, products)
            except Refused as error:
                raise without_buyer(error, ready.buyer) from None
        self.parts.did(ORDERS, ready.draft.total)

    def _products_of(self, draft: SaleDraft) -> dict[str, ErpId]:
        """The ERP's product for each SKU of a sale. Raises Waits."""
        skus = {line.sku for line in draft.lines}
        linked = self.parts.state.links.of_skus(skus)
        missing = sorted(sku for sku in skus if len(linked.get(sku, ())) != 1)
        if missing:
            raise Waits(_("not in the ERP yet: {skus}").format(skus=", ".join(missing)))
        return {sku: next(iter(linked[sku])) for sku in skus}

    async def _sell(self, ready: Ready, products: dict[str, ErpId]) -> None:
        """Make the sale, waiting for the ERP to know a customer that is new, or that it forgot."""
        booked = await self.accounts.booked_on(ready.draft.method)
        for pause in (*SETTLE_PAUSES, None):
            customer = await self._customers.find(ready.buyer, ready.document, ready.note.id)
            try:
                await self._book(ready, products, customer, booked)
                return
            except Refused as error:
                if not is_person_unknown(error.text):
                    raise
            if pause is None:
                text = _("the ERP's sales do not know the customer yet")
                step = _("nothing to do, if they are new; else make them an active customer in the ERP")
                raise NotYet(text, step)
            self._customers.forget(ready.document)
            await self.parts.sleep(pause)

    async def _book(
        self, ready: Ready, products: dict[str, ErpId], customer: ErpId, booked: BookedOn
    ) -> None:
        """Create the sale under a number that is written down first."""
        parts, state, draft = self.parts, self.parts.state, ready.draft
        note = replace(ready.note, total=draft.total)  # as it is booked: what was paid may be less
        for _try in range(NUMBER_TRIES):
            if await self._is_sold(note.id):
                return
            before, earlier = state.intents.get(Kind.SALE, note.id), state.sends.in_question(note.id)
            asked = before.number if before else earlier[-1].number if earlier else None
            number = asked or await self.numbers.take()
            status = parts.rules.sale_status
            body = sale_payload(draft, number, customer, products, status, booked)
            try:
                erp_id = await parts.erp.create_sale(body, leaving(parts, Kind.SALE, note.id, number, note))
            except Unanswered:
                raise
            except Refused as error:
                if ours := await self._refused(ready, number, error, is_first=asked is None):
                    record_sale(parts, note.id, ours, number)
                    return
                continue
            except SyncError:  # it did not go out
                state.intents.restore(Kind.SALE, note.id, before)
                raise
            record_sale(parts, note.id, erp_id, number, note)
            for remark in draft.remarks:
                state.remarks.add(note.id, quoted(remark), parts.clock())
            return
        raise Unavailable(_("other sales keep taking the ERP's next numbers."))

    async def _is_sold(self, order_id: OrderId) -> bool:
        """Whether an order, of which nothing is in doubt now, became a sale by an earlier send.

        What was sent, and not found when its grace was over, was not looked for in this pass.
        """
        parts, state = self.parts, self.parts.state
        if state.intents.get(Kind.SALE, order_id):
            return False
        for send in state.sends.in_question(order_id):
            found, sends = await parts.erp.find_sales(send.number), state.sends.under(order_id, send.number)
            if ours := ours_among(found, sends, parts.rules.shop_id):
                take_over(parts, order_id, ours, sends)
                return True
            if found:
                self._check_clear(found, sends)
                state.sends.came_to(order_id, send.number, Outcome.FOREIGN)
        return False

    async def _refused(self, ready: Ready, number: int, error: Refused, *, is_first: bool) -> ErpId | None:
        """Our own sale, when it was refused in favour of that; None when another number is to be tried.

        Raises Refused; Unanswered where the ERP does not show yet what has the number; and Ended where that
        may be ours, and only a person can tell.
        """
        self.parts.state.sends.was_refused(ready.note.id)
        if is_number_taken(error.text):
            found = await self.parts.erp.find_sales(number)
            sends = self.parts.state.sends.under(ready.note.id, number)
            if not found:
                text = _("the ERP says that number {number} is in use, and shows no such sale yet")
                raise Unanswered(text.format(number=number))
            ours = ours_among(found, sends, self.parts.rules.shop_id)
            if ours is None:
                self._check_clear(found, sends)
                self.parts.state.sends.came_to(ready.note.id, number, Outcome.FOREIGN)
                self.numbers.skip_to(max(free_number(error.text), number + 1))
            return ours.id if ours else None
        # An earlier send was looked for in vain: this refusal is told, and the number stays the order's.
        outcome = Outcome.REFUSED if is_first else Outcome.ABSENT
        self.parts.state.sends.came_to(ready.note.id, number, outcome)
        raise error

    def _check_clear(self, found: Iterable[ErpSale], sends: Sequence[Send]) -> None:
        """A sale that may be the order's is put before a person, once. Raises Ended."""
        order_id, unclear = sends[0].order_id, unclear_among(found, sends, self.parts.rules.shop_id)
        if unclear and not was_asked(self.parts, order_id, reason := may_be_its(unclear)):
            self.parts.state.remarks.add(order_id, reason, self.parts.clock())
            raise Ended(reason, whose_step(order_id))

    # What did not go through

    def send_failed(self, send: SendOrder, error: ItemError) -> None:
        """Keep why an order did not become a sale."""
        note = self.parts.state.orders.get(send.key) or send.note
        version = order_version(note, self.parts.rules)
        keep(self.parts, Kind.SALE, send.key, version, error, f"retry {send.key}")


def _without_document(order_id: OrderId) -> Said:
    text = _(
        "put it right in the shop; or book such orders on one customer: contaazul-sync config set"
        " orders.consumer NAME; or book it in the ERP by hand and: contaazul-sync ignore {order}"
    )
    return text.format(order=order_id)


def _named(told: dict[str, tuple[str, int]], sku: str) -> tuple[str, int]:
    """A part's name and price in the shop; one that the shop does not list goes by its SKU."""
    return told.get(sku, (sku, 0))
