"""The switches of both servers: every behaviour that nobody has published, with our default."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints


@dataclass(slots=True)
class ErpSwitches:
    """How the ERP behaves where its contract is silent. Times are seconds by the sandbox's clock."""

    sale_status: Literal[200, 201] = 201
    error_envelope: Literal["error", "message"] = "error"
    person_index_delay: float = 0  # until sales and lists know a new person
    search_lag: float = 0  # until `/v1/venda/busca` shows a new sale
    product_lag: float = 0  # until `/v1/produtos` shows a new product
    reject_invalid_cpf: bool = False
    stock_patch: Literal["ignore", "take", "refuse"] = "ignore"
    stock_patch_moves_price: bool = False  # a stock in a PATCH also zeroes the price
    retry_after: bool = False  # a 429 carries Retry-After
    empty_items: Literal["null", "list"] = "null"
    duplicate_number: Literal["refuse", "accept"] = "refuse"
    duplicate_sku: Literal["refuse", "accept"] = "refuse"
    reserve_delay: float = 0  # until an approved sale lowers the balance
    saldo_in_list: Literal["available", "total"] = "available"
    id_empresa_as: Literal["string", "int"] = "string"
    next_number: Literal["hint", "null"] = "hint"
    account: Literal["ok", "no_api"] = "ok"  # no_api: the plan has no API, 403
    code_error: Literal["invalid_request", "invalid_grant"] = "invalid_request"
    access_token_seconds: int = 3600
    code_seconds: int = 180
    limits: bool = True  # 10 a second and 600 a minute
    smoothing: bool = False  # and not two within 100 ms
    latency: float = 0  # real seconds before each answer
    revoke: Literal[204, 404, 502] = 204


@dataclass(slots=True)
class ShopSwitches:
    """How the shop behaves where it could behave otherwise."""

    updated_since: Literal["honoured", "ignored"] = "honoured"
    page_cap: int | None = None  # at most so many rows a page, whatever size is asked for
    success_word: Literal["contract", "sucess", "sucesso"] = "contract"  # products say one, orders the other
    fail_with: str | None = None  # HTTP 200, but a failure with this message
    pages: Literal["honest", "repeat_last", "wrong_total"] = "honest"
    listed_orders: Literal["whole", "without_buyer"] = "whole"
    takes_stock_at: Literal["payment", "order", "on_hold"] = "payment"  # on_hold: a boleto's, as WooCommerce
    # Of the storefront alone.
    storefront_page_size: int = 32
    storefront_no_variations: Literal["null", "list"] = "null"  # `variacoes` of a simple product
    storefront_unknown_product: Literal["erro", "404"] = "erro"
    storefront_prices: Literal["shown", "null"] = "shown"  # null: `precos` needs a login
    storefront_glued: bool = False  # another JSON object behind the answer, `}{`
    storefront_blocked: bool = False  # a page with a captcha, HTTP 200, instead of every answer
    storefront_cache_seconds: float = 0  # so long an answer is served again as it was
    storefront_cache_key: Literal["with_cachetype", "without_cachetype"] = "with_cachetype"
    # Of WooCommerce alone.
    woo_flat_variations: bool = False  # `/variations`, which the core has from 10.3 on
    woo_strips_authorization: bool = False  # the host hides the header from WooCommerce
    woo_modified_after: Literal["honoured", "ignored"] = "honoured"  # with `modified_before`
    woo_orderby_modified: Literal["taken", "refused"] = "taken"
    woo_totals: Literal["told", "missing"] = "told"  # the headers X-WP-Total and X-WP-TotalPages
    woo_page_cap: int | None = None  # at most so many rows a page, whatever per_page says
    woo_parent_stock_word: Literal["parent", "false"] = "parent"  # `manage_stock` where the product counts
    woo_global_unique_id: bool = True  # the EAN, which the core has from 9.2 on
    woo_variation_touches_parent: bool = True  # a variation's change moves the product's time
    woo_sku_of_deleted: Literal["told", "null"] = "told"  # null: gone for good, and its ids with it
    woo_brazilian_fields: Literal["meta", "billing", "none"] = "meta"  # CPF, CNPJ, number, district
    latency: float = 0  # real seconds before each answer


Switches = ErpSwitches | ShopSwitches


def turn(switches: Switches, changes: dict[str, Any]) -> None:
    """Set several switches by name, or none: ValueError names the first that cannot be."""
    hints = get_type_hints(type(switches))
    for name, value in changes.items():
        if name not in hints:
            message = f"no switch {name!r}; there are {', '.join(asdict(switches))}"
            raise ValueError(message)
        if not _allows(hints[name], value):
            message = f"{name} cannot be {value!r}; it takes {hints[name]}"
            raise ValueError(message)
    for name, value in changes.items():
        setattr(switches, name, value)


def _allows(hint: Any, value: object) -> bool:
    if get_origin(hint) is Literal:
        return value in get_args(hint) and not isinstance(value, bool)
    if get_origin(hint) is UnionType:
        return any(_allows(choice, value) for choice in get_args(hint))
    if hint is NoneType:
        return value is None
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool) and value > 0
    return isinstance(value, hint)
