"""What was settled of a part: made, listed, changed and undone. A repeat counts twice: there is no key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from contaazul_sync.sandbox.common import chance
from contaazul_sync.sandbox.common.wire import RefusedError, answer, cents, local_date
from contaazul_sync.sandbox.erp import checks
from contaazul_sync.sandbox.erp.receivables.refusals import required, stale
from contaazul_sync.sandbox.erp.receivables.rows import settlement_row, written_row
from contaazul_sync.sandbox.erp.records.receivables import Money, Settlement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contaazul_sync.sandbox.common.wire import Call
    from contaazul_sync.sandbox.erp.records.receivables import Part
    from contaazul_sync.sandbox.erp.state import Erp

METHODS = (
    "DINHEIRO",
    "CARTAO_CREDITO",
    "BOLETO_BANCARIO",
    "CARTAO_CREDITO_VIA_LINK",
    "CHEQUE",
    "CARTAO_DEBITO",
    "TRANSFERENCIA_BANCARIA",
    "OUTRO",
    "CARTEIRA_DIGITAL",
    "CASHBACK",
    "CREDITO_LOJA",
    "CREDITO_VIRTUAL",
    "DEPOSITO_BANCARIO",
    "PIX_PAGAMENTO_INSTANTANEO",
)
METHODS_OF_PARTS = (
    *METHODS,
    "PROGRAMA_FIDELIDADE",
    "SEM_PAGAMENTO",
    "VALE_ALIMENTACAO",
    "VALE_COMBUSTIVEL",
    "VALE_PRESENTE",
    "VALE_REFEICAO",
    "PIX_COBRANCA",
    "DEBITO_AUTOMATICO",
)


def part(erp: Erp, call: Call) -> Part:
    """The part that a path names."""
    return checks.known(erp.ledger.parts, call.part("id"))


def create(erp: Erp, call: Call) -> Response:
    """POST .../parcelas/{id}/baixa: settled at once, whole or a part of it, and again with each repeat."""
    of, body = part(erp, call), call.body()
    if of.cancelled:
        raise RefusedError(400, "A parcela está cancelada e não pode ser baixada")
    for name in ("data_pagamento", "conta_financeira", "composicao_valor"):
        required(body, name)
    plain = {"method": of.method, "note": "", "nsu": None}
    fields = plain | _read(erp, body)
    settlement = Settlement(id=chance.new_id(), part_id=of.id, changed=erp.clock(), **fields)
    erp.table(Settlement)[settlement.id] = settlement
    erp.ledger.touch(of)
    return answer(written_row(settlement))


def _read(erp: Erp, body: Mapping[str, Any]) -> dict[str, Any]:
    """What a body says, by the names of `Settlement`."""
    fields: dict[str, Any] = {}
    if "data_pagamento" in body:
        fields["day"] = checks.day(body["data_pagamento"], "data_pagamento")
        if erp.switches.future_settlement == "refuse" and fields["day"] > local_date(erp.clock()):
            raise RefusedError(400, "A data de pagamento não pode ser uma data futura")
    if "composicao_valor" in body:
        fields["money"] = _money(checks.structure(body, "composicao_valor"))
    if "conta_financeira" in body:
        fields["account_id"] = checks.identifier(body["conta_financeira"])
    if body.get("metodo_pagamento") is not None:
        fields["method"] = checks.choice(body["metodo_pagamento"], "metodo_pagamento", METHODS)
    if "observacao" in body:
        fields["note"] = checks.text(body, "observacao")
    if "nsu" in body:
        fields["nsu"] = checks.text(body, "nsu") or None
    return fields


def _money(body: Mapping[str, Any]) -> Money:
    required(body, "valor_bruto")
    names = ("valor_bruto", "multa", "juros", "desconto", "taxa")
    return Money(*(cents(checks.number(body, name)) for name in names))


def show_list(erp: Erp, call: Call) -> Response:
    """GET .../parcelas/{id}/baixa: a bare array."""
    return answer([settlement_row(each) for each in erp.ledger.settled(part(erp, call))])


def show_one(erp: Erp, call: Call) -> Response:
    """GET .../parcelas/baixa/{id}."""
    return answer(settlement_row(checks.known(erp.table(Settlement), call.part("id"))))


def change(erp: Erp, call: Call) -> Response:
    """PATCH .../parcelas/baixa/{id}: wants the version that is current."""
    settlement, body = checks.known(erp.table(Settlement), call.part("id")), call.body()
    if body.get("versao") != settlement.version:
        raise stale()
    for name, value in _read(erp, body).items():
        setattr(settlement, name, value)
    settlement.version += 1
    settlement.changed = erp.clock()
    erp.ledger.touch(erp.ledger.parts[settlement.part_id])
    return answer(written_row(settlement))


def remove(erp: Erp, call: Call) -> Response:
    """DELETE .../parcelas/baixa/{id}: 200, and an empty body."""
    settlement = checks.known(erp.table(Settlement), call.part("id"))
    del erp.table(Settlement)[settlement.id]
    erp.ledger.touch(erp.ledger.parts[settlement.part_id])
    return Response()
