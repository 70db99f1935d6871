"""The tiles: one number each."""

from typing import TYPE_CHECKING, Any, NamedTuple

from contaazul_sync.core.words import _, ngettext
from contaazul_sync.views.page.wording import numeral

if TYPE_CHECKING:
    from contaazul_sync.views.status import Status


class Tile(NamedTuple):
    """One number. `id` is the words of `status --json`; `tone` good, soon or bad, or empty."""

    id: str
    label: str
    number: int
    shown: str
    tone: str
    note: str


def product_tiles(status: "Status") -> dict[str, Any]:
    """The numbers of the products."""
    products = status.products
    gone, unfit = status.deleted_in_shop, status.unsellable
    kept = _("{number} deleted in the shop, kept in the ERP").format(number=numeral(gone)) if gone else ""
    unsent = ""
    if unfit:
        unsent = _("of them unfit: {number} (no SKU, a SKU too long, or no price)")
        unsent = unsent.format(number=numeral(unfit))
    elif not status.walked:
        unsent = _("not known before the first sync")
    integrated = ngettext("integrated", "integrated", products["linked"])
    not_sent = ngettext("not sent", "not sent", products["unsent"])
    tiles = [
        _tile("products-linked", integrated, products["linked"], "good", kept),
        _tile("products-unsent", not_sent, products["unsent"], "", unsent, known=status.walked),
        _tile("products-waiting", _("waiting"), products["waiting"]),
        _tile("products-failed", _("failed"), products["failed"], "bad"),
        _tile("products-drift", _("stock drift"), products["drift"], "soon"),
    ]
    return {"id": "products", "title": _("Products"), "tiles": tiles}


def order_tiles(status: "Status") -> dict[str, Any]:
    """The numbers of the orders."""
    orders, stockless = status.orders, status.without_stock
    unsold = ""
    if stockless:
        unsold = _("{number} as EM_ANDAMENTO: their units count as not sold yet")
        unsold = unsold.format(number=numeral(stockless))
    tiles = [
        _tile("orders-sent", ngettext("sent", "sent", orders["sent"]), orders["sent"], "good", unsold),
        _tile("orders-waiting", _("waiting"), orders["waiting"]),
        _tile("orders-failed", _("failed"), orders["failed"], "bad"),
        _tile("orders-in_doubt", _("in doubt"), orders["in_doubt"], "soon"),
        _tile("orders-attention", _("attention"), orders["attention"], "soon"),
    ]
    return {"id": "orders", "title": _("Orders"), "tiles": tiles}


def _tile(id_: str, label: str, number: int, tone: str = "", note: str = "", *, known: bool = True) -> Tile:
    shown = numeral(number) if known else "?"
    return Tile(id_, label, number, shown, tone if number else "", note)
