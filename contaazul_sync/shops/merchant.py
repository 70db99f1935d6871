"""Webstore's merchant API: its products, its orders, and one order by its id, as a profile says.

Servers ignore filters that they do not know and tell wrong totals, so a walk ends at a page that brings
nothing new. A row that cannot be read is told as such and never ends the walk; nor does one at which the shop
fails (`shops/pages`).
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Set
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any

from contaazul_sync.core.errors import Failing, Missing, NoAccess, Refused, SignInExpired
from contaazul_sync.core.ids import ShopKey
from contaazul_sync.core.orders import Order, Payment
from contaazul_sync.core.words import NOTHING, Said, _
from contaazul_sync.net.complaints import error_text
from contaazul_sync.net.transport import ATTEMPTS, Transport
from contaazul_sync.shops import bugs
from contaazul_sync.shops import merchant_rows as reading
from contaazul_sync.shops.asked import asked_for
from contaazul_sync.shops.merchant_rows import Row, search
from contaazul_sync.shops.pages import ONCE, Around, Extra
from contaazul_sync.shops.port import Can, Hidden, Told, Unreadable, Wanted, nothing
from contaazul_sync.shops.profile import Fields, Profile

ALL_AT_ONCE, PARTS = 10, (2, 3, 4, 7)  # a list whose rows move, in how many pages or parts of one at once
MOST_PAGES = 5000  # a listing that does not end is cut here


def how_to_get_orders() -> Said:
    """What a merchant has to ask for, and whom: Webstore publishes nothing of this API (docs/shops.md)."""
    return _(
        "The shop's orders do not go to the ERP: its public pages tell of none, and Webstore's merchant"
        " API does. Ask Webstore's support (or developers@webstore.net.br, developers@webstore.com.br)"
        " six things: 1. your shop's 'URL Api'; 2. its token; 3. the paths that list the orders and show"
        " one; 4. the list of statuses, and which of them mean that the payment is approved; 5. how pages"
        " go on, and whether changes since a date can be asked for; 6. how many requests are allowed."
        " Then: contaazul-sync auth --secrets. Until then the file of orders that the shop's panel exports"
        " does it: contaazul-sync config set shop.orders files, then: contaazul-sync import --check FILE"
    )


def _signed_out() -> Said:
    return _(
        "the shop does not accept the token. Take the right one from the app's page in the shop's panel"
        " (Aplicativos), then run: contaazul-sync auth --secrets"
    )


class Merchant:
    """The shop, as its profile reads it."""

    def __init__(self, transport: Transport, profile: Profile) -> None:
        self.http = transport
        self.profile = profile
        self.can = Can(tells_changes=bool(profile.updated_since))
        self.told_right = False  # the last walk to the very end found the total right, and the pages full

    async def products(
        self,
        since: datetime | None = None,
        *,
        wanted: Wanted = nothing,  # noqa: ARG002 - of the port: a listing tells all of every product
        look: bool = True,  # noqa: ARG002
        believe: bool = False,
    ) -> AsyncIterator[list[Told]]:
        """The sellable units, a page at a time; those changed since then, where the shop can tell.

        `believe`: a page that is not full ends the walk, when as many rows were read as the shop tells. It is
        for shops of which a walk to the very end has shown that both can be relied on (`told_right`).
        """
        profile = self.profile
        listing = _Listing(self, profile.product_path, profile.product_rows, profile.product_fields, since)
        async for rows in self._pages(listing, believe=believe):
            yield [unit for row in rows for unit in _units(profile, row)]

    async def units(self, keys: Set[ShopKey]) -> AsyncIterator[list[Told]]:
        """These products, out of the listing of all: this API shows none by itself."""
        left = set(keys)
        async for page in self.products():
            yield page
            left -= {each.key for each in page if not isinstance(each, Hidden)}
            if not left:
                return

    async def orders(
        self, since: datetime | None = None, *, believe: bool = False
    ) -> AsyncIterator[list[Order | Unreadable | Hidden]]:
        """The orders in every status, in the same way."""
        profile = self.profile
        listing = _Listing(self, profile.orders_path, profile.order_rows, profile.order_fields, since)
        async for rows in self._pages(listing, believe=believe):
            yield [row if isinstance(row, Hidden) else reading.order(profile, row) for row in rows]

    async def order(self, order_id: str) -> Order | Unreadable | None:
        """One order as it is now; None where the shop says that it does not know it."""
        try:
            answer = await self.http.get(self.profile.order_path, {self.profile.order_id: order_id})
        except Missing as error:
            said = error.told if isinstance(error.told, dict) else {}
            if not (self._failure(said) or search(self.profile.message, said)):
                raise  # of a server before it, which knows nothing of orders
            return None
        except SignInExpired as error:
            raise NoAccess(_signed_out()) from error
        if failure := self._failure(answer):  # of this order, as far as can be told: the others go on
            raise Refused(200, failure, "the shop")
        row = search(self.profile.order_row, answer)
        if not row and isinstance(answer, dict) and answer:  # it went well, and there is nothing in its place
            return None
        return asked_for(order_id, reading.order(self.profile, row) if isinstance(row, dict) else None)

    def means(self, status: str) -> Payment:
        """What a status means by the profile."""
        return self.profile.statuses.get(status, Payment.UNKNOWN)

    # Asking

    async def _pages(self, listing: "_Listing", *, believe: bool) -> AsyncIterator[list[Row | Hidden]]:
        """All pages of a list; where rows moved from one to another meanwhile, what was not on any."""
        self.told_right, is_whole = False, True
        async for read in self._walk(listing, believe=believe):
            is_whole &= not any(isinstance(row, Hidden) for row in read)
            yield read
        if is_whole and listing.came_twice and listing.total != listing.shown:
            yield await self._missed(listing)
        self.told_right = listing.is_even and listing.total == listing.shown

    async def _walk(self, listing: "_Listing", *, believe: bool) -> AsyncIterator[list[Row | Hidden]]:
        """One page after the other, until the list shows its end."""
        most, sizes = self.profile.rows_per_page, list[int]()
        around = Around(listing.part, Extra())
        before: list[Row] = []
        page = 1
        while page < MOST_PAGES:
            size = sizes[0] if len(set(sizes)) == 1 else most  # a server may give fewer
            read = await around.read(partial(listing.page, page, size=most), (page - 1) * size, size)
            if 0 < around.size < most:  # it failed as a whole, and none of its parts did
                page, most, sizes = (page - 1) * size // around.size + 1, around.size, []
                continue
            page += 1
            rows = [row for row in read if not isinstance(row, Hidden)]
            if len(rows) < len(read):  # it failed, and tells neither a size nor an end
                yield read
                if around.ended:
                    return
                continue
            if not rows or rows == before:  # past its end, one kind of server repeats the last page
                listing.is_even = len(set(sizes[:-1])) <= 1
                return
            sizes.append(len(rows))
            listing.show(rows)
            yield read
            if believe and len(rows) < most and listing.total == listing.shown:
                listing.is_even = True
                return
            before = rows

    async def _missed(self, listing: "_Listing") -> list[Row | Hidden]:
        """The rows of a list that came on no page, since others came twice: read anew in other pages.

        Between two requests an order that changes moves all behind it, and of rows that are alike for its
        order a server may give each page as it likes. On one page nothing moves, if the server gives so many.
        """
        found: list[Row | Hidden] = []
        usual = self.profile.rows_per_page
        for size in (ALL_AT_ONCE * usual, *(max(usual // part, 1) for part in PARTS)):
            with suppress(Failing):  # so many may be too much for it
                new, is_whole = await listing.again(size)
                found += new
                if is_whole or listing.total == listing.shown:
                    return found
        return [*found, Hidden(0, NOTHING, moved=True)]

    async def ask(self, path: str, query: Mapping[str, str | int | list[str]], tries: int) -> Any:
        """The answer to one page of a listing. Raises NoAccess, Unavailable, Failing."""
        try:
            answer = await self.http.get(path, query, tries=tries)
        except SignInExpired as error:
            raise NoAccess(_signed_out()) from error
        except Refused as error:
            text = _("the shop refused {path} ({status}): {text}.")
            raise Failing(text.format(path=path, status=error.status, text=error.text)) from error
        if failure := self._failure(answer):
            raise Failing(_("the shop says: {text}.").format(text=failure))
        return answer

    def _failure(self, answer: Any) -> str:
        """The shop's words, when its answer says that it failed; else nothing."""
        if not search(self.profile.failed, answer):
            return ""
        return error_text(search(self.profile.message, answer)) or _("no")


class _Listing:
    """One of the shop's lists, as a walk asks for it.

    `total`: what the last answer said that there are. `shown`: how many there were, each counted once;
    `came_twice`: one of them came on two pages, so that another may have come on none. `is_even`: it was
    read to its end, in pages of one size but for the last.
    """

    def __init__(
        self, shop: Merchant, path: str, rows_at: Any, fields: Fields, since: datetime | None
    ) -> None:
        self.shop, self.path, self.rows_at, self.fields = shop, path, rows_at, fields
        self.total: Any = None
        self.came_twice = self.is_even = False
        self._ids, self._without_id = set[str](), 0
        profile = shop.profile
        self.query: dict[str, str | int | list[str]] = {}
        if since and profile.updated_since:
            changed = since.astimezone(profile.zone).strftime(profile.date_format)
            self.query[profile.updated_since] = changed

    async def page(self, number: int, tries: int = ATTEMPTS, size: int = 0) -> list[Row]:
        """The rows of a page, from 1, of as many rows as the profile says, or fewer."""
        profile = self.shop.profile
        query = {profile.page: number, profile.size: size or profile.rows_per_page, **self.query}
        answer = await self.shop.ask(self.path, query, tries)
        rows = search(self.rows_at, answer)
        if rows is not None and not isinstance(rows, list):
            raise Failing(_("the shop's {path} answers no list of rows.").format(path=self.path))
        self.total = search(profile.total, answer)
        return [row for row in rows or () if isinstance(row, dict)]

    @property
    def shown(self) -> int:
        """How many rows were shown."""
        return len(self._ids) + self._without_id

    def show(self, rows: Iterable[Row]) -> list[Row]:
        """Count some rows. Returns those that were not shown before."""
        new: list[Row] = []
        for row in rows:
            row_id = self._id(row)
            if row_id in self._ids:
                self.came_twice = True
                continue
            new.append(row)
            if row_id:
                self._ids.add(row_id)
            else:
                self._without_id += 1
        return new

    def _id(self, row: Row) -> str:
        return reading.id_of(self.shop.profile, self.fields, row)

    async def again(self, size: int) -> tuple[list[Row], bool]:
        """Read it once more in pages of this size: the rows that are new, and whether all came once.

        Raises Failing.
        """
        before, new, ids = list[Row](), list[Row](), list[str]()
        for page in range(1, MOST_PAGES):
            rows = await self.page(page, ONCE, size)
            if not rows or rows == before:
                break
            ids += filter(None, map(self._id, rows))
            new += self.show(rows)
            before = rows
        return new, len(ids) == len(set(ids))

    async def part(self, start: int, size: int, tries: int) -> list[Row]:
        """Some rows from one on, which is the first of a page of that size."""
        return await self.page(start // size + 1, tries, size)


def _units(profile: Profile, row: Row | Hidden) -> list[Told]:
    if isinstance(row, Hidden):
        return [row]
    return bugs.units(lambda: reading.units(profile, row), lambda: reading.key(profile, row))
