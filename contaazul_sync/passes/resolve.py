"""What became of the creates whose answers are not known."""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from contaazul_sync.core.erp import ErpSale
from contaazul_sync.core.errors import Broken, ItemError, Unclear, Unusable
from contaazul_sync.core.ids import OrderId, ShopKey
from contaazul_sync.core.items import Failure, Group, Intent, Kind, Outcome, Send
from contaazul_sync.core.orders import Payment
from contaazul_sync.core.plan import protocol
from contaazul_sync.core.plan.protocol import MAX_SENDS, Adopt, Forget, SendAgain
from contaazul_sync.core.products import Link
from contaazul_sync.core.words import _
from contaazul_sync.passes.asking import was_asked
from contaazul_sync.passes.ours import all_ours_among, ours_among, unclear_among
from contaazul_sync.passes.outcomes import keep_broken
from contaazul_sync.passes.parts import Parts
from contaazul_sync.passes.sold import ask_whose, may_be_its, take_over, tell_double
from contaazul_sync.passes.twins import sku_named, the_one
from contaazul_sync.state.file import State

DOUBTS_LAST = timedelta(days=60)  # so long a number that was not found is looked for once a day


@dataclass
class Resolved:
    """What looking for the creates in doubt came to: how many had arrived, and when each was looked for."""

    arrived: int = 0
    looked_at: dict[tuple[Kind, str], datetime] = field(default_factory=dict)


async def resolve(parts: Parts, *, daily: bool = False) -> Resolved:
    """Find out what became of each open intent; `daily`, also of the numbers that nobody waits for any more.

    An intent for a customer is resolved with its order, which has the document.
    """
    resolved = Resolved()
    for at, kept in parts.state.intents.all().items():
        intent, now = _in_time(parts, kept), parts.clock()
        try:
            with parts.single(intent.key):
                resolved.arrived += await _resolve_one(parts, intent)
        except Broken as error:  # it stays open, and is not sent again before it was looked for
            keep_broken(parts, intent.kind, intent.key, "", error)
        except (ItemError, Unclear):
            _doubt(parts, intent)  # the look-up itself was refused: no answer to our question
        else:
            resolved.looked_at[at] = now
    if daily:
        resolved.arrived += await _look_again(parts)
    return resolved


async def _resolve_one(parts: Parts, intent: Intent) -> bool:
    if intent.kind is Kind.SALE:
        return await _resolve_sale(parts, intent)
    return intent.kind is Kind.PRODUCT and await _resolve_product(parts, intent)


def _in_time(parts: Parts, intent: Intent) -> Intent:
    """The intent, brought back to now where a clock that was wrong put it into the future."""
    now = parts.clock()
    if intent.sent_at is None or intent.sent_at <= now:
        return intent
    parts.state.intents.delay(intent, now)
    return replace(intent, sent_at=now)


async def _resolve_sale(parts: Parts, intent: Intent) -> bool:
    state, order_id, number = parts.state, OrderId(intent.key), intent.number or 0
    found = await parts.erp.find_sales(number)
    sends = state.sends.under(order_id, number)
    ours = ours_among(found, sends, parts.rules.shop_id)
    if ours:
        take_over(parts, order_id, ours, sends)
        return True
    match protocol.resolve(intent, None, others=bool(found), now=parts.clock(), grace=parts.grace):
        case Forget():
            _forget(parts, found, sends)
        case SendAgain() if not _is_wanted(state, order_id):
            state.sends.came_to(order_id, number, Outcome.ABSENT)  # it is not to be sent now, or never more
            state.items.clear(Kind.SALE, order_id)
        case _:
            _doubt(parts, intent)
    return False


def _forget(parts: Parts, found: list[ErpSale], sends: list[Send]) -> None:
    """A number is another's sale. One that may be the order's is asked about, once that is to be sold."""
    state, order_id, outcome = parts.state, sends[0].order_id, Outcome.FOREIGN
    unclear, note = unclear_among(found, sends, parts.rules.shop_id), state.orders.get(order_id)
    if unclear and note and not was_asked(parts, order_id, reason := may_be_its(unclear)):
        if _is_wanted(state, order_id):
            ask_whose(parts, note, reason)
        else:
            outcome = Outcome.ABSENT
    state.sends.came_to(order_id, sends[0].number, outcome)


def _is_wanted(state: State, order_id: OrderId) -> bool:
    """Whether an order would be sent again, if it never arrived."""
    note = state.orders.get(order_id)
    paid = note is None or note.payment is Payment.PAID
    return paid and (Kind.SALE, order_id) not in state.items.ignored()


async def _look_again(parts: Parts) -> int:
    """Look for what was not found when its grace was over. Returns how many orders are a sale after all.

    So a sale that the ERP showed late is told of, whatever became of its order since.
    """
    state, arrived = parts.state, 0
    for send in state.sends.asleep(parts.clock() - DOUBTS_LAST):
        with suppress(ItemError), parts.single(send.order_id):
            sends = state.sends.under(send.order_id, send.number)
            ours = all_ours_among(await parts.erp.find_sales(send.number), sends, parts.rules.shop_id)
            if not ours:
                continue
            if known := state.sales.of([send.order_id]).get(send.order_id):
                state.sends.came_to(send.order_id, send.number, Outcome.MADE)
                if any(sale.id != known.erp_id and not sale.cancelled for sale in ours):
                    tell_double(parts, known, send.number)
            else:
                take_over(parts, send.order_id, ours[0], sends)
                arrived += 1
    return arrived


async def _resolve_product(parts: Parts, intent: Intent) -> bool:
    state, key, now = parts.state, ShopKey(intent.key), parts.clock()
    product = state.products.get(key)
    listed = await parts.erp.find_products(product.sku) if product else []
    found = [each for each in listed if product and each.sku == product.sku]  # as it was sent, or not ours
    verdict = protocol.resolve(
        intent, found[0].id if found else None, others=False, now=now, grace=parts.grace
    )
    if not isinstance(verdict, Adopt) or not product:
        _doubt(parts, intent)
        return False
    try:
        twin = the_one(found, sku_named(product.sku))
        erp_id = twin.id if twin else verdict.erp_id
        state.links.save(Link(key, erp_id, product.sku, compare_after=now), now)
    except Unusable:
        state.intents.close(Kind.PRODUCT, key)  # creating it finds the same, and says so
        return False
    return True


def _doubt(parts: Parts, intent: Intent) -> None:
    """Say in the state that an intent is in doubt, as `status` shows it; a person's question goes before."""
    parked, now = intent.sends >= MAX_SENDS, parts.clock()
    at = (intent.kind, intent.key)
    before = parts.state.items.failure(*at)
    if (before and before.group is Group.ATTENTION) or at in parts.state.items.ignored():
        return
    reason = _("the ERP's answer was lost, and it is not found there yet")
    step = _("nothing to do: the next sync looks again")
    if intent.kind is Kind.SALE:
        reason = _("the ERP's answer was lost, and it is not found there yet (sale number {number})")
        reason = reason.format(number=intent.number)
    if parked:
        step = _("look in the ERP; if it is not there: contaazul-sync retry {item}").format(item=intent.key)
    parts.state.items.fail(Failure(intent.kind, intent.key, Group.IN_DOUBT, reason, step, now, intent.sends))
