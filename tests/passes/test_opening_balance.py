"""A product is created with the stock that the shop has then, not with one that lies in the state."""

import pytest

from tests.worlds.shops import KINDS, Door

pytestmark = pytest.mark.line("memory")


@pytest.fixture(params=["merchant", "woocommerce"])
def old(job, request):
    """A product that was read nine days ago. Its stock is another one by now, and nothing tells of that."""
    job.use(request.param)
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 9)
    job.sync()
    job.clock.move(days=9)
    job.shop.add_product("BONE", "Boné", 39.90, 5)
    job.sync()  # a full walk
    key = job.state.products.keys_of_skus(["CAM-1"])["CAM-1"]
    job.clock.move(days=3)
    job.state.notes.set_time("full_walk", job.clock())  # the last ones said nothing of it
    job.state.notes.set_time("products_seen", job.clock())
    job.shop.unit("CAM-1")["quantity"] = 2
    job.sync(minutes=5)
    assert job.state.products.get(key).stock == 9
    job.choose("CAM-1")
    return job


def test_the_opening_balance_is_the_stock_of_this_moment(old):
    old.sync(minutes=5)

    assert old.erp.product("CAM-1").stock == 2


def test_the_plan_of_a_dry_run_has_it_too(old):
    (create,) = old.preview().plan.products

    assert create.balance == 2


def test_the_price_is_that_of_this_moment_too(old):
    old.shop.unit("CAM-1")["price"] = 89.90

    old.sync(minutes=5)

    assert float(old.erp.product("CAM-1").price) == 89.90


def test_units_of_paid_orders_come_on_top(old):
    old.shop.order([("CAM-1", 1)])

    old.sync(minutes=5)
    old.sync(minutes=5)

    assert old.erp.product("CAM-1").stock == 1


def test_a_product_that_the_shop_does_not_show_waits(old):
    row = next(row for row in old.shop.products if row["sku"] == "CAM-1")
    old.shop.products.remove(row)

    old.sync(minutes=5)
    assert "CAM-1" not in old.erp_skus()
    assert old.failure("CAM-1")["group"] == "held"
    old.shop.products.append(row)
    old.sync(minutes=5)

    assert old.erp.product("CAM-1").stock == 2
    assert old.status()["failures"] == []


def test_what_a_walk_has_read_just_now_is_not_read_again(job):
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 9)
    job.sync()
    job.choose("CAM-1")
    job.forget_calls()

    job.sync()

    assert len([r for r in job.shop.requests if r.path.endswith("product/list")]) <= 2
    assert job.erp.product("CAM-1").stock == 9


def test_what_is_chosen_and_cannot_be_sent_costs_no_request(old):
    old.shop.change("CAM-1", name="")
    old.sync(minutes=5)
    old.clock.move(days=3)
    old.state.notes.set_time("full_walk", old.clock())
    old.state.notes.set_time("products_seen", old.clock())
    old.forget_calls()

    old.sync(minutes=5)

    assert len(old.shop.requests) <= 4


def test_a_variation_is_read_anew_too(job):
    job.use("woocommerce")
    some = [{"sku": "CAM-P", "name": "Camiseta P", "price": 79.90, "stock": 3}]
    job.shop.add_product("CAM", "Camiseta", 79.90, 0, variations=some)
    job.sync()
    job.clock.move(days=3)
    job.state.notes.set_time("full_walk", job.clock())
    job.state.notes.set_time("products_seen", job.clock())
    job.shop.unit("CAM-P")["quantity"] = 1
    job.choose("CAM-P")

    job.sync(minutes=5)

    assert job.erp.product("CAM-P").stock == 1


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_shop_shows_chosen_products_by_themselves(kind, sandbox, tmp_path):
    sandbox.shop.add_product("CAM-1", "Camiseta", 79.90, 9)
    sandbox.shop.add_product("BONE", "Boné", 39.90, 5)
    door = Door(kind, sandbox, tmp_path)
    key = door.products()["BONE"].key

    async def units(shop):
        return [each async for page in shop.units({key}) for each in page if each.key == key]

    (bone,) = door.ask(units)
    assert (bone.sku, bone.stock) == ("BONE", 5)
