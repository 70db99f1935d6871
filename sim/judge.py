"""What has to be true of a world that has come to rest, whatever happened in it.

The judge sees both servers, subtracts what people did, and asks the program's state only for what it told.
"""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from contaazul_sync.core.book import place_of, sums
from contaazul_sync.core.days import BRAZIL
from contaazul_sync.core.exits import STOPPED
from contaazul_sync.core.fingerprints import SAFETY
from contaazul_sync.core.ids import OrderId
from contaazul_sync.core.items import Group, Kind
from contaazul_sync.core.money import adjusted
from contaazul_sync.core.orders import Payment
from contaazul_sync.sandbox.erp.records.people import digits
from contaazul_sync.sandbox.erp.records.receivables import Part, Settlement
from contaazul_sync.sandbox.erp.records.sales import Sale
from contaazul_sync.sandbox.shop.state import PAID
from contaazul_sync.state.file import State
from contaazul_sync.views import status as summary
from sim import runs
from sim.draw import SINCE, is_old
from sim.watch import is_live
from sim.world import Home, World

UNKNOWN = re.compile(r"of order (\S+), which the state file does not know")
ONE_PASS = timedelta(hours=1)  # what a pass read at its begin may have changed before it sends
SIGN_IN = 4  # how a run ends that needs a new sign-in
PRIVATE = (b"Inventada", b"example.com", b"52998224725", b"529.982.247-25")


class Wrong(NamedTuple):
    """What is wrong: the name of what has to be true, and where it is not."""

    invariant: str
    text: str


def judge(world: World, *, strict: bool = False) -> list[Wrong]:
    """All that is wrong with a world at rest. `strict`: a state that was once lost excuses nothing."""
    found = [Wrong("bug", process.bug) for home in world.homes for process in home.processes if process.bug]
    found += [Wrong(*each) for each in world.noticed]
    found += [Wrong("deletes", r.path) for r in world.erp.requests if r.method == "DELETE"]
    found += _people(world)
    for home in world.homes:
        with closing(runs.kept(home)) as state:
            found += _Home(world, home, state, strict=strict).all()
    return found


def _people(world: World) -> Iterator[Wrong]:
    for document, count in Counter(person.document for person in world.erp.people.values()).items():
        if document and count > 1:
            yield Wrong("person once", f"{count} people with the document {document}")


class _Home:
    """One home's part of the judgement."""

    def __init__(self, world: World, home: Home, state: State, *, strict: bool) -> None:
        self.world, self.home, self.state = world, home, state
        self.strict = strict
        self.failures = state.items.failures()
        self.ignored = state.items.ignored()
        self.sales = home.sales()

    def all(self) -> Iterator[Wrong]:
        """Everything that is wrong."""
        checks = [self._once, self._paid, self._sums, self._ended, self._cancelled, self._left_out]
        checks += [self._ignored, self._sign_in, self._products, self._stock, self._prices, self._held]
        checks += [self._status, self._book, self._private, self._quiet, self._deleted, self._knows]
        checks += [self._received_once, self._received]
        for check in checks:
            yield from check()

    def _live(self, order: str) -> list[Sale]:
        return [sale for sale in self.sales[order] if is_live(sale)]

    def _forgotten(self, order: str) -> list[Sale]:
        """The sales of an order that the state, lost or put back since, need not know."""
        gaps = [] if self.strict else self.home.gaps
        return [sale for sale in self.sales[order] if any(gap.has(sale) for gap in gaps)]

    def _unmet(self, sale: Sale) -> bool:
        """Whether a state that was lost or put back could not meet a sale: the ERP did not show it yet."""
        gaps = [] if self.strict else self.home.gaps
        return any(gap.hides(sale) for gap in gaps)

    def _leapt_over(self, sale: Sale) -> bool:
        """Whether the clock leapt while the ERP hid a sale, and took its number twice: the grace was no time.

        That is beyond what is promised, and has to be told.
        """
        accepts = self.world.erp.switches.duplicate_number == "accept"
        return accepts and any(sale.created <= leap < sale.visible_from for leap in self.home.leaps)

    def _told(self, order: str) -> bool:
        return (Kind.SALE, order) in self.failures or (Kind.SALE, order) in self.ignored

    def _once(self) -> Iterator[Wrong]:
        for order in list(self.sales):
            live = self._live(order)
            told = self._told(order)
            excused = [sale for sale in live if self._unmet(sale) or (told and self._leapt_over(sale))]
            if len(live) > 1 + len(excused):
                numbers = ", ".join(str(sale.numero) for sale in live)
                yield Wrong("once", f"{self.home.name}: order {order} is sold as {numbers}")

    def _paid(self) -> Iterator[Wrong]:
        known = self.state.sales.of(order["order_id"] for order in self.home.shop.orders)
        for order in self.home.shop.orders:
            name = order["order_id"]
            failure = self.failures.get((Kind.SALE, name))
            if failure and failure.group in self._unrest(order):
                yield Wrong("at rest", f"{self.home.name}: order {name} is {failure.group}: {failure.reason}")
            if order["status"] not in PAID or is_old(order) or self._live(name) or self._told(name):
                continue
            if name not in known:
                yield Wrong(
                    "not lost", f"{self.home.name}: order {name} is paid, and nobody says a word of it"
                )
            elif name not in self.home.by_hand:
                yield Wrong("really sold", f"{self.home.name}: order {name} counts as sent, and has no sale")

    def _unrest(self, order: dict[str, Any]) -> tuple[Group, ...]:
        """In which groups an order has no business at rest."""
        return (Group.IN_DOUBT,) if self._is_refused(order) else (Group.IN_DOUBT, Group.FAILED)

    def _is_refused(self, order: dict[str, Any]) -> bool:
        """Whether the ERP refuses the buyer."""
        inactive = {person.document for person in self.world.erp.people.values() if not person.active}
        return digits(order["payer_cpf"]) in inactive

    def _sums(self) -> Iterator[Wrong]:
        for order in self.home.shop.orders:
            for sale in self._live(order["order_id"]):
                if sale.totals.net != Decimal(order["total"]) and not self._told(order["order_id"]):
                    text = f"order {order['order_id']} of {order['total']} is a sale of {sale.totals.net}"
                    yield Wrong("sums", f"{self.home.name}: {text}")

    def _ended(self) -> Iterator[Wrong]:
        for order in self.home.shop.orders:
            name = order["order_id"]
            if any(self._unmet(sale) for sale in self._live(name)):
                continue
            if order["status"] not in PAID and self._live(name) and not self._told(name):
                yield Wrong("ended is told", f"{self.home.name}: order {name} is {order['status']}, and sold")

    def _cancelled(self) -> Iterator[Wrong]:
        """A sale is cancelled by the program where it was told to, and for an order that ended."""
        told = self.home.settings.text("orders.on_cancel") == "cancel"
        paid = {order["order_id"] for order in self.home.shop.orders if order["status"] in PAID}
        for order, sales in self.sales.items():
            if (not told or order in paid) and any(sale.situacao == "CANCELADO" for sale in sales):
                yield Wrong("cancels", f"{self.home.name}: the sale of order {order} is cancelled")

    def _left_out(self) -> Iterator[Wrong]:
        for order in self.home.shop.orders:
            is_out = is_old(order) and order["order_id"] not in self.home.asked_for
            if is_out and self.sales.get(order["order_id"]):
                text = f"order {order['order_id']} was paid before the first day, and is sold"
                yield Wrong("left out", f"{self.home.name}: {text}")

    def _ignored(self) -> Iterator[Wrong]:
        for order in self.home.shop.orders:
            updated, was_known = self.home.ignored_as.get(order["order_id"], ("", False))
            as_it_was = updated == order["updated"] and (was_known or self.strict)
            if as_it_was and self.sales.get(order["order_id"]):
                text = f"order {order['order_id']} was to be left alone, and is sold"
                yield Wrong("ignored", f"{self.home.name}: {text}")

    def _ours(self, part: Part, order: str) -> list[Settlement]:
        """What we received of a part."""
        start = f"[{self.home.shop_id}:pedido {order} "
        return [each for each in self.world.erp.ledger.settled(part) if each.note.startswith(start)]

    def _received_once(self) -> Iterator[Wrong]:
        ledger = self.world.erp.ledger
        for order, sales in self.sales.items():
            for part in (part for sale in sales for part in ledger.of_event(sale.event_id)):
                ours, where = self._ours(part, order), f"{self.home.name}: part {part.index} of order {order}"
                if len(ours) > 1:
                    yield Wrong("received once", f"{where} is settled {len(ours)} times")
                others = [each.changed for each in ledger.settled(part) if each not in ours]
                if others and any(each.changed > min(others) + ONE_PASS for each in ours):
                    yield Wrong("left to a person", f"{where} is settled, and a person had received of it")
                if ours and not self.world.nature.settles:
                    yield Wrong("opt-in", f"{where} is settled, and nobody asked for it")
                if any(each.day > str(each.changed.astimezone(BRAZIL).date()) for each in ours):
                    yield Wrong("no day to come", f"{where} is settled on a day to come")

    def _received(self) -> Iterator[Wrong]:
        """What has come is received, unless something is told of it, or a person was there."""
        since, today = self.state.settlements.since(), str(self.world.clock().astimezone(BRAZIL).date())
        for order in self.home.shop.orders:
            name, first = order["order_id"], since.get(order["payment_method"])
            told = self._told(name) or (Kind.SETTLEMENT, name) in self.failures
            if order["status"] not in PAID or told or first is None or name in self.home.moved_by_hand:
                continue
            for sale in self._live(name):
                if str(order["paid_at"])[:10] < str(first) or self._forgotten(name):
                    continue
                parts = self.world.erp.ledger.of_event(sale.event_id)
                for part in parts if sale.situacao == "APROVADO" else ():
                    if self._has_come(order, part.due, today) and not self._ours(part, name):
                        text = f"part {part.index} of order {name} has come, and is not received"
                        yield Wrong("received", f"{self.home.name}: {text}")

    def _has_come(self, order: dict[str, Any], due: str, today: str) -> bool:
        """Whether a part has come by now: at once, on the day on which it is due, or as a statement says."""
        if order["payment_method"] == "boleto":
            return bool(self.state.payouts.left([order["order_id"]]))
        return (str(order["paid_at"])[:10] if order["payment_method"] == "pix" else due) < today

    def _sign_in(self) -> Iterator[Wrong]:
        for process in self.home.processes:
            if process.outcome == SIGN_IN and not self.home.sign_in_lost:
                text = f"{process.command} has no sign-in, and none was lost: {process.said}"
                yield Wrong("signed in", text)
                return

    def _products(self) -> Iterator[Wrong]:
        ours = [product.sku for product in self.world.erp.products.values()]
        for sku, count in Counter(ours).items():
            if count > 1 and sku.startswith(self.home.name.upper()):
                yield Wrong("product once", f"{sku} is there {count} times")
        queue = set(self.state.queue.all())
        for key, sku in self.state.products.skus(queue).items():
            if (Kind.PRODUCT, key) not in self.failures:
                yield Wrong("at rest", f"{sku} is chosen, and neither sent nor told")

    def _stock(self) -> Iterator[Wrong]:
        drifts = {drift.key for drift in self.state.drifts.all()}
        for product, link in self.state.pairs.linked():
            twin = self.world.erp.products.get(link.erp_id)
            if product.gone or twin is None or link.key in drifts:
                continue
            told = self._shop_stock(product.sku)
            if told is not None and told != twin.stock:
                yield Wrong("stock", f"{product.sku}: {told} in the shop, {twin.stock} in the ERP, not told")

    def _shop_stock(self, sku: str) -> int | None:
        """What the shop can sell, with what is paid and will still lower the ERP's balance."""
        try:
            stock = int(self.home.shop.unit(sku)["quantity"])
        except KeyError:
            return None
        return None if sku in self._for_people() else stock

    def _for_people(self) -> set[str]:
        """The SKUs of which a person has to say what is due: of orders that wait, of sales that ended."""
        found: set[str] = set()
        for order in self.home.shop.orders:
            name = order["order_id"]
            waits = order["status"] in PAID and not self._live(name)
            if waits and (self._told(name) or name in self.home.by_hand):
                found |= {item["sku"] for item in order["items"]}
        asked = {OrderId(key) for kind, key in self.failures if kind is Kind.SALE}
        asked -= {OrderId(order["order_id"]) for order in self.home.shop.orders}  # that the shop has lost
        found |= {sku for note in self.state.orders.of(asked) for sku, _quantity in note.items}
        ended = [
            sales for name, sales in self.sales.items() if name in self.home.by_hand or not self._live(name)
        ]
        sold = {item.product_id for sales in ended for sale in sales for item in sale.items}
        return found | {product.sku for product in self.world.erp.products.values() if product.id in sold}

    def _prices(self) -> Iterator[Wrong]:
        rules = self.home.settings.rules(SINCE, None)
        for product, link in self.state.pairs.linked():
            twin = self.world.erp.products.get(link.erp_id)
            if (
                product.gone
                or twin is None
                or link.sent is None
                or (Kind.PRODUCT, product.key) in self.failures
                or product.sku in self.home.other_prices
            ):
                continue
            due = adjusted(product.base(rules.price_source), rules.percent)
            if int(twin.price * 100) != due or link.sent != due:
                yield Wrong(
                    "price", f"{product.sku} should cost {due}, was sent as {link.sent}, costs {twin.price}"
                )

    def _held(self) -> Iterator[Wrong]:
        """Of what a safety check has to hold nothing is sent, unless a person says so."""
        for erp_id, due in self.home.held.items() if not self.home.gaps else ():
            twin = self.world.erp.products.get(erp_id)
            if twin and int(twin.price * 100) == due:
                yield Wrong("held", f"{self.home.name}: {twin.sku} costs {due}, and had to be held")

    def _status(self) -> Iterator[Wrong]:
        told = summary.as_json(
            summary.read(self.state, self.home.settings.rules(SINCE, None), signed_in=True)
        )
        if told["orders"]["waiting"] > sum(f.group is Group.WAITING for f in self.failures.values()):
            yield Wrong("at rest", f"{self.home.name}: status: {told['orders']}")

    def _book(self) -> Iterator[Wrong]:
        """Every order that was ever seen paid is in one place of the book, and `status` counts the same."""
        rules = self.home.settings.rules(SINCE, None)
        entries = self.state.book.entries()
        stands = {entry.id: place_of(entry, rules) for entry in entries}
        for note in self.state.orders.all():
            if (note.was_paid or note.payment is Payment.PAID) and not stands.get(note.id):
                yield Wrong("book", f"{self.home.name}: order {note.id} was paid, and stands nowhere")
        listed = sums((place, entry.sum) for entry in entries if (place := stands[entry.id]))
        counted = summary.read(self.state, rules, signed_in=True).book
        if listed != counted:
            yield Wrong("book", f"{self.home.name}: listed {listed}, counted {counted}")

    def _private(self) -> Iterator[Wrong]:
        kept = self.home.settings.state_file.read_bytes()
        for word in PRIVATE:
            if word in kept:
                yield Wrong("private", f"{self.home.name}: the state has {word!r}")

    def _quiet(self) -> Iterator[Wrong]:
        last = self.home.processes[-1]
        holds = any(failure.fingerprint == SAFETY for failure in self.failures.values())
        if last.outcome not in ((STOPPED,) if holds else (0, 6)):
            yield Wrong("at rest", f"{last.command} ended with {last.outcome}: {last.said}")
        if last.result is None:  # it ended with an error, or with what it held back
            return
        made = last.result.plan
        left = [(Kind.PRODUCT, each.key) for each in (*made.needed, *made.products, *made.prices)]
        left += [(Kind.SALE, each.note.id) for each in (*made.orders, *made.cancels)]
        for at in left:
            if at not in self.failures:
                yield Wrong("at rest", f"{last.command} still had something to do for {at[1]}")

    def _deleted(self) -> Iterator[Wrong]:
        """What a person deleted is not sold again, unless a person wants it."""
        for order, moment in self.home.deleted.items():
            if any(sale.created > moment for sale in self._live(order)) and not self._forgotten(order):
                text = f"the sale of order {order} was deleted, and it is sold again"
                yield Wrong("stays deleted", f"{self.home.name}: {text}")

    def _knows(self) -> Iterator[Wrong]:
        """A state that was not lost knows all that was sold from it."""
        for process in self.home.processes:
            found = UNKNOWN.search(process.said)
            if found and found[1] not in self.home.left_alone and not self._forgotten(found[1]):
                yield Wrong("knows its own", f"{process.command} does not know the sale of order {found[1]}")
