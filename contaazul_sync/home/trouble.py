"""What the machine refuses, in a sentence: what happened, and what to do about it."""

import errno

from contaazul_sync.core.errors import SetupError
from contaazul_sync.core.words import _

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
NO_RIGHT = (errno.EACCES, errno.EPERM)
MISSING = (errno.ENOENT, errno.ENOTDIR)


def why(error: OSError) -> str:
    """The end of a sentence about a file."""
    if error.errno in FULL:
        return full()
    if error.errno in NO_RIGHT:
        return no_right()
    if error.errno in MISSING:
        return _("there is no such file or folder. Make it, or name another one")
    if error.errno == errno.EROFS:
        return read_only()
    if error.errno == errno.EIO:
        return failing()
    return error.strerror or type(error).__name__


def full() -> str:
    """There is no room."""
    return _("the disk is full. Make room on it, then run it again")


def no_right() -> str:
    """Another user's."""
    return _("the user who runs this program has no right to it. Make that user its owner")


def read_only() -> str:
    """A disk that takes nothing."""
    return _("its disk can only be read. Let it be written, or use another home: CONTAAZUL_SYNC_HOME")


def failing() -> str:
    """A disk that does not answer as it should."""
    return _("the disk does not read or write. Look after it, and have a copy: contaazul-sync backup FILE")


def as_setup(error: OSError) -> SetupError:
    """The same as an error that is told, with the file that it is about where that is known."""
    if error.filename:
        text = _("{file} cannot be used: {why}.")
        return SetupError(text.format(file=_name(error.filename), why=why(error)))
    return SetupError(_("What had to be read or written could not be: {why}.").format(why=why(error)))


def _name(file: object) -> str:
    return file.decode(errors="replace") if isinstance(file, bytes) else str(file)
