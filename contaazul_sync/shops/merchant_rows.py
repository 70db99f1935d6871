"""Webstore's merchant API: from its rows to our models, as a profile reads them. Pure.

An error names the field, never its value: that may be a person's name.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from contaazul_sync.core.days import clock_time
from contaazul_sync.core.drafts.text import text_of
from contaazul_sync.core.fit import FIRST_YEAR, Mended, as_told, is_no_date, is_of_our_time
from contaazul_sync.core.ids import OrderId, ShopKey
from contaazul_sync.core.money import HUNDRED, TooFine, centavos, decimal
from contaazul_sync.core.orders import Buyer, Line, Order, Payment
from contaazul_sync.core.products import Details, Product
from contaazul_sync.core.quantities import is_rounded
from contaazul_sync.core.words import _
from contaazul_sync.shops import bugs
from contaazul_sync.shops.expressions import Expression
from contaazul_sync.shops.port import Unreadable
from contaazul_sync.shops.profile import Fields, Profile

Row = Mapping[str, Any]
Number = TypeVar("Number", int, Decimal)


def units(profile: Profile, row: Row) -> Iterator[Product]:
    """A product's sellable units: its variations, or itself where it has none."""
    variations = search(profile.variations, row) or []
    if not isinstance(variations, list) or not all(isinstance(unit, dict) for unit in variations):
        yield replace(_fit(profile, row, row), problem=_("its variations cannot be read"), priced=False)
    elif not variations:
        yield _fit(profile, row, row)
    else:
        yield from (_fit(profile, row, unit) for unit in variations)


def _fit(profile: Profile, parent: Row, unit: Row) -> Product:
    """One unit, in words that are fit to keep."""
    read = _product(profile, parent, unit)
    is_mended = isinstance(parent, Mended) or isinstance(unit, Mended)
    return read.fit(_product(profile, as_told(parent), as_told(unit)) if is_mended else None)


def key(profile: Profile, row: Row) -> str:
    """A product's id."""
    return id_of(profile, profile.product_fields, row)


def id_of(profile: Profile, fields: Fields, row: Row) -> str:
    """The id of a product or an order, as these fields read it; "" where it has none."""
    return _Look(profile, fields, row).text("id")


def _product(profile: Profile, parent: Row, unit: Row) -> Product:
    """One unit. What a variation does not tell of itself (text, sizes) is its parent's."""
    at = _Look(profile, profile.product_fields, unit)
    above = at if unit is parent else _Look(profile, profile.product_fields, parent)
    key = above.text("id") if unit is parent else f"{above.text('id')}:{at.text('id')}"
    problem = None if all(key.split(":")) else _("it has no id in the shop")
    price, promotional, stock, priced = 0, None, Decimal(0), False
    try:
        price = centavos(at.value("price") or 0)
        promotional = centavos(at.value("promotional") or 0) or None
        priced = problem is None
        if (told := at.value("stock")) in (None, ""):
            problem = _("the shop tells no stock of it")
        else:
            stock = decimal(told)
    except ValueError as error:
        problem = _("its price or stock cannot be read: {why}").format(why=error)
    return Product(
        key=ShopKey(key),
        sku=at.text("sku"),
        name=at.text("name") or above.text("name"),
        price=price,
        promotional=promotional,
        stock=stock,
        details=_details(at, above),
        updated_at=_time_or_none(above),
        problem=problem,
        priced=priced,
    )


def order(profile: Profile, row: Row) -> Order | Unreadable:
    """One order of the shop's JSON."""
    at = _Look(profile, profile.order_fields, row)
    order_id = at.text("id")
    if not order_id:
        return Unreadable("", _("the shop's order has no id"))
    try:
        read = _order(profile, OrderId(order_id), at)
        told = _order(profile, OrderId(order_id), at.as_told()) if isinstance(row, Mended) else read
        return read.fit(told)
    except TooFine as error:  # it is in the right place
        return Unreadable(order_id, _("the shop's order cannot be read: {why}").format(why=error))
    except (ArithmeticError, TypeError, ValueError) as error:
        text = _("the shop's order cannot be read with this profile: {why}")
        return Unreadable(order_id, text.format(why=error), by_profile=True)
    except Exception as error:  # noqa: BLE001 - a bug of ours is this order's alone
        return bugs.unreadable(order_id, error)


def _order(profile: Profile, order_id: OrderId, at: "_Look") -> Order:
    status = at.text("status")
    created = at.time("created")
    if not is_of_our_time(created):
        raise ValueError(_("its {name} is not a date as the profile writes it").format(name="created"))
    return Order(
        id=order_id,
        status=status,
        payment=profile.statuses.get(status, Payment.UNKNOWN),
        created_at=created,
        updated_at=_time_or_none(at) or created,
        paid_at=at.moment("paid"),
        method=at.text("method"),
        installments=int(at.read("installments", decimal) or 1),
        subtotal=at.amount("subtotal"),
        shipping=at.amount("shipping"),
        discount=at.amount("discount"),
        fees=at.amount("fees"),
        total=at.need("total", centavos),
        total_paid=at.read("total_paid", centavos),
        buyer=_buyer(at),
        lines=tuple(line for row in _rows(at.value("items")) for line in _lines(profile, row)),
        number=at.text("number"),
    )


def _lines(profile: Profile, row: Row) -> Iterator[Line]:
    """A line; by its total alone, where the price of one unit has more than two decimals and makes that."""
    at = _Look(profile, profile.item_fields, row)
    quantity, total = at.need("quantity", decimal), at.read("total", centavos)
    line = Line(at.text("sku"), at.text("name"), quantity, price=0, total=total)
    try:
        yield replace(line, price=at.need("price", centavos))
    except TooFine:
        exact = quantity * at.need("price", decimal) * HUNDRED
        if total is None or quantity <= 0 or not is_rounded(exact, total, quantity):
            raise
        yield from line.of_total(total)


def search(expression: Expression | None, row: Any) -> Any:
    """What an expression finds; None where there is no such expression, or it does not suit the row."""
    return None if expression is None else expression.find(row)


def _rows(value: Any) -> list[Row]:
    if isinstance(value, list) and all(isinstance(row, dict) for row in value):
        return value
    raise ValueError(_("its items are no list of rows"))


class _Look:
    """Looks the profile's fields up in one row."""

    def __init__(self, profile: Profile, fields: Fields, row: Row) -> None:
        self.profile, self.fields, self.row = profile, fields, row

    def as_told(self) -> "_Look":
        """The same in the row as it came, its texts not mended."""
        return _Look(self.profile, self.fields, as_told(self.row))

    def value(self, name: str) -> Any:
        expression = self.fields.get(name)
        return None if expression is None else expression.find(self.row)

    def text(self, name: str) -> str:
        value = self.value(name)
        if isinstance(value, str):
            return value.strip()
        return "" if value is None or isinstance(value, (dict, list)) else str(value).strip()

    def read(self, name: str, reader: Callable[[object], Number]) -> Number | None:
        """A number, or None where none is told. An error names the field, not the value: it may be a name."""
        value = self.value(name)
        try:
            return None if value in (None, "") else reader(value)
        except TooFine:
            raise TooFine(_("its {name} has more than two decimals").format(name=name)) from None
        except ValueError:
            text = _("its {name} is not a number, or not one that can be booked")
            raise ValueError(text.format(name=name)) from None

    def need(self, name: str, reader: Callable[[object], Number]) -> Number:
        found = self.read(name, reader)
        if found is None:
            raise ValueError(_("its {name} is missing").format(name=name))
        return found

    def amount(self, name: str) -> int:
        return self.read(name, centavos) or 0

    def moment(self, name: str) -> datetime | None:
        """A date, or None where none is told, or one that a database writes where it has none."""
        told = self.text(name)
        moment = None if is_no_date(told) else self._time(name, told)
        if moment is None or is_of_our_time(moment):
            return moment
        if moment.year >= FIRST_YEAR:
            raise ValueError(_("its {name} is not a date as the profile writes it").format(name=name))
        return None

    def time(self, name: str) -> datetime:
        """A date as the profile writes it; one with its own offset is taken too."""
        return self._time(name, self.text(name))

    def _time(self, name: str, told: str) -> datetime:
        moment = clock_time(told, self.profile.date_format, self.profile.zone)
        if moment is None:
            raise ValueError(_("its {name} is not a date as the profile writes it").format(name=name))
        return moment


def _time_or_none(at: _Look) -> datetime | None:
    try:
        return at.moment("updated")
    except ValueError:
        return None


def _details(at: _Look, above: _Look) -> Details:
    def size(name: str) -> Decimal | None:
        told = at.value(name) or above.value(name)
        try:
            return decimal(told) or None if told else None
        except ValueError:
            return None  # an odd size is no reason to keep a product back

    return Details(
        ean=_ean(at.text("ean")),
        ncm="".join(filter(str.isdigit, at.text("ncm") or above.text("ncm"))),
        description=text_of(at.text("description") or above.text("description")),
        weight=size("weight"),
        height=size("height"),
        width=size("width"),
        length=size("length"),
    )


def _ean(told: str) -> str:
    """An EAN that its last digit proves; "SEM GTIN" is none."""
    if not told:
        return ""
    from stdnum import ean  # noqa: PLC0415 - slow to load, and few rows of a pass have one

    return told if ean.is_valid(told) else ""


def _buyer(at: _Look) -> Buyer:
    names = ("name", "document", "company", "email", "phone", "street", "number", "complement")
    more = ("district", "city", "region", "postcode")
    return Buyer(**{name: at.text(f"buyer_{name}") for name in names + more})
