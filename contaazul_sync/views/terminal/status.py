"""The status screen."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from rich.console import Group as Lines
from rich.console import RenderableType
from rich.style import Style
from rich.table import Table
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
from contaazul_sync.views.terminal.lines import below, clean, command, heading, next_lines, panel, row
from contaazul_sync.views.verdict import verdict

CELLS = 48  # half hours

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
        panel(_("The last 24 hours"), Lines(*_strip(day, now))),
        *_warnings(status),
        *_drift(drifts, names),
        *_renamed(status.renamed),
        *map(Text, phrases.files(status)),
        *_runs(status),
        Text(_("State: {file}").format(file=where), style="dim"),
    )


def _verdict(status: "Status", now: datetime) -> Iterable[RenderableType]:
    told = verdict(status, now)
    colour = {"good": GOOD, "soon": LOOK, "bad": BAD}[told.tone]
    yield clean(told.sentence, Style(color=colour, bold=True))
    if told.command:
        yield command(told.command)


def _numbers(numbers: "list[Number]") -> Table:
    table = Table(box=None, padding=(0, 3, 0, 0), show_header=False)
    table.add_column(min_width=12, no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    has_amounts = any(line.amount for line in numbers)
    if has_amounts:
        table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold", style="dim")
    for line in numbers:
        amount = [line.amount] if has_amounts else []
        table.add_row(line.title, Text(line.number, style=line.colour), *amount, line.remark)
    return table


MARKS = {"": "·", GOOD: "■", LOOK: "◆", BAD: "x"}  # of a half hour, the worst last
ENDS = {exits.OK: GOOD, exits.LOOK: LOOK, exits.STOPPED: LOOK, exits.INTERRUPTED: LOOK, None: LOOK}


def _strip(day: "list[Run]", now: datetime) -> Iterable[Text]:
    """A cell for each half hour: the worst that a run in it came to, also where there are no colours."""
    cells: list[str] = [""] * CELLS
    worse = list(MARKS)
    for run in day:
        ago = int((now - run.started_at).total_seconds() // 1800)
        if 0 <= ago < CELLS:
            place = CELLS - 1 - ago
            cells[place] = max(cells[place], ENDS.get(run.outcome, BAD), key=worse.index)
    strip = Text()
    for colour in cells:
        strip.append(MARKS[colour], style=colour or "dim")
    yield strip
    yield Text(_axis(now), style="dim")
    words = {"": _("no run"), GOOD: _("all well"), LOOK: _("needs a look or was stopped"), BAD: _("failed")}
    yield Text("   ".join(f"{mark} {words[colour]}" for colour, mark in MARKS.items()), style="dim")
    failed = sum(run.outcome not in ENDS for run in day)
    counts = ngettext("{n} run, {failed} of them failed", "{n} runs, {failed} of them failed", len(day))
    yield Text(counts.format(n=len(day), failed=failed), style="dim")


def _axis(now: datetime) -> str:
    """When the strip begins, its middle, and its end."""
    begin, middle = (f"{in_brazil(now - timedelta(hours=hours)):%H:%M}" for hours in (24, 12))
    end = _("now")
    return f"{begin:24}{middle:{CELLS - 24 - len(end)}}{end}"


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
        yield Text(phrases.more(len(found) - MANY, typed("status --json")))


def _renamed(renamed: list[tuple[str, str]]) -> Iterable[RenderableType]:
    """The linked products that got another SKU in the shop: the link holds, by the ids."""
    if renamed:
        told = (_("{old} is {new} now").format(old=old, new=new) for old, new in renamed[:MANY])
        yield heading(_("SKU changed in the shop, still linked"))
        yield from map(below, told)


def _drift(drifts: list[Drift], names: dict[str, str]) -> Iterable[RenderableType]:
    if not drifts:
        return
    table = Table(box=None, padding=(0, 3, 0, 0))
    for title, side in (("SKU", "left"), (_("in the ERP"), "right"), (_("should be"), "right")):
        table.add_column(title, justify="right" if side == "right" else "left", overflow="fold")
    for drift in drifts[:MANY]:
        numbers = (
            (checking(drift), "") if drift.checking_until else (plain(drift.actual), plain(drift.expected))
        )
        row(table, names.get(drift.key, drift.key), *numbers)
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
