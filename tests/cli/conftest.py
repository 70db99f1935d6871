"""The program on a home of its own, and a sandbox that keeps the real limits and the real time."""

import pytest

from contaazul_sync.sandbox.server import Sandbox
from tests.worlds.terminal import Terminal


@pytest.fixture
def sandbox():
    with Sandbox(catalogue=False) as box:
        yield box


@pytest.fixture
def terminal(tmp_path, sandbox):
    made = Terminal(tmp_path, sandbox)
    made.configure()
    return made


@pytest.fixture
def signed_in(terminal):
    done = terminal.sign_in()
    assert done.returncode == 0, done.stderr
    return terminal
