"""The filters, the order and the pages of WooCommerce's lists, and its refusals, worded as its versions do.

ASSUMED, from how WordPress reads dates: a bound itself is neither after nor before. A page past the end is
empty, a plugin's status is registered as long as an order has it, and to sort by price, popularity or rating
is to sort by id.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from operator import attrgetter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from contaazul_sync.sandbox.common.wire import SAO_PAULO, answer, natural
from contaazul_sync.sandbox.shop.faces import permuted
from contaazul_sync.sandbox.shop.state import written

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.responses import Response

    from contaazul_sync.sandbox.common.wire import Call
    from contaazul_sync.sandbox.shop.state import Shop
    from contaazul_sync.sandbox.shop.switches import ShopSwitches

PRODUCT_ORDERS = ("date", "id", "include", "title", "slug", "modified", "price", "popularity", "rating")
# What an order's status may be asked for besides those of plugins, in the order of the refusal of others.
STATUSES = (
    *("any", "trash", "auto-draft", "pending", "processing", "on-hold", "completed", "cancelled", "refunded"),
    "failed",
)
LAST_STATUS = "checkout-draft"
HIDDEN = ("trash", "auto-draft")  # the statuses that WordPress leaves out of "any"
ORDER_ORDERS = ("date", "id", "include", "title", "slug", "modified")


class WooRefusedError(Exception):
    """WooCommerce says no, with this answer."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.response = response


@dataclass(frozen=True, slots=True)
class Listed:
    """One row before it is written: what lists go by, and how to write it."""

    id: int
    created: str
    modified: str
    title: str
    status: str
    show: Callable[[], dict[str, Any]]


def refusal(status: int, code: str, message: str, **data: Any) -> Response:
    """The body of every error."""
    return answer({"code": code, "message": message, "data": {"status": status, **data}}, status)


def no_route() -> Response:
    """The answer to a path that is not there."""
    return refusal(404, "rest_no_route", "No route was found matching the URL and request method.")


def listing(
    call: Call, shop: Shop, rows: Sequence[Listed], orders: Sequence[str], registered: Sequence[str] = ()
) -> Response:
    """The rows that were asked for, in the order and on the page that was asked for.

    `registered`: the statuses that may be asked for, where others are refused.
    """
    switches = shop.switches
    size = _number(call, "per_page", 10, 100)
    size = min(size, switches.woo_page_cap or size)
    number, offset = _number(call, "page", 1), call.one("offset")
    start = natural(offset, 0) if offset else (number - 1) * size
    for place, status in enumerate((call.one("status") or "any").split(",") if registered else ()):
        if status not in registered:
            raise _invalid("status", "rest_not_in_enum", _not_one_of(f"status[{place}]", registered))
    found = list(filter(_wanted(call, switches), rows))
    if switches.woo_ties == "permuted":
        found = permuted(found, f"{start} {size}", lambda _row: "", attrgetter("id"))
    page = _sorted(call, switches, found, orders)[start : start + size]
    if failure := shop.failure(row.id for row in page):
        return failure
    response = answer([row.show() for row in page])
    pages = ceil(len(found) / size)
    if switches.woo_totals != "missing":
        told = (len(found), pages) if switches.woo_totals == "told" else (0, 0)
        response.headers["X-WP-Total"], response.headers["X-WP-TotalPages"] = map(str, told)
    link_api(call, response)
    _link_pages(call, response, number, pages)
    return response


def link_api(call: Call, response: Response) -> None:
    """The header that stands on every good answer of WordPress."""
    response.headers.append("Link", f'<{call.request.base_url}wp-json/>; rel="https://api.w.org/"')


def _link_pages(call: Call, response: Response, number: int, pages: int) -> None:
    url, query = call.request.url.replace(query=""), dict(call.request.query_params)
    near = {"prev": number - 1, "next": number + 1}
    links = [
        f'<{url}?{urlencode(query | {"page": page})}>; rel="{word}"'
        for word, page in near.items()
        if 1 <= page <= pages
    ]
    if links:
        response.headers.append("Link", ", ".join(links))


def _wanted(call: Call, switches: ShopSwitches) -> Callable[[Listed], bool]:
    states = (call.one("status") or "any").split(",")
    include = _include(call) if call.one("include") else None
    after, before = _bound(call, "after"), _bound(call, "before")
    since, until = _bound(call, "modified_after"), _bound(call, "modified_before")
    if switches.woo_modified_after == "ignored":
        since = until = None

    def wanted(row: Listed) -> bool:
        return (
            (row.status in states or ("any" in states and row.status not in HIDDEN))
            and (include is None or row.id in include)
            and _between(after, row.created, before)
            and _between(since, row.modified, until)
        )

    return wanted


def _between(after: str | None, moment: str, before: str | None) -> bool:
    return (after is None or moment > after) and (before is None or moment < before)


def _include(call: Call) -> list[int]:
    return [natural(part.strip(), 0) for part in (call.one("include") or "").split(",")]


def _bound(call: Call, name: str) -> str | None:
    """A date as the shop writes it; without a zone it is São Paulo's, or UTC where the caller says so."""
    text = call.one(name)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text) if len(text) >= len("2026-11-20T10:00:00") else None
    except ValueError:
        moment = None
    if moment is None:
        raise _invalid(name, "rest_invalid_date", "Invalid date.")
    gmt = (call.one("dates_are_gmt") or "false").lower() in {"1", "true"}
    return written(moment if moment.tzinfo else moment.replace(tzinfo=UTC if gmt else SAO_PAULO))


def _sorted(
    call: Call, switches: ShopSwitches, rows: list[Listed], orders: Sequence[str]
) -> Sequence[Listed]:
    by, direction = _choice(call, "orderby", orders), _choice(call, "order", ("desc", "asc"))
    if by == "include":
        include = _include(call)
        return sorted(rows, key=lambda row: include.index(row.id) if row.id in include else -1)
    keys: dict[str, Callable[[Listed], str]] = {
        "date": lambda row: row.created,
        "modified": lambda row: row.modified,
        "title": lambda row: row.title,
        "slug": lambda row: row.title,
    }
    first, is_down = keys.get(by), direction == "desc"
    if first and by != "date" and switches.woo_ties == "permuted":  # these alone have no second criterion
        return sorted(rows, key=first, reverse=is_down)
    return sorted(rows, key=lambda row: (first(row) if first else "", row.id), reverse=is_down)


def _choice(call: Call, name: str, allowed: Sequence[str]) -> str:
    value = call.one(name) or allowed[0]
    if value not in allowed:
        raise _invalid(name, "rest_not_in_enum", _not_one_of(name, allowed))
    return value


def _not_one_of(name: str, allowed: Sequence[str]) -> str:
    words = f"{', '.join(allowed[:-1])}{',' if len(allowed) > 2 else ''} and {allowed[-1]}"
    return f"{name} is not one of {words}."


def _number(call: Call, name: str, default: int, most: int | None = None) -> int:
    text = call.one(name) or str(default)
    if not re.fullmatch(r"-?[0-9]+", text):
        message = f"{name} is not of type integer."
        raise _invalid(name, "rest_invalid_type", message, {"param": name})
    value = int(text)
    if most is None and value < 1:
        raise _invalid(name, "rest_out_of_bounds", f"{name} must be greater than or equal to 1")
    if most is not None and not 1 <= value <= most:
        message = f"{name} must be between 1 (inclusive) and {most} (inclusive)"
        raise _invalid(name, "rest_out_of_bounds", message)
    return value


def _invalid(name: str, code: str, message: str, data: Any = None) -> WooRefusedError:
    details = {name: {"code": code, "message": message, "data": data}}
    text = f"Invalid parameter(s): {name}"
    return WooRefusedError(refusal(400, "rest_invalid_param", text, params={name: message}, details=details))
