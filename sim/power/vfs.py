"""Records what SQLite does with its files: a layer below the very library that `sqlite3` is linked with.

It is a copy of the default VFS in which a few functions are ours; they do as the former ones do and write it
down. Reads, locks and the shared memory of a WAL go by untouched; the latter is never durable.
"""

import ctypes
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import CFUNCTYPE, POINTER, c_char_p, c_int, c_int64, c_void_p
from functools import wraps
from pathlib import Path
from typing import Any

from sim.power.trace import Trace

IOERR = 10  # SQLite's word for "the disk did not do it"
IOERR_SHMMAP = IOERR | 21 << 8
NAME = b"recorded"
KEPT: list[object] = []  # what C points to, and Python would forget

OPEN = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)
DELETE = CFUNCTYPE(c_int, c_void_p, c_char_p, c_int)
SET_CALL = CFUNCTYPE(c_int, c_void_p, c_char_p, c_void_p)
GET_CALL = CFUNCTYPE(c_void_p, c_void_p, c_char_p)
OPEN_FOLDER = CFUNCTYPE(c_int, c_char_p, POINTER(c_int))
CLOSE = CFUNCTYPE(c_int, c_void_p)
WRITE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
TRUNCATE = CFUNCTYPE(c_int, c_void_p, c_int64)
MAP = CFUNCTYPE(c_int, c_void_p, c_int, c_int, c_int, c_void_p)
SYNC = CFUNCTYPE(c_int, c_void_p, c_int)


class Vfs(ctypes.Structure):
    """`sqlite3_vfs`, version 3."""

    _fields_ = (
        ("version", c_int),
        ("size_of_file", c_int),
        ("longest_path", c_int),
        ("next", c_void_p),
        ("name", c_char_p),
        ("data", c_void_p),
        ("open", c_void_p),
        ("delete", c_void_p),
        ("others", c_void_p * 11),
        ("set_call", c_void_p),
        ("get_call", c_void_p),
        ("next_call", c_void_p),
    )


class Methods(ctypes.Structure):
    """`sqlite3_io_methods`, version 3."""

    _fields_ = (
        ("version", c_int),
        ("close", c_void_p),
        ("read", c_void_p),
        ("write", c_void_p),
        ("truncate", c_void_p),
        ("sync", c_void_p),
        ("others", c_void_p * 7),
        ("map", c_void_p),
        ("shared", c_void_p * 5),
    )


class CannotRecordError(Exception):
    """The library that `sqlite3` uses is not within reach, or is none that we know."""


def library() -> ctypes.CDLL:
    """The SQLite that `sqlite3` is linked with. Raises CannotRecordError, with the reason."""
    import _sqlite3  # noqa: PLC0415 - what is looked for may not be there

    file = getattr(_sqlite3, "__file__", None)  # None: it is a part of Python itself
    try:
        found = ctypes.CDLL(file)
        found.sqlite3_libversion.restype = c_char_p
        version = found.sqlite3_libversion().decode()
        found.sqlite3_vfs_find.restype = POINTER(Vfs)
        found.sqlite3_vfs_find.argtypes = [c_char_p]
        found.sqlite3_vfs_register.argtypes = [POINTER(Vfs), c_int]
    except (OSError, AttributeError) as error:
        text = f"the SQLite of {file or 'this Python'} cannot be called: {error}"
        raise CannotRecordError(text) from None
    if version != sqlite3.sqlite_version:
        raise CannotRecordError(f"sqlite3 uses SQLite {sqlite3.sqlite_version}, and this is {version}")
    below = found.sqlite3_vfs_find(None)
    if not below or below.contents.version < 3 or not below.contents.name.startswith(b"unix"):
        raise CannotRecordError("the default VFS of this SQLite is not that of a Unix")
    return found


class Recorder:
    """Writes down into a trace what SQLite does with the files that the trace holds.

    `shares_memory`: whether the file system is one on which a write-ahead log works.
    """

    def __init__(self, trace: Trace, *, shares_memory: bool = True) -> None:
        self.trace = trace
        self.shares_memory = shares_memory
        self.library = library()
        self.below = self.library.sqlite3_vfs_find(None)
        self.error: BaseException | None = None
        self.nodes: dict[int, int] = {}  # of the open files, by the address of SQLite's own record of each
        self.methods: dict[int, tuple[Methods, Methods]] = {}  # ours and the former, by the latter's address
        self.of: dict[int, Methods] = {}  # the former, by the address of the file
        self.folders: list[str] = []  # that were opened in order to be synced

    @contextmanager
    def recording(self) -> Iterator[None]:
        """All files that are opened meanwhile are recorded; they are to be closed before the end."""
        ours, below = Vfs(), self.below.contents
        ctypes.memmove(ctypes.byref(ours), self.below, ctypes.sizeof(Vfs))
        ours.name, ours.next = NAME, None
        ours.open, ours.delete = self._c(OPEN, self._open), self._c(DELETE, self._delete)
        set_call, get_call = SET_CALL(below.set_call), GET_CALL(below.get_call)
        self.open_folder = OPEN_FOLDER(get_call(ctypes.addressof(below), b"openDirectory"))
        set_call(ctypes.addressof(below), b"openDirectory", self._c(OPEN_FOLDER, self._folder))
        self.library.sqlite3_vfs_register(ctypes.byref(ours), 1)
        try:
            yield
        finally:
            self.library.sqlite3_vfs_register(self.below, 1)
            self.library.sqlite3_vfs_unregister(ctypes.byref(ours))
            set_call(ctypes.addressof(below), b"openDirectory", None)
            if self.error:
                raise self.error

    def _c(self, kind: Any, function: Callable[..., int]) -> int | None:
        """The address of a function for C: an error in it is an IOERR to SQLite, and raised at the end."""

        @wraps(function)
        def guarded(*given: Any) -> int:
            try:
                return function(*given)
            except BaseException as error:  # noqa: BLE001 - it must not go through C
                self.error = self.error or error
                return IOERR

        made = kind(guarded)
        KEPT.append(made)
        return ctypes.cast(made, c_void_p).value

    def _open(self, _vfs: int, name: int | None, file: int, flags: int, told: int | None) -> int:
        below = self.below.contents
        result = int(OPEN(below.open)(ctypes.addressof(below), name, file, flags, told))
        path = ctypes.string_at(name).decode() if name else ""  # one without a name is gone when it is closed
        if result or not path or not self.trace.holds(path):
            return result
        self.nodes[file] = self.trace.node(self.trace.name(path))
        self.trace.of_sqlite.add(self.nodes[file])
        place = c_void_p.from_address(file)  # the first field of the file's record: its methods
        assert place.value
        if place.value not in self.methods:
            self.methods[place.value] = self._ours(place.value)
        ours, self.of[file] = self.methods[place.value]
        place.value = ctypes.addressof(ours)
        return result

    def _ours(self, address: int) -> tuple[Methods, Methods]:
        former, ours = Methods.from_address(address), Methods()
        size = ctypes.sizeof(Methods) - ctypes.sizeof(c_void_p) * {1: 6, 2: 2}.get(former.version, 0)
        ctypes.memmove(ctypes.byref(ours), address, size)
        KEPT.append(ours)
        ours.close, ours.write = self._c(CLOSE, self._close), self._c(WRITE, self._write)
        ours.truncate, ours.sync = self._c(TRUNCATE, self._truncate), self._c(SYNC, self._sync)
        if not self.shares_memory:
            ours.map = self._c(MAP, lambda *_given: IOERR_SHMMAP)
        return ours, former

    def _close(self, file: int) -> int:
        del self.nodes[file]
        return int(CLOSE(self.of.pop(file).close)(file))

    def _write(self, file: int, data: int, count: int, at: int) -> int:
        result = int(WRITE(self.of[file].write)(file, data, count, at))
        if not result:
            self.trace.write(self.nodes[file], at, ctypes.string_at(data, count))
        return result

    def _truncate(self, file: int, size: int) -> int:
        result = int(TRUNCATE(self.of[file].truncate)(file, size))
        if not result:
            self.trace.truncate(self.nodes[file], size)
        return result

    def _sync(self, file: int, flags: int) -> int:
        self.folders.clear()
        result = int(SYNC(self.of[file].sync)(file, flags))
        if not result:
            self.trace.sync(self.nodes[file])
            self._folders_synced()
        return result

    def _delete(self, _vfs: int, name: bytes, flags: int) -> int:
        below = self.below.contents
        self.folders.clear()
        result = int(DELETE(below.delete)(ctypes.addressof(below), name, flags))
        if not result and self.trace.holds(name.decode()):
            self.trace.unlink(self.trace.name(name.decode()))
            self._folders_synced()
        return result

    def _folder(self, name: bytes, handle: Any) -> int:
        """SQLite opens a folder only in order to sync it."""
        self.folders.append(str(Path(name.decode()).parent))
        return int(self.open_folder(name, handle))

    def _folders_synced(self) -> None:
        for folder in self.folders:
            self.trace.sync_folder(self.trace.name(folder))
