"""Orders that look like a sold one under another id: the shop may have numbered its orders anew.

The same buyer's mark, moment of creation, total and lines as a sold order which the shop, asked, does not
show any more under its id. Buyers of the same thing on the same day are no such orders.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from contaazul_sync.core.errors import Broken, ItemError, NoAccess, Unavailable
from contaazul_sync.core.fingerprints import ALIKE
from contaazul_sync.core.ids import OrderId
from contaazul_sync.core.items import Failure, Group, Kind
from contaazul_sync.core.orders import OrderNote
from contaazul_sync.core.plan.actions import SendOrder
from contaazul_sync.core.words import _
from contaazul_sync.passes.asking import ask, was_asked
from contaazul_sync.passes.outcomes import keep_broken
from contaazul_sync.passes.parts import Parts
from contaazul_sync.passes.unlisted import ask_for

MANY = 5  # so many at once are the shop's doing, and no buyer's


@dataclass
class Alike:
    """The orders that were put before a person, and those that the shop could not be asked about now."""

    held: set[OrderId] = field(default_factory=set)
    unclear: set[OrderId] = field(default_factory=set)


async def hold_alike(parts: Parts, orders: Iterable[SendOrder]) -> Alike:
    """Put those that look sold before a person, each once."""
    found = Alike()
    for send in orders:
        try:
            with parts.single(send.key):
                if await _looks_sold(parts, send.note):
                    found.held.add(send.key)
        except Broken as error:
            found.unclear.add(send.key)
            keep_broken(parts, Kind.SALE, send.key, send.note.version, error)
        except (ItemError, NoAccess, Unavailable):
            found.unclear.add(send.key)
            _say_unclear(parts, send.note)
    return found


async def _looks_sold(parts: Parts, note: OrderNote) -> bool:
    state = parts.state
    if state.sends.of(note.id):
        return False  # it was sent as itself before
    for twin in state.orders.sold_alike(note):
        (sale,) = state.sales.of([twin.id]).values()
        reason = _("looks like order {twin}, sold as sale {number}, which the shop does not show any more")
        reason = reason.format(twin=twin.id, number=sale.number)
        if was_asked(parts, note.id, reason) or await _is_shown(parts, twin.id):
            continue
        step = _("if it is the same: contaazul-sync ignore {order}; if not: contaazul-sync retry {order}")
        ask(parts, note.id, reason, step, ALIKE)
        return True
    return False


def _say_unclear(parts: Parts, note: OrderNote) -> None:
    reason = _("it looks like a sold order, and the shop did not say whether it still has that one")
    step = _("nothing to do: the next sync asks again")
    failure = Failure(Kind.SALE, note.id, Group.WAITING, reason, step, parts.clock(), 1, note.version)
    parts.state.items.fail(failure)


async def _is_shown(parts: Parts, order_id: OrderId) -> bool:
    """Whether the shop still has an order under its id. Raises ItemError where it does not say."""
    return await ask_for(parts.shop, order_id) is not None
