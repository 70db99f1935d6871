"""The accountant's month, and CSV that a Brazilian spreadsheet opens as it is."""

import csv
import json
import re
from typing import Any

import pytest

from contaazul_sync.sandbox.server import Sandbox
from tests.cli.test_order_book import filled, listed
from tests.worlds.terminal import Terminal, on_terminal

pytestmark = pytest.mark.slow
PT = {"LANG": "pt_BR.UTF-8"}
MARK = "\ufeff"


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """An order in most places of the book, for tests that only look."""
    with Sandbox(catalogue=False) as box:
        terminal: Any = Terminal(tmp_path_factory.mktemp("t"), box)
        terminal.configure()
        terminal.be_signed_in()
        filled(terminal)
        terminal.month = listed(terminal, "--state", "sent")[0]["paid_on"][:7]
        yield terminal


def proved(seen: Any, *words: str, **environ: str) -> Any:
    return seen.run("reconcile", "--month", seen.month, *words, **environ)


def test_the_month_is_proved_and_every_order_that_makes_a_difference_is_named(seen):
    done = proved(seen, COLUMNS="80")
    told = json.loads(proved(seen, "--json").stdout)

    rows = listed(seen, "--month", seen.month)
    assert told["paid"] == sum(row["total"] or 0 for row in rows)
    assert told["paid"] == told["in_erp"] + told["difference"]
    assert told["difference"] == sum(each["difference"] for each in told["differences"])
    named = {each["order"] for each in told["differences"]}
    assert {row["order"] for row in rows if row["place"] != "sent"} == named
    assert str(seen.at["sent"]) not in named
    assert done.returncode == 6
    for order in named:
        assert f"{order}: paid " in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    last = " ".join(done.stdout.splitlines()[-1:])
    assert re.match(
        r"Proof: R\$ [\d.,]+ paid = R\$ [\d.,]+ in the ERP \+ R\$ [\d.,]+ in \d+ orders above\.", last
    )


def test_the_places_of_the_proof_are_those_of_the_book(seen):
    told, rows = json.loads(proved(seen, "--json").stdout), listed(seen, "--month", seen.month)

    for place, sums in told["places"].items():
        there = [row for row in rows if row["place"] == place]
        assert (sums["orders"], sums["paid"]) == (len(there), sum(row["total"] or 0 for row in there))
    assert sum(sums["orders"] for sums in told["places"].values()) == len(rows) == told["orders"]


def test_the_proof_writes_nothing_and_is_told_in_portuguese(seen):
    before, calls = (seen.home / "state.db").read_bytes(), len(seen.sandbox.erp.requests)

    told = proved(seen, **PT).stdout

    assert (seen.home / "state.db").read_bytes() == before
    assert {request.method for request in seen.sandbox.erp.requests[calls:]} == {"GET"}
    assert "Prova: R$ " in told
    assert "aguardando" in told


def test_a_month_without_orders_is_proved_too(seen):
    done = seen.run("reconcile", "--month", "2019-01")

    assert "Proof: R$ 0,00 paid = R$ 0,00 in the ERP, to the centavo." in done.stdout


def test_the_list_of_a_month_says_what_it_is_made_of(seen):
    told = seen.run("orders", "--month", seen.month, COLUMNS="80").stdout

    rows = listed(seen, "--month", seen.month)
    assert f"{len(rows)} orders, R$ " in told
    assert "= sent 1, R$ 89,90; " in " ".join(told.split())


@pytest.mark.parametrize("words", [("orders", "--csv"), ("products", "--csv"), ("status", "--drift")])
def test_a_csv_in_portuguese_is_for_a_brazilian_spreadsheet(seen, words):
    text = seen.run(*words, **PT).stdout
    english = seen.run(*words).stdout

    assert text.startswith(MARK)
    assert not english.startswith(MARK)
    rows = list(csv.reader(text.removeprefix(MARK).splitlines(), delimiter=";"))
    assert all(len(row) == len(rows[0]) for row in rows)
    assert not {"order", "paid_on", "price", "in_erp", "state", "place"} & set(rows[0])
    cells = [cell for row in rows[1:] for cell in row]
    assert not [cell for cell in cells if re.fullmatch(r"\d+\.\d+|\d{4}-\d\d-\d\d|left_out|not-sent", cell)]
    assert len(rows) == len(english.splitlines())


def test_a_csv_of_the_orders_of_a_month_has_their_sums_and_what_was_booked(seen):
    text = seen.run("orders", "--month", seen.month, "--csv", **PT).stdout.removeprefix(MARK)

    rows = list(csv.DictReader(text.splitlines(), delimiter=";"))
    (sent,) = [row for row in rows if row["situação"] == "enviado"]
    assert (sent["total"], sent["valor da venda"], sent["motivo"]) == ("89,90", "89,90", "")
    assert re.fullmatch(r"\d\d/\d\d/\d{4}", sent["pago em"])


def test_a_csv_on_a_terminal_begins_with_no_mark(seen):
    seen.environ["LANG"] = PT["LANG"]
    try:
        screen, code = on_terminal(seen, "products", "--csv")
    finally:
        del seen.environ["LANG"]

    assert code == 0
    assert screen.startswith("sku;")
