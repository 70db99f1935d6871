"""Invented people, products and orders, each complete; a test names only what it is about."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from contaazul_sync.core.ids import ErpId, OrderId, ShopKey
from contaazul_sync.core.items import Failure, Group, Ignored, Intent, Kind
from contaazul_sync.core.orders import Buyer, Line, Order, OrderNote, Payment, Sale
from contaazul_sync.core.plan.facts import Known
from contaazul_sync.core.products import Link, Product
from contaazul_sync.core.rules import Rules
from contaazul_sync.core.words import quoted

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)  # noon in São Paulo
GRACE = timedelta(hours=1)

LOJA = Rules(shop_id="loja")

quickly = settings(max_examples=100, deadline=None, database=None)
briefly = settings(quickly, max_examples=40)  # for whole shops, which take long to invent

ANA = Buyer(
    name="Ana Exemplo",
    document="529.982.247-25",
    email="ana@example.com",
    phone="(11) 98888-7777",
    street="Rua das Amostras",
    number="100",
    district="Centro",
    city="São Paulo",
    region="SP",
    postcode="01310-100",
)


def an_order(**changes: Any) -> Order:
    """A paid order: 2 x 79,90 - 4,80 + 15,00 = 170,00."""
    order = Order(
        id=OrderId("88123"),
        status="confirmed",
        payment=Payment.PAID,
        created_at=NOW - timedelta(days=2),
        updated_at=NOW - timedelta(hours=3),
        paid_at=NOW - timedelta(hours=3),
        method="pix",
        installments=1,
        subtotal=15980,
        shipping=1500,
        discount=480,
        total=17000,
        total_paid=None,
        buyer=ANA,
        lines=(a_line(),),
    )
    return replace(order, **changes)


def a_line(**changes: Any) -> Line:
    """Two blue shirts at 79,90."""
    return replace(Line("CAM-AZ-M", "Camiseta azul M", Decimal(2), 7990), **changes)


def an_order_of(*lines: Line, **changes: Any) -> Order:
    """An order of these lines alone, without freight and discount."""
    total = int(sum(line.quantity * line.price for line in lines))
    given = {"lines": lines, "subtotal": total, "shipping": 0, "discount": 0, "total": total}
    return an_order(**given | changes)


def a_product(**changes: Any) -> Product:
    """A blue shirt at 79,90, without promotion, 12 in stock."""
    product = Product(ShopKey("1742395:987"), "CAM-AZ-M", "Camiseta azul M", 7990, None, Decimal(12))
    return replace(product, **changes)


def a_link(**changes: Any) -> Link:
    """The blue shirt's link; its price was sent and its balance compared."""
    link = Link(ShopKey("1742395:987"), ErpId("erp-1"), "CAM-AZ-M", 7990, 7990, Decimal(12))
    return replace(link, **changes)


def a_note(**changes: Any) -> OrderNote:
    """What the state keeps of a paid order of two blue shirts."""
    note = OrderNote(
        id=OrderId("88123"),
        payment=Payment.PAID,
        total=17000,
        items=(("CAM-AZ-M", Decimal(2)),),
        counted_at=NOW - timedelta(hours=3),
        updated_at=NOW - timedelta(hours=3),
        fingerprint="as ordered",
        status="confirmed",
    )
    return replace(note, **changes)


def a_sale(**changes: Any) -> Sale:
    """The sale that the order of `a_note` became."""
    sale = Sale(OrderId("88123"), ErpId("sale-1"), 1002, 17000, "as ordered", True, NOW - timedelta(hours=2))
    return replace(sale, **changes)


def an_intent(**changes: Any) -> Intent:
    """The sale of order 88123, sent ten minutes ago, its answer lost."""
    sent = NOW - timedelta(minutes=10)
    return replace(Intent(Kind.SALE, "88123", 1002, sent, sent, 1), **changes)


def a_failure(**changes: Any) -> Failure:
    """Order 88123, refused by the ERP once."""
    failure = Failure(
        Kind.SALE,
        "88123",
        Group.FAILED,
        quoted("the ERP refused it"),
        quoted("retry"),
        NOW - timedelta(hours=1),
    )
    return replace(failure, **changes)


def known(
    *,
    intents: Iterable[Intent] = (),
    failures: Iterable[Failure] = (),
    ignored: dict[tuple[Kind, str], Ignored] | None = None,
    fresh: bool = False,
) -> Known:
    """What the state remembers: nothing, unless told. Every intent was looked for just now."""
    open_ones = {(intent.kind, intent.key): intent for intent in intents}
    return Known(
        intents=open_ones,
        failures={(failure.kind, failure.key): failure for failure in failures},
        ignored=ignored or {},
        now=NOW,
        grace=GRACE,
        looked_at=dict.fromkeys(open_ones, NOW),
        fresh=fresh,
    )


@st.composite
def _lines(draw: st.DrawFn) -> Line:
    sku = draw(st.sampled_from(["CAM-AZ-P", "CAM-AZ-M", "CANECA", "ADESIVO"]))
    kind = draw(st.sampled_from(["whole", "quarters", "free"]))
    if kind == "whole":
        quantity, price = Decimal(draw(st.integers(1, 50))), draw(st.integers(1, 500_000))
    elif kind == "quarters":  # sold by weight: a quarter of a price that four divides is a whole centavo
        quantity, price = Decimal(draw(st.integers(1, 40))) / 4, 4 * draw(st.integers(1, 10_000))
    else:
        quantity, price = Decimal(draw(st.integers(1, 5000))).scaleb(-draw(st.integers(0, 3))), 0
    return Line(sku, sku.title(), quantity, price)


@st.composite
def sound_orders(draw: st.DrawFn) -> Order:
    """Orders that add up: with free items, a discount, freight and instalments."""
    lines = tuple(draw(st.lists(_lines(), min_size=1, max_size=6)))
    items = int(sum(line.quantity * line.price for line in lines))
    shipping = draw(st.integers(0 if items else 1, 20_000))
    discount = draw(st.integers(0, items + shipping - 1))
    total = items + shipping - discount
    return an_order(
        lines=lines,
        subtotal=items,
        shipping=shipping,
        discount=discount,
        total=total,
        installments=draw(st.integers(0, min(24, total))),
        paid_at=draw(
            st.datetimes(datetime(2026, 1, 1), datetime(2032, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
        ),
        method=draw(st.sampled_from(["pix", "boleto", "credit_card", "something new", ""])),
    )
