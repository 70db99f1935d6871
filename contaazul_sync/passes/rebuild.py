"""Making the state anew from the two systems: links by SKU, sales by number and mark. Nothing is sent."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace

from contaazul_sync.core.days import beginning, local_day
from contaazul_sync.core.erp import ErpProduct, ErpSale
from contaazul_sync.core.errors import Bugs, Unusable
from contaazul_sync.core.ids import OrderId
from contaazul_sync.core.money import adjusted
from contaazul_sync.core.orders import Payment
from contaazul_sync.core.products import Link, Product
from contaazul_sync.core.skus import nearest, spelled
from contaazul_sync.passes.adopt import Adopted, Adoption, Ask, cannot_ask
from contaazul_sync.passes.binding import REBUILDING, bind, made_whole
from contaazul_sync.passes.decide import decide
from contaazul_sync.passes.parts import Parts
from contaazul_sync.passes.sold import ask_whose, may_be_its, tell_double
from contaazul_sync.passes.twins import twin_of
from contaazul_sync.passes.unsold import ask_unsold, keep_rebuilt
from contaazul_sync.passes.walk import keep_watermarks, walk
from contaazul_sync.state.file import State
from contaazul_sync.state.notes import COVERED_FROM, COVERED_TO


@dataclass
class Found:
    """What a rebuild found: products and sales of ours in the ERP, and paid orders without a sale."""

    adopted: Adopted
    links: int = 0
    unsold: int = 0
    hides_variations: bool = False  # those of the shop's products are not known to a new state
    other_prices: list[str] = field(default_factory=list)  # SKUs whose price in the ERP is not the shop's
    bugs: Bugs | None = None  # sales met some: their orders are before a person


def nobody(_found: Found) -> None:
    """Is told."""


async def rebuild(
    parts: Parts,
    said: Collection[str] | None = None,
    ask: Ask = cannot_ask,
    tell: Callable[[Found], None] = nobody,
) -> Found:
    """Learn from both systems what is done already. What the state knows stays as it is.

    A paid order without a sale is not sent by the next pass: its sale may have been deleted in the ERP, or
    it was booked by hand. A person decides, by `retry` or `ignore`; so, too, of one that turns out later to
    have been paid by now (`hold_unsold`). `said`: what this home is called in the notes of the ERP's sales;
    `ask` asks for that where it is not clear. It counts as made when `tell` has told what was found: one that
    dies before has to be made again. Raises UsageError.
    """
    state, now = parts.state, parts.clock()
    state.notes.set(REBUILDING, "yes")  # until it has ended, no pass sends anything
    if parts.refusal:
        raise parts.refusal
    bind(state, parts.rules.shop_id, parts.company_id)
    state.notes.set("full_walk", "")  # all of the shop, not only what changed
    seen = await walk(parts)
    if seen.trouble:
        raise seen.trouble
    links, other_prices = await _link(parts)
    adopted = await Adoption(parts, seen).run(said, ask)
    _tell_doubles(parts, adopted.doubles)
    unsold = _ask(_since_the_first(parts, adopted), adopted.unclear)
    _keep_covered(state, adopted)
    keep_watermarks(state, seen, now)
    keep_rebuilt(parts, now)
    bugs = parts.single.bugs
    found = Found(adopted, links, unsold, parts.rules.hides_variations, other_prices, bugs)
    tell(found)
    made_whole(state)
    return found


async def _link(parts: Parts) -> tuple[int, list[str]]:
    """Link by SKU. Returns how many, and the SKUs whose price in the ERP is not the shop's."""
    links, other_prices = 0, list[str]()
    by_sku: dict[str, list[ErpProduct]] = {}
    async for twins in parts.erp.list_products():
        for twin in twins:
            by_sku.setdefault(spelled(twin.sku), []).append(twin)
    state, shared = parts.state, parts.state.products.same_sku()
    for product in list(state.products.all()):
        twins = nearest(by_sku.get(spelled(product.sku), []), product.sku, lambda twin: twin.sku)
        if not product.sku or product.sku in shared or not twins:
            continue
        link = state.links.get(product.key)
        try:
            only = twin_of(state, twins, product.sku)
            if only and link is None:
                link = _linked(parts, product, only)
                state.links.save(link, parts.clock())
                links += 1
        except Unusable:
            continue  # more than one, inactive, or another's: choosing the product again says so
        if only and link and link.erp_id == only.id and only.price != link.sent:
            other_prices.append(product.sku)
    return links, other_prices


def _price(parts: Parts, product: Product) -> int:
    return adjusted(product.base(parts.rules.price_source), parts.rules.percent)


def _linked(parts: Parts, product: Product, twin: ErpProduct) -> Link:
    """The ERP's price stays until the shop's changes: whether the merchant chose the product is not known."""
    base = product.base(parts.rules.price_source)
    sent = _price(parts, product)
    return Link(product.key, twin.id, product.sku, base, sent, compare_after=parts.clock())


def _keep_covered(state: State, adopted: Adopted) -> None:
    """Keep from which day on the ERP's sales were read, and when."""
    begin = beginning(adopted.since)
    kept, until = state.notes.time(COVERED_FROM), state.notes.time(COVERED_TO)
    if kept and until and begin <= until:  # an older copy knew more
        begin = min(begin, kept)
    state.notes.set_time(COVERED_FROM, begin)
    state.notes.set_time(COVERED_TO, adopted.began)


def _since_the_first(parts: Parts, adopted: Adopted) -> Parts:
    """The parts with the day from which orders are sent, where lost with the state: of the first sale."""
    state, rules = parts.state, parts.rules
    first = local_day(state.notes.first_day(parts.clock()))
    if adopted.first is None or adopted.first >= first:
        return parts
    state.notes.set_time("first_run", beginning(adopted.first))
    return replace(parts, rules=replace(rules, since=adopted.first)) if rules.since == first else parts


def _ask(parts: Parts, unclear: Mapping[OrderId, ErpSale]) -> int:
    """Put every paid order without a sale before a person."""
    decision = decide(parts, fresh=True)
    sold = decision.sold | parts.state.sales.of(note.id for note in decision.notes).keys()
    notes = [note for note in decision.notes if note.payment is Payment.PAID and note.id not in sold]
    asked = [note for note in notes if not parts.rules.too_old(note)]
    for note in asked:
        ask_unsold(parts, note)
        if note.id in unclear:  # more can be said of it
            ask_whose(parts, note, may_be_its(unclear[note.id]))
    return len(asked)


def _tell_doubles(parts: Parts, doubles: Mapping[OrderId, list[int]]) -> None:
    """Put the orders that are sold more than once before a person."""
    for order_id, sale in parts.state.sales.of(doubles).items():
        for number in doubles[order_id]:
            if number != sale.number:
                tell_double(parts, sale, number)
