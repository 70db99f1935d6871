"""Numbers that say who and where somebody is, also when a spreadsheet took the zeros from their beginning."""

from contaazul_sync.core.errors import Unusable
from contaazul_sync.core.folding import folded
from contaazul_sync.core.orders import Buyer
from contaazul_sync.core.words import _

CPF, CNPJ, POSTCODE = 11, 14, 8  # digits
REGISTRATION = (8, 14)  # digits, depending on the state; a rural one of São Paulo begins with a P
NO_REGISTRATION = "ISENTO"
# Zeros that a number may have lost. One number in a hundred is a CPF by its digits alone: with more, one of
# which a digit was left out would be somebody else's too often.
MOST_LOST = {CPF: 1, CNPJ: 2, POSTCODE: 1}


def document_of(buyer: Buyer) -> str | None:
    """The buyer's CPF or CNPJ, compact and checked by its digits; None where there is none.

    Raises Unusable for one that is wrong, and for the buyer's phone, which may add up like a CPF.
    """
    text = buyer.document.strip()
    if not text:
        return None
    if _is_phone(text, buyer.phone):
        raise Unusable(_("the buyer's phone is given as the CPF or CNPJ"))
    if document := checked(text):
        return document
    raise Unusable(_("the buyer's CPF or CNPJ is not valid"))


def checked(text: str) -> str:
    """A CPF or CNPJ that its digits prove, compact; nothing for any other text."""
    from stdnum.br import cnpj, cpf  # noqa: PLC0415 - slow to load, and `status` has no document to check
    from stdnum.exceptions import ValidationError  # noqa: PLC0415

    for kind, length in ((cpf, CPF), (cnpj, CNPJ)):
        for written in (text, filled(text, length)):
            try:
                document = str(kind.validate(written))
            except ValidationError:
                continue
            if len(set(document)) > 1:  # eleven times the same digit passes the sum, and is nobody's
                return document
    return ""


def looks_like_one(text: str) -> bool:
    """Whether a text is as long as a CPF or a CNPJ, also without the zeros that these may have lost."""
    signs = "".join(filter(str.isalnum, text))
    lost = MOST_LOST if text.isdecimal() else dict.fromkeys(MOST_LOST, 0)
    is_long = any(kind - lost[kind] <= len(signs) <= kind for kind in (CPF, CNPJ))
    return is_long and signs[-2:].isdecimal()


def is_whole(text: str) -> bool:
    """Whether a text has as many digits and letters as a CPF or a CNPJ has."""
    return len("".join(filter(str.isalnum, text))) in (CPF, CNPJ)


def is_cnpj(text: str) -> bool:
    """Whether a document is a company's, as its digits prove."""
    return len(checked(text)) == CNPJ


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
    digits = filled(digits, POSTCODE)
    return digits if len(digits) == POSTCODE else ""


def national(phone: str) -> str:
    """The digits of a Brazilian phone, without the country's and without zeros in front."""
    digits = "".join(filter(str.isdigit, phone))
    if len(digits) > 11 and digits.startswith("55"):
        digits = digits[2:]
    return digits.lstrip("0")


def is_mobile(digits: str) -> bool:
    """Whether these digits, as `national` gives them, are those of a mobile phone."""
    return len(digits) == 11 and digits[2] == "9"


def _is_phone(document: str, phone: str) -> bool:
    """Whether what stands for a document is the phone; one in the form of a CPF or CNPJ is none."""
    digits = national(phone)
    is_one = is_mobile(digits) or len(digits) == 10
    return is_one and not set("./") & set(document) and national(document) == digits


def filled(text: str, length: int) -> str:
    """A number with the zeros that it may have lost in front; anything else as it is.

    One that begins with a zero has lost none.
    """
    lost = MOST_LOST[length]
    is_short = text.isdecimal() and not text.startswith("0") and length - lost <= len(text) < length
    return text.zfill(length) if is_short else text
