"""A world: one ERP, one or two shops with their homes, the weather between them, and a clock."""

import asyncio
import random
import shutil
from collections import defaultdict
from collections.abc import Callable, Coroutine
from contextvars import Context, copy_context
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from contaazul_sync.core.receivables import Settle
from contaazul_sync.core.rules import PaymentRule
from contaazul_sync.home.credentials import Vault
from contaazul_sync.home.lock import token_lock
from contaazul_sync.home.settings import SETTINGS, Settings
from contaazul_sync.sandbox.common import chance
from contaazul_sync.sandbox.common.gate import Gate
from contaazul_sync.sandbox.common.switches import turn
from contaazul_sync.sandbox.erp.app import erp_app
from contaazul_sync.sandbox.erp.limits import Limiter
from contaazul_sync.sandbox.erp.records.fixed import ACCOUNTS
from contaazul_sync.sandbox.erp.records.sales import Sale
from contaazul_sync.sandbox.erp.state import Erp
from contaazul_sync.sandbox.server import shop_app
from contaazul_sync.sandbox.shop.merchant import MERCHANT_BASE
from contaazul_sync.sandbox.shop.state import Shop
from contaazul_sync.sandbox.storefront.routes import STOREFRONT_BASE
from contaazul_sync.shops.woocommerce.address import BY_QUERY
from sim.draw import SINCE, Nature
from sim.loop import Loop
from sim.panel import Panel
from sim.process import Process

BEGIN = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
TAGS = {"a": "-k3f7", "b": "-m4p2"}  # a new home's name gets one by chance; here every history is the same
GRACE = 3600  # seconds, the program's default
ACCOUNT = str(ACCOUNTS[0]["id"])
PAYMENTS = {  # of homes that settle
    "boleto": PaymentRule(account=ACCOUNT, settle=Settle.PAYOUT),
    "pix": PaymentRule(account=ACCOUNT, settle=Settle.PAID, fee_percent=Decimal("0.99")),
    "creditcard": PaymentRule(
        account=ACCOUNT, settle=Settle.DUE, terms=(5, 12), fee_percent=Decimal("4.98"), fee_fixed=40
    ),
}
UNDER_WAY = timedelta(minutes=2)  # a request that has left is done by then


@dataclass
class _Fault:
    kind: str
    method: str
    path: str
    left: int


@dataclass
class Server:
    """One of the servers, and the weather on the way to it."""

    app: Gate
    chance: random.Random
    now: Callable[[], float]
    slow: float = 0.15  # seconds, one way
    down_until: float = 0
    noisy_until: float = 0
    noise: tuple[str, ...] = ()
    faults: list[_Fault] = field(default_factory=list)
    closed: dict[str, float] = field(default_factory=dict)  # paths that are away, until when

    def latency(self) -> float:
        """Seconds that one way takes this time."""
        return self.slow * self.chance.uniform(0.2, 2)

    def is_down(self) -> bool:
        """Whether it refuses connections."""
        return self.now() < self.down_until

    def plan(self, kind: str, method: str, path: str, times: int) -> None:
        """Let the next so many requests that match go wrong."""
        self.faults.append(_Fault(kind, method, path, times))

    def fault(self, request: httpx.Request) -> str | None:
        """What goes wrong with a request; asked once for each."""
        for fault in self.faults:
            if fault.method in ("*", request.method) and fnmatchcase(request.url.path, fault.path):
                fault.left -= 1
                self.faults = [each for each in self.faults if each.left]
                return fault.kind
        if any(fnmatchcase(request.url.path, path) and self.now() < end for path, end in self.closed.items()):
            return "503_before"
        if self.now() < self.noisy_until and self.chance.random() < 0.2 and "/oauth" not in request.url.path:
            return self.chance.choice(self.noise)
        return None

    def calm(self) -> None:
        """Nothing goes wrong any more."""
        self.down_until = self.noisy_until = 0
        self.faults.clear()
        self.closed.clear()


class Copy(NamedTuple):
    """A copy of the state."""

    path: Path
    made_at: datetime


class Gap(NamedTuple):
    """What was sold since then, a state that was lost or put back at `end` need not know."""

    since: datetime
    end: datetime

    def has(self, sale: Sale) -> bool:
        """Whether a sale was made in it, or was under way at its end."""
        return self.since <= sale.created < self.end + UNDER_WAY

    def hides(self, sale: Sale) -> bool:
        """Whether, beyond that, the ERP did not show it yet."""
        return self.has(sale) and sale.visible_from > self.end


class Home:
    """A merchant's installation. `skew`: seconds by which its clock is wrong."""

    def __init__(self, world: "World", name: str, shop: Shop, server: Server, settings: Settings) -> None:
        self.world, self.name, self.shop, self.server, self.settings = world, name, shop, server, settings
        self.panel = Panel(world, shop, settings) if settings.from_files else None
        self.skew = 0.0
        self.leaps: list[datetime] = []  # when its clock leapt ahead
        self.processes: list[Process] = []
        self.copies: list[Copy] = []
        self.chosen: set[str] = set()  # SKUs that were given to send-products
        self.left_alone: set[str] = set()  # orders that a person said to ignore at any time
        # Orders that a person said to ignore before they were sold: when each was touched last, and whether
        # the state knew it like that.
        self.ignored_as: dict[str, tuple[str, bool]] = {}
        self.sign_in_lost = False  # an answer with new tokens never came to be kept
        self.by_hand: set[str] = set()  # orders that a person booked, or whose sale a person deleted
        self.answering = False  # a person is about to do what the program asked for
        self.deleted: dict[str, datetime] = {}  # orders whose sale, which the state knew, a person deleted
        self.asked_for: set[str] = set()  # orders of before the first day that `sync --since` asked for
        self.gaps: list[Gap] = []
        self.moved_by_hand: set[str] = set()  # orders of which a person received money, or took it back
        # The due prices, in centavos, of so many products at once that a safety check has to hold them; by
        # the ERP's id.
        self.held: dict[str, int] = {}
        self.other_prices: set[str] = set()  # SKUs of which a rebuild said that the ERP has another price

    @property
    def order_files(self) -> Panel | None:
        """The panel that its orders are exported from; None where the shop's API tells them."""
        return self.panel if self.panel and self.panel.has_orders else None

    @property
    def path(self) -> Path:
        """Where its files are."""
        return self.settings.home

    @property
    def shop_id(self) -> str:
        """What is in its marks."""
        return self.settings.text("shop.id")

    def clock(self) -> datetime:
        """The time as its machine believes it to be."""
        return self.world.clock() + timedelta(seconds=self.skew)

    def set_clock(self, skew: float) -> None:
        """Let its machine's clock be wrong by so many seconds from now on."""
        if skew > self.skew:
            self.leaps.append(self.world.clock())
        self.skew = skew

    def vault(self) -> Vault:
        """Its secrets."""
        return Vault(self.path, "file", {})

    def set(self, **values: Any) -> None:
        """Settings, with two underscores for the dot."""
        changed = {name.replace("__", "."): value for name, value in values.items()}
        assert changed.keys() <= SETTINGS.keys(), changed
        self.settings = replace(self.settings, values=dict(self.settings.values) | changed)

    def sales(self) -> dict[str, list[Sale]]:
        """The sales in the ERP that have our mark, by order."""
        found: dict[str, list[Sale]] = defaultdict(list)
        start = f"[{self.shop_id}:pedido "
        for sale in self.world.erp.sales.values():
            for notes in (sale.observacoes, sale.payment_note):
                _before, marked, rest = notes.partition(start)
                if marked:
                    found[rest.partition("]")[0]].append(sale)
                    break
        return found

    def forget(self, since: datetime) -> None:
        """Its state need not know what was sold since then, or is being sold."""
        self.gaps.append(Gap(since, self.world.clock()))

    def shop_is_well(self) -> None:
        """Let its shop answer as it should."""
        turn(self.shop.switches, {"fail_with": None, "storefront_blocked": False, "breaks_its_page": []})

    @property
    def is_idle(self) -> bool:
        """Whether no process of it runs."""
        return not any(process.alive for process in self.processes)

    @property
    def shop_token(self) -> str:
        """The secret that a shop of its kind wants."""
        return Shop.woo_keys if self.settings.text("shop.kind") == "woocommerce" else Shop.token

    async def sign_in_anew(self) -> None:
        """Have a new sign-in, after who renews the former: to wait for it takes none of our time."""
        async with token_lock(self.path):
            self.sign_in()

    def sign_in(self) -> None:
        """Have a sign-in as `auth` leaves it, where nobody else can be at it."""
        pair = self.world.erp.sessions.issue(3600)
        self.vault().update_locked(
            client_secret=Erp.client_secret,
            shop_token=self.shop_token,
            access_token=pair["access_token"],
            refresh_token=pair["refresh_token"],
            expires_at=(self.clock() + timedelta(minutes=57)).isoformat(),
            company_id=str(self.world.erp.company["id_empresa"]),
            refused=False,
            hash_key="00" * 32,
        )


class World:
    """Everything there is. Its own tasks (servers, time) live on when a process dies."""

    def __init__(self, nature: Nature, root: Path, *, tells: bool = False) -> None:
        self.nature, self.root, self.tells = nature, root, tells
        self.loop = Loop()
        self.noticed: list[
            tuple[str, str]
        ] = []  # what was wrong on the way: what has to be true, and where not
        self.patience = random.Random(f"{nature.seed} patience")
        self.context: Context = copy_context()
        self._tasks: set[asyncio.Task[None]] = set()
        random.seed(nature.seed)  # the jitter of the program's repeats
        chance.seed(nature.seed)
        self.erp = Erp(self.clock)
        self.erp.monotonic = self.loop.time
        self.erp.limiter = Limiter(self.loop.time)
        turn(self.erp.switches, dict(nature.erp))
        self.erp_server = self._server(erp_app(self.erp), "erp")
        self.hosts = {"erp": self.erp_server}
        self.homes = [self._home(i, given) for i, given in enumerate(nature.homes)]

    def _server(self, app: Gate, name: str) -> Server:
        return Server(app, random.Random(f"{self.nature.seed} {name}"), self.loop.time)

    def _home(self, i: int, given: dict[str, Any]) -> Home:
        name = "ab"[i]
        shop = Shop(self.clock)
        shop.monotonic = self.loop.time
        turn(shop.switches, dict(self.nature.shop))
        server = self.hosts[f"shop-{name}"] = self._server(shop_app(shop), name)
        values = {key: default for key, (_, default) in SETTINGS.items()}
        values |= {
            "erp.client_id": Erp.client_id,
            "erp.redirect_uri": Erp.redirect_uri,
            "erp.token_url": "http://erp/oauth/token",
            "erp.api_url": "http://erp",
            "shop.api_url": f"http://shop-{name}{MERCHANT_BASE}",
            "shop.url": f"http://shop-{name}",
            "shop.storefront_url": f"http://shop-{name}{STOREFRONT_BASE}",
            "shop.id": f"loja-{name}{TAGS[name]}",
            "orders.since": SINCE,
            "credentials.backend": "file",
            **given,
        }
        is_woo = values["shop.kind"] == "woocommerce"
        if is_woo and shop.switches.woo_permalinks == "plain":  # as a run says that it has to be
            values["shop.api_url"] = f"http://shop-{name}{BY_QUERY}"
        taken_at = "on_hold" if is_woo else values["stock.shop_takes_stock_at"]
        turn(shop.switches, {"takes_stock_at": taken_at})
        assert values.keys() == SETTINGS.keys(), given
        path = self.root / name
        path.mkdir(mode=0o700)
        payments = PAYMENTS if self.nature.settles else {}
        home = Home(self, name, shop, server, Settings(path, values, payments))
        home.sign_in()
        for number in range(4):
            shop.add_product(
                f"{name.upper()}-{number}", f"Produto {number}", Decimal(1990 + 700 * number) / 100, 40
            )
        if home.panel:
            home.panel.bring()
        return home

    def clock(self) -> datetime:
        """The true time."""
        return BEGIN + timedelta(seconds=self.loop.time())

    def note(self, line: str) -> None:
        """Write a line of the trace, where somebody wants it."""
        if self.tells:
            print(f"{self.clock():%d %H:%M:%S.%f} {line}")  # noqa: T201

    def notice(self, invariant: str, text: str) -> None:
        """Something is wrong, whatever the world looks like when it has come to rest."""
        self.note(f"WRONG {invariant}: {text}")
        self.noticed.append((invariant, text))

    def server_of(self, url: httpx.URL) -> Server:
        """The server at an address."""
        if url.host not in self.hosts:
            raise httpx.ConnectError(f"nobody is at {url.host}")
        return self.hosts[url.host]

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something that no death of a process ends."""
        task = self.loop.create_task(work, context=self.context)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def calm(self) -> None:
        """No weather, and every clock right."""
        for server in self.hosts.values():
            server.calm()
        for home in self.homes:
            home.set_clock(0.0)
            home.shop_is_well()

    def close(self) -> None:
        """Let go of everything."""
        self.loop.close()
        chance.seed(None)
        shutil.rmtree(self.root, ignore_errors=True)
