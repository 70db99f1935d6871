"""The statement of a gateway that all of the shop's payments went through: a release report of Mercado Pago.

The columns and words are those of its documentation. ASSUMED: what a payment costs, that its money comes the
day after, that interest which a buyer paid on top is in the gross and taken again as FINANCING_FEE_AMOUNT,
that a refund gives the fee back and a chargeback does not, that all goes to the bank after every fifth row.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from contaazul_sync.sandbox.shop.state import transaction

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from contaazul_sync.sandbox.shop.state import Shop

HEADS = (
    *("DATE", "SOURCE_ID", "EXTERNAL_REFERENCE", "RECORD_TYPE", "DESCRIPTION", "NET_CREDIT_AMOUNT"),
    *("NET_DEBIT_AMOUNT", "GROSS_AMOUNT", "MP_FEE_AMOUNT", "FINANCING_FEE_AMOUNT", "SHIPPING_FEE_AMOUNT"),
    *("TAXES_AMOUNT", "COUPON_AMOUNT", "INSTALLMENTS", "PAYMENT_METHOD"),
)
FEES = {"pix": Decimal("0.99"), "boleto": Decimal("3.49"), "credit_card": Decimal("4.98")}  # percent
NAME = "release-report.csv"
_WORDS = {"pix": "pix", "boleto": "bolbradesco", "credit_card": "master"}
_ZONE = timezone(-timedelta(hours=4))  # what Mercado Pago takes where nobody says otherwise
_ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Line:
    """A row of the report; amounts as the balance moves by them."""

    at: datetime
    description: str = ""
    source: str = ""
    reference: str = ""
    gross: Decimal = _ZERO
    fee: Decimal = _ZERO
    financing: Decimal = _ZERO
    installments: int = 1
    method: str = ""
    record: str = "release"

    @property
    def net(self) -> Decimal:
        """What it moves the balance by."""
        return self.gross + self.fee + self.financing

    def cells(self) -> list[str]:
        """The row as it is written."""
        told: list[Any] = [self.at.astimezone(_ZONE).isoformat(timespec="milliseconds"), self.source]
        told += [self.reference, self.record, self.description, max(self.net, _ZERO), max(-self.net, _ZERO)]
        told += [self.gross, self.fee, self.financing, _ZERO, _ZERO, _ZERO, self.installments, self.method]
        return list(map(str, told))


@dataclass
class Gateway:
    """What the gateway knows of the shop's payments. `charged_back`: orders whose buyers took it back.

    `prefix` stands in front of the order in EXTERNAL_REFERENCE, as some plugins write it.
    """

    shop: Shop
    opening: Decimal = Decimal("150.00")
    charged_back: Collection[str] = ()
    prefix: str = ""
    separator: str = ","

    def report(self, since: datetime | None = None, until: datetime | None = None) -> bytes:
        """The report of some days: the balance before, all that moved it, and the balance after."""
        until = until or self.shop.clock()
        lines = [line for line in self._lines() if line.at < until]
        before = [line for line in lines if since and line.at < since]
        moved = lines[len(before) :]
        opening = self.opening + _sum(before)
        first = Line(
            since or (lines[0].at if lines else until), gross=opening, record="initial_available_balance"
        )
        last = Line(until, gross=opening + _sum(moved), record="total")
        text = io.StringIO(newline="")
        rows = [each.cells() for each in (first, *moved, last)]
        csv.writer(text, delimiter=self.separator, lineterminator="\n").writerows([HEADS, *rows])
        return text.getvalue().encode()

    def _lines(self) -> Iterator[Line]:
        """Each payment with what became of it, in turn, and what goes to the bank between."""
        with self.shop.lock:
            paid = [dict(order) for order in self.shop.orders if order["paid_at"]]
        lines = sorted((line for order in paid for line in self._payment(order)), key=lambda line: line.at)
        left = self.opening
        for number, line in enumerate(lines, start=1):
            yield line
            left += line.net
            if number % 5 == 0 and left > 0:
                yield from _to_the_bank(line.at, left, number)
                left = _ZERO

    def _payment(self, order: dict[str, Any]) -> Iterator[Line]:
        line = payment(order, self.prefix)
        yield line
        later = replace(line, at=line.at + timedelta(days=1), gross=-line.gross, financing=-line.financing)
        if order["status"] == "refunded":
            yield replace(later, description="refund", fee=-line.fee)
        elif order["order_id"] in self.charged_back:
            yield replace(later, description="chargeback", fee=_ZERO)


def _sum(lines: list[Line]) -> Decimal:
    return sum((line.net for line in lines), _ZERO)


def _to_the_bank(at: datetime, amount: Decimal, number: int) -> Iterator[Line]:
    """What is left is set aside, let go again, and transferred."""
    reserve = Line(at, "reserve_for_payout", gross=-amount)
    yield from (reserve, replace(reserve, gross=amount))
    yield Line(at, "payout", str(99_000_000_000 + number), gross=-amount)


def payment(order: dict[str, Any], prefix: str = "") -> Line:
    """What comes of an order's payment."""
    gross = max(Decimal(order["total_paid"]), Decimal(order["total"]))
    percent = FEES.get(order["payment_method"], Decimal(0))
    fee = (gross * percent / 100).quantize(_ZERO, ROUND_HALF_UP)
    paid = datetime.fromisoformat(order["paid_at"]).replace(tzinfo=timezone(-timedelta(hours=3)))
    return Line(
        at=paid + timedelta(days=1),
        description="payment",
        source=transaction(order),
        reference=f"{prefix}{order['order_id']}",
        gross=gross,
        fee=-fee,
        financing=Decimal(order["total"]) - gross,
        installments=order["installments"],
        method=_WORDS.get(order["payment_method"], "account_money"),
    )
