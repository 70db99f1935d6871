"""What a buyer becomes in the ERP."""

from dataclasses import dataclass, replace

from contaazul_sync.core.drafts.documents import is_mobile, national, registration_of, whole_postcode
from contaazul_sync.core.orders import Buyer
from contaazul_sync.core.states import state_letters
from contaazul_sync.core.words import Said, _

# The most characters of each field that the ERP takes (docs/conta-azul.md).
NAME, EMAIL, NOTES, STREET, NUMBER, DISTRICT, COMPLEMENT = 200, 100, 2000, 100, 10, 100, 200
ADDRESS = ("postcode", "street", "number", "complement", "district", "city", "region")
# What a sale does not need, so that a refusal of it costs no more than it.
OPTIONAL = ("mobile", "email", *ADDRESS, "address", "state_registration", "notes", "trade_name")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a buyer lives. `region` is the UF, `postcode` eight digits."""

    postcode: str
    street: str
    number: str
    complement: str
    district: str
    city: str
    region: str


@dataclass(frozen=True, slots=True)
class PersonDraft:
    """A customer to create. `document` is normalised; `is_company` for a CNPJ.

    `dropped`: fields of OPTIONAL that are left out, since the ERP does not take them.
    """

    document: str
    is_company: bool
    name: str
    trade_name: str
    email: str
    mobile: str
    notes: str
    address: Address | None
    state_registration: str = ""
    dropped: frozenset[str] = frozenset()

    def without(self, field: str) -> "PersonDraft":
        """The same, and this field left out, too."""
        return replace(self, dropped=self.dropped | {field})

    def having(self, field: str, taken: "PersonDraft") -> "PersonDraft":
        """The same, with this field as it is in another draft."""
        fields = {field, *ADDRESS} if field == "address" else {field}
        return replace(self, dropped=(self.dropped - fields) | (taken.dropped & fields))

    def has(self, field: str) -> bool:
        """Whether there is anything in a field that could be left out."""
        if field in self.dropped:
            return False
        if field == "address":
            return self.address is not None
        if field in ADDRESS:
            return self.has("address") and bool(_of(self.address, field))
        return bool(_of(self, field))


def _of(draft: object, field: str) -> str:
    return str(getattr(draft, field))


def person_draft(buyer: Buyer, document: str) -> PersonDraft:
    """A customer from the buyer's data, within the ERP's lengths and without what it is known to refuse."""
    is_company = len(document) > 11
    mobile = mobile_of(buyer.phone)
    notes = "" if mobile or not buyer.phone.strip() else f"Telefone: {buyer.phone.strip()}"
    person, company = buyer.name.strip(), buyer.company.strip() if is_company else ""
    name = company or person or "Cliente da loja"
    registration = buyer.state_registration.strip() if is_company else ""
    draft = PersonDraft(
        document=document,
        is_company=is_company,
        name=name[:NAME].strip(),
        trade_name=person[:NAME].strip() if company else "",
        email=buyer.email.strip(),
        mobile=mobile,
        notes=notes[:NOTES],
        address=_address(buyer),
        state_registration=registration_of(registration),
    )
    if len(draft.email) > EMAIL:  # half an address reaches nobody
        draft = draft.without("email")
    if registration and not draft.state_registration:  # `não contribuinte` would be wrong there
        draft = draft.without("state_registration")
    return draft


def mobile_of(phone: str) -> str:
    """A phone as the ERP takes it, `11988887777`, or nothing."""
    digits = national(phone)
    return digits if is_mobile(digits) else ""


def _address(buyer: Buyer) -> Address | None:
    """The address, where enough of it is told. A number that is too long goes with the complement."""
    postcode, region, city = whole_postcode(buyer.postcode), state_letters(buyer.region), buyer.city.strip()
    if not (postcode and region and city):
        return None
    number, complement = buyer.number.strip(), buyer.complement.strip()
    if len(number) > NUMBER:
        number, complement = "", f"{number} {complement}".strip()
    return Address(
        postcode=postcode,
        street=buyer.street.strip()[:STREET].strip(),
        number=number,
        complement=complement[:COMPLEMENT].strip(),
        district=buyer.district.strip()[:DISTRICT].strip(),
        city=city,
        region=region,
    )


def named(field: str) -> Said:
    """What a person calls a field of a buyer."""
    return {
        "mobile": _("phone"),
        "state_registration": _("state registration"),
        "postcode": _("postcode"),
        "street": _("street"),
        "number": _("number of the house"),
        "complement": _("complement"),
        "district": _("district"),
        "city": _("city"),
        "region": _("state (UF)"),
        "address": _("address"),
        "email": _("e-mail"),
        "notes": _("notes"),
        "trade_name": _("trade name"),
    }[field]
