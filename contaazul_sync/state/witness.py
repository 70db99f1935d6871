"""The witness: the number of the home's last run, kept beside the state file.

A state whose next run has no higher number is an older copy, put back. On another machine there is no
witness, and the ERP's sales alone tell (`passes/coverage`).
"""

from contextlib import suppress
from pathlib import Path

from contaazul_sync.core.errors import StateError
from contaazul_sync.core.words import _
from contaazul_sync.home.files import write_whole
from contaazul_sync.state.file import State

NAME = "last-run"


def last_run(state: State) -> int:
    """The number of the home's last run; 0 where none is told."""
    return _told(state.path) if state.path else 0


def check_there(path: Path) -> None:
    """A home that has had runs has a state file. Raises StateError."""
    if not path.exists() and _told(path):
        text = _("The state file {file} is gone, and with it what was sent. Run: contaazul-sync rebuild")
        raise StateError(text.format(file=path))


def _told(path: Path) -> int:
    try:
        return int(path.with_name(NAME).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0


def keep_run(state: State, run: int) -> None:
    """A run has begun, and is in the state for good. Where that cannot be written, nobody knows."""
    if state.path:
        with suppress(OSError):
            write_whole(state.path.with_name(NAME), f"{run}\n")


def forget(state: State) -> None:
    """The state was made anew."""
    if state.path:
        with suppress(OSError):
            state.path.with_name(NAME).unlink(missing_ok=True)
