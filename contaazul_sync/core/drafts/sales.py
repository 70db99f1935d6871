"""The sale that an order becomes, where its sums add up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from contaazul_sync.core.days import local_day
from contaazul_sync.core.drafts.lines import NO_KITS, Kit, SaleLine, line_total, opened, sale_lines
from contaazul_sync.core.drafts.marks import mark
from contaazul_sync.core.drafts.parts import Part, parts_of
from contaazul_sync.core.errors import Unusable
from contaazul_sync.core.money import written
from contaazul_sync.core.orders import Order
from contaazul_sync.core.rules import Rules
from contaazul_sync.core.words import _


@dataclass(frozen=True, slots=True)
class SaleDraft:
    """A sale to create. Lines - discount + freight = total = the sum of the parts, in centavos."""

    order_id: str
    mark: str
    day: date
    lines: tuple[SaleLine, ...]
    freight: int
    discount: int
    total: int
    method: str
    parts: tuple[Part, ...]
    days: tuple[int, ...] = ()  # after the payment, of each part, where the merchant says when they are due
    payment_note: str = ""


def sale_draft(order: Order, rules: Rules, kits: Mapping[str, Kit] = NO_KITS) -> SaleDraft:
    """The sale that an order becomes. Raises Unusable when its sums do not add up to the centavo.

    `kits` are those that are sold by their parts.
    """
    if order.total <= 0:
        text = _("the order's total is {total}, and the ERP takes no sale without value")
        raise Unusable(text.format(total=written(order.total)))
    if not order.lines:
        raise Unusable(_("the order has no items"))
    note = _check_sums(order, rules)
    lines, folded = sale_lines(opened(order.lines, kits))
    day = local_day(order.counted_at)
    rule = rules.payment(order.method)
    parts = parts_of(order.total, order.installments, day, rule)
    return SaleDraft(
        order_id=order.id,
        mark=mark(rules.shop_id, order.id),
        day=day,
        lines=lines,
        freight=order.shipping + order.fees,
        discount=order.discount + folded,
        total=order.total,
        method=order.method,
        parts=parts,
        days=tuple((part.due - day).days for part in parts) if rule.says_when_due else (),
        payment_note=note,
    )


def _check_sums(order: Order, rules: Rules) -> str:
    """Hold an order whose sums differ; the note for the sale where the merchant lets a difference pass."""
    items = sum(line_total(line) for line in order.lines)
    if order.refunded:
        text = _("{amount} of its {total} was given back in the shop")
        raise Unusable(text.format(amount=written(order.refunded), total=written(order.total)))
    if min(order.shipping, order.discount, order.fees) < 0:
        raise Unusable(_("the order's freight, discount or fees are negative"))
    if items - order.discount + order.shipping + order.fees != order.total:
        raise Unusable(_uneven(order, items))
    if order.total_paid is None or order.total_paid == order.total:
        return ""
    if rules.paid_differs == "book":
        return f"Pago na loja: {written(order.total_paid)}; total do pedido: {written(order.total)}"
    text = _("the customer paid {paid} and the order's total is {total}")
    raise Unusable(text.format(paid=written(order.total_paid), total=written(order.total)))


def _uneven(order: Order, items: int) -> str:
    """How the order's sums differ. `items`: what its lines make, in centavos."""
    if order.fees:
        text = _(
            "the order does not add up: items {items} - discount {discount} + freight {freight} + fees {fees}"
            " is not its total {total}"
        )
    else:
        text = _(
            "the order does not add up: items {items} - discount {discount} + freight {freight}"
            " is not its total {total}"
        )
    return text.format(
        items=written(items),
        discount=written(order.discount),
        freight=written(order.shipping),
        fees=written(order.fees),
        total=written(order.total),
    )
