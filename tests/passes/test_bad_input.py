"""Bad input of every kind: a clear line in the status, nothing lost, and the rest goes on."""

from decimal import Decimal
from typing import Any

import pytest

from contaazul_sync.core.errors import NoAccess, StateError, Unavailable
from contaazul_sync.core.items import Kind

pytestmark = pytest.mark.line("memory")


@pytest.fixture
def good(linked):
    """A good product that is linked, beside whatever is bad."""
    return linked("CAM-1", "Camiseta", 79.90, 50)


def raw_order(job: Any, order_id: Any) -> Any:
    return next(order for order in job.shop.orders if str(order["id"]) == str(order_id))


@pytest.mark.parametrize(
    ("sku", "price", "reason"),
    [
        ("", 10, "it has no SKU in the shop"),
        ("A-SKU-WITH-21-LETTERS", 10, "its SKU has 21 characters; the ERP takes 20 at most"),
        ("FREE", 0, "its price would be zero"),
        ("BROKEN", "on request", "its price or stock cannot be read: 'on request' is not a number"),
        ("THIRDS", "9.999", "its price or stock cannot be read: '9.999' has more than two decimals"),
    ],
)
def test_a_product_that_cannot_be_sent_says_why_and_the_rest_goes_on(good, sku, price, reason):
    good.shop.add_product(sku, "Produto estranho", 10, 5)
    good.shop.unit(sku)["price"] = price
    good.shop.add_product("CAM-2", "Camisa", 79.90, 5)
    good.sync()
    good.state.queue.add([p.key for p in good.state.products.unsent()], good.clock())

    report = good.sync()

    assert report.outcome == 6
    assert good.erp_skus() == ["CAM-1", "CAM-2"]
    (failure,) = good.status()["failures"]
    assert failure["reason"] == reason
    assert good.status()["products"]["failed"] == 1


def test_two_products_with_one_sku_are_both_held(good):
    for _ in range(2):
        good.shop.add_product("SAME", "Produto", 10, 5)
    good.sync()
    good.state.queue.add([p.key for p in good.state.products.unsent()], good.clock())

    assert good.sync().outcome == 6

    assert good.erp_skus() == ["CAM-1"]
    assert {f["reason"] for f in good.status()["failures"]} == {"2 products of the shop have the SKU SAME"}


def test_a_product_that_is_put_right_in_the_shop_goes_without_more_ado(good):
    good.shop.add_product("FREE", "Brinde", 0, 5)
    good.sync()
    good.choose("FREE")
    good.sync()
    good.shop.change("FREE", price=1)

    assert good.sync().outcome == 0

    assert good.erp.product("FREE").price == 1


def test_a_price_of_zero_is_not_sent_to_a_linked_product(good):
    good.shop.change("CAM-1", price=0)

    assert good.sync().outcome == 6

    assert good.erp.product("CAM-1").price == Decimal("79.90")
    assert good.failure("CAM-1")["reason"] == "its price would be zero"


def test_an_order_with_an_item_that_the_shop_does_not_list_waits_and_names_it(good):
    order = good.shop.order([("CAM-1", 1), ("OLD-9", 1, 12)])
    other = good.shop.order([("CAM-1", 1)])

    assert good.sync().outcome == 6

    assert good.failure(str(order))["reason"] == "not in the ERP yet: OLD-9"
    assert good.sales_of(other)


def test_an_item_that_only_the_erp_knows_is_adopted(good):
    good.erp.add_product("OLD-9", "Produto antigo", 12, 5)
    order = good.shop.order([("CAM-1", 1), ("OLD-9", 1, 12)])

    assert good.sync().outcome == 0

    assert good.sales_of(order)


def test_an_order_of_a_product_that_was_deleted_in_the_shop_still_becomes_a_sale(good):
    order = good.shop.order([("CAM-1", 1)])
    good.shop.add_product("CAM-2", "Camisa", 10, 1)
    good.shop.delete("CAM-1")

    assert good.sync(minutes=24 * 60).outcome == 0

    assert good.sales_of(order)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"payer_cpf": ""}, "the buyer gave no CPF or CNPJ"),
        ({"payer_cpf": "123.456.789-00"}, "the buyer's CPF or CNPJ is not valid"),
        (
            {"total": "99.99"},
            (
                "the order does not add up: items R$ 79,90 - discount R$ 0,00 + freight R$ 0,00"
                " is not its total R$ 99,99"
            ),
        ),
        ({"total_paid": "85.00"}, "the customer paid R$ 85,00 and the order's total is R$ 79,90"),
        ({"status": "chargeback"}, "the shop's status 'chargeback' is not known"),
        (
            {"total": "much"},
            (
                "the shop's order cannot be read with this profile:"
                " its total is not a number, or not one that can be booked"
            ),
        ),
    ],
)  # fmt: skip
def test_an_order_that_cannot_be_sent_is_held_with_the_reason(good, changes, reason):
    order = good.shop.order([("CAM-1", 1)])
    raw_order(good, order).update(changes)
    other = good.shop.order([("CAM-1", 1)])

    assert good.sync().outcome == 6

    assert good.failure(str(order))["reason"] == reason
    assert good.failure(str(order))["group"] == "held"
    assert good.status()["orders"]["failed"] == 1
    assert good.sales_of(other)
    assert not good.sales_of(order)


def test_a_held_order_that_is_put_right_in_the_shop_goes_without_more_ado(good):
    order = good.shop.order([("CAM-1", 1)], payer_cpf="")
    good.sync()
    raw = raw_order(good, order)
    raw["payer_cpf"] = "529.982.247-25"
    raw["updated"] = good.shop.now()

    assert good.sync().outcome == 0

    assert good.sales_of(order)


def test_a_held_order_costs_one_look_a_day_and_not_one_a_pass(good):
    good.shop.order([("CAM-1", 1)], payer_cpf="")
    good.sync()
    good.forget_calls()

    for _ in range(4):
        good.sync()

    assert not [r for r in good.shop.requests if r.path.endswith("order/view")]


def test_a_refused_product_is_tried_three_times_and_then_once_a_day(good):
    good.shop.add_product("CAM-2", "Camisa", 10, 5)
    good.sync()
    good.choose("CAM-2")
    good.forget_calls()
    good.erp.faults.add("400", method="POST", path="/v1/produtos", times=1000)

    for _ in range(6):
        assert good.sync().outcome == 6

    assert len(good.calls("POST", "/v1/produtos")) == 3
    failure = good.failure("CAM-2")
    assert (failure["group"], failure["attempts"]) == ("failed", 3)
    assert failure["reason"] == "the ERP refused it (400): Requisição inválida"
    assert failure["next_step"] == "put it right, then: contaazul-sync send-products CAM-2"
    good.sync(minutes=24 * 60)
    assert len(good.calls("POST", "/v1/produtos")) == 4


def test_a_refused_product_that_is_chosen_again_is_tried_again(good):
    good.shop.add_product("CAM-2", "Camisa", 10, 5)
    good.sync()
    good.choose("CAM-2")
    good.erp.faults.add("400", method="POST", path="/v1/produtos", times=3)
    for _ in range(4):
        good.sync()
    good.choose("CAM-2")

    assert good.sync().outcome == 0

    assert good.erp_skus() == ["CAM-1", "CAM-2"]


@pytest.mark.slow
def test_a_refused_order_that_changes_in_the_shop_is_tried_again(good):
    order = good.shop.order([("CAM-1", 1)])
    good.erp.faults.add("400", method="POST", path="/v1/venda", times=3)
    for _ in range(4):
        good.sync()
    assert good.failure(str(order))["attempts"] == 3
    raw = raw_order(good, order)
    raw["payer_name"] = "Outro Nome"
    raw["updated"] = good.shop.now()

    assert good.sync().outcome == 0

    assert len(good.sales_of(order)) == 1


def test_a_refused_price_says_so_and_is_tried_again(good):
    good.shop.change("CAM-1", price=10)
    good.erp.faults.add("400", method="PATCH", times=1)
    assert good.sync().outcome == 6
    assert good.failure("CAM-1")["group"] == "failed"

    assert good.sync().outcome == 0

    assert good.erp.product("CAM-1").price == 10


def test_a_page_of_html_from_the_shop_ends_the_pass_for_now(good):
    good.shop.faults.add("html", path="*/product/list", times=10)

    with pytest.raises(Unavailable) as error:
        good.sync()

    assert "the shop answered with a page, as of maintenance or a wrong address" in error.value.message
    good.shop.faults.clear()
    assert good.sync().outcome == 0


def test_what_the_shop_says_of_its_own_failure_is_told(good):
    good.shop.switches.fail_with = "Loja em manutenção"

    with pytest.raises(Unavailable) as error:
        good.sync()

    assert "Loja em manutenção" in error.value.message


def test_a_wrong_token_of_the_shop_is_a_matter_of_setup(good):
    good.vault.update(shop_token="wrong")

    with pytest.raises(NoAccess) as error:
        good.sync()

    assert error.value.exit_code == 3
    assert "token" in error.value.message


def test_a_plan_without_api_access_is_a_matter_of_setup(good):
    good.erp.switches.account = "no_api"
    good.shop.change("CAM-1", price=10)

    with pytest.raises(NoAccess) as error:
        good.sync()

    assert error.value.exit_code == 3


def test_a_server_that_caps_its_pages_hides_no_product(job):
    job.shop.switches.page_cap = 7
    for i in range(40):
        job.shop.add_product(f"P-{i}", f"Produto {i}", 10, 5)

    job.sync()

    assert job.status()["products"]["unsent"] == 40


@pytest.mark.parametrize("pages", ["repeat_last", "wrong_total"])
def test_a_server_whose_pages_lie_hides_no_product_and_ends(job, pages):
    job.shop.switches.pages = pages
    for i in range(230):
        job.shop.add_product(f"P-{i}", f"Produto {i}", 10, 5)

    job.sync()

    assert job.status()["products"]["unsent"] == 230


def test_the_state_of_another_company_is_refused(good):
    good.vault.update(company_id="999")

    with pytest.raises(StateError) as error:
        good.sync()

    assert error.value.exit_code == 3


def test_the_state_of_another_shop_is_refused(good):
    good.set(shop__id="outra-loja")

    with pytest.raises(StateError):
        good.sync()


def test_a_buyer_whose_phone_and_address_the_erp_dislikes_is_still_a_customer(good):
    order = good.shop.order(
        [("CAM-1", 1)], payer_phone="ramal 12", payer_zipcode="9", payer_city="", payer_state="XX"
    )

    assert good.sync().outcome == 0

    assert good.sales_of(order)


def test_an_address_that_the_erp_refuses_is_left_out(good):
    order = good.shop.order([("CAM-1", 1)], payer_state="ZZ")

    assert good.sync().outcome == 0

    assert good.sales_of(order)
    (person,) = good.erp.people.values()
    assert person.addresses == []


def test_a_free_item_leaves_the_total_as_it_is_and_the_stock_too_few(good):
    good.shop.add_product("BRINDE", "Brinde", 5, 10)
    good.sync()
    good.choose("BRINDE")
    good.sync()
    order = good.shop.order([("CAM-1", 1), ("BRINDE", 2, 0)])

    assert good.sync().outcome == 0

    (sale,) = good.sales_of(order)
    assert sale.totals.net == Decimal("79.90")
    assert good.erp.product("BRINDE").stock == 8


def test_a_failure_that_is_gone_leaves_no_trace(good):
    order = good.shop.order([("CAM-1", 1)], payer_cpf="")
    good.sync()
    assert good.failures_of(Kind.SALE)
    good.shop.cancel(order)

    assert good.sync().outcome == 0

    assert good.failures_of(Kind.SALE) == {}


def test_an_order_of_a_sku_that_no_address_has_room_for_is_that_orders_trouble(linked):
    job = linked("CAM-1", "Camiseta", 79.90, 50)
    job.shop.add_product("L" * 100_000, "Longa", 10, 5)
    bad, good = job.shop.order([("L" * 100_000, 1)]), job.shop.order([("CAM-1", 1)])

    assert job.sync().outcome == 6
    assert job.failures_of(Kind.SALE) == {str(bad): "waiting"}
    assert len(job.sales_of(good)) == 1
