"""The steps of the Containerfile, without a daemon: each as it stands there, below a folder in place of `/`.

What it copies is copied, what it runs is run by sh, with the paths of the image put below that folder; what
it would start is started as its user where the one that builds is root. What no script can show stays out:
the base image, and that nothing but the volume can be written.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.fleet.fleet import ROOT, SECONDS

PLACES = re.compile(
    r"(?<![\w./])/(?=(?:src|opt|data)\b)"
)  # all paths that the file names, but the base image's own
USER = re.compile(r"\b10001\b")
_MANY = re.compile(r"\\\n\s*")


def pythons() -> Iterator[str]:
    """Those that any user of this machine may start, and that the program may be installed for."""
    fit = "import sys, venv; sys.exit(sys.version_info < (3, 11))"
    for one in (os.path.realpath(sys.executable), "/usr/bin/python3"):
        is_open = all(folder.stat().st_mode & 0o001 for folder in Path(one).parents)
        if is_open and Path(one).exists() and subprocess.run([one, "-c", fit], check=False).returncode == 0:
            yield one


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """Each instruction and what it says, a line each."""
    for line in _MANY.sub("", text).splitlines():
        if line.strip() and not line.startswith("#"):
            word, _, rest = line.partition(" ")
            yield word, rest.strip()


class Image:
    """What the Containerfile makes below a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said: dict[str, str] = {}
        self.environ: dict[str, str] = {}
        python = next(pythons(), None)
        self.user = 10001 if python and os.geteuid() == 0 else None  # nobody else can become another one
        self._number = str(self.user or os.geteuid())
        self._python = python or sys.executable

    def build(self) -> None:
        """Take every step. `python` is one that the user can start, and in the place of its pip is ours."""
        python = self.folder / "bin" / "python"
        python.parent.mkdir()
        python.write_text(
            f'#!/bin/sh\n[ "$2" = pip ] && exec {sys.executable} "$@"\nexec {self._python} "$@"\n'
        )
        python.chmod(0o755)
        for word, rest in instructions((ROOT / "Containerfile").read_text()):
            getattr(self, f"_{word.lower()}", self._keep)(word, rest)

    def at(self, place: str) -> Path:
        """A path of the image."""
        return Path(self._placed(place))

    def run(self, *words: str, **environ: str) -> "subprocess.CompletedProcess[str]":
        """Start a container of it, as its user; without words, as the image says."""
        command = [*json.loads(self.said["ENTRYPOINT"]), *(words or json.loads(self.said["CMD"]))]
        return self._do(command, environ)

    def sign_in(self, approve: Callable[[str], str], **environ: str) -> "subprocess.CompletedProcess[str]":
        """`auth --no-browser` in a container, with the merchant's browser played by `approve`."""
        command = [*json.loads(self.said["ENTRYPOINT"]), "auth", "--no-browser"]
        with self._start(command, environ) as process:
            assert process.stdout is not None
            try:
                address = process.stdout.readline().strip()
                out, err = process.communicate(approve(address) + "\n", timeout=SECONDS)
            finally:
                process.kill()
        return subprocess.CompletedProcess(command, process.returncode, out, err)

    def health(self, **environ: str) -> int:
        """The exit code of the check."""
        return self._do(["sh", "-c", self.said["HEALTHCHECK"].partition("CMD ")[2]], environ).returncode

    def _placed(self, text: str) -> str:
        return PLACES.sub(f"{self.folder}/", text)

    def _keep(self, word: str, rest: str) -> None:
        self.said[word] = rest

    def _env(self, _word: str, rest: str) -> None:
        pairs = (each.partition("=") for each in shlex.split(rest))
        self.environ |= {name: self._placed(value) for name, _, value in pairs}

    def _copy(self, _word: str, rest: str) -> None:
        *sources, target = rest.split()
        if sources[0].startswith("--from="):  # both stages are made below one folder: it is there
            assert all(self.at(source).exists() for source in (*sources[1:], target))
            return
        place = self.at(target)
        for source in sources:
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, place, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                place.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / source, place)

    def _run(self, _word: str, rest: str) -> None:
        environ = os.environ | {"PATH": f"{self.folder}/bin:{os.environ['PATH']}"}
        step = ["sh", "-ec", USER.sub(self._number, self._placed(rest))]
        done = subprocess.run(step, env=environ, capture_output=True, text=True, timeout=SECONDS, check=False)
        assert done.returncode == 0, f"RUN {rest}\n{done.stderr}"

    def _do(self, command: list[str], environ: dict[str, str]) -> "subprocess.CompletedProcess[str]":
        with self._start(command, environ) as process:
            try:
                out, err = process.communicate("", timeout=SECONDS)
            finally:
                process.kill()
        return subprocess.CompletedProcess(command, process.returncode, out, err)

    def _start(self, command: list[str], environ: dict[str, str]) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            ["/usr/bin/env", *command],  # it looks for the program on the path of the image
            env=self.environ | environ,
            cwd=self.folder,
            user=self.user,
            group=self.user,
            extra_groups=[] if self.user else None,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
