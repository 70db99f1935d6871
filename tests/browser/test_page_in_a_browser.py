"""The page of `status --html` in a real browser: `make test-browser`. Leaves its pictures in build/browser.

Without a browser it is skipped, unless CONTAAZUL_BROWSER names one.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from contaazul_sync.home.machine import utc_now
from contaazul_sync.state.file import State
from contaazul_sync.views.page.history import DAYS
from tests.browser.chromium import Browser, binary
from tests.worlds.busy import NOW, busy, the_page
from tests.worlds.terminal import PROGRAM

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(binary() is None, reason="no Chromium here; see `make test-browser`"),
]

PICTURES = Path(__file__).parents[2] / "build" / "browser"
DESK, PHONE = 1200, 390

COUNTS = "Object.fromEntries([...document.querySelectorAll('[data-value]')].map(e => [e.id, e.textContent]))"
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

# Of each text its contrast with what it stands on, where that is below what WCAG asks for (AA).
PALE = """
(() => {
  const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = colour => numbers(colour).slice(0, 3).map(v => v / 255)
    .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const ground = element => {
    for (; element; element = element.parentElement) {
      const colour = getComputedStyle(element).backgroundColor;
      if ((numbers(colour)[3] ?? 1) > 0) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const texts = [...document.body.querySelectorAll('*')].filter(element => !element.closest('svg') &&
    [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()));
  const told = texts.map(element => {
    const style = getComputedStyle(element);
    const [dim, bright] = [light(style.color), light(ground(element))].sort((a, b) => a - b);
    const large = parseFloat(style.fontSize) >= 24;
    return [(bright + .05) / (dim + .05), large ? 3 : 4.5, element.textContent.trim().slice(0, 40)];
  });
  return {looked: told.length, pale: told.filter(([ratio, least]) => ratio < least)};
})()
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("home")
    made.chmod(0o700)
    state = busy(made / "state.db")
    (made / "status.html").write_text(the_page(state), encoding="utf-8")
    state.close()
    return Path(made)


@pytest.fixture(scope="module")
def browser(tmp_path_factory) -> Iterator[Browser]:
    program = binary()
    assert program
    PICTURES.mkdir(parents=True, exist_ok=True)
    opened = Browser(program, tmp_path_factory.mktemp("browser") / "profile")
    yield opened
    opened.close()


def test_the_counts_on_the_page_are_those_of_the_json(browser, home):
    environ = {"PATH": "/usr/bin:/bin", "CONTAAZUL_SYNC_HOME": str(home)}
    environ |= {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
    command = [str(PROGRAM), "status", "--json"]
    done = subprocess.run(command, env=environ, capture_output=True, check=True, timeout=60)
    told = json.loads(done.stdout)

    browser.look(width=DESK)
    browser.open(home / "status.html")

    counts = {name: int(number) for name, number in browser.value(COUNTS).items()}
    counts["orders-failed"] += counts.pop("orders-held")  # as programs have it
    counts["products-unsent"] += counts["products-failed"]  # of programs, one may be in both
    del counts["products-all"]
    assert counts == {
        f"{panel}-{word}": number
        for panel in ("products", "orders")
        for word, number in told[panel].items()
        if number or word in (*told["products"], "sent", "in_doubt", "attention")
    }
    assert browser.value("document.querySelectorAll('.warning').length") == len(told["failures"])


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [DESK, PHONE], ids=["desk", "phone"])
def test_the_page_is_legible_and_the_browser_has_nothing_to_complain_of(browser, home, width, dark):
    file = home / "status.html"
    browser.look(width=width, dark=dark)
    browser.open(file)
    browser.picture(PICTURES / f"status-{width}-{'dark' if dark else 'light'}.png")

    assert browser.errors == []
    assert browser.requests == [file.as_uri()]
    assert browser.value(SIDEWAYS) == 0
    told = browser.value(PALE)
    assert told["looked"] > 100
    assert told["pale"] == []
    ground = browser.value("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(18, 22, 28)") is dark


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_page_of_a_new_installation_is_legible(browser, tmp_path, dark):
    state = State.open(tmp_path / "state.db")
    file = tmp_path / "new.html"
    file.write_text(the_page(state, signed_in=False), encoding="utf-8")
    state.close()

    browser.look(width=PHONE, dark=dark)
    browser.open(file)
    browser.picture(PICTURES / f"new-{PHONE}-{'dark' if dark else 'light'}.png")

    assert browser.errors == []
    assert browser.value(PALE)["pale"] == []
    assert browser.value(SIDEWAYS) == 0


def test_the_bars_stand_where_the_numbers_put_them(browser, home):
    browser.look(width=DESK)
    browser.open(home / "status.html")

    for plot in ("value", "orders", "runs"):
        days = browser.value(f"document.querySelectorAll('.plot-{plot} g').length")
        heights = "[...document.querySelectorAll('{}')].map(each => each.getBoundingClientRect().height)"
        (height,) = browser.value(heights.format(f".plot-{plot} svg"))
        tallest = max(browser.value(heights.format(f".plot-{plot} .bar")))
        assert days == DAYS
        assert 0.4 * height < tallest <= height


def test_the_page_can_be_printed(browser, home):
    browser.look(width=DESK, dark=True)
    browser.open(home / "status.html")
    browser.paper(PICTURES / "status.pdf")

    printed = (PICTURES / "status.pdf").read_bytes()
    assert printed.startswith(b"%PDF")
    assert browser.errors == []


def test_a_long_word_does_not_widen_the_page_on_a_phone(browser, tmp_path):
    state = busy(tmp_path / "state.db")
    state.db.execute(
        "UPDATE failures SET reason = ?, next_step = ?", ["x" * 300, "contaazul-sync " + "y" * 300]
    )
    state.db.execute("UPDATE links SET sku = ?, key = key WHERE key = 'CAM-007'", ["W" * 20])
    state.db.execute("UPDATE products SET sku = ? WHERE key IN ('CAM-003', 'CAM-007')", ["M" * 20])
    state.notes.set("company_name", "Z" * 80)
    (tmp_path / "long.html").write_text(the_page(state, NOW), encoding="utf-8")
    state.close()

    browser.look(width=PHONE)
    browser.open(tmp_path / "long.html")
    browser.picture(PICTURES / f"long-{PHONE}-light.png")

    assert browser.value(SIDEWAYS) == 0


def test_a_page_that_did_more_than_it_may_would_be_noticed(browser, tmp_path):
    state = busy(tmp_path / "state.db")
    text = the_page(state).replace(
        "</main>", "<script>alert(1)</script><img src='http://127.0.0.1:9/x'></main>"
    )
    state.close()
    (tmp_path / "bad.html").write_text(text, encoding="utf-8")

    browser.open(tmp_path / "bad.html")

    refused = "\n".join(browser.errors)
    assert "script" in refused
    assert "img-src" in refused


def test_a_click_on_a_tile_lists_what_it_counts(browser, home):
    browser.look(width=PHONE)
    browser.open(home / "status.html")
    shown = "getComputedStyle(document.getElementById('list-products-linked')).display"
    click = "document.querySelector('a[href=\"#list-products-linked\"]').click()"

    assert browser.value(shown) == "none"
    browser.value(click)
    assert browser.value(shown) == "block"
    browser.picture(PICTURES / f"list-{PHONE}-light.png")
    assert browser.value(SIDEWAYS) == 0
    assert browser.errors == []


def test_a_page_says_that_it_is_old_by_the_reader_s_clock(browser, tmp_path):
    state = State.open(tmp_path / "state.db")
    says = {}
    for hours in (0.5, 1.5, 3.5, 50):
        (tmp_path / "old.html").write_text(the_page(state, utc_now() - timedelta(hours=hours)), "utf-8")
        browser.open(tmp_path / "old.html")
        says[hours] = browser.value("document.getElementById('age').innerText")
    state.close()

    assert says == {
        0.5: "",
        1.5: "This page is 1 hour old.",
        3.5: "This page is 3 hours old.",
        50: "This page is 2 days old.",
    }
    assert browser.errors == []
