"""Webstore's storefront: from its pages and answers to our products. Pure.

Names and shapes are those of the shop's own public pages (docs/shops.md). What is not told there for certain:
whether a variation's `preco` is the list price or the selling price (see `_own_prices`), and its `id`.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from html import unescape
from typing import Any

from contaazul_sync.core.drafts.text import text_of
from contaazul_sync.core.fit import Mended, as_told
from contaazul_sync.core.ids import ShopKey
from contaazul_sync.core.markup import pieces, values
from contaazul_sync.core.money import centavos, decimal
from contaazul_sync.core.products import Details, Product
from contaazul_sync.core.words import Said, _, said_by

Row = Mapping[str, Any]
STORE_ID, TOKEN = "HD_LV_ID", "HdTokenLojaTemp"
ON_REQUEST = "3"  # a product's `modo`: the shop tells its price when asked
_PRODUCT_PAGE = re.compile(r"/produto/\d+/(\d+)/([^/<>\s\"']*)")
_SITEMAP = re.compile(r"<sitemap>.*?<loc>\s*(.*?)\s*</loc>", re.DOTALL)


def key_of_the_door(page: str) -> tuple[str, str] | None:
    """The shop's number and its passing token, from its home page; None where it has none."""
    inputs = (values(inside) for _before, tag, inside in pieces(page) if tag == "input")
    found = {each.get("id"): each.get("value", "") for each in inputs}
    number, token = found.get(STORE_ID, ""), found.get(TOKEN, "")
    return (number, token) if number and token else None


def categories(answer: Any) -> tuple[list[str], list[str]]:
    """The ids of the root categories, and of those below them."""
    roots = _rows(answer, "Categorias")
    below: list[str] = []
    left = [row for root in roots for row in _rows(root, "subcategorias")]
    while left:
        row = left.pop(0)
        below.append(str(row.get("id") or ""))
        left += _rows(row, "subcategorias")
    return [number for row in roots if (number := str(row.get("id") or ""))], list(filter(None, below))


def page_of_list(answer: Any) -> tuple[list[Product], int | None]:
    """The products on a page of a list, known from there alone, and how many pages the shop tells, if any."""
    paging = answer.get("paginacao") if isinstance(answer, dict) else None
    pages = _text(paging.get("qtd_paginas")) if isinstance(paging, dict) else "1"
    found = [_listed(row) for row in _rows(answer, "produtos") if _id(row)]
    return found, int(pages) if pages.isdecimal() and len(pages) < 10 else None


def in_sitemap(text: str) -> dict[ShopKey, str]:
    """The products of a sitemap, each with what its address says of its name."""
    pages = _PRODUCT_PAGE.findall(text)
    return {ShopKey(number): slug.removesuffix(".aspx").replace("-", " ").strip() for number, slug in pages}


def is_sitemap(text: str) -> bool:
    """Whether it is one at all, and no page of HTML in its place."""
    return "<urlset" in text or "<sitemapindex" in text


def more_sitemaps(text: str) -> list[str]:
    """The addresses of the sitemaps that a sitemap consists of."""
    return [unescape(address) for address in _SITEMAP.findall(text)]


def from_sitemap(key: ShopKey, name: str) -> Product:
    """A product of which nothing but its page is known."""
    return Product(key, "", name or key, 0, None, None, listed=True)


def _listed(row: Row) -> Product:
    try:
        price, promotional = _prices(row.get("precos"))
    except ValueError:
        price, promotional = 0, None
    number, sku = ShopKey(_id(row)), _text(row.get("codigo"))
    return Product(number, sku, _text(row.get("nome")), price, promotional, None, listed=True).fit()


def is_product(answer: Any) -> bool:
    """Whether an answer is a product's page at all."""
    return isinstance(answer, dict) and bool(_text(answer.get("nome")) or _text(answer.get("codigo")))


def units(key: ShopKey, page: Row) -> Iterator[Product]:
    """A product's sellable units, from its page: its variations, or itself where it has none."""
    read = list(_units(key, page))
    told = list(_units(key, as_told(page))) if isinstance(page, Mended) else read
    yield from map(Product.fit, read, told)


def _units(key: ShopKey, page: Row) -> Iterator[Product]:
    price, promotional, problem = 0, None, None
    try:
        price, promotional = _prices(page.get("precos"))
        if str(page.get("modo")) == ON_REQUEST:
            raise ValueError(_("the shop tells its price on request only"))
    except ValueError as error:
        problem = said_by(error)
    words = " ".join(_text(row.get("conteudo")) for row in _rows(page, "descricoes"))
    details = Details(description=text_of(_text(page.get("breve")) or words))
    name = _text(page.get("nome"))
    variations = _rows(page, "variacoes")
    if not variations:
        stock, why = _stock(page.get("qtd_disponivel"), sold=page.get("disponivel") is not False)
        sku, priced = _text(page.get("codigo")), problem is None
        yield Product(
            key, sku, name, price, promotional, stock, details, problem=problem or why, priced=priced
        )
        return
    marks = _marks(variations)
    counts = Counter(marks)
    for row, mark in zip(variations, marks, strict=True):
        own_mark = bool(mark) and counts[mark] == 1
        own, own_promotional, own_problem = price, promotional, problem
        try:
            own, own_promotional = _own_prices(centavos(row.get("preco") or 0), price, promotional)
        except ValueError as error:
            own_problem = said_by(error)
        stock, why = _stock(row.get("estoque"), sold=True)
        yield Product(
            key=ShopKey(f"{key}:{mark}"),
            sku=_text(row.get("codigo")),
            name=" ".join(filter(None, [name, *_options(row)])),
            price=own,
            promotional=own_promotional,
            stock=stock,
            details=details,
            problem=own_problem or why or (None if own_mark else _("it has no id in the shop")),
            priced=own_problem is None and own_mark,
        )


def _marks(variations: list[Row]) -> list[str]:
    """What tells a product's variations apart: their ids, or their SKUs where not each has its own id."""
    ids = [_id(row) for row in variations]
    if all(ids) and len(set(ids)) == len(ids):
        return ids
    return [_text(row.get("codigo")) for row in variations]


def _id(row: Row) -> str:
    return _text(row.get("id")).lstrip("0")


def _prices(told: Any) -> tuple[int, int | None]:
    """List price and promotional price in centavos. Raises ValueError."""
    if not isinstance(told, dict):
        raise ValueError(_("the shop shows no price of it"))
    return centavos(told.get("preco") or 0), centavos(told.get("preco_promocao") or 0) or None


def _own_prices(told: int, price: int, promotional: int | None) -> tuple[int, int | None]:
    """A variation's two prices, of the one that it tells.

    The product's list price or its promotional price mean both of the product's. Another one is the
    variation's own, without a promotion that anybody tells of.
    """
    return (told, None) if told and told not in (price, promotional) else (price, promotional)


def _stock(told: Any, *, sold: bool) -> tuple[Decimal, Said | None]:
    """A stock, and what is wrong with it. What is not sold and tells none has none."""
    try:
        if told in (None, ""):
            return Decimal(0), _("the shop tells no stock of it") if sold else None
        return decimal(told), None
    except ValueError as error:
        return Decimal(0), _("its price or stock cannot be read: {why}").format(why=error)


def _options(row: Row) -> list[str]:
    """`Azul`, `M`; of `Azul|#0000ff` the shop's own pages show what is before the bar."""
    return [_text(each.get("valor")).partition("|")[0].strip() for each in _rows(row, "atributos")]


def _rows(holder: Any, name: str) -> list[Row]:
    told = holder.get(name) if isinstance(holder, dict) else None
    return [row for row in told if isinstance(row, dict)] if isinstance(told, list) else []


def _text(value: Any) -> str:
    return "" if value is None or isinstance(value, (dict, list)) else str(value).strip()
