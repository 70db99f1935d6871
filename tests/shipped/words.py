"""What both servers of the sandbox hold, told in our own words, and put back: `shop.json` and `erp.json`.

The only module of these tests that knows what the sandbox calls things inside. Times are ISO text with their
offset; amounts and quantities of the ERP are exact text. README.md says what each word means.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from contaazul_sync.sandbox.common.switches import Switches, turn
from contaazul_sync.sandbox.erp.records.people import Person
from contaazul_sync.sandbox.erp.records.products import Product
from contaazul_sync.sandbox.erp.records.sales import Instalment, Payment, Sale, SoldItem, Totals
from contaazul_sync.sandbox.erp.state import Erp
from contaazul_sync.sandbox.shop.state import Shop

Told = dict[str, Any]
SAO_PAULO = ZoneInfo("America/Sao_Paulo")  # where the shop's clock hangs
SHOP_TIME = "%Y-%m-%d %H:%M:%S"
AS_IT_WAS = {"woo_brazilian_fields": "meta"}  # what the sandbox did by default when homes were first frozen


# One value, there and back


@dataclass(frozen=True)
class Value:
    """How a value is told, and how it is made again of what was told."""

    tell: Callable[[Any], Any]
    make: Callable[[Any], Any]


def same(value: Any) -> Any:
    return value


def _shop_time(told: str) -> str:
    return datetime.fromisoformat(told).astimezone(SAO_PAULO).strftime(SHOP_TIME) if told else ""


def _told_shop_time(kept: str) -> str:
    return datetime.strptime(kept, SHOP_TIME).replace(tzinfo=SAO_PAULO).isoformat() if kept else ""


def _price(told: str | None) -> Any:
    """An amount; what is no amount stays as the merchant typed it."""
    try:
        return None if told is None else Decimal(told)
    except InvalidOperation:
        return told


AS_IT_IS = Value(same, same)
EXACT = Value(str, Decimal)
TIME = Value(datetime.isoformat, datetime.fromisoformat)
TIME_OR_NONE = Value(lambda t: t and t.isoformat(), lambda t: t and datetime.fromisoformat(t))
SHOP_TIME_TEXT = Value(_told_shop_time, _shop_time)
PRICE = Value(lambda price: None if price is None else str(price), _price)
YES_NO = Value(bool, int)


@dataclass(frozen=True)
class Words:
    """Our words for the fields of one kind of record: each is told of a name, with a value's two ways."""

    names: Mapping[str, str]
    make_record: Callable[..., Any] = dict
    values: Mapping[str, Value] = field(default_factory=dict)

    def tell(self, record: Any) -> Told:
        held = record if isinstance(record, dict) else {n: getattr(record, n) for n in self.names.values()}
        return {word: self._value(word).tell(held[name]) for word, name in self.names.items()}

    def make(self, told: Told) -> Any:
        fields = {name: self._value(word).make(told[word]) for word, name in self.names.items()}
        return self.make_record(**fields)

    def _value(self, word: str) -> Value:
        return self.values.get(word, AS_IT_IS)


def all_of(words: Words) -> Value:
    return Value(
        lambda records: [words.tell(record) for record in records],
        lambda told: [words.make(each) for each in told],
    )


def one_of(words: Words) -> Value:
    return Value(words.tell, words.make)


def _named(text: str) -> dict[str, str]:
    """`a b=c`: the word a for what is called a, the word b for what is called c."""
    return {word: name or word for word, _is, name in (part.partition("=") for part in text.split())}


# The ERP

DATED = {"created": TIME, "changed": TIME, "listed_from": TIME}
ERP_PRODUCT = Words(
    _named(
        "id number=legacy_id sku name price on_shelf=total reserved status ean description cost minimum"
        " maximum unit ncm cest fiscal size=dimensions changed=updated listed_from=visible_from version"
    ),
    Product,
    DATED | dict.fromkeys(("price", "on_shelf", "reserved", "cost", "minimum", "maximum"), EXACT),
)
ERP_PERSON = Words(
    _named(
        "id number=legacy_id old_id=legacy_uuid name kind document profiles active email mobile addresses"
        " more=data created changed listed_from=visible_from"
    ),
    Person,
    DATED,
)
SOLD_ITEM = Words(
    _named("id product=product_id quantity price description cost"),
    SoldItem,
    dict.fromkeys(("quantity", "price", "cost"), EXACT),
)
TOTALS = Words(
    _named("gross freight discount discount_kind discount_rate"),
    Totals,
    dict.fromkeys(("gross", "freight", "discount", "discount_rate"), EXACT),
)
INSTALMENT = Words(_named("id due amount description"), Instalment, {"amount": EXACT})
PAYMENT = Words(
    _named("terms parts=instalments kind account=account_id reference=nsu"),
    Payment,
    {"parts": all_of(INSTALMENT)},
)
ERP_SALE = Words(
    _named(
        "id old_id=legacy_id number=numero situation=situacao customer=person_id day=date items totals"
        " payment notes=observacoes payment_note category=category_id cost_center=cost_centre_id"
        " seller=seller_id nature=nature_id version deleted origin reserves_at=due moved=booked created"
        " changed listed_from=visible_from"
    ),
    Sale,
    DATED
    | {
        "items": all_of(SOLD_ITEM),
        "totals": one_of(TOTALS),
        "payment": one_of(PAYMENT),
        "reserves_at": TIME_OR_NONE,
    },
)


def tell_erp(erp: Erp) -> Told:
    """All that the ERP holds."""
    return {
        "now": erp.clock().isoformat(),
        "company": erp.company,
        "switches": _turned(erp.switches),
        "products": [ERP_PRODUCT.tell(each) for each in erp.products.values()],
        "people": [ERP_PERSON.tell(each) for each in erp.people.values()],
        "sales": [ERP_SALE.tell(each) for each in erp.sales.values()],
    }


def fill_erp(erp: Erp, told: Told) -> None:
    """Let an empty ERP hold what was told. The balances count the sales already."""
    erp.company = dict(told["company"])
    turn(erp.switches, told["switches"])
    erp.products.update({each["id"]: ERP_PRODUCT.make(each) for each in told["products"]})
    erp.people.update({each["id"]: ERP_PERSON.make(each) for each in told["people"]})
    erp.sales.update({each["id"]: ERP_SALE.make(each) for each in told["sales"]})
    erp.stock.waiting = {each["id"] for each in told["sales"] if each["reserves_at"]}


# The shop

UNIT = "id sku name ean price promotional=special_price stock=quantity for_sale=available"
UNIT_VALUES = {"price": PRICE, "promotional": PRICE, "for_sale": YES_NO}
VARIATION = Words(_named(UNIT), dict, UNIT_VALUES)
SHOP_PRODUCT = Words(
    _named(f"{UNIT} ncm description cost size=dimension changed=updated variations"),
    dict,
    UNIT_VALUES | {"cost": PRICE, "changed": SHOP_TIME_TEXT, "variations": all_of(VARIATION)},
)
BUYER = _named(
    "name=payer_name cpf=payer_cpf cnpj=payer_cnpj company=payer_razao_social email=payer_email"
    " phone=payer_phone street=payer_address number=payer_address_number"
    " complement=payer_address_complement district=payer_neighborhood city=payer_city state=payer_state"
    " postcode=payer_zipcode"
)
SHOP_ITEM = Words(_named("sku name quantity price total"))
SHOP_ORDER = Words(
    _named(
        "id number=order_id created changed=updated paid=paid_at status method=payment_method installments"
        " subtotal shipping discount total total_paid items"
    ),
    dict,
    dict.fromkeys(("created", "changed", "paid"), SHOP_TIME_TEXT) | {"items": all_of(SHOP_ITEM)},
)


def tell_shop(shop: Shop) -> Told:
    """All that the shop holds."""
    return {
        "now": shop.clock().isoformat(),
        "switches": _turned(shop.switches),
        "products": [_tell_product(shop, each) for each in shop.products],
        "orders": [_tell_order(shop, each) for each in shop.orders],
        "sold_as": {sku: list(ids) for sku, ids in shop.sold_as.items()},
    }


def _tell_product(shop: Shop, product: Told) -> Told:
    units = [product, *product["variations"]]
    return SHOP_PRODUCT.tell(product) | {
        "category": shop.category_of[product["id"]],
        "counts_stock_together": product["id"] in shop.shared_stock,
        "uncounted": [unit["id"] for unit in units if unit["id"] in shop.unmanaged],
        "put_up": [_told_shop_time(shop.made_at(product, unit)) for unit in units],
        "changed_itself": [_told_shop_time(shop.touched_at(product, unit)) for unit in units],
    }


def _tell_order(shop: Shop, order: Told) -> Told:
    return SHOP_ORDER.tell(order) | {
        "buyer": {word: order[name] for word, name in BUYER.items()},
        "holds_stock": shop.holds_stock(order),
        "fees": [list(fee) for fee in shop.fees.get(order["id"], [])],
        "refunds": [list(refund) for refund in shop.refunds.get(order["id"], [])],
    }


def fill_shop(shop: Shop, told: Told) -> None:
    """Let an empty shop hold what was told. Its stocks count the orders already."""
    turn(shop.switches, AS_IT_WAS | told["switches"])
    for each in told["products"]:
        _put_up(shop, each)
    for each in told["orders"]:
        _place(shop, each)
    shop.sold_as = {sku: (ids[0], ids[1]) for sku, ids in told["sold_as"].items()}


def _put_up(shop: Shop, told: Told) -> None:
    product = SHOP_PRODUCT.make(told)
    shop.products.append(product)
    shop.category_of[product["id"]] = told["category"]
    if told["counts_stock_together"]:
        shop.shared_stock.add(product["id"])
    shop.unmanaged.update(told["uncounted"])
    units = [product, *product["variations"]]
    for unit, made, touched in zip(units, told["put_up"], told["changed_itself"], strict=True):
        shop.created[unit["id"]], shop.touched[unit["id"]] = _shop_time(made), _shop_time(touched)
    shop._next_product = max(shop._next_product, *(unit["id"] for unit in units))


def _place(shop: Shop, told: Told) -> None:
    order = SHOP_ORDER.make(told) | {name: told["buyer"][word] for word, name in BUYER.items()}
    shop.orders.append(order)
    if told["holds_stock"]:
        shop.holding_stock.add(order["id"])
    if told["fees"]:
        shop.fees[order["id"]] = [(name, amount) for name, amount in told["fees"]]
    if told["refunds"]:
        shop.refunds[order["id"]] = [(reason, amount) for reason, amount in told["refunds"]]
    shop._next_order = max(shop._next_order, order["id"])


def _turned(switches: Switches) -> Told:
    """The switches that are not as they were made when homes were first frozen."""
    fresh = asdict(type(switches)()) | AS_IT_WAS
    return {name: value for name, value in asdict(switches).items() if value != fresh[name]}
