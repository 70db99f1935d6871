"""The one way out of every command: whatever ends it becomes a line on stderr and an exit code.

`app.Boundary` lets nothing by it, and `__main__` what happens before there is a command.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial

import typer

from contaazul_sync.cli.running import tell, tell_interrupted
from contaazul_sync.core.errors import SyncError
from contaazul_sync.core.exits import INTERRUPTED, OK, USAGE
from contaazul_sync.core.words import _


def leave(error: BaseException) -> int | None:
    """Say what ends a command. Returns its exit code; None for a bug, and for what the library tells."""
    with suppress(OSError):
        _flush()
    if isinstance(error, BrokenPipeError):  # a reader that has seen enough is no error
        return OK
    if isinstance(error, (KeyboardInterrupt, typer.Abort)):
        code, say = INTERRUPTED, tell_interrupted
    elif isinstance(error, EOFError):  # at a prompt
        code, say = USAGE, partial(tell, _("Nobody answered the question: what is typed ended there."))
    elif known := _known(error):
        code, say = known.exit_code, partial(tell, known.message) if known.message else _nothing
    else:
        return None
    with suppress(OSError):  # nobody hears it: the code says it all the same
        say()
    return code


def _nothing() -> None:
    """What there is to say where all was said before."""


def _known(error: BaseException) -> SyncError | None:
    """What we raise on purpose, or the machine refuses."""
    if isinstance(error, (SyncError, typer.Exit, SystemExit)):
        return error if isinstance(error, SyncError) else None
    from contaazul_sync.state.trouble import told

    known = told(error)
    return known if isinstance(known, SyncError) else None


@contextmanager
def printed() -> Iterator[None]:
    """What is printed inside is sent off before it ends well. Raises OSError where nobody takes it."""
    try:
        yield
    except typer.Exit:
        _flush()
        raise
    _flush()


def _flush() -> None:
    try:
        sys.stdout.flush()
    except OSError:
        _print_no_more()
        raise


def _print_no_more() -> None:
    """Let what is still to be printed go nowhere: Python would complain of it at its own end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
