"""How the ERP writes a person: a list shows profiles as words in capitals, everything else as objects."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from contaazul_sync.sandbox.common.wire import local_date, local_time

if TYPE_CHECKING:
    from contaazul_sync.sandbox.erp.records.people import Person
    from contaazul_sync.sandbox.erp.switches import ErpSwitches


def listed(person: Person, switches: ErpSwitches, *, with_address: bool = False) -> dict[str, Any]:
    """One item of `GET /v1/pessoas`; its one address only where it was asked for."""
    capitals = switches.profiles_in_list == "capitals"
    return {
        "id": person.id,
        "id_legado": person.legacy_id,
        "uuid_legado": person.legacy_uuid,
        "nome": person.name,
        "tipo_pessoa": person.kind,
        "documento": person.document,
        "email": person.email,
        "telefone": person.mobile,
        "ativo": person.active,
        "observacoes_gerais": person.data.get("observacao", ""),
        "perfis": [each.upper() if capitals else each for each in person.profiles],
        "endereco": next(iter(person.addresses), None) if with_address else None,
        "data_criacao": local_time(person.created),
        "data_alteracao": local_time(person.changed),
    }


def _profiles(person: Person) -> list[dict[str, str]]:
    return [
        {"id": str(uuid.uuid5(uuid.UUID(person.id), profile)), "tipo_perfil": profile}
        for profile in person.profiles
    ]


def detail(person: Person) -> dict[str, Any]:
    """`GET /v1/pessoas/{id}`."""
    data = person.data
    return {
        "id": person.id,
        "nome": person.name,
        "nome_empresa": data.get("nome_empresa", ""),
        "tipo_pessoa": person.kind,
        "codigo": data.get("codigo", ""),
        "documento": person.document,
        "rg": data.get("rg", ""),
        "data_nascimento": data.get("data_nascimento"),
        "email": person.email,
        "telefone_celular": person.mobile,
        "telefone_comercial": data.get("telefone_comercial", ""),
        "ativo": person.active,
        "optante_simples_nacional": data.get("optante_simples_nacional", False),
        "orgao_publico": data.get("agencia_publica", False),
        "observacao": data.get("observacao", ""),
        "criado_em": local_date(person.created),
        "data_alteracao": "" if person.changed == person.created else local_time(person.changed),
        "atrasos_pagamentos": 0,
        "atrasos_recebimentos": 0,
        "pagamentos_mes_atual": 0,
        "recebimentos_mes_atual": 0,
        "contato_cobranca_faturamento": data.get("contato_cobranca_faturamento"),
        "mensagem_pagamentos_abertos": "",
        "enderecos": person.addresses,
        "inscricoes": data.get("inscricoes", []),
        "lembretes_vencimento": [],
        "outros_contatos": data.get("outros_contatos", []),
        "perfis": _profiles(person),
        "pessoas_legado": [
            {"id": person.legacy_id, "perfil": profile, "uuid": person.legacy_uuid}
            for profile in person.profiles
        ],
    }


def summary(person: Person) -> dict[str, Any]:
    """What a write answers: the document under the name that it was written by."""
    named = {"Física": "cpf", "Jurídica": "cnpj"}.get(person.kind)
    return {
        "id": person.id,
        "nome": person.name,
        "tipo_pessoa": person.kind,
        **({named: person.document} if named and person.document else {}),
        "ativo": person.active,
        "origem": "API",
        "estrangeiro": person.kind == "Estrangeira",
        "email": person.email,
        "perfis": _profiles(person),
        "enderecos": person.addresses,
        "inscricoes": person.data.get("inscricoes", []),
        "outros_contatos": person.data.get("outros_contatos", []),
    }
