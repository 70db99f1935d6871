"""The ERP as a web application: every route there is, and the guard before them. No invoices, on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.routing import Route

from contaazul_sync.sandbox.common.gate import Gate
from contaazul_sync.sandbox.common.wire import Call, RefusedError, answer
from contaazul_sync.sandbox.erp import lists, sign_in, stock
from contaazul_sync.sandbox.erp.people import routes as people
from contaazul_sync.sandbox.erp.products import routes as products
from contaazul_sync.sandbox.erp.sales import routes as sales
from contaazul_sync.sandbox.erp.sales import search

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from contaazul_sync.sandbox.erp.state import Erp


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
            stock.settle(erp)
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
    ("GET", "/", sign_in.front),
    ("GET", "/error", sign_in.problem),
    ("GET", "/oauth/authorize", sign_in.authorize),
    ("GET", "/oauth2/authorize", sign_in.authorize),
    ("GET", "/login", sign_in.authorize),
    ("POST", "/oauth/token", sign_in.token),
    ("POST", "/oauth2/token", sign_in.token),
]
# A fixed path stands before the one with `{id}` that would swallow it.
GUARDED: list[tuple[str, str, Callable[[Erp, Call], Response]]] = [
    ("DELETE", "/oauth/connections/{id}", sign_in.disconnect),
    ("GET", "/v1/produtos", products.show_list),
    ("POST", "/v1/produtos", products.create),
    ("GET", "/v1/produtos/categorias", lists.categories),
    ("GET", "/v1/produtos/cest", lists.cests),
    ("GET", "/v1/produtos/ncm", lists.ncms),
    ("GET", "/v1/produtos/unidades-medida", lists.units),
    ("GET", "/v1/produtos/ecommerce-categorias", lists.shop_categories),
    ("GET", "/v1/produtos/ecommerce-marcas", lists.brands),
    ("GET", "/v1/produtos/{id}", products.show_one),
    ("PATCH", "/v1/produtos/{id}", products.change),
    ("DELETE", "/v1/produtos/{id}", products.remove),
    ("GET", "/v1/pessoas", people.show_list),
    ("POST", "/v1/pessoas", people.create),
    ("GET", "/v1/pessoas/conta-conectada", people.show_company),
    ("GET", "/v1/pessoas/legado/{id}", people.show_legacy),
    ("POST", "/v1/pessoas/ativar", people.activate),
    ("POST", "/v1/pessoas/inativar", people.deactivate),
    ("POST", "/v1/pessoas/excluir", people.remove),
    ("GET", "/v1/pessoas/{id}", people.show_one),
    ("PATCH", "/v1/pessoas/{id}", people.change),
    ("PUT", "/v1/pessoas/{id}", people.replace),
    ("POST", "/v1/venda", sales.create),
    ("GET", "/v1/venda/busca", search.search),
    ("GET", "/v1/venda/proximo-numero", sales.show_next_number),
    ("GET", "/v1/venda/vendedores", lists.sellers),
    ("POST", "/v1/venda/exclusao-lote", sales.delete_many),
    ("GET", "/v1/venda/{id}", sales.show_one),
    ("PUT", "/v1/venda/{id}", sales.change),
    ("GET", "/v1/venda/{id}/itens", sales.show_items),
    ("GET", "/v1/venda/{id}/imprimir", sales.print_one),
    ("GET", "/v1/conta-financeira", lists.accounts),
    ("GET", "/v1/categorias", lists.revenues),
]
