"""The slot before the intent: a create is written down when its request is about to leave, and not before.

A request may wait long for its turn. A pass that dies there has sent nothing, and says so.
"""

from collections.abc import Callable

from contaazul_sync.core.items import Kind
from contaazul_sync.core.orders import OrderNote
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
