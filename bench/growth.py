"""The second table: what a pass costs as the shop grows; and the start, and the file."""

import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock

from bench.program import PROGRAM, home, run
from bench.servers import servers, stock, switch, twins
from bench.states import age, fill
from contaazul_sync.state.file import State

HEAD = ("linked products", "what", "seconds", "of them CPU", "memory, MB", "state, MB")
STARTS = 15


def rows(sizes: list[int]) -> Iterator[tuple[str, ...]]:
    """Passes without a change, and the status, for each number of linked products."""
    for size in sizes:
        with servers() as box, home(box) as at:
            file = at.path / "state.db"
            box.ask(switch, limits=False)
            box.ask(stock, size)
            box.ask(twins)
            fill(file, size)
            at.run("sync")  # the first one asks for orders of a long time
            for what, words in (
                ("a pass, nothing changed", ["sync"]),
                ("`status`", ["status"]),
                ("`status --json`", ["status", "--json"]),
            ):
                cost = at.run(*words)
                yield _cells(size, what, cost.wall, cost.cpu, cost.memory, file)
            state = State.open(file)
            state.notes.set("full_walk", "")
            state.close()
            cost = at.run("sync")
            yield _cells(size, "the daily pass, nothing changed", cost.wall, cost.cpu, cost.memory, file)


def _cells(size: int, what: str, wall: float, cpu: float, memory: float, file: Path) -> tuple[str, ...]:
    megabytes = file.stat().st_size / 1e6
    return f"{size:,}", what, f"{wall:.2f}", f"{cpu:.2f}", f"{memory:.0f}", f"{megabytes:.1f}"


START_HEAD = ("start", "ratio")


def starts(size: int) -> Iterator[tuple[str, ...]]:
    """How long the program takes to say something, beside what its two libraries take to load."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place)
        environ = {
            "PATH": "/usr/bin:/bin",
            "CONTAAZUL_SYNC_HOME": place,
            "CONTAAZUL_SYNC_CREDENTIALS__BACKEND": "file",
        }
        fill(path / "state.db", size)
        with FileLock(path / "run.lock"):
            libraries, helped, refused, shown = _medians(
                environ,
                ([sys.executable, "-c", "import typer, rich"], 0),
                ([PROGRAM, "--help"], 0),
                ([PROGRAM, "sync"], 5),
                ([PROGRAM, "status"], 0),
            )
        yield "`python -c 'import typer, rich'`", "1.00"
        yield "`--help`", f"{helped / libraries:.2f}"
        yield "`sync`, refused since another run is going on", f"{refused / libraries:.2f}"
        yield f"`status`, {size:,} products, to `--help`", f"{shown / helped:.2f}"


LIGHT_HEAD = ("a pass, nothing changed", "CPU, ms")
LIBRARIES = "asyncio, filelock, httpcore, httpx, sqlite3, tenacity, typer"
OURS = "contaazul_sync.cli.passes, contaazul_sync.operate.wiring, contaazul_sync.passes.sync"
ALONE = "import sys; sys.modules['httpx._main'] = None; "  # as the program does it


def light(size: int) -> Iterator[tuple[str, ...]]:
    """What of a pass is Python's start, what is loaded, and what is done; each row with those above it."""
    with servers() as box, home(box) as at:
        box.ask(switch, limits=False)
        box.ask(stock, size)
        box.ask(twins)
        fill(at.path / "state.db", size)
        at.run("sync")
        commands = {
            "Python": [sys.executable, "-c", ""],
            "and the libraries": [sys.executable, "-c", f"{ALONE}import {LIBRARIES}"],
            "and the program": [sys.executable, "-c", f"{ALONE}import {LIBRARIES}, {OURS}"],
            f"the pass, {size:,} products": [PROGRAM, "sync"],
        }
        costs = {what: [run(words, at.environ) for _ in range(STARTS)] for what, words in commands.items()}
        for what, told in costs.items():
            yield what, f"{statistics.median(cost.cpu for cost in told) * 1000:.0f}"


def _medians(environ: dict[str, str], *commands: tuple[list[str], int]) -> list[float]:
    """Seconds of each command, with the exit code it must have. In turn, so that all see the same machine."""
    walls: list[list[float]] = [[] for _ in commands]
    for turn in range(STARTS + 1):
        for (command, code), wall in zip(commands, walls, strict=True):
            cost = run(command, environ)
            cost.must_be((code,), command)
            if turn:  # the first one brought what is on the disk into memory
                wall.append(cost.wall)
    return [statistics.median(wall) for wall in walls]


def year(runs: int, orders: int) -> str:
    """What a year leaves in the file."""
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "state.db"
        age(file, runs, orders)
        return f"{runs:,} runs and {orders:,} orders: {file.stat().st_size / 1e6:.1f} MB."
