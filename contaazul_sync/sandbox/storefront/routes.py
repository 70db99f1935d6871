"""The shop as its visitors ask it: the home page, the sitemap, and the public API of Webstore's storefront.

ASSUMED: which number `erro` has, the pages of categories, that a hidden product's detail is still answered
(not `disponivel`), and that a page past the end is empty.
"""

from __future__ import annotations

import re
from datetime import timedelta
from functools import partial
from html import escape
from math import ceil
from operator import itemgetter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import Route

from contaazul_sync.sandbox.common.wire import Call, answer, dump, natural
from contaazul_sync.sandbox.shop.faces import STORE_ID, permuted, walk
from contaazul_sync.sandbox.storefront.rows import category_path, category_row, detail, listed, product_path

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from contaazul_sync.sandbox.shop.state import Shop

STOREFRONT_BASE = "/api-loja-v2"
STALE, UNKNOWN, BUSY = 1, 2, 3  # the numbers of `erro`
_CATEGORY = re.compile(r"_\|_(\d+)_\|__\|")
_HOME = """\
<!doctype html>
<html lang='pt-br'><head><title>Loja</title></head><body>
<input type='hidden' id='HD_TYPE_CDN_API' value='' />
<input type='hidden' id='HD_LV_ID' value='{store}' />
<input type='hidden' id='HdTokenLojaTemp' value='{token}' />
<h1>Bem-vindo</h1><div class='ws-produtos'></div>
</body></html>
"""
_CAPTCHA = (
    "<!doctype html><html><body><h1>Verificando seu navegador</h1><div id='captcha'></div></body></html>"
)


def storefront_routes(shop: Shop) -> list[Route]:
    """What a visitor's browser asks for."""
    pages = {"/": _home, "/sitemap.xml": _sitemap}
    api = {"categorias": _categories, "produtos/listagem": _listing, "produtos/dadosproduto": _detail}
    return [
        *(Route(path, _page(shop, handler), methods=["GET"]) for path, handler in pages.items()),
        *(Route(f"{STOREFRONT_BASE}/{path}", _endpoint(shop, api[path]), methods=["GET"]) for path in api),
    ]


def _page(
    shop: Shop, handler: Callable[[Shop, Request], Response]
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        with shop.lock:
            return handler(shop, request)

    return endpoint


def _home(shop: Shop, _request: Request) -> Response:
    page = _HOME.format(store=STORE_ID, token=escape(shop.storefront_token))
    return Response(page, media_type="text/html")


def _sitemap(shop: Shop, request: Request) -> Response:
    shown = [product_path(product) for product in shop.products if product.get("available", 1)]
    paths = ["/", *(category_path(each) for each in walk(shop.categories)), *shown]
    site = str(request.base_url).rstrip("/")
    urls = "".join(f"<url><loc>{escape(site + path)}</loc></url>\n" for path in paths)
    return Response(
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}</urlset>\n',
        media_type="application/xml",
    )


def _endpoint(
    shop: Shop, handler: Callable[[Shop, Call], Response]
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return await shop.answer(partial(_answered, shop, Call(request, b""), handler))

    return endpoint


def _answered(shop: Shop, call: Call, handler: Callable[[Shop, Call], Response]) -> Response:
    if shop.switches.storefront_blocked:
        return Response(_CAPTCHA, media_type="text/html")
    if shop.storefront_erros:
        shop.storefront_erros -= 1
        return answer({"erro": BUSY})
    if (call.one("LOJA"), call.one("LvToken")) != (STORE_ID, shop.storefront_token):
        return answer({"erro": STALE})
    return _cached(shop, call, handler)


def _cached(shop: Shop, call: Call, handler: Callable[[Shop, Call], Response]) -> Response:
    query = sorted(call.request.query_params.multi_items())
    if shop.switches.storefront_cache_key == "without_cachetype":
        query = [pair for pair in query if pair[0] != "cachetype"]
    key = f"{call.request.url.path}?{urlencode(query)}"
    now, seconds = shop.clock(), timedelta(seconds=shop.switches.storefront_cache_seconds)
    made, kept = shop.storefront_cache.get(key, (now, None))
    if kept is not None and now - made < seconds:
        return kept
    fresh = handler(shop, call)
    if seconds:
        shop.storefront_cache[key] = (now, fresh)
    return fresh


def _answer(shop: Shop, body: dict[str, Any]) -> Response:
    more = dump({"erro": 0, "wssource": "ws-db-2"}) if shop.switches.storefront_glued else b""
    return Response(dump(body) + more, media_type="application/json")


def _categories(shop: Shop, _call: Call) -> Response:
    return _answer(shop, {"Categorias": [category_row(each) for each in shop.categories]})


def _listing(shop: Shop, call: Call) -> Response:
    shown = _in_category(shop, call.one("InfoListagem") or "")
    number, size = natural(call.one("num_pagina"), 1), shop.switches.storefront_page_size
    pages = ceil(len(shown) / size)
    paging = {"pagina_atual": number, "qtd_paginas": pages, "total_itens": len(shown)}
    if shop.switches.storefront_order == "permuted":
        shown = permuted(shown, f"{number}", lambda _row: "", itemgetter("id"))
    page = shown[(number - 1) * size : number * size]
    if failure := shop.failure(each["id"] for each in page):
        return failure
    return _answer(
        shop,
        {
            "totalitens": len(shown),
            "produtos": [listed(shop, each) for each in page],
            "infoadd": "",
            "paginacao": paging if pages > 1 else None,
            "tipo_exibicao": None,
            "ordem_atual": "",
            "scripts": "",
            "titulo_pagina": None,
            "migalha": None,
            "wssource": "ws-db-1",
        },
    )


def _in_category(shop: Shop, wanted: str) -> list[dict[str, Any]]:
    """The products of the category that was asked for, and of those below it."""
    found = _CATEGORY.match(wanted)
    number = int(found[1]) if found else None
    chosen = [each for each in walk(shop.categories) if each["id"] == number]
    numbers = {each["id"] for each in walk(chosen)}
    return [
        product
        for product in shop.products
        if product.get("available", 1) and shop.category_of.get(product["id"]) in numbers
    ]


def _detail(shop: Shop, call: Call) -> Response:
    product = next((each for each in shop.products if str(each["id"]) == call.one("Produto")), None)
    if product is not None:
        return _answer(shop, detail(shop, product))
    if shop.switches.storefront_unknown_product == "404":
        return Response(
            "<!doctype html><h1>P&aacute;gina n&atilde;o encontrada</h1>", 404, media_type="text/html"
        )
    return _answer(shop, {"erro": UNKNOWN})
