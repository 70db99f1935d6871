"""Creating a person whom the ERP does not have: a refused field costs that field, and no other."""

from collections.abc import Iterable

from contaazul_sync.core.drafts.people import ADDRESS, OPTIONAL, PersonDraft
from contaazul_sync.core.errors import Refused
from contaazul_sync.core.ids import ErpId
from contaazul_sync.erp.client import ContaAzul
from contaazul_sync.erp.payloads import person_payload
from contaazul_sync.erp.refusals import is_person_duplicate, refused_field
from contaazul_sync.net.transport import Leaving
from contaazul_sync.passes.optional import first_taken

ONE_BY_ONE = ("mobile", "email", "address", "state_registration", "notes", "trade_name")


async def create(erp: ContaAzul, draft: PersonDraft, leaving: Leaving) -> tuple[ErpId, PersonDraft]:
    """The new person's id, and the draft as it was taken; `leaving` as in `Transport.create`.

    Raises Refused, Unanswered.

    A field that a refusal names is left out. Where it names none that could be, the person is created with
    the name and the document, which are all that a sale needs: `unwritten` says what is left to `write`.
    """
    while True:
        try:
            return await erp.create_person(person_payload(draft), leaving), draft
        except Refused as error:
            field = refused_field(error.text)
            left = any(draft.has(each) for each in OPTIONAL)
            if is_person_duplicate(error.text) or not left:
                raise
        draft = draft.without(field) if field and draft.has(field) else _bare(draft)


def _bare(draft: PersonDraft) -> PersonDraft:
    for field in OPTIONAL:
        draft = draft.without(field)
    return draft


def unwritten(whole: PersonDraft, made: PersonDraft) -> list[str]:
    """What a person was created without for no known reason; what was left out beside others was refused.

    `whole`: the draft before the create, `made`: as it was taken.
    """
    if any(made.has(field) for field in ONE_BY_ONE):
        return []
    return [field for field in ONE_BY_ONE if whole.has(field)]


async def write(
    erp: ContaAzul, erp_id: ErpId, whole: PersonDraft, made: PersonDraft, fields: Iterable[str]
) -> PersonDraft:
    """Write these fields, one by one. Returns the draft as the ERP has it now."""
    for field in fields:
        if (taken := await _write(erp, erp_id, whole, field)) is not None:
            made = made.having(field, taken)
    return made


async def _write(erp: ContaAzul, erp_id: ErpId, draft: PersonDraft, field: str) -> PersonDraft | None:
    """Write one field; an address without what of it is refused. The draft as it was taken, or None."""
    parts = ADDRESS if field == "address" else ()
    tries = (draft, *(draft.without(part) for part in parts))
    return await first_taken(lambda tried: erp.set_field(erp_id, tried, field), tries)
