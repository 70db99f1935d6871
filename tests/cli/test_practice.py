"""`sandbox`: an ERP and a shop that stay up, and what to type to practise with them."""

import os
import pty
import re
import select
import shlex
import signal
import subprocess
import time

import pytest

from contaazul_sync.home.config import load
from contaazul_sync.sandbox import practice
from contaazul_sync.sandbox.server import Sandbox, approve
from contaazul_sync.sandbox.story.shops import KINDS
from tests.worlds.terminal import PROGRAM, SECONDS
from tests.worlds.warm import PIPES, Warm

EXPORT = re.compile(r"^    export (\w+)=(.*)$", re.MULTILINE)


@pytest.fixture(scope="module")
def box():
    with Sandbox() as made:
        yield made


@pytest.mark.parametrize("kind", KINDS)
def test_what_it_prints_are_settings_that_go_together(box, tmp_path, kind):
    lines = "\n".join(practice.told(kind, box))
    told = {name: shlex.split(value)[0] for name, value in EXPORT.findall(lines)}

    assert told.pop("CONTAAZUL_SYNC_HOME") == "$(mktemp"
    settings = load({"CONTAAZUL_SYNC_HOME": str(tmp_path), **told})
    settings.need_shop()
    assert settings.text("shop.kind") == ("woocommerce" if kind == "woocommerce" else "webstore")
    assert settings.from_files == ({"orders"} if kind == "files" else set())
    assert settings.text("credentials.backend") == "file"  # nothing of it gets into a keyring
    assert ("CONTAAZUL_SYNC_SHOP_TOKEN" in told) is (kind != "files")


def test_of_files_it_says_where_they_come_from(box, tmp_path):
    lines = "\n".join(practice.told("files", box))

    saved = {str(path.relative_to(tmp_path)) for path in practice.export(tmp_path / practice.FOLDER)}
    (named,) = re.findall(r"import (planilhas.*)$", lines, re.MULTILINE)
    assert set(named.split()) <= saved


@pytest.fixture
def environ(tmp_path):
    return {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}


def command(words, environ):
    done = Warm([str(PROGRAM), *words.split()], env=environ, text=True, **PIPES)
    with done as process:
        out, err = process.communicate("", timeout=SECONDS)
    return process.returncode, out, err


@pytest.mark.slow
def test_with_what_it_prints_a_merchant_signs_in_and_sends(environ, tmp_path):
    words = [str(PROGRAM), "sandbox", "--shop", "woocommerce", "--erp-port", "0", "--shop-port", "0"]
    with Warm(words, env=environ, text=True, **PIPES) as served:
        try:
            assert served.stdout is not None
            lines = ""
            for line in served.stdout:
                lines += line
                if "Look inside the shop" in line:
                    break
            told = {name: shlex.split(value)[0] for name, value in EXPORT.findall(lines)}
            environ |= told | {"CONTAAZUL_SYNC_HOME": str(tmp_path / "home")}
            with Warm([str(PROGRAM), "auth", "--no-browser"], env=environ, text=True, **PIPES) as auth:
                assert auth.stdout is not None
                address = auth.stdout.readline().strip()
                landed = approve(told["CONTAAZUL_SYNC_ERP__API_URL"], address)
                _, err = auth.communicate(landed + "\n", timeout=SECONDS)
            assert auth.returncode == 0, err
            assert command("send-products CANECA-IPE", environ)[0] == 0
            assert command("sync", environ)[0] in (0, 6)
            assert '"linked": 1' in command("status --json", environ)[1]
        finally:
            served.send_signal(signal.SIGTERM)
        _, err = served.communicate(timeout=10)
    assert served.returncode == 0
    assert "Nothing of it is kept." in err


@pytest.mark.slow
def test_enter_pays_an_order_and_one_ctrl_c_ends_it(environ):
    ours, theirs = pty.openpty()
    words = [str(PROGRAM), "sandbox", "--erp-port", "0", "--shop-port", "0"]
    with Warm(words, env=environ, stdin=theirs, stdout=theirs, stderr=theirs) as served:
        os.close(theirs)
        try:
            until(ours, "Enter: a buyer pays a new order in this shop: ")
            os.write(ours, b"\n")
            assert re.search(r"Order \d+ is paid: 1 x [\w-]+, R\$ \d+,\d\d\.", until(ours, "in this shop: "))
            served.send_signal(signal.SIGINT)
            assert served.wait(timeout=10) == 0
        finally:
            served.kill()
            os.close(ours)


def until(terminal, end):
    screen, deadline = "", time.monotonic() + 20
    while time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.1)[0]:
            screen += os.read(terminal, 65536).decode()
        if screen.endswith(end) and len(screen) > len(end) + 2:
            return screen
    raise AssertionError(screen)


@pytest.mark.slow
def test_a_port_that_is_taken_is_said_plainly(environ, box):
    port = box.erp_url.rsplit(":", 1)[1]

    code, _, err = command(f"sandbox --erp-port {port} --shop-port 0", environ)

    assert code == 3
    assert "--erp-port 8711" in err


@pytest.mark.slow
def test_the_shop_is_saved_as_spreadsheets(environ, tmp_path):
    code, out, _ = command(f"sandbox --export {tmp_path / 'saved'}", environ)

    assert code == 0
    assert f"{tmp_path / 'saved'}/painel/pedidos.csv" in out.splitlines()
    (tmp_path / "file").write_text("")
    code, _, err = command(f"sandbox --export {tmp_path / 'file'}", environ)
    assert code == 3
    assert "Traceback" not in err


def test_what_the_demo_needs_is_in_every_installation():
    from importlib.metadata import requires  # noqa: PLC0415

    always = [each for each in requires("contaazul-sync") or () if "extra ==" not in each]
    assert {"starlette", "uvicorn"} <= {re.split(r"[^\w-]", each)[0] for each in always}


def test_that_is_no_reason_for_a_run_of_cron_to_load_it():
    script = "import sys, contaazul_sync.cli.app as app; app.build(); print('starlette' in sys.modules)"
    python = PROGRAM.with_name("python")
    assert (
        subprocess.run([python, "-c", script], capture_output=True, text=True, check=True).stdout == "False\n"
    )
