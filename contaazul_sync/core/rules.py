"""The settings that decide something, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from decimal import Decimal

from contaazul_sync.core.days import local_day
from contaazul_sync.core.methods import payment_word, same_word
from contaazul_sync.core.money import HUNDRED, adjusted
from contaazul_sync.core.orders import NOTHING_TAKEN, OrderNote, Payment
from contaazul_sync.core.products import base_of
from contaazul_sync.core.receivables import Settle


@dataclass(frozen=True, slots=True)
class PaymentRule:
    """What the merchant says of one way of paying. Names or ids of the ERP.

    `terms`: days after the payment at which the parts are due; or `first_due_days`: those until the first.
    `settle`: when its money has come, and `fee_percent`, `fee_fixed` what the gateway keeps of it.
    """

    type: str = ""
    account: str = ""
    category: str = ""
    cost_center: str = ""
    seller: str = ""
    terms: tuple[int, ...] = ()
    # No part of the marks that were always kept: `order_version` adds it where it is given.
    first_due_days: int | None = field(default=None, repr=False)
    settle: Settle = field(default=Settle.NEVER, repr=False)
    fee_percent: Decimal = field(default=Decimal(0), repr=False)  # of each part
    fee_fixed: int = field(default=0, repr=False)  # centavos, once an order

    @property
    def is_settled(self) -> bool:
        """Whether what comes this way is settled in the ERP at all."""
        return self.settle is not Settle.NEVER

    @property
    def says_when_due(self) -> bool:
        """Whether the merchant, and not the buyer's choice alone, says when the parts are due."""
        return bool(self.terms) or self.first_due_days is not None

    @property
    def said(self) -> dict[str, object]:
        """What the merchant said, by the names of the settings: what is not as it is for everybody."""
        return {
            each.name: value for each in fields(self) if (value := getattr(self, each.name)) != each.default
        }


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
    paid_differs_limit: Decimal = Decimal(20)  # percent of an order's total
    rounding: str = "hold"
    consumer: str = ""
    on_cancel: str = "report"
    update_customers: str = "fill"
    payments: Mapping[str, PaymentRule] = field(default_factory=dict)
    kits: Mapping[str, tuple[tuple[str, Decimal], ...]] = field(default_factory=dict)
    begin: datetime | None = None  # when the shop's orders could be read at last, after a time without
    shop_kind: str = "webstore"
    orders_kind: str = ""  # "files" where the shop's orders come from these, whatever kind it is
    stock_age: timedelta = timedelta(0)  # how old a stock may be by the time that the shop tells it
    hides_variations: bool = False  # the shop tells a product's variations only where it is wanted

    def payment(self, method: str) -> PaymentRule:
        """What the merchant says of the shop's word for a way of paying: the exact row, else one like it."""
        return self.payments.get(self.payment_row(method), PaymentRule())

    def payment_row(self, method: str) -> str:
        """The name of that row, or ""."""
        if (exact := payment_word(method)) in self.payments:
            return exact
        return next((word for word in self.payments if same_word(word, method)), "")

    def lets_pass(self, less: int, total: int) -> bool:
        """Whether an order of this total may have been paid so much less, both in centavos."""
        return less * HUNDRED <= total * self.paid_differs_limit

    def too_old(self, note: OrderNote) -> bool:
        """Whether an order was paid before the day, or the moment, from which orders are sent.

        One that a person asked for is not. Where the shop tells no time of the payment, that is when the
        order was first seen to be paid.
        """
        if note.wanted:
            return False
        paid_at = note.seen_paid_at or note.counted_at
        if self.begin is not None and paid_at < self.begin:
            return True
        return self.since is not None and local_day(paid_at) < self.since

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
