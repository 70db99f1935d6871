"""Whether a sale of the ERP is an order of the shop, and says what the order says now."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from contaazul_sync.core.booked import fits, has_the_same, says_the_same
from contaazul_sync.core.drafts.sales import sale_draft
from contaazul_sync.core.erp import ErpSale
from contaazul_sync.core.ids import ErpId
from tests.worlds.samples import ANA, LOJA, an_order

SALE = ErpSale(
    ErpId("s1"),
    1002,
    "[loja:pedido 88123]",
    17000,
    "APROVADO",
    cancelled=False,
    day=date(2026, 11, 24),
    document="52998224725",
    freight=1500,
    discount=480,
)
DRAFT = sale_draft(an_order(), LOJA)
SHIRT, CUP = ErpId("shirt"), ErpId("cup")
PRODUCTS = {"CAM-AZ-M": SHIRT}


def test_a_sale_of_the_day_and_the_total_may_be_the_order_s():
    assert fits(SALE, an_order().note())
    assert fits(SALE, an_order().note(), an_order())


def test_a_sale_of_what_was_paid_may_be_the_order_s():
    order = an_order(total_paid=16500)

    assert fits(replace(SALE, total=16500), order.note(), order)
    assert not fits(replace(SALE, total=16500), order.note())


@pytest.mark.parametrize(
    "change", [{"total": 16999}, {"total": None}, {"day": None}, {"day": date(2026, 11, 23)}]
)
def test_a_sale_of_another_total_or_day_is_not_for_certain_the_order_s(change):
    assert not fits(replace(SALE, **change), an_order().note(), an_order())


def test_the_day_is_that_of_brazil():
    late = an_order(paid_at=datetime(2026, 11, 25, 1, 30, tzinfo=UTC))  # half past ten in the evening there

    assert fits(SALE, late.note())


def test_the_sale_of_another_buyer_is_not_the_order_s():
    assert not fits(replace(SALE, document="11144477735"), an_order().note(), an_order())


@pytest.mark.parametrize("document", ["", "123"])
def test_a_buyer_that_is_not_known_is_no_other_buyer(document):
    order = an_order(buyer=replace(ANA, document=document))

    assert fits(SALE, order.note(), order)
    assert fits(replace(SALE, document=""), order.note(), order)


def test_a_sale_with_the_sums_of_its_order_says_the_same():
    assert says_the_same(SALE, DRAFT)
    assert says_the_same(replace(SALE, freight=None, discount=None), DRAFT)


@pytest.mark.parametrize("change", [{"total": 17001}, {"freight": 1600}, {"discount": 0}])
def test_a_sum_that_differs_is_seen(change):
    assert not says_the_same(replace(SALE, **change), DRAFT)


@pytest.mark.parametrize(
    ("sold", "products", "known", "same"),
    [
        ({SHIRT: 2}, PRODUCTS, {SHIRT, CUP}, True),
        ({SHIRT: 1}, PRODUCTS, {SHIRT, CUP}, False),
        ({CUP: 2}, PRODUCTS, {SHIRT, CUP}, False),
        ({CUP: 2}, {}, {CUP}, False),  # another product, and the ordered one is not linked
        ({ErpId("old"): 2}, PRODUCTS, {SHIRT}, True),  # it may have been made again in the ERP
        ({ErpId("old"): 2, CUP: 1}, PRODUCTS, {SHIRT, CUP}, False),
    ],
)
def test_what_was_sold_is_compared_product_by_product(sold, products, known, same):
    assert has_the_same({key: Decimal(count) for key, count in sold.items()}, DRAFT, products, known) is same
