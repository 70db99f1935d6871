"""`make compat`: the quick tests with exactly the lowest versions of what is needed, and with the newest.

On each Python that is declared and can be found, in environments of their own under `build/compat`.
"""

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "build" / "compat"
RUNS_WITH = ("alerts", "demo", "xlsx")  # extras of a merchant; what develops and tests is the newest
QUICK = ("-q", "-m", "not slow", "-n", "auto", "-p", "no:cacheprovider")
_LOWEST = re.compile(r"([\w.-]+)(?:\[[\w,]+\])?>=([\w.]+)")
_PYTHON = re.compile(r"Programming Language :: Python :: (3\.\d+)")


def main() -> int:
    """1 where a test fails, or an environment cannot be made."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pythons = [name for version in _pythons(project) if _runs(name := f"python{version}")]
    failed = []
    for python in pythons:
        for name, pins in (("lowest", list(lowest(project))), ("newest", [])):
            if not _passes(python, name, pins):
                failed.append(f"{python}, {name}")
    print(f"failed: {'; '.join(failed)}" if failed else f"all passed with {', '.join(pythons)}")
    return 1 if failed else 0


def lowest(project: dict[str, object]) -> Iterator[str]:
    """Each dependency pinned to its lower bound."""
    extras = project["optional-dependencies"]
    declared: list[str] = [*project["dependencies"]]  # type: ignore[misc]
    declared += [each for name in RUNS_WITH for each in extras[name]]  # type: ignore[index]
    for line in declared:
        found = _LOWEST.match(line)
        if found is None:
            raise ValueError(f"{line} has no lower bound")
        yield f"{found[1]}=={found[2]}"


def _pythons(project: dict[str, object]) -> list[str]:
    return _PYTHON.findall("\n".join(project["classifiers"]))  # type: ignore[arg-type]


def _runs(python: str) -> bool:
    return bool(shutil.which(python)) and _done(python, "-c", "")


def _done(*words: str) -> bool:
    return subprocess.run(words, cwd=ROOT, check=False).returncode == 0


def _passes(python: str, name: str, pins: Sequence[str]) -> bool:
    folder = FOLDER / f"{python}-{name}"
    shutil.rmtree(folder, ignore_errors=True)
    own = str(folder / "bin" / "python")
    constraints = FOLDER / f"{name}.txt"
    FOLDER.mkdir(parents=True, exist_ok=True)
    constraints.write_text("\n".join(pins) + "\n", encoding="utf-8")
    print(f"-- {python}: {', '.join(pins) or 'the newest'}", flush=True)
    install = (own, "-m", "pip", "install", "--quiet", "--upgrade", "--constraint", str(constraints))
    return (
        _done(python, "-m", "venv", str(folder))
        and _done(*install, "--editable", ".[dev]")
        and _done(own, "-m", "pytest", *QUICK)
    )


if __name__ == "__main__":
    sys.exit(main())
