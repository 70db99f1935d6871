"""Our drafts as Conta Azul's JSON: what is written.

Facts are from the ERP's published contract (docs/conta-azul.md). Money goes out as JSON numbers: a float of
two decimals is written by Python with exactly those decimals.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from contaazul_sync.core.drafts.cancels import CancelDraft
from contaazul_sync.core.drafts.documents import NO_REGISTRATION
from contaazul_sync.core.drafts.lines import SaleLine
from contaazul_sync.core.drafts.marks import noted
from contaazul_sync.core.drafts.people import ADDRESS, Address, PersonDraft
from contaazul_sync.core.drafts.products import ProductDraft
from contaazul_sync.core.drafts.sales import SaleDraft
from contaazul_sync.core.drafts.updates import PersonChange
from contaazul_sync.core.erp import Booking, Profile, SaleItem
from contaazul_sync.core.ids import ErpId
from contaazul_sync.core.methods import PAYMENT_KINDS, payment_type
from contaazul_sync.core.money import reais
from contaazul_sync.erp.words import COMPANY, EXEMPT, PERSON, PROFILES, TAXPAYER

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
        "estoque": {"valor_venda": number(reais(draft.price)), "estoque_disponivel": number(draft.balance)},
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
    told = {name: number(size) for name, size in sizes.items() if size}
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
    return {"valor_venda": number(reais(amount))}


def stock_patch(balance: Decimal) -> Json:
    """`PATCH /v1/produtos/{id}`: not a published field; believed only after reading it back."""
    return {"estoque": {"estoque_disponivel": number(balance)}}


def person_payload(draft: PersonDraft) -> Json:
    """`POST /v1/pessoas`, without what is dropped."""
    body: Json = {
        "nome": draft.name,
        "tipo_pessoa": COMPANY if draft.is_company else PERSON,
        "perfis": _profiles([Profile.CUSTOMER]),
        ("cnpj" if draft.is_company else "cpf"): draft.document,
    }
    optional = {
        "nome_fantasia": ("trade_name", draft.trade_name),
        "email": ("email", draft.email),
        "telefone_celular": ("mobile", draft.mobile),
        "observacao": ("notes", draft.notes),
    }
    body |= {key: value for key, (field, value) in optional.items() if draft.has(field)}
    if draft.address and draft.has("address"):
        body["enderecos"] = [_address(draft.address, draft.dropped)]
    if draft.has("state_registration"):
        body["inscricoes"] = [_registration(draft.state_registration)]
    return body


def _registration(told: str) -> Json:
    if told == NO_REGISTRATION:
        return {"indicador_inscricao_estadual": EXEMPT}
    return {"indicador_inscricao_estadual": TAXPAYER, "inscricao_estadual": told}


def _address(address: Address, dropped: Collection[str] = ()) -> Json:
    keys = {
        "cep": "postcode",
        "logradouro": "street",
        "numero": "number",
        "complemento": "complement",
        "bairro": "district",
        "cidade": "city",
        "estado": "region",
    }
    told = {key: getattr(address, field) for key, field in keys.items() if field not in dropped}
    return told | {"pais": "Brasil"}


def _changed_address(address: Address, erp_id: ErpId) -> Json:
    """A new address says no more than it has; one in another's place says also what is empty in it."""
    if erp_id:
        return {"id": erp_id} | _address(address)
    return _address(address, [field for field in ADDRESS if not getattr(address, field)])


def profiles_patch(profiles: Iterable[Profile]) -> Json:
    """`PATCH /v1/pessoas/{id}` that adds the profile Cliente to those that a person has.

    Whether it adds to them or takes their place is not settled, so it is the union.
    """
    return {"perfis": _profiles({*profiles, Profile.CUSTOMER})}


def _profiles(profiles: Iterable[Profile]) -> list[Json]:
    return [{"tipo_perfil": word} for word in sorted(PROFILES[profile] for profile in profiles)]


def person_field(draft: PersonDraft, field: str) -> Json:
    """`PATCH /v1/pessoas/{id}` of one field of a draft; its names are those of creating, but for one."""
    keys = {
        "mobile": "telefone_celular",
        "email": "email",
        "notes": "observacao",
        "trade_name": "nome_empresa",
        "address": "enderecos",
        "state_registration": "inscricoes",
    }
    created = person_payload(draft)
    told = created.get("nome_fantasia" if field == "trade_name" else keys[field])
    return {keys[field]: told}


def person_patch(change: PersonChange) -> Json:
    """`PATCH /v1/pessoas/{id}` of what changes; an address with an id takes the place of that one."""
    body: Json = {}
    if change.email:
        body["email"] = change.email
    if change.mobile:
        body["telefone_celular"] = change.mobile
    if change.address:
        body["enderecos"] = [_changed_address(change.address, change.address_id)]
    return body


def sale_payload(
    draft: SaleDraft,
    number: int,
    customer: ErpId,
    products: Mapping[str, ErpId],
    status: str,
    booked: BookedOn = NOWHERE,
) -> Json:
    """`POST /v1/venda`. `products` gives the ERP's id for each SKU of the draft."""
    body: Json = {
        "id_cliente": customer,
        "numero": number,
        "situacao": status,
        "data_venda": draft.day.isoformat(),
        "observacoes": noted(draft.mark, draft.number),
        "itens": [_item(line, products) for line in draft.lines],
        "condicao_pagamento": _payment(draft, booked),
    }
    named = {
        "id_categoria": booked.category,
        "id_centro_custo": booked.cost_center,
        "id_vendedor": booked.seller,
        "observacoes_pagamento": draft.payment_note,
    }
    body |= {name: value for name, value in named.items() if value}
    composition = _composition(draft.freight, draft.discount)
    return body | {"composicao_de_valor": composition} if composition else body


def _composition(freight: int, discount: int) -> Json:
    """What comes to a sale beside its items, in centavos; nothing where there is nothing."""
    composition: Json = {}
    if freight:
        composition["frete"] = number(reais(freight))
    if discount:
        composition["desconto"] = {"tipo": "VALOR", "valor": number(reais(discount))}
    return composition


def _item(line: SaleLine, products: Mapping[str, ErpId]) -> Json:
    return {
        "id": products[line.sku],
        "descricao": line.name,
        "quantidade": number(line.quantity),
        "valor": number(reais(line.price)),
    }


def _payment(draft: SaleDraft, booked: BookedOn) -> Json:
    """How it was paid, and its parts, called as people call the order. `nsu` names it by its id, too."""
    count, named = len(draft.parts), f"Pedido {draft.number or draft.order_id}"
    payment: Json = {
        "tipo_pagamento": payment_type(draft.method, booked.type),
        "opcao_condicao_pagamento": _terms(draft),
        "nsu": draft.order_id,
        "parcelas": [
            {
                "data_vencimento": part.due.isoformat(),
                "valor": number(reais(part.amount)),
                "descricao": named + (f" {i}/{count}" if count > 1 else ""),
            }
            for i, part in enumerate(draft.parts, start=1)
        ],
    }
    return payment | {"id_conta_financeira": booked.account} if booked.account else payment


def _terms(draft: SaleDraft) -> str:
    """The ERP's three forms: `À vista`, `3x`, or the days, `30, 60`.

    Whether it holds the form against the dates is not published. So a form is sent that they agree with: the
    days where the merchant says when the parts are due, since `3x` may mean one month, two and three; and at
    once is `À vista`, since nobody has seen a lone `0`.
    """
    if draft.days and draft.days != (0,):
        return ", ".join(map(str, draft.days))
    return "À vista" if len(draft.parts) == 1 else f"{len(draft.parts)}x"


def cancel_payload(draft: CancelDraft) -> Json:
    """`PUT /v1/venda/{id}` to CANCELADO: the whole sale again; a version of 0 counts as missing.

    A change takes no category and no cost centre. A way of paying that is told in a word whose sources do
    not agree is left out.
    """
    booking, sale = draft.booking, draft.booking.sale
    body: Json = {
        "versao": max(1, sale.version),
        "id_cliente": sale.customer,
        "numero": sale.number,
        "situacao": "CANCELADO",
        "data_venda": str(booking.day),
        "itens": [_sold(item) for item in draft.items],
        "condicao_pagamento": _paid(booking),
    }
    told = {
        "observacoes": booking.notes,
        "observacoes_pagamento": booking.payment_notes,
        "id_vendedor": booking.seller,
        "id_natureza_operacao": booking.nature,
        "composicao_de_valor": _composition(booking.freight, booking.discount),
    }
    return body | {name: value for name, value in told.items() if value}


def _sold(item: SaleItem) -> Json:
    body = {"id": item.product, "quantidade": number(item.quantity), "valor": number(item.price)}
    return body | {"descricao": item.description} if item.description else body


def _paid(booking: Booking) -> Json:
    parts = [
        {
            "data_vencimento": str(part.due),
            "valor": number(reais(part.amount or 0)),
            **({"descricao": part.description} if part.description else {}),
        }
        for part in booking.parts
    ]
    body: Json = {"opcao_condicao_pagamento": _form(booking.terms, len(parts)), "parcelas": parts}
    told = {
        "tipo_pagamento": booking.sale.payment if booking.sale.payment in PAYMENT_KINDS else "",
        "id_conta_financeira": booking.account,
        "nsu": booking.nsu,
    }
    return body | {name: value for name, value in told.items() if value}


def _form(told: str, count: int) -> str:
    """The form of the terms as the ERP tells it, where it is one of the three that may be written."""
    is_days = re.fullmatch(r"\d+( *, *\d+)*", told) and told.count(",") + 1 == count
    usual = "À vista" if count == 1 else f"{count}x"
    return told if is_days or told == f"{count}x" else usual


def number(value: Decimal) -> int | float:
    """A number as JSON has it."""
    return int(value) if value == value.to_integral_value() else float(value)
