"""Looking at one item, at the products and at the runs; and taking things back."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contaazul_sync.sandbox.server import Sandbox
from contaazul_sync.state.file import State
from tests.worlds.terminal import Terminal, on_terminal

pytestmark = pytest.mark.slow


def filled(terminal: Terminal) -> Any:
    """Two products in the ERP, one that is not, an order that is a sale and one that is held."""
    shop: Any = terminal
    for sku in ("CAM-1", "CAM-2", "BONE-1"):
        shop.sandbox.shop.add_product(sku, f"Produto {sku}", 79.90, 5)
    shop.run("send-products", "CAM-1", "CAM-2", "--now")
    shop.sold = str(shop.sandbox.shop.order([("CAM-1", 1)]))
    shop.held = str(shop.sandbox.shop.order([("CAM-1", 1)], payer_cpf=""))
    assert shop.run("sync").returncode == 6
    return shop


@pytest.fixture
def shop(signed_in):
    return filled(signed_in)


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """One such shop for all tests that only look at it."""
    with Sandbox(catalogue=False) as box:
        terminal = Terminal(tmp_path_factory.mktemp("t"), box)
        terminal.configure()
        terminal.be_signed_in()
        yield filled(terminal)


def test_everything_about_an_order_and_a_product_is_shown(seen):
    sold, held, linked = seen.run("show", seen.sold), seen.run("show", seen.held), seen.run("show", "CAM-1")

    assert f"Order {seen.sold}: sent" in sold.stdout
    assert "sale 1001, R$ 79,90" in sold.stdout
    assert f"Order {seen.held}: held" in held.stdout
    assert "the buyer gave no CPF or CNPJ" in held.stdout
    assert f"contaazul-sync ignore {seen.held}" in held.stdout
    assert "Product CAM-1: integrated" in linked.stdout
    assert "4 expected" in linked.stdout
    assert "Ana" not in sold.stdout + held.stdout


def test_an_item_that_nobody_knows_is_a_usage_error(seen):
    done, slip = seen.run("show", "NO-SUCH"), seen.run("ignore", "CAM-11")

    assert (done.returncode, slip.returncode) == (2, 2)
    assert "no order and no product is known as NO-SUCH\n" in done.stderr
    assert "no order and no product is known as CAM-11. Is it CAM-1" in slip.stderr


def test_a_number_that_is_none_is_told_in_the_words_of_the_reader(seen):
    done = seen.run("sync", "--limit", "dez", LANG="pt_BR.UTF-8", CONTAAZUL_SYNC_LANGUAGE="pt-BR")

    assert done.returncode == 2
    assert "'dez' não é um número inteiro" in done.stderr


@pytest.mark.parametrize(
    ("which", "skus"),
    [
        ([], ["BONE-1", "CAM-1", "CAM-2"]),
        (["linked"], ["CAM-1", "CAM-2"]),
        (["not-sent"], ["BONE-1"]),
        (["--search", "bone"], ["BONE-1"]),
        (["gone"], []),
    ],
)
def test_products_are_listed_by_how_they_stand(seen, which, skus):
    as_csv = seen.run("products", *which, "--csv").stdout.splitlines()
    as_table = seen.run("products", *which).stdout

    assert as_csv[0] == "sku;name;price;price_sent;stock;state"
    assert [line.split(";")[0] for line in as_csv[1:]] == skus
    assert all(sku in as_table for sku in skus)


def test_an_item_that_is_left_alone_can_be_taken_back(shop):
    shop.run("ignore", shop.held)
    assert shop.status()["failures"] == []
    assert json.loads(shop.run("show", shop.held, "--json").stdout)["state"] == "ignored"

    assert shop.run("unignore", shop.held).returncode == 0

    assert shop.run("sync").returncode == 6
    assert shop.status()["failures"][0]["key"] == shop.held
    assert "were not left alone" in shop.run("unignore", shop.held).stderr


def test_what_there_is_nothing_to_try_again_of_is_named(shop):
    told, code = on_terminal(shop, "retry", shop.held, "CAM-1", shop.sold)

    assert code == 0
    assert f"Nothing stands against CAM-1, {shop.sold}." in told
    assert "tries 1 item again" in told
    assert "Nothing stands against any item." in shop.run("retry", "--all").stderr


def test_a_link_can_be_taken_back_and_nothing_changes_in_the_erp(shop):
    asked, code = on_terminal(shop, "unlink", "CAM-2", typed=["n"])
    assert "Unlink CAM-2?" in asked
    assert code == 0
    assert shop.status()["products"]["linked"] == 2

    assert "add --yes" in shop.run("unlink", "CAM-2").stderr
    assert shop.status()["products"]["linked"] == 2
    assert shop.run("unlink", "CAM-2", "--yes").returncode == 0

    assert shop.status()["products"] == {"linked": 1, "unsent": 2, "waiting": 0, "failed": 0, "drift": 0}
    assert shop.sandbox.erp.product("CAM-2").sku == "CAM-2"
    assert shop.run("unlink", "CAM-2", "--yes").returncode == 2


def test_the_last_runs_and_what_each_did(seen):
    runs = json.loads(seen.run("log", "--json").stdout)
    listed = seen.run("log")
    lines = seen.run("log", str(runs[0]["id"])).stdout
    one = json.loads(seen.run("log", str(runs[1]["id"]), "--json").stdout)

    assert [run["outcome"] for run in runs] == [6, 0]
    assert "sync: done; some items need a look" in listed.stdout
    assert f"orders: {seen.sold} done" in lines
    assert f"orders: {seen.held} not done: the buyer gave no CPF or CNPJ" in lines
    assert "the run ends with 6" in lines
    assert "sync: done; some items need a look" in lines
    assert one == [runs[1]]


@pytest.mark.parametrize("number", ["77", "9" * 30])
def test_a_run_that_nobody_knows_is_a_usage_error(terminal, number):
    done = terminal.run("log", number)

    assert done.returncode == 2
    assert f"nothing is known of run {number}" in done.stderr


def test_the_log_has_one_object_a_line_with_the_run_and_the_item_and_nobody_s_name(seen):
    path = seen.home / "log.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()]

    assert path.stat().st_mode & 0o777 == 0o600
    assert {line["run"] for line in lines} == {1, 2}
    assert {"time", "level", "command", "message"} <= lines[0].keys()
    assert seen.sold in [line.get("item") for line in lines]
    for secret in ("Ana", "Paulista", "529982", "sandbox-secret", "sandbox-shop-token"):
        assert secret not in path.read_text()


def test_who_wants_to_see_more_sees_each_item_and_who_wants_less_nothing(shop):
    shop.sandbox.shop.order([("CAM-1", 1)])
    loud = shop.run("sync", "-v")
    shop.sandbox.shop.order([("CAM-1", 1)])
    louder = shop.run("sync", "-vv")
    quiet, code = on_terminal(shop, "sync", "-q")

    assert "orders: " in loud.stderr
    assert "POST /v1/venda: 201" not in loud.stderr
    assert "POST /v1/venda: 201" in louder.stderr
    assert code == 6
    assert "Created" not in quiet


def test_the_age_of_the_last_good_run_is_an_exit_code(shop):
    assert shop.run("status", "--max-age", "90m").returncode == 0
    state = State.open(shop.home / "state.db")
    old = (datetime.now(UTC) - timedelta(hours=3)).isoformat()
    state.db.execute("UPDATE runs SET started_at = ?, finished_at = ?", [old, old])
    state.close()

    late = shop.run("status", "--max-age", "90m")

    assert late.returncode == 6
    assert "longer ago than 90m" in late.stderr
    assert shop.run("status", "--max-age", "1d").returncode == 0
    assert shop.run("status", "--max-age", "9999999999d").returncode == 0
    assert shop.run("status", "--max-age", "soon").returncode == 2


def test_the_status_on_a_terminal_has_panels_and_the_day_as_a_strip(seen):
    colourful, _code = on_terminal(seen, "status")

    screen = re.sub(r"\x1b\[[0-9;]*m", "", colourful)
    assert "─ Products" in screen
    assert "─ The last 24 hours" in screen
    assert "◆" in screen
    assert max(map(len, screen.splitlines())) <= 80


def test_every_run_writes_the_page_where_a_setting_names_a_file(shop):
    shop.configure(status__html="pagina.html")
    page = shop.home / "pagina.html"
    shop.run("sync")
    first = page.read_text()
    page.unlink()
    (shop.home / "secrets.json").unlink()
    shop.run("sync")

    assert "1 order stands still, R$ 79,90: the buyer gave no CPF or CNPJ." in first.replace("\xa0", " ")
    assert "sign in to the ERP" in page.read_text()
    assert page.stat().st_mode & 0o777 == 0o600


def test_a_page_that_cannot_be_written_ends_no_run(shop):
    (shop.home / "notes.html").write_text("mine")
    shop.configure(status__html="notes.html")

    assert shop.run("sync").returncode == 6
    assert (shop.home / "notes.html").read_text() == "mine"
