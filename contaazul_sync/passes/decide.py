"""The plan for what the state knows now."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from contaazul_sync.core.ids import OrderId, ShopKey
from contaazul_sync.core.items import Kind
from contaazul_sync.core.orders import OrderNote, Payment
from contaazul_sync.core.plan import units
from contaazul_sync.core.plan.actions import CreateProduct, Plan, make_plan
from contaazul_sync.core.plan.facts import Facts, Known
from contaazul_sync.core.plan.families import Twice, listed_twice
from contaazul_sync.core.plan.orders import plan_orders
from contaazul_sync.core.plan.prices import plan_prices
from contaazul_sync.core.plan.products import plan_products
from contaazul_sync.core.plan.safety import has_changed
from contaazul_sync.core.plan.units import pending_units, skus_of
from contaazul_sync.core.products import Link, Product
from contaazul_sync.core.rules import Rules
from contaazul_sync.passes.parts import Parts

Looked = Mapping[tuple[Kind, str], datetime]


@dataclass(frozen=True)
class Decision:
    """The plan, with what the stock comparison needs of the same facts."""

    plan: Plan
    key_of: dict[str, ShopKey]
    pending: dict[ShopKey, Decimal]
    notes: list[OrderNote]
    sold: set[OrderId]
    changed: set[ShopKey]  # linked products whose price or stock is no longer what was sent
    within: dict[OrderId, str]  # orders that are within another from now on, or no more: its id, or ""


def decide(
    parts: Parts, *, fresh: bool, looked_at: Looked | None = None, unshown: Set[ShopKey] = frozenset()
) -> Decision:
    """The plan for what the state knows now.

    `fresh`: what a rule holds is looked at anew, too. `looked_at`: when each intent in doubt was looked for;
    without it, nothing of that is sent again. `unshown`: chosen products that the shop did not show just now.
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
    counted, sold = [*notes, *stockless], (set(sales) - {note.id for note in stockless}) | left_alone
    pending = pending_units(counted, key_of, sold, rules)
    queue = state.queue.all()
    facts = Facts(
        rules,
        known,
        sales=sales,
        linked=state.links.of_skus(skus),
        listed=key_of.keys(),
        same_sku=state.products.same_sku(),
        pending=pending,
        moving=lately_ordered(parts) if queue else set(),
        unshown=unshown,
        twice=twice,
    )
    products = {product.key: product for product in state.products.of(queue)}
    creates = list(plan_products(queue, products, facts))
    creating = {c.product.sku: c.key for c in creates if isinstance(c, CreateProduct)}
    pairs = list(state.pairs.to_look_at(rules.price, pending.keys()))
    prices = plan_prices((pair for pair in pairs if pair[0].key not in products), facts)
    made = make_plan(creates, plan_orders(notes, creating, facts), prices)
    return Decision(made, key_of, pending, counted, sold, _changed(pairs, facts), within)


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


def _changed(pairs: Iterable[tuple[Product, Link]], facts: Facts) -> set[ShopKey]:
    """The linked products whose price or stock in the shop is no longer what was sent."""
    return {
        product.key
        for product, link in pairs
        if product.is_priced
        and not (product.gone or link.missing)
        and has_changed(product, link, facts.pending, facts.rules)
    }


def lately_ordered(parts: Parts) -> set[ShopKey]:
    """The products whose orders are so new that the stock which the shop tells may not count them."""
    state, rules = parts.state, parts.rules
    if not rules.stock_age:
        return set()
    notes = state.orders.since(parts.clock() - rules.stock_age)
    return units.lately_ordered(notes, state.products.keys_of_skus(skus_of(notes, rules)), rules)
