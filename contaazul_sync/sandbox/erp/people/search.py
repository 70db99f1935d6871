"""`GET /v1/pessoas`: the filters that exist; what does not exist lets everybody through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contaazul_sync.sandbox.common.wire import RefusedError, answer, local_date
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
    test, changed, now = _filter(erp, call), checks.window(call), erp.clock()
    found = [
        person
        for person in erp.people.values()
        if person.visible_from <= now and changed(person.changed) and test(person)
    ]
    order = call.one("tipo_ordenacao")
    if order is not None:
        key = checks.choice(order, "tipo_ordenacao", [*ORDERS, *map(str.upper, ORDERS)]).lower()
        down = checks.choice(call.one("ordem_ordenacao") or "ASC", "ordem_ordenacao", ("ASC", "DESC"))
        found.sort(
            key=lambda person: str(listed(person, erp.switches)[key]).casefold(), reverse=down == "DESC"
        )
    with_address = call.one("com_endereco") == "true"
    items = [listed(person, erp.switches, with_address=with_address) for person in checks.page(call, found)]
    return answer(erp.listing("totalItems", len(found), "items", erp.items(items)))


def _filter(erp: Erp, call: Call) -> Callable[[Person], bool]:
    profile = call.one("tipo_perfil") or ("Cliente" if erp.switches.default_profile else None)
    if profile is not None:
        checks.choice(profile, "tipo_perfil", PROFILES)
    asked = call.many("tipos_pessoa") or (["Física"] if erp.switches.default_kind else [])
    kinds = [checks.choice(kind, "tipos_pessoa", KINDS) for kind in asked]
    born = _born(call)
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
        return all(not values or set(values) & set(has(person)) for values, has in wanted) and born(person)

    return matches


def _born(call: Call) -> Callable[[Person], bool]:
    """The filter `data_criacao_inicio/fim`: two dates, where the one of changes wants two times."""
    names = ("data_criacao_inicio", "data_criacao_fim")
    first, last = (call.one(name) for name in names)
    if first is None and last is None:
        return lambda _person: True
    if first is None or last is None:
        raise RefusedError(400, f"Os campos {' e '.join(names)} devem ser informados juntos")
    start, end = checks.day(first, names[0]), checks.day(last, names[1])
    return lambda person: start <= local_date(person.created) <= end
