"""What to send, what to leave, and why: pure functions over what was gathered.

No I/O, no clock, no settings object: everything a decision looks at is an argument, and every action
carries its reason, so that a dry run, a real run and `status` tell the same story. There is no action
that deletes: this tool removes nothing from the ERP, and the types say so.
"""

import shlex
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from contaazul_sync.core import drafts
from contaazul_sync.core.errors import SafetyStop
from contaazul_sync.core.models import (
    FORMAT,
    ErpId,
    Failure,
    Group,
    Intent,
    Kind,
    Link,
    OrderId,
    OrderNote,
    Payment,
    Product,
    Rules,
    Sale,
    ShopKey,
    differs,
    fingerprint,
)
from contaazul_sync.core.money import adjusted
from contaazul_sync.core.words import _, typed

_AGAIN = (Group.WAITING, Group.IN_DOUBT)  # looked at anew in every pass

MAX_TRIES = 3  # how often something refused is tried again by itself
MAX_SENDS = 3  # how often a create whose answer was lost is sent again by itself
MOST_WAIT = timedelta(hours=6)  # for a stock that counts every order of a product
MASS_CHANGE = 20  # fewer changed products than this are never a safety stop


@dataclass(frozen=True, slots=True)
class CreateProduct:
    """Create a product at `price` centavos with an opening balance."""

    product: Product
    price: int
    balance: Decimal
    reason: str

    @property
    def key(self) -> ShopKey:
        """The product's key."""
        return self.product.key

    @property
    def name(self) -> str:
        """What a person calls it."""
        return self.product.sku


@dataclass(frozen=True, slots=True)
class SendOrder:
    """Make an order's sale. `needs`: products that are created first in the same pass."""

    note: OrderNote
    needs: tuple[ShopKey, ...]
    reason: str

    @property
    def key(self) -> OrderId:
        """The order's id."""
        return self.note.id

    @property
    def name(self) -> str:
        """What a person calls it."""
        return self.note.id


@dataclass(frozen=True, slots=True)
class CancelSale:
    """Cancel the sale of an order that ended in the shop after it was sent."""

    note: OrderNote
    sale: Sale

    @property
    def name(self) -> str:
        """What a person calls it."""
        return self.note.id


@dataclass(frozen=True, slots=True)
class SendPrice:
    """Set a product's price in the ERP. Centavos; `old` is what was sent last, None if nothing was."""

    key: ShopKey
    erp_id: ErpId
    sku: str
    base: int
    old: int | None
    new: int
    reason: str

    @property
    def name(self) -> str:
        """What a person calls it."""
        return self.sku


@dataclass(frozen=True, slots=True)
class Hold:
    """Keep an item back and say why and what to do about it."""

    kind: Kind
    key: str
    name: str  # what a person calls it: a SKU, an order's number
    group: Group
    reason: str
    next_step: str
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Skip:
    """Leave an item as it stands: its answer is still out, or it was refused or held as it is now."""

    kind: Kind
    key: str


@dataclass(frozen=True, slots=True)
class Balance:
    """A linked product's balance: what it should be, and what the ERP says."""

    link: Link
    expected: Decimal
    actual: Decimal | None

    @property
    def name(self) -> str:
        """What a person calls it."""
        return self.link.sku


@dataclass(frozen=True, slots=True)
class Plan:
    """One pass. The stages run in this order, and then stock is compared."""

    needed: tuple[CreateProduct, ...] = ()
    orders: tuple[SendOrder, ...] = ()
    cancels: tuple[CancelSale, ...] = ()
    products: tuple[CreateProduct, ...] = ()
    prices: tuple[SendPrice, ...] = ()
    holds: tuple[Hold, ...] = ()
    skips: tuple[Skip, ...] = ()

    def __len__(self) -> int:
        stages = (self.needed, self.orders, self.cancels, self.products, self.prices)
        return sum(map(len, stages))


@dataclass(frozen=True, slots=True)
class Known:
    """What the state remembers, as far as a decision needs it."""

    intents: Mapping[tuple[Kind, str], Intent]
    failures: Mapping[tuple[Kind, str], Failure]
    ignored: Mapping[tuple[Kind, str], str]
    now: datetime
    grace: timedelta
    fresh: bool = False  # once a day, what a rule holds is looked at anew

    def ignores(self, kind: Kind, key: str, version: str) -> bool:
        """Whether a person said to leave the item alone, as it is now."""
        kept = self.ignored.get((kind, key))
        return kept is not None and not differs(kept, version)

    def asks(self, order_id: OrderId) -> bool:
        """Whether an order is before a person, who alone can end that."""
        failure = self.failures.get((Kind.SALE, order_id))
        return failure is not None and failure.group is Group.ATTENTION

    def may_send(self, kind: Kind, key: str, version: str, reason: str) -> str | None:
        """The reason to send an item now, or None: its answer is still out, or it was tried as it is."""
        if intent := self.intents.get((kind, key)):
            again = not in_grace(intent, self.now, self.grace) and intent.sends < MAX_SENDS
            return _("sent before and not found in the ERP") if again else None
        failure = self.failures.get((kind, key))
        if failure is None or differs(failure.fingerprint, version) or failure.group in _AGAIN:
            return reason
        if failure.group is Group.ATTENTION:
            return None
        if failure.group is Group.FAILED:
            return _("tried again") if failure.attempts < MAX_TRIES or self.fresh else None
        return reason if self.fresh else None


def in_grace(intent: Intent, now: datetime, grace: timedelta) -> bool:
    """Whether a create was sent so lately that not finding it proves nothing."""
    return now < (intent.sent_at or intent.opened_at) + grace


def make_plan(
    creates: Iterable[CreateProduct | Hold | Skip],
    orders: Iterable[SendOrder | CancelSale | Hold | Skip],
    prices: Iterable[SendPrice | Hold | Skip],
) -> Plan:
    """Put the stages together: products that an order waits for come before the orders."""
    left: list[Hold | Skip] = []
    new = list(_apart(creates, left))
    both = list(_apart(orders, left))
    sends = [order for order in both if isinstance(order, SendOrder)]
    changes = tuple(_apart(prices, left))
    waited_for = {key for send in sends for key in send.needs}
    return Plan(
        needed=tuple(create for create in new if create.key in waited_for),
        orders=tuple(sends),
        cancels=tuple(order for order in both if isinstance(order, CancelSale)),
        products=tuple(create for create in new if create.key not in waited_for),
        prices=changes,
        holds=tuple(item for item in left if isinstance(item, Hold)),
        skips=tuple(item for item in left if isinstance(item, Skip)),
    )


Action = TypeVar("Action")


def _apart(items: Iterable[Action | Hold | Skip], left: list[Hold | Skip]) -> Iterator[Action]:
    for item in items:
        if isinstance(item, (Hold, Skip)):
            left.append(item)
        else:
            yield item


# Products


def plan_products(
    queue: Iterable[ShopKey],
    products: Mapping[ShopKey, Product],
    same_sku: Mapping[str, int],
    pending: Mapping[ShopKey, Decimal],
    rules: Rules,
    known: Known,
    moving: Set[ShopKey] = frozenset(),
) -> Iterator[CreateProduct | Hold | Skip]:
    """The queued products that go out now. `same_sku` counts the shop's products of each SKU.

    The opening balance is the one chance to set the ERP's stock: the shop's stock and the units of orders
    that will still become sales (`pending`), since those sales will lower it. `moving` products were ordered
    so lately that the stock which the shop tells may not count it: they wait until it does.
    """
    for key in queue:
        product = products.get(key)
        if product is None:
            continue
        price = adjusted(product.base(rules.price_source), rules.percent)
        tried = product_version(product, price)
        if known.ignores(Kind.PRODUCT, key, tried):
            continue
        problem = drafts.product_problem(product, price)
        if problem is None and same_sku.get(product.sku, 0) > 1:
            text = _("{n} products of the shop have the SKU {sku}")
            problem = text.format(n=same_sku[product.sku], sku=product.sku)
        if problem:
            step = _("put it right in the shop; the next sync sends it")
            version = fingerprint(tried, problem)
            yield Hold(Kind.PRODUCT, key, product.sku or key, Group.HELD, problem, step, version)
        elif key in moving and not _has_waited(known, key):
            problem = _("it was ordered just now, and the stock that the shop tells may be older")
            step = _("nothing to do: a later sync sends it")
            yield Hold(
                Kind.PRODUCT, key, product.sku, Group.HELD, problem, step, fingerprint(tried, "moving")
            )
        elif reason := known.may_send(Kind.PRODUCT, key, tried, _("chosen with send-products")):
            yield CreateProduct(product, price, balance_of(product, pending), reason)
        else:
            yield Skip(Kind.PRODUCT, key)


def product_version(product: Product, price: int) -> str:
    """A mark of what a product is created from."""
    problem = _mark_of(product.problem)
    return fingerprint(product.sku, product.name, price, product.details, product.gone, problem)


def _has_waited(known: Known, key: ShopKey) -> bool:
    """Whether a product is kept back for so long that one which sells all the time would never be created."""
    failure = known.failures.get((Kind.PRODUCT, key))
    return failure is not None and failure.group is Group.HELD and known.now - failure.since >= MOST_WAIT


def lately_ordered(notes: Iterable[OrderNote], key_of: Mapping[str, ShopKey], rules: Rules) -> set[ShopKey]:
    """The products of these orders."""
    return {key_of[sku] for note in notes for sku, _n in taken_apart(note.items, rules.kits) if sku in key_of}


def _mark_of(problem: str | None) -> str | None:
    """That there is a problem: its words are those of whichever language the run speaks."""
    return "problem" if problem else None


def balance_of(product: Product, pending: Mapping[ShopKey, Decimal]) -> Decimal:
    """What the ERP should hold: the shop's stock and the units still to be sold, never below zero.

    Of a product that the shop keeps no stock of, these units alone.
    """
    return max((product.stock or Decimal(0)) + pending.get(product.key, Decimal(0)), Decimal(0))


def pending_units(
    notes: Iterable[OrderNote], key_of: Mapping[str, ShopKey], sold: Set[OrderId], rules: Rules
) -> dict[ShopKey, Decimal]:
    """The units that the shop's stock lacks already and the ERP's does not yet, by product.

    These are of paid orders that are to become sales, of others where the shop has taken its stock already
    (`Rules.takes_stock`), and of sales that were booked without moving the ERP's stock (not in `sold`).
    """
    units: dict[ShopKey, Decimal] = {}
    for note in notes:
        # One that is not paid is never too old: the day that counts is that of the payment to come.
        stays_out = note.payment is not Payment.UNPAID and rules.too_old(note)
        if rules.takes_stock(note) and note.id not in sold and not stays_out:
            for sku, quantity in taken_apart(note.items, rules.kits):
                if sku in key_of:
                    units[key_of[sku]] = units.get(key_of[sku], Decimal(0)) + quantity
    return units


Items = Iterable[tuple[str, Decimal]]
Kits = Mapping[str, tuple[tuple[str, Decimal], ...]]


def taken_apart(items: Items, kits: Kits) -> Iterator[tuple[str, Decimal]]:
    """An order's SKUs and quantities, with these kits replaced by their parts."""
    for sku, quantity in items:
        if sku in kits:
            yield from ((part, quantity * each) for part, each in kits[sku])
        else:
            yield sku, quantity


def skus_of(notes: Iterable[OrderNote], rules: Rules) -> set[str]:
    """Every SKU that these orders may need in the ERP: their items, and the parts of their kits."""
    items = {sku for note in notes for sku, _quantity in note.items}
    return items | {part for sku in items for part, _quantity in rules.kits.get(sku, ())}


# Orders


def plan_orders(
    notes: Iterable[OrderNote],
    sales: Mapping[OrderId, Sale],
    linked: Mapping[str, Set[ErpId]],
    creating: Mapping[str, ShopKey],
    listed: Set[str],
    same_sku: Mapping[str, int],
    rules: Rules,
    known: Known,
) -> Iterator[SendOrder | CancelSale | Hold | Skip]:
    """The orders that become sales now, and the sales that are to be cancelled.

    `linked` and `creating` have the SKUs that are, or will be, in the ERP; `listed` those that the shop has;
    `same_sku` counts the shop's products of each SKU that several have.
    """
    for note in sorted(notes, key=lambda note: (note.counted_at, note.id)):
        if known.ignores(Kind.SALE, note.id, note.version):
            continue
        if note.id in sales:
            yield from _changed_after(note, sales[note.id], rules, known)
        elif known.asks(note.id):
            yield Skip(Kind.SALE, note.id)
        elif rules.too_old(note) and (Kind.SALE, note.id) not in known.intents:
            continue
        elif note.payment is Payment.UNKNOWN:
            yield _hold(note, Group.HELD, unknown_status(note.status), meaning(rules.shop_kind))
        elif note.payment is Payment.PAID:
            yield from _order(note, linked, creating, listed, same_sku, rules, known)


def unknown_status(status: str) -> str:
    """That nobody said what a status of the shop means."""
    return _("the shop's status '{status}' is not known").format(status=status)


def meaning(shop_kind: str) -> str:
    """Where to say what a status means."""
    if shop_kind == "woocommerce":
        return _("say what it means: add it to [shop] paid_statuses or unpaid_statuses, then run sync")
    return _("add it to the profile's statuses, then run sync")


def unreadable_step(shop_kind: str, order_id: str) -> str:
    """What to do about an order that cannot be read."""
    if shop_kind == "woocommerce":
        step = _("book this order in the ERP by hand, then: contaazul-sync ignore {order}")
        return step.format(order=order_id)
    return _("correct the shop profile; the next sync reads it again")


def _order(
    note: OrderNote,
    linked: Mapping[str, Set[ErpId]],
    creating: Mapping[str, ShopKey],
    listed: Set[str],
    same_sku: Mapping[str, int],
    rules: Rules,
    known: Known,
) -> Iterator[SendOrder | Hold | Skip]:
    unlinked_kits = {sku: parts for sku, parts in rules.kits.items() if not linked.get(sku)}
    skus = sorted({sku for sku, _quantity in taken_apart(note.items, unlinked_kits)})
    shared = [sku for sku in skus if len(linked.get(sku, ())) > 1 or same_sku.get(sku, 0) > 1]
    missing = [sku for sku in skus if not linked.get(sku) and sku not in creating]
    if shared:
        reason = _("more than one product has the SKU {skus}").format(skus=", ".join(shared))
        yield _hold(note, Group.HELD, reason, _("give each its own SKU in the shop"))
    elif "" in missing:
        reason = _("an item has no SKU, so its product is not known")
        step = _("book this order in the ERP by hand, then: contaazul-sync ignore {order}")
        yield _hold(note, Group.HELD, reason, step.format(order=note.id))
    elif missing:
        reason = _("not in the ERP yet: {skus}").format(skus=", ".join(missing))
        yield _hold(note, Group.WAITING, reason, _way_out(missing, listed, rules))
    elif why := known.may_send(Kind.SALE, note.id, order_version(note, rules), _("payment approved")):
        yield SendOrder(note, tuple(creating[sku] for sku in skus if not linked.get(sku)), why)
    else:
        yield Skip(Kind.SALE, note.id)


def _hold(note: OrderNote, group: Group, reason: str, step: str) -> Hold:
    return Hold(Kind.SALE, note.id, note.id, group, reason, step, note.version)


def _way_out(missing: list[str], listed: Set[str], rules: Rules) -> str:
    """What settles a missing product: sending it, where the shop has it to send."""
    strange = [sku for sku in missing if sku not in listed]
    if strange and rules.hides_variations:
        text = _("if {skus} is a variation, send its product: contaazul-sync send-products --search NAME")
        return text.format(skus=", ".join(strange))
    if strange:
        text = _("the shop does not list {skus}: make a product with this SKU in the ERP")
        return text.format(skus=", ".join(strange))
    return typed(f"send-products {shlex.join(missing)}")


def order_version(note: OrderNote, rules: Rules) -> str:
    """A mark of what an order's sale is made from: changed, a refused or held order is tried again."""
    tables = (sorted(rules.payments.items()), sorted(rules.kits.items()))
    told = fingerprint(note.version, rules.sale_status, rules.paid_differs, rules.consumer, tables)
    return f"{FORMAT}:{told}"


def _changed_after(
    note: OrderNote, sale: Sale, rules: Rules, known: Known
) -> Iterator[CancelSale | Hold | Skip]:
    ended = note.payment in (Payment.CANCELLED, Payment.REFUNDED)
    if ended and not sale.ended_at and rules.on_cancel == "cancel":
        if known.may_send(Kind.SALE, note.id, note.version, "ended"):
            yield CancelSale(note, sale)
        else:
            yield Skip(Kind.SALE, note.id)
    elif reason := _news(note, sale):
        step = _("put sale {number} right in the ERP, then: contaazul-sync ignore {order}")
        yield _hold(note, Group.ATTENTION, reason, step.format(number=sale.number, order=note.id))


def _news(note: OrderNote, sale: Sale) -> str:
    """What happened to an order in the shop that its sale does not tell, or nothing."""
    return _news_text(note, sale).format(number=sale.number, status=note.status)


def _news_text(note: OrderNote, sale: Sale) -> str:
    if sale.ended_at:
        text = _("paid again in the shop, cancelled in the ERP after it became sale {number}")
        return text if note.payment is Payment.PAID else ""
    match note.payment:
        case Payment.CANCELLED:
            return _("cancelled in the shop after it became sale {number}")
        case Payment.REFUNDED:
            return _("refunded in the shop after it became sale {number}")
        case Payment.UNPAID:
            return _("unpaid in the shop after it became sale {number}")
        case Payment.UNKNOWN:
            return _("'{status}' in the shop, which is not known, after it became sale {number}")
        case _:  # paid
            changed = sale.fingerprint and differs(sale.fingerprint, note.fingerprint)
            return _("changed in the shop after it became sale {number}") if changed else ""


# Prices


def plan_prices(
    pairs: Iterable[tuple[Product, Link]], rules: Rules, known: Known
) -> Iterator[SendPrice | Hold | Skip]:
    """The linked products whose price in the ERP is not the shop's with the percentage, as last sent."""
    for product, link in pairs:
        if product.gone:
            continue
        if link.missing:
            yield from _missing(product, link, known)
            continue
        base = product.base(rules.price_source)
        price = adjusted(base, rules.percent)
        if price == link.sent and not product.problem:
            continue
        tried = price_version(price, product.problem)
        if known.ignores(Kind.PRODUCT, product.key, tried):
            continue
        problem = product.problem or drafts.price_problem(price)
        if problem:
            step = _("put it right in the shop; the next sync sends it")
            version = fingerprint(tried, problem)
            yield Hold(Kind.PRODUCT, product.key, link.sku, Group.HELD, problem, step, version)
        elif known.may_send(Kind.PRODUCT, product.key, tried, "changed"):
            yield SendPrice(
                product.key, link.erp_id, link.sku, base, link.sent, price, _price_reason(base, link)
            )
        else:
            yield Skip(Kind.PRODUCT, product.key)


def price_version(price: int, problem: str | None) -> str:
    """A mark of a price that is to be set."""
    return fingerprint(price, _mark_of(problem))


def _missing(product: Product, link: Link, known: Known) -> Iterator[Hold]:
    version = missing_version(link)
    if not known.ignores(Kind.PRODUCT, product.key, version):
        reason, sku = _("it was deleted in the ERP"), product.sku
        step = _("contaazul-sync send-products {sku} (creates it again), link {sku} ERP-ID, or ignore {sku}")
        yield Hold(Kind.PRODUCT, product.key, sku, Group.HELD, reason, step.format(sku=sku), version)


def missing_version(link: Link) -> str:
    """A mark of a link whose twin is gone from the ERP."""
    return fingerprint("missing", link.erp_id)


def _price_reason(base: int, link: Link) -> str:
    if link.base is None:
        return _("first price sent to this product")
    return percent_changed() if base == link.base else _("the shop's price changed")


def percent_changed() -> str:
    """A reason to send a price that a plan counts."""
    return _("the percentage changed")


# The create protocol


@dataclass(frozen=True, slots=True)
class Adopt:
    """It arrived: `erp_id` is ours."""

    erp_id: ErpId


@dataclass(frozen=True, slots=True)
class Wait:
    """Not found, and too early to believe that."""


@dataclass(frozen=True, slots=True)
class SendAgain:
    """It never arrived: send it again, a sale under the same number."""


@dataclass(frozen=True, slots=True)
class Forget:
    """It never arrived, and its number has become somebody else's: begin anew, under a new one."""


def settle(
    intent: Intent, ours: ErpId | None, *, others: bool, now: datetime, grace: timedelta
) -> Adopt | Wait | SendAgain | Forget:
    """What became of a create: `ours` was found in the ERP, or `others` were found in its place.

    Not finding it is only believed when the grace is over, since the ERP's search may lag. A sale is sent
    again under its own number, which the ERP refuses to take twice; a new number is chosen only when the
    number is seen on a sale of somebody else.
    """
    if ours is not None:
        return Adopt(ours)
    if in_grace(intent, now, grace):
        return Wait()
    return Forget() if others else SendAgain()


# Safety


def check(*, listed: int, was_listed: int, full: bool, linked: int, changed: int, force: bool) -> None:
    """Stop before anything is sent when the shop's listing looks wrong. Raises SafetyStop.

    `listed` and `was_listed` count the shop's products now and before; only a full walk proves that a
    listing is empty. `changed` counts the linked products whose own price or stock moved, or that vanished.
    """
    if force:
        return
    look = _("Look at the shop; if this is right: contaazul-sync sync --force")
    if full and was_listed and not listed:
        text = _("The shop lists no product at all, and it had {n}. Nothing was sent.")
        raise SafetyStop(f"{text.format(n=was_listed)} {look}")
    if changed >= MASS_CHANGE and changed * 2 > linked:
        text = _("{n} of {linked} linked products changed in the shop at once. Nothing was sent.")
        raise SafetyStop(f"{text.format(n=changed, linked=linked)} {look}")


def has_changed(product: Product, link: Link, pending: Mapping[ShopKey, Decimal], rules: Rules) -> bool:
    """Whether the shop itself moved a linked product's price or stock since it was last sent or compared.

    What an order took from the stock is no such move: its units are still counted, until they are sold.
    """
    if link.base is not None and product.base(rules.price_source) != link.base:
        return True
    known = link.expected is not None and product.stock is not None
    return known and balance_of(product, pending) != link.expected
