"""What became of the orders that a full walk should have shown and did not: the shop is asked for each.

That one is gone is believed on the shop's own word for it alone, while it answers for another that is known:
a listing leaves orders out for many reasons, and a shop that numbered its orders anew, or whose token may not
see them, knows none of them.
"""

from collections.abc import Iterator, Set
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from contaazul_sync.core.errors import Failing, ItemError, NoAccess, Refused, Unavailable
from contaazul_sync.core.fingerprints import UNREADABLE
from contaazul_sync.core.ids import OrderId
from contaazul_sync.core.items import Kind
from contaazul_sync.core.orders import BIN, Order, OrderNote, Payment
from contaazul_sync.passes.naming import named
from contaazul_sync.passes.parts import Parts
from contaazul_sync.shops.port import Shop, Unreadable

OTHERS = 3  # orders of a quiet shop that are asked for beside: whether it knows any of them
MOST_SILENT = 3  # orders, one after the other, at which the shop fails: it is away
MOST = 200  # orders that are asked for, once a day; the others have their turn on the days after
OWN_WORDS = (
    200  # the HTTP status of a refusal by a shop that has no other way to say that it has no such order
)


@dataclass
class Answers:
    """What the shop said of orders, by their ids: which it showed, could not be read, or are gone."""

    readable: set[str] = field(default_factory=set)
    unreadable: list[Unreadable] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)


async def ask_unlisted(parts: Parts, since: datetime, listed: Set[str]) -> Answers:
    """Ask for some of the orders that are not `listed`, and keep what the shop says of them.

    `since`: an order that changed since then should have been listed.
    """
    said, missing, orders = Answers(), set[str](), parts.state.orders
    silent = 0
    try:
        for order_id in list(islice(_unlisted(parts, since, listed), MOST)):
            try:
                with parts.single(order_id):
                    if not _keep(parts, said, order_id, await ask_for(parts.shop, order_id)):
                        missing.add(order_id)
                silent = 0
            except ItemError:
                pass
            except Failing:
                silent += 1
                if silent >= MOST_SILENT:
                    raise
            orders.asked(order_id, parts.clock())
        answered = said.readable or said.unreadable
        if missing and (answered or await _answers_for_a_sold_one(parts, listed, missing)):
            orders.gone(missing, parts.clock())
            said.gone |= missing
    except (Unavailable, NoAccess):
        pass  # it is a help: the next day asks again
    return said


def _unlisted(parts: Parts, since: datetime, listed: Set[str]) -> Iterator[str]:
    """The orders to ask for: the unreadable ones, and the others in turn."""
    state = parts.state
    failures, ignored = state.items.failures(Kind.SALE, fingerprint=UNREADABLE), state.items.ignored()
    unreadable = [key for _kind, key in failures if key not in listed]
    yield from unreadable
    others = listed | {*unreadable}
    notes = [note for note in state.orders.to_ask(since) if note.id not in others]
    sold = state.sales.of(note.id for note in notes)
    for note in notes:
        if note.id in sold or (_matters(parts, note) and (Kind.SALE, note.id) not in ignored):
            yield note.id


def _matters(parts: Parts, note: OrderNote) -> bool:
    """Whether an order that is no sale holds a stock, or may become a sale."""
    if note.payment is Payment.UNPAID:
        return parts.rules.takes_stock(note)
    return not parts.rules.too_old(note)


async def ask_for(shop: Shop, order_id: str) -> Order | Unreadable | None:
    """One order; None where the shop says that it has no such order. Raises ItemError for other refusals."""
    try:
        return await shop.order(order_id)
    except Refused as error:
        if error.status != OWN_WORDS:
            raise
        return None


async def told_now(parts: Parts, order_id: OrderId) -> Order | None:
    """One order as the shop tells it now, to compare with; None where it does not."""
    try:
        order = await parts.shop.order(order_id)
    except (Failing, ItemError):
        return None
    return named(parts.state, order) if isinstance(order, Order) else None


async def _answers_for_a_sold_one(parts: Parts, listed: Set[str], missing: Set[str]) -> bool:
    """Whether the shop shows an order that was known before: one that it has listed, else one of the last."""
    sold = parts.state.sales.of(map(OrderId, listed))
    others = [max(sold)] if sold else parts.state.orders.last_sold(len(missing) + OTHERS)
    for order_id in [other for other in others if other not in missing][:OTHERS]:
        with suppress(ItemError), parts.single(order_id):
            if await ask_for(parts.shop, order_id) is not None:
                return True
    return False


def _keep(parts: Parts, said: Answers, order_id: str, order: Order | Unreadable | None) -> bool:
    """Keep what the shop showed of an order; whether it showed any."""
    state, now = parts.state, parts.clock()
    if isinstance(order, Unreadable):
        said.unreadable.append(order)
    elif order:
        state.orders.save([named(state, order).note()], now)
        said.readable.add(order_id)
        if order.status == BIN:
            state.orders.gone([order_id], now)
            said.gone.add(order_id)
    return order is not None
