"""Deadlines, silences, and somebody who stops the program: in a time of its own, where nothing is waited.

What is given from outside is a server that drips, is slow, or says 404: httpx' own door for that.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest

from contaazul_sync.core.errors import (
    Failing,
    Interrupted,
    Missing,
    Nowhere,
    Silent,
    SyncError,
    Unanswered,
    Unavailable,
)
from contaazul_sync.core.words import quoted
from contaazul_sync.net.pacer import Pacer
from contaazul_sync.net.stop import DEADLINE, FINISH, Stop, finished
from contaazul_sync.net.transport import Transport
from sim.loop import Loop

BODY = b'{"id": "1"}'
Work = Callable[[Transport, Stop], Awaitable[Any]]
SOON = 5.0  # seconds until somebody stops the program


class Drip(httpx.AsyncByteStream):
    """A body that comes byte by byte."""

    def __init__(self, body: bytes, pause: float) -> None:
        self.body, self.pause = body, pause

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for byte in self.body:
            await asyncio.sleep(self.pause)
            yield bytes([byte])


class Server(httpx.AsyncBaseTransport):
    """Answers after some seconds, and then as slowly as it is told to."""

    def __init__(self, after: float = 0.1, drip: float = 0, body: bytes = BODY) -> None:
        self.after, self.drip, self.body = after, drip, body
        self.answers: Callable[[httpx.Request], int] = lambda _request: 200
        self.headers: dict[str, str] = {}
        self.asked: list[str] = []
        self.done: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path = f"{request.method} {request.url.path}"
        self.asked.append(path)
        await asyncio.sleep(self.after)
        self.done.append(path)
        status = self.answers(request)
        body = self.body if status == 200 else b"<html>"
        return httpx.Response(status, headers=self.headers, stream=Drip(body, self.drip), request=request)


def run(
    server: Server, work: Callable[[Transport, Stop], Awaitable[Any]], **options: Any
) -> tuple[Any, float]:
    """What came of it, an error too, and how many seconds it took."""
    loop = Loop()

    async def whole() -> Any:
        async with httpx.AsyncClient(base_url="http://erp", transport=server) as client:
            stop = Stop()
            pacer = options.pop("pacer", None) or Pacer(0)
            return await work(Transport(client, "the ERP", pacer, stop=stop, **options), stop)

    try:
        return loop.run_until_complete(whole()), loop.time()
    except SyncError as error:
        return error, loop.time()
    finally:
        loop.close()


def read(http: Transport, _stop: Stop) -> Awaitable[Any]:
    return http.get("/thing")


def create(http: Transport, _stop: Stop) -> Awaitable[Any]:
    return http.create("/thing", {})


def change(http: Transport, _stop: Stop) -> Awaitable[Any]:
    return http.change("PATCH", "/thing", {})


def stopped(work: Work, after: float = SOON) -> Work:
    """The same, and somebody stops the program after some seconds."""

    async def both(http: Transport, stop: Stop) -> Any:
        asyncio.get_running_loop().call_later(after, stop.ask)
        return await work(http, stop)

    return both


# The whole deadline


@pytest.mark.parametrize(("work", "error"), [(read, Failing), (create, Unanswered), (change, Failing)])
def test_an_answer_that_drips_ends_at_the_whole_deadline_however_alive_it_looks(work, error):
    server = Server(drip=20)

    came, took = run(server, work)

    assert type(came) is error
    assert took == pytest.approx(DEADLINE)
    assert len(server.asked) == 1


def test_an_answer_that_drips_but_ends_in_time_is_an_answer():
    assert run(Server(drip=10), read)[0] == {"id": "1"}


def test_the_deadline_counts_from_when_a_request_leaves_and_not_while_it_waits_for_its_turn():
    pacer = Pacer(0)

    async def late(http: Transport, _stop: Stop) -> Any:
        pacer.pause(DEADLINE * 2)
        return await http.create("/thing", {})

    came, took = run(Server(), late, pacer=pacer)

    assert came == {"id": "1"}
    assert took > DEADLINE * 2


def test_each_repeat_has_a_deadline_of_its_own():
    server = Server(after=25)
    left = iter([503, 503, 200])
    server.answers = lambda _request: next(left)

    assert run(server, read)[0] == {"id": "1"}


# Ten minutes without a usable answer


async def on_and_on(http: Transport, _stop: Stop) -> None:
    """A loop over items, each of which is done without."""
    while True:
        try:
            await http.get("/thing")
        except (Unavailable, Missing):
            await asyncio.sleep(1)


@pytest.mark.parametrize("status", [500, 404, 429, 302])
def test_ten_minutes_without_a_usable_answer_end_it(status):
    server = Server()
    server.answers = lambda _request: status

    came, took = run(server, on_and_on)

    assert isinstance(came, Silent)
    assert came.exit_code == 5
    assert 600 <= took < 600 + DEADLINE


def test_ten_minutes_of_drips_end_it():
    came, took = run(Server(drip=20), on_and_on)

    assert isinstance(came, Silent)
    assert 600 <= took <= 600 + DEADLINE + 60


@pytest.mark.slow
def test_hours_end_nothing_while_something_is_answered_now_and_then():
    server = Server()
    count = iter(range(10**6))
    server.answers = lambda _request: 200 if next(count) % 100 == 0 else 500

    async def hours(http: Transport, stop: Stop) -> None:
        async with asyncio.timeout(4 * 3600):
            await on_and_on(http, stop)

    with pytest.raises(TimeoutError):
        run(server, hours)


def test_a_server_that_nobody_asks_is_not_silent():
    server = Server()
    left = iter([500] * 5 + [500] * 4 + [200])
    server.answers = lambda _request: next(left)

    async def twice(http: Transport, _stop: Stop) -> Any:
        with pytest.raises(Unavailable):
            await http.get("/thing")
        await asyncio.sleep(3600)  # the other server is asked meanwhile
        return await http.get("/thing")

    assert run(server, twice)[0] == {"id": "1"}


# 404 to everything


def test_a_bare_404_is_believed_of_a_server_that_shows_what_is_always_there():
    server = Server()
    server.answers = lambda request: 200 if request.url.path == "/me" else 404

    came, _took = run(server, read, known="/me")

    assert type(came) is Missing
    assert server.asked == ["GET /thing", "GET /me"]


def test_a_404_in_the_applications_own_words_is_believed_at_once():
    class Worded(Server):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            self.asked.append(request.url.path)
            stream = httpx.ByteStream(b'{"error": "O recurso solicitado nao foi encontrado"}')
            return httpx.Response(404, stream=stream, request=request)

    server = Worded()
    assert type(run(server, read, known="/me")[0]) is Missing
    assert server.asked == ["/thing"]


@pytest.mark.parametrize("known", ["/me", ""])
@pytest.mark.parametrize("work", [read, create, change])
def test_a_server_that_says_404_to_everything_is_not_there_now_and_nothing_is_missing(work, known):
    server = Server()
    server.answers = lambda _request: 404

    came, _took = run(server, work, known=known)

    assert isinstance(came, Nowhere)
    assert came.exit_code == 5
    assert "404" in came.message


def test_without_a_known_path_a_server_that_has_answered_is_believed():
    server = Server()
    left = iter([200, 404])
    server.answers = lambda _request: next(left)

    async def two(http: Transport, _stop: Stop) -> Any:
        await http.get("/list")
        return await http.get("/thing")

    assert type(run(server, two)[0]) is Missing


# Somebody stops the program


def test_a_read_ends_at_once():
    came, took = run(Server(after=25), stopped(read))

    assert isinstance(came, Interrupted)
    assert came.exit_code == 130
    assert took == pytest.approx(SOON)


def test_a_read_that_drips_ends_at_once():
    assert run(Server(drip=20), stopped(read))[1] == pytest.approx(SOON)


@pytest.mark.parametrize("work", [create, change])
def test_what_is_under_way_in_the_erp_is_let_finish(work):
    server = Server(after=25)

    came, took = run(server, stopped(work))

    assert came == {"id": "1"}
    assert took == pytest.approx(25)


@pytest.mark.parametrize(("work", "error"), [(create, Unanswered), (change, Failing)])
def test_what_is_under_way_has_thirty_seconds(work, error):
    came, took = run(Server(drip=20), stopped(work))

    assert isinstance(came, error)  # a create may have been done: it is in doubt, and never "not sent"
    assert took == pytest.approx(SOON + FINISH)


def test_a_change_that_fails_while_it_finishes_is_not_repeated():
    server = Server(after=10)
    server.answers = lambda _request: 500

    came, took = run(server, stopped(change))

    assert isinstance(came, Interrupted)
    assert took == pytest.approx(10)
    assert len(server.asked) == 1


@pytest.mark.parametrize("work", [read, create, change])
def test_what_waits_for_its_turn_is_not_sent(work):
    server, pacer = Server(), Pacer(0)

    async def waiting(http: Transport, stop: Stop) -> Any:
        pacer.pause(3600)
        return await work(http, stop)

    came, took = run(server, stopped(waiting), pacer=pacer)

    assert isinstance(came, Interrupted)
    assert took == pytest.approx(SOON)
    assert not server.asked


def test_a_create_that_did_not_leave_was_not_written_down():
    pacer, left = Pacer(0), list[str]()

    async def waiting(http: Transport, _stop: Stop) -> Any:
        pacer.pause(60)
        return await http.create("/thing", {}, leaving=lambda: left.append("left"))

    assert isinstance(run(Server(), stopped(waiting), pacer=pacer)[0], Interrupted)
    assert not left


@pytest.mark.parametrize("work", [read, create, change])
def test_a_pause_that_the_server_asked_for_ends_at_once(work):
    server = Server()
    server.answers, server.headers = lambda _request: 429, {"Retry-After": "30"}

    came, took = run(server, stopped(work))

    assert isinstance(came, Interrupted)
    assert took == pytest.approx(SOON)


@pytest.mark.parametrize("work", [read, create, change])
def test_nothing_is_begun_after_that(work):
    server = Server()

    async def after(http: Transport, stop: Stop) -> Any:
        stop.ask()
        return await work(http, stop)

    assert isinstance(run(server, after)[0], Interrupted)
    assert not server.asked


def test_any_other_pause_ends_at_once_too():
    async def pause(_http: Transport, stop: Stop) -> None:
        await stop.sleeping(asyncio.sleep)(600)

    came, took = run(Server(), stopped(pause))

    assert isinstance(came, Interrupted)
    assert took == pytest.approx(SOON)


def test_a_renewal_of_the_sign_in_is_not_cut_in_the_middle():
    kept = []

    async def renew() -> None:
        await asyncio.sleep(20)
        kept.append("the new pair")

    async def work(_http: Transport, stop: Stop) -> None:
        async with stop.wait():
            await finished(renew())

    came, took = run(Server(), stopped(work))

    assert isinstance(came, Interrupted)
    assert kept == ["the new pair"]
    assert took == pytest.approx(20)


def test_a_renewal_that_does_not_end_is_waited_for_thirty_seconds():
    async def work(_http: Transport, stop: Stop) -> None:
        async with stop.wait():
            await finished(asyncio.sleep(600))

    assert run(Server(), stopped(work))[1] == pytest.approx(SOON + FINISH)


def test_a_renewal_that_fails_while_it_finishes_is_told_to_nobody_twice():
    async def renew() -> None:
        await asyncio.sleep(20)
        raise Unavailable(quoted("x"))

    async def work(_http: Transport, stop: Stop) -> None:
        async with stop.wait():
            await finished(renew())

    assert isinstance(run(Server(), stopped(work))[0], Interrupted)
