"""What holds of every plan, whatever the shop, the state and the settings are."""

import random
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contaazul_sync.core.ids import ErpId, OrderId, ShopKey
from contaazul_sync.core.items import Failure, Group, Intent, Kind
from contaazul_sync.core.orders import OrderNote, Payment, Sale
from contaazul_sync.core.plan.actions import CreateProduct, Plan, make_plan
from contaazul_sync.core.plan.facts import Facts, Known
from contaazul_sync.core.plan.orders import as_seen, order_version, plan_orders
from contaazul_sync.core.plan.prices import plan_prices
from contaazul_sync.core.plan.products import plan_products
from contaazul_sync.core.plan.protocol import Adopt, Wait, resolve
from contaazul_sync.core.plan.units import pending_units
from contaazul_sync.core.products import Link, Product
from contaazul_sync.core.rules import Rules
from tests.worlds.samples import (
    GRACE,
    NOW,
    a_failure,
    a_link,
    a_note,
    a_product,
    a_sale,
    an_intent,
    briefly,
    known,
    quickly,
)

SKUS = ["A", "B", "C", "D", "", "E" * 21]


@dataclass(frozen=True)
class World:
    """A shop and all that the state knows."""

    products: dict[ShopKey, Product]
    links: dict[ShopKey, Link]
    queue: list[ShopKey]
    notes: list[OrderNote]
    sales: dict[OrderId, Sale]
    rules: Rules
    known: Known


def keys_of_skus(world: World) -> dict[str, ShopKey]:
    """As `State.keys_of_skus` chooses where several have a SKU: a live one, the first of them."""
    products = sorted(world.products.values(), key=lambda product: product.key, reverse=True)
    products.sort(key=lambda product: not product.gone)
    return {product.sku: product.key for product in products if product.sku}


def planned(world: World) -> Plan:
    """The plan of a pass in this world."""
    counts = Counter(product.sku for product in world.products.values() if product.sku and not product.gone)
    linked: dict[str, set[ErpId]] = {}
    for link in world.links.values():
        if not link.missing:
            linked.setdefault(link.sku, set()).add(link.erp_id)
    key_of = keys_of_skus(world)
    pending = pending_units(world.notes, key_of, world.sales.keys(), world.rules)
    listed = {product.sku for product in world.products.values() if product.sku and not product.gone}
    facts = Facts(world.rules, world.known, world.sales, linked, listed, counts, pending)
    creates = list(plan_products(world.queue, world.products, facts))
    creating = {create.product.sku: create.key for create in creates if isinstance(create, CreateProduct)}
    pairs = [(world.products[key], link) for key, link in world.links.items()]
    return make_plan(creates, plan_orders(world.notes, creating, facts), plan_prices(pairs, facts))


def sent(made: Plan) -> list[tuple[Kind, str]]:
    """All that goes out."""
    products = [create.key for create in made.needed + made.products] + [price.key for price in made.prices]
    return [(Kind.PRODUCT, key) for key in products] + [(Kind.SALE, send.key) for send in made.orders]


def left(made: Plan) -> list[tuple[Kind, str]]:
    """All that is kept back."""
    return [(hold.kind, hold.key) for hold in made.holds] + [(skip.kind, skip.key) for skip in made.skips]


def after(world: World, made: Plan) -> World:
    """The world when everything in the plan went well."""
    links = dict(world.links)
    for create in (*made.needed, *made.products):
        base = create.product.base(world.rules.price_source)
        twin = ErpId(f"erp-{create.product.sku}")
        links[create.key] = Link(create.key, twin, create.product.sku, base, create.price)
    for price in made.prices:
        links[price.key] = replace(links[price.key], base=price.base, sent=price.new)
    sales = dict(world.sales)
    for send in made.orders:
        sales[send.key] = a_sale(order_id=send.key, fingerprint=send.note.fingerprint)
    done = set(sent(made))
    return replace(
        world,
        links=links,
        queue=[key for key in world.queue if key not in links],
        sales=sales,
        known=replace(
            world.known,
            intents={at: intent for at, intent in world.known.intents.items() if at not in done},
            failures={at: failure for at, failure in world.known.failures.items() if at not in done},
        ),
    )


@st.composite
def _products(draw: st.DrawFn) -> dict[ShopKey, Product]:
    count = draw(st.integers(0, 5))
    products = [
        a_product(
            key=ShopKey(f"k{i}"),
            sku=draw(st.sampled_from(SKUS)),
            price=draw(st.integers(0, 9999)),
            promotional=draw(st.none() | st.integers(1, 9999)),
            stock=Decimal(draw(st.integers(-3, 30))),
            gone=draw(st.integers(0, 9)) == 0,
            problem=draw(st.sampled_from([None, None, None, None, "it cannot be read"])),
        )
        for i in range(count)
    ]
    return {product.key: product for product in products}


def _note(draw: st.DrawFn, i: int) -> OrderNote:
    skus = st.sampled_from([*SKUS, "A", "B", "C", "D", "NOBODYS"])
    items = draw(st.lists(st.tuples(skus, st.integers(1, 5).map(Decimal)), min_size=1, max_size=3))
    payments = [Payment.PAID] * 4 + list(Payment)
    return a_note(
        id=OrderId(f"o{i}"),
        payment=draw(st.sampled_from(payments)),
        items=tuple(items),
        counted_at=NOW - timedelta(days=draw(st.integers(0, 5))),
        fingerprint=draw(st.sampled_from(["as ordered", "changed"])),
    )


def _intent(draw: st.DrawFn, kind: Kind, key: str) -> Intent:
    opened = NOW - timedelta(minutes=draw(st.integers(0, 120)))
    sent = draw(st.none() | st.just(opened))
    return an_intent(kind=kind, key=key, opened_at=opened, sent_at=sent, sends=draw(st.integers(0, 3)))


def _link(draw: st.DrawFn, product: Product) -> Link:
    price = draw(st.none() | st.sampled_from([product.price, product.promotional or 1, 4321]))
    twin = draw(st.sampled_from([f"erp-{product.sku}", f"erp-{product.sku}", f"another-{product.key}"]))
    missing = draw(st.integers(0, 5)) == 0
    return a_link(
        key=product.key, erp_id=ErpId(twin), sku=product.sku, base=price, sent=price, missing=missing
    )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    rules = Rules(
        percent=draw(st.sampled_from([Decimal(0), Decimal(10), Decimal("-12.5"), Decimal(-90)])),
        price_source=draw(st.sampled_from(["promotional", "regular"])),
        since=draw(st.sampled_from([None, date(2026, 11, 22)])),
        stock_taken_at=draw(st.sampled_from(["payment", "order"])),
    )
    products = draw(_products())
    keys = draw(st.permutations(sorted(products)))
    cut = draw(st.integers(0, len(keys)))
    links = {key: _link(draw, products[key]) for key in keys[:cut]}
    notes = [_note(draw, i) for i in range(draw(st.integers(0, 5)))]
    sold = [note.id for note in notes if draw(st.integers(0, 3)) == 0]
    items = [(Kind.PRODUCT, str(key)) for key in keys] + [(Kind.SALE, str(note.id)) for note in notes]
    intents = [_intent(draw, *item) for item in items if draw(st.integers(0, 5)) == 0]
    versions = {(Kind.SALE, str(note.id)): order_version(note, rules) for note in notes}
    failures: list[Failure] = [
        a_failure(
            kind=kind,
            key=key,
            group=draw(st.sampled_from(list(Group))),
            attempts=draw(st.integers(1, 4)),
            fingerprint=versions.get((kind, key), ""),
        )
        for kind, key in items
        if draw(st.integers(0, 5)) == 0
    ]
    seen = {(Kind.SALE, str(note.id)): as_seen(note) for note in notes if draw(st.integers(0, 9)) == 0}
    return World(
        products=products,
        links=links,
        queue=[key for key in keys[cut:] if draw(st.booleans())],
        notes=notes,
        sales={order: a_sale(order_id=order) for order in sold},
        rules=rules,
        known=known(intents=intents, failures=failures, ignored=seen, fresh=draw(st.booleans())),
    )


@pytest.mark.slow
@given(worlds())
@briefly
def test_a_plan_that_was_carried_out_leaves_nothing_to_send(world):
    made = planned(world)

    again = planned(after(world, made))

    assert len(again) == 0


@pytest.mark.slow
@given(worlds(), st.randoms(use_true_random=False))
@briefly
def test_a_plan_does_not_depend_on_how_the_facts_are_ordered(world: World, chance: random.Random):
    def shuffled(facts: dict) -> dict:  # type: ignore[type-arg]
        return dict(chance.sample(sorted(facts.items()), len(facts)))

    other = replace(
        world,
        products=shuffled(world.products),
        links=shuffled(world.links),
        notes=chance.sample(world.notes, len(world.notes)),
        sales=shuffled(world.sales),
    )

    one, two = planned(world), planned(other)

    assert (one.needed, one.orders, one.products) == (two.needed, two.orders, two.products)
    assert sorted(one.prices, key=repr) == sorted(two.prices, key=repr)
    assert sorted(one.holds, key=repr) == sorted(two.holds, key=repr)
    assert sorted(one.skips, key=repr) == sorted(two.skips, key=repr)


@pytest.mark.slow
@given(worlds())
@briefly
def test_no_item_is_sent_twice_nor_sent_and_kept_back(world):
    made = planned(world)

    seen = sent(made) + left(made)
    assert [item for item, count in Counter(seen).items() if count > 1] == []


@pytest.mark.slow
@given(worlds())
@briefly
def test_only_paid_orders_that_are_no_sale_yet_are_sent(world):
    made = planned(world)

    assert all(send.note.payment is Payment.PAID for send in made.orders)
    assert not {send.key for send in made.orders} & world.sales.keys()


@pytest.mark.slow
@given(worlds())
@briefly
def test_every_paid_order_is_sent_told_of_or_left_by_a_person_or_a_date(world):
    made = planned(world)

    told = set(sent(made) + left(made))
    for note in world.notes:
        is_left = world.rules.too_old(note) or (Kind.SALE, note.id) in world.known.ignored
        if note.payment is Payment.PAID and note.id not in world.sales and not is_left:
            assert (Kind.SALE, note.id) in told


@pytest.mark.slow
@given(worlds())
@briefly
def test_every_item_of_an_order_that_is_sent_has_one_product_to_be_sold_from(world):
    made = planned(world)

    created = {create.key: create.product.sku for create in made.needed}
    linked = {(link.sku, link.erp_id) for link in world.links.values() if not link.missing}
    for send in made.orders:
        for sku, _ in send.note.items:
            twins = {erp_id for of, erp_id in linked if of == sku}
            assert len(twins) == 1 or (not twins and sku in {created.get(key) for key in send.needs})


@pytest.mark.slow
@given(worlds())
@briefly
def test_nothing_is_created_that_was_not_chosen_and_nothing_is_sent_without_value(world):
    made = planned(world)

    creates = (*made.needed, *made.products)
    assert {create.key for create in creates} <= set(world.queue)
    assert all(create.price >= 1 and create.balance >= 0 for create in creates)
    assert all(price.new >= 1 and price.new != price.old for price in made.prices)


@pytest.mark.slow
@given(worlds())
@briefly
def test_what_the_shop_deleted_is_never_touched_in_the_erp(world):
    made = planned(world)

    deleted = {(Kind.PRODUCT, str(product.key)) for product in world.products.values() if product.gone}
    assert not deleted & set(sent(made))


@pytest.mark.slow
@given(worlds())
@briefly
def test_nothing_goes_out_whose_answer_may_still_come(world):
    made = planned(world)

    for at in set(sent(made)) & world.known.intents.keys():
        intent = world.known.intents[at]
        assert (intent.sent_at or intent.opened_at) + GRACE <= NOW
        assert intent.sends < 3


# Units


@pytest.mark.slow
@given(worlds())
@briefly
def test_each_order_that_becomes_a_sale_takes_its_own_units_off_those_to_be_sold(world):
    key_of = keys_of_skus(world)
    made = planned(world)

    before = pending_units(world.notes, key_of, world.sales.keys(), world.rules)
    later = pending_units(world.notes, key_of, after(world, made).sales.keys(), world.rules)

    moved = Counter[ShopKey]()
    for send in made.orders:
        for sku, quantity in send.note.items:
            if sku in key_of:
                moved[key_of[sku]] += int(quantity)
    assert all(later.get(key, 0) + moved[key] == units for key, units in before.items())


@pytest.mark.slow
@given(worlds())
@briefly
def test_a_shop_that_takes_stock_at_the_order_has_no_fewer_units_to_be_sold(world):
    key_of = keys_of_skus(world)

    at_payment, at_order = (
        pending_units(world.notes, key_of, world.sales.keys(), replace(world.rules, stock_taken_at=when))
        for when in ("payment", "order")
    )

    assert all(at_order[key] >= units > 0 for key, units in at_payment.items())


# What became of a create

_minutes = st.integers(0, 10_000).map(lambda minutes: timedelta(minutes=minutes))


@given(sent=st.none() | _minutes, opened=_minutes, others=st.booleans(), grace=_minutes)
@quickly
def test_nothing_is_sent_again_or_forgotten_within_the_grace(sent, opened, others, grace):
    sent_at = None if sent is None else NOW - sent
    intent = an_intent(opened_at=NOW - opened, sent_at=sent_at)

    verdict = resolve(intent, None, others=others, now=NOW, grace=grace)

    age = opened if sent is None else sent
    assert isinstance(verdict, Wait) is (age < grace)


@given(sent=_minutes, others=st.booleans(), grace=_minutes)
@quickly
def test_what_is_found_is_adopted_at_any_time(sent, others, grace):
    intent = an_intent(sent_at=NOW - sent)

    verdict = resolve(intent, ErpId("sale-1"), others=others, now=NOW, grace=grace)

    assert verdict == Adopt(ErpId("sale-1"))
