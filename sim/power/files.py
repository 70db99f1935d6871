"""Records what Python itself does with files: their names and syncs by the calls, their content by looking.

It stands before the functions of `os` that everything in Python goes through to give, change and take names
and to sync, so it sees every module, also one that is written tomorrow. Writes go past `os`: the files are
looked at before each of these calls.
"""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from sim.power.trace import Trace


class Watch:
    """Writes down into a trace what Python does with the files that the trace holds."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace

    def look(self) -> None:
        """Write down what the files hold by now. Those of SQLite are its VFS's to tell."""
        for name, content in self.trace.there().items():
            node = self.trace.node(name)
            if node in self.trace.of_sqlite or content == self.trace.content[node]:
                continue
            if self.trace.content[node]:
                self.trace.truncate(node, 0)
            self.trace.write(node, 0, content)

    @contextmanager
    def recording(self) -> Iterator[None]:
        """What Python does meanwhile is recorded."""
        with ExitStack() as stack:
            for name in ("replace", "rename"):
                stack.enter_context(patch.object(os, name, self._renaming(getattr(os, name))))
            for name in ("unlink", "remove"):
                stack.enter_context(patch.object(os, name, self._unlinking(getattr(os, name))))
            for name in ("fsync", "fdatasync"):
                stack.enter_context(patch.object(os, name, self._syncing(getattr(os, name))))
            yield
            self.look()

    def _renaming(self, really: Callable[..., None]) -> Callable[..., None]:
        def rename(old: Any, new: Any, **more: Any) -> None:
            self.look()
            really(old, new, **more)
            if self.trace.holds(old):
                self.trace.rename(self.trace.name(old), self.trace.name(new))

        return rename

    def _unlinking(self, really: Callable[..., None]) -> Callable[..., None]:
        def unlink(path: Any, **more: Any) -> None:
            self.look()
            really(path, **more)
            if self.trace.holds(path):
                self.trace.unlink(self.trace.name(path))

        return unlink

    def _syncing(self, really: Callable[[Any], None]) -> Callable[[Any], None]:
        def sync(file: Any) -> None:
            self.look()
            really(file)
            told = os.fstat(file if isinstance(file, int) else file.fileno())
            for path in (self.trace.root, *self.trace.root.rglob("*")):
                if os.path.samestat(told, path.stat()):
                    self._synced(self.trace.name(path), told.st_mode)

        return sync

    def _synced(self, name: str, mode: int) -> None:
        if stat.S_ISDIR(mode):
            self.trace.sync_folder(name)
        else:
            self.trace.sync(self.trace.node(name))
