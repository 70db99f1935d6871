"""The slot before the intent: a create is written down when its request is about to leave, and not before.

A request may wait long for its turn. A pass that dies there has sent nothing, and says so.
"""

from collections.abc import Callable
from functools import partial

from contaazul_sync.core.ids import OrderId
from contaazul_sync.core.items import Kind, Outcome
from contaazul_sync.core.orders import OrderNote
from contaazul_sync.core.receivables import Due, ErpPart, Settlement
from contaazul_sync.passes.parts import Parts


def leaving(
    parts: Parts, kind: Kind, key: str, number: int | None = None, note: OrderNote | None = None
) -> Callable[[], None]:
    """What writes a create down each time that its request is about to leave; of a sale, `number` and order.

    Not getting through, or being asked to slow down, it leaves again: that is no second send.
    """
    intents, left = parts.state.intents, False

    def write_down() -> None:
        nonlocal left
        if left:
            intents.leaving_again(kind, key, parts.clock())
        else:
            intents.sending(kind, key, parts.clock(), number, note)
            left = True

    return write_down


class Settling:
    """Writes a settlement down each time that its request is about to leave; again is no second send."""

    def __init__(self, parts: Parts, order_id: OrderId, part: ErpPart, due: Due) -> None:
        self.parts, self._line = parts, 0
        known = (order_id, part.index, part.id, due.day, due.gross, due.fee)
        self._made = partial(Settlement, *known, outcome=Outcome.UNKNOWN, source=due.source)

    def __call__(self) -> None:
        """It is about to leave."""
        now, settlements = self.parts.clock(), self.parts.state.settlements
        if self._line:
            settlements.leaving_again(self._line, now)
        else:
            self._line = settlements.sending(self._made(sent_at=now))

    def came_to(self, outcome: Outcome) -> None:
        """It is known what became of it; nothing is, where it never left."""
        if self._line:
            self.parts.state.settlements.came_to(self._line, outcome)
