"""The port: what a pass asks of a shop, whichever kind it is, and what a kind cannot do.

Servers ignore filters that they do not know, so `since` is a help to ask less and never relied on. What
cannot be read is told as such and never ends a walk.
"""

from collections.abc import AsyncIterator, Callable, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from contaazul_sync.core.ids import ShopKey
from contaazul_sync.core.orders import Order, Payment
from contaazul_sync.core.products import Product
from contaazul_sync.core.words import Said

Wanted = Callable[[], Set[ShopKey]]  # asked by the kinds of shop that need it


def nothing() -> frozenset[ShopKey]:
    """No product is wanted."""
    return frozenset()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An order that cannot be read, by its id where at least that is there.

    `is_bug`: it is we who cannot. `by_profile`, `by_mapping`: that may say wrongly where its fields are.
    """

    id: str
    reason: Said
    is_bug: bool = False
    by_profile: bool = False
    by_mapping: bool = False


@dataclass(frozen=True, slots=True)
class Unread:
    """A product that the shop has and did not show this time: what is known of it stays as it is.

    `is_bug`: it was shown, and it is we who cannot read it.
    """

    key: ShopKey
    is_bug: bool = False


@dataclass(frozen=True, slots=True)
class Hidden:
    """So many rows of a list at most, at which the shop fails, in their place between those that it showed.

    `rows` is 0 where a page failed and its parts did not: all was shown, though not at one moment. `moved`:
    none failed, and rows came twice, so that others may have come on no page. `file`: the name of the file
    that they are in, where it is one; nobody knows how many they are.
    """

    rows: int
    reason: Said
    moved: bool = False
    file: str = ""


@dataclass(frozen=True, slots=True)
class Gone:
    """A product of which the shop itself says, asked for it, that it has it no more."""

    key: ShopKey


Told = Product | Unread | Gone | Hidden  # what a list of products may tell


@dataclass(frozen=True, slots=True)
class Can:
    """What a shop can do.

    `orders`: its orders can be read. `tells_changes`: it can list the products that changed since a moment.
    `lists_variations`: its listing tells every sellable unit; else a product's variations and its stock are
    told only where it is wanted. `stock_age`: how old a stock may be by the time it is told.

    `live_products`, `live_orders`: it shows all that there is, as it is now. Else it shows what somebody has
    written down at some time: what is not there may be in the shop, how far it was read no order can tell,
    and something older may come after something newer.
    """

    orders: bool = True
    tells_changes: bool = True
    lists_variations: bool = True
    stock_age: timedelta = timedelta(0)
    live_products: bool = True
    live_orders: bool = True


class Shop(Protocol):
    """A shop. Raises NoAccess for a token that is not accepted, Unavailable where it does not answer.

    `told_right`: the last walk to the very end showed that the total and the pages of this server can be
    relied on.
    """

    @property
    def can(self) -> Can:
        """What it can do."""

    @property
    def told_right(self) -> bool:
        """Of the last walk."""

    def products(
        self,
        since: datetime | None = None,
        *,
        wanted: Wanted = nothing,
        look: bool = True,
        believe: bool = False,
    ) -> AsyncIterator[list[Told]]:
        """The sellable units, a page at a time: all, or those that may have changed since then.

        `wanted` are the products that are linked or chosen. With `look`, the shop is asked for each of them
        where its listing does not tell enough; without, they are left out there. `believe`: a page that is
        not full may end the walk (see `told_right`).
        """

    def units(self, keys: Set[ShopKey]) -> AsyncIterator[list[Told]]:
        """These products as they are now, and perhaps others; one that the shop does not show is left out."""

    def orders(
        self, since: datetime | None = None, *, believe: bool = False
    ) -> AsyncIterator[list[Order | Unreadable | Hidden]]:
        """The orders in every status, those changed since then at least, in the same way."""

    async def order(self, order_id: str) -> Order | Unreadable | None:
        """One order as it is now; None where the shop says itself that it does not know it.

        Raises Refused for a refusal that does not say so plainly, and Unclear for another answer.
        """

    def means(self, status: str) -> Payment:
        """What a status means by the settings of now; UNKNOWN where it does not tell by itself."""
