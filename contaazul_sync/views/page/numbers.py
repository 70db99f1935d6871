"""The tiles: one number each."""

from typing import TYPE_CHECKING, Any, NamedTuple

from contaazul_sync.core.book import Place
from contaazul_sync.core.money import written
from contaazul_sync.core.takings import Taking, Takings
from contaazul_sync.core.words import _, ngettext
from contaazul_sync.views import takings
from contaazul_sync.views.page.wording import numeral
from contaazul_sync.views.phrases import QUIET, place_title, troubled, unread

if TYPE_CHECKING:
    from contaazul_sync.views.status import Status


TONES = {
    Place.SENT: "good",
    Place.HELD: "bad",
    Place.FAILED: "bad",
    Place.IN_DOUBT: "soon",
    Place.ATTENTION: "soon",
}

TAKING_TONES = {Taking.SETTLED: "good", Taking.FAILED: "bad", Taking.IN_DOUBT: "soon"}


class Tile(NamedTuple):
    """One number. `id`: words of `status --json`, or `orders-held`; `tone`: good, soon, bad or empty."""

    id: str
    label: str
    number: int
    shown: str
    tone: str
    note: str


def product_tiles(status: "Status") -> dict[str, Any]:
    """The numbers of the products."""
    products = status.standing
    gone, unfit = status.deleted_in_shop, status.unsellable
    kept = _("{number} deleted in the shop, kept in the ERP").format(number=numeral(gone)) if gone else ""
    kept = "; ".join(filter(None, [kept, troubled(products["troubled"])]))
    unsent = ""
    if unfit:
        unsent = _("unfit among them: {number} (no SKU, a SKU too long, or no price)")
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
        *(
            [
                _tile(
                    "products-ignored",
                    ngettext("left alone", "left alone", products["ignored"]),
                    products["ignored"],
                )
            ]
            if products["ignored"]
            else []
        ),
        _tile("products-all", _("all"), products["all"]),
        _tile("products-drift", _("stock drift"), status.products["drift"], "soon"),
    ]
    return {"id": "products", "title": _("Products"), "tiles": tiles}


def order_tiles(status: "Status") -> dict[str, Any]:
    """The numbers of the orders, one for each place of the book, and what they are worth."""
    stockless, tiles = status.without_stock, []
    for place, some in status.book.items():
        if place in QUIET and not some.orders:
            continue
        notes = [written(some.total) if some.total else "", unread(some)]
        if place is Place.SENT and stockless:
            unsold = _("{number} as EM_ANDAMENTO: their units count as not sold yet")
            notes.append(unsold.format(number=numeral(stockless)))
        title, note = place_title(place, some.orders), "; ".join(filter(None, notes))
        tiles.append(_tile(f"orders-{place}", title, some.orders, TONES.get(place, ""), note))
    return {"id": "orders", "title": _("Orders"), "tiles": tiles}


def takings_tiles(some: Takings) -> dict[str, Any]:
    """The numbers of the parts of the sales, one for each place, and what they are worth."""
    tiles = []
    for place, each in some.places.items():
        if place is Taking.BY_PERSON and not each.parts:
            continue
        notes = [written(each.total) if each.total else "", takings.remark(some, place)]
        title, note = takings.title(place, each.parts), "; ".join(filter(None, notes))
        tiles.append(_tile(f"settlements-{place}", title, each.parts, TAKING_TONES.get(place, ""), note))
    return {"id": "settlements", "title": _("Received"), "tiles": tiles}


def _tile(id_: str, label: str, number: int, tone: str = "", note: str = "", *, known: bool = True) -> Tile:
    shown = numeral(number) if known else "?"
    return Tile(id_, label, number, shown, tone if number else "", note)
