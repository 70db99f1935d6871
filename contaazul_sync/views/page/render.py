"""The status as one page for a browser: no network, light and dark. Returns text, writes nothing.

What is said and counted is made here, from a `Status` and the days before it; `templates/status.html.j2` lays
it out and escapes it. Times and days are those of São Paulo, as the shop and the ERP have them.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from contaazul_sync.core import harmless
from contaazul_sync.core.products import Drift
from contaazul_sync.core.words import _, typed
from contaazul_sync.views.notices import notices
from contaazul_sync.views.page.age import policy, script
from contaazul_sync.views.page.charts import runs_chart, sales_chart
from contaazul_sync.views.page.history import DAYS, History, first_day
from contaazul_sync.views.page.lists import MANY, drift_line, more, run_line, warning_groups
from contaazul_sync.views.page.numbers import order_tiles, product_tiles, takings_tiles
from contaazul_sync.views.page.wording import ago, day_and_time
from contaazul_sync.views.phrases import parts
from contaazul_sync.views.verdict import verdict

if TYPE_CHECKING:
    from contaazul_sync.views.status import Status


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
        finalize=_harmless,  # whatever stands in it
        trim_blocks=True,
        lstrip_blocks=True,
    )
    days = [first_day(now) + timedelta(days=number) for number in range(DAYS)]
    return page.get_template("status.html.j2").render(
        say=_fixed_words(),
        language=language.replace("_", "-"),
        company=status.company,
        document=_document(status.document),
        headline=_headline(status, now),
        facts=list(_facts(status, now)),
        panels=_panels(status),
        warnings=list(warning_groups(status, found := notices(status), now)),
        more_warnings=more(len(found), typed("status --json")),
        drifts=[drift_line(drift, names, now) for drift in drifts[:MANY]],
        more_drifts=more(len(drifts), typed("status --drift > drift.csv")),
        renamed=status.renamed[:MANY],
        more_renamed=more(len(status.renamed), ""),
        charts=[sales_chart(history, days), runs_chart(history, days)],
        ticks=[(number, f"{day:%d/%m}") for number, day in enumerate(days) if (DAYS - 1 - number) % 7 == 0],
        runs=[run_line(run) for run in history.last_runs],
        tables=history.tables,
        age=_age(now),
        made=_("Made on {moment}, São Paulo time.").format(moment=day_and_time(now)),
    )


def _panels(status: "Status") -> list[dict[str, Any]]:
    money = [takings_tiles(status.takings)] if status.takings else []
    return [product_tiles(status), order_tiles(status), *money]


def _harmless(value: object) -> object:
    """A value of the template; the space in `R$ 5,00` is one at which no line ends."""
    if not isinstance(value, str) or isinstance(value, Markup):  # a macro's, of which each part came by
        return value
    return harmless.line(value).replace("R$ ", "R$\N{NO-BREAK SPACE}")


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


def _age(now: datetime) -> dict[str, str]:
    """What the page says of itself when it is read later, and when it was made."""
    return {
        "made": now.isoformat(),
        "script": script(),
        "policy": policy(),
        "hour": _("This page is {n} hour old."),
        "hours": _("This page is {n} hours old."),
        "day": _("This page is {n} day old."),
        "days": _("This page is {n} days old."),
    }


def _document(document: str) -> str:
    from stdnum.br import cnpj  # noqa: PLC0415 - slow to load

    return str(cnpj.format(document)) if len(document) == 14 else document


def _headline(status: "Status", now: datetime) -> dict[str, Any]:
    """The one thing to know, and its tone."""
    told = verdict(status, now)
    return {
        "tone": told.tone,
        "parts": [*parts(told.sentence), *parts(f" {told.command}" if told.command else "")],
    }


def _facts(status: "Status", now: datetime) -> Iterator[tuple[str, str, str]]:
    """A name, a moment, and how long ago that was."""
    last, good = status.last_run, status.last_good_run
    if last:
        yield _("Last run"), day_and_time(last.started_at), ago(last.started_at, now)
    if last and good and good.id != last.id and good.finished_at:
        yield _("Last good run"), day_and_time(good.finished_at), ago(good.finished_at, now)
