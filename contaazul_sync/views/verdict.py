"""The verdict: how things stand, in one sentence with what it is worth, and the command that comes next."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from contaazul_sync.core import exits
from contaazul_sync.core.book import Place, Sum
from contaazul_sync.core.days import in_brazil
from contaazul_sync.core.fingerprints import FILE
from contaazul_sync.core.items import Kind
from contaazul_sync.core.money import written
from contaazul_sync.core.words import NOTHING, Said, _, joined, ngettext, quoted, typed, without_stop
from contaazul_sync.views.phrases import unread
from contaazul_sync.views.status import Status

LATE = timedelta(hours=26)  # since the last good run; who syncs once a day is not late after a day
NAMED = 3  # files


class Verdict(NamedTuple):
    """`tone`: good, soon or bad; `says`: one sentence; `command`: what to type next, or nothing."""

    tone: str
    says: Said
    command: Said = NOTHING

    @property
    def sentence(self) -> str:
        """What it says, with a capital at its beginning."""
        return self.says[:1].upper() + self.says[1:]


def verdict(status: Status, now: datetime) -> Verdict:
    """The one thing to know of a shop: what keeps all of it from going on, else what stands still."""
    last = status.last_run
    if not status.signed_in:
        return _stopped(status, _("sign in to the ERP"), typed("auth"))
    if last is None:
        return Verdict("soon", _("No run yet."), typed("sync --dry-run"))
    if last.outcome == exits.STOPPED:
        return Verdict("soon", *_held_back(last.message))
    if last.outcome in (exits.BUG, exits.SETUP, 4):
        commands = {exits.BUG: typed("log"), exits.SETUP: typed("doctor"), 4: typed("auth")}
        return _stopped(status, exits.outcome(last.outcome), commands[last.outcome])
    if is_late(status, now):
        moment = f"{in_brazil(good):%d/%m %H:%M}" if (good := _last_good(status)) else ""
        since = _("no run has got through since {moment}").format(moment=moment)
        return _stopped(status, since if moment else _("no run has got through"), typed("doctor"))
    if last.outcome not in (None, exits.OK, exits.LOOK, exits.INTERRUPTED):
        text = _("The last run did not get through: {why}.").format(why=exits.outcome(last.outcome))
        return Verdict("soon", text)
    return _of_items(status)


def is_late(status: Status, now: datetime) -> bool:
    """Whether no run has got through for longer than a day, though some had or tried to."""
    good = _last_good(status) or (status.last_run.started_at if status.last_run else now)
    return now - good > LATE


def _last_good(status: Status) -> datetime | None:
    return status.last_good_run.finished_at if status.last_good_run else None


def _stopped(status: Status, why: Said, command: Said) -> Verdict:
    """That nothing goes on, with the orders that wait for it."""
    orders = status.stopped + status.due
    if not orders.orders:
        text = _("Nothing goes to the ERP: {why}.").format(why=why)
        return Verdict("bad", text, command)
    return Verdict("bad", _("{orders}: {why}").format(orders=still(orders), why=why), command)


def still(some: Sum) -> Said:
    """How many orders stand still, and what they are worth."""
    text = ngettext("{n} order stands still, {sum}", "{n} orders stand still, {sum}", some.orders)
    return text.format(n=some.orders, sum=worth(some))


def worth(some: Sum) -> str:
    """What some orders are worth, where not all of them could be read."""
    told = unread(some)
    if some.unread == some.orders:
        return told
    return f"{written(some.total)} ({told})" if told else written(some.total)


def _held_back(message: Said) -> tuple[Said, Said]:
    """What the safety check held back, without the command that the message ends with, and this."""
    text, colon, command = message.rpartition(": ")
    if colon and command.startswith("contaazul-sync "):
        return quoted(f"{text}:"), quoted(command)
    return message if message else exits.outcome(exits.STOPPED), NOTHING


def _of_items(status: Status) -> Verdict:
    """What stands against single orders, products and files, in a shop whose runs get through."""
    parts = list(_against(status))
    if parts:
        told = joined(*parts, by="; ")
        if len(status.failures) == 1:  # there is room to say why; of a file that says which it is, too
            why = without_stop(status.failures[0].reason)
            told = why if status.failures[0].key.startswith(FILE) else joined(told, why, by=": ")
        return Verdict("soon", joined(told, quoted("."), by=""))
    if status.due.orders:
        text = ngettext(
            "All is well: {n} order goes with the next sync, {sum}.",
            "All is well: {n} orders go with the next sync, {sum}.",
            status.due.orders,
        )
        return Verdict("good", text.format(n=status.due.orders, sum=written(status.due.total)))
    return Verdict("good", _("All is well. Nothing needs you."))


def _against(status: Status) -> Iterator[Said]:
    if status.stopped.orders:
        yield still(status.stopped)
    if (asking := status.book[Place.ATTENTION]).orders:
        text = ngettext("{n} order asks for you, {sum}", "{n} orders ask for you, {sum}", asking.orders)
        yield text.format(n=asking.orders, sum=worth(asking))
    files = [status.title(each) for each in status.failures if each.key.startswith(FILE)]
    of_kind = Counter(each.kind for each in status.failures if not each.key.startswith(FILE))
    if n := of_kind[Kind.PRODUCT]:
        yield ngettext("{n} product needs a look", "{n} products need a look", n).format(n=n)
    if n := of_kind[Kind.SETTLEMENT]:
        text = ngettext("the money of {n} order needs a look", "the money of {n} orders needs a look", n)
        yield text.format(n=n)
    if files:
        names = ", ".join(files[:NAMED]) + (" ..." if len(files) > NAMED else "")
        text = ngettext("the file {names} cannot be read", "{n} files cannot be read: {names}", len(files))
        yield text.format(n=len(files), names=names)
