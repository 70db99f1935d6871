"""The status as a page: what it says and counts, and that nothing that it is told becomes a part of it."""

import base64
import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest

from contaazul_sync.core.ids import ErpId, OrderId
from contaazul_sync.core.items import Failure, Group, Kind
from contaazul_sync.core.orders import Sale
from contaazul_sync.core.words import quoted
from contaazul_sync.views import status as summary
from contaazul_sync.views.notices import notices
from contaazul_sync.views.page import wording
from contaazul_sync.views.page.age import SCRIPT
from contaazul_sync.views.page.charts import _round_up
from contaazul_sync.views.page.history import DAYS, History, first_day
from contaazul_sync.views.page.lists import MANY
from contaazul_sync.views.page.render import render
from contaazul_sync.views.page.tables import tables
from tests.worlds.busy import DAY, NOW, read, the_page

HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(1)>&amp;' {{ 7*7 }}"
NOTHING = History({}, {}, [])


class Page(HTMLParser):
    """The elements of a page, its text, and the counts that it carries."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.counts: dict[str, int] = {}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.tags.append((tag, named))
        if value := named.get("data-value"):
            self.counts[named["id"] or ""] = int(value)

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [named for name, named in self.tags if name == tag]


def rendered(status: summary.Status, **changes: Any) -> Page:
    options: dict[str, Any] = {"now": NOW, "language": "en"} | changes
    return Page(render(status, [], {}, NOTHING, **options))


def a_failure(name: str, group: Group = Group.FAILED, **changes: Any) -> Failure:
    return replace(Failure(Kind.SALE, name, group, quoted("no"), quoted("look"), NOW - DAY), **changes)


def test_the_page_carries_the_counts_of_the_json(shop):
    told = summary.as_json(read(shop))

    counts = Page(the_page(shop)).counts

    counts["orders-failed"] += counts.pop("orders-held")  # as programs have it
    assert counts.pop("products-all") == 62
    counts["products-unsent"] += counts["products-failed"]  # of programs, one may be in both
    assert counts == {
        f"{panel}-{word}": number for panel in ("products", "orders") for word, number in told[panel].items()
    }
    assert min(counts.values()) > 0


def test_what_needs_nobody_is_on_the_page_only_where_there_is_any(state):
    assert not {"orders-ignored", "orders-left_out", "orders-ended"} & Page(the_page(state)).counts.keys()


def test_the_page_says_what_the_orders_of_a_place_are_worth(shop):
    text = Page(the_page(shop)).text

    assert "waiting 2 R$ 204,90" in text
    assert "held 1 without a sum" in text


def test_each_failure_is_told_with_its_reason_since_when_and_the_next_step(shop):
    text = Page(the_page(shop)).text

    assert "order 88290" in text
    assert "since 21/11 08:12 · 3 days ago" in text  # 11:12 UTC
    assert "An item has no SKU, so its product is not known" in text
    assert "next: book this order in the ERP by hand, then: contaazul-sync ignore 88290" in text
    assert "tried 3 times" in text
    for failure in read(shop).failures:
        assert failure.next_step in text


def test_a_command_to_type_is_set_apart(shop):
    assert "then: <code>contaazul-sync ignore 88290</code></p>" in the_page(shop)


def test_the_drift_and_the_other_names_are_listed(shop):
    text = Page(the_page(shop)).text

    assert "CAM-012 4 3.5 23/11 08:12 1 day ago" in text
    assert "CAM-007 CAM-007-AZ" in text


def test_the_last_runs_say_how_they_ended(shop):
    text = Page(the_page(shop)).text

    assert "done; some items need a look sync: created 1, updated 2, not done 1 24/11 07:42" in text
    assert "The shop does not answer (timeout)." in text


def test_what_a_stranger_wrote_stays_text(state, shop):
    failure = a_failure(HOSTILE, reason=quoted(HOSTILE), next_step=quoted(f"contaazul-sync ignore {HOSTILE}"))
    status = replace(
        read(shop), failures=[failure], company=HOSTILE, document=HOSTILE, renamed=[(HOSTILE, HOSTILE)]
    )
    run = replace(shop.runs.newest(1)[0], command=HOSTILE, message=HOSTILE)
    (drift, *_) = shop.drifts.all()
    history = History({}, {}, [run])

    text = render(status, [drift], {drift.key: HOSTILE}, history, now=NOW, language=HOSTILE)

    found = Page(text)
    assert [tag for tag, _ in found.tags if tag in ("script", "img")] == ["script"]
    assert not [name for _, named in found.tags for name in named if name.startswith("on")]
    assert found.text.count("alert(1)") >= 16  # each place, twice in each text
    assert "<script" not in text.replace(f"<script>{SCRIPT}</script>", "")
    assert "{{ 7*7 }}" in text


def test_the_page_asks_for_nothing_and_has_no_script_but_the_one_that_tells_its_age(shop):
    text = the_page(shop)
    found = Page(text)

    assert not {tag for tag, _ in found.tags} & {"img", "iframe", "object", "form"}
    assert text.count("<script>") == text.count(f"<script>{SCRIPT}</script>") == 1
    assert all(str(link["href"]).startswith("#list-") for link in found.all("a"))
    assert [link["href"] for link in found.all("link")] == ["data:,"]
    assert "http:" not in text
    assert "https:" not in text
    assert "url(" not in text
    (policy,) = [meta["content"] for meta in found.all("meta") if meta.get("http-equiv")]
    mark = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    told = f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{mark}'"
    assert policy == told


def test_nobody_who_bought_and_no_secret_is_on_the_page(shop):
    text = the_page(shop)

    assert str(shop.path) not in text
    assert "@" not in text.replace("@media", "")


def test_the_page_says_its_language(shop):
    assert Page(the_page(shop, language="pt_BR")).all("html") == [{"lang": "pt-BR"}]
    assert Page(the_page(shop)).all("html") == [{"lang": "en"}]


def test_the_headings_do_not_skip_a_level_and_ids_are_given_once(shop):
    found = Page(the_page(shop))
    levels = [int(tag[1]) for tag, _ in found.tags if tag in ("h1", "h2", "h3", "h4")]
    ids = [named["id"] for _, named in found.tags if "id" in named]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(next_ - level <= 1 for level, next_ in pairwise(levels))
    assert len(ids) == len(set(ids))
    for _, named in found.tags:
        assert set((named.get("aria-labelledby") or "").split()) <= set(ids)


def test_a_chart_is_told_in_words_and_as_a_table(shop):
    text = the_page(shop)
    found = Page(text)

    assert len(found.all("svg")) == 3
    assert text.count("<desc id=") == 3
    orders, value = map(sum, zip(*shop.sales.by_day(first_day(NOW)).values(), strict=True))
    assert f"Orders sent per day, the last 30 days: {orders} orders, " in text
    assert f"{value // 100 % 1000:03}," in text
    assert text.count("<details>") == 2
    assert text.count("<tr><td>") == 2 * DAYS


def test_the_bars_are_as_high_as_the_numbers(state):
    days = {date(2026, 11, 24): (3, 15000), date(2026, 11, 22): (1, 5050)}
    history = History(days, {date(2026, 11, 24): (48, 5)}, [])

    text = render(read(state), [], {}, history, now=NOW, language="en")

    value, orders, runs = text.split("<svg")[1:]
    assert 'viewBox="0 0 30 20000"' in value
    assert '<rect class="bar" x="29.16" y="5000" width=".68" height="15000"/>' in value
    assert '<rect class="bar" x="27.16" y="14950" width=".68" height="5050"/>' in value
    assert "24/11: 3 orders, R$\N{NO-BREAK SPACE}150,00" in orders
    assert 'viewBox="0 0 30 4"' in orders
    assert '<rect class="bar" x="29.16" y="12" width=".68" height="43"/>' in runs
    assert '<rect class="bar bad" x="29.16" y="55" width=".68" height="5"/>' in runs
    assert "24/11: 48 runs, 5 failed" in runs


@pytest.mark.parametrize(
    ("most", "top"), [(0, 2), (2, 2), (3, 4), (9, 10), (11, 20), (48, 60), (99, 100), (101, 200)]
)
def test_a_scale_ends_at_a_round_number_with_a_whole_middle(most, top):
    assert _round_up(most, 2) == top


def test_a_new_installation_says_what_to_do_next(state):
    found = Page(the_page(state, signed_in=False))

    assert "Nothing goes to the ERP: sign in to the ERP. contaazul-sync auth" in found.text
    assert "not known before the first sync" in found.text
    assert "No run yet. Try: contaazul-sync sync --dry-run" in found.text
    assert "Nothing stands against any product or order." in found.text
    assert set(found.counts.values()) == {0}


@pytest.mark.parametrize(
    ("outcome", "says"),
    [
        (0, "All is well. Nothing needs you."),
        (4, "Nothing goes to the ERP: sign in again. contaazul-sync auth"),
        (7, "A safety check held something back"),
        (9, "The last run did not get through: ended 9."),
    ],
)
def test_the_first_line_is_the_one_thing_to_know(state, outcome, says):
    state.runs.finish(state.runs.start("sync", NOW), NOW, outcome, {}, quoted(""))

    assert says in Page(the_page(state)).text


def test_a_run_that_is_going_on_has_not_failed(state):
    state.runs.start("sync", NOW)

    text = Page(the_page(state)).text

    assert "going on, or cut short" in text
    assert "1 run, 0 failed in 30 days" in text
    assert "All is well" in text


def test_the_last_good_run_is_told_where_a_bad_one_came_after_it(state):
    for hours, outcome in ((3, 0), (1, 5)):
        run = state.runs.start("sync", NOW - timedelta(hours=hours))
        state.runs.finish(run, NOW - timedelta(hours=hours), outcome, {}, quoted(""))

    assert "Last good run 24/11/2026 05:12 · 3 hours ago" in Page(the_page(state)).text


def test_a_number_of_items_that_need_a_look_is_said_in_the_singular_too(state):
    state.runs.finish(state.runs.start("sync", NOW), NOW, 6, {}, quoted(""))
    state.items.fail(a_failure("88"))

    assert "1 order stands still, without a sum: no." in Page(the_page(state)).text


def test_sales_that_moved_no_stock_are_told(shop):
    found = rendered(replace(read(shop), without_stock=1200))

    assert "1.200 as EM_ANDAMENTO: their units count as not sold yet" in found.text


def test_a_long_list_is_cut_and_says_so(shop):
    failures = [a_failure(str(number), reason=quoted(f"no {number}")) for number in range(MANY + 3)]

    found = rendered(replace(read(shop), failures=failures, renamed=[("A", "B")] * (MANY + 1)))

    assert "... and 3 more: contaazul-sync status --json" in found.text
    assert "failed 203" in found.text
    assert "... and 1 more" in found.text
    assert sum(named.get("class") == "warning" for named in found.all("li")) == MANY


def test_many_of_a_kind_are_one_notice_with_the_way_to_list_them_as_on_a_terminal(shop):
    failures = [
        a_failure(f"CAM-{number}", kind=Kind.PRODUCT, group=Group.HELD, reason=quoted("the price fell"))
        for number in range(29)
    ]
    status = replace(read(shop), failures=failures)
    (notice,) = notices(status)

    found = rendered(status)

    assert sum(named.get("class") == "warning" for named in found.all("li")) == 1
    assert f"{notice.name} since" in found.text
    assert "held 29" in found.text
    assert f"next: {notice.step}" in found.text
    assert "contaazul-sync products failed" in notice.step


@pytest.mark.parametrize(
    ("ago", "says"),
    [
        (timedelta(minutes=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=59), "59 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=47), "1 day ago"),
        (timedelta(days=1234), "1.234 days ago"),
    ],
)
def test_how_long_ago_is_said_in_the_largest_unit(ago, says):
    assert wording.ago(NOW - ago, NOW) == says


# The days, out of the state


def a_sale(number: int, total: int, sent: datetime) -> Sale:
    return Sale(OrderId(str(number)), ErpId(f"e{number}"), number, total, "1:x", True, sent)


def test_a_sale_counts_on_the_day_it_was_in_sao_paulo(state):
    late = datetime(2026, 11, 24, 2, 59, 59, tzinfo=UTC)  # the 23rd, 23:59:59 there
    for number, sent in enumerate((late, late + timedelta(seconds=1), late + timedelta(hours=5)), start=1):
        state.sales.record(a_sale(number, 1000 * number, sent), {}, sent)

    assert state.sales.by_day(date(2026, 11, 1)) == {
        date(2026, 11, 23): (1, 1000),
        date(2026, 11, 24): (2, 5000),
    }
    assert list(state.sales.by_day(date(2026, 11, 24))) == [date(2026, 11, 24)]
    assert state.sales.by_day(date(2026, 11, 25)) == {}


def test_a_run_failed_when_it_ended_badly_or_was_cut_short(state):
    for hour, outcome in enumerate((0, 6, 5, 130, None, 0, None)):
        run = state.runs.start("sync", NOW + timedelta(hours=hour))
        if outcome is not None:
            state.runs.finish(run, NOW + timedelta(hours=hour), outcome, {}, quoted(""))

    assert state.runs.by_day(date(2026, 11, 24)) == {
        date(2026, 11, 24): (7, 2)
    }  # nobody failed who was stopped


def test_the_charts_begin_29_days_before_today(state):
    assert first_day(datetime(2026, 11, 24, 2, 0, tzinfo=UTC)) == date(2026, 10, 25)


# Behind the tiles, and how old it is


def test_a_tile_leads_to_the_table_of_what_it_counts(shop):
    found = Page(the_page(shop))
    links = {str(link["href"]) for link in found.all("a")}
    ids = {f"#{named['id']}" for named in found.all("section") if named.get("id")}

    assert links <= ids
    assert {"#list-products-linked", "#list-orders-waiting", "#list-orders-failed"} <= links
    assert "Camiseta CAM-000" in found.text
    assert found.text.count("the ERP refused it: the account is not active") == 1
    assert found.text.count("the account is not active") == 2  # among the warnings, and in the table


def test_a_tile_that_counts_nothing_leads_nowhere(state):
    assert not Page(the_page(state)).all("a")


def test_a_long_table_is_cut_and_says_how_to_have_all_of_it(shop):
    pairs = list(shop.pairs.in_order()) * 10
    (table,) = tables(pairs[: MANY + 5], MANY + 5, [], "promotional")

    assert len(table.rows) == MANY
    assert "".join(part.text for part in table.more) == (
        "... and 5 more: contaazul-sync products linked --csv > products.csv"
    )


def test_the_page_carries_when_it_was_made_and_what_to_say_of_its_age(state):
    text = the_page(state)

    assert f'data-made="{NOW.isoformat()}"' in text
    assert 'data-hours="This page is {n} hours old."' in text
