"""What a plan keeps back: kept as what stands against the items, and forgotten when it does no longer."""

from collections.abc import Iterable

from contaazul_sync.core.fingerprints import ALIKE, DOUBLE, UNREADABLE
from contaazul_sync.core.ids import OrderId
from contaazul_sync.core.items import Failure, Group, Kind
from contaazul_sync.core.plan.actions import Hold, Plan
from contaazul_sync.core.plan.orders import unreadable_step
from contaazul_sync.passes.parts import Parts
from contaazul_sync.passes.seen import Seen
from contaazul_sync.shops.port import Unreadable

At = tuple[Kind, str]


def keep_holds(parts: Parts, holds: Iterable[Hold], unreadable: Iterable[Unreadable]) -> set[At]:
    """Keep what a plan holds, and the orders that cannot be read. Returns the items."""
    items, now = parts.state.items, parts.clock()
    standing: set[At] = set()
    asked, failures = questions(parts), items.failures()
    for hold in holds:
        standing.add((hold.kind, hold.key))
        if (hold.kind, hold.key) in asked:
            continue
        reason, step = hold.reason, hold.next_step
        if _stands(failures.get((hold.kind, hold.key)), hold):
            continue
        items.fail(Failure(hold.kind, hold.key, hold.group, reason, step, now, 1, hold.fingerprint))
    ignored, asked = items.ignored(), questions(parts)
    for order in unreadable:
        if not order.id or (Kind.SALE, order.id) in ignored:
            continue  # the one is counted, and told by the run; the other a person knows
        standing.add((Kind.SALE, order.id))
        if (Kind.SALE, order.id) in asked:
            continue
        step = unreadable_step(order.id, by_profile=order.by_profile, by_mapping=order.by_mapping)
        items.fail(Failure(Kind.SALE, order.id, Group.HELD, order.reason, step, now, 1, UNREADABLE))
    return standing


def _stands(failure: Failure | None, hold: Hold) -> bool:
    """Whether what a plan holds is kept already, word by word: thousands of prices may be held for days."""
    if failure is None or failure.held_by is None:
        return False
    kept = (failure.group, failure.reason, failure.next_step, failure.fingerprint)
    return kept == (hold.group, hold.reason, hold.next_step, hold.fingerprint)


def questions(parts: Parts) -> set[At]:
    """The orders with a question that is before a person, which no change in the shop takes back.

    Of an order that is sold or ignored, what is new may be no more: then it is forgotten, but for a second
    sale.
    """
    state = parts.state
    before = state.items.failures(Kind.SALE, Group.ATTENTION)
    sold, ignored = state.sales.of(OrderId(key) for _kind, key in before), state.items.ignored()
    return {
        at
        for at, failure in before.items()
        if failure.fingerprint in (ALIKE, DOUBLE) or (at[1] not in sold and at not in ignored)
    }


def forget_others(parts: Parts, standing: set[At], made: Plan, whole: Plan, seen: Seen) -> None:
    """Forget what stood against items that neither stand nor are anywhere in the plan.

    `whole`: the plan before it was restricted to what can go on. An order that could not be read stays until
    a walk reads it, or the shop says that it has it no more.
    """
    state = parts.state
    standing = standing | {(skip.kind, skip.key) for skip in made.skips} | state.intents.all().keys()
    standing |= {(Kind.PRODUCT, create.key) for create in (*whole.needed, *whole.products)}
    standing |= {(Kind.PRODUCT, change.key) for change in whole.prices}
    standing |= {(Kind.SALE, send.key) for send in whole.orders}
    standing |= {(Kind.SALE, cancel.note.id) for cancel in whole.cancels}
    standing |= questions(parts)
    for (kind, key), failure in state.items.failures().items():
        if kind is Kind.SETTLEMENT:  # `receive` says what becomes of these
            continue
        unread = failure.fingerprint == UNREADABLE and key not in seen.readable | seen.gone
        if (kind, key) not in standing and not unread:
            state.items.clear(kind, key)
