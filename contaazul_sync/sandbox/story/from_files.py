"""The story of a shop without an API: products from its public pages, orders from what its panel exports."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from contaazul_sync.core.words import _
from contaazul_sync.sandbox.sheets.cells import reais
from contaazul_sync.sandbox.sheets.export import save
from contaazul_sync.sandbox.sheets.panel import PANEL
from contaazul_sync.sandbox.story.chapters import Story
from contaazul_sync.sandbox.story.shops import FORGOTTEN

if TYPE_CHECKING:
    from pathlib import Path

    from contaazul_sync.sandbox.story.claims import Claims
    from contaazul_sync.sandbox.story.program import Program
    from contaazul_sync.sandbox.story.shops import ShopOfStory


class StoryOfFiles(Story):
    """The chapters. The shopkeeper's own folder, where the browser saves, lies in the home here."""

    def __init__(self, claims: Claims, program: Program, home: Path, shop: ShopOfStory) -> None:
        super().__init__(claims, program, home, shop)
        self.saved = home / "downloads"
        self.saved.mkdir()
        program.folder = self.saved

    def tell(self) -> int:
        """Everything; returns 0, or 1 when a claim was wrong."""
        self.begin()
        self.step(_("Products go to the ERP when you choose them. They are read from the shop's pages."))
        self.run("send-products", *self.shop.chosen, FORGOTTEN)
        self.first_export()
        self.second_export()
        return self.prove()

    def first_export(self) -> None:
        """Make the mapping, and let the orders become sales."""
        first = self.export("1")
        self.step(
            _(
                "The panel exports the orders: one file with them, one with their items. You let the program"
                " look at both. It finds out what is what, and keeps the mapping."
            )
        )
        self.run("import", "--check", "--write", *first, most=72)
        self.step(_("The mapping is right. You import the files; yours stay where they are."))
        self.run("import", *first)
        self.step(
            _("The next sync reads them. Orders paid since {day} become sales.").format(
                day=f"{self.claims.since:%d/%m/%Y}"
            )
        )
        self.run("sync")
        self.run("status")
        for order in self.due():
            self.show_sale(order["order_id"])

    def second_export(self) -> None:
        """A later export overlaps the first: what is sold stays one sale, and what ended is told."""
        shop = self.box.shop
        self.cancelled = self.due()[-1]["order_id"]
        shop.cancel(self.cancelled)
        shop.pay(self.boleto)
        new = shop.order([("CAM-AZ-M", 2)], shipping="15.00")
        self.step(
            _(
                "The next day: order {new} is paid (2 x CAM-AZ-M), so is the boleto of order {paid}, and"
                " order {cancelled}, which is a sale already, is cancelled. You export all orders of the"
                " month again: most of them for the second time."
            ).format(new=new, paid=self.boleto, cancelled=self.cancelled)
        )
        self.run("import", *self.export("2"))
        self.run("sync", expect=6)
        for order in (new, self.boleto):
            self.show_sale(order)
        self.step(_("No sale is changed or made twice. The cancelled order is put before you."))
        self.run("status")

    def export(self, stamp: str) -> tuple[str, ...]:
        """Let the panel save its orders and their items; returns the names of the two files."""
        files = save(self.box.shop, PANEL, self.saved, f"-{stamp}")
        return files["pedidos"].name, files["itens"].name

    def due(self) -> list[dict[str, Any]]:
        """The orders that are paid, and not too old."""
        return [order for order in self.box.shop.orders if self.claims.due(order)]

    def prove(self) -> int:
        """Hold what was told against both servers; returns 0, or 1 when a claim was wrong."""
        shop, erp, claim = self.box.shop, self.box.erp, self.claims.claim
        sold = [
            order for order in shop.orders if self.claims.due(order) or order["order_id"] == self.cancelled
        ]
        for order in sold:
            number, found = order["order_id"], self.claims.sales_of(order["order_id"])
            claim(len(found) == 1, f"order {number} is one sale (it is {len(found)})")
            for sale in found:
                same = (sale.totals.net, sale.date) == (Decimal(order["total"]), order["paid_at"][:10])
                claim(same, f"the sale of order {number} has its total, and the day of its payment")
        claim(len(erp.sales) == len(sold), "the ERP has no sale that is not an order's")
        sent = sum((seen.method, seen.path) == ("POST", "/v1/venda") for seen in erp.requests)
        claim(sent == len(sold), "no sale was sent twice")
        asked = {seen.path for seen in shop.requests if "apidashboard" in seen.path}
        claim(not asked, "the shop's merchant API was never asked")
        total = reais(sum(sale.totals.net for sale in erp.sales.values()))
        lines = [
            _("{n} paid orders are one sale each: {total}, to the centavo").format(n=len(sold), total=total),
            _("one of them was cancelled later: its sale stays, and you are told"),
            _("the shop's pages were only read ({read} requests), its merchant API never asked").format(
                read=len(shop.requests)
            ),
            _("{n} seconds").format(n=f"{time.monotonic() - self.screen.begun:.0f}"),
        ]
        return self.claims.told(self.screen, lines)
