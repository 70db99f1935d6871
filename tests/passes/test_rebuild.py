"""Losing the state file, or putting an old copy of it back, is not the end and sells nothing again."""

import asyncio
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from contaazul_sync.core.days import beginning, local_day
from contaazul_sync.core.errors import SignInError, StateError
from contaazul_sync.core.items import Kind
from contaazul_sync.operate import wiring
from contaazul_sync.passes import rebuild
from contaazul_sync.sandbox.shop.state import written
from contaazul_sync.state import witness
from contaazul_sync.state.copies import set_aside
from contaazul_sync.state.file import State
from tests.worlds.job import no_sleep

pytestmark = [pytest.mark.slow, pytest.mark.line("memory")]


@pytest.fixture
def sold(job):
    """Two linked products, one that is not, and three orders that are sales."""
    for sku in ("CAM-1", "CAM-2", "CAM-3"):
        job.shop.add_product(sku, f"Produto {sku}", 79.90, 50)
    job.be_called("loja-k3f7").linked("CAM-1", "CAM-2")
    job.sold = [str(job.shop.order([("CAM-1", 1)])) for _ in range(3)]
    job.sync()
    return job


def lose_the_state(job):
    job.state.close()
    job.settings.state_file.unlink()
    job.state = State.open(job.settings.state_file)


def put_back(job, copy):
    job.state.close()
    copy.replace(job.settings.state_file)
    job.state = State.open(job.settings.state_file)


def put_back_elsewhere(job, copy):
    """On another machine, which does not know how many runs there were."""
    put_back(job, copy)
    (job.settings.home / witness.NAME).unlink(missing_ok=True)


def rebuilt(job, *names, tell=rebuild.nobody):
    async def run():
        async with wiring.parts(job.settings, job.state, {}, clock=job.clock, sleep=no_sleep) as parts:
            return await rebuild.rebuild(parts, names or None, tell=tell)

    return asyncio.run(run())


def retried(job, order):
    """An order that is before a person, who does as is told."""
    told = job.failure(order)
    assert told["group"] == "attention"
    assert f"retry {order}" in told["next_step"]
    job.state.items.retry("sale", order)
    assert job.sync().outcome == 0


def writes(job):
    return [r for r in job.erp.requests if r.method != "GET" and r.path.startswith("/v1")]


def test_a_split_sale_is_adopted_with_what_was_booked(sold):
    sold.set(orders__paid_differs="split")
    order = str(sold.shop.order([("CAM-1", 1)], total_paid="75.90"))
    sold.sync()
    lose_the_state(sold)

    rebuilt(sold)

    assert sold.state.sales.of([order])[order].total == 7590
    assert {sold.state.sales.of([each])[each].total for each in sold.sold} == {7990}


def test_what_changed_between_a_sale_and_the_loss_of_the_state_is_told(sold):
    order = next(each for each in sold.shop.orders if each["order_id"] == sold.sold[0])
    order.update(shipping="5.00", total="84.90", total_paid="84.90", updated=sold.shop.now())
    lose_the_state(sold)

    rebuilt(sold)
    sold.sync()

    assert sold.failures_of(Kind.SALE) == {sold.sold[0]: "attention"}
    assert sold.state.sales.of([sold.sold[0]])[sold.sold[0]].total == 7990
    assert len(sold.erp.sales) == 3


def test_a_split_sale_is_adopted_as_booked_though_the_setting_is_another(sold):
    sold.set(orders__paid_differs="split")
    order = str(sold.shop.order([("CAM-1", 1)], total_paid="75.90"))
    sold.sync()
    lose_the_state(sold)
    sold.set(orders__paid_differs="hold")

    rebuilt(sold)
    sold.sync()

    assert sold.state.sales.of([order])[order].total == 7590
    assert sold.failures_of(Kind.SALE) == {}


def test_a_change_is_told_though_it_may_look_like_a_split_payment(sold):
    sold.set(orders__paid_differs="split")
    order = next(each for each in sold.shop.orders if each["order_id"] == sold.sold[0])
    order.update(shipping="5.00", total="84.90", total_paid="84.90", updated=sold.shop.now())
    lose_the_state(sold)

    rebuilt(sold)
    sold.sync()

    assert sold.failures_of(Kind.SALE) == {sold.sold[0]: "attention"}


@pytest.mark.line("http")
def test_a_rebuild_without_a_sign_in_still_has_to_be_made(sold):
    lose_the_state(sold)
    sold.vault.update(refused=True)
    with pytest.raises(SignInError):
        rebuilt(sold)
    sold.sign_in_again()

    with pytest.raises(StateError) as error:
        sold.sync()

    assert "contaazul-sync rebuild" in error.value.message


def test_a_lost_state_stops_the_orders_before_anything_is_sold_again(sold):
    lose_the_state(sold)
    sold.forget_calls()

    with pytest.raises(StateError) as error:
        sold.sync()

    assert error.value.exit_code == 3
    assert "contaazul-sync rebuild" in error.value.message
    assert writes(sold) == []
    assert len(sold.erp.sales) == 3


def test_a_rebuild_sends_nothing_and_finds_links_and_sales(sold):
    lose_the_state(sold)
    sold.forget_calls()

    found = rebuilt(sold)

    assert (found.links, found.adopted.count, found.unsold) == (2, 3, 0)
    assert writes(sold) == []
    assert {r.method for r in sold.shop.requests} == {"GET"}
    assert sold.status()["orders"]["sent"] == 3


def test_after_a_rebuild_the_passes_go_on_as_if_nothing_had_been(sold):
    lose_the_state(sold)
    rebuilt(sold)
    new = sold.shop.order([("CAM-2", 1)])
    sold.shop.change("CAM-1", price=84.90)

    report = sold.sync()

    assert report.outcome == 0
    assert len(sold.sales_of(new)) == 1
    assert len(sold.erp.sales) == 4
    assert sold.erp.product("CAM-1").price == Decimal("84.90")
    sold.sync(minutes=61)
    assert sold.status()["products"]["drift"] == 0


def test_a_rebuild_leaves_the_prices_that_differ_and_names_them(sold):
    lose_the_state(sold)
    sold.shop.change("CAM-2", price=84.90)

    found = rebuilt(sold)

    assert found.other_prices == ["CAM-2"]
    assert len(sold.sync().plan.prices) == 0  # nobody knows whether CAM-2 was ever chosen
    sold.shop.change("CAM-2", price=85)
    assert [change.sku for change in sold.sync().plan.prices] == ["CAM-2"]


def test_a_rebuild_that_could_not_tell_what_it_found_has_to_be_made_again_and_tells_it_then(sold):
    lose_the_state(sold)
    sold.shop.change("CAM-2", price=84.90)

    def broken(_found):
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        rebuilt(sold, tell=broken)

    with pytest.raises(StateError, match="contaazul-sync rebuild"):
        sold.sync()
    assert rebuilt(sold).other_prices == ["CAM-2"]
    sold.sync()


def test_a_paid_order_without_a_sale_is_put_before_a_person(sold):
    late = str(sold.shop.order([("CAM-1", 1)]))
    lose_the_state(sold)

    assert rebuilt(sold).unsold == 1
    for _ in range(3):
        assert sold.sync(minutes=24 * 60).outcome == 6  # not even the daily look sends it by itself
    assert sold.sales_of(late) == []
    retried(sold, late)
    assert len(sold.sales_of(late)) == 1


def test_an_old_copy_of_the_state_stops_the_orders_and_a_rebuild_adopts_them(sold, tmp_path):
    copy = tmp_path / "old.db"
    sold.state.backup(copy)
    later = [str(sold.shop.order([("CAM-2", 1)])) for _ in range(2)]
    sold.sync()
    put_back(sold, copy)

    with pytest.raises(StateError):
        sold.sync()
    found = rebuilt(sold)

    assert (found.links, found.adopted.count, found.unsold) == (0, 2, 0)
    assert sold.sync().outcome == 0
    assert [len(sold.sales_of(order)) for order in later] == [1, 1]


def test_sales_of_others_do_not_stop_the_orders_and_are_looked_at_once(sold):
    for number in (2001, 2002, 2003):
        sold.erp.take_number(number)
    sold.shop.order([("CAM-1", 1)])
    assert sold.sync().outcome == 0
    sold.shop.order([("CAM-1", 1)])
    sold.forget_calls()

    assert sold.sync().outcome == 0

    assert not [r for r in sold.erp.requests if r.method == "GET" and r.path.startswith("/v1/venda/") and
                "proximo" not in r.path and "busca" not in r.path]  # fmt: skip


def test_a_sale_of_another_shop_in_the_same_erp_is_not_ours(sold):
    sold.set(shop__id="outra")
    lose_the_state(sold)

    found = rebuilt(sold, "outra")

    assert found.adopted.count == 0
    assert found.unsold == 3  # this shop's orders were never sold under its own name


def test_a_backup_while_a_run_writes_is_sound(sold, tmp_path):
    with sold.state.db.atomic():
        sold.state.db.execute("DELETE FROM sales")
        other = State.open(sold.settings.state_file)
        other.backup(tmp_path / "copy.db")
        other.close()
        sold.state.db.execute("INSERT INTO meta VALUES ('odd', 'odd')")

    copy = State.open(tmp_path / "copy.db")
    (row,) = copy.db.query("PRAGMA integrity_check")
    assert row["integrity_check"] == "ok"
    assert copy.sales.count() == 3
    copy.close()
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600


def test_a_backup_that_cannot_be_written_says_so(sold, tmp_path):
    with pytest.raises(StateError) as error:
        sold.state.backup(tmp_path / "no" / "such" / "copy.db")

    assert "No copy could be written" in error.value.message


def test_a_damaged_file_is_set_aside_and_a_sound_one_is_not(tmp_path):
    path = tmp_path / "state.db"
    assert set_aside(path) is None
    State.open(path).close()
    assert set_aside(path) is None
    path.write_bytes(b"no database at all" * 99)

    aside = set_aside(path)

    assert aside is not None
    assert aside == tmp_path / "state.db.damaged-1"
    assert aside.read_bytes().startswith(b"no database")
    assert not path.exists()


def test_an_order_in_doubt_whose_sale_was_deleted_stays_before_a_person(sold):
    sold.erp.faults.add("drop_after", "POST", "/v1/venda")
    late = str(sold.shop.order([("CAM-1", 1)]))
    sold.sync()
    assert sold.failures_of(Kind.SALE) == {late: "in_doubt"}
    (sale,) = sold.sales_of(late)
    sold.erp.change_sale(sale, {"deleted": True})

    assert rebuilt(sold).unsold == 1
    for _ in range(3):
        assert sold.sync(minutes=24 * 60).outcome == 6

    assert sold.failures_of(Kind.SALE) == {late: "attention"}
    assert len(sold.sales_of(late)) == 1


def test_a_sale_that_was_edited_in_the_erp_is_not_said_to_be_changed_in_the_shop(sold):
    sale = next(iter(sold.erp.sales.values()))
    lose_the_state(sold)
    sold.erp.change_sale(sale, {"totals": replace(sale.totals, discount=Decimal("9.90"))})

    rebuilt(sold)
    sold.sync()

    told = sold.failure(sold.sold[0])
    assert told["group"] == "attention"
    assert "one of them changed" in told["reason"]
    assert sold.state.sales.of([sold.sold[0]])[sold.sold[0]].total == 7000
    sold.state.items.retry("sale", sold.sold[0])
    sold.sync()
    assert len(sold.erp.sales) == 3


def test_a_split_sale_of_an_order_that_the_shop_lists_no_more_is_asked_for(sold):
    sold.set(orders__paid_differs="split")
    order = sold.shop.order([("CAM-1", 1)], total_paid="75.90")
    sold.sync()
    lose_the_state(sold)
    sold.set(orders__since=date(2026, 11, 30))  # so old that a walk keeps no more than its note
    sold.clock.move(minutes=8 * 24 * 60)

    rebuilt(sold)
    sold.sync()

    assert sold.state.sales.of([str(order)])[str(order)].total == 7590
    assert sold.failures_of(Kind.SALE) == {}


def test_a_change_that_keeps_the_total_is_told(sold):
    for sku in ("CAM-2",):
        assert sold.shop.unit(sku)["price"] == Decimal("79.90")
    order = next(each for each in sold.shop.orders if each["order_id"] == sold.sold[0])
    order["items"] = [dict(order["items"][0], sku="CAM-2", name="Produto CAM-2")]
    order["updated"] = sold.shop.now()
    lose_the_state(sold)

    rebuilt(sold)
    sold.sync()

    assert sold.failures_of(Kind.SALE) == {sold.sold[0]: "attention"}


def test_freight_for_a_discount_is_a_change_though_the_total_is_the_same(sold):
    order = next(each for each in sold.shop.orders if each["order_id"] == sold.sold[0])
    order.update(shipping="5.00", discount="5.00", updated=sold.shop.now())
    lose_the_state(sold)

    rebuilt(sold)
    sold.sync()

    assert sold.failures_of(Kind.SALE) == {sold.sold[0]: "attention"}


def test_a_sale_that_the_list_shows_and_the_erp_does_not_stops_nothing_and_is_told(sold):
    lost = list(sold.erp.sales.values())[1]
    sold.erp.faults.add("404", "GET", f"/v1/venda/{lost.id}", times=2)
    lose_the_state(sold)

    found = rebuilt(sold)

    assert found.adopted.gone == [lost.numero]
    assert (found.adopted.count, found.unsold) == (2, 1)


def test_an_order_that_is_sold_twice_is_told(sold):
    first = next(iter(sold.erp.sales.values()))
    last = list(sold.erp.sales.values())[-1]
    sold.erp.change_sale(last, {"observacoes": first.observacoes})
    lose_the_state(sold)

    found = rebuilt(sold)

    assert found.adopted.doubles == {sold.sold[0]: [first.numero, last.numero]}
    assert sold.failure(sold.sold[0])["group"] == "attention"
    assert f"{first.numero} and {last.numero}" in sold.failure(sold.sold[0])["reason"]
    sold.sync()
    assert sold.failure(sold.sold[0])["group"] == "attention"
    assert sold.state.sales.of([sold.sold[0]])[sold.sold[0]].number == first.numero


def test_an_order_that_an_old_copy_knows_as_sold_and_that_was_sold_again_is_told(sold):
    first, *_rest, last = sold.erp.sales.values()
    sold.erp.change_sale(last, {"observacoes": first.observacoes})
    sold.state.db.write("DELETE FROM sales WHERE order_id = ?", sold.sold[-1])

    found = rebuilt(sold)

    assert found.adopted.doubles == {sold.sold[0]: [first.numero, last.numero]}
    assert sold.failure(sold.sold[0])["group"] == "attention"


def test_an_order_that_would_not_be_sold_as_it_is_now_was_changed(sold):
    order = next(each for each in sold.shop.orders if each["order_id"] == sold.sold[0])
    order.update(shipping="5.00", updated=sold.shop.now())  # its sums do not add up any more
    lose_the_state(sold)

    rebuilt(sold)
    sold.sync()

    assert sold.failures_of(Kind.SALE) == {sold.sold[0]: "attention"}


def test_the_sale_of_a_kit_is_adopted_by_its_total_alone(sold):
    sold.settings = replace(sold.settings, kits={"KIT": (("CAM-1", Decimal(2)),)})
    order = str(sold.shop.order([("KIT", 1, "150.00")]))
    sold.sync()
    assert len(sold.sales_of(order)) == 1
    lose_the_state(sold)

    assert rebuilt(sold).adopted.count == 4

    assert sold.sync().outcome == 0


def test_a_sale_whose_items_are_not_shown_is_adopted_as_it_is(sold):
    lose_the_state(sold)
    sold.erp.faults.add("404", "GET", "/v1/venda/*/itens", times=3)

    assert rebuilt(sold).adopted.count == 3

    assert sold.sync().outcome == 0


@pytest.mark.parametrize("fault", ["400", "404"])
def test_an_order_that_the_shop_refuses_to_show_stops_nothing(sold, fault):
    sold.shop.orders[:] = [each for each in sold.shop.orders if each["order_id"] != sold.sold[0]]
    sold.shop.faults.add(fault, "GET", f"*{sold.sold[0]}*", times=3)
    lose_the_state(sold)

    assert rebuilt(sold).adopted.count == 3


def test_a_sale_that_was_cancelled_is_adopted_as_cancelled(sold):
    sale = next(iter(sold.erp.sales.values()))
    sold.shop.refund(sold.sold[0])
    sold.erp.change_sale(sale, {"situacao": "CANCELADO"})
    lose_the_state(sold)

    rebuilt(sold)
    assert sold.sync().outcome == 0

    assert sold.state.sales.of([sold.sold[0]])[sold.sold[0]].ended_at


def test_a_home_without_a_first_day_finds_what_it_sold_before_and_asks_for_the_rest(sold):
    sold.set(orders__since=None)
    late = str(sold.shop.order([("CAM-1", 1)]))
    lose_the_state(sold)
    sold.clock.move(minutes=2 * 24 * 60)

    found = rebuilt(sold)

    assert (found.adopted.count, found.unsold) == (3, 1)
    assert sold.sync().outcome == 6
    assert sold.failures_of(Kind.SALE) == {late: "attention"}


def test_a_sale_whose_order_the_shop_shows_no_more_keeps_its_sum(sold):
    sold.shop.orders[:] = [each for each in sold.shop.orders if each["order_id"] != sold.sold[0]]
    lose_the_state(sold)

    assert rebuilt(sold).adopted.count == 3

    assert sold.state.sales.of([sold.sold[0]])[sold.sold[0]].total == 7990
    assert sold.sync().outcome == 0


def row(job, order):
    return next(each for each in job.shop.orders if str(each["id"]) == order)


def changed(job, order, status, **fields):
    row(job, order).update(status=status, updated=written(job.clock()), **fields)


def delete_sale(job, order):
    (sale,) = job.sales_of(order)
    job.erp.change_sale(sale, {"deleted": True})


def not_seen_paid(job, order, how):
    """Let the shop tell of a paid order, for a while, otherwise than that it is paid."""
    if how == "hidden":
        job.shop.switches.breaks_its_page = [int(order)]
    else:
        changed(job, order, how)


def seen_paid(job, order):
    job.shop.switches.breaks_its_page = []
    changed(job, order, "confirmed")


@pytest.mark.parametrize("how", ["em_analise", "canceled", "refunded", "pending", "hidden"])
def test_a_deleted_sale_is_not_made_again_when_its_order_shows_after_a_rebuild_that_it_was_paid(sold, how):
    order = sold.sold[0]
    delete_sale(sold, order)
    not_seen_paid(sold, order, how)
    lose_the_state(sold)
    assert rebuilt(sold).unsold == 0
    sold.sync()

    seen_paid(sold, order)
    for _ in range(3):
        assert sold.sync(minutes=24 * 60).outcome == 6

    assert len(sold.sales_of(order)) == 1  # the deleted one
    retried(sold, order)
    assert len(sold.sales_of(order)) == 2


def test_an_order_that_is_paid_after_a_rebuild_is_sent_by_itself(sold):
    waits, analysed = (str(sold.shop.order([("CAM-1", 1)], "pending")) for _ in range(2))
    changed(sold, analysed, "em_analise")
    lose_the_state(sold)
    rebuilt(sold)
    sold.sync()

    for order in (waits, analysed):
        changed(sold, order, "confirmed", paid_at=written(sold.clock()), total_paid=row(sold, order)["total"])
    new = str(sold.shop.order([("CAM-1", 1)]))
    sold.sync()

    assert [len(sold.sales_of(order)) for order in (waits, analysed, new)] == [1, 1, 1]


def test_an_older_order_that_a_person_asks_for_after_a_rebuild_is_not_asked_about_again(sold):
    sold.set(orders__since=date(2026, 11, 20))
    order = str(sold.shop.order([("CAM-1", 1)], created="2026-11-10 10:00:00"))
    lose_the_state(sold)
    assert rebuilt(sold).unsold == 0
    sold.sync()
    assert sold.sales_of(order) == []

    sold.set(orders__since=date(2026, 11, 1))
    sold.sync(back_to=beginning(date(2026, 11, 1)))

    assert len(sold.sales_of(order)) == 1


def test_orders_that_are_made_after_a_rebuild_are_sent_though_the_clock_was_ahead_then(sold):
    lose_the_state(sold)
    sold.clock.move(days=400)
    rebuilt(sold)
    sold.clock.move(days=-400)
    sold.shop.order([("CAM-1", 1)])  # nobody knows on which side of the rebuild this one was
    sold.sync()

    new = [sold.shop.order([("CAM-1", 1)]) for _ in range(3)]
    sold.sync()

    assert [len(sold.sales_of(each)) for each in new] == [1, 1, 1]


def test_an_order_made_after_a_rebuild_is_sent_though_the_shop_tells_its_payment_by_the_day(sold):
    lose_the_state(sold)
    rebuilt(sold)
    sold.clock.move(minutes=10)
    order = sold.shop.order([("CAM-1", 1)], paid_at=str(local_day(sold.clock())))

    assert sold.sync().outcome == 0
    assert len(sold.sales_of(order)) == 1
