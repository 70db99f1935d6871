"""A CPF or CNPJ under the key of whichever plugin: found, and no event for what was kept before."""

from typing import Any

import pytest

from contaazul_sync.core.items import Kind
from contaazul_sync.core.orders import Buyer, Order
from contaazul_sync.operate.doctor.reading import orders as look
from contaazul_sync.shops.woocommerce.documents import OTHERS, found
from contaazul_sync.shops.woocommerce.orders import Statuses, order
from tests.worlds.shops import Door

pytestmark = pytest.mark.line("memory")

CPF, CNPJ = "529.982.247-25", "11.222.333/0001-81"
DAY = 24 * 60
NO_DOCUMENT = "the buyer gave no CPF or CNPJ"


@pytest.fixture
def woo(linked):
    job = linked("CANECA", "Caneca", 39.90, 10).use("woocommerce")
    job.shop.switches.woo_brazilian_fields = "meta"
    return job


def bought(job: Any, metas: Any = (), **fields: Any) -> str:
    """An order whose buyer's document stands in these metas alone."""
    return str(job.shop.order([("CANECA", 1)], payer_cpf="", metas=dict(metas), **fields))


def fill_in(job: Any, order_id: str, metas: Any, *, touch: bool = True) -> None:
    kept = next(each for each in job.shop.orders if str(each["id"]) == order_id)
    kept.update({"metas": dict(metas)} | ({"updated": job.shop.now()} if touch else {}))


def as_an_older_version_left_it(job: Any) -> None:
    """It kept no second mark of the buyer, and what it held is held by its rules."""
    with job.state.db.atomic():
        job.state.db.execute("UPDATE orders SET buyer_told = ''")
        job.state.db.execute("UPDATE failures SET held_by = 0")


def a_row(billing: Any = (), **metas: Any) -> dict[str, Any]:
    """An order as WooCommerce tells it."""
    return {
        "id": 7,
        "status": "processing",
        "currency": "BRL",
        "date_created_gmt": "2026-11-20T10:00:00",
        "date_paid_gmt": "2026-11-20T10:00:00",
        "total": "10.00",
        "billing": {"first_name": "Ana", **dict(billing)},
        "meta_data": [{"id": 1, "key": key, "value": value} for key, value in metas.items()],
    }


def buyer_of(row: Any, *fields: str) -> Buyer:
    read = order(row, Statuses(document_fields=fields))
    assert isinstance(read, Order), read
    return read.buyer


# Reading


@pytest.mark.parametrize("document", [CPF, CNPJ, "52998224725", "12ABC34501DE35"])
@pytest.mark.parametrize("key", OTHERS)
def test_a_document_is_found_under_each_key_of_a_plugin(key, document):
    for row in (a_row(**{key: document}), a_row({key: document})):
        buyer = buyer_of(row)
        if row["meta_data"] or key not in ("cpf", "cnpj"):  # in the address these two are the first plugin's
            assert buyer.document_key == key
        assert buyer.document == document


def test_the_first_plugins_fields_go_before_all_others():
    buyer = buyer_of(a_row(_billing_cpf=CPF, _billing_cpf_cnpj=CNPJ))

    assert (buyer.document, buyer.document_key, buyer.formerly) == (CPF, "cpf", "")


def test_a_field_that_the_merchant_names_goes_before_the_known_ones():
    buyer = buyer_of(a_row(_meu_documento=CNPJ, billing_cpf=CPF), "_meu_documento")

    assert (buyer.document, buyer.document_key) == (CNPJ, "_meu_documento")


@pytest.mark.parametrize("told", ["", " ", "12.345.678-X", "sim", None, ["52998224725"], True, {"a": 1}, "1"])
def test_what_is_no_document_by_its_length_is_passed_over(told):
    assert found({}, {"_billing_document": told, "cpf": CPF}) == (CPF, "cpf")
    assert buyer_of(a_row(_billing_document=told)).document == ""


@pytest.mark.parametrize("kind", [{"persontype": "J"}, {"persontype": "2"}])
def test_a_company_has_its_cnpj_though_a_cpf_stands_beside_it(kind):
    documents = {"billing_cpf": CPF, "billing_cnpj": CNPJ}

    assert buyer_of(a_row(kind, **documents)).document == CNPJ
    assert buyer_of(a_row(billing_persontype="2", **documents)).document == CNPJ
    assert buyer_of(a_row({"persontype": "1"}, **documents)).document == CPF
    assert buyer_of(a_row(kind, billing_cpf=CPF)).document == CPF


@pytest.mark.parametrize("other", ["1234567890", "12345678901", "123456789012"])
def test_a_number_of_another_kind_hides_no_document(other):
    """An RG, a driving licence: one of ten digits adds up like a CPF without its zero now and then."""
    assert found({}, {"_billing_document": other, "billing_cpf": CPF}) == (CPF, "billing_cpf")


def test_a_wrong_document_hides_no_right_one_either():
    assert found({"cpf": CPF}, {"_meu": "529.982.247-26"}, ["_meu"]) == (CPF, "cpf")


@pytest.mark.parametrize("other", ["1234567891", "123456789012", "1234567890123"])
def test_a_number_of_another_kind_is_no_wrong_document(other):
    assert found({}, {"documento": other}) == ("", "")


@pytest.mark.parametrize(
    ("key", "wrong"), [("documento", "529.982.247-26"), ("cpf", "1234567891"), ("_meu", "1234567891")]
)
def test_but_what_is_meant_for_one_is_told_to_be_wrong(key, wrong):
    assert found({}, {key: wrong}, ["_meu"]) == (wrong, key)


def test_a_document_that_a_spreadsheet_took_a_zero_from_is_one():
    assert found({}, {"cpf": 1234567890})[0] == "1234567890"


# What was kept before


def test_an_order_with_a_document_under_another_key_becomes_a_sale(woo):
    orders = [bought(woo, {"_billing_cpf_cnpj": CPF}), bought(woo, {"billing_cnpj": CNPJ})]

    woo.sync()

    assert [len(woo.sales_of(each)) for each in orders] == [1, 1]
    documents = {person.document for person in woo.erp.people.values()}
    assert {"52998224725", "11222333000181"} <= documents


def test_an_order_that_an_older_version_held_for_want_of_one_stays_held(woo):
    held = bought(woo)
    woo.sync()
    fill_in(woo, held, {"_billing_cpf_cnpj": CPF}, touch=False)
    as_an_older_version_left_it(woo)

    for minutes in (30, DAY, DAY):
        woo.sync(minutes=minutes)

    assert (woo.sales_of(held), woo.failure(held)["group"]) == ([], "held")
    woo.state.items.retry(Kind.SALE, held)
    woo.sync()
    assert len(woo.sales_of(held)) == 1


def test_it_stays_held_when_the_shop_touches_it_and_goes_when_its_document_changes(woo):
    held = bought(woo)
    woo.sync()
    fill_in(woo, held, {"_billing_cpf_cnpj": CPF})
    as_an_older_version_left_it(woo)
    woo.sync()
    assert woo.sales_of(held) == []

    fill_in(woo, held, {"_billing_cpf_cnpj": CNPJ})
    woo.sync()

    assert len(woo.sales_of(held)) == 1


def test_an_order_that_this_version_held_goes_when_a_document_is_filled_in(woo):
    held = bought(woo)
    woo.sync()
    assert woo.failure(held)["reason"] == NO_DOCUMENT

    fill_in(woo, held, {"_billing_cpf_cnpj": CPF})
    woo.sync()

    assert len(woo.sales_of(held)) == 1


def test_a_sold_order_is_the_same_whose_document_an_older_version_did_not_find(woo):
    woo.set(orders__consumer="Consumidor")
    woo.erp.add_person("Consumidor", "111.444.777-35")
    sold = bought(woo)
    woo.sync()
    fill_in(woo, sold, {"_billing_cpf_cnpj": CPF})
    as_an_older_version_left_it(woo)

    for minutes in (30, DAY):
        woo.sync(minutes=minutes)

    assert (len(woo.sales_of(sold)), woo.failures_of(Kind.SALE)) == (1, {})


def test_a_field_that_is_named_later_lets_those_go_that_were_held_for_it(woo):
    held = bought(woo, {"_meu_documento": CPF})
    woo.sync()

    woo.set(shop__document_fields="_meu_documento")
    woo.sync(minutes=DAY)

    assert len(woo.sales_of(held)) == 1


# doctor


def looked(sandbox: Any, path: Any, kind: str, **settings: Any) -> Any:
    checks = Door(kind, sandbox, path, **settings).ask(lambda shop: look(shop, kind))
    return {check.name: check for check in checks}["a document"]


def test_doctor_says_under_which_key_a_document_stands(sandbox, tmp_path):
    sandbox.shop.switches.woo_brazilian_fields = "meta"
    sandbox.shop.add_product("CANECA", "Caneca", 39.90, 10)
    for metas in ({"_billing_cpf_cnpj": CPF}, {"billing_cpf": CPF}, {}):
        sandbox.shop.order([("CANECA", 1)], payer_cpf="", metas=metas)

    check = looked(sandbox, tmp_path, "woocommerce")

    assert check.level == "ok"
    assert check.detail == "under _billing_cpf_cnpj, billing_cpf, in 2 of the last 3 orders"
    assert "529" not in check.detail


@pytest.mark.parametrize(
    ("kind", "step"), [("woocommerce", "shop.document_fields"), ("merchant", "buyer_document")]
)
def test_doctor_says_that_the_last_20_orders_have_none(sandbox, tmp_path, kind, step):
    sandbox.shop.add_product("CANECA", "Caneca", 39.90, 10)
    for _ in range(21):
        sandbox.shop.order([("CANECA", 1)], payer_cpf="")

    check = looked(sandbox, tmp_path, kind)

    assert (check.level, step in check.remedy) == ("warning", True)
    assert "none of the last 20 orders" in check.detail


def test_doctor_asks_for_an_order_by_itself_where_the_list_leaves_its_buyer_out(sandbox, tmp_path):
    sandbox.shop.switches.listed_orders = "without_buyer"
    sandbox.shop.add_product("CANECA", "Caneca", 39.90, 10)
    sandbox.shop.order([("CANECA", 1)])

    assert looked(sandbox, tmp_path, "merchant").detail == "under buyer_document, in 1 of the last 1 orders"
