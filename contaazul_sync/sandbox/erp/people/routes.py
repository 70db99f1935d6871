"""The operations of `/v1/pessoas`: reads say `documento`, writes say `cpf` or `cnpj`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contaazul_sync.sandbox.common.wire import RefusedError, answer, no_content
from contaazul_sync.sandbox.erp import checks
from contaazul_sync.sandbox.erp.people.body import KINDS, phone, read
from contaazul_sync.sandbox.erp.people.rows import detail, summary
from contaazul_sync.sandbox.erp.people.search import show_list

if TYPE_CHECKING:
    from starlette.responses import Response

    from contaazul_sync.sandbox.common.wire import Call
    from contaazul_sync.sandbox.erp.records.people import Person
    from contaazul_sync.sandbox.erp.state import Erp, Routes


def show_one(erp: Erp, call: Call) -> Response:
    """GET /v1/pessoas/{id}."""
    return answer(detail(checks.known(erp.people, call.part("id"))))


def show_legacy(erp: Erp, call: Call) -> Response:
    """GET /v1/pessoas/legado/{uuid_legado}."""
    wanted = checks.identifier(call.part("id"))
    for person in erp.people.values():
        if person.legacy_uuid == wanted:
            return answer(detail(person))
    raise RefusedError(404, checks.UNKNOWN)


def create(erp: Erp, call: Call) -> Response:
    """POST /v1/pessoas."""
    body = call.body()
    checks.required(body, "nome")
    kind = checks.choice(checks.required(body, "tipo_pessoa"), "tipo_pessoa", KINDS)
    person = erp.new_person(checks.text(body, "nome"), kind)
    _take(erp, person, read(body, kind, [], erp.switches), body)
    erp.people[person.id] = person
    return answer(summary(person), 201)


def _take(erp: Erp, person: Person, changes: dict[str, Any], body: dict[str, Any]) -> None:
    """Put the changes that a body asks for on a person: all of them, or, after a refusal, none."""
    document = changes.get("document") if erp.switches.duplicate_document == "refuse" else None
    if document and any(other.document == document and other is not person for other in erp.people.values()):
        raise RefusedError(400, "Não foi possível salvar: já existe uma pessoa cadastrada com este documento")
    mobile = phone(body)
    if mobile is not None:
        changes["mobile"] = mobile
    person.data = person.data | changes.pop("data")
    for name, value in changes.items():
        setattr(person, name, value)


def change(erp: Erp, call: Call) -> Response:
    """PATCH /v1/pessoas/{id}: the fields that are sent; 204 without a body."""
    person = checks.known(erp.people, call.part("id"))
    body = call.body()
    changes = read(body, person.kind, person.addresses, erp.switches)
    if erp.switches.profiles_patch == "add":
        changes["profiles"] = list(dict.fromkeys([*person.profiles, *changes.get("profiles", [])]))
    _take(erp, person, changes, body)
    person.changed = erp.clock()
    return no_content()


def replace(erp: Erp, call: Call) -> Response:
    """PUT /v1/pessoas/{id}: wants everything."""
    person = checks.known(erp.people, call.part("id"))
    body = call.body()
    whole = ("codigo", "rg", "data_nascimento", "email", "telefone_comercial", "observacao")
    lists = ("inscricoes", "outros_contatos", "enderecos", "perfis")
    document = {"Física": ("cpf",), "Jurídica": ("cnpj",)}.get(person.kind, ())
    for name in ("nome", "tipo_pessoa", *document, *whole, *lists):
        if body.get(name) is None:
            raise RefusedError(400, f"O campo '{name}' é obrigatório")
    kind = checks.choice(body["tipo_pessoa"], "tipo_pessoa", KINDS)
    _take(erp, person, read(body, kind, person.addresses, erp.switches), body)
    person.kind = kind
    person.changed = erp.clock()
    return answer(summary(person))


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
    """POST /v1/pessoas/excluir: one refusal for who has a sale and for who is not there (any more)."""
    wanted = checks.ids(call.body(), "uuids")
    buyers = {sale.person_id for sale in erp.sales.values()}
    kept = [each for each in wanted if each in buyers or each not in erp.people]
    if kept:
        why = "já foram removidos ou possuem vínculo com outros registros"
        raise RefusedError(400, f"Os IDs [{', '.join(kept)}] não podem ser excluídos: {why}")
    for each in wanted:
        erp.people.pop(each, None)  # the same one may be named twice
    return no_content()


def _all(erp: Erp, wanted: list[str]) -> list[Person]:
    if any(each not in erp.people for each in wanted):
        raise RefusedError(404, checks.UNKNOWN)
    return [erp.people[each] for each in wanted]


ROUTES: Routes = [
    ("GET", "/v1/pessoas", show_list),
    ("POST", "/v1/pessoas", create),
    ("GET", "/v1/pessoas/legado/{id}", show_legacy),
    ("POST", "/v1/pessoas/ativar", activate),
    ("POST", "/v1/pessoas/inativar", deactivate),
    ("POST", "/v1/pessoas/excluir", remove),
    ("GET", "/v1/pessoas/{id}", show_one),
    ("PATCH", "/v1/pessoas/{id}", change),
    ("PUT", "/v1/pessoas/{id}", replace),
]
