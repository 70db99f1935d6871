"""The ERP's people: their records, and the operations of `/v1/pessoas` in the ERP's own words.

Reads say `documento`, writes say `cpf` or `cnpj`; a list shows profiles as words, everything else as objects.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from contaazul_sync.sandbox.common.wire import RefusedError, answer, local_date, local_time, no_content
from contaazul_sync.sandbox.erp import checks
from contaazul_sync.sandbox.erp.people.body import KINDS, PROFILES, digits, phone, read

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from starlette.responses import Response

    from contaazul_sync.sandbox.common.wire import Call
    from contaazul_sync.sandbox.erp.state import Erp

ORDERS = ("nome", "email", "documento", "ativo")


@dataclass(slots=True)
class Person:
    """One person of the ERP. `document` is digits only; `data` holds what nothing here looks at."""

    id: str
    legacy_id: int
    legacy_uuid: str
    name: str
    kind: str  # Física, Jurídica, Estrangeira
    created: datetime
    changed: datetime
    visible_from: datetime
    document: str = ""
    profiles: list[str] = field(default_factory=list)
    active: bool = True
    email: str = ""
    mobile: str = ""
    addresses: list[dict[str, Any]] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)


def show_list(erp: Erp, call: Call) -> Response:
    """GET /v1/pessoas. Unknown filters (`documento`, `cpf`, `nome` ...) are ignored: everyone comes back."""
    test, changed, now = _filter(call), checks.window(call), erp.clock()
    found = [
        person
        for person in erp.people.values()
        if person.visible_from <= now and changed(person.changed) and test(person)
    ]
    order = call.one("tipo_ordenacao")
    if order is not None:
        checks.choice(order, "tipo_ordenacao", ORDERS)
        down = checks.choice(call.one("ordem_ordenacao") or "ASC", "ordem_ordenacao", ("ASC", "DESC"))
        found.sort(key=lambda person: str(_row(person)[order]).casefold(), reverse=down == "DESC")
    with_address = call.one("com_endereco") == "true"
    items = [_row(person, with_address=with_address) for person in checks.page(call, found)]
    return answer({"totalItems": len(found), "items": erp.items(items)})


def _filter(call: Call) -> Callable[[Person], bool]:
    profile = call.one("tipo_perfil")
    if profile is not None:
        checks.choice(profile, "tipo_perfil", PROFILES)
    kinds = [checks.choice(kind, "tipos_pessoa", KINDS) for kind in call.many("tipos_pessoa")]
    words = (call.one("busca") or "").casefold()
    wanted: list[tuple[list[str], Callable[[Person], list[str]]]] = [
        (kinds, lambda person: [person.kind]),
        (call.many("ids"), lambda person: [person.id]),
        ([digits(value) for value in call.many("documentos")], lambda person: [person.document]),
        (call.many("nomes"), lambda person: [person.name]),
        (call.many("emails"), lambda person: [mail.strip() for mail in person.email.split(",")]),
        ([digits(value) for value in call.many("telefones")], lambda person: [person.mobile]),
        (call.many("codigos_pessoa"), lambda person: [str(person.data.get("codigo", ""))]),
        (call.many("ufs"), lambda person: [str(place.get("estado")) for place in person.addresses]),
        (call.many("cidades"), lambda person: [str(place.get("cidade")) for place in person.addresses]),
        (call.many("paises"), lambda person: [str(place.get("pais")) for place in person.addresses]),
    ]

    def matches(person: Person) -> bool:
        if profile is not None and profile not in person.profiles:
            return False
        if words not in f"{person.name}\n{person.document}".casefold():
            return False
        return all(not values or set(values) & set(has(person)) for values, has in wanted) and _born(
            call, person
        )

    return matches


def _born(call: Call, person: Person) -> bool:
    day = local_date(person.created)
    first, last = call.one("data_criacao_inicio"), call.one("data_criacao_fim")
    return (first or "") <= day <= (last or "9999-12-31")


def _row(person: Person, *, with_address: bool = False) -> dict[str, Any]:
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
        "perfis": list(person.profiles),
        "endereco": next(iter(person.addresses), None) if with_address else None,
        "data_criacao": local_time(person.created),
        "data_alteracao": local_time(person.changed),
    }


def show_one(erp: Erp, call: Call) -> Response:
    """GET /v1/pessoas/{id}."""
    return answer(_detail(_found(erp, call)))


def show_legacy(erp: Erp, call: Call) -> Response:
    """GET /v1/pessoas/legado/{uuid_legado}."""
    wanted = checks.identifier(call.part("id"))
    for person in erp.people.values():
        if person.legacy_uuid == wanted:
            return answer(_detail(person))
    raise RefusedError(404, checks.UNKNOWN)


def _found(erp: Erp, call: Call) -> Person:
    person = erp.people.get(checks.identifier(call.part("id")))
    if person is None:
        raise RefusedError(404, checks.UNKNOWN)
    return person


def _profiles(person: Person) -> list[dict[str, str]]:
    return [
        {"id": str(uuid.uuid5(uuid.UUID(person.id), profile)), "tipo_perfil": profile}
        for profile in person.profiles
    ]


def _detail(person: Person) -> dict[str, Any]:
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


def _summary(person: Person) -> dict[str, Any]:
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


def create(erp: Erp, call: Call) -> Response:
    """POST /v1/pessoas."""
    body = call.body()
    checks.required(body, "nome")
    kind = checks.choice(checks.required(body, "tipo_pessoa"), "tipo_pessoa", KINDS)
    person = erp.new_person(checks.text(body, "nome"), kind)
    _take(erp, person, body)
    erp.people[person.id] = person
    return answer(_summary(person), 201)


def _take(erp: Erp, person: Person, body: dict[str, Any]) -> None:
    """Put the known fields of a body on a person: all of them, or, after a refusal, none."""
    changes = read(body, person.kind, person.addresses, strict_documents=erp.switches.reject_invalid_cpf)
    document = changes.get("document")
    if document and any(other.document == document and other is not person for other in erp.people.values()):
        raise RefusedError(400, "Não foi possível salvar: já existe uma pessoa cadastrada com este documento")
    mobile = phone(body)
    if mobile is not None:
        changes["mobile"] = mobile
    person.data = person.data | changes.pop("data")
    for name, value in changes.items():
        setattr(person, name, value)


def change(erp: Erp, call: Call) -> Response:
    """PATCH /v1/pessoas/{id}: the fields that are sent; `perfis` replaces the list. 204 without a body."""
    person = _found(erp, call)
    _take(erp, person, call.body())
    person.changed = erp.clock()
    return no_content()


def replace(erp: Erp, call: Call) -> Response:
    """PUT /v1/pessoas/{id}: wants everything."""
    person = _found(erp, call)
    body = call.body()
    whole = ("codigo", "rg", "data_nascimento", "email", "telefone_comercial", "observacao")
    lists = ("inscricoes", "outros_contatos", "enderecos", "perfis")
    document = {"Física": ("cpf",), "Jurídica": ("cnpj",)}.get(person.kind, ())
    for name in ("nome", "tipo_pessoa", *document, *whole, *lists):
        if body.get(name) is None:
            raise RefusedError(400, f"O campo '{name}' é obrigatório")
    person.kind = checks.choice(body["tipo_pessoa"], "tipo_pessoa", KINDS)
    _take(erp, person, body)
    person.changed = erp.clock()
    return answer(_summary(person))


def activate(erp: Erp, call: Call) -> Response:
    """POST /v1/pessoas/ativar."""
    return _set_active(erp, call, active=True)


def deactivate(erp: Erp, call: Call) -> Response:
    """POST /v1/pessoas/inativar."""
    return _set_active(erp, call, active=False)


def _set_active(erp: Erp, call: Call, *, active: bool) -> Response:
    wanted = checks.ids(call.body(), "uuids")
    for person in _all(erp, wanted):
        person.active = active
        person.changed = erp.clock()
    buckets = {"ativos": wanted if active else None, "inativos": None if active else wanted}
    return answer({"todos": wanted, **buckets})


def remove(erp: Erp, call: Call) -> Response:
    """POST /v1/pessoas/excluir: refused for whoever has a sale."""
    wanted = checks.ids(call.body(), "uuids")
    buyers = {sale.person_id for sale in erp.sales.values()}
    bound = [person.id for person in _all(erp, wanted) if person.id in buyers]
    if bound:
        raise RefusedError(400, f"Os IDs [{', '.join(bound)}] não podem ser excluídos: há vendas vinculadas")
    for each in wanted:
        del erp.people[each]
    return no_content()


def _all(erp: Erp, wanted: list[str]) -> list[Person]:
    if any(each not in erp.people for each in wanted):
        raise RefusedError(404, checks.UNKNOWN)
    return [erp.people[each] for each in wanted]


def show_company(erp: Erp, _call: Call) -> Response:
    """GET /v1/pessoas/conta-conectada."""
    number = erp.company["id_empresa"]
    shown = int(number) if erp.switches.id_empresa_as == "int" else str(number)
    return answer(erp.company | {"id_empresa": shown})
