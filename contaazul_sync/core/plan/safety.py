"""What looks so wrong in the shop that it is held back: prices, and products that vanished. All else goes on.

The stock of a product is not judged: orders move it, and a shop may count many variations together.
"""

from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field

from contaazul_sync.core.ids import ShopKey, parent
from contaazul_sync.core.items import Kind
from contaazul_sync.core.plan.facts import Facts
from contaazul_sync.core.plan.prices import has_moved, price_version
from contaazul_sync.core.products import Link, Product

MASS = 20  # products; fewer that move at once are a usual day
Pairs = Iterable[tuple[Product, Link]]


def is_mass(keys: Iterable[ShopKey], linked: int) -> bool:
    """Whether so many products at once look wrong: more than half of all that are linked, and 20 at least.

    Variations of one product count once, among these keys and among the `linked`.
    """
    count = len({parent(key) for key in keys})
    return count >= MASS and count * 2 > linked


@dataclass(frozen=True, slots=True)
class Judged:
    """The products whose price is held back, and the shop's prices (centavos) that a person let go.

    None there: what a person let go is over, since the shop tells again the price that was sent.
    """

    held: Set[ShopKey] = frozenset()
    agreed: Mapping[ShopKey, int | None] = field(default_factory=dict)


Judge = Callable[[Pairs, Facts], Judged]


def trust(_pairs: Pairs, _facts: Facts) -> Judged:
    """Hold nothing back: no price is sent by this decision."""
    return Judged()


def judge_prices(pairs: Pairs, facts: Facts, *, unseen: Set[ShopKey], linked: int, force: bool) -> Judged:
    """Which prices are held back, product by product.

    One that was held stays so until `force`, or until the shop tells the price that was sent. A person's word
    counts: what was ignored or let go moves nothing. `unseen`: the linked products that a full walk missed;
    together with them the moved ones are judged.
    """
    before, moved, over = set[ShopKey](), dict[ShopKey, int](), dict[ShopKey, None]()
    for product, link in pairs:
        readable = product.is_priced and not (product.gone or link.missing)
        is_back = readable and not has_moved(product, link, facts)
        if link.held and not is_back:
            before.add(product.key)
        if link.agreed is not None and is_back:
            over[product.key] = None
        if readable and not is_back and not _let_go(product, link, facts):
            moved[product.key] = product.base(facts.rules.price_source)
    if force:
        return Judged(agreed={**over, **moved})
    new = moved.keys() if is_mass(moved.keys() | unseen, linked) else set()
    return Judged(before | new, over)


def _let_go(product: Product, link: Link, facts: Facts) -> bool:
    """Whether a person has said that this price is right, or is to be left alone."""
    price = facts.rules.price(product.price, product.promotional)
    ignored = facts.known.ignores(Kind.PRODUCT, product.key, price_version(price, product.problem))
    return ignored or product.base(facts.rules.price_source) == link.agreed
