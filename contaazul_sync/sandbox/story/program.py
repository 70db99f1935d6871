"""The real program, as a shopkeeper runs it: each command a process of its own, on a terminal of its own."""

from __future__ import annotations

import os
import re
import select
import shlex
import signal
import subprocess
import sys
import termios
from contextlib import contextmanager
from typing import TYPE_CHECKING

from contaazul_sync.core.words import _, language
from contaazul_sync.sandbox.story.screen import WIDTH

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from contaazul_sync.sandbox.story.claims import Claims
    from contaazul_sync.sandbox.story.screen import Screen

# What the program may see of the environment: nothing of the merchant's own settings, and no proxy.
KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TERM", "NO_COLOR", "PYTHONPATH", "TMPDIR")


class Program:
    """The program in a home of its own; what it prints goes to the screen, how it ends to the claims."""

    def __init__(self, claims: Claims, screen: Screen, home: Path, shop_token: str) -> None:
        self.claims, self.screen = claims, screen
        self.folder: Path | None = None  # where the shopkeeper is; else where the demo was begun
        self._environ = {name: os.environ[name] for name in KEPT if name in os.environ}
        self._environ |= {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
        self._environ |= {
            "COLUMNS": str(WIDTH),
            "HOME": str(home),
            "PYTHONUTF8": "1",
            "CONTAAZUL_SYNC_HOME": str(home),
            "CONTAAZUL_SYNC_LANGUAGE": language().replace("_", "-"),
            "CONTAAZUL_SYNC_CLIENT_SECRET": claims.box.client_secret,
            "CONTAAZUL_SYNC_SHOP_TOKEN": shop_token,
        }
        if not screen.is_terminal:
            self._environ["TERM"] = "dumb"

    def run(
        self,
        *words: str,
        expect: int = 0,
        browser: bool = False,
        most: int | None = None,
        twins: dict[str, str] | None = None,
    ) -> None:
        """Run one command and show what it prints, at most `most` lines of it."""
        self.screen.command(words, twins or {})
        with self._process(words, twins or {}) as (process, terminal):
            shown = ""
            for text in _texts(terminal):
                shown += text
                if most is None:
                    self.screen.write(text)
                if browser and (address := re.search(r"^(https?://\S+)\n", shown, re.MULTILINE)):
                    browser = False
                    self._play_browser(process, terminal, address[1])
            code = process.wait()
        if most is not None:
            self.screen.cut(shown, most)
        if code:
            told = _("(exit code {code})").format(code=code)
            self.screen.write(f"{told}\n")
        self.claims.claim(
            code == expect, f"`contaazul-sync {shlex.join(words)}` ends {expect} (it ended {code})"
        )

    @contextmanager
    def _process(
        self, words: tuple[str, ...], twins: dict[str, str]
    ) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
        """The program on a terminal of its own; ended with the block, whatever happens."""
        ours, theirs = os.openpty()
        modes = termios.tcgetattr(theirs)
        modes[1] &= ~termios.OPOST  # lines end as the program ended them
        termios.tcsetattr(theirs, termios.TCSANOW, modes)
        stopped: list[int] = []
        with _put_off(stopped):
            process = subprocess.Popen(  # noqa: S603  # our own interpreter and package
                [sys.executable, "-m", "contaazul_sync", *words],
                env=self._environ | twins,
                cwd=self.folder,
                stdin=subprocess.PIPE,
                stdout=theirs,
                stderr=theirs,
                start_new_session=True,  # a Ctrl-C comes to the demo alone, which ends the program
            )
        os.close(theirs)
        try:
            if stopped:
                raise KeyboardInterrupt
            yield process, ours
        finally:
            _end(process)
            os.close(ours)

    def _play_browser(self, process: subprocess.Popen[bytes], terminal: int, address: str) -> None:
        """Confirm on the page, and paste the address landed on."""
        landed = self.claims.box.approve(address)
        while select.select([terminal], [], [], 0.2)[0]:
            self.screen.write(os.read(terminal, 4096).decode(errors="replace"))
        self.screen.write(f"{landed}\n")
        assert process.stdin is not None
        process.stdin.write(f"{landed}\n".encode())
        process.stdin.flush()


@contextmanager
def _put_off(stopped: list[int]) -> Iterator[None]:
    """Only note who stops the demo: in the middle of a start nobody would end what was started."""
    stops = (signal.SIGINT, signal.SIGTERM)
    former = [signal.signal(each, lambda number, _frame: stopped.append(number)) for each in stops]
    try:
        yield
    finally:
        for each, handler in zip(stops, former, strict=True):
            signal.signal(each, handler)


def _texts(terminal: int) -> Iterator[str]:
    """What the program writes, line by line or as it comes, until it has ended."""
    rest = b""
    while True:
        try:
            data = os.read(terminal, 4096)
        except OSError:  # Linux says so when the other side is closed
            data = b""
        if not data:
            break
        rest += data
        try:
            text, rest = rest.decode(), b""
        except UnicodeDecodeError:
            continue  # the middle of a letter
        yield text
    if rest:
        yield rest.decode(errors="replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the program if it is still at work."""
    if process.stdin is not None:
        process.stdin.close()
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
