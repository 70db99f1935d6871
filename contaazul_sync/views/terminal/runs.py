"""Runs: what one did, and the last ones."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.console import Group as Lines
from rich.console import RenderableType
from rich.text import Text

from contaazul_sync.core.days import in_brazil
from contaazul_sync.core.deeds import in_words
from contaazul_sync.core.words import _
from contaazul_sync.views import phrases
from contaazul_sync.views.terminal.tables import Column, Fitting, Kind

if TYPE_CHECKING:
    from contaazul_sync.core.items import Run
    from contaazul_sync.passes.report import Report


def run_view(report: "Report", new: int) -> RenderableType:
    """One line on what a run did, and one on what needs a look."""
    line = in_words(report.done, report.counts)
    lines = [Text(f"{line[:1].upper()}{line[1:]}."), *(Text(note) for note in report.notes)]
    if new or report.outcome == 6:
        fresh = _("Some items need a look ({n} of them new): contaazul-sync status").format(n=new)
        known = _("Some items need a look: contaazul-sync status")
        lines.append(Text(fresh if new else known, style="yellow"))
    return Lines(*lines)


def runs_view(runs: "list[Run]") -> RenderableType:
    """The last runs, the newest first."""
    if not runs:
        return Text(_("No run yet. Try: contaazul-sync sync --dry-run"))
    table = Fitting(
        Column(_("run"), Kind.NUMBER),
        Column(_("begun"), Kind.WORD),
        Column("s", Kind.NUMBER),
        Column(_("what became of it"), Kind.TEXT),
    )
    for run in runs:
        begun = f"{in_brazil(run.started_at):%d/%m %H:%M}"
        long = f"{(run.finished_at - run.started_at).total_seconds():.0f}" if run.finished_at else ""
        table.add(str(run.id), begun, long, phrases.run(run, short=True))
    return table


def run_lines(run: "Run | None", lines: Iterable[str]) -> RenderableType:
    """What one run came to, and what is still written of it."""
    head = [Text(phrases.run(run), style="bold")] if run else []
    return Lines(*head, *(Text(line) for line in lines))


def run_json(run: "Run") -> dict[str, object]:
    """A run for programs."""
    return {
        "id": run.id,
        "command": run.command,
        "started_at": run.started_at.isoformat(),
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
        "outcome": run.outcome,
        "created": run.created,
        "updated": run.updated,
        "failed": run.failed,
        "message": run.message,
    }
