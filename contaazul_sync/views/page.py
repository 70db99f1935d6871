"""The status as one page for a browser: no network, no script, light and dark. Returns text, writes nothing.

What is said and counted is made here, from a `Status` and the days before it; `templates/status.html.j2` lays
it out and escapes it. Times and days are those of São Paulo, as the shop and the ERP have them.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count, groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined

from contaazul_sync.core import exits
from contaazul_sync.core.days import BRAZIL, local_day
from contaazul_sync.core.items import Failure, Group
from contaazul_sync.core.money import plain, written
from contaazul_sync.core.products import Drift
from contaazul_sync.core.words import _, ngettext, typed
from contaazul_sync.views import screen

if TYPE_CHECKING:
    from contaazul_sync.core.items import Run
    from contaazul_sync.views.status import Status

DAYS = 30  # that the charts show, today among them
RUNS = 12  # that the list of runs shows
MANY = 200  # lines of a list, before it says how many more there are

COMMAND = re.compile(r"(contaazul-sync [^;,(]*[^;,( ])")
MINUTE = timedelta(minutes=1)


class Part(NamedTuple):
    """A part of a sentence; a command that can be typed is set apart."""

    text: str
    command: bool


class Tile(NamedTuple):
    """One number. `id` is the words of `status --json`; `tone` good, soon or bad, or empty."""

    id: str
    label: str
    number: int
    shown: str
    tone: str
    note: str


class Bar(NamedTuple):
    """One day of a plot: its whole height, the part of it that is bad, and what it says when pointed at."""

    height: int
    bad: int
    says: str


class Plot(NamedTuple):
    """Bars of one unit, from 0 to `top`. `scale`: what stands at the top and in the middle."""

    id: str
    title: str
    about: str
    top: int
    scale: tuple[str, str]
    bars: list[Bar]


@dataclass(frozen=True)
class Chart:
    """Plots over the same days, and the numbers of them as a table."""

    id: str
    title: str
    total: str
    plots: list[Plot]
    key: list[tuple[str, str]]
    head: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class History:
    """What went before. `sales`: a day's orders sent, and centavos; `runs`: a day's runs, and the bad ones.

    `last_runs` has the newest first. A day without any may be left out.
    """

    sales: Mapping[date, tuple[int, int]]
    runs: Mapping[date, tuple[int, int]]
    last_runs: Sequence["Run"]


def first_day(now: datetime) -> date:
    """The first day that the charts show."""
    return local_day(now) - timedelta(days=DAYS - 1)


def render(
    status: "Status",
    drifts: Sequence[Drift],
    names: Mapping[str, str],
    history: History,
    *,
    now: datetime,
    language: str,
) -> str:
    """The page's text. `names`: the SKU of each product that drifts; `language`: one of words.LANGUAGES."""
    page = Environment(
        loader=PackageLoader("contaazul_sync.views"),
        autoescape=True,  # whatever the file is called
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    days = [first_day(now) + timedelta(days=number) for number in range(DAYS)]
    return page.get_template("status.html.j2").render(
        say=_fixed_words(),
        language=language.replace("_", "-"),
        company=status.company,
        document=_document(status.document),
        headline=_headline(status),
        facts=list(_facts(status, now)),
        panels=[_products(status), _orders(status)],
        warnings=list(_warnings(status, now)),
        more_warnings=_more(len(status.failures), typed("status --json")),
        drifts=[_drift(drift, names, now) for drift in drifts[:MANY]],
        more_drifts=_more(len(drifts), typed("status --drift > drift.csv")),
        renamed=status.renamed[:MANY],
        more_renamed=_more(len(status.renamed), ""),
        charts=[_sales_chart(history, days), _runs_chart(history, days)],
        ticks=[(number, f"{day:%d/%m}") for number, day in enumerate(days) if (DAYS - 1 - number) % 7 == 0],
        runs=[_run(run) for run in history.last_runs],
        made=_("Made on {moment}, São Paulo time.").format(moment=_moment(now)),
    )


def _fixed_words() -> dict[str, str]:
    """What the template says on every page; here, where the catalogue finds it."""
    return {
        "warnings": _("Warnings"),
        "no_warnings": _("Nothing stands against any product or order."),
        "next": _("next:"),
        "charts": _("The last {days} days").format(days=DAYS),
        "numbers": _("Show the numbers"),
        "today": _("today"),
        "drift": _("Stock drift"),
        "why_drift": _("The ERP does not let its stock be written; set these there."),
        "sku": _("SKU"),
        "actual": _("in the ERP"),
        "expected": _("should be"),
        "since": _("since"),
        "renamed": _("SKU changed in the shop, still linked"),
        "old": _("was"),
        "new": _("is now"),
        "runs": _("Last runs"),
        "no_runs": _("No run yet. Try: contaazul-sync sync --dry-run"),
    }


# The head


def _document(document: str) -> str:
    from stdnum.br import cnpj  # noqa: PLC0415 - slow to load

    return str(cnpj.format(document)) if len(document) == 14 else document


def _headline(status: "Status") -> dict[str, Any]:
    """The one thing to know, and its tone."""
    last, number = status.last_run, len(status.failures)
    if not status.signed_in:
        tone, says = "bad", _("Not signed in to the ERP. Run: contaazul-sync auth")
    elif last is None:
        tone, says = "soon", _("No run yet. Try: contaazul-sync sync --dry-run")
    elif last.outcome not in (None, 0, 6):
        why = exits.outcome(last.outcome)
        tone, says = "bad", _("The last run did not get through: {why}.").format(why=why)
    elif number:
        tone = "soon"
        says = ngettext("{number} item needs a look.", "{number} items need a look.", number)
        says = says.format(number=_number(number))
    else:
        tone, says = "good", _("All is well. Nothing needs you.")
    return {"tone": tone, "parts": _parts(says)}


def _facts(status: "Status", now: datetime) -> Iterator[tuple[str, str, str]]:
    """A name, a moment, and how long ago that was."""
    last, good = status.last_run, status.last_good_run
    if last:
        yield _("Last run"), _moment(last.started_at), _ago(last.started_at, now)
    if last and good and good.id != last.id and good.finished_at:
        yield _("Last good run"), _moment(good.finished_at), _ago(good.finished_at, now)


# The numbers


def _products(status: "Status") -> dict[str, Any]:
    products = status.products
    gone, unfit = status.deleted_in_shop, status.unsellable
    kept = _("{number} deleted in the shop, kept in the ERP").format(number=_number(gone)) if gone else ""
    unsent = ""
    if unfit:
        unsent = _("of them unfit: {number} (no SKU, a SKU too long, or no price)")
        unsent = unsent.format(number=_number(unfit))
    elif not status.walked:
        unsent = _("not known before the first sync")
    integrated = ngettext("integrated", "integrated", products["linked"])
    not_sent = ngettext("not sent", "not sent", products["unsent"])
    tiles = [
        _tile("products-linked", integrated, products["linked"], "good", kept),
        _tile("products-unsent", not_sent, products["unsent"], "", unsent, known=status.walked),
        _tile("products-waiting", _("waiting"), products["waiting"]),
        _tile("products-failed", _("failed"), products["failed"], "bad"),
        _tile("products-drift", _("stock drift"), products["drift"], "soon"),
    ]
    return {"id": "products", "title": _("Products"), "tiles": tiles}


def _orders(status: "Status") -> dict[str, Any]:
    orders, stockless = status.orders, status.without_stock
    unsold = ""
    if stockless:
        unsold = _("{number} as EM_ANDAMENTO: their units count as not sold yet")
        unsold = unsold.format(number=_number(stockless))
    tiles = [
        _tile("orders-sent", ngettext("sent", "sent", orders["sent"]), orders["sent"], "good", unsold),
        _tile("orders-waiting", _("waiting"), orders["waiting"]),
        _tile("orders-failed", _("failed"), orders["failed"], "bad"),
        _tile("orders-in_doubt", _("in doubt"), orders["in_doubt"], "soon"),
        _tile("orders-attention", _("attention"), orders["attention"], "soon"),
    ]
    return {"id": "orders", "title": _("Orders"), "tiles": tiles}


def _tile(id_: str, label: str, number: int, tone: str = "", note: str = "", *, known: bool = True) -> Tile:
    shown = _number(number) if known else "?"
    return Tile(id_, label, number, shown, tone if number else "", note)


# The lists


def _warnings(status: "Status", now: datetime) -> Iterator[dict[str, Any]]:
    """The failures, one group after the other, as `status` has sorted them."""
    totals = {group: sum(each.group is group for each in status.failures) for group in Group}
    for group, failures in groupby(status.failures[:MANY], lambda failure: failure.group):
        yield {
            "group": group.value,
            "title": screen.group(group),
            "tone": "soon" if group in (Group.WAITING, Group.IN_DOUBT) else "bad",
            "total": _number(totals[group]),
            "items": [_warning(status, failure, now) for failure in failures],
        }


def _warning(status: "Status", failure: Failure, now: datetime) -> dict[str, Any]:
    tries = ngettext("tried {number} time", "tried {number} times", failure.attempts)
    return {
        "what": screen.kind(failure.kind),
        "name": status.name(failure),
        "reason": _sentence(failure.reason),
        "step": _parts(status.step(failure)),
        "since": _("since {moment}").format(moment=_short(failure.since)),
        "age": _ago(failure.since, now),
        "tries": tries.format(number=failure.attempts) if failure.attempts > 1 else "",
    }


def _drift(drift: Drift, names: Mapping[str, str], now: datetime) -> dict[str, str]:
    return {
        "sku": names.get(drift.key, drift.key),
        "actual": plain(drift.actual),
        "expected": plain(drift.expected),
        "since": _short(drift.since),
        "age": _ago(drift.since, now),
    }


def _more(number: int, command: str) -> list[Part]:
    """What stands below a list that was cut."""
    if number <= MANY:
        return []
    more = _("... and {number} more").format(number=_number(number - MANY))
    return _parts(f"{more}: {command}" if command else more)


def _run(run: "Run") -> dict[str, str]:
    if run.outcome is None:
        tone, outcome = "", _("going on, or cut short")
    else:
        tone, outcome = {0: "good", 6: "soon"}.get(run.outcome, "bad"), exits.outcome(run.outcome)
    return {
        "begun": _short(run.started_at),
        "command": run.command,
        "tone": tone,
        "outcome": outcome,
        "message": _sentence(run.message),
        "counts": _counts(run),
    }


def _counts(run: "Run") -> str:
    """What a run did, without what it did not do."""
    counts = [
        (run.created, _("created {number}")),
        (run.updated, _("updated {number}")),
        (run.failed, _("not done {number}")),
    ]
    return ", ".join(says.format(number=_number(number)) for number, says in counts if number)


# The charts


def _sales_chart(history: History, days: list[date]) -> Chart:
    series = [history.sales.get(day, (0, 0)) for day in days]
    numbers, values = [number for number, _value in series], [value for _number, value in series]
    said = [f"{_orders_in_words(number)}, {written(value)}" for number, value in series]
    total = f"{_orders_in_words(sum(numbers))}, {written(sum(values))}"
    value_bars = [Bar(value, 0, says) for value, says in zip(values, _dated(days, said), strict=True)]
    order_bars = [Bar(number, 0, says) for number, says in zip(numbers, _dated(days, said), strict=True)]
    return Chart(
        "sales",
        _("Orders sent"),
        _in_days(total),
        [
            _plot(
                "value", _("Value in R$"), _about(_("Value sent per day"), total), value_bars, _whole_reais
            ),
            _plot("orders", _("Orders"), _about(_("Orders sent per day"), total), order_bars, _number),
        ],
        [],
        [_("Day"), _("Orders"), _("Value")],
        [
            [f"{day:%d/%m}", _number(number), written(value)]
            for day, (number, value) in zip(days, series, strict=True)
        ],
    )


def _runs_chart(history: History, days: list[date]) -> Chart:
    series = [history.runs.get(day, (0, 0)) for day in days]
    said = [f"{_runs_in_words(number)}, {_failed_in_words(bad)}" for number, bad in series]
    runs, failed = sum(number for number, _bad in series), sum(bad for _number, bad in series)
    total = f"{_runs_in_words(runs)}, {_failed_in_words(failed)}"
    bars = [Bar(number, bad, says) for (number, bad), says in zip(series, _dated(days, said), strict=True)]
    return Chart(
        "runs",
        _("Runs"),
        _in_days(total),
        [_plot("runs", _("Runs"), _about(_("Runs and failed runs per day"), total), bars, _number)],
        [("plain", _("got through")), ("bad", _("failed"))],
        [_("Day"), _("Runs"), _("failed")],
        [
            [f"{day:%d/%m}", _number(number), _number(bad)]
            for day, (number, bad) in zip(days, series, strict=True)
        ],
    )


def _plot(id_: str, title: str, about: str, bars: list[Bar], unit: Callable[[int], str]) -> Plot:
    least = 200 if unit is _whole_reais else 2  # so that the middle is a whole one, too
    top = _round_up(max(bar.height for bar in bars), least)
    return Plot(id_, title, about, top, (unit(top), unit(top // 2)), bars)


def _round_up(most: int, least: int) -> int:
    """The end of a scale: `least` times 1, 2, 3, 4, 5, 10, 20 and so on, not below the highest bar."""
    steps: Iterator[int] = (least * digit * 10**power for power in count() for digit in (1, 2, 3, 4, 5))
    return next(step for step in steps if step >= most)


def _about(what: str, total: str) -> str:
    return _("{what}, the last {days} days: {total}.").format(what=what, days=DAYS, total=total)


def _in_days(total: str) -> str:
    return _("{total} in {days} days").format(total=total, days=DAYS)


def _dated(days: Iterable[date], said: Iterable[str]) -> Iterator[str]:
    return (f"{day:%d/%m}: {what}" for day, what in zip(days, said, strict=True))


def _orders_in_words(number: int) -> str:
    return ngettext("{number} order", "{number} orders", number).format(number=_number(number))


def _runs_in_words(number: int) -> str:
    return ngettext("{number} run", "{number} runs", number).format(number=_number(number))


def _failed_in_words(number: int) -> str:
    return ngettext("{number} failed", "{number} failed", number).format(number=_number(number))


# Words


def _parts(text: str) -> list[Part]:
    """A sentence in parts, with the commands in it set apart."""
    return [Part(piece, index % 2 == 1) for index, piece in enumerate(COMMAND.split(text)) if piece]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _number(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _whole_reais(amount: int) -> str:
    return _number(amount // 100)


def _short(moment: datetime) -> str:
    return f"{moment.astimezone(BRAZIL):%d/%m %H:%M}"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(BRAZIL):%d/%m/%Y %H:%M}"


def _ago(moment: datetime, now: datetime) -> str:
    """How long ago, in the largest unit that fits."""
    minutes = max(now - moment, timedelta()) // MINUTE
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return ngettext("{number} minute ago", "{number} minutes ago", minutes).format(number=minutes)
    if (hours := minutes // 60) < 24:
        return ngettext("{number} hour ago", "{number} hours ago", hours).format(number=hours)
    days = hours // 24
    return ngettext("{number} day ago", "{number} days ago", days).format(number=_number(days))
