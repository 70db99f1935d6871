"""How much of an answer is read, and how it is parsed, whatever the server sends."""

import asyncio
import gzip
import json
import time
import tracemalloc
import zlib
from decimal import Decimal

import httpx
import pytest

from contaazul_sync.core.errors import Unanswered, Unavailable
from contaazul_sync.net import border, line, transport
from contaazul_sync.net.border import parse, parse_first
from contaazul_sync.net.pacer import Pacer
from contaazul_sync.net.transport import Transport
from tests.worlds.shops import Answer, written

GZIP = (("Content-Encoding", "gzip"),)


def ask(url, method="GET"):
    async def run():
        async with line.client(url) as client:
            http = Transport(client, "the shop", Pacer(0), sleep=lambda _: asyncio.sleep(0))
            return await (http.get("/x") if method == "GET" else http.create("/x", {}, method))

    return asyncio.run(run())


def bomb(size, times=1):
    """So many zeros, packed so often."""
    packed = b"0" * size
    for _ in range(times):
        packed = gzip.compress(packed, 1)
    return packed


HUGE = 40_000_000
BOMB = bomb(HUGE)


def test_a_packed_answer_is_unpacked():
    body = gzip.compress(b'{"a": 1}')
    with written(lambda asked: Answer(body, headers=GZIP)) as server:
        assert ask(server.url) == {"a": 1}
        assert server.asked[0].headers["accept-encoding"] == "gzip"


@pytest.mark.parametrize("packed", [zlib.compress(b"[1]"), b"[1]"])
def test_an_answer_is_unpacked_as_it_says(packed):
    encoding = "deflate" if packed != b"[1]" else "identity"
    with written(lambda asked: Answer(packed, headers=(("Content-Encoding", encoding),))) as server:
        assert ask(server.url) == [1]


@pytest.mark.slow
@pytest.mark.parametrize("status", [200, 401, 500, 404])
def test_a_bomb_is_read_no_further_than_is_meant(status):
    with written(lambda asked: Answer(BOMB, status, GZIP)) as server:
        tracemalloc.start()
        try:
            with pytest.raises(Unavailable) as caught:
                ask(server.url)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert "with more than 16 MB at once" in caught.value.message
    assert peak < 3 * border.MOST_BYTES
    assert len(server.asked) == 1  # asked again it would be no smaller


@pytest.mark.slow
def test_an_answer_packed_in_itself_is_not_unpacked():
    body, twice = bomb(HUGE, times=2), (("Content-Encoding", "gzip, gzip"),)
    with written(lambda asked: Answer(body, headers=twice)) as server, pytest.raises(Unavailable):
        ask(server.url)


@pytest.mark.slow
def test_a_plain_answer_that_is_too_large_ends_the_reading():
    body = b'"' + b"x" * 17_000_000 + b'"'
    with written(lambda asked: Answer(body)) as server, pytest.raises(Unavailable):
        ask(server.url)


@pytest.mark.parametrize("body", [b"\x1f\x8b broken", b"no gzip at all"])
def test_an_answer_that_cannot_be_unpacked_is_none(body, monkeypatch):
    monkeypatch.setattr(transport, "FIRST_PAUSE", 0)
    with written(lambda asked: Answer(body, headers=GZIP)) as server, pytest.raises(Unavailable):
        ask(server.url)


def test_a_create_that_is_answered_with_too_much_is_in_doubt():
    async def run():
        def huge(request):
            return httpx.Response(200, headers=dict(GZIP), stream=httpx.ByteStream(BOMB))

        carrier = line.CARRIER.set(httpx.MockTransport(huge))
        try:
            async with line.client("http://x") as client:
                await Transport(client, "the ERP", Pacer(0)).create("/x", {})
        finally:
            line.CARRIER.reset(carrier)

    with pytest.raises(Unanswered):
        asyncio.run(run())


# Parsing


@pytest.mark.parametrize("sign", [b"[", b'{"a":', b'[{"a":'])
@pytest.mark.parametrize("times", [1000, 200_000])
def test_200_000_brackets_are_an_answer_that_cannot_be_read(sign, times):
    with pytest.raises(ValueError, match=r"\d"):
        parse(sign * times)


@pytest.mark.parametrize("content", [b"[" + b"[]," * 3_000_000 + b"0]", b"[" + b"0," * 5_000_000 + b"0]"])
def test_millions_of_values_are_not_begun_with(content):
    began = time.process_time()
    with pytest.raises(ValueError, match=r"\d"):
        parse(content)
    assert time.process_time() - began < 1


def test_one_odd_number_is_the_trouble_of_its_field():
    told = parse(b'{"id": 1, "big": %s, "far": 1e999999, "odd": NaN, "inf": -Infinity}' % (b"9" * 100_000))

    assert told["id"] == 1
    assert all(told[name].is_nan() for name in ("big", "far", "odd", "inf"))


def test_amounts_are_exact():
    assert parse(b'{"a": 79.90, "b": 5}') == {"a": Decimal("79.90"), "b": 5}


@pytest.mark.parametrize(
    "name", ['"Ana \\ud83d"', '"Ana \xf0\x9f\x98"', '"a\\u0000b"', '"a\nb"', '"Jo\xe3o"', '"a\\u2028b"']
)
def test_one_odd_text_is_the_trouble_of_its_field(name):
    content = f'{{"id": 7, "name": {name}}}'.encode("latin-1")

    told = parse(content)

    assert told["id"] == 7
    json.dumps(told, ensure_ascii=False).encode()


def test_a_text_in_another_width_is_read():
    assert parse('{"a": "é"}'.encode("utf-16")) == {"a": "é"}
    assert parse(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


@pytest.mark.parametrize("content", [b"", b"<html>", b"{} {}", b'{"a"', b"[1]x"])
def test_what_is_no_json_is_refused(content):
    with pytest.raises(ValueError, match=r".*"):
        parse(content)


def test_of_two_objects_glued_together_the_first_is_meant():
    assert parse_first(b'{"a": 1}{"a": 2}') == {"a": 1}
    with pytest.raises(ValueError, match="<"):
        parse_first(b'{"a": 1}<html>')


@pytest.mark.parametrize(
    ("charset", "content"),
    [
        ("utf-8", "ção".encode()),
        ("iso-8859-1", "ção".encode("latin-1")),
        ("hex", "ção".encode()),
        ("", "ção".encode()),
    ],
)
def test_a_page_is_read_in_its_letters_whatever_it_says_of_them(charset, content):
    response = httpx.Response(200, headers={"Content-Type": f"text/html; charset={charset}"}, content=content)

    assert border.page(response) == "ção"


def test_a_cookie_that_the_server_sets_comes_with_the_next_request():
    def answer(_asked):
        return Answer(b"{}", headers=(("Set-Cookie", "at=node-2; Path=/"),))

    async def run(url):
        async with line.client(url) as client:
            http = Transport(client, "the shop", Pacer(0))
            await http.get("/x")
            await http.get("/x")

    with written(answer) as server:
        asyncio.run(run(server.url))

        assert [asked.headers.get("cookie") for asked in server.asked] == [None, "at=node-2"]
