"""WooCommerce's orders to our models. Pure.

Amounts are taken from the sums of each line, in exact text, and never from a line's `price`, which is a
binary number that WooCommerce has divided. The Brazilian fields are a plugin's, and optional.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from contaazul_sync.core.fit import Mended
from contaazul_sync.core.ids import OrderId, ShopKey
from contaazul_sync.core.money import decimal
from contaazul_sync.core.orders import NOTHING_TAKEN, Buyer, Line, Order, Payment
from contaazul_sync.core.words import _
from contaazul_sync.shops import bugs
from contaazul_sync.shops.port import Unreadable
from contaazul_sync.shops.woocommerce.fields import Row, amount, modified, need, number, rows, text, time

CURRENCY = "BRL"
PAID = frozenset({"processing", "completed"})
UNPAID = frozenset({"on-hold", *NOTHING_TAKEN})
ENDED = {"cancelled": Payment.CANCELLED, "refunded": Payment.REFUNDED}


@dataclass(frozen=True, slots=True)
class Statuses:
    """The words that mean paid, and those of a plugin that mean unpaid."""

    paid: frozenset[str] = PAID
    unpaid: frozenset[str] = frozenset()


def order(row: Row, statuses: Statuses) -> Order | Unreadable:
    """One order."""
    order_id = number(row)
    if not order_id:
        return Unreadable("", _("the shop's order has no id"))
    try:
        read = _order(OrderId(str(order_id)), row, statuses)
        told = _order(OrderId(str(order_id)), row.told, statuses) if isinstance(row, Mended) else read
        return read.fit(told)
    except (ArithmeticError, TypeError, ValueError) as error:
        return Unreadable(str(order_id), _("the shop's order cannot be read: {why}").format(why=error))
    except Exception as error:  # noqa: BLE001 - a bug of ours is this order's alone
        return bugs.unreadable(str(order_id), error)


def _order(order_id: OrderId, row: Row, statuses: Statuses) -> Order:
    currency = text(row, "currency")
    if currency != CURRENCY:
        raise ValueError(_("it is in {currency}, not in {ours}").format(currency=currency, ours=CURRENCY))
    created = time(row, "date_created")
    if created is None:
        raise ValueError(_("its {name} is missing").format(name="date_created_gmt"))
    changed, payment = modified(row) or created, _payment(row, statuses)
    items = rows(row, "line_items")
    extra = [_gross(fee, "total") for fee in rows(row, "fee_lines")]
    extra += [_gross(item, "total") - _gross(item, "subtotal") for item in items]
    return Order(
        id=order_id,
        status=text(row, "status"),
        payment=payment,
        created_at=created,
        updated_at=changed,
        paid_at=time(row, "date_paid"),
        method=text(row, "payment_method") or text(row, "payment_method_title"),
        installments=1,
        subtotal=sum(_gross(item, "subtotal") for item in items),
        shipping=amount(row, "shipping_total") + amount(row, "shipping_tax"),
        discount=-sum(each for each in extra if each < 0),  # a coupon, or a fee below zero: "5 % no Pix"
        fees=sum(each for each in extra if each > 0),
        total=need(row, "total"),
        total_paid=None,
        buyer=_buyer(row),
        lines=tuple(line for item in items for line in _lines(item)),
        refunded=-sum(amount(refund, "total") for refund in rows(row, "refunds")),
        number=text(row, "number"),
        parent=str(number(row, "parent_id") or ""),
    )


def _payment(row: Row, statuses: Statuses) -> Payment:
    """Paid is a status that means it, and a day of payment with WooCommerce's own.

    WooCommerce writes that day when an order comes to processing or completed, and a plugin's status may be
    reached without passing there: what the merchant says of it counts.
    """
    status = text(row, "status")
    if status in ENDED:
        return ENDED[status]
    if status in UNPAID | statuses.unpaid:
        return Payment.UNPAID
    if status in PAID and time(row, "date_paid") is None:
        return Payment.UNPAID
    return Payment.PAID if status in statuses.paid else Payment.UNKNOWN


def _lines(item: Row) -> Iterator[Line]:
    """A line at the price before its discount; as two lines where that price is no whole centavo."""
    total, quantity = _gross(item, "subtotal"), decimal(item.get("quantity") or 0)
    mark = str(number(item) or "")
    line = Line(text(item, "sku"), text(item, "name"), quantity, price=0, mark=mark, key=_sold(item))
    if quantity <= 0:
        yield line
        return
    price, dearer = divmod(total, quantity)
    if not dearer:
        yield replace(line, price=int(price), total=total)
    elif quantity == int(quantity):
        for count, each in ((quantity - dearer, int(price)), (dearer, int(price) + 1)):
            yield replace(line, quantity=count, price=each, total=int(count) * each)
    else:
        raise ValueError(_("{quantity} of {item} cannot be priced").format(quantity=quantity, item=line.sku))


def _sold(item: Row) -> ShopKey:
    """Which product a line is of, as long as the shop has it."""
    product_id, variation_id = number(item, "product_id"), number(item, "variation_id")
    return ShopKey(":".join(str(each) for each in (product_id, variation_id) if each))


def _gross(row: Row, name: str) -> int:
    """An amount with its tax, in centavos: what the customer owed for it."""
    return need(row, name) + amount(row, f"{name}_tax")


def _buyer(row: Row) -> Buyer:
    told = row.get("billing")
    billing: Row = told if isinstance(told, dict) else {}
    kept = {text(each, "key"): each.get("value") for each in rows(row, "meta_data")}

    def brazilian(name: str) -> str:
        """A field of the Brazilian checkout plugins: in the billing address, or beside the order."""
        told = billing.get(name) or kept.get(f"_billing_{name}")
        return str(told).strip() if isinstance(told, (str, int)) and not isinstance(told, bool) else ""

    cpf, cnpj = brazilian("cpf"), brazilian("cnpj")
    is_company = bool(cnpj) and (not cpf or brazilian("persontype") in ("2", "J"))
    return Buyer(
        name=f"{text(billing, 'first_name')} {text(billing, 'last_name')}".strip(),
        document=cnpj if is_company else cpf,
        company=text(billing, "company"),
        email=text(billing, "email"),
        phone=brazilian("cellphone") or text(billing, "phone"),
        street=text(billing, "address_1"),
        number=brazilian("number"),
        complement=text(billing, "address_2"),
        district=brazilian("neighborhood"),
        city=text(billing, "city"),
        region=text(billing, "state"),
        postcode=text(billing, "postcode"),
        state_registration=brazilian("ie") if is_company else "",
    )
