"""What a sign-in asks for in a home that is new, and leaves alone in one that is not."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from contaazul_sync.core.drafts.marks import is_tagged
from contaazul_sync.core.errors import ConfigError, SignInError, StateError, SyncError
from contaazul_sync.erp.oauth import authorize_address, code_from
from contaazul_sync.home.config import load
from contaazul_sync.home.credentials import Vault
from contaazul_sync.home.settings import Settings
from contaazul_sync.operate.signin.landing import landed
from contaazul_sync.operate.signin.questions import missing, with_tag
from contaazul_sync.operate.signin.session import prove
from contaazul_sync.operate.signin.settings import Look, Preparing
from tests.worlds.asking import Patient, Told
from tests.worlds.wire import World

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
WHOLE = """
[erp]
client_id = "a"
redirect_uri = "https://loja.example"
[shop]
kind = "webstore"
url = "https://loja.example"
id = "loja"
[orders]
since = 2026-11-01
"""


@pytest.mark.parametrize(
    ("fresh", "told", "answers"),
    [
        (True, "", {"orders.paid_differs": "split", "orders.rounding": "absorb"}),
        (True, 'paid_differs = "book"\nrounding = "hold"', {}),
        (False, "", {}),
    ],
)
def test_a_new_home_is_offered_to_split_and_to_absorb_and_an_old_one_stays(
    tmp_path: Path, fresh: bool, told: str, answers: dict[str, str]
) -> None:
    (tmp_path / "config.toml").write_text(WHOLE + told)
    settings = load({"CONTAAZUL_SYNC_HOME": str(tmp_path)})

    asked = {each.name: each.offered for each in missing(settings, NOW, fresh=fresh)}
    assert asked == answers


@pytest.mark.parametrize(
    ("shop", "profile", "name"),
    [
        ('url = "https://www.minha-loja.com.br"', "", "minha-loja"),
        ('url = "https://minhaloja.com.br"\nkind = "woocommerce"', "", "minhaloja"),
        ('api_url = "https://api-dashboard-v2.webstore.net.br/apidashboard/v2"', "", "loja"),
        ('api_url = "https://api-dashboard-v2.webstore.net.br/apidashboard/v2"', "outlet", "outlet"),
        ('url = "http://127.0.0.1:8702"', "", "loja"),
    ],
)
def test_a_new_home_is_offered_a_name_of_its_own(tmp_path: Path, shop: str, profile: str, name: str) -> None:
    home = tmp_path / "profiles" / profile if profile else tmp_path
    home.mkdir(parents=True, exist_ok=True)
    (home / "config.toml").write_text(
        f'[erp]\nclient_id = "a"\nredirect_uri = "https://loja.example"\n[shop]\n{shop}\n'
    )
    settings = load({"CONTAAZUL_SYNC_HOME": str(home)})

    offered = {each.name: each.offered for each in missing(settings, NOW, fresh=True)}["shop.id"]

    assert offered.rpartition("-")[0] == name
    assert is_tagged(offered)


@pytest.mark.parametrize("typed", ["loja.azul", "api-dashboard-v2.webstore.net.br"])
def test_a_name_that_a_person_types_gets_a_tag_too(typed: str) -> None:
    assert is_tagged(with_tag(typed))
    assert with_tag(typed) != with_tag(typed)


def test_a_name_that_has_a_tag_stays() -> None:
    assert with_tag("minha-loja-k3f7") == "minha-loja-k3f7"


def prepared(home: Path, *answers: str, anew: bool = False) -> Vault:
    environ, ask = {"CONTAAZUL_SYNC_HOME": str(home)}, Told(*answers)
    _settings, vault = Preparing(environ, ask, NOW, lambda *_: Look("it answers"), anew=anew).run()
    return vault


def test_the_questions_are_counted_without_the_secrets_that_the_environment_has(home: Path) -> None:
    environ = {
        "CONTAAZUL_SYNC_HOME": str(home),
        "CONTAAZUL_SYNC_CLIENT_SECRET": "secret",
        "CONTAAZUL_SYNC_SHOP_TOKEN": "token",
    }
    ask = Told(*ANSWERS, "split", "absorb")
    Preparing(environ, ask, NOW, lambda *_: Look("it answers")).run()

    assert [text.partition(" ")[0] for text, _offered in ask.asked] == [f"({n}/8)" for n in range(1, 9)]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = tmp_path / "home"
    made.mkdir(mode=0o700)
    (made / "config.toml").write_text('language = "en"\n[credentials]\nbackend = "file"\n')
    return made


ANSWERS = ("webstore", "client", "https://loja.example", "https://api.loja.example", "loja", "2026-11-01")


ASKED = ("shop.kind", "erp.client_id", "erp.redirect_uri", "shop.api_url", "shop.id", "orders.since")


@pytest.mark.parametrize(
    ("answers", "told", "kept"),
    [
        (("webshop",), r"\[shop\] kind", ()),
        (ANSWERS[:1], r"\[erp\] client_id is missing", ASKED[:1]),
        ((*ANSWERS[:2], "no address"), r"\[erp\] redirect_uri", ASKED[:2]),
        ((*ANSWERS[:4], "Loja Azul"), "without spaces", ASKED[:4]),
        ((*ANSWERS[:5], "tomorrow"), r"\[orders\] since", ASKED[:5]),
        ((*ANSWERS, "split", "always"), r"\[orders\] rounding", (*ASKED, "orders.paid_differs")),
        ((*ANSWERS, "split", "absorb"), "CLIENT_SECRET", (*ASKED, "orders.paid_differs", "orders.rounding")),
    ],
)
def test_what_was_answered_before_a_wrong_answer_is_not_asked_for_again(
    home: Path, answers: tuple[str, ...], told: str, kept: tuple[str, ...]
) -> None:
    with pytest.raises(ConfigError, match=told):
        prepared(home, *answers)

    settings = load({"CONTAAZUL_SYNC_HOME": str(home)})
    assert settings.origins.keys() == {"language", "credentials.backend", *kept}


def test_a_secret_that_was_answered_is_kept_before_the_next_is_asked_for(home: Path) -> None:
    woo = (
        "woocommerce",
        "client",
        "https://loja.example",
        "https://loja.example",
        "loja",
        "2026-11-01",
        "hold",
        "hold",
    )
    with pytest.raises(ConfigError):
        prepared(home, *woo, "the secret", "no key", "no key")

    assert Vault(home, "file", {}).read().client_secret == "the secret"


def test_new_secrets_replace_those_of_a_sign_in_only_with_the_one_that_proves_them(home: Path) -> None:
    (home / "config.toml").write_text(
        WHOLE + 'paid_differs = "book"\nrounding = "hold"\n[credentials]\nbackend = "file"\n'
    )
    Vault(home, "file", {}).update(client_secret="old", refresh_token="r", company_id="1")

    drafted = prepared(home, "en", "new", "", anew=True)

    assert drafted.read().client_secret == "new"
    assert Vault(home, "file", {}).read().client_secret == "old"
    drafted.update(refresh_token="r2")
    assert Vault(home, "file", {}).read().client_secret == "new"


def test_a_home_whose_name_has_a_space_goes_on_with_it(home: Path) -> None:
    (home / "config.toml").write_text('[shop]\nid = "Loja Azul"\n')

    assert load({"CONTAAZUL_SYNC_HOME": str(home)}).text("shop.id") == "Loja Azul"


WOO = (*("woocommerce", "client", "loja.example/volta", "loja.example"), *("loja", "25/11/2026", "", ""))


def patient(home: Path, *answers: str, looks: tuple[Look, ...] = ()) -> tuple[Settings, Vault, Patient]:
    """A sign-in prepared by somebody who is asked again; what the shop says to each token that is tried."""
    environ, ask, said = {"CONTAAZUL_SYNC_HOME": str(home)}, Patient(*answers), iter(looks)
    preparing = Preparing(environ, ask, NOW, lambda *_: next(said, Look("it answers")))
    return *preparing.run(), ask


def test_an_address_may_be_typed_without_https(home: Path) -> None:
    settings, _, _ = patient(home, *WOO, "secret", "ck_1a", "cs_2b")

    assert settings.text("erp.redirect_uri") == "https://loja.example/volta"
    assert settings.text("shop.url") == "https://loja.example"


def test_a_wrong_first_key_is_asked_for_again_before_the_second(home: Path) -> None:
    """Else no second key would ever fit, and nothing but Ctrl-C would lead out."""
    _, vault, ask = patient(home, *WOO, "secret", "cs_2b", "abc", "ck_1a", "ck_1a", "cs_2b")

    assert vault.read().shop_token == "ck_1a:cs_2b"
    assert [text.partition(")")[0] for text, _ in ask.asked[-5:]] == ["(10/11"] * 3 + ["(11/11"] * 2


def test_both_keys_may_be_given_at_once(home: Path) -> None:
    _, vault, _ = patient(home, *WOO, "secret", "ck_1a:cs_2b")

    assert vault.read().shop_token == "ck_1a:cs_2b"


def test_a_name_that_cannot_be_is_shown_as_it_was_typed(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings, _, _ = patient(home, *WOO[:4], "Loja Azul", *WOO[4:], "secret", "ck_1a:cs_2b")

    assert "'Loja Azul'" in capsys.readouterr().err
    assert is_tagged(settings.text("shop.id"))


def test_yes_or_no_is_asked_until_it_is_one_of_both(home: Path) -> None:
    answers = ("webstore", "client", "https://loja.example", "", "", "", "", "", "secret", "", "loja.example")

    settings, _, ask = patient(home, *answers, "maybe", "Sim")

    assert settings.text("shop.orders") == "files"
    assert [text for text, _ in ask.asked[-2:]] == [ask.asked[-1][0]] * 2


def test_a_token_that_the_shop_refuses_is_asked_for_again_and_never_shown(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = (
        *("webstore", "client", "https://loja.example", "", "", "", "", ""),
        "secret",
        "wr0ng",
        "r1ght",
    )

    _, vault, _ = patient(home, *answers, looks=(Look("The shop refuses it.", refused=True), Look("Yes.")))

    said = capsys.readouterr()
    assert vault.read().shop_token == "r1ght"
    assert "The shop refuses it.\nOr once more, here:" in said.err
    for secret in ("secret", "wr0ng", "r1ght"):
        assert secret not in said.err + said.out
        assert secret not in (home / "config.toml").read_text()


# The former sign-in


def proved(world: World, settings: Settings) -> object:
    box = world.sandbox
    address = authorize_address(box.authorize_url, box.client_id, box.redirect_uri, "s")
    return asyncio.run(prove(settings, world.vault, code_from(box.approve(address), "s"), world.clock))


@pytest.fixture
def settings(world: World) -> Settings:
    box = world.sandbox
    given = {
        "HOME": str(world.home),
        "ERP__CLIENT_ID": box.client_id,
        "ERP__REDIRECT_URI": box.redirect_uri,
        "ERP__API_URL": box.erp_url,
        "ERP__TOKEN_URL": box.token_url,
        "SHOP__API_URL": box.shop_url,
        "CREDENTIALS__BACKEND": "file",
    }
    return load({f"CONTAAZUL_SYNC_{name}": value for name, value in given.items()})


def test_a_new_sign_in_takes_the_place_of_the_former_one(world: World, settings: Settings) -> None:
    before = world.vault.read()

    proved(world, settings)

    after = world.vault.read()
    assert after.signed_in
    assert after.refresh_token != before.refresh_token
    assert after.hash_key == before.hash_key


def test_a_sign_in_to_another_company_leaves_the_former_one(world: World, settings: Settings) -> None:
    proved(world, settings)
    before = world.vault.read()
    world.sandbox.erp.company["id_empresa"] = "424242"

    with pytest.raises(StateError, match="another company"):
        proved(world, settings)

    assert world.vault.read() == before


@pytest.mark.parametrize("fault", ["400", "401", "404"])
def test_a_sign_in_whose_company_is_not_told_leaves_the_former_one(
    world: World, settings: Settings, fault: Any
) -> None:
    proved(world, settings)
    before = world.vault.read()
    world.sandbox.erp.faults.add(fault, "GET", "/v1/pessoas/conta-conectada", times=99)

    with pytest.raises(SyncError):
        proved(world, settings)

    assert world.vault.read() == before


def test_the_company_is_asked_with_the_new_token_alone(world: World, settings: Settings) -> None:
    """Were it asked with the former one, the sign-in of another company would be taken for this one's."""
    proved(world, settings)
    former = world.vault.read()
    world.sandbox.erp.faults.add("401", "GET", "/v1/pessoas/conta-conectada", times=9)

    with pytest.raises(SyncError):
        proved(world, settings)

    asked = world.arrived("GET", "/v1/pessoas/conta-conectada")
    assert f"Bearer {former.access_token}" not in [each.headers["authorization"] for each in asked[1:]]


def test_a_run_in_the_seconds_of_a_sign_in_has_the_former_one(world: World, settings: Settings) -> None:
    box = world.sandbox
    address = authorize_address(box.authorize_url, box.client_id, box.redirect_uri, "s")
    former = world.vault.read()

    asyncio.run(world.tokens().exchange(code_from(box.approve(address), "s"), box.redirect_uri))

    assert asyncio.run(world.tokens().access()) == former.access_token


# The browser that comes back


class Landing:
    """The page that waits for a browser, in a thread."""

    def __init__(self, seconds: float) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.came: list[object] = []
        self.seconds = seconds
        self.thread = threading.Thread(target=self._wait, daemon=True)
        self.thread.start()
        deadline = time.monotonic() + 10
        while True:
            try:
                self.connect().close()
                return
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.01)

    def _wait(self) -> None:
        try:
            self.came.append(landed("127.0.0.1", self.port, "mine", self.seconds))
        except SignInError as error:
            self.came.append(error)

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def get(self, path: str) -> int:
        return httpx.get(f"http://127.0.0.1:{self.port}{path}", trust_env=False).status_code

    def end(self) -> object:
        self.thread.join(timeout=30)
        return self.came[0]


@pytest.fixture
def landing() -> Iterator[Callable[..., Landing]]:
    opened: list[Landing] = []

    def begin(seconds: float = 20) -> Landing:
        opened.append(Landing(seconds))
        return opened[-1]

    yield begin
    for each in opened:
        each.thread.join(timeout=30)


def test_a_browser_may_open_more_connections_and_ask_for_an_icon(landing: Callable[..., Landing]) -> None:
    page = landing()
    idle = [page.connect() for _ in range(3)]

    assert page.get("/favicon.ico") == 404
    assert page.get("/volta?code=abc&state=mine") == 200

    assert page.end() == f"http://127.0.0.1:{page.port}/volta?code=abc&state=mine"
    for each in idle:
        each.close()


def test_an_older_tab_does_not_end_the_sign_in(landing: Callable[..., Landing]) -> None:
    page = landing()

    for older in (
        "/?code=abc&state=other",
        "/?error=access_denied&state=other",
        "/?code=abc",
        "/?state=mine",
    ):
        assert page.get(older) == 404
    page.get("/?error=access_denied&state=mine")

    assert str(page.end()).endswith("/?error=access_denied&state=mine")


def test_what_comes_meanwhile_makes_the_time_neither_longer_nor_shorter(
    landing: Callable[..., Landing],
) -> None:
    began = time.monotonic()
    page = landing(seconds=0.6)
    idle = page.connect()
    page.get("/favicon.ico")

    came = page.end()

    assert "did not come back" in str(came)
    assert 0.5 < time.monotonic() - began < 5
    idle.close()


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SignInError, match="is in use"):
        landed("127.0.0.1", taken.getsockname()[1], "mine", 1)
