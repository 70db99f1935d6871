"""What most tests start from: a clock that stands still, a sandbox without limits, and who works with it."""

import functools
import gc
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette import routing

from contaazul_sync.core import harmless
from contaazul_sync.sandbox.common.wire import answer
from contaazul_sync.sandbox.erp import app
from contaazul_sync.sandbox.server import Sandbox
from tests.worlds import judge, warm
from tests.worlds.begun import Begun
from tests.worlds.clock import Clock
from tests.worlds.job import Job
from tests.worlds.memory import InMemory
from tests.worlds.shops import serving
from tests.worlds.wire import Parrot, World

FEW = 1  # who changes something of a pass runs its file whole
MEMORY = Path("/dev/shm")  # a file system in memory, where there is one


def pytest_configure() -> None:
    """Keep the files of the tests in memory: to a disk every commit of the state takes some milliseconds."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_sessionstart() -> None:
    """Understand each path of the sandbox once, and not anew for every sandbox that is opened."""
    routing.compile_path = functools.cache(routing.compile_path)


def pytest_collection_finish() -> None:
    """Let the collector of garbage pass over what the tests are made of: it stays to the end."""
    gc.freeze()


def pytest_unconfigure() -> None:
    warm.end()


@pytest.hookimpl(tryfirst=True)  # before those that nobody asked for are left out
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the slow tests, the slowest first: one left for the end would keep all but one core idle."""
    _spare(items)
    slow = [item for item in items if item.get_closest_marker("slow")]
    quick = [item for item in items if not item.get_closest_marker("slow")]
    slow.sort(key=lambda item: item.path, reverse=True)  # the demos and the deaths come late in the alphabet
    items[:] = slow + quick  # those of one file in their order, since some share what they work with


def _spare(items: list[pytest.Item]) -> None:
    """The quick run makes a few of the whole passes of a file, and reads the first kind of shop alone."""
    passes, told = Counter[Path](), set[tuple[Path, str]]()
    for item in items:
        needs, story = getattr(item, "fixturenames", ()), (item.path, item.name.partition("[")[0])
        passes[item.path] += "job" in needs and not item.get_closest_marker("slow")
        if ("job" in needs and passes[item.path] > FEW) or ("door" in needs and story in told):
            item.add_marker(pytest.mark.slow)
        told.add(story)


@pytest.fixture(scope="session", autouse=True)
def trial() -> Iterator[Callable[[], list[str]]]:
    """Listens to every sandbox; gives what is wrong in what was said since it was asked last."""
    one = judge.Judge()
    with judge.listening() as heard:

        def complaints() -> list[str]:
            exchanges = heard[:]
            del heard[: len(exchanges)]
            return one.complaints(exchanges)

        yield complaints


@pytest.fixture(autouse=True)
def judged(trial: Callable[[], list[str]]) -> Iterator[None]:
    """Each test ends before the judge, with all that went to the ERP and came from it."""
    yield
    complaints = trial()
    if complaints:
        pytest.fail("\n".join(["against the ERP's schemas (tests/schemas):", *complaints]), pytrace=False)


@pytest.fixture(autouse=True)
def nothing_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test hide its secrets, which may be words, from the tests after it."""
    monkeypatch.setattr(harmless, "_hidden", set())


@pytest.fixture
def clock() -> Clock:
    return Clock()


@contextmanager
def without_limits(clock: Clock, kind: type[Sandbox] = Sandbox) -> Iterator[Sandbox]:
    with kind(clock=clock, catalogue=False) as box:
        box.erp.switches.limits = False
        box.erp.faults.hold_seconds = 0.2
        yield box


@pytest.fixture
def sandbox(clock: Clock, request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """Over HTTP, where the test or its module does not say `pytest.mark.line("memory")`."""
    line = request.node.get_closest_marker("line")
    with without_limits(clock, InMemory if line and line.args == ("memory",) else Sandbox) as box:
        yield box


@pytest.fixture
def world(sandbox: Sandbox, clock: Clock, tmp_path: Path) -> World:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    world = World(sandbox, home, clock)
    world.sign_in()
    return world


@pytest.fixture(scope="session")
def signed_in_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """To be copied, not to be used."""
    home = tmp_path_factory.mktemp("signed-in") / "home"
    with Sandbox(clock=Clock(), catalogue=False) as box:
        Job(home, box, Clock()).state.close()
    return home


@pytest.fixture
def job(tmp_path: Path, sandbox: Sandbox, clock: Clock, signed_in_home: Path) -> Iterator[Job]:
    made = Job(tmp_path / "home", sandbox, clock, signed_in_home)
    yield made
    made.state.close()


@pytest.fixture(scope="session")
def linked_once(tmp_path_factory: pytest.TempPathFactory, signed_in_home: Path) -> Callable[..., Begun]:
    """To be copied: a job with one product that is in the ERP, for each product that is asked for."""

    @functools.cache
    def linked(sku: str, name: str, price: float, stock: int) -> Begun:
        clock, home = Clock(), tmp_path_factory.mktemp("linked") / "home"
        with without_limits(clock, InMemory) as box:
            job = Job(home, box, clock, signed_in_home)
            job.shop.add_product(sku, name, price, stock)
            job.linked(sku).state.close()
        return Begun(job)

    return linked


@pytest.fixture
def linked(job: Job, linked_once: Callable[..., Begun]) -> Callable[..., Job]:
    """`linked("CAM-1", "Camiseta", 79.90, 50)`: the job, with this product of the shop in the ERP."""
    return lambda *product: linked_once(*product).go_on_in(job)


@pytest.fixture
def cost_centres(monkeypatch: pytest.MonkeyPatch) -> str:
    """An ERP with one cost centre, "Loja virtual", asked for before the sandbox is: its id."""
    listed = [{"id": "11111111-2222-3333-4444-555555555555", "nome": "Loja virtual", "ativo": True}]
    told = {"itens_totais": 1, "items": listed, "totais": {}}
    route = ("GET", "/v1/centro-de-custo", lambda _erp, _call: answer(told))
    monkeypatch.setattr(app, "GUARDED", [route, *app.GUARDED])
    return str(listed[0]["id"])


@pytest.fixture
def parrot() -> Callable[..., Any]:
    """`with parrot(200, b"...") as server:` for answers that the sandbox does not give."""

    @contextmanager
    def serve(status: int, body: bytes = b"", **headers: str) -> Iterator[Parrot]:
        parrot = Parrot((status, {name.replace("_", "-"): value for name, value in headers.items()}, body))
        with serving(parrot.server):
            yield parrot

    return serve
