"""The catalogue as the storefront of Webstore writes it: the names are known, what most values mean is too.

ASSUMED: `modo` is a number in the detail (a list has it as text), a variation's one price is what it sells
at, a hidden variation is not shown, and what this shop does not have (brands, videos, kits) is null or empty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contaazul_sync.sandbox.shop.faces import STORE_ID, option, selling, slug

if TYPE_CHECKING:
    from contaazul_sync.sandbox.shop.state import Shop

Row = dict[str, Any]
_TERMS: Row = {
    "desconto_avista": 0,
    "max_parcelas": 12,
    "valor_min_parcelas": 5,
    "juros_inicia": 1,
    "juros": 0,
}


def product_path(product: Row) -> str:
    """The page of a product, below the shop's address."""
    return f"/produto/{STORE_ID}/{product['id']}/{slug(product['name'])}.aspx"


def category_path(category: Row) -> str:
    """The page of a category (ASSUMED)."""
    return f"/categoria/{STORE_ID}/{category['id']}/{slug(category['name'])}.aspx"


def category_row(category: Row) -> Row:
    """A category, with those below it."""
    return {
        "id": category["id"],
        "atual": False,
        "nome": category["name"],
        "url": category_path(category),
        "subcategorias": [category_row(each) for each in category["below"]],
    }


def listed(shop: Shop, product: Row) -> Row:
    """A product as a list shows it."""
    return {
        "id": product["id"],
        "codigo": product["sku"],
        "nome": product["name"],
        "modo": f"{_mode(shop, product)}",
        "disponivel": bool(product.get("available", 1)),
        "lancamento": False,
        "subprodutos": bool(product["variations"]),
        "fretegratis": False,
        "qtdminima": 0,
        "datalimite": "/Date(1567652400000)/",
        "fabricante": None,
        "precos": _prices(shop, product),
        "links": {"botao_comprar": None, "ver_produto": product_path(product)},
        "maisprodutos": None,
        "fotos": [_photo("PEQ_")],
        "integracoes": [],
    }


def detail(shop: Shop, product: Row) -> Row:
    """A product as its own page shows it."""
    prices = _prices(shop, product)
    return {
        "codigo": product["sku"],
        "nome": product["name"],
        "breve": "",
        "descricoes": [{"titulo": "Descrição", "conteudo": product["description"]}],
        "caracteristicas": None,
        "fabricante": None,
        "fotos": [_photos()],
        "video": None,
        "migalha": None,
        "modo": _mode(shop, product),
        "disponivel": bool(product.get("available", 1)),
        "lancamento": False,
        "fretegratis": False,
        "entrega": True,
        "prazo": 0,
        "disponibilidade": 0,
        "garantia_meses": 0,
        "prevenda_data": None,
        "lembrar_disponibilidade": "",
        "comentario_facebook": False,
        "precos": prices and {**prices, "preco_promocao_validade": None},
        "qtd_disponivel": 0 if product["variations"] else product["quantity"],
        "quantidade_minima": 1,
        "quantidade_embalagem": 1,
        "kit": None,
        "variacoes": _variations(shop, product),
        "erro": 0,
    }


def _mode(shop: Shop, product: Row) -> int:
    return 3 if product["id"] in shop.on_request else 1


def _prices(shop: Shop, product: Row) -> Row | None:
    if shop.switches.storefront_prices == "null":
        return None
    return {"preco": product["price"], "preco_promocao": product["special_price"] or 0, **_TERMS}


def _variations(shop: Shop, product: Row) -> list[Row] | None:
    if not product["variations"]:
        return None if shop.switches.storefront_no_variations == "null" else []
    return [
        {
            "id": unit["id"],
            "codigo": unit["sku"],
            "preco": selling(unit),
            "estoque": unit["quantity"],
            "atributos": [{"valor": option(unit)}],
            "fotos": [_photos()],
        }
        for unit in product["variations"]
        if unit.get("available", 1)
    ]


def _photo(size: str) -> str:
    return f"https://imageswscdn.webstore.net.br/files/{STORE_ID}/{size}393721.jpg"


def _photos() -> Row:
    return {"thumb": _photo("PEQ_"), "normal": _photo("MED_"), "zoom": _photo("")}
