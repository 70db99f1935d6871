"""Everything that the state knows of one item: for `show`, as text and as JSON. No request is made."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from shlex import quote
from typing import Any

from contaazul_sync.core.book import Entry, Place, place_of
from contaazul_sync.core.ids import ShopKey
from contaazul_sync.core.items import Failure, Group, Intent, Kind, is_under_way
from contaazul_sync.core.money import plain
from contaazul_sync.core.orders import OrderNote, Payment, Sale
from contaazul_sync.core.products import Drift, Link, Product
from contaazul_sync.core.receivables import DuePart
from contaazul_sync.core.rules import Rules
from contaazul_sync.core.words import _
from contaazul_sync.state.file import State


@dataclass(frozen=True)
class Item:
    """One order or product. `state` is one word; `history` goes from the oldest to the newest.

    `parts`: of an order's money, where that is followed; `money`: what stands against it;
    `money_left`: a person said to leave it alone; `money_goes_on`: what is open of it is not a person's.
    """

    kind: Kind
    name: str
    state: str
    order: OrderNote | None = None
    sale: Sale | None = None
    product: Product | None = None
    link: Link | None = None
    drift: Drift | None = None
    failure: Failure | None = None
    next_step: str = ""
    history: list[tuple[datetime, str]] = field(default_factory=list)
    parts: list[DuePart] = field(default_factory=list)
    money: Failure | None = None
    money_left: bool = False
    money_goes_on: bool = True


def read(
    state: State,
    rules: Rules,
    kind: Kind,
    key: str,
    *,
    left_alone: bool,
    run_since: datetime | None = None,
    now: datetime | None = None,
) -> Item:
    """What there is to know of an item that `choose.item` has found.

    `left_alone`: of a product, as it is now; `run_since`: see `place_of`; `now`: see `Drifts.all`.
    """
    if kind is not Kind.PRODUCT:
        known = _order(state.book.of(key), rules, run_since, state.remarks.of(key))
        is_paid = known.order is None or known.order.payment is Payment.PAID
        return replace(
            known,
            money_goes_on=is_paid and not state.items.keeps_back_money(key),
            parts=state.settlements.parts_of(key),
            money=state.items.failure(Kind.SETTLEMENT, key),
            money_left=(Kind.SETTLEMENT, key) in state.items.ignored(),
        )
    return _product(state, ShopKey(key), now, left_alone=left_alone)


def _order(
    entry: Entry, rules: Rules, run_since: datetime | None, said: Iterable[tuple[datetime, str]]
) -> Item:
    note, sale, failure = entry.note, entry.sale, entry.failure
    place = place_of(entry, rules, run_since)
    word = place.value if place else _never_paid(note)
    past: list[tuple[datetime, str]] = []
    if note:
        paid = note.payment is Payment.PAID
        past.append((note.counted_at, _("paid in the shop") if paid else _("made in the shop")))
        past.append((note.updated_at, _("last changed in the shop: {status}").format(status=note.status)))
    if sale:
        past.append((sale.sent_at, _("became sale {number} in the ERP").format(number=sale.number)))
        if sale.ended_at:
            past.append((sale.ended_at, _("the sale was cancelled in the ERP")))
    past += [*said, *_trouble(failure, entry.intent)]
    step = _next(word, failure, entry.id)
    if place is Place.WAITING and is_under_way(entry.intent, failure, run_since):
        step = _next("being_sent", None, "")
    elif place is Place.LEFT_OUT and note and note.within:
        step = _next("within", None, note.within)
    return Item(
        Kind.SALE,
        entry.id,
        word,
        order=note,
        sale=sale,
        failure=failure,
        next_step=step,
        history=sorted(past),
    )


def _never_paid(note: OrderNote | None) -> str:
    """The word for an order that is not in the book."""
    unpaid = note is None or note.payment in (Payment.UNPAID, Payment.UNKNOWN)
    return "unpaid" if unpaid else "cancelled"


def _product(state: State, key: ShopKey, now: datetime | None, *, left_alone: bool) -> Item:
    product, link = state.products.get(key), state.links.get(key)
    failure, intent = state.items.failures().get((Kind.PRODUCT, key)), state.intents.get(Kind.PRODUCT, key)
    queued_at = state.queue.since(key)
    word = _word(failure, intent, ignored=left_alone)
    word = word or _product_word(product, link, queued=queued_at is not None)
    drift = next((drift for drift in state.drifts.all(now) if drift.key == key), None)
    past: list[tuple[datetime, str]] = []
    if product and product.updated_at:
        past.append((product.updated_at, _("last changed in the shop")))
    if queued_at:
        past.append((queued_at, _("chosen to be sent")))
    if linked_at := state.links.since(key):
        past.append((linked_at, _("linked to its twin in the ERP")))
    if missed_at := state.products.missed_since(key):
        past.append((missed_at, _("the shop did not list it any more")))
    if drift:
        past.append((drift.since, _("its stock in the ERP began to differ")))
    past += _trouble(failure, intent)
    name = (product.sku if product else link.sku if link else "") or key
    return Item(
        Kind.PRODUCT,
        name,
        word,
        product=product,
        link=link,
        drift=drift,
        failure=failure,
        next_step=_next(_of_drift(drift) if drift and word == "integrated" else word, failure, name),
        history=sorted(past),
    )


def _of_drift(drift: Drift) -> str:
    return "settling" if drift.checking_until else "drift"


def _product_word(product: Product | None, link: Link | None, *, queued: bool) -> str:
    if link and link.missing:
        return "deleted_in_erp"
    if product and product.gone:
        return "deleted_in_shop"
    if link:
        return "integrated"
    return "queued" if queued else "not_sent"


def _word(failure: Failure | None, intent: Intent | None, *, ignored: bool) -> str:
    if failure:
        return failure.group.value
    if intent:
        return Group.IN_DOUBT.value
    return "ignored" if ignored else ""


def _trouble(failure: Failure | None, intent: Intent | None) -> list[tuple[datetime, str]]:
    past: list[tuple[datetime, str]] = []
    if intent:
        times = _("sent {n} times; the answer is not known yet").format(n=intent.sends)
        once = _("sent; the answer is not known yet")
        past.append((intent.sent_at or intent.opened_at, once if intent.sends < 2 else times))
    if failure:
        past.append((failure.since, failure.reason))
    return past


def _next(word: str, failure: Failure | None, name: str) -> str:
    """What comes next, with the command where there is one."""
    if failure:
        return failure.next_step
    steps = {
        "in_doubt": _("nothing to do: the next sync looks whether it arrived"),
        "ignored": _("it is left alone; to undo that: contaazul-sync unignore {name}"),
        "waiting": _("the next sync sends it"),
        "queued": _("the next sync sends it"),
        "unpaid": _("it is sent when its payment is approved"),
        "not_sent": _("to send it: contaazul-sync send-products {name}"),
        "integrated": _("changes of its price and stock follow by themselves"),
        "drift": _("set its stock in the ERP: its API does not let it be written"),
        "settling": _("nothing to do: a sale moves its stock just now, and then it is compared"),
        "deleted_in_erp": _("to create it again: contaazul-sync send-products {name}"),
        "deleted_in_shop": _("nothing: what is deleted in the shop stays in the ERP"),
        "being_sent": _("nothing to do: it is being sent now"),
        "within": _("nothing to do: what was paid is within order {name}"),
        "left_out": _(
            "paid before [orders] since; to send such orders once: contaazul-sync sync --since DAY"
        ),
    }
    return steps.get(word, "").format(name=quote(name))


def as_json(item: Item) -> dict[str, Any]:
    """The stable form: docs/schemas/show.schema.json."""
    failure = item.failure
    return {
        "version": 1,
        "kind": "order" if item.kind is Kind.SALE else "product",
        "key": item.name,
        **({"number": item.order.number} if item.order and item.order.number else {}),
        "in_shop": _in_shop(item),
        "in_erp": _in_erp(item),
        "state": item.state,
        "reason": failure.reason if failure else None,
        "since": failure.since.isoformat() if failure else None,
        "attempts": failure.attempts if failure else None,
        "next_step": item.next_step or None,
        **_receivables(item),
        "history": [{"at": moment.isoformat(), "event": event} for moment, event in item.history],
    }


def _receivables(item: Item) -> dict[str, Any]:
    """The parts of an order's money, and what stands against it; nothing where it is not followed."""
    if not (item.parts or item.money or item.money_left):
        return {}
    parts = [
        {
            "number": part.number,
            "of": part.of,
            "due_on": part.due.isoformat(),
            "amount": part.amount,
            "state": part.money.value,
            "received": part.received,
            "fees": part.fee,
            "received_on": part.received_on.isoformat() if part.received_on else None,
        }
        for part in item.parts
    ]
    told = item.money and {
        "group": item.money.group.value,
        "reason": item.money.reason,
        "since": item.money.since.isoformat(),
        "attempts": item.money.attempts,
        "next_step": item.money.next_step,
    }
    return {"receivables": {"parts": parts, "left_alone": item.money_left, "failure": told}}


def _in_shop(item: Item) -> dict[str, Any] | None:
    if note := item.order:
        return {
            "payment": note.payment.value,
            "status": note.status,
            "total": note.total,
            "items": [{"sku": sku, "quantity": plain(quantity)} for sku, quantity in note.items],
            "counted_at": note.counted_at.isoformat(),
        }
    if product := item.product:
        return {
            "name": product.name,
            "price": product.price,
            "promotional": product.promotional,
            "stock": None if product.stock is None else plain(product.stock),
            "gone": product.gone,
        }
    return None


def _in_erp(item: Item) -> dict[str, Any] | None:
    if sale := item.sale:
        return {
            "id": sale.erp_id,
            "number": sale.number,
            "total": sale.total,
            "sent_at": sale.sent_at.isoformat(),
            "ended_at": sale.ended_at.isoformat() if sale.ended_at else None,
        }
    if link := item.link:
        return {
            "id": link.erp_id,
            "price_sent": link.sent,
            "expected_balance": None if link.expected is None else plain(link.expected),
            "drift": _drift(item.drift),
        }
    return None


def _drift(drift: Drift | None) -> dict[str, Any] | None:
    if drift is None:
        return None
    numbers = {"expected": plain(drift.expected), "actual": plain(drift.actual)}
    until = {"checking_until": drift.checking_until.isoformat()} if drift.checking_until else {}
    return {**numbers, "since": drift.since.isoformat(), **until}
