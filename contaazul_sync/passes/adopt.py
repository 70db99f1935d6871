"""Taking over the sales that the ERP has of this shop's orders, by the marks in their notes."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from contaazul_sync.core.days import beginning, local_day
from contaazul_sync.core.drafts.marks import Mark, marks_in, same_name
from contaazul_sync.core.erp import ErpSale
from contaazul_sync.core.errors import Broken, ItemError, UsageError
from contaazul_sync.core.fingerprints import OTHER
from contaazul_sync.core.folding import folded
from contaazul_sync.core.ids import ErpId, OrderId
from contaazul_sync.core.orders import Order, OrderNote
from contaazul_sync.core.words import _, ngettext
from contaazul_sync.erp.client import TOGETHER
from contaazul_sync.passes.as_booked import AsBooked
from contaazul_sync.passes.coverage import read_unknown
from contaazul_sync.passes.crew import all_of
from contaazul_sync.passes.names import Marked, Names, Whose, keep_names, names_of
from contaazul_sync.passes.parts import Parts
from contaazul_sync.passes.seen import Seen
from contaazul_sync.passes.sold import take_over
from contaazul_sync.passes.unlisted import MOST, told_now
from contaazul_sync.passes.walk import ORDER_WINDOW

Met = Mapping[str, int]  # how many sales of the ERP name each shop
Ask = Callable[[Met, Collection[str]], Collection[str]]  # which of these names are this home's


@dataclass
class Adopted:
    """What became of the ERP's sales that carry a mark. `since`: the day from which on they were read."""

    since: date
    began: datetime
    count: int = 0
    first: date | None = None  # the day of the earliest sale of ours
    met: dict[str, int] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)  # those of `met` that are this home's
    gone: list[int] = field(default_factory=list)  # numbers that the list shows, and the ERP then does not
    doubles: dict[OrderId, list[int]] = field(default_factory=dict)  # orders that are sold more than once
    unclear: dict[OrderId, ErpSale] = field(default_factory=dict)  # what may be an order's sale


def cannot_ask(met: Met, names: Collection[str]) -> Collection[str]:
    """Where nobody can be asked which names are this home's. Raises UsageError."""
    text = _(
        "The notes of the ERP's sales name several shops: {met}. Which of them this home is cannot be asked"
        " here, so type it: contaazul-sync rebuild {options}"
    )
    options = " ".join(f"--shop-id {name}" for name in names)
    raise UsageError(text.format(met=as_text(met), options=options))


def as_text(met: Met) -> str:
    """`loja-k3f7 (12 sales), outra (1 sale)`."""
    told = []
    for name, count in sorted(met.items()):
        sales = ngettext("{n} sale", "{n} sales", count).format(n=count)
        told.append(f"{name} ({sales})")
    return ", ".join(told)


class Adoption:
    """Reads the ERP's sales, and takes over those of this shop's orders."""

    def __init__(self, parts: Parts, seen: Seen) -> None:
        self.parts, self.state, self.seen = parts, parts.state, seen
        rules, now = parts.rules, parts.clock()
        window = local_day(now - ORDER_WINDOW)  # no later than the walk of the orders begins
        self.found = Adopted(min(rules.since or window, window), now)
        self.names = names_of(parts.state, rules)
        self._asked = 0  # orders that the shop was asked for
        self._marked = Marked(parts.state, seen.orders)
        self._booked = AsBooked(parts)

    async def run(self, said: Collection[str] | None, ask: Ask) -> Adopted:
        """Take over what is ours. `said`: the names of this home, where a person gave them."""
        sales = await self._read()
        marked = [(sale, marks) for sale in sales if (marks := marks_in(sale.notes))]
        self._learn_names(marked, said, ask)
        self.found.unclear |= {OrderId(sale.nsu): sale for sale in sales if not marks_in(sale.notes)}
        ours: dict[OrderId, list[ErpSale]] = {}
        for sale, marks in marked:
            with suppress(Broken), self.parts.single(str(sale.number)):  # its order is then asked of a person
                for order_id in await self._orders_of(sale, marks):
                    ours.setdefault(order_id, []).append(sale)
        chosen = [(each, one) for each, some in ours.items() if (one := self._one_of(each, some))]
        for few in (chosen[i : i + TOGETHER] for i in range(0, len(chosen), TOGETHER)):
            await all_of(self._adopt_one(*each) for each in few)
        return self.found

    async def _read(self) -> list[ErpSale]:
        """The sales made since the first day, but for those that the state knows."""
        sales: dict[ErpId, ErpSale] = {}
        async for page in self.parts.erp.sales_made(since=beginning(self.found.since)):
            for listed, sale in await read_unknown(self.parts, page):
                if sale:
                    sales[sale.id] = sale
                else:
                    self.found.gone.append(listed.number)
        return list(sales.values())

    # Whose they are

    def _learn_names(
        self, marked: list[tuple[ErpSale, list[Mark]]], said: Collection[str] | None, ask: Ask
    ) -> None:
        """Find out which of the names that were met are this home's. Raises UsageError."""
        counts, spelled, perhaps = Counter[str](), dict[str, str](), set[str]()
        for sale, marks in marked:
            for name in {folded(each.shop_id): each.shop_id for each in marks}.items():
                counts[name[0]] += 1
                spelled.setdefault(*name)
            perhaps |= {each.shop_id for each in marks if self._whose(each, sale) is Whose.PERHAPS}
        met = self.found.met = {spelled[key]: count for key, count in counts.items()}
        own = self.names.own
        if said is None and perhaps:
            likely = [name for name in met if self.names.are_ours(name) or _among(name, perhaps)]
            said = ask(met, likely)
        if said is not None:
            if strange := [name for name in said if not _among(name, {*met, own})]:
                text = _("No sale of the ERP names {name}. Its notes name: {met}.")
                raise UsageError(text.format(name=strange[0], met=as_text(met) or _("none")))
            before = [name for name in met if _among(name, set(said)) and not same_name(name, own)]
            others = [name for name in met if not _among(name, {*said, own})]
            keep_names(self.state, before, others)
            self.names = Names(own, tuple(before), tuple(others))
        self.found.names = [name for name in met if self.names.are_ours(name)]

    def _whose(self, mark: Mark, sale: ErpSale) -> Whose:
        order_id = self._marked.order(mark.order_id, sale)
        return self.names.whose(mark, sale, self.state.orders.get(order_id), self.seen.orders.get(order_id))

    async def _orders_of(self, sale: ErpSale, marks: list[Mark]) -> list[OrderId]:
        """The order of ours that a sale is of, if it is one. What is not clear is put aside for a person."""
        whose: dict[OrderId, Whose] = {}
        for mark in marks:
            if self.names.are_ours(mark.shop_id):
                order_id = self._marked.order(mark.order_id, sale)
                whose[order_id] = self.names.whose(mark, sale, *await self._told(order_id, sale))
        ours = [order_id for order_id, each in whose.items() if each is Whose.OURS]
        unclear = [order_id for order_id, each in whose.items() if each is Whose.UNCLEAR]
        if len(ours) > 1:  # a person wrote both into one sale
            ours, unclear = [], unclear + ours
        if not sale.cancelled:
            self.found.unclear |= dict.fromkeys(unclear, sale)
        return ours

    async def _told(self, order_id: OrderId, sale: ErpSale) -> tuple[OrderNote | None, Order | None]:
        """An order as it is known; as the shop tells it, where its note does not explain the sale."""
        note, order = self.state.orders.get(order_id), self.seen.orders.get(order_id)
        if order or (note and sale.total == note.total) or self._asked >= MOST:
            return note, order
        self._asked += 1
        order = await told_now(self.parts, order_id)
        if order is None:
            return note, None
        self.seen.orders[order_id] = order
        return note or order.note(), order

    # Taking over

    def _one_of(self, order_id: OrderId, sales: list[ErpSale]) -> ErpSale | None:
        """Which of an order's sales is taken over: the first that lives. None where one is known already."""
        known = self.state.sales.of([order_id]).get(order_id)
        living = sorted((sale for sale in sales if not sale.cancelled), key=lambda sale: sale.number)
        before = [known.number] if known and not known.ended_at else []
        if len(numbers := before + [sale.number for sale in living]) > 1:
            self.found.doubles[order_id] = numbers
        return None if known else (living or sales)[0]

    async def _adopt_one(self, order_id: OrderId, sale: ErpSale) -> None:
        with suppress(Broken), self.parts.single(order_id):
            await self._adopt(order_id, sale)

    async def _adopt(self, order_id: OrderId, sale: ErpSale) -> None:
        state, parts = self.state, self.parts
        order = self.seen.orders.get(order_id)
        note = state.orders.get(order_id)
        if note is None and order is not None:
            note = order.note()
            state.orders.save([note], parts.clock())
        try:
            booked = await self._booked.note_of(order_id, sale, note, order)
        except ItemError:  # the ERP refuses to tell its items: a person compares them
            booked = replace(note, total=sale.total or note.total, fingerprint=OTHER) if note else None
        take_over(parts, order_id, sale, booked=booked)
        self.found.count += 1
        if sale.day:
            self.found.first = min(sale.day, self.found.first or sale.day)


def _among(name: str, names: Set[str]) -> bool:
    return any(same_name(name, each) for each in names)
