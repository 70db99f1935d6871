"""The ERP's products: their records, and the five operations of `/v1/produtos` in the ERP's own words.

There is no operation that changes the stock of a product that exists: it is written once, at creation.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from contaazul_sync.sandbox.common.wire import RefusedError, answer, no_content
from contaazul_sync.sandbox.erp import checks
from contaazul_sync.sandbox.erp.lists import DEFAULT_UNIT
from contaazul_sync.sandbox.erp.products.rows import detail, listed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from starlette.responses import Response

    from contaazul_sync.sandbox.common.wire import Call
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
STATUSES = ("ATIVO", "INATIVO")
ORDERS: Mapping[str, Callable[[Product], Any]] = {
    "NOME": lambda product: product.name.casefold(),
    "CODIGO": lambda product: product.sku,
    "VALOR_VENDA": lambda product: product.price,
}


@dataclass(slots=True)
class Product:
    """One product of the ERP. `total` is on the shelf, `reserved` of it belongs to approved sales."""

    id: str
    legacy_id: int
    sku: str
    name: str
    price: Decimal
    total: Decimal
    updated: datetime
    visible_from: datetime
    reserved: Decimal = Decimal(0)
    status: str = "ATIVO"
    version: int = 0
    ean: str = ""
    description: str = ""
    format: str = "SIMPLES"
    cost: Decimal = Decimal(0)
    minimum: Decimal = Decimal(0)
    maximum: Decimal = Decimal(0)
    unit: int = DEFAULT_UNIT
    ncm: int | None = None
    cest: int | None = None
    fiscal: dict[str, Any] = field(default_factory=dict)
    dimensions: dict[str, Any] = field(default_factory=dict)
    kit: dict[str, Any] | None = None
    parent: str | None = None  # of a variation
    kinds: list[dict[str, Any]] = field(default_factory=list)  # what a parent varies by
    options: list[dict[str, Any]] = field(default_factory=list)  # which of it this variation is

    @property
    def stock(self) -> Decimal:
        """What can still be sold; negative where more was sold than there was."""
        return self.total - self.reserved


def show_list(erp: Erp, call: Call) -> Response:
    """GET /v1/produtos."""
    tests = [_search(call), _status(call), _prices(call), _kinds(call)]
    changed = checks.window(call)
    now = erp.clock()
    found = [
        product
        for product in erp.products.values()
        if product.parent is None
        and product.visible_from <= now
        and changed(product.updated)
        and all(test(erp, product) for test in tests)
    ]
    order = call.one("campo_ordenacao")
    if order is not None:
        key = ORDERS[checks.choice(order, "campo_ordenacao", ORDERS)]
        down = checks.choice(call.one("direcao_ordenacao") or "ASC", "direcao_ordenacao", ("ASC", "DESC"))
        found.sort(key=key, reverse=down == "DESC")
    items = [listed(erp, product) for product in checks.page(call, found)]
    return answer({"totalItems": len(found), "items": erp.items(items)})


def _search(call: Call) -> Callable[[Erp, Product], bool]:
    sku, words = call.one("sku"), (call.one("busca") or "").casefold()

    def matches(erp: Erp, product: Product) -> bool:
        family = [product, *erp.children(product)]
        if sku is not None and all(member.sku != sku for member in family):
            return False
        return any(words in f"{each.name}\n{each.ean}\n{each.sku}".casefold() for each in family)

    return matches


def _status(call: Call) -> Callable[[Erp, Product], bool]:
    wanted = call.one("status")
    if wanted is not None:
        checks.choice(wanted, "status", STATUSES)
    return lambda _erp, product: wanted in {None, product.status}


def _prices(call: Call) -> Callable[[Erp, Product], bool]:
    try:
        low = Decimal(call.one("valor_venda_inicial") or "-1")
        high = Decimal(call.one("valor_venda_final") or "Infinity")
    except InvalidOperation:
        raise RefusedError(400, "O valor de venda informado é inválido") from None
    return lambda _erp, product: low <= product.price <= high


def _kinds(call: Call) -> Callable[[Erp, Product], bool]:
    kits, linked = call.one("produtos_kit_ativo"), call.one("integracao_ecommerce_ativo")

    def matches(_erp: Erp, product: Product) -> bool:
        if linked == "true":  # no product of the sandbox is in the ERP's own shop link
            return False
        return kits is None or (kits == "true") == (product.kit is not None)

    return matches


def show_one(erp: Erp, call: Call) -> Response:
    """GET /v1/produtos/{id}."""
    return answer(detail(erp, _found(erp, call)))


def _found(erp: Erp, call: Call) -> Product:
    product = erp.products.get(checks.identifier(call.part("id")))
    if product is None:
        raise RefusedError(404, checks.UNKNOWN)
    return product


def create(erp: Erp, call: Call) -> Response:
    """POST /v1/produtos. Price and opening stock live in `estoque`; a price at the root is ignored."""
    body = call.body()
    checks.required(body, "nome")
    name = checks.text(body, "nome", 100)
    sku = checks.text(body, "codigo_sku", 20) or _sku_of(name)
    stock = checks.structure(body, "estoque")
    product = erp.new_product(
        sku,
        name,
        checks.number(stock, "valor_venda"),
        checks.number(stock, "estoque_disponivel"),
        checks.choice(body.get("status") or "ATIVO", "status", STATUSES),
    )
    product.ean = checks.text(body, "codigo_ean")
    product.description = checks.text(body, "descricao", 400)
    product.format = checks.choice(body.get("formato") or "SIMPLES", "formato", ("SIMPLES", "VARIACAO"))
    product.cost = checks.number(stock, "custo_medio")
    product.minimum = checks.number(stock, "estoque_minimo")
    product.maximum = checks.number(stock, "estoque_maximo")
    product.unit = _reference(body, "unidade_medida") or DEFAULT_UNIT
    product.dimensions = checks.structure(body, "pesos_dimensoes")
    product.kit = checks.structure(body, "detalhe_kit") or None
    _set_fiscal(product, checks.structure(body, "fiscal"))
    variations = _variations(erp, product, checks.structure(body, "variacao"))
    for each in [product, *variations]:
        _refuse_duplicate(erp, each)
    erp.products.update({each.id: each for each in [product, *variations]})
    return answer(detail(erp, product), 201)


def _set_fiscal(product: Product, fiscal: dict[str, Any]) -> None:
    if not fiscal:
        return
    unit = _reference(fiscal, "unidade_medida")
    if unit is None:
        raise RefusedError(400, "A unidade de medida é obrigatória nos dados fiscais")
    origin = checks.choice(fiscal.get("origem") or "NACIONAL", "origem", ORIGINS)
    kind = checks.choice(fiscal.get("tipo_produto") or TYPES[0], "tipo_produto", TYPES)
    product.unit = unit
    product.ncm = _reference(fiscal, "ncm")
    product.cest = _reference(fiscal, "cest")
    product.fiscal = {"origem": origin, "tipo_produto": kind}


def _variations(erp: Erp, parent: Product, body: dict[str, Any]) -> list[Product]:
    if parent.format != "VARIACAO":
        return []
    parent.kinds = checks.rows(body, "tipos")
    children = []
    for row in checks.rows(body, "produtos"):
        name = checks.text(row, "nome", 100) or parent.name
        sku = checks.text(row, "codigo_sku", 20) or _sku_of(name)
        price, stock = checks.number(row, "valor_venda"), checks.number(row, "saldo")
        child = erp.new_product(sku, name, price, stock, parent.status)
        child.ean = checks.text(row, "codigo_ean")
        child.parent, child.options = parent.id, checks.rows(row, "opcoes")
        children.append(child)
    return children


def _reference(body: Mapping[str, Any], name: str) -> int | None:
    given = checks.structure(body, name).get("id")
    return None if given is None else checks.integer(given, name)


def _sku_of(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Z0-9]+", "-", letters.upper()).strip("-")[:20]


def _refuse_duplicate(erp: Erp, product: Product) -> None:
    if erp.switches.duplicate_sku == "accept":
        return
    # An inactive product and one that no list shows yet count as well.
    if any(other.sku == product.sku and other.id != product.id for other in erp.products.values()):
        raise RefusedError(409, f"Já existe um produto cadastrado com o SKU {product.sku}")


def change(erp: Erp, call: Call) -> Response:
    """PATCH /v1/produtos/{id}: nine root fields have an effect, the rest is dropped; 204."""
    product = _found(erp, call)
    body = call.body()
    if "estoque" in body and erp.switches.stock_patch == "refuse":
        raise RefusedError(400, "O campo 'estoque' não pode ser alterado")
    changes = _changes(body)
    if "sku" in changes and changes["sku"] != product.sku:
        product.sku, before = changes["sku"], product.sku
        try:
            _refuse_duplicate(erp, product)
        finally:
            product.sku = before
    weights = {name: checks.number(body, name) for name in ("peso_liquido", "peso_bruto") if name in body}
    stock = checks.structure(body, "estoque")
    if "estoque_disponivel" in stock and erp.switches.stock_patch == "take":
        product.total = checks.number(stock, "estoque_disponivel") + product.reserved
    if "estoque" in body and erp.switches.stock_patch_moves_price:
        product.price = Decimal(0)
    for name, value in changes.items():
        setattr(product, name, value)
    product.dimensions = product.dimensions | weights
    product.version += 1
    product.updated = erp.clock()
    return no_content()


def _changes(body: Mapping[str, Any]) -> dict[str, Any]:
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


def remove(erp: Erp, call: Call) -> Response:
    """DELETE /v1/produtos/{id}: gone for good, with its variations."""
    product = _found(erp, call)
    for each in [product, *erp.children(product)]:
        del erp.products[each.id]
    return no_content()
