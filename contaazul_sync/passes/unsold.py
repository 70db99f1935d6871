"""Orders that were paid before a rebuild, and of which the ERP shows no sale: only a person knows why.

Their sale may have been deleted in the ERP, or they were booked by hand, or left alone. A rebuild asks about
those that it sees paid. Others show later that they were: their status was not known just then, or they were
cancelled and came back, or the shop's list hid them.
"""

from collections.abc import Iterable
from datetime import datetime

from contaazul_sync.core.orders import OrderNote
from contaazul_sync.core.plan.actions import SendOrder
from contaazul_sync.core.plan.orders import order_version
from contaazul_sync.core.words import Said, _
from contaazul_sync.passes.asking import ask, was_asked
from contaazul_sync.passes.parts import Parts
from contaazul_sync.state.notes import REBUILT_AT


def ask_unsold(parts: Parts, note: OrderNote) -> None:
    """Put a paid order without a sale before a person, and remember that it was asked."""
    step = _(
        "to send it: contaazul-sync retry {order}; if it is booked already: contaazul-sync ignore {order}"
    )
    ask(parts, note.id, _reason(), step, order_version(note, parts.rules))


def hold_unsold(parts: Parts, orders: Iterable[SendOrder]) -> None:
    """Put those of the orders to be sold before a person that were paid before the rebuild, each once."""
    rebuilt_at = parts.state.notes.time(REBUILT_AT)
    if rebuilt_at is None:
        return
    notes = [send.note for send in orders if _is_of_before(send.note, rebuilt_at)]
    sold = parts.state.sales.of(note.id for note in notes)  # one that was met in the ERP just now
    for note in notes:
        if note.id not in sold and not was_asked(parts, note.id, _reason()):
            ask_unsold(parts, note)


def _is_of_before(note: OrderNote, rebuilt_at: datetime) -> bool:
    """Whether an order was paid before the rebuild, and not asked for by a person since.

    Where the shop tells no time of the payment, that is when the order was first seen to be paid, else made.
    """
    return not note.wanted and (note.seen_paid_at or note.counted_at) < rebuilt_at


def _reason() -> Said:
    return _("paid before the rebuild, and the ERP shows no sale of it")
