"""What is sold: a product of the shop, its link to a twin in the ERP, and a balance that differs there.

Amounts are integer centavos, quantities Decimal, times aware datetimes.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from contaazul_sync.core.fit import prose, words
from contaazul_sync.core.ids import ErpId, ShopKey
from contaazul_sync.core.words import Said


def base_of(regular: int, promotional: int | None, source: str) -> int:
    """The shop's own price: the promotional one where there is one and `source` asks for it; it may be 0."""
    return promotional if promotional is not None and source == "promotional" else regular


@dataclass(frozen=True, slots=True)
class Details:
    """What a product is created with beside name, price and stock. Weight in kg, sizes in cm."""

    ean: str = ""
    ncm: str = ""
    description: str = ""
    weight: Decimal | None = None
    height: Decimal | None = None
    width: Decimal | None = None
    length: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """A sellable unit as the shop lists it. `problem` says why a row cannot be used as it is.

    `priced`: whatever is wrong with it, its price was told, and can go on by itself. `told`: its SKU, name
    and description in the shop's own words, where some had to be mended (see `Order`).

    `stock` is None where the shop keeps none of it. `listed`: known from a listing alone, which tells neither
    its stock nor whether it has variations; it is read when it is chosen.
    """

    key: ShopKey
    sku: str
    name: str
    price: int
    promotional: int | None
    stock: Decimal | None
    details: Details = field(default_factory=Details)
    updated_at: datetime | None = None
    problem: Said | None = None
    gone: bool = False
    listed: bool = False
    priced: bool = field(default=False, compare=False)
    told: tuple[str, str, str] | None = field(default=None, compare=False)

    @property
    def words(self) -> tuple[str, str, str]:
        """Its SKU, name and description as the shop tells them."""
        return self.told or (self.sku, self.name, self.details.description)

    @property
    def is_priced(self) -> bool:
        """Whether its price can be used, whatever else is wrong with it."""
        return self.priced or not self.problem

    def fit(self, told: "Product | None" = None) -> "Product":
        """The same in words that are fit to keep; `told`: as it was read without any mending."""
        name, details, mended = words(self.name), self.details, self
        description = prose(details.description)
        if (name, description) != (self.name, details.description):
            mended = replace(self, name=name, details=replace(details, description=description))
        read = (told or self).words
        return mended if mended.words == read else replace(mended, told=read)

    def base(self, source: str) -> int:
        """The shop's price in centavos: the promotional one where there is one and `source` asks for it."""
        return base_of(self.price, self.promotional, source)


@dataclass(frozen=True, slots=True)
class Link:
    """A product of the shop and its twin in the ERP.

    `base` and `sent` are the shop's price and the price sent when the ERP last took one; `base` is None
    as long as it took none. `expected` is the balance that the ERP should have had when it was last compared,
    less what was sold since; None when it never was. `compare_after`: the balance is to be compared from
    then on; None when only a change in the shop makes that needed. `held`: its price is held back by the
    safety check; `agreed`: the shop's price that a person let go, until it is sent. `reserved`: sales kept
    some of the ERP's balance back when its own page was last read.
    """

    key: ShopKey
    erp_id: ErpId
    sku: str
    base: int | None = None
    sent: int | None = None
    expected: Decimal | None = None
    compare_after: datetime | None = None
    missing: bool = False
    held: bool = False
    agreed: int | None = None
    reserved: bool = False


LONGEST = timedelta(days=1)  # that a balance is left alone, however often it is sold


def settles_at(compare_after: datetime | None, since: datetime | None) -> datetime | None:
    """When a balance is to be compared that sales have moved `since`; None where none has."""
    return compare_after and min(compare_after, since + LONGEST if since else compare_after)


def is_ahead(moment: datetime | None, now: datetime) -> bool:
    """Whether it is not that moment yet. One that is too far ahead was noted by a clock that was wrong."""
    return moment is not None and now < moment <= now + LONGEST


@dataclass(frozen=True, slots=True)
class Drift:
    """The ERP's balance is `actual` and should be `expected`, and the ERP does not let us write it.

    `checking_until`: a sale has moved both since, and until then they are not to be relied on.
    """

    key: ShopKey
    expected: Decimal
    actual: Decimal
    since: datetime
    checking_until: datetime | None = None
