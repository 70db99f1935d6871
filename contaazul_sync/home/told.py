"""What was told already, and what the state could not keep: so that nothing is told every half hour.

It lies beside the state, since the worst is told where that cannot be opened. The file has one size from the
beginning and is written over: a full disk takes that. Where the home takes nothing at all, the system's
folder for short-lived files has it.
"""

import json
import os
import stat
import tempfile
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

NAME, SIZE = "told.json", 16_384  # bytes


class Told:
    """One value for each name, of one home. Nothing that is personal or secret goes into it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._beside = home / NAME
        self._elsewhere = Path(tempfile.gettempdir()) / f"contaazul-sync-{os.getuid()}-{_number(home)}.json"

    def read(self) -> dict[str, Any]:
        """All of it; nothing where it cannot be read."""
        kept = _read(self._elsewhere)  # there only as long as the home takes nothing
        return _read(self._beside) or {} if kept is None else kept

    def keep(self, **values: Any) -> bool:
        """Keep these values, and the others as they are; whether that went."""
        before = self.read()
        text = json.dumps(before | values, separators=(",", ":")).encode()
        if before | values == before and self._beside.exists():
            return True
        if len(text) > SIZE:
            return False
        if _owned(self.home) and _write(self._beside, text):
            with suppress(OSError):
                self._elsewhere.unlink(missing_ok=True)
            return True
        return _write(self._elsewhere, text)


def _number(home: Path) -> str:
    return f"{zlib.crc32(os.fsencode(home)):08x}"


def _owned(folder: Path) -> bool:
    """Whether a folder is there and one's own: nothing is left in another user's."""
    try:
        return folder.stat().st_uid == os.geteuid()
    except OSError:
        return False


def _read(path: Path) -> dict[str, Any] | None:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            if not _is_ours(handle):
                return None
            told = json.loads(file.read(SIZE))
    except (OSError, ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _write(path: Path, text: bytes) -> bool:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)
        with os.fdopen(handle, "wb", buffering=0) as file:
            return _is_ours(handle) and file.write(text.ljust(SIZE)) == SIZE
    except OSError:
        return False


def _is_ours(handle: int) -> bool:
    """Whether it is a file of this user's alone, and not one that somebody else has put there."""
    told = os.fstat(handle)
    return stat.S_ISREG(told.st_mode) and told.st_uid == os.geteuid() and not told.st_mode & 0o022
