"""What there is to know at a glance, out of the state file alone: for `status`, as text and as JSON."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from shlex import quote
from typing import TYPE_CHECKING, Any

from contaazul_sync.core.book import Entry, Place, Sum, place_of, sums
from contaazul_sync.core.fingerprints import FILE
from contaazul_sync.core.ids import OrderId, ShopKey
from contaazul_sync.core.items import Failure, Group, Intent, Kind, Run, is_under_way
from contaazul_sync.core.rules import Rules
from contaazul_sync.core.takings import Takings, takings
from contaazul_sync.core.words import _, order_title
from contaazul_sync.state.file import State
from contaazul_sync.state.notes import ORDERS_READABLE

if TYPE_CHECKING:
    from contaazul_sync.shops.files.habit import Comings

BAD = (Group.HELD, Group.FAILED)
STANDING_STILL = (Place.HELD, Place.FAILED, Place.IN_DOUBT)


@dataclass(frozen=True)
class Status:
    """The screen's numbers and lists.

    `book`: every place; `names` gives a product's SKU for its key, `numbers` an order's own for its id.
    """

    signed_in: bool
    company: str
    document: str
    products: dict[str, int]
    book: dict[Place, Sum]
    failures: list[Failure]
    names: dict[str, str]
    numbers: dict[str, str]
    deleted_in_shop: int
    unsellable: int
    without_stock: int
    walked: bool
    renamed: list[tuple[str, str]]
    last_run: Run | None
    last_good_run: Run | None
    waiting_since: datetime | None = None  # the oldest paid order that is no sale yet
    reads_orders: bool = True  # the last run could read the shop's orders
    comings: "Comings | None" = None  # of the files that the shop is read from, where it is
    stopped: Sum = field(default_factory=Sum)  # the orders that go no further
    due: Sum = field(default_factory=Sum)  # those that the next pass sends
    standing: Mapping[str, int] = field(default_factory=dict)  # see `_standing`
    amounts: dict[str, int] = field(default_factory=dict)  # in centavos, by the order that has a failure
    takings: Takings | None = None  # what came in of the sales, where any way of paying is settled

    def name(self, failure: Failure) -> str:
        """What a command calls the item: an order's id, a product's SKU."""
        return self.names.get(failure.key) or failure.key if failure.kind is Kind.PRODUCT else failure.key

    def title(self, failure: Failure) -> str:
        """What a person calls the item: an order by the shop's own number, too; a file by its name."""
        if failure.key.startswith(FILE):
            return failure.key.removeprefix(FILE)
        if failure.kind is not Kind.PRODUCT:
            return order_title(failure.key, self.numbers.get(failure.key, ""))
        return self.name(failure)

    def step(self, failure: Failure) -> str:
        """What comes next for an item. One that a person has to settle names a command that does."""
        step = failure.next_step
        if failure.group is Group.IN_DOUBT or "contaazul-sync" in step:
            return step
        return _("{step}; or leave it alone: contaazul-sync ignore {name}").format(
            step=step, name=quote(self.name(failure))
        )


def read(
    state: State,
    rules: Rules,
    *,
    signed_in: bool,
    run_since: datetime | None = None,
    comings: "Comings | None" = None,
    today: date = date.max,
) -> Status:
    """Read the status out of the state. No request is made. `run_since`: see `place_of`; `today`: `heaps`."""
    failures = [each for each in _failures(state, run_since) if each.kind is not Kind.CUSTOMER]
    counts = state.products.count()
    settled, touched = state.book.touched()
    stuck, due = _waiting_orders(placed := _placed(touched, rules, run_since))
    orders = state.orders.of(OrderId(each.key) for each in failures if each.kind is not Kind.PRODUCT)
    return Status(
        signed_in=signed_in,
        company=state.notes.get("company_name") or "",
        document=state.notes.get("company_document") or "",
        products=_products(counts, failures, _waiting(state)),
        standing=_standing(state, counts, failures),
        book=(book := sums([*settled, *_summed(placed)])),
        failures=failures,
        names=state.products.skus(each.key for each in failures if each.kind is Kind.PRODUCT),
        amounts={note.id: note.total for note in orders},
        numbers={note.id: note.number for note in orders if note.number},
        deleted_in_shop=counts["gone"],
        unsellable=counts["unsellable"],
        without_stock=len(state.orders.stockless()),
        walked=state.products.last_walk() > 0,
        renamed=state.products.renamed(),
        last_run=next(iter(state.runs.newest(1)), None),
        last_good_run=state.runs.last_good(),
        waiting_since=_waiting_since(due),
        reads_orders=state.notes.get(ORDERS_READABLE) != "no",
        comings=comings,
        stopped=sum((book[place] for place in STANDING_STILL), _together(stuck)),
        due=_together(due),
        takings=_takings(state, today),
    )


def _takings(state: State, today: date) -> Takings | None:
    """What came in of the sales; None where no way of paying is settled."""
    return takings(state.takings.heaps(today)) if state.settlements.since() else None


def _placed(touched: Iterable[Entry], rules: Rules, since: datetime | None) -> list[tuple[Place, Entry]]:
    return [(place, each) for each in touched if (place := place_of(each, rules, since))]


def _waiting_orders(placed: Iterable[tuple[Place, Entry]]) -> tuple[list[Entry], list[Entry]]:
    """The orders that wait: those that something stands against, and those that the next pass sends."""
    waiting = [each for place, each in placed if place is Place.WAITING]
    return [each for each in waiting if each.failure], [each for each in waiting if not each.failure]


def _summed(placed: Iterable[tuple[Place, Entry]]) -> Iterable[tuple[Place, Sum]]:
    return ((place, entry.sum) for place, entry in placed)


def _together(entries: Iterable[Entry]) -> Sum:
    return sum((entry.sum for entry in entries), Sum())


def _waiting_since(due: list[Entry]) -> datetime | None:
    """Since when the oldest paid order waits that no pass has tried to send yet."""
    return min((each.note.counted_at for each in due if each.note), default=None)


def _waiting(state: State) -> set[str]:
    """The chosen products, without those that a person said to leave alone."""
    left_alone = {key for kind, key in state.items.ignored() if kind is Kind.PRODUCT}
    return {str(key) for key in state.queue.all()} - left_alone


def _failures(state: State, run_since: datetime | None) -> list[Failure]:
    """What stands against items, and the intents that a kill left open, which no pass has looked at yet."""
    kept, ignored = state.items.failures(), state.items.ignored()
    intents = state.intents.all()
    under_way = {at for at, intent in intents.items() if is_under_way(intent, kept.get(at), run_since)}
    found = [failure for at, failure in kept.items() if at not in under_way]
    left = intents.keys() - kept.keys() - ignored.keys() - under_way
    found += [_cut_short(intents[at]) for at in left]
    order = list(Group)
    return sorted(found, key=lambda f: (order.index(f.group), f.since, f.kind, f.key))


def _cut_short(intent: Intent) -> Failure:
    reason = _("it was being sent when the program was cut short")
    step = _("nothing to do: the next sync looks whether it arrived")
    return Failure(intent.kind, intent.key, Group.IN_DOUBT, reason, step, intent.opened_at, intent.sends)


def _products(counts: dict[str, int], failures: list[Failure], queue: set[str]) -> dict[str, int]:
    mine = [failure for failure in failures if failure.kind is Kind.PRODUCT]
    failed = {failure.key for failure in mine if failure.group in BAD}
    return {
        "linked": counts["linked"],
        "unsent": counts["unsent"],
        "waiting": len(queue - failed),
        "failed": len(failed),
        "drift": counts["drift"],
    }


def _standing(state: State, counts: dict[str, int], failures: list[Failure]) -> dict[str, int]:
    """How many products stand in each place, so that they add up to all.

    One that is in the ERP is integrated, also where something stands against it: `troubled`.
    """
    failed = {ShopKey(each.key) for each in failures if each.kind is Kind.PRODUCT and each.group in BAD}
    ignored = {ShopKey(key) for kind, key in state.items.ignored() if kind is Kind.PRODUCT}
    linked = state.links.keys(failed | ignored)
    live = {each.key for each in state.products.of(failed | ignored) if not each.gone} - linked
    failed_apart, ignored_apart = failed & live, (ignored & live) - failed
    apart, queued = failed_apart | ignored_apart, set(state.queue.all())
    found = {
        "linked": counts["linked"],
        "unsent": counts["unsent"] + counts["missing"] - len(apart - queued),
        "waiting": counts["queued"] - len(apart & queued),
        "failed": len(failed_apart),
        "ignored": len(ignored_apart),
    }
    return found | {"all": sum(found.values()), "troubled": len(failed & linked)}


def orders(status: Status) -> dict[str, Sum]:
    """The orders by the words of `status --json`, where those that are held count as failed."""
    told = {place.value: some for place, some in status.book.items() if place is not Place.HELD}
    return told | {"failed": status.book[Place.HELD] + status.book[Place.FAILED]}


def as_json(status: Status) -> dict[str, Any]:
    """The stable form, documented in the README."""
    return {
        "version": 1,
        "account": {
            "signed_in": status.signed_in,
            "company": status.company,
            "document": status.document,
        },
        "products": status.products,
        "orders": {word: some.orders for word, some in orders(status).items()},
        "orders_sum": {word: some.total for word, some in orders(status).items()},
        **_settlements(status.takings),
        "shop": {"orders_readable": status.reads_orders, **_files(status.comings)},
        "failures": [
            {
                "kind": _kind(failure),
                "key": status.name(failure),
                "group": failure.group.value,
                "reason": failure.reason,
                "since": failure.since.isoformat(),
                "attempts": failure.attempts,
                "next_step": status.step(failure),
                **_number(status.numbers.get(failure.key) if failure.kind is not Kind.PRODUCT else None),
            }
            for failure in status.failures
        ],
        "last_run": run_json(status.last_run),
        "last_good_run_at": _moment(status.last_good_run.finished_at if status.last_good_run else None),
    }


def _kind(failure: Failure) -> str:
    if failure.key.startswith(FILE):
        return "file"
    return {Kind.SALE: "order", Kind.SETTLEMENT: "settlement"}.get(failure.kind, "product")


def _settlements(some: Takings | None) -> dict[str, Any]:
    """The parts of the sales in their places; nothing in a home that settles none."""
    if some is None:
        return {}
    return {
        "settlements": {place.value: each.parts for place, each in some.places.items()},
        "settlements_sum": {place.value: each.total for place, each in some.places.items()}
        | {"fees": some.fees},
    }


def _files(comings: "Comings | None") -> dict[str, Any]:
    """The files that the shop is read from; nothing where it is not."""
    if comings is None:
        return {}
    missed = comings.missed.isoformat() if comings.missed else None
    return {"files": {"newest_at": _moment(comings.newest), "missed_day": missed}}


def _number(number: str | None) -> dict[str, str]:
    return {"number": number} if number else {}


def run_json(run: Run | None) -> dict[str, Any] | None:
    """A run, as every form for programs tells it; None where there is none."""
    if run is None:
        return None
    return {
        "command": run.command,
        "started_at": run.started_at.isoformat(),
        "finished_at": _moment(run.finished_at),
        "outcome": run.outcome,
        "created": run.created,
        "updated": run.updated,
        "failed": run.failed,
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
