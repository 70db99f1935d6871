"""Sales that the ERP shows late, and whose they are: under a refused number, or made before a rebuild."""

import asyncio
from contextlib import closing, nullcontext, suppress
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from contaazul_sync.core.drafts.marks import mark
from contaazul_sync.core.errors import StateError, Unavailable
from contaazul_sync.core.items import Kind
from contaazul_sync.operate import wiring
from contaazul_sync.passes.names import keep_names
from contaazul_sync.passes.reconcile import reconcile
from contaazul_sync.state.file import State
from tests.passes.test_gone_orders import ignore
from tests.passes.test_rebuild import lose_the_state, put_back_elsewhere, rebuilt
from tests.worlds.job import no_sleep

pytestmark = pytest.mark.line("memory")

ALIKE = [("A[1]", "A(1)"), ("A(1)", "A[1]"), ("ab", "AB"), ("A  12", "A 12")]


@pytest.fixture
def shop(job):
    job.shop.add_product("CAM-1", "Camiseta", 49.90, 50)
    return job.be_called("loja-k3f7").linked("CAM-1")


def changed(job, order_id, **fields):
    """The order is another now, in the shop."""
    (order,) = [each for each in job.shop.orders if each["order_id"] == order_id]
    order.update(fields, updated=job.shop.now())


@pytest.fixture
def two(shop):
    """With a second product of the same price."""
    shop.shop.add_product("CAM-2", "Regata", 49.90, 50)
    return shop.linked("CAM-2")


def exchanged(job, order_id):
    """The order has the second product now."""
    another = job.shop.order([("CAM-2", 1)], status="pending")
    (items,) = [each["items"] for each in job.shop.orders if each["id"] == another]
    changed(job, order_id, items=items)


def sold_as(job, *order_ids):
    """The numbers of the sales that the state has of these orders, each for its own."""
    kept = job.state.sales.of(order_ids)
    return {order_id: sale.number for order_id, sale in kept.items()}


def differences(job):
    async def run():
        with closing(State.read(job.settings.state_file)) as copy:
            async with wiring.parts(job.settings, copy, {}, clock=job.clock, sleep=no_sleep) as parts:
                return await reconcile(parts)

    return [(each.name, each.code) for each in asyncio.run(run()).orders]


# A gateway in front of the ERP repeats a request by itself: it was done, and is refused


@pytest.fixture
def repeated(shop):
    """The order is a sale that the ERP does not show yet; what it answered is that the number is in use."""
    shop.erp.switches.search_lag = 200 * 60
    shop.order = str(shop.shop.order([("CAM-1", 1)]))
    shop.erp.faults.add("twice", "POST", "/v1/venda")
    assert shop.sync().outcome == 6
    assert len(shop.sales_of(shop.order)) == 1
    return shop


def quiet(shop):
    for _ in range(6):
        shop.sync(minutes=65)
    return shop


def test_it_is_one_sale(repeated):
    quiet(repeated)

    assert len(repeated.sales_of(repeated.order)) == 1
    assert repeated.sync().outcome == 0


def test_it_is_one_sale_though_the_order_was_unpaid_for_a_while(repeated):
    changed(repeated, repeated.order, status="pending")
    repeated.sync(minutes=65)
    changed(repeated, repeated.order, status="confirmed")

    quiet(repeated)

    assert len(repeated.sales_of(repeated.order)) == 1
    assert repeated.sync().outcome == 0


def test_it_is_one_sale_though_a_person_left_it_alone_for_a_while(repeated):
    ignore(repeated, repeated.order)
    repeated.sync(minutes=65)
    repeated.shop.order([("CAM-1", 2)])
    repeated.sync(minutes=65)
    repeated.state.items.unignore(Kind.SALE, repeated.order)

    quiet(repeated)

    assert len(repeated.sales_of(repeated.order)) == 1


def test_it_is_one_sale_though_a_person_changed_what_it_says(repeated):
    (sale,) = repeated.erp.sales.values()
    repeated.erp.change_sale(sale, {"totals": replace(sale.totals, discount=Decimal(5))})
    sale.payment.nsu = ""

    quiet(repeated)

    assert len(repeated.sales_of(repeated.order)) == 1
    assert sold_as(repeated, repeated.order) == {repeated.order: sale.numero}


@pytest.fixture
def shared(job):
    """The same in a home whose name others may have; a person has changed what the sale says."""
    job.shop.add_product("CAM-1", "Camiseta", 49.90, 50)
    job.be_called("api.webstore.example").linked("CAM-1")
    job.erp.switches.search_lag = 200 * 60
    job.order = str(job.shop.order([("CAM-1", 1)]))
    job.erp.faults.add("twice", "POST", "/v1/venda")
    job.sync()
    (sale,) = job.erp.sales.values()
    job.erp.change_sale(sale, {"totals": replace(sale.totals, discount=Decimal(5))})
    return job


def test_under_a_name_that_others_may_have_it_is_asked_about_then(shared):
    quiet(shared)

    assert shared.failures_of(Kind.SALE) == {shared.order: "attention"}
    assert len(shared.erp.sales) == 1


@pytest.mark.parametrize("lag", [30, 600])
def test_it_is_asked_about_when_a_person_wants_it_at_last(shared, lag):
    shared.erp.switches.search_lag = lag * 60
    (sale,) = shared.erp.sales.values()
    sale.visible_from = sale.created + timedelta(minutes=lag)
    ignore(shared, shared.order)
    for _ in range(10):
        shared.shop.order([("CAM-1", 2)])
        shared.sync(minutes=65)
    shared.state.items.retry(Kind.SALE, shared.order)

    shared.sync()
    assert shared.failures_of(Kind.SALE) == {shared.order: "attention"}
    assert len(shared.sales_of(shared.order)) == 1

    shared.state.items.retry(Kind.SALE, shared.order)
    shared.sync()
    assert len(shared.sales_of(shared.order)) == 2  # as the person said
    assert shared.sync().outcome == 0


def test_one_that_is_cancelled_meanwhile_is_told(repeated):
    repeated.shop.cancel(int(repeated.order))
    repeated.sync(minutes=65)
    repeated.shop.order([("CAM-1", 2)])

    quiet(repeated)
    repeated.sync(minutes=24 * 60)
    repeated.sync()

    assert "cancelled in the shop after it became sale" in repeated.failure(repeated.order)["reason"]


def test_one_whose_order_changed_before_it_was_sent_again_is_told(two):
    two.erp.switches.search_lag = 100 * 60
    order = str(two.shop.order([("CAM-1", 1)]))
    two.erp.faults.add("twice", "POST", "/v1/venda")
    two.sync()
    exchanged(two, order)

    two.sync(minutes=70)
    two.sync(minutes=60)
    two.sync()

    assert len(two.sales_of(order)) == 1
    assert "changed in the shop after it became sale" in two.failure(order)["reason"]


# One number that was sent twice


@pytest.mark.parametrize("second", ["in use", "down"])
def test_a_sale_is_of_what_was_sent_first_where_the_second_made_none(two, second):
    """The order changes between the two, at the same total: that is a change after the sale."""
    two.erp.switches.search_lag = 90 * 60
    order = str(two.shop.order([("CAM-1", 1)]))
    two.erp.faults.add("drop_after", "POST", "/v1/venda")
    two.sync()
    exchanged(two, order)

    if second == "down":
        two.erp.faults.add("429", "POST", "/v1/venda", times=20)
    with suppress(Unavailable):
        two.sync(minutes=70)
    two.erp.faults.clear()
    two.sync(minutes=60)
    two.sync()

    assert len(two.sales_of(order)) == 1
    assert "changed in the shop after it became sale" in two.failure(order)["reason"]


def test_a_number_of_which_the_second_send_was_refused_is_not_looked_for_day_by_day(shop):
    shop.erp.switches.search_lag = 90 * 60
    shop.shop.order([("CAM-1", 1)])
    shop.erp.faults.add("drop_after", "POST", "/v1/venda")
    shop.sync()
    shop.sync(minutes=70)
    shop.sync(minutes=60)

    assert list(shop.state.sends.asleep(shop.clock() - timedelta(days=60))) == []


# Made before a rebuild, and shown after it


@pytest.fixture
def late(shop):
    """An order that is a sale, which no rebuild will see."""
    shop.erp.switches.search_lag = 60 * 60
    shop.order = str(shop.shop.order([("CAM-1", 1)], total_paid="47.90"))
    shop.set(orders__paid_differs="split")
    shop.sync()
    shop.clock.move(minutes=10)
    return shop


def made_anew(shop):
    lose_the_state(shop)
    assert rebuilt(shop).unsold == 1
    shop.clock.move(minutes=60)
    shop.shop.order([("CAM-1", 3)])
    shop.sync()
    return shop


def test_it_is_taken_over_as_it_was_booked(late):
    made_anew(late)

    assert sold_as(late, late.order) == {late.order: 1001}
    assert late.state.sales.of([late.order])[late.order].total == 4790
    assert late.status()["failures"] == []
    assert differences(late) == []


def test_one_whose_order_changed_since_is_told(late):
    changed(late, late.order, shipping="5.00", total="54.90", total_paid="54.90")

    made_anew(late)
    late.sync()

    assert sold_as(late, late.order) == {late.order: 1001}
    assert "sale 1001 in the ERP is not what the order is in the shop" in late.failure(late.order)["reason"]


@pytest.mark.parametrize("fault", ["400", "500_before", "drop_before", "html"])
def test_its_items_that_the_erp_does_not_tell_stop_no_other_order(late, fault):
    late.erp.faults.add(fault, "GET", "/v1/venda/*/itens", times=1000)

    made_anew(late)
    late.sync()

    assert sold_as(late, late.order) == {late.order: 1001}
    assert late.status()["failures"] == []
    assert len(late.erp.sales) == 2


@pytest.mark.parametrize("fault", ["400", "500_before"])
def test_a_rebuild_does_not_pass_over_a_sale_that_it_cannot_compare(two, fault):
    """Where its items are refused, a person compares them; where the ERP fails, it does not end."""
    order = str(two.shop.order([("CAM-1", 1)]))
    two.sync()
    exchanged(two, order)
    lose_the_state(two)
    two.erp.faults.add(fault, "GET", "/v1/venda/*/itens", times=1000)
    with pytest.raises(Unavailable) if fault != "400" else nullcontext():
        rebuilt(two)
    two.erp.faults.clear()
    if fault != "400":
        rebuilt(two)

    two.sync()

    assert "is not what the order is in the shop" in two.failure(order)["reason"]


def test_it_is_taken_over_as_the_send_that_made_it(shop):
    """Two were sent under one number; the first never arrived."""
    shop.erp.switches.search_lag = 100 * 60
    order = str(shop.shop.order([("CAM-1", 1)]))
    shop.erp.faults.add("drop_before", "POST", "/v1/venda")
    shop.sync()
    changed(shop, order, shipping="5.00", total="54.90", total_paid="54.90")
    shop.erp.faults.add("drop_after", "POST", "/v1/venda")
    shop.sync(minutes=65)
    ignore(shop, order)
    shop.sync(minutes=65)
    shop.clock.move(minutes=40)
    shop.state.items.unignore(Kind.SALE, order)
    shop.shop.order([("CAM-1", 2)])

    assert shop.sync().outcome == 0

    assert shop.state.sales.of([order])[order].total == 5490


def test_a_mark_that_a_person_puts_back_names_our_sale_again(repeated):
    repeated.erp.switches.search_lag = 30 * 60
    (sale,) = repeated.erp.sales.values()
    sale.visible_from = repeated.clock()
    written = sale.observacoes
    repeated.erp.change_sale(sale, {"observacoes": ""})
    repeated.sync(minutes=65)
    assert repeated.failure(repeated.order)["group"] == "attention"
    repeated.erp.change_sale(sale, {"observacoes": written})
    repeated.shop.order([("CAM-1", 2)])

    repeated.sync()

    assert sold_as(repeated, repeated.order) == {repeated.order: sale.numero}


# Orders that a mark writes alike


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_two_orders_that_are_written_alike_are_two(shop, one, other):
    shop.shop.order([("CAM-1", 1)], order_id=one)
    shop.shop.order([("CAM-1", 2)], order_id=other)
    shop.sync()
    sold = sold_as(shop, one, other)
    assert sorted(sold.values()) == [1001, 1002]
    assert differences(shop) == []

    lose_the_state(shop)
    found = rebuilt(shop)

    assert (found.adopted.count, found.unsold, found.adopted.doubles) == (2, 0, {})
    assert sold_as(shop, one, other) == sold
    assert shop.sync().outcome == 0


@pytest.mark.parametrize("pieces", [2, 1])
@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_the_sale_of_one_is_not_the_other_s_that_alone_is_known(shop, one, other, pieces):
    shop.erp.switches.search_lag = 20 * 60
    shop.shop.order([("CAM-1", 1)], order_id=one)
    shop.sync()
    shop.shop.orders.clear()
    shop.clock.move(minutes=5)
    lose_the_state(shop)
    rebuilt(shop)
    shop.clock.move(minutes=1)
    shop.shop.order([("CAM-1", pieces)], order_id=other, payer_cpf="111.444.777-35")

    shop.sync()

    assert sold_as(shop, other) == {other: 1002}


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_a_number_that_the_sale_of_one_has_is_not_taken_for_the_other_s(shop, one, other):
    shop.erp.switches.search_lag = 200 * 60
    shop.shop.order([("CAM-1", 1)], order_id=one)
    shop.sync()
    shop.shop.orders.clear()
    shop.clock.move(minutes=5)
    lose_the_state(shop)
    rebuilt(shop)
    shop.erp.switches.next_number = "null"
    (sale,) = shop.erp.sales.values()
    shop.erp.change_sale(sale, {"numero": 1})
    shop.shop.order([("CAM-1", 2)], order_id=other)

    quiet(shop)

    assert sold_as(shop, other) == {other: 2}


@pytest.mark.parametrize("nsu", ["AB12", "", "ab1"])
def test_an_nsu_that_the_erp_writes_in_its_own_way_loses_no_sale(shop, nsu):
    shop.shop.order([("CAM-1", 1)], order_id="ab12")
    shop.sync()
    (sale,) = shop.erp.sales.values()
    sale.payment.nsu = nsu
    assert differences(shop) == []
    lose_the_state(shop)

    found = rebuilt(shop)

    assert (found.adopted.count, found.unsold) == (1, 0)
    assert shop.sync().outcome == 0
    assert differences(shop) == []


# Several marks in one sale


@pytest.mark.parametrize("beside", ["99999", "another name", "an unpaid one", "a paid one"])
@pytest.mark.parametrize("situation", ["APROVADO", "CANCELADO"])
def test_an_older_state_meets_a_sale_with_a_second_mark(shop, tmp_path, beside, situation):
    keep_names(shop.state, ["loja-a2b3"], [])
    copy = tmp_path / "copy.db"
    shop.state.backup(copy)
    order = str(shop.shop.order([("CAM-1", 1)]))
    shop.sync()
    (sale,) = shop.erp.sales.values()
    second = mark("loja-a2b3", order) if beside == "another name" else mark("loja-k3f7", "99999")
    if beside in ("an unpaid one", "a paid one"):
        status = "pending" if beside == "an unpaid one" else "confirmed"
        second = mark("loja-k3f7", str(shop.shop.order([("CAM-1", 1)], status)))
    shop.erp.change_sale(sale, {"observacoes": sale.observacoes + second, "situacao": situation})
    put_back_elsewhere(shop, copy)

    with pytest.raises(StateError, match="which the state file does not know"):
        shop.sync()

    assert len(shop.erp.sales) == 1


def test_a_sale_that_was_sent_here_is_of_no_newer_state_whatever_mark_stands_beside(repeated):
    other = str(repeated.shop.order([("CAM-1", 1)], "pending"))
    ignore(repeated, repeated.order)
    repeated.sync(minutes=65)
    repeated.state.items.unignore(Kind.SALE, repeated.order)
    changed(repeated, repeated.order, status="pending")
    changed(repeated, other, status="confirmed")
    (sale,) = repeated.erp.sales.values()
    notes = sale.observacoes + mark("loja-k3f7", other)
    repeated.erp.change_sale(sale, {"observacoes": notes})
    sale.visible_from = repeated.clock()

    repeated.sync()

    assert repeated.failures_of(Kind.SALE)[other] == "attention"


def test_a_sale_of_a_sold_order_and_another_is_told_as_its_second(shop):
    order = str(shop.shop.order([("CAM-1", 1)]))
    shop.sync()
    unpaid = str(shop.shop.order([("CAM-1", 1)], "pending"))
    notes = mark("loja-k3f7", order) + mark("loja-k3f7", unpaid)
    shop.erp.change_sale(shop.erp.sales[shop.erp.take_number(2000)], {"observacoes": notes, "origin": "API"})
    shop.shop.order([("CAM-1", 2)])

    shop.sync()

    assert "sold twice in the ERP" in shop.failure(order)["reason"]
    assert len(shop.erp.sales) == 3


def test_a_sale_that_a_person_marked_for_two_orders_is_asked_about_for_each(shop):
    orders = [str(shop.shop.order([("CAM-1", 1)])) for _ in range(2)]
    shop.sync()
    kept, gone = shop.erp.sales.values()
    shop.erp.change_sale(kept, {"observacoes": "".join(mark("loja-k3f7", each) for each in orders)})
    shop.erp.delete_sale(gone.numero)
    shop.clock.move(minutes=5)
    lose_the_state(shop)
    assert rebuilt(shop).unsold == 2
    shop.shop.order([("CAM-1", 3)])

    shop.sync()

    assert shop.failures_of(Kind.SALE) == dict.fromkeys(orders, "attention")
