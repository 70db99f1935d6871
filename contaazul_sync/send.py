"""Sending one item: a product, an order, a price. Each is written down before it is sent.

The create protocol, for a product, a customer and a sale alike:
    look it up -> write the intent down -> POST -> keep the id and close the intent, in one transaction
A refusal is an answer and closes the intent. A lost answer leaves it open: the next pass looks first.
"""

import asyncio
import hmac
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from contaazul_sync import drafts, payloads, plan
from contaazul_sync.contaazul import ContaAzul, is_taken
from contaazul_sync.drafts import Kit, KitPart, SaleDraft
from contaazul_sync.errors import (
    ItemError,
    Missing,
    Refused,
    StateError,
    Unanswered,
    Unavailable,
    Unusable,
    Waits,
)
from contaazul_sync.gather import record_sale, the_one, units_of
from contaazul_sync.models import (
    Buyer,
    ErpId,
    ErpProduct,
    ErpSale,
    Failure,
    Group,
    Kind,
    Link,
    Order,
    OrderId,
    OrderNote,
    Payment,
    PaymentRule,
    Rules,
    ShopKey,
)
from contaazul_sync.payloads import BookedOn
from contaazul_sync.plan import CancelSale, CreateProduct, SendOrder, SendPrice
from contaazul_sync.shop import Shop, Unreadable
from contaazul_sync.state import State

CHECKED_NUMBER = "checked_number"  # note in the state: no unknown sale of ours up to this number
MOST_CHECKED = 200  # sales read to find out whether the state is older than the ERP
NUMBER_TRIES = 5  # sale numbers that others may take from under us, one after the other
ASK_ALONE = 10  # up to so many products are looked up one by one; more, with the ERP's list
SETTLE_PAUSES = (1.5, 3.0, 6.0)  # seconds; a new customer is unknown to the ERP's sales for a moment

UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

Clock = Callable[[], datetime]
Sleep = Callable[[float], Awaitable[None]]


def way_out(kind: Kind, key: str) -> str:
    """What to do about an item that a rule holds."""
    if kind is Kind.PRODUCT:
        return "put it right in the shop; the next sync sends it"
    return f"put it right in the shop, or book it in the ERP by hand and: contaazul-sync ignore {key}"


class Ended(ItemError):
    """An order ended in the shop after its sale, and the sale could not be cancelled."""


class NotPaid(ItemError):
    """The order is not paid any more."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A paid order as it was just read, with the buyer's document, if any, and the draft of its sale."""

    note: OrderNote
    buyer: Buyer
    document: str | None
    draft: SaleDraft


class Sender:
    """Sends items and keeps the outcome in the state. `counts` is what the run reports."""

    def __init__(
        self,
        state: State,
        erp: ContaAzul,
        shop: Shop,
        rules: Rules,
        *,
        clock: Clock,
        grace: timedelta,
        hash_key: str,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.state, self.erp, self.shop, self.rules = state, erp, shop, rules
        self.clock, self.grace, self.hash_key, self.sleep = clock, grace, hash_key, sleep
        self.counts = {"created": 0, "updated": 0, "failed": 0}
        self.new_products: set[ShopKey] = set()
        self._catalogue: dict[str, list[ErpProduct]] | None = None
        self._documents: dict[str, asyncio.Lock] = {}
        self._numbers = asyncio.Lock()
        self._names = asyncio.Lock()
        self._named: dict[tuple[str, str], str | None] = {}
        self.unknown_methods: set[str] = set()
        self._next_number: int | None = None
        self._ncm_ids: dict[str, int | None] = {}

    # Products

    async def product(self, create: CreateProduct) -> None:
        """Create a product, or link the one that the ERP has with its SKU or EAN."""
        product = create.product
        draft = drafts.product_draft(product, create.price, create.balance)
        twin = await self._twin(draft.sku, draft.details.ean)
        if twin is None:
            twin = await self._create_product(create, draft)
        if twin is not None:
            await self._take_over(create, twin)
            return
        self.counts["created"] += 1

    async def read_catalogue(self, creates: int) -> None:
        """Before many products are created, read the ERP's whole list once, not each of them by itself."""
        if creates > ASK_ALONE:
            self._catalogue = {}
            async for product in self.erp.list_products():
                self._catalogue.setdefault(f"SKU {product.sku}", []).append(product)
                self._catalogue.setdefault(f"EAN {product.ean}", []).append(product)

    async def _twin(self, sku: str, ean: str) -> ErpId | None:
        twin = the_one(await self._with_sku(sku), f"the SKU {sku}")
        if twin is None and ean:
            twin = the_one(await self._with_ean(ean), f"the EAN {ean}")
        return twin.id if twin else None

    async def _with_sku(self, sku: str) -> list[ErpProduct]:
        if self._catalogue is None:
            return await self.erp.find_products(sku)
        return self._catalogue.get(f"SKU {sku}", [])

    async def _with_ean(self, ean: str) -> list[ErpProduct]:
        if self._catalogue is None:
            return await self.erp.find_products_by_ean(ean)
        return self._catalogue.get(f"EAN {ean}", [])

    async def _create_product(self, create: CreateProduct, draft: drafts.ProductDraft) -> ErpId | None:
        """Create it and link it. Returns the id of the one in its place, if the ERP has one after all."""
        key, before = create.key, self.state.intent(Kind.PRODUCT, create.key)
        body = payloads.product_payload(draft, *await self._fiscal(draft.details.ncm))
        self.state.sending(Kind.PRODUCT, key, self.clock())
        try:
            erp_id = await self.erp.create_product(body)
        except Unavailable:  # it did not go out
            self.state.restore_intent(Kind.PRODUCT, key, before)
            raise
        except Refused as error:
            if is_taken(error):
                return await self._twin_of_refused(create)
            self.state.close_intent(Kind.PRODUCT, key)
            raise
        base = create.product.base(self.rules.price_source)
        link = Link(key, erp_id, draft.sku, base, create.price, draft.balance)
        self.state.save_link(link, self.clock())
        self.new_products.add(key)
        return None

    async def _twin_of_refused(self, create: CreateProduct) -> ErpId:
        sku = create.product.sku
        twin = the_one(await self.erp.find_products(sku), f"the SKU {sku}")
        if twin is None:
            raise Unanswered("the ERP says that the SKU is in use, and does not list it yet.")
        return twin.id

    async def _take_over(self, create: CreateProduct, erp_id: ErpId) -> None:
        """Link a product that was there, and give it the shop's price: the merchant chose to send it."""
        product = create.product
        link = Link(product.key, erp_id, product.sku, compare_after=self.clock())
        self.state.save_link(link, self.clock())
        await self.erp.set_price(erp_id, create.price)
        base = product.base(self.rules.price_source)
        self.state.update_link(replace(link, base=base, sent=create.price), self.clock())
        self.counts["updated"] += 1

    async def _fiscal(self, ncm: str) -> tuple[int | None, int | None]:
        """The ERP's ids of the unit UN and of an NCM code, each asked once a run; None where not known."""
        if not ncm:
            return None, None
        try:
            if "UN" not in self._ncm_ids:
                self._ncm_ids["UN"] = await self.erp.find_unit("UN")
            if ncm not in self._ncm_ids:
                self._ncm_ids[ncm] = await self.erp.find_ncm(ncm)
        except (Refused, Unavailable):
            return None, None  # the fiscal data is a help for the invoice, never a reason to hold a product
        return self._ncm_ids["UN"], self._ncm_ids[ncm]

    async def price(self, change: SendPrice) -> None:
        """Set a price. A product that the ERP knows no more is parked; it is not created again by itself."""
        link = self.state.link(change.key)
        if link is None:
            return
        try:
            await self.erp.set_price(change.erp_id, change.new)
        except Missing:
            self.state.update_link(replace(link, missing=True), self.clock())
            raise Unusable("it was deleted in the ERP") from None
        self.state.update_link(replace(link, base=change.base, sent=change.new), self.clock())
        self.state.clear_failure(Kind.PRODUCT, change.key)
        self.counts["updated"] += 1

    # Orders

    async def read_order(self, send: SendOrder) -> Ready:
        """Read an order again and make its draft. Raises Unusable for one that cannot become a sale."""
        order = await self.shop.order(send.key)
        if order is None:
            raise Unusable("the shop does not show this order any more")
        if isinstance(order, Unreadable):
            raise Unusable(order.reason)
        note = order.note()
        self.state.save_orders([note])
        if note.payment is not Payment.PAID:
            raise NotPaid("it is not paid any more")
        document = drafts.document_of(order.buyer)
        if document is None and not self.rules.consumer:
            raise Unusable("the buyer gave no CPF or CNPJ")
        return Ready(note, order.buyer, document, drafts.sale_draft(order, self.rules, self._kits(note)))

    def _kits(self, note: OrderNote) -> dict[str, Kit]:
        """The order's kits that the ERP does not have as products, with their parts as the shop has them."""
        skus = {sku for sku, _ in note.items} & self.rules.kits.keys()
        unlinked = skus - self.state.linked_skus(skus).keys()
        return {sku: self._kit(self.rules.kits[sku]) for sku in unlinked}

    def _kit(self, parts: tuple[tuple[str, Decimal], ...]) -> Kit:
        keys = self.state.keys_of_skus(sku for sku, _ in parts)
        products = {p.key: p for p in self.state.products(keys.values())}
        found = {sku: products[key] for sku, key in keys.items()}
        return Kit(
            tuple(
                KitPart(sku, found[sku].name, quantity, found[sku].price)
                if sku in found
                else KitPart(sku, sku, quantity, 0)
                for sku, quantity in parts
            )
        )

    async def order(self, send: SendOrder) -> None:
        """Read an order again and make its sale, unless it is not paid any more."""
        try:
            ready = await self.read_order(send)
        except NotPaid:
            self.state.clear_failure(Kind.SALE, send.key)
            return
        products = self._products_of(ready.draft)
        async with self._documents.setdefault(ready.document or "", asyncio.Lock()):
            await self._sell(ready, products)
        self.counts["created"] += 1

    def _products_of(self, draft: SaleDraft) -> dict[str, ErpId]:
        """The ERP's product for each SKU of a sale. Raises Waits."""
        skus = [line.sku for line in draft.lines]
        linked = self.state.linked_skus(skus)
        missing = sorted({sku for sku in skus if len(linked.get(sku, ())) != 1})
        if missing:
            raise Waits(f"not in the ERP yet: {', '.join(missing)}")
        return {sku: next(iter(linked[sku])) for sku in skus}

    async def _sell(self, ready: Ready, products: dict[str, ErpId]) -> None:
        """Make the sale, waiting for the ERP to know a customer that is new, or that it forgot."""
        note = ready.note
        who = ready.document or f"consumer {self.rules.consumer}"
        hashed = hmac.new(self.hash_key.encode(), who.encode(), "sha256").hexdigest()
        booked = await self._booked_on(ready.draft.method)
        is_old = self.state.customer(hashed) is not None
        for pause in (*SETTLE_PAUSES, None):
            customer = self.state.customer(hashed)
            if customer is None:
                customer = await self._customer(ready, hashed)
            try:
                erp_id, number = await self._book(note, ready.draft, products, customer, booked)
                break
            except Refused as error:
                if pause is None or not payloads.is_person_unknown(error.text):
                    raise
                if is_old:  # known to us, and not to the ERP: look again, by the document
                    self.state.forget_customer(hashed)
                    is_old = False
            await self.sleep(pause)
        record_sale(self.state, note.id, erp_id, number, self.rules, self.clock(), self.grace, note)

    async def _customer(self, ready: Ready, hashed: str) -> ErpId:
        """The buyer as the ERP's customer: found by the document, made a customer, or created."""
        if ready.document is None:
            return await self._consumer(hashed)
        found = await self.erp.find_people(ready.document)
        active = [person for person in found if person.active]
        if found and not active:
            raise Unusable("the ERP has the buyer's CPF or CNPJ as an inactive person: make it active there")
        customers = [person for person in active if "Cliente" in person.profiles] or active
        if len(customers) > 1:
            raise Unusable(
                f"the ERP has {len(customers)} people with the buyer's CPF or CNPJ: leave one of them"
            )
        if not customers:
            return await self._create_customer(ready.buyer, ready.document, hashed)
        person = customers[0]
        if "Cliente" not in person.profiles:
            await self.erp.make_customer(person)
        self.state.save_customer(hashed, person.id)
        return person.id

    async def _consumer(self, hashed: str) -> ErpId:
        """The one customer that the merchant named for buyers without a document."""
        name = self.rules.consumer
        found = [p for p in await self.erp.find_people_named(name) if p.active and "Cliente" in p.profiles]
        if len(found) != 1:
            raise Unusable(
                f"the ERP has {len(found)} active customers named '{name}', as [orders] consumer says"
            )
        self.state.save_customer(hashed, found[0].id)
        return found[0].id

    async def _booked_on(self, method: str) -> BookedOn:
        """What the merchant's table says of a way of paying, as ids of the ERP. Raises Unusable."""
        word = drafts.payment_word(method)
        rule = self.rules.payments.get(word, PaymentRule())
        if payloads.payment_type(method, rule.type) == payloads.OTHER_PAYMENT and not rule.type:
            self.unknown_methods.add(word or "(none)")
        return BookedOn(
            type=rule.type,
            account=await self._id_of("account", rule.account),
            category=await self._id_of("category", rule.category),
            cost_center=rule.cost_center,
            seller=await self._id_of("seller", rule.seller),
        )

    async def _id_of(self, what: str, name: str) -> str:
        """The ERP's id for a name, asked once a run; an id is taken as it is."""
        if not name or UUID.fullmatch(name):
            return name
        async with self._names:
            if (what, name) not in self._named:
                self._named[what, name] = await self.erp.find_named(what, name)
        found = self._named[what, name]
        if found is None:
            raise Unusable(f"the ERP does not have the {what} '{name}' of the [payments] table, or not once")
        return found

    async def _create_customer(self, buyer: Buyer, document: str, hashed: str) -> ErpId:
        before = self.state.intent(Kind.CUSTOMER, hashed)
        if before and plan.in_grace(before, self.clock(), self.grace):
            raise Unanswered("the ERP's answer to creating the customer was lost; it is not found there yet.")
        draft = drafts.person_draft(buyer, document)
        self.state.sending(Kind.CUSTOMER, hashed, self.clock())
        try:
            erp_id = await self._post_person(draft)
        except Unavailable:
            self.state.restore_intent(Kind.CUSTOMER, hashed, before)
            raise
        except Refused as error:
            if payloads.is_person_duplicate(error.text):
                raise Unanswered(
                    "the ERP says that the customer is there, and does not list it yet."
                ) from None
            self.state.close_intent(Kind.CUSTOMER, hashed)
            raise
        self.state.save_customer(hashed, erp_id)
        return erp_id

    async def _post_person(self, draft: drafts.PersonDraft) -> ErpId:
        """Create a person; when the ERP dislikes the phone or the address, without them."""
        try:
            return await self.erp.create_person(payloads.person_payload(draft))
        except Refused as error:
            if payloads.is_person_duplicate(error.text):
                raise
        return await self.erp.create_person(payloads.person_payload(draft, bare=True))

    async def _book(
        self,
        note: OrderNote,
        draft: SaleDraft,
        products: dict[str, ErpId],
        customer: ErpId,
        booked: BookedOn,
    ) -> tuple[ErpId, int]:
        """Create the sale under a number that is written down first. Returns its id and number."""
        for _ in range(NUMBER_TRIES):
            before = self.state.intent(Kind.SALE, note.id)
            number = before.number if before and before.number else await self._number()
            body = payloads.sale_payload(draft, number, customer, products, self.rules.sale_status, booked)
            self.state.sending(Kind.SALE, note.id, self.clock(), number)
            try:
                return await self.erp.create_sale(body), number
            except Unavailable:  # it did not go out
                self.state.restore_intent(Kind.SALE, note.id, before)
                raise
            except Refused as error:
                if not payloads.is_number_taken(error.text):
                    self.state.close_intent(Kind.SALE, note.id)
                    raise
                free = max(payloads.free_number(error.text), number + 1)
            ours = await self._holder_of(number, draft)
            if ours:
                return ours, number
            self.state.close_intent(Kind.SALE, note.id)
            self._next_number = max(free, self._next_number or 0)
        raise Unavailable("other sales keep taking the ERP's next numbers.")

    async def _holder_of(self, number: int, draft: SaleDraft) -> ErpId | None:
        """Our sale under a number that is taken; None when it is somebody else's. Raises Unanswered."""
        found = await self.erp.find_sales(number)
        if not found:
            raise Unanswered(f"the ERP says that number {number} is in use, and does not show its sale yet.")
        return next((sale.id for sale in found if draft.mark in sale.notes), None)

    async def check_age(self) -> None:
        """Stop when the ERP has sales of ours that this state does not know. Raises StateError.

        So it is after an old copy of the state was put back, or the file was lost: going on would sell again
        what is sold. Looked at are the API's sales with numbers above the highest that is known to be right.
        """
        known = max(self.state.highest_number(), int(self.state.note(CHECKED_NUMBER) or 0))
        hint = await self.erp.next_number()
        self._next_number = max(hint, self.state.highest_number() + 1)
        if hint - 1 <= known:
            return
        left = MOST_CHECKED
        async for sale in self.erp.list_sales(above=known):
            order_id = drafts.marked_order(self.rules.shop_id, sale.notes)
            if order_id and not self._knows(OrderId(order_id)):
                raise StateError(
                    f"The ERP has sale {sale.number} of order {order_id}, which the state file does not know:"
                    " it is older than the ERP, or new. Nothing was sent. Run: contaazul-sync rebuild"
                )
            left -= 1
            if not left:
                break
        self.state.set_note(CHECKED_NUMBER, str(hint - 1))

    def _knows(self, order_id: OrderId) -> bool:
        return bool(self.state.sales([order_id]) or self.state.intent(Kind.SALE, order_id))

    async def _number(self) -> int:
        """The next sale number: the ERP's hint, or one above our highest, whichever is higher."""
        async with self._numbers:
            if self._next_number is None:
                hint = await self.erp.next_number()
                self._next_number = max(hint, self.state.highest_number() + 1)
            number = self._next_number
            self._next_number += 1
            return number

    async def cancel(self, cancel: CancelSale) -> None:
        """Cancel an order's sale while it is open, and look whether the ERP did. Raises Ended, Refused."""
        sale, number = await self.erp.sale(cancel.sale.erp_id), cancel.sale.number
        if not sale.cancelled and sale.situation == "FATURADO":
            raise Ended(f"{cancel.note.payment} in the shop, and sale {number} is invoiced in the ERP")
        if not sale.cancelled:
            await self._set_cancelled(cancel, sale)
            if not (await self.erp.sale(sale.id)).cancelled:
                raise Ended(f"the ERP took the cancelling of sale {number}, and did not do it")
        units = units_of(self.state, cancel.note, self.rules) if cancel.sale.moves_stock else {}
        now = self.clock()
        self.state.end_sale(cancel.note.id, units, now, now + self.grace)
        self.counts["updated"] += 1

    async def _set_cancelled(self, cancel: CancelSale, sale: ErpSale) -> None:
        order = await self.shop.order(cancel.note.id)
        if not isinstance(order, Order):
            raise Ended("the shop does not show this order any more, so its sale cannot be cancelled")
        draft = drafts.sale_draft(order, self.rules, self._kits(cancel.note))
        booked = await self._booked_on(draft.method)
        body = payloads.cancel_payload(draft, sale, self._products_of(draft), booked)
        try:
            await self.erp.cancel_sale(sale.id, body)
        except Refused as error:  # a cancelled sale refuses every change: our own lost answer, or a person
            if not (await self.erp.sale(sale.id)).cancelled:
                raise Ended(f"the ERP refused to cancel sale {sale.number}: {error.text}") from None

    # What did not go through

    def cancel_failed(self, cancel: CancelSale, error: ItemError) -> None:
        """Keep why a sale was not cancelled: a person has to look at it."""
        number, key = cancel.sale.number, cancel.note.id
        step = f"put sale {number} right in the ERP, then: contaazul-sync ignore {key}"
        reason = error.message.removesuffix(".")
        version = cancel.note.version
        self.state.fail(Failure(Kind.SALE, key, Group.ATTENTION, reason, step, self.clock(), 1, version))
        self.counts["failed"] += 1

    def product_failed(self, create: CreateProduct, error: ItemError) -> None:
        """Keep why a product was not created."""
        version = plan.product_version(create.product, create.price)
        self._failed(Kind.PRODUCT, create.key, version, error, f"send-products {create.product.sku}")

    def price_failed(self, change: SendPrice, error: ItemError) -> None:
        """Keep why a price was not set."""
        version = plan.price_version(change.new, None)
        self._failed(Kind.PRODUCT, change.key, version, error, f"retry {change.sku}")

    def order_failed(self, send: SendOrder, error: ItemError) -> None:
        """Keep why an order did not become a sale."""
        note = self.state.order(send.key) or send.note
        version = plan.order_version(note, self.rules)
        self._failed(Kind.SALE, send.key, version, error, f"retry {send.key}")

    def _failed(self, kind: Kind, key: str, version: str, error: ItemError, command: str) -> None:
        again = f"contaazul-sync {command}"
        match error:
            case Unanswered():
                group, step = Group.IN_DOUBT, "nothing to do: the next sync looks whether it arrived"
            case Waits():
                group, step = Group.WAITING, "see the product's own line, or send it"
            case Refused():
                group, step = Group.FAILED, f"put it right, then: {again}"
            case _:
                group, step = Group.HELD, way_out(kind, key)
        reason = error.message.removesuffix(".")
        self.state.fail(Failure(kind, key, group, reason, step, self.clock(), 1, version))
        if group is not Group.WAITING:
            self.counts["failed"] += 1
