"""What a script asks for: JSON of every command, single settings, and lists that are not wrapped."""

import json
from typing import Any

import pytest

from tests.cli.test_settings import PERCENT

pytestmark = pytest.mark.slow


def asked(terminal: Any, *words: str, **environ: str) -> Any:
    return json.loads(terminal.run(*words, "--json", **environ).stdout)


@pytest.fixture
def shop(signed_in):
    """CAM-1 in the ERP, CAM-2 not, an order of each."""
    for sku in ("CAM-1", "CAM-2"):
        signed_in.sandbox.shop.add_product(sku, f"Produto {sku} de nome comprido " + "x" * 60, 79.90, 5)
    signed_in.run("send-products", "CAM-1", "--now")
    signed_in.orders = [str(signed_in.sandbox.shop.order([(sku, 1)])) for sku in ("CAM-1", "CAM-2")]
    return signed_in


def test_a_dry_run_and_a_run_tell_a_program_what_goes_and_what_went(shop):
    plan = asked(shop, "sync", "--dry-run")

    (order,) = plan["orders"]
    assert (order["order"], order["total"], plan["orders_sum"]) == (shop.orders[0], 7990, 7990)
    assert order["sale"]["items"] == [{"sku": "CAM-1", "quantity": "1", "price": 7990}]
    assert sum(part["amount"] for part in order["sale"]["parts"]) == 7990
    assert [(hold["key"], hold["group"]) for hold in plan["holds"]] == [(shop.orders[1], "waiting")]

    done = shop.run("sync", "--json")
    told = json.loads(done.stdout)

    assert (done.returncode, told["outcome"], told["created"]) == (6, 6, 1)
    assert (told["new_failures"], told["message"]) == (1, "")


def test_a_run_that_does_not_get_through_tells_a_program_so(shop):
    shop.sandbox.shop.faults.add("500_before", times=999)

    for _again in range(2):  # said once to cron, and always to a program
        done = shop.run("sync", "--json")
        told = json.loads(done.stdout)
        assert (done.returncode, told["outcome"], told["created"]) == (5, 5, 0)
        assert told["message"]


def test_a_run_that_cannot_begin_tells_a_program_so(terminal):
    done = terminal.run("sync", "--json")

    told = json.loads(done.stdout)
    assert (done.returncode, told["outcome"]) == (4, 4)
    assert "contaazul-sync auth" in told["message"]


def test_products_are_told_in_centavos_and_text(shop):
    found = {each["sku"]: each for each in asked(shop, "products")["products"]}

    assert (found["CAM-1"]["price"], found["CAM-1"]["price_sent"], found["CAM-1"]["state"]) == (
        7990,
        7990,
        "linked",
    )
    assert (found["CAM-2"]["price_sent"], found["CAM-2"]["stock"]) == (None, "5")
    assert [each["sku"] for each in asked(shop, "products", "not-sent")["products"]] == ["CAM-2"]


def test_profiles_are_told_with_their_last_runs(shop):
    (main,) = asked(shop, "profiles")["profiles"]

    assert (main["name"], main["home"], main["signed_in"]) == ("", str(shop.home), True)
    assert main["last_run"]["command"] == "send-products"
    assert asked(shop, "profiles", CONTAAZUL_SYNC_HOME=str(shop.root / "other"))["profiles"] == []


def test_one_setting_is_read_set_and_taken_out(terminal):
    def get(name: str, **environ: str) -> str:
        return str(terminal.run("config", "get", name, **environ).stdout)

    assert get("prices.adjustment_percent") == "0\n"
    terminal.run("config", "set", "prices.adjustment_percent", "7,5")
    assert get("prices.adjustment_percent") == "7.5\n"
    assert get("prices.adjustment_percent", **{PERCENT: "3"}) == "3\n"
    assert get("orders.consumer") == "\n"

    done = terminal.run("config", "unset", "prices.adjustment_percent", **{PERCENT: "3"})

    assert done.returncode == 0
    assert "wins over the file" in done.stderr
    assert get("prices.adjustment_percent") == "0\n"
    again = terminal.run("config", "unset", "prices.adjustment_percent")
    assert (again.returncode, "Nothing was changed" in again.stderr) == (0, True)


def test_taking_a_setting_out_leaves_the_rest_of_the_file_as_it_is(terminal):
    file = terminal.home / "config.toml"
    file.write_text("# mine\n" + file.read_text().replace("[shop]", "[shop] # here"))
    before = file.read_text()

    terminal.run("config", "unset", "shop.id")

    assert file.read_text() == before.replace('id = "loja"\n', "")


@pytest.mark.parametrize("word", ["get", "unset"])
def test_a_name_of_no_setting_is_told_with_the_nearest(terminal, word):
    done = terminal.run("config", word, "prices.adjustment")

    assert (done.returncode, done.stdout) == (3, "")
    assert "Is it prices.adjustment_percent" in done.stderr


def test_no_secret_is_told_to_a_program(terminal):
    terminal.run("config", "set", "alerts.notify", "mailto://joao:senha-secreta@mail.example")

    told = terminal.run("config", "show", "--json").stdout

    assert "senha" not in told
    assert terminal.sandbox.client_secret not in told
    assert "senha" not in terminal.run("config", "get", "alerts.notify").stdout
    settings = json.loads(told)["settings"]
    assert settings["shop.id"] == {"value": "loja", "from": "file"}
    assert settings["prices.source"] == {"value": "promotional", "from": "default"}
    assert asked(terminal, "config", "show", **{PERCENT: "3"})["settings"]["prices.adjustment_percent"] == {
        "value": "3",
        "from": PERCENT,
    }


def test_a_table_in_a_pipe_has_one_line_for_each_of_its_rows(shop):
    shop.run("sync")

    for words, rows in ((["products"], 2), (["orders"], 2), (["log"], 2)):
        lines = shop.run(*words).stdout.splitlines()
        assert len(lines) == 1 + rows + (2 if words == ["orders"] else 0), words
    assert "x" * 60 in shop.run("products").stdout
    settings = shop.run("config", "show").stdout.splitlines()
    assert all(line.split() for line in settings)
    assert len(settings) == 2 + len(asked(shop, "config", "show")["settings"]) + 2


def test_ways_of_paying_and_kits_are_told_to_a_program_as_they_were_said(terminal):
    with (terminal.home / "config.toml").open("a") as file:
        file.write('[payments.pix]\naccount = "Banco"\nterms = [30, 60]\n')
        file.write("[payments.boleto]\nfirst_due_days = 0\n[kits.KIT-1]\nCAM-1 = 2\n")

    told = asked(terminal, "config", "show")

    assert told["payments"] == {
        "pix": {"account": "Banco", "terms": [30, 60]},
        "boleto": {"first_due_days": 0},
    }
    assert told["kits"] == {"KIT-1": [{"sku": "CAM-1", "quantity": "2"}]}
