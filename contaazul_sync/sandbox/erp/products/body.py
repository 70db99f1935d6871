"""What a body for a product may say, and what the ERP refuses in it."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from contaazul_sync.sandbox.common.wire import RefusedError
from contaazul_sync.sandbox.erp import checks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contaazul_sync.sandbox.erp.records.products import Product
    from contaazul_sync.sandbox.erp.state import Erp

ORIGINS = (
    "NACIONAL",
    "ESTRANGEIRA_IMPORTACAO_DIRETA",
    "ESTRANGEIRA_ADQUIRIDA_INTERNAMENTE",
    "NACIONAL_IMPORTACAO_SUPERIOR_40",
    "NACIONAL_PRODUCAO_CONFORMIDADE",
    "NACIONAL_IMPORTACAO_INFERIOR_40",
    "ESTRANGEIRA_IMPORTACAO_DIRETA_CAMEX",
    "ESTRANGEIRA_ADQUIRIDA_INTERNAMENTE_CAMEX",
    "NACIONAL_MERCDORIA_BEM_IMPORTACAO_SUPERIOR_70",  # spelt so by the ERP
)
TYPES = (
    "MERCADORIA_PARA_REVENDA",
    "MATERIA_PRIMA",
    "EMBALAGEM",
    "PRODUTO_EM_PROCESSO",
    "PRODUTO_ACABADO",
    "SUBPRODUTO",
    "PRODUTO_INTERMEDIARIO",
    "MATERIAL_DE_USO_E_CONSUMO",
    "ATIVO_IMOBILIZADO",
    "SERVICOS",
    "OUTROS_INSUMOS",
    "OUTRAS",
)


def set_fiscal(product: Product, fiscal: dict[str, Any]) -> None:
    """Put the tax data of a body on a product, all or none; {} leaves it without."""
    if not fiscal:
        return
    unit = reference(fiscal, "unidade_medida")
    if unit is None:
        raise RefusedError(400, "A unidade de medida é obrigatória nos dados fiscais")
    origin = checks.choice(fiscal.get("origem") or "NACIONAL", "origem", ORIGINS)
    kind = checks.choice(fiscal.get("tipo_produto") or TYPES[0], "tipo_produto", TYPES)
    product.unit = unit
    product.ncm = reference(fiscal, "ncm")
    product.cest = reference(fiscal, "cest")
    product.fiscal = {"origem": origin, "tipo_produto": kind}


def variations(erp: Erp, parent: Product, body: dict[str, Any]) -> list[Product]:
    """The variations that come with a new product, which no list shows yet."""
    if parent.format != "VARIACAO":
        return []
    parent.kinds = checks.rows(body, "tipos")
    children = []
    for row in checks.rows(body, "produtos"):
        name = checks.text(row, "nome", 100) or parent.name
        sku = checks.text(row, "codigo_sku", 20) or sku_of(name)
        price, stock = checks.number(row, "valor_venda"), checks.number(row, "saldo")
        child = erp.new_product(sku, name, price, stock, parent.status)
        child.ean = checks.text(row, "codigo_ean")
        child.parent, child.options = parent.id, checks.rows(row, "opcoes")
        children.append(child)
    return children


def reference(body: Mapping[str, Any], name: str) -> int | None:
    """The id in an object field, None where it is absent."""
    given = checks.structure(body, name).get("id")
    return None if given is None else checks.integer(given, name)


def sku_of(name: str) -> str:
    """The SKU that the ERP makes up from a name."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Z0-9]+", "-", letters.upper()).strip("-")[:20]


def changes_in(body: Mapping[str, Any]) -> dict[str, Any]:
    """The changes that a PATCH asks for, by the names of `Product`; the rest is dropped."""
    changes: dict[str, Any] = {}
    if "nome" in body:
        checks.required(body, "nome")
        changes["name"] = checks.text(body, "nome", 100)
    if "codigo_sku" in body:
        changes["sku"] = checks.text(body, "codigo_sku", 20)
    if "codigo_ean" in body:
        changes["ean"] = checks.text(body, "codigo_ean")
    if "valor_venda" in body:
        changes["price"] = checks.number(body, "valor_venda")
    # Numbers here, where the creation takes objects.
    for wire, name in (("unidade_medida", "unit"), ("ncm", "ncm"), ("cest", "cest")):
        if wire in body:
            changes[name] = checks.integer(body[wire], wire)
    return changes
