"""Creating a person whom the ERP does not have: a refused field costs that field, and no other."""

from contaazul_sync.core.drafts.people import OPTIONAL, PersonDraft
from contaazul_sync.core.errors import Refused
from contaazul_sync.core.ids import ErpId
from contaazul_sync.erp.client import ContaAzul
from contaazul_sync.erp.payloads import person_payload
from contaazul_sync.erp.refusals import is_person_duplicate, refused_field


async def create(erp: ContaAzul, draft: PersonDraft) -> tuple[ErpId, PersonDraft]:
    """The new person's id, and the draft as it was taken. Raises Refused, Unanswered.

    A field that a refusal names is left out. Where it names none that could be, each is left out alone, and
    at last all of them: a sale needs no more than the name and the document.
    """
    while True:
        try:
            return await _post(erp, draft), draft
        except Refused as error:
            field = refused_field(error.text)
            if is_person_duplicate(error.text):
                raise
            if not (field and draft.has(field)):
                return await _create_without(erp, draft)
        draft = draft.without(field)


async def _create_without(erp: ContaAzul, draft: PersonDraft) -> tuple[ErpId, PersonDraft]:
    there = [field for field in OPTIONAL if draft.has(field)]
    for field in there:
        try:
            return await _post(erp, draft.without(field)), draft.without(field)
        except Refused as error:
            if is_person_duplicate(error.text):
                raise
    for field in there:
        draft = draft.without(field)
    return await _post(erp, draft), draft


async def _post(erp: ContaAzul, draft: PersonDraft) -> ErpId:
    return await erp.create_person(person_payload(draft))
