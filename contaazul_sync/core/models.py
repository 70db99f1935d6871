"""The things that this tool speaks of. Frozen values; no I/O, no clock.

Words, each used for one thing everywhere:
  shop      the web shop                      erp      Conta Azul
  product   a sellable unit of the shop: a product without variations, or one variation
  key       the shop's id of a product, `1742395` or `1742395:987`
  base      the shop's own price of a product, before the merchant's percentage
  link      a product of the shop that is known in the ERP
  queue     products chosen by the merchant, to be created by the next pass
  order     what a buyer ordered in the shop    sale   what it became in the ERP
  intent    something we are about to create, written down before it is sent
  failure   an item that needs a person or waits for something; `group` says which
  drift     the ERP's balance differs from what it should be, and cannot be written
Amounts are integer centavos, quantities and percentages Decimal, times aware datetimes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NewType

from contaazul_sync.core.days import local_day
from contaazul_sync.core.money import adjusted

ShopKey = NewType("ShopKey", str)
OrderId = NewType("OrderId", str)
ErpId = NewType("ErpId", str)


FORMAT = "1"  # of what `Order.note` hashes: a new one makes old marks say nothing, not "changed"


# Statuses of WooCommerce in which it has not taken an order's units from the stock, or has put them back.
NOTHING_TAKEN = ("pending", "failed", "checkout-draft", "auto-draft", "trash")
UNREADABLE = "unreadable"  # stands for the version of an order that cannot be read


def differs(kept: str, now: str) -> bool:
    """Whether two marks tell a change. Marks of different formats tell nothing."""
    old, new = kept.partition(":"), now.partition(":")
    return kept != now and not (old[1] and new[1] and old[0] != new[0])


def fingerprint(*values: object) -> str:
    """A short mark of some values: equal for equal ones, and for no others that matter."""
    import hashlib  # noqa: PLC0415 - takes as long to load as all of this

    return hashlib.sha256(repr(values).encode()).hexdigest()[:20]


class Kind(StrEnum):
    """What an intent or a failure is about."""

    PRODUCT = "product"
    CUSTOMER = "customer"
    SALE = "sale"


class Group(StrEnum):
    """Why an item is in the list of failures; an item is in one group only."""

    WAITING = "waiting"  # an order whose product is not in the ERP
    HELD = "held"  # a rule of ours keeps it back
    FAILED = "failed"  # the ERP said no
    IN_DOUBT = "in_doubt"  # sent, and the answer was lost
    ATTENTION = "attention"  # only a person can tell: changed after the sale, or not found at a rebuild


class Payment(StrEnum):
    """What the shop's order status means for us."""

    PAID = "paid"
    UNPAID = "unpaid"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"
    UNKNOWN = "unknown"  # a status that nobody said the meaning of


def base_of(regular: int, promotional: int | None, source: str) -> int:
    """The shop's own price: the promotional one where there is one and `source` asks for it."""
    return promotional if promotional and source == "promotional" else regular


@dataclass(frozen=True, slots=True)
class Details:
    """What a product is created with beside name, price and stock. Weight in kg, sizes in cm."""

    ean: str = ""
    ncm: str = ""
    description: str = ""
    weight: Decimal | None = None
    height: Decimal | None = None
    width: Decimal | None = None
    length: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """A sellable unit as the shop lists it. `problem` says why a row cannot be used as it is.

    `stock` is None where the shop keeps none of it. `listed`: known from a listing alone, which tells neither
    its stock nor whether it has variations; it is read when it is chosen.
    """

    key: ShopKey
    sku: str
    name: str
    price: int
    promotional: int | None
    stock: Decimal | None
    details: Details = field(default_factory=Details)
    updated_at: datetime | None = None
    problem: str | None = None
    gone: bool = False
    listed: bool = False

    def base(self, source: str) -> int:
        """The shop's price in centavos: the promotional one where there is one and `source` asks for it."""
        return base_of(self.price, self.promotional, source)


@dataclass(frozen=True, slots=True)
class Link:
    """A product of the shop and its twin in the ERP.

    `base` and `sent` are the shop's price and the price sent when the ERP last took one; `base` is None
    as long as it took none. `expected` is the balance that the ERP should have had when it was last compared,
    less what was sold since; None when it never was. `compare_after`: the balance is to be compared from
    then on; None when only a change in the shop makes that needed.
    """

    key: ShopKey
    erp_id: ErpId
    sku: str
    base: int | None = None
    sent: int | None = None
    expected: Decimal | None = None
    compare_after: datetime | None = None
    missing: bool = False


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


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an order: `price` for one unit and `total` for the line, in centavos.

    `mark` is the line's own id, and `key` the product by its id, from shops that tell these. There the SKU is
    the product's own of today, and goes with it.
    """

    sku: str
    name: str
    quantity: Decimal
    price: int
    total: int | None = None
    mark: str = field(default="", repr=False)  # as the key, no part of the marks that were always kept
    key: ShopKey = field(default=ShopKey(""), repr=False)

    @property
    def content(self) -> object:
        """What was ordered and at what price, by that of its names which does not change."""
        return (self.mark, self.quantity, self.price, self.total) if self.mark else self


@dataclass(frozen=True, slots=True)
class Order:
    """An order as the shop tells it. Amounts in centavos; `total` is what the customer owed.

    `refunded` is what was given back of it while the rest stays paid.
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

    @property
    def counted_at(self) -> datetime:
        """The day that the sale is booked on: of the payment, else of the order."""
        return self.paid_at or self.created_at

    def note(self) -> "OrderNote":
        """What the state keeps of it."""
        sums: tuple[object, ...]
        sums = (self.subtotal, self.shipping, self.discount, self.fees, self.total, self.total_paid)
        if self.refunded:  # an order of which nothing was given back keeps the mark that it always had
            sums = (*sums, self.refunded)
        lines = tuple(line.content for line in self.lines)
        content = fingerprint(self.method, self.installments, sums, lines)
        return OrderNote(
            id=self.id,
            payment=self.payment,
            status=self.status,
            total=self.total,
            items=tuple((line.sku, line.quantity) for line in self.lines),
            counted_at=self.counted_at,
            updated_at=self.updated_at,
            fingerprint=f"{FORMAT}:{content}",
            buyer=fingerprint(self.buyer),
        )


@dataclass(frozen=True, slots=True)
class OrderNote:
    """What the state remembers of an order: no buyer, no address.

    `fingerprint` covers the sums and the lines; the status and the buyer are not in it. `buyer` is a mark of
    the buyer's data, which nobody can read back.
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

    @property
    def version(self) -> str:
        """A mark of the order as it is now, its payment and its buyer included."""
        return f"{FORMAT}:{fingerprint(self.fingerprint, self.buyer, self.payment)}"


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


@dataclass(frozen=True, slots=True)
class Intent:
    """A create that is written down. `sends` counts how often it went out, the last time at `sent_at`.

    `fingerprint` and `total` are of the order as it was first sent.
    """

    kind: Kind
    key: str
    number: int | None
    opened_at: datetime
    sent_at: datetime | None
    sends: int
    fingerprint: str = ""
    total: int = 0


@dataclass(frozen=True, slots=True)
class Failure:
    """An item that needs a person, or waits. `fingerprint` is of what was tried."""

    kind: Kind
    key: str
    group: Group
    reason: str
    next_step: str
    since: datetime
    attempts: int = 1
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Drift:
    """The ERP's balance is `actual` and should be `expected`, and the ERP does not let us write it."""

    key: ShopKey
    expected: Decimal
    actual: Decimal
    since: datetime


@dataclass(frozen=True, slots=True)
class ErpProduct:
    """A product of the ERP. `balance` is what may be sold, `price` centavos; None where it is not told."""

    id: ErpId
    sku: str
    name: str
    active: bool
    price: int | None
    balance: Decimal | None
    ean: str = ""


@dataclass(frozen=True, slots=True)
class ErpPerson:
    """A person of the ERP; `document` is digits and capitals only."""

    id: ErpId
    document: str
    active: bool
    profiles: frozenset[str]
    name: str = ""


@dataclass(frozen=True, slots=True)
class ErpSale:
    """A sale of the ERP, as reading one tells it. `total` in centavos."""

    id: ErpId
    number: int
    notes: str
    total: int | None
    situation: str
    cancelled: bool
    version: int = 0
    customer: ErpId = ErpId("")


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a command. `outcome` is its exit code, None while it runs or when it was cut short."""

    id: int
    command: str
    started_at: datetime
    finished_at: datetime | None
    outcome: int | None
    created: int
    updated: int
    failed: int
    message: str


@dataclass(frozen=True, slots=True)
class Account:
    """The ERP company that we are signed in to."""

    company_id: str
    company: str
    document: str


@dataclass(frozen=True, slots=True)
class PaymentRule:
    """What the merchant says of one way of paying. Names or ids of the ERP; `terms` in days."""

    type: str = ""
    account: str = ""
    category: str = ""
    cost_center: str = ""
    seller: str = ""
    terms: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings that decide something, as plain values."""

    percent: Decimal = Decimal(0)
    price_source: str = "promotional"
    since: date | None = None
    sale_status: str = "APROVADO"
    stock_taken_at: str = "payment"
    shop_id: str = "shop"
    paid_differs: str = "hold"
    consumer: str = ""
    on_cancel: str = "report"
    payments: Mapping[str, PaymentRule] = field(default_factory=dict)
    kits: Mapping[str, tuple[tuple[str, Decimal], ...]] = field(default_factory=dict)
    begin: datetime | None = None  # when the shop's orders could be read at last, after a time without
    shop_kind: str = "webstore"
    stock_age: timedelta = timedelta(0)  # how old a stock may be by the time that the shop tells it
    hides_variations: bool = False  # the shop tells a product's variations only where it is wanted

    def too_old(self, note: OrderNote) -> bool:
        """Whether an order was paid before the day, or the moment, from which orders are sent."""
        if self.begin is not None and note.counted_at < self.begin:
            return True
        return self.since is not None and local_day(note.counted_at) < self.since

    def takes_stock(self, note: OrderNote) -> bool:
        """Whether the shop's stock lacks an order's units already.

        WooCommerce takes them when the order is first on hold, processing or completed, paid or not, and a
        status of a plugin comes after these (docs/shops.md).
        """
        if note.payment in (Payment.CANCELLED, Payment.REFUNDED):
            return False
        if note.payment is Payment.PAID:
            return True
        if self.shop_kind == "woocommerce":
            return note.status not in NOTHING_TAKEN
        return note.payment is Payment.UNPAID and self.stock_taken_at == "order"

    def price(self, regular: int, promotional: int | None) -> int:
        """What the ERP should hold for these two prices of the shop, in centavos."""
        return adjusted(base_of(regular, promotional, self.price_source), self.percent)
