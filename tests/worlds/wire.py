"""Our clients, and the sandbox or a server that answers what it is told to; over HTTP, as a rule.

Nothing of ours is replaced. What is given from outside is what the program takes as an argument anyway: the
clock, the home directory, and how to sleep between two tries.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar

import httpx

from contaazul_sync.erp.client import ContaAzul
from contaazul_sync.erp.oauth import ErpAuth, Tokens
from contaazul_sync.home.credentials import Vault
from contaazul_sync.net.line import CARRIER, USER_AGENT
from contaazul_sync.net.pacer import Pacer
from contaazul_sync.net.transport import Transport
from contaazul_sync.sandbox.common.system import Seen
from contaazul_sync.sandbox.server import Sandbox
from contaazul_sync.shops import profile as shop_profile
from contaazul_sync.shops.merchant import Merchant
from contaazul_sync.shops.profile import Profile
from tests.worlds.clock import Clock

Result = TypeVar("Result")
TLS = ssl.create_default_context()  # made once: for each client anew it would take most of the time


class Patient(Pacer):
    """Writes down the pauses that it is asked for, and waits for none of them."""

    def __init__(self) -> None:
        super().__init__(0)
        self.pauses: list[float] = []

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)


class World:
    """A signed-in home beside the sandbox, and the clients as a pass uses them."""

    def __init__(self, sandbox: Sandbox, home: Path, clock: Clock) -> None:
        self.sandbox = sandbox
        self.home = home
        self.clock = clock
        self.naps: list[float] = []  # what was slept between tries, in seconds
        self.pacer = Patient()

    @property
    def vault(self) -> Vault:
        return Vault(self.home, "file", {})

    def sign_in(self) -> str:
        """Keep a pair of tokens as a sign-in does; returns the access token."""
        pair = self.sandbox.erp.sessions.issue(3600)
        self.vault.update(
            client_secret=self.sandbox.client_secret,
            shop_token=self.sandbox.shop_token,
            access_token=pair["access_token"],
            refresh_token=pair["refresh_token"],
            expires_at=(self.clock() + timedelta(minutes=57)).isoformat(),
            refused=False,
        )
        return str(pair["access_token"])

    def tokens(self, token_url: str = "") -> Tokens:
        url = token_url or self.sandbox.token_url
        return Tokens(self.home, self.vault, url, self.sandbox.client_id, self.clock)

    async def nap(self, seconds: float) -> None:
        self.naps.append(seconds)

    def send(
        self,
        ask: Callable[[Transport], Awaitable[Result]],
        url: str = "",
        auth: httpx.Auth | None = None,
        agent: str = "",
    ) -> Result:
        """Let somebody talk through a transport, to the ERP unless another address is given."""

        async def run() -> Result:
            base = url or self.sandbox.erp_url
            who = auth or ErpAuth(self.tokens())
            named = {"User-Agent": agent} if agent else {}
            line = CARRIER.get()
            async with httpx.AsyncClient(
                base_url=base, auth=who, headers=named, verify=TLS, transport=line
            ) as client:
                return await ask(Transport(client, "the server", self.pacer, self.nap))

        return asyncio.run(run())

    def erp(self, ask: Callable[[ContaAzul], Awaitable[Result]], url: str = "") -> Result:
        """Let the program's own client ask: what it sends is judged (tests/worlds/judge.py)."""
        return self.send(lambda transport: ask(ContaAzul(transport)), url, agent=USER_AGENT)

    def shop(
        self, ask: Callable[[Merchant], Awaitable[Result]], profile: Profile | None = None, url: str = ""
    ) -> Result:
        async def run() -> Result:
            headers = {"authToken": self.sandbox.shop_token}
            base = url or self.sandbox.shop_url
            line = CARRIER.get()
            async with httpx.AsyncClient(
                base_url=base, headers=headers, verify=TLS, transport=line
            ) as client:
                transport = Transport(client, "the shop", self.pacer, self.nap)
                return await ask(Merchant(transport, profile or shop_profile.load(None)))

        return asyncio.run(run())

    def arrived(self, method: str, path: str) -> list[Seen]:
        """The requests that reached the ERP."""
        return [seen for seen in self.sandbox.erp.requests if (seen.method, seen.path) == (method, path)]


Answer = tuple[int, dict[str, str], bytes]


class Parrot:
    """A server that gives the same answer to everything, and counts how often it was asked."""

    def __init__(self, answer: Answer) -> None:
        self.asked: list[str] = []
        parrot = self

        class Handler(BaseHTTPRequestHandler):
            def reply(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                parrot.asked.append(f"{self.command} {self.path}")
                status, headers, body = answer
                self.send_response(status)
                for name, value in ({"Content-Length": str(len(body))} | headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PATCH = do_DELETE = do_CONNECT = reply  # noqa: N815 - named by http.server

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


def it_is_noted() -> None:
    """A create is about to leave, and in this test nobody has to write that down."""
