"""Putting an order before a person: a question is asked once, and is a person's to answer."""

from contaazul_sync.core.ids import OrderId
from contaazul_sync.core.items import Failure, Group, Kind
from contaazul_sync.core.words import Said
from contaazul_sync.passes.parts import Parts


def was_asked(parts: Parts, order_id: OrderId, reason: Said) -> bool:
    """Whether this was asked of an order before; a person who said `retry` has answered."""
    return reason in (said for _at, said in parts.state.remarks.of(order_id))


def ask(parts: Parts, order_id: OrderId, reason: Said, step: Said, version: str) -> None:
    """Put an order before a person, and remember that it was asked. `step` names the order as `{order}`."""
    now, step = parts.clock(), step.format(order=order_id)
    parts.state.remarks.add(order_id, reason, now)
    parts.state.items.fail(Failure(Kind.SALE, order_id, Group.ATTENTION, reason, step, now, 1, version))
