"""The states of Brazil, by their names and their two letters (UF)."""

from contaazul_sync.core.folding import folded

STATES = {
    "AC": "Acre",
    "AL": "Alagoas",
    "AP": "Amapá",
    "AM": "Amazonas",
    "BA": "Bahia",
    "CE": "Ceará",
    "DF": "Distrito Federal",
    "ES": "Espírito Santo",
    "GO": "Goiás",
    "MA": "Maranhão",
    "MT": "Mato Grosso",
    "MS": "Mato Grosso do Sul",
    "MG": "Minas Gerais",
    "PA": "Pará",
    "PB": "Paraíba",
    "PR": "Paraná",
    "PE": "Pernambuco",
    "PI": "Piauí",
    "RJ": "Rio de Janeiro",
    "RN": "Rio Grande do Norte",
    "RS": "Rio Grande do Sul",
    "RO": "Rondônia",
    "RR": "Roraima",
    "SC": "Santa Catarina",
    "SP": "São Paulo",
    "SE": "Sergipe",
    "TO": "Tocantins",
}
_LETTERS = {folded(name): letters for letters, name in STATES.items()}


def state_letters(text: str) -> str:
    """The UF of a state that is told by its letters or its name, `SP` for `São Paulo`; "" for no state."""
    told = text.strip().upper()
    return told if told in STATES else _LETTERS.get(folded(text), "")
