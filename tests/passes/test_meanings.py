"""A status whose meaning a person has said: the orders seen in it before become sales, each once."""

from datetime import date
from importlib import resources

import pytest

from contaazul_sync.core.items import Kind
from contaazul_sync.core.orders import Payment
from contaazul_sync.core.plan.orders import as_seen
from contaazul_sync.shops.woocommerce.orders import Statuses

pytestmark = pytest.mark.line("memory")

DAY = 24 * 60
SENT = "enviado"


@pytest.fixture
def shop(linked):
    """`shop("merchant")`: a job with this kind of shop, and a cup that is in the ERP."""
    return lambda kind: linked("CANECA", "Caneca", 39.90, 10).use(kind)


def order(job, status=SENT, **fields):
    """An order in a status of the shop's own that nobody said the meaning of."""
    made = job.shop.order([("CANECA", 1)], **fields)
    next(each for each in job.shop.orders if each["id"] == made)["status"] = status
    return made


def change(job, order_id, status):
    """Somebody changes an order in the shop."""
    kept = next(each for each in job.shop.orders if each["id"] == order_id)
    kept.update(status=status, updated=job.shop.now())


def say(job, paid=f"processing,completed,{SENT}", **more):
    """What `config set` does, or an editor with the profile; the shop shows nothing new."""
    told = resources.files("contaazul_sync.shops").joinpath("profiles/webstore.toml").read_text()
    (job.settings.home / "mine.toml").write_text(told.replace('\npaid = ["', f'\npaid = ["{SENT}", "'))
    job.set(shop__paid_statuses=paid, shop__profile="mine.toml", **more)


def days_go_by(job, days=3):
    """The order is out of what each pass reads again behind its watermark."""
    for _ in range(days):
        job.sync(minutes=DAY)
    job.forget_calls()


@pytest.mark.parametrize("kind", ["merchant", "storefront", "woocommerce"])
def test_orders_that_were_held_for_it_become_sales_in_the_next_pass_and_each_once(shop, kind):
    job = shop(kind)
    orders = [order(job), order(job)]
    days_go_by(job)
    assert {job.failure(str(each))["group"] for each in orders} == {"held"}

    say(job)
    job.sync()

    assert [len(job.sales_of(each)) for each in orders] == [1, 1]
    assert job.failures_of(Kind.SALE) == {}
    job.until_quiet()
    job.sync(minutes=DAY)
    assert len(job.erp.sales) == 2


def test_orders_that_nobody_walks_through_any_more_are_reached_too(shop):
    job = shop("woocommerce")
    sold = order(job)
    for _ in range(3):
        job.sync(minutes=40 * DAY)
    say(job)

    job.sync()

    assert len(job.sales_of(sold)) == 1


def test_only_those_of_the_days_that_are_sold(shop):
    job = shop("woocommerce")
    old, new = order(job), order(job, created="2026-11-24 09:00:00", paid_at="")
    days_go_by(job)

    job.set(orders__since=date(2026, 11, 25))
    say(job)
    job.sync()

    assert (job.sales_of(old), job.sales_of(new)) == ([], [])


@pytest.mark.parametrize("status", ["pending", "canceled", "refunded"])
def test_one_that_left_the_status_since_is_not_sold(shop, status):
    job = shop("woocommerce")
    sold = order(job)
    days_go_by(job)
    change(job, sold, status)

    say(job)
    job.sync()

    assert job.sales_of(sold) == []


def test_one_that_left_the_status_while_the_lists_did_not_tell_is_read_again_and_not_sold(shop):
    job = shop("woocommerce")
    sold = order(job)
    days_go_by(job)
    next(each for each in job.shop.orders if each["id"] == sold)["status"] = "canceled"  # its time stays

    say(job)
    job.sync()

    assert job.sales_of(sold) == []
    assert job.failures_of(Kind.SALE) == {}


def test_a_status_that_means_unpaid_now_is_held_no_more_and_not_sold(shop):
    job = shop("woocommerce")
    sold = order(job)
    days_go_by(job)

    say(job, paid="processing,completed", shop__unpaid_statuses=SENT)
    job.sync()

    assert (job.sales_of(sold), job.failures_of(Kind.SALE)) == ([], {})


def test_a_status_that_was_called_unpaid_by_mistake_is_paid_from_the_next_pass_on(shop):
    job = shop("woocommerce")
    job.set(shop__unpaid_statuses=SENT)
    sold = order(job)
    days_go_by(job)

    say(job, shop__unpaid_statuses="")
    job.sync()

    assert len(job.sales_of(sold)) == 1


def test_an_order_to_be_paid_on_delivery_stays_unpaid(shop):
    job = shop("woocommerce")
    sold = order(job, "shipped", paid_at="")
    days_go_by(job)

    say(job)
    job.sync()

    assert job.sales_of(sold) == []


def test_an_order_that_a_person_left_alone_is_not_sold(shop):
    job = shop("woocommerce")
    sold = order(job)
    job.sync()
    note = job.state.orders.get(str(sold))
    job.state.items.ignore(Kind.SALE, str(sold), as_seen(note), job.clock())

    say(job)
    job.sync()

    assert job.sales_of(sold) == []


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        ("enviado", Payment.PAID),
        ("aguardando", Payment.UNPAID),
        ("on-hold", Payment.UNPAID),
        ("cancelled", Payment.CANCELLED),
        ("refunded", Payment.REFUNDED),
        ("processing", Payment.UNKNOWN),
        ("completed", Payment.UNKNOWN),
        ("strange", Payment.UNKNOWN),
    ],
)
def test_what_a_status_of_woocommerce_means_by_itself(status, meaning):
    said = Statuses(frozenset({"processing", "completed", "enviado"}), frozenset({"aguardando"}))

    assert said.means(status) is meaning
