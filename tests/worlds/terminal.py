"""The installed program as a person and cron run it: a process, a home, and a sandbox on loopback."""

import asyncio
import json
import os
import pty
import re
import select
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from contaazul_sync.home.config import load
from contaazul_sync.home.credentials import Vault
from contaazul_sync.home.machine import utc_now
from contaazul_sync.sandbox.server import Sandbox
from tests.worlds.signing_in import sign_in
from tests.worlds.warm import PIPES, Warm

PROGRAM = Path(sys.executable).with_name("contaazul-sync")
SECONDS = 60  # the longest that one run may take


class Terminal:
    """Runs the program in cron's bare environment, with one home."""

    def __init__(self, root: Path, sandbox: Sandbox) -> None:
        self.sandbox, self.root, self.home = sandbox, root, root / "home"
        self.bare = {"PATH": "/usr/bin:/bin", "HOME": str(root), "CONTAAZUL_SYNC_HOME": str(self.home)}
        coverage = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
        self.environ = self.bare | coverage  # set while coverage is measured, so that this process is too

    def configure(self, **extra: str) -> None:
        box = self.sandbox
        since = (datetime.now(UTC) - timedelta(days=40)).date()
        sections: dict[str, dict[str, Any]] = {
            "erp": {
                "client_id": box.client_id,
                "redirect_uri": box.redirect_uri,
                "authorize_url": box.authorize_url,
                "token_url": box.token_url,
                "api_url": box.erp_url,
            },
            "shop": {"api_url": box.shop_url, "id": "loja", "requests_per_second": 10},
            "orders": {"since": f"{since}"},
            "credentials": {"backend": "file"},
        }
        for name, value in extra.items():
            section, _, key = name.partition("__")
            sections.setdefault(section, {})[key] = value
        self.home.mkdir(mode=0o700, exist_ok=True)
        lines = []
        for section, values in sections.items():
            lines += [f"[{section}]", *(f"{key} = {json.dumps(value)}" for key, value in values.items())]
        (self.home / "config.toml").write_text("\n".join(lines) + "\n")

    @property
    def secrets(self) -> dict[str, str]:
        return {
            "CONTAAZUL_SYNC_CLIENT_SECRET": self.sandbox.client_secret,
            "CONTAAZUL_SYNC_SHOP_TOKEN": self.sandbox.shop_token,
        }

    def start(self, *words: str, **environ: str) -> "subprocess.Popen[str]":
        return Warm([str(PROGRAM), *words], env=self.environ | self.secrets | environ, text=True, **PIPES)

    def run(self, *words: str, typed: str = "", **environ: str) -> "subprocess.CompletedProcess[str]":
        with self.start(*words, **environ) as process:
            try:
                out, err = process.communicate(typed, timeout=SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    def be_signed_in(self) -> None:
        """What `auth` leaves behind, where a test is not about the sign-in: ten times as fast."""
        environ = self.environ | self.secrets
        settings, vault = load(environ), Vault(self.home, "file", environ)
        settings.config_file.chmod(0o600)
        asyncio.run(sign_in(self.sandbox, settings, vault, utc_now))

    def sign_in(self, *words: str, answer: Any = None, **environ: str) -> "subprocess.CompletedProcess[str]":
        """`auth --no-browser`, with the merchant's browser played by the sandbox."""
        with self.start("auth", "--no-browser", *words, **environ) as process:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            typed = (answer or self.sandbox.approve)(address) if address else ""
            out, err = process.communicate(typed + "\n", timeout=SECONDS)
        return subprocess.CompletedProcess(words, process.returncode, address + "\n" + out, err)

    def status(self) -> dict[str, Any]:
        return dict(json.loads(self.run("status", "--json").stdout))

    def everything_written(self) -> str:
        """All that the program keeps, as text."""
        files = [path for path in self.home.rglob("*") if path.is_file()]
        return "\n".join(path.read_bytes().decode("utf-8", "replace") for path in files)

    def wait_for(self, what: Any) -> None:
        deadline = time.monotonic() + 20
        while not what():
            assert time.monotonic() < deadline, "it did not happen within 20 seconds"
            time.sleep(0.02)


def on_terminal(terminal, *words, typed=(), **more):
    """Run the program on a terminal of its own and type at its prompts. Returns what was on the screen.

    What is typed may be a function of what is on the screen by then.
    """
    ours, theirs = pty.openpty()
    environ = terminal.environ | terminal.secrets | {"TERM": "xterm", "COLUMNS": "80", "LINES": "50"} | more
    with Warm([str(PROGRAM), *words], env=environ, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        raw, screen, asked, answers, deadline = b"", "", 0, list(typed), time.monotonic() + 60
        while time.monotonic() < deadline:
            if not select.select([ours], [], [], 1)[0]:
                continue
            try:
                part = os.read(ours, 65536)
            except OSError:  # the other end is closed: it has ended
                break
            if not part:
                break
            raw += part
            screen = raw.decode("utf-8", "ignore")  # the last letter may be half there
            if answers and re.search(r"\S.*(: |\? |then Enter:\r?\n)$", screen[asked:].rstrip("\r")):
                asked = len(screen)  # a prompt may come in several pieces, and is answered once
                answer = answers.pop(0)
                os.write(ours, ((answer(screen) if callable(answer) else answer) + "\n").encode())
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            raise AssertionError(f"it still waits for an answer: {screen[-500:]}") from None
    os.close(ours)
    return screen, process.returncode
