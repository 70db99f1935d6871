"""Sending a product or a price."""

from dataclasses import replace

from contaazul_sync.core.deeds import PRICES, PRODUCTS
from contaazul_sync.core.drafts.products import ProductDraft, product_draft
from contaazul_sync.core.erp import ErpProduct
from contaazul_sync.core.errors import (
    ItemError,
    Missing,
    Refused,
    SyncError,
    Unanswered,
    Unavailable,
    Unusable,
)
from contaazul_sync.core.ids import ErpId, ShopKey
from contaazul_sync.core.items import Kind
from contaazul_sync.core.plan.actions import CreateProduct, SendPrice
from contaazul_sync.core.plan.prices import price_version
from contaazul_sync.core.plan.products import product_version
from contaazul_sync.core.products import Link
from contaazul_sync.core.skus import nearest, spelled
from contaazul_sync.core.words import _
from contaazul_sync.erp.payloads import product_payload
from contaazul_sync.erp.refusals import is_taken
from contaazul_sync.passes.leaving import leaving
from contaazul_sync.passes.outcomes import keep
from contaazul_sync.passes.parts import Parts
from contaazul_sync.passes.twins import the_one, twin_of


class Products:
    """Creates products and sets prices. `new` has the products that this run created."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.new: set[ShopKey] = set()
        self._catalogue: dict[str, list[ErpProduct]] | None = None
        self._fiscal_ids: dict[str, int | None] = {}

    async def read_catalogue(self, creates: int) -> None:
        """Before many products are created, read the ERP's whole list once, not each of them by itself."""
        if creates <= self.parts.ask_alone():
            return
        self._catalogue = {}
        async for products in self.parts.erp.list_products():
            for product in products:
                self._catalogue.setdefault(f"SKU {spelled(product.sku)}", []).append(product)
                self._catalogue.setdefault(f"EAN {product.ean}", []).append(product)

    async def create(self, create: CreateProduct) -> None:
        """Create a product, or link the one that the ERP has with its SKU or EAN."""
        draft = product_draft(create.product, create.price, create.balance)
        twin = await self._twin(draft.sku, draft.details.ean)
        if twin is None:
            twin = await self._create(create, draft)
        if twin is None:
            self.parts.did(PRODUCTS)
        else:
            await self._take_over(create, twin)

    async def _twin(self, sku: str, ean: str) -> ErpId | None:
        twin = twin_of(self.parts.state, await self._with_sku(sku), sku)
        if twin is None and ean:
            twin = the_one(await self._with_ean(ean), _("the EAN {ean}").format(ean=ean))
            if twin and twin.sku != sku and twin.sku in self.parts.state.products.keys_of_skus([twin.sku]):
                text = _("the ERP has its EAN on {sku}, which the shop sells, too")
                raise Unusable(text.format(sku=twin.sku))
        return twin.id if twin else None

    async def _with_sku(self, sku: str) -> list[ErpProduct]:
        if self._catalogue is None:
            return await self.parts.erp.find_products(sku)
        return nearest(self._catalogue.get(f"SKU {spelled(sku)}", []), sku, lambda product: product.sku)

    async def _with_ean(self, ean: str) -> list[ErpProduct]:
        if self._catalogue is None:
            return await self.parts.erp.find_products_by_ean(ean)
        return self._catalogue.get(f"EAN {ean}", [])

    async def _create(self, create: CreateProduct, draft: ProductDraft) -> ErpId | None:
        """Create it and link it. Returns the id of the one in its place, if the ERP has one after all."""
        state, clock, key = self.parts.state, self.parts.clock, create.key
        body = product_payload(draft, *await self._fiscal(draft.details.ncm))
        before = state.intents.get(Kind.PRODUCT, key)
        try:
            erp_id = await self.parts.erp.create_product(body, leaving(self.parts, Kind.PRODUCT, key))
        except Unanswered:
            raise
        except Refused as error:
            return await self._refused(create, error, is_first=before is None)
        except SyncError:  # it did not go out
            state.intents.restore(Kind.PRODUCT, key, before)
            raise
        base = create.product.base(self.parts.rules.price_source)
        state.links.save(Link(key, erp_id, draft.sku, base, create.price, draft.balance), clock())
        self.new.add(key)
        return None

    async def _refused(self, create: CreateProduct, error: Refused, *, is_first: bool) -> ErpId:
        """The product in whose favour a create was refused. Raises Refused, Unanswered."""
        sku, state = create.product.sku, self.parts.state
        if is_first:  # nothing is in doubt: it was refused, and nothing was sent before
            state.intents.close(Kind.PRODUCT, create.key)
        found = await self._taken_by(sku) if is_taken(error) else []
        try:
            twin = twin_of(state, found, sku)
        except Unusable as unclear:
            said = _("{why}; the ERP says: {text}").format(why=unclear.message, text=error.text)
            raise Unusable(said, unclear.next_step) from None
        if twin:
            return twin.id
        if not is_first and error.status == 409:  # by what was sent before, perhaps
            raise Unanswered(_("the ERP says that the SKU is in use, and does not list it yet"))
        if not is_first:  # this refusal says nothing of an earlier send, whose answer was lost
            text = _("{message}; an earlier send may have arrived")
            raise Unanswered(text.format(message=error.message))
        raise error

    async def _taken_by(self, sku: str) -> list[ErpProduct]:
        """What has a SKU that the ERP says is in use: exactly this one, or one that is alike."""
        return await self.parts.erp.find_products(sku) or await self.parts.erp.find_products(sku, "busca")

    async def _take_over(self, create: CreateProduct, erp_id: ErpId) -> None:
        """Link a product that was there, and give it the shop's price: the merchant chose to send it."""
        product, state, clock = create.product, self.parts.state, self.parts.clock
        link = Link(product.key, erp_id, product.sku, compare_after=clock())
        state.links.save(link, clock())
        await self.parts.erp.set_price(erp_id, create.price)
        base = product.base(self.parts.rules.price_source)
        state.links.update(replace(link, base=base, sent=create.price), clock())
        self.parts.did(PRICES)

    async def _fiscal(self, ncm: str) -> tuple[int | None, int | None]:
        """The ERP's ids of the unit UN and of an NCM code, each asked once a run; None where not known."""
        if not ncm:
            return None, None
        try:
            if "UN" not in self._fiscal_ids:
                self._fiscal_ids["UN"] = await self.parts.erp.find_unit("UN")
            if ncm not in self._fiscal_ids:
                self._fiscal_ids[ncm] = await self.parts.erp.find_ncm(ncm)
        except (Refused, Unavailable):
            return None, None  # the fiscal data is a help for the invoice, never a reason to hold a product
        return self._fiscal_ids["UN"], self._fiscal_ids[ncm]

    async def price(self, change: SendPrice) -> None:
        """Set a price. A product that the ERP knows no more is parked; it is not created again by itself."""
        state, clock = self.parts.state, self.parts.clock
        link = state.links.get(change.key)
        if link is None:
            return
        try:
            await self.parts.erp.set_price(change.erp_id, change.new)
        except Missing:
            state.links.update(replace(link, missing=True), clock())
            raise Unusable(_("it was deleted in the ERP")) from None
        state.links.update(replace(link, base=change.base, sent=change.new, agreed=None), clock())
        state.items.clear(Kind.PRODUCT, change.key)
        self.parts.did(PRICES)

    # What did not go through

    def create_failed(self, create: CreateProduct, error: ItemError) -> None:
        """Keep why a product was not created."""
        version = product_version(create.product, create.price)
        keep(self.parts, Kind.PRODUCT, create.key, version, error, f"send-products {create.product.sku}")

    def price_failed(self, change: SendPrice, error: ItemError) -> None:
        """Keep why a price was not set."""
        version = price_version(change.new, None)
        keep(self.parts, Kind.PRODUCT, change.key, version, error, f"retry {change.sku}")
