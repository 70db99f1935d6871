"""The records of what is to be received: the parts of a sale's event, and what was settled of each."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(slots=True)
class Part:
    """One part of a financial event, to be received on a day."""

    id: str
    event_id: str
    sale_id: str
    index: int  # from 1
    due: str
    amount: Decimal
    description: str
    method: str | None
    account_id: str | None
    nsu: str | None
    created: datetime
    changed: datetime
    visible_from: datetime
    expected: str
    note: str = ""
    version: int = 1
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Money:
    """What a settlement is made of; all in reais, none negative."""

    gross: Decimal
    fine: Decimal = Decimal(0)
    interest: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)
    fee: Decimal = Decimal(0)

    @property
    def net(self) -> Decimal:
        """What arrives on the account."""
        return self.gross + self.fine + self.interest - self.discount - self.fee


@dataclass(slots=True)
class Settlement:
    """What was received of one part, on one day."""

    id: str
    part_id: str
    day: str
    money: Money
    account_id: str
    method: str | None
    note: str
    nsu: str | None
    changed: datetime
    version: int = 1
