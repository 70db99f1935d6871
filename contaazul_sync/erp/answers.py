"""Conta Azul's JSON as our values: what is read. It was parsed with Decimal.

Reading is tolerant: missing, null and "" all mean "not told". Facts: docs/conta-azul.md.
"""

import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from contaazul_sync.core.days import BRAZIL
from contaazul_sync.core.erp import (
    Account,
    Booking,
    ErpAddress,
    ErpPerson,
    ErpProduct,
    ErpSale,
    ListedSale,
    SaleItem,
    SalePart,
)
from contaazul_sync.core.ids import ErpId
from contaazul_sync.core.money import DIGITS, decimal
from contaazul_sync.erp.payloads import Json
from contaazul_sync.erp.words import profiles_of

Read = TypeVar("Read")
OLD_WORDS = {"PAGAMENTO_INSTANTANEO": "PIX_PAGAMENTO_INSTANTANEO"}  # told until 2026, and never written


def read_products(row: Json) -> list[ErpProduct]:
    """The products that one row of `GET /v1/produtos` holds: itself and its variations."""
    return [_listed(each) for each in _family(row)]


def read_balances(row: Json) -> list[tuple[ErpId, Decimal | None]]:
    """The balances alone that the same row tells, each with the id of its product."""
    return [(_id(each), _balance(each)) for each in _family(row)]


def _family(row: Json) -> Iterable[Json]:
    yield row
    variations = row.get("produtos_variacao")
    for variation in variations if isinstance(variations, list) else ():
        if isinstance(variation, dict) and variation.get("id"):
            yield variation


def _id(row: Json) -> ErpId:
    return ErpId(str(row["id"]))


def _balance(row: Json) -> Decimal | None:
    return _if_readable(_told, row.get("saldo"))


def _listed(row: Json) -> ErpProduct:
    return ErpProduct(
        id=_id(row),
        sku=str(row.get("codigo") or row.get("codigo_sku") or ""),
        name=str(row.get("nome") or ""),
        active=_is_active(row),
        price=_if_readable(read_amount, row.get("valor_venda")),
        balance=_balance(row),
        ean=str(row.get("ean") or ""),
    )


def read_product(body: Json) -> ErpProduct:
    """`GET /v1/produtos/{id}`."""
    told = body.get("estoque")
    stock = told if isinstance(told, dict) else {}
    total, available = (
        _if_readable(_told, stock.get(f"quantidade_{what}")) for what in ("total", "disponivel")
    )
    return ErpProduct(
        id=ErpId(str(body["id"])),
        sku=str(body.get("codigo_sku") or body.get("codigo") or ""),
        name=str(body.get("nome") or ""),
        active=_is_active(body),
        price=_if_readable(read_amount, stock.get("valor_venda")),
        balance=available,
        ean=str(body.get("codigo_ean") or ""),
        reserved=total is not None and total != available,
    )


def _is_active(row: Json) -> bool:
    return row.get("status") != "INATIVO" and row.get("ativo") is not False


def read_person(row: Json) -> ErpPerson:
    """A row of `GET /v1/pessoas`, or `GET /v1/pessoas/{id}`.

    The list tells profiles as words in capitals, and one address where it was asked to; the page tells
    objects, and all addresses.
    """
    document = str(row.get("documento") or row.get("cpf") or row.get("cnpj") or "")
    return ErpPerson(
        id=ErpId(str(row["id"])),
        document=compact(document),
        active=row.get("ativo") is not False,
        profiles=profiles_of(row.get("perfis") or ()),
        name=str(row.get("nome") or ""),
        email=_text_or_none(row, "email"),
        phone=_text_or_none(row, "telefone_celular", "telefone", "telefone_comercial"),
        addresses=_addresses(row),
    )


def read_gaps(body: Json) -> frozenset[str]:
    """The fields of `drafts.people.OPTIONAL` that `GET /v1/pessoas/{id}` tells to be empty."""
    names = {
        "telefone_celular": "mobile",
        "email": "email",
        "enderecos": "address",
        "inscricoes": "state_registration",
        "observacao": "notes",
        "nome_empresa": "trade_name",
    }
    return frozenset(field for name, field in names.items() if name in body and not body[name])


def _text_or_none(row: Json, *names: str) -> str | None:
    """The first of these fields that says something; "" where all that are there are empty."""
    told = [str(row[name] or "").strip() for name in names if name in row]
    return next(filter(None, told), "") if told else None


def _addresses(row: Json) -> tuple[ErpAddress, ...] | None:
    if isinstance(row.get("enderecos"), list):
        return tuple(_address(each) for each in row["enderecos"] if isinstance(each, dict))
    one = row.get("endereco")
    return (_address(one),) if isinstance(one, dict) and one else None


def _address(row: Json) -> ErpAddress:
    told = (str(row.get(name) or "") for name in ("id", "cep", "numero", "complemento"))
    erp_id, postcode, number, complement = told
    return ErpAddress(ErpId(erp_id), postcode, number, complement)


def compact(document: str) -> str:
    """A CPF or CNPJ without its mask. Letters stay: a CNPJ may have them since 2026."""
    return "".join(filter(str.isalnum, document)).upper()


def read_sale(body: Json) -> ErpSale:
    """`GET /v1/venda/{id}`: an envelope around the sale.

    A deleted one is told by its `status` alone. Other documents of the ERP are known to swap their two notes.
    """
    sale = body.get("venda") or body
    value, payment = sale.get("composicao_valor") or {}, sale.get("condicao_pagamento") or {}
    situation = sale.get("situacao") or {}
    name = _word(situation.get("nome") if isinstance(situation, dict) else situation)
    notes = (sale.get("observacoes"), *(each.get("observacoes_pagamento") for each in (payment, sale)))
    kind = _word(payment.get("tipo_pagamento"))
    customer = body.get("cliente") or {}
    return ErpSale(
        id=ErpId(str(sale["id"])),
        number=int(sale["numero"]),
        notes="\n".join(str(note) for note in notes if note),
        total=read_amount(value.get("valor_liquido")),
        situation=name,
        cancelled="CANCELADO" in (name, _word(sale.get("status"))),
        version=int(sale.get("versao") or 0),
        customer=ErpId(str(sale.get("id_cliente") or customer.get("uuid") or "")),
        payment=OLD_WORDS.get(kind, kind),
        nsu=str(payment.get("nsu") or "").strip(),
        day=read_day(sale.get("data_compromisso")),
        document=compact(str(customer.get("documento") or "")),
        freight=read_amount(value.get("frete")),
        discount=read_amount(value.get("desconto")),
        event=ErpId(str((body.get("evento_financeiro") or {}).get("id") or "")),
    )


def read_listed_sale(row: Json) -> ListedSale:
    """A row of `GET /v1/venda/busca`; its times are those of São Paulo, without a zone."""
    told = str(row.get("criado_em") or "")
    try:
        made = datetime.fromisoformat(told)
    except ValueError:
        made_at = None
    else:
        made_at = made if made.tzinfo else made.replace(tzinfo=BRAZIL)
    return ListedSale(ErpId(str(row["id"])), read_number(row) or 0, made_at)


def read_booking(body: Json) -> Booking:
    """`GET /v1/venda/{id}`, with all that a change of the sale says again."""
    sale = body.get("venda") or body
    value, payment = sale.get("composicao_valor") or {}, sale.get("condicao_pagamento") or {}
    nature = sale.get("id_natureza_operacao") or (body.get("natureza_operacao") or {}).get("uuid")
    return Booking(
        sale=read_sale(body),
        day=read_day(sale.get("data_compromisso") or sale.get("data_venda")),
        notes=str(sale.get("observacoes") or ""),
        payment_notes=str(payment.get("observacoes_pagamento") or sale.get("observacoes_pagamento") or ""),
        freight=read_amount(value.get("frete")) or 0,
        discount=read_amount(value.get("desconto")) or 0,
        terms=str(payment.get("opcao_condicao_pagamento") or "").strip(),
        parts=tuple(map(_part, payment.get("parcelas") or ())),
        account=ErpId(str(payment.get("id_conta_financeira") or "")),
        nsu=str(payment.get("nsu") or ""),
        seller=ErpId(str((body.get("vendedor") or {}).get("id") or "")),
        nature=ErpId(str(nature or "")),
        buyer=str((body.get("cliente") or {}).get("nome") or ""),
    )


def _part(row: Json) -> SalePart:
    return SalePart(
        read_day(row.get("data_vencimento")), read_amount(row.get("valor")), str(row.get("descricao") or "")
    )


def read_day(told: object) -> date | None:
    """A day; a time of it is left out. None where it is not told, or cannot be read."""
    try:
        return date.fromisoformat(str(told or "")[:10])
    except ValueError:
        return None


def read_item(row: Json) -> SaleItem:
    """A row of `GET /v1/venda/{id}/itens`: `id` is the line there, `id_item` what was sold."""
    return SaleItem(
        product=ErpId(str(row.get("id_item") or "")),
        description=str(row.get("descricao") or ""),
        quantity=decimal(row["quantidade"]),
        price=decimal(row["valor"]),
    )


def _word(told: object) -> str:
    """A word of the ERP as it is written: in capitals, without accents."""
    apart = unicodedata.normalize("NFKD", str(told or ""))
    return "".join(c for c in apart if not unicodedata.combining(c)).strip().upper()


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
    told = str(body).strip() if isinstance(body, (int, str, Decimal)) else ""
    return int(told) if told.isdecimal() and len(told) <= DIGITS else None


def _if_readable(reader: Callable[[object], Read | None], value: object) -> Read | None:
    """What one field tells; None for what cannot be read: all else that is told of the thing still holds."""
    try:
        return reader(value)
    except ValueError:
        return None


def _told(value: object) -> Decimal | None:
    return None if value is None or value == "" else decimal(value)


def read_amount(value: object) -> int | None:
    """An amount of the ERP in centavos; it may carry more decimals than a price has."""
    told = _told(value)
    return None if told is None else int((told * 100).to_integral_value())
