"""What a run costs in which nothing changed, every half hour in every home: it loads what it needs."""

import subprocess
import sys

import pytest

from tests.worlds.terminal import PROGRAM

pytestmark = pytest.mark.slow

COMMAND_LINES = ("click", "pygments", "rich")  # of httpx, and of what is shown to a person
OTHERS = (  # kinds of shop, files, other commands, and what only a person's terminal or a change needs
    *("openpyxl", "keyring", "tomlkit", "jinja2", "sqlite_utils", "apprise", "babel", "starlette"),
    *("contaazul_sync.shops.woocommerce", "contaazul_sync.shops.storefront", "contaazul_sync.shops.files"),
    *("contaazul_sync.tables", "contaazul_sync.sandbox", "contaazul_sync.home.canvas"),
    *("contaazul_sync.views.terminal", "contaazul_sync.views.page", "contaazul_sync.operate.signin"),
    *("contaazul_sync.operate.doctor", "contaazul_sync.operate.filing", "contaazul_sync.passes.rebuild"),
    *("contaazul_sync.cli.look", "contaazul_sync.cli.server", "contaazul_sync.cli.settings"),
)


def loaded_by(terminal, *words):
    """The modules that a command loads, in a process of its own, as cron starts it."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", str(PROGRAM), *words],
        env=terminal.bare | terminal.secrets,  # and no coverage, which loads what it needs
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-500:]
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if "|" in line}


def among(loaded, names):
    return {each for each in loaded if each in names or each.startswith(tuple(f"{name}." for name in names))}


def test_a_run_in_which_nothing_changed_loads_nothing_that_it_does_not_need(signed_in):
    signed_in.run("sync")

    loaded = loaded_by(signed_in, "sync")

    assert {"httpx", "contaazul_sync.passes.sync", "contaazul_sync.shops.merchant"} <= loaded
    assert among(loaded, COMMAND_LINES) == set()
    assert among(loaded, OTHERS) == set()
