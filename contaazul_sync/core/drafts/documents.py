"""Numbers that say who and where somebody is, also when a spreadsheet took the zeros from their beginning."""

from contaazul_sync.core.errors import Unusable
from contaazul_sync.core.folding import folded
from contaazul_sync.core.orders import Buyer
from contaazul_sync.core.words import _

CPF, CNPJ, POSTCODE = 11, 14, 8  # digits
REGISTRATION = (8, 14)  # digits, depending on the state; a rural one of São Paulo begins with a P
NO_REGISTRATION = "ISENTO"
MOST_LOST = 2  # zeros that a number may have lost; with more, too many other numbers would fit


def document_of(buyer: Buyer) -> str | None:
    """The buyer's CPF or CNPJ, compact and checked by its digits; None where there is none.

    Raises Unusable for one that is wrong.
    """
    text = buyer.document.strip()
    if not text:
        return None
    from stdnum.br import cnpj, cpf  # noqa: PLC0415 - slow to load, and `status` has no document to check
    from stdnum.exceptions import ValidationError  # noqa: PLC0415

    for kind, length in ((cpf, CPF), (cnpj, CNPJ)):
        for written in (text, _filled(text, length)):
            try:
                document = str(kind.validate(written))
            except ValidationError:
                continue
            if len(set(document)) > 1:  # eleven times the same digit passes the sum, and is nobody's
                return document
    raise Unusable(_("the buyer's CPF or CNPJ is not valid"))


def registration_of(text: str) -> str:
    """A state registration as an invoice can have it, a number or `ISENTO`; nothing for any other words."""
    if folded(text).startswith("isent"):
        return NO_REGISTRATION
    digits = "".join(filter(str.isdigit, text))
    is_number = REGISTRATION[0] <= len(digits) <= REGISTRATION[1] and not any(map(str.isalpha, text[1:]))
    return text.strip() if is_number else ""


def whole_postcode(text: str) -> str:
    """The eight digits of a CEP, or nothing."""
    digits = "".join(filter(str.isdigit, text))
    digits = _filled(digits, POSTCODE, lost=1)
    return digits if len(digits) == POSTCODE else ""


def _filled(text: str, length: int, lost: int = MOST_LOST) -> str:
    """A number with the zeros that it may have lost in front; anything else as it is.

    One that begins with a zero has lost none.
    """
    is_short = text.isdecimal() and not text.startswith("0") and length - lost <= len(text) < length
    return text.zfill(length) if is_short else text
