"""Walking through the shop: what it says now is kept, and how far it was read."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import partial

from contaazul_sync.core.days import beginning
from contaazul_sync.core.errors import Broken, ItemError, NoAccess, Silent, Unavailable
from contaazul_sync.core.ids import ShopKey, parent
from contaazul_sync.core.items import Kind
from contaazul_sync.core.orders import Order, Payment
from contaazul_sync.core.plan.safety import is_mass
from contaazul_sync.core.products import Product
from contaazul_sync.core.rules import Rules
from contaazul_sync.passes.gaps import Gaps
from contaazul_sync.passes.naming import named
from contaazul_sync.passes.older import not_older
from contaazul_sync.passes.parts import Parts
from contaazul_sync.passes.seen import Seen
from contaazul_sync.passes.single import Single, is_of_the_machine
from contaazul_sync.passes.unlisted import ask_unlisted
from contaazul_sync.passes.whose import of_our_shop
from contaazul_sync.shops.port import Gone, Shop, Told, Unread, Unreadable
from contaazul_sync.state.file import State

OVERLAP = timedelta(days=1)  # read again behind the watermark: clocks and late writes
ORDER_WINDOW = timedelta(days=60)  # how far back a full walk of the orders goes
PAGES_OF_PRODUCTS, PAGES_OF_ORDERS = "pages_of_products", "pages_of_orders"  # notes: what they tell is right
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)  # the watermark of a shop of which nothing can be passed by
SILENT = (Unavailable, NoAccess, ItemError, Silent)  # a listing that fails; the other one may not
DAILY = timedelta(hours=23, minutes=30)  # "once a day", for a cron that is a little early


def is_due(state: State, what: str, now: datetime) -> bool:
    """Whether something that is done once a day is due."""
    last = state.notes.time(what)
    return last is None or last > now or now - last >= DAILY


async def walk(parts: Parts, back_to: datetime | None = None, *, force: bool = False) -> Seen:
    """Walk through the shop's products, then its orders, and keep what it says.

    In this order: an order paid in between is then sent in this pass, and its products, whose stock was
    read before, are not compared before the ERP has settled. Where one of the two cannot be read, the other
    is (`Seen.trouble`). Raises SyncError where neither can. `back_to`: read orders changed since then.
    `force`: a person has looked at the shop, and says that it is right.
    """
    state, shop, rules, now = parts.state, parts.shop, parts.rules, parts.clock()
    try:
        full = is_due(state, "full_walk", now)
        seen = await walk_products(state, shop, parts.single, full=full, force=force)
    except SILENT as error:
        seen = Seen(full=False, walk=state.products.last_walk(), trouble=error)
    seen.began, seen.live_orders = now, shop.can.live_orders
    _judge(state, seen, now, force=force)
    if not shop.can.orders:
        state.notes.note_orders(now, readable=False)
        return seen
    since = _orders_since(state, rules, now, full=seen.full)
    seen.read_at = now
    seen.orders_since = since
    try:
        await _walk_orders(parts, min(since, back_to) if back_to else since, seen)
    except SILENT as error:
        if seen.trouble:
            raise
        seen.trouble = seen.no_orders = error
        seen.newest_order = None  # some were read, and others not
        return seen
    state.notes.note_orders(rules.begin or now, readable=True)
    if not seen.live_orders:  # what was written down long ago may come tomorrow
        seen.newest_order = now
    if seen.full and seen.live_orders:
        said = await ask_unlisted(parts, since, seen.readable | {order.id for order in seen.unreadable})
        seen.readable |= said.readable
        seen.unreadable += said.unreadable
        seen.gone |= said.gone
    return seen


def _judge(state: State, seen: Seen, now: datetime, *, force: bool) -> None:
    """Whether what a full walk missed may be gone, and what a walk through files shows to be made anew."""
    if not seen.live_products:  # at once: the plan is to meet one product of a SKU, not two
        state.products.mark_replaced(seen.walk, now)
    if not (seen.full and seen.live_products) or seen.hidden[Kind.PRODUCT].failed:
        return
    seen.unseen = state.links.keys(state.products.unseen(seen.walk))
    if not seen.whole:  # rows moved from page to page meanwhile
        return
    seen.vanished = seen.unseen
    much = seen.is_empty or is_mass(seen.vanished, state.links.products())
    seen.doubted, seen.sure = much and not force, much and force


async def walk_products(
    state: State,
    shop: Shop,
    bugs: Single | None = None,
    *,
    full: bool,
    look: bool = True,
    force: bool = False,
) -> Seen:
    """Walk through the shop's products: all of them, or those that changed since the last walk.

    `look`: also at those that take a request each, on shops where some do. Raises StateError where a full
    walk meets another shop, unless `force` says that it is ours. `bugs` is told of ours.
    """
    single = bugs or Single()
    seen = await _list_products(state, shop, single, full=full, look=look, force=force)
    gaps = seen.hidden[Kind.PRODUCT]
    if _differs(state, shop, PAGES_OF_PRODUCTS, gaps):
        seen = await _list_products(state, shop, single, full=full, look=look, force=force)
        gaps = seen.hidden[Kind.PRODUCT]
        gaps.miscounted |= _differs(state, shop, PAGES_OF_PRODUCTS, gaps)
    if full:
        _note(state, shop, PAGES_OF_PRODUCTS, gaps)
    return seen


async def _list_products(
    state: State, shop: Shop, single: Single, *, full: bool, look: bool, force: bool
) -> Seen:
    live, was_listed = shop.can.live_products, state.products.count()["live"]
    seen = Seen(full=full, walk=state.products.new_walk(), live_products=live, was_listed=was_listed)
    since = None if full else _behind(state.notes.time("products_seen") or state.notes.time("full_walk"))
    believe = not full and state.notes.get(PAGES_OF_PRODUCTS) == "yes"
    queue, opened = set(state.queue.all()), dict[ShopKey, list[ShopKey]]()
    wanted = partial(state.products.wanted, gone=full)  # once a day, what the shop had deleted may be back
    pages = shop.products(since, wanted=wanted, look=look, believe=believe)
    async for page in of_our_shop(state, pages) if full and look and live and not force else pages:
        seen.hidden[Kind.PRODUCT].pass_by(page)
        known = _keep_products(state, page, seen, single)
        for key in [each.key for each in known] if queue else ():
            if parent(key) != key and parent(key) in queue:
                opened.setdefault(parent(key), []).append(key)
            if {key, parent(key)} & queue:
                seen.chosen.add(key)
        seen.said_gone |= {each.key for each in page if isinstance(each, Gone)}
        seen.newest_product = _newest(seen.newest_product, (p.updated_at for p in known))
    for chosen, variations in opened.items():
        state.products.open_up(chosen, variations)
    return seen


def _differs(state: State, shop: Shop, pages: str, gaps: Gaps) -> bool:
    """Whether a walk saw another number of rows than the shop told, whose totals the last full walk proved.

    Of a walk that met a page that failed nothing is to be said.
    """
    return state.notes.get(pages) == "yes" and not shop.told_right and gaps.are_none


def _note(state: State, shop: Shop, pages: str, gaps: Gaps) -> None:
    """Keep what a full walk showed of the shop's totals. An empty list shows nothing: some always tell 0."""
    if gaps.shown and not gaps.failed:
        state.notes.set(pages, "yes" if shop.told_right else "no")


async def _walk_orders(parts: Parts, since: datetime, seen: Seen) -> None:
    """Walk through the orders; once more where that showed another number of them than the shop told."""
    state, shop, without_id = parts.state, parts.shop, seen.without_id
    await _list_orders(parts, since, seen)
    if _differs(state, shop, PAGES_OF_ORDERS, seen.hidden[Kind.SALE]):
        seen.hidden[Kind.SALE], seen.unreadable, seen.without_id = Gaps(), [], without_id
        await _list_orders(parts, since, seen)
        gaps = seen.hidden[Kind.SALE]
        gaps.miscounted |= _differs(state, shop, PAGES_OF_ORDERS, gaps)
    if seen.full:
        _note(state, shop, PAGES_OF_ORDERS, seen.hidden[Kind.SALE])


async def _list_orders(parts: Parts, since: datetime, seen: Seen) -> None:
    state, shop, rules = parts.state, parts.shop, parts.rules
    believe = not seen.full and state.notes.get(PAGES_OF_ORDERS) == "yes"
    async for page in shop.orders(since, believe=believe):
        seen.hidden[Kind.SALE].pass_by(page)
        orders, unreadable = _keep(parts, [order for order in page if isinstance(order, Order)])
        paid = {order.id: order for order in orders if order.payment is Payment.PAID}
        unsold = state.orders.of(paid.keys() - state.sales.of(paid).keys())
        seen.orders |= {note.id: paid[note.id] for note in unsold if not rules.too_old(note)}
        seen.readable |= {order.id for order in orders}
        unreadable += [order for order in page if isinstance(order, Unreadable)]
        parts.single.broken |= {order.id for order in unreadable if order.is_bug}
        seen.without_id += sum(not order.id for order in unreadable)
        seen.unreadable += unreadable
        seen.newest_order = _newest(seen.newest_order, (order.updated_at for order in orders))


def _keep_products(state: State, page: list[Told], seen: Seen, single: Single) -> list[Product]:
    """Keep what a page shows. Returns the products that have an id."""
    products = [product for product in page if isinstance(product, Product)]
    known = [product for product in products if all(product.key.split(":"))]
    seen.listed += len(known)
    seen.without_id += len(products) - len(known)
    unread = [each for each in page if isinstance(each, Unread)] + _save(state, known, seen.walk, single)
    single.broken |= {each.key for each in unread if each.is_bug}
    if unread:
        state.products.keep_seen([each.key for each in unread], seen.walk)
    seen.unread += len(unread)
    return known


def _save(state: State, products: list[Product], walk: int, single: Single) -> list[Unread]:
    """Keep a page's products: all at once, or where that fails each by itself. Returns what met a bug."""
    if _all_at_once(lambda: state.products.save(products, walk)):
        return []
    broken: list[Unread] = []
    for product in products:
        try:
            with single(product.key):
                state.products.save([product], walk)
        except Broken:
            broken.append(Unread(product.key, is_bug=True))
    return broken


def _keep(parts: Parts, orders: list[Order]) -> tuple[list[Order], list[Unreadable]]:
    """Keep a page's orders in the same way. Returns them by their names, and those that met a bug."""
    state, now = parts.state, parts.clock()
    kept: list[Order] = []
    if not parts.shop.can.live_orders:
        orders = not_older(state, orders)

    def keep(some: list[Order]) -> None:
        called = [named(state, order) for order in some]
        state.orders.save([order.note() for order in called], now)
        kept.extend(called)

    if _all_at_once(lambda: keep(orders)):
        return kept, []
    broken: list[Unreadable] = []
    for order in orders:
        try:
            with parts.single(order.id):
                keep([order])
        except Broken as error:
            broken.append(Unreadable(order.id, error.message, is_bug=True))
    return kept, broken


def _all_at_once(save: Callable[[], None]) -> bool:
    """Whether a page could be kept in one transaction, which is the fast way. Nothing of it is, if not."""
    try:
        save()
    except Exception as error:
        if is_of_the_machine(error):
            raise
        return False
    return True


def _orders_since(state: State, rules: Rules, now: datetime, *, full: bool) -> datetime:
    """From when on orders are read again: never later than where the last walk that was kept had come to.

    A walk that found no order leaves no watermark; then it is the last full walk. Without one, it is all that
    may be sent.
    """
    kept = [moment for what in ("orders_seen", "full_walk") if (moment := state.notes.time(what))]
    if kept:
        reached = min(*kept, now) - OVERLAP
        return min(reached, now - ORDER_WINDOW) if full else reached
    first = beginning(rules.since) if rules.since else now
    return min(first, now - ORDER_WINDOW)


def keep_watermarks(state: State, seen: Seen, now: datetime) -> None:
    """The walk is stored and believed: the next one starts from here, and never from the future.

    It passes by nothing that was hidden: then the next one starts where this one did. Nor by what changed
    while it went on: lists come in the order of their ids, and that may stand where it had passed already.
    """
    product, order, began = seen.newest_product, seen.newest_order, seen.began or now
    if not seen.hidden[Kind.PRODUCT].are_none:
        product = state.notes.time("products_seen") or BEGINNING
    if seen.live_orders and not seen.hidden[Kind.SALE].are_none and seen.orders_since:
        order = state.notes.time("orders_seen") or seen.orders_since + OVERLAP
    if product:
        state.notes.set_time("products_seen", min(product, began))
    if order:
        state.notes.set_time("orders_seen", min(order, began))
    if seen.doubted:  # the next pass looks at all of the shop again
        return
    if seen.whole:
        state.products.mark_gone(seen.walk, now, seen.said_gone, sure=seen.sure)
    if seen.full and not seen.no_orders:
        state.notes.set_time("full_walk", now)


def _behind(watermark: datetime | None) -> datetime | None:
    return watermark - OVERLAP if watermark else None


def _newest(one: datetime | None, others: Iterable[datetime | None]) -> datetime | None:
    return max((moment for moment in (one, *others) if moment), default=None)
