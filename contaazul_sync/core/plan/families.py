"""A marketplace's orders: what a buyer paid, and its parts, one for each seller; the shop lists all of them.

The order or its parts become sales, never both: the money and the units are the same. Which side it is:

1. the one of which something is a sale, on its way, or decided otherwise (ignored, or too old);
2. the one that a person asked for;
3. the one that is paid, where the other is not;
4. the order, where its parts have together exactly its items and its total.

Otherwise nobody knows, and all of them are held. The other side is left out only where its items and its
total are the same: else it may be money of its own, as what is paid after a deposit is, and is held as well.
A part that has no item in common with its order is an order of its own: some shops make one for what is added
later, and some move items from one to the other.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal

from contaazul_sync.core.ids import OrderId
from contaazul_sync.core.orders import OrderNote, Payment
from contaazul_sync.core.quantities import added_up


@dataclass(frozen=True, slots=True)
class Twice:
    """An order whose money and units others have, too: the orders of the other side.

    `clear`: it is known that these are to be sold instead; `settled`: something was done of them already.
    `counts`: the order's units are those to be counted.
    """

    others: tuple[OrderNote, ...]
    clear: bool
    settled: bool
    counts: bool = False


def listed_twice(notes: Iterable[OrderNote], settled: Set[OrderId]) -> dict[OrderId, Twice]:
    """Of these orders, those that are not to be sold by themselves.

    `settled`: those that are a sale, on their way, or decided otherwise.
    """
    known = {note.id: note for note in notes}
    found: dict[OrderId, Twice] = {}
    for parent, parts in _families(known):
        side, clear, done = _side(parent, parts, settled)
        if side != "order" and (clear or not parent.by_name):
            found[parent.id] = Twice(parts, clear, done, counts=not side)
        if side != "parts":
            out = [part for part in parts if clear or not part.by_name]
            found |= {part.id: Twice((parent,), clear, done) for part in out}
    return found


def _families(known: dict[OrderId, OrderNote]) -> Iterator[tuple[OrderNote, tuple[OrderNote, ...]]]:
    """Each order that has parts, with those that have an item in common with it."""
    parts: dict[OrderId, list[OrderNote]] = {}
    for note in known.values():
        parent = known.get(OrderId(note.parent))
        if parent and parent is not note and _skus(note) & _skus(parent):
            parts.setdefault(parent.id, []).append(note)
    for order_id, some in parts.items():
        yield known[order_id], tuple(some)


def _side(parent: OrderNote, parts: Sequence[OrderNote], settled: Set[OrderId]) -> tuple[str, bool, bool]:
    """Which side is to be sold, "order", "parts" or ""; whether the other is the same; whether it is settled.

    What ends in the shop after it was settled was the same all the same.
    """
    same = _is_sum(parent, parts)
    if parent.id in settled:
        return "order", same, True
    if any(part.id in settled for part in parts):
        return "parts", same, True
    ended = any(map(_ended, parts))
    same = same and not ended
    if asked := _asked(parent, parts):
        return asked, same, False
    if not any(map(_is_paid, parts)) and not (ended and _is_paid(parent)):
        return "order", same, False
    if not _is_paid(parent):
        return "parts", same, False
    return ("order" if same else ""), same, False


def _is_paid(note: OrderNote) -> bool:
    return note.payment is Payment.PAID and not note.gone_at


def _ended(note: OrderNote) -> bool:
    return note.payment in (Payment.CANCELLED, Payment.REFUNDED) or note.gone_at is not None


def _asked(parent: OrderNote, parts: Iterable[OrderNote]) -> str:
    """The side that a person asked for, if it was one of them."""
    of_parts = any(part.by_name for part in parts)
    if parent.by_name == of_parts:
        return ""
    return "order" if parent.by_name else "parts"


def _is_sum(parent: OrderNote, parts: Sequence[OrderNote]) -> bool:
    """Whether the parts have together exactly the order's items and its total."""
    return sum(part.total for part in parts) == parent.total and _units(*parts) == _units(parent)


def _skus(note: OrderNote) -> set[str]:
    return {sku for sku, _quantity in note.items}


def _units(*notes: OrderNote) -> dict[str, Decimal]:
    return added_up(item for note in notes for item in note.items)
