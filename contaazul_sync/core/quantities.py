"""Quantities: units of things, as Decimal."""

from collections.abc import Iterable
from decimal import Decimal
from typing import TypeVar

Thing = TypeVar("Thing")


def added_up(pairs: Iterable[tuple[Thing, Decimal]]) -> dict[Thing, Decimal]:
    """How many units there are of each thing."""
    units: dict[Thing, Decimal] = {}
    for thing, quantity in pairs:
        units[thing] = units.get(thing, Decimal(0)) + quantity
    return units
