"""The buyer as the ERP's customer: found by the document, made a customer, brought up to date, or created."""

import hmac

from contaazul_sync.core.drafts import updates
from contaazul_sync.core.drafts.people import ADDRESS, OPTIONAL, PersonDraft, named, person_draft
from contaazul_sync.core.drafts.updates import PersonChange
from contaazul_sync.core.erp import ErpPerson, Profile
from contaazul_sync.core.errors import Amiss, NotYet, Refused, SyncError, Unanswered, Unusable
from contaazul_sync.core.ids import ErpId, OrderId
from contaazul_sync.core.items import Intent, Kind
from contaazul_sync.core.orders import Buyer
from contaazul_sync.core.plan.protocol import in_grace
from contaazul_sync.core.words import NOTHING, Said, _, joined
from contaazul_sync.erp.refusals import is_person_duplicate
from contaazul_sync.passes import newcomers
from contaazul_sync.passes.directory import Directory
from contaazul_sync.passes.leaving import leaving
from contaazul_sync.passes.optional import NOT_NEEDED, first_taken
from contaazul_sync.passes.parts import Parts
from contaazul_sync.state.customers import NEWCOMER


class Customers:
    """Finds or creates customers, and remembers them by a keyed hash of the document."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self._directory = Directory(parts)
        self._created: set[str] = set()

    def mark(self, document: str | None) -> str:
        """The keyed hash that stands for a document, or for the one customer of those without."""
        who = document or f"consumer {self.parts.rules.consumer}"
        return hmac.new(self.parts.hash_key.encode(), who.encode(), "sha256").hexdigest()

    async def find(self, buyer: Buyer, document: str | None, order_id: OrderId) -> ErpId:
        """The customer's id. What was done otherwise than the shop tells is said of the order.

        Raises Unusable, Refused, Unanswered, NotYet.
        """
        hashed, state = self.mark(document), self.parts.state
        known = state.customers.get(hashed)
        if known and not self._is_news(buyer, document, known[1]):
            return known[0]
        if document is None:
            return await self._consumer(hashed)
        draft = person_draft(buyer, document)
        if known and known[1] == NEWCOMER:
            return await self._complete(known[0], draft, buyer, order_id)
        sent = state.intents.get(Kind.CUSTOMER, hashed)
        if known:
            person = await self._known(document, known[0])
            if person is None:
                return known[0]
        else:
            person = _the_one(await self._looked_for(document, sent))
        if person is None:
            return await self._create(draft, sent, buyer, order_id)
        return await self._meet(person, draft, sent, buyer, order_id)

    async def _looked_for(self, document: str, sent: Intent | None) -> list[ErpPerson]:
        """The people with a document; those of any kind where one is likely to be there."""
        look = self._directory.find_anywhere if sent else self._directory.find
        return await look(document)

    async def look(self, document: str | None) -> None:
        """Whether somebody with this document could be sold to. Writes nothing. Raises Unusable."""
        if self.parts.state.customers.get(self.mark(document)):
            return
        if document is None:
            await self._named_consumer()
        else:
            _the_one(await self._directory.find(document))

    async def _known(self, document: str, erp_id: ErpId) -> ErpPerson | None:
        """Somebody whom we know by the id; None where the ERP does not show them now, which stops no sale."""
        try:
            found = await self.parts.erp.find_people(document)
        except NOT_NEEDED:
            return None
        return next((person for person in found if person.id == erp_id), None)

    def forget(self, document: str | None) -> None:
        """The ERP's sales do not know the customer: look again, unless this very run created it.

        An earlier run may have, a moment ago: so nobody is created before the grace is over.
        """
        hashed, customers = self.mark(document), self.parts.state.customers
        if document is None:
            customers.forget(hashed)
        elif hashed not in self._created:
            customers.unseen(hashed, self.parts.clock())

    def _is_news(self, buyer: Buyer, document: str | None, seen: str) -> bool:
        """Whether a known buyer's data are to be compared with the ERP's: they changed since they were."""
        if document is None:
            return False
        if seen == NEWCOMER:
            return True
        return self.parts.rules.update_customers != updates.NEVER and seen != buyer.mark

    async def _consumer(self, hashed: str) -> ErpId:
        person = await self._named_consumer()
        self.parts.state.customers.save(hashed, person.id)
        return person.id

    async def _named_consumer(self) -> ErpPerson:
        """The one customer that the merchant named for buyers without a document. Raises Unusable."""
        name = self.parts.rules.consumer
        people = await self.parts.erp.find_people_named(name)
        found = [person for person in people if person.is_customer]
        if len(found) != 1:
            text = _("the ERP has {n} active customers named '{name}', as [orders] consumer says")
            raise Unusable(text.format(n=len(found), name=name))
        return found[0]

    # Somebody whom the ERP has

    async def _meet(
        self, person: ErpPerson, draft: PersonDraft, sent: Intent | None, buyer: Buyer, order_id: OrderId
    ) -> ErpId:
        """Take somebody whom the ERP has as the customer; a create whose answer was lost has made them."""
        if sent and sent.sends and person.is_customer:
            return await self._complete(person.id, draft, buyer, order_id)
        await self._welcome(person, draft, order_id)
        self.parts.state.customers.save(self.mark(draft.document), person.id, buyer.mark)
        return person.id

    async def _complete(self, erp_id: ErpId, draft: PersonDraft, buyer: Buyer, order_id: OrderId) -> ErpId:
        """Write what is still empty of a person whom an earlier run created, and did not see whole."""
        try:
            gaps = await self.parts.erp.gaps(erp_id)
        except NOT_NEEDED:
            text = _("the ERP does not show what it took of the new customer: look at the person there")
            self._remark(order_id, text)
        else:
            lacks = [field for field in newcomers.ONE_BY_ONE if draft.has(field) and field in gaps]
            await self._write_rest(erp_id, draft, lacks, order_id)
        self.parts.state.customers.save(self.mark(draft.document), erp_id, buyer.mark)
        return erp_id

    async def _write_rest(
        self, erp_id: ErpId, draft: PersonDraft, lacks: list[str], order_id: OrderId
    ) -> None:
        """Write what a new person lacks of the draft, and say of the order what the ERP did not take."""
        made = draft
        for field in lacks:
            made = made.without(field)
        made = await newcomers.write(self.parts.erp, erp_id, draft, made, lacks)
        self._tell_lost(draft, made, order_id)

    async def _welcome(self, person: ErpPerson, draft: PersonDraft, order_id: OrderId) -> None:
        """Make somebody a customer who is none yet, and bring what is known of them up to date."""
        if Profile.CUSTOMER not in person.profiles:
            try:
                await self.parts.erp.make_customer(person)
            except NOT_NEEDED:
                self._remark(order_id, _("the ERP did not give the buyer the profile Cliente"))
        how = self.parts.rules.update_customers
        if updates.is_to_be_read(person, draft, how):
            try:
                person = await self.parts.erp.person(person.id)
            except NOT_NEEDED:
                how = updates.NEVER
        change = updates.change_of(person, draft, how)
        if change:
            await self._change(person.id, change, order_id)
        if not change.address and updates.lives_elsewhere(person, draft):
            text = _("the buyer's address in the shop is not the one in the ERP, where the invoice goes")
            self._remark(order_id, text)

    async def _change(self, erp_id: ErpId, change: PersonChange, order_id: OrderId) -> None:
        """Write what changed: all at once, or else each field by itself, so that one costs no other."""
        try:
            await self.parts.erp.change_person(erp_id, change)
        except Refused:
            for field, part in change.parts():
                lost = await self._write(erp_id, field, part)
                self._left_out([lost] if lost else [], order_id)
        except NOT_NEEDED:
            text = _("the ERP did not say whether it took what is new of the buyer: look at the person there")
            self._remark(order_id, text)

    async def _write(self, erp_id: ErpId, field: str, part: PersonChange) -> str | None:
        """Write one field; an address without what of it is refused. What was left out, or None."""
        tries = ((None, part), *part.partial())
        taken = await first_taken(lambda tried: self.parts.erp.change_person(erp_id, tried[1]), tries)
        return taken[0] if taken else field

    # Somebody new

    async def _create(
        self, draft: PersonDraft, before: Intent | None, buyer: Buyer, order_id: OrderId
    ) -> ErpId:
        """Create a customer, as often as it takes: the document keeps the ERP from having two of them."""
        parts, state, hashed = self.parts, self.parts.state, self.mark(draft.document)
        if before and in_grace(before, parts.clock(), parts.grace):
            raise NotYet(_unseen(before))
        try:
            writing = leaving(parts, Kind.CUSTOMER, hashed)
            erp_id, made = await newcomers.create(parts.erp, draft, writing)
        except Unanswered:
            raise
        except SyncError as error:
            state.intents.restore(Kind.CUSTOMER, hashed, before)  # refused or not sent, it created nobody
            if isinstance(error, Refused):
                return await self._refused(error, draft, before, buyer, order_id)
            raise
        self._created.add(hashed)
        if lacks := newcomers.unwritten(draft, made):
            state.customers.save(hashed, erp_id, NEWCOMER)
            await self._write_rest(erp_id, draft, lacks, order_id)
        else:
            self._tell_lost(draft, made, order_id)
        state.customers.save(hashed, erp_id, buyer.mark)
        return erp_id

    async def _refused(
        self, error: Refused, draft: PersonDraft, before: Intent | None, buyer: Buyer, order_id: OrderId
    ) -> ErpId:
        """Somebody in whose favour a create was refused, in whatever words.

        Raises NotYet while the ERP says that there is one and lists nobody, and what was refused otherwise.
        """
        person = _the_one(await self._directory.find_anywhere(draft.document))
        if person:
            return await self._meet(person, draft, before, buyer, order_id)
        if not is_person_duplicate(error.text):
            raise error
        now = self.parts.clock()
        self.parts.state.customers.unseen(self.mark(draft.document), now)
        text = _("the ERP says that it has somebody with the buyer's CPF or CNPJ, and does not list them yet")
        step = _("look in the ERP for somebody with the buyer's CPF or CNPJ, inactive ones too")
        is_long = before is not None and now >= before.opened_at + self.parts.grace
        raise NotYet(text, step if is_long else NOTHING)

    # What there is to say

    def _tell_lost(self, draft: PersonDraft, made: PersonDraft, order_id: OrderId) -> None:
        """Say of an order what of its buyer the ERP did not take."""
        self._left_out([field for field in OPTIONAL if _is_lost(field, draft, made)], order_id)

    def _left_out(self, fields: list[str], order_id: OrderId) -> None:
        if fields:
            text = _("the ERP did not take this of the buyer, and it is left out: {fields}")
            self._remark(order_id, text.format(fields=joined(*map(named, fields), by=", ")))

    def _remark(self, order_id: OrderId, text: Said) -> None:
        self.parts.state.remarks.add(order_id, text, self.parts.clock())


def _is_lost(field: str, draft: PersonDraft, made: PersonDraft) -> bool:
    """Whether the shop told a field, and the ERP did not take it; of a whole address, not its fields."""
    if field in ADDRESS and draft.has("address") and not made.has("address"):
        return False
    return (draft.has(field) or field in draft.dropped) and not made.has(field)


def _unseen(intent: Intent) -> Said:
    """Why nobody is created now."""
    if intent.sends:
        return _("the ERP's answer to creating the customer was lost; it is not found there yet")
    return _("the ERP may have the customer, and does not show them yet")


def _the_one(found: list[ErpPerson]) -> ErpPerson | None:
    """The person among those with one document, a customer where there is a choice. Raises Unusable."""
    active = [person for person in found if person.active]
    if found and not active:
        raise Amiss(_("the ERP has the buyer's CPF or CNPJ as an inactive person: make it active there"))
    people = [person for person in active if person.is_customer] or active
    if len(people) > 1:
        text = _("the ERP has {n} people with the buyer's CPF or CNPJ: leave one")
        raise Amiss(text.format(n=len(people)))
    return people[0] if people else None
