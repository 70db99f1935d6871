"""The text inside a sale's notes that says which order of which shop it is, and what a shop is called there.

A person who edits the notes may wrap a mark, or write it in capitals: it names the same order. The mark of a
part of an order, `[loja:parte 1/3 do pedido 88123]`, is another text, whatever an order is called.
"""

import re
from typing import NamedTuple

from contaazul_sync.core.folding import folded

MARK = re.compile(r"\[\s*([\w.\-]+)\s*:\s*pedido\s+([^\[\]]+)\]", re.IGNORECASE)
PART = re.compile(
    r"\[\s*[\w.\-]+\s*:\s*parte\s+(\d{1,3})\s*/\s*\d{1,3}\s+do\s+pedido\s+([^\[\]]+)\]", re.IGNORECASE
)
_NO_BRACKETS = str.maketrans("[]", "()")
TAG = re.compile(r"-[a-z][2-9][a-z][2-9]$")
TAG_OF = ("abcdefghjkmnpqrstuvwxyz", "23456789") * 2  # no sign that is taken for another


class Mark(NamedTuple):
    """What a mark says: which shop's order, and which, as they are written there."""

    shop_id: str
    order_id: str


def mark(shop_id: str, order_id: str) -> str:
    """The text that says, inside a sale's notes, which order of which shop it is."""
    return f"[{shop_id}:pedido {_written(order_id)}]"


def part_mark(shop_id: str, order_id: str, part: int, of: int) -> str:
    """The text that says, in a settlement's note, which part of which order it is."""
    return f"[{shop_id}:parte {part}/{of} do pedido {_written(order_id)}]"


def is_part_marked(order_id: str, part: int, notes: str) -> bool:
    """Whether the note of a settlement of an order's sale names this part of it, in whatever number of parts.

    Under whatever name of the shop: it may have had another.
    """
    found = PART.findall(notes)
    return any(int(place) == part and is_written(order_id, order) for place, order in found)


def noted(mark: str, number: str) -> str:
    """The notes of a sale: its mark, and beside it the number that people see, if it is another."""
    return f"{mark} Pedido {unmarked(number)}" if number else mark


def unmarked(text: str) -> str:
    """A text of the shop's for the notes of a sale: its brackets would be taken for a mark's."""
    return text.translate(_NO_BRACKETS)


def _written(order_id: str) -> str:
    return " ".join(unmarked(order_id).split())


def is_written(order_id: str, text: str) -> bool:
    """Whether this is how a mark, whoever edited it, writes an order's id."""
    return order_id == text or alike(order_id) == alike(text)


def alike(order_id: str) -> str:
    """What is the same of an order's id and of everything that a mark, whoever edited it, may write of it."""
    return folded(_written(order_id))


def marks_in(notes: str) -> list[Mark]:
    """The marks of orders in a sale's notes, each once."""
    found: dict[str, Mark] = {}
    for shop_id, written in MARK.findall(notes):
        each = Mark(shop_id, " ".join(written.split()))
        if each.order_id:
            found.setdefault(folded(mark(*each)), each)
    return list(found.values())


def marked_order(shop_id: str, notes: str) -> str | None:
    """The order of this shop that a sale's notes name, as it is written there. Of several, the first."""
    return next((each.order_id for each in marks_in(notes) if same_name(each.shop_id, shop_id)), None)


def is_marked(shop_id: str, order_id: str, notes: str) -> bool:
    """Whether a sale's notes name this order of this shop."""
    marks = marks_in(notes)
    return any(same_name(each.shop_id, shop_id) and is_written(order_id, each.order_id) for each in marks)


def same_name(one: str, other: str) -> bool:
    """Whether two names in marks are one shop's."""
    return folded(one) == folded(other)


def is_tagged(name: str) -> bool:
    """Whether a shop's name is of one home alone. Any other, as its server's, two homes may share."""
    return TAG.search(folded(name)) is not None
