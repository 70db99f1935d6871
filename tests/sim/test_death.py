"""Death at every step: a pass that is killed at any boundary is made good by the passes after it.

A child process runs the pass and kills itself with SIGKILL at one boundary: before or after a commit,
before a request is sent, or after the server has done it and before its answer is looked at. Then the pass
is run again until nothing is left to do, and everything must be there exactly once. The child is forked
from this warm process, since hundreds of program starts would take too long; and for the same reason the
shop is prepared once, and each history happens to a copy of it: in a process of its own, forked from here.
"""

import asyncio
import gc
import os
import random
import shutil
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from contaazul_sync.core.errors import SyncError
from contaazul_sync.home.credentials import Vault
from contaazul_sync.operate import wiring
from contaazul_sync.passes.parts import Parts
from contaazul_sync.passes.sync import Pass
from contaazul_sync.sandbox.server import Sandbox
from contaazul_sync.shops.merchant import Merchant
from contaazul_sync.state.file import State
from tests.worlds.clock import Clock
from tests.worlds.job import GRACE, Job, no_sleep

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")]

PAIRS = 60  # sampled pairs of boundaries, beside every single one; the simulated world has the rest
PARTS = 3  # of each kind of history, for as many tests
SEED = 20261124
BROKE = 70  # exit code of a process that ended as it must not


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
            for when in ("request", "response"):  # after what is there: a create is written down as it leaves
                transport.client.event_hooks[when].append(boundary)


def forked(work: Callable[[], object]) -> tuple[int, str]:
    """Do it in a process of its own. Returns how that ended, as os.wait says it, and what it told."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = BROKE
        try:
            gc.freeze()  # to look through all that is inherited would be to copy it
            sys.settrace(None)  # what is forked reports no coverage: measuring it would only take time
            threading.settrace(None)
            os.write(writing, str(work()).encode())
            code = 0
        except SyncError:
            code = SyncError.exit_code
        except BaseException:  # noqa: BLE001  # it is told to the process that waits
            os.write(writing, traceback.format_exc()[-5000:].encode())
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        told = pipe.read()
    return os.waitpid(pid, 0)[1], told


def in_child(job: Job, fatal: int | None) -> tuple[bool, str]:
    """Run a pass in a child process that dies at a boundary; whether it died, and how many it counted."""
    status, told = forked(lambda: asyncio.run(_pass(job, fatal)))
    ended = os.WIFSIGNALED(status) or os.WEXITSTATUS(status) in (0, SyncError.exit_code)
    assert ended, f"the pass broke: {status} {told}"
    return os.WIFSIGNALED(status), told


async def _pass(job: Job, fatal: int | None) -> int:
    boundaries = Boundaries(fatal)
    state = State.open(job.settings.state_file)  # a connection is no child's to inherit
    async with wiring.parts(job.settings, state, {}, clock=job.clock, sleep=no_sleep) as parts:
        boundaries.watch(parts)
        await Pass(parts).run("sync")
    return boundaries.count


class Shop:
    """A shop with something of everything to do, and what must have come of it."""

    def __init__(self, root: Path) -> None:
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
        self.close()

    def close(self) -> None:
        self.job.state.close()
        self.sandbox.__exit__(None, None, None)

    @contextmanager
    def moved_to(self, root: Path) -> Iterator[None]:
        """Open again with a copy of the home. The memory of the servers is that of the process it is in."""
        job = self.job
        shutil.copytree(job.settings.home, root)
        old, self.sandbox = self.sandbox, Sandbox(clock=self.clock, catalogue=False)
        self.sandbox.erp, self.sandbox.shop = old.erp, old.shop
        with self.sandbox as box:
            job.sandbox, job.settings = box, replace(job.settings, home=root)
            job.set(erp__token_url=box.token_url, erp__api_url=box.erp_url, shop__api_url=box.shop_url)
            job.vault = Vault(root, "file", {})
            job.state = State.open(job.settings.state_file)
            yield
            job.state.close()

    def die(self, fatal: int | None) -> tuple[bool, str]:
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


def survives(shop: Shop, root: Path, *deaths: int | None) -> str:
    """One history; what was counted in its last pass. For a process of its own: the shop is as prepared."""
    counted = ""
    try:
        with shop.moved_to(root):
            for fatal in deaths:
                _died, counted = shop.die(fatal)
            shop.check()
    except AssertionError as error:
        error.add_note(f"after a death at boundary {' and then '.join(map(str, deaths))}")
        raise
    shutil.rmtree(root)
    return counted


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> Shop:
    return Shop(tmp_path_factory.mktemp("prepared") / "home")


@pytest.fixture(scope="module")
def boundaries(shop, tmp_path_factory) -> int:
    """How many boundaries a whole pass has."""
    status, told = forked(lambda: survives(shop, tmp_path_factory.mktemp("count") / "home", None))
    assert status == 0, told
    return int(told)


def all_survive(shop: Shop, root: Path, histories: Sequence[tuple[int, ...]]) -> None:
    """Try every history, each in a process of its own, which ends with it."""
    for i, deaths in enumerate(histories):
        status, told = forked(partial(survives, shop, root / f"home-{i}", *deaths))
        assert status == 0, told


@pytest.mark.parametrize("part", range(PARTS))
def test_a_death_at_every_single_boundary_is_made_good(tmp_path, shop, boundaries, part):
    assert boundaries > 60  # the pass does something of everything

    every = [(fatal,) for fatal in range(boundaries)]
    all_survive(shop, tmp_path, every[part::PARTS])


@pytest.mark.parametrize("part", range(PARTS))
def test_two_deaths_one_after_the_other_are_made_good(tmp_path, shop, boundaries, part):
    chance = random.Random(SEED)
    pairs = [(chance.randrange(boundaries), chance.randrange(boundaries)) for _ in range(PAIRS)]

    all_survive(shop, tmp_path, pairs[part::PARTS])
