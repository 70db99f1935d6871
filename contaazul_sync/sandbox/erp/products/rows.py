"""How the ERP writes a product: the list and the detail disagree in names, and both are copied here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contaazul_sync.sandbox.common.wire import plain, utc_time
from contaazul_sync.sandbox.erp.records.fixed import CATEGORY, CESTS, NCMS, described, unit

if TYPE_CHECKING:
    from contaazul_sync.sandbox.erp.records.products import Product
    from contaazul_sync.sandbox.erp.state import Erp


def listed(erp: Erp, product: Product) -> dict[str, Any]:
    """One item of `GET /v1/produtos`: the SKU is `codigo`, the balance `saldo`."""
    return _row(erp, product) | {
        "contagem_agregacao": 0,
        "ultima_atualizacao": utc_time(product.updated),
        "produtos_variacao": [
            _row(erp, child) | {"id_produto_pai_variacao": product.id, "aggregationCount": 0}
            for child in erp.children(product)
        ],
    }


def _row(erp: Erp, product: Product) -> dict[str, Any]:
    shown = product.total if erp.switches.saldo_in_list == "total" else product.stock
    told = erp.switches.tells_balance
    return {
        "id": product.id,
        "id_legado": product.legacy_id,
        "nome": product.name,
        "codigo": product.sku,
        "ean": product.ean,
        "tipo": _type(product),
        "status": product.status,
        "saldo": plain(shown) if told else None,
        "valor_venda": product.price,
        "custo_medio": product.cost,
        "estoque_minimo": plain(product.minimum),
        "estoque_maximo": plain(product.maximum),
        "nivel_estoque": _level(product),
        "integracao_ecommerce_ativada": False,
        "movido": False,
    }


def _type(product: Product) -> str:
    if product.kit is not None:
        return "KIT_PRODUTO"
    return "PRODUTO" if product.parent is None else "VARIACAO_PRODUTO"


def _level(product: Product) -> str:
    if product.minimum and product.stock <= product.minimum:
        return "MINIMO"
    return "MAXIMO" if product.maximum and product.stock >= product.maximum else "PADRAO"


def detail(erp: Erp, product: Product) -> dict[str, Any]:
    """`GET /v1/produtos/{id}`: the SKU is `codigo_sku`, the balance is in `estoque`, two are camelCase."""
    return {
        "id": product.id,
        "id_legado": product.legacy_id,
        "ativo": product.status == "ATIVO",
        "status": product.status,
        "formato": product.format,
        "versao": product.version,
        "nome": product.name,
        "descricao": product.description,
        "codigo_sku": product.sku,
        "codigo_ean": product.ean,
        "categoria": dict(CATEGORY),
        "unidade_medida": unit(product.unit),
        "estoque": {
            "quantidade_total": plain(product.total) if erp.switches.tells_balance else None,
            "quantidade_disponivel": plain(product.stock) if erp.switches.tells_balance else None,
            "quantidade_reservada": plain(product.reserved),
            "minimumStock": plain(product.minimum),
            "maximumStock": plain(product.maximum),
            "custo_medio": product.cost,
            "valor_venda": product.price,
        },
        "fiscal": product.fiscal
        | {
            "ncm": described(NCMS, product.ncm),
            "cest": described(CESTS, product.cest),
            "unidade_medida": unit(product.unit),
        },
        "pesos_dimensoes": product.dimensions,
        "ecommerce": {},
        "conversao_unidade_medida": [],
        "detalhe_kit": product.kit and _kit(erp, product.kit),
        "variacao": _variation(erp, product) if product.format == "VARIACAO" else None,
        "imagens": [],
        "ultima_atualizacao": utc_time(product.updated),
    }


def _kit(erp: Erp, kit: dict[str, Any]) -> dict[str, Any]:
    items = []
    for number, part in enumerate(kit.get("items", []), 1):
        product = erp.products.get(part.get("id_produto", ""))
        items.append(
            {
                "id_item": number,
                "id_produto": part.get("id_produto"),
                "codigo": product.sku if product else "",
                "nome": product.name if product else "",
                "quantidade": part.get("quantidade"),
                "valor_unitario": part.get("valor_unitario"),
                "valor_total": part.get("valor_total"),
                "versao": 0,
                "costCenterId": None,
            }
        )
    return {"valor_venda_kit": kit.get("valor_venda"), "items": items}


def _variation(erp: Erp, product: Product) -> dict[str, Any]:
    return {
        "tipos": product.kinds,
        "produtos": [
            {
                "id": child.id,
                "nome": child.name,
                "codigo_sku": child.sku,
                "codigo_ean": child.ean,
                "saldo": plain(child.stock),
                "valor_venda": child.price,
                "versao": child.version,
                "movido": False,
                "relacionado_manualmente": False,
                "opcoes": child.options,
            }
            for child in erp.children(product)
        ],
    }
