"""Files that are written whole: what is there when it does not work out."""

import errno
import os
import stat
from pathlib import Path

import pytest

from contaazul_sync.home import files, machine


def test_a_file_is_for_its_owner_alone_and_nothing_lies_beside_it(tmp_path):
    files.write_whole(tmp_path / "a", "é")

    assert (tmp_path / "a").read_text(encoding="utf-8") == "é"
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [tmp_path / "a"]


def test_a_file_that_cannot_be_written_stays_as_it_was(tmp_path):
    files.write_whole(tmp_path / "a", "before")

    with pytest.raises(UnicodeEncodeError):
        files.write_whole(tmp_path / "a", "half, and then \ud800")

    assert (tmp_path / "a").read_text() == "before"
    assert list(tmp_path.iterdir()) == [tmp_path / "a"]


def test_the_names_of_a_new_home_are_synced_in_every_folder_that_got_one(tmp_path, monkeypatch):
    synced: list[Path] = []
    monkeypatch.setattr(machine, "sync_folder", synced.append)

    machine.prepare_home(tmp_path / "share" / "home")
    machine.prepare_home(tmp_path / "share" / "home")

    assert synced == [tmp_path / "share", tmp_path]


@pytest.mark.parametrize(("code", "passes"), [(errno.EINVAL, True), (errno.EPERM, True), (errno.EIO, False)])
def test_a_folder_that_cannot_be_synced_is_no_error_and_one_that_fails_is(
    tmp_path, monkeypatch, code, passes
):
    def refuse(handle: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", refuse)

    if passes:
        files.sync_folder(tmp_path)
    else:
        with pytest.raises(OSError, match=os.strerror(code)):
            files.sync_folder(tmp_path)
