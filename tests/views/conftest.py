"""What the views show: a state, and one of a shop in which a lot goes on."""

import pytest

from contaazul_sync.state.file import State
from tests.worlds.busy import busy


@pytest.fixture
def state(tmp_path):
    opened = State.open(tmp_path / "state.db")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    opened = busy(tmp_path_factory.mktemp("busy") / "state.db")
    yield opened
    opened.close()
