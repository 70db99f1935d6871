"""The shop's merchant API: `product/list`, `order/list` and `order/view` (ASSUMED, see `state`)."""

from __future__ import annotations

from functools import partial
from math import ceil
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from contaazul_sync.sandbox.common.wire import Call, answer, natural
from contaazul_sync.sandbox.shop.faces import permuted
from contaazul_sync.sandbox.shop.state import BUYER

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from contaazul_sync.sandbox.shop.state import Shop

MERCHANT_BASE = "/apidashboard/v2"
DEFAULT_SIZE = 100
_WRITTEN_LENGTH = len("2026-11-20 10:00:00")


def merchant_routes(shop: Shop) -> list[Route]:
    """What the merchant's own programs ask for, with the token in the header `authToken`."""
    handlers = {"product/list": _products, "order/list": _orders, "order/view": _order}
    return [
        Route(f"{MERCHANT_BASE}/{path}", _endpoint(shop, handler), methods=["GET"])
        for path, handler in handlers.items()
    ]


def _endpoint(
    shop: Shop, handler: Callable[[Shop, Call], Response]
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        if request.headers.get("authtoken") != shop.token:
            return shop.unauthorised()
        return await shop.answer(partial(handler, shop, Call(request, b"")))

    return endpoint


def _products(shop: Shop, call: Call) -> Response:
    return _page(shop, call, "products", "sucess", shop.products)


def _orders(shop: Shop, call: Call) -> Response:
    orders = shop.orders
    if shop.switches.listed_orders == "without_buyer":
        orders = [{name: order[name] for name in order if name not in BUYER} for order in orders]
    return _page(shop, call, "orders", "sucesso", orders)


def _order(shop: Shop, call: Call) -> Response:
    wanted = call.one("orderId")
    order = next((each for each in shop.orders if each["order_id"] == wanted), None)
    failure = shop.switches.fail_with or (None if order else "Pedido não encontrado")
    if failure:
        return _failure(shop, "sucesso", failure)
    return answer({_word(shop, "sucesso"): True, "msg": "", "order": order})


def _page(shop: Shop, call: Call, name: str, word: str, everything: list[dict[str, Any]]) -> Response:
    if shop.switches.fail_with:
        return _failure(shop, word, shop.switches.fail_with)
    since = call.one("updatedSince") or ""
    if shop.switches.updated_since == "ignored" or len(since) != _WRITTEN_LENGTH:
        since = ""
    rows = [row for row in everything if row["updated"] >= since] if since else everything
    asked = natural(call.one("size"), DEFAULT_SIZE) if shop.switches.page_size == "asked" else DEFAULT_SIZE
    size = min(asked, shop.switches.page_cap or 10**9)
    pages = ceil(len(rows) / size)
    number = natural(call.one("page"), 1)
    if shop.switches.pages == "repeat_last":
        number = min(number, max(pages, 1))
    if shop.switches.pages == "permuted":
        rows = permuted(rows, f"{number} {size}", itemgetter("updated"), itemgetter("id"))
    page = rows[(number - 1) * size : number * size]
    if failure := shop.failure(row["id"] for row in page):
        return failure
    wrong = shop.switches.pages == "wrong_total"
    return answer(
        {
            _word(shop, word): True,
            "msg": "",
            "total": len(rows) + 7 if wrong else len(rows),
            "totalPages": 1 if wrong else pages,
            "size": size,
            name: page,
        }
    )


def _word(shop: Shop, usual: str) -> str:
    return usual if shop.switches.success_word == "contract" else shop.switches.success_word


def _failure(shop: Shop, word: str, message: str) -> Response:
    return answer({_word(shop, word): False, "mensagem": message})
