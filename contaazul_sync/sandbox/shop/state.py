"""The shop: its products and orders, and what its merchant and customers do to them.

ASSUMED: the merchant API of Webstore is not published; these are the fields of our default profile. The dicts
in `products` and `orders` are what goes over the wire: prices of products are numbers with two decimals,
amounts of orders are strings.
"""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from contaazul_sync.sandbox.common.wire import SAO_PAULO, answer, cents
from contaazul_sync.sandbox.shop.faces import ShopFaces, ids
from contaazul_sync.sandbox.shop.switches import ShopSwitches

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from starlette.responses import Response

Money = Decimal | int | str | float
PAID = ("confirmed", "invoiced", "shipped", "delivered")
BUYER = {
    "payer_name": "Ana Souza",
    "payer_cpf": "529.982.247-25",
    "payer_cnpj": "",
    "payer_razao_social": "",
    "payer_email": "ana@example.com",
    "payer_phone": "(11) 98888-7777",
    "payer_address": "Av Paulista",
    "payer_address_number": "1000",
    "payer_address_complement": "",
    "payer_neighborhood": "Bela Vista",
    "payer_city": "São Paulo",
    "payer_state": "SP",
    "payer_zipcode": "01310-100",
}
_MONEY_OF_ORDER = ("subtotal", "shipping", "discount", "total", "total_paid")
_PRICES = ("price", "special_price", "cost")


class Shop(ShopFaces):
    """The state of the shop; hold `lock` when you read several things that must agree."""

    token = "sandbox-shop-token"  # noqa: S105  # of a server that keeps nothing

    def __init__(self, clock: Callable[[], datetime] | None = None) -> None:
        super().__init__(clock)
        self.switches: ShopSwitches = ShopSwitches()
        self.products: list[dict[str, Any]] = []
        self.orders: list[dict[str, Any]] = []
        self._next_product = 1742395
        self._next_order = 88123
        self.holding_stock: set[int] = set()  # orders whose units have left the stock

    def now(self) -> str:
        """The time as the shop writes it, São Paulo without a suffix."""
        return written(self.clock())

    def add_product(
        self,
        sku: str,
        name: str,
        price: Money,
        stock: int,
        special_price: Money = 0,
        variations: Sequence[dict[str, Any]] | None = None,
        **fields: Any,
    ) -> int:
        """Put a product up; returns its id. A variation is `{sku, name, price, stock}` and more."""
        with self.lock:
            product = {
                **self._unit(sku, name, price, stock, special_price),
                "ncm": "",
                "description": "",
                "cost": cents(0),
                "dimension": {"length": 0, "width": 0, "height": 0, "weight": 0},
                "updated": self.now(),
                "variations": [self._variation(each) for each in variations or []],
                **fields,
            }
            _round(product)
            self.products.append(product)
            self._enrol(product)
            return int(product["id"])

    def _variation(self, given: dict[str, Any]) -> dict[str, Any]:
        rest = {name: value for name, value in given.items() if name != "stock"}
        base = self._unit(
            given["sku"], given.get("name", given["sku"]), given["price"], given.get("stock", 0), 0
        )
        return _round(base | rest)

    def _unit(self, sku: str, name: str, price: Money, stock: int, special_price: Money) -> dict[str, Any]:
        self._next_product += 1
        return {
            "id": self._next_product,
            "sku": sku,
            "name": name,
            "ean": "",
            "price": price,
            "special_price": special_price,
            "quantity": stock,
            "available": 1,
        }

    def change(
        self,
        sku: str,
        price: Money | None = None,
        special_price: Money | None = None,
        stock: int | None = None,
        **fields: Any,
    ) -> None:
        """Change a product or a variation, and with it the product's `updated`."""
        given = {"price": price, "special_price": special_price, "quantity": stock}
        changes = {name: value for name, value in given.items() if value is not None}
        with self.lock:
            product, unit = self._find(sku)
            unit.update(changes | fields)
            _round(unit)
            product["updated"] = fields.get("updated", self.now())
            self._touch(product, unit, product["updated"])
            _sum_up(product)

    def delete(self, sku: str) -> None:
        """Take a product or a variation down."""
        with self.lock:
            product, unit = self._find(sku)
            if unit is product:
                self.products.remove(product)
            else:
                product["variations"].remove(unit)
                product["updated"] = self.now()
                self._touch(product, product, product["updated"])
                _sum_up(product)

    def unit(self, sku: str) -> dict[str, Any]:
        """The product or variation of this SKU; KeyError where there is none."""
        with self.lock:
            return self._find(sku)[1]

    def _find(self, sku: str) -> tuple[dict[str, Any], dict[str, Any]]:
        for product in self.products:
            for unit in [*product["variations"], product]:
                if unit["sku"] == sku:
                    return product, unit
        raise KeyError(sku)

    def order(
        self,
        lines: Sequence[tuple[str, int] | tuple[str, int, Money]],
        status: str = "confirmed",
        **fields: Any,
    ) -> int:
        """Let a customer order; returns the order's id. Any field may be given, the sums follow the lines."""
        with self.lock:
            self._next_order += 1
            now = self.now()
            items = [self._item(*line) for line in lines]
            subtotal = sum((Decimal(item["total"]) for item in items), Decimal(0))
            total = subtotal + cents(fields.get("shipping", 0)) - cents(fields.get("discount", 0))
            paid = status in PAID
            order = {
                "id": self._next_order,
                "order_id": str(self._next_order),
                "created": now,
                "updated": now,
                "paid_at": fields.get("created", now) if paid or status == "refunded" else "",
                "status": status,
                "payment_method": "pix",
                "installments": 1,
                "subtotal": subtotal,
                "shipping": 0,
                "discount": 0,
                "total": total,
                "total_paid": total if paid or status == "refunded" else 0,
                **BUYER,
                "items": items,
                **fields,
            }
            order |= {name: f"{cents(order[name])}" for name in _MONEY_OF_ORDER}
            self.orders.append(order)
            on_hold = order["payment_method"] == "boleto" and self.switches.takes_stock_at == "on_hold"
            if paid or (status == "pending" and (on_hold or self.switches.takes_stock_at == "order")):
                self._take(order)
            return int(order["id"])

    def _item(self, sku: str, quantity: int, price: Money | None = None) -> dict[str, Any]:
        try:
            product, unit = self._find(sku)
            self.sold_as[sku] = ids(product, unit)
        except KeyError:
            if price is None:
                raise
            unit = {"name": sku}  # an order may name what the shop no longer sells
        amount = cents(price if price is not None else unit["special_price"] or unit["price"])
        return {
            "sku": sku,
            "name": unit["name"],
            "quantity": quantity,
            "price": f"{amount}",
            "total": f"{amount * quantity}",
        }

    def pay(self, order_id: int | str) -> None:
        """Approve the payment of an order."""
        with self.lock:
            order = self._order(order_id)
            order.update(
                status="confirmed", paid_at=self.now(), updated=self.now(), total_paid=order["total"]
            )
            self._take(order)

    def cancel(self, order_id: int | str) -> None:
        """Cancel an order and put its units back."""
        self._end(order_id, "canceled")

    def refund(self, order_id: int | str) -> None:
        """Give the money of an order back, and put its units back."""
        self._end(order_id, "refunded")

    def refund_part(self, order_id: int | str, amount: Money, reason: str = "") -> None:
        """Give a part of the money back, which only WooCommerce shows; the units stay sold."""
        with self.lock:
            order = self._order(order_id)
            order["updated"] = self.now()
            self.refunds.setdefault(order["id"], []).append((reason, f"{cents(amount)}"))

    def bin(self, order_id: int | str) -> None:
        """Put an order into WooCommerce's bin: it is in no list, and still told by its id."""
        self._end(order_id, "trash")

    def delete_order(self, order_id: int | str) -> None:
        """Delete an order for good."""
        with self.lock:
            self.orders.remove(self._order(order_id))

    def _end(self, order_id: int | str, status: str) -> None:
        with self.lock:
            order = self._order(order_id)
            order.update(status=status, updated=self.now())
            if order["id"] in self.holding_stock:
                self.holding_stock.remove(order["id"])
                self._move(order, 1)

    def _order(self, order_id: int | str) -> dict[str, Any]:
        for order in self.orders:
            if order["order_id"] == str(order_id):
                return order
        raise KeyError(order_id)

    def holds_stock(self, order: dict[str, Any]) -> bool:
        """Whether an order's units have left the stock."""
        return order["id"] in self.holding_stock

    def _take(self, order: dict[str, Any]) -> None:
        if order["id"] not in self.holding_stock:
            self.holding_stock.add(order["id"])
            self._move(order, -1)

    def _move(self, order: dict[str, Any], sign: int) -> None:
        for item in order["items"]:
            try:
                product, unit = self._find(item["sku"])
            except KeyError:
                continue
            unit["quantity"] += sign * item["quantity"]
            product["updated"] = max(product["updated"], order["updated"])
            self._touch(product, unit, max(self.touched_at(product, unit), order["updated"]))
            _sum_up(product)

    def counts(self) -> dict[str, int]:
        """How much there is of each thing."""
        return {"products": len(self.products), "orders": len(self.orders)}

    def unauthorised(self) -> Response:
        """The answer to a wrong token."""
        return answer({"sucesso": False, "mensagem": "Token inválido"}, 401)

    def too_many(self) -> Response:
        """The answer over the rate limit, which only a fault makes here."""
        return answer({"sucesso": False, "mensagem": "Muitas requisições"}, 429)


def _round(unit: dict[str, Any]) -> dict[str, Any]:
    """Write the prices with two decimals; what is no amount (None, nonsense for a test) stays as it is."""
    for name in _PRICES:
        if unit.get(name) is not None:
            with suppress(InvalidOperation):
                unit[name] = cents(unit[name])
    return unit


def _sum_up(product: dict[str, Any]) -> None:
    """A product with variations shows what all of them have together."""
    if product["variations"]:
        product["quantity"] = sum(unit["quantity"] for unit in product["variations"])


def transaction(order: dict[str, Any]) -> str:
    """The gateway's id of an order's payment; nothing where it is not paid."""
    return str(88_000_000_000 + order["id"]) if order["paid_at"] else ""


def written(moment: datetime) -> str:
    """A time as the shop writes it."""
    return moment.astimezone(SAO_PAULO).strftime("%Y-%m-%d %H:%M:%S")
