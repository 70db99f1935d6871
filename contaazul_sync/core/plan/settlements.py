"""What to do with one part of a sale's money. Pure: the ERP's part, our ledger and the day in, an action out.

The ERP takes a repeat for a second settlement: nothing is sent while a line of the ledger is in question, and
a part of which somebody else has received anything is left to them.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import accumulate

from contaazul_sync.core.drafts.settlements import fee_of
from contaazul_sync.core.errors import ItemError
from contaazul_sync.core.items import Outcome
from contaazul_sync.core.money import shares, written
from contaazul_sync.core.plan.protocol import MAX_SENDS
from contaazul_sync.core.receivables import (
    Due,
    ErpPart,
    ErpSettlement,
    Money,
    PartStatus,
    Payout,
    Settle,
    Settlement,
)
from contaazul_sync.core.rules import PaymentRule
from contaazul_sync.core.words import Said, _


@dataclass(frozen=True, slots=True)
class Receive:
    """Settle this of the part."""

    due: Due


@dataclass(frozen=True, slots=True)
class Stand:
    """Nothing to do now. `until`: the day on which to look again; None: not by itself."""

    money: Money
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """A line of the ledger is in question. `parked`: so often that a person has to look."""

    parked: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """A person has to look. `money`: where the part stands meanwhile."""

    reason: Said
    money: Money = Money.OPEN


Action = Receive | Stand | Doubt | Ask


@dataclass(frozen=True, slots=True)
class Found:
    """A part's settlements beside the lines of the ledger that are of it."""

    arrived: tuple[Settlement, ...] = ()  # lines in question that are there
    waiting: tuple[Settlement, ...] = ()  # in question, not there, and too early to believe that
    absent: tuple[Settlement, ...] = ()  # in question, and not there
    removed: tuple[Settlement, ...] = ()  # that were made, and are not there any more
    unknown: tuple[ErpSettlement, ...] = ()  # ours by their mark, and in no line
    ours: int = 0  # centavos that we settled
    others: int = 0  # that somebody else did


def lines_of(part: ErpPart, parts: Sequence[ErpPart], lines: Sequence[Settlement]) -> list[Settlement]:
    """What was sent of a part: by its id, whatever place it has now; by its place where that id is gone."""
    there = {each.id for each in parts}
    return [
        line
        for line in lines
        if line.part_id == part.id or (line.part_id not in there and line.part == part.index)
    ]


def compare(
    part: ErpPart,
    lines: Sequence[Settlement],
    ours: Sequence[ErpSettlement],
    now: datetime,
    grace: timedelta,
) -> Found:
    """What of the ledger is there. `lines`: of the part; `ours`: its settlements that carry its mark."""
    there = Counter((each.day, each.gross) for each in ours)
    made = [line for line in lines if line.outcome is Outcome.MADE]
    asked = [line for line in lines if line.outcome in (Outcome.UNKNOWN, Outcome.ABSENT)]
    unmet = [line for line in made if not _take(there, line)]
    arrived = [line for line in asked if _take(there, line)]
    # What a person has changed is what was made, all the same.
    left = sum(there.values())
    removed, changed = unmet[left:], min(left, len(unmet))
    rest = list(there.elements())[changed:]
    for line in [each for each in asked if each not in arrived]:
        moved = next((each for each in rest if each[1] == line.gross), None)
        if moved:
            rest.remove(moved)
            arrived.append(line)
    unknown = [_pick(ours, *each) for each in rest]
    out = [line for line in asked if line not in arrived]
    sum_of_ours = sum(each.gross for each in ours)
    return Found(
        arrived=tuple(arrived),
        waiting=tuple(line for line in out if now < line.sent_at + grace),
        absent=tuple(line for line in out if now >= line.sent_at + grace),
        removed=tuple(removed),
        unknown=tuple(unknown),
        ours=sum_of_ours,
        others=sum(each.gross for each in part.settlements) - sum_of_ours,
    )


def _take(there: Counter[tuple[date | None, int]], line: Settlement) -> bool:
    at = (line.day, line.gross)
    if there[at] <= 0:
        return False
    there[at] -= 1
    return True


def _pick(ours: Sequence[ErpSettlement], day: date | None, gross: int) -> ErpSettlement:
    return next(each for each in ours if (each.day, each.gross) == (day, gross))


def decide(part: ErpPart, found: Found, due: Due | None, rule: PaymentRule, today: date) -> Action:
    """What to do with a part. `due`: what is to be settled of it today, if anything."""
    told = _as_told(part, found)
    if told:
        return told
    if found.waiting:
        return Doubt()
    if len([line for line in found.absent if line.outcome is Outcome.UNKNOWN]) >= MAX_SENDS:
        return Doubt(parked=True)
    if part.status is PartStatus.UNKNOWN:
        return Stand(Money.OPEN, today + timedelta(days=1))
    if due and due.day > today:  # the ERP refuses a day to come
        return Stand(Money.LATER, due.day)
    return _checked(part, due) if due else _not_yet(part, rule, today)


def _as_told(part: ErpPart, found: Found) -> Action | None:
    """What follows from what the ERP tells alone; None where some of the part is open, and it is ours."""
    if part.is_closed:
        return Stand(Money.ENDED)
    if found.ours + found.others > part.amount:
        text = _("part {n} is received twice in the ERP: {sum} of {amount}")
        return Ask(
            text.format(n=part.index, sum=written(found.ours + found.others), amount=written(part.amount))
        )
    if part.open == 0:
        return Stand(Money.SETTLED if found.ours and not found.others else Money.BY_PERSON)
    if found.removed:
        text = _("what was received of part {n} was taken back in the ERP")
        return Ask(text.format(n=part.index))
    if found.others:
        text = _("part {n} was received in part in the ERP: {open} of {amount} is open")
        text = text.format(n=part.index, open=written(part.open), amount=written(part.amount))
        return Ask(text, Money.BY_PERSON)
    is_partly = part.status is PartStatus.PARTLY and not part.settlements
    if part.status is PartStatus.SETTLED or is_partly:
        text = _("the ERP says that part {n} was received, and that {open} of it is open")
        return Ask(text.format(n=part.index, open=written(part.open)))
    return None


def _not_yet(part: ErpPart, rule: PaymentRule, today: date) -> Stand:
    if rule.settle is Settle.PAYOUT:
        return Stand(Money.STATEMENT)
    tomorrow = today + timedelta(days=1)
    if rule.settle is Settle.NEVER:
        return Stand(Money.OPEN, tomorrow)
    return Stand(Money.LATER, max(part.due, tomorrow) if rule.settle is Settle.DUE else tomorrow)


def _checked(part: ErpPart, due: Due) -> Action:
    if due.gross > part.open:
        text = _("{gross} is to be received of part {n}, and {open} of it is open")
        return Ask(text.format(gross=written(due.gross), n=part.index, open=written(part.open)))
    if due.fee >= due.gross:
        text = _("the fee {fee} of part {n} is not below its amount {gross}")
        return Ask(text.format(fee=written(due.fee), n=part.index, gross=written(due.gross)))
    return Receive(due)


@dataclass
class Met:
    """What an order's parts met on their way: why one was not settled, what a person has to look at."""

    questions: list[Said]
    doubts: list[Doubt] = field(default_factory=list)
    error: ItemError | None = None

    def stand(self, part: ErpPart, action: Action, today: date) -> Stand:
        """Where a part stands after that."""
        if isinstance(action, Stand):
            return action
        if isinstance(action, Ask):
            self.questions.append(action.reason)
            return Stand(action.money, today + timedelta(days=1))
        if isinstance(action, Doubt):
            self.doubts.append(action)
        elif not self.error:
            return Stand(Money.SETTLED if action.due.gross == part.open else Money.STATEMENT)
        return Stand(Money.OPEN, today)


def due_of(part: ErpPart, rule: PaymentRule, paid_on: date, today: date) -> Due | None:
    """What of a part has come by today, as the merchant's rule says; never on a day that is not there yet."""
    if rule.settle not in (Settle.PAID, Settle.DUE) or part.open <= 0:
        return None
    day = paid_on if rule.settle is Settle.PAID else part.due
    if day > today:
        return None
    return Due(day, part.open, fee_of(part.open, rule, is_first=part.index == 1))


class DoesNotFit(ValueError):
    """A payout is not what is open of its order."""


def spread(payouts: Sequence[Payout], parts: Iterable[ErpPart], interest: int = 0) -> dict[int, Due]:
    """The first of an order's payouts over its open parts, in turn and by their `index`.

    All of them together come to whole open parts: the first, the first two, and so on; each may be a piece of
    one, as of two cards that paid one order. They may be more by exactly the `interest` that the buyer paid
    and no part tells, which the gateway keeps with its fee. The fee is divided by largest remainder. Raises
    DoesNotFit.
    """
    first, total = payouts[0], sum(payout.gross for payout in payouts)
    there = [part for part in parts if part.open > 0]
    if not there:
        raise DoesNotFit(_("nothing of the order is open any more"))
    sums = set(accumulate(part.open for part in there))
    more = next((more for more in (0, interest) if total - more in sums), None)
    if more is None:
        text = _("{gross} came, and the open parts of the order are {parts}")
        told = ", ".join(written(part.open) for part in there)
        raise DoesNotFit(text.format(gross=written(total), parts=told))
    left, fee = first.gross - more, first.fee - more
    if left <= 0 or fee < 0:
        raise DoesNotFit(_("the gateway kept less than the interest that the buyer paid"))
    taken = dict[int, int]()
    for part in there:
        if share := min(left, part.open):
            taken[part.index], left = share, left - share
    fees = shares(fee, list(taken.values()))
    return {
        index: Due(first.day, gross, share, first.identity)
        for (index, gross), share in zip(taken.items(), fees, strict=True)
    }
