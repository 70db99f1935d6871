"""The inbox: files that the shop's panel wrote, and, in `done/`, those that were read and are kept.

A kept file is for its owner alone, and its name says when it was imported and what is in it:
`20261129T121340000000Z.3fa9c1d2e4b50617.pedidos.csv`. So the names are the order of import, and the same file
is known again, by its content and the time when it was written: a price that is back where it was makes a
file of the same content, and that is news. Of one that was removed an empty file with its moment, its mark
and that time stays. Nothing outside the home is ever moved or removed.
"""

import errno
import hashlib
import os
import re
import shutil
import stat
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from contaazul_sync.core.fit import line
from contaazul_sync.home.files import sync_folder, whole

INBOX, DONE, REMOVED = "inbox", "done", "removed"
UNFINISHED = (
    ".part",
    ".partial",
    ".crdownload",
    ".download",
    ".tmp",
    ".new",
)  # as browsers and copiers write
LITTER = re.compile(
    r"\.|~\$|.*~$|.*:Zone\.Identifier$|(desktop\.ini|thumbs\.db)$", re.IGNORECASE | re.DOTALL
)  # of systems, and of an office that has a file open
STABLE = 2.0  # seconds in which a file that is written no more stays as it is
MOMENT = "%Y%m%dT%H%M%S%fZ"
SAME_TIME = 2_000_000_000  # nanoseconds: no disk tells the time of a file less exactly
NO_TIME = datetime(2010, 1, 1, tzinfo=UTC)  # archives and clocks without a battery write 1970, 1980 or 2000
KEPT = re.compile(r"(\d{8}T\d{12}Z)\.([0-9a-f]{16})\.(.+)", re.DOTALL)
LONGEST, MOST_BYTES = 100, 200  # letters of a name, from its end, and what a disk takes of it


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that lies there, as it was when it was looked at."""

    path: Path
    size: int
    changed: int  # nanoseconds

    @property
    def name(self) -> str:
        """What a person calls it."""
        return line(os.fsencode(self.path.name).decode(errors="replace"))


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that was read whole. `at`: when it was imported; `mark`: of its content."""

    at: datetime
    mark: str
    name: str
    path: Path


class Known(NamedTuple):
    """Content that was imported. `at`: when last; `times`: when its files were written, in nanoseconds."""

    at: datetime
    times: tuple[int, ...]

    def has(self, changed: int) -> bool:
        """Whether a file of this content says nothing newer: it is one of these, or was written no later.

        One that was written after it was imported met a wrong clock, and may be older than this one.
        """
        at = _nanoseconds(self.at)
        last = max((time for time in self.times if time <= at), default=at)
        return changed - last <= SAME_TIME or any(abs(changed - time) <= SAME_TIME for time in self.times)

    def again(self, at: datetime, changed: int) -> "Known":
        """The same, when it was imported once more."""
        return Known(at, (*self.times, changed))


class Inbox:
    """A folder with files, and the home's own place for those that are kept."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.home, self.folder = home, folder
        self.done = home / INBOX / DONE

    def prepare(self) -> None:
        """Make the folder, where it is the home's. Raises OSError for one that is not there, or is closed."""
        if self.is_own(self.folder):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.scandir(self.folder):
            pass

    def is_own(self, path: Path) -> bool:
        """Whether a place is in the home."""
        return path.resolve().is_relative_to(self.home.resolve())

    def waiting(self) -> list[Waiting]:
        """The files that lie there, the oldest first, but none that is being written. Raises OSError."""
        kept, found = self._kept_there(), []
        for path in self.folder.iterdir():
            if LITTER.match(path.name) or path.suffix.lower() in UNFINISHED or path in kept:
                continue
            try:
                told = path.stat()
            except OSError:  # taken away just now, or a link to nothing or to itself
                continue
            if stat.S_ISREG(told.st_mode):
                found.append(Waiting(path, told.st_size, told.st_mtime_ns))
        return sorted(found, key=lambda each: (each.changed, each.path.name))

    def _kept_there(self) -> set[Path]:
        """The kept files of a folder that a person has named, and that is where these are."""
        is_theirs = self.folder.resolve() == self.done.resolve()
        return {self.folder / each.path.name for each in self._known()} if is_theirs else set()

    def kept(self) -> list[Kept]:
        """The files that are kept, in the order of import."""
        return [each for each in self._known() if each.name != REMOVED]

    def moments(self) -> list[datetime]:
        """When files were imported, also those that were removed."""
        return [each.at for each in self._known()]

    def known(self) -> dict[str, Known]:
        """The content that was imported, by its mark. Raises OSError."""
        found: dict[str, Known] = {}
        for each in self._known():
            before = found.get(each.mark, Known(each.at, ()))
            found[each.mark] = before.again(each.at, each.path.stat().st_mtime_ns)
        return found

    def _known(self) -> list[Kept]:
        try:
            paths = sorted(self.done.iterdir())
        except FileNotFoundError:
            return []
        return [kept for path in paths if (kept := _kept(path))]

    def moment(self, now: datetime) -> datetime:
        """The moment of an import now: later than any before, whatever a clock did meanwhile."""
        last = max(self.moments(), default=now - timedelta(seconds=1))
        return max(now, last + timedelta(microseconds=1)).astimezone(UTC)

    def keep(self, path: Path, at: datetime, mark: str) -> Kept:
        """Keep a file that was read: moved where it is the home's, else copied. Raises OSError."""
        self.done.mkdir(mode=0o700, parents=True, exist_ok=True)
        place = self.done / f"{at:{MOMENT}}.{mark}.{_short(path.name)}"
        if self.is_own(path.parent) and not path.is_symlink():
            move(path, place)
        else:
            copy(path, place)
        return Kept(at, mark, place.name, place)

    def take_in(self, path: Path) -> Path:
        """Copy a file in, beside what lies there; one that lies there already stays. Raises OSError."""
        if path.resolve().parent == self.folder.resolve():
            return path
        path_in = Path(path.name.lstrip(".") or "file")
        if path_in.suffix.lower() in UNFINISHED:  # a person has named it: it is written no more
            path_in = Path(f"{path_in}.csv")
        place, number = self.folder / path_in, 2
        while place.exists():
            place, number = self.folder / f"{path_in.stem}-{number}{path_in.suffix}", number + 1
        copy(path, place)
        return place

    def drop(self, path: Path) -> None:
        """Take away a file of which the same is kept, where it is the home's."""
        if self.is_own(path.parent):
            path.unlink(missing_ok=True)

    def clean(self, now: datetime) -> None:
        """Remove what a killed run has copied half, and a day ago a killed `import`: it has buyers, too."""
        long_ago, own = (now - timedelta(days=1)).timestamp(), self.is_own(self.folder)
        for path in [*self.done.glob("*.new"), *(self.folder.glob("*.new") if own else ())]:
            with suppress(OSError):  # another day
                if path.parent == self.done or path.stat().st_mtime < long_ago:
                    path.unlink()

    def remove(self, kept: Kept) -> None:
        """Remove a kept file, and remember what it was. Raises OSError."""
        self.remember(kept.path, kept.at, kept.mark)
        kept.path.unlink()
        sync_folder(self.done)

    def remember(self, path: Path, at: datetime, mark: str) -> None:
        """Remember that a file was there. Raises OSError."""
        self.done.mkdir(mode=0o700, parents=True, exist_ok=True)
        left = self.done / f"{at:{MOMENT}}.{mark}.{REMOVED}"
        left.touch(mode=0o600)
        _date_like(left, path)

    def forget(self, before: datetime) -> None:
        """Forget what was imported and removed before then, and came again: the last one knows it, too."""
        found = self._known()
        last = {each.mark: each for each in found}
        for each in found:
            if each.name == REMOVED and each.at < before and last[each.mark] is not each:
                with suppress(OSError):  # another day
                    each.path.unlink()


def _short(name: str) -> str:
    """The end of a name that fits behind a moment and a mark, and is no word for one that was removed."""
    end = os.fsdecode(os.fsencode(name)[-MOST_BYTES:])[-LONGEST:]
    return f"{end}.csv" if end == REMOVED else end


def _kept(path: Path) -> Kept | None:
    found = KEPT.fullmatch(path.name)
    if not found or path.name.endswith(UNFINISHED):
        return None
    try:
        at = datetime.strptime(found[1], MOMENT).replace(tzinfo=UTC)
    except ValueError:
        return None
    return Kept(at, found[2], line(os.fsencode(found[3]).decode(errors="replace")), path)


def copy(path: Path, place: Path) -> None:
    """Copy a file for its owner alone, whole or not at all, with its time. Raises OSError."""
    with whole(place) as draft:
        shutil.copyfile(path, draft)
        _date_like(draft, path)


def newest(known: Iterable[Known]) -> int:
    """When the newest of what was imported was written, or was imported, where that was before."""
    return max((min(time, _nanoseconds(each.at)) for each in known for time in each.times), default=0)


def _nanoseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1e9)


def _date_like(path: Path, other: Path) -> None:
    """Let a file be as old as another."""
    told = other.stat()
    os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns))


def move(path: Path, place: Path) -> None:
    """Move a file, for its owner alone, whole or not at all. Raises OSError."""
    path.chmod(0o600)
    try:
        path.rename(place)
    except OSError as error:
        if error.errno != errno.EXDEV:  # another file system, as of a container's volume, takes no rename
            raise
        copy(path, place)
        path.unlink()
    sync_folder(place.parent)
    sync_folder(path.parent)


def mark_of(path: Path) -> str:
    """A mark of a file's content. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def told_at(path: Path, at: datetime) -> datetime:
    """When a file was written, as its own time says. Raises OSError.

    When it was imported (`at`), where that was before, or where it has no time that could be right.
    """
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return min(written, at) if written >= NO_TIME else at


def is_as_it_was(before: Waiting) -> bool:
    """Whether nobody has written a file since it was looked at."""
    try:
        told = before.path.stat()
    except OSError:
        return False
    return (told.st_size, told.st_mtime_ns) == (before.size, before.changed)
