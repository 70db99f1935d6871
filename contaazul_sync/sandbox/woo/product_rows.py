"""Products and variations as WooCommerce writes them, key by key as its versions answered.

ASSUMED, as nothing reads it: `total_sales`, `price_html`, `related_ids`, images and dimensions. A variation
that is taken down is `private`, as the shop's editor makes it.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from contaazul_sync.sandbox.common.wire import SAO_PAULO
from contaazul_sync.sandbox.shop.faces import option, selling, slug, walk
from contaazul_sync.sandbox.woo.versions import has, touches_parent

if TYPE_CHECKING:
    from contaazul_sync.sandbox.shop.state import Shop

Row = dict[str, Any]
_BARE = re.compile(r"&(?!#?\w+;)")
_NO_DOWNLOAD: Row = {"downloadable": False, "downloads": [], "download_limit": -1, "download_expiry": -1}
_TAXED: Row = {"tax_status": "taxable", "tax_class": ""}
_NO_BACKORDERS: Row = {
    "backorders": "no",
    "backorders_allowed": False,
    "backordered": False,
    "low_stock_amount": None,
}
_NO_SIZE: Row = {"weight": "", "dimensions": {"length": "", "width": "", "height": ""}}
_SHIPPED: Row = {
    "shipping_required": True,
    "shipping_taxable": True,
    "shipping_class": "",
    "shipping_class_id": 0,
}
_UNTOLD: Row = {  # nobody has rated, linked or noted anything
    "reviews_allowed": True,
    "average_rating": "0.00",
    "rating_count": 0,
    "upsell_ids": [],
    "cross_sell_ids": [],
    "parent_id": 0,
    "purchase_note": "",
}


def product_row(shop: Shop, product: Row, site: str) -> Row:
    """A product as `/products` lists it; `site` is the shop's address."""
    variations, prices = product["variations"], _product_prices(shop, product)
    stock = _stock(shop, product, product)
    return {
        **_named(shop, product, site),
        **prices,
        **_sale_dates(product),
        "on_sale": any(_is_on_sale(shop, each) for each in variations or [product]),
        "purchasable": prices["price"] != "",
        "total_sales": 0,
        "virtual": False,
        **_NO_DOWNLOAD,
        "external_url": "",
        "button_text": "",
        **_TAXED,
        "manage_stock": stock["manage_stock"],
        "stock_quantity": stock["stock_quantity"],
        **_NO_BACKORDERS,
        "sold_individually": False,
        **_NO_SIZE,
        **_SHIPPED,
        **_UNTOLD,
        "categories": _categories(shop, product),
        **({"brands": []} if has(shop.switches, "brands") else {}),
        "tags": [],
        "images": [],
        "attributes": _attributes(shop, variations),
        "default_attributes": [],
        "variations": [each["id"] for each in variations],
        "grouped_products": [],
        "menu_order": 0,
        "price_html": f'<span class="woocommerce-Price-amount amount"><bdi>{prices["price"]}</bdi></span>',
        "related_ids": [],
        "meta_data": [],
        "stock_status": stock["stock_status"],
        "has_options": bool(variations),
        "post_password": "",
        **_ean(shop, product),
    }


def _named(shop: Shop, product: Row, site: str) -> Row:
    """What a product is, and where and since when."""
    return {
        "id": product["id"],
        "name": saved_name(shop, product["name"]),
        "slug": slug(product["name"]),
        "permalink": f"{site}/product/{slug(product['name'])}/",
        **times("created", shop.made_at(product, product)),
        **times("modified", modified(shop, product)),
        "type": "variable" if product["variations"] else "simple",
        "status": status(product),
        "featured": False,
        "catalog_visibility": "visible",
        "description": product["description"],
        "short_description": "",
        "sku": product["sku"],
    }


def variation_row(shop: Shop, product: Row, unit: Row, site: str) -> Row:
    """A variation as `/products/{id}/variations` and `/variations` list it."""
    is_named = has(shop.switches, "named_variations")
    return {
        "id": unit["id"],
        **({"type": "variation"} if is_named else {}),
        **times("created", shop.made_at(product, unit)),
        **times("modified", shop.touched_at(product, unit)),
        "description": "",
        "permalink": f"{site}/product/{slug(product['name'])}/?attribute_opcao={option(unit)}",
        "sku": unit["sku"],
        **_ean(shop, unit),
        **_prices(shop, unit),
        **_sale_dates(unit),
        "on_sale": _is_on_sale(shop, unit),
        "status": status(unit, "private"),
        "purchasable": True,
        "virtual": False,
        **_NO_DOWNLOAD,
        **_TAXED,
        **_stock(shop, product, unit),
        **_NO_BACKORDERS,
        **_NO_SIZE,
        "shipping_class": "",
        "shipping_class_id": 0,
        "image": None,
        **({"gallery_image_ids": []} if has(shop.switches, "gallery_image_ids") else {}),
        "attributes": [_attribute(shop) | {"option": option(unit)}],
        "menu_order": 0,
        "meta_data": [],
        **({"name": option(unit), "parent_id": product["id"]} if is_named else {}),
    }


def modified(shop: Shop, product: Row) -> str:
    """When a product was changed last, in the shop's own writing."""
    whole = not product["variations"] or touches_parent(shop.switches)
    return str(product["updated"] if whole else shop.touched_at(product, product))


def saved_name(shop: Shop, name: str) -> str:
    """A name as WordPress keeps it: a bare "&" is an entity, unless an administrator has typed it."""
    return _BARE.sub("&amp;", name) if shop.switches.woo_names == "entities" else name


def status(unit: Row, hidden: str = "draft") -> str:
    """What is taken down is not published."""
    return "publish" if unit.get("available", 1) else hidden


def times(what: str, written: str) -> Row:
    """`date_created` and its `_gmt` twin, or the like; both null where there is none."""
    if not written:
        return {f"date_{what}": None, f"date_{what}_gmt": None}
    moment = datetime.fromisoformat(written).replace(tzinfo=SAO_PAULO)
    return {
        f"date_{what}": f"{moment:%Y-%m-%dT%H:%M:%S}",
        f"date_{what}_gmt": f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}",
    }


def _prices(shop: Shop, unit: Row) -> dict[str, str]:
    """A promotion that has not begun or is over is told as well, and the price is without it."""
    special = unit["special_price"]
    return {
        "price": f"{_selling(shop, unit)}",
        "regular_price": f"{unit['price']}",
        "sale_price": f"{special}" if special else "",
    }


def _selling(shop: Shop, unit: Row) -> Any:
    return selling(unit) if _is_on_sale(shop, unit) else unit["price"]


def _is_on_sale(shop: Shop, unit: Row) -> bool:
    """Whether its promotion is on; `sale_from` and `sale_to` are the shop's times, where it has any."""
    begun = unit.get("sale_from", "") <= shop.now()
    return bool(unit["special_price"]) and begun and shop.now() <= unit.get("sale_to", "9")


def _sale_dates(unit: Row) -> Row:
    return times("on_sale_from", unit.get("sale_from", "")) | times("on_sale_to", unit.get("sale_to", ""))


def _product_prices(shop: Shop, product: Row) -> dict[str, str]:
    """A product with variations has no price of its own, but shows the lowest of theirs."""
    if not product["variations"]:
        return _prices(shop, product)
    return {"price": _lowest(shop, product["variations"]), "regular_price": "", "sale_price": ""}


def _lowest(shop: Shop, variations: list[Row]) -> str:
    amounts = [_selling(shop, each) for each in variations if each.get("available", 1)]
    return f"{min((each for each in amounts if isinstance(each, Decimal)), default='')}"


def _ean(shop: Shop, unit: Row) -> Row:
    return {"global_unique_id": unit["ean"]} if has(shop.switches, "global_unique_id") else {}


def _stock(shop: Shop, product: Row, unit: Row) -> Row:
    """Who counts the stock: the unit itself, its product for all variations, or nobody."""
    quantity: int | None = unit["quantity"]
    manages: bool | str = unit["id"] not in shop.unmanaged
    in_stock = unit["quantity"] > 0 or not manages
    if product["id"] in shop.shared_stock and unit is not product:
        quantity, in_stock = product["quantity"], product["quantity"] > 0
        manages = "parent" if shop.switches.woo_parent_stock_word == "parent" else False
    elif product["variations"] and unit is product and product["id"] not in shop.shared_stock:
        manages = False
        in_stock = any(
            _stock(shop, product, each)["stock_status"] == "instock" for each in unit["variations"]
        )
    return {
        "manage_stock": manages,
        "stock_quantity": quantity if manages else None,
        "stock_status": "instock" if in_stock else "outofstock",
    }


def _categories(shop: Shop, product: Row) -> list[Row]:
    number = shop.category_of.get(product["id"])
    for each in walk(shop.categories):
        if each["id"] == number:
            return [{"id": number, "name": each["name"], "slug": slug(each["name"])}]
    return [{"id": 15, "name": "Uncategorized", "slug": "uncategorized"}]


def _attributes(shop: Shop, variations: list[Row]) -> list[Row]:
    if not variations:
        return []
    options = [option(each) for each in variations]
    return [_attribute(shop) | {"position": 0, "visible": True, "variation": True, "options": options}]


def option_meta(unit: Row) -> Row:
    """What a variation was chosen by, as an order's line keeps it."""
    return {"key": "opcao", "value": option(unit), "display_key": "Opção"}


def _attribute(shop: Shop) -> Row:
    return {"id": 0, "name": "Opção", **({"slug": "opcao"} if has(shop.switches, "option_slugs") else {})}
