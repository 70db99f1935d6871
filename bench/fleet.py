"""The fleet: many homes, each with a shop and an ERP's account of its own, on one machine."""

import asyncio
import multiprocessing
import shutil
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, cast

from starlette.types import Receive, Scope, Send

from bench.program import PROGRAM, Cost, run
from bench.servers import order, stock, twins
from bench.states import fill
from contaazul_sync.core.exits import OK
from contaazul_sync.erp.oauth import authorize_address, code_from
from contaazul_sync.home.config import load
from contaazul_sync.home.credentials import Vault
from contaazul_sync.operate.signin.session import prove
from contaazul_sync.sandbox.erp.app import erp_app
from contaazul_sync.sandbox.erp.state import Erp
from contaazul_sync.sandbox.server import HOST, Sandbox, Site, approve, shop_app
from contaazul_sync.sandbox.shop.merchant import MERCHANT_BASE
from contaazul_sync.sandbox.shop.state import Shop

PRODUCTS, WORKERS = 20, 8
GOING_ON = 5  # the exit code where another run of the home is going on
PAUSE = 0.02  # seconds between two looks at a process: eight are looked at
HEAD = ("fleet", "seconds", "CPU, s", "of a home, s", "memory of one, MB", "overlaps", "lost", "twice")
CONFIG = """
[erp]
client_id = "{client}"
redirect_uri = "{redirect}"
authorize_url = "{erp}/oauth/authorize"
token_url = "{erp}/oauth/token"
api_url = "{erp}"
[shop]
id = "{name}"
api_url = "{shop}"
[orders]
since = "2026-01-01"
[credentials]
backend = "file"
"""


class One:
    """What one merchant has: both systems, as `servers` speaks to them."""

    def __init__(self) -> None:
        self.erp, self.shop = Erp(), Shop()
        self.doors = {"erp": erp_app(self.erp), "shop": shop_app(self.shop)}
        stock(cast("Sandbox", self), PRODUCTS)
        twins(cast("Sandbox", self))


class Street:
    """All of them behind one address: `/7/shop/...`."""

    def __init__(self, count: int) -> None:
        self.all = [One() for _ in range(count)]
        self.system = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the one that is meant answer."""
        number, which, rest = scope["path"].lstrip("/").split("/", 2)
        inner = dict(scope) | {"path": f"/{rest}", "raw_path": f"/{rest}".encode()}
        await self.all[int(number)].doors[which](inner, receive, send)


def _serve(line: Connection, count: int) -> None:
    street = Street(count)
    site = Site(cast("Any", street), 0)
    threading.Thread(target=asyncio.run, args=(site.serve(),), daemon=True).start()
    line.send(f"http://{HOST}:{site.port}")
    while True:
        try:
            buying = line.recv()
        except EOFError:
            return
        for number in buying:
            order(cast("Sandbox", street.all[number]), 1, PRODUCTS, number, 1)
        line.send([len(one.erp.sales) for one in street.all])


@contextmanager
def _street(count: int) -> Iterator[tuple[Connection, str]]:
    """The servers in a process of their own: a way to let some buy and hear of all sales, and the address."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=_serve, args=(theirs, count), daemon=True)
    process.start()
    theirs.close()
    try:
        yield ours, ours.recv()
    finally:
        ours.close()
        process.join(10)
        if process.is_alive():
            process.kill()


def _settle(home: Path, address: str, number: int) -> None:
    """Make a home that is signed in to the account and the shop of this number."""
    home.mkdir(mode=0o700)
    erp, shop = f"{address}/{number}/erp", f"{address}/{number}/shop{MERCHANT_BASE}"
    client, back = Erp.client_id, Erp.redirect_uri
    told = CONFIG.format(client=client, redirect=back, erp=erp, shop=shop, name=home.name)
    (home / "config.toml").write_text(told)
    (home / "config.toml").chmod(0o600)
    fill(home / "state.db", PRODUCTS)
    vault = Vault(home, "file", {})
    vault.update(client_secret=Erp.client_secret, shop_token=Shop.token)
    landed = approve(erp, authorize_address(f"{erp}/oauth/authorize", client, back, "s"))
    settings = load({"CONTAAZUL_SYNC_HOME": str(home)})
    asyncio.run(prove(settings, vault, code_from(landed, "s"), lambda: datetime.now(UTC)))


def rows(count: int) -> Iterator[tuple[str, ...]]:
    """Nothing changed, and 1 % with an order; in processes of their own, and forked from one."""
    with _street(count) as (line, address), tempfile.TemporaryDirectory() as place:
        main = Path(place) / "home"
        (main / "profiles").mkdir(parents=True, mode=0o700)
        main.chmod(0o700)
        for number in range(count):
            _settle(main / "profiles" / f"p{number}", address, number)
        environ = {"PATH": "/usr/bin:/bin", "HOME": place, "CONTAAZUL_SYNC_HOME": str(main)}
        one_by_one = [[PROGRAM, "--profile", f"p{number}", "sync"] for number in range(count)]
        together = [[PROGRAM, "sync", "--all-profiles"]]
        _round(together, environ)  # the first one asks for orders of a long time
        some = list(range(0, count, 100))
        sold = 0
        for how, commands in (
            (f"{count:,} homes, {WORKERS} at a time", one_by_one),
            (f"{count:,} homes, `--all-profiles`", together),
        ):
            for what, buying in (("nothing changed", []), ("1 % with an order", some)):
                line.send(buying)
                line.recv()
                seconds, costs = _round(commands, environ)
                line.send([])
                sold += bool(buying)
                sales = line.recv()
                told = Counter((sales[number] > sold) - (sales[number] < sold) for number in some)
                yield _cells(f"{how}, {what}", seconds, costs, count, told)
        shutil.rmtree(main)


def _round(commands: Sequence[list[str]], environ: dict[str, str]) -> tuple[float, list[Cost]]:
    """Run all of these, eight at a time: seconds, and what each cost."""
    begun = datetime.now(UTC)
    with ThreadPoolExecutor(WORKERS) as workers:
        costs = list(workers.map(lambda words: run(words, environ, PAUSE), commands))
    for cost, words in zip(costs, commands, strict=True):
        cost.must_be((OK, GOING_ON), words)
    return (datetime.now(UTC) - begun).total_seconds(), costs


def _cells(what: str, seconds: float, costs: list[Cost], count: int, told: Counter[int]) -> tuple[str, ...]:
    cpu, memory = sum(cost.cpu for cost in costs), max(cost.memory for cost in costs)
    overlaps = sum(cost.code == GOING_ON for cost in costs)
    each = f"{cpu / count:.2f}"
    return (
        what,
        f"{seconds:.0f}",
        f"{cpu:.0f}",
        each,
        f"{memory:.0f}",
        *map(str, (overlaps, told[-1], told[1])),
    )
