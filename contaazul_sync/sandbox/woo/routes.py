"""The shop as a WooCommerce site: products, variations and orders of `/wp-json/wc/v3`, to be read only."""

from __future__ import annotations

from base64 import b64encode
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from contaazul_sync.sandbox.common.wire import Call, answer
from contaazul_sync.sandbox.woo.order_rows import order_row, woo_status
from contaazul_sync.sandbox.woo.product_rows import modified, product_row, status, variation_row
from contaazul_sync.sandbox.woo.query import (
    ORDER_ORDERS,
    PRODUCT_ORDERS,
    Listed,
    WooRefusedError,
    link_api,
    listing,
    no_route,
    refusal,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from contaazul_sync.sandbox.shop.state import Shop
    from contaazul_sync.sandbox.woo.order_rows import Catalogue

WOO_BASE = "/wp-json/wc/v3"
Row = dict[str, Any]


def woo_routes(shop: Shop) -> list[Route]:
    """WooCommerce's paths; everything else under `/wp-json` has no route."""
    handlers = {
        "products": _products,
        "products/{id:int}": _product,
        "products/{id:int}/variations": _variations,
        "variations": _flat_variations,
        "orders": _orders,
        "orders/{id:int}": _order,
    }
    routes = [
        Route(f"{WOO_BASE}/{path}", _endpoint(shop, handler), methods=["GET"])
        for path, handler in handlers.items()
    ]
    return [
        *routes,
        Route("/wp-json/{rest:path}", _nothing, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
    ]


async def _nothing(_request: Request) -> Response:
    return no_route()


def _endpoint(
    shop: Shop, handler: Callable[[Shop, Call], Response]
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        with shop.lock:
            if handler is _flat_variations and not shop.switches.woo_flat_variations:
                return no_route()
            if not _has_keys(shop, request):
                return refusal(401, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.")
            try:
                return handler(shop, Call(request, b""))
            except WooRefusedError as refused:
                return refused.response

    return endpoint


def _has_keys(shop: Shop, request: Request) -> bool:
    query, hidden = request.query_params, shop.switches.woo_strips_authorization
    basic = f"Basic {b64encode(shop.woo_keys.encode()).decode()}"
    if request.headers.get("authorization") == basic and not hidden:
        return True
    return f"{query.get('consumer_key')}:{query.get('consumer_secret')}" == shop.woo_keys


def _products(shop: Shop, call: Call) -> Response:
    rows = [
        Listed(
            product["id"],
            shop.made_at(product, product),
            modified(shop, product),
            product["name"],
            status(product),
            partial(product_row, shop, product, _site(call)),
        )
        for product in shop.products
    ]
    return listing(call, shop.switches, rows, PRODUCT_ORDERS)


def _product(shop: Shop, call: Call) -> Response:
    product = _wanted(shop.products, call)
    if product is None:
        return _no_product()
    return _one(call, product_row(shop, product, _site(call)))


def _variations(shop: Shop, call: Call) -> Response:
    product = _wanted(shop.products, call)
    if product is None:
        return _no_product()
    rows = [_listed(shop, call, product, unit, {}) for unit in product["variations"]]
    return listing(call, shop.switches, rows, PRODUCT_ORDERS)


def _flat_variations(shop: Shop, call: Call) -> Response:
    rows = [
        _listed(shop, call, product, unit, {"parent_id": product["id"], "name": unit["name"]})
        for product in shop.products
        for unit in product["variations"]
    ]
    return listing(call, shop.switches, rows, PRODUCT_ORDERS)


def _listed(shop: Shop, call: Call, product: Row, unit: Row, more: Row) -> Listed:
    return Listed(
        unit["id"],
        shop.made_at(product, unit),
        shop.touched_at(product, unit),
        unit["name"],
        status(unit, "private"),
        lambda: variation_row(shop, product, unit, _site(call)) | more,
    )


def _orders(shop: Shop, call: Call) -> Response:
    catalogue, site = _catalogue(shop), _site(call)
    rows = [
        Listed(
            order["id"],
            order["created"],
            order["updated"],
            order["order_id"],
            woo_status(order),
            partial(order_row, shop, order, catalogue, site),
        )
        for order in shop.orders
    ]
    return listing(call, shop.switches, rows, ORDER_ORDERS)


def _order(shop: Shop, call: Call) -> Response:
    order = _wanted(shop.orders, call)
    if order is None:
        return refusal(404, "woocommerce_rest_shop_order_invalid_id", "Invalid ID.")
    return _one(call, order_row(shop, order, _catalogue(shop), _site(call)))


def _wanted(rows: list[Row], call: Call) -> Row | None:
    return next((row for row in rows if str(row["id"]) == call.part("id")), None)


def _no_product() -> Response:
    return refusal(404, "woocommerce_rest_product_invalid_id", "Invalid ID.")


def _one(call: Call, row: Row) -> Response:
    response = answer(row)
    link_api(call, response)
    return response


def _catalogue(shop: Shop) -> Catalogue:
    """What is sold now, by its id and by its SKU."""
    return {
        key: (product, unit)
        for product in shop.products
        for unit in [product, *product["variations"]]
        for key in (unit["id"], unit["sku"])
    }


def _site(call: Call) -> str:
    return str(call.request.base_url).rstrip("/")
