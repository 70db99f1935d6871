"""Following: the money of new sales is looked at, where the merchant settles their way of paying."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from contaazul_sync.core.days import local_day
from contaazul_sync.core.errors import ItemError
from contaazul_sync.core.ids import OrderId
from contaazul_sync.core.orders import Order, OrderNote, Payment
from contaazul_sync.core.rules import PaymentRule, Rules
from contaazul_sync.passes.naming import named
from contaazul_sync.passes.parts import Parts
from contaazul_sync.passes.unlisted import ask_for
from contaazul_sync.state.file import State
from contaazul_sync.state.notes import RECEIVED_AT, SETTLED_AS


@dataclass
class Sorted:
    """Sales whose money nobody has decided on. `unasked`: the shop has to be asked how they were paid."""

    follow: list[OrderNote] = field(default_factory=list)
    others: list[OrderNote] = field(default_factory=list)
    unasked: list[OrderNote] = field(default_factory=list)


def settled(rules: Rules) -> Mapping[str, PaymentRule]:
    """The ways of paying that are settled, by the merchant's word for each."""
    return {word: rule for word, rule in rules.payments.items() if rule.is_settled}


def sort_out(state: State, rules: Rules) -> Sorted:
    """The sales whose money nobody has decided on, by whether it is to be followed.

    It is where the merchant settles their way of paying, and not before the day on which that began.
    """
    ways, since, found = settled(rules), state.settlements.running(), Sorted()
    begun = [since[word] for word in ways if word in since]
    new = state.settlements.not_followed(min(begun)) if begun else []
    for note in state.orders.of(new):
        if note.method is None:  # no version has read it that asked how it was paid
            found.unasked.append(note)
            continue
        word = rules.payment_row(note.method)
        begins = since.get(word, date.max) if word in ways else date.max
        (found.follow if local_day(note.counted_at) >= begins else found.others).append(note)
    return found


def older(state: State, rules: Rules, day: date) -> Sorted:
    """What would be followed if sales were settled from this day on. The state is expected to be a copy."""
    state.settlements.go_back_to(settled(rules), day)
    found = sort_out(state, rules)
    found.follow = [note for note in found.follow if note.payment is Payment.PAID]
    return found


@dataclass(frozen=True, slots=True)
class Unasked:
    """A sale of which nobody knows how it was paid."""

    order_id: OrderId

    @property
    def name(self) -> str:
        """What a person calls it."""
        return self.order_id


class Following:
    """Decides whose money is looked at. `back_to`: a person asked for sales from this day on."""

    def __init__(self, parts: Parts, back_to: date | None = None) -> None:
        self.parts, self.back_to, self._new = parts, back_to, Sorted()

    def begin(self) -> tuple[Unasked, ...]:
        """Note from when on each way of paying is settled. The sales to ask the shop for, before `follow`."""
        state, now = self.parts.state, self.parts.clock()
        ways = settled(self.parts.rules)
        state.settlements.begin(ways, local_day(now))
        if not ways:
            return ()
        self._mind_the_clock(now)
        self._mind_the_rules(ways, now)
        if self.back_to:
            state.settlements.go_back_to(ways, self.back_to)
        self._new = sort_out(state, self.parts.rules)
        if not self.parts.shop.can.orders:
            self._new.unasked.clear()
        return tuple(Unasked(note.id) for note in self._new.unasked)

    def _mind_the_clock(self, now: datetime) -> None:
        """Nothing waits for the days of a clock that was ahead the last time."""
        notes = self.parts.state.notes
        before = notes.time(RECEIVED_AT)
        if before and before > now:
            self.parts.state.settlements.step_back(now)
        notes.set_time(RECEIVED_AT, now)

    def _mind_the_rules(self, ways: Mapping[str, PaymentRule], now: datetime) -> None:
        """What waits for the day or the statement of another rule than today's is looked at now."""
        notes = self.parts.state.notes
        said = " ".join(f"{word}={ways[word].settle}" for word in sorted(ways))
        before = notes.get(SETTLED_AS)
        if before not in (None, said):
            self.parts.state.settlements.look_anew(now)
        if before != said:
            notes.set(SETTLED_AS, said)

    async def ask(self, unasked: Unasked) -> None:
        """Ask the shop how an order was paid; one that it does not show is not followed."""
        state, order = self.parts.state, await ask_for(self.parts.shop, unasked.order_id)
        if isinstance(order, Order):
            state.orders.save([named(state, order).note()], self.parts.clock())
        else:
            state.settlements.pass_by([unasked.order_id])

    def failed(self, unasked: Unasked, error: ItemError) -> None:
        """The next pass asks again."""

    def follow(self) -> None:
        """Look from now on at the money of the sales that are new."""
        state, found = self.parts.state, self._new
        if found.unasked:  # the shop has been asked since
            found = sort_out(state, self.parts.rules)
        if found.follow:
            state.settlements.follow([note.id for note in found.follow], self.parts.clock())
        if found.others:
            state.settlements.pass_by([note.id for note in found.others])
