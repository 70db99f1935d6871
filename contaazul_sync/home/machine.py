"""The machine: its clock, and the home of the tool on it."""

import os
import pwd
from datetime import UTC, datetime
from pathlib import Path
from stat import S_IMODE, S_ISDIR, S_ISVTX

from contaazul_sync.core.errors import SetupError
from contaazul_sync.core.words import _
from contaazul_sync.home.files import sync_folder


def utc_now() -> datetime:
    """The clock."""
    return datetime.now(UTC)  # noqa: TID251 - the one place, beside cli, that reads it


def prepare_home(home: Path) -> None:
    """Make the home of the tool, for its owner alone. Raises SetupError when it is not this user's alone."""
    check_home(home)
    try:
        made = [folder for folder in (home, *home.parents) if not folder.exists()]
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in made:
            sync_folder(folder.parent)
    except OSError as error:
        raise _unusable(home, error) from error
    check_home(home)


def check_home(home: Path) -> None:
    """Look at a home that may not be there yet, and make nothing. Raises SetupError, as `prepare_home`."""
    try:
        place = next(folder for folder in (home, *home.parents) if folder.exists())
        check_owner(place)  # of a home that is not there yet, the folder in which it would be made
        mode = place.stat().st_mode
    except OSError as error:
        raise _unusable(home, error) from error
    if place != home or not S_ISDIR(mode) or not mode & 0o077:
        return
    if mode & S_ISVTX or home in (Path("/"), Path(os.path.expanduser("~"))):  # noqa: PTH111 - it takes a user without a home, too
        text = _(
            "{directory} is not for this program alone. Set CONTAAZUL_SYNC_HOME to a folder of its own,"
            " such as {own}"
        )
        raise SetupError(text.format(directory=home, own=home / "contaazul-sync"))
    text = _("Other users may look into {directory} (mode {mode}). Run: chmod 700 {directory}")
    raise SetupError(text.format(directory=home, mode=f"{S_IMODE(mode):o}"))


def check_owner(path: Path) -> None:
    """Root makes nothing its own that is another user's, who could not use it any more. Raises SetupError.

    Any other user is held to what the system lets it do: where owners are not told as they are, as on a
    shared folder, that is more.
    """
    owner = path.stat().st_uid
    if os.geteuid() != 0 or owner == 0:
        return
    text = _(
        "{path} belongs to {owner}, not to root. Nothing was done. Run: sudo -u {owner} contaazul-sync ..."
    )
    raise SetupError(text.format(path=path, owner=_called(owner)))


def _called(user: int) -> str:
    """A user's name; the number, as sudo takes it, where there is none."""
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"'#{user}'"


def _unusable(home: Path, error: OSError) -> SetupError:
    text = _("The directory {directory} cannot be used: {error}.")
    return SetupError(text.format(directory=home, error=error.strerror))
