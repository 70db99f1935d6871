"""What a walk through the shop found."""

from dataclasses import dataclass, field
from datetime import datetime

from contaazul_sync.core.errors import SyncError
from contaazul_sync.core.ids import OrderId, ShopKey
from contaazul_sync.core.items import Kind
from contaazul_sync.core.orders import Order
from contaazul_sync.passes.gaps import Gaps
from contaazul_sync.shops.port import Unreadable


@dataclass
class Seen:
    """What a walk through the shop found. Times become watermarks only when the pass goes on.

    `unseen`: the linked products that a full walk did not list, though no page failed; `vanished`: the same,
    where it listed all that there is; `said_gone`: those of which the shop said so itself. `doubted`: so much
    is missing that none of it counts as gone; `sure`: a person says it does.
    """

    full: bool
    walk: int
    live_products: bool = True  # as the shop's `Can` says
    live_orders: bool = True
    listed: int = 0
    was_listed: int = 0
    without_id: int = 0
    unread: int = 0
    trouble: SyncError | None = None  # why either the products or the orders could not be read
    no_orders: SyncError | None = None  # the same, of the orders
    hidden: dict[Kind, Gaps] = field(default_factory=lambda: {Kind.PRODUCT: Gaps(), Kind.SALE: Gaps()})
    unseen: set[ShopKey] = field(default_factory=set)
    vanished: set[ShopKey] = field(default_factory=set)
    said_gone: set[ShopKey] = field(default_factory=set)
    doubted: bool = False
    sure: bool = False
    unreadable: list[Unreadable] = field(default_factory=list)
    readable: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)  # orders that the shop says it has no more
    orders: dict[OrderId, Order] = field(default_factory=dict)  # paid and no sale yet, as the walk read them
    read_at: datetime | None = None
    orders_since: datetime | None = None
    began: datetime | None = None
    chosen: set[ShopKey] = field(default_factory=set)  # the chosen products that were read
    newest_product: datetime | None = None
    newest_order: datetime | None = None

    @property
    def whole(self) -> bool:
        """Whether it showed every product of the shop: what it did not list is not there."""
        return self.full and self.live_products and self.hidden[Kind.PRODUCT].are_none

    @property
    def miscounted(self) -> set[Kind]:
        """Whose lists showed another number of rows than the shop told, twice."""
        return {kind for kind, gaps in self.hidden.items() if gaps.miscounted}

    @property
    def read(self) -> set[Kind]:
        """Of what the lists were read to their end."""
        if self.no_orders or self.read_at is None:
            return {Kind.PRODUCT}
        return {Kind.SALE} if self.trouble else {Kind.PRODUCT, Kind.SALE}

    @property
    def is_empty(self) -> bool:
        """Whether a full walk found nothing at all, where there was something."""
        return self.whole and self.was_listed > 0 and not self.listed and not self.unread
