"""Quantities: units of things, as Decimal."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TypeVar

Thing = TypeVar("Thing")
ROUGHEST = 20  # portions in a unit, of which each may cost a centavo more or less than the others


def at_whole_prices(quantity: Decimal, amount: int) -> Iterator[tuple[Decimal, int]]:
    """A quantity above zero in a few parts, each at a price of whole centavos, which make the amount.

    Counted are the smallest equal portions of which so many are whole units: of 3 units, three; of 0.35 kg,
    seven of 0.05 kg. Each costs a whole number of centavos, and the last ones one centavo more where the
    amount does not divide: 3 for 10.00 are 2 x 3.33 and 1 x 3.34; 0.35 kg for 4.56 are 0.3 kg x 13.00 and
    0.05 kg x 13.20. `amount` is in centavos.

    Of finer portions each centavo is a large step of the price: there whole units go first, then twentieths,
    below their price by less than a step of it, and these portions make up the rest: 0.357 kg for 4.64 are
    0.35 kg x 12.80, 0.005 kg x 20.00 and 0.002 kg x 30.00.
    """
    portions, in_a_unit = quantity.as_integer_ratio()
    for steps in (1, ROUGHEST) if in_a_unit > ROUGHEST and amount % portions else ():
        round_part = Decimal(int(quantity * steps)) / steps
        price = int(amount / quantity) // steps * steps
        if round_part and price:
            yield round_part, price
            quantity, amount = quantity - round_part, amount - int(round_part * price)
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
