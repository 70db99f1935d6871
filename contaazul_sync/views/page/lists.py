"""The lists: what needs a look, what drifts, the last runs."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from contaazul_sync.core import exits
from contaazul_sync.core.items import Group
from contaazul_sync.core.money import plain
from contaazul_sync.core.products import Drift
from contaazul_sync.core.words import _, ngettext
from contaazul_sync.views import phrases
from contaazul_sync.views.notices import Notice, at_once
from contaazul_sync.views.page.wording import ago, numeral, sentence, short
from contaazul_sync.views.phrases import Part, parts

if TYPE_CHECKING:
    from contaazul_sync.core.items import Run
    from contaazul_sync.views.status import Status

MANY = 200  # lines of a list, before it says how many more there are


def warning_groups(status: "Status", found: Sequence[Notice], now: datetime) -> Iterator[dict[str, Any]]:
    """The notices, one group after the other, as `status` has sorted what they tell of."""
    totals = {group: sum(each.group is group for each in status.failures) for group in Group}
    for group, alike in groupby(found[:MANY], lambda notice: notice.alike[0].group):
        yield {
            "group": group.value,
            "title": phrases.group(group, totals[group]),
            "tone": "soon" if group in (Group.WAITING, Group.IN_DOUBT) else "bad",
            "total": numeral(totals[group]),
            "items": [_warning(notice, now) for notice in alike],
        }


def _warning(notice: Notice, now: datetime) -> dict[str, Any]:
    first, *others = notice.alike
    since = min(each.since for each in notice.alike)
    told = _("since {moment}") if at_once(notice.alike) else _("the first since {moment}")
    tries = ngettext("tried {number} time", "tried {number} times", first.attempts)
    return {
        "what": notice.kind,
        "name": notice.name,
        "reason": sentence(notice.reason),
        "step": parts(notice.step),
        "since": told.format(moment=short(since)),
        "age": ago(since, now),
        "tries": tries.format(number=first.attempts) if first.attempts > 1 and not others else "",
    }


def drift_line(drift: Drift, names: Mapping[str, str], now: datetime) -> dict[str, str]:
    """One balance that differs. `names`: the SKU of each product that drifts."""
    return {
        "sku": names.get(drift.key, drift.key),
        "checking": phrases.checking(drift),
        "actual": plain(drift.actual),
        "expected": plain(drift.expected),
        "since": short(drift.since),
        "age": ago(drift.since, now),
    }


def more(number: int, command: str) -> list[Part]:
    """What stands below a list that was cut."""
    if number <= MANY:
        return []
    more = _("... and {number} more").format(number=numeral(number - MANY))
    return parts(f"{more}: {command}" if command else more)


def run_line(run: "Run") -> dict[str, str]:
    """One run, and what it came to."""
    outcome: str
    if run.outcome is None:
        tone, outcome = "", _("going on, or cut short")
    else:
        tone, outcome = (
            {0: "good", 6: "soon", 7: "soon", exits.INTERRUPTED: ""}.get(run.outcome, "bad"),
            exits.outcome(run.outcome),
        )
    return {
        "begun": short(run.started_at),
        "command": run.command,
        "tone": tone,
        "outcome": outcome,
        "message": sentence(run.message),
        "counts": phrases.did(run) if run.outcome is not None else "",
    }
