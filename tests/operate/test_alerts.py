"""Who watches from afar: told once of each incident and once of its end, and never in a run's way."""

import http.server
import json
import logging
import socket
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contaazul_sync.core.days import in_brazil
from contaazul_sync.home import log
from contaazul_sync.home.extras import to_add
from contaazul_sync.home.told import NAME, Told
from contaazul_sync.operate.alerts import NOTE, Alerts, lacking
from contaazul_sync.operate.doctor.machine import Machine
from contaazul_sync.operate.incidents import Known, decide, sent

# A library of apprise's is late with this; the program shows no such warnings.
pytestmark = pytest.mark.filterwarnings("ignore:.*imghdr.*:DeprecationWarning")

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)


def told(codes: list[int], new: dict[int, int] | None = None, lost: tuple[int, ...] = ()) -> dict[int, str]:
    """The messages, by their turn, of runs half an hour apart that end with these codes.

    `new`: how many items came up in a turn. `lost`: the turns whose message does not go out.
    """
    known, messages = Known(), {}
    for turn, code in enumerate(codes):
        now = NOW + turn * HALF_HOUR
        known, message = decide(known, code, (new or {}).get(turn, 0), now)
        if message:
            messages[turn] = message
            known = known if turn in lost else sent(known, code, now)
    return messages


@pytest.mark.parametrize("code", [1, 3, 4, 7])
def test_a_day_of_failures_is_one_message_and_the_end_another(code):
    messages = told([0, *[code] * 48, 0, 0])

    assert list(messages) == [1, 49]
    assert messages[49].startswith("All is well again.")


def test_a_server_that_is_away_for_an_hour_is_nobody_s_business():
    assert told([0, 5, 5, 0]) == {}


def test_a_server_that_is_away_for_two_hours_is_told_once():
    assert list(told([5] * 10 + [0])) == [4, 10]


def test_two_hours_without_an_answer_begin_anew_when_a_run_got_through():
    assert told([5, 5, 5, 0, 5, 5, 5, 6, 5, 5, 5]) == {}


def test_items_that_need_a_look_are_told_when_they_come_and_later_ones_once_a_day():
    messages = told([0, *[6] * 110], {1: 2, 5: 1, 9: 3, 60: 1})

    assert {turn: message.split(".")[0] for turn, message in messages.items()} == {
        1: "2 items need a look",
        49: "4 items need a look",
        97: "1 item needs a look",
    }


def test_items_that_were_there_before_anybody_was_to_be_told_are_no_news_nor_is_their_end():
    assert told([6, 6, 0]) == {}


def test_another_kind_of_trouble_is_another_incident():
    assert list(told([3, 3, 4, 4, 0])) == [0, 2, 4]


def test_a_run_that_failed_for_a_passing_reason_in_the_midst_of_trouble_changes_nothing():
    assert list(told([4, 5, 4, 5, 4, 5, 0])) == [0, 6]
    assert list(told([4, 5, 6], {0: 0})) == [0, 2]


def test_old_items_after_an_outage_are_no_news_but_its_end_is():
    messages = told([6, *[4] * 3, 6, 6, 0], {0: 1})

    assert list(messages) == [0, 1, 4, 6]
    assert messages[4].startswith("All is well again. It began at")
    assert messages[4].endswith("Some items need a look. contaazul-sync status")


def test_items_that_came_up_during_an_outage_are_told_with_its_end():
    assert "2 items need a look." in told([7, 7, 6], {1: 2})[2]


@pytest.mark.parametrize(("code", "new"), [(3, {}), (6, {0: 2})])
def test_a_message_that_was_lost_is_sent_by_the_next_run(code, new):
    messages = told([code] * 4 + [0] * 4, new, lost=(0, 4))

    assert list(messages) == [0, 1, 4, 5]
    assert messages[0] == messages[1]
    assert messages[4] == messages[5]


def test_trouble_that_nobody_was_told_of_has_no_end_to_tell():
    assert list(told([3, 0, 0], lost=(0,))) == [0]


@pytest.mark.parametrize(
    ("codes", "new", "lost"),
    [
        ([6, 0] * 48, dict.fromkeys(range(0, 96, 2), 1), ()),
        ([3, 0] * 48, {}, ()),
        ([3, 4] * 48, {}, ()),
        ([4] * 96, {}, tuple(range(96))),
        ([0] + [6] * 95, {1: 1}, tuple(range(96))),
    ],
    ids=["items come and go", "the setup, on and off", "in turn", "nothing goes out", "nor about items"],
)
def test_whatever_happens_nobody_gets_48_messages_a_day(codes, new, lost):
    turns = list(told(codes, new, lost))

    for turn in turns:
        assert len([other for other in turns if turn <= other < turn + 48]) <= 12


def test_a_clock_that_ran_ahead_does_not_silence_the_years_that_it_skipped():
    later = NOW + timedelta(days=3000)
    known, message = decide(Known(), 4, 0, later)
    known = sent(known, 4, later)

    assert message
    assert decide(known, 0, 0, NOW)[1] == told([4, 0])[1].replace("24/11", f"{in_brazil(later):%d/%m}")


def test_a_run_that_a_person_broke_off_says_nothing_and_forgets_nothing():
    known, message = decide(Known(), 130, 2, NOW)

    assert message is None
    assert "2 items need a look." in str(decide(known, 6, 0, NOW)[1])


# The sending


class Listener:
    """A server that writes down what is posted to it."""

    def __init__(self, seconds: float = 0, status: int = 200) -> None:
        got: list[tuple[str, str]] = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                got.append((self.path, body))
                time.sleep(seconds)
                self.send_response(status)
                self.end_headers()

            def log_message(self, *_args: Any) -> None:
                pass

        self.got = got
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self) -> "Listener":
        self.thread.start()
        return self

    def __exit__(self, *_args: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@contextmanager
def dripping():
    """A server that never ends its answer, and never lets the line be silent for a second."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            line, _address = server.accept()
            with line:
                line.sendall(b"HTTP/1.1 200 OK\r\nX: ")
                while not over.wait(0.5):
                    line.sendall(b"x")

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        over.set()
        thread.join()


@pytest.fixture
def logged(job):
    """The lines of the log, as they are written."""
    log.begin(job.settings.home, 1, "sync")
    yield (job.settings.home / log.FILE).read_text
    log.end()


def alerts(job: Any, **settings: str) -> Alerts:
    job.set(**settings)
    made = Alerts(job.settings, job.clock)
    made.state = job.state
    return made


def test_a_run_is_pinged_at_its_start_and_its_end(job):
    with Listener() as listener:
        url = f"http://127.0.0.1:{listener.port}/uuid"
        one = alerts(job, alerts__ping_url=url)
        one.began()
        one.ended(6, 3, {"created": 2, "failed": 3})
        two = alerts(job)
        two.began()
        two.ended(5)
        two.ended(1)  # the same run is not told twice
        alerts(job).ended(0)

    assert listener.got == [
        ("/uuid/start", ""),
        ("/uuid/0", "Created 2, updated 0, not done 3. 3 items need a look. contaazul-sync status"),
        ("/uuid/start", ""),
        ("/uuid/5", "A run ended with 5."),
        ("/uuid/0", ""),
    ]


def test_a_run_that_a_person_broke_off_has_neither_failed_nor_got_through(job):
    with Listener() as listener:
        one = alerts(job, alerts__ping_url=f"http://127.0.0.1:{listener.port}")
        one.began()
        one.ended(130)

    assert [path for path, _ in listener.got] == ["/start"]


def test_a_run_that_ended_before_its_state_was_open_is_pinged_all_the_same(job):
    with Listener() as listener:
        one = alerts(
            job, alerts__ping_url=f"http://127.0.0.1:{listener.port}", alerts__notify="json://127.0.0.1:9/"
        )
        one.ended(3)

    assert [path for path, _ in listener.got] == ["/3"]


@pytest.mark.slow
def test_a_message_goes_where_the_setting_says_and_names_the_shop_alone(job):
    with Listener() as listener:
        url = f"json://127.0.0.1:{listener.port}/"
        for _ in range(3):
            alerts(job, alerts__notify=url).ended(4)
        for _ in range(2):
            alerts(job).ended(0)

    messages = [json.loads(body) for _, body in listener.got]
    assert [message["title"] for message in messages] == ["contaazul-sync (loja)"] * 2
    assert "contaazul-sync auth" in messages[0]["message"]
    assert messages[1]["message"].startswith("All is well again.")


@pytest.mark.parametrize(("code", "new"), [(3, 0), (6, 2)])
def test_a_message_that_did_not_go_is_sent_by_the_next_run(job, code, new):
    with Listener(status=500) as broken:
        alerts(job, alerts__notify=f"json://127.0.0.1:{broken.port}/").ended(code, new)
    with Listener() as listener:
        url = f"json://127.0.0.1:{listener.port}/"
        alerts(job, alerts__notify=url).ended(code)
        alerts(job).ended(code)

    assert len(broken.got) == len(listener.got) == 1


def test_where_nothing_can_be_kept_a_run_ends_as_it_does_and_no_message_is_sent_each_time(
    job, logged, monkeypatch
):
    (job.settings.home / NAME).mkdir()
    monkeypatch.setattr(tempfile, "gettempdir", lambda: "/no-such-folder")
    with Listener() as listener:
        notify, ping = f"json://127.0.0.1:{listener.port}/", f"http://127.0.0.1:{listener.port}/ping"
        for _ in range(2):
            alerts(job, alerts__notify=notify, alerts__ping_url=ping).ended(3)

    assert [path for path, _ in listener.got] == ["/ping/3"] * 2
    assert "what is told cannot be kept" in logged()


@pytest.mark.parametrize(
    "kept", ["", "x", "[]", "7", '{"trouble": "x"}', '{"failing": 3}', '{"code": 4, "told": null}']
)
def test_what_was_kept_and_cannot_be_read_is_as_good_as_nothing(job, kept):
    Told(job.settings.home).keep(**{NOTE: kept})
    with Listener() as listener:
        alerts(job, alerts__notify=f"json://127.0.0.1:{listener.port}/").ended(4)

    assert len(listener.got) == 1


def test_a_quiet_run_has_nothing_to_keep(job):
    alerts(job, alerts__notify="json://127.0.0.1:9/").ended(0)

    assert Told(job.settings.home).read() == {}


def test_what_a_version_before_had_told_is_not_told_again(job):
    job.state.notes.set(NOTE, '{"trouble": 4, "failing": "2026-11-24T12:00:00+00:00"}')
    with Listener() as listener:
        for code in (4, 0, 0):
            alerts(job, alerts__notify=f"json://127.0.0.1:{listener.port}/").ended(code)

    assert ["All is well again" in body for _, body in listener.got] == [True]


def test_a_run_in_which_a_check_held_prices_back_and_the_orders_went_pings_that_it_got_through(job):
    with Listener() as listener:
        url = f"http://127.0.0.1:{listener.port}"
        alerts(job, alerts__ping_url=url).ended(7, orders_went=True)
        alerts(job).ended(7)

    assert [path for path, _ in listener.got] == ["/0", "/7"]
    assert "held something back" in listener.got[0][1]


@pytest.mark.slow
def test_who_never_ends_an_answer_costs_a_ping_five_seconds_and_a_message_five(job):
    with dripping() as port:
        one = alerts(job, alerts__ping_url=f"http://127.0.0.1:{port}")
        begun = time.monotonic()
        one.began()
        pinged = time.monotonic() - begun
    with dripping() as port:
        two = alerts(job, alerts__ping_url="", alerts__notify=f"json://127.0.0.1:{port}/?rto=30")
        begun = time.monotonic()
        two.ended(4)
        messaged = time.monotonic() - begun

    assert 4 < pinged < 7
    assert 4 < messaged < 8  # apprise is loaded in it


def test_what_does_not_go_through_is_logged_without_its_address_and_says_nothing_on_stderr(
    job, logged, capfd
):
    one = alerts(
        job, alerts__ping_url="http://127.0.0.1:9/uuid", alerts__notify="json://me:geheim@127.0.0.1:9/"
    )
    one.began()
    one.ended(3)
    alerts(job, alerts__ping_url="", alerts__notify="nosuch://geheim/").ended(3)

    messages = [json.loads(line)["message"] for line in logged().splitlines()]
    assert messages == [
        "the ping did not go through: ConnectError",
        "the alert did not go through",
        "the ping did not go through: ConnectError",
        "the alert did not go through",
    ]
    assert "geheim" not in logged()
    assert capfd.readouterr().err == ""


def test_before_the_log_is_open_a_ping_that_fails_says_nothing_on_stderr(job, capfd):
    alerts(job, alerts__ping_url="http://127.0.0.1:9/uuid").began()
    logging.getLogger("contaazul_sync").warning("while no run is open")

    assert capfd.readouterr().err == ""


def test_without_the_package_for_messages_the_log_says_what_to_install(job, logged, monkeypatch):
    monkeypatch.setitem(sys.modules, "apprise", None)  # as Python has a module that is not there
    alerts(job, alerts__notify="json://127.0.0.1:9/").ended(4)

    assert to_add("apprise") in logged()


@pytest.mark.slow
def test_no_alert_has_anything_of_a_buyer_or_a_secret_in_it(linked):
    job = linked("CAM-1", "Camiseta", 79.90, 5)
    job.shop.order([("CAM-1", 1)], payer_cpf="")
    report = job.sync()
    new = len(job.state.items.failures())
    with Listener() as listener:
        notify, ping = f"json://127.0.0.1:{listener.port}/", f"http://127.0.0.1:{listener.port}/ping"
        alerts(job, alerts__notify=notify, alerts__ping_url=ping).ended(report.outcome, new, report.counts)
        for code in (1, 3, 4, 7):
            alerts(job).ended(code)

    assert len(listener.got) == 9  # a message more than AT_ONCE waits
    words = json.dumps(listener.got)
    secrets = job.vault.read()
    for personal in (
        "Ana",
        "Paulista",
        "529982",
        "Camiseta",
        "CAM-1",
        secrets.client_secret,
        secrets.shop_token,
    ):
        assert personal not in words


# Trying them out


def test_a_test_sends_a_message_and_a_ping_and_touches_no_incident(job):
    with Listener() as listener:
        notify, ping = f"json://127.0.0.1:{listener.port}/", f"http://127.0.0.1:{listener.port}/ping"
        went, failed = alerts(job, alerts__notify=notify, alerts__ping_url=ping).try_out()

    assert (went, failed) == (["The message went out.", "The ping went out."], "")
    assert sorted(path for path, _ in listener.got) == ["/", "/ping/0"]
    assert job.settings.home.joinpath("told.json").exists() is False


def test_a_test_says_what_did_not_go_through(job):
    with Listener(status=500) as listener:
        notify, ping = f"json://127.0.0.1:{listener.port}/", f"http://127.0.0.1:{listener.port}/ping"
        went, failed = alerts(job, alerts__notify=notify, alerts__ping_url=ping).try_out()

    assert went == []
    assert "[alerts] notify" in failed
    assert "[alerts] ping_url" in failed


def test_what_keeps_messages_from_going_is_known_before_one_is_sent(job, monkeypatch):
    job.set(alerts__notify="nobody-knows://x")
    assert "config set alerts.notify" in str(lacking(job.settings))
    job.set(alerts__notify="json://127.0.0.1:9/")
    assert lacking(job.settings) is None
    monkeypatch.setitem(sys.modules, "apprise", None)
    assert to_add("apprise") in str(lacking(job.settings))


def test_a_message_begins_with_the_verdict(job):
    with Listener() as listener:
        one = alerts(job, alerts__notify=f"json://127.0.0.1:{listener.port}/")
        one.verdict = lambda: "1 order stands still, R$ 79,90."
        one.ended(6, 1)

    ((_path, body),) = listener.got
    assert json.loads(body)["message"].startswith("1 order stands still, R$ 79,90.\n1 item needs a look.")


@pytest.mark.parametrize(
    ("notify", "level", "says"),
    [
        ("", "ok", "nobody is told"),
        ("json://127.0.0.1:9/", "ok", "alerts test"),
        ("nobody-knows://x", "warning", "no address"),
    ],
)
def test_the_doctor_has_a_line_on_alerts_and_one_on_the_amounts(job, notify, level, says):
    job.set(alerts__notify=notify)
    found = {check.name: check for check in Machine(job.settings, job.vault).checks()}

    assert (found["alerts"].level, says in found["alerts"].detail) == (level, True)
    assert found["amounts"].seen["prices.adjustment_percent"] == "0"
    assert found["amounts"].seen["orders.paid_differs"] == "hold"
