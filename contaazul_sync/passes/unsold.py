"""Orders that were paid before a rebuild, and of which the ERP shows no sale: only a person knows why.

Their sale may have been deleted in the ERP, or they were booked by hand, or left alone. A rebuild asks about
those that it sees paid. Others show later that they were: their status was not known just then, or they were
cancelled and came back, or the shop's list hid them.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from contaazul_sync.core.orders import OrderNote
from contaazul_sync.core.plan.actions import SendOrder
from contaazul_sync.core.plan.orders import order_version
from contaazul_sync.core.words import Said, _
from contaazul_sync.passes.asking import ask, was_asked
from contaazul_sync.passes.parts import Parts
from contaazul_sync.state.notes import REBUILT_AT, REBUILT_TO


def ask_unsold(parts: Parts, note: OrderNote) -> None:
    """Put a paid order without a sale before a person, and remember that it was asked."""
    step = _(
        "to send it: contaazul-sync retry {order}; if it is booked already: contaazul-sync ignore {order}"
    )
    ask(parts, note.id, _reason(), step, order_version(note, parts.rules))


def keep_rebuilt(parts: Parts, now: datetime) -> None:
    """Keep that a rebuild began at this moment, and up to when orders that it does not know may be sold.

    A shop can tell all that were made by then; files, none that was made after the newest of theirs.
    """
    state = parts.state
    made = [] if parts.shop.can.live_orders else [each.created_at for each in state.orders.all()]
    newest = max((moment for moment in made if moment), default=now)
    state.notes.set_time(REBUILT_AT, now)
    state.notes.set_time(REBUILT_TO, newest + timedelta(seconds=1))


def hold_unsold(parts: Parts, orders: Iterable[SendOrder]) -> None:
    """Put those of the orders to be sold before a person that were paid before the rebuild, each once."""
    rebuilt_at = _rebuilt_at(parts)
    if rebuilt_at is None:
        return
    told_to = min(parts.state.notes.time(REBUILT_TO) or rebuilt_at, rebuilt_at)
    notes = [send.note for send in orders if _is_of_before(send.note, rebuilt_at, told_to)]
    sold = parts.state.sales.of(note.id for note in notes)  # one that was met in the ERP just now
    for note in notes:
        if note.id not in sold and not was_asked(parts, note.id, _reason()):
            ask_unsold(parts, note)


def _rebuilt_at(parts: Parts) -> datetime | None:
    """When the last rebuild was, or None. It was by now, also where the clock was ahead then."""
    notes, now = parts.state.notes, parts.clock()
    rebuilt_at = notes.time(REBUILT_AT)
    if rebuilt_at and rebuilt_at > now:
        notes.set_time(REBUILT_AT, now)
        return now
    return rebuilt_at


def _is_of_before(note: OrderNote, rebuilt_at: datetime, told_to: datetime) -> bool:
    """Whether an order was paid before the rebuild, and not asked for by a person since.

    Where the shop tells no time of the payment, that is when the order was first seen to be paid, else made.
    Of a payment it may tell no more than the day. One that was made after all that were told by then
    (`told_to`) was not sold.
    """
    if note.wanted or (note.created_at and note.created_at >= told_to):
        return False
    return (note.seen_paid_at or note.counted_at) < rebuilt_at


def _reason() -> Said:
    return _("paid before the rebuild, and the ERP shows no sale of it")
