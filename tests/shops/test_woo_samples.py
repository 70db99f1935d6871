"""What real WooCommerce servers of three versions have told, as it is read: every order, product, variation.

The answers lie in tests/samples; those of 8.2.2 have tests of their own in test_woocommerce.py as well.
Written down by hand from the answers, in centavos, since the reader is what is judged.
"""

from decimal import Decimal
from typing import Any

import pytest

from contaazul_sync.core.drafts.documents import document_of
from contaazul_sync.core.drafts.lines import line_total
from contaazul_sync.core.drafts.sales import sale_draft
from contaazul_sync.core.errors import Unusable
from contaazul_sync.core.orders import Order, Payment
from contaazul_sync.core.rules import Rules
from contaazul_sync.shops.port import Unreadable
from contaazul_sync.shops.woocommerce import orders, products
from tests.worlds.woo_samples import VERSIONS, rows

STATUSES = orders.Statuses()
CANCELLED, PAID, REFUNDED, UNKNOWN, UNPAID = (
    *(Payment.CANCELLED, Payment.PAID, Payment.REFUNDED, Payment.UNKNOWN, Payment.UNPAID),
)
# What it means, its total, what was given back of it, its buyer's document, its lines.
ORDERS: dict[str, dict[int, tuple[Payment, int, int, str, str]]] = {
    "8.2.2": {
        17: (PAID, 26470, 0, "52998224725", "2 CAM-1 5990, 1 MOL-P 12990"),
        18: (PAID, 5741, 0, "52998224725", "1 CAM-1 5990"),
        19: (UNPAID, 5990, 0, "52998224725", "1 CAM-1 5990"),
        20: (PAID, 17970, 5990, "52998224725", "3 CAM-1 5990"),
        21: (CANCELLED, 5990, 0, "52998224725", "1 CAM-1 5990"),
    },
    "9.9.5": {
        416: (UNPAID, 33958, 0, "71428793860", "1 P-010 33958"),
        417: (UNPAID, 67916, 0, "15350946056", "2 P-010 33958"),
        418: (UNPAID, 33958, 0, "52998224725", "1 P-010 33958"),
        419: (CANCELLED, 33958, 0, "11144477735", "1 P-010 33958"),
        420: (REFUNDED, 68916, 68916, "39053344705", "2 P-010 33958"),
        422: (REFUNDED, 33958, 33958, "86288366757", "1 P-010 33958"),
        424: (PAID, 67916, 500, "71428793860", "2 P-010 33958"),
        426: (PAID, 67916, 350, "15350946056", "2 P-010 33958"),
        429: (PAID, 23854, 0, "52998224725", "2 P-011 11927"),
        431: (PAID, 11927, 0, "", "1 P-011 11927"),
        432: (PAID, 11927, 0, "not valid", "1 P-011 11927"),
        433: (PAID, 11927, 0, "11222333000181", "1 P-011 11927"),
        434: (PAID, 11927, 0, "71428793860", "1 P-011 11927"),
        435: (PAID, 11927, 0, "11222333000181", "1 P-011 11927"),
        436: (PAID, 39209, 0, "52998224725", "1 P-012 39209"),
        437: (PAID, 39209, 0, "11144477735", "1 P-012 39209"),
        438: (PAID, 69278, 0, "39053344705", "1 P-012 39209, 1 P-013 30069"),
        441: (UNKNOWN, 39209, 0, "15350946056", "1 P-012 39209"),
        442: (UNPAID, 39209, 0, "52998224725", "1 P-012 39209"),
    },
    "11.0.1": {
        422: (PAID, 33958, 0, "71428793860", "1 P-010 33958"),
        423: (PAID, 67916, 0, "15350946056", "2 P-010 33958"),
        424: (PAID, 33958, 0, "52998224725", "1 P-010 33958"),
        425: (PAID, 33958, 0, "11144477735", "1 P-010 33958"),
        426: (REFUNDED, 68916, 68916, "39053344705", "2 P-010 33958"),
        428: (REFUNDED, 33958, 33958, "86288366757", "1 P-010 33958"),
        430: (PAID, 67916, 500, "71428793860", "2 P-010 33958"),
        432: (PAID, 67916, 350, "15350946056", "2 P-010 33958"),
        435: (PAID, 23854, 0, "52998224725", "2 P-011 11927"),
        438: (PAID, 11927, 0, "not valid", "1 P-011 11927"),
        439: (PAID, 11927, 0, "11222333000181", "1 P-011 11927"),
        440: (UNPAID, 11927, 0, "71428793860", "1 P-011 11927"),
        441: (PAID, 11927, 0, "11222333000181", "1 P-011 11927"),
        442: (PAID, 39209, 0, "52998224725", "1 P-012 39209"),
        443: (PAID, 39209, 0, "11144477735", "1 P-012 39209"),
        444: (PAID, 69278, 0, "39053344705", "1 P-012 39209, 1 P-013 30069"),
        447: (UNKNOWN, 39209, 0, "15350946056", "1 P-012 39209"),
        450: (PAID, 0, 0, "11144477735", "1 P-013 30069"),
        451: (PAID, 0, 0, "39053344705", ""),
        483: (PAID, 33958, 0, "52998224725", "1 P-010 33958"),
        484: (PAID, 33958, 0, "52998224725", "1 P-010 33958"),
        488: (PAID, 2468, 0, "52998224725", "2 P-101 1234"),
        489: (PAID, 33958, 0, "52998224725", "1 P-010 33958"),
    },
}
IN_DOLLARS = {("9.9.5", 440), ("11.0.1", 446)}
# SKU, price, promotion that is on, stock. The same in both versions, but for one stock.
LISTED = (
    ("S-UNMAN", 1000, None, None),
    ("S-UNMANOUT", 1000, None, None),
    ("S-VIRT", 9990, None, None),
    ("S-DOWN", 1990, None, None),
    ("S-SALENOW", 10000, 7990, 10),
    ("S-SALEFUT", 10000, None, 10),  # told with the price that it will have
    ("S-SALEPAST", 10000, None, 10),  # told with the price that it had
    ("S-PRICE0", 0, None, 5),
    ("S-NOPRICE", 0, None, 5),
)
PRODUCTS = {
    "8.2.2": (("CAM-1", 5990, None, 0), ("LIVRE", 1000, None, None), ("", 550, None, None)),
    "9.9.5": LISTED,
    "11.0.1": LISTED,
}
VARIATIONS = {
    "8.2.2": (("MOL-M", 15990, None, None), ("MOL-P", 15990, 12990, 3)),
    "11.0.1": (  # the first three sell from the 31 that their product counts
        *(("V-1-AZ", 7732, None, 31), ("V-1-VE", 8532, None, 31), ("V-1-PR", 2157, None, 31)),
        *(("V-2-AZ", 5521, None, None), ("V-2-VE", 2465, None, None), ("V-2-PR", 4681, None, None)),
    ),
}


def order(version: str, number: int) -> Order:
    [row, *_same] = [row for row in rows(version, "orders") if row["id"] == number]
    read = orders.order(row, STATUSES)
    assert isinstance(read, Order), read
    return read


def each_order() -> list[Any]:
    return [
        pytest.param(version, row, id=f"{version}-{row['id']}-{row['status']}")
        for version in VERSIONS
        for row in {row["id"]: row for row in rows(version, "orders")}.values()
    ]


def document(read: Order) -> str:
    try:
        return document_of(read.buyer) or ""
    except Unusable:
        return "not valid"


@pytest.mark.parametrize(("version", "row"), each_order())
def test_every_real_order_is_read_as_it_was_written_down(version, row):
    read = orders.order(row, STATUSES)

    if (version, row["id"]) in IN_DOLLARS:
        assert isinstance(read, Unreadable)
        assert "USD" in read.reason
        return
    assert isinstance(read, Order), read
    lines = ", ".join(f"{line.quantity} {line.sku} {line.price}" for line in read.lines)
    told = (read.payment, read.total, read.refunded, document(read), lines)
    assert told == ORDERS[version][row["id"]]
    made = sum(map(line_total, read.lines)) - read.discount + read.shipping + read.fees
    assert made == read.total
    assert read.paid_at is not None or read.payment is not PAID


@pytest.mark.parametrize("version", VERSIONS)
def test_a_real_paid_order_becomes_a_sale_of_what_was_paid(version):
    sold = [number for number, told in ORDERS[version].items() if told[0] is PAID and told[1] and not told[2]]

    assert sold
    for number in sold:
        assert sale_draft(order(version, number), Rules()).total == ORDERS[version][number][1]


@pytest.mark.parametrize(
    ("number", "is_company"),
    [(433, True), (434, False), (435, True)],
    ids=["a CNPJ alone", "both, as a person", "both, as a company"],
)
def test_the_kind_of_person_says_which_of_two_documents_counts(number, is_company):
    buyer = order("9.9.5", number).buyer

    assert (len(document_of(buyer) or "") == 14) is is_company


def test_a_company_has_its_name_and_its_state_registration():
    buyer = order("11.0.1", 439).buyer

    assert (buyer.company, buyer.state_registration) == ("Empresa Teste LTDA", "123")


@pytest.mark.parametrize("version", VERSIONS[1:])
def test_fields_that_are_told_in_both_forms_are_those_of_the_address(version):
    for row in rows(version, "orders"):
        bare = {**row, "meta_data": []}
        assert orders.order(row, STATUSES) == orders.order(bare, STATUSES)


@pytest.mark.parametrize("version", VERSIONS[1:])
def test_fields_that_are_metas_alone_mean_the_same(version):
    """As a server without the plugin's REST fields tells them."""
    own = ("number", "neighborhood", "persontype", "cpf", "cnpj", "ie", "cellphone")
    for number in ORDERS[version]:
        row = next(row for row in rows(version, "orders") if row["id"] == number)
        billing = {name: value for name, value in row["billing"].items() if name not in own}
        read, alone = order(version, number), orders.order({**row, "billing": billing}, STATUSES)
        assert isinstance(alone, Order)
        assert document(alone) == document(read)
        assert (alone.buyer.number, alone.buyer.phone) == (read.buyer.number, read.buyer.phone)


def test_a_mobile_number_goes_before_the_other():
    assert order("9.9.5", 424).buyer.phone == "(11) 98888-7777"


def test_a_name_of_one_word_is_a_name():
    assert order("11.0.1", 488).buyer.name == "Bia"


def test_the_whole_price_taken_off_by_a_coupon_is_a_discount():
    read = order("11.0.1", 450)

    assert (read.subtotal, read.discount, read.total) == (30069, 30069, 0)


def told(read: Any) -> tuple[str, int, int | None, Decimal | None]:
    assert (read.problem, read.priced) == (None, True)
    return read.sku, read.price, read.promotional, read.stock


@pytest.mark.parametrize("version", VERSIONS)
def test_every_real_product_is_read_as_it_was_written_down(version):
    """But for a promotion at zero and a price of three decimals, whose rules have their own tests."""
    kept = [row for row in rows(version, "products") if row["sku"] not in ("S-SALE0", "S-3DEC")]
    simple = [products.product(row) for row in kept if not products.is_variable(row)]

    assert tuple(map(told, simple)) == PRODUCTS[version]


@pytest.mark.parametrize("version", VARIATIONS)
def test_every_real_variation_is_read_as_it_was_written_down(version):
    listed = [
        products.variation({"id": row.get("parent_id", 11), "name": "Camisa", "manage_stock": False}, row)
        for row in rows(version, "variations")
    ]

    assert tuple(map(told, listed)) == VARIATIONS[version]
    assert {each.name.partition(" - ")[0] for each in listed} == {"Camisa"}


@pytest.mark.parametrize("version", VERSIONS[1:])
def test_a_price_of_three_decimals_is_no_price(version):
    [row] = [row for row in rows(version, "products") if row["sku"] == "S-3DEC"]
    read = products.product(row)

    assert read.problem
    assert not read.priced
