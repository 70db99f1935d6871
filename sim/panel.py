"""The panel of a shop that a home reads from files: what its merchant saves from it, and when that arrives.

A file lies in the inbox from one moment to the next, or is written there in two goes, as a slow browser does.
"""

import os
import shutil
from collections.abc import Callable, Mapping
from copy import copy
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from contaazul_sync.home.settings import SETTINGS, Settings
from contaazul_sync.operate import importing
from contaazul_sync.sandbox.sheets.book import units
from contaazul_sync.sandbox.sheets.dialect import Dialect
from contaazul_sync.sandbox.sheets.export import save
from contaazul_sync.sandbox.sheets.exporter import EXPORTER
from contaazul_sync.sandbox.sheets.panel import PANEL
from contaazul_sync.sandbox.sheets.plain import PLAIN
from contaazul_sync.sandbox.shop.catalogue import fill
from contaazul_sync.sandbox.shop.state import Shop, written
from contaazul_sync.tables import toml

if TYPE_CHECKING:
    from sim.world import World

OWN = "mapping.toml"
DIALECTS: Mapping[str, Dialect] = {"plain": PLAIN, "woocommerce": EXPORTER, OWN: PANEL}  # by their mapping
UNDATED = EXPORTER  # it has no column that says when an order changed
PRODUCTS = ("produtos", "products")
ITEMS = "itens"
MINUTE = len("2026-11-25 14:30")  # the letters of a time that every panel writes


class Told(NamedTuple):
    """What a file says of an order: when it was touched last, and since when the file lies there."""

    updated: str
    since: datetime


class Priced(NamedTuple):
    """What a file says that a product costs: when it was saved, and since when the file lies there."""

    price: Decimal
    saved: datetime
    since: datetime


class Panel:
    """The panel of one home's shop.

    `told`: what files that lie there whole say of orders, by their id; `priced`: what the newest of them says
    of products, by their SKU.
    """

    def __init__(self, world: "World", shop: Shop, settings: Settings) -> None:
        self.world, self.shop, self.inbox = world, shop, settings.home / "inbox"
        self.told: dict[str, Told] = {}
        self.priced: dict[str, Priced] = {}
        self.kinds = settings.from_files
        self.dialect = DIALECTS[settings.text("shop.files.mapping")]
        self._saved = 0
        if self.dialect is PANEL:
            _write(settings.home / OWN, mapping(), world.clock() - timedelta(days=2))

    @property
    def has_orders(self) -> bool:
        """Whether orders are in its files, and not products alone."""
        return "orders" in self.kinds

    @property
    def is_dated(self) -> bool:
        """Whether its files say when an order changed: without that, what was imported last is believed."""
        return self.dialect is not UNDATED

    def bring(
        self, days: int | None = None, after: float = 0, items_after: float = 0, stalls: float = 0
    ) -> None:
        """Save the orders of the last days, or all, and the products, and have them in the inbox.

        `after`: seconds until the files are there, `items_after`: those of the items, where these are apart.
        `stalls`: how long each is written half.
        """
        now, shop = self.world.clock(), copy(self.shop)
        since = written(now - timedelta(days=days)) if days else ""
        shop.orders = [dict(order) for order in self.shop.orders if order["created"] >= since]
        self._saved += 1
        items_after = max(after, items_after)
        for name, content in self.dialect.files(shop).items():
            if ("catalogue" if name in PRODUCTS else "orders") in self.kinds:
                path = self.inbox / f"{name}-{self._saved}{self.dialect.suffix}"
                wait = items_after if name == ITEMS else after
                self._later(wait, partial(self._lay, path, content, now, stalls))
        said = {order["order_id"]: order["updated"] for order in shop.orders if self.has_orders}
        whole_after = (items_after if self.dialect is PANEL else after) + stalls
        self._later(whole_after, partial(self._say, said))
        if "catalogue" in self.kinds:
            prices = {unit["sku"]: Decimal(unit["price"]) for unit in units(shop)}
            saved = now + timedelta(seconds=after + stalls) if stalls else now
            self._later(after + stalls, partial(self._say_prices, prices, saved))

    def lose(self) -> None:
        """The home goes to another machine, and its files do not."""
        shutil.rmtree(self.inbox, ignore_errors=True)
        self.told.clear()
        self.priced.clear()

    def _later(self, seconds: float, deed: Callable[[], None]) -> None:
        if seconds:
            self.world.loop.call_later(seconds, deed)
        else:
            deed()

    def _say(self, said: Mapping[str, str]) -> None:
        for order, updated in said.items():
            newest = max(updated, self.told[order].updated) if order in self.told else updated
            self.told[order] = Told(newest, self.world.clock())

    def _say_prices(self, prices: Mapping[str, Decimal], saved: datetime) -> None:
        for sku, price in prices.items():
            if sku not in self.priced or self.priced[sku].saved <= saved:
                self.priced[sku] = Priced(price, saved, self.world.clock())

    def _lay(self, path: Path, content: bytes, saved: datetime, stalls: float) -> None:
        self.inbox.mkdir(mode=0o700, exist_ok=True)
        if not stalls:
            _write(path, content, saved)
            return
        file = path.open("wb")  # the writer goes on in it, wherever it is moved to meanwhile
        file.write(content[: len(content) // 2])
        file.flush()
        _date(file.fileno(), saved)

        def end() -> None:
            file.write(content[len(content) // 2 :])
            file.flush()
            _date(file.fileno(), self.world.clock())
            file.close()

        self.world.loop.call_later(stalls, end)


def _write(path: Path, content: bytes, at: datetime) -> None:
    path.write_bytes(content)
    _date(path, at)


def _date(file: Path | int, at: datetime) -> None:
    """Let a file be of the time of the world."""
    moment = int(at.timestamp() * 1e9)
    os.utime(file, ns=(moment, moment))


@cache
def mapping() -> bytes:
    """What `import --check --write` makes of the panel's files."""
    with TemporaryDirectory() as name:
        settings = Settings(Path(name), {key: default for key, (_, default) in SETTINGS.items()})
        shop = Shop(lambda: datetime(2026, 11, 24, tzinfo=UTC))
        fill(shop)
        files = save(shop, PANEL, settings.home).values()
        found = importing.together([importing.look_at(settings, file) for file in files])
    return toml.written(found).encode()
