"""The steps of the story, in order: what happens at the shop, and what the shopkeeper then does."""

from __future__ import annotations

import textwrap
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from contaazul_sync.core.words import _
from contaazul_sync.sandbox.common.wire import cents, plain
from contaazul_sync.sandbox.sheets.cells import reais
from contaazul_sync.sandbox.shop.state import written
from contaazul_sync.sandbox.story.claims import SHOP
from contaazul_sync.sandbox.story.proof import Proof
from contaazul_sync.sandbox.story.shops import FORGOTTEN, GONE, PERCENT, PIX
from contaazul_sync.state.file import State

if TYPE_CHECKING:
    from pathlib import Path

    from contaazul_sync.sandbox.story.claims import Claims
    from contaazul_sync.sandbox.story.program import Program
    from contaazul_sync.sandbox.story.shops import ShopOfStory

PERCENT_TWIN = "CONTAAZUL_SYNC_PRICES__ADJUSTMENT_PERCENT"
CONFIG = """\
[erp]
client_id = "{box.client_id}"
redirect_uri = "{box.redirect_uri}"
authorize_url = "{box.authorize_url}"
token_url = "{box.token_url}"
api_url = "{box.erp_url}"
search_grace_seconds = 1

[shop]
{shop}id = "{name}"

[orders]
since = {since}

[credentials]
backend = "file"
"""


class Story:
    """The chapters. `home` is the program's, and belongs to this story alone."""

    def __init__(self, claims: Claims, program: Program, home: Path, shop: ShopOfStory) -> None:
        self.claims, self.home, self.shop = claims, home, shop
        self.box, self.screen = claims.box, program.screen
        # Short words, for what follows is prose.
        self.claim, self.run = claims.claim, program.run
        self.say, self.step = program.screen.say, program.screen.step

    def tell(self) -> int:
        """Everything; returns 0, or 1 when a claim was wrong."""
        self.begin()
        self.first_sync()
        self.a_day_at_the_shop()
        self.a_payment_arrives()
        self.what_goes_wrong()
        self.percentage()
        self.end()
        return Proof(self.claims, self.shop, self.price_of_gone).tell(self.screen)

    def begin(self) -> None:
        """Say what this is, and sign in."""
        self.say(
            _(
                "This demo shows this program at work, against two small servers on this machine. The ERP"
                " follows the contract that Conta Azul publishes. {shop} The people and the products are"
                " invented. Nothing outside this machine is touched, and nothing is left of it at the end."
            ).format(shop=self.shop.about)
        )
        settings = CONFIG.format(box=self.box, shop=self.shop.settings, name=SHOP, since=self.claims.since)
        (self.home / "config.toml").write_text(settings, encoding="utf-8")
        # An order by boleto, made six days ago, that nobody has paid yet.
        made = written(self.box.shop.clock() - timedelta(days=6))
        boleto: dict[str, Any] = {"payment_method": "boleto", "created": made, "updated": made}
        self.boleto = self.box.shop.order([("CAM-LIS-G", 1)], "pending", shipping="17.30", **boleto)
        self.step(_("You sign in once. Here the demo plays your browser and confirms."))
        self.run("auth", "--no-browser", browser=True)
        self.step(_("Signing in sends nothing. The status screen asks nobody; it reads a file."))
        self.run("status")

    def first_sync(self) -> None:
        """Choose products, look at the plan, send."""
        self.step(_("A product goes to the ERP only when you choose it. You choose ten of the shop's."))
        self.run("send-products", *self.shop.chosen)
        self.step(_("A dry run shows what the next sync would do. It sends nothing."))
        self.run("sync", "--dry-run", most=24)
        self.step(
            _(
                "Now the real one, as cron runs it twice an hour. Orders paid since {day} become sales."
                " From cron it prints nothing when all is well."
            ).format(day=f"{self.claims.since:%d/%m/%Y}")
        )
        self.run("sync", expect=6)
        self.step(
            _(
                "Exit code 6 says that the pass is done and something needs a look. One paid order has a"
                " product that you did not choose. It waits, and status says so."
            )
        )
        self.run("status")

    def a_day_at_the_shop(self) -> None:
        """Something is sold, a price and a stock change."""
        shop = self.box.shop
        self.step(_("You choose the missing product, too."))
        self.run("send-products", FORGOTTEN)
        order = shop.order([("CAM-AZ-M", 2)], shipping="15.00")
        shop.change("CADERNO-A5", price="45.00")
        shop.change("CAM-LIS-G", stock=12 - self.claims.set_aside("CAM-LIS-G"))
        self.step(
            _(
                "Meanwhile in the shop: order {order} is paid (2 x CAM-AZ-M), CADERNO-A5 goes from 42.00 to"
                " 45.00, and CAM-LIS-G is counted: 12, not 7."
            ).format(order=order)
        )
        self.run("sync")
        self.say(_("The ERP's side now:"))
        self.show_sale(order)
        self.show_product("CADERNO-A5")
        self.show_product("CAM-AZ-M")
        self.show_product("CAM-LIS-G")
        self.claim(self.claims.price("CADERNO-A5") == cents("45.00"), "the new price of CADERNO-A5 arrived")
        if self.shop.cached:
            self.step(
                _(
                    "This shop's pages may be an hour old. So a stock that differs is believed when it has"
                    " differed for an hour. An hour later:"
                )
            )
            self.an_hour_later("CAM-LIS-G", should_be=12, is_now=7)
            self.run("sync")
        self.step(
            _(
                "The ERP's public API does not let the stock of a product be changed. The program tried,"
                " read it back, and lists the difference for you."
            )
        )
        self.run("status")
        self.claim(self.claims.balance("CAM-LIS-G") == 7, "the ERP ignores a stock that is written")
        self.box.erp.set_stock("CAM-LIS-G", 12)
        self.say(_("You type the 12 into the ERP's own screen. The next sync sees that it is right."))

    def a_payment_arrives(self) -> None:
        """Say when the money of a way of paying comes; a sale of that day is received, less the fee."""
        settings = self.home / "config.toml"
        settings.write_text(settings.read_text(encoding="utf-8") + PIX, encoding="utf-8")
        order = self.box.shop.order([("TOALHA-BANHO", 1)], shipping="12.60")
        self.step(
            _(
                "A Pix is in your account the moment it is paid, less what the gateway keeps. You say so in"
                " config.toml: from this day on the sales that are paid so are received."
                " Order {order} is paid."
            ).format(order=order)
        )
        self.screen.write(textwrap.indent(PIX, "  "))
        self.run("sync")
        self.show_sale(order)
        self.show_received(order)
        self.step(_("What is to come of an order, and what came of it:"))
        self.run("show", str(order))

    def what_goes_wrong(self) -> None:
        """A late payment, a deleted product, an order without CPF, and an answer that is lost."""
        shop = self.box.shop
        shop.pay(self.boleto)
        shop.delete(GONE)
        self.held = shop.order([("CADERNO-A6", 1)], payer_cpf="", shipping="9.00")
        self.a_day_later()
        self.step(
            _(
                "The next day: the boleto of order {paid}, made six days ago, is paid. Order {held} has no"
                " CPF. {gone} is deleted in the shop; it stays in the ERP."
            ).format(paid=self.boleto, held=self.held, gone=GONE)
        )
        self.run("sync", expect=6)
        self.show_sale(self.boleto)
        self.show_product(GONE)
        self.lost = shop.order([("TOALHA-BANHO", 1)], shipping="22.40")
        self.box.erp.faults.add("drop_after", "POST", "/v1/venda")
        self.step(
            _(
                "Order {order} is paid, and the line breaks just after the ERP took the sale: the answer is"
                " lost. Sending it again could make a second sale. So it is in doubt."
            ).format(order=self.lost)
        )
        self.run("sync", expect=6)
        self.run("status")
        self.claim(self.box.erp.faults.pending == 0, "the answer to a sale was lost")
        self.step(_("The next sync looks in the ERP first, by the number it wrote down. It finds the sale."))
        self.run("sync", expect=6)
        self.show_sale(self.lost)

    def percentage(self) -> None:
        """All prices, raised."""
        self.a_day_later()
        self.step(
            _(
                "A day later the shop still does not list {gone}: now it counts as deleted, and its price is"
                " no longer sent."
            ).format(gone=GONE)
        )
        self.run("sync", expect=6)
        self.price_of_gone = self.claims.price(GONE)
        twin = {PERCENT_TWIN: str(PERCENT)}
        self.step(
            _(
                "You want the ERP's prices {percent} % above the shop's. Each setting has a twin in the"
                " environment; here it is used for a look first, then for real."
            ).format(percent=PERCENT)
        )
        self.run("sync", "--dry-run", most=9, twins=twin)
        self.run("sync", expect=6, twins=twin)
        self.show_product("CADERNO-A5")

    def end(self) -> None:
        """The status at the end, for people and for programs, and the way out."""
        self.step(_("The status at the end: one order is held, and status says why and what to do."))
        self.run("status")
        self.step(_("The same for programs."))
        self.run("status", "--json", most=22)
        self.step(_("You can remove the integration. What is in the ERP and in the shop stays as it is."))
        self.run("auth", "--remove")

    def a_day_later(self) -> None:
        """Let the state believe that its last walk through the whole shop was yesterday."""
        state = State.open(self.home / "state.db")
        try:
            state.notes.set_time("full_walk", self.box.shop.clock() - timedelta(days=1))
        finally:
            state.close()

    def an_hour_later(self, sku: str, should_be: int, is_now: int) -> None:
        """Let the state believe that it saw a difference of stock an hour ago."""
        state = State.open(self.home / "state.db")
        try:
            seen = self.box.shop.clock() - timedelta(hours=1)
            key = state.products.keys_of_skus([sku])[sku]
            state.drifts.suspect(key, Decimal(should_be), Decimal(is_now), seen)
        finally:
            state.close()

    def show_sale(self, order: int) -> None:
        """The one sale of an order."""
        found = self.claims.sales_of(order)
        self.claim(len(found) == 1, f"order {order} is one sale")
        for sale in found:
            told = _("ERP: sale {number} of order {order}: total {total}, {status}").format(
                number=sale.numero, order=order, total=reais(sale.totals.net), status=sale.situacao
            )
            self.screen.write(f"  {told}\n")

    def show_received(self, order: int) -> None:
        """What was received of an order's sale: its total, and once."""
        (sale,) = self.claims.sales_of(order)
        with self.box.erp.lock:
            ledger = self.box.erp.ledger
            found = [each for part in ledger.of_event(sale.event_id) for each in ledger.settled(part)]
        whole = [each.money.gross for each in found] == [sale.totals.net]
        self.claim(whole, f"all of order {order} was received, once")
        for each in found:
            told = _("ERP: received {total} of sale {number}, fee {fee}").format(
                total=reais(each.money.gross), number=sale.numero, fee=reais(each.money.fee)
            )
            self.screen.write(f"  {told}\n")

    def show_product(self, sku: str) -> None:
        """A product as the ERP has it."""
        told = _("ERP: product {sku}: price {price}, balance {balance}").format(
            sku=sku, price=reais(self.claims.price(sku)), balance=plain(self.claims.balance(sku))
        )
        self.screen.write(f"  {told}\n")
