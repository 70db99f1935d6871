"""The record of a product."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from contaazul_sync.sandbox.erp.records.fixed import DEFAULT_UNIT

if TYPE_CHECKING:
    from datetime import datetime

STATUSES = ("ATIVO", "INATIVO")


@dataclass(slots=True)
class Product:
    """One product of the ERP. `total` is on the shelf, `reserved` of it belongs to approved sales."""

    id: str
    legacy_id: int
    sku: str
    name: str
    price: Decimal
    total: Decimal
    updated: datetime
    visible_from: datetime
    reserved: Decimal = Decimal(0)
    status: str = "ATIVO"
    version: int = 0
    ean: str = ""
    description: str = ""
    format: str = "SIMPLES"
    cost: Decimal = Decimal(0)
    minimum: Decimal = Decimal(0)
    maximum: Decimal = Decimal(0)
    unit: int = DEFAULT_UNIT
    ncm: int | None = None
    cest: int | None = None
    fiscal: dict[str, Any] = field(default_factory=dict)
    dimensions: dict[str, Any] = field(default_factory=dict)
    kit: dict[str, Any] | None = None
    parent: str | None = None  # of a variation
    kinds: list[dict[str, Any]] = field(default_factory=list)  # what a parent varies by
    options: list[dict[str, Any]] = field(default_factory=list)  # which of it this variation is

    @property
    def stock(self) -> Decimal:
        """What can still be sold; negative where more was sold than there was."""
        return self.total - self.reserved
