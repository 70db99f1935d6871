"""A bug in one item is that item's failure: it is kept and logged, and everything else goes on.

The bugs are put in from outside: one function of ours raises what nobody thought of, for one item alone.
"""

import asyncio
import json

import pytest

from contaazul_sync.core.drafts.marks import mark
from contaazul_sync.core.errors import Broken, Bugs, ItemError
from contaazul_sync.core.items import Group, Kind
from contaazul_sync.core.words import quoted
from contaazul_sync.home import log
from contaazul_sync.passes import (
    alike,
    decide,
    names,
    orders,
    products,
    resolve,
    sold,
    stock,
    twins,
    unlisted,
    walk,
)
from contaazul_sync.passes.crew import Crew, all_of
from contaazul_sync.passes.single import Single
from contaazul_sync.passes.sync import Pass
from contaazul_sync.shops import merchant_rows

pytestmark = pytest.mark.line("memory")

SECRET = "João da Silva 529.982.247-25"


@pytest.fixture
def breaks(monkeypatch):
    """`breaks(place, "name", when)`: the function raises a KeyError where `when(*arguments)` says so."""

    def put(place, name, when=lambda *_args, **_options: True):
        whole = getattr(place, name)

        def broken(*args, **options):
            if when(*args, **options):
                raise KeyError(SECRET)
            return whole(*args, **options)

        monkeypatch.setattr(place, name, broken)

    return put


def run(job):
    """A pass of cron with its log, which ends with the bugs that it met."""
    job.clock.move(minutes=30)

    def begun(number):
        log.begin(job.settings.home, number, "sync")

    try:
        with pytest.raises(Bugs) as ended:
            job._with_parts(lambda parts: Pass(parts).run("sync", begun))
    finally:
        log.end()
    assert ended.value.exit_code == 1
    assert next(iter(job.state.runs.newest(1))).outcome == 1
    return ended.value.message


def traces(job):
    lines = (job.settings.home / log.FILE).read_text().splitlines()
    return [told for line in lines if (told := json.loads(line)).get("trace")]


def kept(job, kind, key):
    failure = job.state.items.failure(kind, str(key))
    assert failure.group is Group.FAILED
    assert failure.reason.startswith("a bug in contaazul-sync: KeyError: ")
    assert "contaazul-sync log" in failure.next_step
    return failure


@pytest.fixture
def three(ready):
    """Three paid orders of one linked product; the one in the middle will meet a bug."""
    ready.order_ids = [ready.order_id, *(str(ready.shop.order([("CAM-1", 1)])) for _ in range(2))]
    ready.bad = ready.order_ids[1]
    ready.good = [ready.order_ids[0], ready.order_ids[2]]
    return ready


def is_sold(job, *order_ids):
    return [len(job.sales_of(order_id)) for order_id in order_ids] == [1] * len(order_ids)


def of(order_id):
    """Whether an order, or something about it, is among what a function is given."""
    return lambda *args, **_options: any(order_id in (str(a), getattr(a, "id", "")) for a in args)


# Sending


def test_a_bug_at_one_order_is_kept_and_the_others_become_sales(three, breaks):
    breaks(orders, "sale_draft", of(three.bad))

    message = run(three)

    assert "1 item met a bug" in message
    assert is_sold(three, *three.good)
    kept(three, Kind.SALE, three.bad)


def test_a_bug_after_the_create_leaves_the_intent_open_and_the_next_pass_finds_the_sale(three, breaks):
    with pytest.MonkeyPatch.context() as patch:
        whole = sold.record_sale

        def broken(parts, order_id, *rest):
            if order_id == three.bad:
                raise RuntimeError
            return whole(parts, order_id, *rest)

        patch.setattr(orders, "record_sale", broken)
        run(three)

    assert (Kind.SALE, three.bad) in three.state.intents.all()
    assert is_sold(three, *three.order_ids)  # the ERP has it; we do not know it yet

    three.until_quiet()
    assert is_sold(three, *three.order_ids)
    assert not three.state.items.failures()


def test_nothing_of_a_bug_but_its_places_is_logged_kept_or_said(three, breaks):
    breaks(orders, "sale_draft", of(three.bad))

    message = run(three)

    (told,) = traces(three)
    assert told["level"] == "error"
    assert told["item"] == three.bad
    assert told["trace"][-1].startswith("KeyError: test_bugs.py:")
    assert any(place.startswith("passes/orders.py:") for place in told["trace"])
    everything = message + (three.settings.home / log.FILE).read_text()
    everything += str(three.state.items.failures())
    assert "João" not in everything
    assert "529.982" not in everything


def test_the_run_after_the_bug_is_mended_is_a_good_one(three, breaks):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(orders, "sale_draft", lambda *_args: 1 / 0)
        run(three)

    report = three.sync()

    assert report.outcome == 0
    assert is_sold(three, *three.order_ids)


def test_a_bug_in_a_product_or_a_price_stops_no_other(job, breaks):
    for sku in ("A-1", "A-2", "B-1", "B-2"):
        job.shop.add_product(sku, f"Produto {sku}", 10, 5)
    job.linked("A-1", "A-2")
    job.shop.change("A-1", price=11)
    job.shop.change("A-2", price=12)
    job.choose("B-1", "B-2")
    keys = job.state.products.keys_of_skus(["A-1", "B-1"])
    breaks(products, "product_draft", lambda product, *_rest: product.sku == "B-1")
    breaks(products, "replace", lambda link, **_new: link.sku == "A-1")

    run(job)

    assert {p.sku: p.price for p in job.erp.products.values() if p.sku != "A-1"} == {"A-2": 12, "B-2": 10}
    kept(job, Kind.PRODUCT, keys["A-1"])
    kept(job, Kind.PRODUCT, keys["B-1"])


def test_a_bug_while_a_bug_is_kept_ends_no_other_item(three, breaks):
    breaks(orders, "sale_draft", of(three.bad))
    breaks(orders, "keep")

    run(three)

    assert is_sold(three, *three.good)


def test_other_workers_posts_end_though_one_worker_fails_in_the_middle_of_them():
    """Of the crew itself, whatever its items do."""
    ended = []

    class Named:
        def __init__(self, name):
            self.name = name

    async def send(item):
        if item.name == "bad":
            raise LookupError
        await asyncio.sleep(0.01)
        ended.append(item.name)

    def failed(item, error):
        assert isinstance(error, Broken)
        raise LookupError  # even that

    crew = Crew()
    items = [Named(name) for name in ("one", "bad", "two", "three")]
    asyncio.run(crew.work("orders", items, send, failed))

    assert sorted(ended) == ["one", "three", "two"]
    assert crew.single.broken == {"bad"}


def test_a_full_disk_at_one_item_ends_the_stage_after_what_is_under_way_and_not_in_it():
    ended, begun = [], []

    class Named:
        def __init__(self, number):
            self.name = str(number)

    async def send(item):
        begun.append(item.name)
        if item.name == "0":
            raise OSError(28, "No space left on device")
        await asyncio.sleep(0.01)
        ended.append(item.name)

    crew = Crew()
    asyncio.run(crew.work("orders", [Named(n) for n in range(30)], send, lambda *_: pytest.fail("nobody's")))

    assert isinstance(crew.fault, OSError)
    assert sorted(ended) == sorted(set(begun) - {"0"})
    assert len(begun) < 30


def test_several_works_are_waited_for_though_the_first_fails():
    ended = []

    async def work(number):
        if not number:
            raise ItemError(quoted("x"))
        await asyncio.sleep(0.01)
        ended.append(number)

    with pytest.raises(ItemError):
        asyncio.run(all_of(work(number) for number in range(4)))
    assert ended == [1, 2, 3]


# Every other loop over items


def test_a_bug_at_one_open_intent_leaves_it_open_and_the_others_are_settled(three, breaks):
    three.erp.faults.add("drop_after", method="POST", path="/v1/venda", times=3)
    three.sync()
    assert len(three.state.intents.all()) == 3
    breaks(resolve, "ours_among", lambda _found, sends, *_rest: any(s.order_id == three.bad for s in sends))

    run(three)

    assert set(three.state.intents.all()) == {(Kind.SALE, three.bad)}
    kept(three, Kind.SALE, three.bad)
    assert is_sold(three, *three.order_ids)


def test_a_bug_at_one_balance_stops_no_other_comparison(job, breaks):
    for sku in ("A-1", "A-2"):
        job.shop.add_product(sku, f"Produto {sku}", 10, 5)
    job.linked("A-1", "A-2")
    for sku in ("A-1", "A-2"):
        job.shop.change(sku, stock=9)
    key = job.state.products.keys_of_skus(["A-1"])["A-1"]
    whole = stock.Stock._is_sure

    def is_sure(self, check, actual):
        if check.link.sku == "A-1":
            raise KeyError(SECRET)
        return whole(self, check, actual)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stock.Stock, "_is_sure", is_sure)
        run(job)

    assert [drift.key for drift in job.state.drifts.all()] == [
        job.state.products.keys_of_skus(["A-2"])["A-2"]
    ]
    kept(job, Kind.PRODUCT, key)


def test_a_bug_at_writing_one_balance_stops_no_other(job, breaks):
    job.erp.switches.stock_patch = "take"
    for sku in ("A-1", "A-2", "A-3"):
        job.shop.add_product(sku, f"Produto {sku}", 10, 5)
    job.linked("A-1", "A-2", "A-3")
    for sku in ("A-1", "A-2", "A-3"):
        job.shop.change(sku, stock=9)
    keys = job.state.products.keys_of_skus(["A-2"])
    whole = stock.Stock._put

    async def put(self, check):
        if check.link.sku == "A-2":
            raise KeyError(SECRET)
        return await whole(self, check)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stock.Stock, "_put", put)
        run(job)

    kept(job, Kind.PRODUCT, keys["A-2"])
    assert {sku: job.erp.product(sku).stock for sku in ("A-1", "A-3")} == {"A-1": 9, "A-3": 9}


def test_a_bug_at_one_unlisted_order_stops_no_other(three, breaks):
    three.sync()
    first, last = three.good
    gone = (first, three.bad)
    three.shop.orders[:] = [each for each in three.shop.orders if str(each["id"]) not in gone]
    breaks(unlisted, "_keep", of(three.bad))
    three.clock.move(hours=24)

    run(three)

    assert {key for (_kind, key) in three.state.items.failures()} == {first}
    assert last


def test_a_bug_at_a_sale_of_the_erp_keeps_back_the_order_that_it_names_alone(three, breaks):
    three.sync(limit=1)
    known = next(order_id for order_id in three.order_ids if three.sales_of(order_id))
    for table in ("sales", "sends"):  # as a copy of the state would be that is older than the sale
        three.state.db.write(f"DELETE FROM {table} WHERE order_id = ?", known)
    breaks(names.Names, "whose")

    run(three)

    assert is_sold(three, *three.order_ids)
    kept(three, Kind.SALE, known)


def test_a_bug_at_a_sale_of_another_shop_keeps_back_no_order_that_is_called_alike(three, breaks):
    three.sync(limit=1)
    theirs = three.erp.sales[three.erp.take_number(2000)]
    waits = next(order_id for order_id in three.order_ids if not three.sales_of(order_id))
    three.erp.change_sale(theirs, {"observacoes": mark("outra-k3f7", waits), "origin": "API"})
    breaks(names.Names, "whose")

    run(three)

    assert is_sold(three, *three.order_ids)


def test_a_bug_at_an_order_that_may_look_sold_sends_that_one_not(three, breaks):
    breaks(alike, "_looks_sold", lambda _parts, note: note.id == three.bad)

    run(three)

    assert is_sold(three, *three.good)
    assert not three.sales_of(three.bad)
    kept(three, Kind.SALE, three.bad)


def test_a_bug_at_one_product_that_an_order_needs_stops_no_other_order(three, breaks):
    three.shop.add_product("BON-1", "Boné", 20, 5)
    with_cap = str(three.shop.order([("BON-1", 1)]))
    breaks(twins, "sku_named", lambda sku: sku == "BON-1")

    run(three)

    assert is_sold(three, *three.order_ids)
    assert three.failure(with_cap)["group"] == "waiting"


# Planning and reading


def test_a_bug_in_planning_one_order_holds_that_one_alone(three, breaks):
    breaks(decide, "plan_orders", lambda notes, *_rest: notes[0].id == three.bad)

    run(three)

    assert is_sold(three, *three.good)
    kept(three, Kind.SALE, three.bad)


@pytest.mark.parametrize("what", ["plan_products", "plan_prices"])
def test_a_bug_in_planning_one_product_holds_that_one_alone(ready, breaks, what):
    for sku in ("A-1", "A-2", "B-1", "B-2"):
        ready.shop.add_product(sku, f"Produto {sku}", 10, 5)
    ready.linked("A-1", "A-2")
    ready.choose("B-1", "B-2")
    keys = ready.state.products.keys_of_skus(["A-1", "A-2", "B-1", "B-2"])
    ready.shop.change("A-1", price=11)
    ready.shop.change("A-2", price=12)
    bad, good = ("B-1", "B-2") if what == "plan_products" else ("A-1", "A-2")

    def is_bad(items, *_rest):
        one = items[0]
        return (one if isinstance(one, str) else one[0].key) == keys[bad]

    breaks(decide, what, is_bad)

    run(ready)

    kept(ready, Kind.PRODUCT, keys[bad])
    assert {"A-2": 12, "B-2": 10}[good] == ready.erp.product(good).price
    assert is_sold(ready, ready.order_id)


def test_a_bug_in_reading_one_order_of_a_page_makes_that_one_unreadable(three, breaks):
    breaks(merchant_rows, "_order", lambda _profile, order_id, _at: order_id == three.bad)

    run(three)

    assert is_sold(three, *three.good)
    assert three.failure(three.bad)["reason"].startswith("a bug in contaazul-sync: KeyError: ")


def test_a_bug_in_keeping_one_order_of_a_page_makes_that_one_unreadable(three, breaks):
    breaks(walk, "named", lambda _state, order: order.id == three.bad)

    run(three)

    assert is_sold(three, *three.good)
    assert three.failure(three.bad)["reason"].startswith("a bug in contaazul-sync: KeyError: ")


@pytest.mark.parametrize("kind", ["merchant", "woocommerce", "storefront"])
def test_a_bug_in_reading_one_product_leaves_it_as_it_was_and_the_page_goes_on(job, breaks, kind):
    for sku in ("A-1", "A-2"):
        job.shop.add_product(sku, f"Produto {sku}", 10, 5)
    job.use(kind)
    job.sync()
    keys = job.state.products.keys_of_skus(["A-1", "A-2"])
    job.state.queue.add(keys.values(), job.clock())
    job.sync()
    job.shop.change("A-1", price=11)
    job.shop.change("A-2", price=12)
    place, name, row_of = {
        "merchant": ("contaazul_sync.shops.merchant_rows", "_product", 2),
        "woocommerce": ("contaazul_sync.shops.woocommerce.products", "product", 0),
        "storefront": ("contaazul_sync.shops.storefront_rows", "units", 1),
    }[kind]
    module = __import__(place, fromlist=[name])
    breaks(module, name, lambda *args: "A-1" in str(args[row_of]))
    job.clock.move(hours=24)

    run(job)

    assert job.erp.product("A-2").price == 12
    assert job.erp.product("A-1").price == 10
    assert job.state.products.get(keys["A-1"]).gone is False


def test_what_is_of_the_machine_is_no_items_failure():
    single = Single()
    for error in (OSError(28, "full"), MemoryError()):
        with pytest.raises(type(error)), single("x"):
            raise error
    assert not single.broken
    assert single.bugs is None
