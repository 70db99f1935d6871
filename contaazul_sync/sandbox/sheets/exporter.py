"""WooCommerce's usual exports: `,` and UTF-8 with a BOM, one row an item, its order's columns repeated.

Orders: the columns of the plugin "Advanced Order Export For WooCommerce", by their names in its own source,
those that it ticks at first and a few that one has to tick for the sums; items are rows that repeat their
order ("Populate other columns"). ASSUMED: the plugin's fields of Brazil stand under their own keys, as any
field that it does not know, and the status under its name in Portuguese. Products: the columns of the core's
own exporter, a variation with its product's SKU as `Parent`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contaazul_sync.sandbox.common.wire import cents
from contaazul_sync.sandbox.sheets.cells import point, text, year_first
from contaazul_sync.sandbox.sheets.dialect import Dialect, Sheet
from contaazul_sync.sandbox.woo.order_rows import order_row
from contaazul_sync.sandbox.woo.product_rows import product_row, variation_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contaazul_sync.sandbox.sheets.dialect import Row
    from contaazul_sync.sandbox.shop.state import Shop

_STATUSES = {
    "pending": "Pagamento pendente",
    "processing": "Processando",
    "on-hold": "Aguardando",
    "completed": "Concluído",
    "cancelled": "Cancelado",
    "refunded": "Reembolsado",
    "failed": "Malsucedido",
}
_ORDERS = {
    "Order ID": ("id", text),
    "Order Number": ("number", text),
    "Order Status": ("status", text),
    "Order Date": ("date_created", year_first),
    "Modification Date": ("date_modified", year_first),
    "Paid Date": ("date_paid", year_first),
    "Customer Note": ("customer_note", text),
    "First Name (Billing)": ("billing first_name", text),
    "Last Name (Billing)": ("billing last_name", text),
    "Company (Billing)": ("billing company", text),
    "Address 1 (Billing)": ("billing address_1", text),
    "Address 2 (Billing)": ("billing address_2", text),
    "City (Billing)": ("billing city", text),
    "State Code (Billing)": ("billing state", text),
    "Postcode (Billing)": ("billing postcode", text),
    "Country Code (Billing)": ("billing country", text),
    "Email (Billing)": ("billing email", text),
    "Phone (Billing)": ("billing phone", text),
    "_billing_number": ("billing number", text),
    "_billing_neighborhood": ("billing neighborhood", text),
    "_billing_cpf": ("billing cpf", text),
    "_billing_cnpj": ("billing cnpj", text),
    "Payment Method": ("payment_method", text),
    "Payment Method Title": ("payment_method_title", text),
    "Cart Discount Amount": ("discount_total", point),
    "Order Subtotal Amount": ("subtotal", point),
    "Order Shipping Amount": ("shipping_total", point),
    "Order Total Fee": ("fees", point),
    "Order Refund Amount": ("refunded", point),
    "Order Total Amount": ("total", point),
    "Order Total Tax Amount": ("total_tax", point),
    "Item ID": ("item id", text),
    "Item #": ("item place", text),
    "SKU": ("item sku", text),
    "Item Name": ("item name", text),
    "Product Id": ("item product_id", text),
    "Variation Id": ("item variation_id", text),
    "Quantity": ("item quantity", text),
    "Item Cost": ("item price", point),
    "Order Line Subtotal": ("item subtotal", point),
    "Order Line Total": ("item total", point),
}
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
        told = row | _below("billing", row["billing"]) | _sums(row)
        for place, line in enumerate(row["line_items"], 1):
            yield told | _below("item", line | {"place": place})


def _below(name: str, row: Row) -> Row:
    return {f"{name} {key}": value for key, value in row.items()}


def _sums(row: Row) -> Row:
    return {
        "status": _STATUSES.get(row["status"], row["status"]),
        "subtotal": _sum(row["line_items"], "subtotal"),
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
