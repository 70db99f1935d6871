"""WooCommerce REST v3: products and their variations, orders, one order by its id.

What differs between versions and hosts is
found out by asking: the list of all variations (10.3), `modified_after`, a host that takes the Authorization
header away.
"""

import re
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping, Set
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import httpx

from contaazul_sync.core.errors import Elsewhere, Failing, Missing, NoAccess, Nowhere, Refused, SignInExpired
from contaazul_sync.core.ids import ShopKey, parent
from contaazul_sync.core.money import DIGITS
from contaazul_sync.core.orders import Order, Payment
from contaazul_sync.core.words import joined
from contaazul_sync.net import border
from contaazul_sync.net.transport import ATTEMPTS, Transport
from contaazul_sync.shops import bugs
from contaazul_sync.shops.asked import asked_for
from contaazul_sync.shops.counts import Counts
from contaazul_sync.shops.pages import Around, Extra
from contaazul_sync.shops.port import Can, Hidden, Told, Unread, Unreadable, Wanted, nothing
from contaazul_sync.shops.woocommerce import address, orders, products
from contaazul_sync.shops.woocommerce.fields import Row, modified, number, text

Query = dict[str, str | int | list[str]]


IN_ORDER: Query = {"orderby": "id", "order": "asc"}


PAGE = 100  # rows; the most that WooCommerce gives
SHARED = 50  # rows that two pages have in common: so many may move away between two requests
ASK_ALONE = 10  # products: the variations of more are looked up in the list of all, if there is one
MOST_ROWS = 1_000_000
MOST_SILENT = 3  # products, one after the other, of which the shop fails at all variations
MARGIN = timedelta(
    hours=14
)  # asked for besides: a shop that takes our UTC for its own time is at most so far off


SWEEP = timedelta(
    days=60
)  # how far back orders are listed by their creation, where changes cannot be asked for


PROCESSING = "processing"  # a status of the core, which every shop knows
UNKNOWN_ORDER = re.compile(r"woocommerce_rest_\w+_invalid_id")  # the word for an id that no order has


DECIMALS = 2  # of the amounts of orders; a shop may show others, and rounds all that it tells to them


class WooCommerce:
    """A WooCommerce shop."""

    can = Can()

    def __init__(self, transport: Transport, statuses: orders.Statuses, place: address.Place) -> None:
        self.http, self.place = transport, place
        self.statuses = statuses
        self._lists_variations: bool | None = None  # not known yet
        self._begin()

    def _begin(self) -> None:
        """Begin a walk."""
        self._extra, self._counts = Extra(), Counts()

    @property
    def told_right(self) -> bool:
        """Whether the header of each list that the last walk read told as many rows as it showed."""
        return self._counts.are_right

    async def products(
        self,
        since: datetime | None = None,
        *,
        wanted: Wanted = nothing,
        look: bool = True,
        believe: bool = False,  # noqa: ARG002 - of the port: a list is read to its end at any rate
    ) -> AsyncIterator[list[Told]]:
        """The products that shoppers can buy, variations last; those changed since then at least."""
        self._begin()
        asked = IN_ORDER | {"status": "publish"}
        parents: dict[int, Row] = {}
        async for page in self._pages("products", asked | _changed(since)):
            sold = [row for row in _shown(page) if products.is_sold(row)]
            parents |= {number(row): products.as_parent(row) for row in sold if products.is_variable(row)}
            yield [
                unit
                for row in page
                if isinstance(row, Hidden) or (products.is_sold(row) and not products.is_variable(row))
                for unit in _units(row)
            ]
        if since is not None:
            others = await self._parents_changed(since, wanted() if look else nothing())
            async for page in self._by_id(others - parents.keys()):
                sold = [row for row in _shown(page) if products.is_sold(row)]
                parents |= {number(row): products.as_parent(row) for row in sold}
                yield [row for row in page if isinstance(row, Hidden)]
        is_many = since is None or len(parents) > ASK_ALONE
        async for units in self._all_variations(parents) if is_many else self._variations_of(parents):
            yield units

    async def units(self, keys: Set[ShopKey]) -> AsyncIterator[list[Told]]:
        """These products, asked for by their ids."""
        self._begin()
        numbers = {int(parent(key)) for key in keys if parent(key).isdecimal()}
        async for page in self._by_id(numbers):
            sold = [row for row in _shown(page) if products.is_sold(row)]
            yield [products.product(row) for row in sold if not products.is_variable(row)]
            parents = {number(row): products.as_parent(row) for row in sold if products.is_variable(row)}
            async for units in self._variations_of(parents):
                yield units

    async def orders(
        self,
        since: datetime | None = None,
        *,
        believe: bool = False,  # noqa: ARG002
    ) -> AsyncIterator[list[Order | Unreadable | Hidden]]:
        """The orders in every status; those changed since then at least. Without it, the newest first."""
        self._begin()
        pages = self._changed_orders(since) if since else self._pages("orders", {"status": "any"})
        async for page in pages:
            yield [row if isinstance(row, Hidden) else orders.order(row, self.statuses) for row in page]

    async def order(self, order_id: str) -> Order | Unreadable | None:
        """One order as it is now; None where the shop says that it does not know it."""
        try:
            row = await self._ask(f"orders/{order_id}", {})
        except Missing as error:
            if not (isinstance(error.told, dict) and UNKNOWN_ORDER.fullmatch(text(error.told, "code"))):
                raise
            return None
        order = orders.order(row, self.statuses) if isinstance(row, dict) else None
        return asked_for(order_id, order)

    def means(self, status: str) -> Payment:
        """What a status means by the settings."""
        return self.statuses.means(status)

    # Variations

    async def _all_variations(self, parents: Mapping[int, Row]) -> AsyncIterator[list[Told]]:
        """The variations of many products: out of the list of all, where the shop has that."""
        if not parents:
            return
        if not await self._has_list_of_variations():
            async for units in self._variations_of(parents):
                yield units
            return
        async for page in self._pages("variations", IN_ORDER):
            found: list[Told] = []
            for row in page:
                above = None if isinstance(row, Hidden) else parents.get(number(row, "parent_id"))
                if isinstance(row, Hidden) or (above and products.is_sold(row)):
                    found += _units(row, above)
            yield found

    async def _variations_of(self, parents: Mapping[int, Row]) -> AsyncIterator[list[Told]]:
        """The variations of some products, each asked for by itself."""
        silent = 0
        for key, above in parents.items():
            place, told, is_empty = f"products/{key}/variations", products.listed(above), True
            try:
                async for page in self._pages(place, IN_ORDER, told):
                    is_empty = False
                    yield [
                        unit
                        for row in page
                        if isinstance(row, Hidden) or products.is_sold(row)
                        for unit in _units(row, above)
                    ]
                silent = 0
                if told and is_empty:  # so a shop answers of a product that it has no more, too
                    yield [Unread(ShopKey(str(key)))]
            except Missing:
                continue  # deleted just now
            except Failing:
                silent += 1
                if silent >= MOST_SILENT:
                    raise
                yield [Unread(ShopKey(str(key)))]

    async def _parents_changed(self, since: datetime, wanted: Set[ShopKey]) -> set[int]:
        """The products of which a variation may have changed, though they themselves did not.

        Without a list of all variations nothing tells: then those that matter are asked for.
        """
        if not await self._has_list_of_variations():
            return {int(parent(key)) for key in wanted if parent(key) != key and parent(key).isdecimal()}
        found: set[int] = set()
        async for page in self._pages("variations", IN_ORDER | _changed(since)):
            found |= {number(row, "parent_id") for row in _shown(page) if not _is_older(row, since)}
        return found - {0}

    async def _has_list_of_variations(self) -> bool:
        if self._lists_variations is None:
            try:
                rows, _total = await self._page("variations", {"per_page": 1})
                self._lists_variations = all("parent_id" in row for row in rows)
            except (Refused, NoAccess):  # a version before 10.3, which knows no such path
                self._lists_variations = False
            except Failing:  # at the first row, or altogether: the walk will tell
                return True
        return self._lists_variations

    async def _by_id(self, numbers: Iterable[int]) -> AsyncIterator[list[Row | Hidden]]:
        left = sorted(numbers)
        while left:
            some, left = left[:PAGE], left[PAGE:]
            asked = IN_ORDER | {"include": ",".join(map(str, some))}
            async for page in self._pages("products", asked, set(some)):
                yield [row for row in page if isinstance(row, Hidden) or number(row) in some]

    # Orders

    async def _changed_orders(self, since: datetime) -> AsyncIterator[list[Row | Hidden]]:
        """The orders that changed since then; where the shop cannot tell, all that may have.

        By their ids, and not by when they changed: nothing decides between rows of one second there, and each
        page has them in another order.
        """
        asked = IN_ORDER | {"status": "any"}
        pages = self._pages("orders", asked | _changed(since))
        async for page in pages:
            if any(_is_older(row, since - 2 * MARGIN) for row in _shown(page)):
                break  # it passed over what it does not know, and tells of every order ever
            yield page
        else:
            return
        await pages.aclose()
        after: Query = {"after": _written(since - SWEEP), "dates_are_gmt": "true"}
        known = {PROCESSING}
        async for page in self._pages("orders", asked | after):
            known |= {text(row, "status") for row in _shown(page)}
            yield page
        # Older ones that were paid late. One status that the shop does not know, and it refuses to answer.
        for status in sorted(self.statuses.paid & known - {"completed"}):
            async for page in self._pages("orders", IN_ORDER | {"status": status}):
                yield page

    # Asking

    async def _pages(
        self, path: str, query: Query, until: Set[int] = frozenset()
    ) -> AsyncGenerator[list[Row | Hidden]]:
        """The rows of a list, each once, until a page brings nothing new, or there are those of `until`.

        Two pages have half of their rows in common: a row that leaves its place while we read (an order that
        changes, a product that is deleted) moves all behind it, and one of them would be on neither page.
        Totals are told in headers, and wrong where a plugin does without counting: no walk ends by them.
        """
        seen: set[int] = set()
        offset, total = 0, None

        async def part(start: int, size: int, tries: int) -> list[Row]:
            nonlocal total
            rows, total = await self._page(path, query | {"per_page": size, "offset": start}, tries)
            return rows

        around = Around(part, self._extra)
        while offset < MOST_ROWS:
            size = around.size or PAGE
            page = await around.read(partial(part, offset, size), offset, size)
            if 0 < around.size < size:
                continue
            new = [row for row in page if isinstance(row, Hidden) or number(row) not in seen]
            if not new:
                if not until:
                    self._counts.add(len(seen), total)
                return
            seen |= {number(row) for row in _shown(new)}
            yield new
            if around.ended or (until and until <= seen):
                return
            is_whole = len(_shown(page)) == len(page)  # else the next one would fail at the same row
            offset += len(page) - min(SHARED, len(page) // 2) if is_whole else size

    async def _page(self, path: str, query: Query, tries: int = ATTEMPTS) -> tuple[list[Row], int | None]:
        """The rows of a page, and how many the list has, as its header tells."""
        page: tuple[list[Row], int | None] = await self._ask(path, query, _read_page, tries)
        return page

    async def _ask(self, path: str, query: Query, reader: Any = None, tries: int = ATTEMPTS) -> Any:
        if path.startswith("orders"):
            query |= {"dp": DECIMALS}
        try:
            # An address that nobody asked before: caches of hosts and plugins keep an API's answers, too.
            asked = self.place.of(path, query | {"_": time.time_ns() // 1000})
            return await self.http.get(*asked, reader, tries)
        except SignInExpired as error:
            raise NoAccess(address.refused(error.text)) from error
        except Elsewhere as error:
            raise Elsewhere(joined(error.message, address.elsewhere(self.place.base))) from error
        except (Missing, Nowhere) as error:
            if path not in ("products", "orders"):
                raise
            raise Nowhere(address.elsewhere(self.place.base), self.http.who) from error


def _units(row: Row | Hidden, above: Row | None = None) -> list[Told]:
    """A product, or a variation of the one above."""
    if isinstance(row, Hidden):
        return [row]
    if above is None:
        return bugs.units(lambda: [products.product(row)], lambda: number(row))
    return bugs.units(lambda: [products.variation(above, row)], lambda: f"{number(above)}:{number(row)}")


def _read_page(response: httpx.Response) -> tuple[list[Row], int | None]:
    """A page of rows, and the total beside it. Raises ValueError."""
    told, total = border.parse(response.content), response.headers.get("X-WP-Total", "")
    if not isinstance(told, list):
        raise ValueError(response.request.url.path)
    rows: list[Row] = [row for row in told if isinstance(row, dict)]
    return rows, int(total) if total.isdecimal() and len(total) <= DIGITS else None


def _shown(page: Iterable[Row | Hidden]) -> list[Row]:
    return [row for row in page if not isinstance(row, Hidden)]


def _changed(since: datetime | None) -> Query:
    return {"modified_after": _written(since - MARGIN), "dates_are_gmt": "true"} if since else {}


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _is_older(row: Row, moment: datetime) -> bool:
    changed = modified(row)
    return changed is not None and changed < moment
