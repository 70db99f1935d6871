"""Both servers in one background thread of this process: start, stop, outages, and the merchant's browser."""

from __future__ import annotations

import asyncio
import html
import http.client
import re
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette

from contaazul_sync.sandbox.common.gate import Gate
from contaazul_sync.sandbox.common.routes import Straight
from contaazul_sync.sandbox.common.switches import turn
from contaazul_sync.sandbox.common.wire import answer
from contaazul_sync.sandbox.erp.app import erp_app
from contaazul_sync.sandbox.erp.state import Erp
from contaazul_sync.sandbox.shop.catalogue import fill
from contaazul_sync.sandbox.shop.merchant import MERCHANT_BASE, merchant_routes
from contaazul_sync.sandbox.shop.state import Shop
from contaazul_sync.sandbox.storefront.routes import STOREFRONT_BASE, storefront_routes
from contaazul_sync.sandbox.woo.routes import WOO_BASE, ByQuery, woo_routes

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from datetime import datetime
    from types import TracebackType
    from typing import Any, Self

    from starlette.requests import Request
    from starlette.responses import Response

HOST = "127.0.0.1"
_CONFIRM = re.compile(r'id="confirm" href="([^"]*)"')


class Site(uvicorn.Server):
    """One server that stops at once: uvicorn's own loop looks at its flag ten times a second only."""

    def __init__(self, app: Gate, port: int) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                lifespan="off",
                loop="asyncio",
                http="h11",
                ws="none",
                interface="asgi3",
                proxy_headers=False,
                server_header=False,
                date_header=False,
            )
        )
        self.listener = _bound(port)
        self.listener.listen()
        self.port = int(self.listener.getsockname()[1])
        self.halt = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002
        """Listen, at first and after an outage."""
        await super().startup(sockets=[self.listener])

    async def main_loop(self) -> None:
        """Serve until told to stop."""
        await self.on_tick(0)
        await self.halt.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002
        """Stop listening and break every connection; a request at work ends first."""
        for server in self.servers:
            server.close()
        state = self.server_state
        for connection in list(state.connections):
            connection.transport.abort()
        while state.connections or state.tasks:  # noqa: ASYNC110  # uvicorn tells nobody
            await asyncio.sleep(0.001)
        for server in self.servers:
            await server.wait_closed()

    async def refuse(self) -> None:
        """Refuse connections from now on, but keep the port: a socket that is bound and does not listen."""
        await self.shutdown()
        self.listener = _bound(self.port)


class Sandbox:
    """An ERP and a shop, alive inside a `with`. Every number of a port that is 0 is chosen by the system."""

    def __init__(
        self,
        clock: Callable[[], datetime] | None = None,
        *,
        catalogue: bool = True,
        erp_port: int = 0,
        shop_port: int = 0,
        takes_stock_at: str = "payment",
    ) -> None:
        self.erp = Erp(clock)
        self.shop = Shop(clock)
        turn(self.shop.switches, {"takes_stock_at": takes_stock_at})
        if catalogue:
            fill(self.shop)
        self._ports = (erp_port, shop_port)
        self._sites: list[Site] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ready = threading.Event()
        self._problem: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="sandbox", daemon=True)

    client_id = Erp.client_id
    client_secret = Erp.client_secret
    redirect_uri = Erp.redirect_uri
    shop_token = Shop.token
    woo_keys = Shop.woo_keys

    @property
    def erp_url(self) -> str:
        """The ERP's API, without `/v1`."""
        return f"http://{HOST}:{self._sites[0].port}"

    @property
    def site_url(self) -> str:
        """The shop's own address."""
        return f"http://{HOST}:{self._sites[1].port}"

    @property
    def shop_url(self) -> str:
        """The shop's merchant API, with its base path."""
        return f"{self.site_url}{MERCHANT_BASE}"

    @property
    def storefront_url(self) -> str:
        """The API of the shop's storefront, with its base path."""
        return f"{self.site_url}{STOREFRONT_BASE}"

    @property
    def woo_url(self) -> str:
        """The same shop as WooCommerce shows it, with the base path."""
        return f"{self.site_url}{WOO_BASE}"

    @property
    def authorize_url(self) -> str:
        """Where the merchant signs in; parameters in the query."""
        return f"{self.erp_url}/oauth/authorize"

    @property
    def token_url(self) -> str:
        """Where codes and refresh tokens are redeemed."""
        return f"{self.erp_url}/oauth/token"

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        if self._problem is not None:
            self._thread.join()
            raise self._problem
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._loop is not None
        for site in self._sites:
            self._loop.call_soon_threadsafe(site.halt.set)
        self._thread.join()

    def approve(self, authorize_url: str) -> str:
        """Play the merchant's browser: open the page, confirm, and return the address landed on.

        RuntimeError says what the page said, where it did not let the merchant confirm.
        """
        return approve(self.erp_url, authorize_url)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as problem:  # noqa: BLE001  # it is raised in the thread that waits
            self._problem = problem
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        erp_port, shop_port = self._ports
        try:
            self._sites.append(Site(erp_app(self.erp), erp_port))
            self._sites.append(Site(shop_app(self.shop), shop_port))
        except OSError:
            for site in self._sites:
                site.listener.close()
            raise
        self.erp.outage = lambda: self._outage(self._sites[0])
        self.shop.outage = lambda: self._outage(self._sites[1])
        # A bound and listening socket takes connections before the server reads them: no need to poll.
        self._ready.set()
        await asyncio.gather(*(site.serve() for site in self._sites))

    @contextmanager
    def _outage(self, site: Site) -> Iterator[None]:
        self._wait_for(site.refuse())
        try:
            yield
        finally:
            self._wait_for(site.startup())

    def _wait_for(self, work: Coroutine[Any, Any, None]) -> None:
        assert self._loop is not None
        asyncio.run_coroutine_threadsafe(work, self._loop).result()


def shop_app(shop: Shop) -> Gate:
    """The shop, behind its gate: one shop, and three ways to ask it."""
    routes = [*merchant_routes(shop), *storefront_routes(shop), *woo_routes(shop)]
    app = Starlette(routes=routes, exception_handlers={404: _not_found})
    return Gate(ByQuery(Straight(app, routes)), shop)


async def _not_found(_request: Request, _problem: Exception) -> Response:
    return answer({"message": "Not Found"}, 404)


def approve(erp_url: str, authorize_url: str) -> str:
    """The same, of a sandbox that may be of another process."""
    status, location, page = _get(authorize_url.replace("/#/", "/"))
    link = _CONFIRM.search(page)
    if link is None:
        message = f"no page to confirm: {status} {location or page}"
        raise RuntimeError(message)
    return _get(erp_url + html.unescape(link[1]))[1]


def _bound(port: int) -> socket.socket:
    # The protocol is named because asyncio sends small answers at once (TCP_NODELAY) only where it knows that
    # it is TCP: without it, every answer on a kept connection waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
    except OSError:
        listener.close()
        raise
    return listener


def _get(url: str) -> tuple[int, str, str]:
    """Status, Location and text of one request, redirects not followed."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or HOST, parts.port, timeout=10)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}")
        response = connection.getresponse()
        return response.status, response.headers.get("Location", ""), response.read().decode()
    finally:
        connection.close()
