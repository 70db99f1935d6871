"""What the words of a refusal mean (docs/conta-azul.md)."""

import re

from contaazul_sync.core.errors import Missing, Refused
from contaazul_sync.core.folding import folded


def is_person_unknown(text: str) -> bool:
    """Whether a refused sale says that the customer is not there: so it is for a while after creating one."""
    return "cliente da venda" in text.lower()


def is_person_duplicate(text: str) -> bool:
    """Whether a refused person says that the document is there already: `já existe`, `já está cadastrado`."""
    return "já" in text.lower() and "cadastrad" in text.lower()


def is_number_taken(text: str) -> bool:
    """Whether a refused sale says that its number is in use."""
    return "próximo disponível" in text.lower() or "já está em uso" in text.lower()


def is_taken(error: Refused) -> bool:
    """Whether a product was refused because its SKU is in use."""
    text = error.text.lower()
    return error.status == 409 or (not isinstance(error, Missing) and "sku" in text and "já" in text)


def free_number(text: str) -> int:
    """The number that a refusal offers, as in `O nº 1004 é o próximo disponível`; 0 when there is none."""
    found = re.search(r"n[º°o.]\s*(\d+) é o próximo", text)
    return int(found[1]) if found else 0


# Words by which a refused person names a field, the closer ones first; compared without case and accents.
_FIELDS = (
    ("mobile", r"telefone|celular"),
    ("email", r"e-?mail"),
    ("state_registration", r"inscric\w*"),
    ("trade_name", r"fantasia"),
    ("city", r"cidade|municipio"),
    ("postcode", r"cep"),
    ("street", r"logradouro|rua"),
    ("district", r"bairro"),
    ("complement", r"complemento"),
    ("number", r"numero"),
    ("region", r"estado|uf"),
    ("address", r"enderecos?"),
    ("notes", r"observac\w*"),
)


def refused_field(text: str) -> str:
    """The field of a person (`drafts.people.OPTIONAL`) that a refusal names; "" where it names none."""
    told = folded(text).replace("_", " ")
    return next((field for field, words in _FIELDS if re.search(rf"\b(?:{words})\b", told)), "")
