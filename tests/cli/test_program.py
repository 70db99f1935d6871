"""The four commands and their helpers, as processes: what they print, where, and how they end."""

import json
import os
import signal
import sqlite3
import subprocess
from datetime import UTC, datetime

import pytest

from contaazul_sync.home.lock import run_lock
from tests.worlds.terminal import PROGRAM

pytestmark = pytest.mark.slow


@pytest.fixture
def shop(signed_in):
    """A shop with three products, of which none is in the ERP."""
    for sku in ("CAM-1", "CAM-2", "BONE-1"):
        signed_in.sandbox.shop.add_product(sku, f"Produto {sku}", 79.90, 5)
    return signed_in


def test_cron_gets_no_output_when_all_is_well(shop):
    shop.run("send-products", "--all")
    shop.sandbox.shop.order([("CAM-1", 1)])

    done = shop.run("sync")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert len(shop.sandbox.erp.products) == 3
    assert len(shop.sandbox.erp.sales) == 1


def test_the_whole_job_in_the_bare_environment_of_cron(shop):
    assert set(shop.environ) - {"PATH", "HOME", "CONTAAZUL_SYNC_HOME"} <= {
        name for name in os.environ if name.startswith("COVERAGE_")
    }
    shop.run("send-products", "CAM-1", "--now")

    assert shop.run("sync").returncode == 0
    assert shop.status()["products"]["linked"] == 1


@pytest.mark.parametrize(
    ("words", "skus"),
    [
        (["CAM-1"], ["CAM-1"]),
        (["CAM-1", "BONE-1"], ["BONE-1", "CAM-1"]),
        (["--all"], ["BONE-1", "CAM-1", "CAM-2"]),
        (["--search", "produto cam"], ["CAM-1", "CAM-2"]),
        (["--from-file", "list.txt"], ["BONE-1", "CAM-2"]),
    ],
)
def test_products_are_chosen_by_sku_text_file_or_all(shop, words, skus):
    (shop.root / "list.txt").write_text("# mine\nBONE-1\n\nCAM-2  # the second\n")
    words = [str(shop.root / word) if word == "list.txt" else word for word in words]

    done = shop.run("send-products", "--now", *words)

    assert done.returncode == 0, done.stderr
    assert sorted(p.sku for p in shop.sandbox.erp.products.values()) == skus


def test_an_unknown_sku_chooses_nothing_and_says_so(shop):
    done = shop.run("send-products", "CAM-1", "NO-SUCH")

    assert done.returncode == 2
    assert "NO-SUCH" in done.stderr
    assert shop.status()["products"]["waiting"] == 0


def test_choosing_without_a_terminal_needs_words(shop):
    done = shop.run("send-products")

    assert done.returncode == 2
    assert "--all" in done.stderr


def test_a_dry_run_prints_the_plan_and_sends_nothing(shop):
    shop.run("send-products", "CAM-1")
    shop.sandbox.erp.requests.clear()

    done = shop.run("sync", "--dry-run")

    assert done.returncode == 0
    assert "create product CAM-1: chosen with send-products" in done.stdout
    assert "price: R$ 79,90" in done.stdout
    assert "nothing was sent" in done.stdout
    assert {r.method for r in shop.sandbox.erp.requests} <= {"GET"}
    assert shop.status()["products"]["waiting"] == 1


def test_a_dry_run_of_a_choice_chooses_nothing(shop):
    done = shop.run("send-products", "CAM-1", "--dry-run")

    assert "create product CAM-1" in done.stdout
    assert shop.status()["products"]["waiting"] == 0


def test_a_dry_run_says_old_and_new_value_and_why(shop):
    shop.run("send-products", "CAM-1", "--now")

    done = shop.run("sync", "--dry-run", CONTAAZUL_SYNC_PRICES__ADJUSTMENT_PERCENT="10")

    assert "change price of CAM-1: the percentage changed" in done.stdout
    assert "price: R$ 79,90 -> R$ 87,89" in done.stdout


def test_a_new_failure_is_said_once_and_not_by_every_run(shop):
    shop.run("send-products", "CAM-1", "--now")
    shop.sandbox.shop.order([("CAM-1", 1)], payer_cpf="")

    first, second = shop.run("sync"), shop.run("sync")

    assert (first.returncode, second.returncode) == (6, 6)
    assert first.stderr.splitlines() == [
        "contaazul-sync: 1 order stands still, R$ 79,90: the buyer gave no CPF or CNPJ.",
        "contaazul-sync: 1 item needs a look. Run: contaazul-sync status",
    ]
    assert second.stderr == ""


def test_an_item_that_is_ignored_is_left_alone_until_it_is_retried(shop):
    shop.run("send-products", "CAM-1", "--now")
    order = str(shop.sandbox.shop.order([("CAM-1", 1)], payer_cpf=""))
    shop.run("sync")

    assert shop.run("ignore", order).returncode == 0
    assert shop.run("sync").returncode == 0
    assert shop.status()["failures"] == []

    assert shop.run("retry", order).returncode == 0
    assert shop.run("sync").returncode == 6


def test_an_unknown_item_cannot_be_retried(shop):
    done = shop.run("retry", "NO-SUCH")

    assert done.returncode == 2
    assert "NO-SUCH" in done.stderr


def test_the_status_fits_80_columns_and_names_the_next_command(shop):
    shop.run("send-products", "CAM-1", "--now")
    order = shop.sandbox.shop.order([("CAM-1", 1), ("CAM-2", 1)])
    shop.run("sync")

    done = shop.run("status", COLUMNS="80")

    assert done.returncode == 0
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "Loja Azul" in done.stdout
    assert f"order {order}" in done.stdout
    assert "  contaazul-sync send-products CAM-2\n" in done.stdout
    assert "CAM-1" in shop.run("status", "--products").stdout


def test_the_status_asks_nobody(shop):
    shop.run("sync")
    shop.sandbox.erp.requests.clear()
    shop.sandbox.shop.requests.clear()

    shop.run("status")

    assert shop.sandbox.erp.requests == []
    assert shop.sandbox.shop.requests == []


def test_the_status_as_json_has_its_stable_keys(shop):
    shop.run("sync")

    status = shop.status()

    assert status["version"] == 1
    assert status["products"] == {"linked": 0, "unsent": 3, "waiting": 0, "failed": 0, "drift": 0}
    places = ("sent", "waiting", "failed", "in_doubt", "attention", "ignored", "left_out", "ended")
    assert status["orders"] == status["orders_sum"] == dict.fromkeys(places, 0)
    assert status["last_run"]["outcome"] == 0
    assert status["last_good_run_at"] == status["last_run"]["finished_at"]


def test_a_second_run_ends_at_once_and_silently(shop):
    shop.sandbox.shop.switches.latency = 1.5
    first = shop.start("sync")
    shop.wait_for((shop.home / "run.json").exists)

    second = shop.run("sync")

    assert (second.returncode, second.stdout, second.stderr) == (5, "", "")
    out, err = first.communicate(timeout=30)
    assert (first.returncode, out, err) == (0, "", "")


def test_a_second_run_may_wait(shop):
    shop.sandbox.shop.switches.latency = 0.5
    first = shop.start("sync")
    shop.wait_for((shop.home / "run.json").exists)

    assert shop.run("sync", "--wait", "20").returncode == 0
    first.communicate(timeout=30)


def test_a_killed_run_leaves_no_lock(shop):
    shop.sandbox.shop.switches.latency = 5
    first = shop.start("sync")
    shop.wait_for((shop.home / "run.json").exists)
    first.kill()
    first.communicate(timeout=30)
    shop.sandbox.shop.switches.latency = 0

    assert shop.run("sync").returncode == 0


def test_products_can_be_chosen_while_a_run_is_going_on(shop):
    shop.run("sync")
    with run_lock(shop.home, "sync", datetime.now(UTC)):
        assert shop.run("send-products", "CAM-1").returncode == 0

    assert shop.status()["products"]["waiting"] == 1


def test_ctrl_c_lets_what_is_under_way_end_and_the_next_run_goes_on(shop):
    for i in range(60):
        shop.sandbox.shop.add_product(f"P-{i}", f"Produto {i}", 10, 5)
    shop.run("send-products", "--all")
    run = shop.start("sync")
    shop.wait_for(lambda: len(shop.sandbox.erp.products) > 5)
    run.send_signal(signal.SIGINT)

    _, err = run.communicate(timeout=30)

    assert run.returncode == 130
    assert "Interrupted" in err
    assert "Traceback" not in err
    assert 5 < len(shop.sandbox.erp.products) < 63
    assert shop.run("sync").returncode == 0
    assert len(shop.sandbox.erp.products) == 63


def test_a_shop_that_is_away_is_a_temporary_error(shop):
    with shop.sandbox.shop.down():
        done = shop.run("sync")

    assert done.returncode == 5
    assert done.stderr.startswith("contaazul-sync: The shop cannot be reached")
    assert "Traceback" not in done.stderr


def test_a_reader_that_stops_reading_is_no_error(shop):
    shop.run("sync")
    line = f"{PROGRAM} status --products | head -c 1; {PROGRAM} status | head -n 1"

    done = subprocess.run(
        ["bash", "-c", line], env=shop.environ, capture_output=True, text=True, timeout=30, check=False
    )

    assert done.stderr == ""


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("prices__adjustment_percent", "2000", "[prices] adjustment_percent"),
        ("prices__adjustment_percent", "ten", "[prices] adjustment_percent"),
        ("shop__api_url", "http://shop.example/api", "[shop] api_url"),
        ("orders__since", "yesterday", "[orders] since"),
        ("orders__sale_status", "FATURADO", "[orders] sale_status"),
        ("erp__clientid", "x", "[erp] clientid"),
    ],
)
def test_a_bad_setting_names_the_key_and_the_file(terminal, setting, value, told):
    terminal.configure(**{setting: value})

    done = terminal.run("sync")

    assert done.returncode == 3
    assert told in done.stderr
    assert "config.toml" in done.stderr


def test_a_bad_profile_names_its_line(signed_in):
    (signed_in.home / "mine.toml").write_text('name = "mine"\nzone = "Mars/Olympus"\n')
    signed_in.configure(shop__profile="mine.toml")

    done = signed_in.run("sync")

    assert done.returncode == 3
    assert "mine.toml, line 2: zone" in done.stderr


def test_a_sync_before_any_setup_says_what_to_run(terminal):
    (terminal.home / "config.toml").unlink()

    done = terminal.run("sync")

    assert done.returncode == 3
    assert "contaazul-sync auth" in done.stderr


def test_a_sync_before_the_sign_in_says_so(terminal):
    done = terminal.run("sync")

    assert done.returncode == 4
    assert done.stderr == "contaazul-sync: Not signed in to the ERP. Run: contaazul-sync auth\n"


def test_a_home_that_others_may_look_into_is_refused(signed_in):
    signed_in.home.chmod(0o755)

    done = signed_in.run("sync")

    assert done.returncode == 3
    assert f"chmod 700 {signed_in.home}" in done.stderr


def test_a_damaged_state_file_is_told_and_left_as_it_is(signed_in):
    damaged = b"this is no database" * 100
    (signed_in.home / "state.db").write_bytes(damaged)

    done = signed_in.run("sync")

    assert done.returncode == 3
    assert "state.db" in done.stderr
    assert (signed_in.home / "state.db").read_bytes() == damaged


def test_a_state_file_of_a_newer_version_is_refused(signed_in):
    with sqlite3.connect(signed_in.home / "state.db") as db:
        db.execute("PRAGMA user_version = 999")
    db.close()

    done = signed_in.run("status")

    assert done.returncode == 3
    assert "newer" in done.stderr


def test_a_lost_state_file_is_rebuilt_and_sells_nothing_again(shop):
    shop.run("send-products", "CAM-1", "--now")
    shop.sandbox.shop.order([("CAM-1", 1)])
    shop.run("sync")
    (shop.home / "state.db").write_bytes(b"no database" * 1000)
    assert shop.run("sync").returncode == 3

    done = shop.run("rebuild")

    assert done.returncode == 0, done.stderr
    assert "state.db.damaged-1" in done.stderr
    assert "Found 1 product and 1 sale in the ERP." in done.stderr
    assert shop.run("sync").returncode == 0
    assert len(shop.sandbox.erp.sales) == 1


def test_a_backup_is_a_state_file(shop):
    shop.run("sync")

    done = shop.run("backup", str(shop.root / "copy.db"))

    assert done.returncode == 0, done.stderr
    before = shop.status()
    (shop.root / "copy.db").replace(shop.home / "state.db")
    assert shop.status() == before


def test_the_state_file_alone_is_the_whole_state_when_a_command_has_ended(shop):
    shop.run("send-products", "CAM-1", "--now")
    shop.sandbox.shop.order([("CAM-1", 1)])
    shop.run("sync")
    before = shop.status()
    alone = (shop.home / "state.db").read_bytes()
    for path in shop.home.glob("state.db*"):
        path.unlink()
    (shop.home / "state.db").touch(mode=0o600)
    (shop.home / "state.db").write_bytes(alone)

    assert shop.status() == before
    assert shop.run("sync").returncode == 0
    assert len(shop.sandbox.erp.sales) == 1


def test_a_full_disk_is_told_and_the_next_run_goes_on(shop):
    shop.run("send-products", "--all")
    size = (shop.home / "state.db").stat().st_size
    limited = f"ulimit -f {size // 1024 + 1}; exec {PROGRAM} sync"
    for i in range(400):
        shop.sandbox.shop.add_product(f"MUCH-{i}", "Produto " * 12, 10, 5, description="Texto " * 60)

    done = subprocess.run(
        ["bash", "-c", limited],
        env=shop.bare | shop.secrets, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert done.returncode == 3
    assert done.stderr.startswith("contaazul-sync: The state file cannot be used:")
    assert "Traceback" not in done.stderr
    assert shop.run("sync").returncode == 0
    assert len(shop.sandbox.erp.products) == 3


def test_a_home_that_cannot_be_made_is_told(shop):
    done = shop.run(
        "sync", CONTAAZUL_SYNC_HOME="/proc/no-such-home", TMPDIR=str(shop.root)
    )  # nobody was told yet

    assert done.returncode == 3
    assert "/proc/no-such-home" in done.stderr


def test_the_help_of_every_command_is_there():
    for words in ([], ["auth"], ["send-products"], ["sync"], ["status"], ["retry"], ["ignore"], ["demo"]):
        done = subprocess.run(
            [str(PROGRAM), *words, "--help"], capture_output=True, text=True, timeout=30, check=False
        )
        assert done.returncode == 0
        assert "Usage" in done.stdout


def test_nothing_secret_and_nothing_personal_is_kept_or_printed(shop):
    shop.run("send-products", "CAM-1", "--now")
    shop.sandbox.shop.order(
        [("CAM-1", 1)], payer_name="Fulana Marcada", payer_cpf="529.982.247-25",
        payer_email="marcada@example.com", payer_address="Rua Marcada", payer_phone="(11) 98888-7777",
    )  # fmt: skip
    shop.sandbox.erp.faults.add("500_after", method="POST", path="/v1/venda")
    runs = [shop.run("sync", "--dry-run"), shop.run("sync"), shop.run("sync"), shop.run("status", "--json")]

    kept = shop.everything_written()
    printed = "".join(run.stdout + run.stderr for run in runs)
    tokens = json.loads((shop.home / "secrets.json").read_text())

    for text in ("Fulana", "52998224725", "529.982", "marcada@", "Rua Marcada", "98888"):
        assert text not in kept
        assert text not in printed
    for secret in (tokens["access_token"], tokens["refresh_token"], shop.sandbox.client_secret):
        assert secret not in printed
        assert secret not in (shop.home / "state.db").read_bytes().decode("utf-8", "replace")
    assert len(shop.sandbox.erp.sales) == 1


def test_a_dead_sign_in_is_told_once_and_not_by_every_run(shop):
    shop.sandbox.erp.revoke()
    shop.sandbox.erp.expire_access()
    shop.run("send-products", "CAM-1")

    runs = [shop.run("sync") for _ in range(3)]

    assert [run.returncode for run in runs] == [4, 4, 4]
    assert runs[0].stderr == "contaazul-sync: The ERP ended the sign-in. Run: contaazul-sync auth\n"
    assert [run.stderr for run in runs[1:]] == ["", ""]
    says = "Nothing goes to the ERP: sign in to the ERP.\n    contaazul-sync auth\n"
    assert shop.run("status").stdout.startswith(says)


def test_what_is_ignored_stays_so_when_everything_else_is_retried(shop):
    shop.run("send-products", "CAM-1", "--now")
    order = str(shop.sandbox.shop.order([("CAM-1", 1)], payer_cpf=""))
    shop.run("sync")
    shop.run("ignore", order)

    assert shop.run("retry", "--all").returncode == 0

    assert shop.run("sync").returncode == 0
    assert shop.status()["failures"] == []


def test_wrong_secrets_can_be_given_anew(shop):
    done = shop.sign_in(CONTAAZUL_SYNC_CLIENT_SECRET="wrong")

    assert done.returncode == 4
    assert "contaazul-sync auth --secrets" in done.stderr
