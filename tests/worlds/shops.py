"""The shop of the sandbox, opened in each way that the program knows, as a pass opens it."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

from contaazul_sync.core.ids import ShopKey
from contaazul_sync.core.orders import Order
from contaazul_sync.core.products import Product
from contaazul_sync.home.credentials import Vault
from contaazul_sync.home.settings import SETTINGS, Settings
from contaazul_sync.operate import wiring
from contaazul_sync.sandbox.common.wire import dump
from contaazul_sync.sandbox.server import Sandbox
from contaazul_sync.sandbox.sheets.export import DIALECTS, save
from contaazul_sync.shops.port import Gone, Hidden, Shop, Unread, Unreadable, nothing

Result = TypeVar("Result")
KINDS = ("merchant", "storefront", "woocommerce")
FILES = "files"  # saved anew by one of the sandbox's dialects whenever the shop is asked
# What `import --check --write` makes of the sandbox's panel; the other dialects have mappings that ship.
PANEL = Path(__file__).with_name("panel.toml")


def settings_of(kind: str, box: Sandbox, home: Path, **more: object) -> Settings:
    """The settings of a shop of this kind."""
    values = {name: default for name, (_, default) in SETTINGS.items()}
    values |= {"shop.requests_per_second": Decimal(5000), "credentials.backend": "file"}
    if kind == "woocommerce":
        values |= {"shop.kind": "woocommerce", "shop.url": box.site_url}
    else:
        values |= {"shop.api_url": box.shop_url}
    if kind == FILES:
        values |= {"shop.catalogue": "files", "shop.orders": "files", "shop.id": "loja-azul"}
    if kind == "storefront":
        values |= {
            "shop.catalogue": "storefront",
            "shop.url": box.site_url,
            "shop.storefront_url": box.storefront_url,
        }
    return Settings(home, values | {name.replace("__", "."): value for name, value in more.items()})


def token_of(kind: str, box: Sandbox) -> str:
    """The secret that a shop of this kind wants."""
    return box.woo_keys if kind == "woocommerce" else box.shop_token


class Door:
    """A shop that is asked in one way. `naps`: the seconds slept between two tries.

    `dialect`: the name of the files' one.
    """

    def __init__(self, kind: str, box: Sandbox, home: Path, dialect: str = "", **more: object) -> None:
        self.kind, self.box, self.dialect = kind, box, DIALECTS[dialect or "painel"]
        if kind == FILES:
            mapping = str(PANEL) if self.dialect.name == "painel" else self.dialect.name
            more |= {"shop__files__mapping": mapping}
        self.settings = settings_of(kind, box, home, **more)
        self.token = token_of(kind, box)
        self.naps: list[float] = []

    def ask(self, work: Callable[[Shop], Awaitable[Result]]) -> Result:
        """Open the shop, ask it something, and close it."""
        vault = Vault(self.settings.home, "file", {"CONTAAZUL_SYNC_SHOP_TOKEN": self.token})

        async def nap(seconds: float) -> None:
            self.naps.append(seconds)

        async def run() -> Result:
            async with wiring.shop_client(self.settings, vault, nap, clock=self.box.shop.clock) as shop:
                return await work(shop)

        if self.kind == FILES:
            save(self.box.shop, self.dialect, self.settings.home / "inbox")

        return asyncio.run(run())

    def told(self, since: datetime | None = None, wanted: Any = None) -> list[Product | Unread | Gone]:
        """What a walk tells of the products; with all of them wanted, where nothing else is said."""
        keys = self.everything() if wanted is None else wanted

        async def walk(shop: Shop) -> list[Product | Unread | Gone]:
            pages = shop.products(since, wanted=lambda: keys)
            return [each async for page in pages for each in page if not isinstance(each, Hidden)]

        return self.ask(walk)

    def products(self, since: datetime | None = None, wanted: Any = None) -> dict[str, Product]:
        """The products that can be sold, by their SKU."""
        told = self.told(since, wanted)
        return {each.sku: each for each in told if isinstance(each, Product) and not each.listed}

    def orders(self, since: datetime | None = None) -> dict[str, Order | Unreadable]:
        """The orders, by their id."""

        async def walk(shop: Shop) -> list[Order | Unreadable]:
            return [
                each async for page in shop.orders(since) for each in page if not isinstance(each, Hidden)
            ]

        return {order.id: order for order in self.ask(walk)}

    def order(self, order_id: object) -> Order | Unreadable | None:
        """One order."""
        return self.ask(lambda shop: shop.order(str(order_id)))

    def everything(self) -> frozenset[ShopKey]:
        """The keys of all that the shop sells."""
        products = self.box.shop.products
        return nothing().union(ShopKey(str(product["id"])) for product in products)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that a written server got; header names in lower case."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a written server says. No status at all: it breaks the connection."""

    body: object = b""
    status: int | None = 200
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def content(self) -> bytes:
        """The body as it goes out: text and bytes as they are, everything else as JSON."""
        body = self.body.encode() if isinstance(self.body, str) else self.body
        return body if isinstance(body, bytes) else dump(body)


class Written:
    """A server whose answers a test writes, one request at a time. `asked`: all that arrived."""

    def __init__(self, answer: Callable[[Asked], Answer]) -> None:
        self.asked: list[Asked] = []
        written = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                address = urlsplit(self.path)
                query = dict(parse_qsl(address.query, keep_blank_values=True))
                headers = {name.lower(): value for name, value in self.headers.items()}
                asked = Asked(address.path, query, headers)
                written.asked.append(asked)
                told = answer(asked)
                if told.status is None:
                    return
                self.send_response(told.status)
                for name, value in (("Content-Length", str(len(told.content))), *told.headers):
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(told.content)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@contextmanager
def serving(server: ThreadingHTTPServer) -> Iterator[None]:
    """Let a server answer in a thread of its own, and end both."""
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def written(answer: Callable[[Asked], Answer]) -> Iterator[Written]:
    """`with written(lambda asked: Answer(...)) as server:` for a shop that the sandbox does not play."""
    server = Written(answer)
    with serving(server.server):
        yield server
