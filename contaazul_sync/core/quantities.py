"""Quantities: units of things, as Decimal."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TypeVar

Thing = TypeVar("Thing")


def at_whole_prices(quantity: Decimal, amount: int) -> Iterator[tuple[Decimal, int]]:
    """A quantity above zero in one or two parts, each at a price of whole centavos, which make the amount.

    Counted are the smallest equal portions of which so many are whole units: of 3 units, three; of 0.35 kg,
    seven of 0.05 kg. Each costs a whole number of centavos, and the last ones one centavo more where the
    amount does not divide: 3 for 10.00 are 2 x 3.33 and 1 x 3.34; 0.35 kg for 4.56 are 0.3 kg x 13.00 and
    0.05 kg x 13.20. `amount` is in centavos.
    """
    portions, in_a_unit = quantity.as_integer_ratio()
    price, dearer = divmod(amount, portions)
    for count, each in ((portions - dearer, price), (dearer, price + 1)):
        if count:
            yield Decimal(count) / in_a_unit, each * in_a_unit


def is_rounded(exact: Decimal, total: int, quantity: Decimal) -> bool:
    """Whether an amount, rounded to the centavo, or the price of one unit, is all that two totals differ by.

    `exact`: quantity times price, in centavos.
    """
    twice = abs(exact - total) * 2
    return twice <= 1 or twice < quantity


def added_up(pairs: Iterable[tuple[Thing, Decimal]]) -> dict[Thing, Decimal]:
    """How many units there are of each thing."""
    units: dict[Thing, Decimal] = {}
    for thing, quantity in pairs:
        units[thing] = units.get(thing, Decimal(0)) + quantity
    return units
