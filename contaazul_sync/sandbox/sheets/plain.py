"""The plain columns that docs/files.md describes, as a spreadsheet saves "Unicode text": UTF-16, tabs."""

from __future__ import annotations

from contaazul_sync.sandbox.sheets.book import BUYER, items, units
from contaazul_sync.sandbox.sheets.cells import comma, seconds, text, word
from contaazul_sync.sandbox.sheets.dialect import Dialect, Sheet

_STATUSES = {
    "pending": "Aguardando pagamento",
    "confirmed": "Pago",
    "invoiced": "Pago",
    "shipped": "Enviado",
    "delivered": "Entregue",
    "canceled": "Cancelado",
    "refunded": "Reembolsado",
}


_ORDERS = {
    "Pedido": ("order_id", text),
    "Status": ("status", word(_STATUSES)),
    "Data": ("created", seconds),
    "Atualizado em": ("updated", seconds),
    "Pago em": ("paid_at", seconds),
    "Forma de pagamento": ("payment_method", text),
    "Parcelas": ("installments", text),
    "Frete": ("shipping", comma),
    "Desconto": ("discount", comma),
    "Total": ("total", comma),
    **BUYER,
    "SKU": ("item_sku", text),
    "Produto": ("item_name", text),
    "Quantidade": ("item_quantity", text),
    "Preço unitário": ("item_price", comma),
}
_PRODUCTS = {
    "Código": ("id", text),
    "Produto pai": ("parent", text),
    "SKU": ("sku", text),
    "Nome": ("name", text),
    "Preço": ("price", comma),
    "Preço promocional": ("special_price", comma),
    "Estoque": ("quantity", text),
    "EAN": ("ean", text),
    "NCM": ("ncm", text),
}


PLAIN = Dialect(
    name="plain",
    encoding="utf-16",
    separator="\t",
    suffix=".txt",
    sheets={"pedidos": Sheet(_ORDERS, items), "produtos": Sheet(_PRODUCTS, units)},
)
