"""Nothing twice, nothing lost: the create protocol against every way in which an answer can be lost."""

from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest

from contaazul_sync.core.errors import SignInExpired, Unavailable
from contaazul_sync.core.items import Kind

LOST = [
    "500_before",
    "500_after",
    "drop_before",
    "drop_after",
    "html_after",
    "truncated",
    "timeout",
    "timeout_after",
]


@pytest.mark.parametrize("fault", LOST)
def test_a_sale_whose_answer_is_lost_is_made_exactly_once(ready, fault):
    ready.erp.faults.add(fault, method="POST", path="/v1/venda")

    report = ready.sync()

    assert report.outcome == 6
    assert ready.failure(ready.order_id)["group"] == "in_doubt"
    assert ready.status()["orders"]["in_doubt"] == 1
    ready.until_quiet()
    assert len(ready.sales_of(ready.order_id)) == 1
    assert len(ready.erp.sales) == 1
    assert ready.status()["failures"] == []


@pytest.mark.parametrize("fault", LOST)
def test_a_product_whose_answer_is_lost_is_made_exactly_once(job, fault):
    job.erp.switches.duplicate_sku = "accept"  # not even the ERP's own guard is needed
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 5)
    job.sync()
    job.choose("CAM-1")
    job.erp.faults.add(fault, method="POST", path="/v1/produtos")

    job.sync()

    job.until_quiet()
    assert job.erp_skus() == ["CAM-1"]
    assert job.status()["products"]["linked"] == 1


@pytest.mark.parametrize("fault", LOST)
def test_a_customer_whose_answer_is_lost_is_made_exactly_once(ready, fault):
    ready.erp.faults.add(fault, method="POST", path="/v1/pessoas")

    assert ready.sync().outcome == 6

    ready.until_quiet()
    assert len(ready.erp.people) == 1
    assert len(ready.sales_of(ready.order_id)) == 1


def test_a_sale_in_doubt_is_adopted_by_its_mark_without_a_second_post(ready):
    ready.erp.faults.add("drop_after", method="POST", path="/v1/venda")
    ready.sync()

    report = ready.sync()

    assert report.outcome == 0
    assert len(ready.calls("POST", "/v1/venda")) == 1
    assert ready.status()["orders"]["sent"] == 1


def test_a_sale_that_never_arrived_is_sent_again_after_the_grace_under_its_own_number(ready):
    ready.erp.faults.add("drop_before", method="POST", path="/v1/venda")
    ready.sync()
    ready.sync(minutes=10)
    assert len(ready.calls("POST", "/v1/venda")) == 1  # not found, and too early to believe that

    ready.sync(minutes=61)

    first, second = ready.calls("POST", "/v1/venda")
    assert first.body["numero"] == second.body["numero"]
    assert len(ready.sales_of(ready.order_id)) == 1


def test_a_search_that_lags_within_the_grace_makes_no_second_sale(ready):
    ready.erp.switches.search_lag = 50 * 60
    ready.erp.switches.duplicate_number = "accept"  # not even the ERP's own guard is needed
    ready.erp.faults.add("drop_after", method="POST", path="/v1/venda")
    ready.sync()

    for _ in range(5):
        ready.sync(minutes=20)

    assert len(ready.sales_of(ready.order_id)) == 1


@pytest.mark.slow
def test_a_search_that_lags_beyond_the_grace_is_caught_by_the_number(ready):
    ready.erp.switches.search_lag = 5 * 3600
    ready.erp.faults.add("drop_after", method="POST", path="/v1/venda")

    for _ in range(12):
        ready.sync()

    assert len(ready.sales_of(ready.order_id)) == 1
    assert {place: n for place, n in ready.status()["orders"].items() if n} == {"sent": 1}


def test_a_number_that_somebody_else_took_is_replaced(ready):
    ready.erp.faults.add("drop_before", method="POST", path="/v1/venda")
    ready.sync()
    number = ready.calls("POST", "/v1/venda")[0].body["numero"]
    ready.erp.take_number(number)

    ready.until_quiet()

    (sale,) = ready.sales_of(ready.order_id)
    assert sale.numero != number


def test_a_number_taken_while_we_were_sending_is_replaced_at_once(ready):
    ready.shop.order([("CAM-1", 1)])
    real = ready.erp.next_number()
    ready.erp.switches.next_number = "null"  # the hint is of no use
    for number in (1, 2):
        ready.erp.take_number(number)

    report = ready.sync()

    assert report.counts["created"] == 1 or real  # the ERP gave no hint: numbers begin at 1
    ready.until_quiet()
    assert len(ready.sales_of(ready.order_id)) == 1


@pytest.mark.slow
def test_an_order_that_the_erp_never_answers_is_parked_after_three_tries(ready):
    ready.erp.faults.add("500_before", method="POST", path="/v1/venda", times=50)

    for _ in range(8):
        ready.sync(minutes=61)

    assert len(ready.calls("POST", "/v1/venda")) == 3
    assert f"retry {ready.order_id}" in ready.failure(ready.order_id)["next_step"]
    ready.erp.faults.clear()
    ready.state.items.retry(Kind.SALE, ready.order_id)
    ready.until_quiet()
    assert len(ready.sales_of(ready.order_id)) == 1


def test_one_bad_order_never_stops_the_others(ready):
    bad = str(ready.shop.order([("CAM-1", 1)], payer_cpf="111.111.111-11"))
    good = [str(ready.shop.order([("CAM-1", 1)])) for _ in range(3)]

    report = ready.sync()

    assert report.outcome == 6
    assert ready.failure(bad)["reason"] == "the buyer's CPF or CNPJ is not valid"
    assert all(len(ready.sales_of(order)) == 1 for order in good)


def test_an_erp_that_is_down_ends_the_pass_for_now_and_loses_nothing(ready):
    with ready.erp.down(), pytest.raises(Unavailable):
        ready.sync()
    assert ready.status()["last_run"]["outcome"] == 5
    assert ready.state.intents.all() == {}

    ready.sync()

    assert len(ready.sales_of(ready.order_id)) == 1


def test_a_shop_that_is_down_ends_the_pass_for_now(ready):
    with ready.shop.down(), pytest.raises(Unavailable):
        ready.sync()

    assert ready.sync().outcome == 0
    assert len(ready.sales_of(ready.order_id)) == 1


@pytest.mark.slow
def test_many_lost_answers_in_a_row_end_the_pass_with_few_in_doubt(ready):
    for _ in range(30):
        ready.shop.order([("CAM-1", 1)])
    ready.erp.faults.add("500_before", method="POST", path="/v1/venda", times=100)

    with pytest.raises(Unavailable):
        ready.sync()

    assert len(ready.calls("POST", "/v1/venda")) <= 5 + 8  # the troubles that end it, and what was under way
    ready.erp.faults.clear()
    ready.until_quiet()
    assert len(ready.erp.sales) == 31


def test_a_429_is_repeated_even_for_a_sale(ready):
    ready.erp.faults.add("429", method="POST", path="/v1/venda", times=2)

    assert ready.sync().outcome == 0

    assert len(ready.sales_of(ready.order_id)) == 1
    assert len(ready.calls("POST", "/v1/venda")) == 3


def test_an_access_token_that_ends_in_the_middle_of_a_pass_is_renewed(ready):
    ready.erp.expire_access()

    assert ready.sync().outcome == 0

    assert len(ready.sales_of(ready.order_id)) == 1


def test_a_sign_in_that_the_erp_ended_takes_nothing_off_the_queue(ready):
    ready.erp.revoke()
    ready.erp.expire_access()

    with pytest.raises(SignInExpired):
        ready.sync()

    status = ready.status()
    assert status["account"]["signed_in"] is False
    assert status["last_run"]["outcome"] == 4
    assert status["orders"]["waiting"] == 1


def test_a_refused_sign_in_is_not_tried_again_by_every_pass(ready):
    ready.erp.revoke()
    ready.erp.expire_access()
    with pytest.raises(SignInExpired):
        ready.sync()
    ready.forget_calls()

    with pytest.raises(SignInExpired):
        ready.sync()

    assert ready.erp.requests == []


def test_orders_of_one_new_buyer_go_one_after_the_other(ready):
    for _ in range(5):
        ready.shop.order([("CAM-1", 1)])

    ready.sync()

    assert len(ready.erp.people) == 1
    assert len(ready.calls("POST", "/v1/pessoas")) == 1
    assert len(ready.erp.sales) == 6


def test_a_new_customer_that_sales_do_not_know_yet_is_waited_for(ready):
    ready.erp.switches.person_index_delay = 2

    report = ready.sync()  # the clock stands still within a pass: here the wait is in vain

    assert report.outcome == 6
    assert ready.state.intents.all() == {}

    ready.sync()

    assert len(ready.sales_of(ready.order_id)) == 1
    assert len(ready.erp.people) == 1


def test_a_person_without_the_customer_profile_becomes_a_customer_and_keeps_its_own(ready):
    person = ready.erp.add_person("Ana Souza", "52998224725", ("Fornecedor",))
    ready.shop.orders[0]["payer_cpf"] = "529.982.247-25"

    assert ready.sync().outcome == 0

    assert sorted(ready.erp.people[person].profiles) == ["Cliente", "Fornecedor"]
    assert len(ready.erp.people) == 1


def test_two_products_of_the_erp_with_one_sku_are_not_guessed_at(job):
    job.erp.switches.duplicate_sku = "accept"
    job.erp.add_product("CAM-1", "Camiseta", 70, 1)
    job.erp.add_product("CAM-1", "Camiseta outra", 71, 1)
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 5)
    job.sync()
    job.choose("CAM-1")

    assert job.sync().outcome == 6

    assert "2 products" in job.failure("CAM-1")["reason"]
    assert len(job.erp.products) == 2


def test_an_inactive_product_of_the_erp_is_parked(job):
    job.erp.add_product("CAM-1", "Camiseta", 70, 1, status="INATIVO")
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 5)
    job.sync()
    job.choose("CAM-1")

    assert job.sync().outcome == 6

    assert "inactive" in job.failure("CAM-1")["reason"]
    assert job.calls("POST", "/v1/produtos") == []


def test_a_chosen_product_that_the_erp_has_is_linked_and_gets_the_shops_price(job):
    job.erp.add_product("CAM-1", "Camiseta", 70, 5)
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 5)
    job.sync()
    job.choose("CAM-1")

    assert job.sync().outcome == 0

    assert job.calls("POST", "/v1/produtos") == []
    assert job.erp.product("CAM-1").price == Decimal("79.90")


def test_a_product_is_found_by_its_ean_where_its_sku_is_another(job):
    erp_id = job.erp.add_product("AUTO-7", "Camiseta", 70, 5)
    job.erp.products[erp_id].ean = "7891234567895"
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 5, ean="7891234567895")
    job.sync()
    job.choose("CAM-1")

    assert job.sync().outcome == 0

    assert len(job.erp.products) == 1
    assert job.state.links.of_skus(["CAM-1"]) == {"CAM-1": frozenset({erp_id})}


def test_two_products_of_the_shop_never_share_one_of_the_erp(job):
    erp_id = job.erp.add_product("AUTO-7", "Camiseta", 70, 5)
    job.erp.products[erp_id].ean = "7891234567895"
    for sku in ("CAM-1", "CAM-2"):
        job.shop.add_product(sku, "Camiseta", 79.90, 5, ean="7891234567895")
    job.sync()
    job.choose("CAM-1", "CAM-2")

    assert job.sync().outcome == 6

    assert len(job.failures_of(Kind.PRODUCT)) == 1


@pytest.mark.line("memory")
def test_a_second_sale_that_the_erp_showed_late_is_told_within_a_day_though_no_order_waits(linked):
    job = linked("CAM-1", "Camiseta", 79.90, 5)
    order = job.shop.order([("CAM-1", 1)])
    job.sync()
    (sale,) = job.sales_of(order)
    second = replace(sale, id=str(uuid4()), numero=sale.numero + 1)  # as if its answer had been lost
    job.erp.sales[second.id] = second
    job.sync(minutes=24 * 60)

    assert "sold twice" in job.failure(str(order))["reason"]
    assert job.sync(minutes=24 * 60).outcome == 6
    assert "sold twice" in job.failure(str(order))["reason"]
