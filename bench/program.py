"""The installed program, run as cron runs it, and what a run of it cost."""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.servers import Servers, approve, places

PROGRAM = str(Path(sys.executable).with_name("contaazul-sync"))
LONGEST, SIGN_IN = 1200, 60  # seconds that a run and a sign-in may take


@dataclass(frozen=True)
class Cost:
    """Exit code, seconds on the clock and of the processor, and the most memory in MB (0: not known).

    `told` is the end of what it said on its standard error.
    """

    code: int
    wall: float
    cpu: float
    memory: float
    told: str

    def must_be(self, codes: tuple[int, ...], command: list[str]) -> None:
        """RuntimeError ends the bench when it ended otherwise: what it cost then says nothing."""
        if self.code not in codes:
            raise RuntimeError(f"{' '.join(command)} ended {self.code}: {self.told}")


def run(command: list[str], environ: dict[str, str], pause: float = 0.001) -> Cost:
    """Run a command to its end, bounded in time, its output thrown away; looked at after each pause."""
    with tempfile.TemporaryFile("w+") as told:
        begin = time.perf_counter()
        process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=told)
        try:
            code, cpu, memory = _end(process, begin + LONGEST, pause)
        finally:
            if process.returncode is None:
                process.kill()
                process.wait()
        wall = time.perf_counter() - begin
        told.seek(0)
        return Cost(code, wall, cpu, memory, told.read()[-300:].strip())


def _end(process: subprocess.Popen[bytes], latest: float, pause: float) -> tuple[int, float, float]:
    """Wait for the end: exit code, seconds of the processor, and the most memory."""
    memory, turn = 0.0, 0
    while True:
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return process.returncode, used.ru_utime + used.ru_stime, memory
        if time.perf_counter() > latest:
            process.kill()
        if turn % 10 == 0:
            memory = max(memory, peak(process.pid))
        turn += 1
        time.sleep(pause)


def peak(pid: int) -> float:
    """The most memory of a process so far, in MB; 0 where the system does not tell.

    Not `ru_maxrss`: a child begins with the peak of the process that made it, and that is us.
    """
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0.0)


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
            alarm = threading.Timer(SIGN_IN, process.kill)
            alarm.start()
            try:
                address = process.stdout.readline().strip()
                _out, told = process.communicate(self.box.ask(approve, address) + "\n")
            finally:
                alarm.cancel()
                process.kill()  # of no effect on one that has ended
        if process.returncode:
            raise RuntimeError(told)

    def run(self, *words: str, expect: tuple[int, ...] = (0,)) -> Cost:
        """Run the program; another exit code than expected ends the bench."""
        cost = run([PROGRAM, *words], self.environ)
        cost.must_be(expect, list(words))
        return cost


@contextmanager
def home(box: Servers, **settings: object) -> Iterator[Home]:
    """A home that is signed in, in a directory that goes away."""
    with tempfile.TemporaryDirectory() as place:
        made = Home(Path(place), box, **settings)
        made.sign_in()
        yield made
