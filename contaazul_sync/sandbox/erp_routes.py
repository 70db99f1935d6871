"""The ERP as a web application: every route there is, and the guard before them. No invoices, on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.routing import Route

from contaazul_sync.sandbox import (
    erp_lists,
    erp_oauth,
    erp_people,
    erp_products,
    erp_sale_search,
    erp_sales,
    erp_stock,
)
from contaazul_sync.sandbox.gate import Gate
from contaazul_sync.sandbox.wire import Call, RefusedError, answer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from contaazul_sync.sandbox.erp import Erp


def erp_app(erp: Erp) -> Gate:
    """The ERP, behind its gate."""
    routes = [Route(path, _endpoint(erp, handler), methods=[method]) for method, path, handler in OPEN]
    routes += [
        Route(path, _endpoint(erp, _guarded(handler)), methods=[method]) for method, path, handler in GUARDED
    ]
    # No redirect from `/path/` to `/path`: the real server knows one spelling.
    app = Starlette(routes=routes, exception_handlers={404: _not_found, 405: _wrong_method})
    app.router.redirect_slashes = False
    return Gate(app, erp)


def _endpoint(erp: Erp, handler: Callable[[Erp, Call], Response]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        call = Call(request, await request.body())
        with erp.lock:
            erp_stock.settle(erp)
            try:
                return handler(erp, call)
            except RefusedError as problem:
                return erp.refusal(problem)

    return endpoint


def _guarded(handler: Callable[[Erp, Call], Response]) -> Callable[[Erp, Call], Response]:
    def guarded(erp: Erp, call: Call) -> Response:
        if not erp.sessions.is_live(call.request.headers.get("authorization", "")):
            return erp.unauthorised()
        if erp.switches.account == "no_api":
            body = {
                "descricao_erro": "A conta não está elegível para uso da API",
                "status_conta": "END_TRIAL",
            }
            return answer(body, 403)
        if erp.switches.limits and call.request.url.path.startswith("/v1"):
            too_many = erp.limiter.refuses(smoothing=erp.switches.smoothing)
            if too_many is not None:
                return erp.too_many(too_many)
        return handler(erp, call)

    return guarded


async def _not_found(_request: Request, _problem: Exception) -> Response:
    return answer({"message": "Not Found"}, 404)


async def _wrong_method(_request: Request, _problem: Exception) -> Response:
    return answer({"message": "Method Not Allowed"}, 405)


OPEN: list[tuple[str, str, Callable[[Erp, Call], Response]]] = [
    ("GET", "/", erp_oauth.front),
    ("GET", "/error", erp_oauth.problem),
    ("GET", "/oauth/authorize", erp_oauth.authorize),
    ("GET", "/oauth2/authorize", erp_oauth.authorize),
    ("GET", "/login", erp_oauth.authorize),
    ("POST", "/oauth/token", erp_oauth.token),
    ("POST", "/oauth2/token", erp_oauth.token),
]
# A fixed path stands before the one with `{id}` that would swallow it.
GUARDED: list[tuple[str, str, Callable[[Erp, Call], Response]]] = [
    ("DELETE", "/oauth/connections/{id}", erp_oauth.disconnect),
    ("GET", "/v1/produtos", erp_products.show_list),
    ("POST", "/v1/produtos", erp_products.create),
    ("GET", "/v1/produtos/categorias", erp_lists.categories),
    ("GET", "/v1/produtos/cest", erp_lists.cests),
    ("GET", "/v1/produtos/ncm", erp_lists.ncms),
    ("GET", "/v1/produtos/unidades-medida", erp_lists.units),
    ("GET", "/v1/produtos/ecommerce-categorias", erp_lists.shop_categories),
    ("GET", "/v1/produtos/ecommerce-marcas", erp_lists.brands),
    ("GET", "/v1/produtos/{id}", erp_products.show_one),
    ("PATCH", "/v1/produtos/{id}", erp_products.change),
    ("DELETE", "/v1/produtos/{id}", erp_products.remove),
    ("GET", "/v1/pessoas", erp_people.show_list),
    ("POST", "/v1/pessoas", erp_people.create),
    ("GET", "/v1/pessoas/conta-conectada", erp_people.show_company),
    ("GET", "/v1/pessoas/legado/{id}", erp_people.show_legacy),
    ("POST", "/v1/pessoas/ativar", erp_people.activate),
    ("POST", "/v1/pessoas/inativar", erp_people.deactivate),
    ("POST", "/v1/pessoas/excluir", erp_people.remove),
    ("GET", "/v1/pessoas/{id}", erp_people.show_one),
    ("PATCH", "/v1/pessoas/{id}", erp_people.change),
    ("PUT", "/v1/pessoas/{id}", erp_people.replace),
    ("POST", "/v1/venda", erp_sales.create),
    ("GET", "/v1/venda/busca", erp_sale_search.search),
    ("GET", "/v1/venda/proximo-numero", erp_sales.show_next_number),
    ("GET", "/v1/venda/vendedores", erp_lists.sellers),
    ("POST", "/v1/venda/exclusao-lote", erp_sales.delete_many),
    ("GET", "/v1/venda/{id}", erp_sales.show_one),
    ("PUT", "/v1/venda/{id}", erp_sales.change),
    ("GET", "/v1/venda/{id}/itens", erp_sales.show_items),
    ("GET", "/v1/venda/{id}/imprimir", erp_sales.print_one),
    ("GET", "/v1/conta-financeira", erp_lists.accounts),
    ("GET", "/v1/categorias", erp_lists.revenues),
]
