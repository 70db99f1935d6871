"""The statement of a gateway: what came for which order, settled in the ERP once and to the centavo."""

import csv
import io
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from contaazul_sync.core.ids import OrderId
from contaazul_sync.core.items import Ignored, Kind
from contaazul_sync.core.receivables import Money, Settle
from contaazul_sync.core.rules import PaymentRule
from contaazul_sync.core.statements import Verdict
from contaazul_sync.operate import payouts
from contaazul_sync.sandbox.erp.records.receivables import Settlement
from contaazul_sync.sandbox.sheets.gateway import HEADS, Gateway, Line
from contaazul_sync.tables import statements
from contaazul_sync.tables.bad import BadFile
from contaazul_sync.tables.fields import STATEMENT
from tests.passes.test_receiving import by_hand, parts, rebuilt

pytestmark = pytest.mark.line("memory")

SETTLE = "/v1/financeiro/eventos-financeiros/parcelas/*/baixa"
BY_STATEMENT = PaymentRule(account="Conta corrente da loja", settle=Settle.PAYOUT)
MERCADO_PAGO = statements.shipped("mercado_pago")
DAY = 24 * 60


@pytest.fixture
def shop(linked):
    """A shop all of whose money comes by the gateway's statements."""
    job = linked("CAM-1", "Camiseta", 100, 500)
    rules = dict.fromkeys(("pix", "boleto", "credit_card"), BY_STATEMENT)
    job.settings = replace(job.settings, payments=rules)
    job.sync()
    return job


def sold(job, pieces=1, **fields):
    order = str(job.shop.order([("CAM-1", pieces)], **fields))
    job.sync()
    return order


def judged(job, *reports, mapping=MERCADO_PAGO, any_id=False):
    """What is understood of statements."""
    folder = job.settings.home / "statements"
    folder.mkdir(exist_ok=True)
    rules, found = job.settings.rules(job.clock().date()), []
    judge = payouts.Judge(job.state, rules, mapping.gateway, any_id=any_id)
    for number, report in enumerate(reports):
        path = folder / f"report-{number}.csv"
        path.write_bytes(report)
        found.append(payouts.read(path, mapping))
    judge.judge(*found)
    return found


def taken(job, *reports, **options):
    """How many payments of statements are kept, to be settled."""
    found = judged(job, *reports, **options)
    for each in found:
        payouts.take(job.state, each, job.clock())
    return [len(each.taken) for each in found]


def days_later(job, days=3):
    job.clock.move(minutes=days * DAY)
    return job


def report(job, **options):
    """What the gateway writes some days later."""
    return Gateway(days_later(job).shop, **options).report()


def settlements(job, order):
    """What the ERP has of an order: gross, fee, part."""
    (sale,) = job.sales_of(order)
    ledger = job.erp.ledger
    return [
        (str(each.money.gross), str(each.money.fee), each.note.split()[1])
        for part in ledger.of_event(sale.event_id)
        for each in ledger.settled(part)
    ]


def verdicts(found):
    return {row.entry.reference: row.verdict for row in found.rows}


def moneys(job, order):
    return [part.money for part in job.state.settlements.parts_of(order)]


def test_a_payment_in_a_statement_is_settled_by_the_next_pass_with_what_the_gateway_kept(shop):
    order = sold(shop, payment_method="pix")
    assert (settlements(shop, order), moneys(shop, order)) == ([], [Money.STATEMENT])

    assert taken(shop, report(shop)) == [1]
    shop.sync()

    assert settlements(shop, order) == [("100.00", "0.99", "1/1")]
    assert moneys(shop, order) == [Money.SETTLED]


def test_the_day_is_that_on_which_the_money_came(shop):
    order = sold(shop, payment_method="pix")
    came = shop.clock() + timedelta(days=1)
    taken(shop, report(shop))
    shop.sync()

    (part,) = shop.state.settlements.parts_of(order)
    assert part.received_on == came.date()


def test_one_payment_is_spread_over_all_parts_and_the_fee_to_the_centavo(shop):
    order = sold(shop, pieces=7, payment_method="credit_card", installments=3)
    taken(shop, report(shop))
    shop.sync()

    found = settlements(shop, order)
    assert [place for _gross, _fee, place in found] == ["1/3", "2/3", "3/3"]
    assert sum(Decimal(gross) for gross, _fee, _place in found) == Decimal("700.00")
    assert sum(Decimal(fee) for _gross, fee, _place in found) == Decimal("34.86")


def test_the_same_file_twice_changes_nothing(shop):
    order = sold(shop, payment_method="pix")
    told = report(shop)

    assert taken(shop, told, told) == [1, 0]
    shop.sync()
    assert taken(shop, told) == [0]
    shop.sync()

    assert settlements(shop, order) == [("100.00", "0.99", "1/1")]
    assert judged(shop, told)[0].counts[Verdict.KNOWN] == 1


def test_files_that_overlap_settle_each_payment_once(shop):
    begin = shop.clock()
    first = sold(shop, payment_method="pix")
    second = sold(days_later(shop), payment_method="boleto")
    gateway = Gateway(days_later(shop, 5).shop)
    early, late = (
        gateway.report(until=begin + timedelta(days=2)),
        gateway.report(since=begin + timedelta(days=2)),
    )
    whole = gateway.report()

    assert taken(shop, early, whole, late) == [1, 1, 0]
    shop.sync()
    shop.sync()

    assert settlements(shop, first) == [("100.00", "0.99", "1/1")]
    assert settlements(shop, second) == [("100.00", "3.49", "1/1")]


def test_refunds_and_chargebacks_are_listed_and_transfers_are_no_sale(shop):
    orders = [sold(shop, payment_method="credit_card") for _each in range(6)]
    (found,) = judged(shop, report(shop, charged_back=orders[:1]))

    assert found.counts[Verdict.BACK] == 1
    assert found.counts[Verdict.TAKEN] == 6
    assert found.counts[Verdict.NO_SALE] == 3  # set aside, let go, transferred
    assert found.asks


def test_a_payment_of_an_order_that_was_refunded_in_the_shop_is_listed(shop):
    order = sold(shop, payment_method="pix")
    shop.shop.refund(order)
    shop.sync()
    (found,) = judged(shop, report(shop))

    assert sorted(row.verdict for row in found.rows) == [Verdict.BACK, Verdict.ENDED]
    assert found.taken == []


def test_a_payment_of_no_order_is_listed(shop):
    order = sold(shop, payment_method="pix")
    told = report(shop).decode()
    (found,) = judged(shop, told.replace(f",{order},", ",999999,").encode())

    assert [row.verdict for row in found.rows] == [Verdict.NO_ORDER]
    assert found.taken == []
    assert not found.asks


def test_a_file_whose_sums_are_not_right_is_refused_whole_and_its_row_named(shop):
    sold(shop, payment_method="pix")
    sold(shop, payment_method="boleto")
    told = report(shop).decode()

    with pytest.raises(BadFile, match=r"row 4 does not fit: it moves R\$ 96,52, and its amounts come to"):
        taken(shop, told.replace("96.51", "96.52").encode())
    with pytest.raises(BadFile, match=r"row 5 does not fit: the closing balance is R\$ 345,53"):
        taken(shop, told.replace("total,,345.52", "total,,345.53").encode())
    assert shop.state.payouts.left([order.id for order in shop.state.orders.all()]) == {}


def test_a_payment_of_more_or_less_than_the_parts_is_listed(shop):
    order = sold(shop, payment_method="pix")
    told = report(shop).decode()
    for gross, net in (("100.01", "99.02"), ("99.99", "99.00")):
        changed = told.replace("99.01", net).replace("100.00,-0.99", f"{gross},-0.99")
        changed = "\n".join(line for line in changed.splitlines() if ",total," not in line)
        (found,) = judged(shop, changed.encode())
        assert verdicts(found) == {order: Verdict.DIFFERS}


def test_interest_that_the_buyer_paid_is_no_part_of_the_sale_and_no_fee(shop):
    shop.set(orders__paid_differs="book")
    order = sold(shop, payment_method="credit_card", installments=2, total_paid="110.00")
    taken(shop, report(shop))
    shop.sync()

    found = settlements(shop, order)
    assert [gross for gross, _fee, _place in found] == ["50.00", "50.00"]
    assert sum(Decimal(fee) for _gross, fee, _place in found) == Decimal("5.48")  # of 110.00


def test_a_payment_of_what_was_received_by_hand_is_listed(shop):
    order = sold(shop, payment_method="pix")
    parts = shop.state.settlements.parts_of(order)
    by_hand = [replace(part, money=Money.BY_PERSON) for part in parts]
    shop.state.settlements.keep_parts(OrderId(order), by_hand, None)

    assert verdicts(judged(shop, report(shop))[0]) == {order: Verdict.CLOSED}


def test_two_cards_for_one_order_are_received_one_after_the_other(shop):
    order = sold(shop, payment_method="credit_card")
    told = report(shop).decode()
    whole = next(line for line in told.splitlines() if ",payment," in line)
    halves = [
        whole.replace("95.02", net).replace("100.00,-4.98", f"{gross},{fee}").replace("88000", number)
        for number, gross, fee, net in (
            ("88000", "60.00", "-3.00", "57.00"),
            ("88001", "40.00", "-1.98", "38.02"),
        )
    ]
    assert taken(shop, told.replace(whole, "\n".join(halves)).encode()) == [2]
    shop.sync()
    shop.sync()

    assert settlements(shop, order) == [("60.00", "3.00", "1/1"), ("40.00", "1.98", "1/1")]
    assert moneys(shop, order) == [Money.SETTLED]
    shop.forget_calls()
    shop.sync()
    assert [call for call in shop.erp.requests if "financeiro" in call.path] == []


def rows(job, *told, heads=HEADS):
    """A statement of a few payments: order, payment id and gross of each."""
    text = io.StringIO(newline="")
    lines = [
        Line(job.clock(), "payment", source, order, Decimal(gross)).cells() for order, source, gross in told
    ]
    csv.writer(text).writerows([heads, *lines])
    return text.getvalue().encode()


@pytest.fixture
def telling(shop):
    """Three orders of which the shop tells the ids of their payments: 701, 702, 703."""
    orders = [sold(shop, payment_method="pix") for _ in range(3)]
    for order, told in zip(orders, ("701", "702", "703"), strict=True):
        shop.state.db.write("UPDATE orders SET transaction_id = ? WHERE id = ?", told, order)
    days_later(shop)
    return shop, orders


def test_a_payment_of_another_id_than_the_shop_tells_is_listed_where_ids_are_the_same(telling):
    shop, (a, b, c) = telling
    (found,) = judged(shop, rows(shop, (a, "701", "100.00"), (b, "999", "100.00"), (c, "998", "100.00")))
    assert verdicts(found) == {a: Verdict.TAKEN, b: Verdict.OTHER_ID, c: Verdict.OTHER_ID}
    assert found.asks
    payouts.take(shop.state, found, shop.clock())

    # The next file has the other shop's alone.
    (next_file,) = judged(shop, rows(shop, (b, "999", "100.00")))
    assert verdicts(next_file) == {b: Verdict.OTHER_ID}
    assert taken(shop, rows(shop, (b, "702", "100.00"))) == [1]
    # A person has looked: it is this order's.
    assert taken(shop, rows(shop, (c, "998", "100.00")), any_id=True) == [1]


def test_of_two_payments_of_one_order_the_one_whose_id_is_told_goes_first(telling):
    shop, (a, _b, _c) = telling
    (found,) = judged(shop, rows(shop, (a, "999", "100.00"), (a, "701", "100.00")))

    assert [row.verdict for row in found.rows] == [Verdict.DIFFERS, Verdict.TAKEN]


def test_ids_that_are_never_those_that_the_shop_tells_say_nothing(telling):
    shop, orders = telling

    assert taken(shop, rows(shop, *((order, f"55{order}", "100.00") for order in orders))) == [3]


def test_two_cards_have_two_ids_of_which_the_shop_tells_one(telling):
    shop, (a, b, _c) = telling
    one, other = (a, "701", "60.00"), (a, "555", "40.00")
    assert taken(shop, rows(shop, one, other)) == [2]

    known, unknown = (b, "702", "60.00"), (b, "556", "40.00")
    assert verdicts(judged(shop, rows(shop, unknown))[0]) == {b: Verdict.OTHER_ID}
    assert taken(shop, rows(shop, unknown, known)) == [2]


@pytest.mark.parametrize("again", ["7001", "7001.0", "#007001"])
def test_a_payment_is_the_same_whatever_a_spreadsheet_made_of_its_id(shop, again):
    order = sold(shop, pieces=2, payment_method="credit_card", installments=2)
    days_later(shop)
    assert taken(shop, rows(shop, (order, "007001", "100.00"))) == [1]
    shop.sync()

    (found,) = judged(shop, rows(shop, (order, again, "100.00"), (order, "7002", "100.00")))
    assert [row.verdict for row in found.rows] == [Verdict.KNOWN, Verdict.TAKEN]


def test_what_ids_say_counts_for_all_files_in_whichever_order_they_are_named(telling):
    shop, (a, b, _c) = telling
    stranger, own = rows(shop, (a, "999", "100.00")), rows(shop, (b, "702", "100.00"))

    for order in ((stranger, own), (own, stranger)):
        told = {name: verdict for found in judged(shop, *order) for name, verdict in verdicts(found).items()}
        assert told == {a: Verdict.OTHER_ID, b: Verdict.TAKEN}


def mapped(name):
    """The mapping of another gateway, which tells no id of its own, and has the same words."""
    found = statements.shipped("mercado_pago")
    columns = found.columns.sections[STATEMENT]
    sections = {STATEMENT: {key: columns[key] for key in columns if key != "id"}}
    return replace(found, columns=replace(found.columns, name=name, sections=sections))


def test_a_file_that_two_mappings_read_is_taken_once(shop):
    order = sold(shop, pieces=2, payment_method="credit_card", installments=2)
    days_later(shop)
    told = rows(shop, (order, "1", "100.00"))
    overlapping = rows(shop, (order, "1", "100.00"), (order, "2", "100.00"))
    assert taken(shop, told) == [1]
    shop.sync()

    other = mapped("Outro")  # which reads no ids, so that its rows are called otherwise
    assert verdicts(judged(shop, told, mapping=other)[0]) == {order: Verdict.KNOWN}
    assert {row.verdict for row in judged(shop, overlapping, mapping=other)[0].rows} == {Verdict.TWIN}


def test_a_payment_that_another_column_names_since_is_asked_about_and_not_settled_again(shop):
    order = sold(shop, pieces=2, payment_method="credit_card", installments=2)
    days_later(shop)
    assert taken(shop, rows(shop, (order, "1", "100.00")), mapping=mapped(MERCADO_PAGO.name)) == [1]
    shop.sync()

    (found,) = judged(shop, rows(shop, (order, "1", "100.00"), ("nobody", "2", "5.00")))
    assert verdicts(found)[order] is Verdict.TWIN


def test_the_same_row_of_two_gateways_is_asked_about_while_more_of_its_order_is_open(shop):
    order = sold(shop, pieces=2, payment_method="credit_card", installments=2)
    days_later(shop)
    told = rows(shop, (order, "", "100.00"))
    same = rows(shop, (order, "", "100.00"), ("nobody", "", "5.00"))
    one, other = mapped("Um"), mapped("Outro")
    assert taken(shop, told, mapping=one) == [1]
    shop.sync()

    assert verdicts(judged(shop, same, mapping=one)[0])[order] is Verdict.KNOWN
    assert verdicts(judged(shop, same, mapping=other)[0])[order] is Verdict.TWIN
    by_hand(shop, parts(shop, order)[1], "100.00")
    shop.state.items.retry(Kind.SETTLEMENT, order)
    shop.sync()
    assert verdicts(judged(shop, same, mapping=other)[0])[order] is Verdict.KNOWN


@pytest.mark.parametrize("lost", [False, True])
def test_of_a_cancelled_sale_all_sums_tell_the_piece_that_is_still_there(shop, lost):
    order = sold(shop, pieces=2, payment_method="credit_card", installments=2)
    days_later(shop)
    assert taken(shop, rows(shop, (order, "1", "60.00"), (order, "2", "40.00"))) == [2]
    shop.sync()
    if lost:
        shop.erp.faults.add("drop_after", method="POST", path=SETTLE)
    shop.sync()
    ledger, (part, _open) = shop.erp.ledger, parts(shop, order)
    del shop.erp.table(Settlement)[ledger.settled(part)[0].id]
    shop.erp.change_sale(shop.sales_of(order)[0], {"situacao": "CANCELADO"})
    shop.state.items.retry(Kind.SETTLEMENT, order)

    shop.sync(minutes=61)

    of_parts = [(each.received, each.fee) for each in shop.state.settlements.parts_of(order)]
    assert of_parts == [(4000, 0), (0, 0)]
    assert shop.state.takings.by_order() == {order: (4000, 0)}


def test_an_order_whose_way_of_paying_is_not_settled_so_is_listed(shop):
    order = sold(shop, payment_method="transferencia")

    assert verdicts(judged(shop, report(shop))[0]) == {order: Verdict.NOT_SO_PAID}


def test_an_order_that_is_no_sale_yet_is_listed(shop):
    order = str(shop.shop.order([("CAM-1", 1)], payment_method="pix"))

    assert verdicts(judged(shop, report(shop))[0]) == {order: Verdict.NO_ORDER}


def test_a_home_that_never_followed_the_order_settles_nothing_of_it(shop):
    rules = shop.settings.payments
    shop.settings = replace(shop.settings, payments={})
    order = sold(shop, payment_method="pix")
    told = report(shop)
    shop.settings = replace(shop.settings, payments=rules)
    shop.state.db.execute("DELETE FROM settle_since")
    shop.sync()

    assert verdicts(judged(shop, told)[0]) == {order: Verdict.NOT_FOLLOWED}


def test_a_gateway_that_knows_the_order_by_its_own_id_of_the_payment(shop):
    shop.use("woocommerce")
    shop.sync()
    order = sold(shop, payment_method="pix")

    assert taken(shop, report(shop, prefix="WC-")) == [1]
    shop.sync()

    assert settlements(shop, order) == [("100.00", "0.99", "1/1")]


def test_a_reference_that_means_two_orders_is_listed(shop):
    first, second = sold(shop, payment_method="pix"), sold(shop, payment_method="pix")
    shop.state.db.execute("UPDATE orders SET number = ? WHERE id = ?", [first, second])

    assert verdicts(judged(shop, report(shop))[0])[first] is Verdict.SEVERAL


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "500_after"])
def test_a_payout_of_three_parts_is_settled_once_though_answers_are_lost(shop, fault):
    order = sold(shop, pieces=3, payment_method="credit_card", installments=3)
    taken(shop, report(shop))
    for _each in range(2):
        shop.erp.faults.add(fault, method="POST", path=SETTLE)
        shop.sync()
    for _each in range(8):
        shop.sync(minutes=61)

    found = settlements(shop, order)
    assert [(gross, place) for gross, _fee, place in found] == [
        ("100.00", "1/3"),
        ("100.00", "2/3"),
        ("100.00", "3/3"),
    ]
    assert sum(Decimal(fee) for _gross, fee, _place in found) == Decimal("14.94")
    assert shop.failures_of(Kind.SETTLEMENT) == {}


def test_nothing_of_who_paid_is_kept(shop):
    sold(shop, payment_method="pix")
    told = report(shop).decode().replace(",pix\n", ",Fulana de Exemplo\n")
    taken(shop, told.encode())

    kept = [value for row in shop.state.db.execute("SELECT * FROM payouts") for value in row]
    assert "Fulana" not in repr(kept)


def half(job):
    """An order in two parts, and a statement that tells of the first."""
    order = sold(job, pieces=2, payment_method="credit_card", installments=2)
    days_later(job)
    first = Line(job.clock(), "payment", "7001", order, Decimal("100.00"), Decimal("-5.00"))
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([HEADS, first.cells()])
    return order, text.getvalue().encode()


def test_an_older_copy_of_the_state_settles_no_further_part_by_a_payment_that_was_settled(shop, tmp_path):
    order, told = half(shop)
    taken(shop, told)
    shop.state.backup(tmp_path / "copy.db")
    shop.sync()
    rebuilt(shop, tmp_path / "copy.db")

    for _ in range(3):
        shop.sync(minutes=61)

    assert settlements(shop, order) == [("100.00", "5.00", "1/2")]
    assert moneys(shop, order) == [Money.SETTLED, Money.STATEMENT]


def test_a_statement_that_an_older_copy_of_the_state_does_not_know_settles_nothing_again(shop, tmp_path):
    _order, told = half(shop)
    shop.state.backup(tmp_path / "copy.db")
    taken(shop, told)
    shop.sync()
    rebuilt(shop, tmp_path / "copy.db")
    shop.state.payouts.db.write("UPDATE receivables SET look_at = ?", "2000-01-01T00:00:00+00:00")
    shop.sync()

    (found,) = judged(shop, told)
    assert (found.counts[Verdict.KNOWN], found.taken) == (1, [])


@pytest.mark.parametrize("day", ["2026-11-25", ""])
def test_a_lost_settlement_whose_day_a_person_changed_settles_no_further_part(shop, day):
    order, told = half(shop)
    taken(shop, told)
    shop.erp.faults.add("drop_after", method="POST", path=SETTLE)
    shop.sync()
    (sale,) = shop.sales_of(order)
    shop.erp.ledger.settled(shop.erp.ledger.of_event(sale.event_id)[0])[0].day = day or None

    for _ in range(3):
        shop.sync(minutes=61)

    assert settlements(shop, order) == [("100.00", "5.00", "1/2")]


def test_a_lost_settlement_of_a_part_that_the_erp_gave_another_place_settles_no_further_part(shop):
    order, told = half(shop)
    taken(shop, told)
    shop.erp.faults.add("drop_after", method="POST", path=SETTLE)
    shop.sync()
    (sale,) = shop.sales_of(order)
    first, second = shop.erp.ledger.of_event(sale.event_id)
    first.index, second.index = 2, 1

    for _ in range(3):
        shop.sync(minutes=61)

    assert settlements(shop, order) == [("100.00", "5.00", "1/2")]
    assert sorted(moneys(shop, order)) == [Money.SETTLED, Money.STATEMENT]


def told(job, order, days=0):
    """A statement of one payment of R$ 100,00."""
    at = job.clock() + timedelta(days=days)
    line = Line(at, "payment", "7001", order, Decimal("100.00"), Decimal("-5.00"))
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([HEADS, line.cells()])
    return text.getvalue().encode()


def test_what_somebody_received_is_not_booked_once_more_on_the_next_part_by_the_statement_of_it(shop):
    order = sold(shop, pieces=2, payment_method="credit_card", installments=2)
    by_hand(shop, parts(shop, order)[0], "100.00")
    days_later(shop, 1)
    taken(shop, told(shop, order))
    shop.sync(minutes=61)

    assert len(settlements(shop, order)) == 1
    assert "a statement tells as much" in shop.failure(order)["reason"]


def test_a_payment_of_an_order_whose_money_is_left_alone_is_listed(shop):
    order = sold(shop)
    shop.state.items.ignore(Kind.SETTLEMENT, order, Ignored("settlement"), shop.clock())

    assert taken(shop, told(shop, order)) == [0]


def test_a_payment_of_a_day_to_come_costs_nothing_until_that_day(shop):
    order = sold(shop)
    taken(shop, told(shop, order, days=10))
    shop.sync(minutes=61)
    shop.forget_calls()
    shop.sync(minutes=61)

    assert [call for call in shop.erp.requests if "financeiro" in call.path] == []
