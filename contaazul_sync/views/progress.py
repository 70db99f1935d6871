"""A progress bar on a terminal, and nothing elsewhere."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from contaazul_sync.home import screen
from contaazul_sync.passes.crew import Progress, no_progress


@contextmanager
def shown() -> Iterator[Progress]:
    """A function that shows how far a stage is."""
    if not sys.stderr.isatty():
        yield no_progress
        return
    from rich.progress import Progress as Bars  # noqa: PLC0415 - only a terminal needs it

    console = screen.console(sys.stderr)
    if console.is_dumb_terminal:
        yield no_progress
        return
    with Bars(console=console, transient=True) as bars:
        tasks: dict[str, object] = {}

        def show(stage: str, done: int, total: int) -> None:  # a total of 0 is not known yet
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage)
            bars.update(tasks[stage], completed=done, total=total or None)  # type: ignore[arg-type]

        yield show
