"""Whatever ends a command, as what is told of it: what the machine refuses is a matter of the setup."""

import sqlite3

from contaazul_sync.core.errors import StateError
from contaazul_sync.core.words import _, typed
from contaazul_sync.home import trouble
from contaazul_sync.home.trouble import as_setup

OURS = (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.DataError)  # these are bugs


def told(error: BaseException) -> BaseException:
    """What was raised on purpose, or is a bug, as it is; what the disk refuses as a SetupError."""
    if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, OURS):
        text = _("The state file cannot be used: {why}. Nothing that was kept is lost.")
        return StateError(text.format(why=why(error)))
    if isinstance(error, OSError) and error.errno is not None:
        return as_setup(error)
    return error


def why(error: sqlite3.Error | OSError) -> str:
    """The end of a sentence about the state file."""
    if isinstance(error, OSError):
        return trouble.why(error)
    code: int = getattr(error, "sqlite_errorcode", 0)
    if code == sqlite3.SQLITE_IOERR_SHMSIZE:  # the index of the log found no room, not called full
        return trouble.full()
    match code & 0xFF:
        case sqlite3.SQLITE_FULL:
            return trouble.full()
        case sqlite3.SQLITE_PERM | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_AUTH:
            return trouble.no_right()
        case sqlite3.SQLITE_READONLY:
            return trouble.read_only()
        case sqlite3.SQLITE_IOERR:
            return trouble.failing()
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return _("it is damaged ({error}). Run: {command}").format(error=error, command=typed("rebuild"))
        case _:
            return str(error)
