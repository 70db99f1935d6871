"""Files as a shop's panel writes them, for the plain mapping."""

import csv
from collections.abc import Sequence
from pathlib import Path


def row(number: object = 501, **changed: object) -> dict[str, object]:
    """A paid order of two mugs, as one row; another field by its name here."""
    told = {
        "Pedido": number,
        "Status": "Pago",
        "Data": "24/11/2026 10:00",
        "Atualizado em": "24/11/2026 10:05",
        "Pago em": "24/11/2026 10:05",
        "Forma de pagamento": "Pix",
        "Frete": "12,00",
        "Desconto": "0,00",
        "Total": "R$ 91,80",
        "Cliente": "Ana Exemplo",
        "CPF/CNPJ": "529.982.247-25",
        "SKU": "CANECA",
        "Produto": "Caneca",
        "Quantidade": 2,
        "Preço unitário": "39,90",
    }
    names = {
        "status": "Status",
        "updated": "Atualizado em",
        "paid": "Pago em",
        "total": "Total",
        "sku": "SKU",
    }
    names |= {"quantity": "Quantidade", "price": "Preço unitário", "created": "Data", "discount": "Desconto"}
    return told | {names.get(name, name): value for name, value in changed.items()}


def product(sku: str, price: str = "39,90", stock: object = 10, **more: object) -> dict[str, object]:
    """A product, as one row."""
    return {"Código": sku, "SKU": sku, "Nome": sku.title(), "Preço": price, "Estoque": stock} | more


def write(
    path: Path, rows: Sequence[dict[str, object]], heads: Sequence[str] = (), encoding: str = "utf-8-sig"
) -> Path:
    """A file of these rows, with semicolons."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    heads = heads or list(rows[0])
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, heads, delimiter=";", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path
