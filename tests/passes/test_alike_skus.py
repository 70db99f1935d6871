"""SKUs of the same letters in another case or Unicode form are one product where nothing else fits."""

import unicodedata

import pytest

from contaazul_sync.core.items import Kind
from contaazul_sync.core.skus import nearest, spelled

pytestmark = pytest.mark.line("memory")

APART = unicodedata.normalize("NFD", "MAÇÃ-1")


@pytest.fixture(params=["merchant", "storefront", "woocommerce"])
def kind(request):
    return request.param


def send(job, sku, price=79.90):
    job.shop.add_product(sku, "Camiseta", price, 5)
    job.sync()
    job.choose(sku)
    return job.sync()


@pytest.mark.parametrize("how", ["found", "refused"])
@pytest.mark.parametrize(("theirs", "ours"), [("CAM-1", "cam-1"), ("MAÇÃ-1", APART)])
def test_the_one_product_that_is_alike_is_taken_over(job, kind, how, theirs, ours):
    job.use(kind)
    job.erp.switches.alike_skus = how
    twin = job.erp.add_product(theirs, "Camiseta", 10, 5)

    report = send(job, ours)

    assert (report.outcome, job.status()["failures"], job.erp_skus()) == (0, [], [theirs])
    (link,) = job.state.links.all()
    assert (link.erp_id, link.sku) == (twin, ours)
    order = job.shop.order([(ours, 1)])
    job.sync()
    assert len(job.sales_of(order)) == 1


def test_an_order_adopts_the_one_that_is_alike(job, kind):
    job.use(kind)
    job.erp.switches.alike_skus = "found"
    job.erp.add_product("CAM-1", "Camiseta", 79.90, 5)
    job.shop.add_product("cam-1", "Camiseta", 79.90, 5)
    order = job.shop.order([("cam-1", 1)])

    job.sync()

    assert len(job.sales_of(order)) == 1


def test_two_of_the_erp_that_are_alike_are_not_guessed_between(job):
    job.erp.switches.alike_skus = "found"
    for sku in ("CAM-1", "Cam-1"):
        job.erp.add_product(sku, "Camiseta", 10, 5)

    send(job, "cam-1")

    failure = job.failure("cam-1")
    assert failure["group"] == "held"
    assert "CAM-1, Cam-1" in failure["reason"]
    assert "cam-1" in failure["reason"]
    assert "contaazul-sync link" in failure["next_step"]
    assert job.state.intents.all() == {}


@pytest.mark.parametrize("how", ["found", "refused"])
def test_two_of_the_shop_that_are_alike_are_not_guessed_between(job, how):
    job.erp.switches.alike_skus = how
    job.erp.add_product("CAM-1", "Camiseta", 10, 5)
    job.shop.add_product("Cam-1", "Outra", 79.90, 5)

    send(job, "cam-1")

    failure = job.failure("cam-1")
    assert (failure["group"], list(job.state.links.all())) == ("held", [])
    assert "Cam-1, cam-1" in failure["reason"]
    if how == "refused":
        assert "Já existe um produto" in failure["reason"]


def test_one_that_is_exact_goes_before_those_that_are_alike(job):
    job.erp.switches.alike_skus = "found"
    job.erp.add_product("CAM-1", "Camiseta", 10, 5)
    exact = job.erp.add_product("cam-1", "Camiseta", 10, 5)

    send(job, "cam-1")

    assert [link.erp_id for link in job.state.links.all()] == [exact]


def test_skus_that_differ_to_the_erp_stay_two_products(job):
    job.erp.add_product("CAM-1", "Camiseta", 10, 5)

    send(job, "cam-1")

    assert job.erp_skus() == ["CAM-1", "cam-1"]


def test_a_sku_in_use_that_the_erp_does_not_show_is_said_in_its_words_and_is_no_lost_answer(job):
    job.erp.switches.alike_skus = "refused"
    hidden = job.erp.products[job.erp.add_product("CAM-1", "Camiseta", 10, 5)]
    hidden.visible_from = job.clock().replace(year=2030)

    send(job, "cam-1")

    failure = job.failure("cam-1")
    assert failure["group"] == "failed"
    assert "Já existe um produto cadastrado com o SKU cam-1" in failure["reason"]
    assert job.state.intents.all() == {}
    assert job.failures_of(Kind.PRODUCT).popitem()[1] == "failed"


def test_many_at_once_are_compared_in_the_same_way(job):
    for n in range(25):
        job.erp.add_product(f"CAM-{n}", "Camiseta", 10, 5)
        job.shop.add_product(f"cam-{n}", "Camiseta", 79.90, 5)
    job.sync()
    job.choose(*(f"cam-{n}" for n in range(25)))
    job.sync()

    assert len(job.erp.products) == 25
    assert len(list(job.state.links.all())) == 25


@pytest.mark.parametrize(
    ("one", "other"),
    [("cam-1", "CAM-1"), (APART, "maçã-1"), ("STRASSE", "straße"), ("\uff21\uff22\uff11", "ab1")],
)
def test_skus_are_alike_in_every_case_and_unicode_form(one, other):
    assert spelled(one) == spelled(other)
    assert nearest([one, "x"], other, str) == [one]


def test_skus_with_other_letters_are_not_alike():
    assert spelled("CAM-1") != spelled("CAM 1")
    assert spelled("maca") != spelled("maçã")
