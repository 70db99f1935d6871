"""The shop as a WooCommerce site: products, variations and orders of `/wp-json/wc/v3`, to be read only."""

from __future__ import annotations

from base64 import b64encode
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from starlette.responses import RedirectResponse
from starlette.routing import Route

from contaazul_sync.sandbox.common.wire import Call, answer
from contaazul_sync.sandbox.woo.decimals import told
from contaazul_sync.sandbox.woo.order_rows import order_row, woo_status
from contaazul_sync.sandbox.woo.product_rows import modified, product_row, status, variation_row
from contaazul_sync.sandbox.woo.query import (
    LAST_STATUS,
    ORDER_ORDERS,
    PRODUCT_ORDERS,
    STATUSES,
    Listed,
    WooRefusedError,
    link_api,
    listing,
    no_route,
    refusal,
)
from contaazul_sync.sandbox.woo.versions import has

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

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
        Route("/wp-json/{rest:path}", _nothing(shop), methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
    ]


class ByQuery:
    """Finds `/?rest_route=/wc/v3/orders` as well, which WordPress takes with every kind of permalinks."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["path"] == "/":
            asked = dict(parse_qsl(scope["query_string"].decode())).get("rest_route")
            scope = {**scope, "path": f"/wp-json{asked}", "by_query": True} if asked else scope
        await self.app(scope, receive, send)


def _nothing(shop: Shop) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return _home(request) if _has_moved(shop, request) else no_route()

    return endpoint


def _has_moved(shop: Shop, request: Request) -> bool:
    return shop.switches.woo_permalinks == "plain" and "by_query" not in request.scope


def _home(request: Request) -> Response:
    """Where WordPress sends an address that its permalinks do not have. ASSUMED: to the home page."""
    return RedirectResponse(request.base_url, 301)


def _endpoint(
    shop: Shop, handler: Callable[[Shop, Call], Response]
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return await shop.answer(partial(_answered, shop, handler, request))

    return endpoint


def _answered(shop: Shop, handler: Callable[[Shop, Call], Response], request: Request) -> Response:
    if _has_moved(shop, request):
        return _home(request)
    if handler is _flat_variations and not has(shop.switches, "flat_variations"):
        return no_route()
    if not _has_keys(shop, request):
        return refusal(401, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.")
    try:
        return handler(shop, Call(request, b""))
    except WooRefusedError as refused:
        return refused.response


def _has_keys(shop: Shop, request: Request) -> bool:
    query, hidden = request.query_params, shop.switches.woo_strips_authorization
    if not shop.switches.woo_knows_https:  # over plain http it takes OAuth 1.0a alone
        return False
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
            partial(_product_row, shop, call, product),
        )
        for product in shop.products
    ]
    return listing(call, shop, rows, PRODUCT_ORDERS)


def _product(shop: Shop, call: Call) -> Response:
    product = _wanted(shop.products, call)
    if product is None:
        return refusal(404, "woocommerce_rest_product_invalid_id", "Invalid ID.")
    return _one(call, _product_row(shop, call, product))


def _variations(shop: Shop, call: Call) -> Response:
    """Those of one product; of one that is not there, or not any more, none."""
    product = _wanted(shop.products, call)
    rows = [_listed(shop, call, product, unit) for unit in product["variations"]] if product else []
    return listing(call, shop, rows, PRODUCT_ORDERS)


def _flat_variations(shop: Shop, call: Call) -> Response:
    rows = [_listed(shop, call, product, unit) for product in shop.products for unit in product["variations"]]
    return listing(call, shop, rows, PRODUCT_ORDERS)


def _listed(shop: Shop, call: Call, product: Row, unit: Row) -> Listed:
    return Listed(
        unit["id"],
        shop.made_at(product, unit),
        shop.touched_at(product, unit),
        unit["name"],
        status(unit, "private"),
        partial(_variation_row, shop, call, product, unit),
    )


def _orders(shop: Shop, call: Call) -> Response:
    catalogue = _catalogue(shop)
    rows = [
        Listed(
            order["id"],
            order["created"],
            order["updated"],
            order["order_id"],
            woo_status(order),
            partial(_order_row, shop, call, order, catalogue),
        )
        for order in shop.orders
    ]
    registered = (*STATUSES, *{row.status for row in rows} - {*STATUSES}, LAST_STATUS)
    return listing(call, shop, rows, ORDER_ORDERS, registered)


def _order(shop: Shop, call: Call) -> Response:
    order = _wanted(shop.orders, call)
    if order is None:
        return refusal(404, "woocommerce_rest_shop_order_invalid_id", "Invalid ID.")
    return _one(call, _order_row(shop, call, order, _catalogue(shop)))


def _product_row(shop: Shop, call: Call, product: Row) -> Row:
    return product_row(shop, product, _site(call)) | _links(call, "products", product["id"])


def _variation_row(shop: Shop, call: Call, product: Row, unit: Row) -> Row:
    links = _links(call, f"products/{product['id']}/variations", unit["id"], f"products/{product['id']}")
    return variation_row(shop, product, unit, _site(call)) | links


def _order_row(shop: Shop, call: Call, order: Row, catalogue: Catalogue) -> Row:
    asked = call.one("dp") or ""
    places = int(asked) if asked.isdecimal() else shop.switches.woo_decimals
    row = told(order_row(shop, order, catalogue, _site(call)), places, shop.switches.woo_no_date)
    return row | _links(call, "orders", order["id"])


def _links(call: Call, collection: str, number: int, up: str = "") -> Row:
    """Where a row is, as WordPress adds it to every row."""
    base = f"{_site(call)}{WOO_BASE}"
    places = {"self": f"{collection}/{number}", "collection": collection} | ({"up": up} if up else {})
    return {"_links": {word: [{"href": f"{base}/{place}"}] for word, place in places.items()}}


def _wanted(rows: list[Row], call: Call) -> Row | None:
    return next((row for row in rows if str(row["id"]) == call.part("id")), None)


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
