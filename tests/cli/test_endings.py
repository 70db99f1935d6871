"""However a command ends: one sentence, its exit code, and nothing that was kept is lost."""

import json
import os
import re
import signal
import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from contaazul_sync.core.days import in_brazil
from contaazul_sync.home.lock import NOTE, run_lock
from tests.operate.test_alerts import Listener
from tests.worlds.terminal import PROGRAM, on_terminal

pytestmark = pytest.mark.slow

COMMANDS = """status; status --json; show 1; log; products; orders; doctor; reconcile; sync --dry-run; sync
backup copy.db; profiles; config show; send-products --all; retry --all; ignore 1; unignore 1; link 1 2
unlink 1 --yes; rebuild; auth --yes"""


def assert_told(done, name, code=3):
    """One sentence that names what cannot be used, and the exit code."""
    assert done.returncode == code, done
    assert "Traceback" not in done.stderr + done.stdout
    told = done.stderr.replace("\n", " ") or done.stdout
    assert name in told, told
    assert len(re.findall("contaazul-sync: ", done.stderr)) <= 1, told


@pytest.fixture
def home(signed_in):
    signed_in.run("sync")
    return signed_in.home


def _in_place_of(home, name, what):
    for path in home.glob(f"{name}*"):
        path.unlink()
    (home / name).mkdir() if what == "folder" else (home / name).symlink_to(what)


@pytest.mark.parametrize(
    ("name", "who_needs_none"), [("state.db", ("profiles", "config", "auth")), ("config.toml", ("profiles",))]
)
def test_where_its_state_or_its_settings_are_no_file_every_command_says_so(
    signed_in, home, name, who_needs_none
):
    _in_place_of(home, name, "folder")

    for words in (line.split() for line in re.split("[;\n]", COMMANDS)):
        if words[0] not in who_needs_none:
            assert_told(signed_in.run(*words), name)


@pytest.mark.parametrize(
    ("name", "what", "words"),
    [
        ("run.lock", "folder", ["sync"]),
        ("run.lock", "folder", ["rebuild"]),
        ("run.json", "/dev/full", ["sync"]),
        ("run.json", "/dev/full", ["rebuild"]),
        ("run.json", "/no/such/folder/run.json", ["sync"]),
        ("secrets.json", "folder", ["sync"]),
        ("secrets.json", "folder", ["doctor"]),
        ("secrets.json", "folder", ["status"]),
        ("token.lock", "folder", ["auth", "--remove", "--yes"]),
        ("config.toml.new", "folder", ["config", "set", "shop.id", "loja"]),
        ("log.jsonl", "folder", ["log", "1"]),
    ],
    ids=lambda told: " ".join(told) if isinstance(told, list) else str(told),
)
def test_each_file_of_the_home_that_cannot_be_used_is_one_sentence(signed_in, home, name, what, words):
    _in_place_of(home, name, what)

    assert_told(signed_in.run(*words), name.removesuffix(".new"))


@pytest.mark.parametrize("name", ["log.jsonl", "last-run", "told.json"])
def test_what_a_run_can_do_without_stops_none(signed_in, home, name):
    _in_place_of(home, name, "folder")

    assert signed_in.run("sync").stderr == ""


def test_doctor_goes_on_after_what_it_cannot_look_at(signed_in, home):
    _in_place_of(home, "token.lock", "folder")
    signed_in.sandbox.erp.expire_access()

    checks = json.loads(signed_in.run("doctor", "--json").stdout)["checks"]

    told = {check["name"]: check["status"] for check in checks}
    assert told["sign-in"] == "problem"
    assert {"home", "state file", "secrets", "runs", "schedule"} <= told.keys()


@pytest.mark.parametrize(
    "words", [["status", "--json"], ["log", "--json"], ["config", "show"], ["--version"]]
)
def test_what_is_printed_to_a_full_disk_is_told(signed_in, home, words):
    with open("/dev/full", "w") as full:  # noqa: PTH123
        done = subprocess.run(
            [str(PROGRAM), *words], env=signed_in.environ, stdout=full, stderr=subprocess.PIPE, text=True,
            timeout=30, check=False,
        )  # fmt: skip

    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert "the disk is full" in done.stderr


def test_a_page_that_cannot_be_written_is_one_sentence(signed_in, home):
    assert_told(signed_in.run("status", "--html", "/no/such/folder/page.html"), "/no/such/folder")


def test_a_page_takes_the_place_of_a_page_alone(signed_in, home):
    page, pipe, state = home.parent / "page.html", home.parent / "pipe", home / "state.db"
    os.mkfifo(pipe)
    page.touch()

    for _ in range(2):
        assert signed_in.run("status", "--html", str(page)).returncode == 0
    assert "<html" in page.read_text()
    for other in (pipe, state):
        assert_told(signed_in.run("status", "--html", str(other)), "is no page", code=2)
    assert pipe.is_fifo()
    assert signed_in.run("status").returncode == 0


@pytest.mark.parametrize("words", ["show {}", "retry {}", "send-products {}", "link {} x"])
def test_what_is_typed_in_other_letters_than_utf_8_is_one_sentence(signed_in, home, words):
    typed = [word.replace("{}", os.fsdecode(b"caf\xe9")) for word in words.split()]

    assert_told(signed_in.run(*typed), "not in UTF-8", code=2)


def test_a_file_may_be_named_in_other_letters_than_utf_8(signed_in, home):
    copy = home.parent / os.fsdecode(b"caf\xe9.db")

    assert signed_in.run("backup", str(copy)).returncode == 0
    assert copy.is_file()


def test_a_time_to_wait_that_is_no_number_is_refused(signed_in, home):
    assert_told(signed_in.run("sync", "--wait", "nan"), "--wait needs a value", code=2)


@pytest.mark.parametrize("where", ["/no/such/folder/copy.db", "/dev/full/copy.db"])
def test_a_copy_that_cannot_be_written_is_one_sentence_and_leaves_the_state_as_it_is(signed_in, home, where):
    before = signed_in.status()

    assert_told(signed_in.run("backup", where), where)
    assert signed_in.status() == before


def test_settings_that_became_wrong_are_told_once_and_are_rows_of_the_log_and_pings(signed_in):
    with Listener() as listener:
        signed_in.configure(alerts__ping_url=f"http://127.0.0.1:{listener.port}/uuid", prices__source="wrong")
        runs = [signed_in.run("sync") for _ in range(3)]
        signed_in.configure()
        good = signed_in.run("sync")

    assert [run.returncode for run in runs] == [3, 3, 3]
    assert "[prices] source" in runs[0].stderr
    assert [run.stderr for run in (*runs[1:], good)] == [""] * 3
    assert [path for path, _ in listener.got] == ["/uuid/3"] * 3
    rows = json.loads(signed_in.run("log", "--json").stdout)
    assert [row["outcome"] for row in rows] == [0, 3, 3, 3]
    assert "[prices] source" in signed_in.run("log", "1").stdout


def test_a_shop_that_is_away_is_told_once_and_its_end_makes_it_news_again(signed_in):
    with signed_in.sandbox.shop.down():
        runs = [signed_in.run("sync") for _ in range(2)]
    signed_in.run("sync")
    with signed_in.sandbox.shop.down():
        again = signed_in.run("sync")

    assert [run.returncode for run in (*runs, again)] == [5, 5, 5]
    assert [run.stderr != "" for run in (*runs, again)] == [True, False, True]


def test_a_run_that_meets_one_of_more_than_an_hour_says_so_once(signed_in, home):
    since = datetime.now(UTC) - timedelta(minutes=61)
    with run_lock(home, "sync", since):
        runs = [signed_in.run("sync") for _ in range(3)]

    assert [run.returncode for run in runs] == [5, 5, 5]
    assert [run.stderr != "" for run in runs] == [True, False, False]
    assert f"process {os.getpid()}" in runs[0].stderr
    assert f"{in_brazil(since):%d/%m/%Y %H:%M}" in runs[0].stderr


def test_who_ends_the_input_at_a_question_has_sent_nothing(signed_in, home):
    screen, code = on_terminal(signed_in, "sync", "--since", "2026-01-01", typed=["\x04"])

    assert code == 2
    assert "Nobody answered the question" in screen
    assert len(json.loads(signed_in.run("log", "--json").stdout)) == 1


def test_a_disk_that_fills_up_between_the_order_and_its_sale_sells_it_once(signed_in, home):
    box = signed_in.sandbox
    box.shop.add_product("CAM-1", "Camiseta", 79.90, 50)
    signed_in.run("send-products", "CAM-1", "--now")
    for _ in range(4):
        box.shop.order([("CAM-1", 1)])
    size = (home / "state.db").stat().st_size
    for room in (0, 64):
        limited = f"ulimit -f {size // 1024 + room}; exec {PROGRAM} sync"
        done = subprocess.run(
            ["bash", "-c", limited], env=signed_in.bare | signed_in.secrets, capture_output=True, text=True,
            timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode in (0, 3, 6), done.stderr
        assert "Traceback" not in done.stderr

    for _ in range(2):
        signed_in.run("sync")
    assert len(box.erp.sales) == 4
    notes = [sale.observacoes for sale in box.erp.sales.values()]
    assert len(set(notes)) == len(notes)


def test_ctrl_c_before_the_pass_is_an_end_like_every_other(signed_in, home):
    signed_in.sandbox.shop.switches.latency = 2
    run = signed_in.start("sync", "--wait", "20")
    signed_in.wait_for((home / NOTE).exists)
    run.send_signal(signal.SIGINT)
    run.send_signal(signal.SIGINT)
    _, err = run.communicate(timeout=30)

    assert run.returncode == 130
    assert "Traceback" not in err
