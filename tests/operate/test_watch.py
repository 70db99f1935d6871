"""Every end of a run, from before its settings are read: a row, a ping, and told once."""

import errno
import json
import os
import sqlite3
import tempfile
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta

import pytest
import tomlkit  # noqa: F401 - nobody may load it

from contaazul_sync.core.days import in_brazil
from contaazul_sync.core.errors import (
    AlreadyRunning,
    ConfigError,
    Ended,
    NotSignedIn,
    SafetyStop,
    SetupError,
    SyncError,
    Unavailable,
)
from contaazul_sync.core.words import quoted
from contaazul_sync.home.config import load, write
from contaazul_sync.home.lock import NOTE as HOLDER
from contaazul_sync.home.lock import run_lock
from contaazul_sync.home.told import NAME, Told
from contaazul_sync.operate.watch import Watch, watched
from contaazul_sync.passes.binding import OLDER
from contaazul_sync.state import witness
from contaazul_sync.state.file import State
from tests.operate.test_alerts import Listener
from tests.worlds import disk
from tests.worlds.clock import Clock

# A library of apprise's is late with this; the program shows no such warnings.
pytestmark = pytest.mark.filterwarnings("ignore:.*imghdr.*:DeprecationWarning")

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
ENDS = [
    ConfigError(quoted("[erp] client_id is missing.")),
    NotSignedIn(quoted("Not signed in to the ERP. Run: contaazul-sync auth")),
    Unavailable(quoted("The shop cannot be reached.")),
    SafetyStop(quoted("31 prices changed at once.")),
    OSError(errno.ENOSPC, "No space left on device", "/home/maria/run.json"),
    sqlite3.OperationalError("disk I/O error"),
    ZeroDivisionError("a bug"),
]


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "home").mkdir(mode=0o700)
    return tmp_path / "home"


@pytest.fixture
def clock():
    return Clock()


class Runs:
    """The runs of cron in one home: each half an hour after the last."""

    def __init__(self, home, clock):
        self.home, self.clock = home, clock

    def ends(self, error=None, by_a_person=False, command="sync"):
        """What is raised by a run that ends so; "" where it says nothing."""
        self.clock.move(minutes=30)
        watch = Watch(command, {"CONTAAZUL_SYNC_HOME": str(self.home)}, self.clock)
        try:
            with watched(watch, by_a_person=by_a_person):
                if callable(error):
                    error(watch)
                elif error:
                    raise error
                watch.over(0)
        except Ended as ended:
            return ended.exit_code, ""
        except Exception as raised:  # noqa: BLE001 - it may be a bug
            return getattr(raised, "exit_code", 1), str(raised)
        return 0, ""

    def rows(self):
        with closing(State.read(self.home / "state.db")) as state:
            return [(run.outcome, run.message) for run in reversed(state.runs.newest(99))]


@pytest.fixture
def runs(home, clock):
    return Runs(home, clock)


@pytest.mark.parametrize("error", ENDS, ids=lambda error: type(error).__name__)
def test_each_end_is_a_row_and_is_told_once_and_again_when_it_comes_anew(runs, error):
    ends = [runs.ends(error) for _ in range(4)] + [runs.ends()] + [runs.ends(error)]

    (first, *others), (_good, again) = ends[:4], ends[4:]
    assert first[1]
    assert others == [(first[0], "")] * 3
    assert again == first
    assert [outcome for outcome, _ in runs.rows()] == [first[0]] * 5  # a good one is kept by its pass


def test_of_a_bug_a_row_has_the_kind_alone(runs):
    runs.ends(KeyError("Ana Maria"))

    assert runs.rows() == [(1, "KeyError")]


def test_numbers_and_moments_make_no_other_end_of_it(runs):
    first = runs.ends(SafetyStop(quoted("31 of 60 prices changed at 15:25.")))

    assert first == (7, "31 of 60 prices changed at 15:25.")
    assert runs.ends(SafetyStop(quoted("32 of 61 prices changed at 15:55."))) == (7, "")


def test_another_trouble_is_told_and_the_one_before_is_not_told_again(runs):
    away, missing = (
        Unavailable(quoted("The shop cannot be reached.")),
        ConfigError(quoted("[erp] client_id is missing.")),
    )

    told = [
        runs.ends(error)[1] != ""
        for error in (away, missing, away, missing, NotSignedIn(quoted("auth")), away)
    ]

    assert told == [True, True, False, False, True, False]


def test_who_looks_on_is_told_each_time(runs):
    assert [runs.ends(ENDS[0], by_a_person=True) for _ in range(2)] == [(3, str(ENDS[0]))] * 2


def test_what_the_version_before_had_said_is_not_said_again(runs, home):
    with closing(State.open(home / "state.db")) as state:
        state.runs.finish(state.runs.start("sync", NOW), NOW, 4, {}, quoted("Not signed in"))

    assert runs.ends(ENDS[1]) == (4, "")


def test_a_run_that_a_person_broke_off_is_a_row(runs):
    with suppress(KeyboardInterrupt):
        runs.ends(KeyboardInterrupt())

    assert runs.rows() == [(130, "")]


# Settings that cannot be read


@pytest.mark.parametrize(
    "text",
    [
        "[shop]\nid = 'loja'\nid = 'loja'\n[alerts]\nping_url = '{url}'\n",
        "[alerts]\nping_url = '{url}'\n\n[shop\n",
        "[alerts]\nping_url = '{url}'\n[prices]\nadjustment_percent = 'a lot'\n",
        "[alerts]\nping_url = '{url}'\nno_such = 1\n",
    ],
)
def test_where_the_settings_cannot_be_read_the_ping_goes_out_and_it_is_told_once(runs, home, text):
    with Listener() as listener:
        (home / "config.toml").write_text(text.format(url=f"http://127.0.0.1:{listener.port}/uuid"))
        ends = [runs.ends(lambda watch: load({"CONTAAZUL_SYNC_HOME": str(home)})) for _ in range(2)]

    assert [code for code, _ in ends] == [3, 3]
    assert str(home / "config.toml") in ends[0][1]
    assert ends[1][1] == ""
    assert [path for path, _ in listener.got] == ["/uuid/3"] * 2
    assert [outcome for outcome, _ in runs.rows()] == [3, 3]


@pytest.mark.parametrize(
    "text", [b"\xff\xfe", b"[alerts]\nping_url = 3\n", b"alerts = 1\n", b"[" * 100_000, b""]
)
def test_no_settings_file_whatever_is_in_it_stands_in_the_way_of_telling(runs, home, text):
    (home / "config.toml").write_bytes(text)

    assert runs.ends(ENDS[0]) == (3, str(ENDS[0]))


# A state that cannot be opened


def test_where_the_state_cannot_be_opened_it_is_told_once_and_its_rows_are_kept_when_it_can(runs, home):
    (home / "state.db").write_bytes(b"this is no database" * 100)
    (home / "state.db").chmod(0o600)

    ends = [runs.ends(lambda watch: State.open(home / "state.db")) for _ in range(3)]
    (home / "state.db").unlink()
    runs.ends(lambda watch: watch.opened(State.open(home / "state.db")))

    assert [code for code, _ in ends] == [3, 3, 3]
    assert [words != "" for _, words in ends] == [True, False, False]
    assert "contaazul-sync rebuild" in ends[0][1]
    assert [outcome for outcome, _ in runs.rows()] == [3, 3, 3]
    runs.ends(lambda watch: watch.opened(State.open(home / "state.db")))
    assert len(runs.rows()) == 3  # kept once


def test_a_message_is_sent_once_where_the_state_cannot_be_opened(runs, home):
    (home / "state.db").mkdir()
    with Listener() as listener:
        (home / "config.toml").write_text(f"[alerts]\nnotify = 'json://127.0.0.1:{listener.port}/'\n")
        for _ in range(3):
            runs.ends(lambda watch: State.open(home / "state.db"))

    assert len(listener.got) == 1
    assert "The setup needs you" in json.loads(listener.got[0][1])["message"]


def test_a_run_that_failed_before_it_began_hides_no_older_copy_of_the_state(runs, home):
    with closing(State.open(home / "state.db")) as state:
        for _ in range(3):
            run = state.runs.start("sync", NOW)
        witness.keep_run(state, run)
        state.db.execute("DELETE FROM runs WHERE id > 1")  # as the copy was

    for _ in range(4):
        runs.ends(ENDS[0])

    with closing(State.open(home / "state.db")) as state:
        assert state.runs.newest(1)[0].id > run
        assert state.notes.get(OLDER) == "yes"


@pytest.mark.parametrize(
    "kept",
    [
        b"",
        b"x" * 99,
        b"[]",
        b'{"rows": 7, "said": 7, "lock": 7, "alerts": 7}',
        b'{"rows": [7, [], ["sync", "x", "y", 3, ""], ["sync", 1, 2, 3, 4]]}',
        b'{"rows": [["sync", "2026-11-24", "2026-11-24", 1e400, ""]]}',
        b'{"rows": [["\\udcff", "2026-11-24", "2026-11-24", 3, "\\udcff"]]}',
        b'{"rows": [["sync", "2026-11-24", "2026-11-24", 99999999999999999999, ""]]}',
        b'{"rows": [["sync", "0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00", 3, ""]]}',
    ],
)
def test_what_is_kept_of_what_was_told_and_cannot_be_read_stands_in_no_way(runs, home, kept):
    (home / NAME).write_bytes(kept)
    (home / NAME).chmod(0o600)

    assert runs.ends(lambda watch: watch.opened(State.open(home / "state.db"))) == (0, "")
    assert runs.ends(ENDS[2])[1]


def test_an_end_that_names_a_file_in_other_letters_than_utf_8_is_kept_and_stands_in_no_way(runs, home):
    def opens(watch):
        watch.opened(State.open(home / "state.db"))

    for ends in (
        SetupError(quoted("caf\udce9.toml cannot be read.")),
        opens,
        SetupError(quoted("caf\udce9.toml is none.")),
    ):
        runs.ends(ends)

    assert runs.ends(opens) == (0, "")
    assert [message for _outcome, message in runs.rows()] == [
        "caf\ufffd.toml cannot be read.",
        "caf\ufffd.toml is none.",
    ]


# The disk


def test_on_a_full_disk_a_run_is_told_once_and_its_row_is_kept_when_there_is_room(runs, home):
    runs.ends(lambda watch: watch.opened(State.open(home / "state.db")))

    def works(watch):
        watch.opened(State.open(home / "state.db"))
        with disk.full():
            watch.state.notes.set("much", "x" * 100_000)

    ends = []
    for _ in range(3):
        with disk.full(room=(home / NAME).stat().st_size):
            ends.append(runs.ends(works))

    assert [code for code, _ in ends] == [3, 3, 3]
    assert [words != "" for _, words in ends] == [True, False, False]
    assert ends[0][1].endswith("Nothing that was kept is lost.")
    runs.ends(lambda watch: watch.opened(State.open(home / "state.db")))
    assert [outcome for outcome, _ in runs.rows()] == [3, 3, 3]


def _takes_the_lock(home):
    with run_lock(home, "sync", NOW):
        raise AssertionError("the lock was held")


def _removes_the_state(home):
    (home / "state.db").unlink()


def _writes_a_setting(home):
    write(home / "config.toml", {"shop.id": "loja"})


@pytest.mark.parametrize(
    ("work", "name"),
    [(_takes_the_lock, "run.lock"), (_removes_the_state, "state.db"), (_writes_a_setting, "config.toml")],
)
def test_in_a_home_that_may_not_be_written_to_a_run_is_told_once(runs, home, work, name):
    State.open(home / "state.db").close()
    with disk.without_rights(home) as place:
        runs.home = place
        tempfile.tempdir = str(place.parent)
        with disk.nobody():
            ends = [runs.ends(lambda _watch: work(place)) for _ in range(3)]

    assert [code for code, _ in ends] == [3, 3, 3]
    assert f"{name} cannot be used: the user who runs this program has no right to it." in ends[0][1]
    assert [words for _, words in ends[1:]] == ["", ""]


def test_a_note_of_the_run_that_cannot_be_written_is_a_matter_of_the_setup_and_frees_the_lock(runs, home):
    (home / HOLDER).symlink_to("/dev/full")

    def begins(_watch):
        with run_lock(home, "sync", NOW):
            raise AssertionError("the run went on")

    code, words = runs.ends(begins)

    assert (code, "the disk is full. Make room on it" in words) == (3, True)
    (home / HOLDER).unlink(missing_ok=True)
    with run_lock(home, "sync", NOW):
        pass


def test_what_was_told_is_for_its_owner_alone_and_follows_no_link(home):
    (home.parent / "other").write_text("theirs")
    (home / NAME).symlink_to(home.parent / "other")
    told = Told(home)

    assert told.keep(said=["3:0"])
    assert told.read() == {"said": ["3:0"]}
    assert (home.parent / "other").read_text() == "theirs"
    (home / NAME).unlink()
    assert told.keep(said=["4:0"])
    assert (home / NAME).stat().st_mode & 0o777 == 0o600
    assert told.read() == {"said": ["4:0"]}
    assert [path.name for path in home.parent.iterdir() if path.name.startswith("contaazul-sync-")] == []


# A run that is met


def test_a_run_that_holds_the_lock_for_more_than_an_hour_is_told_once_and_which_one(runs, home, clock):
    def begins(_watch):
        with run_lock(home, "sync", clock()):
            raise AssertionError("the lock was held twice")

    with run_lock(home, "sync --force", clock()):
        since = in_brazil(clock())
        ends = [runs.ends(begins) for _ in range(5)]  # after 0:30, 1:00, 1:30, ...
    assert [(code, words != "") for code, words in ends] == [
        (5, False), (5, False), (5, True), (5, False), (5, False)
    ]  # fmt: skip
    assert f"since {since:%d/%m/%Y %H:%M}: `sync --force`, process {os.getpid()}" in ends[2][1]
    assert not (home / "state.db").exists()  # it was no run

    clock.move(hours=3)
    with run_lock(home, "sync", clock()):
        assert [runs.ends(begins)[1] != "" for _ in range(4)] == [False, False, True, False]  # another one


def test_a_note_of_a_run_that_was_killed_says_nothing_of_the_one_that_has_the_lock(home):
    with run_lock(home, "sync", NOW):
        note = json.loads((home / HOLDER).read_text())
        (home / HOLDER).write_text(json.dumps(note | {"pid": 2**22 + 1}))
        with pytest.raises(AlreadyRunning) as met, run_lock(home, "sync", NOW + timedelta(hours=2)):
            pass

    assert met.value.for_long == ""


def test_every_error_of_ours_has_a_place_in_the_order_of_gravity():
    kinds, found = [SyncError], set()
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        found.add(kind.exit_code)

    assert found <= {1, 2, 3, 4, 5, 6, 7, 130}
    assert SetupError.exit_code == 3
