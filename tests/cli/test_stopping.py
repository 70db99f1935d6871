"""SIGTERM and Ctrl-C, whenever they come: the first ends what is going on, a second one the process."""

import os
import pty
import select
import signal
import subprocess
import time

import pytest

from contaazul_sync.home.lock import run_lock
from contaazul_sync.home.machine import utc_now
from tests.worlds.terminal import PROGRAM
from tests.worlds.warm import Warm

pytestmark = pytest.mark.slow

BOTH = [signal.SIGINT, signal.SIGTERM]
LONG = 20.0  # seconds that a server takes; the tests are over long before


@pytest.fixture
def shop(signed_in):
    signed_in.sandbox.shop.add_product("CAM-1", "Camiseta", 79.90, 5)
    signed_in.run("send-products", "CAM-1")
    return signed_in


def ended(process, within=8):
    """What the process said, when it has ended."""
    began = time.monotonic()
    try:
        out, err = process.communicate(timeout=within)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    assert time.monotonic() - began < within
    assert "Traceback" not in err
    return out + err


@pytest.mark.parametrize("number", BOTH)
def test_a_run_ends_at_once_while_the_shop_is_read(shop, number):
    shop.sandbox.shop.switches.latency = LONG
    shop.sandbox.shop.requests.clear()
    with shop.start("sync") as run:
        shop.wait_for(lambda: (shop.home / "run.json").exists() and shop.sandbox.shop.requests)
        run.send_signal(number)

        said = ended(run)

    assert run.returncode == 130
    assert "Interrupted. What was done is kept" in said
    assert not (shop.home / "run.json").exists()


def test_a_second_one_ends_the_process_though_a_create_is_under_way(shop):
    shop.sandbox.erp.requests.clear()
    shop.sandbox.erp.faults.hold_seconds = LONG
    shop.sandbox.erp.faults.add("timeout_after", "POST", "/v1/produtos")
    with shop.start("sync") as run:
        shop.wait_for(lambda: [seen for seen in shop.sandbox.erp.requests if seen.method == "POST"])
        run.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        assert run.poll() is None  # what is under way is let finish
        run.send_signal(signal.SIGTERM)

        ended(run, within=3)

    assert run.returncode == 130


@pytest.mark.parametrize("command", ["doctor", "reconcile", "rebuild"])
def test_any_command_that_asks_a_server_ends_at_once(shop, command):
    shop.sandbox.shop.switches.latency = shop.sandbox.erp.switches.latency = LONG
    shop.sandbox.shop.requests.clear()
    shop.sandbox.erp.requests.clear()
    with shop.start(command) as run:
        shop.wait_for(lambda: shop.sandbox.shop.requests or shop.sandbox.erp.requests)
        run.send_signal(signal.SIGTERM)

        said = ended(run)

    assert run.returncode == 130
    assert "Interrupted" in said


@pytest.mark.parametrize("number", BOTH)
@pytest.mark.parametrize("words", ["auth --secrets", "sync --since 2026-01-01", "send-products"])
def test_a_prompt_ends_at_once(shop, words, number):
    shop.sandbox.shop.order([("CAM-1", 1)])
    shop.sandbox.shop.add_product("BON-1", "Boné", 20, 5)
    ours, theirs = pty.openpty()
    environ = shop.environ | shop.secrets | {"TERM": "xterm", "COLUMNS": "80", "LINES": "50"}
    with Warm(
        [str(PROGRAM), *words.split()], env=environ, stdin=theirs, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        try:
            screen = _until(ours, b": ")  # where it waits for an answer
            time.sleep(0.5)  # nobody is faster, and Python's own reading of a line looks only while it waits
            process.send_signal(number)
            screen += _until(ours, b"go on.")
            assert process.wait(timeout=8) == 130
        finally:
            process.kill()
            os.close(ours)
    assert b"Interrupted. What was done is kept" in screen
    assert b"Traceback" not in screen
    assert b"Aborted" not in screen


def _until(terminal, end):
    """What is on the screen, until it waits with these letters."""
    screen, deadline = b"", time.monotonic() + 10
    while time.monotonic() < deadline:
        if not select.select([terminal], [], [], 0.1)[0]:
            continue
        try:
            screen += os.read(terminal, 65536)
        except OSError:  # the other end is closed
            return screen
        if screen.rstrip(b"\r\n").endswith(end):
            return screen
    raise AssertionError(screen)


@pytest.mark.parametrize("number", BOTH)
def test_a_pause_that_the_server_asked_for_ends_at_once(shop, number):
    shop.sandbox.shop.requests.clear()
    shop.sandbox.shop.faults.add("429", times=99)
    with shop.start("sync") as run:
        shop.wait_for(lambda: shop.sandbox.shop.requests)
        time.sleep(0.2)
        run.send_signal(number)

        ended(run)

    assert run.returncode == 130


def test_waiting_for_another_run_ends_at_once(shop):

    with run_lock(shop.home, "sync", utc_now()), shop.start("sync", "--wait", "60") as run:
        time.sleep(1)
        run.send_signal(signal.SIGTERM)

        ended(run)

    assert run.returncode == 130
