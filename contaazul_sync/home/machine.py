"""The machine: its clock, and the home of the tool on it."""

from datetime import UTC, datetime
from pathlib import Path

from contaazul_sync.core.errors import SetupError
from contaazul_sync.core.words import _
from contaazul_sync.home.files import sync_folder


def utc_now() -> datetime:
    """The clock."""
    return datetime.now(UTC)  # noqa: TID251 - the one place, beside cli, that reads it


def prepare_home(home: Path) -> None:
    """Make the home of the tool, for its owner alone. Raises SetupError when others may look into it."""
    try:
        made = [folder for folder in (home, *home.parents) if not folder.exists()]
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in made:
            sync_folder(folder.parent)
        mode = home.stat().st_mode & 0o777
    except OSError as error:
        text = _("The directory {directory} cannot be used: {error}.")
        raise SetupError(text.format(directory=home, error=error.strerror)) from error
    if mode & 0o077:
        text = _("Other users may look into {directory} (mode {mode}). Run: chmod 700 {directory}")
        raise SetupError(text.format(directory=home, mode=f"{mode:o}"))
