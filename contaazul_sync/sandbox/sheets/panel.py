"""A Brazilian panel that nobody has: `;`, cp1252, `R$ 1.234,56`, dd/mm/aaaa, items in a file apart."""

from __future__ import annotations

from contaazul_sync.sandbox.sheets.book import BUYER, items, orders, units
from contaazul_sync.sandbox.sheets.cells import comma, day_first, reais, text, word
from contaazul_sync.sandbox.sheets.dialect import Dialect, Sheet

_STATUSES = {
    "pending": "Aguardando pagamento",
    "confirmed": "Pagamento aprovado",
    "invoiced": "Faturado",
    "shipped": "Enviado",
    "delivered": "Entregue",
    "canceled": "Cancelado",
    "refunded": "Estornado",
}


_ORDERS = {
    "Pedido": ("order_id", text),
    "Data do pedido": ("created", day_first),
    "Situação": ("status", word(_STATUSES)),
    "Data do pagamento": ("paid_at", day_first),
    "Última atualização": ("updated", day_first),
    "Forma de pagamento": ("payment_method", text),
    "Parcelas": ("installments", text),
    "Subtotal": ("subtotal", reais),
    "Frete": ("shipping", reais),
    "Desconto": ("discount", reais),
    "Total": ("total", reais),
    "Valor pago": ("total_paid", reais),
    **BUYER,
    "Observação": ("note", text),
}
_ITEMS = {
    "Pedido": ("order_id", text),
    "SKU": ("item_sku", text),
    "Produto": ("item_name", text),
    "Quantidade": ("item_quantity", text),
    "Preço unitário": ("item_price", reais),
    "Total do item": ("item_total", reais),
}
_PRODUCTS = {
    "Código": ("id", text),
    "Produto pai": ("parent", text),
    "SKU": ("sku", text),
    "Nome": ("name", text),
    "Preço": ("price", reais),
    "Preço promocional": ("special_price", reais),
    "Estoque": ("quantity", text),
    "EAN": ("ean", text),
    "NCM": ("ncm", text),
    "Peso (kg)": ("weight", comma),
    "Atualizado em": ("updated", day_first),
}
PANEL = Dialect(
    name="painel",
    encoding="cp1252",
    separator=";",
    suffix=".csv",
    sheets={
        "pedidos": Sheet(_ORDERS, orders),
        "itens": Sheet(_ITEMS, items),
        "produtos": Sheet(_PRODUCTS, units),
    },
)
