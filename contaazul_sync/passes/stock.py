"""Stock: the ERP's balance against what it should be, and the little that can be done about a difference.

The published API cannot change the stock of a product that exists (docs/conta-azul.md): it is set once, at
creation, and then sales move it. So a difference is first tried to be written, on one product, and read
back: a 204 proves nothing. Where it took, the others follow; where not, that is remembered for 30 days and
the difference is a drift, which `status` lists with both numbers.
"""

from collections.abc import Iterator, Set
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal

from contaazul_sync.core.deeds import BALANCES
from contaazul_sync.core.erp import ErpProduct
from contaazul_sync.core.errors import Broken, ItemError, Missing, Refused, Unusable
from contaazul_sync.core.ids import ErpId, OrderId, ShopKey
from contaazul_sync.core.items import Failure, Group, Kind
from contaazul_sync.core.plan.actions import Balance
from contaazul_sync.core.plan.prices import missing_version
from contaazul_sync.core.plan.units import balance_of, may_be_written, pending_units
from contaazul_sync.core.products import LONGEST, Link, Product, is_ahead
from contaazul_sync.core.words import _
from contaazul_sync.passes.balances import Balances
from contaazul_sync.passes.crew import Crew
from contaazul_sync.passes.decide import Decision
from contaazul_sync.passes.motion import Motion
from contaazul_sync.passes.outcomes import keep_broken
from contaazul_sync.passes.parts import Parts
from contaazul_sync.passes.sold import units_of
from contaazul_sync.state.pairs import Glance

PROBE_AGAIN = timedelta(days=30)
Known = tuple[ShopKey, Decimal, Decimal | None]  # a drift: of what, what should be there, what is
TAKES_WRITES, PROBED_AT = "stock_writes", "stock_probed_at"  # notes in the state


@dataclass
class Stock:
    """Compares balances and writes what the ERP lets us write."""

    parts: Parts
    crew: Crew
    uneven: list[Balance] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.balances = Balances(self.parts)
        self.state, self.erp = self.parts.state, self.parts.erp
        self.rules, self.clock = self.parts.rules, self.parts.clock

    async def compare(self, decision: Decision, *, every: bool, leave: Set[ShopKey] = frozenset()) -> None:
        """Find the balances that are not what they should be. `every`: the daily comparison of all.

        `leave`: products that were just created, which the ERP may not show yet.
        """
        self.motion, self.doubtful = Motion(self.parts), self._in_doubt(decision)
        sold = decision.sold | await self._moved_since(decision, every=every)
        pending = pending_units(decision.notes, decision.key_of, sold, self.rules)
        even = self.balances.glance({*pending, *leave, *self.doubtful}) if every else None
        checks = [
            Balance(link, balance_of(product, pending), None)
            for product, link in self._due(decision, every=every, even=even)
            if product.key not in leave and self._has_stock(product, link)
        ]
        if even or len(checks) > self.parts.ask_alone():
            checks = await self._sift(checks)
        await self.crew.work("compare stock", checks, self._look, self._failed)

    def _in_doubt(self, decision: Decision) -> set[ShopKey]:
        """The products that a sale in doubt may have moved."""
        open_sales = {key for kind, key in self.state.intents.all() if kind is Kind.SALE}
        in_doubt = (note for note in decision.notes if note.id in open_sales)
        skus = {sku for note in in_doubt for sku, _quantity in note.items}
        return {decision.key_of[sku] for sku in skus & decision.key_of.keys()}

    def _due(
        self, decision: Decision, *, every: bool, even: Glance | None = None
    ) -> Iterator[tuple[Product, Link]]:
        """The products whose stock moved in the shop, whose sale has settled by now, or that drift.

        Left out is what a sale moves just now, or may have moved: an order in doubt. And of all, what is
        `even`: the ERP's list shows at a glance that there is nothing to do.
        """
        linked = self.state.pairs.linked
        some = self.state.pairs.to_look_at
        for product, link in linked(even) if every else some(self.rules.price, decision.pending.keys()):
            if product.gone or product.problem or link.missing or product.key in self.doubtful:
                continue
            if self.motion.waits(link):
                continue
            if every or link.compare_after or link.expected != balance_of(product, decision.pending):
                yield product, link

    async def _moved_since(self, decision: Decision, *, every: bool) -> set[OrderId]:
        """Of the sales that were booked without moving stock, those that have moved it now, or never will."""
        moved: set[OrderId] = set()
        notes = self.state.orders.stockless()
        due = {product.key for product, _ in self._due(decision, every=every)} if notes else set()
        for note in notes:
            if due.isdisjoint(decision.key_of.get(sku, ShopKey("")) for sku, _quantity in note.items):
                continue
            try:
                with self.parts.single(note.id):
                    if await self._has_moved(self.state.sales.of([note.id])[note.id].erp_id):
                        units = units_of(self.state, note, self.rules)
                        self.state.sales.set_moves_stock(note.id, units, self.clock())
                        moved.add(note.id)
            except Broken as error:
                keep_broken(self.parts, Kind.SALE, note.id, note.version, error)
        return moved

    async def _has_moved(self, erp_id: ErpId) -> bool:
        try:
            sale = await self.erp.sale(erp_id)
        except Missing:
            return True
        return sale.cancelled or sale.situation in ("APROVADO", "FATURADO")

    async def _sift(self, checks: list[Balance]) -> list[Balance]:
        """Those that the ERP's list shows as uneven, or does not show. The others are done.

        The list's `saldo` may or may not count what is reserved, so what it shows as uneven is asked again
        one by one: the product's own `quantidade_disponivel` decides. It may show as even what is not, too,
        where something is reserved or may be: that is asked again as well.
        """
        known: set[Known] = {(drift.key, drift.expected, drift.actual) for drift in self.state.drifts.all()}
        drifting = {key for key, _expected, _actual in known}
        left = {check.link.erp_id: check for check in checks}
        odd: list[Balance] = []
        async for page in self.balances.pages():
            shown = [(check, told) for erp_id, told in page.items() if (check := left.pop(erp_id, None))]
            odd += [check for check, told in shown if self._asks_again(check, told, known)]
            even = [check for check, told in shown if self._is_even(check, told)]
            if settled := [
                _settled(each) for each in even if each.link.key in drifting or not _is_settled(each)
            ]:
                self.state.drifts.even(settled, self.clock())
        return [*odd, *left.values()]

    def _is_even(self, check: Balance, told: Decimal | None) -> bool:
        """Whether what the list tells shows that a balance is right."""
        return told == check.expected and not self.motion.hides(check.link)

    def _asks_again(self, check: Balance, told: Decimal | None, known: Set[Known]) -> bool:
        """Whether it shows nothing yet. Of a drift as it is known there is nothing to ask."""
        is_known = told != check.expected and (check.link.key, check.expected, told) in known
        return not self._is_even(check, told) and (self._can_write() or not is_known)

    def _has_stock(self, product: Product, link: Link) -> bool:
        """Whether its stock is known. Where the shop keeps none of it (any more), nothing can drift."""
        if product.stock is None and not self.parts.shop.can.live_products:  # the file is too old
            if link.expected is not None:
                self.state.drifts.unknown(link, self.clock())
        elif product.stock is None and (link.compare_after or link.expected is not None):
            self.state.drifts.even([replace(link, expected=None, compare_after=None)], self.clock())
        return product.stock is not None

    async def _look(self, check: Balance) -> None:
        twin, was_reserved = await self._product(check.link), check.link.reserved
        check, actual = replace(check, link=replace(check.link, reserved=twin.reserved)), twin.balance
        if actual is None:
            self._not_told(check)
        elif actual == check.expected:
            self._even(check)
            if was_reserved and not twin.reserved:
                now = self.clock()
                self.state.drifts.stir(check.link.key, now, self.parts.settled_at(now))
        elif self._is_sure(check, actual):
            self.uneven.append(replace(check, actual=actual))

    def _is_sure(self, check: Balance, actual: Decimal) -> bool:
        """Whether a difference is one. A stock that may be an hour old has to differ alike for an hour.

        A sale lowers both balances at about the same time: what the shop told before it and the ERP after it
        differ, and nothing is wrong. What sales of the last hour explain has to differ alike for a day, and
        so does all where the orders that have moved the shop's stock may not have been exported yet.
        """
        link, now = check.link, self.clock()
        explained = self.motion.explains(link.key, check.expected, actual)
        is_late = explained or not self.parts.shop.can.live_orders
        age = max(self.rules.stock_age, LONGEST if is_late else timedelta(0))
        if not age:
            return True
        since = self.state.drifts.suspect(link.key, check.expected, actual, now)
        if now - since >= age:
            return True
        if not is_ahead(link.compare_after, now):
            self.state.links.update(replace(link, compare_after=now), now)
        return False

    def _not_told(self, check: Balance) -> None:
        """The ERP tells no balance of it: nothing is known, and an old drift stands as it was seen."""
        link = replace(check.link, expected=check.expected, compare_after=None)
        self.state.links.update(link, self.clock())

    async def _product(self, link: Link) -> ErpProduct:
        try:
            return await self.erp.product(link.erp_id)
        except Missing:
            self.state.links.update(replace(link, missing=True), self.clock())
            raise Unusable(_("it was deleted in the ERP")) from None

    def _even(self, check: Balance) -> None:
        self.state.drifts.even([_settled(check)], self.clock())

    def _drifts(self, check: Balance, actual: Decimal) -> None:
        """It stays due: a person may put it right in the ERP, and a sale may even it out.

        One that sells all the time is then compared in each pass, until it comes to rest.
        """
        now, due = self.clock(), check.link.compare_after
        due = due if is_ahead(due, now) else now
        self.state.links.update(replace(check.link, expected=check.expected, compare_after=due), now)
        self.state.drifts.set(check.link.key, check.expected, actual, now)

    # Writing

    async def settle(self) -> None:
        """Write the uneven balances where the ERP takes that; list them as drift where it does not."""
        uneven = sorted(self.uneven, key=lambda check: check.link.key)
        todo = [check for check in uneven if may_be_written(check.expected)]
        if todo and self._can_write() and self.state.notes.get(TAKES_WRITES) != "yes":
            first, *todo = todo
            await self.crew.work("write stock", [first], self._probe, self._failed)
        send = self._write if self.state.notes.get(TAKES_WRITES) == "yes" else self._list
        await self.crew.work("write stock", todo, send, self._failed)
        below = [check for check in uneven if not may_be_written(check.expected)]
        await self.crew.work("write stock", below, self._list, self._failed)

    def _can_write(self) -> bool:
        """Whether the ERP takes balances, or it is time to find out again."""
        tried = self.state.notes.time(PROBED_AT)
        took = self.state.notes.get(TAKES_WRITES) == "yes"
        return took or tried is None or tried > self.clock() or self.clock() - tried >= PROBE_AGAIN

    async def _probe(self, check: Balance) -> None:
        took = await self._put(check)
        if took is not None:
            self.state.notes.set(TAKES_WRITES, "yes" if took else "no")
            self.state.notes.set_time(PROBED_AT, self.clock())

    async def _write(self, check: Balance) -> None:
        if await self._put(check) is False:
            self.state.notes.set(TAKES_WRITES, "no")

    async def _list(self, check: Balance) -> None:
        if check.actual is not None:
            self._drifts(check, check.actual)

    async def _put(self, check: Balance) -> bool | None:
        """Ask for a balance and read it back; whether the ERP took it and left the price alone.

        None where that was not seen: there was nothing to write, the ERP tells no balance, or a sale moved it
        meanwhile.

        The link forgets the price that was sent first: were we to die before the price is looked at, the
        next pass would send it again.
        """
        link = check.link
        before = await self._product(link)
        if before.balance is None or before.balance == check.expected:
            self._seen(check, before)
            return None
        self.state.links.update(replace(link, sent=None), self.clock())
        try:
            await self.erp.set_balance(link.erp_id, check.expected)
        except Missing:
            raise
        except Refused:
            self.state.links.update(link, self.clock())
            self._seen(check, before)
            return False
        after = await self._product(link)
        # A sale that was being changed may keep some of it back again, which the ERP's list need not show.
        check = replace(check, link=replace(link, reserved=True))
        moved_price = before.price is not None and after.price != before.price
        if moved_price and before.price is not None:
            await self.erp.set_price(link.erp_id, before.price)
        self._seen(check, after)
        if after.balance == check.expected:
            self.parts.did(BALANCES)
        if moved_price or after.balance == before.balance:
            return False
        return True if after.balance == check.expected else None

    def _seen(self, check: Balance, twin: ErpProduct) -> None:
        """Keep what the ERP tells of a balance after all."""
        if twin.balance is None:
            self._not_told(check)
        elif twin.balance == check.expected:
            self._even(check)
        else:
            self._drifts(check, twin.balance)

    def _failed(self, check: Balance, error: ItemError) -> None:
        """Keep a product that is gone from the ERP, or met a bug; the rest is compared again next time."""
        if isinstance(error, Broken):
            keep_broken(self.parts, Kind.PRODUCT, check.link.key, "", error)
        if isinstance(error, Unusable):
            link, step = check.link, _("contaazul-sync send-products {sku} (creates it again)")
            step = step.format(sku=link.sku)
            version = missing_version(link)
            reason = error.message
            self.state.items.fail(
                Failure(Kind.PRODUCT, link.key, Group.HELD, reason, step, self.clock(), 1, version)
            )


def _settled(check: Balance) -> Link:
    """The link of a product whose balance is what it should be."""
    return replace(check.link, expected=check.expected, compare_after=None)


def _is_settled(check: Balance) -> bool:
    """Whether it was known before that the balance is what it should be."""
    return check.link.expected == check.expected and check.link.compare_after is None
