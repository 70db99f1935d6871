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


def others_follow(job, days=120):
    """What is read again behind the newest order, and by the day's walk, is over."""
    job.sync(minutes=days * DAY)
    job.shop.order([("CANECA", 1)], status="pending")
    for _ in range(3):
        job.sync(minutes=DAY)


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
    others_follow(job)
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


# What an older version left


def as_an_older_version_left_it(job):
    """It did not reach back: what it held was held, also when its status was explained."""
    with job.state.db.atomic():
        job.state.db.execute("UPDATE orders SET content = '', buyer_told = '', exact = 0")
        job.state.db.execute("UPDATE failures SET held_by = 0, held_as = fingerprint")
        job.state.db.execute("DELETE FROM meta WHERE key = 'explained'")


def long_held(shop, kind):
    """A job with an order that was held for its status, and that nobody walks through any more."""
    job = shop(kind)
    made = order(job)
    others_follow(job)
    return job, made


@pytest.mark.parametrize("kind", ["merchant", "storefront", "woocommerce"])
def test_a_status_that_was_explained_to_an_older_version_sends_nothing_by_the_update(shop, kind):
    job, made = long_held(shop, kind)
    as_an_older_version_left_it(job)
    say(job)
    for minutes in (30, DAY, DAY):
        job.sync(minutes=minutes)

    assert job.sales_of(made) == []
    assert job.failure(str(made))["group"] == "held"
    assert f"retry {made}" in job.failure(str(made))["next_step"]

    job.state.items.retry(Kind.SALE, str(made))
    job.sync()

    assert len(job.sales_of(made)) == 1


def test_one_that_is_explained_after_the_update_reaches_back_to_what_the_older_version_held(shop):
    job, made = long_held(shop, "woocommerce")
    as_an_older_version_left_it(job)
    job.sync()
    say(job)
    job.sync()

    assert len(job.sales_of(made)) == 1


def test_what_an_older_version_took_for_unpaid_is_not_sold_by_what_was_explained_to_it(shop):
    job = shop("woocommerce")
    job.set(shop__unpaid_statuses=SENT)
    made = order(job)
    others_follow(job)
    as_an_older_version_left_it(job)
    say(job, shop__unpaid_statuses="")
    job.sync()
    job.sync()

    assert job.sales_of(made) == []


# By hand


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
