"""What counts as a difference between the shop and the ERP."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from contaazul_sync.core.differences import by_order, differing_orders, differing_products, months
from contaazul_sync.core.erp import ErpProduct, ErpSale
from contaazul_sync.core.ids import ErpId, OrderId, ShopKey
from contaazul_sync.core.orders import OrderNote, Payment
from contaazul_sync.core.products import Link
from tests.worlds import samples

LINK = Link(ShopKey("1"), ErpId("e1"), "CAM-1", 7990, 7990, Decimal(5))
TWIN = ErpProduct(ErpId("e1"), "CAM-1", "Camiseta", True, 7990, Decimal(5))


def sale(number: int, order: str, total: int | None = 7990, *, cancelled: bool = False) -> ErpSale:
    return ErpSale(
        ErpId(f"s{number}"), number, f"[loja:pedido {order}]", total, "APROVADO", cancelled=cancelled
    )


def ours(sales: Iterable[ErpSale]) -> dict[OrderId, list[ErpSale]]:
    return by_order(sales, ["loja"], lambda written, _sale: OrderId(written))


def of_products(twin: ErpProduct | None, balance: Decimal | None = Decimal(5)) -> list[str]:
    product = replace(samples.a_product(), key=ShopKey("1"), sku="CAM-1")
    twins = {twin.id: twin} if twin else {}
    return [each.what for each in differing_products([(product, LINK, balance)], twins)]


def of_orders(
    payment: Payment, *sales: ErpSale, ignored: tuple[str, ...] = (), known: bool = True
) -> list[str]:
    note = replace(samples.a_note(), id=OrderId("88"), payment=payment, total=7990)
    kept = {OrderId("88"): samples.a_sale(total=7990)} if known else {}
    left = {OrderId(each) for each in ignored}
    found = differing_orders([note], ours(sales), kept, left)
    return [each.what for each in found if not each.left_alone]


def test_a_product_that_is_the_same_on_both_sides_is_no_difference():
    assert of_products(TWIN) == []


def test_a_twin_that_is_gone_asleep_or_changed_is_a_difference():
    assert of_products(None) == ["deleted in the ERP"]
    assert of_products(replace(TWIN, active=False)) == ["inactive in the ERP"]
    assert of_products(replace(TWIN, price=8000, balance=Decimal(4))) == ["price", "stock"]


def test_a_balance_that_is_not_settled_yet_is_not_compared():
    assert of_products(replace(TWIN, balance=Decimal(4)), balance=None) == []


def test_a_month_sums_what_the_sales_should_be():
    note = replace(samples.a_note(), id=OrderId("88"), total=7990)
    kept = {note.id: samples.a_sale(total=7590)}

    (month,) = months([note], ours([sale(1, "88", 7590)]), kept, {})

    assert (month.order_value, month.sale_value) == (7590, 7590)


def test_a_paid_order_is_one_live_sale_of_the_same_sum():
    assert of_orders(Payment.PAID, sale(1, "88")) == []
    assert of_orders(Payment.PAID) == ["paid, and no sale in the ERP"]
    assert of_orders(Payment.PAID, sale(1, "88"), sale(2, "88")) == ["sold more than once"]
    assert of_orders(Payment.PAID, sale(1, "88", 5000)) == ["another sum"]
    assert of_orders(Payment.PAID, sale(1, "88", None)) == []


def test_a_sale_that_was_booked_at_less_than_the_order_is_compared_with_what_was_booked():
    note = replace(samples.a_note(), id=OrderId("88"), total=7990)
    kept = {note.id: samples.a_sale(total=7590)}

    def found(total: int, note: OrderNote = note) -> list[tuple[str, str, str]]:
        differences = differing_orders([note], ours([sale(1, "88", total)]), kept, set())
        return [(each.code, each.ours, each.theirs) for each in differences]

    assert found(7590) == []
    assert found(7990) == [("other_sum", "R$ 75,90", "R$ 79,90")]
    assert found(7590, replace(note, fingerprint="changed since")) == [("other_sum", "R$ 79,90", "R$ 75,90")]


def test_a_cancelled_sale_counts_as_none():
    gone = sale(1, "88", cancelled=True)

    assert of_orders(Payment.PAID, gone) == ["paid, and its sale is cancelled in the ERP"]
    assert of_orders(Payment.PAID, gone, sale(2, "88")) == []
    assert of_orders(Payment.CANCELLED, gone) == []


def test_a_sale_of_an_order_that_is_not_paid_or_not_there_is_a_difference():
    assert of_orders(Payment.REFUNDED, sale(1, "88")) == ["sold, and not paid in the shop"]
    assert of_orders(Payment.UNPAID) == []
    assert of_orders(Payment.PAID, sale(1, "88"), sale(2, "99")) == ["a sale without an order"]


def test_an_order_that_is_sold_twice_is_told_of_though_a_person_left_it_alone():
    assert of_orders(Payment.PAID, sale(1, "88"), sale(2, "88"), ignored=("88",)) == ["sold more than once"]


def test_a_sale_that_the_state_does_not_know_is_a_difference():
    assert of_orders(Payment.PAID, sale(1, "88"), known=False) == ["in the ERP, and not known to the state"]


def test_what_differs_of_an_order_that_a_person_left_alone_is_named_apart():
    note = replace(samples.a_note(), id=OrderId("88"), payment=Payment.PAID, total=7990)

    (found,) = differing_orders([note], {}, {}, {OrderId("88")})

    assert (found.left_alone, found.code, found.ours) == (True, "no_sale", "R$ 79,90")
    assert found.next_step.endswith("contaazul-sync unignore 88")


def test_an_order_that_a_person_settled_and_a_sale_of_another_shop_are_none():
    assert of_orders(Payment.PAID, ignored=("88",)) == []
    assert ours([replace(sale(1, "88"), notes="[outra:pedido 88]")]) == {}


def test_the_months_sum_both_sides():
    paid = replace(samples.a_note(), id=OrderId("88"), payment=Payment.PAID, total=7990)
    lost = replace(paid, id=OrderId("89"))

    (month,) = months([paid, lost], ours([sale(1, "88")]), {}, {})

    assert (month.orders, month.order_value, month.sales, month.sale_value) == (2, 15980, 1, 7990)


def test_an_order_that_was_never_paid_and_never_sold_is_in_no_month():
    waiting = replace(samples.a_note(), id=OrderId("88"), payment=Payment.UNPAID, total=7990)

    assert months([waiting], {}, {}, {}) == []


def test_the_months_have_the_sales_of_orders_that_are_not_paid_any_more():
    gone = replace(samples.a_note(), id=OrderId("88"), payment=Payment.REFUNDED, total=7990)

    (month,) = months([gone], ours([sale(1, "88")]), {}, {})

    assert (month.orders, month.sales, month.sale_value) == (0, 1, 7990)
