"""A merchant's job: a sandbox, a home, a clock that moves by hand, and the passes of cron."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from contaazul_sync.core.days import local_day
from contaazul_sync.core.drafts.marks import mark
from contaazul_sync.core.items import Kind
from contaazul_sync.home.credentials import Vault
from contaazul_sync.home.settings import SETTINGS, Settings
from contaazul_sync.operate import wiring
from contaazul_sync.passes.parts import Parts
from contaazul_sync.passes.report import Report
from contaazul_sync.passes.sync import Pass
from contaazul_sync.sandbox.server import Sandbox
from contaazul_sync.state.file import State
from contaazul_sync.views import status as summary
from tests.worlds.clock import Clock
from tests.worlds.signing_in import sign_in

GRACE = 3600


async def no_sleep(seconds: float) -> None:
    await asyncio.sleep(0)


class Job:
    """One home, signed in, and what a merchant and cron do with it.

    `like`: a home that was signed in to another sandbox. To copy it is faster than to sign in again.
    """

    def __init__(self, home: Path, sandbox: Sandbox, clock: Clock, like: Path | None = None) -> None:
        self.sandbox, self.clock = sandbox, clock
        self.erp, self.shop = sandbox.erp, sandbox.shop
        values = {name: default for name, (_, default) in SETTINGS.items()}
        values |= {
            "erp.client_id": sandbox.client_id,
            "erp.redirect_uri": sandbox.redirect_uri,
            "erp.authorize_url": sandbox.authorize_url,
            "erp.token_url": sandbox.token_url,
            "erp.api_url": sandbox.erp_url,
            "erp.requests_per_second": Decimal(5000),  # these tests are not about the pace
            "shop.requests_per_second": Decimal(5000),
            "shop.api_url": sandbox.shop_url,
            "shop.id": "loja",
            "orders.since": date(2026, 11, 1),
            "credentials.backend": "file",
        }
        self.settings = Settings(home, values)
        self.vault = Vault(home, "file", {})
        if like:
            shutil.copytree(like, home)
            pair = sandbox.erp.sessions.issue(3600)
            self.vault.update(access_token=pair["access_token"], refresh_token=pair["refresh_token"])
        else:
            home.mkdir(mode=0o700)
            self.vault.update(client_secret=sandbox.client_secret, shop_token=sandbox.shop_token)
            self.sign_in_again()
        self.state = State.open(self.settings.state_file)

    def sign_in_again(self) -> None:
        asyncio.run(sign_in(self.sandbox, self.settings, self.vault, self.clock))

    def set(self, **values: Any) -> None:
        """Settings, with two underscores for the dot."""
        changed = {name.replace("__", "."): value for name, value in values.items()}
        self.settings = replace(self.settings, values=dict(self.settings.values) | changed)

    def use(self, kind: str, *, orders: bool = True) -> "Job":
        """Ask the shop in another way: "merchant", "storefront" (with or without orders), "woocommerce"."""
        box = self.sandbox
        self.set(shop__kind="woocommerce" if kind == "woocommerce" else "webstore")
        if kind == "woocommerce":
            self.set(shop__url=box.site_url, shop__api_url="")
        elif kind == "storefront":
            self.set(shop__catalogue="storefront", shop__url=box.site_url)
            self.set(shop__storefront_url=box.storefront_url, shop__api_url=box.shop_url if orders else "")
        else:
            self.set(shop__catalogue="api", shop__api_url=box.shop_url)
        token = box.shop_token if orders else ""
        self.vault.update(shop_token=box.woo_keys if kind == "woocommerce" else token)
        return self

    def be_called(self, name: str) -> "Job":
        """Have another name in the marks, from before the first sale."""
        self.set(shop__id=name)
        self.state.notes.set("shop", name)
        return self

    def choose(self, *skus: str) -> None:
        """What `send-products` does, once the shop has been walked through."""
        keys = self.state.products.keys_of_skus(skus)
        assert set(skus) <= keys.keys(), "walk through the shop first: sync()"
        self.state.queue.add([keys[sku] for sku in skus], self.clock())

    def sync(self, *, minutes: float = 30, **options: Any) -> Report:
        """Half an hour later cron runs a pass."""
        self.clock.move(minutes=minutes)
        return self._with_parts(lambda parts: Pass(parts, **options).run("sync"))

    def until_quiet(self, most: int = 6) -> Report:
        """Passes until one has nothing in doubt and nothing left to send; the clock passes the grace."""
        for _ in range(most):
            report = self.sync(minutes=GRACE / 60 + 1)
            if not len(report.plan) and not self.state.intents.all():
                return report
        raise AssertionError(f"not quiet after {most} passes: {self.state.items.failures()}")

    def preview(self, **options: Any) -> Report:
        """A dry run on a copy."""
        live = self.state
        self.state = State.read(self.settings.state_file)
        try:
            return self._with_parts(lambda parts: Pass(parts, **options).preview())
        finally:
            self.state.close()
            self.state = live

    def _with_parts(self, work: Callable[[Parts], Awaitable[Report]]) -> Report:
        async def run() -> Report:
            async with wiring.parts(self.settings, self.state, {}, clock=self.clock, sleep=no_sleep) as parts:
                return await work(parts)

        return asyncio.run(run())

    # Looking

    def status(self) -> dict[str, Any]:
        """What `status --json` says."""
        signed_in = self.vault.read().signed_in
        rules, today = self.settings.rules(date(2026, 11, 1)), local_day(self.clock())
        return dict(summary.as_json(summary.read(self.state, rules, signed_in=signed_in, today=today)))

    def failure(self, name: str) -> dict[str, Any]:
        """The one line about an item."""
        (found,) = [f for f in self.status()["failures"] if f["key"] == name]
        return dict(found)

    def sales_of(self, order_id: object) -> list[Any]:
        """The ERP's sales that carry an order's mark."""
        text = mark(self.settings.shop_id, str(order_id))
        return [s for s in self.erp.sales.values() if text in s.observacoes]

    def erp_skus(self) -> list[str]:
        return sorted(product.sku for product in self.erp.products.values())

    def calls(self, method: str, path: str) -> list[Any]:
        """The requests that the ERP got."""
        return [r for r in self.erp.requests if r.method == method and r.path == path]

    def forget_calls(self) -> None:
        self.erp.requests.clear()
        self.shop.requests.clear()

    def linked(self, *skus: str) -> "Job":
        """Have these products of the shop in the ERP."""
        self.sync()
        self.choose(*skus)
        self.sync()
        for sku in skus:
            assert self.erp.product(sku).sku == sku
        return self

    def failures_of(self, kind: Kind) -> dict[str, str]:
        return {key: f.group.value for (k, key), f in self.state.items.failures().items() if k is kind}
