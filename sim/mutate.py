"""`python -m sim.mutate`: breaks the program on purpose, a little each time, and looks who notices.

Each mutant (`sim/mutants/NAME.toml`) replaces one text of one file in a copy of the program. It is killed by
histories, or by the tests that it names: of the power cut, or of the model; one that survives is a hole.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDER = Path(__file__).parent / "mutants"
COPIED = ("contaazul_sync", "sim", "tests", "pyproject.toml")
HISTORIES = 300  # at most, for each mutant
PATIENCE = 900  # seconds, for each mutant


@dataclass(frozen=True)
class Mutant:
    """What is broken: `old` becomes `new` in `file`. `tests`: what has to notice, in place of histories."""

    name: str
    why: str
    file: str
    old: str
    new: str
    tests: str = ""

    def fits(self, root: Path = ROOT) -> bool:
        """Whether the text to be replaced is there, once."""
        return (root / self.file).read_text(encoding="utf-8").count(self.old) == 1

    def break_it(self, root: Path) -> None:
        """Replace the text in a copy."""
        path = root / self.file
        path.write_text(path.read_text(encoding="utf-8").replace(self.old, self.new), encoding="utf-8")


def mutants() -> list[Mutant]:
    """All of them, by name."""
    paths = sorted(FOLDER.glob("*.toml"))
    return [Mutant(path.stem, **tomllib.loads(path.read_text(encoding="utf-8"))) for path in paths]


def main() -> int:
    """Try those that are named, or all; 1 when one survives."""
    parser = argparse.ArgumentParser(prog="python -m sim.mutate", description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--histories", type=int, default=HISTORIES)
    parser.add_argument("--cores", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    survivors = []
    for mutant in mutants():
        if asked.names and mutant.name not in asked.names:
            continue
        told = _try(mutant, asked.histories, asked.cores)
        print(f"{mutant.name:28} {told or 'SURVIVES'}", flush=True)
        if not told:
            survivors.append(mutant.name)
    print(f"{len(survivors)} survive: {', '.join(survivors)}" if survivors else "all are killed")
    return 1 if survivors else 0


def _try(mutant: Mutant, histories: int, cores: int) -> str:
    """Who killed it, or nothing."""
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        root = Path(folder)
        for name in COPIED:
            source = ROOT / name
            (shutil.copytree if source.is_dir() else shutil.copy)(source, root / name)
        mutant.break_it(root)
        if mutant.tests:
            code, told = _run(
                root, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *mutant.tests.split()
            )
            return f"killed by {mutant.tests}" if code == 1 and "failed" in told else ""
        many = ("--histories", str(histories), "--cores", str(cores))
        _code, told = _run(root, "-m", "sim", "--stop", "--drawn", *many)
        lines = told.splitlines()
        no_judge = (
            "histories lived",
            "the simulator: ",
        )  # one that cannot even run is not noticed by anybody
        first = next(
            (line for line in lines if ": " in line and not any(each in line for each in no_judge)), ""
        )
        count = next((line.split(" histories lived")[0] for line in lines if "lived" in line), "")
        return f"killed by {first.partition(' / ')[0][:110]} ({count.strip()} histories)" if first else ""


def _run(root: Path, *words: str) -> tuple[int, str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    done = subprocess.run(  # noqa: S603 - our own interpreter, in a copy
        [sys.executable, *words],
        cwd=root,
        env=environ | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return done.returncode, done.stdout


if __name__ == "__main__":
    sys.exit(main())
