"""A customer is created once, however long the ERP's list takes to show them and however a create ends."""

import asyncio
from typing import Any

import pytest

from contaazul_sync.core.items import Kind
from contaazul_sync.operate import wiring
from contaazul_sync.passes.sync import Pass
from tests.worlds.job import no_sleep

pytestmark = pytest.mark.line("memory")

PEOPLE = "/v1/pessoas"
LOST = ["drop_after", "500_after", "408_after", "html_after", "truncated"]
NOT_DONE = ["drop_before", "500_before", "html"]


class Died(BaseException):
    """A pass ends here, as a power cut ends it."""


@pytest.fixture(params=["refuse", "accept"])
def shop(linked, request):
    """With the ERP's guard on documents, and without."""
    job = linked("CANECA", "Caneca", 30, 50)
    job.erp.switches.duplicate_document = request.param
    return job


def dies(job: Any, when: str, method: str, path: str, *, minutes: float = 30) -> None:
    """A pass that dies before such a request leaves, or before its answer is looked at."""
    job.clock.move(minutes=minutes)

    async def die(seen: Any) -> None:
        request = getattr(seen, "request", seen)
        if request.method == method and request.url.path.startswith(path):
            raise Died

    async def run() -> None:
        async with wiring.parts(job.settings, job.state, {}, clock=job.clock, sleep=no_sleep) as parts:
            parts.erp.http.client.event_hooks[when].insert(0, die)
            await Pass(parts).run("sync")

    with pytest.raises(Died):
        asyncio.run(run())


def the_group(job, order):
    return job.failures_of(Kind.SALE).get(str(order))


def until_sold(job, order, most=8, minutes=30):
    """Passes of cron until the order is a sale: it is never before a person on the way."""
    for _ in range(most):
        if job.sales_of(order):
            return
        job.sync(minutes=minutes)
        assert the_group(job, order) in (None, "in_doubt"), job.failure(str(order))
    raise AssertionError(job.status()["failures"])


# Lost creates, and a list that lags


@pytest.mark.parametrize("lag", [0, 20, 50])
@pytest.mark.parametrize("fault", LOST)
def test_a_customer_whose_create_was_answered_by_nothing_is_created_once(shop, fault, lag):
    shop.erp.switches.person_index_delay = lag * 60
    shop.erp.faults.add(fault, "POST", PEOPLE)
    order = shop.shop.order([("CANECA", 1)])

    until_sold(shop, order)

    assert len(shop.erp.people) == len(shop.sales_of(order)) == 1
    assert shop.state.intents.all() == {}
    assert shop.sync().outcome == 0


@pytest.mark.parametrize("times", [1, 3, pytest.param(7, marks=pytest.mark.slow)])
@pytest.mark.parametrize("fault", NOT_DONE)
def test_a_customer_is_created_as_often_as_it_takes(shop, fault, times):
    shop.erp.faults.add(fault, "POST", PEOPLE, times=times)
    order = shop.shop.order([("CANECA", 1)])

    until_sold(shop, order, most=times + 2, minutes=61)

    assert len(shop.erp.people) == len(shop.sales_of(order)) == 1


@pytest.mark.parametrize("lag", [5, 20, 50])
@pytest.mark.parametrize(("when", "path"), [("response", PEOPLE), ("request", "/v1/venda")])
def test_an_order_is_in_doubt_while_the_list_does_not_show_whom_a_dead_pass_created(shop, when, path, lag):
    shop.erp.switches.person_index_delay = lag * 60
    order = shop.shop.order([("CANECA", 1)])
    dies(shop, when, "POST", path)

    shop.sync(minutes=1)

    assert the_group(shop, order) == "in_doubt"
    assert shop.failure(str(order))["next_step"] == "nothing to do: the next sync looks whether it arrived"
    until_sold(shop, order)
    assert len(shop.erp.people) == len(shop.sales_of(order)) == 1


def test_a_list_that_lags_beyond_the_grace_holds_nothing_and_the_erps_guard_keeps_it_once(shop):
    shop.erp.switches.duplicate_document = "refuse"
    shop.erp.switches.person_index_delay = 5 * 3600
    shop.erp.faults.add("drop_after", "POST", PEOPLE)
    order = shop.shop.order([("CANECA", 1)])
    shop.sync()

    until_sold(shop, order, most=14)

    assert len(shop.erp.people) == len(shop.sales_of(order)) == 1


def test_a_person_whom_the_erp_says_that_it_has_and_never_lists_is_to_be_looked_for_there(shop):
    shop.erp.switches.duplicate_document = "refuse"
    shop.erp.switches.person_index_delay = 99 * 3600
    shop.erp.faults.add("drop_after", "POST", PEOPLE)
    order = str(shop.shop.order([("CANECA", 1)]))
    for _ in range(4):
        shop.sync(minutes=61)

    told = shop.failure(order)

    assert told["group"] == "in_doubt"
    assert told["reason"] == (
        "the ERP says that it has somebody with the buyer's CPF or CNPJ, and does not list them yet"
    )
    assert told["next_step"].startswith("look in the ERP for somebody with the buyer's CPF or CNPJ")


def test_orders_of_others_go_while_many_new_customers_are_in_doubt(shop):
    known = shop.shop.order([("CANECA", 1)])
    shop.sync()
    documents = ["111.444.777-35", "123.456.789-09", "987.654.321-00", "100.000.002-42", "100.000.003-23"]
    documents += ["100.000.004-04", "100.000.005-87", "100.000.006-68"]
    shop.erp.switches.person_index_delay = 55 * 60
    for document in documents:
        shop.shop.order([("CANECA", 1)], payer_cpf=document)
    shop.sync()

    late = shop.shop.order([("CANECA", 1)])
    shop.sync(minutes=5)

    assert len(shop.sales_of(known)) == len(shop.sales_of(late)) == 1


@pytest.mark.parametrize("lag", [0, 50])
def test_two_orders_of_a_buyer_whose_create_was_lost_have_one_customer(shop, lag):
    shop.erp.switches.person_index_delay = lag * 60
    shop.erp.faults.add("drop_after", "POST", PEOPLE)
    orders = [shop.shop.order([("CANECA", 1)]) for _ in range(3)]

    for order in orders:
        until_sold(shop, order)

    assert len(shop.erp.people) == 1
    assert [len(shop.sales_of(order)) for order in orders] == [1, 1, 1]


def test_retry_is_no_way_to_a_second_customer(shop):
    shop.erp.switches.person_index_delay = 50 * 60
    shop.erp.faults.add("drop_after", "POST", PEOPLE)
    order = str(shop.shop.order([("CANECA", 1)]))
    for _ in range(4):
        shop.sync(minutes=5)
        shop.state.items.retry(Kind.SALE, order)

    until_sold(shop, order)

    assert len(shop.erp.people) == 1


def test_a_customer_who_is_gone_from_the_erp_is_created_again_when_that_is_sure(shop):
    shop.shop.order([("CANECA", 1)])
    shop.sync()
    shop.erp.people.clear()
    order = shop.shop.order([("CANECA", 1)])

    shop.sync()
    before = the_group(shop, order), len(shop.erp.people)
    until_sold(shop, order)

    assert before == ("in_doubt", 0)
    assert len(shop.erp.people) == 1


# Refused


@pytest.mark.parametrize("kind", ["Física", "Estrangeira"])
@pytest.mark.parametrize("profile", ["Cliente", "Fornecedor", "Transportadora"])
def test_a_create_that_is_refused_in_other_words_after_a_lost_one_finds_whom_it_made(linked, kind, profile):
    job = linked("CANECA", "Caneca", 30, 50)
    job.erp.switches.default_profile = job.erp.switches.default_kind = True
    job.erp.faults.add("drop_before", "POST", PEOPLE)
    order = job.shop.order([("CANECA", 1)])
    job.sync()
    person = job.erp.add_person("Ana Souza", "52998224725", [profile])
    job.erp.people[person].kind = kind
    job.erp.faults.add("400", "POST", PEOPLE, times=9)

    job.sync(minutes=61)

    assert len(job.sales_of(order)) == len(job.erp.people) == 1


def test_a_create_that_is_refused_for_good_fails_with_the_erps_words(shop):
    shop.erp.faults.add("drop_before", "POST", PEOPLE)
    order = str(shop.shop.order([("CANECA", 1)]))
    shop.sync()
    shop.erp.faults.add("400", "POST", PEOPLE, times=99)

    shop.sync(minutes=61)

    assert the_group(shop, order) == "failed"
    assert "Requisição inválida" in shop.failure(order)["reason"]
    shop.erp.faults.clear()
    shop.sync(minutes=61)
    assert len(shop.erp.people) == len(shop.sales_of(order)) == 1


# Whole, also after a death


WHOLE = {
    "payer_email": "ana@example.com",
    "payer_phone": "(11) 3333-4444",  # no mobile: it goes to the notes
    "payer_cpf": "",
    "payer_cnpj": "11.222.333/0001-81",
    "payer_razao_social": "Exemplo Comércio Ltda",
}


@pytest.fixture
def picky(shop):
    """An ERP that refuses a whole person in words that name no field: each field is written by itself."""
    shop.erp.switches.refused_field = "nothing"
    shop.erp.switches.cities = "capitals"
    return shop


def as_it_is(job):
    (person,) = job.erp.people.values()
    return {
        "email": person.email,
        "notes": person.data.get("observacao"),
        "trade name": person.data.get("nome_empresa"),
        "addresses": [(each.get("cep"), each.get("cidade")) for each in person.addresses],
    }


def undisturbed(job, **fields):
    """What a whole customer is, and what is said of the order; then the ERP and the state forget them."""
    order = job.shop.order([("CANECA", 1)], **WHOLE, **fields)
    job.sync()
    told = as_it_is(job), [said for _moment, said in job.state.remarks.of(str(order))]
    job.erp.people.clear()
    job.state.db.execute("DELETE FROM customers")
    job.state.db.execute("DELETE FROM remarks")
    return told


@pytest.mark.parametrize("policy", ["never", "fill", "shop"])
@pytest.mark.parametrize("nth", range(4))
@pytest.mark.parametrize("when", ["request", "response"])
def test_a_death_while_a_new_customer_is_made_whole_costs_no_field(picky, when, nth, policy):
    picky.set(orders__update_customers=policy)
    whole = undisturbed(picky, payer_city="Vila Inventada")
    order = picky.shop.order([("CANECA", 1)], **WHOLE, payer_city="Vila Inventada")
    seen = []

    async def die(message: Any) -> None:
        request = getattr(message, "request", message)
        if request.method == "PATCH" and request.url.path.startswith(PEOPLE):
            seen.append(request)
            if len(seen) == nth + 1:
                raise Died

    async def run() -> None:
        settings, state = picky.settings, picky.state
        async with wiring.parts(settings, state, {}, clock=picky.clock, sleep=no_sleep) as parts:
            parts.erp.http.client.event_hooks[when].insert(0, die)
            await Pass(parts).run("sync")

    picky.clock.move(minutes=30)
    with pytest.raises(Died):
        asyncio.run(run())

    picky.sync()

    assert len(picky.sales_of(order)) == 1
    assert as_it_is(picky) == whole[0]
    told = [said for _moment, said in picky.state.remarks.of(str(order))]
    assert told == whole[1]


@pytest.mark.parametrize("fault", LOST)
def test_a_bare_customer_whose_answer_was_lost_is_made_whole_when_found(picky, fault):
    picky.set(orders__update_customers="never")
    whole = undisturbed(picky, payer_city="Vila Inventada")
    picky.erp.faults.add("400", "POST", PEOPLE)
    picky.erp.faults.add(fault, "POST", PEOPLE)
    order = picky.shop.order([("CANECA", 1)], **WHOLE, payer_city="Vila Inventada")

    until_sold(picky, order)

    assert as_it_is(picky) == whole[0]


def test_somebody_whom_the_erp_had_before_is_not_filled_where_the_merchant_says_never(shop):
    shop.set(orders__update_customers="never")
    person = shop.erp.add_person("Ana Souza", "52998224725")
    order = shop.shop.order([("CANECA", 1)], payer_email="ana@example.com")

    shop.sync()

    assert len(shop.sales_of(order)) == 1
    assert not shop.erp.people[person].email


def test_a_new_customer_of_whom_the_erp_shows_nothing_is_told(picky):
    order = str(picky.shop.order([("CANECA", 1)], **WHOLE, payer_city="Vila Inventada"))
    dies(picky, "request", "PATCH", PEOPLE)
    picky.erp.faults.add("500_before", "GET", f"{PEOPLE}/*", times=9)

    picky.sync()

    assert len(picky.sales_of(order)) == 1
    assert [said for _moment, said in picky.state.remarks.of(order)] == [
        "the ERP does not show what it took of the new customer: look at the person there"
    ]
