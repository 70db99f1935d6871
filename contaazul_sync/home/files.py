"""Files that are written whole or not at all, and are on the disk when that is said.

A file that is renamed into its place has its new name when its folder was synced, not before: without that, a
power cut brings back the former one.
"""

import codecs
import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from contaazul_sync.core.words import _

# What some network and shared folders say to a sync, or to being opened for one: they can do no better.
UNSYNCED = (errno.EINVAL, errno.ENOTSUP, errno.ENOSYS, errno.EPERM, errno.EACCES)


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Have an OSError name this file, and neither nothing, as one of a full disk does, nor a draft."""
    try:
        yield
    except OSError as error:
        error.filename = str(path)
        raise


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A draft for its owner alone, that takes the place of a file when it is written. Raises OSError."""
    draft = path.with_name(path.name + ".new")
    with naming(path):
        draft.unlink(missing_ok=True)
        draft.touch(mode=0o600)
        try:
            yield draft
            with draft.open("rb") as file:
                os.fsync(file.fileno())
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


def write_whole(path: Path, text: str) -> None:
    """Write a file for its owner alone, whole or not at all. Raises OSError."""
    with whole(path) as draft:
        draft.write_text(text, encoding="utf-8")


def begins_with(path: Path, text: str) -> bool:
    """Whether a file may be taken for one that begins so: it is none yet, empty, or does. Raises OSError.

    What takes the place of a file would take that of a device, too, and of all that waits for it there.
    """
    if not path.exists():
        return True
    if not path.is_file():
        return False
    with path.open("rb") as file:
        begun = file.read(len(text.encode()))
    return begun in (b"", text.encode())


@contextmanager
def room_for(path: Path, size: int) -> Iterator[Callable[[str], None]]:
    """Room on the disk for a text of so many bytes, taken before it is known. Raises OSError.

    Yields what writes the text, whole or not at all. A disk that is full says so before; what is written then
    goes to the place that was taken.
    """
    draft = path.with_name(path.name + ".new")

    def write(text: str) -> None:
        with draft.open("r+b") as file:
            file.write(text.encode())
            file.truncate()
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        sync_folder(path.parent)

    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    try:
        with draft.open("r+b") as file:
            file.write(os.urandom(size))  # nothing that a file system makes small
            file.flush()
            os.fsync(file.fileno())
        yield write
    finally:
        draft.unlink(missing_ok=True)


def read_text(path: Path) -> str:
    """A file that a person may have edited anywhere: with a mark at its beginning, as Notepad makes it, too.

    Raises OSError, and ValueError with what is wrong with the letters.
    """
    content = path.read_bytes()
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in content:
        raise ValueError(_("it is saved as UTF-16: save it as UTF-8"))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(_("it has letters that are not UTF-8: save it as UTF-8")) from None


def sync_folder(folder: Path) -> None:
    """Let the names in a folder outlive a power cut, where its file system can. Raises OSError."""
    try:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        if error.errno not in UNSYNCED:
            raise
