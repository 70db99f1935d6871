"""The commands of the program, as processes run them."""

import random
import shutil
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from contaazul_sync.cli import choose
from contaazul_sync.core.days import beginning
from contaazul_sync.core.ids import ErpId, OrderId, ShopKey
from contaazul_sync.core.items import Group, Kind
from contaazul_sync.core.money import adjusted
from contaazul_sync.core.plan.safety import MASS, is_mass
from contaazul_sync.home.config import load
from contaazul_sync.home.lock import run_lock
from contaazul_sync.home.machine import prepare_home
from contaazul_sync.operate import wiring
from contaazul_sync.operate.payouts import Judge, mapping, read, take
from contaazul_sync.operate.signin.session import prove
from contaazul_sync.passes.parts import Parts
from contaazul_sync.passes.rebuild import rebuild
from contaazul_sync.passes.sync import Pass
from contaazul_sync.passes.walk import walk_products
from contaazul_sync.sandbox.erp.state import Erp
from contaazul_sync.sandbox.sheets.gateway import Gateway
from contaazul_sync.sandbox.shop.state import written
from contaazul_sync.state import witness
from contaazul_sync.state.copies import set_aside
from contaazul_sync.state.file import State
from sim import watch
from sim.draw import OLDER, SINCE, is_old
from sim.process import Process
from sim.world import Copy

if TYPE_CHECKING:
    from sim.world import Home


async def _with_parts(process: Process, work: Callable[[Parts], Awaitable[Any]], settings: Any = None) -> Any:
    home = process.home
    settings = settings or home.settings
    with closing(process.open()) as state:
        before = state.intents.all()
        told = wiring.parts(settings, state, {}, clock=home.clock, sleep=process.sleep)
        try:
            async with told as parts:
                return await work(parts)
        finally:
            if not process.dead:
                watch.doubts(process, before, state.intents.all())


async def sync(process: Process, settings: Any = None, **options: Any) -> Any:
    """What cron runs."""
    with run_lock(process.home.path, "sync", process.home.clock()):
        return await _with_parts(process, lambda parts: _pass(process, parts, **options), settings)


async def sync_as_set(process: Process) -> Any:
    """The same, with the settings as they are in the file."""
    settings = load({"CONTAAZUL_SYNC_HOME": str(process.home.path)})
    prepare_home(settings.home)
    return await sync(process, settings)


async def _pass(process: Process, parts: Parts, **options: Any) -> Any:
    home, begun = process.home, process.world.clock()
    one = Pass(parts, **options)
    try:
        return await one.run("sync")
    finally:
        has_read = one.seen.read_at and not one.seen.no_orders and one.seen.hidden[Kind.SALE].are_none
        if has_read and not process.dead:
            watch.orders_read(home, parts.state, begun)
        if one.seen.read_at and not one.seen.trouble and not process.dead:
            watch.products_read(home, parts.state, begun)


async def sync_since(process: Process) -> Any:
    """`sync --since`, of a day before the first."""
    home = process.home
    settings = _with(home, {"orders.since": OLDER})
    back_to = beginning(OLDER)
    orders = {
        order["order_id"] for order in home.shop.orders if is_old(order) and order["paid_at"] > f"{OLDER}"
    }
    shown = home.order_files.told.keys() if home.order_files else orders

    async def work(parts: Parts) -> Any:
        report = await _pass(process, parts, back_to=back_to)
        watch.asked_orders_told(home, parts.state, orders & shown)
        return report

    with run_lock(home.path, "sync", home.clock()):
        home.asked_for |= orders
        return await _with_parts(process, work, settings)


async def send_now(process: Process, skus: Sequence[str]) -> Any:
    """`send-products --now`."""
    home = process.home
    with run_lock(home.path, "send-products", home.clock()):

        async def work(parts: Parts) -> Any:
            await walk_products(parts.state, parts.shop, full=False, look=False)
            keys = [product.key for product in parts.state.products.unsent() if product.sku in skus]
            parts.state.queue.add(keys, home.clock())
            return await Pass(parts, only=set(keys)).run("send-products") if keys else None

        return await _with_parts(process, work)


async def link(process: Process, sku: str, erp_id: str) -> None:
    """`link`."""
    home = process.home
    with run_lock(home.path, "link", home.clock()):

        async def work(parts: Parts) -> None:
            product = choose.only_product(parts.state, sku)
            twin = await parts.erp.product(ErpId(erp_id))
            parts.state.links.by_hand(product, twin.id, home.clock())

        await _with_parts(process, work)


def _with(home: "Home", changes: dict[str, Any]) -> Any:
    return replace(home.settings, values=dict(home.settings.values) | changes)


async def make_anew(process: Process) -> Any:
    """`rebuild --shop-id`, of its own name."""
    home = process.home
    with run_lock(home.path, "rebuild", home.clock()):
        home.forget(home.world.clock() - timedelta(seconds=home.world.erp.switches.search_lag))
        set_aside(home.settings.state_file)
        return await _with_parts(process, lambda parts: _rebuild(process, parts))


async def _rebuild(process: Process, parts: Parts) -> Any:
    begun = process.world.clock()
    found = await rebuild(
        parts,
        (process.home.shop_id,),
        tell=lambda told: process.home.other_prices.update(told.other_prices),
    )
    watch.rebuild_ended(process.home, parts.state, begun)
    return found


async def sign_in(process: Process) -> None:
    """`auth`, with a browser that confirms at once."""
    home = process.home
    code = home.world.erp.sessions.open_code(Erp.redirect_uri, 180)
    await prove(home.settings, home.vault(), code, home.clock)


# What a person says takes no time.


def kept(home: "Home") -> State:
    """The state, for a moment in which nobody else can come between."""
    return State.open(home.settings.state_file)


def ignore(home: "Home", order_id: str) -> str:
    """`ignore`. When the order was touched last, as far as the state knows."""
    with closing(kept(home)) as state:
        rules = home.settings.rules(SINCE, None)
        seen = choose.as_seen(state, rules, Kind.SALE, order_id)
        state.items.ignore(Kind.SALE, order_id, seen, home.clock())
        note = state.orders.get(order_id)
    return written(note.updated_at) if note else ""


def is_sold(home: "Home", order_id: str) -> bool:
    """Whether the state has an order's sale."""
    if not home.settings.state_file.exists():
        return False
    with closing(kept(home)) as state:
        return bool(state.sales.of([OrderId(order_id)]))


def unignore(home: "Home", order_id: str) -> None:
    """`unignore`."""
    with closing(kept(home)) as state:
        state.items.unignore(Kind.SALE, order_id)


def retry(home: "Home", *groups: Group) -> int:
    """`retry --all`, or `retry` of all in some groups; how many items."""
    with closing(kept(home)) as state:
        failures = state.items.failures()
        found = [at for at, failure in failures.items() if failure.group in (groups or Group)]
        for kind, key in found:
            state.items.retry(kind, key)
        return len(found)


def send_products(home: "Home", skus: list[str]) -> None:
    """`send-products`, of those that the state knows."""
    with closing(kept(home)) as state:
        keys = state.products.keys_of_skus(skus)
        state.queue.add(list(keys.values()), home.clock())
        home.chosen |= keys.keys()


def take_back(home: "Home", dice: random.Random) -> str:
    """`send-products --undo`, of one that waits and is not on its way; its SKU, or nothing."""
    with closing(kept(home)) as state:
        queue = [key for key in state.queue.all() if state.intents.get(Kind.PRODUCT, key) is None]
        if not queue:
            return ""
        (product,) = choose.waiting(state, [f"id:{dice.choice(queue)}"], everything=False)
        state.queue.take_back([product.key])
        home.chosen.discard(product.sku)
        return product.sku


def payouts(home: "Home", since: datetime) -> int:
    """`payouts --yes`, of the gateway's statement of the days since then; how many payments are planned."""
    file = home.path.parent / f"{home.name}-report.csv"
    file.write_bytes(Gateway(home.shop).report(since))
    found = read(file, mapping(home.settings))
    with closing(kept(home)) as state:
        Judge(state, home.settings.rules(SINCE), "mercado_pago").judge(found)
        take(state, found, home.clock())
    return len(found.taken)


def moved(home: "Home") -> dict[str, int]:
    """The prices that are due and were not sent, by the ERP's id; none where they are too few to be held."""
    told = {str(row["id"]): row for row in home.shop.products}
    rules, found = home.settings.rules(SINCE, None), dict[ShopKey, tuple[str, int]]()
    with closing(kept(home)) as state:
        linked = [link for product, link in state.pairs.linked() if not (product.gone or link.missing)]
    for link in linked:
        row = told.get(link.key)
        price = int(row["price"] * 100) if row and not row["special_price"] else None
        if price and link.base not in (None, price):
            found[link.key] = link.erp_id, adjusted(price, rules.percent)
    return dict(found.values()) if is_mass(found, len(linked)) and len(found) > MASS else {}


def copy(home: "Home") -> None:
    """`backup`."""
    path = home.path.parent / f"{home.name}-copy-{len(home.copies)}"
    with closing(kept(home)) as state:
        state.backup(path)
    home.copies.append(Copy(path, home.world.clock()))


def put_back(home: "Home", copy: int, *, elsewhere: bool) -> None:
    """A copy takes the state's place; on another machine nobody knows the home's last run."""
    path = home.settings.state_file
    if elsewhere:
        path.with_name(witness.NAME).unlink(missing_ok=True)
    for old in path.parent.glob(path.name + "*"):
        old.unlink()
    shutil.copy(home.copies[copy].path, path)
    path.chmod(0o600)
