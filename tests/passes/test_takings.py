"""What is shown of the money of the sales: where each part stands, with sums that are those of the sales."""

import json
from dataclasses import replace
from decimal import Decimal
from io import StringIO
from pathlib import Path

import jsonschema
import pytest

from contaazul_sync.core.days import in_brazil, local_day
from contaazul_sync.core.items import Ignored, Kind
from contaazul_sync.core.receivables import Settle
from contaazul_sync.core.rules import PaymentRule
from contaazul_sync.home import screen
from contaazul_sync.passes import reconcile as comparing
from contaazul_sync.sandbox.common import chance
from contaazul_sync.sandbox.erp.records.receivables import Money as Composition
from contaazul_sync.sandbox.erp.records.receivables import Settlement
from contaazul_sync.views import book, piped, show
from contaazul_sync.views import status as summary
from contaazul_sync.views.page.history import History
from contaazul_sync.views.page.render import render
from contaazul_sync.views.spreadsheets import orders_csv
from contaazul_sync.views.terminal.differences import reconcile_view
from contaazul_sync.views.terminal.items import item_view
from contaazul_sync.views.terminal.runs import run_view
from contaazul_sync.views.terminal.status import status_view

pytestmark = pytest.mark.line("memory")

ACCOUNT = "Conta corrente da loja"
SETTLE = "/v1/financeiro/eventos-financeiros/parcelas/*/baixa"
PIX = PaymentRule(account=ACCOUNT, settle=Settle.PAID, fee_percent=Decimal("0.99"))
CARD = replace(PIX, settle=Settle.DUE, first_due_days=30, fee_percent=Decimal("4.98"), fee_fixed=40)
BOLETO = PaymentRule(account=ACCOUNT, settle=Settle.PAYOUT)
PLACES = ("settled", "due_later", "waiting", "failed", "in_doubt", "by_person")
SCHEMAS = Path("docs/schemas")


@pytest.fixture
def plain(linked):
    """A shop with a product in the ERP, where nobody said when money comes."""
    return linked("CAM-1", "Camiseta", 100, 500)


@pytest.fixture
def shop(plain):
    """The same, where the money of three ways of paying is followed from today on."""
    pay(plain, pix=PIX, credit_card=CARD, boleto=BOLETO)
    plain.sync()
    return plain


def pay(job, **rules):
    job.settings = replace(job.settings, payments=rules)


def sold(job, pieces=1, **fields):
    order = str(job.shop.order([("CAM-1", pieces)], **fields))
    job.report = job.sync()
    return order


def days(job, number):
    for _day in range(number):
        job.sync(minutes=24 * 60)


def read(job):
    rules, today = job.settings.rules(local_day(job.clock())), local_day(job.clock())
    return summary.read(job.state, rules, signed_in=True, today=today)


def counts(job):
    """The places that hold any part."""
    told = job.status()
    assert {*told["settlements"]} == {*PLACES}
    assert {*told["settlements_sum"]} == {*PLACES, "fees"}
    return {
        place: (number, told["settlements_sum"][place])
        for place, number in told["settlements"].items()
        if number
    }


def shown(view, width=80):
    text = StringIO()
    screen.console(text, width).print(view)
    return text.getvalue()


def text_of(job):
    return piped.text(read(job), [], {}, "state.db", 80, job.clock())


def page_of(job):
    return render(read(job), [], {}, History({}, {}, []), now=job.clock(), language="en")


def item(job, order):
    rules = job.settings.rules(local_day(job.clock()))
    return show.read(job.state, rules, Kind.SALE, order, left_alone=False)


def by_hand(job, order, gross):
    """A person receives some of the first part in the ERP."""
    (sale,) = job.sales_of(order)
    part = job.erp.ledger.of_event(sale.event_id)[0]
    money, day = Composition(Decimal(gross)), f"{local_day(job.clock())}"
    account = part.account_id or ""
    each = Settlement(chance.new_id(), part.id, day, money, account, "DINHEIRO", "balcão", None, job.clock())
    job.erp.table(Settlement)[each.id] = each


def check(name, told):
    published = json.loads((SCHEMAS / f"{name}.schema.json").read_text())
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    jsonschema.Draft202012Validator(published, format_checker=checker).validate(json.loads(json.dumps(told)))


def compared(job):
    async def work(parts):
        return await comparing.reconcile(parts)

    return job._with_parts(work)


def test_a_home_that_settles_nothing_shows_nothing_of_it(plain):
    order = sold(plain)
    rows = list(book.read(plain.state, plain.settings.rules(local_day(plain.clock())), None))
    result = compared(plain)

    assert not {"settlements", "settlements_sum"} & plain.status().keys()
    for text in (text_of(plain), shown(status_view(read(plain), [], {}, "state.db", [], plain.clock()))):
        assert "Received" not in text
    assert 'id="settlements' not in page_of(plain)
    assert "receivables" not in show.as_json(item(plain, order))
    assert "receive" not in shown(item_view(item(plain, order)))
    assert "received" not in "".join(orders_csv(rows, settles=False))
    assert "received" not in json.dumps([book.as_json(rows, settles=False), comparing.as_json(result)])
    assert "received" not in shown(reconcile_view(result), 120)
    assert "Received" not in shown(run_view(plain.report, 0))


def test_each_part_stands_in_one_place_and_the_sums_are_those_of_the_sales(shop):
    sold(shop, 2)
    sold(shop, payment_method="credit_card", installments=3)
    sold(shop, payment_method="boleto")

    assert counts(shop) == {"settled": (1, 20000), "due_later": (3, 10000), "waiting": (1, 10000)}
    assert shop.status()["settlements_sum"]["fees"] == 198
    assert sum(total for _number, total in counts(shop).values()) == shop.status()["orders_sum"]["sent"]
    check("status", shop.status())


def test_the_screen_and_the_page_say_how_much_came_in_and_the_fees_of_it(shop):
    sold(shop, 2)
    sold(shop, payment_method="boleto")
    screens = text_of(shop), shown(status_view(read(shop), [], {}, "state.db", [], shop.clock()))

    for text in screens:
        words = " ".join(text.replace("│", " ").split())
        assert "received 1 R$ 200,00 fees R$ 1,98" in words
        assert "waiting 1 R$ 100,00 1 for a statement: contaazul-sync payouts FILE" in words
        assert "left to a person" not in words
        assert max(map(len, text.splitlines())) <= 80
    page = page_of(shop)
    assert 'id="settlements-settled" data-value="1"' in page
    assert "R$\N{NO-BREAK SPACE}200,00; fees R$\N{NO-BREAK SPACE}1,98" in page
    assert 'id="settlements-by_person"' not in page


def test_a_run_says_what_it_received_and_nothing_where_it_received_nothing(shop):
    sold(shop, 2)
    assert "Received R$ 200,00 in 1 part of 1 order, less R$ 1,98 of fees." in shown(run_view(shop.report, 0))
    sold(shop, payment_method="boleto")
    assert "Received" not in shown(run_view(shop.report, 0))


def test_a_sale_whose_parts_nobody_has_seen_yet_waits_with_all_of_it(shop):
    shop.erp.switches.parts_lag = 100
    sold(shop, 3)

    assert counts(shop) == {"waiting": (1, 30000)}


def test_a_failure_is_the_order_s_money_with_why_and_what_next_in_every_view(shop):
    order = str(shop.shop.order([("CAM-1", 1)]))
    shop.erp.faults.add("400", method="POST", path=SETTLE)
    shop.sync()
    failure = shop.failure(order)

    assert (failure["kind"], failure["group"]) == ("settlement", "failed")
    assert f"retry {order}" in failure["next_step"]
    assert counts(shop) == {"failed": (1, 10000)}
    check("status", shop.status())
    for text in (text_of(shop), shown(status_view(read(shop), [], {}, "state.db", [], shop.clock()))):
        assert f"money of order {order}, R$ 100,00: failed since" in text
        assert failure["reason"][:30] in text
    assert f"money of order <strong>{order}, R$\xa0100,00</strong>" in page_of(shop)
    told = show.as_json(item(shop, order))
    assert told["state"] == "sent"
    assert told["receivables"]["failure"]["reason"] == failure["reason"]
    check("show", told)
    words = " ".join(shown(item_view(item(shop, order)), 200).split())
    assert f"money failed since {in_brazil(shop.clock()):%d/%m %H:%M}: {failure['reason']}" in words
    assert f"retry {order}" in words


def test_an_account_that_is_gone_on_the_day_is_put_right_where_it_is_named(shop):
    order = sold(shop, payment_method="credit_card", installments=1)
    pay(shop, credit_card=replace(CARD, account="Banco Azul"))
    days(shop, 30)
    failure = shop.failure(order)

    assert (failure["kind"], failure["group"]) == ("settlement", "held")
    assert "Banco Azul" in failure["reason"]
    assert "[payments]" in failure["next_step"]
    assert f"contaazul-sync ignore {order}" in failure["next_step"]
    assert counts(shop) == {"failed": (1, 10000)}


def test_a_lost_answer_is_counted_in_doubt_until_it_is_found(shop):
    shop.shop.order([("CAM-1", 1)])
    shop.erp.faults.add("drop_after", method="POST", path=SETTLE)
    shop.sync()
    assert counts(shop) == {"in_doubt": (1, 10000)}
    shop.sync()

    assert counts(shop) == {"settled": (1, 10000)}


@pytest.mark.slow
def test_what_stands_against_the_part_of_today_leaves_the_later_ones_due_later(shop):
    sold(shop, payment_method="credit_card", installments=3)
    days(shop, 29)
    shop.erp.faults.add("400", method="POST", path=SETTLE)
    days(shop, 1)

    assert counts(shop) == {"failed": (1, 3334), "due_later": (2, 6666)}


@pytest.mark.slow
def test_what_a_person_received_or_said_to_leave_is_counted_as_theirs(shop):
    first, second = (sold(shop, payment_method="credit_card", installments=1) for _ in range(2))
    by_hand(shop, first, "100.00")
    days(shop, 30)
    assert counts(shop) == {"settled": (1, 10000), "by_person": (1, 10000)}
    third = sold(shop, payment_method="boleto")
    shop.state.items.ignore(Kind.SETTLEMENT, third, Ignored("settlement"), shop.clock())

    assert counts(shop) == {"settled": (1, 10000), "by_person": (2, 20000)}
    assert f"unignore {third}" in shown(item_view(item(shop, third)))
    assert show.as_json(item(shop, third))["receivables"]["left_alone"]
    assert "received by a person in the ERP" in shown(item_view(item(shop, first)), 120)
    assert "left to a person" in text_of(shop)
    check("show", show.as_json(item(shop, second)))


def test_an_order_that_was_refunded_is_due_no_more(shop):
    order = sold(shop, payment_method="credit_card", installments=2)
    shop.shop.refund(int(order))
    shop.sync()

    assert counts(shop) == {"by_person": (2, 10000)}
    assert shown(item_view(item(shop, order)), 120).count("left to a person") == 2


@pytest.mark.slow
def test_a_sale_that_is_cancelled_in_the_erp_is_counted_nowhere(shop):
    order = sold(shop, payment_method="credit_card", installments=1)
    (sale,) = shop.sales_of(order)
    sale.deleted = True
    shop.erp.ledger.follow(sale)
    days(shop, 30)

    assert counts(shop) == {}


@pytest.mark.slow
def test_an_order_is_shown_with_its_parts(shop):
    order = sold(shop, payment_method="credit_card", installments=3)
    days(shop, 30)
    told = show.as_json(item(shop, order))
    words = [" ".join(line.split()) for line in shown(item_view(item(shop, order)), 120).splitlines()]

    assert "to receive 1/3 R$ 33,34, due on 24/12/2026: received R$ 33,34 on 24/12/2026, fee R$ 2,06" in words
    assert "2/3 R$ 33,33, due on 24/01/2027: due later" in words
    assert told["receivables"]["parts"][0] == {
        "number": 1,
        "of": 3,
        "due_on": "2026-12-24",
        "amount": 3334,
        "state": "settled",
        "received": 3334,
        "fees": 206,
        "received_on": "2026-12-24",
    }
    assert [part["state"] for part in told["receivables"]["parts"]] == ["settled", "later", "later"]
    assert told["receivables"]["failure"] is None
    check("show", told)


def test_the_money_of_an_order_is_found_by_its_number_when_only_that_failed(shop):
    order = str(shop.shop.order([("CAM-1", 1)]))
    shop.erp.faults.add("400", method="POST", path=SETTLE)
    shop.sync()
    rules = shop.settings.rules(local_day(shop.clock()))

    known = show.read(shop.state, rules, Kind.SETTLEMENT, order, left_alone=False)

    assert (known.kind, known.state, known.name) == (Kind.SALE, "sent", order)


def test_the_book_has_received_and_fees_of_each_order(shop):
    pix, boleto = sold(shop, 2), sold(shop, payment_method="boleto")
    rows = list(book.read(shop.state, shop.settings.rules(local_day(shop.clock())), None))
    head, *lines = orders_csv(rows, settles=True)

    assert head.endswith(";reason;received;fees\n")
    assert {line.split(";")[0]: line.rstrip("\n").split(";")[-2:] for line in lines} == {
        pix: ["200,00", "1,98"],
        boleto: ["0,00", "0,00"],
    }
    told = book.as_json(rows, settles=True)
    assert [(each["received"], each["fees"]) for each in told["orders"]] == [(20000, 198), (0, 0)]
    check("orders", told)


@pytest.mark.slow
def test_reconcile_tells_received_and_fees_of_the_sales_of_each_month(shop):
    sold(shop, 2)
    sold(shop, payment_method="credit_card", installments=1)
    days(shop, 30)
    sold(shop)
    result = compared(shop)

    assert [(each.month, each.sale_value, each.received, each.fees) for each in result.months] == [
        ("2026-11", 30000, 30000, 198 + 538),
        ("2026-12", 10000, 10000, 99),
    ]
    words = " ".join(shown(reconcile_view(result), 120).split())
    assert "2026-11 2 R$ 300,00 2 R$ 300,00 0 R$ 300,00 R$ 7,36" in words
    check("reconcile", comparing.as_json(result))
