"""The installed program, run as cron runs it, and what a run of it cost."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.servers import Servers, approve, places

PROGRAM = str(Path(sys.executable).with_name("contaazul-sync"))
LONGEST = 1200  # seconds of one run


@dataclass(frozen=True)
class Cost:
    """Exit code, seconds on the clock and of the processor, and the most memory in MB."""

    code: int
    wall: float
    cpu: float
    memory: float


def run(command: list[str], environ: dict[str, str]) -> Cost:
    """Run a command to its end, bounded in time, with its output thrown away."""
    begin = time.perf_counter()
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while True:
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        if time.perf_counter() - begin > LONGEST:
            process.kill()
        time.sleep(0.001)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - begin
    return Cost(process.returncode, wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


class Home:
    """A home of the program beside a sandbox."""

    def __init__(self, path: Path, box: Servers, **settings: object) -> None:
        self.path, self.box = path, box
        at = box.ask(places)
        self.places: dict[str, str] = at
        values: dict[str, object] = {
            "erp.client_id": at["client_id"],
            "erp.redirect_uri": at["redirect_uri"],
            "erp.authorize_url": at["authorize_url"],
            "erp.token_url": at["token_url"],
            "erp.api_url": at["erp_url"],
            "shop.api_url": at["shop_url"],
            "shop.id": "loja",
            "shop.requests_per_second": 10,
            "orders.since": "2026-01-01",
            "credentials.backend": "file",
            **settings,
        }
        twins = {f"CONTAAZUL_SYNC_{k.upper().replace('.', '__')}": str(v) for k, v in values.items()}
        self.environ = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(path),
            "CONTAAZUL_SYNC_HOME": str(path),
            "CONTAAZUL_SYNC_CLIENT_SECRET": at["client_secret"],
            "CONTAAZUL_SYNC_SHOP_TOKEN": at["shop_token"],
            **twins,
        }

    def sign_in(self) -> None:
        """`auth`, with the merchant's browser played by the sandbox."""
        with subprocess.Popen(
            [PROGRAM, "auth", "--no-browser"],
            env=self.environ,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            _out, told = process.communicate(self.box.ask(approve, address) + "\n", timeout=60)
        if process.returncode:
            raise RuntimeError(told)

    def run(self, *words: str, expect: tuple[int, ...] = (0,)) -> Cost:
        """Run the program; another exit code than expected ends the bench."""
        cost = run([PROGRAM, *words], self.environ)
        if cost.code not in expect:
            raise RuntimeError(f"{' '.join(words)} ended {cost.code}")
        return cost


@contextmanager
def home(box: Servers, **settings: object) -> Iterator[Home]:
    """A home that is signed in, in a directory that goes away."""
    with tempfile.TemporaryDirectory() as place:
        made = Home(Path(place), box, **settings)
        made.sign_in()
        yield made
