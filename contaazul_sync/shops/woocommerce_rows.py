"""WooCommerce's JSON to our models. Pure.

Amounts are taken from the sums of each line, in exact text, and never from a line's `price`, which is a
binary number that WooCommerce has divided. What only some versions or plugins tell (docs/shops.md) is
optional here: the GTIN, the Brazilian fields, the word for a stock that the parent keeps.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from stdnum import ean

from contaazul_sync.core.drafts.text import text_of
from contaazul_sync.core.ids import OrderId, ShopKey
from contaazul_sync.core.money import centavos, decimal
from contaazul_sync.core.orders import NOTHING_TAKEN, Buyer, Line, Order, Payment
from contaazul_sync.core.products import Details, Product
from contaazul_sync.core.words import _
from contaazul_sync.shops.port import FIRST_YEAR, Unreadable

Row = Mapping[str, Any]
CURRENCY = "BRL"
UNSOLD_TYPES = (
    "grouped",
    "external",
)  # a group's products are listed themselves; the others are sold elsewhere
PAID = frozenset({"processing", "completed"})
UNPAID = frozenset({"on-hold", *NOTHING_TAKEN})
ENDED = {"cancelled": Payment.CANCELLED, "refunded": Payment.REFUNDED}


@dataclass(frozen=True, slots=True)
class Statuses:
    """The words that mean paid, and those of a plugin that mean unpaid."""

    paid: frozenset[str] = PAID
    unpaid: frozenset[str] = frozenset()


def number(row: Row, name: str = "id") -> int:
    """An id; 0 where there is none."""
    told = _text(row, name)
    return int(told) if told.isascii() and told.isdecimal() else 0


def modified(row: Row) -> datetime | None:
    """When a row was last changed, or None."""
    try:
        return _time(row, "date_modified")
    except ValueError:
        return None


# Products


def is_variable(row: Row) -> bool:
    """Whether a product is sold by its variations."""
    return "variable" in _text(row, "type") or bool(row.get("variations"))


def is_sold(row: Row) -> bool:
    """Whether shoppers can buy it here."""
    return _text(row, "status") in ("", "publish") and _text(row, "type") not in UNSOLD_TYPES


def as_parent(row: Row) -> Row:
    """What its variations need of a product, of which a walk keeps all."""
    names = ("id", "name", "description", "short_description", "manage_stock", "stock_quantity", "variations")
    return {name: row.get(name) for name in names}


def listed(row: Row) -> frozenset[int]:
    """The ids of the variations that a product tells."""
    told = row.get("variations")
    return (
        frozenset(each for each in told if isinstance(each, int)) if isinstance(told, list) else frozenset()
    )


def product(row: Row) -> Product:
    """A product without variations."""
    return _unit(ShopKey(str(number(row) or "")), _text(row, "name"), row, row)


def variation(parent: Row, row: Row) -> Product:
    """A variation: a unit of its own, which takes from its parent what it does not tell."""
    options = [_text(each, "option") for each in _rows(row, "attributes")]
    name = " - ".join(filter(None, [_text(parent, "name"), ", ".join(filter(None, options))]))
    return _unit(ShopKey(f"{number(parent)}:{number(row) or ''}"), name, parent, row)


def _unit(key: ShopKey, name: str, parent: Row, row: Row) -> Product:
    price, promotional, stock, problem = 0, None, None, None
    try:
        price, promotional = _prices(row)
        stock = _stock(parent, row)
    except ValueError as error:
        problem = _("its price or stock cannot be read: {why}").format(why=error)
    gtin = _text(row, "global_unique_id")
    words = _text(row, "description") or _text(parent, "short_description") or _text(parent, "description")
    return Product(
        key=key,
        sku=_text(row, "sku"),
        name=name,
        price=price,
        promotional=promotional,
        stock=stock,
        details=Details(ean=gtin if ean.is_valid(gtin) else "", description=text_of(words)),
        updated_at=modified(row),
        problem=problem,
    )


def _prices(row: Row) -> tuple[int, int | None]:
    """List price and promotional price in centavos. A promotion that has not begun is none."""
    price = _text(row, "price")
    regular = centavos(_text(row, "regular_price") or price or 0)
    if not row.get("on_sale"):
        return regular, None
    return regular, centavos(_text(row, "sale_price") or price or 0) or None


def _stock(parent: Row, row: Row) -> Decimal | None:
    """The stock of whichever keeps it, the variation or its parent; None where neither does."""
    for keeper in (row, parent):
        if keeper.get("manage_stock") is True:
            told = keeper.get("stock_quantity")
            return decimal(told) if told is not None else Decimal(0)
    if row.get("manage_stock") == "parent" and row.get("stock_quantity") is not None:
        return decimal(row["stock_quantity"])
    return None


# Orders


def order(row: Row, statuses: Statuses) -> Order | Unreadable:
    """One order."""
    order_id = number(row)
    if not order_id:
        return Unreadable("", _("the shop's order has no id"))
    try:
        return _order(OrderId(str(order_id)), row, statuses)
    except (ArithmeticError, TypeError, ValueError) as error:
        return Unreadable(str(order_id), _("the shop's order cannot be read: {why}").format(why=error))


def _order(order_id: OrderId, row: Row, statuses: Statuses) -> Order:
    currency = _text(row, "currency")
    if currency != CURRENCY:
        raise ValueError(_("it is in {currency}, not in {ours}").format(currency=currency, ours=CURRENCY))
    created = _time(row, "date_created")
    if created is None:
        raise ValueError(_("its {name} is missing").format(name="date_created_gmt"))
    changed, payment = modified(row) or created, _payment(row, statuses)
    items = _rows(row, "line_items")
    extra = [_gross(fee, "total") for fee in _rows(row, "fee_lines")]
    extra += [_gross(item, "total") - _gross(item, "subtotal") for item in items]
    return Order(
        id=order_id,
        status=_text(row, "status"),
        payment=payment,
        created_at=created,
        updated_at=changed,
        paid_at=_time(row, "date_paid"),
        method=_text(row, "payment_method") or _text(row, "payment_method_title"),
        installments=1,
        subtotal=sum(_gross(item, "subtotal") for item in items),
        shipping=_amount(row, "shipping_total") + _amount(row, "shipping_tax"),
        discount=-sum(
            amount for amount in extra if amount < 0
        ),  # a coupon, or a fee below zero: "5 % no Pix"
        fees=sum(amount for amount in extra if amount > 0),
        total=_need(row, "total"),
        total_paid=None,
        buyer=_buyer(row),
        lines=tuple(line for item in items for line in _lines(item)),
        refunded=-sum(_amount(refund, "total") for refund in _rows(row, "refunds")),
    )


def _payment(row: Row, statuses: Statuses) -> Payment:
    """Paid is a status that means it, and a day of payment with WooCommerce's own.

    WooCommerce writes that day when an order comes to processing or completed, and a plugin's status may be
    reached without passing there: what the merchant says of it counts.
    """
    status = _text(row, "status")
    if status in ENDED:
        return ENDED[status]
    if status in UNPAID | statuses.unpaid:
        return Payment.UNPAID
    if status in PAID and _time(row, "date_paid") is None:
        return Payment.UNPAID
    return Payment.PAID if status in statuses.paid else Payment.UNKNOWN


def _lines(item: Row) -> Iterator[Line]:
    """A line at the price before its discount; as two lines where that price is no whole centavo."""
    total, quantity = _gross(item, "subtotal"), decimal(item.get("quantity") or 0)
    mark = str(number(item) or "")
    line = Line(_text(item, "sku"), _text(item, "name"), quantity, price=0, mark=mark, key=_sold(item))
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
    return _need(row, name) + _amount(row, f"{name}_tax")


def _buyer(row: Row) -> Buyer:
    told = row.get("billing")
    billing: Row = told if isinstance(told, dict) else {}
    kept = {_text(each, "key"): each.get("value") for each in _rows(row, "meta_data")}

    def brazilian(name: str) -> str:
        """A field of the Brazilian checkout plugins: in the billing address, or beside the order."""
        told = billing.get(name) or kept.get(f"_billing_{name}")
        return str(told).strip() if isinstance(told, (str, int)) and not isinstance(told, bool) else ""

    cpf, cnpj = brazilian("cpf"), brazilian("cnpj")
    is_company = bool(cnpj) and (not cpf or brazilian("persontype") in ("2", "J"))
    return Buyer(
        name=f"{_text(billing, 'first_name')} {_text(billing, 'last_name')}".strip(),
        document=cnpj if is_company else cpf,
        company=_text(billing, "company"),
        email=_text(billing, "email"),
        phone=brazilian("cellphone") or _text(billing, "phone"),
        street=_text(billing, "address_1"),
        number=brazilian("number"),
        complement=_text(billing, "address_2"),
        district=brazilian("neighborhood"),
        city=_text(billing, "city"),
        region=_text(billing, "state"),
        postcode=_text(billing, "postcode"),
        state_registration=brazilian("ie") if is_company else "",
    )


# Fields


def _text(row: Row, name: str) -> str:
    value = row.get(name)
    return "" if value is None or isinstance(value, (dict, list)) else str(value).strip()


def _rows(row: Row, name: str) -> list[Row]:
    told = row.get(name)
    return [each for each in told if isinstance(each, dict)] if isinstance(told, list) else []


def _amount(row: Row, name: str) -> int:
    """An amount in centavos, 0 where none is told. An error names the field, not the value."""
    try:
        return centavos(row.get(name) or 0)
    except ValueError:
        text = _("its {name} is not a number, or not one that can be booked")
        raise ValueError(text.format(name=name)) from None


def _need(row: Row, name: str) -> int:
    if row.get(name) in (None, ""):
        raise ValueError(_("its {name} is missing").format(name=name))
    return _amount(row, name)


def _time(row: Row, name: str) -> datetime | None:
    """A time, from its twin in UTC, which has no zone in its text. Raises ValueError."""
    text = _text(row, f"{name}_gmt")
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(_("its {name} is no date").format(name=f"{name}_gmt")) from None
    if moment.year < FIRST_YEAR:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
