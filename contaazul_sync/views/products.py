"""The shop's products and how each stands, for programs. No request is made."""

from collections.abc import Iterable
from typing import Any

from contaazul_sync.core.money import plain
from contaazul_sync.core.products import Link, Product


def as_json(rows: Iterable[tuple[Product, "Link | None", str]], price_source: str) -> dict[str, Any]:
    """The stable form: docs/schemas/products.schema.json. Prices in centavos, stock as decimal text."""
    return {
        "version": 1,
        "products": [
            {
                "key": product.key,
                "sku": product.sku,
                "name": product.name,
                "price": product.base(price_source),
                "price_sent": link.sent if link else None,
                "stock": None if product.stock is None else plain(product.stock),
                "state": word.replace("-", "_"),
            }
            for product, link, word in rows
        ],
    }
