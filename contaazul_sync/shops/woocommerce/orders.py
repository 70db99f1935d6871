"""WooCommerce's orders to our models. Pure.

Amounts are taken from the sums of each line, in exact text, and never from a line's `price`, which is a
binary number that WooCommerce has divided. The Brazilian fields are a plugin's, and optional.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from contaazul_sync.core.fit import Mended, as_told
from contaazul_sync.core.ids import OrderId, ShopKey
from contaazul_sync.core.money import decimal
from contaazul_sync.core.orders import NOTHING_TAKEN, Buyer, Line, Order, Payment
from contaazul_sync.core.words import _
from contaazul_sync.shops import bugs
from contaazul_sync.shops.port import Unreadable
from contaazul_sync.shops.woocommerce import bundles, documents
from contaazul_sync.shops.woocommerce.fields import Row, amount, modified, need, number, rows, text, time
from contaazul_sync.shops.woocommerce.rounding import FEWER, rounded

CURRENCY = "BRL"
PAID = frozenset({"processing", "completed"})
UNPAID = frozenset({"on-hold", *NOTHING_TAKEN})
COMPLETED = "completed"
COMPANY = frozenset({"2", "J"})  # "persontype"
ENDED = {"cancelled": Payment.CANCELLED, "refunded": Payment.REFUNDED}


@dataclass(frozen=True, slots=True)
class Statuses:
    """What the merchant says of the shop's words: those that mean paid, those of a plugin that mean unpaid.

    `document_fields`: keys of a plugin that nobody knows, under which a CPF or CNPJ stands.
    """

    paid: frozenset[str] = PAID
    unpaid: frozenset[str] = frozenset()
    document_fields: tuple[str, ...] = ()

    def means(self, status: str) -> Payment:
        """What a status means; UNKNOWN also for WooCommerce's own of paid ones, which the day decides."""
        if status in ENDED:
            return ENDED[status]
        if status in UNPAID | self.unpaid:
            return Payment.UNPAID
        return Payment.PAID if status in self.paid - PAID else Payment.UNKNOWN


def order(row: Row, statuses: Statuses) -> Order | Unreadable:
    """One order."""
    order_id = number(row)
    if not order_id:
        return Unreadable("", _("the shop's order has no id"))
    try:
        read = _order(OrderId(str(order_id)), row, statuses)
        told = _order(OrderId(str(order_id)), row.told, statuses) if isinstance(row, Mended) else read
        roughly = tuple(replace(told, **_money(rounded(as_told(row), places))) for places in FEWER)
        return replace(read.fit(told), roughly=roughly)
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
    paid, status = time(row, "date_paid"), text(row, "status")
    return Order(
        id=order_id,
        status=status,
        payment=_payment(row, statuses),
        created_at=created,
        updated_at=modified(row) or created,
        paid_at=paid or (time(row, "date_completed") if status == COMPLETED else None),
        method=text(row, "payment_method") or text(row, "payment_method_title"),
        installments=1,
        total_paid=None,
        buyer=_buyer(row, statuses.document_fields),
        number=text(row, "number"),
        parent=str(number(row, "parent_id") or ""),
        tells_payment=paid is not None or status != COMPLETED,
        transaction=text(row, "transaction_id"),
        **_money(row),
    )


def _money(row: Row) -> dict[str, Any]:
    """An order's amounts and its lines, by the names of our model."""
    items = rows(row, "line_items")
    extra = [_gross(fee, "total") for fee in rows(row, "fee_lines")]
    extra += [_gross(item, "total") - _gross(item, "subtotal") for item in items]
    return {
        "subtotal": sum(_gross(item, "subtotal") for item in items),
        "shipping": amount(row, "shipping_total") + amount(row, "shipping_tax"),
        "discount": -sum(each for each in extra if each < 0),  # a coupon, or a fee below zero: "5 % no Pix"
        "fees": sum(each for each in extra if each > 0),
        "total": need(row, "total"),
        "lines": tuple(line for item in items for line in _lines(item, items)),
        "refunded": -sum(amount(refund, "total") for refund in rows(row, "refunds")),
        # "Gift Cards" of WooCommerce tells beside the order what they paid, and takes it off its total.
        "credit": sum(amount(card, "amount") for card in rows(row, "gift_cards")),
    }


def _payment(row: Row, statuses: Statuses) -> Payment:
    """Paid is a status that means it, and a day of payment with `processing`.

    WooCommerce writes that day when an order comes to processing or completed. Of what is to be paid on
    delivery there is none until it is completed; nor of an order that an import or a plugin has completed.
    A plugin's status may be reached without passing there: what the merchant says of it counts.
    """
    status = text(row, "status")
    if status in ENDED:
        return ENDED[status]
    if status in UNPAID | statuses.unpaid:
        return Payment.UNPAID
    if status in PAID - {COMPLETED} and time(row, "date_paid") is None:
        return Payment.UNPAID
    return Payment.PAID if status in statuses.paid else Payment.UNKNOWN


def _lines(item: Row, items: list[Row]) -> Iterator[Line]:
    """A line at the price before its discount; as two lines where that price is no whole centavo."""
    total, quantity = _gross(item, "subtotal"), decimal(item.get("quantity") or 0)
    mark = str(number(item) or "")
    line = Line(text(item, "sku"), text(item, "name"), quantity, price=0, mark=mark, key=_sold(item))
    if quantity <= 0:
        yield line
        return
    line = replace(line, container=bundles.is_container(item, items))
    yield from line.of_total(total)


def _sold(item: Row) -> ShopKey:
    """Which product a line is of, as long as the shop has it."""
    product_id, variation_id = number(item, "product_id"), number(item, "variation_id")
    return ShopKey(":".join(str(each) for each in (product_id, variation_id) if each))


def _gross(row: Row, name: str) -> int:
    """An amount with its tax, in centavos: what the customer owed for it."""
    return need(row, name) + amount(row, f"{name}_tax")


def _buyer(row: Row, more: tuple[str, ...]) -> Buyer:
    told = row.get("billing")
    billing: Row = told if isinstance(told, dict) else {}
    kept = {text(each, "key"): each.get("value") for each in rows(row, "meta_data")}

    def brazilian(name: str) -> str:
        """A field of the Brazilian checkout plugins: in the billing address, or beside the order."""
        told = billing.get(name) or kept.get(f"_billing_{name}")
        return str(told).strip() if isinstance(told, (str, int)) and not isinstance(told, bool) else ""

    cpf, cnpj = brazilian("cpf"), brazilian("cnpj")
    company = COMPANY & {brazilian("persontype"), text(kept, "billing_persontype")}
    is_company = bool(cnpj) and (not cpf or brazilian("persontype") in COMPANY)
    buyer = Buyer(
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
        document_key=("cnpj" if is_company else "cpf") if cpf or cnpj else "",
    )
    if buyer.document:
        return buyer
    return _elsewhere(buyer, *documents.found(billing, kept, more, company=bool(company)))


def _elsewhere(buyer: Buyer, document: str, key: str) -> Buyer:
    """The buyer with a document that stands under another key, which former versions did not read."""
    if not document:
        return buyer
    return replace(buyer, document=document, document_key=key, formerly=buyer.mark)
