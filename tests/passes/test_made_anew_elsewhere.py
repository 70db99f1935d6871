"""A product or a variation made anew under its SKU, on every kind of shop: followed, and told."""

import pytest

from contaazul_sync.core.items import Kind

pytestmark = pytest.mark.line("memory")

DAY = 24 * 60


@pytest.fixture(params=["merchant", "storefront", "woocommerce"])
def job(request, job):
    """A shop with a shirt in two sizes and a cup, all in the ERP, and others beside them."""
    job.use(request.param)
    for n in range(8):
        job.shop.add_product(f"OUTRO-{n}", f"Outro {n}", "10.00", 5)
    job.shop.add_product("CANECA", "Caneca", "12.34", 5)
    job.shop.add_product("CAM", "Camiseta", "79.90", 0, variations=sizes())
    job.sync()
    job.choose(*(f"OUTRO-{n}" for n in range(8)), "CANECA", *(["CAM"] if is_storefront(job) else SIZES))
    job.until_quiet()
    assert {"CANECA", *SIZES} <= set(job.erp_skus())
    return job


SIZES = ("CAM-P", "CAM-M")


def sizes(price="79.90"):
    return [{"sku": sku, "name": sku, "price": price, "stock": 4} for sku in SIZES]


def told(reports):
    return [line for report in reports for line in report.warnings if "made anew" in line]


def is_storefront(job):
    return job.settings.text("shop.catalogue") == "storefront"


def days(job, count=4):
    return [job.sync(minutes=DAY) for _ in range(count)]


def erp_price(job, sku):
    return job.erp.product(sku).price


def test_a_product_that_is_made_anew_at_another_price_is_told_and_its_price_goes_on(job):
    job.shop.delete("CANECA")
    job.shop.add_product("CANECA", "Caneca", "223.34", 5)

    reports = days(job)

    (line,) = told(reports)
    assert "CANECA" in line
    assert str(erp_price(job, "CANECA")) == "223.34"
    assert job.failures_of(Kind.PRODUCT) == {}


def test_variations_that_are_made_anew_are_followed(job):
    job.shop.delete("CAM")
    job.shop.add_product("CAM", "Camiseta", "89.90", 0, variations=sizes("89.90"))

    job.sync(minutes=DAY)
    if is_storefront(job):
        job.choose("CAM")  # its variations are known when it is chosen, as always there
    reports = days(job)

    assert all(sku in " ".join(told(reports)) for sku in SIZES)
    order = job.shop.order([("CAM-P", 1)])
    job.until_quiet()
    assert len(job.sales_of(order)) == 1
    assert job.erp_skus().count("CAM-P") == 1
