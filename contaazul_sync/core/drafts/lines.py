"""The lines of a sale, exact to the centavo: kits taken apart, free items folded into the discount."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from contaazul_sync.core.errors import Unusable
from contaazul_sync.core.money import plain, shares, written
from contaazul_sync.core.orders import Line
from contaazul_sync.core.quantities import at_whole_prices, is_rounded
from contaazul_sync.core.words import Said, _


@dataclass(frozen=True, slots=True)
class SaleLine:
    """One line of a sale: `price` for one unit, in centavos, never below 1."""

    sku: str
    name: str
    quantity: Decimal
    price: int


@dataclass(frozen=True, slots=True)
class KitPart:
    """A part of a kit: how many units one kit has, and what one costs in the shop, in centavos."""

    sku: str
    name: str
    price: int
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Kit:
    """A product that is sold by its parts, since the ERP does not have it as one."""

    parts: tuple[KitPart, ...]


NO_KITS: Mapping[str, Kit] = {}


def opened(lines: tuple[Line, ...], kits: Mapping[str, Kit]) -> Iterator[Line]:
    """The lines with each kit replaced by its parts."""
    for line in lines:
        yield from kit_lines(line, kits[line.sku]) if line.sku in kits else (line,)


def kit_lines(line: Line, kit: Kit) -> Iterator[Line]:
    """A kit's line as lines of its parts, which make its amount to the centavo.

    The amount is shared out by what the parts cost in the shop; the centavos that are left go to the first
    ones. A part whose share is no whole centavo each goes as two lines, one of them a centavo dearer.
    """
    if line.quantity != int(line.quantity):
        text = _("{quantity} of the kit {sku} cannot be taken apart")
        raise Unusable(text.format(quantity=plain(line.quantity), sku=line.sku))
    units = [int(line.quantity * part.quantity) for part in kit.parts]
    weights = [part.price * count for part, count in zip(kit.parts, units, strict=True)]
    amounts = shares(line_total(line), weights if sum(weights) else units)
    for part, count, amount in zip(kit.parts, units, amounts, strict=True):
        for quantity, each in at_whole_prices(Decimal(count), amount):
            yield Line(part.sku, part.name, quantity, each)


def line_total(line: Line) -> int:
    """A line's amount in centavos: the shop's own total, where its price is that by the unit, rounded.

    Raises Unusable when it is no whole centavo, or not what the shop says.
    """
    exact = line.quantity * line.price
    if line.quantity <= 0:
        raise _bad(line, _("the quantity of {item} is {quantity}"))
    if line.price < 0:
        raise _bad(line, _("the price of {item} is negative"))
    if line.total is not None and is_rounded(exact, line.total, line.quantity):
        return line.total
    if exact != exact.to_integral_value():
        raise _bad(line, _("{quantity} x {price} of {item} is no whole centavo"))
    if line.total is not None:
        raise _bad(line, _("{quantity} x {price} of {item} is not the line's total {total}"))
    return int(exact)


def _bad(line: Line, text: Said) -> Unusable:
    """Why a line is no amount; `text` names its values."""
    return Unusable(
        text.format(
            item=line.sku or line.name,
            quantity=plain(line.quantity),
            price=written(line.price),
            total=written(line.total or 0),
        )
    )


def sale_lines(lines: Iterable[Line]) -> tuple[tuple[SaleLine, ...], int]:
    """The sale's lines, and what the free ones add: the discount takes it off again.

    The ERP refuses an item of value 0. A free item goes at the smallest price that makes a whole centavo,
    so that its units leave the stock, and the same amount joins the discount: the total does not change.
    """
    done, folded = [], 0
    for line in lines:
        for quantity, each in _priced(line):
            price = each or quantity.as_integer_ratio()[1]
            folded += 0 if each else int(quantity * price)
            done.append(SaleLine(line.sku, line.name, quantity, price))
    return tuple(done), folded


def _priced(line: Line) -> Iterable[tuple[Decimal, int]]:
    """A line's units and their price; as two parts where the amount is no whole centavo for each."""
    total = line_total(line)
    if line.quantity * line.price == total:
        return [(line.quantity, line.price)]
    return at_whole_prices(line.quantity, total)
