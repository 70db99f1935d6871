"""What may be added is said the way that the program was installed."""

import sys

from contaazul_sync.core.harmless import COMMAND
from contaazul_sync.home.extras import to_add


def test_where_pipx_has_installed_it_pipx_adds_to_it(monkeypatch):
    monkeypatch.setattr(sys, "prefix", "/home/ana/.local/share/pipx/venvs/contaazul-sync")

    assert to_add("apprise") == "pipx inject contaazul-sync apprise"
    assert COMMAND.findall(f"Run: {to_add('apprise')}.") == [to_add("apprise")]


def test_elsewhere_its_own_python_does(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/opt/my shop/bin/python")

    assert to_add("openpyxl") == "'/opt/my shop/bin/python' -m pip install openpyxl"
