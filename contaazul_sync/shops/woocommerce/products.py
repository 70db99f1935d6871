"""WooCommerce's products and variations to our models. Pure.

What only some versions or plugins tell (docs/shops.md) is optional here: the GTIN, the word for a stock that
the parent keeps.
"""

from decimal import Decimal

from stdnum import ean

from contaazul_sync.core.drafts.text import text_of
from contaazul_sync.core.fit import Mended, as_told
from contaazul_sync.core.ids import ShopKey
from contaazul_sync.core.money import centavos, decimal
from contaazul_sync.core.products import Details, Product
from contaazul_sync.core.words import _
from contaazul_sync.shops.woocommerce.fields import Row, modified, number, rows, text

# A group's products are listed themselves; the others are sold elsewhere.
UNSOLD_TYPES = ("grouped", "external")


def is_variable(row: Row) -> bool:
    """Whether a product is sold by its variations."""
    return "variable" in text(row, "type") or bool(row.get("variations"))


def is_sold(row: Row) -> bool:
    """Whether shoppers can buy it here."""
    return text(row, "status") in ("", "publish") and text(row, "type") not in UNSOLD_TYPES


def as_parent(row: Row) -> Row:
    """What its variations need of a product, of which a walk keeps all."""
    names = ("id", "name", "description", "short_description", "manage_stock", "stock_quantity", "variations")
    kept = {name: row.get(name) for name in names}
    return Mended(kept, {name: row.told.get(name) for name in names}) if isinstance(row, Mended) else kept


def listed(row: Row) -> frozenset[int]:
    """The ids of the variations that a product tells."""
    told = row.get("variations")
    return (
        frozenset(each for each in told if isinstance(each, int)) if isinstance(told, list) else frozenset()
    )


def product(row: Row) -> Product:
    """A product without variations."""
    return _product(row).fit(_product(as_told(row)))


def _product(row: Row) -> Product:
    return _unit(ShopKey(str(number(row) or "")), text(row, "name"), row, row)


def variation(parent: Row, row: Row) -> Product:
    """A variation: a unit of its own, which takes from its parent what it does not tell."""
    return _variation(parent, row).fit(_variation(as_told(parent), as_told(row)))


def _variation(parent: Row, row: Row) -> Product:
    options = [text(each, "option") for each in rows(row, "attributes")]
    name = " - ".join(filter(None, [text(parent, "name"), ", ".join(filter(None, options))]))
    return _unit(ShopKey(f"{number(parent)}:{number(row) or ''}"), name, parent, row)


def _unit(key: ShopKey, name: str, parent: Row, row: Row) -> Product:
    price, promotional, stock, problem, priced = 0, None, None, None, False
    try:
        price, promotional = _prices(row)
        priced = True
        stock = _stock(parent, row)
    except ValueError as error:
        problem = _("its price or stock cannot be read: {why}").format(why=error)
    gtin = text(row, "global_unique_id")
    words = text(row, "description") or text(parent, "short_description") or text(parent, "description")
    return Product(
        key=key,
        sku=text(row, "sku"),
        name=name,
        price=price,
        promotional=promotional,
        stock=stock,
        details=Details(ean=gtin if ean.is_valid(gtin) else "", description=text_of(words)),
        updated_at=modified(row),
        problem=problem,
        priced=priced,
    )


def _prices(row: Row) -> tuple[int, int | None]:
    """List price and promotional price in centavos. A promotion that has not begun is none.

    What is given away while it is on sale has the price 0 and an empty promotional one (8.2.2 to 11.0.1).
    """
    price = text(row, "price")
    regular, promotional = (
        centavos(text(row, "regular_price") or price or 0),
        text(row, "sale_price") or price,
    )
    return regular, centavos(promotional) if row.get("on_sale") and promotional else None


def _stock(parent: Row, row: Row) -> Decimal | None:
    """The stock of whichever keeps it, the variation or its parent; None where neither does."""
    for keeper in (row, parent):
        if keeper.get("manage_stock") is True:
            told = keeper.get("stock_quantity")
            return decimal(told) if told is not None else Decimal(0)
    if row.get("manage_stock") == "parent" and row.get("stock_quantity") is not None:
        return decimal(row["stock_quantity"])
    return None
