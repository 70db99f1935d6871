"""`doctor` finds what is wrong, says what to do, and changes nothing."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from contaazul_sync.home.credentials import Vault
from contaazul_sync.home.lock import run_lock
from contaazul_sync.state.file import State
from tests.worlds.terminal import Terminal

pytestmark = pytest.mark.slow


@pytest.fixture
def shop(signed_in):
    signed_in.sandbox.shop.add_product("CAM-1", "Camiseta azul", 79.90, 5)
    signed_in.sandbox.shop.order([("CAM-1", 1)])
    return signed_in


def checks(terminal: Terminal, **environ: str) -> tuple[dict[str, dict[str, object]], int]:
    """The checks by their names, and the exit code."""
    done = terminal.run("doctor", "--json", **environ)
    assert done.stdout, done.stderr
    return {check["name"]: check for check in json.loads(done.stdout)["checks"]}, done.returncode


def test_a_sound_installation_is_shown_as_such_with_a_product_and_an_order_field_by_field(shop):
    shop.run("sync")
    before = len(shop.sandbox.erp.requests)

    done = shop.run("doctor")

    assert done.returncode == 0, done.stdout
    assert "PROBLEM" not in done.stdout
    assert "sign-in: Loja Azul (CNPJ 11.444.777/0001-61)" in done.stdout
    assert "  sku: CAM-1" in done.stdout
    assert "  total: R$ 79,90" in done.stdout
    assert "  buyer_name: Aaa Aaaaa" in done.stdout
    assert "  buyer_document: 999.999.999-99" in done.stdout
    assert "Ana" not in done.stdout
    asked = shop.sandbox.erp.requests[before:]
    assert {request.method for request in asked} <= {"GET"}


def test_a_setting_that_is_wrong_is_the_first_thing_to_put_right(shop):
    found, code = checks(shop, CONTAAZUL_SYNC_PRICES__ADJUSTMENT_PERCENT="a lot")

    assert code == 3
    assert found["configuration"]["status"] == "problem"
    assert found["everything else"]["status"] == "skipped"


def test_a_wrong_token_of_the_shop_is_named_with_its_remedy(shop):
    found, code = checks(shop, CONTAAZUL_SYNC_SHOP_TOKEN="another")

    assert code == 3
    assert found["sign-in"]["status"] == "ok"
    assert "contaazul-sync auth --secrets" in str(found["a product"]["detail"])


def test_a_dead_sign_in_leaves_with_4(shop):
    shop.sandbox.erp.revoke()
    shop.sandbox.erp.expire_access()

    found, code = checks(shop)

    assert code == 4
    assert "contaazul-sync auth" in str(found["sign-in"]["detail"])


def test_a_plan_without_the_api_leaves_with_3_and_a_server_that_is_away_with_5(shop):
    shop.sandbox.erp.switches.account = "no_api"
    assert checks(shop)[1] == 3
    shop.sandbox.erp.switches.account = "ok"
    away, code = checks(shop, CONTAAZUL_SYNC_SHOP__API_URL="http://127.0.0.1:9/v2")
    assert code == 5
    assert away["a product"]["status"] == "problem"


def test_names_that_the_erp_does_not_have_are_warnings(cost_centres, shop):
    with (shop.home / "config.toml").open("a") as file:
        file.write('\n[payments.pix]\naccount = "No such bank"\ncost_center = "No such centre"\n')

    found, code = checks(shop, CONTAAZUL_SYNC_ORDERS__CONSUMER="Nobody")

    assert code == 0
    assert found["cost_center 'No such centre'"]["status"] == "warning"
    assert found["account 'No such bank'"]["status"] == "warning"
    assert found["consumer 'Nobody'"]["status"] == "warning"


def test_rights_damage_and_a_late_run_are_seen(shop):
    shop.run("sync")
    state = State.open(shop.home / "state.db")
    old = (datetime.now(UTC) - timedelta(hours=5)).isoformat()
    state.db.execute("UPDATE runs SET finished_at = ?", [old])
    state.close()
    assert checks(shop)[0]["runs"]["status"] == "warning"

    path = shop.home / "state.db"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    damaged, code = checks(shop)
    assert (damaged["state file"]["status"], code) == ("problem", 3)
    path.write_bytes(whole)

    path.chmod(0o644)
    assert checks(shop)[0]["state file"]["status"] == "problem"
    path.chmod(0o600)
    shop.home.chmod(0o755)
    loose, code = checks(shop)
    assert (loose["home"]["status"], code) == ("problem", 3)
    shop.home.chmod(0o700)


def test_what_only_this_shell_knows_is_not_what_cron_can_read(shop):
    found, code = checks(shop)
    assert (found["secrets"]["status"], code) == ("warning", 0)
    box = shop.sandbox
    Vault(shop.home, "file", {}).update(client_secret=box.client_secret, shop_token=box.shop_token)

    assert checks(shop)[0]["secrets"]["status"] == "ok"


def test_a_run_that_was_killed_is_no_run_that_is_going_on(shop):
    gone = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"],
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )
    note = {"pid": int(gone.stdout), "command": "sync", "since": datetime.now(UTC).isoformat()}
    (shop.home / "run.json").write_text(json.dumps(note))

    shop.run("sync", "--dry-run")

    assert checks(shop)[0]["now"]["detail"] == "no run is going on"


def test_it_works_while_a_run_is_going_on(shop):
    shop.run("sync")
    with run_lock(shop.home, "sync", datetime.now(UTC)):
        found, code = checks(shop)

    assert code == 0
    assert "a run is going on" in str(found["now"]["detail"])


def test_probing_lets_the_next_sync_try_to_write_a_stock_again(shop):
    shop.run("sync")
    state = State.open(shop.home / "state.db")
    state.notes.set_time("stock_probed_at", datetime.now(UTC))
    state.notes.set("stock_writes", "no")
    assert str(checks(shop)[0]["stock"]["detail"]).startswith("the ERP did not let its stock be written")

    shop.run("doctor", "--probe")

    assert state.notes.time("stock_probed_at") is None
    state.close()


def test_alerts_can_be_tried(terminal):
    nothing = terminal.run("alerts", "test")

    assert nothing.returncode == 3
    assert "contaazul-sync config set alerts.notify" in nothing.stderr
