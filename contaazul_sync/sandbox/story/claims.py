"""What the story claims of both servers, looked up there, and which claims were wrong."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from contaazul_sync.core.words import _
from contaazul_sync.sandbox.common.wire import SAO_PAULO
from contaazul_sync.sandbox.shop.state import PAID

if TYPE_CHECKING:
    from decimal import Decimal

    from contaazul_sync.sandbox.erp.records.sales import Sale
    from contaazul_sync.sandbox.server import Sandbox
    from contaazul_sync.sandbox.story.screen import Screen

SHOP = "loja-azul"


class Claims:
    """The two servers as they are now. `problems` collects what did not come out as told.

    `since` is the day, in São Paulo, from which paid orders are sent.
    """

    def __init__(self, box: Sandbox) -> None:
        self.box = box
        self.problems: list[str] = []
        self.since = box.shop.clock().astimezone(SAO_PAULO).date() - timedelta(days=3)

    def claim(self, true: bool, what: str) -> None:  # noqa: FBT001  # a claim and its words
        """Remember a claim that is not true."""
        if not true:
            self.problems.append(what)

    def price(self, sku: str) -> Decimal:
        """A product's price in the ERP."""
        return self.box.erp.product(sku).price

    def balance(self, sku: str) -> Decimal:
        """What the ERP says can be sold of a product."""
        return self.box.erp.product(sku).stock

    def sales_of(self, order: int | str) -> list[Sale]:
        """The ERP's sales that carry an order's mark."""
        mark = f"[{SHOP}:pedido {order}]"
        with self.box.erp.lock:
            return [sale for sale in self.box.erp.sales.values() if mark in sale.observacoes]

    def due(self, order: dict[str, Any]) -> bool:
        """Whether an order is paid, and not before the day from which orders are sent."""
        return order["status"] in PAID and order["paid_at"][:10] >= self.since.isoformat()

    def set_aside(self, sku: str) -> int:
        """How many units have left the shop's stock for orders that nobody has paid yet."""
        shop = self.box.shop
        waiting = [o for o in shop.orders if o["status"] == "pending" and shop.holds_stock(o)]
        return sum(item["quantity"] for o in waiting for item in o["items"] if item["sku"] == sku)

    def told(self, screen: Screen, lines: Sequence[str]) -> int:
        """Say what was found out at the end; returns 0, or 1 when a claim was wrong."""
        screen.say(_("Checked against both servers:"))
        screen.write("".join(textwrap.indent(line, "  ") + "\n" for line in lines))
        if self.problems:  # told as they are written here, for whoever changes the demo
            screen.write("\nNot as told:\n" + "".join(f"  {problem}\n" for problem in self.problems))
        return 1 if self.problems else 0
