"""The ERP as a web application: every route there is, and the guard before them. No invoices, on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.routing import Route

from contaazul_sync.sandbox.common.gate import Gate
from contaazul_sync.sandbox.common.routes import Straight
from contaazul_sync.sandbox.common.wire import Call, RefusedError, answer
from contaazul_sync.sandbox.erp import cost_centres, lists, sign_in
from contaazul_sync.sandbox.erp.people import routes as people
from contaazul_sync.sandbox.erp.products import routes as products
from contaazul_sync.sandbox.erp.receivables import routes as receivables
from contaazul_sync.sandbox.erp.sales import routes as sales

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from contaazul_sync.sandbox.erp.state import Erp, Handler, Routes

# A fixed path stands before the one with `{id}` that would swallow it.
GUARDED: Routes = sorted(
    [
        *sign_in.ROUTES,
        *lists.ROUTES,
        *cost_centres.ROUTES,
        *products.ROUTES,
        *people.ROUTES,
        *sales.ROUTES,
        *receivables.ROUTES,
    ],
    key=lambda route: "{" in route[1],
)


def erp_app(erp: Erp) -> Gate:
    """The ERP, behind its gate."""
    routes = [
        Route(path, _endpoint(erp, handler), methods=[method]) for method, path, handler in sign_in.OPEN
    ]
    routes += [
        Route(path, _endpoint(erp, _guarded(handler)), methods=[method]) for method, path, handler in GUARDED
    ]
    # No redirect from `/path/` to `/path`: the real server knows one spelling.
    app = Starlette(routes=routes, exception_handlers={404: _not_found, 405: _wrong_method})
    app.router.redirect_slashes = False
    return Gate(Straight(app, routes), erp)


def _endpoint(erp: Erp, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        call = Call(request, await request.body())
        with erp.lock:
            erp.stock.settle()
            try:
                return handler(erp, call)
            except RefusedError as problem:
                return erp.refusal(problem)

    return endpoint


def _guarded(handler: Handler) -> Handler:
    def guarded(erp: Erp, call: Call) -> Response:
        if not erp.sessions.is_live(call.request.headers.get("authorization", "")):
            return erp.unauthorised()
        if erp.switches.account == "no_api":
            body = {
                "descricao_erro": "A conta não está elegível para uso da API",
                "status_conta": "END_TRIAL",
            }
            return answer(body, 403)
        if erp.switches.limits and call.request.scope["path"].startswith("/v1"):
            too_many = erp.limiter.refuses(smoothing=erp.switches.smoothing)
            if too_many is not None:
                return erp.too_many(too_many)
        return handler(erp, call)

    return guarded


async def _not_found(_request: Request, _problem: Exception) -> Response:
    return answer({"message": "Not Found"}, 404)


async def _wrong_method(_request: Request, _problem: Exception) -> Response:
    return answer({"message": "Method Not Allowed"}, 405)
