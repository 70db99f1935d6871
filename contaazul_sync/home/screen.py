"""The one way out to a person: a terminal, or the pipe, file or mail that stands in its place.

Nothing else in the program writes to stdout or stderr (`tests/test_one_way_out.py`), so that nothing that
a shop or the ERP wrote can steer a terminal, and no secret gets there. Results go to stdout, all else to
stderr.
"""

import codecs
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
    stream = stream or sys.stdout
    columns = _said() or (shutil.get_terminal_size().columns if stream.isatty() else PIPED)
    return min(max(columns, NARROWEST), WIDEST)


def _said() -> int:
    """The columns that the variable says; 0 where it says none."""
    told = os.environ.get("COLUMNS", "")
    return int(told[:9]) if told.isascii() and told.isdecimal() else 0


def height() -> int:
    """The lines of the terminal."""
    return shutil.get_terminal_size().lines


def say(text: str, *, end: str = "\n") -> None:
    """Print a result."""
    _write(sys.stdout, harmless.lines(text) + end)


def say_json(value: object) -> None:
    """Print a result for programs."""
    _write(sys.stdout, harmless.as_json(value, indent=2) + "\n")


def say_rows(lines: Iterable[str], *, marked: bool = False) -> None:
    """Print a CSV as `views/spreadsheets` has made it, line by line.

    `marked`: in a file it begins with the mark without which Excel takes UTF-8 for something else.
    """
    if marked and not sys.stdout.isatty() and codecs.lookup(sys.stdout.encoding).name == "utf-8":
        _write(sys.stdout, "\ufeff")
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


def fitted(text: str) -> str:
    """One line as it is shown: where it has to fit, what is too long goes on below its own beginning."""
    indent = " " * (len(text) - len(text.lstrip()) + 2)
    return folded(text, width(), indent) if is_cut() else text


def is_cut() -> bool:
    """Whether results have to fit into lines of a length: at a terminal, and where COLUMNS says so.

    What reads a pipe wants a row of a table in one line, as long as that may be.
    """
    return sys.stdout.isatty() or _said() > 0


def show(view: "RenderableType") -> None:
    """Print a view as a result."""
    columns = None if is_cut() else WIDEST
    console(sys.stdout, columns).print(view, crop=False)  # a command longer than a line stays whole


def console(stream: IO[str], columns: int | None = None) -> "Console":
    """A console of rich for views: no markup, and none of it steers the terminal but rich."""
    from contaazul_sync.home.canvas import Canvas  # noqa: PLC0415 - a run of cron shows no view

    return Canvas(stream, columns or width(stream))


def ask(question: str, *, hidden: bool = False) -> str:
    """Ask on stderr and read a line from stdin; `hidden`: at a terminal, what is typed is not seen.

    Raises EOFError where nobody answers any more.
    """
    at_a_terminal = sys.stdin.isatty()
    with asking():
        try:
            if hidden and at_a_terminal:
                import getpass  # noqa: PLC0415 - only `auth` asks for secrets

                return getpass.getpass(harmless.line(question)).strip()
            tell(question, end="")
            line = sys.stdin.readline()
        except KeyboardInterrupt:
            if at_a_terminal:
                tell("")  # it has not left the line of the question
            raise
        if not line:
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
