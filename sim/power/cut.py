"""The experiment: steps are recorded, the power is cut at every instant, and from each disk it starts anew.

What a finished step did has to be there; what the step did that was under way, whole or not at all.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sim.power.disk import Disk, Image, Op, Sync, SyncFolder, digest
from sim.power.files import Watch
from sim.power.trace import Trace
from sim.power.vfs import Recorder

Step = tuple[str, Callable[[], object]]
MEMORY = Path("/dev/shm")  # noqa: S108 - images are no secrets


@dataclass(frozen=True)
class Part:
    """Something that is kept in the files whose names begin so, and in no other. `look` starts from them."""

    names: str
    look: Callable[[Path], object]

    def of(self, image: Image) -> Image:
        """The files of a disk that matter to it."""
        return {name: content for name, content in image.items() if name.startswith(self.names)}


@dataclass(frozen=True)
class Loss:
    """A disk that a cut may leave, and that does not hold what it should."""

    cut: int
    step: str
    what: str
    found: object
    promised: object

    def __str__(self) -> str:
        found, promised = self.found, self.promised
        if isinstance(found, dict) and isinstance(promised, dict):
            odd = [key for key in promised if found.get(key) != promised[key]]
            found, promised = ({key: each.get(key) for key in odd} for each in (found, promised))
        return f"cut {self.cut}, {self.step}: {self.what} is {found!s:.200} and should be {promised!s:.200}"


@dataclass
class Outcome:
    """What came out: how much was tried, and what was lost."""

    ops: int = 0
    cuts: int = 0
    images: int = 0
    starts: int = 0
    losses: list[Loss] = field(default_factory=list)

    def __str__(self) -> str:
        told = f"{self.ops} operations, {self.cuts} cuts, {self.images} disks, {self.starts} starts"
        return "\n".join([f"{told}, {len(self.losses)} losses", *map(str, self.losses[:20])])

    @property
    def lost(self) -> set[tuple[str, str]]:
        """After which step what was not there."""
        return {(loss.step, loss.what) for loss in self.losses}


@dataclass(frozen=True)
class Done:
    """A step that has returned: so many operations had been done by then, and this is what a start finds."""

    name: str
    ops: int
    facts: dict[str, object]


class Experiment:
    """Records steps in a folder, of which each part is looked at after a start."""

    def __init__(self, root: Path, parts: Mapping[str, Part]) -> None:
        self.trace = Trace(root)
        self.parts = parts
        self.watch = Watch(self.trace)
        self.steps: list[tuple[str, int]] = [("the beginning", 0)]
        self.seen: dict[tuple[str, bytes], object] = {}

    def record(self, steps: Iterator[Step]) -> None:
        """Do the steps and write down what they do with files. The last one has to close what is open."""
        with ExitStack() as stack:
            stack.enter_context(Recorder(self.trace).recording())
            stack.enter_context(self.watch.recording())
            for name, do in steps:
                do()
                self.watch.look()
                self.steps.append((name, len(self.trace.ops)))
                there, files = self.trace.files(), self.trace.there()
                if odd := {file for file in there | files if there.get(file) != files.get(file)}:
                    raise AssertionError(f"not all that was done to {odd} was recorded: {name}")

    def found(self, what: str, image: Image) -> object:
        """What a start finds on a disk."""
        part = self.parts[what]
        files = part.of(image)
        mark = what, digest(files)
        if mark not in self.seen:
            with laid_out(files) as root:
                self.seen[mark] = part.look(root)
        return self.seen[mark]

    def outcome(self) -> Outcome:
        """Cut the power at every instant."""
        outcome, done = Outcome(ops=len(self.trace.ops)), self._done()
        disk, ended = Disk(self.trace.start), 0
        for cut in range(len(self.trace.ops) + 1):
            while ended + 1 < len(done) and done[ended + 1].ops <= cut:
                ended += 1
            if self._worth_it(cut):
                outcome.cuts += 1
                self._cut(outcome, disk, cut, done[ended : ended + 2])
            if cut < len(self.trace.ops):
                disk.do(self.trace.ops[cut])
        outcome.starts = len(self.seen)
        return outcome

    def _worth_it(self, cut: int) -> bool:
        """Before a sync, and where a step has ended: what may be left between is among those."""
        coming: Sequence[Op] = self.trace.ops[cut : cut + 1]
        return (
            not coming or isinstance(coming[0], Sync | SyncFolder) or any(cut == at for _, at in self.steps)
        )

    def _done(self) -> list[Done]:
        """What a start finds after each step when nothing is lost."""
        disk, done, at = Disk(self.trace.start), [], 0
        for name, ops in self.steps:
            for op in self.trace.ops[at:ops]:
                disk.do(op)
            at = ops
            whole = disk.whole()
            done.append(Done(name, ops, {what: self.found(what, whole) for what in self.parts}))
        return done

    def _cut(self, outcome: Outcome, disk: Disk, cut: int, may_be: Sequence[Done]) -> None:
        done = may_be[0]
        for image in disk.images():
            outcome.images += 1
            for what in self.parts:
                found = self.found(what, image)
                if all(found != each.facts[what] for each in may_be):
                    outcome.losses.append(Loss(cut, done.name, what, found, done.facts[what]))


@contextmanager
def laid_out(image: Image) -> Iterator[Path]:
    """A folder with the files of a disk. The shared memory beside a WAL is of before the cut: no good."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as place:
        root = Path(place)
        for name, content in image.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_bytes(content)
            if name.endswith("-wal"):
                path.with_name(path.name.removesuffix("-wal") + "-shm").write_bytes(b"\xff" * 32768)
        yield root
