"""`GET /v1/produtos`: the filters that exist, the order and the page."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from contaazul_sync.sandbox.common.wire import RefusedError, answer
from contaazul_sync.sandbox.erp import checks
from contaazul_sync.sandbox.erp.products.rows import listed
from contaazul_sync.sandbox.erp.records.products import STATUSES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.responses import Response

    from contaazul_sync.sandbox.common.wire import Call
    from contaazul_sync.sandbox.erp.records.products import Product
    from contaazul_sync.sandbox.erp.state import Erp

    Test = Callable[[Erp, Product], bool]

ORDERS: Mapping[str, Callable[[Product], Any]] = {
    "NOME": lambda product: product.name.casefold(),
    "CODIGO": lambda product: product.sku,
    "VALOR_VENDA": lambda product: product.price,
}


def show_list(erp: Erp, call: Call) -> Response:
    """GET /v1/produtos."""
    tests = [test for test in (_search(call), _status(call), _prices(call), _kinds(call)) if test]
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
    return answer(erp.listing("totalItems", len(found), "items", erp.items(items)))


def _search(call: Call) -> Test | None:
    """Each of these is None where nothing was asked for."""
    sku, words = call.one("sku"), (call.one("busca") or "").casefold()
    if sku is None and not words:
        return None

    def matches(erp: Erp, product: Product) -> bool:
        family = [product, *erp.children(product)]
        if sku is not None and not any(is_listed(erp, member.sku, sku) for member in family):
            return False
        return any(_folded(words) in _folded(f"{each.name}\n{each.ean}\n{each.sku}") for each in family)

    return matches


def same_sku(erp: Erp, one: str, other: str) -> bool:
    """Whether two SKUs are one to the ERP, as its switch says."""
    if erp.switches.alike_skus == "differ":
        return one == other
    return _folded(one) == _folded(other)


def is_listed(erp: Erp, sku: str, asked: str) -> bool:
    """Whether the filter of the list finds a SKU."""
    return sku == asked or (erp.switches.alike_skus == "found" and same_sku(erp, sku, asked))


def _folded(text: str) -> str:
    return normalize("NFC", text).casefold()


def _status(call: Call) -> Test | None:
    wanted = call.one("status")
    if wanted is None:
        return None
    checks.choice(wanted, "status", STATUSES)
    return lambda _erp, product: wanted == product.status


def _prices(call: Call) -> Test | None:
    first, last = call.one("valor_venda_inicial"), call.one("valor_venda_final")
    if first is None and last is None:
        return None
    try:
        low, high = Decimal(first or "-1"), Decimal(last or "Infinity")
    except InvalidOperation:
        raise RefusedError(400, "O valor de venda informado é inválido") from None
    return lambda _erp, product: low <= product.price <= high


def _kinds(call: Call) -> Test | None:
    kits, linked = call.one("produtos_kit_ativo"), call.one("integracao_ecommerce_ativo")
    if kits is None and linked is None:
        return None

    def matches(_erp: Erp, product: Product) -> bool:
        if linked == "true":  # no product of the sandbox is in the ERP's own shop link
            return False
        return kits is None or (kits == "true") == (product.kit is not None)

    return matches
