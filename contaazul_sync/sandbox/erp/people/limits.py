"""What a person's fields may hold: how long each is, which places there are, how a refusal names a field."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from contaazul_sync.sandbox.common.wire import RefusedError
from contaazul_sync.sandbox.erp import checks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contaazul_sync.sandbox.erp.switches import ErpSwitches, FieldNaming

LONGEST: Mapping[str, int] = {
    "nome": 200,
    "nome_fantasia": 200,
    "nome_empresa": 200,
    "email": 100,
    "observacao": 2000,
    "logradouro": 100,
    "numero": 10,
    "bairro": 100,
    "complemento": 200,
}
# The real server has the whole table of Brazilian towns; here lie the states with their capitals.
CAPITALS: Mapping[str, str] = {
    "AC": "Rio Branco",
    "AL": "Maceió",
    "AM": "Manaus",
    "AP": "Macapá",
    "BA": "Salvador",
    "CE": "Fortaleza",
    "DF": "Brasília",
    "ES": "Vitória",
    "GO": "Goiânia",
    "MA": "São Luís",
    "MG": "Belo Horizonte",
    "MS": "Campo Grande",
    "MT": "Cuiabá",
    "PA": "Belém",
    "PB": "João Pessoa",
    "PE": "Recife",
    "PI": "Teresina",
    "PR": "Curitiba",
    "RJ": "Rio de Janeiro",
    "RN": "Natal",
    "RO": "Porto Velho",
    "RR": "Boa Vista",
    "RS": "Porto Alegre",
    "SC": "Florianópolis",
    "SE": "Aracaju",
    "SP": "São Paulo",
    "TO": "Palmas",
}
_WORDS: Mapping[str, str] = {
    "nome": "Nome",
    "nome_fantasia": "Nome fantasia",
    "nome_empresa": "Nome da empresa",
    "email": "E-mail",
    "observacao": "Observação",
    "logradouro": "Logradouro",
    "numero": "Número do endereço",
    "bairro": "Bairro",
    "complemento": "Complemento",
    "cidade": "Cidade",
    "estado": "Estado",
}


def refused(naming: FieldNaming, name: str, problem: str, where: str = "") -> RefusedError:
    """A refusal of one field, which names it in the way of the day, or names none."""
    match naming:
        case "key":
            return RefusedError(400, f"O campo '{name}' {problem}")
        case "path":
            return RefusedError(400, f"{where}{name} {problem}")
        case "words":
            return RefusedError(400, f"{_WORDS[name]} {problem}")
        case "nothing":
            return RefusedError(400, "Não foi possível salvar a pessoa")


def text(body: Mapping[str, Any], name: str, switches: ErpSwitches, where: str = "") -> str:
    """A text field that is not too long, "" where it is absent."""
    value = checks.text(body, name)
    longest = LONGEST.get(name)
    if longest is not None and len(value) > longest:
        raise refused(switches.refused_field, name, f"deve ter no máximo {longest} caracteres", where)
    return value


def place(row: Mapping[str, Any], switches: ErpSwitches, where: str) -> None:
    """Refuse the state or the city of an address that nobody knows."""
    state, city = checks.text(row, "estado"), checks.text(row, "cidade").strip()
    if state and state not in CAPITALS:
        problem = f"deve ser um dos seguintes valores: {', '.join(CAPITALS)}"
        raise refused(switches.refused_field, "estado", problem, where)
    if city and not _is_known(city, state, switches):
        raise refused(switches.refused_field, "cidade", f"não é uma cidade conhecida: {city}", where)


def _is_known(city: str, state: str, switches: ErpSwitches) -> bool:
    if switches.cities == "plausible":
        return all(letter.isalpha() or letter in " '\u2019-" for letter in city)
    known = [CAPITALS[state]] if state else CAPITALS.values()
    return _folded(city) in map(_folded, known)


def _folded(word: str) -> str:
    return unicodedata.normalize("NFKD", word.casefold()).encode("ascii", "ignore").decode()
