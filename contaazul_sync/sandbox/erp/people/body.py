"""What a body for a person may say, and what the ERP refuses in it."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any

from stdnum.br import cnpj, cpf

from contaazul_sync.sandbox.common.wire import RefusedError
from contaazul_sync.sandbox.erp import checks
from contaazul_sync.sandbox.erp.records.people import digits

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS = ("Física", "Jurídica", "Estrangeira")
PROFILES = ("Cliente", "Fornecedor", "Transportadora")
STATES = (
    "AC AL AM AP BA CE DF ES GO MA MG MS MT PA PB PE PI PR RJ RN RO RR RS SC SE SP TO".split()  # noqa: SIM905
)
TAXPAYERS = ("NAO CONTRIBUINTE", "CONTRIBUINTE", "ISENTO")
_MOBILE = re.compile(r"(\d{2})?9\d{8}")
_TEXTS = ("rg", "codigo", "observacao", "telefone_comercial", "data_nascimento")
# The same field has another name in a PATCH than in a POST.
_RENAMED = {"nome_fantasia": "nome_empresa", "nome_empresa": "nome_empresa"}
_FLAGS = {
    "optante_simples": "optante_simples_nacional",
    "optante_simples_nacional": "optante_simples_nacional",
    "agencia_publica": "agencia_publica",
}
_ADDRESS = ("cep", "logradouro", "numero", "complemento", "bairro", "cidade", "estado", "pais")


def read(
    body: Mapping[str, Any], kind: str, addresses: list[dict[str, Any]], *, strict_documents: bool
) -> dict[str, Any]:
    """The changes that a body asks for, by the names of `Person`; refuses at the first wrong field."""
    changes: dict[str, Any] = {}
    if "nome" in body:
        checks.required(body, "nome")
        changes["name"] = checks.text(body, "nome")
    if "perfis" in body:
        changes["profiles"] = _profiles(body["perfis"])
    document = digits(checks.text(body, "cpf") or checks.text(body, "cnpj"))
    if document:
        if strict_documents and not (cpf.is_valid(document) or cnpj.is_valid(document)):
            raise RefusedError(400, "O CPF ou CNPJ informado é inválido")
        changes["document"] = document
    if "email" in body:
        changes["email"] = checks.text(body, "email")
    if isinstance(body.get("ativo"), bool):
        changes["active"] = body["ativo"]
    if "enderecos" in body:
        changes["addresses"] = _addresses(checks.rows(body, "enderecos"), kind, addresses)
    changes["data"] = _rest(body)
    return changes


def phone(body: Mapping[str, Any]) -> str | None:
    """The mobile number, `DD9XXXXXXXX` or `9XXXXXXXX`, None where it is absent."""
    value = checks.text(body, "telefone_celular")
    if value and not _MOBILE.fullmatch(value):
        raise RefusedError(400, "O número de telefone celular informado é inválido")
    return value if "telefone_celular" in body else None


def _profiles(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise RefusedError(400, "O campo 'perfis' deve ser uma lista de objetos")
    return [checks.choice(each.get("tipo_perfil"), "tipo_perfil", PROFILES) for each in value]


def _addresses(given: list[dict[str, Any]], kind: str, known: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """With the id of an address it is updated, without one another is added."""
    result = [dict(address) for address in known]
    for row in given:
        if kind == "Estrangeira" and (row.get("cidade") or row.get("estado")):
            raise RefusedError(400, "Cidade e estado não devem ser informados para pessoa estrangeira")
        if row.get("estado"):
            checks.choice(row["estado"], "estado", STATES)
        known_one = next((one for one in result if one["id"] == row.get("id")), None)
        if known_one is None:
            known_one = {"id": str(uuid.uuid4()), "id_cidade": 5270}
            result.append(known_one)
        known_one.update({name: row[name] for name in _ADDRESS if name in row})
    return result


def _rest(body: Mapping[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = {name: checks.text(body, name) for name in _TEXTS if name in body}
    if data.get("data_nascimento"):
        checks.day(data["data_nascimento"], "data_nascimento")
    data |= {_RENAMED[name]: checks.text(body, name) for name in _RENAMED if name in body}
    data |= {_FLAGS[name]: body[name] for name in _FLAGS if isinstance(body.get(name), bool)}
    if "contato_cobranca_faturamento" in body:
        data["contato_cobranca_faturamento"] = checks.structure(body, "contato_cobranca_faturamento")
    for name in ("inscricoes", "outros_contatos"):
        if name in body:
            data[name] = [{"id": str(uuid.uuid4()), **row} for row in checks.rows(body, name)]
    for row in data.get("inscricoes", []):
        if row.get("indicador_inscricao_estadual") is not None:
            checks.choice(row["indicador_inscricao_estadual"], "indicador_inscricao_estadual", TAXPAYERS)
    return data
