"""What became of the creates whose answers are not known."""

from dataclasses import replace

from contaazul_sync.core.drafts.marks import mark
from contaazul_sync.core.errors import ItemError, Unusable
from contaazul_sync.core.ids import OrderId, ShopKey
from contaazul_sync.core.items import Failure, Group, Intent, Kind
from contaazul_sync.core.orders import Payment
from contaazul_sync.core.plan import protocol
from contaazul_sync.core.plan.protocol import MAX_SENDS, Adopt, Forget, SendAgain, Wait
from contaazul_sync.core.products import Link
from contaazul_sync.core.words import _
from contaazul_sync.passes.parts import Parts
from contaazul_sync.passes.sold import record_sale
from contaazul_sync.passes.twins import sku_named, the_one
from contaazul_sync.state.file import State


async def settle(parts: Parts) -> int:
    """Find out what became of each open intent. Returns how many had arrived.

    An intent for a customer is settled with its order, which has the document.
    """
    arrived = 0
    for kept in parts.state.intents.all().values():
        intent = _in_time(parts, kept)
        try:
            if intent.kind is Kind.SALE:
                arrived += await _settle_sale(parts, intent)
            elif intent.kind is Kind.PRODUCT:
                arrived += await _settle_product(parts, intent)
        except ItemError:
            _doubt(parts, intent)  # the look-up itself was refused: no answer to our question
    return arrived


def _in_time(parts: Parts, intent: Intent) -> Intent:
    """The intent, brought back to now where a clock that was wrong put it into the future."""
    now = parts.clock()
    if intent.sent_at is None or intent.sent_at <= now:
        return intent
    parts.state.intents.delay(intent, now)
    return replace(intent, sent_at=now)


async def _settle_sale(parts: Parts, intent: Intent) -> bool:
    state, order_id = parts.state, OrderId(intent.key)
    found = await parts.erp.find_sales(intent.number or 0)
    ours = next((sale.id for sale in found if mark(parts.rules.shop_id, order_id) in sale.notes), None)
    match protocol.settle(intent, ours, others=bool(found), now=parts.clock(), grace=parts.grace):
        case Adopt(erp_id):
            record_sale(parts, order_id, erp_id, intent.number or 0)
            return True
        case Forget():
            state.intents.close(Kind.SALE, order_id)
        case SendAgain() if not _still_paid(state, intent):
            state.intents.close(Kind.SALE, order_id)  # it never arrived, and is not to be sent any more
            state.items.clear(Kind.SALE, order_id)
        case Wait() | SendAgain():
            _doubt(parts, intent)
    return False


def _still_paid(state: State, intent: Intent) -> bool:
    note = state.orders.get(intent.key)
    return note is None or note.payment is Payment.PAID


async def _settle_product(parts: Parts, intent: Intent) -> bool:
    state, key, now = parts.state, ShopKey(intent.key), parts.clock()
    product = state.products.get(key)
    found = await parts.erp.find_products(product.sku) if product else []
    verdict = protocol.settle(
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
    """Say in the state that an intent is in doubt, as `status` shows it."""
    parked, now = intent.sends >= MAX_SENDS, parts.clock()
    reason = _("the ERP's answer was lost, and it is not found there yet")
    step = _("nothing to do: the next sync looks again")
    if intent.kind is Kind.SALE:
        reason = _("the ERP's answer was lost, and it is not found there yet (sale number {number})")
        reason = reason.format(number=intent.number)
    if parked:
        step = _("look in the ERP; if it is not there: contaazul-sync retry {item}").format(item=intent.key)
    parts.state.items.fail(Failure(intent.kind, intent.key, Group.IN_DOUBT, reason, step, now, intent.sends))
