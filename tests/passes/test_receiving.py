"""The money that arrived: each part of a sale is settled once, to the centavo, on the day that it came."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import httpx
import pytest

from contaazul_sync.core.errors import SyncError, Unavailable
from contaazul_sync.core.items import Group, Ignored, Kind, Outcome
from contaazul_sync.core.receivables import Money, Settle
from contaazul_sync.core.rules import PaymentRule
from contaazul_sync.net.line import CARRIER
from contaazul_sync.operate import wiring
from contaazul_sync.passes.rebuild import rebuild
from contaazul_sync.passes.sync import Pass
from contaazul_sync.sandbox.common import chance
from contaazul_sync.sandbox.erp.receivables import routes
from contaazul_sync.sandbox.erp.receivables.rows import part_row
from contaazul_sync.sandbox.erp.records import receivables as records
from contaazul_sync.sandbox.erp.records.fixed import ACCOUNTS
from contaazul_sync.state.file import State
from tests.worlds.job import no_sleep

pytestmark = pytest.mark.line("memory")

BANK, BANK_ID = str(ACCOUNTS[0]["nome"]), str(ACCOUNTS[0]["id"])
FAMILY = "/v1/financeiro/"
BAIXA = "/v1/financeiro/eventos-financeiros/parcelas/*/baixa"
DAY = 24 * 60  # minutes
TODAY = date(2026, 11, 24)
PIX = PaymentRule(account=BANK, settle=Settle.PAID, fee_percent=Decimal("0.99"))
CARD = PaymentRule(
    account=BANK, settle=Settle.DUE, first_due_days=30, fee_percent=Decimal("4.98"), fee_fixed=40
)
LOST = ["500_before", "500_after", "drop_before", "drop_after", "html_after", "truncated", "timeout_after"]


def settling(job, **rules):
    """From now on these ways of paying are settled so."""
    job.settings = replace(job.settings, payments=rules)
    return job


@pytest.fixture
def good(linked):
    job = settling(linked("CAM-1", "Camiseta", 79.90, 500), pix=PIX, credit_card=CARD)
    job.erp.faults.hold_seconds = 0.05
    job.sync()
    job.forget_calls()
    return job


def bought(job, quantity=2, **fields):
    return str(job.shop.order([("CAM-1", quantity)], **fields))


def on_credit(job, count, quantity=2, **fields):
    return bought(job, quantity, payment_method="credit_card", installments=count, **fields)


def parts(job, order):
    (sale,) = job.sales_of(order)
    return job.erp.ledger.of_event(sale.event_id)


def received(job, order):
    """What the ERP has of an order's money: part, day, gross and fee in centavos, in the order it came."""
    return [
        (part.index, each.day, int(each.money.gross * 100), int(each.money.fee * 100))
        for part in parts(job, order)
        for each in job.erp.ledger.settled(part)
    ]


def asked(job):
    """What of the ERP's financial family was asked."""
    return [f"{seen.method} {seen.path}" for seen in job.erp.requests if seen.path.startswith(FAMILY)]


def posts(job):
    return [seen for seen in job.erp.requests if seen.method == "POST" and seen.path.startswith(FAMILY)]


def by_hand(job, part, gross):
    """Somebody settles (some of) a part in the ERP."""
    money = records.Money(Decimal(str(gross)))
    made = records.Settlement(
        chance.new_id(), part.id, "2026-11-24", money, BANK_ID, part.method, "na mão", None, job.clock()
    )
    job.erp.table(records.Settlement)[made.id] = made
    job.erp.ledger.touch(part)
    return made


def silent(monkeypatch, left_out):
    """From now on the ERP does not tell these fields of a part."""

    def row(erp, part):
        return {name: value for name, value in part_row(erp, part).items() if name not in left_out}

    monkeypatch.setattr(routes, "part_row", row)


def trouble(job, order):
    """What stands against an order's money: its group and why; None where nothing does."""
    failure = job.state.items.failure(Kind.SETTLEMENT, order)
    return (failure.group, failure.reason) if failure else None


def places(job, order):
    return [part.money for part in job.state.settlements.parts_of(order)]


# What is settled, and how


def test_a_payment_that_came_is_settled_on_its_day_with_what_the_gateway_kept(good):
    order = bought(good)

    assert good.sync().outcome == 0

    (part,) = parts(good, order)
    (made,) = good.erp.ledger.settled(part)
    assert received(good, order) == [(1, "2026-11-24", 15980, 158)]
    assert (made.account_id, made.method) == (BANK_ID, "PIX_PAGAMENTO_INSTANTANEO")
    assert (made.note, made.nsu) == (f"[loja:parte 1/1 do pedido {order}]", order)
    assert places(good, order) == [Money.SETTLED]
    assert good.status()["failures"] == []


def test_by_default_nothing_is_settled_and_nothing_asked(linked):
    job = settling(linked("CAM-1", "Camiseta", 79.90, 50), pix=PaymentRule(account=BANK))
    order = bought(job)

    job.sync()
    job.sync()

    assert received(job, order) == []
    assert asked(job) == []


def test_a_way_of_paying_without_a_row_is_not_settled(good):
    order = bought(good, payment_method="boleto")
    both = bought(good, payment_method="pix + credit_card")

    good.sync()

    assert received(good, order) == received(good, both) == []
    assert asked(good) == []


@pytest.mark.parametrize("parts_from", [1, 0])
def test_a_sale_paid_with_a_card_waits_for_the_day_of_each_part(good, parts_from):
    good.erp.switches.parts_from = parts_from
    order = on_credit(good, 3)

    assert good.sync().outcome == 0
    assert received(good, order) == []
    assert places(good, order) == [Money.LATER] * 3
    days = [part.due for part in parts(good, order)]
    assert days == ["2026-12-24", "2027-01-24", "2027-02-24"]

    for count, day in enumerate(days, 1):
        good.clock.now = good.clock.now.replace(year=int(day[:4]), month=int(day[5:7]), day=23)
        good.sync()
        assert len(received(good, order)) == count - 1, "the day before"
        good.sync(minutes=DAY)
        assert len(received(good, order)) == count, day

    assert received(good, order) == [
        (1, "2026-12-24", 5327, 305),  # 4.98% of 53.27 is 2.652..., and 0.40 once an order
        (2, "2027-01-24", 5327, 265),
        (3, "2027-02-24", 5326, 265),
    ]
    notes = [each.note for part in parts(good, order) for each in good.erp.ledger.settled(part)]
    assert notes == [f"[loja:parte {n}/3 do pedido {order}]" for n in (1, 2, 3)]
    assert places(good, order) == [Money.SETTLED] * 3


def test_a_card_whose_gateway_pays_at_once_has_all_its_parts_settled_in_turn(good):
    settling(good, credit_card=replace(CARD, settle=Settle.PAID, first_due_days=None))
    good.sync()
    order = on_credit(good, 3)

    good.sync()

    assert [(index, day, gross) for index, day, gross, _fee in received(good, order)] == [
        (1, "2026-11-24", 5327),
        (2, "2026-11-24", 5327),
        (3, "2026-11-24", 5326),
    ]
    sent = [seen.body["observacao"] for seen in posts(good)]
    assert sent == [f"[loja:parte {n}/3 do pedido {order}]" for n in (1, 2, 3)]


def test_what_was_paid_the_evening_before_is_settled_on_the_day_in_brazil(good):
    good.clock.now = good.clock.now.replace(day=26, hour=1)  # UTC; the evening of the 25th in São Paulo
    order = bought(good, created="2026-11-25 21:30:00", paid_at="2026-11-25 21:30:00")

    good.sync(minutes=5)

    assert received(good, order) == [(1, "2026-11-25", 15980, 158)]


# What it costs


@pytest.mark.parametrize("count", [1, 2, 4])
def test_a_sale_costs_four_calls_and_two_more_for_each_further_part(good, count):
    settling(good, credit_card=replace(CARD, settle=Settle.PAID, first_due_days=None))
    good.erp.switches.parts_lag = 60  # so that the pass that sends it finds none
    good.sync()
    order = on_credit(good, count)
    good.sync()
    good.forget_calls()

    good.sync()

    (sale,) = good.sales_of(order)
    read = [seen for seen in good.erp.requests if seen.path == f"/v1/venda/{sale.id}"]
    assert len(received(good, order)) == count
    assert len(read) + len(asked(good)) == 4 + 2 * (count - 1)


def test_nothing_is_asked_when_nothing_is_due(good):
    paid, later, by_statement = bought(good), on_credit(good, 2), bought(good, payment_method="boleto")
    settling(good, pix=PIX, credit_card=CARD, boleto=PaymentRule(account=BANK, settle=Settle.PAYOUT))
    good.sync()
    good.sync()
    good.forget_calls()

    for _ in range(3):
        good.sync(minutes=DAY)

    assert asked(good) == []
    assert all(good.sales_of(order) for order in (paid, later, by_statement))


# Exactly once


@pytest.mark.line("http")
@pytest.mark.slow
@pytest.mark.parametrize("fault", LOST)
def test_a_settlement_whose_answer_is_lost_is_made_exactly_once(good, fault):
    order = bought(good)
    good.erp.faults.add(fault, method="POST", path=BAIXA)

    assert good.sync().outcome == 6
    assert trouble(good, order)[0] is Group.IN_DOUBT

    for _ in range(4):
        good.sync(minutes=61)
    assert received(good, order) == [(1, "2026-11-24", 15980, 158)]
    assert trouble(good, order) is None
    assert places(good, order) == [Money.SETTLED]


def test_nothing_is_sent_again_before_the_grace_is_over(good):
    bought(good)
    good.erp.faults.add("drop_before", method="POST", path=BAIXA)
    good.sync()

    good.sync(minutes=10)
    assert len(posts(good)) == 1
    good.sync(minutes=61)
    assert len(posts(good)) == 2


def test_a_settlement_that_never_arrives_is_parked_after_three_tries_until_a_person_looks(good):
    order = bought(good)
    good.erp.faults.add("500_before", method="POST", path=BAIXA, times=50)

    for _ in range(8):
        good.sync(minutes=61)

    assert len(posts(good)) == 3
    assert f"retry {order}" in good.state.items.failure(Kind.SETTLEMENT, order).next_step
    good.erp.faults.clear()
    good.state.items.retry(Kind.SETTLEMENT, order)
    good.sync(minutes=61)
    assert received(good, order) == [(1, "2026-11-24", 15980, 158)]
    assert trouble(good, order) is None


def test_what_does_not_get_through_or_has_to_slow_down_is_no_second_settlement(good):
    order = bought(good)
    good.erp.faults.add("429", method="POST", path=BAIXA, times=2)

    assert good.sync().outcome == 0

    assert len(received(good, order)) == 1
    assert [line.outcome for line in good.state.settlements.sent_of(order)] == [Outcome.MADE]


def test_a_read_back_that_fails_does_not_settle_twice(good):
    order = bought(good)
    good.erp.faults.add("500_before", method="GET", path=BAIXA, times=50)

    with pytest.raises(Unavailable):
        good.sync()
    good.erp.faults.clear()
    good.sync(minutes=61)
    good.sync(minutes=61)

    assert len(received(good, order)) == 1
    assert trouble(good, order) is None


class Death(BaseException):
    """The process is gone."""


class Deadly(httpx.AsyncBaseTransport):
    """A line on which the process dies at one request of the financial family: as it leaves, or after it."""

    def __init__(self, at, when):
        self.line = CARRIER.get() or httpx.AsyncHTTPTransport()
        self.at, self.when, self.count = at, when, 0

    async def handle_async_request(self, request):
        if not request.url.path.startswith(FAMILY):
            return await self.line.handle_async_request(request)
        self.count += 1
        if (self.count, self.when) == (self.at, "as it leaves"):
            raise Death
        response = await self.line.handle_async_request(request)
        if (self.count, self.when) == (self.at, "after it"):
            raise Death
        return response


def dies(job, at, when):
    """A pass in which the process dies there; whether it did. The state is opened again."""

    async def run():
        async with wiring.parts(job.settings, job.state, {}, clock=job.clock, sleep=no_sleep) as each:
            await Pass(each).run("sync")

    job.clock.move(minutes=30)
    token = CARRIER.set(Deadly(at, when))
    try:
        asyncio.run(run())
        died = False
    except Death:
        died = True
    finally:
        CARRIER.reset(token)
        job.state.close()
        job.state = State.open(job.settings.state_file)
    return died


@pytest.mark.parametrize("when", ["as it leaves", "after it"])
@pytest.mark.parametrize("at", [1, 2, 3, 4, 5])
def test_a_death_at_any_call_settles_nothing_twice_and_loses_nothing(good, at, when):
    settling(good, credit_card=replace(CARD, settle=Settle.PAID, first_due_days=None))
    good.sync()
    order = on_credit(good, 2)

    assert dies(good, at, when)

    for _ in range(4):
        good.sync(minutes=61)
    assert [index for index, *_ in received(good, order)] == [1, 2]
    assert trouble(good, order) is None
    assert good.status()["failures"] == []


def test_twenty_percent_of_faults_settle_nothing_twice(good):
    orders = [bought(good) if n % 2 else on_credit(good, 2) for n in range(8)]
    good.erp.faults.random(0.2, seed=7, path=f"{FAMILY}*")

    for _ in range(12):
        with suppress(SyncError):  # so many in a row that the pass ends
            good.sync(minutes=61)
    good.erp.faults.clear()
    good.clock.move(days=70)
    for _ in range(6):
        good.sync(minutes=61)

    for order in orders:
        got = received(good, order)
        assert len({index for index, *_ in got}) == len(got) == len(parts(good, order)), order
        assert sum(gross for _i, _d, gross, _f in got) == 15980


# What is late, or not ready


def test_parts_that_appear_late_are_settled_when_they_are_there(good):
    good.erp.switches.parts_lag = 45 * 60
    order = bought(good)

    assert good.sync().outcome == 0
    assert received(good, order) == []
    assert good.sync().outcome == 0
    good.sync()

    assert received(good, order) == [(1, "2026-11-24", 15980, 158)]


def test_an_event_that_appears_late_is_waited_for_as_its_parts_are(good):
    good.erp.faults.add("404", method="GET", path="/v1/financeiro/eventos-financeiros/*/parcelas")
    order = bought(good)

    assert good.sync().outcome == 0
    assert (received(good, order), trouble(good, order)) == ([], None)
    good.sync()

    assert received(good, order) == [(1, "2026-11-24", 15980, 158)]


def test_parts_that_appear_one_after_the_other_are_settled_when_all_are_there(good):
    settling(good, credit_card=replace(CARD, settle=Settle.PAID, first_due_days=None))
    good.sync()
    good.erp.switches.parts_lag = 60
    order = on_credit(good, 2)
    good.sync()
    parts(good, order)[1].visible_from += timedelta(hours=1)

    good.sync(minutes=5)
    assert received(good, order) == []
    good.sync(minutes=61)

    assert [seen.body["observacao"] for seen in posts(good)] == [
        f"[loja:parte {n}/2 do pedido {order}]" for n in (1, 2)
    ]


def test_an_erp_that_lists_no_parts_of_a_sale_is_told_and_asked_once_a_day(good):
    good.erp.switches.sale_parts = "none"
    order = bought(good)

    for _ in range(5):
        good.sync(minutes=DAY)

    assert trouble(good, order) is not None
    good.forget_calls()
    for _ in range(4):
        good.sync()
    assert len(asked(good)) <= 1
    good.erp.switches.sale_parts = "listed"
    good.sync(minutes=DAY)
    assert len(received(good, order)) == 1
    assert trouble(good, order) is None


def test_a_sale_in_progress_waits_and_is_looked_at_once_a_day(good):
    good.set(orders__sale_status="EM_ANDAMENTO")
    order = bought(good)
    good.sync()
    assert received(good, order) == []
    good.forget_calls()
    for _ in range(4):
        good.sync()
    assert asked(good) == []

    (sale,) = good.sales_of(order)
    good.erp.change_sale(sale, {"situacao": "APROVADO"})
    good.sync(minutes=DAY)

    assert received(good, order) == [(1, "2026-11-24", 15980, 158)]


def test_an_invoiced_sale_is_settled_too(good):
    order = on_credit(good, 1)
    good.sync()
    (sale,) = good.sales_of(order)
    good.erp.change_sale(sale, {"situacao": "FATURADO"})

    good.sync(minutes=31 * DAY)

    assert received(good, order) == [(1, "2026-12-24", 15980, 836)]


# What others do in the ERP


def test_a_part_that_a_person_has_settled_is_left_and_counted(good):
    order = on_credit(good, 2)
    good.sync()
    by_hand(good, parts(good, order)[0], "79.90")

    assert good.sync(minutes=62 * DAY).outcome == 0

    assert [(index, gross) for index, _day, gross, _fee in received(good, order)] == [(1, 7990), (2, 7990)]
    assert len(posts(good)) == 1
    assert places(good, order) == [Money.BY_PERSON, Money.SETTLED]


def test_a_part_settled_in_part_is_left_and_told_until_the_rest_came(good):
    order = on_credit(good, 2)
    good.sync()
    first = parts(good, order)[0]
    by_hand(good, first, "30.00")

    good.sync(minutes=31 * DAY)

    assert posts(good) == []
    assert trouble(good, order)[0] is Group.ATTENTION
    by_hand(good, first, "49.90")
    good.state.items.retry(Kind.SETTLEMENT, order)
    good.sync(minutes=DAY)
    assert trouble(good, order) is None
    assert posts(good) == []


def test_the_due_date_and_the_amount_as_the_erp_tells_them_that_day_count(good):
    order = on_credit(good, 2)
    good.sync()
    first, second = parts(good, order)
    first.due, first.amount, second.amount = "2027-01-05", Decimal("100.00"), Decimal("59.80")

    good.sync(minutes=31 * DAY)
    assert received(good, order) == []
    good.clock.now = good.clock.now.replace(year=2027, month=1, day=5)
    good.sync()

    assert received(good, order) == [(1, "2027-01-05", 10000, 538)]


def test_never_a_day_that_is_not_there_yet(good):
    good.erp.switches.future_settlement = "accept"
    order = bought(good, created="2026-11-24 23:50:00", paid_at="2026-11-27 10:00:00")

    good.sync()
    good.sync(minutes=DAY)
    assert received(good, order) == []

    good.sync(minutes=2 * DAY)
    assert received(good, order) == [(1, "2026-11-27", 15980, 158)]


def test_a_settlement_that_a_person_took_back_is_not_made_again_by_itself(good):
    order = on_credit(good, 2)
    good.sync()
    good.sync(minutes=31 * DAY)
    (made,) = [each for part in parts(good, order) for each in good.erp.ledger.settled(part)]
    del good.erp.table(records.Settlement)[made.id]

    for _ in range(3):
        good.sync(minutes=31 * DAY)

    assert [index for index, *_ in received(good, order)] in ([], [2])
    assert trouble(good, order)[0] is Group.ATTENTION


def test_a_settlement_whose_note_a_person_has_edited_is_known_all_the_same(good):
    order = bought(good)
    good.erp.faults.add("drop_after", method="POST", path=BAIXA)
    good.sync()
    (part,) = parts(good, order)
    good.erp.ledger.settled(part)[0].note = "conferido"

    for _ in range(3):
        good.sync(minutes=61)

    assert len(received(good, order)) == 1
    assert places(good, order) == [Money.SETTLED]
    assert [line.outcome for line in good.state.settlements.sent_of(order)] == [Outcome.MADE]


@pytest.mark.parametrize(
    "left_out", [["baixas"], ["baixas", "nao_pago"], ["baixas", "nao_pago", "valor_pago"]]
)
@pytest.mark.parametrize("gross", ["59.80", "159.80"])
def test_what_a_person_received_counts_where_the_list_of_the_parts_does_not_tell_it(
    good, monkeypatch, gross, left_out
):
    order = on_credit(good, 1)
    good.sync()
    by_hand(good, parts(good, order)[0], gross)
    silent(monkeypatch, left_out)

    good.sync(minutes=31 * DAY)

    assert [gross for _part, _day, gross, _fee in received(good, order)] == [int(Decimal(gross) * 100)]
    assert places(good, order) == [Money.BY_PERSON]


@pytest.mark.parametrize("late", ["sums", "status and sums", "list"])
def test_a_lost_settlement_is_ours_and_the_only_one_while_the_erp_tells_half_of_it(good, monkeypatch, late):
    order = bought(good)

    def row(erp, part):
        told = part_row(erp, part)
        behind = {"nao_pago": part.amount, "valor_pago": 0}
        behind |= {"status": "PENDENTE"} if late == "status and sums" else {}
        return told | ({"baixas": []} if late == "list" else behind)

    monkeypatch.setattr(routes, "part_row", row)
    good.erp.faults.add("drop_after", method="POST", path=BAIXA)

    for _ in range(3):
        good.sync(minutes=61)

    assert len(received(good, order)) == 1
    assert (places(good, order), trouble(good, order)) == ([Money.SETTLED], None)
    assert sum(fee for _gross, fee in good.state.takings.by_order().values()) == 158


def test_a_lost_settlement_is_found_where_the_list_of_the_parts_does_not_tell_it(good, monkeypatch):
    order = bought(good)
    silent(monkeypatch, ["baixas", "nao_pago"])
    good.erp.faults.add("drop_after", method="POST", path=BAIXA)

    for _ in range(4):
        good.sync(minutes=61)

    assert len(received(good, order)) == 1
    assert places(good, order) == [Money.SETTLED]


# What ended


def test_a_sale_cancelled_in_the_erp_is_not_settled(good):
    order = on_credit(good, 2)
    good.sync()
    (sale,) = good.sales_of(order)
    good.erp.change_sale(sale, {"situacao": "CANCELADO"})

    good.sync(minutes=62 * DAY)
    good.forget_calls()
    good.sync(minutes=DAY)

    assert received(good, order) == []
    assert asked(good) == []
    assert places(good, order) == [Money.ENDED] * 2


@pytest.mark.parametrize("deleted", [False, True])
@pytest.mark.parametrize("given_back", [False, True])
def test_of_a_sale_cancelled_in_the_erp_what_is_received_there_is_told_and_what_was_given_back_is_not(
    good, given_back, deleted
):
    order = on_credit(good, 2)
    good.sync()
    good.sync(minutes=31 * DAY)
    (sale,) = good.sales_of(order)
    if given_back:
        good.erp.table(records.Settlement).clear()
    good.erp.change_sale(sale, {"deleted": True} if deleted else {"situacao": "CANCELADO"})

    good.sync(minutes=31 * DAY)

    told = trouble(good, order)
    assert told is None if given_back else "R$ 79,90 of it was received there" in told[1]
    first = Money.ENDED if given_back else Money.SETTLED
    assert places(good, order) == [first, Money.ENDED]
    assert good.state.takings.by_order().get(order, (0, 0))[0] == (0 if given_back else 7990)
    good.forget_calls()
    good.sync(minutes=DAY)
    assert asked(good) == []


def test_of_a_sale_cancelled_while_an_answer_is_out_it_is_told_when_it_is_known(good):
    order = bought(good)
    good.erp.faults.add("drop_before", method="POST", path=BAIXA)
    good.sync()
    (sale,) = good.sales_of(order)
    good.erp.change_sale(sale, {"situacao": "CANCELADO"})

    good.sync(minutes=1)
    assert trouble(good, order)[0] is Group.IN_DOUBT

    good.sync(minutes=61)
    assert trouble(good, order) is None
    assert len(posts(good)) == 1


@pytest.mark.parametrize("end", ["cancel", "refund"])
def test_an_order_that_ended_in_the_shop_is_not_settled_on(good, end):
    order = on_credit(good, 2)
    good.sync()
    getattr(good.shop, end)(int(order))

    good.sync(minutes=62 * DAY)

    assert received(good, order) == []


@pytest.mark.parametrize("on_cancel", ["report", "cancel"])
def test_an_order_refunded_after_its_money_was_settled_is_a_persons(good, on_cancel):
    good.set(orders__on_cancel=on_cancel)
    good.erp.switches.cancel_settled = "accept"  # not even the ERP's own guard is needed
    order = bought(good)
    good.sync()
    good.shop.cancel(order)

    assert good.sync().outcome == 6

    (sale,) = good.sales_of(order)
    assert sale.situacao == "APROVADO"
    assert good.failure(order)["group"] == "attention"
    if on_cancel == "cancel":
        assert "R$ 159,80 of it was received" in good.failure(order)["reason"]
    good.sync(minutes=DAY)
    assert len(received(good, order)) == 1


def test_a_sale_whose_money_may_have_arrived_is_not_cancelled_either(good):
    good.set(orders__on_cancel="cancel")
    good.erp.switches.cancel_settled = "accept"
    order = bought(good)
    good.erp.faults.add("drop_after", method="POST", path=BAIXA)
    good.sync()
    good.shop.cancel(order)

    good.sync()

    (sale,) = good.sales_of(order)
    assert sale.situacao == "APROVADO"


def test_a_sale_of_which_a_person_received_money_is_not_cancelled(good):
    good.set(orders__on_cancel="cancel")
    good.erp.switches.cancel_settled = "accept"
    order = on_credit(good, 2)
    good.sync()
    by_hand(good, parts(good, order)[0], "79.90")
    good.sync(minutes=31 * DAY)
    good.shop.cancel(order)

    good.sync()

    (sale,) = good.sales_of(order)
    assert sale.situacao == "APROVADO"


def test_a_sale_of_which_nothing_came_is_cancelled_as_before(good):
    good.set(orders__on_cancel="cancel")
    order = on_credit(good, 2)
    good.sync()
    good.shop.cancel(order)

    good.sync()

    (sale,) = good.sales_of(order)
    assert sale.situacao == "CANCELADO"
    good.sync(minutes=62 * DAY)
    assert received(good, order) == []


@pytest.mark.parametrize("ends", ["cancelled", "ignored", "switched off"])
def test_a_lost_settlement_of_an_order_that_ended_since_is_looked_for_and_never_sent_again(good, ends):
    order = bought(good)
    good.erp.faults.add("drop_before", method="POST", path=BAIXA)
    good.sync()
    if ends == "cancelled":
        good.shop.cancel(order)
    elif ends == "ignored":
        good.state.items.ignore(Kind.SETTLEMENT, order, Ignored("settlement"), good.clock())
    else:
        settling(good, pix=replace(PIX, settle=Settle.NEVER))

    for _ in range(4):
        good.sync(minutes=61)

    assert received(good, order) == []
    assert len(posts(good)) == 1


def test_a_lost_settlement_that_had_arrived_is_known_though_its_order_ended(good):
    order = bought(good)
    good.erp.faults.add("drop_after", method="POST", path=BAIXA)
    good.sync()
    good.shop.cancel(order)

    good.sync(minutes=61)

    assert [line.outcome for line in good.state.settlements.sent_of(order)] == [Outcome.MADE]


def test_an_order_that_changed_after_its_sale_waits_for_a_person(good):
    order = on_credit(good, 1)
    good.sync()
    raw = next(each for each in good.shop.orders if str(each["id"]) == order)
    raw.update(total="100.00", total_paid="100.00", discount="59.80", updated=good.shop.now())
    good.sync()
    assert good.failure(order)["group"] == "attention"

    good.sync(minutes=31 * DAY)

    assert received(good, order) == []


# Clocks


def test_a_clock_that_jumped_ahead_and_back_loses_nothing(good):
    order, later = bought(good), on_credit(good, 2)
    good.sync()
    right = good.clock.now
    good.clock.now = right + timedelta(days=3650)
    good.sync()
    good.clock.now = right + timedelta(hours=1)
    before = len(received(good, later))

    third = bought(good)
    good.sync()
    good.sync(minutes=31 * DAY)
    good.sync(minutes=31 * DAY)

    assert len(received(good, order)) == len(received(good, third)) == 1
    assert len({index for index, *_ in received(good, later)}) == len(received(good, later))
    assert before in (0, 2)
    assert len(received(good, later)) == 2


def test_a_clock_that_goes_ahead_has_its_day_refused_and_is_right_the_day_after(good):
    """The ERP's own clock says which day is still to come."""
    order = on_credit(good, 1)
    good.sync()
    first = parts(good, order)[0]
    first.due = "2026-11-25"
    ahead = good.clock.now + timedelta(days=1)
    real = good.erp.clock
    good.erp.clock = lambda: real() - timedelta(days=1)
    good.state.items.retry(Kind.SETTLEMENT, order)
    good.clock.now = ahead
    good.sync()
    if received(good, order):  # looked at by its day
        pytest.fail("a day to come was settled")
    good.erp.clock = real

    good.sync(minutes=31 * DAY)

    assert [day for _i, day, _g, _f in received(good, order)] == ["2026-11-25"]


def test_a_lost_answer_of_a_clock_that_was_ahead_waits_no_years(good):
    order = on_credit(good, 1)
    good.sync()
    good.erp.faults.add("drop_before", method="POST", path=BAIXA)
    right = good.clock.now
    good.clock.now = right + timedelta(days=3650)
    good.sync()
    assert trouble(good, order)[0] is Group.IN_DOUBT
    good.clock.now = right

    good.sync(minutes=31 * DAY)
    assert received(good, order) == []  # it counts as sent now: its grace begins
    good.sync(minutes=61)

    assert received(good, order) == [(1, "2026-12-24", 15980, 836)]
    assert trouble(good, order) is None


def test_a_sale_that_waited_while_the_clock_was_ahead_waits_no_years(good):
    good.set(orders__sale_status="EM_ANDAMENTO")
    order = bought(good)
    good.sync()
    right = good.clock.now
    good.clock.now = right + timedelta(days=3650)
    good.sync()
    good.clock.now = right
    (sale,) = good.sales_of(order)
    good.erp.change_sale(sale, {"situacao": "APROVADO"})

    good.sync(minutes=DAY)

    assert len(received(good, order)) == 1


# Settings


def test_a_home_of_two_years_that_switches_it_on_settles_nothing_old(linked):
    job = linked("CAM-1", "Camiseta", 79.90, 500)
    old = [bought(job) for _ in range(3)]
    job.sync()
    job.clock.move(days=700)
    settling(job, pix=PIX, credit_card=CARD)
    new = bought(job)

    job.sync()
    job.sync(minutes=DAY)

    assert [received(job, order) for order in old] == [[], [], []]
    assert len(received(job, new)) == 1
    assert len(posts(job)) == 1
    assert job.state.settlements.since() == {"pix": date(2028, 10, 24), "credit_card": date(2028, 10, 24)}


def test_a_way_of_paying_that_is_settled_later_begins_with_its_own_day(good):
    before = bought(good, payment_method="boleto")
    good.sync()
    good.sync(minutes=DAY)
    settling(good, pix=PIX, boleto=PIX)
    after = bought(good, payment_method="boleto")
    good.sync()

    assert [len(received(good, each)) for each in (before, after)] == [0, 1]
    assert good.state.settlements.since()["boleto"] == TODAY + timedelta(days=1)


def test_settling_from_an_earlier_day_settles_what_is_old_too(linked):
    job = linked("CAM-1", "Camiseta", 79.90, 500)
    old = bought(job)
    job.sync()
    job.clock.move(days=60)
    settling(job, pix=PIX)
    job.sync()
    assert received(job, old) == []

    job.state.settlements.go_back_to(["pix"], TODAY)
    job.sync()

    assert received(job, old) == [(1, "2026-11-24", 15980, 158)]


def test_settling_that_is_switched_off_stops_and_begins_anew_when_it_is_on_again(good):
    order = on_credit(good, 1)
    good.sync()
    settling(good, pix=replace(PIX, settle=Settle.NEVER), credit_card=replace(CARD, settle=Settle.NEVER))

    good.sync(minutes=31 * DAY)
    assert received(good, order) == []
    meanwhile = bought(good)
    good.sync()
    assert good.state.settlements.since().keys() == {"pix", "credit_card"}  # what came is shown all the same

    settling(good, pix=PIX, credit_card=CARD)
    good.sync(minutes=DAY)
    new = bought(good)
    good.sync()

    assert received(good, order) == [(1, "2026-12-24", 15980, 836)]
    assert [len(received(good, each)) for each in (meanwhile, new)] == [0, 1]
    assert good.state.settlements.running()["pix"] == date(2026, 12, 26)
    good.state.settlements.go_back_to(["pix"], date(2026, 12, 25))
    good.sync()
    assert len(received(good, meanwhile)) == 1


def test_what_is_taken_back_when_all_was_received_is_seen_when_a_person_says_retry(good):
    order = bought(good)
    good.sync()
    good.erp.table(records.Settlement).clear()
    good.sync(minutes=DAY)
    assert trouble(good, order) is None

    good.state.items.retry(Kind.SETTLEMENT, order)
    good.sync()

    assert "taken back" in trouble(good, order)[1]
    assert len(posts(good)) == 1


def test_what_waited_for_a_statement_is_settled_by_its_day_when_the_merchant_says_so(good):
    settling(good, pix=replace(PIX, settle=Settle.PAYOUT))
    order = bought(good)
    good.sync()
    assert places(good, order) == [Money.STATEMENT]

    settling(good, pix=PIX).sync(minutes=DAY)

    assert received(good, order) == [(1, "2026-11-24", 15980, 158)]


def test_what_waited_for_its_day_waits_for_a_statement_when_the_merchant_says_so(good):
    order = on_credit(good, 2)
    good.sync()

    settling(good, credit_card=replace(CARD, settle=Settle.PAYOUT)).sync(minutes=DAY)

    assert places(good, order) == [Money.STATEMENT] * 2
    good.forget_calls()
    good.sync(minutes=DAY)
    assert asked(good) == []


def test_an_account_that_the_erp_does_not_have_is_told_and_settles_when_it_is_put_right(good):
    order = on_credit(good, 1)
    good.sync()
    settling(good, credit_card=replace(CARD, account="Banco que não existe"))

    good.sync(minutes=31 * DAY)

    assert received(good, order) == []
    assert "Banco que não existe" in trouble(good, order)[1]
    assert "[payments]" in good.state.items.failure(Kind.SETTLEMENT, order).next_step
    settling(good, credit_card=CARD)
    good.sync(minutes=DAY)
    assert received(good, order) == [(1, "2026-12-24", 15980, 836)]
    assert trouble(good, order) is None


def test_what_the_erp_refuses_is_told_and_tried_again_on_the_next_day(good):
    order = bought(good)
    good.erp.faults.add("400", method="POST", path=BAIXA)

    assert good.sync().outcome == 6
    assert trouble(good, order)[0] is Group.FAILED
    good.forget_calls()
    good.sync()
    assert posts(good) == []

    good.sync(minutes=DAY)
    assert len(received(good, order)) == 1
    assert trouble(good, order) is None


def test_what_came_of_the_parts_before_one_that_is_refused_is_kept(good):
    settling(good, credit_card=replace(CARD, settle=Settle.PAID, first_due_days=None))
    good.sync()
    order = on_credit(good, 3)
    good.erp.switches.parts_lag = 1
    good.sync(minutes=0)
    second = BAIXA.replace("*", parts(good, order)[1].id)
    good.erp.faults.add("400", method="POST", path=second)

    good.sync()

    assert [index for index, *_ in received(good, order)] == [1]
    assert places(good, order) == [Money.SETTLED, Money.OPEN, Money.OPEN]
    assert trouble(good, order)[0] is Group.FAILED
    good.sync(minutes=DAY)
    assert [index for index, *_ in received(good, order)] == [1, 2, 3]


def test_a_settlement_that_was_sent_again_leaves_no_question_behind(good):
    order = bought(good)
    good.erp.faults.add("drop_before", method="POST", path=BAIXA)
    good.sync()

    good.sync(minutes=61)

    outcomes = [line.outcome for line in good.state.settlements.sent_of(order)]
    assert outcomes == [Outcome.ABSENT, Outcome.MADE]
    assert good.state.settlements.received(order) == 15980


def test_a_sale_that_was_divided_otherwise_in_the_erp_is_settled_by_its_new_parts(good):
    order = on_credit(good, 2)
    good.sync()
    old = parts(good, order)
    for part in old:
        part.cancelled = True
    for part, amount in zip(old, ("100.00", "59.80"), strict=True):
        new = replace(part, id=chance.new_id(), amount=Decimal(amount), cancelled=False)
        good.erp.ledger.parts[new.id] = new

    good.sync(minutes=62 * DAY)

    assert [(index, gross) for index, _day, gross, _fee in received(good, order)] == [(1, 10000), (2, 5980)]
    assert places(good, order) == [Money.SETTLED] * 2


def test_the_money_of_one_order_that_is_in_trouble_stops_no_other(good):
    first, second = bought(good), bought(good, 1)
    good.erp.faults.add("400", method="POST", path=BAIXA)

    good.sync()

    assert sorted([len(received(good, first)), len(received(good, second))]) == [0, 1]


def test_an_order_that_a_person_leaves_alone_is_not_settled_and_retry_looks_again(good):
    order = on_credit(good, 1)
    good.sync()
    good.state.items.ignore(Kind.SETTLEMENT, order, Ignored("settlement"), good.clock())

    good.sync(minutes=31 * DAY)
    assert received(good, order) == []

    good.state.items.retry(Kind.SETTLEMENT, order)
    good.sync()
    assert received(good, order) == [(1, "2026-12-24", 15980, 836)]


# A state that is made anew


def rebuilt(job, state_file=None, called=None):
    """The state is lost, and made anew out of both systems, and out of an older copy where there is one.

    `called`: another name that the home has from now on.
    """
    before = job.settings.shop_id
    file = job.settings.state_file
    job.state.close()
    file.unlink()
    if state_file:
        file.write_bytes(state_file.read_bytes())
        file.chmod(0o600)
    job.state = State.open(file)
    if called:
        job.be_called(called)

    async def run():
        async with wiring.parts(job.settings, job.state, {}, clock=job.clock, sleep=no_sleep) as each:
            await rebuild(each, [before] if called else None)

    asyncio.run(run())


def test_what_was_settled_under_a_former_name_of_the_home_is_known(good):
    order = on_credit(good, 2)
    good.sync()
    good.sync(minutes=31 * DAY)
    assert len(received(good, order)) == 1

    rebuilt(good, called="loja-m4p2")
    good.sync()
    good.state.settlements.go_back_to(["credit_card"], TODAY)
    good.sync()
    assert places(good, order) == [Money.SETTLED, Money.LATER]
    good.sync(minutes=31 * DAY)

    assert places(good, order) == [Money.SETTLED] * 2


def test_a_state_that_was_made_anew_settles_nothing_again(good):
    paid, half = bought(good), on_credit(good, 2)
    good.sync()
    good.sync(minutes=31 * DAY)
    assert [len(received(good, order)) for order in (paid, half)] == [1, 1]

    rebuilt(good)
    good.sync()
    good.state.settlements.go_back_to(["pix", "credit_card"], TODAY)
    for _ in range(3):
        good.sync(minutes=31 * DAY)

    assert [len(received(good, order)) for order in (paid, half)] == [1, 2]
    assert places(good, paid) == [Money.SETTLED]
    assert places(good, half) == [Money.SETTLED] * 2
    assert [line.outcome for line in good.state.settlements.sent_of(paid)] == [Outcome.MADE]


def test_an_older_copy_of_the_state_settles_nothing_again(good, tmp_path):
    order = bought(good)
    good.sync()
    copy = tmp_path / "copy.db"
    later = on_credit(good, 1)
    good.sync()
    good.state.backup(copy)
    good.sync(minutes=31 * DAY)
    assert [len(received(good, each)) for each in (order, later)] == [1, 1]
    rebuilt(good, copy)

    good.sync()
    good.sync(minutes=DAY)

    assert [len(received(good, each)) for each in (order, later)] == [1, 1]
    assert places(good, later) == [Money.SETTLED]


def test_a_sale_that_a_rebuilt_home_does_not_follow_is_not_cancelled_when_its_money_came(good):
    good.erp.switches.cancel_settled = "accept"
    order = bought(good)
    good.sync()
    rebuilt(good)
    good.set(orders__on_cancel="cancel")
    good.clock.move(days=2)
    good.shop.cancel(order)

    good.sync()

    (sale,) = good.sales_of(order)
    assert sale.situacao == "APROVADO"


# How it was paid


def unasked(job, order):
    """The order as a version left it that did not ask how it was paid."""
    job.state.db.execute("UPDATE orders SET method = NULL WHERE id = ?", [order])


def test_the_shop_is_asked_once_how_an_order_was_paid_where_no_version_has_asked(good):
    settling(good)
    order, boleto = bought(good), bought(good, payment_method="boleto")
    good.sync()
    for each in (order, boleto):
        unasked(good, each)
    settling(good, pix=PIX)
    good.forget_calls()

    good.sync(minutes=1)
    good.sync(minutes=1)

    assert received(good, order) == [(1, "2026-11-24", 15980, 158)]
    assert received(good, boleto) == []
    reads = [seen.path for seen in good.shop.requests if seen.path.endswith((f"/{order}", f"/{boleto}"))]
    assert len(reads) <= 2


def test_an_order_that_the_shop_shows_no_more_is_not_followed(good):
    settling(good)
    order = bought(good)
    good.sync()
    unasked(good, order)
    good.shop.orders[:] = [each for each in good.shop.orders if str(each["id"]) != order]
    settling(good, pix=PIX)

    assert good.sync().outcome == 0

    assert received(good, order) == []


def test_where_the_shop_tells_no_time_of_the_payment_it_is_the_day_on_which_it_was_seen(good):
    order = bought(good, status="pending")
    good.sync()
    good.clock.move(days=3)
    good.shop.pay(order)
    raw = next(each for each in good.shop.orders if str(each["id"]) == order)
    raw["paid_at"] = ""

    good.sync()

    assert [day for _i, day, _g, _f in received(good, order)] == ["2026-11-27"]


@pytest.mark.parametrize(
    "change", [{"data_vencimento": None}, {"indice": None}, {"baixas": [{"id": BANK_ID}]}]
)
def test_a_part_that_cannot_be_read_is_its_order_s_trouble_alone(good, monkeypatch, change):
    bad, well = bought(good), bought(good)
    good.sync(minutes=0)
    sale = good.sales_of(bad)[0].id

    def odd(erp, part):
        without_amounts = {"baixas": [{"id": BANK_ID}]}
        return part_row(erp, part) | (without_amounts if part.sale_id == sale else {})

    monkeypatch.setattr(routes, "part_row", odd)
    good.erp.table(records.Settlement).clear()
    good.state.db.execute("DELETE FROM settlements")
    good.state.settlements.follow([bad, well], good.clock())

    assert good.sync().outcome == 6
    assert "cannot be read" in good.failure(bad)["reason"]
    assert len(received(good, well)) == 1
