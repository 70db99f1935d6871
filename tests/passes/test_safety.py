"""The safety checks: what is wrong is held back, and the shop goes on."""

import re
import sqlite3
from contextlib import closing
from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from contaazul_sync.core.errors import SafetyStop, StateError, Unavailable
from contaazul_sync.core.ids import ErpId
from contaazul_sync.core.items import Kind
from contaazul_sync.passes.rebuild import rebuild
from contaazul_sync.passes.walk import walk_products
from contaazul_sync.state import migrations
from contaazul_sync.state.file import State
from tests.conftest import without_limits
from tests.worlds.begun import Begun
from tests.worlds.clock import Clock
from tests.worlds.job import Job
from tests.worlds.memory import InMemory

pytestmark = pytest.mark.line("memory")

SKUS = [f"P-{number:02}" for number in range(30)]
DAY = 24 * 60


@pytest.fixture(scope="session")
def begun(tmp_path_factory, signed_in_home):
    clock, home = Clock(), tmp_path_factory.mktemp("shelf") / "home"
    with without_limits(clock, InMemory) as box:
        job = Job(home, box, clock, signed_in_home)
        for sku in SKUS:
            job.shop.add_product(sku, f"Produto {sku}", 10, 50)
        job.linked(*SKUS).state.close()
    return Begun(job)


@pytest.fixture
def shelf(job, begun):
    """Thirty products of the shop that are in the ERP, at R$ 10,00 each."""
    return begun.go_on_in(job)


class End(NamedTuple):
    """How a pass ended."""

    outcome: int
    message: str


def sync(job: Job, **options: Any) -> End:
    """Half an hour later cron runs a pass."""
    try:
        report = job.sync(**options)
    except SafetyStop as stop:
        return End(stop.exit_code, stop.message)
    return End(report.outcome, report.message)


def reprice(job, price, skus=SKUS):
    for sku in skus:
        job.shop.change(sku, price=price)


def prices(job, skus=SKUS):
    """The prices in the ERP, each once."""
    return {job.erp.product(sku).price for sku in skus}


def held(job):
    """The SKUs whose price is held, as `status` lists them."""
    return {f["key"] for f in job.status()["failures"] if f["group"] == "held"}


def link(job, sku, erp_id):
    """A person says which product of the ERP it is."""
    (product,) = job.state.products.with_sku(sku)
    job.state.links.by_hand(product, ErpId(erp_id), job.clock())


def refresh(job):
    """What `send-products` does first: it asks what the shop has."""
    job._with_parts(lambda parts: walk_products(parts.state, parts.shop, full=False, look=False))


def gone(job):
    return {product.sku for product in job.state.products.all() if product.gone}


def written(job):
    """What the ERP was asked to do; the sign-in goes on by itself."""
    return [r for r in job.erp.requests if r.method != "GET" and not r.path.startswith("/oauth")]


def other_shop(job, count=3):
    """The shop's address shows another shop by now."""
    job.shop.products.clear()
    job.shop.orders.clear()
    for number in range(count):
        job.shop.add_product(f"OUTRO-{number}", f"Outro {number}", 99, 7)


# Prices


def test_black_friday_holds_the_prices_and_orders_flow(shelf):
    order = shelf.shop.order([("P-29", 1)])
    reprice(shelf, 5, SKUS[:25])

    report = sync(shelf)

    assert report.outcome == 7
    assert prices(shelf) == {10}
    assert held(shelf) == set(SKUS[:25])
    assert len(shelf.sales_of(order)) == 1
    assert "sync --force" in shelf.failure("P-00")["next_step"]


def test_black_friday_is_over_without_a_word(shelf):
    reprice(shelf, 5)
    sync(shelf)
    reprice(shelf, 10)

    assert sync(shelf).outcome == 0
    assert held(shelf) == set()
    assert prices(shelf) == {10}


def test_force_sends_what_was_held(shelf):
    reprice(shelf, 5)
    sync(shelf)

    assert sync(shelf, force=True).outcome == 0
    assert prices(shelf) == {5}
    assert held(shelf) == set()
    reprice(shelf, 10)
    assert sync(shelf).outcome == 7  # the next one is judged anew


def test_the_rest_of_the_catalogue_an_hour_later_is_held_too(shelf):
    reprice(shelf, 5, SKUS[:20])
    sync(shelf)
    reprice(shelf, 5, SKUS[20:])

    assert sync(shelf).outcome == 7
    assert prices(shelf) == {10}
    assert held(shelf) == set(SKUS)


def test_a_held_price_stays_held_while_fewer_and_fewer_change(shelf):
    reprice(shelf, 5)
    sync(shelf)
    reprice(shelf, 10, SKUS[3:])

    for minutes in (30, 30, DAY):
        assert sync(shelf, minutes=minutes).outcome == 7
        assert held(shelf) == set(SKUS[:3])
    reprice(shelf, 11, SKUS[29:])
    sync(shelf)

    assert prices(shelf, SKUS[:29]) == {10}
    assert shelf.erp.product("P-29").price == 11  # nothing was ever wrong with it


def test_a_held_price_that_changes_again_stays_held(shelf):
    reprice(shelf, 5)
    sync(shelf)
    reprice(shelf, 10, SKUS[1:])
    reprice(shelf, 6, SKUS[:1])
    sync(shelf)

    assert held(shelf) == {"P-00"}
    assert prices(shelf) == {10}


def test_a_held_price_stays_held_over_a_restart_and_a_copy_of_the_state(shelf, tmp_path):
    reprice(shelf, 5)
    sync(shelf)
    shelf.state.backup(tmp_path / "copy.db")
    reprice(shelf, 10, SKUS[3:])
    shelf.state.close()
    shelf.settings.state_file.write_bytes((tmp_path / "copy.db").read_bytes())
    shelf.state = State.open(shelf.settings.state_file)

    assert sync(shelf).outcome == 7
    assert held(shelf) == set(SKUS[:3])
    assert prices(shelf) == {10}


def test_a_held_price_stays_held_when_its_failure_is_forgotten(shelf):
    """However that came about: what is held is the product's price, not a line in a list."""
    reprice(shelf, 5)
    sync(shelf)
    reprice(shelf, 10, SKUS[1:])
    (key,) = shelf.state.products.keys_of_skus(["P-00"]).values()
    shelf.state.items.retry(Kind.PRODUCT, key)
    sync(shelf)

    assert held(shelf) == {"P-00"}
    assert prices(shelf) == {10}


def test_a_held_price_stays_held_through_a_time_in_which_it_cannot_be_read(shelf):
    reprice(shelf, 5)
    sync(shelf)
    reprice(shelf, 10, SKUS[1:])
    shelf.shop.change("P-00", price="a combinar")
    sync(shelf)
    reprice(shelf, 5, SKUS[:1])
    sync(shelf)

    assert held(shelf) == {"P-00"}
    assert prices(shelf) == {10}


@pytest.mark.slow
def test_a_held_price_stays_held_through_a_time_in_which_the_product_was_gone(shelf):
    reprice(shelf, 5)
    sync(shelf)
    reprice(shelf, 10, SKUS[1:])
    product = next(each for each in shelf.shop.products if each["sku"] == "P-00")
    shelf.shop.products.remove(product)
    for _ in range(2):
        sync(shelf, minutes=DAY)
    assert gone(shelf) == {"P-00"}
    shelf.shop.products.append(product)
    sync(shelf, minutes=DAY)

    assert held(shelf) == {"P-00"}
    assert prices(shelf) == {10}


@pytest.mark.slow
def test_a_held_price_stays_held_when_the_shop_makes_its_product_anew(shelf):
    reprice(shelf, 5)
    sync(shelf)
    reprice(shelf, 10, SKUS[1:])
    shelf.shop.delete("P-00")
    shelf.shop.add_product("P-00", "Produto P-00", 5, 50)
    for _ in range(3):
        sync(shelf, minutes=DAY)

    assert held(shelf) == {"P-00"}
    assert prices(shelf) == {10}


def test_a_held_price_stays_held_when_its_product_is_made_anew_and_chosen(shelf):
    reprice(shelf, 5)
    sync(shelf)
    reprice(shelf, 10, SKUS[1:])
    shelf.shop.delete("P-00")
    shelf.shop.add_product("P-00", "Produto P-00", 5, 50)
    refresh(shelf)
    shelf.state.queue.add([str(shelf.shop.unit("P-00")["id"])], shelf.clock())
    sync(shelf, minutes=DAY)  # which is told that the old one is gone
    sync(shelf)

    assert held(shelf) == {"P-00"}
    assert prices(shelf) == {10}


def test_a_held_price_stays_held_when_its_product_is_chosen_though_it_is_in_the_erp(shelf):
    reprice(shelf, 5)
    sync(shelf)

    shelf.choose(*SKUS)
    sync(shelf)

    assert held(shelf) == set(SKUS)
    assert prices(shelf) == {10}
    assert shelf.state.queue.all() == []


@pytest.mark.parametrize("judged", [True, False], ids=["held", "not judged yet"])
@pytest.mark.parametrize("twin", ["its twin", "another"])
def test_a_price_stays_held_when_a_person_links_its_product(shelf, judged, twin):
    by_hand = shelf.erp.add_product("OUTRO", "Produto feito à mão", 30, 50)
    reprice(shelf, 5)
    if judged:
        sync(shelf)
    link(shelf, "P-00", shelf.erp.product("P-00").id if twin == "its twin" else by_hand)
    sync(shelf)

    assert held(shelf) == set(SKUS)
    assert prices(shelf) == {10}
    assert prices(shelf, ["OUTRO"]) == {30}
    assert sync(shelf, force=True).outcome == 0
    assert prices(shelf, ["OUTRO" if twin == "another" else "P-00"]) == {5}


def test_a_held_price_that_is_right_again_goes_to_what_a_person_linked(shelf):
    by_hand = shelf.erp.add_product("OUTRO", "Produto feito à mão", 30, 50)
    reprice(shelf, 5)
    sync(shelf)
    link(shelf, "P-00", by_hand)
    reprice(shelf, 10)
    sync(shelf)

    assert held(shelf) == set()
    assert prices(shelf, ["OUTRO", *SKUS]) == {10}


def test_a_product_that_is_linked_for_the_first_time_has_a_price_to_get_and_nothing_to_hold(shelf):
    shelf.shop.add_product("NOVO", "Produto novo", 7, 50)
    by_hand = shelf.erp.add_product("OUTRO", "Produto feito à mão", 30, 50)
    reprice(shelf, 5)
    sync(shelf)
    link(shelf, "NOVO", by_hand)
    sync(shelf)

    assert prices(shelf, ["OUTRO"]) == {7}


def test_an_ignored_held_price_is_left_alone_and_held_again_when_it_changes(shelf):
    from contaazul_sync.cli.choose import as_seen  # noqa: PLC0415

    reprice(shelf, 5)
    sync(shelf)
    rules = shelf.settings.rules(shelf.clock().date())
    for key in shelf.state.products.keys_of_skus(SKUS).values():
        seen = as_seen(shelf.state, rules, Kind.PRODUCT, key)
        shelf.state.items.ignore(Kind.PRODUCT, key, seen, shelf.clock())

    assert sync(shelf).outcome == 0
    reprice(shelf, 6, SKUS[:1])
    assert sync(shelf).outcome == 7
    assert held(shelf) == {"P-00"}
    assert prices(shelf) == {10}


def force_while_the_erp_is_away(shelf):
    """A person lets the prices go, and none arrives."""
    shelf.erp.faults.add("500_before", method="PATCH", path="/v1/produtos/*", times=99)
    with pytest.raises(Unavailable):
        sync(shelf, force=True)


@pytest.mark.slow
def test_what_force_could_not_send_is_sent_by_the_next_pass(shelf):
    reprice(shelf, 5)
    sync(shelf)
    force_while_the_erp_is_away(shelf)
    assert prices(shelf) == {10}
    shelf.erp.faults.clear()

    assert sync(shelf).outcome == 0
    assert prices(shelf) == {5}


@pytest.mark.slow
def test_what_force_let_go_and_never_sent_is_over_when_the_shop_tells_the_old_price_again(shelf):
    reprice(shelf, 5)
    sync(shelf)
    force_while_the_erp_is_away(shelf)
    shelf.erp.faults.clear()
    reprice(shelf, 10)
    assert sync(shelf).outcome == 0

    reprice(shelf, 5)

    assert sync(shelf).outcome == 7
    assert held(shelf) == set(SKUS)
    assert prices(shelf) == {10}


def test_a_run_that_holds_prices_says_how_many_and_is_a_good_one_when_its_orders_went(shelf):
    reprice(shelf, 5)
    first = sync(shelf)
    reprice(shelf, 10, SKUS[:1])

    assert "30 prices are held back" in first.message
    assert "sync --force" in first.message
    assert "29 prices" in sync(shelf).message
    (run,) = shelf.state.runs.newest(1)
    assert (run.outcome, run.good) == (7, True)


def test_stock_moves_are_never_a_stop(shelf):
    for sku in SKUS:
        shelf.shop.change(sku, stock=5)

    assert sync(shelf).outcome == 0
    assert held(shelf) == set()


@pytest.mark.slow
def test_the_units_of_a_busy_day_are_no_stop(shelf):
    for sku in SKUS[:25]:
        shelf.shop.order([(sku, 1)])
    assert shelf.sync().counts["created"] == 25

    assert sync(shelf).outcome == 0
    assert shelf.status()["products"]["drift"] == 0


def test_our_own_percentage_is_no_mass_change(shelf):
    shelf.set(prices__adjustment_percent=Decimal(5))

    assert shelf.sync().counts["updated"] == 30


@pytest.fixture
def promoted(shelf):
    """All of them are in the ERP at their promotional price."""
    for sku in SKUS:
        shelf.shop.change(sku, special_price=8)
    assert sync(shelf, force=True).outcome == 0
    assert prices(shelf) == {8}
    return shelf


def test_to_send_the_other_of_the_shop_s_two_prices_is_no_mass_change(promoted):
    promoted.set(prices__source="regular")

    assert sync(promoted).outcome == 0
    assert prices(promoted) == {10}
    reprice(promoted, 5)
    assert sync(promoted).outcome == 7  # what the shop changes after that is judged by the new one
    promoted.set(prices__source="promotional")
    assert sync(promoted).outcome == 7  # and what is held stays so
    assert prices(promoted) == {10}


def test_the_other_price_goes_also_where_the_erp_was_away_when_it_was_chosen(promoted):
    promoted.set(prices__source="regular")
    promoted.erp.faults.add("500_before", "PATCH", times=100)
    with pytest.raises(Unavailable):
        promoted.sync()
    promoted.erp.faults.clear()

    assert sync(promoted).outcome == 0
    assert prices(promoted) == {10}


def test_nineteen_of_nineteen_prices_are_a_usual_day(shelf):
    reprice(shelf, 5, SKUS[:19])

    assert sync(shelf).outcome == 0
    assert prices(shelf, SKUS[:19]) == {5}


def test_what_is_held_stays_held_while_chosen_products_are_sent_at_once(shelf):
    reprice(shelf, 5)
    shelf.shop.add_product("NOVO", "Novo", 10, 5)
    sync(shelf)
    shelf.choose("NOVO")
    (key,) = shelf.state.products.keys_of_skus(["NOVO"]).values()
    report = sync(shelf, only={key})

    assert report.outcome == 0
    assert shelf.erp.product("NOVO").price == 10
    assert held(shelf) == set(SKUS)
    assert prices(shelf) == {10}


def test_a_dry_run_says_what_would_be_held_and_holds_nothing(shelf):
    reprice(shelf, 5)
    order = shelf.shop.order([("P-29", 1)])
    shelf.clock.move(minutes=30)
    report = shelf.preview()

    assert "30 prices are held back" in report.safety[0]
    assert report.plan.prices == ()
    assert len(report.plan.holds) == 30
    assert [send.key for send in report.plan.orders] == [str(order)]
    assert held(shelf) == set()
    assert len(shelf.preview(force=True).plan.prices) == 30


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["merchant", "woocommerce"])
def test_the_variations_of_one_product_count_once(job, kind):
    sizes = [{"sku": f"CAM-{n}", "name": f"Camiseta {n}", "price": 10, "stock": 9} for n in range(25)]
    job.shop.add_product("CAM", "Camiseta", 10, 0, variations=sizes)
    job.use(kind)
    skus = [size["sku"] for size in sizes]
    job.linked(*skus)
    for sku in skus:
        job.shop.change(sku, price=12, stock=4)

    assert sync(job).outcome == 0
    assert prices(job, skus) == {12}


# Products that vanish


def test_a_product_is_gone_only_after_two_full_walks(shelf):
    shelf.shop.delete("P-00")
    for minutes, expected in ((30, set()), (DAY, set()), (30, set()), (DAY, {"P-00"})):
        assert sync(shelf, minutes=minutes).outcome == 0
        assert gone(shelf) == expected


def test_a_product_that_one_walk_missed_starts_anew(shelf):
    product = next(each for each in shelf.shop.products if each["sku"] == "P-00")
    shelf.shop.products.remove(product)
    sync(shelf, minutes=DAY)
    shelf.shop.products.append(product)
    sync(shelf, minutes=DAY)
    shelf.shop.products.remove(product)
    sync(shelf, minutes=DAY)

    assert gone(shelf) == set()


@pytest.mark.slow
def test_an_empty_listing_makes_nothing_gone_however_often_and_orders_flow(shelf):
    shelf.shop.products.clear()
    for minutes in (DAY, 30, DAY, DAY):
        order = shelf.shop.order([("P-00", 1, 10)])
        report = sync(shelf, minutes=minutes)

        assert report.outcome == 7
        assert "lists no product at all, and it had 30" in report.message
        assert gone(shelf) == set()
        assert len(shelf.sales_of(order)) == 1
    assert prices(shelf) == {10}


def test_a_single_product_that_is_not_listed_is_an_empty_listing_too(linked):
    job = linked("CAM-1", "Camiseta", 79.90, 5)
    job.shop.delete("CAM-1")
    for minutes in (DAY, 30, DAY):
        assert sync(job, minutes=minutes).outcome == 7
        assert job.state.products.count()["gone"] == 0

    assert sync(job, force=True).outcome == 0
    assert job.state.products.count()["gone"] == 1


@pytest.mark.slow
def test_most_products_at_once_are_not_gone_until_force(shelf):
    for sku in SKUS[:20]:
        shelf.shop.delete(sku)
    reprice(shelf, 12, SKUS[29:])
    order = shelf.shop.order([("P-29", 1)])
    for minutes in (DAY, 30, DAY, DAY):
        report = sync(shelf, minutes=minutes)
        assert report.outcome == 7
        assert "20 products of the ERP are not in the shop any more" in report.message
        assert gone(shelf) == set()
    assert len(shelf.sales_of(order)) == 1
    assert shelf.erp.product("P-29").price == 10  # of a listing that is doubted no price is believed

    assert sync(shelf, force=True).outcome == 0
    assert gone(shelf) == set(SKUS[:20])
    assert shelf.erp.product("P-29").price == 12


def test_products_that_come_back_are_all_well_again_with_the_next_pass(shelf):
    kept = list(shelf.shop.products)
    shelf.shop.products[:] = kept[:5]
    assert sync(shelf, minutes=DAY).outcome == 7
    shelf.shop.products[:] = kept

    assert sync(shelf).outcome == 0


def test_a_shop_that_is_filled_anew_after_it_was_empty_is_ours_by_force(shelf):
    shelf.shop.products.clear()
    sync(shelf, minutes=DAY)
    for sku in SKUS:
        shelf.shop.add_product(sku, f"Produto {sku}", 10, 50)
    assert sync(shelf, force=True).outcome == 0


def test_a_rebuild_believes_no_empty_listing_either(shelf):
    shelf.shop.products.clear()
    shelf.clock.move(minutes=DAY)
    shelf._with_parts(rebuild)

    assert gone(shelf) == set()


# An update is no event: homes as the version before left them


def as_shipped(job):
    """The state file without what this version keeps besides."""
    job.state.close()
    with closing(sqlite3.connect(job.settings.state_file)) as db:
        for step in (room.STEPS.get(6, "") for room in migrations.ROOMS):
            for table in re.findall(r"CREATE TABLE (?!new_)(\w+)", step):  # what was rebuilt is there before
                db.execute(f"DROP TABLE {table}")
            for index in re.findall(r"CREATE INDEX (\w+)", step):
                db.execute(f"DROP INDEX IF EXISTS {index}")
            for table, column in re.findall(r"ALTER TABLE (\w+) ADD COLUMN (\w+)", step):
                db.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        db.execute("DELETE FROM _sqlite_migrations WHERE name LIKE 'm006%'")
        db.execute("PRAGMA user_version = 5")
        db.commit()
    job.state = State.open(job.settings.state_file)


def walked(job, *, full):
    """What a pass of the version before kept of the shop before it stopped with 7."""
    job.clock.move(minutes=DAY if full else 30)
    job._with_parts(lambda parts: walk_products(parts.state, parts.shop, full=full, force=True))
    as_shipped(job)


def test_prices_that_a_safety_stop_of_the_version_before_kept_back_are_held(shelf):
    reprice(shelf, 5, SKUS[:25])
    walked(shelf, full=False)

    assert sync(shelf).outcome == 7
    assert held(shelf) == set(SKUS[:25])
    assert prices(shelf) == {10}


def test_products_that_a_safety_stop_of_the_version_before_missed_are_not_gone(shelf):
    for sku in SKUS[:25]:
        shelf.shop.delete(sku)
    walked(shelf, full=True)

    assert [sync(shelf).outcome for _ in range(3)] == [7, 7, 7]
    assert gone(shelf) == set()


def test_a_product_that_the_version_before_missed_once_is_missed_from_now_on(shelf):
    shelf.shop.delete("P-00")
    walked(shelf, full=True)
    for expected in (set(), {"P-00"}):
        sync(shelf, minutes=DAY)
        assert gone(shelf) == expected


def test_what_the_version_before_called_gone_stays_so(shelf):
    shelf.shop.delete("P-00")
    for _ in range(2):
        sync(shelf, minutes=DAY)
    as_shipped(shelf)

    assert sync(shelf, minutes=DAY).outcome == 0
    assert gone(shelf) == {"P-00"}


# Another shop


@pytest.mark.parametrize("kind", ["merchant", "woocommerce"])
def test_a_listing_without_one_of_ours_is_another_shop_and_nothing_of_it_is_kept(shelf, kind):
    shelf.use(kind)
    before = shelf.state.notes.time("full_walk"), shelf.state.notes.time("orders_seen")
    known = list(shelf.state.products.all())
    other_shop(shelf)
    shelf.shop.order([("OUTRO-0", 1)])
    shelf.forget_calls()
    for minutes in (DAY, 30):
        with pytest.raises(StateError, match="another shop") as stop:
            sync(shelf, minutes=minutes)

    assert stop.value.exit_code == 3
    assert written(shelf) == []
    assert list(shelf.state.products.all()) == known
    assert list(shelf.state.orders.all()) == []
    assert (shelf.state.notes.time("full_walk"), shelf.state.notes.time("orders_seen")) == before
    with pytest.raises(StateError, match="another shop"):
        shelf.preview()


def test_rows_that_have_lost_their_ids_are_no_other_shop_but_an_empty_listing(shelf):
    for product in shelf.shop.products:
        product["id"] = ""
    order = shelf.shop.order([("P-00", 1)])

    assert sync(shelf, minutes=DAY).outcome == 7
    assert len(shelf.sales_of(order)) == 1
    assert gone(shelf) == set()


def test_another_shop_with_the_same_ids_is_another_shop(shelf):
    ids = [product["id"] for product in shelf.shop.products]
    other_shop(shelf, len(ids))
    for product, number in zip(shelf.shop.products, ids, strict=True):
        product["id"] = number

    with pytest.raises(StateError, match="another shop"):
        sync(shelf, minutes=DAY)


def test_what_a_list_did_not_show_counts_as_moved_where_rows_change_their_pages(shelf):
    """On small pages of rows that are alike for their order, a walk meets some twice, and others never."""
    shelf.shop.switches.pages, shelf.shop.switches.page_cap = "permuted", 5
    shelf.sync(minutes=DAY)
    reprice(shelf, 5)

    ended = sync(shelf, minutes=DAY)

    assert ended.outcome == 7
    assert prices(shelf) == {Decimal(10)}


def test_the_right_shop_again_goes_on_as_if_nothing_had_been(shelf):
    kept = list(shelf.shop.products)
    other_shop(shelf)
    with pytest.raises(StateError):
        sync(shelf, minutes=DAY)
    shelf.shop.products[:] = kept
    order = shelf.shop.order([("P-00", 1)])

    assert sync(shelf).outcome == 0
    assert len(shelf.sales_of(order)) == 1
    assert gone(shelf) == set()


def test_another_shop_whose_products_were_all_made_anew_is_ours_when_a_person_says_so(shelf):
    other_shop(shelf)

    assert sync(shelf, minutes=DAY, force=True).outcome == 0
    assert gone(shelf) == set(SKUS)
    assert sync(shelf, minutes=DAY).outcome == 0


@pytest.mark.slow
def test_another_storefront_is_another_shop(shelf):
    shelf.use("storefront")
    assert sync(shelf, minutes=DAY).outcome == 0
    known = list(shelf.state.products.all())
    other_shop(shelf)

    with pytest.raises((StateError, Unavailable)):
        sync(shelf, minutes=DAY)
    assert list(shelf.state.products.all()) == known


def test_a_new_product_beside_many_that_are_known_is_no_other_shop(shelf):
    shelf.shop.add_product("NOVO", "Novo", 10, 5)
    shelf.shop.products.reverse()

    assert sync(shelf, minutes=DAY).outcome == 0
    assert [product.sku for product in shelf.state.products.unsent()] == ["NOVO"]


@pytest.mark.slow
def test_linked_products_that_are_all_deleted_beside_others_that_stay_are_no_other_shop(linked):
    job = linked("CAM-1", "Camiseta", 79.90, 5)
    job.shop.add_product("CAM-2", "Camisa", 10, 5)
    sync(job)
    job.shop.delete("CAM-1")
    for _ in range(2):
        assert sync(job, minutes=DAY).outcome == 0

    assert gone(job) == {"CAM-1"}


def test_a_shop_without_any_product_in_the_erp_may_change_as_it_likes(job):
    job.shop.add_product("CAM-1", "Camiseta", 79.90, 5)
    job.shop.add_product("CAM-2", "Camisa", 79.90, 5)
    sync(job)
    other_shop(job)

    assert sync(job, minutes=DAY).outcome == 0
