"""The log: JSON lines in the home, a megabyte at a time, and readable text for who asks for it (`-v`).

A line tells the run, and the order or product it is about; never who bought, and no secret.
"""

import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any

from contaazul_sync.core import harmless
from contaazul_sync.core.days import in_brazil

LOG = logging.getLogger("contaazul_sync")
LOG.addHandler(logging.NullHandler())  # while no run is open nothing goes to stderr: cron would mail it
LOG.propagate = False
FILE, SIZE, KEPT = "log.jsonl", 1_000_000, 5  # bytes of one file, and how many former ones
EXTRAS = ("item", "stage", "outcome", "milliseconds", "status", "trace")
MOST_PLACES = 60  # of one trace
PACKAGE = Path(__file__).parents[1]


class _Lines(logging.Formatter):
    """One object a line."""

    def __init__(self, run: int, command: str) -> None:
        super().__init__()
        self.run, self.command = run, command

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "run": self.run,
            "command": self.command,
        }
        line |= {name: getattr(record, name) for name in EXTRAS if hasattr(record, name)}
        return harmless.as_json(line | {"message": record.getMessage()})


class _Readable(logging.Formatter):
    """The time and what happened; nothing in it moves a terminal's cursor or colours it."""

    def format(self, record: logging.LogRecord) -> str:
        return harmless.line(
            f"{in_brazil(datetime.fromtimestamp(record.created, UTC)):%H:%M:%S} {record.getMessage()}"
        )


class _Own(RotatingFileHandler):
    """Files that their owner alone may read."""

    def _open(self) -> Any:
        handle = os.open(self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        return os.fdopen(handle, self.mode, encoding="utf-8", errors="backslashreplace")

    def close(self) -> None:
        """Close the file; what a full disk has not taken is lost, which is no reason to stop."""
        with suppress(OSError):
            super().close()


def begin(home: Path, run: int, command: str, verbosity: int = 0) -> None:
    """Write this run's lines to the file; what cannot be written is no reason to stop.

    `verbosity`: 1 shows each item on stderr, too, 2 each request.
    """
    end()
    LOG.setLevel(logging.DEBUG if verbosity > 1 else logging.INFO)
    logging.raiseExceptions = False
    if verbosity > 0:
        screen = logging.StreamHandler(sys.stderr)
        screen.setFormatter(_Readable())
        LOG.addHandler(screen)
    try:
        file = _Own(home / FILE, maxBytes=SIZE, backupCount=KEPT)
    except OSError:
        return
    file.setFormatter(_Lines(run, command))
    LOG.addHandler(file)


def end() -> None:
    """Close the log."""
    for handler in [each for each in LOG.handlers if not isinstance(each, logging.NullHandler)]:
        LOG.removeHandler(handler)
        handler.close()


def trace(error: BaseException) -> list[str]:
    """Where an error comes from, the innermost place last: `KeyError: passes/stock.py:12 _look`.

    Neither its own words nor any value: they may be a person's name, or a secret.
    """
    told: list[str] = []
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        places = list(_places(one.__traceback__))
        told[:0] = [*places[:-1], ": ".join([type(one).__name__, *places[-1:]])]
        one = one.__cause__ or one.__context__
    return told[-MOST_PLACES:]


def _places(at: TracebackType | None) -> Iterator[str]:
    while at is not None:
        code = at.tb_frame.f_code
        path = Path(code.co_filename)
        file = path.relative_to(PACKAGE).as_posix() if path.is_relative_to(PACKAGE) else path.name
        yield f"{file}:{at.tb_lineno} {code.co_name}"
        at = at.tb_next


def of_run(home: Path, run: int) -> Iterator[str]:
    """The lines of one run, as they stand in the files, the oldest first."""
    files = [home / f"{FILE}.{number}" for number in range(KEPT, 0, -1)] + [home / FILE]
    for path in files:
        if not path.exists():
            continue
        with path.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                try:
                    told = json.loads(line)
                except ValueError:
                    continue
                if isinstance(told, dict) and told.get("run") == run:
                    yield _readable(told)


def _readable(told: dict[str, Any]) -> str:
    moment = in_brazil(datetime.fromisoformat(told["time"]))
    return harmless.line(f"{moment:%d/%m %H:%M:%S} {told['level']:7} {told['message']}")
