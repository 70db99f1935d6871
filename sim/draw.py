"""What a world is like, and what happens in it: drawn from a seed, and kept as plain values."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from contaazul_sync.sandbox.erp.switches import ErpSwitches
from contaazul_sync.sandbox.shop.switches import ShopSwitches
from sim.panel import DIALECTS
from sim.switches import SELDOM, drawn

DAY = 86400.0
DAYS = 30
SINCE = date(2026, 11, 1)  # the first day from which orders are sent
OLDER = date(2026, 10, 1)  # and by `sync --since`

WOOCOMMERCE = {"shop.kind": "woocommerce", "shop.api_url": "", "shop.catalogue": ""}
OF_FILES = 0.2  # of the homes whose shop is not WooCommerce
FILES: Sequence[dict[str, Any]] = (  # what of a shop is read from files
    {"shop.orders": "files"},
    {"shop.orders": "files", "shop.catalogue": "files"},
    {"shop.catalogue": "files"},
)
SELDOM_SET: Mapping[str, Sequence[Any]] = {
    "prices.source": ["regular"],
    "orders.sale_status": ["EM_ANDAMENTO"],
    "orders.rounding": ["absorb"],
    "orders.update_customers": ["shop", "never"],
    "erp.requests_per_second": [Decimal(4)],
}

Follows = Sequence[tuple[Sequence[float], str]]  # seconds after it, of which one is drawn, and an event


class Event(NamedTuple):
    """Something happens, so many seconds after the beginning. `dice` decides all that is left to chance."""

    at: float
    name: str
    dice: int


@dataclass(frozen=True)
class Nature:
    """What a world is like: the switches of its servers, the settings of its homes.

    `settles`: what has come is received in the ERP.
    """

    seed: int
    erp: Mapping[str, Any]
    shop: Mapping[str, Any]
    homes: tuple[dict[str, Any], ...]
    settles: bool = False


@dataclass(frozen=True)
class History:
    """A world, and what happens in it."""

    nature: Nature
    events: tuple[Event, ...]


def nature(seed: int) -> Nature:
    """A world of this seed."""
    dice = random.Random(f"nature {seed}")
    lag = dice.choice([0, 30, 600, 3000, 3400, 5400])
    erp = {
        "search_lag": lag,
        "person_index_delay": dice.choice([0, 0, 2, 4]),
        "product_lag": dice.choice([0, 0, 60, 1800]),
        # Beyond the grace nothing but the ERP's own guard keeps a sale from being made twice.
        "duplicate_number": "refuse" if lag > 3600 else dice.choice(["refuse", "accept"]),
        "duplicate_sku": dice.choice(["refuse", "accept"]),
        "reserve_delay": dice.choice([0, 0, 5, 600]),
        "next_number": dice.choice(["hint", "hint", "null"]),
        "swapped_notes": dice.random() < 0.2,
        "retry_after": dice.random() < 0.5,
        "saldo_in_list": dice.choice(["available", "total"]),
        "error_envelope": dice.choice(["error", "message"]),
        "empty_items": dice.choice(["null", "list"]),
        "told_total": dice.choice(["right", "right", "low", "high"]),
        "stock_patch": dice.choice(["ignore", "ignore", "take", "refuse"]),
    }
    shop = {
        "updated_since": dice.choice(["honoured", "honoured", "ignored"]),
        "page_cap": dice.choice([None, None, 5]),
        "listed_orders": dice.choice(["whole", "without_buyer"]),
    }
    two = dice.random() < 0.15
    homes = tuple(_home(dice) for _ in range(2 if two else 1))
    kinds = random.Random(f"kind {seed}")
    homes = tuple(home | _kind(kinds) for home in homes)
    files = random.Random(f"files {seed}")
    homes = tuple(home | _files(files, home) for home in homes)
    money = random.Random(f"money {seed}")
    erp |= {
        "parts_lag": money.choice([0, 0, 3, 3000]),
        "cancel_settled": money.choice(["refuse", "accept"]),
        "future_settlement": money.choice(["refuse", "accept"]),
    }
    more = random.Random(f"more {seed}")
    erp, shop = drawn(ErpSwitches, more) | erp, drawn(ShopSwitches, more) | shop
    whole = "page_size" in shop or any(home["shop.catalogue"] == "storefront" for home in homes)
    if whole:  # who gives whole pages only, has to bear them
        shop.pop("heaviest_page", None)
    return Nature(seed, erp, shop, homes, settles=money.random() < 0.6)


def _home(dice: random.Random) -> dict[str, Any]:
    return {
        "prices.adjustment_percent": Decimal(dice.choice(["0", "0", "10", "-7.5"])),
        "orders.on_cancel": dice.choice(["report", "report", "cancel"]),
        "orders.paid_differs": dice.choice(["hold", "split"]),
        "shop.catalogue": dice.choice(["api", "api", "storefront"]),
    }


def _kind(dice: random.Random) -> dict[str, Any]:
    """Another kind of shop, and what few merchants set."""
    found: dict[str, Any] = {
        name: dice.choice(others) for name, others in SELDOM_SET.items() if dice.random() < SELDOM
    }
    if dice.random() < 0.25:
        return found | WOOCOMMERCE
    return found | ({"stock.shop_takes_stock_at": "order"} if dice.random() < 0.2 else {})


def _files(dice: random.Random, home: dict[str, Any]) -> dict[str, Any]:
    """A shop that its merchant exports files from."""
    if home.get("shop.kind") == "woocommerce" or dice.random() >= OF_FILES:
        return {}
    return dice.choice(FILES) | {"shop.files.mapping": dice.choice([*DIALECTS])}


def history(seed: int, names: Mapping[str, int], follows: Mapping[str, Follows]) -> History:
    """A history of this seed.

    `names`: the events that there are, and how often each is drawn. `follows`: what comes after some of them,
    since by chance alone it would hardly ever come in time.
    """
    dice = random.Random(f"history {seed}")
    chosen = dice.choices(list(names), list(names.values()), k=dice.randint(30, 60))
    events = [Event(0.0, "sync", 0), Event(600.0, "choose_all", 0), Event(660.0, "sync", 0)]
    for name in chosen:
        at = round(dice.uniform(3600, DAYS * DAY), 1)
        events.append(Event(at, name, dice.getrandbits(32)))
        if name in follows:
            after = [(dice.choice(pauses), what) for pauses, what in follows[name]]
            events += [Event(at + pause, what, dice.getrandbits(32)) for pause, what in after]
        else:
            events += _syncs(dice, at)
    world = nature(seed)
    if any("shop.files.mapping" in home for home in world.homes):
        events += _exports(random.Random(f"exports {seed}"))
    busy = {int(event.at // DAY) for event in events}
    quiet = set(range(DAYS)) - busy
    events += [Event(day * DAY + 40000, "sync", dice.getrandbits(32)) for day in quiet]
    return History(world, tuple(sorted(events)))


def _exports(dice: random.Random) -> Iterator[Event]:
    """Of most days a merchant exports what there is, and often lets a pass read it."""
    for day in range(DAYS):
        if dice.random() < 0.8:
            at = round((day + dice.random()) * DAY, 1)
            yield Event(at, "exported", dice.getrandbits(32))
            if dice.random() < 0.7:
                yield Event(at + dice.choice([1, 2, 60, 600]), "sync", dice.getrandbits(32))


def _syncs(dice: random.Random, at: float) -> Iterator[Event]:
    """Passes around an event."""
    if dice.random() < 0.55:
        around = dice.choice([-1.5, 1.0, 60.0, 600.0])
        yield Event(max(at + around, 0), "sync", dice.getrandbits(32))
    if dice.random() < 0.2:
        yield Event(at + dice.choice([1800, 1860, 3700]), "sync", dice.getrandbits(32))


def is_old(order: Mapping[str, Any]) -> bool:
    """Whether an order was paid before the first day from which orders are sent."""
    return bool(order["paid_at"]) and str(order["paid_at"]) < f"{SINCE}"
