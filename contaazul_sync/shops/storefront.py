"""Webstore's storefront: the products as the shop's own public pages get them. It knows no orders.

There is no call for all products: the categories are walked, and the sitemap tells what is in none of them.
Stock and variations are on each product's page, which is read for the wanted products only. The shop's
answers are cached for up to an hour, and nothing says how often one may ask: two requests a second it is.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Set
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import httpx

from contaazul_sync.core.days import BRAZIL
from contaazul_sync.core.errors import (
    Failing,
    Missing,
    NoAccess,
    Refused,
    SignInExpired,
    SyncError,
    Unavailable,
)
from contaazul_sync.core.ids import ShopKey, parent
from contaazul_sync.core.orders import Order, Payment
from contaazul_sync.core.products import Product
from contaazul_sync.core.words import _
from contaazul_sync.home.machine import utc_now
from contaazul_sync.net import border
from contaazul_sync.net.transport import Transport
from contaazul_sync.shops import bugs
from contaazul_sync.shops import storefront_rows as rows
from contaazul_sync.shops.pages import Around, Extra
from contaazul_sync.shops.port import Can, Gone, Hidden, Told, Unread, Unreadable, Wanted, nothing

MOST_REQUESTS = Decimal(2)  # a second
CACHED = timedelta(hours=1)  # how old an answer may be
MOST_PAGES, MOST_SITEMAPS = 1000, 50
MOST_UNANSWERED = 10  # products, and more than were shown: the shop is away
FEW = 2  # products that may all be unknown to the shop, and it is there
PAGE = 32  # products, as the shop's own pages show them: it cannot be asked for fewer
PAUSE = 2.0  # seconds; the shop's own pages ask again after it

# What the shop's own pages send, empty where they leave it empty.
CATEGORIES = {
    "VarsCategorias": "_____False_",
    "DptTipo": "",
    "DptId": "",
    "VarsFiltrosListagem": "",
    "VarsFiltrosListagemJson": "",
}
LIST = {
    "SubEtapaWs": "",
    "VarsFiltrosListagem": "",
    "VarsFiltrosListagemJson": "",
    "productsPerLine": "4",
    "shortDescriptionVisibleOnList": "",
}


class _SaysNoError(Failing):
    """The shop answers, and answers with an error of its own."""


class Storefront:
    """The shop's public side. `site` asks the shop's own address, `api` the one that its pages ask."""

    can = Can(orders=False, tells_changes=False, lists_variations=False, stock_age=CACHED)
    told_right = False

    def __init__(
        self,
        site: Transport,
        api: Transport,
        clock: Callable[[], datetime] = utc_now,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.site, self.api = site, api
        self._clock, self._sleep = clock, sleep
        self._door: tuple[str, str] | None = None
        self._renewed = False  # a new token was taken after an error, and nothing was answered since
        self._all_is_listed = True  # of the last listing: every sitemap was one, and was read; no page failed
        self._moved = False  # of it, too: a product came on two pages of a list, and another may be on none

    async def products(
        self,
        since: datetime | None = None,
        *,
        wanted: Wanted = nothing,
        look: bool = True,
        believe: bool = False,  # noqa: ARG002 - of the port: these lists tell their pages
    ) -> AsyncIterator[list[Told]]:
        """The wanted products as their pages show them; without `since`, all others too, as listed."""
        self._renewed = False
        chosen = {parent(key) for key in wanted()}
        listed: set[ShopKey] | None = None
        if since is None:
            listed = set()
            async for page in self._listing():
                listed |= {each.key for each in page if not isinstance(each, Hidden)}
                yield [each for each in page if isinstance(each, Hidden) or each.key not in chosen]
            if not self._all_is_listed:
                listed = None
        async for units in self._pages_of(sorted(chosen) if look else [], listed):
            yield units

    def units(self, keys: Set[ShopKey]) -> AsyncIterator[list[Told]]:
        """These products as their pages show them."""
        self._renewed = False
        return self._pages_of(sorted({parent(key) for key in keys}), None)

    async def orders(
        self,
        since: datetime | None = None,  # noqa: ARG002
        *,
        believe: bool = False,  # noqa: ARG002
    ) -> AsyncIterator[list[Order | Unreadable | Hidden]]:
        """None: a storefront tells of no order."""
        return
        yield []  # makes this a generator

    async def order(self, order_id: str) -> Order | Unreadable | None:  # noqa: ARG002
        """None, for the same reason."""
        return None

    def means(self, status: str) -> Payment:  # noqa: ARG002
        """UNKNOWN, for the same reason."""
        return Payment.UNKNOWN

    # A product's page

    async def _pages_of(self, keys: list[ShopKey], listed: set[ShopKey] | None) -> AsyncIterator[list[Told]]:
        """The units of each of these products. `listed`: those that are in a list, where all lists were read.

        One that is in no list, and of which the shop itself says no, is gone. A page that is not
        answered tells nothing of the product. Raises Unavailable where most are not, or none is shown.
        """
        shown = unread = unanswered = 0
        for key in keys:
            try:
                page = await self._ask("produtos/dadosproduto", {"Produto": key})
            except (_SaysNoError, Missing):
                if listed is not None and key not in listed:
                    yield [Gone(key)]
                    continue
                page = None
            except Unavailable:
                unanswered += 1
                if unanswered >= MOST_UNANSWERED and unanswered > shown:  # each takes up to a minute
                    raise
                page = None
            if rows.is_product(page):
                shown += 1
                yield bugs.units(partial(rows.units, key, page), partial(str, key))
            else:
                unread += 1
                yield [Unread(key)]
        if not shown and (unanswered or unread > FEW):
            raise Unavailable(_("the shop's storefront shows none of the products that were sent."))

    # The lists

    async def _listing(self) -> AsyncIterator[list[Told]]:
        """All that shoppers see: the categories, and what the sitemap has besides."""
        self._moved = False
        roots, below = rows.categories(await self._ask("categorias", CATEGORIES))
        found: set[ShopKey] = set()
        around, failed = Around[Product](None, Extra()), False
        async for page in self._in_categories(roots, found, around):
            failed |= any(isinstance(each, Hidden) for each in page)
            yield [*page]
        pages = await self._sitemap()
        # A root does not list what is in its subcategories alone, on some shops; nothing else would tell.
        if not pages or pages.keys() - found:
            async for page in self._in_categories(below, found, around):
                failed |= any(isinstance(each, Hidden) for each in page)
                yield [*page]
        failed |= self._moved
        self._all_is_listed &= not failed
        left = {key: name for key, name in pages.items() if key not in found}
        # What is on a page that failed, or moved meanwhile, is known better than by its name alone.
        yield [Unread(key) if failed else rows.from_sitemap(key, name) for key, name in left.items()]

    async def _in_categories(
        self, numbers: list[str], found: set[ShopKey], around: Around[Product]
    ) -> AsyncIterator[list[Product | Hidden]]:
        for number in numbers:
            async for page in self._category(number, around):
                shown = {each.key: each for each in page if not isinstance(each, Hidden)}
                new = {key: product for key, product in shown.items() if key not in found}
                found.update(new)
                yield [*new.values(), *(each for each in page if isinstance(each, Hidden))]

    async def _category(self, number: str, around: Around[Product]) -> AsyncIterator[list[Product | Hidden]]:
        info = f"_|_{number}_|__|__|__|__|__|_1_|__|__|__|__|__|__|_"
        last: int | None = None

        async def ask(page: int, _tries: int) -> list[Product]:
            nonlocal last
            asked = LIST | {"InfoListagem": info, "num_pagina": str(page)}
            products, told = rows.page_of_list(await self._ask("produtos/listagem", asked))
            last = told if told is not None else last
            return products

        before: list[Product] = []
        seen: set[ShopKey] = set()
        for page in range(1, MOST_PAGES):
            products = await around.read(partial(ask, page), (page - 1) * PAGE, PAGE)
            if not products or products == before:
                return
            shown = {each.key for each in products if not isinstance(each, Hidden)}
            self._moved |= bool(shown & seen)
            seen |= shown
            yield products
            if around.ended or (last is not None and page >= last):
                return
            before = [each for each in products if not isinstance(each, Hidden)]

    async def _sitemap(self) -> dict[ShopKey, str]:
        """The products of the shop's sitemap, which may consist of several; none where there is none."""
        found: dict[ShopKey, str] = {}
        self._all_is_listed = True
        left, read = ["sitemap.xml"], set[str]()
        while left and len(read) < MOST_SITEMAPS:
            place = left.pop(0)
            if place in read:
                continue
            read.add(place)
            try:
                text = await self.site.get(place, reader=border.page)
            except Missing:
                continue
            except SyncError:  # it is a help: what is wanted is looked at all the same
                self._all_is_listed = False
                continue
            self._all_is_listed &= rows.is_sitemap(text)
            found |= rows.in_sitemap(text)
            left += map(_place, rows.more_sitemaps(text))
        self._all_is_listed &= not left
        return found

    # Asking

    async def _ask(self, path: str, query: dict[str, str]) -> Any:
        """One answer. An error of the shop is asked again after a pause, then with a new token.

        Raises _SaysNoError for an error that stays, Missing for a product, NoAccess, Unavailable.
        """
        number = 0
        for attempt in range(3):
            door = self._door or await self._open()
            try:
                answer = await self.api.get(path, {**self._common(door), **query}, _first_object)
            except SignInExpired as error:
                raise NoAccess(_("the shop's public pages do not answer us (401).")) from error
            except Refused as error:
                if isinstance(error, Missing) and "Produto" in query:
                    raise
                raise Unavailable(error.message) from error
            number = _error(answer)
            if not number:
                self._renewed = False
                return answer
            if attempt == 0:
                await self._sleep(PAUSE)
            elif self._renewed:
                break
            else:
                self._door, self._renewed = None, True
        raise _SaysNoError(_("the shop's storefront answers with its error {n}.").format(n=number))

    def _common(self, door: tuple[str, str]) -> dict[str, str]:
        """What every request has. `cachetype` changes each minute, as on the shop's own product pages."""
        number, token = door
        now = self._clock().astimezone(BRAZIL)
        minute = f"{now.day}-{now.month - 1}_{now.hour}_{now.minute}"
        return {"LOJA": number, "LVdashview": "", "LvToken": token, "cachetype": minute}

    async def _open(self) -> tuple[str, str]:
        """Read the shop's number and its passing token from its home page."""
        try:
            page = await self.site.get("", reader=border.page)
        except SignInExpired as error:
            raise NoAccess(_("the shop's public pages do not answer us (401).")) from error
        except Refused as error:
            raise Unavailable(error.message) from error
        self._door = rows.key_of_the_door(page)
        if self._door is None:
            text = _(
                "the page at {address} is not a Webstore shop's, or it was not shown to us. Is [shop] url"
                " right?"
            )
            raise Unavailable(text.format(address=self.site.client.base_url))
        return self._door


def _place(address: str) -> str:
    """An address below the shop's own: its path and its query."""
    return urlsplit(address)._replace(scheme="", netloc="", fragment="").geturl().lstrip("/")


def _first_object(response: httpx.Response) -> Any:
    """The answer, or the first of two that are glued together. Raises ValueError."""
    return border.parse_first(response.content)


def _error(answer: Any) -> int:
    """The number of the shop's error; 0 where there is none."""
    told = str(answer.get("erro")) if isinstance(answer, dict) else ""
    return int(told) if told.isdecimal() and len(told) < 10 else 0
