"""What a morning shows first: the verdict, counts that add up, one notice for many of a kind."""

import re
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest

from contaazul_sync.core import words
from contaazul_sync.core.items import Failure, Group, Ignored, Kind, Run
from contaazul_sync.core.words import NOTHING, _, joined, quoted
from contaazul_sync.home import screen
from contaazul_sync.views import piped
from contaazul_sync.views import status as summary
from contaazul_sync.views.notices import FEW, notices
from contaazul_sync.views.phrases import lines
from contaazul_sync.views.terminal.status import status_view
from contaazul_sync.views.verdict import LATE, verdict
from tests.worlds.busy import NOW, RULES, an_order, busy, read


@pytest.fixture(autouse=True)
def english_again():
    yield
    words.speak("en")


def after_a_run(state, outcome=0, message=NOTHING, ago=timedelta(minutes=5), **run):
    number = state.runs.start(run.get("command", "sync"), NOW - ago)
    state.runs.finish(number, NOW - ago, outcome, {}, message)


def a_failure(key, kind=Kind.SALE, group=Group.HELD, reason=None, **changes):
    reason = reason or _("an item has no SKU, so its product is not known")
    return replace(Failure(kind, key, group, reason, quoted("look"), NOW - timedelta(hours=3)), **changes)


def told(state, *, signed_in=True):
    return verdict(summary.read(state, RULES, signed_in=signed_in), NOW)


def on_a_terminal(status, width=80, day=()):
    text = StringIO()
    screen.console(text, width).print(status_view(status, [], {}, "state.db", list(day), NOW), crop=False)
    return text.getvalue()


def in_a_pipe(status, width=100):
    return piped.text(status, [], {}, "state.db", width, NOW)


# The verdict


def test_the_verdict_is_the_first_line_of_each_screen(shop):
    status = read(shop)
    says = verdict(status, NOW).sentence

    assert in_a_pipe(status, 200).splitlines()[0] == says
    assert on_a_terminal(status, 200).splitlines()[0] == says


def test_who_is_signed_out_reads_what_stands_still_and_the_command(state):
    after_a_run(state, 4)
    state.orders.save([an_order("1", 7990, NOW)], NOW)

    found = told(state, signed_in=False)

    assert found == ("bad", "1 order stands still, R$ 79,90: sign in to the ERP", "contaazul-sync auth")
    words.speak("pt_BR")
    assert told(state, signed_in=False).says == "1 pedido parado, R$ 79,90: faça login no ERP"


def test_an_order_that_a_rule_holds_stands_still_and_one_failure_says_why(state):
    after_a_run(state, 6)
    state.orders.save([an_order("1", 7990, NOW)], NOW)
    state.items.fail(a_failure("1"))

    says = "1 order stands still, R$ 79,90: an item has no SKU, so its product is not known."
    assert told(state)[:2] == ("soon", says)


def test_several_kinds_are_counted_apart(state):
    after_a_run(state, 6)
    state.orders.save([an_order(str(n), 1000 * n, NOW) for n in range(1, 5)], NOW)
    for number, group in enumerate((Group.HELD, Group.WAITING, Group.ATTENTION), 1):
        state.items.fail(a_failure(str(number), group=group))
    state.items.fail(a_failure("CAM-1", Kind.PRODUCT))
    state.items.fail(a_failure("file:pedidos.csv"))
    state.items.fail(a_failure("4", Kind.SETTLEMENT))

    assert told(state).says == (
        "2 orders stand still, R$ 30,00; 1 order asks for you, R$ 30,00; 1 product needs a look;"
        " the money of 1 order needs a look; the file pedidos.csv cannot be read."
    )


def test_the_only_file_that_cannot_be_read_is_named_once_with_why(state):
    after_a_run(state, 6)
    reason = quoted("the file pedidos.csv cannot be read: it is empty")
    state.items.fail(a_failure("file:pedidos.csv", reason=reason))

    assert told(state).sentence == "The file pedidos.csv cannot be read: it is empty."


def test_orders_that_the_next_sync_sends_are_well(state):
    after_a_run(state)
    state.orders.save([an_order("1", 7990, NOW), an_order("2", 2010, NOW)], NOW)

    assert told(state)[:2] == ("good", "All is well: 2 orders go with the next sync, R$ 100,00.")


def test_what_a_safety_check_holds_is_told_and_its_command_stands_apart(state):
    look = _("Look at the shop; if this is right: contaazul-sync sync --force")
    after_a_run(state, 7, joined(quoted("29 prices are held back."), look))

    found = told(state)

    assert found.says == "29 prices are held back. Look at the shop; if this is right:"
    assert found.command == "contaazul-sync sync --force"


@pytest.mark.parametrize(
    ("outcome", "command"),
    [(1, "contaazul-sync log"), (3, "contaazul-sync doctor"), (4, "contaazul-sync auth")],
)
def test_an_end_that_needs_a_person_names_the_command(state, outcome, command):
    after_a_run(state, outcome)

    assert told(state)[::2] == ("bad", command)


def test_a_failure_that_passes_is_bad_only_when_it_lasts(state):
    after_a_run(state, ago=LATE - timedelta(hours=1))
    after_a_run(state, 5)
    assert told(state).tone == "soon"


def test_runs_that_stopped_coming_are_told(state):
    after_a_run(state, ago=LATE + timedelta(hours=1))

    found = told(state)

    assert found.tone == "bad"
    assert "no run has got through since 23/11 05:12" in found.says


@pytest.mark.parametrize("outcome", [130, None])
def test_a_run_that_a_person_stopped_is_no_trouble(state, outcome):
    after_a_run(state, ago=timedelta(hours=1))
    if outcome:
        after_a_run(state, outcome)
    else:
        state.runs.start("sync", NOW)

    assert told(state).tone == "good"


# Counts


def test_the_products_add_up(shop):
    counts = dict(read(shop).standing)
    total = counts.pop("all")
    counts.pop("troubled")

    assert total == sum(counts.values()) == 62
    assert shop.products.count()["live"] + shop.products.count()["gone"] == total


def test_a_product_is_counted_once_wherever_it_stands(shop, tmp_path):
    state = busy(tmp_path / "state.db")
    before = read(state).standing
    state.items.fail(a_failure("CAM-001", Kind.PRODUCT))  # linked
    state.items.fail(a_failure("CAM-044", Kind.PRODUCT, Group.FAILED))  # chosen
    state.items.ignore(Kind.PRODUCT, "CAM-045", Ignored("as it was"), NOW)  # chosen
    state.items.ignore(Kind.PRODUCT, "CAM-059", Ignored("as it was"), NOW)
    now = read(state).standing
    state.close()

    assert now["all"] == before["all"]
    assert {word: now[word] - before[word] for word in now if now[word] != before[word]} == {
        "troubled": 1,
        "failed": 1,
        "waiting": -2,
        "ignored": 2,
        "unsent": -1,
    }


# Notices


def held_prices(state, count):
    for number in range(count):
        reason = _("{orders}: {why}").format(orders=f"R$ {number + 10},00", why=f"R$ {number},00")
        state.items.fail(a_failure(f"CAM-{number:03}", Kind.PRODUCT, reason=reason))


def test_many_of_a_kind_are_one_notice_with_the_way_to_list_them(state):
    after_a_run(state, 6)
    held_prices(state, 29)
    status = summary.read(state, RULES, signed_in=True)

    (notice,) = notices(status)

    assert notice.title == "29 products: held since 24/11 05:12"
    assert notice.reason == "for example CAM-000: R$ 10,00: R$ 0,00"
    assert "contaazul-sync products failed" in notice.step
    for text in (on_a_terminal(status), in_a_pipe(status)):
        assert text.count("held since") == 1
        assert len(text.splitlines()) < 35


def test_a_few_of_a_kind_are_told_one_by_one_and_other_reasons_apart(state):
    held_prices(state, FEW)
    state.items.fail(a_failure("CAM-900", Kind.PRODUCT, reason=quoted("no price")))

    assert len(notices(summary.read(state, RULES, signed_in=True))) == FEW + 1


def test_many_orders_are_told_with_what_they_are_worth(state):
    state.orders.save([an_order(str(n), 1000, NOW) for n in range(5)], NOW)
    for n in range(5):
        since = NOW - timedelta(hours=n)
        state.items.fail(a_failure(str(n), group=Group.FAILED, since=since))

    (notice,) = notices(summary.read(state, RULES, signed_in=True))

    assert notice.title == "5 orders, R$ 50,00: failed, the first since 24/11 04:12"
    assert "contaazul-sync orders --state failed" in notice.step


def test_each_order_that_needs_a_look_says_what_it_is_worth(shop):
    for text in (on_a_terminal(read(shop)), in_a_pipe(read(shop))):
        assert "order 88251, R$ 129,90: failed" in text


# Commands


def test_a_step_is_told_in_lines_with_each_command_on_its_own():
    step = "put it right, then: contaazul-sync retry 1; or leave it alone: contaazul-sync ignore 1"

    assert [(part.text, part.command) for part in lines(step)] == [
        ("put it right, then:", False),
        ("contaazul-sync retry 1", True),
        ("or leave it alone:", False),
        ("contaazul-sync ignore 1", True),
    ]


@pytest.mark.parametrize("width", [40, 80, 120])
def test_a_command_stands_alone_on_its_line_and_is_whole(shop, width):
    for text in (on_a_terminal(read(shop), width), in_a_pipe(read(shop), width)):
        commands = [line for line in text.splitlines() if "contaazul-sync " in line]
        assert commands
        for line in commands:
            assert re.fullmatch(r" +contaazul-sync [a-z-]+ .*", line), line
        assert any(line.endswith("contaazul-sync send-products ECOBAG-CAJU") for line in commands)


# The strip


def a_run(ago, outcome):
    return Run(1, "sync", NOW - ago, NOW - ago, outcome, 0, 0, 0, NOTHING)


def test_the_strip_says_what_its_marks_and_its_ends_mean(state):
    text = on_a_terminal(summary.read(state, RULES, signed_in=True), day=[a_run(timedelta(minutes=5), 0)])

    assert "08:12                   20:12                now" in text
    assert "· no run   ■ all well   ◆ needs a look or was stopped   x failed" in text


def test_a_run_that_a_person_stopped_is_not_counted_as_failed(state):
    day = [a_run(timedelta(minutes=5), 130), a_run(timedelta(minutes=50), 5)]
    text = on_a_terminal(summary.read(state, RULES, signed_in=True), day=day)
    after_a_run(state, 130)

    assert "x◆" in text
    assert "2 runs, 1 of them failed" in text
    assert list(state.runs.by_day(NOW.date()).values()) == [(1, 0)]


# Words


def test_a_place_with_several_orders_is_said_in_the_plural(state):
    state.orders.save([an_order(str(n), 1000, NOW) for n in range(2)], NOW)
    for n in range(2):
        state.items.fail(a_failure(str(n)))
    words.speak("pt_BR")

    assert re.search(r"retidos +2 ", in_a_pipe(summary.read(state, RULES, signed_in=True)))


def test_orders_of_which_none_has_a_sum_are_not_worth_nothing(state):
    after_a_run(state, 6)
    state.items.fail(a_failure("1"))

    assert told(state).says.startswith("1 order stands still, without a sum: ")
    assert "R$ 0,00" not in in_a_pipe(summary.read(state, RULES, signed_in=True))
