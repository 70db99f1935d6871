"""Somebody stops a pass at any moment: it ends, what is under way in the ERP is kept, the next goes on."""

import asyncio
from decimal import Decimal

import httpx
import pytest

from contaazul_sync.core.errors import ConfigError, Interrupted, Nowhere
from contaazul_sync.core.items import Kind
from contaazul_sync.net.line import CARRIER
from contaazul_sync.net.stop import Stop
from contaazul_sync.operate import wiring
from contaazul_sync.passes.sync import Pass
from tests.worlds.job import no_sleep

pytestmark = pytest.mark.line("memory")

DAY = 24 * 60  # minutes


class Watched(httpx.AsyncBaseTransport):
    """A line on which somebody stops the program at one request: as it leaves, or is answered."""

    def __init__(self, stop, at, when):
        self.line, self.stop, self.at, self.when = CARRIER.get() or httpx.AsyncHTTPTransport(), stop, at, when
        self.count, self.outcome = 0, 0
        self.after = []  # what left after that

    async def handle_async_request(self, request):
        if self.stop.asked:
            self.after.append(f"{request.method} {request.url.path}")
        self.count += 1
        is_it = self.count == self.at
        if is_it and self.when == "leaves":
            self.stop.ask()
        response = await self.line.handle_async_request(request)
        if is_it and self.when == "is answered":
            self.stop.ask()
        return response


def passed_over(job, line):
    """What a pass over this line reports; None where it was interrupted."""

    async def run():
        options = {"clock": job.clock, "sleep": no_sleep, "stop": line.stop}
        async with wiring.parts(job.settings, job.state, {}, **options) as parts:
            return await Pass(parts).run("sync")

    token = CARRIER.set(line)
    try:
        return asyncio.run(run())
    except Interrupted:
        return None
    finally:
        CARRIER.reset(token)


def stopped(job, at, when="leaves"):
    """A pass that somebody stops at its request number `at`; the line with what left after that."""
    line = Watched(Stop(), at, when)
    job.clock.move(minutes=30)
    report = passed_over(job, line)
    line.outcome = report.outcome if report else Interrupted.exit_code
    return line


@pytest.fixture
def busy(ready):
    """Something of everything: a product to create, prices, orders of known and new customers."""
    for sku in ("A-1", "B-1"):
        ready.shop.add_product(sku, f"Produto {sku}", 10, 5)
    ready.linked("A-1")
    ready.shop.change("A-1", price=11)
    ready.choose("B-1")
    ready.order_ids = [ready.order_id, str(ready.shop.order([("A-1", 1), ("B-1", 1)]))]
    return ready


def is_done(job):
    job.until_quiet()
    assert [len(job.sales_of(order_id)) for order_id in job.order_ids] == [1, 1]
    assert len(job.erp.sales) == 2
    assert sorted(product.sku for product in job.erp.products.values()) == ["A-1", "B-1", "CAM-1"]
    assert job.erp.product("A-1").price == Decimal(11)
    assert not job.state.items.failures()


@pytest.mark.slow
@pytest.mark.parametrize("when", ["leaves", "is answered"])
def test_a_pass_that_is_stopped_at_any_request_sends_nothing_more_and_the_next_ends_equal(busy, when):
    at, ended = 1, set[int]()
    while True:
        line = stopped(busy, at, when)
        assert line.after == []
        ended.add(line.outcome)
        if line.count < at:  # there are not so many any more
            break
        assert line.outcome == 130 or line.count == at
        at += 1 if line.count == at else 0
        if at > 40:
            break

    is_done(busy)
    assert 130 in ended


def test_it_ends_while_the_shop_is_read_and_nothing_was_sent(busy):
    sold = len(busy.erp.sales)

    line = stopped(busy, 1)

    assert line.outcome == 130
    assert line.count == 1
    assert len(busy.erp.sales) == sold
    assert next(iter(busy.state.runs.newest(1))).outcome == 130


def test_a_create_that_is_under_way_is_kept_though_nothing_follows(ready):
    ready.erp.requests.clear()
    posts = []

    class Posting(Watched):
        async def handle_async_request(self, request):
            if (request.method, request.url.path) == ("POST", "/v1/venda"):
                posts.append(1)
                self.stop.ask()
            return await super().handle_async_request(request)

    report = passed_over(ready, Posting(Stop(), 0, ""))

    assert posts == [1]
    assert ready.state.sales.of([ready.order_id])
    assert not ready.state.intents.all()
    assert report is None or report.outcome == 0  # there was nothing else to do


def test_a_pass_that_was_stopped_counts_no_item_as_failed(busy):
    for at in range(1, 12):
        stopped(busy, at)
    assert not [at for at in busy.state.items.failures() if at[0] is Kind.PRODUCT]


# An API that answers 404 to everything


class Nothing(httpx.AsyncBaseTransport):
    """The line of a test, on which one server answers a bare 404 to everything."""

    def __init__(self, port):
        self.line, self.port = CARRIER.get() or httpx.AsyncHTTPTransport(), port

    async def handle_async_request(self, request):
        if request.url.port != self.port or request.url.path == "/oauth/token":
            return await self.line.handle_async_request(request)
        stream = httpx.ByteStream(b'{"message": "Not Found"}')
        return httpx.Response(404, stream=stream, request=request)


def sync(job, url, minutes=30):
    """A pass while the server at this address knows nothing."""
    token = CARRIER.set(Nothing(httpx.URL(url).port))
    try:
        with pytest.raises((Nowhere, ConfigError)) as ended:
            job.sync(minutes=minutes)
    finally:
        CARRIER.reset(token)
    return ended.value


@pytest.fixture
def changed(ready):
    """A job in step, and a new price."""
    ready.sync()
    ready.shop.change("CAM-1", price=99)
    return ready


@pytest.mark.parametrize("who", ["the ERP", "the shop"])
def test_a_server_that_says_404_to_everything_is_not_now_and_nothing_is_kept_of_it(changed, who):
    url = changed.sandbox.erp_url if who == "the ERP" else changed.sandbox.shop_url

    error = sync(changed, url)

    assert (error.exit_code, type(error)) == (5, Nowhere)
    assert not changed.state.items.failures()
    assert not [link for link in changed.state.links.all() if link.missing]
    assert changed.sync().outcome == 0
    assert changed.erp.product("CAM-1").price == 99


@pytest.mark.parametrize("who", ["the ERP", "the shop"])
def test_after_a_day_of_that_it_is_a_setting(changed, who):
    url = changed.sandbox.erp_url if who == "the ERP" else changed.sandbox.shop_url

    codes = [sync(changed, url, minutes=DAY / 4).exit_code for _ in range(5)]
    error = sync(changed, url)

    assert codes == [5, 5, 5, 5, 3]
    assert error.exit_code == 3
    assert "[erp] api_url" in error.message or "[shop] api_url" in error.message
    assert changed.sync().outcome == 0


def test_a_day_begins_anew_after_a_pass_that_went_through(changed):
    url = changed.sandbox.erp_url
    sync(changed, url)
    changed.sync(minutes=DAY)
    changed.shop.change("CAM-1", price=98)

    assert sync(changed, url, minutes=DAY).exit_code == 5


def test_a_product_that_was_deleted_in_the_erp_is_missing_all_the_same(changed):
    changed.erp.products.clear()

    changed.sync()

    assert [link.missing for link in changed.state.links.all()] == [True]
