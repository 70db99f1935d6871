"""Bundles: products that are sold as a line of their own beside the lines of their parts. Pure.

What tells a bundle's own line is a field, or a hidden one, of the plugin that made it: "Product Bundles" and
"Composite Products" of WooCommerce, "WPC Product Bundles".
"""

from typing import Any

from contaazul_sync.shops.woocommerce.fields import Row, number, rows, text

PARTS = ("bundled_items", "composite_children")  # with the line: the ids of the lines of its parts
HIDDEN = ("_bundled_items", "_composite_children", "_woosb_ids")


def is_container(item: Row, items: list[Row]) -> bool:
    """Whether a line stands for a bundle alone: without SKU and value, its parts on lines of their own."""
    worth = any(text(item, name).strip("0.-") for name in ("subtotal", "subtotal_tax", "total", "total_tax"))
    if worth or text(item, "sku") or len(items) < 2:
        return False
    told = [part for name in PARTS for part in _listed(item.get(name))]
    lines = {number(each) for each in items}
    if told:
        return all(number({"id": part}) in lines for part in told)
    return any(text(meta, "key") in HIDDEN for meta in rows(item, "meta_data"))


def _listed(told: Any) -> list[Any]:
    """A list, also as PHP writes one that has gaps; anything else is none."""
    if isinstance(told, dict):
        return list(told.values())
    return told if isinstance(told, list) else []
