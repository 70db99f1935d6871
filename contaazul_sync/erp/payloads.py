"""Our drafts to Conta Azul's JSON, and its JSON to our models: the ERP's Portuguese lives here.

Facts are from the ERP's published contract (docs/conta-azul.md). Money goes out as JSON numbers: a float
of two decimals is written by Python with exactly those decimals. What comes in was parsed with Decimal.
Reading is tolerant: missing, null and "" all mean "not told".
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from contaazul_sync.core.drafts.people import PersonDraft
from contaazul_sync.core.drafts.products import ProductDraft
from contaazul_sync.core.drafts.sales import SaleDraft
from contaazul_sync.core.erp import Account, ErpPerson, ErpProduct, ErpSale
from contaazul_sync.core.ids import ErpId
from contaazul_sync.core.methods import payment_type
from contaazul_sync.core.money import decimal, reais
from contaazul_sync.core.orders import Buyer

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class BookedOn:
    """What a sale is booked on in the ERP, by the ERP's ids; "" where the merchant named nothing."""

    type: str = ""
    account: str = ""
    category: str = ""
    cost_center: str = ""
    seller: str = ""


NOWHERE = BookedOn()


def product_payload(draft: ProductDraft, unit_id: int | None = None, ncm_id: int | None = None) -> Json:
    """`POST /v1/produtos`: a simple product with its price and opening balance.

    `fiscal` needs the measure unit inside, so it goes only where both ids are known.
    """
    details = draft.details
    body: Json = {
        "nome": draft.name,
        "codigo_sku": draft.sku,
        "formato": "SIMPLES",
        "status": "ATIVO",
        "estoque": {"valor_venda": _number(reais(draft.price)), "estoque_disponivel": _number(draft.balance)},
    }
    if details.ean:
        body["codigo_ean"] = details.ean
    if details.description:
        body["descricao"] = details.description
    sizes = {
        "altura": details.height,
        "largura": details.width,
        "profundidade": details.length,
        "peso_bruto": details.weight,
    }
    told = {name: _number(size) for name, size in sizes.items() if size}
    if told:
        body["pesos_dimensoes"] = told
    if unit_id is not None:
        body["unidade_medida"] = {"id": unit_id}
        if ncm_id is not None:
            body["fiscal"] = {
                "origem": "NACIONAL",
                "tipo_produto": "MERCADORIA_PARA_REVENDA",
                "ncm": {"id": ncm_id},
                "unidade_medida": {"id": unit_id},
            }
    return body


def price_patch(amount: int) -> Json:
    """`PATCH /v1/produtos/{id}`: the price sits at the root here."""
    return {"valor_venda": _number(reais(amount))}


def stock_patch(balance: Decimal) -> Json:
    """`PATCH /v1/produtos/{id}`: not a published field; believed only after reading it back."""
    return {"estoque": {"estoque_disponivel": _number(balance)}}


def person_payload(draft: PersonDraft, *, bare: bool = False) -> Json:
    """`POST /v1/pessoas`. `bare` leaves out all that the ERP checks and a sale does not need."""
    body: Json = {
        "nome": draft.name,
        "tipo_pessoa": "Jurídica" if draft.is_company else "Física",
        "perfis": [{"tipo_perfil": "Cliente"}],
        ("cnpj" if draft.is_company else "cpf"): draft.document,
    }
    if bare:
        return body
    optional = {
        "nome_fantasia": draft.trade_name,
        "email": draft.email,
        "telefone_celular": draft.mobile,
        "observacao": draft.notes,
    }
    body |= {name: value for name, value in optional.items() if value}
    address = _address(draft.buyer)
    return body | {"enderecos": [address]} if address else body


def _address(buyer: Buyer) -> Json | None:
    postcode = "".join(filter(str.isdigit, buyer.postcode))
    region = buyer.region.strip().upper()
    if len(postcode) != 8 or len(region) != 2 or not buyer.city.strip():
        return None
    return {
        "cep": postcode,
        "logradouro": buyer.street,
        "numero": buyer.number,
        "complemento": buyer.complement,
        "bairro": buyer.district,
        "cidade": buyer.city.strip(),
        "estado": region,
        "pais": "Brasil",
    }


def profiles_patch(profiles: Iterable[str]) -> Json:
    """`PATCH /v1/pessoas/{id}` that adds the profile Cliente to those that a person has."""
    union = sorted({*profiles, "Cliente"})
    return {"perfis": [{"tipo_perfil": profile} for profile in union]}


def sale_payload(
    draft: SaleDraft,
    number: int,
    customer: ErpId,
    products: Mapping[str, ErpId],
    status: str,
    booked: BookedOn = NOWHERE,
) -> Json:
    """`POST /v1/venda`. `products` gives the ERP's id for each SKU of the draft."""
    count = len(draft.parts)
    body: Json = {
        "id_cliente": customer,
        "numero": number,
        "situacao": status,
        "data_venda": draft.day.isoformat(),
        "observacoes": draft.mark,
        "itens": [
            {
                "id": products[line.sku],
                "descricao": line.name,
                "quantidade": _number(line.quantity),
                "valor": _number(reais(line.price)),
            }
            for line in draft.lines
        ],
        "condicao_pagamento": {
            "tipo_pagamento": payment_type(draft.method, booked.type),
            "opcao_condicao_pagamento": _terms(draft),
            "nsu": draft.order_id,
            "parcelas": [
                {
                    "data_vencimento": part.due.isoformat(),
                    "valor": _number(reais(part.amount)),
                    "descricao": f"Pedido {draft.order_id}" + (f" {i}/{count}" if count > 1 else ""),
                }
                for i, part in enumerate(draft.parts, start=1)
            ],
        },
    }
    named = {
        "id_categoria": booked.category,
        "id_centro_custo": booked.cost_center,
        "id_vendedor": booked.seller,
        "observacoes_pagamento": draft.payment_note,
    }
    body |= {name: value for name, value in named.items() if value}
    if booked.account:
        body["condicao_pagamento"]["id_conta_financeira"] = booked.account
    composition: Json = {}
    if draft.freight:
        composition["frete"] = _number(reais(draft.freight))
    if draft.discount:
        composition["desconto"] = {"tipo": "VALOR", "valor": _number(reais(draft.discount))}
    return body | {"composicao_de_valor": composition} if composition else body


def _terms(draft: SaleDraft) -> str:
    """The ERP's three forms: `À vista`, `3x`, or the days, `30, 60`."""
    if draft.days:
        return ", ".join(map(str, draft.days))
    return "À vista" if len(draft.parts) == 1 else f"{len(draft.parts)}x"


def cancel_payload(
    draft: SaleDraft, sale: ErpSale, products: Mapping[str, ErpId], booked: BookedOn = NOWHERE
) -> Json:
    """`PUT /v1/venda/{id}` to CANCELADO: the whole sale again; a version of 0 counts as missing."""
    body = sale_payload(draft, sale.number, sale.customer, products, "CANCELADO", booked)
    return body | {"versao": max(1, sale.version)}


def read_products(row: Json) -> Iterable[ErpProduct]:
    """The products that one row of `GET /v1/produtos` holds: itself and its variations."""
    yield _listed(row)
    for variation in row.get("produtos_variacao") or ():
        yield _listed(variation)


def _listed(row: Json) -> ErpProduct:
    return ErpProduct(
        id=ErpId(str(row["id"])),
        sku=str(row.get("codigo") or row.get("codigo_sku") or ""),
        name=str(row.get("nome") or ""),
        active=_is_active(row),
        price=_amount(row.get("valor_venda")),
        balance=_told(row.get("saldo")),
        ean=str(row.get("ean") or ""),
    )


def read_product(body: Json) -> ErpProduct:
    """`GET /v1/produtos/{id}`."""
    stock = body.get("estoque") or {}
    return ErpProduct(
        id=ErpId(str(body["id"])),
        sku=str(body.get("codigo_sku") or body.get("codigo") or ""),
        name=str(body.get("nome") or ""),
        active=_is_active(body),
        price=_amount(stock.get("valor_venda")),
        balance=_told(stock.get("quantidade_disponivel")),
        ean=str(body.get("codigo_ean") or ""),
    )


def _is_active(row: Json) -> bool:
    return row.get("status") != "INATIVO" and row.get("ativo") is not False


def read_person(row: Json) -> ErpPerson:
    """A row of `GET /v1/pessoas`: profiles are strings there, objects elsewhere."""
    profiles = row.get("perfis") or ()
    names = (p.get("tipo_perfil", "") if isinstance(p, dict) else str(p) for p in profiles)
    document = str(row.get("documento") or row.get("cpf") or row.get("cnpj") or "")
    return ErpPerson(
        id=ErpId(str(row["id"])),
        document=compact(document),
        active=row.get("ativo") is not False,
        profiles=frozenset(names),
        name=str(row.get("nome") or ""),
    )


def compact(document: str) -> str:
    """A CPF or CNPJ without its mask. Letters stay: a CNPJ may have them since 2026."""
    return "".join(filter(str.isalnum, document)).upper()


def read_sale(body: Json) -> ErpSale:
    """`GET /v1/venda/{id}`: an envelope around the sale."""
    sale = body.get("venda") or body
    value = sale.get("composicao_valor") or {}
    situation = sale.get("situacao") or {}
    name = str(situation.get("nome") or "") if isinstance(situation, dict) else str(situation)
    return ErpSale(
        id=ErpId(str(sale["id"])),
        number=int(sale["numero"]),
        notes=str(sale.get("observacoes") or ""),
        total=_amount(value.get("valor_liquido")),
        situation=name,
        cancelled="CANCELADO" in (name, sale.get("status")),
        version=int(sale.get("versao") or 0),
        customer=ErpId(str(sale.get("id_cliente") or (body.get("cliente") or {}).get("uuid") or "")),
    )


def read_account(body: Json) -> Account:
    """`GET /v1/pessoas/conta-conectada`: any field may be missing; the id may be a string or a number."""
    return Account(
        company_id=str(body.get("id_empresa") or body.get("documento") or "unknown"),
        company=str(body.get("nome_fantasia") or body.get("razao_social") or ""),
        document=str(body.get("documento") or ""),
    )


def read_number(body: object) -> int | None:
    """`GET /v1/venda/proximo-numero`: a bare integer; null and `{"numero": n}` have been seen too."""
    if isinstance(body, dict):
        body = body.get("numero")
    return int(body) if isinstance(body, (int, str, Decimal)) and str(body).strip().isdigit() else None


def is_person_unknown(text: str) -> bool:
    """Whether a refused sale says that the customer is not there: so it is for a while after creating one."""
    return "cliente da venda" in text.lower()


def is_person_duplicate(text: str) -> bool:
    """Whether a refused person says that the document is there already: `já existe`, `já está cadastrado`."""
    return "já" in text.lower() and "cadastrad" in text.lower()


def is_number_taken(text: str) -> bool:
    """Whether a refused sale says that its number is in use."""
    return "próximo disponível" in text.lower() or "já está em uso" in text.lower()


def free_number(text: str) -> int:
    """The number that a refusal offers, as in `O nº 1004 é o próximo disponível`; 0 when there is none."""
    found = re.search(r"n[º°o.]\s*(\d+) é o próximo", text)
    return int(found[1]) if found else 0


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _told(value: object) -> Decimal | None:
    return None if value is None or value == "" else decimal(value)


def _amount(value: object) -> int | None:
    """An amount of the ERP in centavos; it may carry more decimals than a price has."""
    told = _told(value)
    return None if told is None else int((told * 100).to_integral_value())
