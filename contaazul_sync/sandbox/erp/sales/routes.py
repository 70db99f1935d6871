"""The operations of `/v1/venda`.

A number is refused twice; `proximo-numero` reserves nothing and goes back when sales are deleted. What a sale
does to the balance of its products is in `stock`, how it is written in `rows`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from contaazul_sync.sandbox.common.wire import RefusedError, answer
from contaazul_sync.sandbox.erp import checks
from contaazul_sync.sandbox.erp.sales.body import read_booking, read_sale
from contaazul_sync.sandbox.erp.sales.rows import created, detail, lines
from contaazul_sync.sandbox.erp.sales.search import search

if TYPE_CHECKING:
    from contaazul_sync.sandbox.common.wire import Call
    from contaazul_sync.sandbox.erp.records.sales import Sale
    from contaazul_sync.sandbox.erp.state import Erp, Routes

EDITABLE = ("EM_ANDAMENTO", "APROVADO", "FATURADO", "CANCELADO")


def create(erp: Erp, call: Call) -> Response:
    """POST /v1/venda."""
    body = call.body()
    fields = read_sale(erp, body, ("EM_ANDAMENTO", "APROVADO")) | read_booking(body)
    _refuse_taken(erp, fields["numero"])
    sale = erp.new_sale(fields)
    return answer(created(sale), erp.switches.sale_status)


def _refuse_taken(erp: Erp, number: int, own: Sale | None = None) -> None:
    if erp.switches.duplicate_number == "accept":
        return
    if any(sale.numero == number for sale in erp.sales.values() if sale is not own and not sale.deleted):
        free = erp.next_number()
        raise RefusedError(400, f"O número informado já está em uso. O nº {free} é o próximo disponível.")


def change(erp: Erp, call: Call) -> Response:
    """PUT /v1/venda/{id}: everything anew, and `versao`, where 0 counts as missing; CANCELADO cancels.

    Category and cost centre stay as they were: this operation does not know them, and says nothing.
    """
    sale = checks.known(erp.sales, call.part("id"))
    body = call.body()
    if checks.integer(checks.required(body, "versao"), "versao") < 1:
        raise RefusedError(400, "O campo 'versao' é obrigatório")
    if sale.situacao == "CANCELADO" or sale.deleted:
        raise RefusedError(400, "A venda está cancelada e não pode ser alterada")
    fields = read_sale(erp, body, EDITABLE)
    _refuse_taken(erp, fields["numero"], sale)
    if body.get("id_natureza_operacao") is not None:
        fields["nature_id"] = checks.identifier(body["id_natureza_operacao"])
    cancels = fields["situacao"] == "CANCELADO"
    if cancels and erp.switches.cancel_settled == "refuse" and erp.ledger.is_settled(sale):
        raise RefusedError(400, "A venda possui parcelas baixadas e não pode ser cancelada")
    erp.change_sale(sale, fields | {"version": sale.version + 1})
    return answer({"id": sale.id, "id_legado": sale.legacy_id})


def show_one(erp: Erp, call: Call) -> Response:
    """GET /v1/venda/{id}, by uuid or by legacy id; a deleted sale is still there."""
    return answer(detail(erp, _found(erp, call.part("id"))))


def _found(erp: Erp, key: str) -> Sale:
    if key.isascii() and key.isdigit():
        sale = next((each for each in erp.sales.values() if each.legacy_id == int(key)), None)
    else:
        sale = erp.sales.get(checks.identifier(key))
    if sale is None:
        raise RefusedError(404, checks.UNKNOWN)
    return sale


def show_items(erp: Erp, call: Call) -> Response:
    """GET /v1/venda/{id_venda}/itens, by uuid only."""
    sale = _found(erp, checks.identifier(call.part("id")))
    listed = lines(erp, sale)
    totals = {
        "quantidade_produtos": len(listed),
        "quantidade_servicos": 0,
        "quantidade_nao_conciliados": 0,
    }
    return answer(
        erp.listing("itens_totais", len(listed), "itens", checks.page(call, listed)) | {"totais": totals}
    )


def print_one(erp: Erp, call: Call) -> Response:
    """GET /v1/venda/{id}/imprimir: a PDF, if an empty one."""
    sale = _found(erp, call.part("id"))
    return Response(f"%PDF-1.4\n% venda {sale.numero}\n%%EOF\n".encode(), media_type="application/pdf")


def delete_many(erp: Erp, call: Call) -> Response:
    """POST /v1/venda/exclusao-lote: out of the lists, its number free again, but still to be read."""
    done = 0
    wanted = checks.ids(call.body(), "ids")
    for each in wanted:
        sale = erp.sales.get(each)
        if sale is not None and not sale.deleted:
            erp.change_sale(sale, {"deleted": True})
            done += 1
    return answer({"atualizados": done, "ignorados": len(wanted) - done})


def show_next_number(erp: Erp, _call: Call) -> Response:
    """GET /v1/venda/proximo-numero: a bare integer, a hint that reserves nothing, or null."""
    return answer(erp.next_number() if erp.switches.next_number == "hint" else None)


ROUTES: Routes = [
    ("POST", "/v1/venda", create),
    ("GET", "/v1/venda/busca", search),
    ("GET", "/v1/venda/proximo-numero", show_next_number),
    ("POST", "/v1/venda/exclusao-lote", delete_many),
    ("GET", "/v1/venda/{id}", show_one),
    ("PUT", "/v1/venda/{id}", change),
    ("GET", "/v1/venda/{id}/itens", show_items),
    ("GET", "/v1/venda/{id}/imprimir", print_one),
]
