"""Why a request did not come through: the host, whose trouble it is, and no secret."""

import asyncio
import gc
import ssl
from pathlib import Path

import httpx
import pytest

from contaazul_sync.core.errors import SetupError
from contaazul_sync.net import line, proxies
from contaazul_sync.net.causes import why

# Made for these tests; good for a hundred years. `authority` has signed all but `unsigned`.
CERTIFICATES = Path(__file__).parent / "certificates"
VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def bare(monkeypatch):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATES / "authority.pem"))
    line.trust.cache_clear()
    yield
    line.trust.cache_clear()


def server_with(certificate):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATES / f"{certificate}.pem")
    return context


def asked(address="http://localhost:{port}", context=None, answer=b"", environ=None):
    """What is said of a request to a server of this machine, which gives this answer and hangs up."""

    async def serve(reader, writer):
        await reader.read(1)
        writer.write(answer)
        writer.close()

    async def ask():
        server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
        async with server:
            port = server.sockets[0].getsockname()[1]
            for name, value in (environ or {}).items():
                patch.setenv(name, value.format(port=port))
            try:
                async with line.client() as client:
                    return (await client.get(address.format(port=port))).status_code
            except httpx.HTTPError as error:
                return why(error)

    with pytest.MonkeyPatch.context() as patch:
        return asyncio.run(ask())


@pytest.mark.parametrize(
    ("certificate", "told"),
    [
        ("expired", "the certificate of localhost has expired; if it has not, set the clock of this machine"),
        ("not_yet", "the certificate of localhost is not valid yet: set the clock of this machine"),
        ("other_name", "the certificate of localhost is that of another name: correct the address"),
        ("unsigned", "the certificate of localhost is signed by nobody whom this machine trusts"),
    ],
)
def test_a_certificate_that_is_not_good_is_told_with_its_host_and_what_is_wrong(certificate, told):
    assert asked("https://localhost:{port}", server_with(certificate)) == told


def test_a_good_certificate_is_taken():
    answer = b"HTTP/1.1 204 No Content\r\n\r\n"

    assert asked("https://localhost:{port}", server_with("good"), answer) == 204


def test_a_server_that_does_not_speak_tls_is_told_so():
    assert asked("https://localhost:{port}") == "localhost takes no secure connection (TLS)"


def test_a_name_that_nobody_knows_is_told():
    told = "the name shop.invalid is not known, or there is no Internet here"

    assert asked("https://shop.invalid") == told


def test_a_host_that_refuses_is_told():
    assert asked("http://localhost:9") == "localhost refused the connection"


def test_a_connection_that_breaks_is_told():
    assert asked() == "the connection broke"


def test_an_error_that_knows_no_request_is_told_all_the_same():
    assert why(httpx.ConnectError("no")) == "no connection"


@pytest.mark.parametrize("scheme", ["http", "socks5", "socks5h"])
@pytest.mark.parametrize("name", ["ALL_PROXY", "https_proxy"])
def test_a_proxy_that_cannot_be_reached_is_told_by_its_variable_without_its_password(scheme, name):
    told = asked("https://shop.example", environ={name: f"{scheme}://joao:senha@127.0.0.1:9"})

    assert told == f"the proxy of {name} cannot be reached"


@pytest.mark.parametrize(
    ("proxy", "answer"),
    [
        ("http://joao:senha@127.0.0.1:{port}", b"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n"),
        ("socks5://joao:senha@127.0.0.1:{port}", b"HTTP/1.1 400 No\r\n\r\n"),
        ("socks5://127.0.0.1:{port}", b"\x05\xff"),
    ],
)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_proxy_that_does_not_let_it_through_is_told_by_its_variable(proxy, answer):
    told = asked("https://shop.example", answer=answer, environ={"HTTPS_PROXY": proxy})

    gc.collect()  # httpcore forgets to close what a SOCKS proxy refused
    assert told == "the proxy of HTTPS_PROXY refuses it"


@pytest.mark.parametrize(
    "value",
    [
        "fe80::/10",
        "localhost,fe80::/10,::1",
        "[",
        "::/0, ,[::1],*.example.com,https://,a:b:c",
        "\udcff",
        "10.0.0.0/8",
    ],
)
def test_whatever_stands_in_no_proxy_stops_nothing(value):
    environ = {"ALL_PROXY": "http://127.0.0.1:9", "NO_PROXY": f"{value},localhost"}

    assert asked(answer=b"HTTP/1.1 204 No Content\r\n\r\n", environ=environ) == 204


@pytest.mark.parametrize(
    ("hosts", "direct"),
    [
        ("shop.example", ["shop.example", "www.shop.example"]),
        (".shop.example", ["www.shop.example"]),
        ("*.shop.example", ["www.shop.example"]),
        ("localhost", ["localhost"]),
        ("10.1.2.3/32,fe80::/10", ["10.1.2.3", "[fe80::]"]),
        ("*", ["shop.example", "www.shop.example", "10.1.2.3", "[fe80::]", "localhost", "shop.other"]),
        ("", []),
    ],
)
def test_a_host_in_no_proxy_is_reached_without_one(monkeypatch, hosts, direct):
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", hosts)
    every = ["shop.example", "www.shop.example", "localhost", "10.1.2.3", "[fe80::]", "shop.other"]

    client = line.client()

    usual = client._transport_for_url(httpx.URL("https://nobody.test"))
    ways = {host: client._transport_for_url(httpx.URL(f"https://{host}")) for host in every}
    assert (usual is client._transport) == (hosts == "*")
    assert sorted(host for host, way in ways.items() if way is client._transport) == sorted(direct)


@pytest.mark.parametrize("name", ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"])
@pytest.mark.parametrize(
    "value",
    ["ftp://x", "socks4://x", "://", "http://", "http://[::1", "http://joao:senha@x:99999999", "\udcff"],
)
def test_a_proxy_that_is_none_is_one_sentence_without_its_value(monkeypatch, name, value):
    monkeypatch.setenv(name, value)

    for opened in (line.client, line.waiting_client):
        with pytest.raises(SetupError) as caught:
            opened()
        assert caught.value.message.startswith(f"The variable {name} is no address of a proxy")
        assert "senha" not in caught.value.message


def test_a_proxy_may_be_told_without_http(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "proxy:3128")

    (proxy,) = proxies.routes().values()
    assert proxy
    assert proxy.url == "http://proxy:3128"


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSLKEYLOGFILE"])
def test_certificates_that_are_not_there_are_one_sentence(monkeypatch, tmp_path, name):
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    line.trust.cache_clear()
    monkeypatch.setenv(name, str(tmp_path / "no" / "such"))

    with pytest.raises(SetupError, match=f"that the variable .*{name} names cannot be used \\(No such file"):
        line.client()
