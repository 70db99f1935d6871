"""What has to be true of runs, and of what they leave: the state, its book, and `status`."""

from collections.abc import Iterator

from contaazul_sync.core.book import place_of, sums
from contaazul_sync.core.exits import STOPPED
from contaazul_sync.core.fingerprints import SAFETY
from contaazul_sync.core.items import Group, Kind
from contaazul_sync.core.orders import Payment
from contaazul_sync.views import status as summary
from sim.draw import SINCE
from sim.judge.look import Look, Wrong

SIGN_IN = 4  # how a run ends that needs a new sign-in
PRIVATE = (b"Inventada", b"example.com", b"52998224725", b"529.982.247-25")


def sign_in(at: Look) -> Iterator[Wrong]:
    """No run asks for a new sign-in where none was lost."""
    for process in at.home.processes:
        if process.outcome == SIGN_IN and not at.home.sign_in_lost:
            text = f"{process.command} has no sign-in, and none was lost: {process.said}"
            yield Wrong("signed in", text)
            return


def quiet(at: Look) -> Iterator[Wrong]:
    """The last run ended well, and had nothing to do that is not told."""
    last = at.home.processes[-1]
    holds = any(failure.fingerprint == SAFETY for failure in at.failures.values())
    good = {STOPPED} if holds else {0, 6}
    if not at.sees_all:  # what a walk misses looks deleted
        good |= {STOPPED}
    if last.outcome not in good:
        yield Wrong("at rest", f"{last.command} ended with {last.outcome}: {last.said}")
    if last.result is None:  # it ended with an error, or with what it held back
        return
    made = last.result.plan
    left = [(Kind.PRODUCT, each.key) for each in (*made.needed, *made.products, *made.prices)]
    left += [(Kind.SALE, each.note.id) for each in (*made.orders, *made.cancels)]
    for item in left:
        if item not in at.failures:
            yield Wrong("at rest", f"{last.command} still had something to do for {item[1]}")


def status(at: Look) -> Iterator[Wrong]:
    """Nothing waits of which no reason is told."""
    told = summary.as_json(summary.read(at.state, at.home.settings.rules(SINCE, None), signed_in=True))
    if told["orders"]["waiting"] > sum(f.group is Group.WAITING for f in at.failures.values()):
        yield Wrong("at rest", f"{at.home.name}: status: {told['orders']}")


def book(at: Look) -> Iterator[Wrong]:
    """Every order that was ever seen paid is in one place of the book, and `status` counts the same."""
    rules = at.home.settings.rules(SINCE, None)
    entries = at.state.book.entries()
    stands = {entry.id: place_of(entry, rules) for entry in entries}
    for note in at.state.orders.all():
        if (note.was_paid or note.payment is Payment.PAID) and not stands.get(note.id):
            yield Wrong("book", f"{at.home.name}: order {note.id} was paid, and stands nowhere")
    listed = sums((place, entry.sum) for entry in entries if (place := stands[entry.id]))
    counted = summary.read(at.state, rules, signed_in=True).book
    if listed != counted:
        yield Wrong("book", f"{at.home.name}: listed {listed}, counted {counted}")


def private(at: Look) -> Iterator[Wrong]:
    """The state has nothing of a buyer."""
    kept = at.home.settings.state_file.read_bytes()
    for word in PRIVATE:
        if word in kept:
            yield Wrong("private", f"{at.home.name}: the state has {word!r}")


CHECKS = (sign_in, quiet, status, book, private)
