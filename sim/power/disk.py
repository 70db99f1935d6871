"""A disk as POSIX promises it: what was synced stays; every other write and name is kept or lost by itself.

A file's content is durable when the file was synced, its name when its folder was. Between two syncs what is
pending only grows, so the disks that a cut may leave are all among those of a cut right before the next sync.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha1
from itertools import chain, combinations
from pathlib import PurePosixPath
from typing import TypeVar

SECTOR = 512  # bytes that a disk writes whole or not at all
FEW_WRITES, FEW_NAMES = 6, 4  # of no more than so many that are pending, every combination is tried
SOME_TORN = 4
Kind = TypeVar("Kind")
Image = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Create:
    """A name for a new file."""

    name: str
    node: int


@dataclass(frozen=True, slots=True)
class Rename:
    """Another name for a file, in place of whatever had it."""

    name: str
    new: str
    node: int


@dataclass(frozen=True, slots=True)
class Unlink:
    """A name that is none any more."""

    name: str


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes, from some place in a file on."""

    node: int
    at: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Truncate:
    """A file's new size."""

    node: int
    size: int


@dataclass(frozen=True, slots=True)
class Sync:
    """What a file holds is on the disk now."""

    node: int


@dataclass(frozen=True, slots=True)
class SyncFolder:
    """The names in a folder are on the disk now."""

    folder: str


Naming = Create | Rename | Unlink
Filling = Write | Truncate
Op = Naming | Filling | Sync | SyncFolder


def folder_of(name: str) -> str:
    """The folder in which a name is."""
    return str(PurePosixPath(name).parent)


def fill(content: bytearray, op: Filling) -> None:
    """Do to a content what was done to the file."""
    end = op.size if isinstance(op, Truncate) else op.at + len(op.data)
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    if isinstance(op, Truncate):
        del content[op.size :]
    else:
        content[op.at : end] = op.data


def name_it(names: dict[str, int], op: Naming) -> None:
    """Do to the names what was done in the folder."""
    if isinstance(op, Create):
        names[op.name] = op.node
    elif isinstance(op, Rename):
        if names.get(op.name) == op.node:
            del names[op.name]
        names[op.new] = op.node
    else:
        names.pop(op.name, None)


def digest(image: Image) -> bytes:
    """What two disks with the same files have in common."""
    found = sha1(usedforsecurity=False)  # the fastest there is
    for name, content in sorted(image.items()):
        found.update(f"{name}\0{len(content)}\0".encode())
        found.update(content)
    return found.digest()


class Disk:
    """What is durable, and what is pending."""

    def __init__(self, start: Image) -> None:
        self.names = {name: node for node, name in enumerate(sorted(start), 1)}
        self.content = {node: start[name] for name, node in self.names.items()}
        self.naming: list[Naming] = []
        self.filling: list[Filling] = []

    def do(self, op: Op) -> None:
        """Take the next thing that was done."""
        if isinstance(op, Sync):
            self.content[op.node] = self._filled(op.node, self.filling)
            self.filling = [each for each in self.filling if each.node != op.node]
        elif isinstance(op, SyncFolder):
            for each in self.naming:
                if folder_of(each.name) == op.folder:
                    name_it(self.names, each)
            self.naming = [each for each in self.naming if folder_of(each.name) != op.folder]
        elif isinstance(op, Write | Truncate):
            self.filling.append(op)
        else:
            self.naming.append(op)

    def _filled(self, node: int, kept: Sequence[Filling]) -> bytes:
        content = bytearray(self.content.get(node, b""))
        for op in kept:
            if op.node == node:
                fill(content, op)
        return bytes(content)

    def image(self, naming: Sequence[Naming], filling: Sequence[Filling]) -> Image:
        """The files that are there when so much of what is pending was kept."""
        names = dict(self.names)
        for op in naming:
            name_it(names, op)
        return {name: self._filled(node, filling) for name, node in names.items()}

    def whole(self) -> Image:
        """The files when nothing is lost: what a program sees that was only killed."""
        return self.image(self.naming, self.filling)

    def images(self) -> Iterator[Image]:
        """The disks that a cut may leave now."""
        for filling in chain(combined(self.filling, FEW_WRITES), torn(self.filling)):
            for naming in combined(self.naming, FEW_NAMES):
                yield self.image(naming, filling)


def combined(pending: Sequence[Kind], few: int) -> Iterator[Sequence[Kind]]:
    """All combinations of few; of many each beginning, and all but each one."""
    if len(pending) <= few:
        for count in range(len(pending) + 1):
            yield from combinations(pending, count)
        return
    for count in range(len(pending) + 1):
        yield pending[:count]
    for count in range(len(pending) - 1):
        yield [*pending[:count], *pending[count + 1 :]]


def torn(pending: Sequence[Filling]) -> Iterator[Sequence[Filling]]:
    """The last write that was kept is only half there, its beginning or its end; some of many."""
    large = [at for at, op in enumerate(pending) if isinstance(op, Write) and len(op.data) > SECTOR]
    for at in large[:: len(large) // SOME_TORN + 1]:
        op = pending[at]
        assert isinstance(op, Write)
        half = len(op.data) // (2 * SECTOR) * SECTOR or SECTOR
        yield [*pending[:at], Write(op.node, op.at, op.data[:half])]
        yield [*pending[:at], Write(op.node, op.at + half, op.data[half:])]
