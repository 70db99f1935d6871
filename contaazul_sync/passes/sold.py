"""An order is a sale now: what that does to the state."""

from decimal import Decimal

from contaazul_sync.core.ids import ErpId, OrderId, ShopKey
from contaazul_sync.core.items import Kind
from contaazul_sync.core.orders import OrderNote, Sale
from contaazul_sync.core.plan.units import skus_of, taken_apart
from contaazul_sync.core.rules import Rules
from contaazul_sync.passes.parts import Parts
from contaazul_sync.state.file import State


def record_sale(
    parts: Parts, order_id: OrderId, erp_id: ErpId, number: int, sold: OrderNote | None = None
) -> None:
    """An order is a sale now. Its products' balances are compared when the ERP has had time to settle.

    `sold` is the order as it was just sent. Without it, the sale is one that was sent before: the intent
    remembers what from, and so a change since then is seen.
    """
    state, rules, now = parts.state, parts.rules, parts.clock()
    note = sold or state.orders.get(order_id)
    units = units_of(state, note, rules) if note else {}
    sent = None if sold else state.intents.get(Kind.SALE, order_id)
    content = sent if sent and sent.fingerprint else note
    sale = Sale(
        order_id=order_id,
        erp_id=erp_id,
        number=number,
        total=content.total if content else 0,
        fingerprint=content.fingerprint if content else "",  # of an order that nobody showed us yet
        moves_stock=rules.sale_status == "APROVADO",
        sent_at=now,
    )
    state.sales.record(sale, units, parts.settled_at(now))


def units_of(state: State, note: OrderNote, rules: Rules) -> dict[ShopKey, Decimal]:
    """How many units of each of the shop's products an order has."""
    units: dict[ShopKey, Decimal] = {}
    key_of = state.products.keys_of_skus(skus_of([note], rules))
    for sku, quantity in taken_apart(note.items, rules.kits):
        if sku in key_of:
            units[key_of[sku]] = units.get(key_of[sku], Decimal(0)) + quantity
    return units
