"""A shop of some weeks, with something of everything that a status can show. All of it is invented."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from contaazul_sync.core.ids import ErpId, OrderId, ShopKey
from contaazul_sync.core.items import Failure, Group, Ignored, Kind
from contaazul_sync.core.orders import OrderNote, Payment, Sale
from contaazul_sync.core.products import Link, Product
from contaazul_sync.core.rules import Rules
from contaazul_sync.core.words import quoted
from contaazul_sync.state.file import State
from contaazul_sync.views import book
from contaazul_sync.views import status as summary
from contaazul_sync.views.page.history import RUNS, History, first_day
from contaazul_sync.views.page.lists import MANY
from contaazul_sync.views.page.render import render
from contaazul_sync.views.page.tables import OPEN, tables

NOW = datetime(2026, 11, 24, 11, 12, tzinfo=UTC)
DAY = timedelta(days=1)
HALF_HOUR = timedelta(minutes=30)
RULES = Rules(since=(NOW - 60 * DAY).date())


def busy(path: Path, now: datetime = NOW) -> State:
    """The state after 40 days."""
    state = State.open(path)
    state.db.execute("PRAGMA synchronous = OFF")  # nobody cuts the power here
    state.notes.set("company_name", "Loja Azul Ltda")
    state.notes.set("company_document", "11222333000181")
    state.notes.set_time("first_run", now - 40 * DAY)
    _products(state, now)
    _sales(state, now)
    _runs(state, now)
    for failure in _failures(now):
        state.items.fail(failure)
    state.intents.sending(Kind.SALE, "88407", now - HALF_HOUR, 5001)
    return state


def _products(state: State, now: datetime) -> None:
    skus = [f"CAM-{number:03}" for number in range(60)]
    products = [
        Product(ShopKey(sku), sku, f"Camiseta {sku}", 7990, None, Decimal(number))
        for number, sku in enumerate(skus)
    ]
    renamed = Product(ShopKey("CAM-007"), "CAM-007-AZ", "Camiseta azul", 7990, None, Decimal(7))
    nameless = Product(ShopKey("no-sku"), "", "Camiseta sem SKU", 7990, None, Decimal(1))
    gone = Product(ShopKey("LUM-PONTO"), "LUM-PONTO", "Luminária", 12900, None, Decimal(2))
    state.products.save([*products, gone], walk=1)
    for sku in [*skus[:44], "LUM-PONTO"]:
        link = Link(ShopKey(sku), ErpId(f"erp-{sku}"), sku, 7990, 7990, Decimal(9))
        state.links.save(link, now - 38 * DAY)
    state.products.save([*products[:7], renamed, *products[8:], nameless], walk=2)
    state.products.mark_gone(2, now - 2 * DAY)
    state.queue.add([ShopKey(sku) for sku in skus[44:47]], now - HALF_HOUR / 2)
    state.drifts.set(ShopKey("CAM-003"), Decimal(12), Decimal(9), now - 5 * DAY)
    state.drifts.set(ShopKey("CAM-012"), Decimal("3.5"), Decimal(4), now - DAY)


def _sales(state: State, now: datetime) -> None:
    chance = random.Random(7)
    number = 4000
    for day in range(39, -1, -1):
        for _ in range(max(0, round(chance.gauss(9, 4)) + (14 if day in (4, 5) else 0))):
            number += 1
            sent = now - day * DAY - timedelta(minutes=chance.randrange(5, 400))
            total = chance.randrange(3990, 61990)
            note = an_order(str(84000 + number - 4000), total, sent)
            state.orders.save([note], sent)
            sale = Sale(note.id, ErpId(f"s{number}"), number, total, note.fingerprint, True, sent)
            state.sales.record(sale, {}, sent)
    old, given_back = an_order("83000", 8990, now - 90 * DAY), an_order("88001", 4990, now - 9 * DAY)
    state.orders.save([an_order("88410", 15990, now - HALF_HOUR), old, given_back], now)
    others = {
        "88312": 4500,
        "88251": 12990,
        "88407": 7990,
        "88120": 23970,
        "88002": 3990,
    }
    state.orders.save([an_order(order, total, now - 9 * DAY) for order, total in others.items()], now)
    state.orders.save([replace(given_back, payment=Payment.REFUNDED)], now)
    state.items.ignore(Kind.SALE, "88002", Ignored("as it was"), now - 8 * DAY)


def an_order(number: str, total: int, at: datetime) -> OrderNote:
    return OrderNote(OrderId(number), Payment.PAID, total, (("CAM-001", Decimal(1)),), at, at, f"1:{number}")


def _runs(state: State, now: datetime) -> None:
    begun = now - 31 * DAY
    while begun < now:
        run = state.runs.start("sync", begun)
        outcome, message = _outcome(now - begun)
        counts = {"created": 1, "updated": 2, "failed": 1} if outcome == 6 else {"created": run % 3}
        state.runs.finish(run, begun + timedelta(seconds=9), outcome, counts, quoted(message))
        begun += HALF_HOUR


def _outcome(age: timedelta) -> tuple[int, str]:
    if age < 3 * HALF_HOUR:
        return 6, ""
    if 2 * DAY < age < 2.4 * DAY:
        return 5, "Conta Azul does not answer (503)."
    if 3 * HALF_HOUR <= age < 4 * HALF_HOUR or 11 * DAY < age < 11.1 * DAY:
        return 5, "the shop does not answer (timeout)."
    return 0, ""


def _failures(now: datetime) -> list[Failure]:
    found = [
        (Kind.SALE, "88312", Group.WAITING, 48, "not in the ERP yet: ECOBAG-CAJU"),
        (Kind.SALE, "88290", Group.HELD, 72, "an item has no SKU, so its product is not known"),
        (Kind.SALE, "88251", Group.FAILED, 70, "the ERP refused it: the account is not active"),
        (Kind.PRODUCT, "CAM-050", Group.FAILED, 3, "the ERP refused it: NCM 6109100 has to have 8 digits"),
        (Kind.SALE, "88120", Group.ATTENTION, 220, "cancelled in the shop after it became sale 4391"),
    ]
    steps = {
        "88312": "contaazul-sync send-products ECOBAG-CAJU",
        "88290": "book this order in the ERP by hand, then: contaazul-sync ignore 88290",
        "88251": "put it right, then: contaazul-sync retry 88251",
        "CAM-050": "put it right in the shop, or leave it alone: contaazul-sync ignore CAM-050",
        "88120": "put sale 4391 right in the ERP, then: contaazul-sync ignore 88120",
    }
    return [
        Failure(
            kind,
            key,
            group,
            quoted(reason),
            quoted(steps[key]),
            now - timedelta(hours=hours),
            3 if hours == 3 else 1,
        )
        for kind, key, group, hours, reason in found
    ]


def read(state: State, *, signed_in: bool = True) -> summary.Status:
    return summary.read(state, RULES, signed_in=signed_in)


def the_page(state: State, now: datetime = NOW, *, signed_in: bool = True, language: str = "en") -> str:
    """What `status --html` writes."""
    drifts, day = state.drifts.all(), first_day(now)
    rows = (row for row in book.read(state, RULES, None) if row.place in OPEN)
    shown = tables(state.pairs.in_order(0, MANY), state.pairs.count(), rows, "promotional")
    history = History(state.sales.by_day(day), state.runs.by_day(day), state.runs.newest(RUNS), shown)
    names = state.products.skus(drift.key for drift in drifts)
    return render(read(state, signed_in=signed_in), drifts, names, history, now=now, language=language)
