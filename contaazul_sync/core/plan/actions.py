"""What a pass may do, as values: each action carries its reason, so that a dry run, a run and `status` agree.

There is no action that deletes: this tool removes nothing from the ERP, and the types say so.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeVar

from contaazul_sync.core.ids import ErpId, OrderId, ShopKey
from contaazul_sync.core.items import Group, Kind
from contaazul_sync.core.orders import OrderNote, Sale
from contaazul_sync.core.products import Link, Product
from contaazul_sync.core.words import Said


@dataclass(frozen=True, slots=True)
class CreateProduct:
    """Create a product at `price` centavos with an opening balance."""

    product: Product
    price: int
    balance: Decimal
    reason: Said

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
    reason: Said

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
    reason: Said

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
    reason: Said
    next_step: Said
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

    def without_waiting(self) -> "Plan":
        """The same, and nothing new said of orders that wait for a product: the shop's may not be known."""
        waiting = {hold for hold in self.holds if hold.group is Group.WAITING}
        left = tuple(Skip(hold.kind, hold.key) for hold in self.holds if hold in waiting)
        holds = tuple(hold for hold in self.holds if hold not in waiting)
        return replace(self, holds=holds, skips=self.skips + left)


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
