"""The record of a cost centre, and those that the company starts with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class CostCentre:
    """What a sale may be booked on beside its category."""

    id: str
    name: str
    code: str | None = None
    active: bool = True


def first_ones() -> list[CostCentre]:
    """Two in use, and one that is no more."""
    return [
        CostCentre("b7c1d3e5-3a21-4f0b-8c6d-2e9f5a7b1c01", "Loja virtual", "010"),
        CostCentre("b7c1d3e5-3a21-4f0b-8c6d-2e9f5a7b1c02", "Balcão"),
        CostCentre("b7c1d3e5-3a21-4f0b-8c6d-2e9f5a7b1c03", "Feira de 2019", "019", active=False),
    ]
