"""The status screen."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from rich.console import Group as Lines
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from contaazul_sync.core.days import in_brazil
from contaazul_sync.core.items import Group
from contaazul_sync.core.money import plain
from contaazul_sync.core.products import Drift
from contaazul_sync.core.words import _, ngettext, typed
from contaazul_sync.views import phrases
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
    warning,
)
from contaazul_sync.views.takings import numbers as takings_numbers
from contaazul_sync.views.terminal.lines import below, panel, row

if TYPE_CHECKING:
    from contaazul_sync.core.items import Run
    from contaazul_sync.views.phrases import Number
    from contaazul_sync.views.status import Status


def status_view(
    status: "Status", drifts: list[Drift], names: dict[str, str], where: str, day: "list[Run]", now: datetime
) -> RenderableType:
    """The whole screen of a terminal. `day`: the runs of the last 24 hours; else as `plain.text`."""
    company, document = account(status)
    title = Text(company, style="bold" if status.signed_in else "bold red")
    products = panel(_("Products"), _numbers(product_numbers(status)))
    orders = panel(_("Orders"), _numbers(order_numbers(status)))
    money = [panel(_("Received"), _numbers(takings_numbers(status.takings)))] if status.takings else []
    lists = [*_warnings(status), *_drift(drifts, names), *_renamed(status.renamed)]
    return Lines(
        Text.assemble("Conta Azul: ", title, f"  {document}") if status.signed_in else title,
        products,
        orders,
        *money,
        *lists,
        *map(Text, phrases.files(status)),
        panel(_("The last 24 hours"), Lines(*_strip(day, now), *_runs(status))),
        Text(_("State: {file}").format(file=where), style="dim"),
    )


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


def _strip(day: "list[Run]", now: datetime) -> Iterable[Text]:
    """A cell for each half hour: the worst that a run in it came to, also where there are no colours."""
    cells: list[str] = [""] * 48
    marks = {"": "·", GOOD: "■", LOOK: "◆", BAD: "x"}
    worse = list(marks)
    for run in day:
        ago = int((now - run.started_at).total_seconds() // 1800)
        colour = {0: GOOD, 6: LOOK, 7: LOOK, None: LOOK}.get(run.outcome, BAD)
        if 0 <= ago < 48:
            cells[47 - ago] = max(cells[47 - ago], colour, key=worse.index)
    strip = Text()
    for colour in cells:
        strip.append(marks[colour], style=colour or "dim")
    yield strip
    failed = sum(run.outcome not in (0, 6, 7, None) for run in day)
    counts = ngettext("{n} run, {failed} of them failed", "{n} runs, {failed} of them failed", len(day))
    yield Text(counts.format(n=len(day), failed=failed), style="dim")


def _warnings(status: "Status") -> Iterable[RenderableType]:
    if not status.failures:
        return
    lines: list[RenderableType] = []
    for failure in status.failures[:MANY]:
        soft = failure.group in (Group.WAITING, Group.IN_DOUBT)
        first = warning(status.title(failure), failure)
        lines += [
            Text(first, style="yellow" if soft else "red"),
            below(failure.reason),
            below(_("next: {step}").format(step=status.step(failure)), style="dim"),
        ]
    if len(status.failures) > MANY:
        lines.append(Text(phrases.more(len(status.failures) - MANY, typed("status --json"))))
    yield panel(_("Warnings"), Lines(*lines))


def _renamed(renamed: list[tuple[str, str]]) -> Iterable[RenderableType]:
    """The linked products that got another SKU in the shop: the link holds, by the ids."""
    if renamed:
        told = (_("{old} is {new} now").format(old=old, new=new) for old, new in renamed[:MANY])
        yield panel(_("SKU changed in the shop, still linked"), Lines(*map(Text, told)))


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
    lines: list[RenderableType] = [
        Text(_("The ERP does not let its stock be written; set these there."), style="dim"),
        table,
    ]
    lines.append(Text(all_drifts(len(drifts))))
    yield panel(_("Stock drift"), Lines(*lines))


def _runs(status: "Status") -> Iterable[Text]:
    if status.last_run is None:
        yield Text(_("No run yet. Try: contaazul-sync sync --dry-run"))
        return
    yield Text(_("Last run: {run}").format(run=phrases.run(status.last_run)))
    good = status.last_good_run
    if good and good.id != status.last_run.id and good.finished_at:
        moment = f"{in_brazil(good.finished_at):%d/%m/%Y %H:%M}"
        yield Text(_("Last good run: {moment}").format(moment=moment))
