"""A marketplace's orders: what a buyer paid, and its parts, one for each seller; the shop lists all of them.

The order or its parts become sales, never both: the money and the units are the same. Which side it is:

1. the one of which something is a sale, on its way, or decided otherwise (ignored, or too old);
2. the one that a person asked for, who may ask for one of the other side besides;
3. the one that is paid, where the other is not;
4. the order, where its parts have together exactly its items and its total.

Otherwise nobody knows, and all of them are held. A part that has no item in common with its order is an
order of its own: some shops make one for what is added later, and some move items from one to the other.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal

from contaazul_sync.core.ids import OrderId
from contaazul_sync.core.orders import OrderNote, Payment


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
        asked = _asked(parent, parts)
        if side != "order" and not (done and asked == "order"):
            found[parent.id] = Twice(parts, clear, done, counts=not side)
        if side != "parts":
            out = [part for part in parts if not (done and asked == "parts" and part.wanted)]
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
    """Which side is to be sold, "order", "parts" or ""; whether that is clear, and whether it is settled."""
    same, asked = _is_sum(parent, parts), _asked(parent, parts)
    if parent.id in settled:
        return "order", same or asked == "order", True
    if any(part.id in settled for part in parts):
        return "parts", same or asked == "parts", True
    if asked:
        return asked, True, False
    if not any(part.payment is Payment.PAID for part in parts):
        return "order", same, False
    if parent.payment is not Payment.PAID:
        return "parts", same, False
    return ("order" if same else ""), same, False


def _asked(parent: OrderNote, parts: Iterable[OrderNote]) -> str:
    """The side that a person asked for, if it was one of them."""
    of_parts = any(part.wanted for part in parts)
    if parent.wanted == of_parts:
        return ""
    return "order" if parent.wanted else "parts"


def _is_sum(parent: OrderNote, parts: Sequence[OrderNote]) -> bool:
    """Whether the parts, none of them ended, have together exactly the order's items and its total."""
    ended = any(part.payment in (Payment.CANCELLED, Payment.REFUNDED) for part in parts)
    total = sum(part.total for part in parts)
    return not ended and total == parent.total and _units(*parts) == _units(parent)


def _skus(note: OrderNote) -> set[str]:
    return {sku for sku, _quantity in note.items}


def _units(*notes: OrderNote) -> dict[str, Decimal]:
    units: dict[str, Decimal] = {}
    for sku, quantity in (item for note in notes for item in note.items):
        units[sku] = units.get(sku, Decimal(0)) + quantity
    return units
