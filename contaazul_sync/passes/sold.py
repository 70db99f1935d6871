"""An order is a sale now: what that does to the state."""

from collections.abc import Sequence
from decimal import Decimal

from contaazul_sync.core.erp import ErpSale
from contaazul_sync.core.fingerprints import DOUBLE
from contaazul_sync.core.ids import ErpId, OrderId, ShopKey
from contaazul_sync.core.items import Kind, Send
from contaazul_sync.core.money import written
from contaazul_sync.core.orders import OrderNote, Sale
from contaazul_sync.core.plan.orders import order_version
from contaazul_sync.core.plan.units import skus_of, units_of_notes
from contaazul_sync.core.rules import Rules
from contaazul_sync.core.words import Said, _
from contaazul_sync.passes.asking import ask, was_asked
from contaazul_sync.passes.ours import sent_as
from contaazul_sync.passes.parts import Parts
from contaazul_sync.state.file import State


def record_sale(
    parts: Parts,
    order_id: OrderId,
    erp_id: ErpId,
    number: int,
    sold: OrderNote | None = None,
    as_sent: Send | None = None,
) -> None:
    """An order is a sale now. Its products' balances are compared when the ERP has had time to settle.

    `sold` is the order as it was just sent. Without it, the sale is one that was sent before: the intent, or
    the ledger (`as_sent`), remembers what from, and so a change since then is seen.
    """
    state, rules, now = parts.state, parts.rules, parts.clock()
    note = sold or state.orders.get(order_id)
    units = units_of(state, note, rules) if note else {}
    sent = None if sold else as_sent or state.intents.get(Kind.SALE, order_id)
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


def take_over(
    parts: Parts,
    order_id: OrderId,
    sale: ErpSale,
    sends: Sequence[Send] = (),
    booked: OrderNote | None = None,
) -> None:
    """A sale of the ERP turned out to be an order's; one that a person has cancelled there has ended.

    `sends`, `booked`: what it was sent as, or the order as it was booked, where that is known.
    """
    state = parts.state
    record_sale(parts, order_id, sale.id, sale.number, booked, sent_as(sends, sale) if sends else None)
    if sale.cancelled:
        note, now = state.orders.get(order_id), parts.clock()
        units = units_of(state, note, parts.rules) if note else {}
        state.sales.end(order_id, units, now, parts.settled_at(now))


def tell_double(parts: Parts, sale: Sale, other: int) -> None:
    """An order has a second sale in the ERP: put it before a person, once."""
    reason = _("sold twice in the ERP: sales {number} and {other}")
    reason = reason.format(number=sale.number, other=other)
    if not was_asked(parts, sale.order_id, reason):
        step = _("keep one of the two in the ERP, then: contaazul-sync ignore {order}")
        ask(parts, sale.order_id, reason, step, DOUBLE)


def may_be_its(sale: ErpSale) -> Said:
    """Why an order is before a person whose number a sale's mark has, under a name that says too little."""
    text = _("sale {number} of {total} in the ERP may be this order's: it names its number")
    return text.format(number=sale.number, total=written(sale.total or 0))


def ask_whose(parts: Parts, note: OrderNote, reason: Said) -> None:
    """A sale of the ERP may be an order's: put it before a person, and remember that it was asked."""
    ask(parts, note.id, reason, whose_step(note.id), order_version(note, parts.rules))


def whose_step(order_id: OrderId) -> Said:
    """What a person says of a sale that may be an order's."""
    text = _("if it is this order's: contaazul-sync ignore {order}; if not: contaazul-sync retry {order}")
    return text.format(order=order_id)


def units_of(state: State, note: OrderNote, rules: Rules) -> dict[ShopKey, Decimal]:
    """How many units of each of the shop's products an order has."""
    key_of = state.products.keys_of_skus(skus_of([note], rules))
    return units_of_notes([note], key_of, rules)
