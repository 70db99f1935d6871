"""The shop's book in rows: an order, an item with its order, a product or one of its variations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contaazul_sync.sandbox.sheets.cells import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contaazul_sync.sandbox.sheets.dialect import Row
    from contaazul_sync.sandbox.shop.state import Shop

BUYER = {  # as panels of Brazil call the columns of who bought
    "Cliente": ("payer_name", text),
    "CPF/CNPJ": ("document", text),
    "Razão social": ("payer_razao_social", text),
    "E-mail": ("payer_email", text),
    "Telefone": ("payer_phone", text),
    "Endereço": ("payer_address", text),
    "Número": ("payer_address_number", text),
    "Complemento": ("payer_address_complement", text),
    "Bairro": ("payer_neighborhood", text),
    "Cidade": ("payer_city", text),
    "UF": ("payer_state", text),
    "CEP": ("payer_zipcode", text),
}
METHODS = {"pix": "Pix", "boleto": "Boleto bancário", "credit_card": "Cartão de crédito"}


def orders(shop: Shop) -> Iterator[Row]:
    """An order each."""
    for order in shop.orders:
        yield order | {
            "payment_method": METHODS.get(order["payment_method"], order["payment_method"]),
            "document": order["payer_cnpj"] or order["payer_cpf"],
            "note": "Entregar à tarde;\ntocar o interfone" if order["payer_address_complement"] else "",
        }


def items(shop: Shop) -> Iterator[Row]:
    """An item each, with its order."""
    for order in orders(shop):
        for item in order["items"]:
            yield order | {f"item_{name}": value for name, value in item.items()}


def units(shop: Shop) -> Iterator[Row]:
    """A product each, those that are sold by their variations too, and each variation with its product."""
    for product in shop.products:
        for unit in [product, *product["variations"]]:
            kept = {"parent": "" if unit is product else product["id"], "updated": product["updated"]}
            yield product | unit | kept | {"weight": product["dimension"]["weight"]}
