"""What `payouts` does: a gateway's statement is read whole, its payments matched with their orders, and kept.

Nothing of a file is taken before all of its sums were found right. What is certain of a payment is planned,
and settled by the next pass; all else is told.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import combinations
from pathlib import Path

from contaazul_sync.core.fit import line
from contaazul_sync.core.ids import OrderId
from contaazul_sync.core.items import Outcome
from contaazul_sync.core.orders import OrderNote, Payment
from contaazul_sync.core.receivables import Payout, Settle, Settlement
from contaazul_sync.core.rules import Rules
from contaazul_sync.core.statements import (
    Entry,
    Identities,
    Misfit,
    Standing,
    Totals,
    Verdict,
    counted,
    open_dues,
    standing_verdict,
    verdict,
)
from contaazul_sync.core.words import _
from contaazul_sync.home.settings import Settings
from contaazul_sync.shops.files.inbox import mark_of
from contaazul_sync.state.file import State
from contaazul_sync.tables import statements
from contaazul_sync.tables.bad import BadFile
from contaazul_sync.tables.statements import Statement
from contaazul_sync.tables.values import number_of

ASKING = (  # what a person has to look at
    *(
        Verdict.SEVERAL,
        Verdict.CLOSED,
        Verdict.DIFFERS,
        Verdict.OTHER_ID,
        Verdict.TWIN,
        Verdict.BACK,
        Verdict.ENDED,
        Verdict.ODD,
        Verdict.UNKNOWN_KIND,
    ),
)
SHOWN = (  # beside what is listed, too, and may well be so: an account has money of other sales
    *ASKING,
    *(Verdict.NO_ORDER, Verdict.NOT_SOLD, Verdict.NOT_SO_PAID, Verdict.NOT_FOLLOWED),
)


def mapping(settings: Settings) -> Statement:
    """What says which column is what. Raises MappingError."""
    name = settings.text("payouts.mapping")
    if name in statements.SHIPPED:
        return statements.shipped(name)
    return statements.load(settings.place("payouts.mapping"))


@dataclass(frozen=True, slots=True)
class Judged:
    """A row, and what becomes of it. `order`: whose it is, as people say; `payout`: what is kept of it."""

    entry: Entry
    verdict: Verdict
    order: str = ""
    payout: Payout | None = None
    identity: str = field(default="", repr=False)


@dataclass(slots=True)
class Read:
    """A file that was read whole, its sums checked. `rows`: all but those that move nothing."""

    path: Path
    mark: str
    totals: Totals
    rows: list[Judged]
    sales: list[tuple[Entry, str]]  # with their identities
    counts: Counter[Verdict]

    @property
    def name(self) -> str:
        """What a person calls it."""
        return line(self.path.name)

    @property
    def asks(self) -> bool:
        """Whether a person has to look at something in it."""
        return any(self.counts[each] for each in ASKING)

    @property
    def taken(self) -> list[tuple[int, Payout]]:
        """What is to be kept of it, each with its line."""
        return [(row.entry.number, row.payout) for row in self.rows if row.payout]


def read(path: Path, mapping: Statement) -> Read:
    """Read a file to its end. Raises BadFile, which names the first row that does not fit; OSError."""
    found = Read(path, mark_of(path), Totals(), [], [], Counter())
    names = Identities()
    try:
        for entry in found.totals.checked(mapping.entries(path)):
            said = verdict(entry)
            if said is None:
                who = number_of(entry.transaction or entry.reference)
                found.sales.append((entry, names.of(entry, who)))
                continue
            found.counts[said] += entry.moves
            if said is not Verdict.NO_SALE:
                found.rows.append(Judged(entry, said))
    except Misfit as misfit:
        text = _(
            "row {n} does not fit: {why}. Nothing of it was taken: save it from the gateway's panel again"
        )
        raise BadFile(text.format(n=misfit.number, why=misfit.why)) from None
    return found


Mine = dict[OrderId, list[tuple[Entry, str]]]  # the payments of each order, with their identities


class Judge:
    """Says of each payment whose it is. Of files that overlap, the second is known by then.

    `gateway`: the mark of the mapping. A payment's id may be another number than the one that the shop tells
    (an NSU), and two cards that paid one order are two ids of which the shop tells one. So ids say something
    only where one of this gateway's was ever the one that the shop tells; then an order of whose payments
    none has it may be another shop's of that number, and a person is asked. `any_id`: they have looked.
    """

    def __init__(self, state: State, rules: Rules, gateway: str, *, any_id: bool = False) -> None:
        self.state, self.rules, self.gateway, self.any_id = state, rules, gateway, any_id
        self.tells_ids = state.payouts.tells_ids(gateway)
        self.planned = set[str]()
        self.others = set[tuple[OrderId, date, int]]()  # what other gateways brought: of whom, when, its net
        self.by_id = set[OrderId]()  # the orders of which these files have a payment with the id that is told
        self.sums = Counter[OrderId]()  # what is planned of each order by these files, in centavos

    def judge(self, *files: Read) -> None:
        """Judge the payments of files; `rows` and `counts` have them all then, in the order of each file.

        What the ids of one say counts for all, in whichever order a person names the files.
        """
        entries = [entry for found in files for entry, _identity in found.sales]
        orders = self._orders(entries)
        self._learn(entries, orders)
        for found in files:
            self._judge(found, orders)

    def _learn(self, entries: Sequence[Entry], orders: dict[str, set[OrderId]]) -> None:
        bear = set[OrderId]()
        for entry in entries:
            named = _named(entry, orders)
            bear |= named & _meant(entry.transaction, orders) if len(named) == 1 else set()
        told = {note.id for note in self.state.orders.of(bear) if note.transaction}
        self.by_id |= told
        self.tells_ids |= bool(told)

    def _judge(self, found: Read, orders: dict[str, set[OrderId]]) -> None:
        before = self.state.payouts.known(identity for _entry, identity in found.sales)
        known = {each for each, gateway in before.items() if gateway == self.gateway} | self.planned
        lines = self.state.payouts.lines_of(found.mark)
        known |= {identity for entry, identity in found.sales if entry.number in lines}
        mine: Mine = defaultdict(list)
        judged = list[Judged]()
        for entry, identity in found.sales:
            named = _named(entry, orders)
            if identity in known:
                judged.append(Judged(entry, Verdict.KNOWN))
            elif len(named) == 1:
                mine[next(iter(named))].append((entry, identity))
            else:
                judged.append(Judged(entry, Verdict.SEVERAL if named else Verdict.NO_ORDER))
        judged += self._of_orders(mine, orders)
        found.counts.update(each.verdict for each in judged)
        found.rows = sorted([*found.rows, *judged], key=lambda each: each.entry.number)

    def _orders(self, entries: Iterable[Entry]) -> dict[str, set[OrderId]]:
        names = {each for entry in entries for name in entry.names for each in (name, number_of(name))}
        return self.state.orders.known_as(names)

    def _of_orders(self, mine: Mine, orders: dict[str, set[OrderId]]) -> Iterator[Judged]:
        notes = {note.id: note for note in self.state.orders.of(mine)}
        self.others = self.state.payouts.of_others(mine, self.gateway)
        self.by_id |= self.state.payouts.known_by_id(mine)
        sold = {sale.order_id for sale in self.state.sales.of(mine).values() if sale.ended_at is None}
        for order_id, lines in mine.items():
            # One whose id is told goes first: of two that fit, it is the one that is this order's.
            lines.sort(key=lambda line: order_id not in _meant(line[0].transaction, orders))
            note = notes.get(order_id)
            if note is None:
                yield from (Judged(entry, Verdict.NO_ORDER) for entry, _identity in lines)
            else:
                yield from self._of_order(note, self._standing(note, is_sold=order_id in sold), lines)

    def _standing(self, note: OrderNote, *, is_sold: bool) -> Standing:
        left = self.state.payouts.left([note.id]).get(note.id, [])
        planned = sum(each.gross for each in left) + self.sums[note.id]
        parts = self.state.settlements.parts_of(note.id)
        return Standing(
            is_sold=is_sold,
            is_paid=note.payment is Payment.PAID,
            is_so_paid=self.rules.payment(note.method or "").settle is Settle.PAYOUT,
            is_followed=bool(parts) and not self.state.items.keeps_back_money(note.id),
            dues=open_dues(parts, planned),
            noted=max((note.paid or 0) - note.total, 0),
        )

    def _is_anothers(self, note: OrderNote) -> bool:
        """Whether an order is known by its number alone, where its payments' ids should say so, too."""
        says = bool(note.transaction) and self.tells_ids and not self.any_id
        return says and note.id not in self.by_id

    def _made(self, order_id: OrderId) -> list[Settlement]:
        """What was settled of an order by no statement that is known, as after a rebuild; in its order."""
        lines = self.state.settlements.sent_of(order_id)
        made = [each for each in lines if each.outcome is Outcome.MADE and not each.source]
        return sorted(made, key=lambda each: (each.day, each.part))

    def _of_order(
        self, note: OrderNote, standing: Standing, lines: Sequence[tuple[Entry, str]]
    ) -> Iterator[Judged]:
        said = standing_verdict(standing)
        twins = [entry for entry, _identity in lines if (note.id, entry.day, entry.net) in self.others]
        for entry in twins:
            is_open = not said and counted([entry], standing.dues, standing.noted) != [None]
            yield Judged(entry, Verdict.TWIN if is_open else Verdict.KNOWN, note.shown)
        lines = [(entry, identity) for entry, identity in lines if entry not in twins]
        if said is None and self._is_anothers(note):
            said = Verdict.OTHER_ID
        if said:
            yield from (Judged(entry, said, note.shown) for entry, _identity in lines)
            return
        made = self._made(note.id)
        before = [entry for entry, _identity in lines if _take_out(made, entry)]
        yield from (Judged(entry, Verdict.KNOWN, note.shown) for entry in before)
        lines = [(entry, identity) for entry, identity in lines if entry not in before]
        amounts = counted([entry for entry, _identity in lines], standing.dues, standing.noted)
        for (entry, identity), amount in zip(lines, amounts, strict=True):
            if amount is None:
                yield Judged(entry, Verdict.DIFFERS if standing.dues else Verdict.CLOSED, note.shown)
                continue
            self.planned.add(identity)
            self.sums[note.id] += amount
            known = (self.gateway, bool(note.transaction) and note.id in self.by_id)
            payout = Payout(identity, note.id, entry.day, amount, amount - entry.net, *known)
            yield Judged(entry, Verdict.TAKEN, note.shown, payout)


def _take_out(made: list[Settlement], entry: Entry) -> bool:
    """Whether a payment is what some of these came of: on its day, one after the other, and to its net."""
    for begin, end in combinations(range(len(made) + 1), 2):
        run = made[begin:end]
        if (
            all(each.day == entry.day for each in run)
            and sum(each.gross - each.fee for each in run) == entry.net
        ):
            del made[begin:end]
            return True
    return False


def _named(entry: Entry, orders: dict[str, set[OrderId]]) -> set[OrderId]:
    """The orders that a payment may be of."""
    return set[OrderId]().union(*(_meant(name, orders) for name in entry.names))


def _meant(name: str, orders: dict[str, set[OrderId]]) -> set[OrderId]:
    """The orders that are called so, whatever is written around a number."""
    return orders.get(name, set()) | orders.get(number_of(name), set())


def take(state: State, found: Read, now: datetime) -> None:
    """Keep what is planned of a file."""
    state.payouts.take(found.mark, found.name, found.totals.rows, found.taken, now)
