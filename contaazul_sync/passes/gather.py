"""Gathering: what became of open intents, what the shop says now, and from both the plan of a pass.

Reads both systems and writes only the state. A dry run does the same on a copy of the state in memory.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import partial

from contaazul_sync.core import drafts, plan
from contaazul_sync.core.days import BRAZIL
from contaazul_sync.core.errors import ItemError, NoAccess, SyncError, Unavailable, Unusable
from contaazul_sync.core.models import (
    ErpId,
    ErpProduct,
    Failure,
    Group,
    Intent,
    Kind,
    Link,
    Order,
    OrderId,
    OrderNote,
    Payment,
    Product,
    Rules,
    Sale,
    ShopKey,
)
from contaazul_sync.core.money import adjusted
from contaazul_sync.core.words import _
from contaazul_sync.erp.client import ContaAzul
from contaazul_sync.shops.port import Shop, Unread, Unreadable, parent
from contaazul_sync.state.file import State

OVERLAP = timedelta(days=1)  # read again behind the watermark: clocks and late writes
ORDER_WINDOW = timedelta(days=60)  # how far back a full walk of the orders goes
PAGES_OF_PRODUCTS, PAGES_OF_ORDERS = "pages_of_products", "pages_of_orders"  # notes: what they tell is right
MOST_UNLISTED = 200  # orders that are asked for by their ids, once a day
DAILY = timedelta(hours=23, minutes=30)  # "once a day", for a cron that is a little early


@dataclass
class Seen:
    """What a walk through the shop found. Times become watermarks only when the pass goes on."""

    full: bool
    walk: int
    listed: int = 0
    was_listed: int = 0
    without_id: int = 0
    unread: int = 0
    trouble: SyncError | None = None  # why either the products or the orders could not be read
    no_orders: SyncError | None = None  # the same, of the orders
    vanished: list[ShopKey] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    readable: set[str] = field(default_factory=set)
    orders: dict[OrderId, Order] = field(default_factory=dict)  # paid and no sale yet, as the walk read them
    read_at: datetime | None = None
    newest_product: datetime | None = None
    newest_order: datetime | None = None


# Open intents


async def settle(state: State, erp: ContaAzul, rules: Rules, now: datetime, grace: timedelta) -> int:
    """Find out what became of each open intent. Returns how many had arrived.

    An intent for a customer is settled with its order, which has the document.
    """
    arrived = 0
    for kept in state.intents.all().values():
        intent = _in_time(state, kept, now)
        try:
            if intent.kind is Kind.SALE:
                arrived += await _settle_sale(state, erp, intent, rules, now, grace)
            elif intent.kind is Kind.PRODUCT:
                arrived += await _settle_product(state, erp, intent, now, grace)
        except ItemError:
            _doubt(state, intent, now)  # the look-up itself was refused: no answer to our question
    return arrived


def _in_time(state: State, intent: Intent, now: datetime) -> Intent:
    """The intent, brought back to now where a clock that was wrong put it into the future."""
    if intent.sent_at is None or intent.sent_at <= now:
        return intent
    state.intents.delay(intent, now)
    return replace(intent, sent_at=now)


async def _settle_sale(
    state: State, erp: ContaAzul, intent: Intent, rules: Rules, now: datetime, grace: timedelta
) -> bool:
    found = await erp.find_sales(intent.number or 0)
    ours = next((s for s in found if drafts.mark(rules.shop_id, intent.key) in s.notes), None)
    match plan.settle(intent, ours.id if ours else None, others=bool(found), now=now, grace=grace):
        case plan.Adopt(erp_id):
            record_sale(state, OrderId(intent.key), erp_id, intent.number or 0, rules, now, grace)
            return True
        case plan.Forget():
            state.intents.close(Kind.SALE, intent.key)
        case plan.SendAgain() if not _still_paid(state, intent):
            state.intents.close(Kind.SALE, intent.key)  # it never arrived, and is not to be sent any more
            state.items.clear(Kind.SALE, intent.key)
        case plan.Wait() | plan.SendAgain():
            _doubt(state, intent, now)
    return False


def _still_paid(state: State, intent: Intent) -> bool:
    note = state.orders.get(intent.key)
    return note is None or note.payment is Payment.PAID


async def _settle_product(
    state: State, erp: ContaAzul, intent: Intent, now: datetime, grace: timedelta
) -> bool:
    key = ShopKey(intent.key)
    product = state.products.get(key)
    found = await erp.find_products(product.sku) if product else []
    verdict = plan.settle(intent, found[0].id if found else None, others=False, now=now, grace=grace)
    if not isinstance(verdict, plan.Adopt) or not product:
        _doubt(state, intent, now)
        return False
    try:
        twin = the_one(found, sku_named(product.sku))
        state.links.save(Link(key, twin.id if twin else verdict.erp_id, product.sku, compare_after=now), now)
    except Unusable:
        state.intents.close(Kind.PRODUCT, key)  # creating it finds the same, and says so
        return False
    return True


def _doubt(state: State, intent: Intent, now: datetime) -> None:
    """Say in the state that an intent is in doubt, as `status` shows it."""
    parked = intent.sends >= plan.MAX_SENDS
    reason = _("the ERP's answer was lost, and it is not found there yet")
    step = _("nothing to do: the next sync looks again")
    if intent.kind is Kind.SALE:
        reason = _("the ERP's answer was lost, and it is not found there yet (sale number {number})")
        reason = reason.format(number=intent.number)
    if parked:
        step = _("look in the ERP; if it is not there: contaazul-sync retry {item}").format(item=intent.key)
    state.items.fail(Failure(intent.kind, intent.key, Group.IN_DOUBT, reason, step, now, intent.sends))


def record_sale(
    state: State,
    order_id: OrderId,
    erp_id: ErpId,
    number: int,
    rules: Rules,
    now: datetime,
    grace: timedelta,
    sold: OrderNote | None = None,
) -> None:
    """An order is a sale now. Its products' balances are compared when the ERP has had time to settle.

    `sold` is the order as it was just sent. Without it, the sale is one that was sent before: the intent
    remembers what from, and so a change since then is seen.
    """
    note = sold or state.orders.get(order_id)
    units = units_of(state, note, rules) if note else {}
    sent = None if sold else state.intents.get(Kind.SALE, order_id)
    content = sent if sent and sent.fingerprint else note
    sale = Sale(
        order_id=order_id,
        erp_id=erp_id,
        number=number,
        total=content.total if content else 0,
        fingerprint=content.fingerprint if content else "",  # of an order that nobody showed us yet
        moves_stock=rules.sale_status == "APROVADO",
        sent_at=now,
    )
    state.sales.record(sale, units, now + max(grace, rules.stock_age))


def units_of(state: State, note: OrderNote, rules: Rules) -> dict[ShopKey, Decimal]:
    """How many units of each of the shop's products an order has."""
    units: dict[ShopKey, Decimal] = {}
    key_of = state.products.keys_of_skus(plan.skus_of([note], rules))
    for sku, quantity in plan.taken_apart(note.items, rules.kits):
        if sku in key_of:
            units[key_of[sku]] = units.get(key_of[sku], Decimal(0)) + quantity
    return units


# The shop


def is_due(state: State, what: str, now: datetime) -> bool:
    """Whether something that is done once a day is due."""
    last = state.notes.time(what)
    return last is None or last > now or now - last >= DAILY


async def walk(
    state: State, shop: Shop, rules: Rules, now: datetime, back_to: datetime | None = None
) -> Seen:
    """Walk through the shop's products, then its orders, and keep what it says.

    In this order: an order paid in between is then sent in this pass, and its products, whose stock was
    read before, are not compared before the ERP has settled. `back_to`: read orders changed since then.
    """
    apart = (Unavailable, NoAccess) if shop.can.orders_apart else ()  # one of the two may go on alone
    try:
        seen = await walk_products(state, shop, full=is_due(state, "full_walk", now))
    except apart as error:
        seen = Seen(full=False, walk=state.products.last_walk(), trouble=error)
    if seen.full:
        seen.vanished = state.products.unseen(seen.walk)
    if not shop.can.orders:
        state.notes.note_orders(now, readable=False)
        return seen
    since = _orders_since(state, rules, now, full=seen.full)
    seen.read_at = now
    try:
        await _walk_orders(state, shop, rules, min(since, back_to) if back_to else since, seen)
    except apart as error:
        if seen.trouble:
            raise
        seen.trouble = seen.no_orders = error
        seen.newest_order = None  # some were read, and others not
        return seen
    state.notes.note_orders(rules.begin or now, readable=True)
    if seen.full:
        await _read_unlisted(state, shop, rules, seen)
    return seen


async def walk_products(state: State, shop: Shop, *, full: bool, look: bool = True) -> Seen:
    """Walk through the shop's products: all of them, or those that changed since the last walk.

    `look`: also at those that take a request each, on shops where some do.
    """
    seen = Seen(full=full, walk=state.products.new_walk(), was_listed=state.products.count()["live"])
    since = None if full else _behind(state.notes.time("products_seen") or state.notes.time("full_walk"))
    believe = not full and state.notes.get(PAGES_OF_PRODUCTS) == "yes"
    queue, opened = set(state.queue.all()), dict[ShopKey, list[ShopKey]]()
    wanted = partial(state.products.wanted, gone=full)  # once a day, what the shop had deleted may be back
    async for page in shop.products(since, wanted=wanted, look=look, believe=believe):
        products = [product for product in page if isinstance(product, Product)]
        known = [product for product in products if all(product.key.split(":"))]
        seen.listed += len(known)
        seen.without_id += len(products) - len(known)
        state.products.save(known, seen.walk)
        for product in known:
            if parent(product.key) != product.key and parent(product.key) in queue:
                opened.setdefault(parent(product.key), []).append(product.key)
        unread = [each.key for each in page if isinstance(each, Unread)]
        state.products.keep_seen(unread, seen.walk)
        seen.unread += len(unread)
        seen.newest_product = _newest(seen.newest_product, (p.updated_at for p in known))
    for chosen, variations in opened.items():
        state.products.open_up(chosen, variations)
    if full:
        state.notes.set(PAGES_OF_PRODUCTS, "yes" if shop.told_right else "no")
    return seen


async def _walk_orders(state: State, shop: Shop, rules: Rules, since: datetime, seen: Seen) -> None:
    believe = not seen.full and state.notes.get(PAGES_OF_ORDERS) == "yes"
    async for page in shop.orders(since, believe=believe):
        orders = [named(state, order) for order in page if isinstance(order, Order)]
        notes = [order.note() for order in orders]
        state.orders.save(notes)
        sold = state.sales.of(note.id for note in notes)
        seen.orders |= {
            order.id: order
            for order, note in zip(orders, notes, strict=True)
            if note.payment is Payment.PAID and note.id not in sold and not rules.too_old(note)
        }
        seen.readable |= {order.id for order in orders}
        unreadable = [order for order in page if isinstance(order, Unreadable)]
        seen.without_id += sum(not order.id for order in unreadable)
        seen.unreadable += unreadable
        seen.newest_order = _newest(seen.newest_order, (order.updated_at for order in orders))
    if seen.full:
        state.notes.set(PAGES_OF_ORDERS, "yes" if shop.told_right else "no")


async def _read_unlisted(state: State, shop: Shop, rules: Rules, seen: Seen) -> None:
    """Ask for the unpaid orders that hold a stock and were not listed: one that was deleted holds none."""
    unpaid = (note for note in state.orders.open() if note.payment is Payment.UNPAID)
    held = [note for note in unpaid if rules.takes_stock(note) and note.id not in seen.readable]
    for note in held[:MOST_UNLISTED]:
        try:
            order = await shop.order(note.id)
        except ItemError:
            continue
        except (Unavailable, NoAccess):
            return  # it is a help: the next day asks again
        if order is None:
            state.orders.save([replace(note, payment=Payment.CANCELLED)])
        elif isinstance(order, Order):
            state.orders.save([named(state, order).note()])


def named(state: State, order: Order) -> Order:
    """The order, its lines under the SKUs that they were ordered as, where the shop tells today's.

    Of a product that the shop has, today's is right. Of one that is gone, the SKU that was seen first stays:
    the shop takes it back, and of a variation leaves its product's, which is nobody's to sell.
    """
    if not any(line.mark for line in order.lines):
        return order
    kept = state.orders.get(order.id)
    if kept and kept.fingerprint == order.note().fingerprint:
        seen = [sku for sku, _quantity in kept.items]
    else:
        seen = [""] * len(order.lines)
    products = {product.key: product for product in state.products.of(line.key for line in order.lines)}
    lines = []
    for line, before in zip(order.lines, seen, strict=True):
        product = products.get(line.key)
        if product and product.gone:
            lines.append(replace(line, sku=before or line.sku or product.sku))
        elif product is None and line.key and state.products.variations_of([line.key], gone=True):
            lines.append(replace(line, sku=before))
        else:
            lines.append(replace(line, sku=line.sku or before))
    return replace(order, lines=tuple(lines))


def _orders_since(state: State, rules: Rules, now: datetime, *, full: bool) -> datetime:
    """From when on orders are read again: never later than where the last walk that was kept had come to.

    A walk that found no order leaves no watermark; then it is the last full walk. Without one, it is all that
    may be sent.
    """
    kept = [moment for what in ("orders_seen", "full_walk") if (moment := state.notes.time(what))]
    if kept:
        reached = min(*kept, now) - OVERLAP
        return min(reached, now - ORDER_WINDOW) if full else reached
    first = datetime.combine(rules.since, time(), BRAZIL) if rules.since else now
    return min(first, now - ORDER_WINDOW)


def keep_watermarks(state: State, seen: Seen, now: datetime) -> None:
    """The walk is stored and believed: the next one starts from here, and never from the future."""
    if seen.newest_product:
        state.notes.set_time("products_seen", min(seen.newest_product, now))
    if seen.newest_order:
        state.notes.set_time("orders_seen", min(seen.newest_order, now))
    if seen.full:
        state.products.mark_gone(seen.walk, now)
        if not seen.no_orders:
            state.notes.set_time("full_walk", now)


def _behind(watermark: datetime | None) -> datetime | None:
    return watermark - OVERLAP if watermark else None


def _newest(one: datetime | None, others: Iterable[datetime | None]) -> datetime | None:
    return max((moment for moment in (one, *others) if moment), default=None)


# Products that orders wait for


async def adopt_ordered(state: State, erp: ContaAzul, rules: Rules, now: datetime) -> int:
    """Link the products that a paid order needs and the ERP has already, by their SKU. Returns how many."""
    notes = state.orders.open()
    paid = [note for note in notes if note.payment is Payment.PAID and not rules.too_old(note)]
    wanted = plan.skus_of(paid, rules) - {""}
    wanted -= state.products.same_sku().keys()  # whose is it?
    known = state.links.of_skus(wanted)
    keys = state.products.keys_of_skus(wanted)
    queued = set(state.queue.all())
    adopted = 0
    for sku in sorted(wanted - known.keys()):
        key = keys.get(sku, ShopKey(f"sku:{sku}"))
        if key in queued or state.links.get(key):
            continue
        try:
            twin = the_one(await erp.find_products(sku), sku_named(sku))
            if twin:
                _adopt(state, key, twin, rules, now)
                adopted += 1
        except ItemError:
            continue  # the order's own line in `status` says what is missing
    return adopted


def _adopt(state: State, key: ShopKey, twin: ErpProduct, rules: Rules, now: datetime) -> None:
    """Link a product that the merchant did not choose: its price in the ERP stays till the shop's changes."""
    product = state.products.get(key)
    base = product.base(rules.price_source) if product else None
    sent = adjusted(base, rules.percent) if base is not None else None
    state.links.save(Link(key, twin.id, twin.sku, base, sent, compare_after=now), now)


def the_one(found: list[ErpProduct], what: str) -> ErpProduct | None:
    """The only active product among those found; None when there is none at all. Raises Unusable.

    `what` they were found by: `sku_named`, or the like.
    """
    active = [product for product in found if product.active]
    if len(active) > 1:
        text = _("the ERP has {n} products with {what}: it is not clear which one is meant")
        raise Unusable(text.format(n=len(active), what=what))
    if found and not active:
        text = _("the ERP has {what} as an inactive product, and its API cannot wake it")
        raise Unusable(text.format(what=what))
    return active[0] if active else None


def sku_named(sku: str) -> str:
    """A SKU within a sentence."""
    return _("the SKU {sku}").format(sku=sku)


# Deciding


@dataclass(frozen=True)
class Decision:
    """The plan, with what the stock comparison needs of the same facts."""

    plan: plan.Plan
    key_of: dict[str, ShopKey]
    pending: dict[ShopKey, Decimal]
    notes: list[OrderNote]
    sold: set[OrderId]
    changed: set[ShopKey]  # linked products whose price or stock is no longer what was sent


def decide(state: State, rules: Rules, now: datetime, grace: timedelta, *, fresh: bool) -> Decision:
    """The plan for what the state knows now."""
    known = plan.Known(state.intents.all(), state.items.failures(), state.items.ignored(), now, grace, fresh)
    notes = state.orders.open()
    sales = state.sales.of(note.id for note in notes)
    stockless = state.orders.stockless()
    skus = plan.skus_of([*notes, *stockless], rules)
    key_of = state.products.keys_of_skus(skus)
    left_alone = {note.id for note in notes if known.ignores(Kind.SALE, note.id, note.version)}
    counted, sold = [*notes, *stockless], (set(sales) - {note.id for note in stockless}) | left_alone
    pending = plan.pending_units(counted, key_of, sold, rules)
    queue, same_sku = state.queue.all(), state.products.same_sku()
    moving = lately_ordered(state, rules, now) if queue else set()
    products = {product.key: product for product in state.products.of(queue)}
    creates = list(plan.plan_products(queue, products, same_sku, pending, rules, known, moving))
    creating = {c.product.sku: c.key for c in creates if isinstance(c, plan.CreateProduct)}
    chosen = set(queue)
    pairs = list(state.pairs.to_look_at(rules.price, pending.keys()))
    changed = {
        product.key
        for product, link in pairs
        if not (product.gone or product.problem or link.missing)
        and plan.has_changed(product, link, pending, rules)
    }
    made = plan.make_plan(
        creates,
        plan.plan_orders(
            notes, sales, state.links.of_skus(skus), creating, key_of.keys(), same_sku, rules, known
        ),
        plan.plan_prices((pair for pair in pairs if pair[0].key not in chosen), rules, known),
    )
    return Decision(made, key_of, pending, counted, sold, changed)


def lately_ordered(state: State, rules: Rules, now: datetime) -> set[ShopKey]:
    """The products whose orders are so new that the stock which the shop tells may not count them."""
    if not rules.stock_age:
        return set()
    notes = state.orders.since(now - rules.stock_age)
    return plan.lately_ordered(notes, state.products.keys_of_skus(plan.skus_of(notes, rules)), rules)
