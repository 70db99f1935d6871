"""A month of orders, paid in three ways, received by the installed program and closed to the centavo."""

import csv
import json
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from contaazul_sync.core.days import local_day
from contaazul_sync.core.receivables import Money
from contaazul_sync.sandbox.sheets.gateway import FEES, Gateway
from contaazul_sync.state.file import State

pytestmark = pytest.mark.slow

ACCOUNT = {"account": "Conta corrente da loja"}
WAYS: dict[str, dict[str, Any]] = {
    "pix": {"settle": "paid", "fee_percent": "0.99"},
    "credit_card": {"settle": "due", "first_due_days": 5, "fee_percent": "4.98", "fee_fixed": "0.40"},
    "boleto": {"settle": "payout"},
}
ORDERS = 40
SETTLED = "/baixa"
SCHEMAS = Path("docs/schemas")


@pytest.fixture
def shop(terminal):
    """A home that settles these ways of paying from today on."""
    told = [(f"payments.{word}", ACCOUNT | rule) for word, rule in WAYS.items()]
    rules = {f"{section}__{key}": value for section, rule in told for key, value in rule.items()}
    terminal.configure(**rules, shop__requests_per_second=10, erp__requests_per_second=10)
    terminal.be_signed_in()
    terminal.sandbox.shop.add_product("CAM-1", "Camiseta", "33.37", 500)
    assert terminal.run("send-products", "CAM-1", "--now").returncode == 0
    return terminal


def now():
    return datetime.now(UTC)


def with_state(terminal, work):
    state = State.open(terminal.home / "state.db")
    try:
        return work(state)
    finally:
        state.close()


def order(shop, index):
    """An order of one of 29 days, whose money the gateway has; every second by card, in up to three parts."""
    method = ("pix", "credit_card", "boleto", "credit_card")[index % 4]
    day = f"{local_day(now()) - timedelta(days=index % 29 + 2)} 12:00:00"
    paid = {"created": day, "paid_at": day, "payment_method": method, "shipping": f"{7 + index * 0.37:.2f}"}
    parts = index % 3 + 1 if method == "credit_card" else 1
    return str(shop.order([("CAM-1", index % 3 + 1)], installments=parts, **paid))


def fee(gross, method, number):
    """What the merchant says that the gateway keeps, or the gateway itself."""
    rule = WAYS[method]
    exact = gross * Decimal(rule.get("fee_percent", FEES[method])) / 100
    fixed = Decimal(rule.get("fee_fixed", "0")) if number == 1 else 0
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP) + fixed


def centavos(amount):
    return int(amount * 100)


class Ledger:
    """What the ERP has of the money of all sales, in centavos. `wrong`: parts that are not as due.

    `stated`: the gateway's statement was read.
    """

    def __init__(self, sandbox, *, stated):
        self.has_come = {"pix": True, "boleto": stated}
        self.parts = self.settled = self.sum = self.received = self.fees = 0
        self.wrong = []
        ledger = sandbox.erp.ledger
        for sale in sandbox.erp.sales.values():
            marks = ((each, f"pedido {each['order_id']}]") for each in sandbox.shop.orders)
            (method,) = (each["payment_method"] for each, mark in marks if mark in sale.observacoes)
            for number, part in enumerate(ledger.of_event(sale.event_id), 1):
                self._add(part, ledger.settled(part), self._due(part, method, number))

    def _due(self, part, method, number):
        """What is to be settled of a part by today: all of it once, or nothing."""
        has_come = self.has_come.get(method, part.due <= f"{local_day(now())}")
        return [(part.amount, fee(part.amount, method, number))] if has_come else []

    def _add(self, part, settlements, due):
        there = [(each.money.gross, each.money.fee) for each in settlements]
        self.wrong += [(part, due, there)] if there != due else []
        self.parts += 1
        self.settled += len(there)
        self.sum += centavos(part.amount)
        self.received += sum(centavos(gross) for gross, _fee in there)
        self.fees += sum(centavos(kept) for _gross, kept in there)


def told(shop, *words, schema=""):
    shown = json.loads(shop.run(*words, "--json").stdout)
    jsonschema.validate(shown, json.loads((SCHEMAS / f"{schema or words[0]}.schema.json").read_text()))
    return shown


def check_closed(shop, *, stated=False):
    """Received, what is due later and what waits are the sales, in every view and in the ERP."""
    ledger, status = Ledger(shop.sandbox, stated=stated), told(shop, "status")
    counts, sums = status["settlements"], status["settlements_sum"]

    assert ledger.wrong == status["failures"] == []
    assert (counts["settled"], sums["settled"]) == (ledger.settled, ledger.received)
    assert sums["fees"] == ledger.fees
    assert sum(counts.values()) == ledger.parts
    assert sum(sums.values()) - sums["fees"] == ledger.sum == status["orders_sum"]["sent"]
    rows = list(csv.DictReader(StringIO(shop.run("orders", "--csv").stdout), delimiter=";"))
    for column, whole in (("received", ledger.received), ("fees", ledger.fees)):
        assert sum(int(row[column].replace(",", "")) for row in rows) == whole
        assert sum(row[column] for row in told(shop, "orders")["orders"]) == whole
    return status


def settlements_sent(shop):
    asked = shop.sandbox.erp.requests
    return [seen for seen in asked if seen.method == "POST" and seen.path.endswith(SETTLED)]


def make_all_due(shop):
    """Weeks go by: the ERP has what is to come of the cards due today."""
    today = local_day(now())
    for sale in shop.sandbox.erp.sales.values():
        for part in shop.sandbox.erp.ledger.of_event(sale.event_id):
            part.due = min(part.due, f"{today}")

    def look(state):
        every = [part for note in state.orders.all() for part in state.settlements.parts_of(note.id)]
        later = {part.order_id for part in every if part.money is Money.LATER}
        state.settlements.follow(later, now())
        return later

    return with_state(shop, look)


def test_a_month_of_40_orders_closes_to_the_centavo(shop):
    orders = [order(shop.sandbox.shop, index) for index in range(ORDERS)]

    assert shop.run("sync").returncode == 0
    assert set(told(shop, "status")["settlements"].values()) == {0}  # these were paid before today
    month = f"{local_day(now()) - timedelta(days=31)}"
    assert shop.run("sync", "--settle-since", month, "--yes").returncode == 0
    status = check_closed(shop)
    assert status["orders"]["sent"] == ORDERS
    assert (status["settlements"]["waiting"], status["settlements"]["failed"]) == (ORDERS // 4, 0)
    assert min(status["settlements"][place] for place in ("settled", "due_later")) > 0

    before = len(settlements_sent(shop))
    assert shop.run("sync").returncode == 0
    assert len(settlements_sent(shop)) == before

    statement = shop.root / "release-report.csv"
    statement.write_bytes(Gateway(shop.sandbox.shop).report())
    for _again in range(2):  # the second time it changes nothing
        assert shop.run("payouts", "--yes", str(statement)).returncode == 0
        assert shop.run("sync").returncode == 0
        assert check_closed(shop, stated=True)["settlements"]["waiting"] == 0
    assert make_all_due(shop)
    assert shop.run("sync").returncode == 0
    status = check_closed(shop, stated=True)
    assert status["settlements_sum"]["settled"] == status["orders_sum"]["sent"]

    compared = told(shop, "reconcile")
    assert compared["agrees"]
    for key, place in (("received", "settled"), ("fees", "fees")):
        assert sum(month[key] for month in compared["months"]) == status["settlements_sum"][place]
    parts = told(shop, "show", orders[1])["receivables"]["parts"]
    assert [part["state"] for part in parts] == ["settled"] * 2
    assert "received" in shop.run("show", orders[1]).stdout
