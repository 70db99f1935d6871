"""What was done to the files of one folder, in the order in which it was done."""

from pathlib import Path

from sim.power.disk import (
    Create,
    Filling,
    Image,
    Naming,
    Op,
    Rename,
    Sync,
    SyncFolder,
    Truncate,
    Unlink,
    Write,
    fill,
    folder_of,
    name_it,
)


class Trace:
    """A record of writes, syncs and names. `names` and `content` are what a running program sees."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.start: Image = self.there()
        self.names = {name: node for node, name in enumerate(sorted(self.start), 1)}
        self.content = {node: bytearray(self.start[name]) for name, node in self.names.items()}
        self.ops: list[Op] = []
        self.of_sqlite: set[int] = set()

    def name(self, path: Path | str) -> str:
        """What a file is called here."""
        return Path(path).relative_to(self.root).as_posix()

    def holds(self, path: Path | str) -> bool:
        """Whether a file is one of those that are recorded."""
        return Path(path).is_relative_to(self.root)

    def there(self) -> Image:
        """The files that are really there, but for those that mean nothing after a cut."""
        found = [path for path in self.root.rglob("*") if path.is_file() and path.suffix != ".lock"]
        return {self.name(path): path.read_bytes() for path in found if not path.name.endswith("-shm")}

    def files(self) -> Image:
        """The files as they are by what was recorded."""
        return {name: bytes(self.content[node]) for name, node in self.names.items()}

    def node(self, name: str) -> int:
        """The file that has a name; a new one where it has none yet."""
        if name not in self.names:
            new = len(self.content) + 1
            self.content[new] = bytearray()
            self._named(Create(name, new))
        return self.names[name]

    def write(self, node: int, at: int, data: bytes) -> None:
        """Bytes were written."""
        self._filled(Write(node, at, data))

    def truncate(self, node: int, size: int) -> None:
        """A file was cut short."""
        self._filled(Truncate(node, size))

    def rename(self, old: str, new: str) -> None:
        """A file got another name."""
        if folder_of(old) != folder_of(new):
            text = f"{old} goes into another folder: that takes two syncs, and nobody asked for it yet"
            raise NotImplementedError(text)
        self._named(Rename(old, new, self.node(old)))

    def unlink(self, name: str) -> None:
        """A file lost its name."""
        if name in self.names:
            self._named(Unlink(name))

    def sync(self, node: int) -> None:
        """A file was synced."""
        self.ops.append(Sync(node))

    def sync_folder(self, folder: str) -> None:
        """A folder was synced."""
        self.ops.append(SyncFolder(folder))

    def _named(self, op: Naming) -> None:
        name_it(self.names, op)
        self.ops.append(op)

    def _filled(self, op: Filling) -> None:
        fill(self.content[op.node], op)
        self.ops.append(op)
