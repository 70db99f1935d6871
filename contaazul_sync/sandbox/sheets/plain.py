"""The plain columns that docs/files.md describes, as a spreadsheet saves "Unicode text": UTF-16, tabs."""

from __future__ import annotations

from contaazul_sync.sandbox.sheets.book import items, units
from contaazul_sync.sandbox.sheets.cells import comma, text
from contaazul_sync.sandbox.sheets.dialect import Dialect, Sheet

_ORDERS = {
    "pedido": ("order_id", text),
    "situação": ("status", text),
    "criado em": ("created", text),
    "alterado em": ("updated", text),
    "pago em": ("paid_at", text),
    "forma de pagamento": ("payment_method", text),
    "parcelas": ("installments", text),
    "subtotal": ("subtotal", comma),
    "frete": ("shipping", comma),
    "desconto": ("discount", comma),
    "total": ("total", comma),
    "valor pago": ("total_paid", comma),
    "nome": ("payer_name", text),
    "CPF ou CNPJ": ("document", text),
    "razão social": ("payer_razao_social", text),
    "e-mail": ("payer_email", text),
    "telefone": ("payer_phone", text),
    "endereço": ("payer_address", text),
    "número": ("payer_address_number", text),
    "complemento": ("payer_address_complement", text),
    "bairro": ("payer_neighborhood", text),
    "cidade": ("payer_city", text),
    "UF": ("payer_state", text),
    "CEP": ("payer_zipcode", text),
    "SKU": ("item_sku", text),
    "produto": ("item_name", text),
    "quantidade": ("item_quantity", text),
    "preço": ("item_price", comma),
    "total do item": ("item_total", comma),
}
_PRODUCTS = {
    "código": ("id", text),
    "código do pai": ("parent", text),
    "SKU": ("sku", text),
    "nome": ("name", text),
    "preço": ("price", comma),
    "preço promocional": ("special_price", comma),
    "estoque": ("quantity", text),
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
