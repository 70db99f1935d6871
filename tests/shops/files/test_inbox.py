"""The inbox: what lies there, what is kept under which name, and that nothing outside the home is touched."""

import errno
import os
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from contaazul_sync.shops.files.habit import comings
from contaazul_sync.shops.files.inbox import Inbox, is_as_it_was, mark_of

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def inbox(tmp_path):
    made = Inbox(tmp_path / "home", tmp_path / "home" / "inbox")
    made.prepare()
    return made


def put(folder, name, text="a;b\n1;2\n"):
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def keep(inbox, path, at=NOW):
    return inbox.keep(path, inbox.moment(at), mark_of(path))


def test_files_that_are_being_written_are_passed_over(inbox):
    for name in ("a.csv.part", "b.csv.crdownload", ".c.csv", "d.csv"):
        put(inbox.folder, name)
    inbox.done.mkdir()

    assert [each.name for each in inbox.waiting()] == ["d.csv"]


def test_what_systems_and_an_office_lay_beside_files_is_passed_over(inbox):
    beside = ("~$pedidos.xlsx", ".~lock.a.csv#", "a.csv~", "a.csv:Zone.Identifier", "Thumbs.db")
    for name in (*beside, "desktop.ini", "a.csv"):
        put(inbox.folder, name)

    assert [each.name for each in inbox.waiting()] == ["a.csv"]


def test_a_file_that_grows_is_not_as_it_was(inbox):
    put(inbox.folder, "a.csv")
    (waiting,) = inbox.waiting()
    assert is_as_it_was(waiting)
    put(inbox.folder, "a.csv", "a;b\n1;2\n3;4\n")
    assert not is_as_it_was(waiting)


def test_kept_files_are_in_the_order_of_import_though_a_clock_goes_back(inbox):
    for name, at in (("b.csv", NOW), ("a.csv", NOW - timedelta(days=3))):
        keep(inbox, put(inbox.folder, name, name), at)

    assert [each.name for each in inbox.kept()] == ["b.csv", "a.csv"]


def test_what_was_removed_is_known_by_its_mark_and_nothing_else_of_it_is_left(inbox):
    path = put(inbox.folder, "pedidos de Ana.csv")
    mark = mark_of(path)
    inbox.remove(keep(inbox, path))

    assert (inbox.kept(), [*inbox.known()]) == ([], [mark])
    (left,) = inbox.done.iterdir()
    assert left.name.endswith(f"{mark}.removed")
    assert left.read_bytes() == b""


@pytest.mark.parametrize("is_removed", [False, True])
def test_the_same_content_is_news_where_it_was_written_later(inbox, is_removed):
    path = put(inbox.folder, "a.csv")
    os.utime(path, (1_700_000_000, 1_700_000_000))
    kept = keep(inbox, path)
    if is_removed:
        inbox.remove(kept)

    known = inbox.known()[kept.mark]
    assert [known.has(second * 10**9) for second in (1_600_000_000, 1_700_000_002, 1_700_000_003)] == [
        True,
        True,
        False,
    ]


def test_a_file_outside_the_home_is_copied_and_stays(inbox, tmp_path):
    path = put(tmp_path, "a.csv")
    outside = Inbox(inbox.home, tmp_path)
    keep(outside, path)
    outside.drop(path)

    assert path.exists()
    assert [each.name for each in outside.kept()] == ["a.csv"]


def test_a_link_to_a_file_outside_is_copied_and_the_file_stays(inbox, tmp_path):
    path = put(tmp_path, "a.csv")
    (inbox.folder / "link.csv").symlink_to(path)
    kept = keep(inbox, inbox.folder / "link.csv")

    assert path.exists()
    assert kept.path.read_text("utf-8") == path.read_text("utf-8")
    assert not kept.path.is_symlink()


def test_a_full_disk_leaves_no_half_of_a_file_that_would_be_taken_for_all_of_it(inbox, monkeypatch):
    path = put(inbox.folder, "a.csv")

    def no_rename(self, target):
        raise OSError(errno.EXDEV, "another file system")

    def full(source, target, **_how):
        Path(target).write_text("a;b\n1", "utf-8")
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as disk:
        disk.setattr(Path, "rename", no_rename)
        disk.setattr(shutil, "copyfile", full)
        with pytest.raises(OSError, match="full"):
            keep(inbox, path)
    assert (path.exists(), inbox.known(), [*inbox.done.iterdir()]) == (True, {}, [])

    with monkeypatch.context() as disk:
        disk.setattr(Path, "rename", no_rename)
        kept = keep(inbox, path)
    assert (path.exists(), kept.path.read_text("utf-8")) == (False, "a;b\n1;2\n")


def test_a_folder_that_is_the_kept_files_own_takes_none_of_them_away(inbox):
    keep(inbox, put(inbox.folder, "a.csv"))
    same = Inbox(inbox.home, inbox.done)

    assert same.waiting() == []


def test_what_is_taken_in_stands_beside_one_of_the_same_name(inbox, tmp_path):
    put(inbox.folder, "a.csv", "first")
    path = put(tmp_path, "a.csv", "second")

    assert inbox.take_in(path).name == "a-2.csv"
    assert path.exists()
    assert inbox.take_in(inbox.folder / "a.csv").name == "a.csv"


@pytest.mark.parametrize("name", [".a.csv", "a.csv.tmp", "a.new", "a.PART"])
def test_what_a_person_has_named_is_not_passed_over_for_its_name(inbox, tmp_path, name):
    place = inbox.take_in(put(tmp_path, name))

    assert [each.path for each in inbox.waiting()] == [place]


def test_a_link_to_itself_hides_no_other_file(inbox):
    (inbox.folder / "loop.csv").symlink_to("loop.csv")
    put(inbox.folder, "a.csv")

    assert [each.name for each in inbox.waiting()] == ["a.csv"]


@pytest.mark.parametrize("name", ["removed", "x" * 60 + "\u65e5" * 60 + ".csv"])
def test_a_file_of_any_name_is_kept(inbox, name):
    keep(inbox, put(inbox.folder, name))

    assert len(inbox.kept()) == 1


def test_names_of_no_letters_and_long_ones_are_kept(inbox):
    for name in (b"\xff\xfe.csv".decode(errors="surrogateescape"), "x" * 240 + ".csv"):
        keep(inbox, put(inbox.folder, name, name.encode(errors="replace").decode()))

    assert len(inbox.kept()) == 2


# The days on which files come


def days(*ago):
    return [NOW - timedelta(days=each) for each in ago]


def test_no_file_yet():
    assert comings([], NOW).newest is None


def test_a_day_that_usually_has_a_file_and_had_none_is_told():
    each_day_but_yesterday = days(*range(2, 30))

    told = comings(each_day_but_yesterday, NOW)

    assert (told.newest, told.missed) == (NOW - timedelta(days=2), date(2026, 11, 24))


def test_today_is_not_over_and_a_week_end_is_no_day_of_files():
    assert comings(days(*range(1, 30)), NOW).missed is None
    fridays = days(5, 12, 19, 26)
    assert comings(fridays, NOW).missed is None
    assert comings(fridays, NOW + timedelta(days=3)).missed == date(2026, 11, 27)


def test_a_habit_of_two_weeks_is_none_yet():
    assert comings(days(7, 8, 14), NOW).missed is None
