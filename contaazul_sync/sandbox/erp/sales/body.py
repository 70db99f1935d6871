"""What a body for a sale may say: the sums to the centavo, the payment terms, and what the ERP refuses."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from contaazul_sync.sandbox.common import chance
from contaazul_sync.sandbox.common.wire import RefusedError, cents
from contaazul_sync.sandbox.erp import checks
from contaazul_sync.sandbox.erp.records.sales import Instalment, Payment, SoldItem, Totals

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from contaazul_sync.sandbox.erp.state import Erp

PAYMENTS = (
    "BOLETO_BANCARIO",
    "CARTAO_CREDITO",
    "CARTAO_DEBITO",
    "CARTEIRA_DIGITAL",
    "CASHBACK",
    "CHEQUE",
    "CREDITO_LOJA",
    "CREDITO_VIRTUAL",
    "DEPOSITO_BANCARIO",
    "DINHEIRO",
    "OUTRO",
    "DEBITO_AUTOMATICO",
    "LINK_PAGAMENTO",
    "PIX_PAGAMENTO_INSTANTANEO",
    "COBRANCA_PIX",
    "PROGRAMA_FIDELIDADE",
    "SEM_PAGAMENTO",
    "TRANSFERENCIA_BANCARIA",
    "VALE_ALIMENTACAO",
    "VALE_COMBUSTIVEL",
    "VALE_PRESENTE",
    "VALE_REFEICAO",
    "CARTAO_CREDITO_VIA_LINK",  # the older names of two of the above
    "PIX_COBRANCA",
)
_TIMES = re.compile(r"([1-9]\d?)x")
_DAYS = re.compile(r"\d+(\s*,\s*\d+)*")


def read_sale(erp: Erp, body: Mapping[str, Any], statuses: Collection[str]) -> dict[str, Any]:
    """The fields of a sale, by the names of `Sale`; refuses at the first thing that is missing or wrong."""
    for name in ("id_cliente", "numero", "situacao", "data_venda", "itens", "condicao_pagamento"):
        checks.required(body, name)
    fields: dict[str, Any] = {
        "person_id": _buyer(erp, body["id_cliente"]),
        "numero": checks.integer(body["numero"], "numero"),
        "situacao": checks.choice(body["situacao"], "situacao", statuses),
        "date": checks.day(body["data_venda"], "data_venda"),
        "items": [_item(erp, row) for row in checks.rows(body, "itens")],
        "observacoes": checks.text(body, "observacoes"),
        "payment_note": checks.text(body, "observacoes_pagamento"),
        "seller_id": _optional_id(body, "id_vendedor"),
    }
    fields["totals"] = _totals(fields["items"], checks.structure(body, "composicao_de_valor"))
    fields["payment"] = _payment(checks.structure(body, "condicao_pagamento"), fields["totals"].net)
    return fields


def read_booking(body: Mapping[str, Any]) -> dict[str, Any]:
    """What a sale is booked on. Only a new sale is asked: the schema of the PUT has neither."""
    return {
        "category_id": _optional_id(body, "id_categoria"),
        "cost_centre_id": _optional_id(body, "id_centro_custo"),
    }


def _buyer(erp: Erp, value: object) -> str:
    person = erp.people.get(checks.identifier(value))
    wanted = {"Cliente"} if erp.switches.buyer_profile == "wanted" else set()
    known = person is not None and person.active and wanted <= set(person.profiles)
    if person is None or not known or person.visible_from > erp.clock():
        raise RefusedError(400, "Cliente da venda não encontrado com o ID informado")
    return person.id


def _item(erp: Erp, row: Mapping[str, Any]) -> SoldItem:
    for name in ("id", "quantidade", "valor"):
        checks.required(row, name)
    product_id = checks.identifier(row["id"])
    if product_id not in erp.products:
        raise RefusedError(400, "Item da venda não encontrado com o ID informado")
    quantity, price = checks.number(row, "quantidade"), checks.number(row, "valor")
    if quantity <= 0:
        raise RefusedError(400, "A quantidade do item deve ser maior que zero")
    if price <= 0:
        raise RefusedError(400, "O valor do item deve ser maior que zero")
    description = checks.text(row, "descricao") or erp.products[product_id].name
    return SoldItem(
        chance.new_id(), product_id, quantity, price, description, checks.number(row, "valor_custo")
    )


def _totals(items: list[SoldItem], body: Mapping[str, Any]) -> Totals:
    gross = sum((cents(item.quantity * item.price) for item in items), Decimal(0))
    given = checks.structure(body, "desconto")
    kind, rate = "VALOR", Decimal(0)
    if given:
        kind = checks.choice(checks.required(given, "tipo"), "tipo", ("VALOR", "PORCENTAGEM"))
        checks.required(given, "valor")
        rate = checks.number(given, "valor")
    discount = cents(rate) if kind == "VALOR" else cents(gross * rate / 100)
    totals = Totals(gross, cents(checks.number(body, "frete")), discount, kind, rate)
    if totals.net < 0:
        raise RefusedError(400, "O desconto não pode ser maior que o valor da venda")
    return totals


def _payment(body: Mapping[str, Any], net: Decimal) -> Payment:
    terms = checks.text(body, "opcao_condicao_pagamento")
    checks.required(body, "opcao_condicao_pagamento")
    checks.required(body, "parcelas")
    wanted = _parts(terms)
    instalments = [_instalment(row) for row in checks.rows(body, "parcelas")]
    if len(instalments) != wanted:
        raise RefusedError(400, "A quantidade de parcelas não corresponde à opção de condição de pagamento")
    if sum(each.amount for each in instalments) != net:
        raise RefusedError(400, "A soma das parcelas deve ser igual ao valor líquido da venda")
    kind = body.get("tipo_pagamento")
    if kind is not None:
        checks.choice(kind, "tipo_pagamento", PAYMENTS)
    nsu = checks.text(body, "nsu") or None
    return Payment(terms, instalments, kind, _optional_id(body, "id_conta_financeira"), nsu)


def _parts(terms: str) -> int:
    """How many instalments the terms ask for: `À vista`, `3x`, or the days `30, 60, 90`."""
    if terms == "À vista":
        return 1
    times = _TIMES.fullmatch(terms)
    if times:
        return int(times[1])
    if _DAYS.fullmatch(terms):
        return terms.count(",") + 1
    raise RefusedError(400, "A opção de condição de pagamento é inválida")


def _instalment(row: Mapping[str, Any]) -> Instalment:
    for name in ("data_vencimento", "valor"):
        checks.required(row, name)
    due = checks.day(row["data_vencimento"], "data_vencimento")
    return Instalment(chance.new_id(), due, checks.number(row, "valor"), checks.text(row, "descricao"))


def _optional_id(body: Mapping[str, Any], name: str) -> str | None:
    return None if body.get(name) is None else checks.identifier(body[name])
