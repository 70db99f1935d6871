"""A marketplace lists an order and its parts, all of them paid: the money and the units go over once."""

import pytest

from contaazul_sync.cli import choose
from contaazul_sync.core.items import Kind
from contaazul_sync.passes.reconcile import reconcile
from contaazul_sync.sandbox.shop.state import written

pytestmark = pytest.mark.line("memory")

DAY = 24 * 60  # minutes


@pytest.fixture
def woo(job):
    job.shop.add_product("CANECA", "Caneca", "39.90", 50)
    job.shop.add_product("TIGELA", "Tigela", "36.50", 50)
    return job.use("woocommerce").linked("CANECA", "TIGELA")


def purchase(job, status="confirmed", *, second=("TIGELA", 2), **fields):
    """An order of two sellers' items and its two parts; the shop's stock is taken once."""
    order = job.shop.order([("CANECA", 1), ("TIGELA", 2)], status, **fields)
    parts = [job.shop.order([line], status, parent_id=order, **fields) for line in (("CANECA", 1), second)]
    if status == "confirmed":
        for line in (("CANECA", 1), second):
            job.shop.unit(line[0])["quantity"] += line[1]  # of the parts: nothing was taken for them
    return order, *parts


def row(job, order):
    return next(each for each in job.shop.orders if each["id"] == order)


def paid(job, *orders):
    for order in orders:
        now = written(job.clock())
        row(job, order).update(status="confirmed", paid_at=now, updated=now)


def stocks(job):
    return [job.erp.product(sku).stock for sku in ("CANECA", "TIGELA")]


def in_the_shop(job):
    return [job.shop.unit(sku)["quantity"] for sku in ("CANECA", "TIGELA")]


def sales(job, *orders):
    return [len(job.sales_of(order)) for order in orders]


def places(job):
    return {place: some for place, some in job.status()["orders"].items() if some}


def test_the_order_is_one_sale_and_its_parts_are_none(woo):
    orders = purchase(woo)

    woo.sync()
    woo.sync(minutes=DAY)

    assert sales(woo, *orders) == [1, 0, 0]
    assert stocks(woo) == in_the_shop(woo) == [49, 48]
    assert woo.failures_of(Kind.SALE) == {}
    assert woo.state.drifts.all() == []
    assert places(woo) == {"sent": 1, "left_out": 2}


def test_parts_that_are_paid_first_are_the_sales_and_the_order_is_none(woo):
    order, first, second = purchase(woo, "pending")
    woo.sync()
    paid(woo, first)
    woo.sync()
    paid(woo, order, second)

    woo.sync()
    woo.sync(minutes=DAY)

    assert sales(woo, order, first, second) == [0, 1, 1]
    assert woo.failures_of(Kind.SALE) == {}
    assert places(woo) == {"sent": 2, "left_out": 1}


def test_what_is_not_clear_is_held_and_a_persons_word_sends_one_side(woo):
    order, first, second = purchase(woo, second=("TIGELA", 1))
    woo.sync()
    assert woo.failures_of(Kind.SALE) == dict.fromkeys(map(str, (order, first, second)), "held")
    assert f"of one purchase with order {first}, {second}" in woo.failure(str(order))["reason"]
    assert f"contaazul-sync retry {first}" in woo.failure(str(first))["next_step"]
    retry(woo, first)

    woo.sync()
    woo.sync(minutes=DAY)

    assert sales(woo, order, first, second) == [0, 1, 1]
    assert woo.failures_of(Kind.SALE) == {str(order): "held"}
    assert "settled already" in woo.failure(str(order))["reason"]


def test_what_may_be_money_of_its_own_is_not_left_out_by_a_word_for_the_other_side(woo):
    """A deposit and its rest: the same item, and both are paid."""
    deposit = woo.shop.order([("CANECA", 1)])
    rest = woo.shop.order([("CANECA", 1)], parent_id=deposit, shipping="5.00")
    woo.sync()
    retry(woo, deposit)
    woo.sync()
    assert sales(woo, deposit, rest) == [1, 0]
    assert woo.failures_of(Kind.SALE) == {str(rest): "held"}

    retry(woo, rest)
    woo.sync()

    assert sales(woo, deposit, rest) == [1, 1]
    assert woo.failures_of(Kind.SALE) == {}


def test_both_sides_go_where_a_person_asks_for_both(woo):
    deposit = woo.shop.order([("CANECA", 1)])
    rest = woo.shop.order([("CANECA", 1)], parent_id=deposit, shipping="5.00")
    woo.sync()
    retry(woo, deposit)
    retry(woo, rest)

    woo.sync()
    woo.sync(minutes=DAY)

    assert sales(woo, deposit, rest) == [1, 1]
    assert places(woo) == {"sent": 2}


def retry(job, order):
    """What `retry` does with an order that is named."""
    job.state.items.retry(Kind.SALE, str(order))
    job.state.orders.want([str(order)], by_name=True)


def test_an_order_that_is_booked_by_hand_sends_no_part(woo):
    order, first, second = purchase(woo, second=("TIGELA", 1))
    woo.sync()
    seen = choose.as_seen(woo.state, woo.settings.rules(woo.clock().date()), Kind.SALE, str(order))
    woo.state.items.ignore(Kind.SALE, str(order), seen, woo.clock())

    woo.sync()
    woo.sync(minutes=DAY)

    assert sales(woo, order, first, second) == [0, 0, 0]
    assert woo.failures_of(Kind.SALE) == {str(first): "held", str(second): "held"}


def test_the_units_of_a_held_purchase_count_once(woo):
    purchase(woo, second=("TIGELA", 1))
    woo.shop.unit("TIGELA")["quantity"] = 48  # as the order took them
    woo.sync()

    woo.sync(minutes=DAY)

    assert stocks(woo) == [50, 50]
    assert in_the_shop(woo) == [49, 48]
    assert woo.state.drifts.all() == []


def test_a_purchase_whose_order_waits_or_is_held_does_not_send_its_parts_instead(woo):
    orders = purchase(woo, payer_cpf="")

    woo.sync()
    woo.sync(minutes=DAY)

    assert sales(woo, *orders) == [0, 0, 0]
    assert woo.failures_of(Kind.SALE) == {str(orders[0]): "held"}
    assert woo.state.drifts.all() == []


def test_both_sides_agree(woo):
    purchase(woo)
    woo.sync()

    result = woo._with_parts(reconcile)

    assert result.orders == []


def test_what_was_added_later_is_an_order_of_its_own(woo):
    order = woo.shop.order([("CANECA", 1)])
    added = woo.shop.order([("TIGELA", 1)], parent_id=order)

    woo.sync()

    assert sales(woo, order, added) == [1, 1]


def test_a_part_of_an_order_that_the_shop_never_listed_is_an_order(woo):
    part = woo.shop.order([("CANECA", 1)], parent_id=4711)

    woo.sync()

    assert sales(woo, part) == [1]


def test_a_lost_answer_keeps_the_side(woo):
    orders = purchase(woo)
    woo.erp.faults.add("drop_after", "POST", "/v1/venda")

    woo.sync()
    woo.sync(minutes=61)

    assert sales(woo, *orders) == [1, 0, 0]
    assert woo.failures_of(Kind.SALE) == {}


# After one side was sold


def ended(job, *orders, status="canceled"):
    for order in orders:
        row(job, order).update(status=status, updated=written(job.clock()))


def test_a_part_that_is_cancelled_after_its_order_was_sold_is_told_and_the_others_stay_within(woo):
    order, first, second = purchase(woo)
    woo.sync()
    ended(woo, second)

    woo.sync()
    woo.sync(minutes=DAY)

    number = woo.sales_of(order)[0].numero
    assert woo.failures_of(Kind.SALE) == {str(second): "attention"}
    told = woo.failure(str(second))
    assert told["reason"] == f"cancelled in the shop after it became sale {number}"
    assert told["next_step"].startswith(f"put sale {number} right in the ERP")
    assert sales(woo, order, first, second) == [1, 0, 0]


def test_all_parts_that_are_refunded_after_their_order_was_sold_are_told(woo):
    _order, *parts = purchase(woo)
    woo.sync()
    ended(woo, *parts, status="refunded")

    woo.sync()

    assert woo.failures_of(Kind.SALE) == {str(part): "attention" for part in parts}


def test_an_order_that_is_cancelled_after_its_parts_were_sold_is_told_with_all_their_sales(woo):
    order, *parts = purchase(woo, "pending")
    woo.sync()
    paid(woo, *parts)
    woo.sync()
    paid(woo, order)
    woo.sync()
    assert woo.failures_of(Kind.SALE) == {}
    ended(woo, order)

    woo.sync()

    numbers = ", ".join(str(woo.sales_of(part)[0].numero) for part in parts)
    assert woo.failure(str(order))["reason"] == f"cancelled in the shop after it became sale {numbers}"


def test_an_order_that_never_was_paid_may_end_beside_its_parts(woo):
    order, *parts = purchase(woo, "pending")
    woo.sync()
    paid(woo, *parts)
    ended(woo, order)

    woo.sync()
    woo.sync(minutes=DAY)

    assert sales(woo, order, *parts) == [0, 1, 1]
    assert woo.failures_of(Kind.SALE) == {}


def test_a_part_that_a_person_has_seen_is_told_no_more(woo):
    _order, _first, second = purchase(woo)
    woo.sync()
    ended(woo, second)
    woo.sync()
    seen = choose.as_seen(woo.state, woo.settings.rules(woo.clock().date()), Kind.SALE, str(second))
    woo.state.items.ignore(Kind.SALE, str(second), seen, woo.clock())

    woo.sync()
    woo.sync(minutes=DAY)

    assert woo.failures_of(Kind.SALE) == {}


def test_a_part_that_is_deleted_after_its_order_was_sold_is_not_to_be_booked_by_hand(woo):
    order, first, second = purchase(woo)
    woo.sync()
    woo.shop.orders[:] = [each for each in woo.shop.orders if each["id"] != second]

    woo.sync(minutes=DAY)

    assert woo.failures_of(Kind.SALE) == {str(second): "attention"}
    assert "after it became sale" in woo.failure(str(second))["reason"]
    assert sales(woo, order, first, second) == [1, 0, 0]


def test_an_order_that_is_deleted_before_it_was_a_sale_leaves_its_parts_to_be_sold(woo):
    order, *parts = purchase(woo, payer_cpf="")
    other = woo.shop.order([("CANECA", 1)])
    woo.sync()
    woo.shop.orders[:] = [each for each in woo.shop.orders if each["id"] != order]
    for part in parts:
        row(woo, part).update(payer_cpf="529.982.247-25", updated=written(woo.clock()))

    woo.sync(minutes=DAY)
    woo.sync(minutes=DAY)

    assert sales(woo, other, order, *parts) == [1, 0, 1, 1]
    assert woo.failures_of(Kind.SALE) == {}


def test_an_order_that_is_cancelled_before_its_parts_were_sales_is_no_news(woo):
    order, *parts = purchase(woo, payer_cpf="")
    woo.sync()
    ended(woo, order)
    for part in parts:
        row(woo, part).update(payer_cpf="529.982.247-25", updated=written(woo.clock()))

    woo.sync()
    woo.sync(minutes=DAY)

    assert sales(woo, order, *parts) == [0, 1, 1]
    assert woo.failures_of(Kind.SALE) == {}


def test_an_order_whose_parts_were_all_cancelled_before_it_was_a_sale_is_held(woo):
    order, *parts = purchase(woo, payer_cpf="")
    woo.sync()
    ended(woo, *parts)
    row(woo, order).update(payer_cpf="529.982.247-25", updated=written(woo.clock()))

    woo.sync()

    assert sales(woo, order, *parts) == [0, 0, 0]
    assert woo.failures_of(Kind.SALE) == {str(order): "held"}
