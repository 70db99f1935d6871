"""Keeping why an item did not go through, in a shopkeeper's words and with the next command."""

import shlex
from collections.abc import Iterable

from contaazul_sync.core.deeds import WAITING
from contaazul_sync.core.errors import Amiss, Broken, ItemError, NotYet, Refused, Unanswered, Unusable, Waits
from contaazul_sync.core.ids import OrderId
from contaazul_sync.core.items import Failure, Group, Kind
from contaazul_sync.core.orders import Buyer
from contaazul_sync.core.plan.actions import Hold
from contaazul_sync.core.words import NOTHING, Said, _, without_stop
from contaazul_sync.passes.parts import Parts
from contaazul_sync.passes.single import broken_step
from contaazul_sync.state.orders import Orders


class Ended(ItemError):
    """An order ended in the shop after its sale, and the sale could not be cancelled.

    `next_step` is what to do about it, where that is not to do it by hand and leave it alone.
    """

    def __init__(self, message: Said, next_step: Said = NOTHING) -> None:
        super().__init__(message)
        self.next_step = next_step


class HeldBefore(ItemError):
    """An order was held by the rules of an older version, and could go by today's."""


def waiting(holds: Iterable[Hold], orders: Orders) -> dict[str, int]:
    """The orders that wait for a product and their sum in centavos, as `core/deeds` counts them."""
    keys = [OrderId(hold.key) for hold in holds if hold.group is Group.WAITING]
    total = sum(note.total for note in orders.of(keys))
    return {word: number for word, number in ((WAITING, len(keys)), (f"{WAITING}_sum", total)) if number}


def keep(parts: Parts, kind: Kind, key: str, version: str, error: ItemError, command: str) -> None:
    """Keep a failure. `command` tries the item again, without the program's name."""
    match error:
        case Unanswered() | NotYet():
            group, step = Group.IN_DOUBT, _("nothing to do: the next sync looks whether it arrived")
            step = error.next_step if isinstance(error, NotYet) and error.next_step else step
        case Waits():
            group, step = Group.WAITING, _("see the product's own line, or send it")
        case Broken():
            group = Group.FAILED
            step = broken_step()
        case Refused():
            group = Group.FAILED
            step = _("put it right, then: contaazul-sync {command}").format(command=command)
        case Ended():
            group = Group.ATTENTION
            step = _("put its sale right in the ERP, then: contaazul-sync ignore {order}").format(order=key)
            step = error.next_step or step
        case HeldBefore():
            group = Group.HELD
            step = _(
                "can be sent now: contaazul-sync retry {order}; booked by hand: contaazul-sync ignore {order}"
            )
            step = step.format(order=key)
        case _:
            group, step = Group.HELD, way_out(kind, key, error)
    reason = without_stop(error.message)
    parts.state.items.fail(Failure(kind, key, group, reason, step, parts.clock(), 1, version))
    if group is not Group.WAITING:
        parts.counts["failed"] += 1


def keep_broken(parts: Parts, kind: Kind, key: str, version: str, error: Broken) -> None:
    """Keep that an item met a bug; not where a person is asked, or said to leave it alone."""
    before, command = parts.state.items.failure(kind, key), f"retry {key}"
    if (before and before.group is Group.ATTENTION) or (kind, key) in parts.state.items.ignored():
        return
    keep(parts, kind, key, version, error, command)


def way_out(kind: Kind, key: str, error: ItemError) -> Said:
    """What to do about an item that a rule holds: what the rule says itself, else what always helps."""
    if isinstance(error, Unusable) and error.next_step:
        return error.next_step
    if kind is Kind.SETTLEMENT:
        text = _("correct [payments], or receive it in the ERP by hand and: contaazul-sync ignore {order}")
        return text.format(order=key)
    if isinstance(error, Amiss):
        return _("put it right in the ERP, then: contaazul-sync retry {name}").format(name=shlex.quote(key))
    if kind is Kind.PRODUCT:
        return _("put it right in the shop; the next sync sends it")
    text = _("put it right in the shop, or book it in the ERP by hand and: contaazul-sync ignore {order}")
    return text.format(order=key)


def without_buyer(error: Refused, buyer: Buyer) -> Refused:
    """A refusal without what it quotes of the buyer: it is kept, printed and may be mailed."""
    text = error.text
    told = (buyer.name, buyer.company, buyer.street, buyer.district, buyer.city, buyer.complement)
    words = {word for value in told for word in (value, *value.split()) if len(word) > 2}
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, "...")
    return Refused(error.status, text)
