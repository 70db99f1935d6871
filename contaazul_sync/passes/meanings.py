"""A status that a person has said the meaning of: the orders that were seen in it before mean the same."""

from collections.abc import Set

from contaazul_sync.core.orders import OrderNote, Payment
from contaazul_sync.passes.parts import Parts
from contaazul_sync.state.file import State
from contaazul_sync.state.notes import EXPLAINED


def learn(parts: Parts) -> None:
    """Let kept orders mean what their statuses mean by the settings of now, without asking the shop again.

    A walk reads what changed in the shop, and these did not. An order is read anew before it is sent, so a
    status that it has left since sends nothing. Versions before did not reach back: what a person had
    explained to them already is no news, and sends none of the orders that they had read.
    """
    orders, means = parts.state.orders, parts.shop.means
    if parts.state.notes.get(EXPLAINED) is None:
        older = orders.statuses(Payment.UNKNOWN, Payment.UNPAID, older=True)
        paid = sorted({status for _before, status in older if means(status) is Payment.PAID})
        parts.state.notes.set(EXPLAINED, "\n".join(paid))
    explained = _explained(parts.state)
    for before, status in orders.statuses(Payment.UNKNOWN, Payment.UNPAID):
        now = means(status)
        if now is Payment.PAID or (before is Payment.UNKNOWN and now is not before):
            older_too = before is Payment.UNKNOWN or status not in explained
            orders.means(before, status, now, older=older_too)


def held_before(state: State, note: OrderNote) -> list[str]:
    """The marks by which an older version may have held an order whose status was explained to it already."""
    return [note.version_as(Payment.UNKNOWN)] if note.status in _explained(state) else []


def _explained(state: State) -> Set[str]:
    return set((state.notes.get(EXPLAINED) or "").split("\n"))
