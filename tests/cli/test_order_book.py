"""The order book as a merchant reads it: where every paid order stands, and that the sums add up."""

import csv
import json
import re
import signal
import subprocess
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contaazul_sync.sandbox.server import Sandbox
from contaazul_sync.state.file import State
from tests.worlds.terminal import PROGRAM, Terminal, on_terminal

pytestmark = pytest.mark.slow
NOW = datetime.now(UTC)


def begun(terminal: Any) -> Any:
    """A signed-in home with CAM-1 in the ERP, and CAM-2 that is not."""
    for sku in ("CAM-1", "CAM-2"):
        terminal.sandbox.shop.add_product(sku, f"Produto {sku}", 79.90, 50)
    assert terminal.run("send-products", "CAM-1", "--now").returncode == 0
    return terminal


def filled(terminal: Any) -> Any:
    """An order in most places of the book, one of each; and one that was never paid, which is in none."""
    shop = begun(terminal).sandbox.shop
    at = terminal.at = {}
    at["sent"] = shop.order([("CAM-1", 1)], shipping=10)
    at["waiting"] = shop.order([("CAM-2", 1)])
    at["held"] = shop.order([("CAM-1", 1)], payer_cpf="")
    at["unreadable"] = shop.order([("CAM-1", 1)])
    shop.orders[-1]["total"] = "broken"
    at["ignored"] = shop.order([("CAM-1", 2)], payer_cpf="")
    at["attention"] = shop.order([("CAM-1", 3)])
    at["left_out"] = shop.order([("CAM-1", 4)], paid_at=f"{NOW - timedelta(days=90):%Y-%m-%d 12:00:00}")
    at["ended"] = shop.order([("CAM-1", 5)], payer_cpf="")
    shop.order([("CAM-1", 1)], status="pending")
    terminal.run("sync")
    terminal.run("ignore", str(at["ignored"]))
    shop.cancel(at["ended"])
    shop.refund(at["attention"])
    assert terminal.run("sync").returncode == 6
    return terminal


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """One such shop for all tests that only look at it."""
    with Sandbox(catalogue=False) as box:
        terminal = Terminal(tmp_path_factory.mktemp("t"), box)
        terminal.configure()
        terminal.be_signed_in()
        yield filled(terminal)


@pytest.fixture
def shop(signed_in):
    return begun(signed_in)


def listed(terminal: Any, *words: str) -> list[dict[str, Any]]:
    return list(json.loads(terminal.run("orders", *words, "--json").stdout)["orders"])


def test_every_paid_order_is_listed_in_its_place(seen):
    rows = {row["order"]: row for row in listed(seen)}

    places = {name: rows.pop(str(order))["place"] for name, order in seen.at.items()}
    assert places == {name: name for name in places} | {"unreadable": "held"}
    assert rows == {}


def test_an_order_is_listed_with_what_there_is_to_know_of_it(seen):
    rows = {row["order"]: row for row in listed(seen)}
    sent, waiting, unreadable = (rows[str(seen.at[name])] for name in ("sent", "waiting", "unreadable"))

    assert (sent["total"], sent["sale_number"], sent["reason"]) == (8990, 1001, "")
    assert sent["paid_on"] == sent["sale_date"]
    assert waiting["reason"] == "not in the ERP yet: CAM-2"
    assert waiting["sale_number"] is waiting["sale_date"] is None
    assert unreadable["total"] is unreadable["paid_on"] is None
    assert rows[str(seen.at["ended"])]["reason"] == "it is not paid any more"
    assert rows[str(seen.at["left_out"])]["reason"].startswith("paid before the first day")


def test_the_sums_of_the_status_are_those_of_the_list(seen):
    status, rows = seen.status(), listed(seen)
    counts, amounts = dict.fromkeys(status["orders"], 0), dict.fromkeys(status["orders"], 0)
    for row in rows:
        place = "failed" if row["place"] == "held" else row["place"]
        counts[place] += 1
        amounts[place] += row["total"] or 0

    assert (counts, amounts) == (status["orders"], status["orders_sum"])
    assert sum(status["orders"].values()) == len(seen.at)
    assert sum(status["orders_sum"].values()) == 7990 * (1 + 1 + 1 + 2 + 3 + 4 + 5) + 1000


def test_what_a_person_left_alone_and_what_ended_or_is_too_old_needs_nobody(seen):
    quiet = {str(seen.at[name]) for name in ("ignored", "left_out", "ended")}

    assert not quiet & {failure["key"] for failure in seen.status()["failures"]}
    lines = [line.split() for line in seen.run("status", COLUMNS="80").stdout.splitlines()]
    assert ["left", "alone", "1", "R$", "159,80"] in lines
    assert ["left", "out", "1", "R$", "319,60"] in lines
    assert ["ended", "1", "R$", "399,50"] in lines
    assert ["held", "2", "R$", "79,90", "1", "of", "them", "without", "a", "sum"] in lines


def test_show_says_the_place_with_the_same_word(seen):
    for row in listed(seen):
        told = json.loads(seen.run("show", row["order"], "--json").stdout)
        assert told["state"] == row["place"]


def test_the_list_goes_to_a_spreadsheet(seen):
    rows = list(csv.DictReader(seen.run("orders", "--csv").stdout.splitlines(), delimiter=";"))

    assert [row["order"] for row in rows] == [row["order"] for row in listed(seen)]
    assert list(rows[0]) == list(listed(seen)[0])
    (sent,) = [row for row in rows if row["place"] == "sent"]
    assert (sent["total"], sent["sale_number"]) == ("89,90", "1001")
    assert sent["sale_date"] == listed(seen, "--state", "sent")[0]["sale_date"]


def test_the_list_is_narrowed_by_place_and_by_month(seen):
    month = listed(seen, "--state", "sent")[0]["paid_on"][:7]
    old = listed(seen, "--state", "left-out")

    assert [row["order"] for row in listed(seen, "--state", "held")] == [
        str(seen.at["held"]),
        str(seen.at["unreadable"]),
    ]
    assert listed(seen, "--month", old[0]["paid_on"][:7]) == old
    assert {row["paid_on"][:7] for row in listed(seen, "--month", month)} == {month}
    assert listed(seen, "--month", "1999-01") == []
    assert "No order." in seen.run("orders", "--month", "1999-01").stdout


def test_a_place_or_a_month_that_is_none_is_a_usage_error(seen):
    for words, told in ((["--state", "lost"], "left_out"), (["--month", "11/2026"], "2026-11")):
        done = seen.run("orders", *words)
        assert done.returncode == 2
        assert told in done.stderr


def test_the_list_fits_80_columns_and_says_what_all_come_to(seen):
    piped = seen.run("orders", COLUMNS="80").stdout
    screen, code = on_terminal(seen, "orders")

    assert code == 0
    for text in (piped, re.sub(r"\x1b\[[0-9;]*m", "", screen)):
        assert max(map(len, text.splitlines())) <= 80
        assert "R$ 89,90" in text
        assert f"{len(seen.at)} orders, R$ 1.368,30, 1 of them without a sum." in text


def test_a_reader_that_stops_reading_is_no_error(seen):
    line = f"{PROGRAM} orders --csv | head -n 1; {PROGRAM} orders | head -n 1"

    done = subprocess.run(
        ["bash", "-c", line], env=seen.environ, capture_output=True, text=True, timeout=30, check=False
    )

    assert done.stderr == ""
    assert done.stdout.startswith("order;number;paid_on;total;place;")


def test_the_list_asks_nobody(seen):
    erp, shop = len(seen.sandbox.erp.requests), len(seen.sandbox.shop.requests)

    seen.run("orders")

    assert (len(seen.sandbox.erp.requests), len(seen.sandbox.shop.requests)) == (erp, shop)


# A run that is going on


def on_the_wire(shop: Any) -> Any:
    """A run whose sale is on its way, and the order of it."""
    shop.sandbox.erp.faults.hold_seconds = 20
    shop.sandbox.erp.faults.add("timeout", method="POST", path="/v1/venda")
    order = str(shop.sandbox.shop.order([("CAM-1", 1)]))
    run = shop.start("sync")
    shop.wait_for(
        lambda: any(r.method == "POST" and r.path == "/v1/venda" for r in shop.sandbox.erp.requests)
    )
    return run, order


def test_an_order_that_a_healthy_run_is_sending_waits_and_is_not_in_doubt(shop):
    run, order = on_the_wire(shop)
    try:
        status, (row,) = shop.status(), listed(shop)
        told = json.loads(shop.run("show", order, "--json").stdout)
    finally:
        run.send_signal(signal.SIGKILL)
        run.communicate(timeout=30)

    assert (status["orders"]["waiting"], status["orders"]["in_doubt"]) == (1, 0)
    assert status["failures"] == []
    assert (row["place"], row["reason"]) == ("waiting", "it is being sent now")
    assert (told["state"], told["next_step"]) == ("waiting", "nothing to do: it is being sent now")


def test_an_order_that_a_killed_run_was_sending_is_in_doubt_also_while_another_run_goes_on(shop):
    run, order = on_the_wire(shop)
    run.send_signal(signal.SIGKILL)
    run.communicate(timeout=30)

    assert shop.status()["orders"]["in_doubt"] == 1
    assert listed(shop)[0]["reason"] == "it was being sent when the program was cut short"

    shop.sandbox.shop.switches.latency = 5
    other = shop.start("sync")
    shop.wait_for(lambda: runs_of(shop) > 2)
    try:
        status = shop.status()
    finally:
        other.send_signal(signal.SIGKILL)
        other.communicate(timeout=30)
    assert (status["orders"]["waiting"], status["orders"]["in_doubt"]) == (0, 1)
    assert [failure["key"] for failure in status["failures"]] == [order]


def runs_of(shop: Any) -> int:
    state = State.read(shop.home / "state.db")
    try:
        return len(state.runs.newest(10))
    finally:
        state.close()
