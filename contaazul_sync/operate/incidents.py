"""What whoever watches from afar knows of, and what there is to tell. Pure.

An incident is told once when it begins and once when it is over, never at every run. A run that failed for a
passing reason is no incident yet: the next one tries again.
"""

import json
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta

from contaazul_sync.core.days import in_brazil
from contaazul_sync.core.exits import INTERRUPTED, LOOK, OK
from contaazul_sync.core.words import _, ngettext

PASSING = timedelta(hours=2)  # so long may runs fail for a passing reason before somebody is told
LOOK_AGAIN = timedelta(days=1)  # items that come up after others were told of are told of once a day
# Whatever comes and goes, and wherever the messages go: four at once, and then one every three hours.
AT_ONCE, EACH = 4, timedelta(hours=3)
PASSING_CODES = (5,)
WELL = (OK, LOOK)  # nothing is held back that somebody was told of as one incident


@dataclass(frozen=True)
class Known:
    """What whoever watches was told, and what there is to tell.

    `trouble`: the exit code of the trouble that they know of, or 0. `failing`: since when no run has got
    through, until they know that one has. `silent`: since when runs have ended for a passing reason.
    `unseen`: how many items began to need a person that they do not know of; `looks` and `looked`: when they
    were told first and last of some. `full`: when all that was sent will have been made up for.
    """

    trouble: int = 0
    failing: datetime | None = None
    silent: datetime | None = None
    unseen: int = 0
    looks: datetime | None = None
    looked: datetime | None = None
    full: datetime | None = None


def decide(known: Known, code: int, new: int, now: datetime) -> tuple[Known, str | None]:
    """What to keep after a run that ended with this exit code, and the message to send, if any.

    `new` counts the items that began to need a person in this run. When the message has gone: `sent`.
    """
    known = _after(known, code, new, now)
    message = _due(known, code, now)
    full = max(known.full or now, now)
    if full - now > AT_ONCE * EACH:  # a clock that ran ahead is no reason to be silent for years
        full = now
    if not message or full - now > (AT_ONCE - 1) * EACH:
        return known, None
    return replace(known, full=full + EACH), message


def sent(known: Known, code: int, now: datetime) -> Known:
    """What to keep when the message about a run that ended with this exit code has gone."""
    if code == LOOK:
        looks = known.looks or now
        return replace(known, trouble=0, failing=None, unseen=0, looks=looks, looked=now)
    if code == 0:
        return Known(full=known.full)
    return replace(known, trouble=code)


def _after(known: Known, code: int, new: int, now: datetime) -> Known:
    known = replace(known, unseen=known.unseen + new)
    if code == INTERRUPTED:
        return known
    if code in WELL:
        failing = known.failing if known.trouble else None
        return replace(known, failing=failing, silent=None, unseen=known.unseen if code == LOOK else 0)
    silent = (known.silent or now) if code in PASSING_CODES else None
    return replace(known, failing=known.failing or now, silent=silent)


def _due(known: Known, code: int, now: datetime) -> str | None:
    if code in (INTERRUPTED, known.trouble) and code:
        return None
    if code in PASSING_CODES and now - (known.silent or now) < PASSING:
        return None
    if code not in WELL:
        return begins(code, known.unseen)
    parts: list[str] = []
    if began := known.failing or (known.looks if code == 0 else None):
        moment = f"{in_brazil(began):%d/%m %H:%M}"
        parts.append(_("All is well again. It began at {moment}.").format(moment=moment))
    news = known.unseen and (known.looked is None or now - known.looked >= LOOK_AGAIN)
    if code == LOOK and (news or parts):
        parts.append(begins(code, known.unseen))
    return " ".join(parts) or None


def begins(code: int, new: int) -> str:
    """What to say of a run that ended with this exit code, and of so many items that need a person."""
    if code == LOOK:
        text = _("Some items need a look.")
        if new:
            text = ngettext("{n} item needs a look.", "{n} items need a look.", new).format(n=new)
        return f"{text} contaazul-sync status"
    return {
        1: _("A run ended with an error of the program. Look: contaazul-sync log"),
        3: _("The setup needs you: nothing is sent until then. Look: contaazul-sync status"),
        4: _("The sign-in to Conta Azul has ended: nothing is sent. Run: contaazul-sync auth"),
        5: _("No run has got through for two hours: the ERP or the shop does not answer."),
        7: _("A safety check held something back; the rest went on. Look: contaazul-sync status"),
    }.get(code, _("A run ended with {code}.").format(code=code))


MOMENTS = [field.name for field in fields(Known) if field.name not in ("trouble", "unseen")]


def read(kept: str | None) -> Known:
    """What was kept; where that cannot be read, nobody knows of anything."""
    try:
        told = json.loads(kept or "{}")
        moments = {name: datetime.fromisoformat(told[name]) for name in MOMENTS if told.get(name)}
        return Known(trouble=int(told.get("trouble", 0)), unseen=int(told.get("unseen", 0)), **moments)
    except (ValueError, TypeError, AttributeError):
        return Known()


def written(known: Known) -> str:
    """What is known, as it is kept."""
    told = {name: value for name, value in asdict(known).items() if value}
    return json.dumps(told, default=datetime.isoformat)
