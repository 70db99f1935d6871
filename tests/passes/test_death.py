"""Death at every step: a pass that is killed at any boundary is made good by the passes after it.

A child process runs the pass and kills itself with SIGKILL at one boundary: before or after a commit,
before a request is sent, or after the server has done it and before its answer is looked at. Then the pass
is run again until nothing is left to do, and everything must be there exactly once. The child is forked
from this warm process, since hundreds of program starts would take too long.
"""

import asyncio
import multiprocessing
import os
import random
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest

from contaazul_sync.core.errors import SyncError
from contaazul_sync.operate import wiring
from contaazul_sync.passes.parts import Parts
from contaazul_sync.passes.sync import Pass
from contaazul_sync.sandbox.server import Sandbox
from contaazul_sync.shops.merchant import Merchant
from contaazul_sync.state.file import State
from tests.worlds.clock import Clock
from tests.worlds.job import GRACE, Job, no_sleep

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")]

PAIRS = 420  # sampled pairs of boundaries, beside every single one
SEED = 20261124


class Boundaries:
    """Counts the boundaries of a pass and dies at one of them."""

    def __init__(self, fatal: int | None) -> None:
        self.fatal = fatal
        self.count = 0

    def reached(self) -> None:
        if self.count == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        self.count += 1

    def watch(self, parts: Parts) -> None:
        """Put a boundary around every commit and every request."""
        database, atomic = parts.state.db, parts.state.db.atomic

        @contextmanager
        def counted() -> Iterator[Any]:
            if database.in_transaction:
                with atomic() as inner:
                    yield inner
                return
            with atomic() as inner:
                yield inner
                self.reached()  # before the commit
            self.reached()  # after it

        database.atomic = counted  # type: ignore[method-assign]

        async def boundary(_: Any) -> None:
            self.reached()

        assert isinstance(parts.shop, Merchant)
        for transport in (parts.erp.http, parts.shop.http):
            transport.client.event_hooks = {"request": [boundary], "response": [boundary]}


def in_child(job: Job, fatal: int | None, report: Callable[[int], None] = lambda _: None) -> bool:
    """Run a pass in a child process that dies at a boundary; whether it died. `report` gets the count."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            count = asyncio.run(_pass(job, fatal))
            os.write(writing, str(count).encode())
            os._exit(0)
        except SyncError:
            os._exit(5)
        finally:
            os._exit(70)
    os.close(writing)
    _, status = os.waitpid(pid, 0)
    counted = os.read(reading, 100).decode()
    os.close(reading)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) in (0, 5), f"the pass broke: {status}"
    if counted:
        report(int(counted))
    return os.WIFSIGNALED(status)


async def _pass(job: Job, fatal: int | None) -> int:
    boundaries = Boundaries(fatal)
    state = State.open(job.settings.state_file)  # a connection is no child's to inherit
    async with wiring.parts(job.settings, state, {}, clock=job.clock, sleep=no_sleep) as parts:
        boundaries.watch(parts)
        await Pass(parts).run("sync")
    return boundaries.count


class Shop:
    """A shop with something of everything to do, and what must have come of it."""

    def __init__(self, root: Any) -> None:
        self.clock = Clock()
        self.sandbox = Sandbox(clock=self.clock, catalogue=False).__enter__()
        self.sandbox.erp.switches.limits = False
        self.sandbox.erp.switches.stock_patch = "take"
        self.sandbox.erp.switches.duplicate_number = "accept"  # the protocol alone has to be enough
        self.sandbox.erp.switches.duplicate_sku = "accept"
        job = self.job = Job(root, self.sandbox, self.clock)
        job.shop.add_product("OLD-1", "Camiseta", 79.90, 50)
        job.shop.add_product("OLD-2", "Camisa", 59.90, 50)
        job.linked("OLD-1", "OLD-2")
        job.shop.add_product("NEW-1", "Caneca", 39.90, 20)
        job.shop.add_product("NEW-2", "Prato", 29.90, 20)
        job.sync()
        job.choose("NEW-1", "NEW-2")
        job.shop.change("OLD-2", price=64.90, stock=70)
        cpf = {"payer_cpf": "529.982.247-25"}
        self.orders = [
            job.shop.order([("OLD-1", 1)], **cpf),
            job.shop.order([("OLD-1", 2), ("NEW-1", 1)], **cpf),
            job.shop.order([("OLD-1", 1)], payer_cpf="", payer_cnpj="11.222.333/0001-81"),
        ]

    def close(self) -> None:
        self.job.state.close()
        self.sandbox.__exit__(None, None, None)

    def die(self, fatal: int) -> bool:
        self.clock.move(minutes=30)
        return in_child(self.job, fatal)

    def check(self) -> None:
        job = self.job
        job.until_quiet()
        assert job.erp_skus() == ["NEW-1", "NEW-2", "OLD-1", "OLD-2"]
        assert [len(job.sales_of(order)) for order in self.orders] == [1, 1, 1]
        assert len(job.erp.sales) == 3
        assert sorted(p.document for p in job.erp.people.values()) == ["11222333000181", "52998224725"]
        assert job.status()["failures"] == []
        assert job.status()["products"] == {"linked": 4, "unsent": 0, "waiting": 0, "failed": 0, "drift": 0}
        assert job.erp.product("OLD-2").price == Decimal("64.90")
        job.sync(minutes=GRACE / 60 + 1)
        stocks = {p.sku: p.stock for p in job.erp.products.values()}
        assert stocks == {"OLD-1": 46, "OLD-2": 70, "NEW-1": 19, "NEW-2": 20}
        (sound,) = job.state.db.query("PRAGMA integrity_check")
        assert sound["integrity_check"] == "ok"


@pytest.fixture(scope="module")
def boundaries(tmp_path_factory) -> int:
    """How many boundaries a whole pass has."""
    shop = Shop(tmp_path_factory.mktemp("count") / "home")
    counted: list[int] = []
    shop.clock.move(minutes=30)
    assert not in_child(shop.job, None, counted.append)
    shop.check()
    shop.close()
    return counted[0]


def survives(root: Any, *deaths: int) -> None:
    shop = Shop(root)
    try:
        for fatal in deaths:
            shop.die(fatal)
        shop.check()
    except AssertionError as error:
        error.add_note(f"after a death at boundary {' and then '.join(map(str, deaths))}")
        raise
    finally:
        shop.close()


def all_survive(root: Any, deaths: list[tuple[int, ...]]) -> None:
    """Try every history, on all cores."""
    tries = [(root / f"home-{i}", *fatal) for i, fatal in enumerate(deaths)]
    with multiprocessing.get_context("fork").Pool() as workers:
        workers.starmap(survives, tries, chunksize=8)


def test_a_death_at_every_single_boundary_is_made_good(tmp_path, boundaries):
    assert boundaries > 60  # the pass does something of everything

    all_survive(tmp_path, [(fatal,) for fatal in range(boundaries)])


@pytest.mark.timeout(600)
def test_two_deaths_one_after_the_other_are_made_good(tmp_path, boundaries):
    chance = random.Random(SEED)

    all_survive(
        tmp_path, [(chance.randrange(boundaries), chance.randrange(boundaries)) for _ in range(PAIRS)]
    )
