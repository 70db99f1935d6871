"""What a sign-in asks for in a home that is new, and leaves alone in one that is not."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from contaazul_sync.core.drafts.marks import is_tagged
from contaazul_sync.home.config import load
from contaazul_sync.operate.signin.asking import Asker
from contaazul_sync.operate.signin.settings import complete, with_tag

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
WHOLE = """
[erp]
client_id = "a"
redirect_uri = "https://loja.example"
[shop]
kind = "webstore"
url = "https://loja.example"
id = "loja"
[orders]
since = 2026-11-01
"""


class Offered(Asker):
    """Takes what is offered, as `--yes` and a stdin that is no terminal do."""

    def __call__(self, question: str, offered: str = "", *, hidden: bool = False) -> str:
        return offered


@pytest.mark.parametrize(
    ("fresh", "told", "answers"),
    [
        (True, "", {"orders.paid_differs": "split"}),
        (True, 'paid_differs = "book"', {}),
        (False, "", {}),
    ],
)
def test_a_new_home_is_offered_to_split_what_was_paid_and_an_old_one_stays(
    tmp_path: Path, fresh: bool, told: str, answers: dict[str, str]
) -> None:
    (tmp_path / "config.toml").write_text(WHOLE + told)
    settings = load({"CONTAAZUL_SYNC_HOME": str(tmp_path)})

    assert complete(settings, Offered(), NOW, fresh=fresh) == answers


@pytest.mark.parametrize(
    ("shop", "profile", "name"),
    [
        ('url = "https://www.minha-loja.com.br"', "", "minha-loja"),
        ('url = "https://minhaloja.com.br"\nkind = "woocommerce"', "", "minhaloja"),
        ('api_url = "https://api-dashboard-v2.webstore.net.br/apidashboard/v2"', "", "loja"),
        ('api_url = "https://api-dashboard-v2.webstore.net.br/apidashboard/v2"', "outlet", "outlet"),
        ('url = "http://127.0.0.1:8702"', "", "loja"),
    ],
)
def test_a_new_home_is_offered_a_name_of_its_own(tmp_path: Path, shop: str, profile: str, name: str) -> None:
    home = tmp_path / "profiles" / profile if profile else tmp_path
    home.mkdir(parents=True, exist_ok=True)
    (home / "config.toml").write_text(
        f'[erp]\nclient_id = "a"\nredirect_uri = "https://loja.example"\n[shop]\n{shop}\n'
    )
    settings = load({"CONTAAZUL_SYNC_HOME": str(home)})

    offered = complete(settings, Offered(), NOW, fresh=True)["shop.id"]

    assert offered.rpartition("-")[0] == name
    assert is_tagged(offered)


@pytest.mark.parametrize("typed", ["Loja Azul", "api-dashboard-v2.webstore.net.br"])
def test_a_name_that_a_person_types_gets_a_tag_too(typed: str) -> None:
    assert is_tagged(with_tag(typed))
    assert with_tag(typed) != with_tag(typed)


def test_a_name_that_has_a_tag_stays() -> None:
    assert with_tag("minha-loja-k3f7") == "minha-loja-k3f7"
