"""Who watches from afar: told once of each incident and once of its end, and never in a run's way."""

import http.server
import json
import logging
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contaazul_sync.alerts import Alerts, Incident, decide
from contaazul_sync.state import State

# A library of apprise's is late with this; the program shows no such warnings.
pytestmark = pytest.mark.filterwarnings("ignore:.*imghdr.*:DeprecationWarning")

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)


def told(codes: list[int], new: dict[int, int] | None = None) -> list[str]:
    """The messages of runs half an hour apart that end with these codes."""
    incident, messages = None, []
    for turn, code in enumerate(codes):
        incident, message = decide(incident, code, (new or {}).get(turn, 0), NOW + turn * HALF_HOUR)
        messages.append(message or "")
    return messages


def test_a_day_of_failures_is_one_message_and_the_end_another():
    messages = told([0, *[4] * 48, 0, 0])

    assert [bool(message) for message in messages] == [False, True, *[False] * 47, True, False]
    assert "contaazul-sync auth" in messages[1]
    assert messages[-2].startswith("All is well again.")


def test_a_server_that_is_away_for_an_hour_is_nobody_s_business():
    assert told([0, 5, 5, 0]) == ["", "", "", ""]


def test_a_server_that_is_away_for_two_hours_is_told_once():
    messages = told([5] * 10 + [0])

    assert [turn for turn, message in enumerate(messages) if message] == [4, 10]


def test_items_that_need_a_look_are_told_when_they_come_and_later_ones_once_a_day():
    messages = told([0, *[6] * 60], {1: 2, 5: 1, 50: 1})

    assert [turn for turn, message in enumerate(messages) if message] == [1, 50]
    assert messages[1].startswith("2 items need a look.")


def test_another_kind_of_trouble_is_another_incident():
    messages = told([3, 3, 4, 4, 0])

    assert [bool(message) for message in messages] == [True, False, True, False, True]


def test_old_items_after_an_outage_are_no_news_but_its_end_is():
    messages = told([6, *[4] * 3, 6, 6, 0], {0: 1})

    assert [bool(message) for message in messages] == [True, True, False, False, True, False, True]
    assert messages[4].startswith("All is well again.")


def test_a_run_that_a_person_broke_off_says_nothing():
    before = Incident(4, NOW, NOW)

    assert decide(before, 130, 0, NOW) == (before, None)


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
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def __enter__(self) -> "Listener":
        self.thread.start()
        return self

    def __exit__(self, *_args: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def state(tmp_path):
    made = State.open(tmp_path / "state.db")
    yield made
    made.close()


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
        one.ended(6, 3)
        two = alerts(job)
        two.began()
        two.ended(5)
        two.ended(1)  # the same run is not told twice

    assert [path for path, _ in listener.got] == ["/uuid/start", "/uuid/0", "/uuid/start", "/uuid/5"]
    assert [body for _, body in listener.got] == [""] * 4


def test_a_message_goes_where_the_setting_says_and_names_the_shop_alone(job):
    with Listener() as listener:
        url = f"json://127.0.0.1:{listener.port}/"
        for _ in range(3):
            alerts(job, alerts__notify=url).ended(4)
        alerts(job).ended(0)

    sent = [json.loads(body) for _, body in listener.got]
    assert [message["title"] for message in sent] == ["contaazul-sync (loja)"] * 2
    assert "contaazul-sync auth" in sent[0]["message"]


def test_a_message_that_did_not_go_is_sent_by_the_next_run(job):
    with Listener(status=500) as broken:
        alerts(job, alerts__notify=f"json://127.0.0.1:{broken.port}/").ended(3)
    with Listener() as listener:
        alerts(job, alerts__notify=f"json://127.0.0.1:{listener.port}/").ended(3)

    assert len(broken.got) == len(listener.got) == 1


@pytest.mark.slow
def test_who_does_not_answer_costs_a_run_some_seconds_and_no_more(job):
    with Listener(seconds=30) as listener:
        job.set(alerts__ping_url=f"http://127.0.0.1:{listener.port}")
        begun = time.monotonic()
        one = Alerts(job.settings, job.clock)
        one.began()

    assert 4 < time.monotonic() - begun < 40


def test_nobody_listening_is_no_error(job):
    one = alerts(job, alerts__ping_url="http://127.0.0.1:9/x", alerts__notify="json://127.0.0.1:9/")

    one.began()
    one.ended(3)


def test_a_ping_that_fails_puts_nothing_into_cron_s_mail(job, capfd):
    logging.getLogger("contaazul_sync").propagate = False
    one = alerts(job, alerts__ping_url="http://127.0.0.1:9/x")

    one.began()
    one.ended(0)

    assert capfd.readouterr() == ("", "")
    logging.getLogger("contaazul_sync").propagate = True
