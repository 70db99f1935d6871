"""The shop profile: a TOML file that says how to ask a shop and where its answers keep each field.

Nothing of the shop's API is written in code. A bad profile is refused with its file and line.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jmespath.exceptions import JMESPathError

from contaazul_sync.core.errors import ProfileError
from contaazul_sync.core.orders import Payment
from contaazul_sync.core.words import _
from contaazul_sync.shops.expressions import Expression

Fields = Mapping[str, Expression]

PRODUCT_FIELDS = ("id", "sku", "name", "price", "promotional", "stock")
PRODUCT_EXTRAS = ("ean", "ncm", "description", "weight", "height", "width", "length", "updated")
ORDER_FIELDS = ("id", "status", "created", "updated", "total", "items", "buyer_name", "buyer_document")
ORDER_EXTRAS = (
    *("number", "paid", "method", "installments", "subtotal", "shipping", "discount", "fees", "total_paid"),
    *("buyer_company", "buyer_email", "buyer_phone", "buyer_street", "buyer_number", "buyer_complement"),
    *("buyer_district", "buyer_city", "buyer_region", "buyer_postcode"),
)
ITEM_FIELDS, ITEM_EXTRAS = ("sku", "quantity", "price"), ("name", "total")


TOP_KEYS = ("name", "zone", "date_format", "request", "paging", "products", "orders", "order")
KEYS = {
    "request": ("token_header", "failed", "message"),
    "paging": ("page", "size", "rows", "total", "updated_since"),
    "products": ("path", "rows", "variations", "fields"),
    "orders": ("path", "rows", "statuses", "fields", "items"),
    "order": ("path", "id", "row"),
    "orders.statuses": ("paid", "unpaid", "cancelled", "refunded"),
}


@dataclass(frozen=True)
class Profile:
    """A checked profile."""

    name: str
    zone: ZoneInfo
    date_format: str
    token_header: str
    failed: Expression
    message: Expression
    page: str
    size: str
    rows_per_page: int
    total: Expression | None
    updated_since: str
    product_path: str
    product_rows: Expression
    variations: Expression | None
    product_fields: Fields
    orders_path: str
    order_rows: Expression
    order_path: str
    order_id: str
    order_row: Expression
    statuses: Mapping[str, Payment]
    order_fields: Fields
    item_fields: Fields


def load(path: Path | None) -> Profile:
    """Read the merchant's profile, or the one in the package. Raises ProfileError."""
    name = str(path or "profiles/webstore.toml")
    try:
        place = path or Path(__file__).parent / name
        return _read(name, place.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        text = _("The shop profile {name} cannot be read: {error}.")
        raise ProfileError(text.format(name=name, error=error)) from None


@lru_cache(maxsize=8)
def _read(name: str, text: str) -> Profile:
    """What a file says: the same as long as its text is."""
    return _Reader(name, text).profile()


class _Reader:
    """Reads one file and knows the line of each key, for the messages."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.lines = text.splitlines()
        try:
            self.document = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            told = _("The shop profile {name} is not valid TOML: {error}.")
            raise ProfileError(told.format(name=name, error=error)) from None

    def profile(self) -> Profile:
        self.check_keys()
        return Profile(
            name=self.text("", "name"),
            zone=self.zone(),
            date_format=self.text("", "date_format"),
            token_header=self.text("request", "token_header"),
            failed=self.expression("request", "failed"),
            message=self.expression("request", "message"),
            page=self.text("paging", "page"),
            size=self.text("paging", "size"),
            rows_per_page=self.whole("paging", "rows"),
            total=self.optional("paging", "total"),
            updated_since=self.text("paging", "updated_since", default=""),
            product_path=self.text("products", "path"),
            product_rows=self.expression("products", "rows"),
            variations=self.optional("products", "variations"),
            product_fields=self.fields("products.fields", PRODUCT_FIELDS, PRODUCT_EXTRAS),
            orders_path=self.text("orders", "path"),
            order_rows=self.expression("orders", "rows"),
            order_path=self.text("order", "path"),
            order_id=self.text("order", "id"),
            order_row=self.expression("order", "row"),
            statuses=self.statuses(),
            order_fields=self.fields("orders.fields", ORDER_FIELDS, ORDER_EXTRAS),
            item_fields=self.fields("orders.items", ITEM_FIELDS, ITEM_EXTRAS),
        )

    def value(self, section: str, key: str) -> Any:
        table: Any = self.document
        for part in section.split(".") if section else ():
            table = table.get(part, {}) if isinstance(table, dict) else {}
        return table.get(key) if isinstance(table, dict) else None

    def text(self, section: str, key: str, default: str | None = None) -> str:
        value = self.value(section, key)
        if value is None and default is not None:
            return default
        if value is None:
            raise self.lacks(section, key)
        if not isinstance(value, str) or not value:
            raise self.bad(section, key, _("it has to be text, in quotes"))
        return value

    def whole(self, section: str, key: str) -> int:
        value = self.value(section, key)
        if value is None:
            raise self.lacks(section, key)
        if not isinstance(value, int) or value < 1:
            raise self.bad(section, key, _("it has to be a whole number above zero"))
        return value

    def zone(self) -> ZoneInfo:
        try:
            return ZoneInfo(self.text("", "zone"))
        except (ZoneInfoNotFoundError, ValueError, OSError):  # "America" is a directory
            raise self.bad("", "zone", _("it is not a time zone")) from None

    def expression(self, section: str, key: str) -> Expression:
        try:
            return Expression(self.text(section, key))
        except JMESPathError as error:
            why = _("it is not a JMESPath expression ({error})").format(error=str(error).splitlines()[0])
            raise self.bad(section, key, why) from None

    def optional(self, section: str, key: str) -> Expression | None:
        return None if self.value(section, key) is None else self.expression(section, key)

    def fields(self, section: str, needed: tuple[str, ...], extras: tuple[str, ...]) -> Fields:
        told = self.value(*section.rsplit(".", 1)) or {}
        if not isinstance(told, dict):
            above, name = section.rsplit(".", 1)
            raise self.bad(above, name, _("it has to be a section"))
        for key in told:
            if key not in needed + extras:
                raise self.bad(section, key, _("no such field is known"))
        wanted = [*needed, *(key for key in extras if key in told)]
        return {key: self.expression(section, key) for key in wanted}

    def statuses(self) -> dict[str, Payment]:
        section = "orders.statuses"
        known: dict[str, Payment] = {}
        for payment in (Payment.PAID, Payment.UNPAID, Payment.CANCELLED, Payment.REFUNDED):
            words = self.value(section, payment.value) or []
            if not isinstance(words, list):
                raise self.bad(section, payment.value, _("it has to be a list of the shop's words"))
            known |= {str(word): payment for word in words}
        if self.value(section, "paid") is None:
            raise self.lacks(section, "paid")
        if Payment.PAID not in known.values():
            why = _("at least one status has to mean that the payment is approved")
            raise self.bad(section, "paid", why)
        return known

    def check_keys(self) -> None:
        """Refuse keys that mean nothing: a misspelt one would be passed over."""
        for section, keys in KEYS.items():
            table = self.value(*(section.rsplit(".", 1) if "." in section else ("", section)))
            if not isinstance(table, dict):
                if table is not None:
                    raise self.bad("", section, _("it has to be a section"))
                continue
            for key in table:
                if key not in keys:
                    raise self.bad(section, key, _("no such key is known"))
        for key in self.document:
            if key not in TOP_KEYS:
                raise self.bad("", key, _("no such key is known"))

    def lacks(self, section: str, key: str) -> ProfileError:
        if section:
            text = _("The shop profile {name} lacks {key} in [{section}]{line}.")
        else:
            text = _("The shop profile {name} lacks {key} at its top.")
        where = self.at(section) if section else ""
        return ProfileError(text.format(name=self.name, key=key, section=section, line=where))

    def bad(self, section: str, key: str, why: str) -> ProfileError:
        where = f"[{section}] {key}" if section else key
        text = _("The shop profile {name}{line}: {where}: {why}.")
        return ProfileError(text.format(name=self.name, line=self.at(section, key), where=where, why=why))

    def at(self, section: str, key: str = "") -> str:
        """`, line 12`, for a key or a section that is there."""
        current = ""
        for number, line in enumerate(self.lines, start=1):
            stripped = line.strip()
            if stripped.startswith("["):
                current = stripped.partition("]")[0].strip("[ ")
            found = stripped.partition("=")[0].strip(" \"'") == key if key else stripped.startswith("[")
            if current == section and found:
                return _(", line {n}").format(n=number)
        return ""
