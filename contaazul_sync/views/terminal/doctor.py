"""What `doctor` found."""

from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from contaazul_sync.core import harmless
from contaazul_sync.core.words import _
from contaazul_sync.views.phrases import BAD, GOOD, LOOK

if TYPE_CHECKING:
    from contaazul_sync.operate.doctor.checks import Check


def doctor_view(checks: "list[Check]") -> RenderableType:
    """One line for each check, with what to do about it, and what was read."""
    marks = {
        "ok": (_("ok"), GOOD),
        "warning": (_("warning"), LOOK),
        "problem": (_("PROBLEM"), BAD),
        "skipped": ("-", "dim"),
    }
    table = Table(box=None, padding=(0, 1, 0, 0), show_header=False)
    table.add_column(no_wrap=True, min_width=max(len(mark) for mark, _colour in marks.values()))
    table.add_column(overflow="fold")
    for check in checks:
        mark, colour = marks[check.level.value]
        lines = [f"{check.title}: {check.detail}"]
        if check.remedy:
            lines.append(_("next: {step}").format(step=check.remedy))
        lines += [f"  {name}: {value or '-'}" for name, value in check.seen.items()]
        table.add_row(Text(mark, style=colour), Text("\n".join(map(harmless.line, lines))))
    return table
