"""What is looked at while a process runs, since nobody can tell it from how a world ends."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import httpx

from contaazul_sync.core.ids import OrderId
from contaazul_sync.core.items import Intent, Kind
from contaazul_sync.sandbox.erp.records.sales import Sale
from contaazul_sync.sandbox.shop.state import PAID, written
from contaazul_sync.state.file import State
from contaazul_sync.state.values import time
from sim.draw import is_old
from sim.panel import MINUTE, Panel

if TYPE_CHECKING:
    from sim.process import Process
    from sim.world import Home

CREATES = {"/v1/venda": Kind.SALE, "/v1/pessoas": Kind.CUSTOMER, "/v1/produtos": Kind.PRODUCT}
Intents = Mapping[tuple[Kind, str], Intent]
MOMENT = timedelta(seconds=2)  # the shop writes whole seconds


def leaves(process: "Process", request: httpx.Request) -> None:
    """Before a create leaves, it is written down: whoever dies now has to know of it."""
    if request.method == "POST" and request.url.path.endswith("/baixa"):
        _settlement_leaves(process, request.url.path.split("/")[-2])
    kind = CREATES.get(request.url.path) if request.method == "POST" else None
    if kind is None or process.state is None:
        return
    kept, leaving = sum(at[0] is kind for at in process.state.intents.all()), process.creating[kind]
    if kept < leaving or process.state.db.in_transaction:
        text = f"{leaving} creates of a {kind} under way, {kept} written down"
        process.world.notice("written first", f"{process.command}: {text}")


def _settlement_leaves(process: "Process", part_id: str) -> None:
    state = process.state
    if state is None:
        return
    sql = "SELECT count(*) AS count FROM settlements WHERE part_id = ? AND outcome = 'unknown'"
    row = state.db.one(sql, part_id)
    if not row or not row["count"] or state.db.in_transaction:
        process.world.notice("written first", f"{process.command}: a settlement is not written down")


def doubts(process: "Process", before: Intents, after: Intents) -> None:
    """What is in doubt since this process was sent by it, and not answered clearly."""
    for kind in (Kind.SALE, Kind.PRODUCT):
        sends = {at[1]: intent.sends for at, intent in before.items() if at[0] is kind}
        new = [at[1] for at in after if at[0] is kind and after[at].sends > sends.get(at[1], 0)]
        if len(new) > process.unclear[kind]:
            text = f"{kind} {', '.join(new)} in doubt, {process.unclear[kind]} not clearly answered"
            process.world.notice("in doubt", f"{process.command}: {text}")


def orders_read(home: "Home", state: State, begun: datetime) -> None:
    """A pass that could read the orders has seen each as it was when the pass began."""
    kept = {row["id"]: row["updated_at"] for row in state.db.query("SELECT id, updated_at FROM orders")}
    latest = written(begun - MOMENT)
    if home.order_files:
        _files_read(home, home.order_files, kept, begun)
        return
    for order in home.shop.orders:
        name, updated = order["order_id"], order["updated"]
        known = written(time(kept[name])) if name in kept else None
        if updated < latest and known != updated and not _passed_by(home, order):
            text = f"order {name} changed at {updated}, known as of {known}"
            home.world.notice("seen", f"{home.name}: {text}")


def _passed_by(home: "Home", order: Mapping[str, Any]) -> bool:
    """Whether it is too old to be read for what is no payment, by a shop that cannot say what has changed."""
    cannot_say = home.shop.switches.woo_modified_after == "ignored"
    is_woo = home.settings.text("shop.kind") == "woocommerce"
    return is_woo and cannot_say and is_old(order) and order["status"] not in PAID


def _files_read(home: "Home", panel: Panel, kept: Mapping[str, str], begun: datetime) -> None:
    """What lay there when the pass began was taken: each order as its file has it, or as a newer one has."""
    for name, told in panel.told.items():
        known = written(time(kept[name])) if name in kept else ""
        is_known = not panel.is_dated or known[:MINUTE] >= told.updated[:MINUTE]
        if told.since < begun - MOMENT and not (known and is_known):
            text = f"order {name} is told as of {told.updated}, known as of {known or 'never'}"
            home.world.notice("seen", f"{home.name}: {text}")


def products_read(home: "Home", state: State, begun: datetime) -> None:
    """A pass that could read the products has taken of each what the newest file says that lay there."""
    kept = defaultdict[str, set[Decimal]](set)
    for row in state.db.query("SELECT sku, price FROM products WHERE gone_at IS NULL AND problem IS NULL"):
        kept[row["sku"]].add(Decimal(row["price"]) / 100)
    for sku, told in (home.panel.priced if home.panel else {}).items():
        if told.since < begun - MOMENT and sku in kept and told.price not in kept[sku]:
            text = f"{sku} costs {told.price} as of {written(told.saved)}, known as {min(kept[sku])}"
            home.world.notice("seen", f"{home.name}: {text}")


def rebuild_ended(home: "Home", state: State, begun: datetime) -> None:
    """A rebuild that ended has taken over every sale of ours that the ERP showed when it began."""
    old = {order["order_id"] for order in home.shop.orders if is_old(order)}
    for order, sales in home.sales().items():
        shown = [each for each in sales if is_live(each) and each.visible_from < begun - MOMENT]
        if shown and order not in old | home.asked_for and not state.sales.of([OrderId(order)]):
            text = f"order {order} is sale {shown[0].numero}, which the rebuild did not take over"
            home.world.notice("taken over", f"{home.name}: {text}")


def asked_orders_told(home: "Home", state: State, orders: Collection[str]) -> None:
    """After `sync --since` each order that it was asked for is sold, or before a person."""
    kept = (state.items.failures(), state.items.ignored(), state.intents.all())
    told = {key for each in kept for _kind, key in each}
    sold = state.sales.of(map(OrderId, orders))
    for order in home.shop.orders:
        name = order["order_id"]
        if name in orders and order["status"] in PAID and name not in sold and name not in told:
            text = f"order {name} was asked for, and nobody says a word of it"
            home.world.notice("not lost", f"{home.name}: {text}")


def is_live(sale: Sale) -> bool:
    """Whether a sale counts in the ERP."""
    return not sale.deleted and sale.situacao != "CANCELADO"
