"""What a hostile reader would try: each of these once sold twice, lost something, or never ended."""

import asyncio
import sqlite3
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from contaazul_sync.cli import choose
from contaazul_sync.core.errors import StateError, SyncError, Unavailable, UsageError
from contaazul_sync.core.items import Kind
from contaazul_sync.operate import wiring
from contaazul_sync.passes import orders, rebuild
from contaazul_sync.state.file import State
from tests.worlds.job import no_sleep

pytestmark = pytest.mark.line("memory")


@pytest.fixture
def ready(linked):
    return linked("CAM-1", "Camiseta", 79.90, 50)


def new_state(job: Any) -> None:
    job.state.close()
    job.settings.state_file.unlink()
    job.state = State.open(job.settings.state_file)


def rebuilt(job: Any) -> Any:
    async def run() -> Any:
        async with wiring.parts(job.settings, job.state, {}, clock=job.clock, sleep=no_sleep) as parts:
            return await rebuild.rebuild(parts)

    return asyncio.run(run())


def edit(job: Any, order: object, **fields: Any) -> None:
    job.clock.move(minutes=1)
    raw = next(o for o in job.shop.orders if str(o["id"]) == str(order))
    raw.update(updated=job.shop.now(), **fields)


def ignore(job: Any, kind: Kind, key: str) -> None:
    rules = job.settings.rules(job.clock().date())
    job.state.items.ignore(kind, key, choose.as_seen(job.state, rules, kind, key), job.clock())


def some_passes(job: Any, count: int = 3, **options: Any) -> list[int]:
    ends = []
    for _ in range(count):
        try:
            ends.append(job.sync(**options).outcome)
        except SyncError as error:
            ends.append(error.exit_code)
    return ends


# Nothing twice


@pytest.mark.slow
def test_a_rebuild_that_is_cut_short_stops_every_pass_until_it_is_run_again(ready):
    orders = [ready.shop.order([("CAM-1", 1)]) for _ in range(3)]
    ready.sync()
    new_state(ready)
    ready.erp.faults.add("500_before", method="GET", path="/v1/venda/*", times=9)
    with pytest.raises(Unavailable):
        rebuilt(ready)
    ready.erp.faults.clear()

    assert some_passes(ready) == [3, 3, 3]

    assert rebuilt(ready).adopted.count == 3 - ready.state.sales.count() or ready.state.sales.count() == 3
    assert some_passes(ready) == [0, 0, 0]
    assert [len(ready.sales_of(order)) for order in orders] == [1, 1, 1]


@pytest.mark.slow
def test_a_refused_resend_says_nothing_of_the_send_before_it(ready):
    order = ready.shop.order([("CAM-1", 2)])
    ready.erp.switches.search_lag = 5 * 3600
    ready.erp.faults.add("drop_after", method="POST", path="/v1/venda")
    ready.sync()
    ready.erp.faults.add("400", method="POST", path="/v1/venda")

    some_passes(ready, 20)

    assert len(ready.sales_of(order)) == 1


@pytest.mark.slow
@pytest.mark.parametrize("case", ["many sales of others", "no hint"])
def test_an_old_copy_of_the_state_is_noticed_whatever_lies_above(ready, case):
    order = ready.shop.order([("CAM-1", 2)])
    copy = ready.settings.home / "copy.db"
    ready.state.backup(copy)
    ready.sync()
    first = ready.erp.next_number()
    for number in range(first, first + (60 if case == "many sales of others" else 1)):
        ready.erp.take_number(number)
    for sale in ready.erp.sales.values():
        sale.origin = "API"
    ready.state.close()
    copy.replace(ready.settings.state_file)
    ready.state = State.open(ready.settings.state_file)
    if case == "no hint":
        ready.erp.switches.next_number = "null"

    assert some_passes(ready) == [3, 3, 3]

    assert len(ready.sales_of(order)) == 1


@pytest.mark.line("http")
def test_a_sign_in_to_another_company_that_an_older_version_cut_short_sends_nothing_there(ready):
    order = ready.shop.order([("CAM-1", 2)])
    ready.erp.company["id_empresa"] = "999"
    pair = ready.erp.sessions.issue(3600)
    ready.vault.update(access_token=pair["access_token"], refresh_token=pair["refresh_token"], company_id="")

    assert some_passes(ready) == [4, 4, 4]
    assert ready.sales_of(order) == []


@pytest.mark.parametrize("how", ["product chosen", "edited", "setting"])
def test_what_a_rebuild_puts_before_a_person_stays_there(ready, how):
    ready.shop.add_product("NEW-1", "Nova", 10, 5)
    order = str(ready.shop.order([("NEW-1" if how == "product chosen" else "CAM-1", 1)]))
    ready.sync(only=set())
    new_state(ready)
    rebuilt(ready)
    assert ready.failure(order)["group"] == "attention"
    if how == "edited":
        edit(ready, order, payer_phone="(11) 97777-0000")
    if how == "setting":
        ready.set(orders__sale_status="EM_ANDAMENTO")
    ready.sync()
    if how == "product chosen":
        ready.choose("NEW-1")

    some_passes(ready)

    assert ready.sales_of(order) == []
    assert ready.failure(order)["group"] == "attention"


def test_a_doubt_that_is_ignored_and_had_arrived_does_not_stop_the_others(ready):
    order = str(ready.shop.order([("CAM-1", 1)]))
    ready.erp.faults.add("drop_after", method="POST", path="/v1/venda")
    ready.sync()
    ignore(ready, Kind.SALE, order)
    other = ready.shop.order([("CAM-1", 1)])

    assert some_passes(ready) == [0, 0, 0]

    assert len(ready.sales_of(other)) == 1


def test_an_order_that_changed_while_it_was_in_doubt_asks_for_attention(ready):
    order = str(ready.shop.order([("CAM-1", 2)]))
    ready.erp.faults.add("drop_after", method="POST", path="/v1/venda")
    ready.sync()
    items = [{"sku": "CAM-1", "name": "Camiseta", "quantity": 1, "price": "79.90", "total": "79.90"}]
    edit(ready, order, items=items, subtotal="79.90", total="79.90", total_paid="79.90")

    some_passes(ready, 2)

    assert ready.failure(order)["group"] == "attention"


# The right product, price and amount


def test_a_placeholder_for_an_ean_adopts_nobodys_product(job):
    erp_id = job.erp.add_product("OUTRO", "Outro", 500, 3)
    job.erp.products[erp_id].ean = "SEM GTIN"
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 5, ean="SEM GTIN")
    job.sync()
    job.choose("CAM-1")

    job.sync()

    assert job.erp.product("OUTRO").price == 500
    assert job.erp_skus() == ["CAM-1", "OUTRO"]


def test_a_sku_that_moved_to_another_product_is_not_sold_as_the_former_one(ready):
    ready.shop.unit("CAM-1")["sku"] = "OLD"
    ready.shop.change("OLD")
    ready.clock.move(minutes=1)
    ready.shop.add_product("CAM-1", "Outra", 300, 5)
    order = str(ready.shop.order([("CAM-1", 1)]))

    some_passes(ready, 2)

    assert ready.sales_of(order) == []


def test_a_sku_that_two_products_share_is_held_though_one_is_linked(ready):
    ready.shop.add_product("CAM-1", "Outra", 300, 5)
    order = str(ready.shop.order([("CAM-1", 1, "79.90")]))

    assert ready.sync().outcome == 6

    assert ready.failure(order)["reason"] == "more than one product has the SKU CAM-1"


def test_a_status_that_nobody_knows_is_told_after_the_sale_too(ready):
    order = str(ready.shop.order([("CAM-1", 1)]))
    ready.sync()
    edit(ready, order, status="chargeback")

    assert ready.sync().outcome == 6

    assert "'chargeback' in the shop" in ready.failure(order)["reason"]


def test_a_new_phone_number_is_no_change_after_the_sale(ready):
    order = str(ready.shop.order([("CAM-1", 1)]))
    ready.sync()
    edit(ready, order, payer_phone="(11) 97777-0000", payer_name="")

    assert ready.sync().outcome == 0


# Nothing lost


def test_orders_of_a_long_time_without_a_run_are_found(ready):
    ready.shop.order([("CAM-1", 1)])
    ready.sync()
    ready.clock.move(days=5)
    order = ready.shop.order([("CAM-1", 1)])
    ready.clock.move(days=70)

    ready.sync()

    assert len(ready.sales_of(order)) == 1


def test_orders_since_a_day_long_ago_are_found_by_the_first_run(job):
    job.set(orders__since=date(2026, 8, 1))
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 50)
    job.erp.add_product("CAM-1", "Camiseta", 79.90, 50)
    stamp = "2026-08-05 10:00:00"
    order = job.shop.order([("CAM-1", 2)], created=stamp, updated=stamp, paid_at=stamp)

    job.sync()

    assert len(job.sales_of(order)) == 1


@pytest.mark.slow
def test_a_shop_with_small_pages_and_a_wrong_count_of_them_loses_no_order(ready):
    ready.shop.switches.page_cap = 10
    ready.shop.switches.pages = "wrong_total"
    orders = [ready.shop.order([("CAM-1", 1)]) for _ in range(25)]

    ready.sync()

    assert all(len(ready.sales_of(order)) == 1 for order in orders)


def test_an_unreadable_order_stays_in_the_status_until_it_can_be_read(ready):
    order = str(ready.shop.order([("CAM-1", 1)]))
    edit(ready, order, total="much")
    ready.sync()
    assert ready.failure(order)["group"] == "held"
    since = ready.failure(order)["since"]

    some_passes(ready, 4, minutes=400)
    assert ready.failure(order)["since"] == since
    edit(ready, order, total="79.90")

    assert ready.sync().outcome == 0
    assert len(ready.sales_of(order)) == 1


@pytest.mark.parametrize("listed", ["whole", "without_buyer"])
def test_an_ignored_order_is_left_alone_whether_or_not_the_listing_tells_who_bought(ready, listed):
    ready.shop.switches.listed_orders = listed
    order = str(ready.shop.order([("CAM-1", 1)], payer_cpf="529.982.247-25"))
    ready.erp.faults.add("400", "POST", "/v1/venda")
    ready.sync()  # it is read by itself, with its buyer, and refused
    ignore(ready, Kind.SALE, order)

    for _pass in range(2):
        ready.sync(minutes=24 * 60)

    assert ready.sales_of(order) == []


def test_an_unreadable_order_can_be_ignored(ready):
    order = str(ready.shop.order([("CAM-1", 1)]))
    edit(ready, order, total="much")
    ready.sync()
    ignore(ready, Kind.SALE, order)

    assert some_passes(ready, 3, minutes=780) == [0, 0, 0]


def test_a_chosen_product_that_is_ignored_and_retried_is_still_chosen(job):
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 5)
    job.sync()
    job.choose("CAM-1")
    key = job.state.products.keys_of_skus(["CAM-1"])["CAM-1"]
    ignore(job, Kind.PRODUCT, key)
    job.sync()
    assert job.erp.products == {}
    assert job.status()["products"]["waiting"] == 0
    job.state.items.retry(Kind.PRODUCT, key)

    job.sync()

    assert job.erp_skus() == ["CAM-1"]


def test_a_number_that_is_an_order_and_a_sku_is_not_guessed(ready):
    order = str(ready.shop.order([("CAM-1", 1)]))
    ready.shop.add_product(order, "Produto com nome de pedido", 10, 5)
    ready.sync()

    with pytest.raises(UsageError):
        choose.item(ready.state, order)


def test_the_units_of_an_order_that_a_person_brought_back_count_in_an_opening_balance(job):
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 5)
    order = str(job.shop.order([("CAM-1", 2)], payer_cpf=""))
    job.sync()
    ignore(job, Kind.SALE, order)
    edit(job, order, payer_cpf="529.982.247-25")
    job.sync()
    job.state.items.retry(Kind.SALE, order)
    job.choose("CAM-1")

    job.sync()

    assert len(job.sales_of(order)) == 1
    assert job.erp.product("CAM-1").stock == 3


# One item never blocks the others, and the exit code says what was


@pytest.mark.parametrize("path", ["/v1/venda/proximo-numero", "/v1/venda/busca"])
def test_a_refused_question_is_no_good_run(ready, path):
    ready.shop.order([("CAM-1", 1)])
    ready.erp.take_number(ready.erp.next_number())
    ready.erp.faults.add("400", method="GET", path=path)

    assert some_passes(ready, 1) == [5]
    assert ready.status()["last_run"]["outcome"] == 5


def test_a_look_up_that_is_refused_leaves_that_item_in_doubt_and_the_rest_goes_on(ready):
    doubtful = str(ready.shop.order([("CAM-1", 1)]))
    ready.erp.faults.add("drop_after", method="POST", path="/v1/venda")
    ready.sync()
    ready.erp.faults.add("400", method="GET", path="/v1/venda/busca")
    ready.shop.change("CAM-1", price=10)

    assert ready.sync().outcome == 6

    assert ready.failure(doubtful)["group"] == "in_doubt"
    assert ready.erp.product("CAM-1").price == 10


def test_an_order_that_was_just_read_is_not_asked_for_again(ready):
    ready.forget_calls()
    made = [ready.shop.order([("CAM-1", 1)]) for _ in range(3)]

    ready.sync()

    assert all(len(ready.sales_of(order)) == 1 for order in made)
    assert not [r for r in ready.shop.requests if r.path.endswith("order/view")]


def test_an_order_that_the_listing_shows_without_its_buyer_is_read_by_itself(ready):
    ready.shop.switches.listed_orders = "without_buyer"
    order = ready.shop.order([("CAM-1", 1)])

    ready.sync()

    assert len(ready.sales_of(order)) == 1


def test_an_order_that_the_shop_cannot_show_is_named_and_stops_nobody(ready, monkeypatch):
    monkeypatch.setattr(orders, "NEWS", timedelta(-1))  # it is read again, as after a long walk
    bad = str(ready.shop.order([("CAM-1", 1)]))
    ready.shop.change("CAM-1", price=10)
    ready.shop.faults.add("500_before", path="*/order/view", times=5)  # as often as it is asked for

    assert ready.sync().outcome == 6

    assert ready.failure(bad)["reason"].startswith("the shop refused it")
    assert ready.erp.product("CAM-1").price == 10
    assert ready.sync().outcome == 0
    assert len(ready.sales_of(bad)) == 1


def test_absurd_instalments_hold_one_order_and_stop_nobody(ready):
    bad = str(ready.shop.order([("CAM-1", 40)], installments=120000))
    good = ready.shop.order([("CAM-1", 1)])

    assert ready.sync().outcome == 6

    assert "cannot be divided" in ready.failure(bad)["reason"]
    assert ready.sales_of(good)


def test_a_new_buyer_whom_the_erp_does_not_know_for_long_is_created_once(ready):
    ready.erp.switches.person_index_delay = 25 * 60
    orders = [ready.shop.order([("CAM-1", 1)]) for _ in range(3)]

    some_passes(ready, 1)
    assert len(ready.calls("POST", "/v1/pessoas")) == 1
    some_passes(ready, 3)

    assert [len(ready.sales_of(order)) for order in orders] == [1, 1, 1]
    assert len(ready.erp.people) == 1


@pytest.mark.parametrize("guard", ["refuse", "accept"])
@pytest.mark.parametrize("fault", ["408_after", "303_after"])
@pytest.mark.parametrize("path", ["/v1/venda", "/v1/pessoas"])
def test_a_create_that_is_done_and_answered_oddly_is_not_done_twice(ready, fault, path, guard):
    ready.erp.switches.duplicate_number = guard
    order = ready.shop.order([("CAM-1", 1)])
    ready.erp.faults.add(fault, method="POST", path=path)

    assert ready.sync().outcome == 6
    assert ready.failure(str(order))["group"] == "in_doubt"
    some_passes(ready, 3)

    assert len(ready.sales_of(order)) == len(ready.erp.sales) == len(ready.erp.people) == 1


@pytest.mark.parametrize("fault", ["408_after", "303_after"])
def test_a_product_that_is_made_and_answered_oddly_is_not_made_twice(job, fault):
    job.shop.add_product("CAM-9", "Camiseta", 79.90, 5)
    job.sync()
    job.choose("CAM-9")
    job.erp.faults.add(fault, method="POST", path="/v1/produtos")

    assert job.sync().outcome == 6
    some_passes(job, 2)

    assert job.erp_skus() == ["CAM-9"]
    assert job.state.links.count() == 1


# States that end


def test_a_product_made_anew_in_the_shop_takes_over_its_twin(ready):
    ready.shop.add_product("CAM-2", "Camisa", 10, 5)
    ready.shop.delete("CAM-1")
    some_passes(ready, 2, minutes=24 * 60)
    ready.shop.add_product("CAM-1", "Camiseta nova", 81, 50)
    ready.sync()
    ready.choose("CAM-1")

    assert ready.sync().outcome == 0

    assert len(ready.erp.products) == 1
    assert ready.erp.product("CAM-1").price == 81


def test_a_doubtful_order_that_never_arrived_and_was_cancelled_is_done_with(ready):
    order = str(ready.shop.order([("CAM-1", 1)]))
    ready.erp.faults.add("drop_before", method="POST", path="/v1/venda")
    ready.sync()
    ready.shop.cancel(order)

    some_passes(ready, 3, minutes=61)

    assert ready.state.intents.all() == {}
    assert ready.status()["failures"] == []


def test_the_drift_of_a_product_that_is_deleted_in_the_shop_goes_with_it(ready):
    ready.shop.add_product("CAM-2", "Camisa", 10, 5)
    ready.shop.change("CAM-1", stock=99)
    ready.sync()
    assert ready.status()["products"]["drift"] == 1
    ready.shop.delete("CAM-1")

    some_passes(ready, 2, minutes=24 * 60)

    assert ready.status()["products"]["drift"] == 0


@pytest.mark.line("http")
@pytest.mark.slow
def test_a_clock_that_was_in_the_future_keeps_nothing_waiting_for_years(ready):
    ready.shop.order([("CAM-1", 1)])
    ready.sync()  # the buyer is a customer by now
    order = ready.shop.order([("CAM-1", 1)])
    right = ready.clock.now
    ready.clock.move(days=3650)
    ready.erp.faults.add("drop_before", method="POST", path="/v1/venda")
    ready.sign_in_again()
    some_passes(ready, 1)
    ready.clock.now = right
    ready.sign_in_again()

    some_passes(ready, 6, minutes=61)

    assert len(ready.sales_of(order)) == 1


def test_a_refusal_that_merely_names_the_sku_is_shown_as_it_is(job):
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 5)
    job.sync()
    job.choose("CAM-1")
    job.erp.faults.add("400", method="POST", path="/v1/produtos", times=9)

    assert job.sync().outcome == 6

    assert job.failure("CAM-1")["group"] == "failed"


def test_nothing_of_the_buyer_is_kept_with_a_refusal(ready):
    order = str(ready.shop.order([("CAM-1", 1)], payer_name="Fulana Marcada"))
    edit(ready, order, total="Fulana Marcada")

    ready.sync()

    with sqlite3.connect(ready.settings.state_file) as db:
        dump = "\n".join(db.iterdump())
    db.close()
    assert "Fulana" not in dump
    assert "Marcada" not in dump


def test_a_state_file_that_others_may_read_is_refused(ready):
    ready.settings.state_file.chmod(0o644)

    with pytest.raises(StateError) as error:
        State.open(ready.settings.state_file)

    assert "chmod 600" in error.value.message
    ready.settings.state_file.chmod(0o600)


def test_a_backup_onto_the_state_itself_is_refused(ready):
    with pytest.raises(StateError):
        ready.state.backup(ready.settings.state_file)


def test_a_dry_run_of_an_old_copy_stops_like_the_real_one(ready):
    ready.shop.order([("CAM-1", 1)])
    ready.sync()
    new_state(ready)

    with pytest.raises(StateError):
        ready.preview()


@pytest.mark.slow
def test_a_drift_that_stays_costs_no_look_at_every_product(ready):
    for i in range(15):
        ready.shop.add_product(f"P-{i}", f"Produto {i}", 10, 5)
    ready.sync()
    ready.choose(*(f"P-{i}" for i in range(15)))
    ready.sync()
    for i in range(15):
        ready.shop.change(f"P-{i}", stock=9)
    ready.sync(force=True)
    assert ready.status()["products"]["drift"] == 15
    ready.forget_calls()

    ready.sync()

    assert {r.path for r in ready.erp.requests if r.path.startswith("/v1")} == {"/v1/produtos"}


def test_a_balance_that_a_sale_moves_while_it_is_written_proves_nothing(ready):
    assert ready.erp.product("CAM-1").price == Decimal("79.90")
    ready.erp.set_stock("CAM-1", 7)
    ready.shop.change("CAM-1", stock=7)

    ready.sync()

    assert ready.state.notes.get("stock_writes") is None
