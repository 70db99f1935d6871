"""`/v1/centro-de-custo`: the cost centres, listed and made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contaazul_sync.sandbox.common import chance
from contaazul_sync.sandbox.common.wire import answer
from contaazul_sync.sandbox.erp import checks
from contaazul_sync.sandbox.erp.records.cost_centres import CostCentre

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.responses import Response

    from contaazul_sync.sandbox.common.wire import Call
    from contaazul_sync.sandbox.erp.state import Erp, Routes

QUICK: Mapping[str, tuple[bool, ...]] = {"ATIVO": (True,), "INATIVO": (False,), "TODOS": (True, False)}
ORDERS: Mapping[str, Callable[[CostCentre], str]] = {
    "nome": lambda centre: centre.name.casefold(),
    "codigo": lambda centre: centre.code or "",
}


def show_list(erp: Erp, call: Call) -> Response:
    """GET /v1/centro-de-custo: rows under `items`, their number under `itens_totais`."""
    checks.documented(call, ("pagina", "tamanho_pagina"), erp.switches)
    states = QUICK[checks.choice(call.one("filtro_rapido") or "TODOS", "filtro_rapido", QUICK)]
    words = (call.one("busca") or "").casefold()
    matching = [each for each in erp.cost_centres.values() if words in f"{each.name}\n{each.code}".casefold()]
    found = _sorted(call, [each for each in matching if each.active in states])
    active = sum(each.active for each in matching)
    totals = {"ativo": active, "inativo": len(matching) - active, "todos": len(matching)}
    rows = [_row(each) for each in checks.page(call, found)]
    return answer(erp.listing("itens_totais", len(found), "items", rows) | {"totais": totals})


def _sorted(call: Call, found: list[CostCentre]) -> list[CostCentre]:
    """In the order of a field that is documented; the ascending one counts where both are given."""
    up, down = call.one("campo_ordenado_ascendente"), call.one("campo_ordenado_descendente")
    key = ORDERS.get((up or down or "").lower())
    return sorted(found, key=key, reverse=up is None) if key else found


def _row(centre: CostCentre) -> dict[str, Any]:
    return {"id": centre.id, "codigo": centre.code, "nome": centre.name, "ativo": centre.active}


def create(erp: Erp, call: Call) -> Response:
    """POST /v1/centro-de-custo: a name, and a code where there is one."""
    body = call.body()
    checks.required(body, "nome")
    centre = CostCentre(chance.new_id(), checks.text(body, "nome"), checks.text(body, "codigo") or None)
    erp.cost_centres[centre.id] = centre
    return answer(_row(centre))


ROUTES: Routes = [
    ("GET", "/v1/centro-de-custo", show_list),
    ("POST", "/v1/centro-de-custo", create),
]
