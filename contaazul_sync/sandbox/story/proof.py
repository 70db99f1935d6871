"""The end of the story: every claim held against the two servers, and the outcome told."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from contaazul_sync.core.words import _
from contaazul_sync.sandbox.common.wire import cents
from contaazul_sync.sandbox.sheets.cells import reais
from contaazul_sync.sandbox.story.shops import FORGOTTEN, GONE, PERCENT

if TYPE_CHECKING:
    from contaazul_sync.sandbox.story.claims import Claims
    from contaazul_sync.sandbox.story.screen import Screen
    from contaazul_sync.sandbox.story.shops import ShopOfStory


class Proof:
    """What must be so when the story has ended; `price_of_gone` is what the deleted product cost then."""

    def __init__(self, claims: Claims, shop: ShopOfStory, price_of_gone: Decimal) -> None:
        self.claims, self.shop, self.price_of_gone = claims, shop, price_of_gone
        self.box, self.claim = claims.box, claims.claim

    def tell(self, screen: Screen) -> int:
        """Hold what was told against both servers; returns 0, or 1 when a claim was wrong."""
        shop, erp = self.box.shop, self.box.erp
        due = [order for order in shop.orders if self.claims.due(order)]
        sold = self.check_orders(due)
        changed = self.check_products(due)
        self.check_requests()
        seconds = time.monotonic() - screen.begun
        left = sum(len(product["variations"]) or 1 for product in shop.products) - changed
        lines = [
            _("{n} products in the ERP, the chosen ones; {left} others stayed in the shop").format(
                n=len(erp.products), left=left
            ),
            _("{n} paid orders: {sold} are one sale each; {held} is held (no CPF)").format(
                n=len(due), sold=sold, held=len(due) - sold
            ),
            _("{n} prices {percent} % above the shop's, to the centavo; {gone}, deleted, as it was").format(
                n=changed, percent=PERCENT, gone=GONE
            ),
            _("every balance is the shop's stock and the units of the order that is held"),
            _(
                "the shop was only read ({read} requests); in the ERP nothing was deleted,\n"
                "  and no invoice was read ({asked} requests)"
            ).format(read=len(shop.requests), asked=len(erp.requests)),
            _("{n} seconds").format(n=f"{seconds:.0f}"),
        ]
        return self.claims.told(screen, lines)

    def check_orders(self, due: list[dict[str, Any]]) -> int:
        """Every paid order with a document is exactly one sale of its total; no other order is any."""
        sold = 0
        for order in self.box.shop.orders:
            number, found = order["order_id"], self.claims.sales_of(order["order_id"])
            wanted = int(order in due and bool(order["payer_cpf"] or order["payer_cnpj"]))
            sold += len(found)
            self.claim(len(found) == wanted, f"order {number} is {wanted} sales (it is {len(found)})")
            for sale in found:
                same = (sale.totals.net, sale.date) == (Decimal(order["total"]), order["paid_at"][:10])
                self.claim(same, f"the sale of order {number} has its total, and the day of its payment")
        self.claim(sold == len(self.box.erp.sales), "the ERP has no sale that is not an order's")
        return sold

    def check_products(self, due: list[dict[str, Any]]) -> int:
        """Only what was chosen is in the ERP, at the shop's price and percentage, with the right balance."""
        listed = {product.sku for product in self.box.erp.products.values()}
        chosen = self.shop.sent | {FORGOTTEN}
        self.claim(listed == chosen, "the chosen products, and no others, are in the ERP")
        self.claim(self.claims.price(GONE) == self.price_of_gone, f"the price of {GONE} stayed as it was")
        for sku in sorted(listed - {GONE}):
            unit = self.box.shop.unit(sku)
            price = cents((unit["special_price"] or unit["price"]) * (100 + PERCENT) / 100)
            self.claim(self.claims.price(sku) == price, f"{sku} costs {reais(price)} in the ERP")
            waiting = sum(
                item["quantity"]
                for order in due
                if not self.claims.sales_of(order["order_id"])
                for item in order["items"]
                if item["sku"] == sku
            )
            should = unit["quantity"] + waiting + self.claims.set_aside(sku)
            self.claim(self.claims.balance(sku) == should, f"the ERP's balance of {sku} is {should}")
        return len(listed) - 1

    def check_requests(self) -> None:
        """The shop is only read; the ERP is never asked to delete, or for an invoice."""
        writes = [seen for seen in self.box.shop.requests if seen.method != "GET"]
        self.claim(not writes, "nothing was written to the shop")
        sent = sum((seen.method, seen.path) == ("POST", "/v1/venda") for seen in self.box.erp.requests)
        self.claim(sent == len(self.box.erp.sales), "no sale was sent twice")
        for seen in self.box.erp.requests:
            what = f"{seen.method} {seen.path}"
            self.claim(seen.method != "DELETE" or seen.path.startswith("/oauth/"), f"no {what}")
            self.claim("nota" not in seen.path and "exclu" not in seen.path, f"no {what}")
            self.claim(seen.method != "PUT", f"no {what}")
