"""`GET /v1/pessoas`: the filters that exist; what does not exist lets everybody through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contaazul_sync.sandbox.common.wire import answer, local_date
from contaazul_sync.sandbox.erp import checks
from contaazul_sync.sandbox.erp.people.body import KINDS, PROFILES
from contaazul_sync.sandbox.erp.people.rows import listed
from contaazul_sync.sandbox.erp.records.people import digits

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response

    from contaazul_sync.sandbox.common.wire import Call
    from contaazul_sync.sandbox.erp.records.people import Person
    from contaazul_sync.sandbox.erp.state import Erp

ORDERS = ("nome", "email", "documento", "ativo")


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
        found.sort(key=lambda person: str(listed(person)[order]).casefold(), reverse=down == "DESC")
    with_address = call.one("com_endereco") == "true"
    items = [listed(person, with_address=with_address) for person in checks.page(call, found)]
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
