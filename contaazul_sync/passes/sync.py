"""One pass: gather, decide, apply. A short loop around modules that each do one of these.

    resolve open intents -> walk through the shop -> judge and plan -> send, stage by stage -> compare stock

Everything is kept as it happens, so that dying at any point is as good as ending: the next pass goes on.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from functools import partial

from contaazul_sync.core.days import in_brazil
from contaazul_sync.core.errors import ItemError, Refused, SafetyStop, Unavailable, ending, gravest
from contaazul_sync.core.exits import INTERRUPTED, LOOK, OK
from contaazul_sync.core.ids import OrderId, ShopKey
from contaazul_sync.core.items import Group, Kind
from contaazul_sync.core.plan.actions import Hold, Plan, SendOrder
from contaazul_sync.core.plan.safety import judge_prices
from contaazul_sync.core.words import _, joined
from contaazul_sync.home.log import LOG
from contaazul_sync.passes.alike import MANY, hold_alike
from contaazul_sync.passes.anew import follow
from contaazul_sync.passes.binding import bind, check_newest, check_whole
from contaazul_sync.passes.cancels import Cancels
from contaazul_sync.passes.coverage import cover
from contaazul_sync.passes.crew import Crew
from contaazul_sync.passes.decide import Decision, decide
from contaazul_sync.passes.follow import Following
from contaazul_sync.passes.hidden import keep_hidden
from contaazul_sync.passes.holds import forget_others, keep_holds
from contaazul_sync.passes.meanings import learn
from contaazul_sync.passes.nowhere import is_there, judged
from contaazul_sync.passes.openings import read_anew
from contaazul_sync.passes.orders import Orders
from contaazul_sync.passes.outcomes import waiting, way_out
from contaazul_sync.passes.parts import Parts
from contaazul_sync.passes.products import Products
from contaazul_sync.passes.receive import Receiving
from contaazul_sync.passes.report import Report
from contaazul_sync.passes.resolve import resolve
from contaazul_sync.passes.seen import Seen
from contaazul_sync.passes.stock import Stock
from contaazul_sync.passes.twins import adopt_ordered
from contaazul_sync.passes.unsold import hold_unsold
from contaazul_sync.passes.walk import is_due, keep_watermarks, walk
from contaazul_sync.shops.merchant import how_to_get_orders
from contaazul_sync.state.notes import MISCOUNT_TOLD, ORDERS_BEGIN, ORDERS_TOLD, PRICE_SOURCE
from contaazul_sync.state.trouble import told


def _as_told(error: BaseException) -> BaseException:
    """What ends a pass, as it is told. Of no item that was being sent: the pass itself was refused."""
    return Unavailable(error.message) if isinstance(error, ItemError) else told(error)


class Pass:
    """One pass of a command.

    `only`: nothing but these queued products is sent. `back_to`: orders changed since then are read, too.
    `limit`: so many orders at most. `settle_since`: the money of sales from this day on is settled, too.
    """

    def __init__(
        self,
        parts: Parts,
        *,
        force: bool = False,
        only: set[ShopKey] | None = None,
        back_to: datetime | None = None,
        limit: int | None = None,
        settle_since: date | None = None,
    ) -> None:
        if back_to:  # somebody asked for older orders, and saw how many these are
            begin = back_to if parts.rules.begin and limit is None else None
            parts = replace(parts, rules=replace(parts.rules, begin=begin))
        self.parts = parts
        self.force, self.only = force, only
        self.back_to, self.limit = back_to, limit
        self.crew = Crew(parts.progress, parts.single)
        self.products, self.orders = Products(parts), Orders(parts)
        self.cancels = Cancels(parts)
        self.following, self.receiving = (
            Following(parts, settle_since),
            Receiving(parts, self.orders.accounts),
        )
        self.stock = Stock(parts, self.crew)
        self.seen = self.orders.seen
        self.orders_held = False  # by a safety check
        self.report = Report()

    async def run(self, command: str, begun: Callable[[int], object] = int) -> Report:
        """The whole pass, with its row among the runs. An error that ends it is raised after it is noted.

        `begun` is told the run's number.
        """
        state, report = self.parts.state, self.report
        report.begun = self.parts.clock()
        run = state.runs.start(command, report.begun)
        begun(run)
        begin = state.notes.time(ORDERS_BEGIN)
        if self.back_to and self.limit is None and begin:  # what waits of them is theirs to be sent later
            state.notes.set_time(ORDERS_BEGIN, min(begin, self.back_to))
        LOG.info("the run begins")
        try:
            check_newest(state, run)
            await self._pass()
            self._judge()
            is_there(state)
            self._tell_beginning()
        except BaseException as raised:
            error = judged(state, _as_told(raised), self.parts.clock())
            report.outcome, report.message = ending(error)
            with suppress(Exception):  # where that cannot be kept, the first error is the one to tell
                self._keep_end(run)
            if error is raised:
                raise
            raise error from raised
        self._keep_end(run)
        return report

    def _judge(self) -> None:
        """Raise the gravest of what the pass met, where something did not go on."""
        held = SafetyStop(joined(*self.report.safety)) if self.report.safety else None
        stood = (held, self.crew.error, self.crew.trouble, self.seen.trouble)
        if error := self.crew.fault or gravest(self.parts.single.bugs, *stood):
            raise error
        self.report.outcome = INTERRUPTED if self.crew.interrupted else self._outcome()

    def _keep_end(self, run: int) -> None:
        state, clock, report = self.parts.state, self.parts.clock, self.report
        report.counts, report.done = self.parts.counts, self.parts.done
        report.done |= waiting(report.plan.holds, state.orders)
        LOG.info("the run ends with %s", report.outcome, extra={"outcome": report.outcome})
        went = report.orders_went
        told = (report.outcome, report.counts, report.message)
        state.runs.finish(run, clock(), *told, orders_went=went, done=report.done)
        report.kept = True

    def _tell_beginning(self) -> None:
        """Say once that the shop's orders can be read at last, in a run that has something to say."""
        state = self.parts.state
        if state.notes.get(ORDERS_TOLD) != "no":
            return
        begin = state.notes.time(ORDERS_BEGIN) or self.parts.clock()
        text = _(
            "The shop's orders can be read now. Those paid since {moment} become sales; the older ones stay"
            " out. To send some of these: contaazul-sync sync --since YYYY-MM-DD (it asks first)"
        )
        self.report.warnings.append(text.format(moment=f"{in_brazil(begin):%d/%m/%Y %H:%M}"))
        state.notes.set(ORDERS_TOLD, "yes")

    async def preview(self) -> Report:
        """The same plan, and nothing sent. The state is expected to be a copy."""
        decision, seen = await self._gather()
        if seen.trouble:
            raise seen.trouble
        self.report.plan = self._restricted(decision.plan)
        orders = await self._unmet(self.report.plan.orders)
        self.report.plan = replace(self.report.plan, orders=orders)
        await self.crew.work("orders", orders, self._examine, self._would_hold)
        if error := self.crew.fault or self.crew.error:
            raise error
        if self.only is None:
            await self.stock.compare(decision, every=seen.full)
            self.report.uneven = self.stock.uneven
        return self.report

    async def _examine(self, send: SendOrder) -> None:
        self.report.drafts[send.key] = (await self.orders.examine(send)).draft

    def _would_hold(self, send: SendOrder, error: ItemError) -> None:
        step = way_out(Kind.SALE, send.key, error)
        hold = Hold(Kind.SALE, send.key, send.key, Group.HELD, error.message, step)
        made = self.report.plan
        orders = tuple(other for other in made.orders if other.key != send.key)
        self.report.plan = replace(made, orders=orders, holds=(*made.holds, hold))

    async def _pass(self) -> None:
        decision, seen = await self._gather()
        keep_watermarks(self.parts.state, seen, self.parts.clock())
        if self.only is None:
            self.parts.state.links.hold(decision.judged.held, decision.judged.agreed)
        self.report.tell_anew(follow(self.parts))
        made = self.report.plan = self._restricted(decision.plan)
        self._keep_wanted(made)
        if decision.within:
            self.parts.state.orders.put_within(decision.within)
        standing = keep_holds(self.parts, made.holds, seen.unreadable)
        standing |= keep_hidden(self.parts, seen)
        if self.only is None:
            forget_others(self.parts, standing, made, decision.plan, seen)
        await self._send(made)
        if not self.parts.shop.can.orders:
            self.report.once_a_day(seen, how_to_get_orders())
        received = self.receiving.received
        self.report.tell_received(received.parts, len(received.orders), received.gross, received.fees)
        self.report.tell_methods(self.orders.accounts.unknown, self.orders.accounts.mixed)
        if self.only is not None:
            self._free_waiting()
        elif not (self.crew.stopped or seen.trouble):
            await self._compare(full=seen.full)
            if seen.full:
                self.parts.state.tidy(self.parts.clock())

    def _keep_wanted(self, made: Plan) -> None:
        """Older orders that a person asked for stay in the book, if this pass cannot send them all."""
        if self.back_to:
            orders, rules = self.parts.state.orders, self.parts.rules
            wanted = [send.note.id for send in made.orders]
            if self.limit is None:  # what is held may be older still: a person left it alone, and it changed
                held = [OrderId(hold.key) for hold in made.holds if hold.kind is Kind.SALE]
                wanted += [note.id for note in orders.of(held) if not rules.too_old(note)]
            orders.want(wanted)

    async def _gather(self) -> tuple[Decision, Seen]:
        parts = self.parts
        if parts.refusal:  # even if there is nothing to send: a dead sign-in must not look like a good run
            raise parts.refusal
        bind(parts.state, parts.rules.shop_id, parts.company_id)
        check_whole(parts.state)
        parts.progress(_("read the shop"), 0, 0)
        daily = is_due(parts.state, "full_walk", parts.clock())
        resolved = await resolve(parts, daily=daily)
        self.report.tell_arrived(resolved.arrived)
        walking = walk(parts, self.back_to, force=self.force)
        seen = await (self.stock.balances.beside(walking) if daily and self.only is None else walking)
        self.seen = self.orders.seen = seen
        parts.progress(_("read the shop"), 1, 1)
        learn(parts)
        await adopt_ordered(parts)
        if self.only is not None:  # a chosen product may have turned out to be sold by its variations
            self.only = self.only | parts.state.products.variations_of(self.only)
        self.report.tell_unread(seen)
        if seen.miscounted:
            due = is_due(parts.state, MISCOUNT_TOLD, parts.clock())
            self.report.tell_miscounted(seen.miscounted, due=due)
            if due:
                parts.state.notes.set_time(MISCOUNT_TOLD, parts.clock())
        linked = parts.state.links.products()
        judge = partial(judge_prices, unseen=seen.unseen, linked=linked, force=self.force)
        plan = partial(decide, parts, fresh=seen.full, looked_at=resolved.looked_at, judge=judge)
        decision = plan()
        unshown = await read_anew(parts, self._restricted(decision.plan), seen)
        if unshown is not None:
            decision = plan(unshown=unshown)
        if self.only is None:
            self.report.hold_listing(seen)
            self.report.hold_prices(decision.plan)
        return decision, seen

    def _restricted(self, made: Plan) -> Plan:
        """The part of the plan that is about the chosen products, or the first so many orders."""
        if not self.parts.shop.can.orders:  # what is known of orders is old by now: they wait
            made = replace(made, orders=(), cancels=())
        if self.seen.no_orders:  # what a new product's balance has to count is not known: prices alone go on
            made = replace(made, needed=(), orders=(), cancels=(), products=())
        elif self.seen.trouble:  # what is known of products may be old: orders alone go on
            orders = tuple(send for send in made.orders if not send.needs)
            made = replace(made, needed=(), orders=orders, products=(), prices=()).without_waiting()
        if self.limit is not None:
            made = replace(made, orders=made.orders[: self.limit])
        if self.only is None:
            return made
        wanted = tuple(create for create in made.needed + made.products if create.key in self.only)
        holds = tuple(hold for hold in made.holds if hold.key in self.only)
        return Plan(products=wanted, holds=holds)

    def _free_waiting(self) -> None:
        """Orders that waited for what was just sent wait for it no longer: the next pass sends them."""
        parts = self.parts
        made = decide(parts, fresh=False).plan
        failures = parts.state.items.failures()
        for send in made.orders:
            failure = failures.get((Kind.SALE, send.key))
            if failure and failure.held_by is None:  # what older rules held is a person's to free
                parts.state.items.clear(Kind.SALE, send.key)

    async def _send(self, made: Plan) -> None:
        products, orders, crew = self.products, self.orders, self.crew
        unmet = await self._unmet(made.orders)
        await products.read_catalogue(len(made.needed) + len(made.products))
        await crew.work("products", made.needed, products.create, products.create_failed)
        await crew.work("orders", unmet, orders.send, orders.send_failed)
        stood_in_the_way = crew.stopped or crew.trouble or self.seen.no_orders or self.orders_held
        self.report.orders_went = not stood_in_the_way
        await crew.work("cancelled orders", made.cancels, self.cancels.cancel, self.cancels.failed)
        await crew.work("products", made.products, products.create, products.create_failed)
        await crew.work("prices", made.prices, products.price, products.price_failed)
        if self.only is None and not (crew.stopped or crew.trouble or self.seen.trouble):
            self._note_price_source()
        if self.only is None and not crew.stopped:
            await self._receive()

    async def _receive(self) -> None:
        """Settle what has come."""
        following, receiving, work = self.following, self.receiving, self.crew.work
        await work("receivables", following.begin(), following.ask, following.failed)
        following.follow()
        await work("receivables", receiving.planned(), receiving.receive, receiving.failed)

    def _note_price_source(self) -> None:
        """All prices went as the merchant says now: the next ones are compared with these."""
        notes, source = self.parts.state.notes, self.parts.rules.price_source
        if notes.get(PRICE_SOURCE) != source:
            notes.set(PRICE_SOURCE, source)

    async def _unmet(self, orders: tuple[SendOrder, ...]) -> tuple[SendOrder, ...]:
        """These orders, but for those of which a sale was met in the ERP, before the first is sent.

        Once a day the ERP's sales are looked at also where no order waits: one that it showed so late that
        its order was sold again would else be told with the next order.
        """
        if not (orders or (self.seen.full and self.only is None)):
            return orders
        covered = await cover(self.parts, self.seen.orders)
        self.report.tell_covered(covered)
        hold_unsold(self.parts, () if self.back_to else orders)
        alike = await hold_alike(self.parts, orders)
        if len(alike.held) >= MANY:
            text = _(
                "{n} orders look like orders that are sold already, under numbers that the shop does not show"
                " any more: none of them was sent. To see them: contaazul-sync status. If they are the same:"
                " contaazul-sync ignore --alike. If they are others: contaazul-sync retry --alike"
            )
            self.report.safety.append(text.format(n=len(alike.held)))
            self.orders_held = True
        sold = self.parts.state.sales.of(send.key for send in orders)
        asked = {key for _kind, key in self.parts.state.items.failures(Kind.SALE, Group.ATTENTION)}
        out = alike.unclear | covered.broken
        return tuple(send for send in orders if send.key not in sold.keys() | asked | out)

    async def _compare(self, *, full: bool) -> None:
        """Stock last: the orders have lowered the ERP's balance by now, or are known to be about to."""
        parts = self.parts
        decision = decide(parts, fresh=False)
        try:
            await self.stock.compare(decision, every=full, leave=self.products.new)
            await self.stock.settle()
        except Refused as error:
            text = _("The stock could not be compared: {why}.")
            self.report.notes.append(text.format(why=error.message))

    def _outcome(self) -> int:
        """0, or 6 when something needs a person or is in doubt."""
        failures = self.parts.state.items.failures()
        if self.only is not None:
            failures = {at: failure for at, failure in failures.items() if at[1] in self.only}
        return LOOK if failures else OK
