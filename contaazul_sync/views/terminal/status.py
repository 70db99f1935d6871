"""The status screen."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any

from rich.console import ConsoleOptions, RenderableType, RenderResult
from rich.console import Group as Lines
from rich.style import Style
from rich.text import Text

from contaazul_sync.core import exits
from contaazul_sync.core.days import in_brazil
from contaazul_sync.core.money import plain
from contaazul_sync.core.products import Drift
from contaazul_sync.core.words import _, ngettext, typed
from contaazul_sync.views import phrases
from contaazul_sync.views.notices import notices
from contaazul_sync.views.phrases import (
    BAD,
    GOOD,
    LOOK,
    MANY,
    account,
    all_drifts,
    checking,
    order_numbers,
    product_numbers,
)
from contaazul_sync.views.takings import numbers as takings_numbers
from contaazul_sync.views.terminal.lines import below, clean, command, heading, next_lines, panel, told
from contaazul_sync.views.terminal.tables import Column, Fitting, Kind
from contaazul_sync.views.verdict import verdict

CELLS = 48  # half hours
DAY = timedelta(days=1)

if TYPE_CHECKING:
    from contaazul_sync.core.items import Run
    from contaazul_sync.views.phrases import Number
    from contaazul_sync.views.status import Status


def status_view(
    status: "Status", drifts: list[Drift], names: dict[str, str], where: str, day: "list[Run]", now: datetime
) -> RenderableType:
    """The whole screen of a terminal. `day`: the runs of the last 24 hours; else as `plain.text`.

    The verdict comes first; what has a command in it stands outside the frames, so that it can be copied.
    """
    company, document = account(status)
    return Lines(
        *_verdict(status, now),
        *([Text(f"Conta Azul: {company}  {document}", style="dim")] if status.signed_in else []),
        panel(_("Products"), _numbers(product_numbers(status))),
        panel(_("Orders"), _numbers(order_numbers(status))),
        *([panel(_("Received"), _numbers(takings_numbers(status.takings)))] if status.takings else []),
        panel(_("The last 24 hours"), _Strip(day, now)),
        *_warnings(status),
        *_drift(drifts, names),
        *_renamed(status.renamed),
        *chain.from_iterable(map(told, phrases.files(status))),
        *_runs(status),
        Text(_("State: {file}").format(file=where), style="dim"),
    )


def _verdict(status: "Status", now: datetime) -> Iterable[RenderableType]:
    says = verdict(status, now)
    colour = {"good": GOOD, "soon": LOOK, "bad": BAD}[says.tone]
    yield clean(says.sentence, Style(color=colour, bold=True))
    if says.command:
        yield command(says.command)


def _numbers(numbers: "list[Number]") -> Fitting:
    amount = [Column("", Kind.NUMBER)] if any(line.amount for line in numbers) else []
    table = Fitting(Column("", Kind.WORD), Column("", Kind.NUMBER), *amount, Column("", Kind.TEXT, "dim"))
    for line in numbers:
        amounts = [line.amount] if amount else []
        table.add(line.title, Text(line.number, style=line.colour), *amounts, line.remark)
    return table


MARKS = {"": "·", GOOD: "■", LOOK: "◆", BAD: "x"}  # of a half hour, the worst last
ENDS = {exits.OK: GOOD, exits.LOOK: LOOK, exits.STOPPED: LOOK, exits.INTERRUPTED: LOOK, None: LOOK}


class _Strip:
    """The runs of a day, oldest first: a cell is half an hour, or an hour where there is less room."""

    def __init__(self, day: "list[Run]", now: datetime) -> None:
        self.day, self.now = day, now

    def __rich_console__(self, _console: Any, options: ConsoleOptions) -> RenderResult:
        count = CELLS if options.max_width >= CELLS else CELLS // 2
        strip = Text()
        for colour in self._cells(count):
            strip.append(MARKS[colour], style=colour or "dim")
        yield strip
        yield Text(_axis(self.now, count), style="dim")
        words = {
            "": _("no run"),
            GOOD: _("all well"),
            LOOK: _("needs a look or was stopped"),
            BAD: _("failed"),
        }
        legend = [f"{mark} {words[colour]}" for colour, mark in MARKS.items()]
        line = "   ".join(legend)
        yield Text(line if len(line) <= options.max_width else "\n".join(legend), style="dim")
        failed = sum(run.outcome not in ENDS for run in self.day)
        counts = ngettext(
            "{n} run, {failed} of them failed", "{n} runs, {failed} of them failed", len(self.day)
        )
        yield Text(counts.format(n=len(self.day), failed=failed), style="dim")

    def _cells(self, count: int) -> list[str]:
        """The worst that a run in each cell came to, by its colour; it is seen without colours, too."""
        cells: list[str] = [""] * count
        worse = list(MARKS)
        for run in self.day:
            ago = int((self.now - run.started_at) / (DAY / count))
            if 0 <= ago < count:
                place = count - 1 - ago
                cells[place] = max(cells[place], ENDS.get(run.outcome, BAD), key=worse.index)
        return cells


def _axis(now: datetime, count: int) -> str:
    """When the strip begins, its middle, and its end."""
    begin, middle = (f"{in_brazil(now - hours):%H:%M}" for hours in (DAY, DAY / 2))
    end, half = _("now"), count // 2
    return f"{begin:{half}}{middle:{half - len(end)}}{end}"


def _warnings(status: "Status") -> Iterable[RenderableType]:
    if not status.failures:
        return
    yield heading(_("Warnings"))
    found = notices(status)
    for notice in found[:MANY]:
        yield clean(notice.title, "yellow" if notice.soft else "red")
        yield below(notice.reason)
        yield from next_lines(notice.step)
    if len(found) > MANY:
        yield from told(phrases.more(len(found) - MANY, typed("status --json")))


def _renamed(renamed: list[tuple[str, str]]) -> Iterable[RenderableType]:
    """The linked products that got another SKU in the shop: the link holds, by the ids."""
    if renamed:
        now = (_("{old} is {new} now").format(old=old, new=new) for old, new in renamed[:MANY])
        yield heading(_("SKU changed in the shop, still linked"))
        yield from map(below, now)


def _drift(drifts: list[Drift], names: dict[str, str]) -> Iterable[RenderableType]:
    if not drifts:
        return
    titles = (_("in the ERP"), _("should be"))
    table = Fitting(Column("SKU", Kind.KEY), *(Column(title, Kind.NUMBER) for title in titles))
    for drift in drifts[:MANY]:
        numbers = (
            (checking(drift), "") if drift.checking_until else (plain(drift.actual), plain(drift.expected))
        )
        table.add(names.get(drift.key, drift.key), *numbers)
    yield heading(_("Stock drift"))
    yield Text(_("The ERP does not let its stock be written; set these there."), style="dim")
    yield table
    for part in phrases.lines(all_drifts(len(drifts))):
        yield command(part.text) if part.command else Text(part.text)


def _runs(status: "Status") -> Iterable[Text]:
    if status.last_run is None:
        return
    yield Text(_("Last run: {run}").format(run=phrases.run(status.last_run)))
    good = status.last_good_run
    if good and good.id != status.last_run.id and good.finished_at:
        moment = f"{in_brazil(good.finished_at):%d/%m/%Y %H:%M}"
        yield Text(_("Last good run: {moment}").format(moment=moment))
