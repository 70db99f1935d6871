"""Products and variations as WooCommerce writes them, key by key as 8.2.2 answered.

ASSUMED, as nothing reads it: `total_sales`, `price_html`, `related_ids`, images and dimensions. A variation
that is taken down is `private`, as the shop's editor makes it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from contaazul_sync.sandbox.common.wire import SAO_PAULO
from contaazul_sync.sandbox.shop.faces import option, selling, slug, walk

if TYPE_CHECKING:
    from contaazul_sync.sandbox.shop.state import Shop

Row = dict[str, Any]
_NO_SALE_DATES: Row = {
    "date_on_sale_from": None,
    "date_on_sale_from_gmt": None,
    "date_on_sale_to": None,
    "date_on_sale_to_gmt": None,
}
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
    variations, prices = product["variations"], _product_prices(product)
    return {
        **_named(shop, product, site),
        **_ean(shop, product),
        **prices,
        **_NO_SALE_DATES,
        "on_sale": any(_prices(each)["sale_price"] for each in variations or [product]),
        "purchasable": prices["price"] != "",
        "total_sales": 0,
        "virtual": False,
        **_NO_DOWNLOAD,
        "external_url": "",
        "button_text": "",
        **_TAXED,
        **_stock(shop, product, product),
        **_NO_BACKORDERS,
        "sold_individually": False,
        **_NO_SIZE,
        **_SHIPPED,
        **_UNTOLD,
        "categories": _categories(shop, product),
        "tags": [],
        "images": [],
        "attributes": _attributes(variations),
        "default_attributes": [],
        "variations": [each["id"] for each in variations],
        "grouped_products": [],
        "menu_order": 0,
        "price_html": f'<span class="woocommerce-Price-amount amount"><bdi>{prices["price"]}</bdi></span>',
        "related_ids": [],
        "meta_data": [],
        "has_options": bool(variations),
        "post_password": "",
    }


def _named(shop: Shop, product: Row, site: str) -> Row:
    """What a product is, and where and since when."""
    return {
        "id": product["id"],
        "name": product["name"],
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
    """A variation as `/products/{id}/variations` lists it."""
    return {
        "id": unit["id"],
        **times("created", shop.made_at(product, unit)),
        **times("modified", shop.touched_at(product, unit)),
        "description": "",
        "permalink": f"{site}/product/{slug(product['name'])}/?attribute_opcao={option(unit)}",
        "sku": unit["sku"],
        **_ean(shop, unit),
        **_prices(unit),
        **_NO_SALE_DATES,
        "on_sale": _prices(unit)["sale_price"] != "",
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
        "attributes": [{"id": 0, "name": "Opção", "option": option(unit)}],
        "menu_order": 0,
        "meta_data": [],
    }


def modified(shop: Shop, product: Row) -> str:
    """When a product was changed last, in the shop's own writing."""
    whole = not product["variations"] or shop.switches.woo_variation_touches_parent
    return str(product["updated"] if whole else shop.touched_at(product, product))


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


def _prices(unit: Row) -> dict[str, str]:
    special = unit["special_price"]
    return {
        "price": f"{selling(unit)}",
        "regular_price": f"{unit['price']}",
        "sale_price": f"{special}" if special else "",
    }


def _product_prices(product: Row) -> dict[str, str]:
    """A product with variations has no price of its own, but shows the lowest of theirs."""
    if not product["variations"]:
        return _prices(product)
    return {"price": _lowest(product["variations"]), "regular_price": "", "sale_price": ""}


def _lowest(variations: list[Row]) -> str:
    amounts = [selling(each) for each in variations if each.get("available", 1)]
    return f"{min((each for each in amounts if isinstance(each, Decimal)), default='')}"


def _ean(shop: Shop, unit: Row) -> Row:
    return {"global_unique_id": unit["ean"]} if shop.switches.woo_global_unique_id else {}


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


def _attributes(variations: list[Row]) -> list[Row]:
    if not variations:
        return []
    options = [option(each) for each in variations]
    one = {"id": 0, "name": "Opção", "position": 0, "visible": True, "variation": True, "options": options}
    return [one]
