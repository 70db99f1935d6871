"""The switches of the shop and its faces: every behaviour that nobody has published, with our default."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(slots=True)
class ShopSwitches:
    """How the shop behaves where it could behave otherwise."""

    updated_since: Literal["honoured", "ignored"] = "honoured"
    page_cap: int | None = None  # at most so many rows a page, whatever size is asked for
    success_word: Literal["contract", "sucess", "sucesso"] = "contract"  # products say one, orders the other
    fail_with: str | None = None  # HTTP 200, but a failure with this message
    pages: Literal["honest", "repeat_last", "wrong_total", "permuted"] = (
        "honest"  # permuted: rows of one moment
    )
    page_size: Literal["asked", "ignored"] = "asked"  # ignored: always the default, or the cap
    breaks_its_page: list[int] = field(default_factory=list)  # ids of rows at which every list answers 500
    heaviest_page: int | None = None  # rows; PHP runs out of memory over more: 500, with a page of HTML
    seconds_per_row: float = 0  # real seconds that each row of a list takes
    listed_orders: Literal["whole", "without_buyer"] = "whole"
    takes_stock_at: Literal["payment", "order", "on_hold"] = "payment"  # on_hold: a boleto's, as WooCommerce
    # Of the storefront alone.
    storefront_page_size: int = 32
    storefront_no_variations: Literal["null", "list"] = "null"  # `variacoes` of a simple product
    storefront_unknown_product: Literal["erro", "404"] = "erro"
    storefront_prices: Literal["shown", "null"] = "shown"  # null: `precos` needs a login
    storefront_order: Literal["kept", "permuted"] = "kept"  # of the products of a category
    storefront_glued: bool = False  # another JSON object behind the answer, `}{`
    storefront_blocked: bool = False  # a page with a captcha, HTTP 200, instead of every answer
    storefront_cache_seconds: float = 0  # so long an answer is served again as it was
    storefront_cache_key: Literal["with_cachetype", "without_cachetype"] = "with_cachetype"
    # Of WooCommerce alone. None: as the version.
    woo_version: Literal["8.2.2", "9.9.5", "11.0.1"] = "9.9.5"
    woo_flat_variations: bool | None = None  # `/variations`, which the core has from 10.3 on
    woo_global_unique_id: bool | None = None  # the EAN, which the core has from 9.2 on
    woo_variation_touches_parent: bool | None = None  # a variation's change moves the product's time
    woo_strips_authorization: bool = False  # the host hides the header from WooCommerce
    woo_permalinks: Literal["pretty", "plain"] = "pretty"  # plain: /wp-json is sent to the home page, 301
    woo_modified_after: Literal["honoured", "ignored"] = "honoured"  # with `modified_before`
    woo_ties: Literal["permuted", "by_id"] = "permuted"  # rows alike in what a list is ordered by
    # The headers X-WP-Total and X-WP-TotalPages; zero: of a plugin that does without counting.
    woo_totals: Literal["told", "missing", "zero"] = "told"
    woo_page_cap: int | None = None  # at most so many rows a page, whatever per_page says
    woo_number_prefix: str = ""  # of the number that a plugin gives an order, beside its id
    woo_names: Literal["entities", "raw"] = "entities"  # `&amp;` in a product's name, or `&`
    woo_parent_stock_word: Literal["parent", "false"] = "parent"  # `manage_stock` where the product counts
    woo_sku_of_deleted: Literal["told", "null"] = "told"  # null: gone for good, and its ids with it
    # CPF, CNPJ, number, district; both: in the address as the plugin tells them, and in the order's metas.
    woo_brazilian_fields: Literal["both", "meta", "billing", "none"] = "both"
    woo_decimals: int = 2  # of all amounts of orders that are told without `dp`: the shop's own setting
    woo_no_date: str | None = None  # what a date is told as where there is none, as `0000-00-00T00:00:00`
    woo_knows_https: bool = True  # else a proxy does not say that it is https, and keys are refused
    latency: float = 0  # real seconds before each answer
