"""Nothing paid is ever sold twice, and nothing paid ever leaves the books silently."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from contaazul_sync.cli import choose
from contaazul_sync.core.days import BRAZIL
from contaazul_sync.core.errors import SafetyStop, StateError, Unavailable
from contaazul_sync.core.items import Kind, Outcome
from contaazul_sync.operate import wiring
from contaazul_sync.passes import rebuild as rebuilding
from contaazul_sync.state.file import State
from contaazul_sync.state.notes import COVERED_TO
from tests.worlds.job import no_sleep

pytestmark = pytest.mark.line("memory")

HOUR = 60  # minutes
CPFS = ("111.444.777-35", "123.456.789-09", "987.654.321-00", "529.982.247-25", "390.533.447-05")


def ignore(job: Any, order: str) -> None:
    seen = choose.as_seen(job.state, job.settings.rules(job.clock().date()), Kind.SALE, order)
    job.state.items.ignore(Kind.SALE, order, seen, job.clock())


def retry(job: Any, order: str) -> None:
    job.state.items.retry(Kind.SALE, order)


def rebuild(job: Any) -> None:
    async def run() -> None:
        async with wiring.parts(job.settings, job.state, {}, clock=job.clock, sleep=no_sleep) as parts:
            await rebuilding.rebuild(parts)

    asyncio.run(run())


def edit(job: Any, order: str, **fields: Any) -> None:
    job.clock.move(minutes=1)
    raw = next(each for each in job.shop.orders if str(each["id"]) == order)
    raw.update(updated=job.shop.now(), **fields)


def lose_the_answer(job: Any, fault: str = "drop_after") -> None:
    job.erp.faults.add(fault, method="POST", path="/v1/venda")
    job.sync()


def numbers(job: Any, order: str) -> list[int]:
    return sorted(sale.numero for sale in job.sales_of(order))


# A person's word is final


def test_an_ignored_order_stays_out_when_what_held_it_is_put_right(linked):
    job = linked("CAM-1", "Camiseta", 79.90, 50)
    order = str(job.shop.order([("CAM-1", 2)], payer_cpf=""))
    job.sync()
    ignore(job, order)
    edit(job, order, payer_cpf="529.982.247-25")

    report = job.sync()

    assert (report.outcome, numbers(job, order)) == (0, [])


def test_an_ignored_order_whose_sum_changes_asks_and_stays_out_until_retry(ready):
    ready.erp.faults.add("400", method="POST", path="/v1/venda")
    ready.sync()
    ignore(ready, ready.order_id)
    edit(ready, ready.order_id, subtotal="169.90", total="169.90")

    asked = ready.sync()

    assert (asked.outcome, ready.failure(ready.order_id)["group"]) == (6, "attention")
    assert numbers(ready, ready.order_id) == []


def test_an_order_that_was_ignored_unpaid_is_not_sold_when_it_is_paid(linked):
    job = linked("CAM-1", "Camiseta", 79.90, 50)
    order = str(job.shop.order([("CAM-1", 2)], status="pending"))
    job.sync()
    ignore(job, order)
    job.shop.pay(order)

    job.sync()

    assert job.failure(order)["group"] == "attention"
    assert numbers(job, order) == []


def test_an_order_in_doubt_that_is_ignored_and_taken_back_keeps_its_sale(ready):
    lose_the_answer(ready)
    ignore(ready, ready.order_id)
    other = str(ready.shop.order([("CAM-1", 1)]))
    edit(ready, ready.order_id, payer_phone="11 98888-7777")
    ready.state.items.unignore(Kind.SALE, ready.order_id)

    ready.until_quiet()

    assert (numbers(ready, ready.order_id), numbers(ready, other)) == ([1001], [1002])
    assert ready.status()["orders"]["sent"] == 2


@pytest.mark.parametrize("guard", ["refuse", "accept"])
def test_ignore_and_retry_of_an_order_in_doubt_make_no_second_sale(ready, guard):
    ready.erp.switches.duplicate_number = guard
    ready.erp.switches.search_lag = 3000
    lose_the_answer(ready)
    ignore(ready, ready.order_id)
    ready.sync(minutes=5)
    retry(ready, ready.order_id)

    ready.until_quiet()

    assert numbers(ready, ready.order_id) == [1001]


def test_a_sale_that_was_ignored_while_in_doubt_is_found_and_told_as_sent(ready):
    lose_the_answer(ready)
    ignore(ready, ready.order_id)

    ready.sync()

    assert ready.status()["orders"] == ready.status()["orders"] | {"sent": 1, "attention": 0, "in_doubt": 0}


def test_ignoring_what_changed_after_the_sale_says_that_it_was_seen_and_another_change_asks_again(ready):
    ready.sync()
    edit(ready, ready.order_id, status="canceled")
    ready.sync()
    ignore(ready, ready.order_id)
    assert ready.sync().outcome == 0
    edit(ready, ready.order_id, payer_phone="11 98888-7777")
    assert ready.sync().outcome == 0

    edit(ready, ready.order_id, status="refunded")

    assert ready.sync().outcome == 6


# A number that was sent is never forgotten


@pytest.mark.parametrize("guard", ["refuse", "accept"])
@pytest.mark.parametrize("status", ["canceled", "pending", "a word that nobody knows"])
def test_an_order_that_is_not_paid_for_a_while_keeps_the_number_that_it_was_sent_under(ready, guard, status):
    ready.erp.switches.duplicate_number = guard
    ready.erp.faults.add("drop_before", method="POST", path="/v1/venda")
    ready.sync()
    edit(ready, ready.order_id, status=status)
    ready.sync(minutes=2 * HOUR)
    other = str(ready.shop.order([("CAM-1", 1)]))
    ready.sync()
    edit(ready, ready.order_id, status="confirmed")

    ready.until_quiet()

    assert (numbers(ready, ready.order_id), numbers(ready, other)) == ([1001], [1002])


@pytest.mark.parametrize("status", ["canceled", "a word that nobody knows"])
def test_a_sale_that_the_erp_shows_late_is_met_before_its_order_is_sent_again(ready, status):
    ready.erp.switches.duplicate_number = "accept"
    ready.erp.switches.search_lag = 3 * 3600  # longer than the grace
    lose_the_answer(ready)
    edit(ready, ready.order_id, status=status)
    ready.sync(minutes=2 * HOUR)
    ready.sync(minutes=2 * HOUR)
    edit(ready, ready.order_id, status="confirmed")

    ready.until_quiet()

    assert numbers(ready, ready.order_id) == [1001]


def test_a_sale_of_an_order_that_was_cancelled_meanwhile_is_told_when_the_erp_shows_it(ready):
    ready.erp.switches.search_lag = 3 * 3600
    lose_the_answer(ready)
    edit(ready, ready.order_id, status="canceled")
    ready.sync(minutes=2 * HOUR)

    for _day in range(2):
        ready.sync(minutes=24 * HOUR)

    assert ready.failure(ready.order_id)["group"] == "attention"
    assert ready.failure(ready.order_id)["reason"].startswith("cancelled in the shop after it became sale")


def test_a_number_sent_twice_is_looked_for_until_it_is_clear_that_it_made_one_sale(ready):
    ready.erp.switches.duplicate_number = "accept"
    lose_the_answer(ready)
    (first,) = ready.erp.sales.values()
    first.visible_from += timedelta(hours=20)  # beyond the promise, as after a clock that leapt
    ready.sync(minutes=2 * HOUR)
    assert numbers(ready, ready.order_id) == [1001, 1001]
    ready.state.notes.set_time(COVERED_TO, ready.clock() + timedelta(hours=4))

    ready.sync(minutes=24 * HOUR)

    assert "sold twice" in ready.failure(ready.order_id)["reason"]


def test_a_number_sent_twice_that_made_one_sale_is_no_double(ready):
    ready.erp.faults.add("drop_before", method="POST", path="/v1/venda")
    ready.sync()

    for _day in range(2):
        ready.sync(minutes=24 * HOUR)

    assert len(ready.calls("POST", "/v1/venda")) == 2
    assert numbers(ready, ready.order_id) == [1001]
    assert ready.failures_of(Kind.SALE) == {}


def test_a_look_up_that_is_refused_is_no_look_and_nothing_is_sent_again_after_it(ready):
    ready.erp.switches.duplicate_number = "accept"
    lose_the_answer(ready)
    ready.erp.faults.add("400", method="GET", path="/v1/venda/busca", times=2)

    ready.sync(minutes=2 * HOUR)
    ready.until_quiet()

    assert numbers(ready, ready.order_id) == [1001]


def test_the_ledger_keeps_each_number_that_an_order_was_sent_under(ready):
    ready.erp.faults.add("drop_before", method="POST", path="/v1/venda")
    ready.sync()
    ready.erp.take_number(1001)
    ready.until_quiet()

    told = [(send.number, send.outcome) for send in ready.state.sends.of(ready.order_id)]

    assert told == [(1001, Outcome.FOREIGN), (1002, Outcome.MADE)]


def test_what_the_erp_would_not_hear_is_no_send_that_anybody_waits_for(ready):
    ready.erp.faults.add("429", method="POST", path="/v1/venda", times=5)

    with pytest.raises(Unavailable):
        ready.sync()

    assert ready.state.intents.all() == {}
    assert [send.outcome for send in ready.state.sends.of(ready.order_id)] == [Outcome.UNSENT]


# Our sale is recognised


@pytest.mark.parametrize("swapped", [False, True])
def test_a_sale_whose_notes_were_edited_within_the_hour_is_known_by_its_number_nsu_and_total(ready, swapped):
    ready.erp.switches.swapped_notes = swapped
    ready.erp.switches.duplicate_number = "accept"
    lose_the_answer(ready)
    (sale,) = ready.erp.sales.values()
    sale.observacoes = "Cliente pediu entrega a tarde"

    ready.until_quiet()

    assert len(ready.erp.sales) == 1
    assert ready.status()["orders"]["sent"] == 1


def test_a_sale_with_our_number_in_its_nsu_and_another_total_is_not_ours(ready):
    ready.erp.faults.add("drop_before", method="POST", path="/v1/venda")
    ready.sync()
    ready.erp.take_number(1001)
    (sale,) = ready.erp.sales.values()
    sale.payment = replace(sale.payment, nsu=ready.order_id)

    ready.until_quiet()

    assert numbers(ready, ready.order_id) == [1002]


# A copy of the state meets what was made after it


def a_copy(job: Any) -> Any:
    path = job.settings.home / "copy.db"
    job.state.backup(path)
    return path


def put_back(job: Any, copy: Any, *, on_another_machine: bool = True) -> None:
    job.state.close()
    if on_another_machine:
        (job.settings.home / "last-run").unlink(missing_ok=True)
    for old in copy.parent.glob(job.settings.state_file.name + "*"):
        old.unlink()
    copy.rename(job.settings.state_file)
    job.state = State.open(job.settings.state_file)


def test_an_old_copy_meets_sales_under_numbers_lower_than_one_that_it_has_seen(ready):
    ready.erp.take_number(5000)
    ready.sync()
    ready.erp.delete_sale(5000)
    copy = a_copy(ready)
    later = [str(ready.shop.order([("CAM-1", 1)])) for _order in range(3)]
    ready.sync()
    put_back(ready, copy)

    with pytest.raises(StateError, match="contaazul-sync rebuild"):
        ready.sync()

    assert [len(numbers(ready, order)) for order in later] == [1, 1, 1]


def test_an_old_copy_meets_the_sale_of_an_order_that_was_in_doubt_when_it_was_made(ready):
    lose_the_answer(ready, "drop_before")
    copy = a_copy(ready)
    ready.erp.take_number(1001)
    ready.until_quiet()
    assert numbers(ready, ready.order_id) == [1002]
    ready.erp.delete_sale(1001)
    put_back(ready, copy)
    ready.shop.order([("CAM-1", 1)])

    with pytest.raises(StateError, match="contaazul-sync rebuild"):
        ready.sync()

    assert numbers(ready, ready.order_id) == [1002]


def test_an_old_copy_stops_the_pass_even_when_the_erp_does_not_show_yet_what_was_sold_since(ready):
    ready.erp.switches.duplicate_number = "accept"
    copy = a_copy(ready)
    ready.erp.switches.search_lag = 6 * 3600
    ready.sync()
    put_back(ready, copy, on_another_machine=False)

    for _pass in range(3):
        with pytest.raises(StateError, match="contaazul-sync rebuild"):
            ready.sync()
    rebuild(ready)
    ready.sync()

    assert numbers(ready, ready.order_id) == [1001]


def test_a_copy_of_just_now_is_no_old_one(ready):
    ready.sync()
    copy = a_copy(ready)
    put_back(ready, copy, on_another_machine=False)

    assert ready.sync().outcome == 0


def test_a_pass_without_orders_asks_for_no_sales(ready):
    ready.sync()
    ready.forget_calls()

    ready.sync()

    assert ready.calls("GET", "/v1/venda/busca") == []


def test_a_sale_that_the_erp_lists_and_does_not_show_is_told_and_stops_nothing(ready):
    ready.erp.take_number(7)
    for sale in ready.erp.sales.values():
        sale.origin = "API"
    ready.erp.faults.add("404", method="GET", path="/v1/venda/*-*")

    report = ready.sync()

    assert report.notes == ["The ERP lists sale 7 and does not show it: it was passed over."]
    assert len(numbers(ready, ready.order_id)) == 1


def test_a_sale_without_our_mark_that_has_an_orders_number_and_total_asks_a_person_once(ready):
    ready.sync()
    (sale,) = ready.erp.sales.values()
    ready.state.close()
    for old in (*ready.settings.home.glob("state.db*"), ready.settings.home / "last-run"):
        old.unlink()  # a new home: nothing is known of what was
    ready.state = State.open(ready.settings.state_file)
    sale.observacoes = "sem a marca"
    ready.sync()
    asked = ready.failure(ready.order_id)

    ready.sync()
    retry(ready, ready.order_id)
    ready.sync()

    assert (asked["group"], asked["reason"]) == (
        "attention",
        "sale 1001 of the ERP has this order's number and total, and not our mark",
    )
    assert len(numbers(ready, ready.order_id)) == 1  # the second one carries the mark


# An order that looks like a sold one


def renumber(job: Any, *orders: str) -> list[str]:
    """The shop moves to another server, which numbers its orders anew."""
    job.clock.move(minutes=1)
    new = []
    for raw in job.shop.orders:
        if str(raw["id"]) in orders:
            raw.update(id=raw["id"] + 900_000, order_id=str(raw["id"] + 900_000), updated=job.shop.now())
            new.append(raw["order_id"])
    return new


def test_a_sold_order_that_comes_back_under_another_id_is_put_before_a_person(ready):
    ready.sync()
    (new,) = renumber(ready, ready.order_id)

    report = ready.sync()

    assert report.outcome == 6
    assert ready.failure(new)["group"] == "attention"
    assert ready.failure(new)["reason"].startswith(f"looks like order {ready.order_id}, sold as sale 1001")
    assert len(ready.erp.sales) == 1


def test_a_person_who_says_that_it_is_another_order_is_believed(ready):
    ready.sync()
    (new,) = renumber(ready, ready.order_id)
    ready.sync()
    retry(ready, new)

    report = ready.sync()

    assert report.outcome == 0
    assert len(ready.erp.sales) == 2


def test_unignore_of_an_order_that_looks_sold_asks_again_and_sells_nothing(ready):
    ready.sync()
    (new,) = renumber(ready, ready.order_id)
    ready.sync()
    ignore(ready, new)
    ready.sync()
    ready.state.items.unignore(Kind.SALE, new)

    ready.sync()

    assert ready.failure(new)["group"] == "attention"
    assert len(ready.erp.sales) == 1


def test_an_order_that_cannot_be_told_from_a_sold_one_waits_while_the_shop_cannot_be_asked(ready):
    ready.sync()
    (new,) = renumber(ready, ready.order_id)
    other = str(ready.shop.order([("CAM-1", 1)]))
    ready.sandbox.shop.faults.add("500_before", method="GET", path="*order/view", times=9)

    ready.sync()

    assert (numbers(ready, new), len(numbers(ready, other))) == ([], 1)


def test_five_alike_are_the_shops_doing_and_none_is_sent(ready):
    many = [str(ready.shop.order([("CAM-1", 1)], payer_cpf=cpf)) for cpf in CPFS]
    ready.sync()
    new = renumber(ready, *many)

    other = str(ready.shop.order([("CAM-1", 1)]))
    with pytest.raises(SafetyStop, match="ignore --alike"):
        ready.sync()

    assert len(numbers(ready, other)) == 1
    assert [ready.failure(order)["group"] for order in new] == ["attention"] * len(many)
    assert len(ready.erp.sales) == 1 + len(many) + 1
    assert ready.sync().outcome == 6


def test_orders_that_a_check_held_back_are_graver_than_a_server_that_does_not_answer(ready):
    many = [str(ready.shop.order([("CAM-1", 1)], payer_cpf=cpf)) for cpf in CPFS]
    ready.sync()
    renumber(ready, *many)
    ready.shop.order([("CAM-1", 3)])
    ready.erp.faults.add("429", method="POST", path="/v1/venda", times=99)

    with pytest.raises(SafetyStop):
        ready.sync()

    run = ready.state.runs.newest(1)[0]
    assert (run.outcome, run.good) == (7, False)
    with pytest.raises(Unavailable):
        ready.sync()


@pytest.mark.slow
def test_three_hundred_buyers_of_the_same_thing_on_one_day_are_three_hundred_sales(linked):
    job = linked("CAM-1", "Camiseta", 79.90, 500)
    for _order in range(300):
        job.shop.order([("CAM-1", 1)])

    job.sync()

    assert len(job.erp.sales) == 300


@pytest.mark.parametrize("lost", [True, False], ids=["the state was lost", "another machine's copy"])
def test_orders_of_an_earlier_time_find_what_was_sold_of_them_before(linked, lost):
    job = linked("CAM-1", "Camiseta", 79.90, 50)
    copy = a_copy(job)
    old = str(job.shop.order([("CAM-1", 1)], created="2026-10-10 10:00:00"))
    usual, since = job.settings, date(2026, 10, 1)
    earlier = datetime.combine(since, time(), BRAZIL)
    job.set(orders__since=since)
    job.sync(back_to=earlier)
    job.settings = usual
    job.sync(minutes=3 * 24 * HOUR)
    if lost:
        job.state.close()
        for file in (*job.settings.home.glob("state.db*"), job.settings.home / "last-run"):
            file.unlink()
        job.state = State.open(job.settings.state_file)
    else:
        put_back(job, copy)
    rebuild(job)
    job.set(orders__since=since)

    job.sync(back_to=earlier)

    assert len(numbers(job, old)) == 1
    assert job.status()["orders"]["sent"] == 1


def test_an_order_of_before_the_day_that_was_asked_for_stays_out_though_it_is_held(linked):
    job, day, asked = linked("CAM-1", "Camiseta", 79.90, 50), "2026-10-01 10:00:00", date(2026, 10, 20)
    older = str(job.shop.order([("CAM-1", 1)], created=day, paid_at=day, updated=day))
    job.sync(minutes=24 * HOUR)
    ignore(job, older)
    edit(job, older, shipping="5.00", total="84.90", total_paid="84.90")
    job.set(orders__since=asked)
    job.sync(back_to=datetime.combine(asked, time(), BRAZIL))
    assert job.failure(older)["group"] == "attention"

    job.state.items.unignore(Kind.SALE, older)
    job.sync()

    assert numbers(job, older) == []


# A question that is before a person ends by a person alone


@pytest.mark.parametrize("field", [{"total": "much"}, {"status": "canceled"}, {"status": "a new word"}])
def test_a_question_outlives_what_the_shop_says_for_a_while(ready, field):
    before = next(raw for raw in ready.shop.orders if str(raw["id"]) == ready.order_id)
    usual = {name: before[name] for name in field}
    rebuild(ready)
    assert ready.failure(ready.order_id)["group"] == "attention"
    edit(ready, ready.order_id, **field)
    ready.sync()
    edit(ready, ready.order_id, **usual)

    report = ready.sync()

    assert (report.outcome, numbers(ready, ready.order_id)) == (6, [])
    assert ready.failure(ready.order_id)["group"] == "attention"


def test_unignore_takes_back_what_was_told_of_an_ignored_order(ready):
    ready.erp.faults.add("400", method="POST", path="/v1/venda")
    ready.sync()
    ignore(ready, ready.order_id)
    edit(ready, ready.order_id, subtotal="159.80", total="159.80", payer_phone="11 98888-7777")
    ready.state.items.unignore(Kind.SALE, ready.order_id)

    ready.sync()

    assert len(numbers(ready, ready.order_id)) == 1


# What was sent is met by all that was ever sent


def test_a_resend_that_never_left_takes_no_earlier_send_back(ready):
    ready.erp.switches.search_lag = 3 * 3600
    lose_the_answer(ready)
    ready.erp.faults.add("429", method="POST", path="/v1/venda", times=5)
    with pytest.raises(Unavailable):
        ready.sync(minutes=61)

    ready.until_quiet()

    assert numbers(ready, ready.order_id) == [1001]


def test_a_sale_of_an_earlier_total_is_known_when_its_notes_were_edited(ready):
    ready.erp.switches.search_lag = 3 * 3600
    lose_the_answer(ready)
    (sale,) = ready.erp.sales.values()
    sale.observacoes = "Cliente pediu entrega a tarde"
    (line,) = next(raw["items"] for raw in ready.shop.orders if str(raw["id"]) == ready.order_id)
    dearer = [line | {"price": "84.95", "total": "169.90"}]
    edit(ready, ready.order_id, items=dearer, subtotal="169.90", total="169.90", total_paid="169.90")

    for _pass in range(6):
        ready.sync(minutes=61)

    assert len(ready.erp.sales) == 1
    assert ready.failure(ready.order_id)["reason"] == "changed in the shop after it became sale 1001"


def test_a_doubted_sale_that_a_person_cancelled_in_the_erp_is_told(ready):
    lose_the_answer(ready)
    (sale,) = ready.erp.sales.values()
    sale.situacao = "CANCELADO"

    ready.sync()

    assert ready.sync().outcome == 6
    assert ready.failure(ready.order_id)["group"] == "attention"


def test_one_sale_that_cannot_be_read_stops_no_order(ready):
    foreign = ready.erp.take_number(7)
    ready.erp.sales[foreign].origin = "API"
    ready.erp.faults.add("400", method="GET", path=f"/v1/venda/{foreign}", times=99)

    ready.sync()

    assert len(numbers(ready, ready.order_id)) == 1


# What a person asked for stays in the book


def test_older_orders_that_a_person_asked_for_stay_in_the_book_until_they_are_sold(linked):
    job = linked("CAM-1", "Camiseta", 79.90, 50)
    job.shop.add_product("CAM-2", "Outra", 10, 5)
    old = "2026-10-10 10:00:00"
    waiting = str(job.shop.order([("CAM-2", 1)], created=old))
    held = str(job.shop.order([("CAM-1", 1)], created=old, payer_cpf=""))
    failed = str(job.shop.order([("CAM-1", 1)], created=old))
    job.erp.faults.add("400", method="POST", path="/v1/venda")
    since = date(2026, 10, 1)
    usual = job.settings
    job.set(orders__since=since)
    job.sync(back_to=datetime.combine(since, time(), BRAZIL))
    job.settings = usual

    report = job.sync()

    groups = {line["key"]: line["group"] for line in job.status()["failures"]}
    assert groups.items() >= {waiting: "waiting", held: "held"}.items()
    assert report.outcome == 6
    assert len(numbers(job, failed)) == 1
