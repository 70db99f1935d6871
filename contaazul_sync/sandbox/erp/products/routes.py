"""The five operations of `/v1/produtos` in the ERP's own words.

There is no operation that changes the stock of a product that exists: it is written once, at creation.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from contaazul_sync.sandbox.common.wire import RefusedError, answer, no_content
from contaazul_sync.sandbox.erp import checks
from contaazul_sync.sandbox.erp.products.body import changes_in, reference, set_fiscal, sku_of, variations
from contaazul_sync.sandbox.erp.products.rows import detail
from contaazul_sync.sandbox.erp.products.search import same_sku, show_list
from contaazul_sync.sandbox.erp.records.fixed import DEFAULT_UNIT
from contaazul_sync.sandbox.erp.records.products import STATUSES

if TYPE_CHECKING:
    from starlette.responses import Response

    from contaazul_sync.sandbox.common.wire import Call
    from contaazul_sync.sandbox.erp.records.products import Product
    from contaazul_sync.sandbox.erp.state import Erp, Routes


def show_one(erp: Erp, call: Call) -> Response:
    """GET /v1/produtos/{id}."""
    return answer(detail(erp, checks.known(erp.products, call.part("id"))))


def create(erp: Erp, call: Call) -> Response:
    """POST /v1/produtos. Price and opening stock live in `estoque`; a price at the root is ignored."""
    body = call.body()
    checks.required(body, "nome")
    name = checks.text(body, "nome", 100)
    sku = checks.text(body, "codigo_sku", 20) or sku_of(name)
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
    product.unit = reference(body, "unidade_medida") or DEFAULT_UNIT
    product.dimensions = checks.structure(body, "pesos_dimensoes")
    product.kit = checks.structure(body, "detalhe_kit") or None
    set_fiscal(product, checks.structure(body, "fiscal"))
    children = variations(erp, product, checks.structure(body, "variacao"))
    for each in [product, *children]:
        _refuse_duplicate(erp, each)
    erp.products.update({each.id: each for each in [product, *children]})
    return answer(detail(erp, product), 201)


def _refuse_duplicate(erp: Erp, product: Product) -> None:
    if erp.switches.duplicate_sku == "accept":
        return
    # An inactive product and one that no list shows yet count as well.
    others = (other for other in erp.products.values() if other.id != product.id)
    if any(same_sku(erp, other.sku, product.sku) for other in others):
        raise RefusedError(409, f"Já existe um produto cadastrado com o SKU {product.sku}")


def change(erp: Erp, call: Call) -> Response:
    """PATCH /v1/produtos/{id}: nine root fields have an effect, the rest is dropped; 204."""
    product = checks.known(erp.products, call.part("id"))
    body = call.body()
    if "estoque" in body and erp.switches.stock_patch == "refuse":
        raise RefusedError(400, "O campo 'estoque' não pode ser alterado")
    changes = changes_in(body)
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


def remove(erp: Erp, call: Call) -> Response:
    """DELETE /v1/produtos/{id}: gone for good, with its variations."""
    product = checks.known(erp.products, call.part("id"))
    for each in [product, *erp.children(product)]:
        del erp.products[each.id]
    return no_content()


ROUTES: Routes = [
    ("GET", "/v1/produtos", show_list),
    ("POST", "/v1/produtos", create),
    ("GET", "/v1/produtos/{id}", show_one),
    ("PATCH", "/v1/produtos/{id}", change),
    ("DELETE", "/v1/produtos/{id}", remove),
]
