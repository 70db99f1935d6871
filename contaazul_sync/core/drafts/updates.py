"""What of a person the ERP has already is changed to what the shop tells."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from contaazul_sync.core.drafts.documents import whole_postcode
from contaazul_sync.core.drafts.people import ADDRESS, Address, PersonDraft, mobile_of
from contaazul_sync.core.erp import ErpAddress, ErpPerson
from contaazul_sync.core.folding import folded
from contaazul_sync.core.ids import NOBODY, ErpId

FILL, SHOP, NEVER = "fill", "shop", "never"  # [orders] update_customers


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What is written; "" and None leave a thing as it is. Nothing is ever emptied.

    `address_id`: the address of the ERP whose place it takes.
    """

    email: str = ""
    mobile: str = ""
    address: Address | None = None
    address_id: ErpId = NOBODY

    def __bool__(self) -> bool:
        return bool(self.email or self.mobile or self.address)

    def parts(self) -> list[tuple[str, "PersonChange"]]:
        """Each field's own change, by the field's name."""
        nothing = PersonChange()
        each = [
            ("address", replace(nothing, address=self.address, address_id=self.address_id)),
            ("email", replace(nothing, email=self.email)),
            ("mobile", replace(nothing, mobile=self.mobile)),
        ]
        return [(field, change) for field, change in each if change]

    def partial(self) -> Iterator[tuple[str, "PersonChange"]]:
        """Each change without one field of a new address, which the ERP may not take, by the field's name.

        One that takes another's place is whole or not at all: what it left out would stay of the other one.
        """
        address = None if self.address_id else self.address
        if address:
            for field in filter(lambda field: getattr(address, field), ADDRESS):
                yield field, replace(self, address=replace(address, **{field: ""}))


def is_to_be_read(person: ErpPerson, draft: PersonDraft, how: str) -> bool:
    """Whether a list's row leaves something open that the person's own page, with all addresses, proves."""
    if how == SHOP or lives_elsewhere(person, draft):
        return True
    return how == FILL and bool(
        (draft.has("email") and not person.email)
        or (draft.has("mobile") and not person.phone)
        or (draft.has("address") and not person.addresses)
    )


def change_of(person: ErpPerson, draft: PersonDraft, how: str) -> PersonChange:
    """What is to be written of a person whose own page was read. `how`: FILL, SHOP or NEVER."""
    if how == NEVER:
        return PersonChange()
    same_email = _same(person.email, draft.email)
    same_phone = mobile_of(person.phone or "") == draft.mobile
    change = PersonChange(
        email=draft.email if draft.has("email") and _is_due(person.email, how, same_email) else "",
        mobile=draft.mobile if draft.has("mobile") and _is_due(person.phone, how, same_phone) else "",
    )
    if draft.address is None or person.addresses is None:
        return change
    if not person.addresses:
        return replace(change, address=draft.address)
    if how == SHOP and lives_elsewhere(person, draft) and _is_whole(draft.address):
        return replace(change, address=draft.address, address_id=person.addresses[0].id)
    return change


def _is_due(theirs: str | None, how: str, is_same: bool) -> bool:  # noqa: FBT001 - a fact, not an option
    if theirs is None:  # not told: it may be there
        return False
    return not theirs.strip() if how == FILL else not is_same


def lives_elsewhere(person: ErpPerson, draft: PersonDraft) -> bool:
    """Whether the ERP has addresses, and none of them is the shop's: the invoice goes to the ERP's.

    Compared by postcode, number and complement: streets are spelled in many ways.
    """
    if not person.addresses or draft.address is None:
        return False
    return all(not _is_at(known, draft.address) for known in person.addresses)


def _is_whole(address: Address) -> bool:
    """Whether an address tells all that an invoice needs: what takes another's place empties nothing."""
    return bool(address.street and address.number and address.district)


def _is_at(known: ErpAddress, ours: Address) -> bool:
    return (
        whole_postcode(known.postcode) == ours.postcode
        and _same(known.number, ours.number)
        and _same(known.complement, ours.complement)
    )


def _same(one: str | None, other: str) -> bool:
    return folded(one or "") == folded(other)
