"""The one way out to a person: a terminal, or the pipe, file or mail that stands in its place.

Nothing else in the program writes to stdout or stderr (`tests/test_one_way_out.py`), so that nothing that
a shop or the ERP wrote can steer a terminal, and no secret gets there. Results go to stdout, all else to
stderr.
"""

import os
import shutil
import sys
import textwrap
from collections.abc import Iterable
from typing import IO, TYPE_CHECKING

from contaazul_sync.core import harmless
from contaazul_sync.home.signals import asking

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

PIPED, NARROWEST, WIDEST = 100, 20, 1000  # columns: of what is no terminal, and what a variable may say


def width(stream: IO[str] | None = None) -> int:
    """The columns of a stream (stdout): as COLUMNS says where that is a number, else as the terminal does."""
    told = os.environ.get("COLUMNS", "")
    stream = stream or sys.stdout
    if told.isascii() and told.isdecimal() and int(told[:9]) > 0:
        columns = int(told[:9])
    elif stream.isatty():
        columns = shutil.get_terminal_size().columns
    else:
        columns = PIPED
    return min(max(columns, NARROWEST), WIDEST)


def say(text: str, *, end: str = "\n") -> None:
    """Print a result."""
    _write(sys.stdout, harmless.lines(text) + end)


def say_json(value: object) -> None:
    """Print a result for programs."""
    _write(sys.stdout, harmless.as_json(value, indent=2) + "\n")


def say_rows(lines: Iterable[str]) -> None:
    """Print a CSV as `views/spreadsheets` has made it, line by line."""
    for line in lines:
        say(line, end="")


def tell(text: str, *, end: str = "\n") -> None:
    """Say something beside the results."""
    _write(sys.stderr, harmless.lines(text) + end)


def folded(text: str, columns: int, indent: str = "") -> str:
    """One line as several that fit; each after the first begins with `indent`."""
    lines = textwrap.fill(
        harmless.glued(harmless.line(text)),
        columns,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return harmless.unglued(lines)


def show(view: "RenderableType") -> None:
    """Print a view as a result."""
    console(sys.stdout).print(view, crop=False)  # a command that is longer than a line stays whole


def console(stream: IO[str], columns: int | None = None) -> "Console":
    """A console of rich for views: no markup, and none of it steers the terminal but rich."""
    from contaazul_sync.home.canvas import Canvas  # noqa: PLC0415 - a run of cron shows no view

    return Canvas(stream, columns or width(stream))


def ask(question: str, *, hidden: bool = False) -> str:
    """Ask on stderr and read a line from stdin; `hidden`: at a terminal, what is typed is not seen.

    Raises EOFError where nobody answers any more.
    """
    with asking():
        if hidden and sys.stdin.isatty():
            import getpass  # noqa: PLC0415 - only `auth` asks for secrets

            return getpass.getpass(harmless.line(question)).strip()
        tell(question, end="")
        if not (line := sys.stdin.readline()):
            raise EOFError
        return line.strip()


def show_cursor() -> None:
    """Bring back the cursor that a display of progress hides."""
    if sys.stderr.isatty():
        _write(sys.stderr, "\x1b[?25h")


def crashed(error: Exception) -> None:
    """Tell of a fault in this program, for who mends it: its trace, which may quote what others wrote."""
    import traceback  # noqa: PLC0415 - for this alone

    tell("".join(traceback.format_exception(error)), end="")


def _write(stream: IO[str], text: str) -> None:
    stream.write(text)
    stream.flush()
