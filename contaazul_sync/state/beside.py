"""What SQLite keeps beside a file, looked at in another place: here it would be written into the file.

A log is its file's own as long as nobody puts another file in its place. So the file counts the logs that are
begun, in its `application_id`: a log begins by writing the next number, and the file has that number when all
of the log was brought into it.

Nothing here may be asked of a file that this process has open: who closes it a second time, without SQLite,
frees SQLite's own locks on it, and another process then takes the log away under its hands.
"""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

LOG, MEMORY, JOURNAL = "-wal", "-shm", "-journal"
MAGIC = b"SQLite format 3\0"  # how a file begins
COUNT = slice(68, 72)  # where its first page has the count
MOST = 65_536  # bytes, of a page


def beside(path: Path, end: str) -> Path:
    """What SQLite keeps beside a file."""
    return path.with_name(path.name + end)


def lies(path: Path, end: str) -> bool:
    """Whether there is anything in it."""
    try:
        return beside(path, end).stat().st_size > 0
    except FileNotFoundError:
        return False


def keeps_log(path: Path) -> bool:
    """Whether a file says of itself that changes are first written to a log beside it. Raises OSError."""
    return _first_page(path)[18:20] == b"\x02\x02"


def generation(path: Path) -> int:
    """How many logs had been begun when the last of them was brought into the file. Raises OSError."""
    return _number(_first_page(path)[COUNT])


def has_strange_log(path: Path) -> bool:
    """Whether a log beside a file is another one's: SQLite would write its changes into this one.

    A file that has a log says so itself; a copy, as `backup` makes them, does not. Raises OSError.
    """
    head = _first_page(path) if lies(path, LOG) and path.exists() else b""
    if head[:16] != MAGIC:
        return False
    if head[18:20] == b"\x01\x01":
        return True
    known = _number(head[COUNT])
    return _begun(path, known) not in (known, known + 1) and head == _first_page(path)


def _first_page(path: Path) -> bytes:
    """The beginning of it."""
    with path.open("rb") as file:
        return file.read(100).ljust(100, b"\0")


def _number(four: bytes) -> int:
    return int.from_bytes(four, "big")


def _begun(path: Path, known: int) -> int:
    """The count that SQLite finds with the log, in a copy of the first page; `known`, where none is."""
    try:
        with TemporaryDirectory(prefix="contaazul-sync-") as folder:
            place = Path(folder) / path.name
            with path.open("rb") as file:
                place.write_bytes(file.read(MOST))
            os.truncate(place, path.stat().st_size)  # the rest is not there, and is not looked for
            shutil.copyfile(beside(path, LOG), beside(place, LOG))
            with closing(sqlite3.connect(place)) as db:
                (count,) = db.execute("PRAGMA application_id").fetchone()
    except (sqlite3.DatabaseError, OSError):  # as on a disk that is full
        return known
    return int(count)
