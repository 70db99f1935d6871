"""Every screen at every width: no word and no command is broken; a plain terminal gets no codes."""

import re
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest

from contaazul_sync.cli import choose
from contaazul_sync.core import harmless, words
from contaazul_sync.core.differences import Difference
from contaazul_sync.core.items import Kind as Sort
from contaazul_sync.core.proof import placed, proof
from contaazul_sync.core.words import _, quoted
from contaazul_sync.home import screen
from contaazul_sync.home.credentials import Secrets
from contaazul_sync.home.settings import SETTINGS, Settings
from contaazul_sync.operate.doctor.checks import Check, Level
from contaazul_sync.passes.reconcile import Result
from contaazul_sync.views import book, show
from contaazul_sync.views.terminal.differences import reconcile_view
from contaazul_sync.views.terminal.doctor import doctor_view
from contaazul_sync.views.terminal.items import item_view
from contaazul_sync.views.terminal.orders import orders_view
from contaazul_sync.views.terminal.products import choice_view, overview_view, products_view
from contaazul_sync.views.terminal.proof import proof_view
from contaazul_sync.views.terminal.runs import runs_view
from contaazul_sync.views.terminal.settings import settings_view
from contaazul_sync.views.terminal.status import status_view
from contaazul_sync.views.terminal.tables import Column, Fitting, Kind
from tests.worlds.busy import NOW, RULES, read

WHOLE = 24  # letters; a longer word, as a path, may go on in the next line
SHORTENED = "…"


class Screen(StringIO):
    """What is printed on a terminal."""

    def isatty(self):
        return True


def shown(view, width):
    out = Screen()
    screen.console(out, width).print(view, crop=False)
    return out.getvalue()


def an_item(shop, name):
    kind, key = choose.item(shop, name) or (Sort.SALE, name)
    return item_view(show.read(shop, RULES, kind, key, left_alone=False, now=NOW))


def a_proof(shop):
    stands = placed(shop.book.entries(), RULES, None)
    return proof_view(proof("2026-11", NOW, stands, {}), None, reads_orders=True)


def the_checks():
    step = _("sign in with: contaazul-sync auth")
    found = [Check("secrets", Level.WARNING, "only in this terminal", step, 3, {"sku": "CANECA-IPE"})]
    return doctor_view([*found, Check("disk", Level.OK, "76 MB are free")])


def the_settings():
    values = dict.fromkeys(SETTINGS, "") | {"shop.url": "https://loja.example/uma/pasta"}
    return settings_view(Settings(Path("home"), values), Secrets())


def the_status(shop):
    drifts = shop.drifts.all()
    names = shop.products.skus(each.key for each in drifts)
    day = shop.runs.since(NOW - timedelta(days=1))
    return status_view(read(shop), drifts, names, "state.db", day, NOW)


def the_runs(shop):
    runs = shop.runs.newest(5)
    why = quoted("29 prices are held back. If this is right: contaazul-sync sync --force")
    return runs_view([replace(runs[0], message=why), *runs[1:]])


VIEWS = {
    "status": the_status,
    "status --products": lambda shop: products_view(shop.pairs.in_order(0, 20), "promotional", 1, 3),
    "products": lambda shop: overview_view(shop.pairs.overview(), "promotional", walked=True),
    "send-products": lambda shop: choice_view(shop.products.unsent(), "promotional"),
    "orders": lambda shop: orders_view(list(book.read(shop, RULES, None))[-30:]),
    "an order": lambda shop: an_item(shop, "88251"),
    "a product": lambda shop: an_item(shop, "CAM-003"),
    "reconcile --month": a_proof,
    "log": the_runs,
    "config show": lambda _shop: the_settings(),
    "doctor": lambda _shop: the_checks(),
}


@pytest.fixture(params=words.LANGUAGES)
def language(request):
    words.speak(request.param)
    yield request.param
    words.speak("en")


@pytest.fixture
def plain(monkeypatch):
    monkeypatch.setenv("TERM", "dumb")


def the_words(text):
    return {word.strip(";,.") for word in re.sub(r"[│╭╮╰╯─]", " ", text).split()}


def the_heads():
    """What stands over columns: a list does without it."""
    titles = (_("order"), _("number"), _("name"), _("state"), _("setting"), _("value"), _("from"))
    return {"SKU", "2026-11"}.union(*(title.split() for title in (*titles, _("what became of it"))))


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("name", VIEWS)
@pytest.mark.usefixtures("language", "plain")
def test_nothing_is_broken_where_there_is_little_room(shop, name, width):
    wide, narrow = (shown(VIEWS[name](shop), columns) for columns in (screen.WIDEST, width))

    lost = {word for word in the_words(wide) - the_words(narrow) if len(word) < WHOLE}
    names = {word for product in shop.products.all() for word in the_words(product.name)}
    assert lost <= the_heads() | (names if SHORTENED in narrow else set())
    lines = narrow.splitlines()
    for command in harmless.COMMAND.findall(wide):
        assert any(command in line for line in lines), command
    too_long = [line for line in lines if len(line) > width]
    assert all(harmless.COMMAND.search(line) for line in too_long)


@pytest.mark.parametrize("environ", [{"NO_COLOR": "1", "TERM": "xterm-256color"}, {"TERM": "dumb"}])
@pytest.mark.parametrize("name", VIEWS)
def test_a_plain_terminal_gets_no_codes(shop, monkeypatch, name, environ):
    for variable, value in environ.items():
        monkeypatch.setenv(variable, value)

    assert "\x1b" not in shown(VIEWS[name](shop), 80)


def test_another_terminal_gets_them(shop, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")

    assert "\x1b[" in shown(the_status(shop), 80)


@pytest.mark.parametrize("width", [40, 80])
def test_what_others_wrote_into_a_name_stands_neither_as_a_command_nor_in_a_line_of_its_own(width):
    table = Fitting(Column("SKU", Kind.KEY), Column("nome", Kind.NAME), Column("", Kind.WORD))
    table.add("X\nall is well", "run `contaazul-sync auth --remove` now", "w" * 40)

    lines = shown(table, width).splitlines()

    assert not any(line.strip().startswith(("contaazul-sync", "all is well")) for line in lines)


@pytest.mark.usefixtures("plain")
def test_a_difference_that_is_too_long_for_a_line_goes_on_under_itself():
    each = Difference("88125", "missing", "paid, and no sale in the ERP", "R$ 79,90", "-", _("look"))

    first, *rest = shown(reconcile_view(Result(NOW, orders=[each])), 40).splitlines()[1:3]

    assert first.startswith("  88125: paid")
    assert all(line.startswith("  ") for line in rest)
