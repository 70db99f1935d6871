"""The parts of a financial event: listed by their event, read and changed one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contaazul_sync.sandbox.common.wire import RefusedError, answer, cents
from contaazul_sync.sandbox.erp import checks
from contaazul_sync.sandbox.erp.receivables import settlements
from contaazul_sync.sandbox.erp.receivables.refusals import financial, required, stale
from contaazul_sync.sandbox.erp.receivables.rows import changed_row, part_row
from contaazul_sync.sandbox.erp.receivables.search import search

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from contaazul_sync.sandbox.common.wire import Call
    from contaazul_sync.sandbox.erp.state import Erp, Routes

EVENTS = "/v1/financeiro/eventos-financeiros"
# What the schema of the PATCH knows. Losses and payments on schedule change nothing here.
_KNOWN = {
    "versao",
    "nota",
    "descricao",
    "vencimento",
    "composicao_valor",
    "data_pagamento_esperado",
    "metodo_pagamento",
    "perda",
    "nsu",
    "pagamento_agendado",
    "id_conta_financeira",
}


def show_parts(erp: Erp, call: Call) -> Response:
    """GET .../{id_evento}/parcelas: a bare array, in which the parts of a new sale may come late."""
    event = checks.identifier(call.part("id"))
    if all(sale.event_id != event for sale in erp.sales.values()):
        raise RefusedError(404, checks.UNKNOWN)
    now, listed = erp.clock(), erp.switches.sale_parts == "listed"
    parts = [part for part in erp.ledger.of_event(event) if listed and part.visible_from <= now]
    return answer([part_row(erp, part) for part in parts])


def show_part(erp: Erp, call: Call) -> Response:
    """GET .../parcelas/{id}."""
    return answer(part_row(erp, settlements.part(erp, call)))


def change_part(erp: Erp, call: Call) -> Response:
    """PATCH .../parcelas/{id}: wants the version that is current, and settles nothing.

    A body of unknown names alone, such as `{valor, data}`, is a success that does nothing.
    """
    part, body = settlements.part(erp, call), call.body()
    if _KNOWN & set(body):
        if body.get("versao") != part.version:
            raise stale()
        for name, value in _changes(body).items():
            setattr(part, name, value)
        erp.ledger.touch(part)
    return answer(changed_row(part))


def _changes(body: Mapping[str, Any]) -> dict[str, Any]:
    """What a body changes, by the names of `Part`."""
    names = {"nota": "note", "descricao": "description", "nsu": "nsu"}
    changes: dict[str, Any] = {names[name]: checks.text(body, name) for name in names if name in body}
    dates = {"vencimento": "due", "data_pagamento_esperado": "expected"}
    changes |= {dates[name]: checks.day(body[name], name) for name in dates if name in body}
    if "metodo_pagamento" in body:
        changes["method"] = checks.choice(
            body["metodo_pagamento"], "metodo_pagamento", settlements.METHODS_OF_PARTS
        )
    if "id_conta_financeira" in body:
        changes["account_id"] = checks.identifier(body["id_conta_financeira"])
    if "composicao_valor" in body:
        given = checks.structure(body, "composicao_valor")
        required(given, "valor_bruto")
        changes["amount"] = cents(checks.number(given, "valor_bruto"))
    return changes


ROUTES: Routes = [
    (method, EVENTS + path, financial(handler))
    for method, path, handler in (
        ("GET", "/contas-a-receber/buscar", search),
        ("GET", "/{id}/parcelas", show_parts),
        ("GET", "/parcelas/{id}", show_part),
        ("PATCH", "/parcelas/{id}", change_part),
        ("POST", "/parcelas/{id}/baixa", settlements.create),
        ("GET", "/parcelas/{id}/baixa", settlements.show_list),
        ("GET", "/parcelas/baixa/{id}", settlements.show_one),
        ("PATCH", "/parcelas/baixa/{id}", settlements.change),
        ("DELETE", "/parcelas/baixa/{id}", settlements.remove),
    )
]
