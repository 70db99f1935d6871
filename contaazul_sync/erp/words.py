"""The ERP's words: compared without case and accents, and written in the write form (docs/conta-azul.md).

A word that is read is not the word that is written: `GET /v1/pessoas` lists `CLIENTE`, and writing takes
`Cliente` alone.
"""

from collections.abc import Iterable

from contaazul_sync.core.erp import Profile
from contaazul_sync.core.folding import folded

PROFILES = {Profile.CUSTOMER: "Cliente", Profile.SUPPLIER: "Fornecedor", Profile.CARRIER: "Transportadora"}
PERSON, COMPANY, FOREIGNER = "Física", "Jurídica", "Estrangeira"
TAXPAYER, EXEMPT = "CONTRIBUINTE", "ISENTO"  # of the state's tax on goods

_READ = {folded(word): profile for profile, word in PROFILES.items()}


def profiles_of(words: Iterable[object]) -> frozenset[Profile]:
    """The profiles that these words name, told as texts or as objects; others are passed over."""
    told = (word.get("tipo_perfil") if isinstance(word, dict) else word for word in words)
    found = (_READ.get(folded(str(word))) for word in told)
    return frozenset(profile for profile in found if profile)


def kind_of(document: str) -> str:
    """The kind of person that has such a document: a CPF has eleven digits, a CNPJ fourteen."""
    return COMPANY if len(document) > 11 else PERSON
