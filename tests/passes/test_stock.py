"""Balances: compared below zero too; not told is not zero; what sells all the time is compared, too."""

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest

from contaazul_sync.core.errors import SyncError
from contaazul_sync.operate import wiring
from contaazul_sync.passes.reconcile import reconcile
from contaazul_sync.state.file import State

pytestmark = pytest.mark.line("memory")


def drifts(job):
    """The drifts that `status` shows with their numbers, as (should be, is)."""
    shown = (each for each in job.state.drifts.all(job.clock()) if not each.checking_until)
    return [(each.expected, each.actual) for each in shown]


def settling(job):
    """Until when those are checked that a sale moves just now."""
    return [each.checking_until for each in job.state.drifts.all(job.clock()) if each.checking_until]


def balances_written(job):
    sent = [
        r.body["estoque"]
        for r in job.erp.requests
        if r.method in ("PATCH", "POST") and "estoque" in (r.body or {})
    ]
    return [stock["estoque_disponivel"] for stock in sent]


def differences(job):
    async def run():
        copy = State.read(job.settings.state_file)
        try:
            async with wiring.parts(job.settings, copy, {}, clock=job.clock) as parts:
                return (await reconcile(parts)).products
        finally:
            copy.close()

    return [(each.code, each.ours, each.theirs) for each in asyncio.run(run())]


# Below zero


def test_a_balance_below_zero_on_both_sides_is_even(linked):
    job = linked("CAM-1", "Camiseta", 79.90, 5)
    job.shop.change("CAM-1", stock=-3)
    job.erp.set_stock("CAM-1", -3)

    job.sync()

    assert drifts(job) == []
    assert differences(job) == []


def test_a_balance_that_should_be_below_zero_is_told_as_it_should_be(linked):
    job = linked("CAM-1", "Camiseta", 79.90, 5)
    job.shop.change("CAM-1", stock=-3)

    job.sync()

    assert drifts(job) == [(-3, 5)]
    assert differences(job) == [("stock", "-3", "5")]


def test_an_old_drift_of_a_balance_below_zero_goes_once_it_is_compared_as_it_is(linked):
    job = linked("CAM-1", "Camiseta", 79.90, 5)
    job.shop.change("CAM-1", stock=-3)
    job.erp.set_stock("CAM-1", -3)
    key = job.state.products.keys_of_skus(["CAM-1"])["CAM-1"]
    job.state.drifts.set(key, Decimal(0), Decimal(-3), job.clock())  # as an earlier version saw it
    job.sync()

    assert drifts(job) == []


@pytest.mark.parametrize("patch", ["take", "ignore", "refuse"])
def test_no_balance_below_zero_is_ever_written(linked, patch):
    job = linked("CAM-1", "Camiseta", 79.90, 5)
    job.erp.switches.stock_patch = patch
    job.shop.change("CAM-1", stock=-3)

    job.sync()

    assert balances_written(job) == [5]  # what it was created with
    assert job.erp.product("CAM-1").price == Decimal("79.90")
    assert job.state.notes.get("stock_writes") is None  # it was not tried, so nothing was learnt


def test_a_balance_below_zero_does_not_keep_the_others_from_being_written(job):
    job.erp.switches.stock_patch = "take"
    for sku in ("CAM-1", "CAM-2"):
        job.shop.add_product(sku, "Camiseta", 79.90, 5)
    job.linked("CAM-1", "CAM-2")
    job.shop.change("CAM-1", stock=-3)
    job.shop.change("CAM-2", stock=9)

    job.sync()

    assert job.erp.product("CAM-2").stock == 9
    assert drifts(job) == [(-3, 5)]


def test_a_product_that_the_shop_oversold_is_created_with_nothing_and_what_is_missing_is_told(job):
    job.shop.add_product("CAM-1", "Camiseta", 79.90, -3)

    job.linked("CAM-1")
    assert balances_written(job) == [0]
    job.sync()

    assert drifts(job) == [(-3, 0)]


def test_a_restock_of_an_oversold_product_evens_it_out(linked):
    job = linked("CAM-1", "Camiseta", 79.90, 5)
    job.shop.change("CAM-1", stock=-3)
    job.erp.set_stock("CAM-1", -3)
    job.sync()
    job.shop.change("CAM-1", stock=7)
    job.erp.set_stock("CAM-1", 7)

    job.sync()

    assert drifts(job) == []


def test_a_sale_of_more_than_there_is_leaves_both_sides_even(linked):
    job = linked("CAM-1", "Camiseta", 79.90, 1)
    job.shop.order([("CAM-1", 4)])

    job.sync()
    job.sync(minutes=61)

    assert job.erp.product("CAM-1").stock == -3
    assert drifts(job) == []


# Not told


def test_a_balance_that_the_erp_does_not_tell_is_no_drift(linked):
    job = linked("CAM-1", "Camiseta", 79.90, 5)
    job.erp.switches.tells_balance = False
    job.shop.change("CAM-1", stock=9)

    assert job.sync().outcome == 0

    assert drifts(job) == []
    assert balances_written(job) == [5]  # what it was created with
    assert differences(job) == []


def test_a_balance_that_should_be_nothing_and_is_not_told_is_not_even_for_good(linked):
    job = linked("CAM-1", "Camiseta", 79.90, 5)
    job.erp.switches.tells_balance = False
    job.shop.change("CAM-1", stock=0)
    job.sync()
    job.erp.switches.tells_balance = True

    job.sync(minutes=24 * 60)

    assert drifts(job) == [(0, 5)]


def test_a_drift_stays_as_it_was_seen_while_the_erp_does_not_tell_its_balance(linked):
    job = linked("CAM-1", "Camiseta", 79.90, 5)
    job.shop.change("CAM-1", stock=9)
    job.sync()
    job.erp.switches.tells_balance = False

    job.sync()

    assert drifts(job) == [(9, 5)]


def test_a_balance_that_is_not_told_is_not_asked_for_in_each_pass(linked):
    job = linked("CAM-1", "Camiseta", 79.90, 5)
    job.erp.switches.tells_balance = False
    job.shop.change("CAM-1", stock=9)
    job.sync()
    job.forget_calls()

    job.sync()

    assert not [r for r in job.erp.requests if r.path.startswith("/v1/produtos")]


# Settling


HOURS = 5  # between two passes here, where a sale settles for six: a day has few of them


@pytest.fixture
def best(linked):
    """A best seller, of which 500 were there."""
    job = linked("CAM-1", "Camiseta", 79.90, 500)
    job.set(erp__search_grace_seconds=6 * 3600)
    return job


def sell(job, *quantities):
    """An order before each pass, so that the balance never comes to rest."""
    for quantity in quantities:
        job.shop.order([("CAM-1", quantity)])
        job.sync(minutes=HOURS * 60)


@pytest.mark.parametrize("off", [-40, 40])
def test_a_best_seller_is_compared_within_a_day_and_then_in_each_pass(best, off):
    sell(best, 1)
    best.erp.set_stock("CAM-1", 499 + off)

    sell(best, 1, 1, 1, 1)
    assert drifts(best) == []
    for _ in range(3):
        sell(best, 1)
        ((expected, actual),) = drifts(best)
        assert actual - expected == off


def test_a_best_sellers_drift_goes_when_a_person_puts_it_right(best):
    best.erp.set_stock("CAM-1", 400)
    sell(best, 1, 1, 1, 1, 1, 1)
    assert drifts(best)
    best.erp.set_stock("CAM-1", best.shop.unit("CAM-1")["quantity"])

    sell(best, 1)

    assert best.state.drifts.all() == []


@pytest.mark.parametrize("lag", [0, 4, 5.5])
def test_a_best_seller_whose_reservations_lag_does_not_drift(best, lag):
    best.erp.switches.reserve_delay = lag * 3600

    for quantity in (1, 2, 3, 2, 1, 4, 1, 2, 3, 2):
        sell(best, quantity)
        assert best.state.drifts.all() == []
    assert differences(best) == []


def test_a_best_sellers_small_drift_that_a_lagging_sale_would_explain_is_told_a_day_later(best):
    sell(best, 1)
    best.erp.set_stock("CAM-1", 500)

    sell(best, 1, 1, 1, 1, 1)
    assert drifts(best) == []
    sell(best, 1, 1, 1, 1, 1)

    ((expected, actual),) = drifts(best)
    assert actual - expected == 1


def test_a_clock_that_was_wrong_keeps_no_balance_from_being_compared(linked):
    job = linked("CAM-1", "Camiseta", 79.90, 5)
    job.clock.move(days=300)
    job.shop.order([("CAM-1", 1)])
    job.sync()
    job.clock.move(days=-300)
    job.shop.change("CAM-1", stock=9)

    job.sync()
    job.sync(minutes=61)

    assert drifts(job) == [(9, 4)]


def test_a_grace_of_a_week_keeps_a_balance_from_being_compared_for_a_day(linked):
    job = linked("CAM-1", "Camiseta", 79.90, 5)
    job.set(erp__search_grace_seconds=7 * 86400)
    job.shop.order([("CAM-1", 1)])
    job.sync()
    job.shop.change("CAM-1", stock=9)

    job.sync(minutes=24 * 60 + 1)

    assert drifts(job) == [(9, 4)]


def test_an_old_drift_is_checked_while_a_sale_settles(linked):
    job = linked("CAM-1", "Camiseta", 79.90, 5)
    job.shop.change("CAM-1", stock=9)
    job.sync()
    job.shop.order([("CAM-1", 2)])
    job.sync()

    assert drifts(job) == []
    assert settling(job) == [job.clock() + timedelta(hours=1)]

    job.sync(minutes=61)
    assert (drifts(job), settling(job)) == ([(7, 3)], [])


# A list that does not count what is reserved


@pytest.fixture
def total(job):
    """Twelve products that are in the ERP, whose list tells the balance with what sales have reserved."""
    job.erp.switches.saldo_in_list = "total"
    skus = [f"P-{number}" for number in range(12)]
    for sku in skus:
        job.shop.add_product(sku, "Produto", 10, 40)
    return job.linked(*skus)


def sold_elsewhere(job, sku):
    """One is sold over the counter, and taken out of the ERP's stock."""
    job.erp.product(sku).total -= 1


def asked_alone(job):
    return sum(r.path.startswith("/v1/produtos/") and r.method == "GET" for r in job.erp.requests)


def compared(job):
    """Passes of two days; the first settles what was sold, and each day all is compared."""
    for _ in range(2):
        job.sync(minutes=121)
        job.sync(minutes=24 * 60)


def test_what_a_sale_reserved_hides_no_drift_that_was_there_before(total):
    sold_elsewhere(total, "P-0")
    total.sync(minutes=24 * 60)
    assert drifts(total) == [(40, 39)]
    total.shop.order([("P-0", 1)])

    compared(total)

    assert drifts(total) == [(39, 38)]


def test_what_a_sale_reserved_hides_no_drift_that_nobody_has_seen_yet(total):
    sold_elsewhere(total, "P-0")
    total.shop.order([("P-0", 1)])

    compared(total)

    assert drifts(total) == [(39, 38)]


def test_what_a_sale_reserved_long_ago_hides_no_new_drift(total):
    total.shop.order([("P-0", 1)])
    compared(total)
    assert drifts(total) == []
    sold_elsewhere(total, "P-0")

    compared(total)

    assert drifts(total) == [(39, 38)]


def test_what_a_sale_reserved_hides_not_that_the_order_has_ended(total):
    order = total.shop.order([("P-0", 2)])
    compared(total)
    total.shop.refund(str(order))

    compared(total)

    assert drifts(total) == [(40, 38)]
    assert differences(total)[-1] == ("stock", "40", "38")


def test_a_balance_that_was_written_while_a_person_changed_a_sale_is_compared_once_more(total):
    total.erp.switches.stock_patch, total.erp.switches.reserve_delay = "take", 600
    order = total.shop.order([("P-0", 2)])
    compared(total)
    total.clock.move(days=1)
    (sale,) = total.sales_of(order)
    total.erp.change_sale(sale, {"observacoes": f"Conferido. {sale.observacoes}"})
    total.sync(minutes=0)
    assert balances_written(total)[-1] == 38  # at this moment nothing of it was kept back

    compared(total)

    assert total.erp.product("P-0").stock == total.shop.unit("P-0")["quantity"]


def test_a_balance_that_was_looked_at_while_a_person_changed_a_sale_is_compared_once_more(total):
    total.erp.switches.reserve_delay = 600
    order = total.shop.order([("P-0", 2)])
    compared(total)
    total.clock.move(days=1)
    compared(total)
    total.shop.refund(str(order))
    (sale,) = total.sales_of(order)
    total.erp.change_sale(sale, {"observacoes": f"Conferido. {sale.observacoes}"})
    total.sync(minutes=0)
    assert drifts(total) == []  # at this moment nothing of it was kept back

    for _day in range(2):
        compared(total)

    assert drifts(total) == [(40, 38)]


@pytest.mark.parametrize("told", ["available", "total"])
def test_a_day_on_which_nothing_is_reserved_asks_for_no_product_alone(total, told):
    total.erp.switches.saldo_in_list = told
    compared(total)
    before = asked_alone(total)

    compared(total)

    assert asked_alone(total) == before


# The ERP's list, read while the shop is read


def listed_at(job):
    """When the ERP was asked for its list, in seconds."""
    return [r.at for r in job.erp.requests if r.path == "/v1/produtos"]


def test_once_a_day_the_erps_list_is_read_while_the_shop_is_read(total):
    total.forget_calls()
    total.shop.faults.add("500_before")  # the shop takes longer: it is asked again

    total.sync(minutes=24 * 60)

    assert listed_at(total)
    assert min(listed_at(total)) < max(r.at for r in total.shop.requests)


def test_any_other_pass_leaves_the_list_alone(total):
    total.sync(minutes=24 * 60)
    total.forget_calls()

    total.sync(minutes=30)

    assert listed_at(total) == []


def test_a_list_that_was_read_before_a_sale_was_sent_hides_no_drift(total):
    sold_elsewhere(total, "P-0")
    total.shop.order([("P-0", 1)])
    total.sync(minutes=24 * 60)  # the list shows 39, which is what should be there after the sale

    compared(total)

    assert drifts(total) == [(39, 38)]


def test_a_list_that_could_not_be_read_beside_the_shop_is_read_when_it_is_needed(total):
    total.erp.faults.add("500_before", method="GET", path="/v1/produtos", times=5)
    total.erp.set_stock("P-0", 7)
    total.forget_calls()

    total.sync(minutes=24 * 60)

    assert drifts(total) == [(40, 7)]
    assert len(listed_at(total)) > 5


def test_where_the_shop_cannot_be_read_a_list_that_was_read_beside_it_changes_nothing(total):
    total.erp.set_stock("P-0", 7)
    total.shop.faults.add("500_before", path="*", times=50)

    with pytest.raises(SyncError):
        total.sync(minutes=24 * 60)

    assert drifts(total) == []
