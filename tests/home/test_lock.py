"""The two locks, held by a process of its own: only so is it seen that the kernel lets go of them."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest

from contaazul_sync.core.days import in_brazil
from contaazul_sync.core.errors import AlreadyRunning
from contaazul_sync.home.lock import held_since, run_lock, token_lock

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
RUN = """
import sys, time
from datetime import datetime
from pathlib import Path
from contaazul_sync.home.lock import run_lock

with run_lock(Path(sys.argv[1]), "sync --force", datetime.fromisoformat("2026-11-24T15:00:00+00:00")):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""
TOKEN = """
import asyncio, sys, time
from pathlib import Path
from contaazul_sync.home.lock import token_lock

async def hold():
    async with token_lock(Path(sys.argv[1])):
        print("held", flush=True)
        time.sleep(float(sys.argv[2]))

asyncio.run(hold())
"""


@pytest.fixture
def elsewhere(tmp_path):
    """`elsewhere(RUN, seconds)`: another process that holds a lock of this home."""
    started = []

    def start(code, seconds):
        command = [sys.executable, "-c", code, str(tmp_path), str(seconds)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_a_run_has_the_lock_to_itself_and_leaves_no_note_behind(tmp_path):
    with run_lock(tmp_path, "sync", NOW), pytest.raises(AlreadyRunning), run_lock(tmp_path, "sync", NOW):
        pass

    assert not (tmp_path / "run.json").exists()
    with run_lock(tmp_path, "sync", NOW):
        pass


def test_a_run_meets_another_one_and_says_which_and_since_when(tmp_path, elsewhere):
    other = elsewhere(RUN, 60)

    with pytest.raises(AlreadyRunning) as caught, run_lock(tmp_path, "sync", NOW):
        pass

    local = in_brazil(NOW)
    assert caught.value.exit_code == 5
    assert "`sync --force`" in caught.value.message
    assert f"process {other.pid}" in caught.value.message
    assert f"since {local:%H:%M:%S}" in caught.value.message


@pytest.mark.parametrize("note", [None, "", "{", "{}", '{"since": "yesterday"}'])
def test_a_note_that_cannot_be_read_is_left_out_of_the_message(tmp_path, elsewhere, note):
    elsewhere(RUN, 60)
    (tmp_path / "run.json").unlink()
    if note is not None:
        (tmp_path / "run.json").write_text(note)

    with pytest.raises(AlreadyRunning, match=r"Another run is going on\. Nothing to do\."):
        run_lock(tmp_path, "sync", NOW).__enter__()


def test_a_killed_run_leaves_no_lock_behind(tmp_path, elsewhere):
    other = elsewhere(RUN, 60)

    other.send_signal(signal.SIGKILL)
    other.wait()

    with run_lock(tmp_path, "sync", NOW):
        assert '"command": "sync"' in (tmp_path / "run.json").read_text()


@pytest.mark.slow
def test_a_run_that_may_wait_gets_its_turn(tmp_path, elsewhere):
    other = elsewhere(RUN, 0.3)

    with run_lock(tmp_path, "sync", NOW, wait_seconds=30):
        other.wait()

    assert not (tmp_path / "run.json").exists()


def test_a_run_waits_no_longer_than_it_may(tmp_path, elsewhere):
    elsewhere(RUN, 60)
    begin = time.monotonic()

    with pytest.raises(AlreadyRunning):
        run_lock(tmp_path, "sync", NOW, wait_seconds=0.1).__enter__()

    assert 0.1 <= time.monotonic() - begin < 5


def test_an_error_inside_a_run_frees_the_lock(tmp_path):
    with pytest.raises(ZeroDivisionError), run_lock(tmp_path, "sync", NOW):
        raise ZeroDivisionError

    with run_lock(tmp_path, "sync", NOW):
        pass


@pytest.mark.slow
def test_the_lock_of_the_tokens_waits_for_another_process_without_blocking_the_loop(tmp_path, elsewhere):
    elsewhere(TOKEN, 0.3)
    ticks = []

    async def tick() -> None:
        while True:
            ticks.append(1)
            await asyncio.sleep(0.02)

    async def run() -> None:
        ticking = asyncio.create_task(tick())
        async with token_lock(tmp_path):
            ticking.cancel()

    asyncio.run(run())

    assert len(ticks) > 3


def test_the_lock_of_the_tokens_is_not_the_lock_of_a_run(tmp_path, elsewhere):
    elsewhere(RUN, 60)

    async def run() -> bool:
        async with token_lock(tmp_path):
            return True

    assert asyncio.run(run())


def test_the_files_of_the_locks_are_for_their_owner_alone(tmp_path):
    with run_lock(tmp_path, "sync", NOW):
        assert (tmp_path / "run.lock").stat().st_mode & 0o077 == 0


def test_who_holds_the_lock_is_known_as_long_as_it_lives(elsewhere, tmp_path):
    assert held_since(tmp_path) is None

    process = elsewhere(RUN, 30)
    assert held_since(tmp_path) == NOW

    process.kill()
    process.wait()
    assert (tmp_path / "run.json").exists()
    assert held_since(tmp_path) is None


def test_a_note_whose_process_number_somebody_else_has_by_now_means_nobody(tmp_path):
    note = {"pid": os.getpid(), "command": "sync", "since": NOW.isoformat()}
    (tmp_path / "run.json").write_text(json.dumps(note))

    assert held_since(tmp_path) is None
    with run_lock(tmp_path, "sync", NOW):
        assert held_since(tmp_path) == NOW
