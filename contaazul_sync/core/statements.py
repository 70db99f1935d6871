"""A gateway's statement: what a row of it says, whether its sums are right, and whose money a row is. Pure.

Amounts are centavos. A row's `gross`, `fee`, `interest` and `net` have the sign by which they move the
balance at the gateway, so that `net` is the sum of the other three: of a payment, the gross is above zero and
the fee below.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import accumulate

from contaazul_sync.core.days import local_day
from contaazul_sync.core.fingerprints import fingerprint
from contaazul_sync.core.folding import folded
from contaazul_sync.core.money import shares, written
from contaazul_sync.core.receivables import DuePart, Money
from contaazul_sync.core.words import _


class Record(StrEnum):
    """What a row is in its statement."""

    ROW = "row"  # it moves the balance
    HELD = "held"  # it moves the balance, and is no sale whatever it is called: money that is held or let go
    OPENING = "opening"
    CLOSING = "closing"
    SKIP = "skip"  # it tells what other rows tell, as a subtotal


class Meaning(StrEnum):
    """What the money of a row is."""

    SALE = "sale"
    BACK = "back"  # a refund, a chargeback: what a sale gave is taken again, or given once more
    NONE = "none"  # no sale: a transfer to the bank, a reserve
    UNKNOWN = "unknown"  # the mapping does not say


@dataclass(frozen=True, slots=True)
class Entry:
    """A row as the mapping reads it. `number`: as a spreadsheet counts rows; `kind`: the file's own word.

    `transaction` is the gateway's id of it, `reference` what it says of the order.
    """

    number: int
    record: Record = Record.ROW
    meaning: Meaning = Meaning.NONE
    kind: str = ""
    at: datetime | None = None
    transaction: str = ""
    reference: str = ""
    gross: int = 0
    fee: int = 0
    interest: int = 0
    net: int = 0

    @property
    def moves(self) -> bool:
        """Whether it moves the balance."""
        return self.record in (Record.ROW, Record.HELD)

    @property
    def is_sale(self) -> bool:
        """Whether it is money for an order: a sale by its kind, of which some has come."""
        signs = self.gross > 0 and self.fee <= 0 and self.interest <= 0 and self.net > 0
        return self.record is Record.ROW and self.meaning is Meaning.SALE and signs

    @property
    def day(self) -> date:
        """The day in Brazil on which the balance moved. Raises ValueError where none is told."""
        if self.at is None:
            raise ValueError(_("its day is missing"))
        return local_day(self.at)

    @property
    def names(self) -> tuple[str, ...]:
        """What it may be known by."""
        return tuple(dict.fromkeys(filter(None, (self.reference, self.transaction))))


class Misfit(Exception):
    """A row whose sums are not right. `number`: which row; `why`: the end of a sentence."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(why)
        self.number, self.why = number, why


@dataclass(slots=True)
class Totals:
    """What the rows of a statement come to, added up one by one. A balance that is not told is None."""

    rows: int = 0
    moved: int = 0
    opening: int | None = None
    closing: int | None = None
    first: date | None = None
    last: date | None = None

    def checked(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """The same rows, each after its sums were checked. Raises Misfit at the first that does not fit."""
        for entry in entries:
            if entry.moves:
                self._add(entry)
            elif entry.record is Record.OPENING:
                self._begin(entry)
            elif entry.record is Record.CLOSING:
                self._end(entry)
            yield entry

    def _add(self, entry: Entry) -> None:
        parts = entry.gross + entry.fee + entry.interest
        if parts != entry.net:
            text = _("it moves {net}, and its amounts come to {parts}")
            raise Misfit(entry.number, text.format(net=written(entry.net), parts=written(parts)))
        if entry.at is None:
            raise Misfit(entry.number, _("its day is missing"))
        if self.closing is not None:
            raise Misfit(entry.number, _("it stands below the closing balance"))
        self.rows += 1
        self.moved += entry.net
        self.first = min(self.first or entry.day, entry.day)
        self.last = max(self.last or entry.day, entry.day)

    def _begin(self, entry: Entry) -> None:
        if self.opening is not None or self.rows:
            raise Misfit(entry.number, _("an opening balance stands there, and the rows have begun above it"))
        self.opening = entry.net

    def _end(self, entry: Entry) -> None:
        if self.closing is not None:
            raise Misfit(entry.number, _("a second closing balance stands there"))
        self.closing = entry.net
        due = (self.opening or 0) + self.moved
        if self.closing != due:
            text = _("the closing balance is {closing}, and the rows above come to {due}")
            raise Misfit(entry.number, text.format(closing=written(self.closing), due=written(due)))


def counted(entries: Sequence[Entry], dues: Collection[int], noted: int = 0) -> list[int | None]:
    """What each payment of one order pays of its open parts, in centavos; None for each that does not fit.

    `dues`: what the first open part comes to, the first two, and so on: payments fit as far as they come to
    one of these. Interest that the buyer paid on top of the order is of no part, and no cost of the shop's:
    what the gateway says that it took for instalments, or what is `noted` on the sale; or there is none, and
    all that the gateway took is its fee. Where two of these fit and differ, nobody can know, and none does.
    """
    told, none = [-entry.interest for entry in entries], [0] * len(entries)
    shared = list(shares(noted, [entry.gross for entry in entries])) if noted else none
    fits = {tuple(_fitting(entries, interest, dues)) for interest in (none, told, shared)}
    most = max(map(len, fits))
    best = [fit for fit in fits if len(fit) == most]
    found: list[int | None] = list(best[0]) if len(best) == 1 else []
    return found + [None] * (len(entries) - len(found))


def _fitting(entries: Sequence[Entry], interest: Sequence[int], dues: Collection[int]) -> list[int]:
    """What the first payments pay, as far as they come to what is due: all but the interest."""
    amounts = [entry.gross - less for entry, less in zip(entries, interest, strict=True)]
    sums = list(accumulate(amounts))
    ends = [n for n, total in enumerate(sums, start=1) if total in dues]
    whole = amounts[: max(ends, default=0)]
    return whole if all(each >= entry.net for each, entry in zip(whole, entries, strict=False)) else []


class Identities:
    """Names for the rows of one statement, by what they say: a row has the same one in a file that overlaps.

    Of rows that say the same, each is named by how many there were before. It is the day that counts, since a
    spreadsheet may have taken the seconds or the zone from the time.
    """

    def __init__(self) -> None:
        self._seen = Counter[str]()

    def of(self, entry: Entry, who: str) -> str:
        """The name of a row that is of `who`, as it is written in every file.

        To be asked of each row that is a sale, in the order of the file.
        """
        amounts = (entry.gross, entry.fee, entry.interest, entry.net)
        said = fingerprint(who, folded(entry.kind), entry.day.isoformat(), amounts)
        self._seen[said] += 1
        return f"{said}.{self._seen[said]}"


class Verdict(StrEnum):
    """What becomes of a row."""

    TAKEN = "taken"  # the next sync settles parts of its order
    KNOWN = "known"  # it was taken before, by this file or another
    NO_SALE = "no_sale"
    BACK = "back"
    ODD = "odd"  # a sale by its kind, and no money that has come
    UNKNOWN_KIND = "unknown_kind"
    NO_ORDER = "no_order"
    SEVERAL = "several"
    NOT_SOLD = "not_sold"
    ENDED = "ended"  # its order is cancelled or refunded in the shop, or paid no more
    NOT_SO_PAID = "not_so_paid"
    NOT_FOLLOWED = "not_followed"
    OTHER_ID = "other_id"  # none of its order's payments has the id that the shop tells of it
    TWIN = "twin"  # another gateway's statement had the same of its order, and more is to come of that
    CLOSED = "closed"  # nothing of its order is open
    DIFFERS = "differs"


def verdict(entry: Entry) -> Verdict | None:
    """What becomes of a row that is no sale; None of a sale, of which its order tells."""
    if entry.is_sale:
        return None
    if entry.record is not Record.ROW or entry.meaning is Meaning.NONE:
        return Verdict.NO_SALE
    known = {Meaning.BACK: Verdict.BACK, Meaning.SALE: Verdict.ODD}
    return known.get(entry.meaning, Verdict.UNKNOWN_KIND)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of an order whose money a statement tells of. `dues`, `noted`: see `counted`.

    `is_followed`: its parts are known, and what of them is open waits for a statement.
    """

    is_sold: bool = False
    is_paid: bool = False
    is_so_paid: bool = False
    is_followed: bool = False
    dues: tuple[int, ...] = ()
    noted: int = 0


def standing_verdict(standing: Standing) -> Verdict | None:
    """Why an order's payments are not taken, whatever they are; None where they are looked at."""
    if not standing.is_sold:
        return Verdict.NOT_SOLD
    if not standing.is_paid:
        return Verdict.ENDED
    if not standing.is_so_paid:
        return Verdict.NOT_SO_PAID
    return None if standing.is_followed else Verdict.NOT_FOLLOWED


def open_dues(parts: Iterable[DuePart], planned: int) -> tuple[int, ...]:
    """What the open parts come to, one after the other, beyond what was planned of them; in centavos."""
    left = [part.amount - part.received for part in parts if part.money in (Money.STATEMENT, Money.OPEN)]
    return tuple(total - planned for total in accumulate(left) if total > planned)
