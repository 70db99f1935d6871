"""The statement of the sandbox's gateway: of its own book, and in the words of a release report."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest

from contaazul_sync.core.statements import Totals
from contaazul_sync.sandbox.sheets.gateway import HEADS, Gateway
from contaazul_sync.sandbox.shop.catalogue import fill
from contaazul_sync.sandbox.shop.state import Shop
from contaazul_sync.tables import statements


@pytest.fixture
def shop(clock):
    filled = Shop(clock)
    fill(filled)
    clock.move(minutes=3 * 24 * 60)
    return filled


def rows(report, separator=","):
    return list(csv.DictReader(io.StringIO(report.decode(), newline=""), delimiter=separator))


def of_kind(shop, kind, **options):
    return [row for row in rows(Gateway(shop, **options).report()) if row["DESCRIPTION"] == kind]


def checked(report, folder):
    path = folder / "report.csv"
    path.write_bytes(report)
    totals = Totals()
    for _entry in totals.checked(statements.shipped("mercado_pago").entries(path)):
        pass
    return totals


def test_each_payment_is_a_row_with_its_order_and_what_it_cost(shop):
    paid = {order["order_id"]: order for order in shop.orders if order["paid_at"]}
    payments = of_kind(shop, "payment")

    assert {row["EXTERNAL_REFERENCE"] for row in payments} == paid.keys()
    assert all(Decimal(row["MP_FEE_AMOUNT"]) < 0 for row in payments)
    assert sum(Decimal(row["GROSS_AMOUNT"]) for row in payments) == sum(
        Decimal(order["total"]) for order in paid.values()
    )


def test_a_refund_gives_the_fee_back_and_a_chargeback_does_not(shop):
    (refund,) = of_kind(shop, "refund")
    cards = [each["order_id"] for each in shop.orders if each["payment_method"] == "credit_card"]
    (chargeback,) = of_kind(shop, "chargeback", charged_back=cards[:1])

    assert Decimal(refund["MP_FEE_AMOUNT"]) > 0
    assert Decimal(chargeback["NET_DEBIT_AMOUNT"]) == -Decimal(chargeback["GROSS_AMOUNT"])


def test_interest_is_in_the_gross_and_taken_again(shop):
    order = shop.orders[-1]
    order |= {"paid_at": order["created"], "total": Decimal("100.00"), "total_paid": Decimal("110.00")}
    payment = next(row for row in of_kind(shop, "payment") if row["EXTERNAL_REFERENCE"] == order["order_id"])

    assert (payment["GROSS_AMOUNT"], payment["FINANCING_FEE_AMOUNT"]) == ("110.00", "-10.00")


def test_what_goes_to_the_bank_is_set_aside_let_go_and_transferred(shop):
    aside, let_go = of_kind(shop, "reserve_for_payout")[:2]
    transfer = of_kind(shop, "payout")[0]

    assert aside["NET_DEBIT_AMOUNT"] == let_go["NET_CREDIT_AMOUNT"] == transfer["NET_DEBIT_AMOUNT"]
    assert Decimal(transfer["NET_DEBIT_AMOUNT"]) > 0


@pytest.mark.parametrize("separator", [",", ";"])
def test_its_sums_are_right(shop, tmp_path, separator):
    report = Gateway(shop, separator=separator).report()

    assert rows(report, separator)[0].keys() == {*HEADS}
    assert checked(report, tmp_path).opening == 150_00


def test_a_report_goes_on_where_the_one_before_has_ended(shop, tmp_path):
    gateway, between = Gateway(shop), shop.clock() - timedelta(days=5)
    first, second = gateway.report(until=between), gateway.report(since=between)
    whole = checked(gateway.report(), tmp_path)

    early, late = checked(first, tmp_path), checked(second, tmp_path)
    assert early.closing == late.opening
    assert late.closing == whole.closing
    assert early.rows + late.rows == whole.rows
