"""Puts the parts of a pass together: files, clients and clock, as the settings say.

Of the kinds of shop the one that is asked is loaded, and no other: a pass begins every half hour.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from contaazul_sync.core.days import local_day
from contaazul_sync.core.errors import ConfigError
from contaazul_sync.core.words import Said, _
from contaazul_sync.erp.client import ACCOUNT, ContaAzul
from contaazul_sync.erp.oauth import DraftAuth, ErpAuth, Tokens, unfinished
from contaazul_sync.home.credentials import Vault
from contaazul_sync.home.machine import utc_now
from contaazul_sync.home.readers import LOOPBACK
from contaazul_sync.home.settings import Settings
from contaazul_sync.net import line
from contaazul_sync.net.line import USER_AGENT
from contaazul_sync.net.pacer import Pacer
from contaazul_sync.net.stop import Stop
from contaazul_sync.net.transport import Transport
from contaazul_sync.passes.crew import WORKERS, Progress, no_progress
from contaazul_sync.passes.parts import Clock, Parts, Sleep
from contaazul_sync.shops.port import Shop
from contaazul_sync.state.file import State
from contaazul_sync.state.notes import ORDERS_READABLE

if TYPE_CHECKING:
    from contaazul_sync.shops.merchant import Merchant
    from contaazul_sync.shops.storefront import Storefront

LIMITS = httpx.Limits(max_connections=WORKERS + 2, max_keepalive_connections=WORKERS)
FEW = httpx.Limits(max_connections=2, max_keepalive_connections=2)  # shoppers use that host, too
WHO = "prices and stock of this shop, read for its own ERP"
Heard = Callable[[httpx.Response], Awaitable[None]]


def tokens(settings: Settings, vault: Vault, clock: Clock = utc_now) -> Tokens:
    """The sign-in of this home."""
    client_id, token_url = settings.need("erp.client_id"), settings.text("erp.token_url")
    return Tokens(settings.home, vault, token_url, client_id, clock)


def _pacer(settings: Settings, name: str) -> Pacer:
    return Pacer(float(1 / settings.number(name)))


@asynccontextmanager
async def erp_client(
    settings: Settings,
    vault: Vault,
    clock: Clock = utc_now,
    sleep: Sleep = asyncio.sleep,
    stop: Stop | None = None,
    *,
    draft: str = "",
) -> AsyncIterator[ContaAzul]:
    """The ERP of the company that is signed in; with `draft`, of a new access token that is not kept yet."""
    login = DraftAuth(draft) if draft else ErpAuth(tokens(settings, vault, clock))
    address, accept = settings.text("erp.api_url"), {"Accept": "application/json"}
    async with line.client(address, accept, auth=login, limits=LIMITS) as client:
        pacer = _pacer(settings, "erp.requests_per_second")
        yield ContaAzul(Transport(client, "the ERP", pacer, sleep, stop, ACCOUNT))


@asynccontextmanager
async def shop_client(
    settings: Settings,
    vault: Vault,
    sleep: Sleep = asyncio.sleep,
    heard: Heard | None = None,
    stop: Stop | None = None,
    clock: Clock = utc_now,
    *,
    keeps: bool = False,
) -> AsyncIterator[Shop]:
    """The shop that the settings name. `heard` is told each answer.

    `keeps`: files that were read may be put where they are kept; else they lie where they are.
    """
    token = vault.read().shop_token
    if not token.isascii() or not token.isprintable():
        raise ConfigError(
            _("The shop's token has characters that no token has: contaazul-sync auth --secrets")
        )
    async with AsyncExitStack() as opened:
        lines = _Lines(settings, opened, sleep, heard, stop or Stop())
        if not settings.from_files:
            yield await _asked(settings, lines, token)
            return
        from contaazul_sync.operate import filing
        from contaazul_sync.shops.joined import Joined

        files = filing.shop(settings, clock, lines.sleep, keeps=keeps)
        if len(settings.from_files) == 2:
            yield files
        elif "orders" in settings.from_files:
            yield Joined(await _asked(settings, lines, token), files)
        else:
            yield Joined(files, await _order_book(settings, lines, token))


class _Lines:
    """Opens lines to the shop's servers, which are closed with `opened`."""

    def __init__(
        self,
        settings: Settings,
        opened: AsyncExitStack,
        sleep: Sleep,
        heard: Heard | None,
        stop: Stop,
    ) -> None:
        self.opened, self.stop, self.sleep = opened, stop, stop.sleeping(sleep)
        self.hooks = {"response": [heard]} if heard else {}
        self.pacer = _pacer(settings, "shop.requests_per_second")

    async def open(self, address: str, pacer: Pacer | None = None, **options: Any) -> Transport:
        """A line to one address; `options` are the client's."""
        headers = {"Accept": "application/json"} | options.pop("headers", {})
        client = line.client(address, headers, event_hooks=self.hooks, **{"limits": LIMITS, **options})
        await self.opened.enter_async_context(client)
        return Transport(client, "the shop", pacer or self.pacer, self.sleep, self.stop)


async def _asked(settings: Settings, lines: _Lines, token: str) -> Shop:
    """The shop as its own servers tell it; of its orders nothing where these come from files."""
    if settings.text("shop.kind") == "woocommerce":
        return await _woocommerce(settings, lines, token)
    if "orders" in settings.from_files and settings.catalogue(has_token=bool(token)) != "api":
        return await _storefront(settings, lines)
    return await _webstore(settings, lines, token)


async def _order_book(settings: Settings, lines: _Lines, token: str) -> Shop:
    """What tells the orders of a shop whose products come from files."""
    woo = settings.text("shop.kind") == "woocommerce"
    return await (_woocommerce if woo else _merchant)(settings, lines, token)


async def _webstore(settings: Settings, lines: _Lines, token: str) -> Shop:
    where = settings.catalogue(has_token=bool(token))
    if where == "api":
        return await _merchant(settings, lines, token)
    front = await _storefront(settings, lines)
    if settings.text("shop.orders") == "api" and not (token and settings.text("shop.api_url")):
        raise ConfigError(_token_missing())
    if not (token and settings.text("shop.api_url")):
        return front
    from contaazul_sync.shops.joined import Joined

    return Joined(front, await _merchant(settings, lines, token))


async def _merchant(settings: Settings, lines: _Lines, token: str) -> "Merchant":
    from contaazul_sync.shops.merchant import Merchant
    from contaazul_sync.shops.profile import load as load_profile

    profile = load_profile(settings.profile_file)
    if not token:
        raise ConfigError(_token_missing())
    address = settings.need("shop.api_url")
    return Merchant(await lines.open(address, headers={profile.token_header: token}), profile)


def _token_missing() -> Said:
    return _(
        "The shop's token is missing. Run: contaazul-sync auth --secrets (it asks for it). To go on without"
        " the shop's orders, empty [shop] api_url and set [shop] url: products are then read from its pages."
    )


async def _storefront(settings: Settings, lines: _Lines) -> "Storefront":
    from contaazul_sync.shops.storefront import MOST_REQUESTS, Storefront

    address = settings.text("shop.storefront_url")
    rate = settings.number("shop.requests_per_second")
    if urlsplit(address).hostname not in LOOPBACK:  # a server of this machine is nobody's to be spared
        rate = min(rate, MOST_REQUESTS)
    pacer, who = Pacer(float(1 / rate)), {"User-Agent": f"{USER_AGENT} ({WHO})"}
    site = await lines.open(settings.need("shop.url"), pacer, headers=who | {"Accept": "text/html, text/xml"})
    return Storefront(site, await lines.open(address, pacer, headers=who), sleep=lines.sleep)


async def _woocommerce(settings: Settings, lines: _Lines, token: str) -> Shop:
    if not token:
        raise ConfigError(_("The shop's keys are missing. Run: contaazul-sync auth (it asks for them)."))
    from contaazul_sync.shops.woocommerce.address import PATH, Place
    from contaazul_sync.shops.woocommerce.client import WooCommerce
    from contaazul_sync.shops.woocommerce.keys import Keys
    from contaazul_sync.shops.woocommerce.orders import Statuses

    place = Place(settings.text("shop.api_url") or settings.need("shop.url") + PATH)
    api = await lines.open(place.base, auth=Keys(token), limits=FEW, headers={"Cache-Control": "no-cache"})
    paid, unpaid = settings.words("shop.paid_statuses"), settings.words("shop.unpaid_statuses")
    named = tuple(sorted(settings.words("shop.document_fields")))
    return WooCommerce(api, Statuses(paid, unpaid, named), place)


def _given(settings: Settings, state: State, name: str) -> str:
    """A setting; where it is not given, what was its default when this home began."""
    told = None if name in settings.origins else state.notes.default(name)
    return told or settings.text(name)


@asynccontextmanager
async def parts(
    settings: Settings,
    state: State,
    environ: Mapping[str, str],
    progress: Progress = no_progress,
    clock: Clock = utc_now,
    sleep: Sleep = asyncio.sleep,
    stop: Stop | None = None,
) -> AsyncIterator[Parts]:
    """All that a pass works with; `stop` ends it."""
    stop, vault = stop or Stop(), Vault(settings.home, settings.text("credentials.backend"), environ)
    async with (
        erp_client(settings, vault, clock, sleep, stop) as erp,
        shop_client(settings, vault, sleep, None, stop, clock, keeps=not state.is_copy) as shop,
    ):
        kept, now = vault.read(), clock()
        were_read = state.notes.get(ORDERS_READABLE) == "yes" or state.notes.time("orders_seen")
        if not shop.can.orders and settings.text("shop.api_url") and were_read:
            raise ConfigError(_token_missing())  # it was there: orders would stop without a word
        begin = state.notes.orders_begin(now, readable=shop.can.orders)
        state.notes.keep_first_day(now)
        rules = settings.rules(local_day(state.notes.first_day(now)), begin)
        yield Parts(
            state=state,
            erp=erp,
            shop=shop,
            rules=replace(
                rules,
                stock_age=shop.can.stock_age,
                hides_variations=not shop.can.lists_variations,
                update_customers=_given(settings, state, "orders.update_customers"),
            ),
            grace=timedelta(seconds=int(settings.number("erp.search_grace_seconds"))),
            clock=clock,
            hash_key=kept.hash_key,
            company_id=kept.company_id,
            refusal=unfinished(kept),
            progress=progress,
            sleep=stop.sleeping(sleep),
        )
