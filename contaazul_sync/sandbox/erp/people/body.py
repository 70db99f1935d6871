"""What a body for a person may say, and what the ERP refuses in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from stdnum.br import cnpj, cpf

from contaazul_sync.sandbox.common import chance
from contaazul_sync.sandbox.common.wire import RefusedError
from contaazul_sync.sandbox.erp import checks
from contaazul_sync.sandbox.erp.people import limits
from contaazul_sync.sandbox.erp.records.people import digits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contaazul_sync.sandbox.erp.switches import ErpSwitches

KINDS = ("Física", "Jurídica", "Estrangeira")
PROFILES = ("Cliente", "Fornecedor", "Transportadora")
TAXPAYERS = ("NAO CONTRIBUINTE", "CONTRIBUINTE", "ISENTO")
_MOBILE = re.compile(r"(\d{2})?9\d{8}")
_ENROLMENT = (
    "indicador_inscricao_estadual",
    "inscricao_estadual",
    "inscricao_municipal",
    "inscricao_suframa",
)
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
    body: Mapping[str, Any], kind: str, addresses: list[dict[str, Any]], switches: ErpSwitches
) -> dict[str, Any]:
    """The changes that a body asks for, by the names of `Person`; refuses at the first wrong field."""
    changes: dict[str, Any] = {}
    if "nome" in body:
        checks.required(body, "nome")
        changes["name"] = limits.text(body, "nome", switches)
    if "perfis" in body:
        changes["profiles"] = _profiles(body["perfis"])
    document = digits(checks.text(body, "cpf") or checks.text(body, "cnpj"))
    if document:
        if switches.reject_invalid_cpf and not (cpf.is_valid(document) or cnpj.is_valid(document)):
            raise RefusedError(400, "O CPF ou CNPJ informado é inválido")
        changes["document"] = document
    if "email" in body:
        changes["email"] = limits.text(body, "email", switches)
    if isinstance(body.get("ativo"), bool):
        changes["active"] = body["ativo"]
    if "enderecos" in body:
        changes["addresses"] = _addresses(checks.rows(body, "enderecos"), kind, addresses, switches)
    changes["data"] = _rest(body, switches)
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


def _addresses(
    given: list[dict[str, Any]], kind: str, known: list[dict[str, Any]], switches: ErpSwitches
) -> list[dict[str, Any]]:
    """With the id of an address it is updated, without one another is added."""
    result = [dict(address) for address in known]
    for number, row in enumerate(given):
        if kind == "Estrangeira" and (row.get("cidade") or row.get("estado")):
            raise RefusedError(400, "Cidade e estado não devem ser informados para pessoa estrangeira")
        where = f"enderecos[{number}]."
        limits.place(row, switches, where)
        taken = {name: limits.text(row, name, switches, where) for name in _ADDRESS if name in row}
        known_one = next((one for one in result if one["id"] == row.get("id")), None)
        if known_one is None:
            known_one = {"id": chance.new_id(), "id_cidade": 5270}
            result.append(known_one)
        known_one.update(taken)
    return result


def _rest(body: Mapping[str, Any], switches: ErpSwitches) -> dict[str, Any]:
    data: dict[str, Any] = {name: limits.text(body, name, switches) for name in _TEXTS if name in body}
    if data.get("data_nascimento"):
        checks.day(data["data_nascimento"], "data_nascimento")
    data |= {_RENAMED[name]: limits.text(body, name, switches) for name in _RENAMED if name in body}
    data |= {_FLAGS[name]: body[name] for name in _FLAGS if isinstance(body.get(name), bool)}
    if "contato_cobranca_faturamento" in body:
        data["contato_cobranca_faturamento"] = checks.structure(body, "contato_cobranca_faturamento")
    if "inscricoes" in body:
        data["inscricoes"] = [_enrolment(row) for row in checks.rows(body, "inscricoes")]
    if "outros_contatos" in body:
        contacts = checks.rows(body, "outros_contatos")
        data["outros_contatos"] = [{"id": chance.new_id(), **row} for row in contacts]
    return data


def _enrolment(row: Mapping[str, Any]) -> dict[str, Any]:
    """What the tax offices know a company by: words for the kind of taxpayer, and up to three numbers."""
    if row.get("indicador_inscricao_estadual") is not None:
        checks.choice(row["indicador_inscricao_estadual"], "indicador_inscricao_estadual", TAXPAYERS)
    return {"id": chance.new_id()} | {name: checks.text(row, name) for name in _ENROLMENT if name in row}
