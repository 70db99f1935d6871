"""The program on a home of its own, and a sandbox that keeps the real limits and the real time."""

import shutil

import pytest

from contaazul_sync.sandbox.server import Sandbox
from tests.worlds.terminal import Terminal


@pytest.fixture
def sandbox():
    with Sandbox(catalogue=False) as box:
        yield box


@pytest.fixture
def terminal(tmp_path_factory, sandbox):
    root = tmp_path_factory.mktemp("t")  # short: what is shown in 80 columns names files of this home
    made = Terminal(root, sandbox)
    made.configure()
    yield made
    shutil.rmtree(root, ignore_errors=True)


@pytest.fixture
def signed_in(terminal):
    terminal.be_signed_in()
    return terminal
