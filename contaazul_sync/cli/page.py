"""Writing the page of `status`: when a person asks, and after every run where a setting names a file."""

from pathlib import Path
from typing import TYPE_CHECKING

from contaazul_sync.core import words
from contaazul_sync.core.errors import UsageError
from contaazul_sync.core.words import _
from contaazul_sync.home.machine import utc_now

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from contaazul_sync.core.rules import Rules
    from contaazul_sync.home.settings import Settings
    from contaazul_sync.state.file import State
    from contaazul_sync.views.page.history import History
    from contaazul_sync.views.status import Status


def write(
    file: Path, settings: "Settings", state: "State", now: "Status", rules: "Rules", since: "datetime | None"
) -> None:
    """Write the page to a file. `since`: when the run began that is going on.

    Raises UsageError where there is one that is no such page, and OSError.
    """
    from contaazul_sync.home.files import begins_with, write_whole
    from contaazul_sync.views.page.render import render

    moment = utc_now()
    drifts = state.drifts.all(moment)
    names = state.products.skus(each.key for each in drifts)
    history = _history(settings, state, rules, since)
    text = render(now, drifts, names, history, now=moment, language=words.language())
    if not begins_with(file, text[: text.index("\n")]):
        why = _("{file} is there, and is no page of a status. Name another file for the page.")
        raise UsageError(why.format(file=file))
    write_whole(file, text)


def after_a_run(
    settings: "Settings", state: "State", rules: "Rules", standing: "Callable[[], Status]"
) -> None:
    """Write the page to the file of `[status] html`, if there is one; a run goes on where it cannot be."""
    from contaazul_sync.home.log import LOG

    name = settings.text("status.html")
    if not name:
        return
    try:
        write(settings.home / Path(name).expanduser(), settings, state, standing(), rules, None)
    except Exception as error:  # noqa: BLE001 - the run has ended as it did
        LOG.warning("the page could not be written: %s", type(error).__name__)


def _history(settings: "Settings", state: "State", rules: "Rules", since: "datetime | None") -> "History":
    from contaazul_sync.views import book
    from contaazul_sync.views.page.history import RUNS, History, first_day
    from contaazul_sync.views.page.lists import MANY
    from contaazul_sync.views.page.tables import OPEN, tables

    day = first_day(utc_now())
    rows = (row for row in book.read(state, rules, since) if row.place in OPEN)
    linked = state.pairs.in_order(0, MANY)
    shown = tables(linked, state.pairs.count(), rows, settings.text("prices.source"))
    return History(state.sales.by_day(day), state.runs.by_day(day), state.runs.newest(RUNS), shown)
