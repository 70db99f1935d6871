"""`config show` and `config set`: what holds, where it comes from, and setting one of them."""

import pytest

from tests.worlds.terminal import on_terminal

pytestmark = pytest.mark.slow
PERCENT = "CONTAAZUL_SYNC_PRICES__ADJUSTMENT_PERCENT"


def test_settings_are_shown_with_where_they_come_from_and_secrets_are_not(terminal):
    done = terminal.run("config", "show", COLUMNS="130", **{PERCENT: "5"})

    lines = {line.split()[0]: line.split() for line in done.stdout.splitlines() if line.split()}
    assert lines["shop.id"][1:] == ["loja", "config.toml"]
    assert lines["prices.adjustment_percent"][1:] == ["5", "the", "variable", PERCENT]
    assert lines["prices.source"][1:] == ["promotional", "default"]
    assert "is set" in done.stdout
    assert terminal.sandbox.client_secret not in done.stdout
    assert terminal.sandbox.shop_token not in done.stdout


@pytest.mark.parametrize("value", ["7,5", "-5", "5%"])
def test_a_setting_is_set_and_the_rest_of_the_file_stays(terminal, value):
    file = terminal.home / "config.toml"
    file.write_text("# mine\n" + file.read_text())

    assert terminal.run("config", "set", "prices.adjustment_percent", value).returncode == 0

    assert f'adjustment_percent = "{value}"' in file.read_text()
    assert file.read_text().startswith("# mine\n")
    assert terminal.run("config", "show").returncode == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["prices.adjustment_percent", "a lot"], "[prices] adjustment_percent cannot be 'a lot'"),
        (["prices.adjustment", "5"], "Is it prices.adjustment_percent"),
        (["kits.KIT-1", "5"], "There is no setting kits.KIT-1. [kits] is a section of config.toml"),
        (["payments.pix.settle", "paid"], "[payments] is a section of config.toml: change it in that file."),
    ],
)
def test_what_is_no_setting_or_no_value_of_one_changes_nothing(terminal, words, told):
    before = (terminal.home / "config.toml").read_text()

    done = terminal.run("config", "set", *words)

    assert done.returncode == 3
    assert told in done.stderr
    assert (terminal.home / "config.toml").read_text() == before


def test_a_value_that_stops_everything_can_be_set_right(terminal):
    terminal.configure(prices__adjustment_percent="a lot")
    assert terminal.run("config", "show").returncode == 3

    assert terminal.run("config", "set", "prices.adjustment_percent", "5").returncode == 0

    assert terminal.run("config", "show").returncode == 0


def test_a_file_that_is_no_toml_is_left_as_it_is(terminal):
    (terminal.home / "config.toml").write_text("[shop\n")

    done = terminal.run("config", "set", "prices.adjustment_percent", "5")

    assert done.returncode == 3
    assert "is not valid TOML" in done.stderr
    assert (terminal.home / "config.toml").read_text() == "[shop\n"


def test_a_variable_that_wins_is_named(terminal):
    done = terminal.run("config", "set", "prices.adjustment_percent", "5", **{PERCENT: "3"})

    assert f"The variable {PERCENT} is set and wins over the file." in done.stderr


def test_where_messages_go_is_not_repeated_on_the_screen(terminal):
    told, code = on_terminal(terminal, "config", "set", "alerts.notify", "mailto://joao:senha@mail.example")

    assert code == 0
    assert "senha" not in told
    assert "senha" not in terminal.run("config", "show").stdout
