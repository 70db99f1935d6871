"""What is shown of a state: whatever others wrote into it, and however narrow the terminal is."""

import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest

from contaazul_sync.cli import choose
from contaazul_sync.core.days import in_brazil
from contaazul_sync.core.errors import UsageError
from contaazul_sync.core.ids import ErpId, OrderId, ShopKey
from contaazul_sync.core.items import Failure, Group, Kind, Run
from contaazul_sync.core.orders import OrderNote, Payment, Sale
from contaazul_sync.core.plan.orders import as_seen
from contaazul_sync.core.products import Link, Product
from contaazul_sync.core.proof import placed, proof
from contaazul_sync.core.rules import Rules
from contaazul_sync.core.words import quoted
from contaazul_sync.home import screen, tables
from contaazul_sync.home.credentials import Secrets
from contaazul_sync.home.settings import SETTINGS, Settings
from contaazul_sync.shops.files.habit import Comings
from contaazul_sync.views import book, piped, show
from contaazul_sync.views import status as summary
from contaazul_sync.views.page.history import History
from contaazul_sync.views.page.render import render
from contaazul_sync.views.terminal.items import item_view
from contaazul_sync.views.terminal.lines import LONG
from contaazul_sync.views.terminal.orders import orders_view
from contaazul_sync.views.terminal.products import choice_view, overview_view, products_view
from contaazul_sync.views.terminal.proof import proof_view
from contaazul_sync.views.terminal.settings import settings_view
from contaazul_sync.views.terminal.status import status_view

NOW = datetime(2026, 11, 25, 11, 12, tzinfo=UTC)
RULES = Rules(since=(NOW - timedelta(days=30)).date())
HOSTILE = "Kit [azul] [/fim] :smile: \x1b[31mx"
AS_IT_IS = "Kit [azul] [/fim] :smile: x"


def shown(view, width=80):
    text = StringIO()
    screen.console(text, width).print(view)
    return text.getvalue()


def product(sku, name="Camisa polo azul", price=127990):
    return Product(ShopKey(f"p:{sku}"), sku, name, price, None, Decimal(5))


def linked(state, *products):
    state.products.save(products, state.products.new_walk())
    for each in products:
        link = Link(each.key, ErpId(f"erp-{each.sku}"), each.sku, each.price, each.price, Decimal(5))
        state.links.save(link, NOW)


def order(number="88124", **changed):
    note = OrderNote(
        id=OrderId(number),
        payment=Payment.PAID,
        status="confirmed",
        total=127990,
        items=(("CAM-1", Decimal(1)),),
        counted_at=NOW,
        updated_at=NOW,
        fingerprint="as it was",
        buyer="",
    )
    return replace(note, **changed)


def item(state, name):
    found = choose.item(state, name)
    assert found
    return show.read(state, RULES, *found, left_alone=choose.left_alone(state, RULES, *found))


def test_a_name_in_square_brackets_or_with_control_codes_is_shown_as_it_is(state):
    linked(state, product("CAM-1", HOSTILE))

    for view in (
        products_view(state.pairs.linked(), "promotional"),
        overview_view(state.pairs.overview(), "promotional", walked=True),
        choice_view(state.products.all(), "promotional"),
        item_view(item(state, "CAM-1")),
    ):
        text = shown(view, 200)
        assert "\x1b" not in text
        assert "Kit [azul] [/fim]" in text
    assert AS_IT_IS in shown(item_view(item(state, "CAM-1")))


def test_the_status_steers_no_terminal(state):
    linked(state, product("CAM-1\x1b[2J"))
    state.drifts.set(ShopKey("p:CAM-1\x1b[2J"), Decimal(5), Decimal(9), NOW)
    now, drifts = summary.read(state, RULES, signed_in=True), state.drifts.all()
    names = state.products.skus(each.key for each in drifts)

    for text in (
        piped.text(now, drifts, names, "state.db", 80, NOW),
        shown(status_view(now, drifts, names, "state.db", [], NOW)),
    ):
        assert "CAM-1 " in text
        assert "\x1b" not in text


@pytest.mark.parametrize("width", [70, 80, 100])
def test_no_price_is_cut_where_skus_and_names_are_long(state, width):
    linked(state, product("B" * 45, "Uma camisa social branca de manga comprida"), product("CAM-1"))

    for view in (
        products_view(state.pairs.linked(), "promotional"),
        overview_view(state.pairs.overview(), "promotional", walked=True),
        choice_view(state.products.all(), "promotional"),
    ):
        lines = shown(view, width).splitlines()
        assert sum("R$ 1.279,90" in line for line in lines) == 2
        assert sum(line.count("B") for line in lines) == 45
        assert max(map(len, lines)) <= width


def test_each_half_hour_of_the_strip_tells_the_worst_run_without_colours(state):
    ends = {NOW - timedelta(minutes=5): 0, NOW - timedelta(minutes=35): 6, NOW - timedelta(minutes=65): 5}
    ends |= {NOW - timedelta(minutes=70): 0, NOW - timedelta(hours=25): 5}
    runs = [Run(1, "sync", moment, moment, code, 0, 0, 0, quoted("")) for moment, code in ends.items()]
    now = summary.read(state, RULES, signed_in=True)

    text = shown(status_view(now, [], {}, "state.db", runs, NOW))

    assert "·" * 45 + "x◆■" in text


def test_what_drifts_comes_with_the_command_that_lists_it(state):
    linked(state, product("CAM-1"))
    state.drifts.set(ShopKey("p:CAM-1"), Decimal(5), Decimal(9), NOW)
    now, drifts = summary.read(state, RULES, signed_in=True), state.drifts.all()

    assert "contaazul-sync status --drift > drift.csv" in piped.text(now, drifts, {}, "state.db", 80, NOW)
    assert "set its stock in the ERP" in item(state, "CAM-1").next_step


def test_an_old_drift_is_shown_as_being_checked_while_a_sale_settles(state):
    linked(state, product("CAM-1"))
    state.drifts.set(ShopKey("p:CAM-1"), Decimal(5), Decimal(9), NOW)
    until = NOW + timedelta(minutes=55)
    sale = Sale(OrderId("88124"), ErpId("erp-1"), 1001, 127990, "", True, NOW, None)
    state.sales.record(sale, {ShopKey("p:CAM-1"): Decimal(1)}, until)
    now, drifts = summary.read(state, RULES, signed_in=True), state.drifts.all(NOW)
    names = state.products.skus(each.key for each in drifts)
    shows = show.read(state, RULES, Kind.PRODUCT, "p:CAM-1", left_alone=False, now=NOW)

    for text in (
        piped.text(now, drifts, names, "state.db", 80, NOW),
        shown(status_view(now, drifts, names, "state.db", [], NOW)),
        shown(item_view(shows)),
        render(now, drifts, names, History({}, {}, []), now=NOW, language="en"),
    ):
        assert f"checking until {in_brazil(until):%H:%M}" in text
    assert show.as_json(shows)["in_erp"]["drift"]["checking_until"] == until.isoformat()
    assert "nothing to do" in shows.next_step
    assert not any(each.checking_until for each in state.drifts.all(until))


def test_an_order_that_was_left_alone_and_became_a_sale_after_all_is_sent(state):
    state.orders.save([order()], NOW)
    state.items.ignore(Kind.SALE, "88124", as_seen(order()), NOW)
    assert item(state, "88124").state == "ignored"

    state.orders.save([order(fingerprint="the buyer gave a CPF", updated_at=NOW + timedelta(minutes=1))], NOW)
    assert item(state, "88124").state == "ignored"

    sale = Sale(OrderId("88124"), ErpId("erp-1"), 1001, 127990, "the buyer gave a CPF", True, NOW, None)
    state.sales.record(sale, {}, NOW)
    assert item(state, "88124").state == "sent"


def test_an_order_and_a_product_of_the_same_number_are_told_apart(state):
    linked(state, product("88124"))
    state.orders.save([order()], NOW)

    with pytest.raises(UsageError, match="order:88124 or product:88124"):
        choose.item(state, "88124")
    assert choose.item(state, "order:88124") == (Kind.SALE, "88124")
    assert choose.item(state, "product:88124") == (Kind.PRODUCT, "p:88124")
    assert choose.item(state, "order:CAM-1") is None


def test_what_the_erp_refused_is_shown_with_how_often_it_was_tried(state):
    state.orders.save([order()], NOW)
    refused = Failure(
        Kind.SALE, "88124", Group.FAILED, quoted("the ERP says no"), quoted("correct it"), NOW, 3, "as it was"
    )
    state.items.fail(refused)

    told = shown(item_view(item(state, "88124")))

    assert "Order 88124: failed" in told
    assert "tried 3 times" in told


def test_a_sku_that_a_shell_would_take_apart_is_quoted_in_the_command(state):
    state.products.save([product("BERM 40")], state.products.new_walk())

    assert item(state, "BERM 40").next_step == "to send it: contaazul-sync send-products 'BERM 40'"


def test_ways_of_paying_and_kits_are_among_the_settings_and_where_messages_go_is_not():
    values = dict.fromkeys(SETTINGS, "") | {"alerts.notify": "mailto://joao:senha@mail.example"}
    fees = {"settle": "due", "fee_percent": "4.98", "fee_fixed": "0.40", "first_due_days": 0}
    rows = {"pix": {"account": "Banco [Inter]", "terms": [30, 60]}, "boleto": {"account": "B"} | fees}
    pays = tables.payments(rows, "config.toml")
    kits = tables.kits({"KIT-1": {"CAM-1": 2}}, "config.toml")
    settings = Settings(Path("home"), values, pays, kits)

    lines = shown(settings_view(settings, Secrets())).splitlines()

    told = {line.split()[0]: line for line in lines if line.split()}
    assert "account = Banco [Inter], terms = 30/60" in told["payments.pix"]
    listed = " ".join(" ".join(lines).split())
    assert "fee_fixed = 0.40" in listed
    assert "never" not in listed
    assert "2 x CAM-1" in told["kits.KIT-1"]
    assert told["alerts.notify"].split()[1] == "mailto://..."


@pytest.mark.parametrize("width", [70, 80, 100])
def test_the_list_of_orders_shows_the_shop_s_own_number_and_cuts_no_price(state, width):
    named = replace(order("501"), number="LW-7489-" + "A" * 40)
    state.orders.save([order(), named], NOW)
    state.items.fail(Failure(Kind.SALE, "501", Group.HELD, quoted(HOSTILE * 4), quoted("look"), NOW))

    rows = list(book.read(state, RULES, None))
    *lines, last, sums = shown(orders_view(rows), width).splitlines()

    assert {row.order: row.number for row in rows} == {"88124": "", "501": named.number}
    assert sum("R$ 1.279,90" in line for line in lines) == 2
    assert sum(line.count("A") for line in lines) == 40
    assert not any("\x1b" in line for line in lines)
    assert max(map(len, lines)) <= width
    assert "2 orders, R$ 2.559,80." in last
    assert sums.strip() == "= waiting 1, R$ 1.279,90; held 1, R$ 1.279,90"


@pytest.mark.parametrize("width", [20, 30, 40, 50])
def test_where_there_is_no_room_for_a_table_no_order_loses_its_number_or_its_place(state, width):
    state.orders.save([order(), replace(order("501"), number="LW-7489")], NOW)
    state.items.fail(Failure(Kind.SALE, "501", Group.HELD, quoted("no CPF"), quoted("look"), NOW))

    text = shown(orders_view(book.read(state, RULES, None)), width)

    told = " ".join(text.split())
    assert "88124 " in told
    assert "501 LW-7489" in told
    assert told.partition("2 orders")[0].count("R$ 1.279,90") == 2
    assert "held: no CPF" in told
    assert "waiting" in told
    assert max(map(len, text.splitlines())) <= width


def test_the_number_is_no_column_where_it_is_the_id(state):
    state.orders.save([replace(order(), number="88124")], NOW)

    assert "number" not in shown(orders_view(book.read(state, RULES, None)))


@pytest.mark.slow
def test_a_list_of_orders_that_is_long_is_cut_and_its_sum_is_that_of_all(state):
    state.orders.save([order(str(number), total=100) for number in range(LONG + 7)], NOW)

    text = shown(orders_view(book.read(state, RULES, None)))

    assert "  ... and 7 more:\n    contaazul-sync orders --csv > orders.csv\n" in text
    assert f"{LONG + 7} orders, R$ {LONG + 7},00." in text


def test_an_order_s_month_is_that_of_its_payment_in_sao_paulo(state):
    midnight = datetime(2026, 11, 1, 2, 59, 59, tzinfo=UTC)  # 31 October, 23:59:59 there
    state.orders.save([order("1", counted_at=midnight)], NOW)

    assert [row.order for row in book.read(state, RULES, None, month="2026-10")] == ["1"]
    assert list(book.read(state, RULES, None, month="2026-11")) == []


@pytest.mark.slow
def test_a_long_list_of_integrated_products_has_pages(state):
    linked(state, *(product(f"CAM-{number:04d}") for number in range(2 * LONG + 1)))
    rows = list(state.pairs.in_order(LONG, LONG))

    first, last = (shown(products_view(rows, "promotional", page, 3), 200) for page in (2, 3))

    assert [link.sku for _product, link in (rows[0], rows[-1])] == [
        f"CAM-{LONG:04d}",
        f"CAM-{2 * LONG - 1:04d}",
    ]
    assert "page 2 of 3" in first
    assert "contaazul-sync status --products --page 3" in first
    assert "--page" not in last
    assert state.pairs.count() == 2 * LONG + 1


def test_a_hundred_thousand_products_are_not_sorted_before_the_first_is_shown(state):
    asked: list[str] = []
    state.db.set_trace_callback(asked.append)
    list(state.pairs.in_order(0, 1))
    state.db.set_trace_callback(None)
    plan = [row["detail"] for row in state.db.query(f"EXPLAIN QUERY PLAN {asked[0]}")]

    assert any("products_by_sku" in step for step in plan)
    assert "USE TEMP B-TREE FOR ORDER BY" not in plan


def test_the_integrated_products_go_into_a_pipe_one_by_one(state):
    linked(state, product("CAM-1", HOSTILE), product("CAM-2", "N" * 60))

    def rows():
        yield from state.pairs.in_order()
        raise AssertionError("it was read further than it was asked for")

    lines = piped.products(rows(), "promotional")
    told = [next(lines) for _line in range(3)]

    assert [line.split()[0] for line in told] == ["SKU", "CAM-1", "CAM-2"]
    assert all("R$ 1.279,90" in line for line in told[1:])
    assert "\x1b" not in "".join(told)
    assert len({len(line) for line in told}) == 1


@pytest.mark.parametrize(
    ("comings", "told"),
    [
        (Comings(None, None), "No file of the shop has come yet. Run: contaazul-sync import FILE"),
        (Comings(NOW, None), "Newest file of the shop: 25/11/2026"),
        (Comings(NOW, date(2026, 11, 24)), "No file came on 24/11/2026, a day that usually has one."),
    ],
)
def test_a_shop_that_is_read_from_files_says_how_old_the_newest_is(state, comings, told):
    now = summary.read(state, RULES, signed_in=True, comings=comings)

    assert told in piped.text(now, [], {}, "state.db", 100, NOW)
    assert told in " ".join(shown(status_view(now, [], {}, "state.db", [], NOW), 100).split())
    missed = comings.missed.isoformat() if comings.missed else None
    newest = comings.newest.isoformat() if comings.newest else None
    assert summary.as_json(now)["shop"]["files"] == {"newest_at": newest, "missed_day": missed}


def test_another_shop_says_nothing_of_files(state):
    now = summary.read(state, RULES, signed_in=True)

    assert "file of the shop" not in piped.text(now, [], {}, "state.db", 100, NOW)
    assert summary.as_json(now)["shop"] == {"orders_readable": True}


def test_what_stands_against_a_file_is_called_by_its_name(state):
    reason = "the file pedidos.csv cannot be read: it is empty"
    state.items.fail(Failure(Kind.SALE, "file:pedidos.csv", Group.HELD, quoted(reason), quoted("look"), NOW))

    now = summary.read(state, RULES, signed_in=True)

    assert "file pedidos.csv: held since" in piped.text(now, [], {}, "state.db", 100, NOW)
    (failure,) = summary.as_json(now)["failures"]
    assert (failure["kind"], failure["key"]) == ("file", "file:pedidos.csv")
    assert "contaazul-sync ignore file:pedidos.csv" in failure["next_step"]


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo"])
def test_moments_are_those_of_brazil_wherever_the_machine_stands(state, monkeypatch, zone):
    late = datetime(2026, 12, 1, 1, 30, tzinfo=UTC)  # the last evening of November for who sells
    state.items.fail(Failure(Kind.SALE, "88124", Group.HELD, quoted("no CPF"), quoted("look"), late))
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        text = piped.text(summary.read(state, RULES, signed_in=True), [], {}, "state.db", 100, NOW)
    finally:
        monkeypatch.undo()
        time.tzset()

    assert "held since 30/11 22:30" in text


@pytest.mark.parametrize("width", [30, 50, 80, 120])
def test_the_proof_of_a_month_fits_and_cuts_no_amount(state, width):
    state.orders.save([order(), replace(order("501"), number="LW-7489")], NOW)
    state.items.fail(Failure(Kind.SALE, "501", Group.HELD, quoted(HOSTILE * 3), quoted("look"), NOW))
    book_of_it = placed(state.book.entries(), RULES, None)

    text = shown(proof_view(proof("2026-11", NOW, book_of_it, {}), None, reads_orders=True), width)

    told = " ".join(text.split())
    assert max(map(len, text.splitlines())) <= width
    assert "\x1b" not in text
    assert "LW-7489 (id 501): paid R$ 1.279,90, in the ERP -" in told
    assert told.endswith("Proof: R$ 2.559,80 paid = R$ 0,00 in the ERP + R$ 2.559,80 in 2 orders above.")
    assert told.count("R$ 1.279,90") >= 4
