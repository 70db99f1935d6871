"""What this home is called in the notes of the ERP's sales, and whose a marked sale is."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from contaazul_sync.core.booked import fits
from contaazul_sync.core.differences import by_order
from contaazul_sync.core.drafts.marks import Mark, alike, is_tagged, is_written, same_name
from contaazul_sync.core.erp import ErpSale
from contaazul_sync.core.ids import OrderId
from contaazul_sync.core.orders import Order, OrderNote
from contaazul_sync.core.rules import Rules
from contaazul_sync.state.file import State
from contaazul_sync.state.notes import OTHER_NAMES, SHOP_NAMES


class Whose(StrEnum):
    """Whose a marked sale is."""

    OURS = "ours"
    UNCLEAR = "unclear"  # under a name of this home that another may share, and not quite this order
    PERHAPS = "perhaps"  # under a name that nobody said whose it is, and it is this order to the centavo
    OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Names:
    """What this home writes into its marks, what it wrote before, and the names that are of other shops."""

    own: str
    before: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    def are_ours(self, name: str) -> bool:
        """Whether a name is one of this home's."""
        return any(same_name(name, each) for each in (self.own, *self.before))

    def whose(self, mark: Mark, sale: ErpSale, note: OrderNote | None, order: Order | None) -> Whose:
        """Whose a sale with this mark is. `note`, `order`: this shop's order of that id, where it has one.

        A name without a tag, as the server's that many shops are on, says too little by itself: then the
        sale has to be of the order's day and total, and not another buyer's. So has one under a name that
        nobody knows, as of an installation that was lost: a person is asked then, by `rebuild`.
        """
        like = note is not None and fits(sale, note, order)
        if not self.are_ours(mark.shop_id):
            answered = any(same_name(mark.shop_id, each) for each in self.others)
            return Whose.PERHAPS if like and not answered else Whose.OTHERS
        if is_tagged(mark.shop_id) or like:
            return Whose.OURS
        return Whose.UNCLEAR if note else Whose.OTHERS


def names_of(state: State, rules: Rules) -> Names:
    """What this home is called, as far as it is known."""
    return Names(rules.shop_id, _kept(state, SHOP_NAMES), _kept(state, OTHER_NAMES))


def _kept(state: State, key: str) -> tuple[str, ...]:
    return tuple((state.notes.get(key) or "").split())


def keep_names(state: State, before: Collection[str], others: Collection[str]) -> None:
    """Keep what a person said of the names in the ERP's notes."""
    state.notes.set(SHOP_NAMES, " ".join(sorted(before)))
    state.notes.set(OTHER_NAMES, " ".join(sorted(others)))


class Marked:
    """The orders of the book by what is written of them in marks. `told`: those that the shop tells now."""

    def __init__(self, state: State, told: Mapping[OrderId, Order]) -> None:
        self._state, self._told = state, told

    @cached_property
    def _alike(self) -> dict[str, list[OrderId]]:
        found: dict[str, list[OrderId]] = {}
        for order_id in self._state.orders.ids():
            found.setdefault(alike(order_id), []).append(order_id)
        return found

    def order(self, written: str, sale: ErpSale) -> OrderId:
        """The order that a mark of a sale names, as the shop writes it.

        Several may be written alike. It is the one whose sale it is known to be; else the one that the `nsu`
        names, in which we wrote the id as it is; else the one that is written so, or the only one that may
        be. Where the `nsu` names one that nobody knows, a sale of the day, the total and the buyer of the
        only one that is written alike has an `nsu` that the ERP wrote in its own way.
        """
        known, orders, exact = self._state.sales.order_of(sale.id), self._state.orders, OrderId(written)
        if known and is_written(known, written):
            return known
        told = OrderId(sale.nsu) if is_written(sale.nsu, written) else None
        if told and orders.get(told):
            return told
        if told is None and orders.get(exact):
            return exact
        like = [note for each in self._alike.get(alike(written), []) if (note := orders.get(each))]
        if len(like) == 1 and (told is None or self._fits(sale, like[0])):
            return like[0].id
        return told or exact

    def _fits(self, sale: ErpSale, note: OrderNote) -> bool:
        order = self._told.get(note.id)
        return order is not None and fits(sale, note, order)


def sales_by_order(state: State, rules: Rules, sales: Iterable[ErpSale]) -> dict[OrderId, list[ErpSale]]:
    """Our sales by the order of the book that their mark names."""
    called, marked = names_of(state, rules), Marked(state, {})
    return by_order(sales, (called.own, *called.before), marked.order)
