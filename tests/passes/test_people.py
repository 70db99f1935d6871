"""The buyer in the ERP as it really is: listed in capitals, left out by defaults, refused field by field."""

from datetime import date

import pytest

from contaazul_sync.core.items import Failure, Group, Kind
from contaazul_sync.core.plan.orders import order_version
from contaazul_sync.core.words import quoted

pytestmark = pytest.mark.line("memory")

CPF, CNPJ = "52998224725", "11222333000181"
SUPPLIER = {"payer_cpf": "529.982.247-25"}
COMPANY = {"payer_cpf": "", "payer_cnpj": "11.222.333/0001-81", "payer_razao_social": "Exemplo Comércio Ltda"}


@pytest.fixture
def shop(linked):
    return linked("CANECA", "Caneca", 30, 50)


def ordered(job, **changes):
    """An order of a mug, and what became of it."""
    order = job.shop.order([("CANECA", 1)], **changes)
    job.sync()
    return order


def remarks(job, order):
    return [said for _moment, said in job.state.remarks.of(str(order))]


def asked(job, path="/v1/pessoas"):
    return [request for request in job.erp.requests if request.method == "GET" and request.path == path]


def person(job, document):
    (found,) = [each for each in job.erp.people.values() if each.document == document]
    return found


@pytest.fixture(params=["capitals", "written"])
def spelled(shop, request):
    shop.erp.switches.profiles_in_list = request.param
    return shop


@pytest.mark.parametrize("replaces", ["replace", "add"])
@pytest.mark.parametrize("has", [["Cliente"], ["Fornecedor"], ["Fornecedor", "Transportadora"]])
@pytest.mark.parametrize(("who", "document"), [(SUPPLIER, CPF), (COMPANY, CNPJ)])
def test_somebody_whom_the_erp_has_already_buys(spelled, who, document, has, replaces):
    spelled.erp.switches.profiles_patch = replaces
    spelled.erp.add_person("Quem Já Estava", document, has)

    order = ordered(spelled, **who)

    assert len(spelled.sales_of(order)) == 1
    assert set(person(spelled, document).profiles) == {*has, "Cliente"}


@pytest.mark.parametrize("default_kind", [False, True])
@pytest.mark.parametrize("default_profile", [False, True])
@pytest.mark.parametrize(("who", "document"), [(SUPPLIER, CPF), (COMPANY, CNPJ)])
def test_a_supplier_is_found_whatever_the_list_leaves_out(shop, who, document, default_kind, default_profile):
    shop.erp.switches.default_kind = default_kind
    shop.erp.switches.default_profile = default_profile
    shop.erp.add_person("Fornecedor de Exemplo", document, ["Fornecedor"])

    order = ordered(shop, **who)

    assert len(shop.sales_of(order)) == 1
    assert [each.document for each in shop.erp.people.values()].count(document) == 1
    assert shop.state.intents.all() == {}


@pytest.mark.parametrize("leaves_out", [False, True])
def test_whether_the_list_leaves_people_out_is_found_out_once(shop, leaves_out):
    shop.erp.switches.default_profile = leaves_out
    shop.erp.add_person("Fornecedor de Exemplo", CNPJ, ["Fornecedor"])
    for document in ("111.444.777-35", "123.456.789-09"):
        shop.shop.order([("CANECA", 1)], payer_cpf=document)
    shop.forget_calls()
    shop.sync()

    first = len(asked(shop))
    shop.forget_calls()
    ordered(shop, payer_cpf="987.654.321-00")

    assert first == (2 + 2 + 2 * 2 if leaves_out else 2 + 2)  # whom it looked for, how it found out, again
    assert len(asked(shop)) == (3 if leaves_out else 1)


def test_the_consumer_of_the_settings_is_found_in_capitals(spelled):
    spelled.erp.add_person("Consumidor Final", "", ["Cliente"])
    spelled.set(orders__consumer="Consumidor Final")

    order = ordered(spelled, payer_cpf="")

    assert len(spelled.sales_of(order)) == 1


def test_a_profile_that_cannot_be_added_stops_no_sale(shop):
    shop.erp.add_person("Fornecedor de Exemplo", CPF, ["Fornecedor"])
    shop.erp.faults.add("400", "PATCH", "/v1/pessoas/*")

    order = ordered(shop)

    assert len(shop.sales_of(order)) == 1
    assert remarks(shop, order) == ["the ERP did not give the buyer the profile Cliente"]


# Refused fields


@pytest.mark.parametrize("naming", ["key", "path", "words", "nothing"])
def test_a_city_that_the_erp_does_not_know_costs_the_city_alone(shop, naming):
    shop.erp.switches.refused_field = naming
    shop.erp.switches.cities = "capitals"

    order = ordered(shop, payer_city="Vila Inventada", payer_email="ana@example.com")

    assert len(shop.sales_of(order)) == 1
    made = person(shop, CPF)
    assert made.email == "ana@example.com"
    assert made.mobile
    assert made.addresses[0]["cep"]
    assert not made.addresses[0].get("cidade")
    assert remarks(shop, order) == ["the ERP did not take this of the buyer, and it is left out: city"]


def test_what_was_left_out_is_told_in_show_and_once(shop):
    shop.erp.switches.cities = "capitals"

    order = ordered(shop, payer_city="Vila Inventada")
    shop.sync()
    ordered(shop, payer_city="Vila Inventada")

    assert len(remarks(shop, order)) == 1


@pytest.mark.parametrize(
    ("field", "length"),
    [
        ("payer_name", 201),
        ("payer_email", 101),
        ("payer_address", 101),
        ("payer_address_number", 11),
        ("payer_neighborhood", 101),
        ("payer_address_complement", 201),
    ],
)
def test_what_is_longer_than_the_erp_takes_stops_nothing(shop, field, length):
    long = f"{'a' * (length - 12)}@example.com" if field == "payer_email" else "9" * length

    order = ordered(shop, **{field: long})

    assert len(shop.sales_of(order)) == 1
    assert shop.calls("POST", "/v1/pessoas")[-1].status < 300
    assert len(shop.calls("POST", "/v1/pessoas")) == 1


# A returning buyer


def known(job, **changes):
    """Ana is in the ERP, with nothing but her name, unless told."""
    erp_id = job.erp.add_person("Ana Souza", CPF, ["Cliente"])
    for name, value in changes.items():
        setattr(job.erp.people[erp_id], name, value)
    return job.erp.people[erp_id]


ELSEWHERE = [
    {
        "id": "7c000000-0000-4000-8000-000000000001",
        "cep": "20040002",
        "logradouro": "Rua da Antiga",
        "numero": "7",
        "complemento": "",
        "bairro": "Centro",
        "cidade": "Rio de Janeiro",
        "estado": "RJ",
        "pais": "Brasil",
    }
]
OTHER_ADDRESS = "the buyer's address in the shop is not the one in the ERP, where the invoice goes"


def test_what_the_erp_lacks_is_filled(shop):
    ana = known(shop)

    order = ordered(shop)

    assert (ana.email, ana.mobile, len(ana.addresses)) == ("ana@example.com", "11988887777", 1)
    assert remarks(shop, order) == []


def test_what_the_erp_has_is_not_filled_and_another_address_is_told(shop):
    ana = known(shop, email="ana.antiga@example.com", mobile="11977776666", addresses=[dict(ELSEWHERE[0])])

    order = ordered(shop)

    assert (ana.email, ana.mobile, ana.addresses) == ("ana.antiga@example.com", "11977776666", ELSEWHERE)
    assert remarks(shop, order) == [OTHER_ADDRESS]
    assert shop.calls("PATCH", f"/v1/pessoas/{ana.id}") == []


def test_the_shops_word_wins_where_the_merchant_says_so(shop):
    shop.set(orders__update_customers="shop")
    ana = known(shop, email="ana.antiga@example.com", mobile="11977776666", addresses=[dict(ELSEWHERE[0])])

    order = ordered(shop)

    assert (ana.email, ana.mobile) == ("ana@example.com", "11988887777")
    assert [(each["id"], each["numero"]) for each in ana.addresses] == [(ELSEWHERE[0]["id"], "1000")]
    assert remarks(shop, order) == []


def test_nothing_is_changed_where_the_merchant_says_never(shop):
    shop.set(orders__update_customers="never")
    ana = known(shop, addresses=[dict(ELSEWHERE[0])])

    order = ordered(shop)

    assert (ana.email or "", ana.mobile or "") == ("", "")
    assert remarks(shop, order) == [OTHER_ADDRESS]


def test_a_buyer_who_moved_is_looked_at_again(shop):
    shop.set(orders__update_customers="shop")
    ana = known(shop)
    ordered(shop)
    shop.forget_calls()

    ordered(shop)
    same = len(asked(shop))
    ordered(shop, payer_address_number="2000")

    assert same == 0
    assert [each["numero"] for each in ana.addresses] == ["2000"]


def test_a_field_of_an_update_that_is_refused_costs_that_field(shop):
    shop.erp.switches.cities = "capitals"
    ana = known(shop)

    order = ordered(shop, payer_city="Vila Inventada")

    assert (ana.email, ana.mobile) == ("ana@example.com", "11988887777")
    assert remarks(shop, order) == ["the ERP did not take this of the buyer, and it is left out: city"]
    assert [each["logradouro"] for each in ana.addresses] == ["Av Paulista"]


@pytest.mark.parametrize("method", ["GET", "PATCH"])
@pytest.mark.parametrize("fault", ["500_before", "400", "html"])
def test_a_sale_does_not_wait_for_what_only_brings_a_customer_up_to_date(shop, method, fault):
    ana = known(shop)
    shop.erp.faults.add(fault, method, f"/v1/pessoas/{ana.id}", times=1000)

    order = ordered(shop)

    assert len(shop.sales_of(order)) == 1
    assert method == "GET" or remarks(shop, order)


@pytest.mark.parametrize("fault", ["drop_after", "500_after", "html"])
def test_an_address_whose_answer_is_lost_is_not_added_again(shop, fault):
    ana = known(shop)
    shop.erp.faults.add(fault, "PATCH", "/v1/pessoas/*", times=5)

    order = ordered(shop)

    assert len(shop.sales_of(order)) == 1
    assert len(ana.addresses) <= 1
    assert remarks(shop, order)


def test_an_address_that_tells_less_than_the_erps_takes_no_place(shop):
    shop.set(orders__update_customers="shop")
    ana = known(shop, addresses=[dict(each) for each in ELSEWHERE])

    order = ordered(shop, payer_address="", payer_address_number="", payer_address_district="")

    assert [each["logradouro"] for each in ana.addresses] == ["Rua da Antiga"]
    assert remarks(shop, order) == [OTHER_ADDRESS]


@pytest.mark.slow
def test_a_customer_is_tried_again_when_the_ground_of_a_refusal_is_gone(shop):
    shop.erp.faults.add("drop_before", "POST", "/v1/pessoas")
    order = ordered(shop)
    shop.erp.faults.add("400", "POST", "/v1/pessoas", times=100)
    for _hour in range(4):
        shop.sync(minutes=61)
    refused = shop.failure(str(order))["group"]
    shop.erp.faults.clear()

    shop.sync(minutes=24 * 60)

    assert refused == "failed"
    assert len(shop.sales_of(order)) == 1


# What an older version held


@pytest.fixture
def held(shop):
    """An order that an older version held for a document that today's rules can read."""
    shop.set(orders__since=date(2027, 1, 1))  # it is seen, and not sent
    order = str(ordered(shop, payer_cpf="1234567890"))
    shop.set(orders__since=date(2026, 11, 1))
    version = order_version(shop.state.orders.get(order), shop.settings.rules(date(2026, 11, 1)))
    reason, step = map(quoted, ("the buyer's CPF or CNPJ is not valid", "put it right in the shop"))
    shop.state.items.fail(
        Failure(Kind.SALE, order, Group.HELD, reason, step, shop.clock(), 1, version, held_by=0)
    )
    return order


@pytest.mark.slow
def test_what_newer_rules_alone_let_go_stays_held_and_says_so(shop, held):
    half_an_hour_later = shop.sync()
    as_it_was = shop.failure(held)["next_step"]
    day_later = shop.sync(minutes=24 * 60)
    week_later = shop.sync(minutes=6 * 24 * 60)

    assert as_it_was.startswith("put it right in the shop")
    assert [half_an_hour_later.outcome, day_later.outcome, week_later.outcome] == [6, 6, 6]
    assert shop.sales_of(held) == []
    told = shop.failure(held)
    assert (told["group"], told["reason"]) == ("held", "the buyer's CPF or CNPJ is not valid")
    retry, ignore = f"contaazul-sync retry {held}", f"contaazul-sync ignore {held}"
    assert told["next_step"] == f"can be sent now: {retry}; booked by hand: {ignore}"


def test_a_dry_run_shows_it_held(shop, held):
    shop.clock.move(days=1)

    plan = shop.preview().plan

    assert [hold.key for hold in plan.holds] == [held]
    assert plan.orders == ()


@pytest.mark.slow
def test_no_later_trouble_makes_it_go_by_itself(shop, held):
    shop.clock.move(days=1)
    shop.erp.faults.add("400", "GET", "/v1/pessoas", times=8)
    shop.sync()
    troubled = shop.failure(held)["group"]
    shop.erp.faults.clear()

    for _day in range(3):
        shop.sync(minutes=24 * 60)

    assert troubled == "failed"
    assert shop.sales_of(held) == []
    assert f"retry {held}" in shop.failure(held)["next_step"]


@pytest.mark.slow
def test_a_product_that_comes_later_does_not_make_it_go_by_itself(shop):
    shop.shop.add_product("NOVO", "Novo", 10, 50)
    shop.set(orders__since=date(2027, 1, 1))
    order = str(shop.shop.order([("NOVO", 1)], payer_cpf="1234567890"))
    shop.sync()
    shop.set(orders__since=date(2026, 11, 1))
    version = order_version(shop.state.orders.get(order), shop.settings.rules(date(2026, 11, 1)))
    shop.state.items.fail(
        Failure(
            Kind.SALE, order, Group.HELD, quoted("held"), quoted("step"), shop.clock(), 1, version, held_by=0
        )
    )
    shop.sync(minutes=24 * 60)
    waits = shop.failure(order)["group"]

    shop.choose("NOVO")
    for _day in range(3):
        shop.sync(minutes=24 * 60)

    assert waits == "waiting"
    assert shop.sales_of(order) == []
    assert f"retry {order}" in shop.failure(order)["next_step"]


def test_retry_sends_it(shop, held):
    shop.state.items.retry(Kind.SALE, held)
    shop.sync()

    assert len(shop.sales_of(held)) == 1


def test_a_change_in_the_shop_sends_it(shop, held):
    changed = next(each for each in shop.shop.orders if str(each["id"]) == held)
    changed |= {"payer_phone": "(11) 97777-6666", "updated": shop.shop.now()}
    shop.sync()

    assert len(shop.sales_of(held)) == 1
