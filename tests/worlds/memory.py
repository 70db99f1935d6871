"""The sandbox without sockets: the same two applications, asked in memory and on the loop of whoever asks.

All of the sandbox is as it is over HTTP: its gate with the log, the faults and the switches, and the judge's
ear. What is missing is between httpx' client and the application: sockets, HTTP's framing, a thread, and the
pool of connections. A test that is about one of these has the sandbox over HTTP (`pytest.mark.line("http")`).
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from types import TracebackType
from typing import Any, Self

import httpx

from contaazul_sync.net.line import CARRIER, trust
from contaazul_sync.sandbox import server
from contaazul_sync.sandbox.common.gate import Gate
from contaazul_sync.sandbox.common.system import System
from contaazul_sync.sandbox.erp.app import erp_app
from sim.wire import scope_of

BROKEN = "Server disconnected without sending a response."  # httpx' own words
LAST = 1023  # these numbers are for the system's services: no server of a test ever gets one


class Place:
    """One server of a sandbox, under a number that nothing listens at."""

    def __init__(self, system: System, app: Callable[[], Gate]) -> None:
        self.make = app
        self.is_down = False
        self.number = next(number for number in range(1, LAST) if number not in PLACES)
        PLACES[self.number] = self
        system.outage = self._outage

    @property
    def url(self) -> str:
        return f"http://{server.HOST}:{self.number}"

    @cached_property
    def app(self) -> Gate:
        """Made when it is first asked: many a test asks one server alone."""
        return self.make()

    @contextmanager
    def _outage(self) -> Iterator[None]:
        self.is_down = True
        try:
            yield
        finally:
            self.is_down = False


PLACES: dict[int, Place] = {}


class InMemory(server.Sandbox):
    """A sandbox that the program of this context reaches, and nobody else."""

    def __enter__(self) -> Self:
        self.places = [
            Place(self.erp, lambda: erp_app(self.erp)),
            Place(self.shop, lambda: server.shop_app(self.shop)),
        ]
        self._token = CARRIER.set(Line())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        CARRIER.reset(self._token)
        for place in self.places:
            del PLACES[place.number]

    @property
    def erp_url(self) -> str:
        return self.places[0].url

    @property
    def site_url(self) -> str:
        return self.places[1].url

    def approve(self, authorize_url: str) -> str:
        raise NotImplementedError('a browser needs HTTP: pytest.mark.line("http")')


class Line(httpx.AsyncBaseTransport):
    """Carries what the program asks to the sandbox that is meant."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        place = PLACES.get(request.url.port or 0)
        if place is None:
            return await over_http(request)
        if place.is_down:
            raise httpx.ConnectError("All connection attempts failed", request=request)
        told = Exchange(await request.aread())
        work = asyncio.create_task(told.run(place.app, scope_of(request)))  # it goes on when its asker leaves
        patience = request.extensions.get("timeout", {}).get("read")
        try:
            async with asyncio.timeout(patience):
                await asyncio.shield(work)
        except TimeoutError:
            raise httpx.ReadTimeout("", request=request) from None
        finally:
            told.gone.set()
        if told.disconnected:
            raise httpx.RemoteProtocolError(BROKEN, request=request)
        stream = httpx.ByteStream(told.body)
        return httpx.Response(told.status, headers=told.headers, stream=stream, request=request)


async def over_http(request: httpx.Request) -> httpx.Response:
    """Reach a server that a test has written, on a connection of its own."""
    async with httpx.AsyncHTTPTransport(verify=trust()) as network:
        response = await network.handle_async_request(request)
        stream = httpx.ByteStream(b"".join([part async for part in response.aiter_raw()]))
        await response.aclose()
    return httpx.Response(response.status_code, headers=response.headers, stream=stream, request=request)


class Exchange:
    """One request, and its answer as far as it came. The gate breaks it (`_abort`) as it breaks uvicorn's."""

    def __init__(self, raw: bytes) -> None:
        self.raw: bytes | None = raw
        self.gone = asyncio.Event()  # whoever asked has left, or has its answer
        self.status, self.headers, self.body = 0, list[tuple[bytes, bytes]](), b""
        self.transport, self.disconnected = self, False

    async def run(self, app: Gate, scope: dict[str, Any]) -> None:
        await app(scope, self.receive, self.send)

    async def receive(self) -> dict[str, Any]:
        """The body, and then the end of the connection."""
        raw, self.raw = self.raw, None
        if raw is None:
            await self.gone.wait()
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": raw, "more_body": False}

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message["headers"])
        else:
            self.body += message.get("body", b"")

    def abort(self) -> None:
        self.disconnected = True
