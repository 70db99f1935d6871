"""Receiving: the parts of a sale whose money has come are settled in the ERP, each once.

The ERP has no key for a settlement, and takes a repeat for a second one. So each is in the ledger before
it leaves, it is known again by its mark, and of a part with a line in question nothing is sent.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from contaazul_sync.core.days import beginning, local_day
from contaazul_sync.core.drafts.marks import is_part_marked, part_mark
from contaazul_sync.core.drafts.settlements import method_of, settlement_draft
from contaazul_sync.core.erp import ErpSale
from contaazul_sync.core.errors import ItemError, Missing, NotYet, Refused, SyncError, Unanswered
from contaazul_sync.core.items import Kind, Outcome
from contaazul_sync.core.money import written
from contaazul_sync.core.orders import OrderNote, Payment, Sale
from contaazul_sync.core.plan.settlements import (
    DoesNotFit,
    Doubt,
    Found,
    Met,
    Receive,
    Stand,
    compare,
    decide,
    due_of,
    lines_of,
    spread,
)
from contaazul_sync.core.receivables import (
    Due,
    DuePart,
    ErpPart,
    ErpSettlement,
    Money,
    PartStatus,
    Payout,
    Received,
    Settle,
    Settlement,
    in_turn,
    is_as_sent,
)
from contaazul_sync.core.rules import PaymentRule
from contaazul_sync.core.words import NOTHING, Said, _, joined, said_by
from contaazul_sync.passes.accounts import Accounts
from contaazul_sync.passes.leaving import Settling
from contaazul_sync.passes.outcomes import Ended, keep
from contaazul_sync.passes.parts import Parts

BOOKED = ("APROVADO", "FATURADO")  # the situations of a sale that brings money
LATE = timedelta(days=3)  # after which parts that are still not listed are told


@dataclass(frozen=True, slots=True)
class Owed:
    """An order at whose money it is time to look. `goes_on`: what comes of it may be settled."""

    note: OrderNote
    sale: Sale
    rule: PaymentRule
    lines: tuple[Settlement, ...]
    goes_on: bool

    @property
    def is_in_doubt(self) -> bool:
        """Whether an answer is out: that is looked for whatever became of the order since."""
        return any(line.outcome is Outcome.UNKNOWN for line in self.lines)

    @property
    def paid_on(self) -> date:
        """The day of the payment; where the shop does not tell it, that on which it was seen to be paid."""
        known = (self.note.counted_at, self.note.seen_paid_at or self.note.counted_at)
        return max(map(local_day, known))

    @property
    def name(self) -> str:
        """What a person calls it."""
        return self.note.id


class Receiving:
    """Settles what has come."""

    def __init__(self, parts: Parts, accounts: Accounts) -> None:
        self.parts, self.accounts, self.received = parts, accounts, Received()

    # Whom to look at

    def planned(self) -> tuple[Owed, ...]:
        """The orders at whose money to look now."""
        parts, state = self.parts, self.parts.state
        order_ids = state.settlements.to_look_at(parts.clock())
        notes = {note.id: note for note in state.orders.of(order_ids)}
        sales = state.sales.of(order_ids)
        owed = (self._owed(notes[each], sales[each]) for each in order_ids if each in notes and each in sales)
        return tuple(each for each in owed if each.goes_on or each.is_in_doubt)

    def _owed(self, note: OrderNote, sale: Sale) -> Owed:
        rule, state = self.parts.rules.payment(note.method or ""), self.parts.state
        goes_on = (
            note.payment is Payment.PAID
            and sale.ended_at is None
            and rule.is_settled
            and not state.items.keeps_back_money(note.id)
        )
        lines = tuple(state.settlements.sent_of(note.id))
        return Owed(note, sale, rule, lines, goes_on)

    # One order

    async def receive(self, owed: Owed) -> None:
        """Settle what has come of an order, and keep where its parts stand.

        Raises Refused, Unanswered, NotYet, and Ended where a person has to look.
        """
        erp, state = self.parts.erp, self.parts.state
        try:
            sale = await erp.sale(owed.sale.erp_id)
        except Missing:
            return await self._end(owed)
        if sale.cancelled:
            return await self._end(owed)
        if sale.situation not in BOOKED:
            return state.settlements.look_at(owed.note.id, self._tomorrow())
        parts: list[ErpPart] = []
        with suppress(Missing):  # an event that is not there yet lists none
            parts = in_turn(await erp.receivables.parts(sale.event)) if sale.event else []
        if not parts or self._lacks_parts(owed, sale, parts):
            return self._wait_for_parts(owed)
        return await self._parts(owed, parts)

    async def _end(self, owed: Owed) -> None:
        """The sale brings no money any more; what of it is still there is a person's to give back."""
        state, received = self.parts.state, await self._still_there(owed)
        state.settlements.end(owed.note.id)
        if received:
            text = _("sale {number} is cancelled in the ERP, and {sum} of it was received there")
            raise Ended(text.format(number=owed.sale.number, sum=written(received)), _by_hand(owed))
        state.items.clear(Kind.SETTLEMENT, owed.note.id)

    async def _still_there(self, owed: Owed) -> int:
        """What the ERP has on the parts that we settled, or may have, of a sale that ended; in centavos."""
        erp, state, received = self.parts.erp.receivables, self.parts.state, 0
        sent = [line for line in owed.lines if line.outcome not in (Outcome.REFUSED, Outcome.UNSENT)]
        for line in {line.part_id: line for line in sent}.values():
            try:
                told = await erp.settlements(line.part_id)
            except Missing:  # gone with its sale
                told = ()
            part = ErpPart(line.part_id, line.part, line.day, 0, 0, PartStatus.CANCELLED, told)
            found = self._met(owed, part, [each for each in sent if each.part_id == part.id])
            if found.waiting:
                self._judge(owed, Met([], [Doubt()]))
            for each in found.removed:
                state.settlements.came_to(each.id, Outcome.ABSENT)
            received += found.ours + found.others
        return received

    def _lacks_parts(self, owed: Owed, sale: ErpSale, parts: Sequence[ErpPart]) -> bool:
        """Whether a new sale has parts that are not listed yet: of an older one, a person changed them."""
        there = sum(part.amount for part in parts if not part.is_closed)
        return there < (sale.total or 0) and self.parts.clock() - owed.sale.sent_at < timedelta(days=1)

    def _wait_for_parts(self, owed: Owed) -> None:
        """The parts of a new sale may take a while to be listed: once a day is enough for an older one."""
        age = self.parts.clock() - owed.sale.sent_at
        if age >= timedelta(days=1):
            self.parts.state.settlements.look_at(owed.note.id, self._tomorrow())
        if age >= LATE:
            raise NotYet(_("the ERP lists no receivables of sale {number}").format(number=owed.sale.number))

    async def _parts(self, owed: Owed, parts: Sequence[ErpPart]) -> None:
        sent = {part.index: lines_of(part, parts, owed.lines) for part in parts}
        found = {part.index: self._met(owed, part, sent[part.index]) for part in parts}
        today = local_day(self.parts.clock())
        dues, misfit = self._dues(owed, parts, found, today)
        met, stands = Met(questions=misfit), dict[int, Stand]()
        for part in parts:
            action = decide(part, found[part.index], dues.get(part.index), owed.rule, today)
            if isinstance(action, Receive) and not met.error:
                met.error = await self._try(owed, part, len(parts), action.due)
                self._close(found[part.index] if not met.error else Found())
            stands[part.index] = met.stand(part, action, today)
        has_come = any(each.day <= today for each in self._left(owed))
        self._keep(owed, parts, stands, again=has_come and not met.questions)
        self._judge(owed, met)

    async def _try(self, owed: Owed, part: ErpPart, of: int, due: Due) -> ItemError | None:
        """Settle a part; what it met, if anything: what came of the parts before it is kept all the same."""
        try:
            await self._settle(owed, part, of, due)
        except ItemError as error:
            return error
        return None

    def _close(self, found: Found) -> None:
        """What is not there will not come any more, or is not wanted: nobody looks for it by itself."""
        for line in found.absent:
            self.parts.state.settlements.came_to(line.id, Outcome.ABSENT)

    def _met(self, owed: Owed, part: ErpPart, lines: Sequence[Settlement]) -> Found:
        """What of the ledger is in the ERP; what had arrived is written down so."""
        settlements, parts = self.parts.state.settlements, self.parts
        ours = [
            each
            for each in part.settlements
            if is_part_marked(owed.note.id, part.index, each.note) or is_as_sent(each, lines)
        ]
        found = compare(part, lines, ours, parts.clock(), parts.grace)
        for line in found.arrived:
            settlements.came_to(line.id, Outcome.MADE)
        if not owed.goes_on or not part.open:
            self._close(found)
            found = replace(found, absent=())
        for each in found.unknown:
            day = each.day or local_day(parts.clock())
            known = (owed.note.id, part.index, part.id, day, each.gross, each.fee, parts.clock())
            settlements.met(Settlement(*known, Outcome.MADE, self._source(owed, day, each)))
        return found

    def _source(self, owed: Owed, day: date, told: ErpSettlement) -> str:
        """The payout of which a settlement was made that this state knows nothing of, as after a copy."""
        of_it = (
            each.identity
            for each in self._left(owed)
            if each.day == day and each.gross >= told.gross and each.fee >= told.fee
        )
        return next(of_it, "")

    def _dues(
        self, owed: Owed, parts: Sequence[ErpPart], found: Mapping[int, Found], today: date
    ) -> tuple[dict[int, Due], list[Said]]:
        """What is to be settled of each part today; and why a payout does not fit."""
        if not owed.goes_on:
            return {}, []
        if owed.rule.settle is not Settle.PAYOUT:
            dues = {part.index: due_of(part, owed.rule, owed.paid_on, today) for part in parts}
            return {index: due for index, due in dues.items() if due}, []
        payouts = self._left(owed)
        if not payouts or any(each.waiting for each in found.values()):
            return {}, []
        if any(each.others == payouts[0].gross for each in found.values()):
            text = _("{gross} of it was received in the ERP by somebody, and a statement tells as much")
            return {}, [text.format(gross=written(payouts[0].gross))]
        ours = [part for part in parts if not (part.is_closed or found[part.index].others)]
        interest = max(0, (owed.note.paid or 0) - owed.sale.total)
        try:  # one after the other: the next pass takes the next
            return spread(payouts, ours, interest), []
        except DoesNotFit as error:
            return {}, [said_by(error)]

    def _left(self, owed: Owed) -> list[Payout]:
        """What statements tell of its money, and is not settled."""
        if owed.rule.settle is not Settle.PAYOUT:
            return []
        return self.parts.state.payouts.left([owed.note.id]).get(owed.note.id, [])

    async def _settle(self, owed: Owed, part: ErpPart, of: int, due: Due) -> None:
        """Send one settlement, and look whether the ERP has it."""
        parts, rule, erp = self.parts, owed.rule, self.parts.erp.receivables
        account = await self.accounts.id_of("account", rule.account)
        mark = part_mark(parts.rules.shop_id, owed.note.id, part.index, of)
        method = method_of(owed.note.method or "", rule)
        draft = settlement_draft(part, due, mark, owed.note.id, method)
        leaving = Settling(parts, owed.note.id, part, due)
        try:
            await erp.settle(draft, account, leaving)
        except Unanswered:
            raise
        except Refused:
            leaving.came_to(Outcome.REFUSED)
            raise
        except SyncError:  # it did not go out
            leaving.came_to(Outcome.UNSENT)
            raise
        leaving.came_to(Outcome.MADE)
        self.received.parts += 1
        self.received.gross += due.gross
        self.received.fees += due.fee
        self.received.orders.add(owed.note.id)
        there = await erp.settlements(part.id)
        if not any((each.day, each.gross, each.fee) == (due.day, due.gross, due.fee) for each in there):
            text = _("the ERP took {sum} as received of part {n}, and shows it otherwise")
            raise Ended(text.format(sum=written(due.gross), n=part.index), _by_hand(owed))

    # What comes of it

    def _keep(
        self, owed: Owed, parts: Sequence[ErpPart], stands: Mapping[int, Stand], *, again: bool
    ) -> None:
        """Keep where the parts stand. `again`: the next pass settles the next payout."""
        state = self.parts.state
        made = [line for line in state.settlements.sent_of(owed.note.id) if line.outcome is Outcome.MADE]
        kept = [
            self._as_due(owed, part, len(parts), stands[part.index].money, lines_of(part, parts, made))
            for part in parts
        ]
        days = [stand.until for stand in stands.values() if stand.until]
        looks = [beginning(min(days))] if days else []
        looks += [self.parts.clock()] if again else []
        state.settlements.keep_parts(owed.note.id, kept, min(looks, default=None))

    def _as_due(
        self, owed: Owed, part: ErpPart, of: int, money: Money, lines: Sequence[Settlement]
    ) -> DuePart:
        return DuePart(
            order_id=owed.note.id,
            number=part.index,
            of=of,
            due=part.due,
            amount=part.amount,
            money=money,
            received=sum(line.gross for line in lines),
            fee=sum(line.fee for line in lines),
            received_on=max((line.day for line in lines), default=None),
        )

    def _judge(self, owed: Owed, met: Met) -> None:
        """Say what stands against an order's money, if anything does."""
        if met.error:
            raise met.error
        if met.questions:
            raise Ended(joined(*met.questions, by="; "), _by_hand(owed))
        if met.doubts:
            step = _("look in the ERP; if it is not there: contaazul-sync retry {order}")
            step = step.format(order=owed.note.id) if any(each.parked for each in met.doubts) else NOTHING
            raise NotYet(_("the ERP's answer was lost, and the settlement is not found there yet"), step)
        self.parts.state.items.clear(Kind.SETTLEMENT, owed.note.id)

    def failed(self, owed: Owed, error: ItemError) -> None:
        """Keep why the money of an order could not be settled. What was refused is tried again tomorrow."""
        if not isinstance(error, (Unanswered, NotYet, Ended)):
            self.parts.state.settlements.look_at(owed.note.id, self._tomorrow())
        keep(self.parts, Kind.SETTLEMENT, owed.note.id, "", error, f"retry {owed.note.id}")

    def _tomorrow(self) -> datetime:
        return beginning(local_day(self.parts.clock()) + timedelta(days=1))


def _by_hand(owed: Owed) -> Said:
    text = _(
        "put it right in the ERP, then: contaazul-sync retry {order}; to leave it alone: contaazul-sync"
        " ignore {order}"
    )
    return text.format(order=owed.note.id)
