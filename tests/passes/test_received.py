"""The money of sales: each part is settled in the ERP once, on the day on which it came, to the centavo."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from contaazul_sync.core.items import Ignored, Kind
from contaazul_sync.core.receivables import Money, Settle
from contaazul_sync.core.rules import PaymentRule
from contaazul_sync.passes.rebuild import rebuild
from contaazul_sync.sandbox.common import chance
from contaazul_sync.sandbox.erp.records.receivables import Money as Composition
from contaazul_sync.sandbox.erp.records.receivables import Settlement

pytestmark = pytest.mark.line("memory")

ACCOUNT = "Conta corrente da loja"
SETTLE = "/v1/financeiro/eventos-financeiros/parcelas/*/baixa"
PIX = PaymentRule(account=ACCOUNT, settle=Settle.PAID, fee_percent=Decimal("0.99"))
CARD = PaymentRule(
    account=ACCOUNT,
    settle=Settle.DUE,
    first_due_days=30,
    fee_percent=Decimal("4.98"),
    fee_fixed=40,
)


@pytest.fixture
def shop(linked):
    """A shop whose Pix and cards are settled from today on."""
    job = linked("CAM-1", "Camiseta", 100, 500)
    pay(job, pix=PIX, credit_card=CARD)
    job.sync()
    return job


def pay(job, **rules):
    job.settings = replace(job.settings, payments=rules)


def sold(job, pieces=1, **fields):
    order = str(job.shop.order([("CAM-1", pieces)], **fields))
    job.sync()
    return order


def settlements(job, order):
    """What the ERP has of an order: day, gross, fee and the part that the note names."""
    (sale,) = job.sales_of(order)
    found = []
    for part in job.erp.ledger.of_event(sale.event_id):
        for each in job.erp.ledger.settled(part):
            place = each.note.rpartition(" ")[2].rstrip("]")
            found.append((each.day, str(each.money.gross), str(each.money.fee), place))
    return found


def moneys(job, order):
    return [part.money for part in job.state.settlements.parts_of(order)]


def by_hand(job, order, gross, number=1):
    """A person receives some of a part in the ERP."""
    (sale,) = job.sales_of(order)
    part = job.erp.ledger.of_event(sale.event_id)[number - 1]
    each = Settlement(
        chance.new_id(),
        part.id,
        "2026-11-25",
        Composition(Decimal(gross)),
        part.account_id or "",
        "DINHEIRO",
        "pago no balcão",
        None,
        job.clock(),
    )
    job.erp.table(Settlement)[each.id] = each


def test_a_pix_is_received_on_the_day_of_its_payment_less_the_fee(shop):
    order = sold(shop)

    assert settlements(shop, order) == [("2026-11-24", "100.00", "0.99", "1/1")]
    assert moneys(shop, order) == [Money.SETTLED]
    assert shop.failures_of(Kind.SETTLEMENT) == {}


def test_it_takes_four_calls_and_none_when_nothing_is_due(shop):
    shop.forget_calls()
    sold(shop)
    money = [call for call in shop.erp.requests if "financeiro" in call.path]
    sales = [
        call for call in shop.erp.requests if call.method == "GET" and call.path.startswith("/v1/venda/")
    ]
    accounts = [call for call in shop.erp.requests if call.path == "/v1/conta-financeira"]
    shop.forget_calls()
    shop.sync()
    shop.sync()

    assert ([call.method for call in money], len(accounts)) == (["GET", "POST", "GET"], 1)
    assert len([call for call in sales if call.path.count("/") == 3 and "busca" not in call.path]) <= 2
    assert [call for call in shop.erp.requests if "financeiro" in call.path] == []


def test_each_part_of_a_card_is_received_on_its_due_date_the_fixed_fee_once(shop):
    order = sold(shop, payment_method="credit_card", installments=3)
    assert settlements(shop, order) == []
    assert moneys(shop, order) == [Money.LATER] * 3
    for _day in range(92):
        shop.sync(minutes=24 * 60)

    assert settlements(shop, order) == [
        ("2026-12-24", "33.34", "2.06", "1/3"),
        ("2027-01-24", "33.33", "1.66", "2/3"),
        ("2027-02-24", "33.33", "1.66", "3/3"),
    ]
    assert moneys(shop, order) == [Money.SETTLED] * 3


def test_the_due_date_and_the_amount_that_the_erp_tells_on_the_day_count(shop):
    order = sold(shop, payment_method="credit_card", installments=1)
    (sale,) = shop.sales_of(order)
    (part,) = shop.erp.ledger.of_event(sale.event_id)
    part.due, part.amount = "2026-12-30", Decimal("99.00")
    for _day in range(40):
        shop.sync(minutes=24 * 60)

    assert settlements(shop, order) == [("2026-12-30", "99.00", "5.33", "1/1")]


@pytest.mark.parametrize("fault", ["drop_after", "500_after", "truncated", "html_after"])
def test_a_lost_answer_after_the_erp_did_it_is_no_second_settlement(shop, fault):
    order = str(shop.shop.order([("CAM-1", 1)]))
    shop.erp.faults.add(fault, method="POST", path=SETTLE)
    shop.sync()
    assert shop.failures_of(Kind.SETTLEMENT) == {order: "in_doubt"}
    shop.sync()

    assert len(settlements(shop, order)) == 1
    assert shop.failures_of(Kind.SETTLEMENT) == {}


@pytest.mark.parametrize("fault", ["drop_before", "500_before"])
def test_a_lost_answer_before_the_erp_did_it_is_sent_again_when_the_grace_is_over(shop, fault):
    order = str(shop.shop.order([("CAM-1", 1)]))
    shop.erp.faults.add(fault, method="POST", path=SETTLE)
    shop.sync()
    shop.sync(minutes=1)
    assert settlements(shop, order) == []
    shop.sync(minutes=61)

    assert len(settlements(shop, order)) == 1
    assert shop.failures_of(Kind.SETTLEMENT) == {}


def test_answers_that_are_always_lost_are_parked_and_go_on_when_a_person_has_looked(shop):
    order = str(shop.shop.order([("CAM-1", 1)]))
    shop.erp.faults.add("drop_before", method="POST", path=SETTLE, times=3)
    for _pass in range(6):
        shop.sync(minutes=61)
    assert f"retry {order}" in shop.failure(order)["next_step"]
    assert settlements(shop, order) == []
    shop.state.items.retry(Kind.SETTLEMENT, order)
    shop.sync()

    assert len(settlements(shop, order)) == 1


def test_a_pass_that_dies_after_the_erp_did_it_settles_nothing_twice(shop, monkeypatch):
    order = str(shop.shop.order([("CAM-1", 1)]))

    class Death(BaseException):
        pass

    def die(*_args):
        raise Death

    with monkeypatch.context() as power:
        power.setattr(type(shop.state.settlements), "came_to", die)
        with pytest.raises(Death):
            shop.sync()
    shop.sync()

    assert len(settlements(shop, order)) == 1
    assert moneys(shop, order) == [Money.SETTLED]


def test_parts_that_are_listed_late_are_settled_by_a_later_pass(shop):
    shop.erp.switches.parts_lag = 100
    order = sold(shop)
    assert settlements(shop, order) == []
    shop.sync()

    assert len(settlements(shop, order)) == 1


def test_parts_that_are_never_listed_are_told_and_looked_for_once_a_day(shop):
    shop.erp.switches.sale_parts = "none"
    order = sold(shop)
    for _day in range(4):
        shop.sync(minutes=24 * 60)
    shop.forget_calls()
    shop.sync()

    assert "lists no receivables" in shop.failure(order)["reason"]
    assert [call for call in shop.erp.requests if "financeiro" in call.path] == []


def test_what_a_person_has_received_whole_is_left_and_in_part_is_told(shop):
    pay(shop, pix=CARD)
    whole, some = sold(shop), sold(shop)
    by_hand(shop, whole, "100.00")
    by_hand(shop, some, "40.00")
    for _day in range(31):
        shop.sync(minutes=24 * 60)

    assert [len(settlements(shop, each)) for each in (whole, some)] == [1, 1]
    assert moneys(shop, whole) == [Money.BY_PERSON]
    assert shop.failures_of(Kind.SETTLEMENT) == {some: "attention"}
    assert "R$ 60,00 of R$ 100,00 is open" in shop.failure(some)["reason"]


def test_a_sale_that_is_not_approved_waits_and_is_looked_at_once_a_day(shop):
    shop.set(orders__sale_status="EM_ANDAMENTO")
    order = sold(shop)
    shop.forget_calls()
    shop.sync()
    assert [call for call in shop.erp.requests if "financeiro" in call.path] == []
    (sale,) = shop.sales_of(order)
    sale.situacao = "APROVADO"
    shop.erp.ledger.follow(sale)
    shop.sync(minutes=24 * 60)

    assert len(settlements(shop, order)) == 1


@pytest.mark.parametrize("end", ["cancel", "refund"])
def test_an_order_that_ended_in_the_shop_is_not_settled_on(shop, end):
    order = sold(shop, payment_method="credit_card", installments=1)
    getattr(shop.shop, end)(int(order))
    for _day in range(31):
        shop.sync(minutes=24 * 60)

    assert settlements(shop, order) == []


def test_a_sale_that_was_cancelled_in_the_erp_is_not_settled_on(shop):
    order = sold(shop, payment_method="credit_card", installments=1)
    (sale,) = shop.sales_of(order)
    sale.deleted = True
    shop.erp.ledger.follow(sale)
    for _day in range(31):
        shop.sync(minutes=24 * 60)

    assert settlements(shop, order) == []
    assert moneys(shop, order) == [Money.ENDED]


@pytest.mark.parametrize("cancels", ["refuse", "accept"])
def test_a_sale_of_which_money_was_received_is_never_cancelled_without_a_person(shop, cancels):
    shop.erp.switches.cancel_settled = cancels
    shop.set(orders__on_cancel="cancel")
    order = sold(shop)
    shop.shop.refund(int(order))
    shop.sync()

    (sale,) = shop.sales_of(order)
    assert sale.situacao == "APROVADO"
    assert "R$ 100,00 of it was received" in shop.failure(order)["reason"]
    assert len(settlements(shop, order)) == 1


def test_a_settlement_that_a_person_took_back_is_not_sent_again(shop):
    order = sold(shop, payment_method="credit_card", installments=2)
    for _day in range(31):
        shop.sync(minutes=24 * 60)
    assert len(settlements(shop, order)) == 1
    shop.erp.table(Settlement).clear()
    for _day in range(31):
        shop.sync(minutes=24 * 60)

    assert [each[3] for each in settlements(shop, order)] == ["2/2"]
    assert "taken back" in shop.failure(order)["reason"]


def test_a_home_of_old_sales_that_switches_it_on_settles_nothing_old(linked):
    job = linked("CAM-1", "Camiseta", 100, 500)
    old = [sold(job) for _ in range(3)]
    job.sync(minutes=24 * 60)
    pay(job, pix=PIX)
    job.forget_calls()
    job.sync()
    job.sync()
    assert [call for call in job.erp.requests if "financeiro" in call.path] == []
    new = sold(job)

    assert [len(settlements(job, each)) for each in (*old, new)] == [0, 0, 0, 1]


def test_a_way_of_paying_that_is_settled_later_begins_with_its_own_day(shop):
    boleto = sold(shop, payment_method="boleto")
    shop.sync(minutes=24 * 60)
    pay(shop, pix=PIX, boleto=PIX)
    later = sold(shop, payment_method="boleto")

    assert [len(settlements(shop, each)) for each in (boleto, later)] == [0, 1]
    assert shop.state.settlements.since()["boleto"] == date(2026, 11, 25)


def test_nothing_is_settled_once_it_is_switched_off(shop):
    order = sold(shop, payment_method="credit_card", installments=1)
    pay(shop, pix=PIX)
    for _day in range(31):
        shop.sync(minutes=24 * 60)

    assert settlements(shop, order) == []


def test_an_account_that_the_erp_does_not_have_is_named_and_the_next_day_tried_again(shop):
    pay(shop, pix=replace(PIX, account="Banco Azul"))
    order = str(shop.shop.order([("CAM-1", 1)]))
    shop.sync()
    assert "Banco Azul" in shop.failure(order)["reason"]


def test_a_refusal_is_told_and_tried_again_tomorrow(shop):
    order = str(shop.shop.order([("CAM-1", 1)]))
    shop.erp.faults.add("400", method="POST", path=SETTLE)
    shop.sync()
    assert shop.failures_of(Kind.SETTLEMENT) == {order: "failed"}
    shop.sync()
    assert settlements(shop, order) == []
    shop.sync(minutes=24 * 60)

    assert len(settlements(shop, order)) == 1
    assert shop.failures_of(Kind.SETTLEMENT) == {}


def test_an_order_of_which_a_person_said_to_leave_the_money_alone_is_left(shop):
    order = sold(shop, payment_method="credit_card", installments=1)
    shop.state.items.ignore(Kind.SETTLEMENT, order, Ignored("settlement"), shop.clock())
    for _day in range(31):
        shop.sync(minutes=24 * 60)

    assert settlements(shop, order) == []


def test_a_rebuilt_state_settles_nothing_a_second_time(shop):
    order = sold(shop, payment_method="credit_card", installments=2)
    for _day in range(31):
        shop.sync(minutes=24 * 60)
    first = settlements(shop, order)
    shop._with_parts(rebuild)
    shop.sync()
    for _day in range(3):
        shop.sync(minutes=24 * 60)

    assert settlements(shop, order) == first


def test_what_was_settled_by_a_lost_state_is_known_by_its_mark(shop):
    order = sold(shop)
    shop.state.db.execute("DELETE FROM settlements")
    shop.state.db.execute("DELETE FROM parts")
    shop.state.settlements.follow([order], shop.clock())
    shop.sync()

    assert len(settlements(shop, order)) == 1
    assert moneys(shop, order) == [Money.SETTLED]


def test_a_clock_that_is_ahead_settles_nothing_on_a_day_to_come(shop):
    order = sold(shop, created="2026-11-26 10:00:00", paid_at="2026-11-26 10:00:00")
    assert settlements(shop, order) == []
    for _day in range(3):
        shop.sync(minutes=24 * 60)

    assert [each[0] for each in settlements(shop, order)] == ["2026-11-26"]
