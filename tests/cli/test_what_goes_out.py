"""What others wrote, and what is secret, at every place where the installed program tells something."""

import json
import unicodedata
from contextlib import closing

import pytest

from contaazul_sync.sandbox.server import Sandbox
from contaazul_sync.state.file import State
from tests.worlds.terminal import Terminal, on_terminal

pytestmark = pytest.mark.slow
HOSTILE = "Camisa \x1b]0;owned\x07[bold]azul[/bold] \x9b31m\u202ex"
PING = "https://127.0.0.1:9/0f8a-11-mine"
PLACES = [
    ("status",),
    ("status", "--json"),
    ("status", "--products"),
    ("status", "--drift"),
    ("products",),
    ("products", "--csv"),
    ("show", "CAM-1"),
    ("show", "CAM-1", "--json"),
    ("orders",),
    ("orders", "--csv"),
    ("log",),
    ("log", "1"),
    ("reconcile",),
    ("doctor",),
    ("config", "show"),
    ("sync", "--dry-run"),
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    with Sandbox(catalogue=False) as box:
        terminal = Terminal(tmp_path_factory.mktemp("t"), box)
        terminal.configure(alerts__ping_url=PING)
        terminal.be_signed_in()
        box.shop.add_product("CAM-1", "Camisa", 79.90, 5)
        box.shop.add_product("BONE-1", "=HYPERLINK(1)", 79.90, 5)
        terminal.run("send-products", "CAM-1", "--now")
        box.shop.order([("CAM-1", 1)], payer_cpf="")
        terminal.run("sync")
        with closing(State.open(terminal.home / "state.db")) as state:  # as an older version has kept it
            state.db.write("UPDATE products SET name = ? WHERE sku = 'CAM-1'", HOSTILE)
            state.db.write("UPDATE failures SET reason = ?", HOSTILE)
        yield terminal


@pytest.mark.parametrize("words", PLACES)
def test_nothing_steers_and_nothing_secret_is_told(shop, words):
    done = shop.run(*words)

    said = done.stdout + done.stderr
    kinds = {unicodedata.category(letter) for letter in said.replace("\n", "")}
    assert kinds.isdisjoint({"Cc", "Cf", "Cs"})
    assert "0f8a-11" not in said
    assert shop.sandbox.client_secret not in said
    assert shop.sandbox.shop_token not in said


def test_on_a_terminal_only_our_own_colours_steer(shop):
    for words in (("products",), ("show", "CAM-1"), ("status",)):
        screen, _code = on_terminal(shop, *words)
        assert "[bold]azul" in screen or words == ("status",)
        assert not any(steer in screen for steer in ("\x1b]", "\x07", "\x9b", "\u202e", "owned"))


def test_a_formula_is_text_in_the_csv(shop):
    assert "BONE-1;'=HYPERLINK(1);" in shop.run("products", "--csv").stdout


def test_json_keeps_every_letter_of_a_name(shop):
    told = json.loads(shop.run("show", "CAM-1", "--json").stdout)

    assert told["in_shop"]["name"].replace("\x1b]0;owned\x07", "").startswith("Camisa [bold]azul[/bold]")


def test_the_log_has_no_secret(shop):
    written = (shop.home / "log.jsonl").read_text(encoding="utf-8")

    assert "0f8a-11" not in written
    assert shop.sandbox.shop_token not in written


@pytest.mark.parametrize("value", ["ftp://joao:senha-dele@x", "http://ping.example/0f8a-11-mine"])
def test_a_secret_setting_that_is_wrong_is_named_without_its_value(shop, value):
    variable = "CONTAAZUL_SYNC_ALERTS__PING_URL"
    for done in (
        shop.run("config", "set", "alerts.ping_url", value),
        shop.run("status", **{variable: value}),
        shop.run("doctor", **{variable: value}),
        shop.run("config", "show", CONTAAZUL_SYNC_SHOP__URL="https://joao:senha-dele@shop.example"),
    ):
        assert "senha-dele" not in done.stdout + done.stderr
        assert "0f8a-11" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("orders", "--csv", "--json"),
        ("orders", "--month", ""),
        ("orders", "--state="),
        ("products", "--search", ""),
        ("status", "--max-age", ""),
        ("sync", "--since", ""),
    ],
)
def test_what_cannot_be_meant_is_refused(shop, words):
    done = shop.run(*words)

    assert done.returncode == 2
    assert done.stdout == ""
    assert words[1].rstrip("=") in done.stderr
