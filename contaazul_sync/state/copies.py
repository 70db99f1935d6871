"""Copies of the state that are put back, and files that are put out of their way."""

import shutil
from contextlib import closing, suppress
from pathlib import Path

from contaazul_sync.core.errors import StateError
from contaazul_sync.core.words import _
from contaazul_sync.home.files import sync_folder, whole
from contaazul_sync.state.beside import JOURNAL, LOG, MEMORY, beside, has_strange_log
from contaazul_sync.state.database import copy_to, is_damaged, is_ours
from contaazul_sync.state.file import State


def set_aside(path: Path) -> Path | None:
    """Move out of the way what is damaged: the state file, or a log beside it that is another one's.

    Returns where to; None where nothing is.
    """
    if has_strange_log(path):
        return _moved(path, _free(path, "damaged"), LOG)
    if path.exists() and is_damaged(path):
        return _moved(path, _free(path, "damaged"), LOG, JOURNAL, "")
    return None


def read(file: Path, path: Path) -> State:
    """A copy that may take the place of a state file. Raises StateError for what is none, or not sound."""
    try:
        if path.exists() and file.samefile(path):
            raise StateError(_("{file} is the state file itself. Name the copy.").format(file=file))
        if has_strange_log(file) or not is_ours(file):
            text = _("{file} is no copy made by: contaazul-sync backup. Nothing was changed.")
            raise StateError(text.format(file=file))
    except OSError as error:
        text = _("{file} cannot be read: {error}.")
        raise StateError(text.format(file=file, error=error)) from error
    copy = State.read(file)
    if copy.fault():
        copy.close()
        raise StateError(_("The copy {file} is damaged. Nothing was changed.").format(file=file))
    return copy


def put_back(copy: State, path: Path) -> Path | None:
    """Let a copy take the place of the state file. Returns what became of the former one.

    Nobody else may write it meanwhile. Raises OSError; then all is as before.
    """
    former = path.exists()
    if former:
        with suppress(StateError), closing(State.open(path)):
            pass  # what it has beside it, it has in itself now
    with whole(path) as draft:
        copy_to(copy.db, draft)
        return _keep(path) if former else None


def _keep(path: Path) -> Path:
    """Keep the state file as it is; it stays in its place, too, so that there is one whatever happens."""
    aside = _free(path, "before")
    with whole(aside) as draft:
        shutil.copyfile(path, draft)
    _moved(path, aside, LOG, JOURNAL)
    return aside


def _free(path: Path, why: str) -> Path:
    names = (path.with_name(f"{path.name}.{why}-{number}") for number in range(1, 1000))
    return next(each for each in names if not any(beside(each, end).exists() for end in ("", LOG, JOURNAL)))


def _moved(path: Path, aside: Path, *ends: str) -> Path:
    """Move what belongs together, the file last and for good: a log that stays would spoil another file."""
    beside(path, MEMORY).unlink(missing_ok=True)
    for end in ends:
        with suppress(FileNotFoundError):
            beside(path, end).replace(beside(aside, end))
    sync_folder(path.parent)
    return beside(aside, ends[-1])
