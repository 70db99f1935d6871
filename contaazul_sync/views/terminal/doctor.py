"""What `doctor` found."""

from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text

from contaazul_sync.core import harmless
from contaazul_sync.core.words import _
from contaazul_sync.views.phrases import BAD, GOOD, LOOK
from contaazul_sync.views.terminal.tables import Column, Fitting, Kind

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
    table = Fitting(Column("", Kind.WORD), Column("", Kind.TEXT))
    for check in checks:
        mark, colour = marks[check.level.value]
        lines = [f"{check.title}: {check.detail}"]
        if check.remedy:
            lines.append(_("next: {step}").format(step=check.remedy))
        lines += [f"  {name}: {value or '-'}" for name, value in check.seen.items()]
        table.add(Text(mark, style=colour), "\n".join(map(harmless.line, lines)))
    return table
