"""The buyer as the ERP's customer: found by the document, made a customer, or created."""

import hmac

from contaazul_sync.core.drafts.people import PersonDraft, person_draft
from contaazul_sync.core.errors import Refused, SyncError, Unanswered, Unusable
from contaazul_sync.core.ids import ErpId
from contaazul_sync.core.items import Kind
from contaazul_sync.core.orders import Buyer
from contaazul_sync.core.plan.protocol import MAX_SENDS, in_grace
from contaazul_sync.core.words import _
from contaazul_sync.erp.payloads import person_payload
from contaazul_sync.erp.refusals import is_person_duplicate
from contaazul_sync.passes.parts import Parts


class Customers:
    """Finds or creates customers, and remembers them by a keyed hash of the document."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self._created: set[str] = set()

    def mark(self, document: str | None) -> str:
        """The keyed hash that stands for a document, or for the one customer of those without."""
        who = document or f"consumer {self.parts.rules.consumer}"
        return hmac.new(self.parts.hash_key.encode(), who.encode(), "sha256").hexdigest()

    async def find(self, buyer: Buyer, document: str | None) -> ErpId:
        """The customer's id. Raises Unusable, Refused, Unanswered."""
        hashed = self.mark(document)
        if known := self.parts.state.customers.get(hashed):
            return known
        if document is None:
            return await self._consumer(hashed)
        found = await self.parts.erp.find_people(document)
        active = [person for person in found if person.active]
        if found and not active:
            raise Unusable(
                _("the ERP has the buyer's CPF or CNPJ as an inactive person: make it active there")
            )
        customers = [person for person in active if "Cliente" in person.profiles] or active
        if len(customers) > 1:
            text = _("the ERP has {n} people with the buyer's CPF or CNPJ: leave one")
            raise Unusable(text.format(n=len(customers)))
        if not customers:
            return await self._create(buyer, document, hashed)
        person = customers[0]
        if "Cliente" not in person.profiles:
            await self.parts.erp.make_customer(person)
        self.parts.state.customers.save(hashed, person.id)
        return person.id

    def forget(self, document: str | None) -> None:
        """The ERP's sales do not know the customer: look again, unless this very run created it."""
        hashed = self.mark(document)
        if hashed not in self._created:
            self.parts.state.customers.forget(hashed)

    async def _consumer(self, hashed: str) -> ErpId:
        """The one customer that the merchant named for buyers without a document."""
        name = self.parts.rules.consumer
        people = await self.parts.erp.find_people_named(name)
        found = [person for person in people if person.active and "Cliente" in person.profiles]
        if len(found) != 1:
            text = _("the ERP has {n} active customers named '{name}', as [orders] consumer says")
            raise Unusable(text.format(n=len(found), name=name))
        self.parts.state.customers.save(hashed, found[0].id)
        return found[0].id

    async def _create(self, buyer: Buyer, document: str, hashed: str) -> ErpId:
        state, clock = self.parts.state, self.parts.clock
        before = state.intents.get(Kind.CUSTOMER, hashed)
        if before and in_grace(before, clock(), self.parts.grace):
            raise Unanswered(
                _("the ERP's answer to creating the customer was lost; it is not found there yet")
            )
        if before and before.sends >= MAX_SENDS:
            raise Unusable(
                _("the ERP says that the buyer's CPF or CNPJ is there, and does not list it: look there")
            )
        state.intents.sending(Kind.CUSTOMER, hashed, clock())
        try:
            erp_id = await self._post(person_draft(buyer, document))
        except Unanswered:
            raise
        except Refused as error:
            if before or is_person_duplicate(error.text):
                raise Unanswered(_("the ERP has the customer, and does not list it yet")) from None
            state.intents.close(Kind.CUSTOMER, hashed)
            raise
        except SyncError:  # it did not go out
            state.intents.restore(Kind.CUSTOMER, hashed, before)
            raise
        state.customers.save(hashed, erp_id)
        self._created.add(hashed)
        return erp_id

    async def _post(self, draft: PersonDraft) -> ErpId:
        """Create a person; when the ERP dislikes the phone or the address, without them."""
        try:
            return await self.parts.erp.create_person(person_payload(draft))
        except Refused as error:
            if is_person_duplicate(error.text):
                raise
        return await self.parts.erp.create_person(person_payload(draft, bare=True))
