"""Rows of a file to our products. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from stdnum import ean

from contaazul_sync.core.drafts.text import text_of
from contaazul_sync.core.ids import ShopKey
from contaazul_sync.core.products import Details, Product
from contaazul_sync.core.words import Said, _, said_by
from contaazul_sync.tables.cells import Cells

STOCK_AGE = timedelta(days=1)  # what a file says of a stock that is older says nothing


def key(cells: Cells, ids: Mapping[str, str]) -> ShopKey:
    """A product's id, or its SKU where the file tells none; of a variation with its product's. Or nothing.

    `ids`: of products by their SKUs, for a file that names a variation's product so.
    """
    try:
        cells.word("id")
    except ValueError:  # it is no other product, known by its SKU
        return ShopKey("")
    number, sku = names(cells)
    own, above = number or sku, parent_of(cells)
    above = ids.get(above, above)
    return ShopKey(f"{above}:{own}" if above and own and above != own else own)


def parent_of(cells: Cells) -> str:
    """The id or the SKU of the product that a row is a variation of; nothing where it is none."""
    return _word(cells, "parent").removeprefix("id:")  # as WooCommerce writes it of one without a SKU


def names(cells: Cells) -> tuple[str, str]:
    """A product's id and SKU, which variations may call it by; nothing for what is not told."""
    return _word(cells, "id"), _word(cells, "sku")


def _word(cells: Cells, name: str) -> str:
    """A text; nothing for a number that a spreadsheet has spoiled."""
    try:
        return cells.word(name)
    except ValueError:
        return ""


def product(cells: Cells, named: ShopKey, told_at: datetime, now: datetime) -> Product:
    """A sellable unit by its key. `told_at`: when the file was written, as far as that is known."""
    read = _Fields(cells)
    price, promotional = read.amount("price"), read.amount("promotional")
    stock = read.quantity("stock") if now - told_at <= STOCK_AGE else None
    priced = price is not None and not read.problem
    if price is None:
        read.problem = read.problem or _("its {name} is missing").format(name="price")
    made = Product(
        key=named,
        sku=read.word("sku"),
        name=read.word("name"),
        price=price or 0,
        promotional=promotional or None,
        stock=stock,
        details=_details(read),
        problem=read.problem,
        priced=priced,
    )
    return made.fit()


def _details(read: "_Fields") -> Details:
    number = read.word("ean")
    return Details(
        ean=number if ean.is_valid(number) else "",
        ncm="".join(filter(str.isdigit, read.word("ncm"))),
        description=text_of(read.word("description")),
        weight=read.quantity("weight") or None,
        height=read.quantity("height") or None,
        width=read.quantity("width") or None,
        length=read.quantity("length") or None,
    )


class _Fields:
    """The values of a row; `problem`: the first one that cannot be read, which is told and never guessed."""

    def __init__(self, cells: Cells) -> None:
        self.cells = cells
        self.problem: Said | None = None

    def word(self, name: str) -> str:
        try:
            return self.cells.word(name)
        except ValueError as error:
            self.problem = self.problem or said_by(error)
            return ""

    def amount(self, name: str) -> int | None:
        try:
            return self.cells.amount(name)
        except ValueError as error:
            self.problem = self.problem or said_by(error)
            return None

    def quantity(self, name: str) -> Decimal | None:
        try:
            return self.cells.quantity(name)
        except ValueError as error:
            self.problem = self.problem or said_by(error)
            return None
