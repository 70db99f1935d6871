"""One pass: gather, decide, apply. A short loop around modules that each do one of these.

    settle open intents -> walk through the shop -> plan -> check -> send, stage by stage -> compare stock

Everything is kept as it happens, so that dying at any point is as good as ending: the next pass goes on.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from contaazul_sync import gather, plan
from contaazul_sync.contaazul import ContaAzul
from contaazul_sync.crew import Crew, Progress, no_progress
from contaazul_sync.errors import Refused, StateError, SyncError
from contaazul_sync.models import Failure, Group, Kind, Rules, ShopKey
from contaazul_sync.plan import Balance, Plan
from contaazul_sync.send import Clock, Sender, Sleep
from contaazul_sync.shop import Shop
from contaazul_sync.state import State
from contaazul_sync.stock import Stock

OK, LOOK, INTERRUPTED = 0, 6, 130


@dataclass(frozen=True)
class Parts:
    """All that a pass works with."""

    state: State
    erp: ContaAzul
    shop: Shop
    rules: Rules
    grace: timedelta
    clock: Clock
    hash_key: str
    company_id: str = ""
    refusal: SyncError | None = None  # why there is no sign-in to work with
    progress: Progress = no_progress
    sleep: Sleep = asyncio.sleep


@dataclass
class Report:
    """What a pass did. `outcome` is the exit code."""

    outcome: int = OK
    message: str = ""
    plan: Plan = field(default_factory=Plan)
    uneven: list[Balance] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


class Pass:
    """One pass of a command. `only`: nothing but these queued products is sent."""

    def __init__(self, parts: Parts, *, force: bool = False, only: set[ShopKey] | None = None) -> None:
        self.parts = parts
        self.force = force
        self.only = only
        self.crew = Crew(parts.progress)
        self.sender = Sender(
            parts.state,
            parts.erp,
            parts.shop,
            parts.rules,
            clock=parts.clock,
            grace=parts.grace,
            hash_key=parts.hash_key,
            sleep=parts.sleep,
        )
        self.stock = Stock(parts.state, parts.erp, parts.rules, parts.clock, self.crew)
        self.report = Report()

    async def run(self, command: str) -> Report:
        """The whole pass, with its row among the runs. An error that ends it is raised after it is noted."""
        state, clock = self.parts.state, self.parts.clock
        run = state.start_run(command, clock())
        try:
            await self._pass()
            if error := self.crew.error or self.crew.trouble:
                raise error
            self.report.outcome = INTERRUPTED if self.crew.interrupted else self._outcome()
        except SyncError as error:
            self.report.outcome, self.report.message = error.exit_code, error.message
            raise
        except BaseException as error:
            self.report.outcome, self.report.message = 1, type(error).__name__
            raise
        finally:
            self.sender.counts["updated"] += self.stock.written
            self.report.counts = self.sender.counts
            report = self.report
            state.finish_run(run, clock(), report.outcome, report.counts, report.message)
        return report

    async def preview(self) -> Report:
        """The same plan, and nothing sent. The state is expected to be a copy."""
        decision, seen = await self._gather()
        self._check(decision, seen)
        self.report.plan = self._restricted(decision.plan)
        if self.only is None:
            await self.stock.compare(decision, every=seen.full)
            self.report.uneven = self.stock.uneven
        return self.report

    async def _pass(self) -> None:
        decision, seen = await self._gather()
        self._check(decision, seen)
        gather.keep_watermarks(self.parts.state, seen, self.parts.clock())
        made = self.report.plan = self._restricted(decision.plan)
        self._keep_holds(made, seen)
        await self._send(made)
        if self.only is None and not self.crew.stopped:
            await self._compare(full=seen.full)

    async def _gather(self) -> tuple[gather.Decision, gather.Seen]:
        parts = self.parts
        if parts.refusal:  # even if there is nothing to send: a dead sign-in must not look like a good run
            raise parts.refusal
        bind(parts.state, parts.rules.shop_id, parts.company_id)
        now = parts.clock()
        await gather.settle(parts.state, parts.erp, parts.rules, now, parts.grace)
        seen = await gather.walk(parts.state, parts.shop, now)
        await gather.adopt_ordered(parts.state, parts.erp, parts.rules, now)
        if seen.without_id:
            self.report.notes.append(f"{seen.without_id} products of the shop have no id and are left out.")
        return gather.decide(parts.state, parts.rules, now, parts.grace, fresh=seen.full), seen

    def _check(self, decision: gather.Decision, seen: gather.Seen) -> None:
        linked = changed = 0
        rules, vanished = self.parts.rules, set(seen.vanished)
        for product, link in self.parts.state.linked_products():
            if product.gone or link.missing:
                continue
            linked += 1
            moved = plan.has_changed(product, link, decision.pending, rules)
            changed += moved or product.key in vanished
        plan.check(
            listed=seen.listed,
            was_listed=seen.was_listed,
            full=seen.full,
            linked=linked,
            changed=changed,
            force=self.force,
        )

    def _restricted(self, made: Plan) -> Plan:
        """The part of the plan that is about the chosen products, if only those are to be sent."""
        if self.only is None:
            return made
        wanted = tuple(create for create in made.needed + made.products if create.key in self.only)
        holds = tuple(hold for hold in made.holds if hold.key in self.only)
        return Plan(products=wanted, holds=holds)

    def _keep_holds(self, made: Plan, seen: gather.Seen) -> None:
        """Keep what the plan holds, and forget what stood against items that it does not know any more."""
        state, now = self.parts.state, self.parts.clock()
        standing = {(hold.kind, hold.key) for hold in made.holds}
        for hold in made.holds:
            state.fail(
                Failure(
                    hold.kind, hold.key, hold.group, hold.reason, hold.next_step, now, 1, hold.fingerprint
                )
            )
        for order in seen.unreadable:
            standing.add((Kind.SALE, order.id))
            step = "correct the shop profile; the next sync reads it again"
            state.fail(Failure(Kind.SALE, order.id, Group.HELD, order.reason, step, now))
        if self.only is not None:
            return
        standing |= {(skip.kind, skip.key) for skip in made.skips} | state.intents().keys()
        standing |= {(Kind.PRODUCT, create.key) for create in (*made.needed, *made.products)}
        standing |= {(Kind.PRODUCT, change.key) for change in made.prices}
        standing |= {(Kind.SALE, send.key) for send in made.orders}
        for kind, key in state.failures().keys() - standing:
            state.clear_failure(kind, key)

    async def _send(self, made: Plan) -> None:
        sender, crew = self.sender, self.crew
        await sender.read_catalogue(len(made.needed) + len(made.products))
        await crew.work("products", made.needed, sender.product, sender.product_failed)
        await crew.work("orders", made.orders, sender.order, sender.order_failed)
        await crew.work("products", made.products, sender.product, sender.product_failed)
        await crew.work("prices", made.prices, sender.price, sender.price_failed)

    async def _compare(self, *, full: bool) -> None:
        """Stock last: the orders have lowered the ERP's balance by now, or are known to be about to."""
        parts = self.parts
        now = parts.clock()
        decision = gather.decide(parts.state, parts.rules, now, parts.grace, fresh=False)
        try:
            await self.stock.compare(decision, every=full, leave=self.sender.new_products)
            await self.stock.settle()
        except Refused as error:
            self.report.notes.append(f"The stock could not be compared: {error.message}.")

    def _outcome(self) -> int:
        """0, or 6 when something needs a person or is in doubt."""
        return LOOK if self.parts.state.failures() else OK


def bind(state: State, shop_id: str, company_id: str) -> None:
    """The state belongs to one shop and one ERP company. Raises StateError for another one."""
    for key, value, what in (
        ("shop", shop_id, "shop"),
        ("company", company_id, "company of the ERP"),
    ):
        known = state.note(key)
        if not value or known == value:
            continue
        if known:
            raise StateError(
                f"The state file belongs to another {what} ({known}, now {value})."
                " Put the settings right, or use another home: CONTAAZUL_SYNC_HOME."
            )
        state.set_note(key, value)
