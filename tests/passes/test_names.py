"""Several homes write into one ERP: each knows its own sales, and no order counts as sold by another's."""

from datetime import timedelta

import pytest

from contaazul_sync.core.drafts.marks import mark, part_mark
from contaazul_sync.core.errors import StateError, UsageError
from contaazul_sync.core.items import Kind
from contaazul_sync.state import witness
from contaazul_sync.state.notes import COVERED_FROM, COVERED_TO
from tests.passes.test_gone_orders import ignore
from tests.passes.test_rebuild import lose_the_state, rebuilt

pytestmark = pytest.mark.line("memory")

HOST = "api.webstore.example"  # what the API's server is called, for every shop on it


@pytest.fixture
def both(job, other_job):
    """Two shops that have no name of their own; the first has sold its order 88124."""
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 50)
    job.be_called(HOST).linked("CAM-1")
    assert str(job.shop.order([("CAM-1", 1)])) == "88124"
    job.sync()
    other_job.be_called(HOST).linked("BON-1")
    return job, other_job


def sold_for(job, order_id):
    """The totals of the sales that carry an order's mark, in centavos."""
    return sorted(int(sale.totals.net * 100) for sale in job.sales_of(order_id))


def test_two_shops_with_one_name_and_one_order_number_are_both_sold_once(both):
    first, second = both
    order = str(second.shop.order([("BON-1", 1)]))
    assert order == "88124"

    assert second.sync().outcome == 6
    assert sold_for(second, order) == [7990]

    told = second.failure(order)
    assert told["group"] == "attention"
    assert "of R$ 79,90 in the ERP may be this order's" in told["reason"]
    assert f"ignore {order}" in told["next_step"]
    assert f"retry {order}" in told["next_step"]

    second.state.items.retry("sale", order)
    assert second.sync().outcome == 0
    assert first.sync().outcome == second.sync().outcome == 0
    assert sold_for(second, order) == [4990, 7990]  # of both shops: the mark is the same


@pytest.mark.parametrize("minutes", [95, 30])
def test_a_number_that_the_other_shop_s_order_took_unseen_sells_none_of_this_one(job, other_job, minutes):
    """By its own look, or met among the ERP's sales after a person had left it alone."""
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 50)
    job.be_called(HOST).linked("CAM-1")
    other_job.be_called(HOST).linked("BON-1")
    job.erp.switches.next_number = "null"
    job.erp.switches.search_lag = 90 * 60
    job.shop.order([("CAM-1", 1)])
    job.sync()
    order = str(other_job.shop.order([("BON-1", 2)], payer_cpf="111.444.777-35"))
    assert other_job.sync().outcome == 6  # the number is in use
    if minutes < 90:
        ignore(other_job, order)
        other_job.sync(minutes=65)
        other_job.state.items.unignore(Kind.SALE, order)
        other_job.shop.order([("BON-1", 1)])

    other_job.sync(minutes=minutes)
    for _ in range(3):
        if other_job.failures_of(Kind.SALE):
            other_job.state.items.retry("sale", order)
        other_job.sync(minutes=65)

    assert sold_for(other_job, order) == [7990, 9980]


def test_a_rebuild_does_not_take_the_sale_of_another_shop_of_this_name_for_ours(both):
    _first, second = both
    order = str(second.shop.order([("BON-1", 1)]))

    found = rebuilt(second)

    assert (found.adopted.count, found.unsold) == (0, 1)
    assert "of R$ 79,90 in the ERP may be this order's" in second.failure(order)["reason"]
    second.state.items.retry("sale", order)
    assert second.sync().outcome == 0
    assert sold_for(second, order) == [4990, 7990]


def test_the_sale_of_another_buyer_is_not_ours_though_day_and_total_are(both):
    _first, second = both
    order = str(second.shop.order([("BON-1", 1, "79.90")], payer_cpf="111.444.777-35"))

    second.sync()
    assert second.failure(order)["group"] == "attention"
    found = rebuilt(second)

    assert (found.adopted.count, found.unsold) == (0, 1)
    assert second.failure(order)["group"] == "attention"


def test_a_home_without_a_name_of_its_own_finds_its_sales_by_day_and_total(both):
    first, _second = both
    lose_the_state(first)

    found = rebuilt(first)

    assert (found.adopted.count, found.unsold) == (1, 0)
    assert first.sync().outcome == 0
    assert len(first.sales_of("88124")) == 1


def test_a_sale_of_another_day_is_not_adopted_under_a_shared_name(both):
    first, _second = both
    (sale,) = first.erp.sales.values()
    first.erp.change_sale(sale, {"date": "2026-11-20"})
    lose_the_state(first)

    found = rebuilt(first)

    assert (found.adopted.count, found.unsold) == (0, 1)


def test_an_order_to_come_is_not_sold_by_a_sale_of_the_same_number_in_another_shop(both):
    _first, second = both
    assert rebuilt(second).adopted.count == 0  # before this shop has an order of that number
    second.clock.move(minutes=180)
    order = second.shop.order([("BON-1", 1)])

    assert second.sync().outcome == 0

    assert sold_for(second, order) == [4990, 7990]


def test_homes_with_names_of_their_own_never_meet(job, other_job):
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 50)
    job.be_called("loja-k3f7").linked("CAM-1")
    order = str(job.shop.order([("CAM-1", 1)]))
    job.sync()
    other_job.be_called("loja-m4p2").linked("BON-1")
    assert str(other_job.shop.order([("BON-1", 1)])) == order

    assert other_job.sync().outcome == 0

    assert len(job.sales_of(order)) == len(other_job.sales_of(order)) == 1
    lose_the_state(other_job)
    found = rebuilt(other_job)
    assert (found.adopted.count, found.unsold) == (1, 0)
    assert found.adopted.met == {"loja-k3f7": 1, "loja-m4p2": 1}
    assert found.adopted.names == ["loja-m4p2"]


@pytest.fixture
def moved(job):
    """A home that is called anew, as after the old one was lost with its settings; three orders are sold."""
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 50)
    job.linked("CAM-1")
    job.sold = [str(job.shop.order([("CAM-1", 1)])) for _ in range(3)]
    job.sync()
    lose_the_state(job)
    return job.be_called("loja-m4p2")


def test_a_name_that_may_be_this_home_s_is_asked_for(moved):
    with pytest.raises(UsageError) as error:
        rebuilt(moved)

    assert "loja (3 sales)" in error.value.message
    assert "contaazul-sync rebuild --shop-id loja" in error.value.message
    with pytest.raises(StateError):
        moved.sync()  # nothing is sent before that is answered


def test_sales_under_a_name_that_a_person_knows_are_adopted(moved):
    found = rebuilt(moved, "loja")

    assert (found.adopted.count, found.unsold) == (3, 0)
    assert found.adopted.names == ["loja"]
    assert moved.sync().outcome == 0
    assert len(moved.erp.sales) == 3
    assert rebuilt(moved).adopted.count == 0  # and nobody is asked again


def test_a_home_under_a_new_name_sells_nothing_that_was_sold_under_a_lost_one(moved):
    (moved.settings.home / witness.NAME).unlink()  # of the old one

    with pytest.raises(StateError) as error:
        moved.sync()

    assert "of 'loja'" in error.value.message
    assert "contaazul-sync rebuild" in error.value.message
    assert len(moved.erp.sales) == 3


def test_a_name_that_is_said_to_be_another_shop_s_is_not_asked_for_again(moved):
    assert rebuilt(moved, "loja-m4p2").unsold == 3

    assert rebuilt(moved).adopted.count == 0


def test_a_name_that_no_sale_has_is_a_slip_of_the_pen(moved):
    with pytest.raises(UsageError) as error:
        rebuilt(moved, "lojja")

    assert "lojja" in error.value.message
    assert "loja (3 sales)" in error.value.message


def test_a_reading_leaves_in_the_state_what_it_covers(moved):
    begun = moved.clock()

    rebuilt(moved, "loja")

    assert moved.state.notes.time(COVERED_TO) == begun
    assert moved.state.notes.time(COVERED_FROM) <= begun - timedelta(days=23)


def test_notes_that_a_person_wrapped_or_wrote_in_capitals_name_the_order_still(moved):
    sales = list(moved.erp.sales.values())
    moved.erp.change_sale(sales[0], {"observacoes": f"Conferido.\n[ LOJA :\nPEDIDO {moved.sold[0]} ]"})
    moved.erp.change_sale(sales[1], {"observacoes": "", "payment_note": mark("loja", moved.sold[1])})

    found = rebuilt(moved, "loja")

    assert (found.adopted.count, found.unsold) == (3, 0)


def test_the_mark_of_a_part_is_no_order(moved):
    (sale, *_) = moved.erp.sales.values()
    moved.erp.change_sale(sale, {"observacoes": part_mark("loja", moved.sold[0], 1, 3)})

    found = rebuilt(moved, "loja")

    assert (found.adopted.count, found.unsold) == (2, 1)


def test_a_sale_that_names_two_orders_is_left_to_a_person(moved):
    (sale, *_) = moved.erp.sales.values()
    both = mark("loja", moved.sold[0]) + mark("loja", moved.sold[1])
    moved.erp.change_sale(sale, {"observacoes": both})

    found = rebuilt(moved, "loja")

    assert (found.adopted.count, found.unsold) == (2, 1)
    assert moved.failures_of(Kind.SALE) == {moved.sold[0]: "attention"}


def test_a_sale_that_names_the_order_without_a_mark_is_shown_to_the_person_who_is_asked(moved):
    sale, *_ = moved.erp.sales.values()
    moved.erp.change_sale(sale, {"observacoes": "Conferido."})

    found = rebuilt(moved, "loja")

    assert (found.adopted.count, found.unsold) == (2, 1)
    assert f"sale {sale.numero} of R$ 79,90" in moved.failure(moved.sold[0])["reason"]
