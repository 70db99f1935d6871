"""Telling somebody far away: a ping at the start and the end of each run, and a message for each incident.

A failed alert never fails a run, and none has personal data in it: only what kind of trouble it is, and how
many items.
"""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime

from contaazul_sync.core import harmless
from contaazul_sync.core.deeds import COUNTS, in_words
from contaazul_sync.core.exits import INTERRUPTED, is_good
from contaazul_sync.core.words import Said, _, joined
from contaazul_sync.home.extras import to_add
from contaazul_sync.home.log import LOG
from contaazul_sync.home.settings import Settings
from contaazul_sync.home.told import Told
from contaazul_sync.net.line import waiting_client
from contaazul_sync.operate.incidents import PASSING_CODES, begins, decide, read, sent, written
from contaazul_sync.state.file import State

NOTE = "alerts"  # among what was told
PATIENCE = 5.0  # seconds that a ping or a message may take, all in all


class Alerts:
    """Pings and messages of one run. `state`, once it is open: earlier versions kept there what was told."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime]) -> None:
        self.settings, self.clock = settings, clock
        self.told = Told(settings.home)
        self.state: State | None = None
        self.verdict: Callable[[], str] = str  # how things stand, in one sentence: begins each message
        self._ended = False
        self._complaints: list[str] = []  # of a time when the log was not open

    def began(self) -> None:
        """A run begins."""
        self._ping("start")

    def ended(
        self,
        code: int,
        new: int = 0,
        counts: Mapping[str, int] | None = None,
        *,
        orders_went: bool = False,
    ) -> None:
        """A run ended with this exit code; what is told after the first call is not told again.

        `new`: the items that began to need a person in it. `counts`: what was done, for the ping.
        `orders_went`: see `exits.is_good`.
        """
        if self._ended:
            return
        self._ended = True
        try:
            self._tell(code, new)
        except Exception as error:  # noqa: BLE001 - a full disk, a library's own trouble: the run has ended as it did
            self._complain("the alert did not go through", error)
        if code != INTERRUPTED:  # it has neither failed nor got through: the next run says how it is
            good = is_good(code, orders_went=orders_went)
            self._ping("0" if good else str(code), _summary(code, new, counts))
        for complaint in self._complaints:
            LOG.warning(complaint)

    def _tell(self, code: int, new: int) -> None:
        if not self.settings.text("alerts.notify"):
            return
        kept, now = self.told.read().get(NOTE), self.clock()
        if kept is None and self.state is not None:
            kept = self.state.notes.get(NOTE)
        before = read(kept)
        known, message = decide(before, code, new, now)
        if known != before and not self.told.keep(**{NOTE: written(known)}):
            self._complaints.append("what is told cannot be kept")  # each run would send the message anew
        elif message and self._notify("\n".join(filter(None, (self.verdict(), message)))):
            self.told.keep(**{NOTE: written(sent(known, code, now))})

    def try_out(self) -> tuple[list[Said], Said]:
        """Send a message and a ping that say that they are a test. Returns what went, and what did not."""
        went, lacks = list[Said](), list[Said]()
        if self.settings.text("alerts.notify"):
            lack = lacking(self.settings)
            text = _("This is a test: what needs you is told here.")
            if lack is None and not self._notify(text):
                lack = _("The message did not go through. Look whether [alerts] notify is right.")
            (went if lack is None else lacks).append(lack or _("The message went out."))
        if self.settings.text("alerts.ping_url"):
            is_there = self._ping("0", _("This is a test."))
            lack = _("The ping did not go through. Look whether [alerts] ping_url is right.")
            (went if is_there else lacks).append(_("The ping went out.") if is_there else lack)
        return went, joined(*lacks)

    def _ping(self, what: str, body: str = "") -> bool:
        """Call the address of the ping; whether it answered well."""
        url = self.settings.text("alerts.ping_url")
        if not url:
            return True

        told = harmless.line(body).encode()

        def post() -> bool:
            with (
                waiting_client(timeout=PATIENCE) as client,
                client.stream("POST", f"{url}/{what}", content=told) as answer,
            ):
                answer.raise_for_status()  # what else it says nobody reads, however much it is
            return True

        return self._in_time("the ping", post)

    def _notify(self, message: str) -> bool:
        """Send a message to where the setting says; whether it went."""
        try:
            from apprise import Apprise  # noqa: PLC0415 - not everybody has it
        except ImportError:
            self._complaints.append(f"[alerts] notify needs: {to_add('apprise')}")
            return False
        url, title = self.settings.text("alerts.notify"), f"contaazul-sync ({self.settings.shop_id})"

        def send() -> bool:
            sender, told = Apprise(), harmless.lines(message)
            return bool(sender.add(url) and sender.notify(body=told, title=harmless.line(title)))

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


def lacking(settings: Settings) -> Said | None:
    """What keeps the messages from going out, as far as that is known without sending one; None: nothing."""
    try:
        from apprise import Apprise  # noqa: PLC0415 - not everybody has it
    except ImportError:
        return _("Messages need one more package. Run: {command}").format(command=to_add("apprise"))
    if not Apprise().add(settings.text("alerts.notify")):
        return _(
            "[alerts] notify is no address of a kind that is known."
            " Run: contaazul-sync config set alerts.notify ADDRESS"
        )
    return None


def _summary(code: int, new: int, counts: Mapping[str, int] | None) -> str:
    """One line for whoever looks at a ping."""
    parts: list[str] = []
    if counts is not None:
        done = {name: number for name, number in counts.items() if name not in COUNTS}
        told = in_words(done, counts)
        parts.append(f"{told[:1].upper()}{told[1:]}.")
    if code in PASSING_CODES:
        parts.append(_("A run ended with {code}.").format(code=code))
    elif code:
        parts.append(begins(code, new))
    return " ".join(parts)
