"""The sale that an order becomes, where its sums add up."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from contaazul_sync.core.days import local_day
from contaazul_sync.core.drafts.lines import NO_KITS, Kit, SaleLine, line_total, opened, sale_lines
from contaazul_sync.core.drafts.marks import mark, unmarked
from contaazul_sync.core.drafts.parts import Part, parts_of
from contaazul_sync.core.errors import Unusable
from contaazul_sync.core.methods import named_types
from contaazul_sync.core.money import plain, written
from contaazul_sync.core.orders import Line, Order
from contaazul_sync.core.rules import Rules
from contaazul_sync.core.words import NOTHING, Said, _

MOST_ROUNDING = 10  # centavos of an order
LONGEST = 60  # characters of an order's number that anybody calls it by


@dataclass(frozen=True, slots=True)
class SaleDraft:
    """A sale to create. Lines - discount + freight = total = the sum of the parts, in centavos.

    `number`: what merchant and buyer call the order, where that is not its id; at most LONGEST characters.
    """

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
    remarks: tuple[str, ...] = ()  # what is otherwise than the shop tells
    number: str = ""


def sale_draft(order: Order, rules: Rules, kits: Mapping[str, Kit] = NO_KITS) -> SaleDraft:
    """The sale that an order becomes. Raises Unusable when its sums do not add up to the centavo.

    `kits` are those that are sold by their parts.
    """
    if order.total <= 0:
        text = _("the order's total is {total}, and the ERP takes no sale without value")
        raise Unusable(text.format(total=written(order.total)))
    if all(line.container for line in order.lines):
        raise Unusable(_("the order has no items"))
    rounding = _rounding(order, rules)
    total, note = _booked(order, rules)
    sold = tuple(line for line in order.lines if not line.container)
    remarks = (*_rounded(rounding), *(_left_out(line) for line in order.lines if line.container))
    lines, folded = sale_lines(opened(sold, kits))
    day = local_day(order.counted_at)
    rule = rules.payment(order.method)
    parts = parts_of(total, order.installments, day, rule)
    return SaleDraft(
        order_id=order.id,
        mark=mark(rules.shop_id, order.id),
        day=day,
        lines=lines,
        freight=order.shipping + order.fees + max(rounding, 0),
        discount=order.discount + folded + order.total - total + max(-rounding, 0),
        total=total,
        method=order.method,
        parts=parts,
        days=tuple((part.due - day).days for part in parts) if rule.says_when_due else (),
        payment_note="; ".join(filter(None, [note, *remarks])),
        remarks=remarks,
        number=order.number[:LONGEST].strip() if order.number != order.id else "",
    )


def _rounding(order: Order, rules: Rules) -> int:
    """What an order's parts lack of its total, in centavos: its taxes, rounded each by itself and together.

    At most one centavo for each line and ten in all, where the merchant lets that pass; it goes with the
    freight, or below zero with the discount. Else an order whose sums do not add up is held.
    """
    items = sum(line_total(line) for line in order.lines)
    if order.refunded:
        text = _("{amount} of its {total} was given back in the shop")
        raise Unusable(text.format(amount=written(order.refunded), total=written(order.total)))
    if order.credit:
        text = _("{amount} of it was paid by gift card, beside its total {total}")
        step = _("book this order in the ERP by hand, then: contaazul-sync ignore {order}")
        reason = text.format(amount=written(order.credit), total=written(order.total))
        raise Unusable(reason, step.format(order=order.id))
    if min(order.shipping, order.discount, order.fees) < 0:
        raise Unusable(_("the order's freight, discount or fees are negative"))
    lacks = order.total - (items - order.discount + order.shipping + order.fees)
    counted = {line.mark or place for place, line in enumerate(order.lines) if not line.container}
    if abs(lacks) > min(len(counted), MOST_ROUNDING):  # a line may go as two
        raise Unusable(_uneven(order, items))
    if lacks and rules.rounding != "absorb":
        step = _(
            "if the shop rounds so, to put a centavo a line into freight or discount:"
            " contaazul-sync config set orders.rounding absorb; or book it in the ERP by hand and:"
            " contaazul-sync ignore {order}"
        )
        raise Unusable(_uneven(order, items), step.format(order=order.id))
    return lacks


def _rounded(rounding: int) -> Iterator[str]:
    """What the sale says of a rounding."""
    if rounding:
        where = "no frete" if rounding > 0 else "no desconto"
        yield f"Arredondamento da loja: {written(abs(rounding))} {where}"


def _left_out(line: Line) -> str:
    """What the sale says of the line of a bundle."""
    return f"Sem a linha do conjunto {unmarked(line.name)}, cujas partes são linhas próprias"


def _booked(order: Order, rules: Rules) -> tuple[int, str]:
    """The sale's total in centavos, and the note on it where what was owed is not what was paid.

    Raises Unusable where the merchant does not let the difference pass.
    """
    paid = order.total_paid
    if paid is None or paid == order.total:
        return order.total, ""
    if rules.paid_differs == "hold":
        step = _(
            "if a fee or interest of the payment makes the difference, to send such orders with less as a"
            " discount and more as a note: contaazul-sync config set orders.paid_differs split; or book it in"
            " the ERP by hand and: contaazul-sync ignore {order}"
        )
        raise _held(order, rules, _("the customer paid {paid} and the order's total is {total}"), step)
    note = f"Pago na loja: {written(paid)}; total do pedido: {written(order.total)}"
    if rules.paid_differs == "book" or paid > order.total:  # the gateway's interest is no revenue of the shop
        return order.total, note
    _check_discount(order, paid, rules)
    return paid, note


def _check_discount(order: Order, paid: int, rules: Rules) -> None:
    """Hold an order of which so little was paid, or in such a way, that it is not for sure a discount."""
    step = _(
        "book it in the ERP by hand and: contaazul-sync ignore {order}; or, to send such orders with their"
        " own total and a note: contaazul-sync config set orders.paid_differs book"
    )
    if paid <= 0:
        raise _held(order, rules, _("nothing was paid of its total {total}"), step)
    if len(named_types(order.method)) > 1:  # what is missing may come the other way, later
        text = _("the customer paid {paid} by more than one way, and the order's total is {total}")
        raise _held(order, rules, text, step)
    if not rules.lets_pass(order.total - paid, order.total):
        text = _("the customer paid {paid} and the order's total is {total}: more than {limit} less")
        step = _(
            "raise [orders] paid_differs_limit, or book it in the ERP by hand and:"
            " contaazul-sync ignore {order}"
        )
        raise _held(order, rules, text, step)


def _held(order: Order, rules: Rules, text: Said, step: Said = NOTHING) -> Unusable:
    """Why an order is held for what was paid of it; `text` and `step` name its values."""
    reason = text.format(
        paid=written(order.total_paid or 0),
        total=written(order.total),
        limit=f"{plain(rules.paid_differs_limit)}%",
    )
    return Unusable(reason, step.format(order=order.id))


def _uneven(order: Order, items: int) -> Said:
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
