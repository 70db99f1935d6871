"""WooCommerce's usual exports: `,` and UTF-8 with a BOM, one row an item, its order's columns repeated.

Orders: the columns of "Customer / Order / Coupon Export" in its format "Default - One Row per Item". ASSUMED:
the day of payment and the fields of Brazil were added to them, these under the plugin's own keys. Products:
the columns of the core's own exporter, a variation with its product's SKU as `Parent`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contaazul_sync.sandbox.common.wire import cents
from contaazul_sync.sandbox.sheets.cells import point, seconds, text
from contaazul_sync.sandbox.sheets.dialect import Dialect, Sheet
from contaazul_sync.sandbox.woo.order_rows import order_row
from contaazul_sync.sandbox.woo.product_rows import product_row, variation_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contaazul_sync.sandbox.sheets.dialect import Row
    from contaazul_sync.sandbox.shop.state import Shop

_ORDERS = {
    "order_id": ("id", text),
    "order_number": ("number", text),
    "date": ("date_created", seconds),
    "paid_date": ("date_paid", seconds),
    "status": ("status", text),
    "shipping_total": ("shipping_total", point),
    "shipping_tax_total": ("shipping_tax", point),
    "fee_total": ("fees", point),
    "fee_tax_total": ("cart_tax", point),
    "tax_total": ("total_tax", point),
    "discount_total": ("discount_total", point),
    "order_total": ("total", point),
    "refunded_total": ("refunded", point),
    "order_currency": ("currency", text),
    "payment_method": ("payment_method", text),
    "customer_id": ("customer_id", text),
    "billing_first_name": ("billing first_name", text),
    "billing_last_name": ("billing last_name", text),
    "billing_company": ("billing company", text),
    "billing_email": ("billing email", text),
    "billing_phone": ("billing phone", text),
    "billing_address_1": ("billing address_1", text),
    "billing_address_2": ("billing address_2", text),
    "billing_postcode": ("billing postcode", text),
    "billing_city": ("billing city", text),
    "billing_state_code": ("billing state", text),
    "billing_country": ("billing country", text),
    "_billing_number": ("billing number", text),
    "_billing_neighborhood": ("billing neighborhood", text),
    "_billing_cpf": ("billing cpf", text),
    "_billing_cnpj": ("billing cnpj", text),
    "customer_note": ("customer_note", text),
    "item_id": ("item id", text),
    "item_product_id": ("item product_id", text),
    "item_name": ("item name", text),
    "item_sku": ("item sku", text),
    "item_quantity": ("item quantity", text),
    "item_subtotal": ("item subtotal", point),
    "item_subtotal_tax": ("item subtotal_tax", point),
    "item_total": ("item total", point),
    "item_total_tax": ("item total_tax", point),
}
_OF_BRAZIL = ("number", "neighborhood", "cpf", "cnpj")
_PRODUCTS = {
    "ID": ("id", text),
    "Type": ("type", text),
    "SKU": ("sku", text),
    "GTIN, UPC, EAN, or ISBN": ("global_unique_id", text),
    "Name": ("name", text),
    "Published": ("published", text),
    "Description": ("description", text),
    "In stock?": ("in_stock", text),
    "Stock": ("stock_quantity", text),
    "Sale price": ("sale_price", point),
    "Regular price": ("regular_price", point),
    "Parent": ("parent", text),
}


def _rows(shop: Shop) -> Iterator[Row]:
    """An item each, with its order."""
    catalogue: dict[int | str, tuple[Row, Row]] = {
        name: (product, unit)
        for product in shop.products
        for unit in [product, *product["variations"]]
        for name in (unit["id"], unit["sku"])
    }
    for order in shop.orders:
        row = order_row(shop, order, catalogue, "")
        told = row | _below("billing", row["billing"] | _brazil(row)) | _sums(row)
        for line in row["line_items"]:
            yield told | _below("item", line)


def _below(name: str, row: Row) -> Row:
    return {f"{name} {key}": value for key, value in row.items()}


def _brazil(row: Row) -> Row:
    """The fields of Brazil from wherever the shop keeps them; empty columns where it has none."""
    metas = {each["key"]: each["value"] for each in row["meta_data"]}
    return {name: row["billing"].get(name, metas.get(f"_billing_{name}", "")) for name in _OF_BRAZIL}


def _sums(row: Row) -> Row:
    return {
        "fees": _sum(row["fee_lines"], "total"),
        "refunded": -_sum(row["refunds"], "total"),
    }


def _sum(rows: list[Row], name: str) -> Any:
    return sum((cents(row[name]) for row in rows), cents(0))


def _units(shop: Shop) -> Iterator[Row]:
    """A product each, then each of its variations."""
    for product in shop.products:
        yield _unit(product, product_row(shop, product, ""), parent="")
        for unit in product["variations"]:
            told = variation_row(shop, product, unit, "")
            yield _unit(unit, told | {"name": unit["name"], "type": "variation"}, parent=product["sku"])


def _unit(unit: Row, told: Row, *, parent: str) -> Row:
    return told | {
        "parent": parent,
        "global_unique_id": unit["ean"],
        "published": int(told["status"] == "publish"),
        "in_stock": int(told["stock_status"] == "instock"),
    }


EXPORTER = Dialect(
    name="woocommerce",
    encoding="utf-8-sig",
    separator=",",
    suffix=".csv",
    sheets={"orders": Sheet(_ORDERS, _rows), "products": Sheet(_PRODUCTS, _units)},
)
