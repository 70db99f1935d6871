"""How the ERP writes a sale: three shapes that disagree, of the POST, the list, and the GET."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contaazul_sync.sandbox.common.wire import local_millis, plain
from contaazul_sync.sandbox.erp.records.fixed import SELLERS
from contaazul_sync.sandbox.erp.records.sales import NATURE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contaazul_sync.sandbox.erp.records.sales import Instalment, Sale
    from contaazul_sync.sandbox.erp.state import Erp

WORDS: Mapping[str, str] = {
    "EM_ANDAMENTO": "Em andamento",
    "APROVADO": "Aprovado",
    "FATURADO": "Faturado",
    "CANCELADO": "Cancelado",
}
PIX = "PIX_PAGAMENTO_INSTANTANEO"
# The answer to a POST speaks English where every other answer speaks Portuguese.
ENGLISH: Mapping[str, str] = {"EM_ANDAMENTO": "IN_PROCESS", "APROVADO": "APPROVED"}


def created(sale: Sale) -> dict[str, Any]:
    """The answer to `POST /v1/venda`."""
    totals, payment = sale.totals, sale.payment
    pending = sale.situacao == "APROVADO"
    return {
        "id": sale.id,
        "id_legado": sale.legacy_id,
        "id_cliente": sale.person_id,
        "numero": sale.numero,
        "origem": sale.origin,
        "id_categoria": sale.category_id,
        "data_venda": sale.date,
        "situacao": {"nome": ENGLISH[sale.situacao], "descricao": WORDS[sale.situacao]},
        "pendencia": {
            "nome": "PROCESSAMENTO_RESERVA_ESTOQUE" if pending else "NENHUMA",
            "descricao": "Processando reserva de estoque" if pending else "Nenhuma",
        },
        "valor_composicao": {
            "valor_bruto": totals.gross,
            "desconto": {"tipo": totals.discount_kind, "valor": totals.discount_rate},
            "frete": totals.freight,
            "valor_liquido": totals.net,
        },
        "condicao_pagamento": {
            "id_legado": sale.legacy_id + 1,
            "tipo_pagamento": payment.kind,
            "id_conta_financeira": payment.account_id,
            "opcao_condicao_pagamento": payment.terms,
            "parcelas": [_instalment(number, each) for number, each in enumerate(payment.instalments, 1)],
            "observacoes_pagamento": sale.payment_note,
            "nsu": payment.nsu,
            "troco_total": 0,
        },
        "observacoes": sale.observacoes,
        "id_vendedor": sale.seller_id,
        "versao": sale.version,
    }


def _instalment(number: int, each: Instalment) -> dict[str, Any]:
    return {
        "numero": number,
        "data_vencimento": each.due,
        "valor": each.amount,
        "descricao": each.description,
    }


def detail(erp: Erp, sale: Sale) -> dict[str, Any]:
    """The envelope of `GET /v1/venda/{id}`: everything but the items."""
    person = erp.people.get(sale.person_id)
    return {
        "cliente": {
            "uuid": sale.person_id,
            "tipo_pessoa": person.kind if person else None,
            "documento": person.document if person else None,
            "nome": person.name if person else None,
        },
        "evento_financeiro": {"id": sale.event_id},
        "notificacao": None,
        "natureza_operacao": {
            "uuid": NATURE,
            "tipo_operacao": "VENDA",
            "template_operacao": "VENDA_NAO_CONTRIBUINTE",
            "label": "Venda a Não Contribuinte",
            "mudanca_financeira": True,
            "mudanca_estoque": "SAIDA_ESTOQUE",
        },
        "venda": _negotiation(erp, sale),
        "vendedor": next((dict(seller) for seller in SELLERS if seller["id"] == sale.seller_id), None),
        "contrato": None,
    }


def _negotiation(erp: Erp, sale: Sale) -> dict[str, Any]:
    totals, (notes, payment_notes) = sale.totals, _notes(erp, sale)
    gone = sale.deleted or sale.situacao == "CANCELADO"
    return {
        "id": sale.id,
        "status": "CANCELADO" if gone else "EM_ANDAMENTO",
        "id_legado": sale.legacy_id,
        "tipo_negociacao": "VENDA",
        "numero": sale.numero,
        "id_categoria": sale.category_id,
        "data_compromisso": sale.date,
        "configuracao_de_desconto": {
            "tipo_desconto": totals.discount_kind,
            "taxa_desconto": totals.discount_rate,
        },
        "composicao_valor": {
            "valor_bruto": totals.gross,
            "desconto": totals.discount,
            "frete": totals.freight,
            "impostos": 0,
            "impostos_deduzidos": 0,
            "seguro": 0,
            "despesas_incidentais": 0,
            "valor_liquido": totals.net,
        },
        "condicao_pagamento": _payment(erp, sale, payment_notes),
        "total_itens": {
            "contagem_produtos": len(sale.items),
            "contagem_servicos": 0,
            "contagem_nao_conciliados": 0,
        },
        "observacoes": notes,
        "id_cliente": sale.person_id,
        "versao": sale.version,
        "tipo_pendencia": erp.stock.pendency(sale),
        "situacao": {"nome": sale.situacao, "descricao": WORDS[sale.situacao], "ativado": True},
        "id_natureza_operacao": sale.nature_id,
        "id_centro_custo": sale.cost_centre_id,
        "origem": sale.origin,
    }


def _notes(erp: Erp, sale: Sale) -> tuple[str, str]:
    """The notes and those of the payment, or, where the ERP mixes them up, the other way round."""
    notes = (sale.observacoes, sale.payment_note)
    return notes[::-1] if erp.switches.swapped_notes else notes


def _payment(erp: Erp, sale: Sale, notes: str) -> dict[str, Any]:
    payment = sale.payment
    return {
        "tipo_pagamento": erp.switches.pix_word if payment.kind == PIX else payment.kind,
        "id_conta_financeira": payment.account_id,
        "pagamento_a_vista": payment.terms == "À vista",
        "parcelas": [
            {"id": each.id, **_instalment(number, each)} for number, each in enumerate(payment.instalments, 1)
        ],
        "observacoes_pagamento": notes,
        "opcao_condicao_pagamento": payment.terms,
        "nsu": payment.nsu,
    }


def lines(erp: Erp, sale: Sale) -> list[dict[str, Any]]:
    """The items of a sale: `id` is the line, `id_item` the product."""
    return [
        {
            "id": item.id,
            "id_item": item.product_id,
            "nome": erp.products[item.product_id].name
            if item.product_id in erp.products
            else item.description,
            "descricao": item.description,
            "tipo": "PRODUTO",
            "quantidade": plain(item.quantity),
            "valor": item.price,
            "custo": item.cost,
            "id_centro_custo": sale.cost_centre_id,
        }
        for item in sale.items
    ]


def listed(erp: Erp, sale: Sale) -> dict[str, Any]:
    """One item of `GET /v1/venda/busca`: no notes, no items."""
    return {
        "id": sale.id,
        "id_legado": sale.legacy_id,
        "total": sale.totals.net,
        "data": sale.date,
        "criado_em": local_millis(sale.created),
        "data_alteracao": local_millis(sale.changed),
        "tipo": "SALE",
        "itens": "PRODUCT",
        "condicao_pagamento": True,
        "numero": sale.numero,
        "cliente": _client(erp, sale),
        "situacao": {"nome": sale.situacao, "descricao": WORDS[sale.situacao]},
        "versao": sale.version,
        "status_email": None,
        "id_contrato": None,
        "origem": sale.origin,
    }


def _client(erp: Erp, sale: Sale) -> dict[str, Any]:
    person = erp.people.get(sale.person_id)
    place = person.addresses[0] if person and person.addresses else {}
    street = ", ".join(str(place[name]) for name in ("logradouro", "numero") if place.get(name))
    return {
        "id": sale.person_id,
        "nome": person.name if person else None,
        "email": person.email if person else None,
        "telefone": person.mobile if person else None,
        "endereco": street,
        "cidade": place.get("cidade"),
        "estado": place.get("estado"),
        "pais": place.get("pais"),
        "cep": place.get("cep"),
    }
