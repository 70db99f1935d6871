"""The plan for what the state knows now."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import partial
from itertools import chain
from typing import TypeVar

from contaazul_sync.core.errors import Broken
from contaazul_sync.core.ids import OrderId, ShopKey
from contaazul_sync.core.items import Group, Kind
from contaazul_sync.core.orders import OrderNote, Payment
from contaazul_sync.core.plan import units
from contaazul_sync.core.plan.actions import CreateProduct, Hold, Plan, SendPrice, Skip, make_plan
from contaazul_sync.core.plan.facts import Facts, Known
from contaazul_sync.core.plan.families import Twice, listed_twice
from contaazul_sync.core.plan.orders import in_turn, plan_orders
from contaazul_sync.core.plan.prices import plan_prices
from contaazul_sync.core.plan.products import plan_products
from contaazul_sync.core.plan.safety import Judge, Judged, trust
from contaazul_sync.core.plan.units import pending_units, skus_of
from contaazul_sync.core.products import Link, Product
from contaazul_sync.core.rules import Rules
from contaazul_sync.passes.parts import Parts
from contaazul_sync.passes.single import broken_step, is_of_the_machine
from contaazul_sync.state.notes import PRICE_SOURCE

Item = TypeVar("Item")
Action = TypeVar("Action")
Pair = tuple[Product, Link]
Looked = Mapping[tuple[Kind, str], datetime]


@dataclass(frozen=True)
class Decision:
    """The plan, with what the stock comparison needs of the same facts."""

    plan: Plan
    key_of: dict[str, ShopKey]
    pending: dict[ShopKey, Decimal]
    notes: list[OrderNote]
    sold: set[OrderId]
    judged: Judged  # what the safety check holds back
    within: dict[OrderId, str]  # orders that are within another from now on, or no more: its id, or ""


def decide(
    parts: Parts,
    *,
    fresh: bool,
    looked_at: Looked | None = None,
    unshown: Set[ShopKey] = frozenset(),
    judge: Judge = trust,
) -> Decision:
    """The plan for what the state knows now.

    `fresh`: what a rule holds is looked at anew, too. `looked_at`: when each intent in doubt was looked for;
    without it, nothing of that is sent again. `unshown`: chosen products that the shop did not show just now.
    `judge` says which prices are held back.
    """
    state, rules = parts.state, parts.rules
    known = _known(parts, looked_at or {}, fresh=fresh)
    notes, stockless = state.orders.open(), state.orders.stockless()
    members = state.orders.families(notes)
    sales = state.sales.of(note.id for note in (*notes, *members))
    skus = skus_of([*notes, *stockless], rules)
    key_of = state.products.keys_of_skus(skus)
    left_alone = {note.id for note in notes if (Kind.SALE, note.id) in known.ignored}
    twice, within = _listed_twice(members, sales.keys(), known, rules)
    left_alone |= {order_id for order_id, each in twice.items() if not each.counts}
    counted = list({note.id: note for note in (*notes, *stockless)}.values())  # what changed is among both
    sold = (set(sales) - {note.id for note in stockless}) | left_alone
    pending = pending_units(counted, key_of, sold, rules)
    queue = state.queue.all()
    moving = lately_ordered(parts) if queue else set()
    linked, same_sku = state.links.of_skus(skus), state.products.same_sku()
    facts = Facts(
        rules, known, sales, linked, key_of.keys(), same_sku, pending, moving, unshown=unshown, twice=twice
    )
    inherited = state.products.inherited_skus() if same_sku else frozenset[str]()
    facts = replace(facts, inherited=inherited, sent_source=state.notes.get(PRICE_SOURCE) or "")
    made, judged = _plan(parts, queue, notes, facts, judge)
    return Decision(made, key_of, pending, counted, sold, judged, within)


def _plan(
    parts: Parts, queue: list[ShopKey], notes: list[OrderNote], facts: Facts, judge: Judge
) -> tuple[Plan, Judged]:
    planned = partial(_planned, parts)
    products = {product.key: product for product in parts.state.products.of(queue)}
    creates = list(planned(Kind.PRODUCT, queue, str, lambda key: plan_products([key], products, facts)))
    creating = {c.product.sku: c.key for c in creates if isinstance(c, CreateProduct)}
    stuck = frozenset(product.sku for product in products.values()) - creating.keys()
    facts = replace(facts, stuck=stuck)
    orders = planned(
        Kind.SALE, in_turn(notes), lambda note: note.id, lambda note: plan_orders([note], creating, facts)
    )
    prices, judged = _prices(parts, facts, products.keys(), judge)
    return make_plan(creates, orders, prices), judged


def _prices(
    parts: Parts, facts: Facts, chosen: Set[ShopKey], judge: Judge
) -> tuple[Iterator[SendPrice | Hold | Skip], Judged]:
    pairs = list(parts.state.pairs.to_look_at(parts.rules.price, facts.pending.keys()))
    judged, broken = _judged(parts, pairs, facts, judge)
    left = chosen | {hold.key for hold in broken}
    others = [pair for pair in pairs if pair[0].key not in left]
    prices = _planned(parts, Kind.PRODUCT, others, _key, lambda pair: plan_prices([pair], facts, judged.held))
    return chain(broken, prices), judged


def _judged(parts: Parts, pairs: list[Pair], facts: Facts, judge: Judge) -> tuple[Judged, list[Hold]]:
    """What the safety check says of all together, without those at which it meets a bug: these are held."""
    try:
        return judge(pairs, facts), []
    except Exception as error:
        if is_of_the_machine(error):
            raise
    broken = list(_planned(parts, Kind.PRODUCT, pairs, _key, lambda pair: _nothing(judge([pair], facts))))
    left = {hold.key for hold in broken}
    return judge([pair for pair in pairs if pair[0].key not in left], facts), broken


def _nothing(_judged: Judged) -> tuple[Hold, ...]:
    return ()


def _key(pair: Pair) -> str:
    return pair[0].key


def _planned(
    parts: Parts,
    kind: Kind,
    items: Iterable[Item],
    key_of: Callable[[Item], str],
    plan: Callable[[Item], Iterable[Action]],
) -> Iterator[Action | Hold]:
    """What is planned for each item by itself: one that meets a bug is held, and the others are planned."""
    for item in items:
        try:
            with parts.single(key_of(item)):
                planned = list(plan(item))
        except Broken as error:
            key = key_of(item)
            yield Hold(kind, key, key, Group.FAILED, error.message, broken_step())
        else:
            yield from planned


def _known(parts: Parts, looked_at: Looked, *, fresh: bool) -> Known:
    state, now = parts.state, parts.clock()
    looked = {at: min(moment, now) for at, moment in looked_at.items()}  # the clock may step back
    kept = (state.intents.all(), state.items.failures(), state.items.ignored())
    return Known(*kept, now, parts.grace, looked, fresh)


def _listed_twice(
    members: Iterable[OrderNote], sold: Set[OrderId], known: Known, rules: Rules
) -> tuple[dict[OrderId, Twice], dict[OrderId, str]]:
    """The orders whose money others have, too; and within which other each is, where that is new."""
    touched = known.ignored.keys() | known.intents.keys()
    settled = set(sold)
    settled |= {note.id for note in members if (Kind.SALE, note.id) in touched}
    settled |= {note.id for note in members if note.payment is Payment.PAID and rules.too_old(note)}
    twice = listed_twice(members, settled)
    within = {note.id: _within(note, twice.get(note.id)) for note in members}
    return twice, {note.id: within[note.id] for note in members if within[note.id] != note.within}


def _within(note: OrderNote, twice: Twice | None) -> str:
    """Within which other order one is. One that ended stays where it was, and goes nowhere after that."""
    if twice is None or not twice.clear:
        return ""
    return twice.others[0].id if note.payment is Payment.PAID else note.within


def lately_ordered(parts: Parts) -> set[ShopKey]:
    """The products whose orders are so new that the stock which the shop tells may not count them."""
    state, rules = parts.state, parts.rules
    if not rules.stock_age:
        return set()
    notes = state.orders.since(parts.clock() - rules.stock_age)
    return units.lately_ordered(notes, state.products.keys_of_skus(skus_of(notes, rules)), rules)
