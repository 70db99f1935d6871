"""The commands that only look, run in this process as a person would: what they print, and how they end."""

import io
import os
import re
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

from contaazul_sync.cli.app import build
from contaazul_sync.core import words

LOOKS: Sequence[Sequence[str]] = (
    ("status",),
    ("status", "--products"),
    ("status", "--orders"),
    ("status", "--json"),
    ("orders",),
    ("orders", "--csv"),
    ("orders", "--json"),
    ("products",),
    ("products", "--csv"),
    ("products", "--json"),
    ("log",),
    ("log", "--json"),
    ("config", "show"),
)
# What moves a terminal's cursor, hides text or turns it round, or ends a line where none ends.
UNCLEAN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Printed(NamedTuple):
    """What a command printed. `bug`: how it broke."""

    out: str
    err: str
    bug: str = ""

    def unclean(self) -> str:
        """What of it has no business on a terminal."""
        found = UNCLEAN.search(self.out.replace("\r\n", "\n") + self.err)
        return f"{found[0]!r}" if found else ""


def run(home: Path, line: Sequence[str]) -> Printed:
    """Run a command in a home."""
    out, err = (
        io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="replace", newline="") for _stream in "oe"
    )
    bug = ""
    with (
        _environment({"CONTAAZUL_SYNC_HOME": str(home)}),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            words.speak(words.language_of("", os.environ))
            build(line)(args=list(line))
        except SystemExit:
            pass
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a bug
            bug = "".join(traceback.format_exception(error))
    return Printed(_text(out), _text(err), bug)


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    stream.seek(0)
    return stream.read()


@contextmanager
def _environment(changes: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(changes)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
