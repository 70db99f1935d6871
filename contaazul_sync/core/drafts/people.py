"""What a buyer becomes in the ERP."""

from dataclasses import dataclass

from contaazul_sync.core.errors import Unusable
from contaazul_sync.core.orders import Buyer
from contaazul_sync.core.words import _


@dataclass(frozen=True, slots=True)
class PersonDraft:
    """A customer to create. `document` is normalised; `company` is True for a CNPJ."""

    document: str
    is_company: bool
    name: str
    trade_name: str
    email: str
    mobile: str
    notes: str
    buyer: Buyer


def document_of(buyer: Buyer) -> str | None:
    """The buyer's CPF or CNPJ, compact and checked by its digits; None where there is none.

    Raises Unusable for one that is wrong.
    """
    text = buyer.document.strip()
    if not text:
        return None
    from stdnum.br import cnpj, cpf  # noqa: PLC0415 - slow to load, and `status` has no document to check
    from stdnum.exceptions import ValidationError  # noqa: PLC0415

    for kind in (cpf, cnpj):
        try:
            document = str(kind.validate(text))
        except ValidationError:
            continue
        if len(set(document)) > 1:  # eleven times the same digit passes the sum, and is nobody's
            return document
    raise Unusable(_("the buyer's CPF or CNPJ is not valid"))


def person_draft(buyer: Buyer, document: str) -> PersonDraft:
    """A customer from the buyer's data, without what the ERP is known to refuse."""
    is_company = len(document) > 11
    mobile = _mobile(buyer.phone)
    notes = "" if mobile or not buyer.phone.strip() else f"Telefone: {buyer.phone.strip()}"
    name = (buyer.company if is_company else "") or buyer.name or "Cliente da loja"
    trade_name = buyer.name if is_company and buyer.company else ""
    return PersonDraft(document, is_company, name, trade_name, buyer.email.strip(), mobile, notes, buyer)


def _mobile(phone: str) -> str:
    """A phone as the ERP takes it, `11988887777`, or nothing."""
    digits = "".join(filter(str.isdigit, phone))
    if len(digits) > 11 and digits.startswith("55"):
        digits = digits[2:]
    digits = digits.lstrip("0")
    return digits if len(digits) == 11 and digits[2] == "9" else ""
