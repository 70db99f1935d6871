"""What a sign-in asks for in a home that is new, and leaves alone in one that is not."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from contaazul_sync.home.config import load
from contaazul_sync.operate.signin.asking import Asker
from contaazul_sync.operate.signin.settings import complete

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
