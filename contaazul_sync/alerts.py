"""Telling somebody far away: a ping at the start and the end of each run, and a message for each incident.

An incident is told once when it begins and once when it is over, never at every run. A run that failed for a
passing reason is no incident yet: the next one tries again. A failed alert never fails a run, and none has
personal data in it: only what kind of trouble it is, and how many items.
"""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx

from contaazul_sync.config import Settings
from contaazul_sync.rows import GOOD
from contaazul_sync.state import State
from contaazul_sync.transport import USER_AGENT, trust
from contaazul_sync.words import _, ngettext

LOG = logging.getLogger("contaazul_sync")
LOG.addHandler(logging.NullHandler())  # before the log begins nothing is said: cron would mail it
INCIDENT = "incident"  # note in the state
PATIENCE = 5.0  # seconds that a ping or a message may take
PASSING = timedelta(hours=2)  # so long may runs fail for a passing reason before somebody is told
LOOK_AGAIN = timedelta(days=1)  # new items within one incident are told of once a day
PASSING_CODES, LOOK, INTERRUPTED = (5,), 6, 130


@dataclass(frozen=True)
class Incident:
    """What is wrong, by the exit code that says it. `told`: when somebody was told, or None."""

    code: int
    since: datetime
    told: datetime | None = None


def decide(before: Incident | None, code: int, new: int, now: datetime) -> tuple[Incident | None, str | None]:
    """The incident after a run that ended with this exit code, and the message to send, if any.

    `new` counts the items that began to need a person in this run.
    """
    if code == INTERRUPTED:
        return before, None
    if code == 0:
        return None, _over(before, now) if before and before.told else None
    if before is None or before.code != code:
        incident = Incident(code, now)
        if code == LOOK and not new:  # they were there before; the other incident is over
            return Incident(code, now, now), _over(before, now) if before and before.told else None
    else:
        incident = before
    due = incident.told is None and (code not in PASSING_CODES or now - incident.since >= PASSING)
    again = code == LOOK and new > 0 and incident.told is not None and now - incident.told >= LOOK_AGAIN
    if not (due or again):
        return incident, None
    return Incident(code, incident.since, now), _begins(code, new)


def _begins(code: int, new: int) -> str:
    if code == LOOK:
        told = ngettext("{n} item needs a look.", "{n} items need a look.", new).format(n=new)
        text = told if new else _("Some items need a look.")
        return f"{text} contaazul-sync status"
    return {
        1: _("A run ended with an error of the program. Look: contaazul-sync log"),
        3: _("The setup needs you: nothing is sent until then. Look: contaazul-sync status"),
        4: _("The sign-in to Conta Azul has ended: nothing is sent. Run: contaazul-sync auth"),
        5: _("No run has got through for two hours: the ERP or the shop does not answer."),
        7: _("A safety check stopped the run: nothing was sent. Look: contaazul-sync status"),
    }.get(code, _("A run ended with {code}.").format(code=code))


def _over(before: Incident | None, now: datetime) -> str:
    since = before.since if before else now
    return _("All is well again. It began at {moment}.").format(moment=f"{since.astimezone():%d/%m %H:%M}")


class Alerts:
    """Pings and messages of one run. `state` is set once it is open: incidents are remembered in it."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime]) -> None:
        self.settings, self.clock = settings, clock
        self.state: State | None = None
        self._ended = False

    def began(self) -> None:
        """A run begins."""
        self._ping("start")

    def ended(self, code: int, new: int = 0) -> None:
        """A run ended with this exit code; what is told after the first call is not told again."""
        if self._ended:
            return
        self._ended = True
        if self.state is not None and self.settings.text("alerts.notify"):
            before = _read(self.state.note(INCIDENT))
            incident, message = decide(before, code, new, self.clock())
            if message and not self._notify(message):
                incident = before  # nobody was told: the next run tries again
            self.state.set_note(INCIDENT, _written(incident))
        self._ping("0" if code in GOOD else str(code))

    def _ping(self, what: str) -> None:
        url = self.settings.text("alerts.ping_url")
        if not url:
            return
        try:
            with httpx.Client(timeout=PATIENCE, verify=trust(), headers={"User-Agent": USER_AGENT}) as client:
                client.post(f"{url}/{what}").raise_for_status()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            LOG.warning("the ping did not go through: %s", type(error).__name__)

    def _notify(self, message: str) -> bool:
        """Send a message to where the setting says; whether it went."""
        try:
            from apprise import Apprise  # noqa: PLC0415 - not everybody has it
        except ImportError:
            LOG.warning("[alerts] notify needs: pip install 'contaazul-sync[alerts]'")
            return False
        sender = Apprise()
        shop = self.settings.shop_id
        sent = sender.add(self.settings.text("alerts.notify")) and sender.notify(
            body=message, title=f"contaazul-sync ({shop})"
        )
        if not sent:
            LOG.warning("the alert did not go through")
        return bool(sent)


def _read(kept: str | None) -> Incident | None:
    if not kept:
        return None
    told = json.loads(kept)
    moment = datetime.fromisoformat
    return Incident(told["code"], moment(told["since"]), moment(told["told"]) if told["told"] else None)


def _written(incident: Incident | None) -> str:
    if incident is None:
        return ""
    told = incident.told.isoformat() if incident.told else None
    return json.dumps({"code": incident.code, "since": incident.since.isoformat(), "told": told})
