"""How the ERP writes what it is to receive: a part, a settlement in three shapes, and a row of the search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contaazul_sync.sandbox.common.wire import local_date, local_time
from contaazul_sync.sandbox.erp.records.fixed import ACCOUNTS, REVENUES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contaazul_sync.sandbox.erp.records.receivables import Money, Part, Settlement
    from contaazul_sync.sandbox.erp.records.sales import Sale
    from contaazul_sync.sandbox.erp.state import Erp

# The search has other words for some of what a part says.
TRANSLATED: Mapping[str, str] = {"PENDENTE": "EM_ABERTO", "QUITADO": "RECEBIDO"}


def status(erp: Erp, part: Part) -> str:
    """What has become of a part."""
    paid = erp.ledger.paid(part)
    if part.cancelled:
        return "CANCELADO"
    if paid >= part.amount:
        return "QUITADO"
    if paid:
        return "RECEBIDO_PARCIAL"
    return "ATRASADO" if part.due < local_date(erp.clock()) else "PENDENTE"


def part_row(erp: Erp, part: Part) -> dict[str, Any]:
    """A part as `GET .../parcelas/{id}` and the list of its event tell it."""
    paid = erp.ledger.paid(part)
    row = {
        "evento": _event(erp, erp.sales[part.sale_id]),
        "id": part.id,
        "versao": part.version,
        "indice": erp.switches.parts_from + part.index - 1,
        "conciliado": False,
        "status": status(erp, part),
        "valor_pago": paid,
        "nao_pago": max(part.amount - paid, 0),
        "data_vencimento": part.due,
        "data_pagamento_previsto": part.expected,
        "descricao": part.description,
        "nota": part.note,
        "conta_financeira": _account(part.account_id),
        "id_conta_financeira": part.account_id,
        "valor_composicao": {**_nothing_added(part), "valor_liquido": part.amount},
        "metodo_pagamento": part.method,
        "nsu": part.nsu,
        "baixa_agendada": False,
        "baixas": [_inner(each) for each in erp.ledger.settled(part)],
        "anexos": [],
        "solicitacoes_cobrancas": [],
        "data_alteracao": local_time(part.changed),
        "valor_total_liquido": part.amount,
    }
    return _told(row)


def changed_row(part: Part) -> dict[str, Any]:
    """The answer to `PATCH .../parcelas/{id}`, which has names of its own."""
    row = {
        "nota": part.note,
        "descricao": part.description,
        "vencimento": part.due,
        "composicao_valor": _nothing_added(part) | {"valor_liquido": part.amount},
        "versao": part.version,
        "data_pagamento_esperado": part.expected,
        "metodo_pagamento": part.method,
        "nsu": part.nsu,
        "pagamento_agendado": False,
        "conta_financeira": _short(_account(part.account_id)),
    }
    return _told(row)


def settlement_row(settlement: Settlement) -> dict[str, Any]:
    """A settlement as its own family reads it: the account is an id."""
    row = {
        "id": settlement.id,
        "versao": settlement.version,
        "data_pagamento": settlement.day,
        "valor_composicao": _money(settlement.money),
        "conta_financeira": settlement.account_id,
        "id_parcela": settlement.part_id,
        "observacao": settlement.note,
        "metodo_pagamento": settlement.method,
        "origem": "VENDA",
        "tipo_evento_financeiro": "RECEITA",
        "nsu": settlement.nsu,
        "atualizado_em": local_time(settlement.changed),
        "anexos": [],
    }
    return _told(row)


def written_row(settlement: Settlement) -> dict[str, Any]:
    """A settlement as the answer to writing it: what reading calls `valor_composicao` is turned around."""
    read = settlement_row(settlement)
    names = ("id", "versao", "data_pagamento", "conta_financeira", "metodo_pagamento", "observacao", "nsu")
    return {name: read[name] for name in names if name in read} | {
        "composicao_valor": read["valor_composicao"]
    }


def search_row(erp: Erp, part: Part) -> dict[str, Any]:
    """One item of `GET .../contas-a-receber/buscar`."""
    sale, word = erp.sales[part.sale_id], status(erp, part)
    paid, buyer = erp.ledger.paid(part), erp.people.get(sale.person_id)
    category = _named(REVENUES, sale.category_id)
    centre = erp.cost_centres.get(sale.cost_centre_id or "")
    row = {
        "id": part.id,
        "descricao": part.description,
        "data_vencimento": part.due,
        # The English word is published for what is late alone.
        "status": "OVERDUE" if word == "ATRASADO" else None,
        "status_traduzido": TRANSLATED.get(word, word),
        "total": part.amount,
        "nao_pago": max(part.amount - paid, 0),
        "pago": paid,
        "data_criacao": local_time(part.created),
        "data_alteracao": local_time(part.changed),
        "data_competencia": sale.date,
        "categorias": [{"id": sale.category_id, "nome": category}] if category else [],
        "centros_custo": [{"id": centre.id, "nome": centre.name}] if centre else [],
        "cliente": {"id": sale.person_id, "nome": buyer.name} if buyer else None,
    }
    return _told(row)


def _event(erp: Erp, sale: Sale) -> dict[str, Any]:
    return {
        "data_competencia": sale.date,
        "id": sale.event_id,
        "condicao_pagamento": {"quantidade_parcelas": len(sale.payment.instalments)},
        "referencia": {"id": sale.id, "origem": "VENDA"},
        "agendado": False,
        "tipo": "RECEITA",
        "rateio": [_share(erp, sale)] if sale.category_id else [],
    }


def _share(erp: Erp, sale: Sale) -> dict[str, Any]:
    net, centre = sale.totals.net, erp.cost_centres.get(sale.cost_centre_id or "")
    centres = (
        [{"id_centro_custo": centre.id, "nome_centro_custo": centre.name, "valor": net}] if centre else []
    )
    row = {
        "id_categoria": sale.category_id,
        "nome_categoria": _named(REVENUES, sale.category_id),
        "valor": net,
        "valor_bruto": net,
        "rateio_centro_custo": centres,
    }
    return _told(row)


def _inner(settlement: Settlement) -> dict[str, Any]:
    """A settlement inside its part: the account is an object."""
    row = settlement_row(settlement)
    money = row["valor_composicao"] | {"valor_liquido": settlement.money.net}
    return row | {"valor_composicao": money, "conta_financeira": _account(settlement.account_id)}


def _money(money: Money) -> dict[str, Any]:
    return {
        "multa": money.fine,
        "juros": money.interest,
        "valor_bruto": money.gross,
        "desconto": money.discount,
        "taxa": money.fee,
    }


def _nothing_added(part: Part) -> dict[str, Any]:
    return {"multa": 0, "juros": 0, "valor_bruto": part.amount, "desconto": 0, "taxa": 0}


def _account(account_id: str | None) -> dict[str, Any] | None:
    if account_id is None:
        return None
    return next((dict(each) for each in ACCOUNTS if each["id"] == account_id), {"id": account_id})


def _short(account: dict[str, Any] | None) -> dict[str, Any] | None:
    """An account as the answer to a change tells it: not whether it is in use, or the usual one."""
    return account and {name: account[name] for name in ("id", "nome", "tipo", "banco") if name in account}


def _named(table: tuple[Mapping[str, Any], ...], key: str | None) -> str | None:
    return next((str(each["nome"]) for each in table if each["id"] == key), None)


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row without what is not there: no field of this family is said to be null."""
    return {name: value for name, value in row.items() if value is not None}
