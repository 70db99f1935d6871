"""What is bought: an order of the shop, what the state keeps of it, and the sale that it became.

Amounts are integer centavos, quantities Decimal, times aware datetimes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from contaazul_sync.core.fingerprints import FORMAT, fingerprint
from contaazul_sync.core.fit import words
from contaazul_sync.core.ids import ErpId, OrderId, ShopKey
from contaazul_sync.core.quantities import at_whole_prices

# Statuses of WooCommerce in which it has not taken an order's units from the stock, or has put them back.
BIN = "trash"
NOTHING_TAKEN = ("pending", "failed", "checkout-draft", "auto-draft", BIN)


class Payment(StrEnum):
    """What the shop's order status means for us."""

    PAID = "paid"
    UNPAID = "unpaid"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"
    UNKNOWN = "unknown"  # a status that nobody said the meaning of


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who bought. `document` is what the shop wrote, digits or masked; everything may be empty."""

    name: str = ""
    document: str = ""
    company: str = ""
    email: str = ""
    phone: str = ""
    street: str = ""
    number: str = ""
    complement: str = ""
    district: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    # No part of the marks that were always kept. Of a company: digits, or ISENTO.
    state_registration: str = field(default="", repr=False)
    told: str = field(default="", repr=False, compare=False)  # its mark, where words were mended: see Order
    # The key that the document stands under, and the mark of versions that did not know it.
    document_key: str = field(default="", repr=False, compare=False)
    formerly: str = field(default="", repr=False, compare=False)

    @property
    def mark(self) -> str:
        """A mark of the buyer as the shop tells it."""
        return self.told or fingerprint(self)

    def fit(self, told: "Buyer") -> "Buyer":
        """The same in words that are fit to keep."""
        names = [each.name for each in fields(self) if each.compare]
        mended = replace(self, **{name: words(getattr(self, name)) for name in names})
        return self if mended == told else replace(mended, told=told.mark, formerly=told.formerly)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an order: `price` for one unit and `total` for the line, in centavos.

    `mark` is the line's own id, and `key` the product by its id, from shops that tell these. There the SKU is
    the product's own of today, and goes with it. `container`: of a bundle, worth nothing itself and of no
    product, whose parts are on lines of their own.
    """

    sku: str
    name: str
    quantity: Decimal
    price: int
    total: int | None = None
    mark: str = field(default="", repr=False)  # as the key, no part of the marks that were always kept
    key: ShopKey = field(default=ShopKey(""), repr=False)
    container: bool = field(default=False, repr=False)

    @property
    def content(self) -> object:
        """What was ordered and at what price, by its id, else its SKU: a name is the listing's of today."""
        return (self.mark or self.sku, self.quantity, self.price, self.total)

    def of_total(self, total: int) -> Iterator["Line"]:
        """The line by its total, in centavos, whatever its price: as two lines where that does not divide."""
        for quantity, price in at_whole_prices(self.quantity, total):
            yield replace(self, quantity=quantity, price=price, total=int(quantity * price))


@dataclass(frozen=True, slots=True)
class Order:
    """An order as the shop tells it. Amounts in centavos; `total` is what the customer owed.

    `refunded` is what was given back of it while the rest stays paid, `credit` what gift cards paid of it.
    `number` and `parent`: see OrderNote. `tells_payment`: whether the shop itself tells the payment's day.
    `by_row`: told by a spreadsheet; `imported_at`: when that one was taken in; `is_dated`: whether some row
    of it tells when its order changed; `is_anew`: what is kept is read by another mapping than before. `told`
    is the order in the shop's own words, where some had to be mended: marks are made of these, so that how we
    mend changes no order. `roughly` is the order as versions read it that were told fewer decimals.
    `transaction`: the gateway's id of the payment, where the shop tells it.
    """

    id: OrderId
    status: str
    payment: Payment
    created_at: datetime
    updated_at: datetime
    paid_at: datetime | None
    method: str
    installments: int
    subtotal: int
    shipping: int
    discount: int
    total: int
    total_paid: int | None
    buyer: Buyer
    lines: tuple[Line, ...]
    fees: int = 0
    refunded: int = 0
    number: str = ""
    parent: str = ""
    credit: int = 0
    tells_payment: bool = True
    by_row: bool = field(default=False, repr=False, compare=False)
    imported_at: datetime | None = field(default=None, repr=False, compare=False)
    is_dated: bool = field(default=True, repr=False, compare=False)
    is_anew: bool = field(default=False, repr=False, compare=False)
    transaction: str = field(default="", repr=False, compare=False)
    told: "Order | None" = field(default=None, repr=False, compare=False)
    roughly: tuple["Order", ...] = field(default=(), repr=False, compare=False)

    @property
    def counted_at(self) -> datetime:
        """The day that the sale is booked on: of the payment, else of the order."""
        return self.paid_at or self.created_at

    def fit(self, told: "Order") -> "Order":
        """The same in words that are fit to keep; `told`: as it was read without any mending."""
        lines = tuple(replace(line, name=words(line.name)) for line in self.lines)
        mended = replace(self, buyer=self.buyer.fit(told.buyer), lines=lines, number=words(self.number))
        return mended if mended == told else replace(mended, told=told)

    @property
    def by_import(self) -> bool:
        """Whether the import of its row stands for the time of its change."""
        return self.by_row and self.updated_at == self.imported_at

    @property
    def tells_change(self) -> bool:
        """Whether it tells itself when it changed."""
        return self.is_dated and not self.by_import

    def note(self) -> "OrderNote":
        """What the state keeps of it."""
        told = self.told or self
        lines = tuple(line.content for line in told.lines)
        named = tuple(line.content if line.mark else line for line in told.lines)
        return OrderNote(
            id=self.id,
            payment=self.payment,
            status=self.status,
            total=self.total,
            items=tuple((line.sku, line.quantity) for line in self.lines if not line.container),
            counted_at=self.counted_at,
            updated_at=self.updated_at,
            fingerprint=_mark(self, told.method, lines),
            formerly=_mark(self, told.method, named),
            roughly=tuple(
                _mark(each, told.method, tuple(line.content for line in each.lines)) for each in self.roughly
            ),
            buyer=self.buyer.mark,
            buyer_formerly=self.buyer.formerly or self.buyer.mark,
            number=self.number if self.number != self.id else "",
            parent=self.parent,
            created_at=self.created_at,
            tells_payment=self.paid_at is not None and self.tells_payment,
            was_unpaid=self.payment is Payment.PAID and not self.tells_payment,
            by_row=self.by_row,
            by_import=self.by_import,
            changed_at=self.updated_at if self.tells_change else None,
            method=told.method,
            paid=self.total_paid,
            transaction=words(self.transaction),
        )


def _mark(order: Order, method: str, lines: tuple[object, ...]) -> str:
    """A mark of what was ordered and at what price."""
    sums: tuple[object, ...]
    sums = (order.subtotal, order.shipping, order.discount, order.fees, order.total, order.total_paid)
    if order.refunded:  # an order of which nothing was given back keeps the mark that it always had
        sums = (*sums, order.refunded)
    return f"{FORMAT}:{fingerprint(method, order.installments, sums, lines)}"


@dataclass(frozen=True, slots=True)
class OrderNote:
    """What the state remembers of an order: no buyer, no address.

    `fingerprint` covers the sums and the lines; the status and the buyer are not in it. `buyer` is a mark of
    the buyer's data, which nobody can read back. `number` is the shop's own where it is not the id, `parent`
    the order that this one is a part of.

    Five are of the reading alone: `formerly`, the fingerprint as versions made it that took the items' names
    into it, and `roughly`, those of versions that were told fewer decimals (see `Orders.save`);
    `buyer_formerly`, the same of the buyer as versions made it that did not know the key of the document;
    whether the shop tells when it was paid; and whether versions before took it for unpaid. `by_row`: it was
    told by a spreadsheet last; `by_import`: one without times of change, so that `updated_at` is when that
    was taken in; `changed_at`: the last time of change that it told itself; `method`: the shop's word for how
    it was paid (None where no version has asked yet), `paid` how much, in centavos, and `transaction` the
    gateway's id of that. The last six the state alone knows: whether it was ever seen as paid; when, if it
    was seen unpaid before and the shop tells no time of it; whether a person asked for it though it is too
    old, and by its name; since when the shop says that it has it no more; and within which order, sent or to
    be sent, its money and its units are already.
    """

    id: OrderId
    payment: Payment
    total: int
    items: tuple[tuple[str, Decimal], ...]  # SKU, quantity
    counted_at: datetime
    updated_at: datetime
    fingerprint: str
    status: str = ""
    buyer: str = ""
    number: str = ""
    parent: str = ""
    created_at: datetime | None = None
    formerly: str = field(default="", compare=False)
    roughly: tuple[str, ...] = field(default=(), compare=False)
    buyer_formerly: str = field(default="", compare=False)
    tells_payment: bool = field(default=True, compare=False)
    was_unpaid: bool = field(default=False, compare=False)
    by_row: bool = field(default=False, compare=False)
    by_import: bool = field(default=False, compare=False)
    changed_at: datetime | None = field(default=None, compare=False)
    method: str | None = field(default=None, compare=False)
    paid: int | None = field(default=None, compare=False)
    transaction: str = field(default="", compare=False)
    was_paid: bool = field(default=False, compare=False)
    seen_paid_at: datetime | None = field(default=None, compare=False)
    wanted: bool = field(default=False, compare=False)
    by_name: bool = field(default=False, compare=False)
    gone_at: datetime | None = field(default=None, compare=False)
    within: str = field(default="", compare=False)

    @property
    def shown(self) -> str:
        """What a person calls it: the shop's own number, else the id."""
        return self.number or self.id

    @property
    def version(self) -> str:
        """A mark of the order as it is now, its payment, its buyer and that it is gone included."""
        return self.version_as(self.payment)

    def version_as(self, payment: Payment) -> str:
        """The same, had its status this meaning."""
        gone = ("gone",) if self.gone_at else ()  # one that is there keeps the mark that it always had
        return f"{FORMAT}:{fingerprint(self.fingerprint, self.buyer, payment, *gone)}"


@dataclass(frozen=True, slots=True)
class Sale:
    """A sale that is in the ERP. `moves_stock`: booked in a way that lowers the ERP's balance."""

    order_id: OrderId
    erp_id: ErpId
    number: int
    total: int
    fingerprint: str
    moves_stock: bool
    sent_at: datetime
    ended_at: datetime | None = None  # when it was cancelled in the ERP, by us
