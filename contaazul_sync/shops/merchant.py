"""Webstore's merchant API: its products, its orders, and one order by its id, as a profile says.

Servers ignore filters that they do not know and tell wrong totals, so a walk ends at a page that brings
nothing new. A row that cannot be read is told as such and never ends the walk.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from jmespath.exceptions import JMESPathError
from jmespath.parser import ParsedResult
from stdnum import ean

from contaazul_sync.core.drafts.text import text_of
from contaazul_sync.core.errors import Missing, NoAccess, Refused, SignInExpired, Unavailable
from contaazul_sync.core.ids import OrderId, ShopKey
from contaazul_sync.core.money import centavos, decimal
from contaazul_sync.core.orders import Buyer, Line, Order, Payment
from contaazul_sync.core.products import Details, Product
from contaazul_sync.core.words import _
from contaazul_sync.net.complaints import error_text
from contaazul_sync.net.transport import Transport
from contaazul_sync.shops.port import FIRST_YEAR, Can, Unread, Unreadable, Wanted, nothing
from contaazul_sync.shops.profile import Fields, Profile

MOST_PAGES = 5000  # a listing that does not end is cut here

Row = Mapping[str, Any]


def how_to_get_orders() -> str:
    """What a merchant has to ask for, and whom: Webstore publishes nothing of this API (docs/shops.md)."""
    return _(
        "The shop's orders do not go to the ERP: its public pages tell of none, and Webstore's merchant"
        " API does. Ask Webstore's support (or developers@webstore.net.br, developers@webstore.com.br)"
        " six things: 1. your shop's 'URL Api'; 2. its token; 3. the paths that list the orders and show"
        " one; 4. the list of statuses, and which of them mean that the payment is approved; 5. how pages"
        " go on, and whether changes since a date can be asked for; 6. how many requests are allowed."
        " Then: contaazul-sync auth --secrets"
    )


def _signed_out() -> str:
    return _(
        "the shop does not accept the token. Take the right one from the app's page in the shop's panel"
        " (Aplicativos), then run: contaazul-sync auth --secrets"
    )


class Merchant:
    """The shop, as its profile reads it."""

    def __init__(self, transport: Transport, profile: Profile) -> None:
        self.http = transport
        self.profile = profile
        self.can = Can(tells_changes=bool(profile.updated_since))
        self.told_right = False  # the last walk to the very end found the total right, and the pages full

    async def products(
        self,
        since: datetime | None = None,
        *,
        wanted: Wanted = nothing,  # noqa: ARG002 - of the port: a listing tells all of every product
        look: bool = True,  # noqa: ARG002
        believe: bool = False,
    ) -> AsyncIterator[list[Product | Unread]]:
        """The sellable units, a page at a time; those changed since then, where the shop can tell.

        `believe`: a page that is not full ends the walk, when as many rows were read as the shop tells. It is
        for shops of which a walk to the very end has shown that both can be relied on (`told_right`).
        """
        profile = self.profile
        async for rows in self._pages(profile.product_path, profile.product_rows, since, believe=believe):
            yield [product for row in rows for product in self._units(row)]

    async def orders(
        self, since: datetime | None = None, *, believe: bool = False
    ) -> AsyncIterator[list[Order | Unreadable]]:
        """The orders in every status, in the same way."""
        profile = self.profile
        async for rows in self._pages(profile.orders_path, profile.order_rows, since, believe=believe):
            yield [self.read_order(row) for row in rows]

    async def order(self, order_id: str) -> Order | Unreadable | None:
        """One order as it is now; None where the shop does not know it."""
        try:
            answer = await self.http.get(self.profile.order_path, {self.profile.order_id: order_id})
        except Missing:
            return None
        except SignInExpired as error:
            raise NoAccess(_signed_out()) from error
        if failure := self._failure(answer):  # of this order, as far as can be told: the others go on
            raise Refused(200, failure, "the shop")
        row = _search(self.profile.order_row, answer)
        if not isinstance(row, dict):
            return None
        order = self.read_order(row)
        return order if order.id == order_id else None

    # Asking

    async def _pages(
        self, path: str, rows_at: Any, since: datetime | None, *, believe: bool
    ) -> AsyncIterator[list[Row]]:
        profile = self.profile
        self.told_right, sizes = False, list[int]()
        query: dict[str, str | int | list[str]] = {profile.size: profile.rows_per_page}
        if since and profile.updated_since:
            query[profile.updated_since] = since.astimezone(profile.zone).strftime(profile.date_format)
        before: list[Row] = []
        for page in range(1, MOST_PAGES):
            answer = await self._ask(path, {profile.page: page, **query})
            rows = _search(rows_at, answer)
            if rows is None:
                rows = []
            if not isinstance(rows, list):
                raise Unavailable(_("the shop's {path} answers no list of rows.").format(path=path))
            rows = [row for row in rows if isinstance(row, dict)]
            total = _search(profile.total, answer)
            if not rows or rows == before:  # past its end, one kind of server repeats the last page
                self.told_right = total == sum(sizes) and len(set(sizes[:-1])) <= 1
                return
            sizes.append(len(rows))
            yield rows
            if believe and len(rows) < profile.rows_per_page and total == sum(sizes):
                return
            before = rows

    async def _ask(self, path: str, query: Mapping[str, str | int | list[str]]) -> Any:
        try:
            answer = await self.http.get(path, query)
        except SignInExpired as error:
            raise NoAccess(_signed_out()) from error
        except Refused as error:
            text = _("the shop refused {path} ({status}): {text}.")
            raise Unavailable(text.format(path=path, status=error.status, text=error.text)) from error
        if failure := self._failure(answer):
            raise Unavailable(_("the shop says: {text}.").format(text=failure))
        return answer

    def _failure(self, answer: Any) -> str:
        """The shop's words, when its answer says that it failed; else nothing."""
        if not _search(self.profile.failed, answer):
            return ""
        return error_text(_search(self.profile.message, answer)) or _("no")

    # Reading

    def _units(self, row: Row) -> Iterator[Product]:
        """A product's sellable units: its variations, or itself where it has none."""
        variations = _search(self.profile.variations, row) or []
        if not isinstance(variations, list) or not all(isinstance(unit, dict) for unit in variations):
            yield replace(self._product(row, row), problem=_("its variations cannot be read"))
        elif not variations:
            yield self._product(row, row)
        else:
            yield from (self._product(row, unit) for unit in variations)

    def _product(self, parent: Row, unit: Row) -> Product:
        """One unit. What a variation does not tell of itself (text, sizes) is its parent's."""
        at = _Look(self.profile, self.profile.product_fields, unit)
        above = _Look(self.profile, self.profile.product_fields, parent)
        key = above.text("id") if unit is parent else f"{above.text('id')}:{at.text('id')}"
        problem = None if all(key.split(":")) else _("it has no id in the shop")
        price, promotional, stock = 0, None, Decimal(0)
        try:
            price = centavos(at.value("price") or 0)
            promotional = centavos(at.value("promotional") or 0) or None
            if at.value("stock") in (None, ""):
                problem = _("the shop tells no stock of it")
            else:
                stock = decimal(at.value("stock"))
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
        )

    def read_order(self, row: Row) -> Order | Unreadable:
        """One order of the shop's JSON."""
        at = _Look(self.profile, self.profile.order_fields, row)
        order_id = at.text("id")
        if not order_id:
            return Unreadable("", _("the shop's order has no id"))
        try:
            return self._order(OrderId(order_id), at)
        except (ArithmeticError, TypeError, ValueError) as error:
            text = _("the shop's order cannot be read with this profile: {why}")
            return Unreadable(order_id, text.format(why=error))

    def _order(self, order_id: OrderId, at: "_Look") -> Order:
        status = at.text("status")
        created = at.time("created")
        if created.year < FIRST_YEAR:
            raise ValueError(_("its {name} is not a date as the profile writes it").format(name="created"))
        return Order(
            id=order_id,
            status=status,
            payment=self.profile.statuses.get(status, Payment.UNKNOWN),
            created_at=created,
            updated_at=at.moment("updated") or created,
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
            lines=tuple(map(self._line, _rows(at.value("items")))),
        )

    def _line(self, row: Row) -> Line:
        at = _Look(self.profile, self.profile.item_fields, row)
        return Line(
            sku=at.text("sku"),
            name=at.text("name"),
            quantity=at.need("quantity", decimal),
            price=at.need("price", centavos),
            total=at.read("total", centavos),
        )


Number = TypeVar("Number", int, Decimal)


def _search(expression: ParsedResult | None, row: Row) -> Any:
    """What an expression finds; None where there is no such expression, or it does not suit the row."""
    try:
        return expression.search(row) if expression else None
    except JMESPathError:
        return None


def _rows(value: Any) -> list[Row]:
    if isinstance(value, list) and all(isinstance(row, dict) for row in value):
        return value
    raise ValueError(_("its items are no list of rows"))


class _Look:
    """Looks the profile's fields up in one row."""

    def __init__(self, profile: Profile, fields: Fields, row: Row) -> None:
        self.profile, self.fields, self.row = profile, fields, row

    def value(self, name: str) -> Any:
        return _search(self.fields.get(name), self.row)

    def text(self, name: str) -> str:
        value = self.value(name)
        return "" if value is None else str(value).strip()

    def read(self, name: str, reader: Callable[[object], Number]) -> Number | None:
        """A number, or None where none is told. An error names the field, not the value: it may be a name."""
        value = self.value(name)
        try:
            return None if value in (None, "") else reader(value)
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
        moment = self.time(name) if self.value(name) else None
        return moment if moment and moment.year >= FIRST_YEAR else None

    def time(self, name: str) -> datetime:
        """A date as the profile writes it; one with its own offset is taken too."""
        text = self.text(name)
        try:
            return datetime.strptime(text, self.profile.date_format).replace(tzinfo=self.profile.zone)
        except ValueError:
            pass
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            text = _("its {name} is not a date as the profile writes it")
            raise ValueError(text.format(name=name)) from None
        return moment if moment.tzinfo else moment.replace(tzinfo=self.profile.zone)


def _time_or_none(at: _Look) -> datetime | None:
    try:
        return at.moment("updated")
    except ValueError:
        return None


def _details(at: _Look, above: _Look) -> Details:
    def size(name: str) -> Decimal | None:
        try:
            return decimal(at.value(name) or above.value(name) or 0) or None
        except ValueError:
            return None  # an odd size is no reason to keep a product back

    return Details(
        ean=at.text("ean") if ean.is_valid(at.text("ean")) else "",  # "SEM GTIN" is none
        ncm="".join(filter(str.isdigit, at.text("ncm") or above.text("ncm"))),
        description=text_of(at.text("description") or above.text("description")),
        weight=size("weight"),
        height=size("height"),
        width=size("width"),
        length=size("length"),
    )


def _buyer(at: _Look) -> Buyer:
    names = ("name", "document", "company", "email", "phone", "street", "number", "complement")
    more = ("district", "city", "region", "postcode")
    return Buyer(**{name: at.text(f"buyer_{name}") for name in names + more})
