"""Telling somebody far away: a ping at the start and the end of each run, and a message for each incident.

An incident is told once when it begins and once when it is over, never at every run. A run that failed for a
passing reason is no incident yet: the next one tries again. A failed alert never fails a run, and none has
personal data in it: only what kind of trouble it is, and how many items.
"""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta

import httpx

from contaazul_sync.core.exits import GOOD, INTERRUPTED, LOOK
from contaazul_sync.core.words import _, ngettext
from contaazul_sync.home.log import LOG
from contaazul_sync.home.settings import Settings
from contaazul_sync.net.transport import USER_AGENT, trust
from contaazul_sync.state.file import State

NOTE = "alerts"  # in the state
PATIENCE = 5.0  # seconds that a ping or a message may take, all in all
PASSING = timedelta(hours=2)  # so long may runs fail for a passing reason before somebody is told
LOOK_AGAIN = timedelta(days=1)  # items that come up after others were told of are told of once a day
# Whatever comes and goes, and wherever the messages go: four at once, and then one every three hours.
AT_ONCE, EACH = 4, timedelta(hours=3)
PASSING_CODES = (5,)


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
    if code in GOOD:
        failing = known.failing if known.trouble else None
        return replace(known, failing=failing, silent=None, unseen=known.unseen if code == LOOK else 0)
    silent = (known.silent or now) if code in PASSING_CODES else None
    return replace(known, failing=known.failing or now, silent=silent)


def _due(known: Known, code: int, now: datetime) -> str | None:
    if code in (INTERRUPTED, known.trouble) and code:
        return None
    if code in PASSING_CODES and now - (known.silent or now) < PASSING:
        return None
    if code not in GOOD:
        return _begins(code, known.unseen)
    parts = []
    if began := known.failing or (known.looks if code == 0 else None):
        moment = f"{began.astimezone():%d/%m %H:%M}"
        parts.append(_("All is well again. It began at {moment}.").format(moment=moment))
    news = known.unseen and (known.looked is None or now - known.looked >= LOOK_AGAIN)
    if code == LOOK and (news or parts):
        parts.append(_begins(code, known.unseen))
    return " ".join(parts) or None


def _begins(code: int, new: int) -> str:
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
        7: _("A safety check stopped the run: nothing was sent. Look: contaazul-sync status"),
    }.get(code, _("A run ended with {code}.").format(code=code))


class Alerts:
    """Pings and messages of one run. `state` is set once it is open: what was told is remembered in it."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime]) -> None:
        self.settings, self.clock = settings, clock
        self.state: State | None = None
        self._ended = False
        self._complaints: list[str] = []  # of a time when the log was not open

    def began(self) -> None:
        """A run begins."""
        self._ping("start")

    def ended(self, code: int, new: int = 0, counts: Mapping[str, int] | None = None) -> None:
        """A run ended with this exit code; what is told after the first call is not told again.

        `new`: the items that began to need a person in it. `counts`: what was done, for the ping.
        """
        if self._ended:
            return
        self._ended = True
        try:
            self._tell(code, new)
        except Exception as error:  # noqa: BLE001 - a full disk, a library's own trouble: the run has ended as it did
            self._complain("the alert did not go through", error)
        if code != INTERRUPTED:  # it has neither failed nor got through: the next run says how it is
            self._ping("0" if code in GOOD else str(code), _summary(code, new, counts))
        for complaint in self._complaints:
            LOG.warning(complaint)

    def _tell(self, code: int, new: int) -> None:
        if self.state is None or not self.settings.text("alerts.notify"):
            return
        before, now = _read(self.state.notes.get(NOTE)), self.clock()
        known, message = decide(before, code, new, now)
        if known != before:  # kept first: where that fails, every run would send the message anew
            self.state.notes.set(NOTE, _written(known))
        if message and self._notify(message):
            self.state.notes.set(NOTE, _written(sent(known, code, now)))

    def _ping(self, what: str, body: str = "") -> None:
        url = self.settings.text("alerts.ping_url")
        if not url:
            return

        def post() -> bool:
            with httpx.Client(timeout=PATIENCE, verify=trust(), headers={"User-Agent": USER_AGENT}) as client:
                client.post(f"{url}/{what}", content=body.encode()).raise_for_status()
            return True

        self._in_time("the ping", post)

    def _notify(self, message: str) -> bool:
        """Send a message to where the setting says; whether it went."""
        try:
            from apprise import Apprise  # noqa: PLC0415 - not everybody has it
        except ImportError:
            self._complaints.append("[alerts] notify needs: pip install 'contaazul-sync[alerts]'")
            return False
        url, title = self.settings.text("alerts.notify"), f"contaazul-sync ({self.settings.shop_id})"

        def send() -> bool:
            sender = Apprise()
            return bool(sender.add(url) and sender.notify(body=message, title=title))

        return self._in_time("the alert", send)

    def _in_time(self, what: str, work: Callable[[], bool]) -> bool:
        """Whether it worked, and within PATIENCE: the libraries' own timeouts begin anew with every byte."""
        ended: list[bool | Exception] = []

        def worker() -> None:
            try:
                ended.append(work())
            except Exception as error:  # noqa: BLE001 - told below
                ended.append(error)

        thread = threading.Thread(target=worker, daemon=True)
        thread.start()
        thread.join(PATIENCE)
        result = ended[0] if ended else TimeoutError()
        if result is not True:
            self._complain(f"{what} did not go through", result)
        return result is True

    def _complain(self, what: str, why: object) -> None:
        """Say so in the log, without the error's own words: they may quote an address with a secret in it."""
        self._complaints.append(f"{what}: {type(why).__name__}" if isinstance(why, Exception) else what)


def _summary(code: int, new: int, counts: Mapping[str, int] | None) -> str:
    """One line for whoever looks at a ping."""
    parts = []
    if counts is not None:
        told = dict.fromkeys(("created", "updated", "failed"), 0) | dict(counts)
        parts.append(_("Created {created}, updated {updated}, not done {failed}.").format(**told))
    if code in PASSING_CODES:
        parts.append(_("A run ended with {code}.").format(code=code))
    elif code:
        parts.append(_begins(code, new))
    return " ".join(parts)


def _read(kept: str | None) -> Known:
    """What was kept; where that cannot be read, nobody knows of anything."""
    try:
        told = json.loads(kept or "{}")
        moments = {name: datetime.fromisoformat(told[name]) for name in MOMENTS if told.get(name)}
        return Known(trouble=int(told.get("trouble", 0)), unseen=int(told.get("unseen", 0)), **moments)
    except (ValueError, TypeError, AttributeError):
        return Known()


def _written(known: Known) -> str:
    told = {name: value for name, value in asdict(known).items() if value}
    return json.dumps(told, default=datetime.isoformat)


MOMENTS = [field.name for field in fields(Known) if field.name not in ("trouble", "unseen")]
