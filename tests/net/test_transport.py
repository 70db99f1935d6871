"""What becomes of each kind of answer, for a read, for a write that sets a value, and for a create."""

import asyncio
import itertools
import time
from typing import Any

import httpx
import pytest

from contaazul_sync.core.errors import (
    Missing,
    NoAccess,
    Refused,
    SignInExpired,
    Unanswered,
    Unavailable,
)
from contaazul_sync.net import transport
from contaazul_sync.net.pacer import Pacer
from contaazul_sync.net.transport import ATTEMPTS, Transport

PEOPLE = "/v1/pessoas"
ANA = {"nome": "Ana Souza", "tipo_pessoa": "Física", "perfis": [{"tipo_perfil": "Cliente"}]}
NOTHING_DONE = ["500_before", "drop_before", "html"]
DONE_BUT_UNTOLD = ["500_after", "408_after", "drop_after", "html_after", "truncated"]


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch):
    monkeypatch.setattr(transport, "FIRST_PAUSE", 0.01)


def read(http: Transport) -> Any:
    return http.get(PEOPLE)


def create(http: Transport) -> Any:
    return http.create(PEOPLE, ANA)


# A read, and a write that sets a value


@pytest.mark.parametrize("told", ["x" * 100_000, "x\n"])
def test_what_has_no_room_in_an_address_is_refused_like_a_server_would(world, told):
    with pytest.raises(Refused, match="no room in an address"):
        world.send(lambda http: http.get(f"{PEOPLE}/{told}"))


@pytest.mark.parametrize("fault", [*NOTHING_DONE, *DONE_BUT_UNTOLD, "429"])
def test_a_read_is_repeated_until_it_is_answered(world, fault):
    world.sandbox.erp.faults.add(fault, "GET", PEOPLE, times=2)

    answer = world.send(read)

    assert answer == {"totalItems": 0, "items": None}
    assert len(world.arrived("GET", PEOPLE)) == 3
    assert len(world.naps) == 2


@pytest.mark.parametrize("fault", [*NOTHING_DONE, *DONE_BUT_UNTOLD, "429"])
def test_a_read_that_is_never_answered_ends_after_a_bounded_number_of_tries(world, fault):
    world.sandbox.erp.faults.add(fault, "GET", PEOPLE, times=99)

    with pytest.raises(Unavailable) as caught:
        world.send(read)

    assert len(world.arrived("GET", PEOPLE)) == ATTEMPTS
    assert caught.value.exit_code == 5
    assert "the server" in caught.value.message


@pytest.mark.parametrize("fault", [*NOTHING_DONE, *DONE_BUT_UNTOLD, "429"])
def test_setting_a_price_is_repeated_like_a_read(world, fault):
    product = world.sandbox.erp.add_product("CAM-AZ", "Camiseta", 50, 3)
    path = f"/v1/produtos/{product}"
    # A truncated 204 is the 204 that it was: there is nothing to cut.
    tries = 1 if fault == "truncated" else 2
    world.sandbox.erp.faults.add(fault, "PATCH", path)

    world.send(lambda http: http.change("PATCH", path, {"valor_venda": 60}))

    assert world.sandbox.erp.product("CAM-AZ").price == 60
    assert len(world.arrived("PATCH", path)) == tries


def test_a_read_that_takes_too_long_is_repeated(world, monkeypatch):
    monkeypatch.setattr(transport, "READ_TIMEOUT", 0.05)
    world.sandbox.erp.faults.hold_seconds = 0.3
    world.sandbox.erp.faults.add("timeout", "GET", PEOPLE)

    world.send(read)

    assert len(world.arrived("GET", PEOPLE)) == 2


@pytest.mark.slow
def test_a_server_that_takes_too_long_is_called_by_its_name(world, monkeypatch):
    monkeypatch.setattr(transport, "READ_TIMEOUT", 0.1)
    world.sandbox.erp.faults.hold_seconds = 0.5
    world.sandbox.erp.faults.add("timeout", "GET", PEOPLE, times=ATTEMPTS)

    with pytest.raises(Unavailable, match=r"^the server did not answer \(no answer in time\)\.$"):
        world.send(read)


def test_repeats_are_bounded_in_time_too(world, monkeypatch):
    monkeypatch.setattr(transport, "PATIENCE", 0)
    world.sandbox.erp.faults.add("500_before", "GET", PEOPLE, times=99)

    with pytest.raises(Unavailable):
        world.send(read)

    assert len(world.arrived("GET", PEOPLE)) == 1


def test_pauses_grow_and_are_never_quite_the_same(world):
    world.sandbox.erp.faults.add("500_before", "GET", PEOPLE, times=99)

    with pytest.raises(Unavailable):
        world.send(read)

    steps = [0.01 * 2**power for power in range(ATTEMPTS - 1)]
    assert len(world.naps) == len(steps)
    assert all(step / 2 <= nap <= step for nap, step in zip(world.naps, steps, strict=True))


def test_decimals_arrive_exactly(world, parrot):
    with parrot(200, b'{"valor": 79.90}') as server:
        answer = world.send(read, server.url)

    assert str(answer["valor"]) == "79.90"


def test_an_answer_without_a_body_is_none(world):
    product = world.sandbox.erp.add_product("CAM-AZ", "Camiseta", 50, 3)

    assert world.send(lambda http: http.change("DELETE", f"/v1/produtos/{product}")) is None


def test_an_empty_page_is_no_answer_to_a_read(world, parrot):
    with parrot(200) as server, pytest.raises(Unavailable, match="the server answered what is not JSON"):
        world.send(read, server.url)

    assert len(server.asked) == ATTEMPTS


def test_a_connection_that_breaks_is_called_so(world):
    world.sandbox.erp.faults.add("drop_before", "GET", PEOPLE, times=ATTEMPTS)

    with pytest.raises(Unavailable, match=r"^the server did not answer \(the connection broke\)\.$"):
        world.send(read)


# No connection


def test_a_server_that_is_down_is_tried_again(world):
    with world.sandbox.erp.down(), pytest.raises(Unavailable) as caught:
        world.send(read)

    assert caught.value.message == "the server cannot be reached (127.0.0.1 refused the connection)."
    assert len(world.naps) == ATTEMPTS - 1


def test_a_create_is_repeated_when_nothing_could_be_sent(world):
    outage = world.sandbox.erp.down()
    outage.__enter__()

    async def back_after_a_nap(seconds):
        world.naps.append(seconds)
        if len(world.naps) == 2:
            outage.__exit__(None, None, None)

    world.nap = back_after_a_nap

    person = world.send(create)

    assert person["id"] in world.sandbox.erp.people
    assert len(world.arrived("POST", PEOPLE)) == 1


def test_a_create_to_a_server_that_stays_down_is_known_not_to_be_done(world):
    with world.sandbox.erp.down(), pytest.raises(Unavailable):
        world.send(create)

    assert world.sandbox.erp.people == {}


# A create


@pytest.mark.parametrize(
    ("fault", "made"), [(f, 0) for f in NOTHING_DONE] + [(f, 1) for f in DONE_BUT_UNTOLD]
)
def test_a_lost_answer_to_a_create_is_a_question(world, fault, made):
    world.sandbox.erp.faults.add(fault, "POST", PEOPLE)

    with pytest.raises(Unanswered) as caught:
        world.send(create)

    assert len(world.arrived("POST", PEOPLE)) == 1
    assert len(world.sandbox.erp.people) == made
    assert world.naps == []
    assert caught.value.exit_code == 6


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 405, 407, 408, 413, 415, 418, 451, 500, 504])
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_an_answer_that_is_neither_a_success_nor_a_known_refusal_is_a_question(world, parrot, status, method):
    with parrot(status, b"{}") as server, pytest.raises(Unanswered):
        world.send(lambda http: http.create(PEOPLE, ANA, method), server.url)

    assert len(server.asked) == 1
    assert world.naps == []


@pytest.mark.parametrize("status", [400, 404, 409, 422])
def test_a_known_refusal_of_a_create_says_that_nothing_was_made(world, parrot, status):
    with parrot(status, b'{"error": "nao"}') as server, pytest.raises(Refused) as caught:
        world.send(create, server.url)

    assert (caught.value.status, len(server.asked)) == (status, 1)


@pytest.mark.parametrize("fault", ["408_after", "303_after"])
def test_a_create_that_was_done_and_is_answered_oddly_is_a_question(world, fault):
    world.sandbox.erp.faults.add(fault, "POST", PEOPLE)

    with pytest.raises(Unanswered, match=fault[:3]):
        world.send(create)

    assert len(world.sandbox.erp.people) == 1


@pytest.mark.parametrize("fault", ["408_after", "303_after"])
def test_an_odd_answer_after_a_renewed_sign_in_is_still_a_question(world, fault):
    world.sandbox.erp.faults.add("401", "POST", PEOPLE)
    world.sandbox.erp.faults.add(fault, "POST", PEOPLE)

    with pytest.raises(Unanswered):
        world.send(create)

    assert len(world.arrived("POST", PEOPLE)) == 2
    assert len(world.sandbox.erp.people) == 1


def test_a_create_that_a_proxy_does_not_let_through_was_not_sent(world, parrot):
    with parrot(407) as proxy:
        client = httpx.AsyncClient(proxy=proxy.url, base_url="https://erp.example")
        http = Transport(client, "the ERP", world.pacer, sleep=world.nap)

        async def ask():
            async with client:
                await create(http)

        with pytest.raises(Unavailable, match="cannot be reached"):
            asyncio.run(ask())

    assert len(proxy.asked) == ATTEMPTS


@pytest.mark.parametrize(("fault", "made"), [("timeout", 0), ("timeout_after", 1)])
def test_a_create_that_takes_too_long_is_a_question(world, monkeypatch, fault, made):
    monkeypatch.setattr(transport, "CREATE_TIMEOUT", 0.05)
    world.sandbox.erp.faults.hold_seconds = 0.2
    world.sandbox.erp.faults.add(fault, "POST", PEOPLE)

    with pytest.raises(Unanswered):
        world.send(create)

    assert len(world.arrived("POST", PEOPLE)) == 1
    assert len(world.sandbox.erp.people) == made


def test_a_create_that_was_told_to_slow_down_was_not_done_and_is_repeated(world):
    world.sandbox.erp.faults.add("429", "POST", PEOPLE, times=2)

    world.send(create)

    assert len(world.arrived("POST", PEOPLE)) == 3
    assert len(world.sandbox.erp.people) == 1


def test_a_doubt_after_a_429_is_still_a_doubt(world):
    world.sandbox.erp.faults.add("429", "POST", PEOPLE)
    world.sandbox.erp.faults.add("drop_after", "POST", PEOPLE)

    with pytest.raises(Unanswered):
        world.send(create)

    assert len(world.arrived("POST", PEOPLE)) == 2
    assert len(world.sandbox.erp.people) == 1


# The sign-in


@pytest.mark.parametrize("ask", [read, create])
def test_a_dead_access_token_is_renewed_once_and_the_request_repeated(world, ask):
    world.sandbox.erp.expire_access()

    world.send(ask)

    method = "GET" if ask is read else "POST"
    assert world.arrived(method, PEOPLE)[0].status == 401
    assert len(world.arrived(method, PEOPLE)) == 2
    assert len(world.arrived("POST", "/oauth/token")) == 1


@pytest.mark.parametrize("ask", [read, create])
def test_a_second_401_is_an_error_that_says_what_to_type(world, ask):
    world.sandbox.erp.faults.add("401", path=PEOPLE, times=99)

    with pytest.raises(SignInExpired, match="contaazul-sync auth") as caught:
        world.send(ask)

    assert len(world.arrived("POST", "/oauth/token")) == 1
    assert caught.value.exit_code == 4


# A plain no


def test_an_account_without_the_api_is_no_access(world):
    world.sandbox.erp.switches.account = "no_api"

    with pytest.raises(NoAccess, match="não está elegível") as caught:
        world.send(read)

    assert caught.value.exit_code == 3
    assert len(world.arrived("GET", PEOPLE)) == 1


def test_what_is_not_there_is_missing(world):
    path = "/v1/produtos/00000000-0000-4000-8000-000000000001"

    with pytest.raises(Missing) as caught:
        world.send(lambda http: http.get(path))

    assert (caught.value.status, caught.value.text) == (404, "O recurso solicitado não foi encontrado")
    assert caught.value.message == "the server refused it (404): O recurso solicitado não foi encontrado"


@pytest.mark.parametrize("envelope", ["error", "message"])
def test_a_refused_create_carries_the_servers_words_and_is_not_repeated(world, envelope):
    world.sandbox.erp.switches.error_envelope = envelope

    with pytest.raises(Refused) as caught:
        world.send(lambda http: http.create(PEOPLE, {"nome": "Ana"}))

    assert (caught.value.status, caught.value.text) == (400, "O campo 'tipo_pessoa' é obrigatório")
    assert caught.value.message == "the server refused it (400): O campo 'tipo_pessoa' é obrigatório"
    assert len(world.arrived("POST", PEOPLE)) == 1


def test_a_refusal_does_not_repeat_what_the_server_quotes_of_a_person(world, parrot):
    body = '{"error": "O CPF 529.982.247-25 de ana@example.com já existe"}'.encode()

    with parrot(400, body) as server, pytest.raises(Refused) as caught:
        world.send(create, server.url)

    assert caught.value.text == "O CPF ... de ... já existe"


@pytest.mark.parametrize(
    "body",
    [
        '{"error": "", "message": " Nome inválido "}',
        '{"errors": [{"code": 1}, {"message": "Nome inválido"}]}',
        '{"error": {"code": 1}, "detail": "Nome inválido"}',
        '"Nome inválido"',
    ],
)
def test_the_servers_words_are_found_in_any_of_its_envelopes(world, parrot, body):
    with parrot(400, body.encode()) as server, pytest.raises(Refused) as caught:
        world.send(create, server.url)

    assert caught.value.text == "Nome inválido"


@pytest.mark.parametrize("body", [b"[]", b"{}", b"null", b'{"errors": [7]}'])
def test_a_refusal_may_be_without_words(world, parrot, body):
    with parrot(409, body) as server, pytest.raises(Refused) as caught:
        world.send(create, server.url)

    assert caught.value.message == "the server refused it (409)"
    assert caught.value.text == ""


def test_a_page_of_html_with_an_error_status_has_no_words(world, parrot):
    with parrot(418, b"<html>teapot</html>") as server, pytest.raises(Refused) as caught:
        world.send(read, server.url)

    assert caught.value.message == "the server refused it (418)"
    assert caught.value.text == ""


def test_a_redirect_of_a_read_is_told_without_our_secrets(world, parrot):
    with (
        parrot(302, Location="https://elsewhere.example/?key=secret") as server,
        pytest.raises(Unavailable, match=r"another address \(https://elsewhere.example/\)"),
    ):
        world.send(read, server.url)

    assert len(server.asked) == 1


def test_a_redirect_of_a_create_is_not_followed_and_leaves_a_question(world, parrot):
    with (
        parrot(302, Location="https://elsewhere.example/?key=secret") as server,
        pytest.raises(Unanswered),
    ):
        world.send(create, server.url)

    assert len(server.asked) == 1


# The pace


def test_a_429_with_retry_after_is_obeyed_by_this_request_and_by_everybody(world):
    world.sandbox.erp.switches.retry_after = True
    world.sandbox.erp.faults.add("429", "GET", PEOPLE)

    world.send(read)

    assert world.naps == [1.0]
    assert world.pacer.pauses == [1.0]


def test_a_429_without_retry_after_backs_off_as_usual(world):
    world.sandbox.erp.faults.add("429", "GET", PEOPLE)

    world.send(read)

    assert 0.005 <= world.naps[0] <= 0.01
    assert len(world.pacer.pauses) == 1


@pytest.mark.parametrize(("asked", "slept"), [("3", 3.0), ("86400", 30.0)])
def test_retry_after_is_obeyed_up_to_half_a_minute(world, parrot, asked, slept):
    with parrot(429, b"{}", Retry_After=asked) as server, pytest.raises(Unavailable, match="slow down"):
        world.send(read, server.url)

    assert world.naps == [slept] * (ATTEMPTS - 1)


def test_a_retry_after_that_is_a_date_counts_as_none(world, parrot):
    with parrot(429, Retry_After="Wed, 25 Nov 2026 07:28:00 GMT") as server, pytest.raises(Unavailable):
        world.send(read, server.url)

    assert max(world.naps) <= 0.08


def test_the_pacer_spaces_requests_evenly():
    async def run() -> Any:
        pacer, starts = Pacer(0.03), []

        async def one() -> None:
            await pacer.turn()
            starts.append(time.monotonic())

        await asyncio.gather(*(one() for _ in range(6)))
        return starts

    starts = asyncio.run(run())

    # Nobody starts early; how late a busy machine starts them is not the pacer's.
    assert all(start - starts[0] > 0.03 * turn - 0.01 for turn, start in enumerate(starts))
    assert starts == sorted(starts)


def test_a_pacer_that_was_idle_does_not_save_turns_up():
    async def run() -> Any:
        pacer = Pacer(0.03)
        await pacer.turn()
        await asyncio.sleep(0.1)
        begin = time.monotonic()
        for _ in range(3):
            await pacer.turn()
        return time.monotonic() - begin

    assert asyncio.run(run()) > 0.055


def test_a_pause_holds_everybody_who_comes_after_it():
    async def run() -> Any:
        pacer = Pacer(0.001)
        await pacer.turn()
        pacer.pause(0.1)
        begin = time.monotonic()
        await asyncio.gather(*(pacer.turn() for _ in range(5)))
        return time.monotonic() - begin

    assert asyncio.run(run()) > 0.095


def test_a_pause_holds_those_too_who_are_waiting_for_their_turn():
    async def run() -> Any:
        pacer, starts = Pacer(0.02), []

        async def one() -> None:
            await pacer.turn()
            starts.append(time.monotonic())

        waiting = [asyncio.create_task(one()) for _ in range(4)]
        await asyncio.sleep(0.005)
        begin = time.monotonic()
        pacer.pause(0.2)
        await asyncio.gather(*waiting)
        return [start - begin for start in starts[1:]]

    assert min(asyncio.run(run())) > 0.19


def test_a_refusal_widens_the_pace_and_answers_narrow_it_again():
    pacer = Pacer(0.1)

    async def run() -> None:
        pacer.refused(0)
        assert pacer.interval == pytest.approx(0.104)
        for _ in range(100):
            pacer.answered()
        assert 0.1 < pacer.interval < 0.104
        for _ in range(300):
            pacer.answered()
        assert pacer.interval == 0.1
        for _ in range(99):
            pacer.refused(0)
        assert pacer.interval == pytest.approx(1.0)  # and no wider

    asyncio.run(run())


def test_refusals_one_after_the_other_make_everybody_wait_longer_each_time():
    async def run() -> list[float]:
        waits, pacer = [], Pacer(0.004)
        for _ in range(4):
            pacer.refused(None)
            begin = time.monotonic()
            await pacer.turn()
            waits.append(time.monotonic() - begin)
        return waits

    first, second, third, fourth = asyncio.run(run())

    assert first < second < third < fourth
    assert fourth > 0.06


@pytest.mark.slow
def test_a_late_request_is_made_up_for_without_a_burst():
    async def run() -> list[float]:
        pacer, starts = Pacer(0.02), []
        for turn in range(40):
            await pacer.turn()
            starts.append(time.monotonic())
            if turn == 5:
                time.sleep(0.012)  # noqa: ASYNC251 - the machine stumbles
        return starts

    starts = asyncio.run(run())

    gaps = [later - sooner for sooner, later in itertools.pairwise(starts)]
    assert min(gaps) > 0.98 * 0.02 - 0.002


@pytest.mark.slow
def test_eight_at_once_all_get_through_a_gateway_that_smooths(world):
    world.sandbox.erp.switches.limits = True
    world.sandbox.erp.switches.smoothing = True
    world.pacer = Pacer(1 / 9.6)

    async def many(http: Transport) -> Any:
        return await asyncio.gather(*(read(http) for _ in range(8)))

    answers = world.send(many)

    assert answers == [{"totalItems": 0, "items": None}] * 8
    assert len(world.arrived("GET", PEOPLE)) < 16  # a machine that stumbles may be told to slow down
