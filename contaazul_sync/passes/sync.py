"""One pass: gather, decide, apply. A short loop around modules that each do one of these.

    settle open intents -> walk through the shop -> plan -> check -> send, stage by stage -> compare stock

Everything is kept as it happens, so that dying at any point is as good as ending: the next pass goes on.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from contaazul_sync.core import plan
from contaazul_sync.core.drafts import SaleDraft
from contaazul_sync.core.errors import ItemError, Refused, StateError, SyncError, Unavailable
from contaazul_sync.core.exits import INTERRUPTED, LOOK, OK
from contaazul_sync.core.models import UNREADABLE, Failure, Group, Kind, OrderId, ShopKey
from contaazul_sync.core.plan import Balance, Hold, Plan, SendOrder
from contaazul_sync.core.words import _, ngettext
from contaazul_sync.home.log import LOG
from contaazul_sync.passes import gather
from contaazul_sync.passes.crew import Crew
from contaazul_sync.passes.orders import Orders
from contaazul_sync.passes.outcomes import way_out
from contaazul_sync.passes.parts import Parts
from contaazul_sync.passes.products import Products
from contaazul_sync.passes.stock import Stock
from contaazul_sync.shops.merchant import how_to_get_orders
from contaazul_sync.state.file import State
from contaazul_sync.state.notes import ORDERS_BEGIN, ORDERS_TOLD

REBUILDING = "rebuilding"  # note in the state: a rebuild has begun and has not ended


@dataclass
class Report:
    """What a pass did. `outcome` is the exit code."""

    outcome: int = OK
    message: str = ""
    plan: Plan = field(default_factory=Plan)
    drafts: dict[OrderId, SaleDraft] = field(default_factory=dict)  # of a dry run
    uneven: list[Balance] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)  # said in cron's mail, too


class Pass:
    """One pass of a command.

    `only`: nothing but these queued products is sent. `back_to`: orders changed since then are read, too.
    `limit`: so many orders at most.
    """

    def __init__(
        self,
        parts: Parts,
        *,
        force: bool = False,
        only: set[ShopKey] | None = None,
        back_to: datetime | None = None,
        limit: int | None = None,
    ) -> None:
        if back_to:  # somebody asked for older orders, and saw how many these are
            begin = back_to if parts.rules.begin and limit is None else None
            parts = replace(parts, rules=replace(parts.rules, begin=begin))
        self.parts = parts
        self.force, self.only = force, only
        self.back_to, self.limit = back_to, limit
        self.crew = Crew(parts.progress)
        self.products, self.orders = Products(parts), Orders(parts)
        self.stock = Stock(parts, self.crew)
        self.seen = self.orders.seen
        self.report = Report()

    async def run(self, command: str, begun: Callable[[int], object] = int) -> Report:
        """The whole pass, with its row among the runs. An error that ends it is raised after it is noted.

        `begun` is told the run's number.
        """
        state, clock = self.parts.state, self.parts.clock
        run = state.runs.start(command, clock())
        begun(run)
        begin = state.notes.time(ORDERS_BEGIN)
        if self.back_to and self.limit is None and begin:  # what waits of them is theirs to be sent later
            state.notes.set_time(ORDERS_BEGIN, min(begin, self.back_to))
        LOG.info("the run begins")
        try:
            await self._pass()
            if error := self.crew.error or self.crew.trouble or self.seen.trouble:
                raise error
            self.report.outcome = INTERRUPTED if self.crew.interrupted else self._outcome()
            self._tell_beginning()
        except ItemError as error:  # not of an item that was being sent: the pass itself was refused
            self.report.outcome, self.report.message = Unavailable.exit_code, error.message
            raise Unavailable(error.message) from error
        except SyncError as error:
            self.report.outcome, self.report.message = error.exit_code, error.message
            raise
        except BaseException as error:
            self.report.outcome, self.report.message = 1, type(error).__name__
            raise
        finally:
            report = self.report
            report.counts = self.parts.counts
            state.runs.finish(run, clock(), report.outcome, report.counts, report.message)
            LOG.info("the run ends with %s", report.outcome, extra={"outcome": report.outcome})
        return report

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
        self.report.warnings.append(text.format(moment=f"{begin.astimezone():%d/%m/%Y %H:%M}"))
        state.notes.set(ORDERS_TOLD, "yes")

    async def preview(self) -> Report:
        """The same plan, and nothing sent. The state is expected to be a copy."""
        decision, seen = await self._gather()
        if seen.trouble:
            raise seen.trouble
        self._check(decision, seen)
        self.report.plan = self._restricted(decision.plan)
        if self.report.plan.orders:
            await self.orders.numbers.check_age()
        await self.crew.work("orders", self.report.plan.orders, self._examine, self._would_hold)
        if self.crew.error:
            raise self.crew.error
        if self.only is None:
            await self.stock.compare(decision, every=seen.full)
            self.report.uneven = self.stock.uneven
        return self.report

    async def _examine(self, send: SendOrder) -> None:
        self.report.drafts[send.key] = (await self.orders.read(send)).draft

    def _would_hold(self, send: SendOrder, error: ItemError) -> None:
        step = way_out(Kind.SALE, send.key)
        hold = Hold(Kind.SALE, send.key, send.key, Group.HELD, error.message, step)
        made = self.report.plan
        orders = tuple(other for other in made.orders if other.key != send.key)
        self.report.plan = replace(made, orders=orders, holds=(*made.holds, hold))

    async def _pass(self) -> None:
        decision, seen = await self._gather()
        self._check(decision, seen)
        gather.keep_watermarks(self.parts.state, seen, self.parts.clock())
        made = self.report.plan = self._restricted(decision.plan)
        self._keep_holds(made, decision.plan, seen)
        await self._send(made)
        if not self.parts.shop.can.orders:
            # Always where somebody looks on; in cron's mail once a day.
            (self.report.warnings if seen.full else self.report.notes).append(how_to_get_orders())
        for word in sorted(self.orders.unknown_methods):
            if not word:
                self.report.warnings.append(_("An order names no way of paying: booked as OUTRO."))
                continue
            text = _("The way of paying '{word}' is not known: booked as OUTRO. Set [payments.{word}] type.")
            self.report.warnings.append(text.format(word=word))
        if self.only is not None:
            self._free_waiting()
        elif not (self.crew.stopped or seen.trouble):
            await self._compare(full=seen.full)
            if seen.full:
                self.parts.state.tidy(self.parts.clock())

    async def _gather(self) -> tuple[gather.Decision, gather.Seen]:
        parts = self.parts
        if parts.refusal:  # even if there is nothing to send: a dead sign-in must not look like a good run
            raise parts.refusal
        bind(parts.state, parts.rules.shop_id, parts.company_id)
        if parts.state.notes.get(REBUILDING):
            raise StateError(
                _("A rebuild was cut short. Nothing was sent. Run it again: contaazul-sync rebuild")
            )
        now = parts.clock()
        parts.progress(_("read the shop"), 0, 0)
        arrived = await gather.settle(parts.state, parts.erp, parts.rules, now, parts.grace)
        if arrived:
            text = ngettext(
                "{n} item in doubt had arrived in the ERP.",
                "{n} items in doubt had arrived in the ERP.",
                arrived,
            )
            self.report.notes.append(text.format(n=arrived))
        seen = await gather.walk(parts.state, parts.shop, parts.rules, now, self.back_to)
        self.seen = self.orders.seen = seen
        parts.progress(_("read the shop"), 1, 1)
        await gather.adopt_ordered(parts.state, parts.erp, parts.rules, now)
        if self.only is not None:  # a chosen product may have turned out to be sold by its variations
            self.only = self.only | parts.state.products.variations_of(self.only)
        if seen.unread:
            text = ngettext(
                "{n} product of the shop did not show this time: it stays as it was.",
                "{n} products of the shop did not show this time: they stay as they were.",
                seen.unread,
            )
            # Always where somebody looks on; in cron's mail once a day.
            (self.report.warnings if seen.full else self.report.notes).append(text.format(n=seen.unread))
        if seen.without_id:
            text = ngettext(
                "{n} row of the shop had no id and could not be read.",
                "{n} rows of the shop had no id and could not be read.",
                seen.without_id,
            )
            self.report.notes.append(text.format(n=seen.without_id))
        return gather.decide(parts.state, parts.rules, now, parts.grace, fresh=seen.full), seen

    def _check(self, decision: gather.Decision, seen: gather.Seen) -> None:
        state = self.parts.state
        changed = decision.changed | state.links.keys(seen.vanished)
        plan.check(
            listed=seen.listed,
            was_listed=seen.was_listed,
            full=seen.full,
            linked=state.links.count(),
            changed=len(changed),
            force=self.force,
        )

    def _restricted(self, made: Plan) -> Plan:
        """The part of the plan that is about the chosen products, or the first so many orders."""
        if not self.parts.shop.can.orders:  # what is known of orders is old by now: they wait
            made = replace(made, orders=(), cancels=())
        if self.seen.no_orders:  # what a new product's balance has to count is not known: prices alone go on
            made = replace(made, needed=(), orders=(), cancels=(), products=())
        elif self.seen.trouble:  # what is known of products may be old: orders alone go on
            orders = tuple(send for send in made.orders if not send.needs)
            made = replace(made, needed=(), orders=orders, products=(), prices=())
        if self.limit is not None:
            made = replace(made, orders=made.orders[: self.limit])
        if self.only is None:
            return made
        wanted = tuple(create for create in made.needed + made.products if create.key in self.only)
        holds = tuple(hold for hold in made.holds if hold.key in self.only)
        return Plan(products=wanted, holds=holds)

    def _keep_holds(self, made: Plan, whole: Plan, seen: gather.Seen) -> None:
        """Keep what the plan holds, and forget what stood against items that all of it does not know."""
        state, now = self.parts.state, self.parts.clock()
        standing = {(hold.kind, hold.key) for hold in made.holds}
        for hold in made.holds:
            state.items.fail(
                Failure(
                    hold.kind, hold.key, hold.group, hold.reason, hold.next_step, now, 1, hold.fingerprint
                )
            )
        for order in seen.unreadable:
            if not order.id or (Kind.SALE, order.id) in state.items.ignored():
                continue  # the one is counted, and told by the run; the other a person knows
            standing.add((Kind.SALE, order.id))
            step = plan.unreadable_step(self.parts.rules.shop_kind, order.id)
            state.items.fail(Failure(Kind.SALE, order.id, Group.HELD, order.reason, step, now, 1, UNREADABLE))
        if self.only is not None:
            return
        standing |= {(skip.kind, skip.key) for skip in made.skips} | state.intents.all().keys()
        standing |= {(Kind.PRODUCT, create.key) for create in (*whole.needed, *whole.products)}
        standing |= {(Kind.PRODUCT, change.key) for change in whole.prices}
        standing |= {(Kind.SALE, send.key) for send in whole.orders}
        standing |= {(Kind.SALE, cancel.note.id) for cancel in whole.cancels}
        for (kind, key), failure in state.items.failures().items():
            unread = failure.fingerprint == UNREADABLE and not seen.full and key not in seen.readable
            if (kind, key) not in standing and not unread:
                state.items.clear(kind, key)

    def _free_waiting(self) -> None:
        """Orders that waited for what was just sent wait for it no longer: the next pass sends them."""
        parts = self.parts
        made = gather.decide(parts.state, parts.rules, parts.clock(), parts.grace, fresh=False).plan
        for send in made.orders:
            parts.state.items.clear(Kind.SALE, send.key)

    async def _send(self, made: Plan) -> None:
        products, orders, crew = self.products, self.orders, self.crew
        if made.orders:
            await orders.numbers.check_age()
        await products.read_catalogue(len(made.needed) + len(made.products))
        await crew.work("products", made.needed, products.create, products.create_failed)
        await crew.work("orders", made.orders, orders.send, orders.send_failed)
        await crew.work("cancelled orders", made.cancels, orders.cancel, orders.cancel_failed)
        await crew.work("products", made.products, products.create, products.create_failed)
        await crew.work("prices", made.prices, products.price, products.price_failed)

    async def _compare(self, *, full: bool) -> None:
        """Stock last: the orders have lowered the ERP's balance by now, or are known to be about to."""
        parts = self.parts
        now = parts.clock()
        decision = gather.decide(parts.state, parts.rules, now, parts.grace, fresh=False)
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


def bind(state: State, shop_id: str, company_id: str) -> None:
    """The state belongs to one shop and one ERP company. Raises StateError for another one."""
    for key, value, text in (
        ("shop", shop_id, _("The state file belongs to another shop ({known}, now {value}).")),
        (
            "company",
            company_id,
            _("The state file belongs to another company of the ERP ({known}, now {value})."),
        ),
    ):
        known = state.notes.get(key)
        if not value or known == value:
            continue
        if known:
            step = _("Put the settings right, or use another home: CONTAAZUL_SYNC_HOME.")
            if key == "shop":
                same = _("If it is the same shop, by another name: contaazul-sync config set shop.id {known}")
                step = f"{step} {same.format(known=known)}"
            raise StateError(f"{text.format(known=known, value=value)} {step}")
        state.notes.set(key, value)
