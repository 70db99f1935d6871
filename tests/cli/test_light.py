"""What a run costs in which nothing changed, every half hour in every home: it loads what it needs."""

import pytest

from tests.worlds.loaded import loaded_by
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


def among(loaded, names):
    return {each for each in loaded if each in names or each.startswith(tuple(f"{name}." for name in names))}


def test_a_run_in_which_nothing_changed_loads_nothing_that_it_does_not_need(signed_in):
    signed_in.run("sync")

    loaded = loaded_by(str(PROGRAM), "sync", env=signed_in.bare | signed_in.secrets)

    assert {"httpx", "contaazul_sync.passes.sync", "contaazul_sync.shops.merchant"} <= loaded
    assert among(loaded, COMMAND_LINES) == set()
    assert among(loaded, OTHERS) == set()
