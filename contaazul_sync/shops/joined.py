"""One shop of two sources: the products of one, and the orders of another, which may be missing."""

from collections.abc import AsyncIterator, Set
from dataclasses import replace
from datetime import datetime

from contaazul_sync.core.ids import ShopKey
from contaazul_sync.core.orders import Order, Payment
from contaazul_sync.shops.port import Hidden, Shop, Told, Unreadable, Wanted, nothing


class Joined:
    """A shop whose products and orders are asked for in two places."""

    def __init__(self, catalogue: Shop, orders: Shop) -> None:
        self.catalogue, self.order_book = catalogue, orders
        self.can = replace(catalogue.can, orders=orders.can.orders, live_orders=orders.can.live_orders)

    @property
    def told_right(self) -> bool:
        """Of the order book."""
        return self.order_book.told_right

    def products(
        self,
        since: datetime | None = None,
        *,
        wanted: Wanted = nothing,
        look: bool = True,
        believe: bool = False,
    ) -> AsyncIterator[list[Told]]:
        """Those of the catalogue."""
        return self.catalogue.products(since, wanted=wanted, look=look, believe=believe)

    def units(self, keys: Set[ShopKey]) -> AsyncIterator[list[Told]]:
        """Those of the catalogue."""
        return self.catalogue.units(keys)

    def orders(
        self, since: datetime | None = None, *, believe: bool = False
    ) -> AsyncIterator[list[Order | Unreadable | Hidden]]:
        """Those of the order book."""
        return self.order_book.orders(since, believe=believe)

    async def order(self, order_id: str) -> Order | Unreadable | None:
        """One of the order book."""
        return await self.order_book.order(order_id)

    def means(self, status: str) -> Payment:
        """By the order book."""
        return self.order_book.means(status)
