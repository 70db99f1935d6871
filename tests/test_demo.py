"""The demo tells the truth, and so do the pages that a merchant reads."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from contaazul_sync import __version__
from contaazul_sync.cli import app as cli
from contaazul_sync.core import errors, exits
from contaazul_sync.home.settings import SETTINGS
from contaazul_sync.tables.fields import SECTIONS
from contaazul_sync.tables.toml import MEANINGS, read, shipped

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PORTUGUESE = (ROOT / "README.pt-BR.md").read_text(encoding="utf-8")
FILES_PAGES = [(ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("files.md", "files.pt-BR.md")]


def demo_of(shop: str, module: str) -> list[str]:
    """The lines of a demo that ends well, and whose claims hold."""
    command = [sys.executable, "-m", module, "demo", "--shop", shop]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=110, check=False)

    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    assert done.stderr == ""
    assert "Not as told" not in done.stdout
    return [line.strip("│ ") for line in done.stdout.splitlines()]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("shop", "module"),
    [
        ("webstore", "contaazul_sync"),
        ("storefront", "tests.worlds.warm_demo"),
        ("woocommerce", "tests.worlds.warm_demo"),
    ],
)
def test_the_demo_tells_the_whole_job_and_its_claims_hold(shop, module):
    told = demo_of(shop, module)

    for line in (
        "$ contaazul-sync auth --no-browser",
        "contaazul-sync: Signed in to Loja Azul (CNPJ 11.444.777/0001-61).",
        "$ contaazul-sync sync --dry-run",
        "not in the ERP yet: ECOBAG-CAJU",
        "ERP: product CADERNO-A5: price R$ 45,00, balance 74",
        "ERP: product CADERNO-A5: price R$ 49,50, balance 74",
        "the buyer gave no CPF or CNPJ",
        "9 paid orders: 8 are one sale each; 1 is held (no CPF)",
    ):
        assert line in told
    shown = "\n".join(told)
    assert re.search(r"CAM-LIS-G +7 +12", shown)
    assert re.search(r"order \d+, R\$ [\d.,]+: in doubt since", shown)
    assert re.search(r"ERP: received R\$ \d+,\d\d of sale \d+, fee R\$ \d,\d\d", shown)
    assert re.search(r"Received R\$ \d+,\d\d in \d parts? of \d orders?, less R\$ \d,\d\d of fees", shown)
    assert re.search(r"to receive +1/1", shown)


@pytest.mark.slow
def test_the_demo_of_a_shop_without_an_api_sells_what_two_exports_tell_to_the_centavo():
    told = demo_of("files", "tests.worlds.warm_demo")

    for line in (
        "$ contaazul-sync import --check --write pedidos-1.csv itens-1.csv",
        "$ contaazul-sync import pedidos-2.csv itens-2.csv",
        "cancelled in the shop after it became sale 1004",
        "6 paid orders are one sale each: R$ 1.456,74, to the centavo",
    ):
        assert line in told


@pytest.mark.slow
def test_a_reader_who_leaves_ends_the_demo_without_a_trace(tmp_path):
    command = [sys.executable, "-m", "contaazul_sync", "demo"]
    environ = os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ) as demo:
        assert demo.stdout is not None
        assert demo.stderr is not None
        demo.stdout.readline()
        demo.stdout.close()
        said = demo.stderr.read().decode()

    assert said == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_the_demo_can_be_stopped_in_the_middle_of_a_command(tmp_path):
    command = [sys.executable, "-m", "contaazul_sync", "demo"]
    environ = os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ) as demo:
        assert demo.stdout is not None
        while b"$ contaazul-sync sync --dry-run" not in demo.stdout.readline():
            assert demo.poll() is None
        demo.send_signal(signal.SIGTERM)
        said = demo.communicate(timeout=20)[1].decode()

    assert demo.returncode == exits.INTERRUPTED
    assert said == "\nThe demo was stopped. Nothing of it is left.\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("page", ["settings.md", "settings.pt-BR.md"])
def test_both_pages_of_settings_list_every_one_with_its_default(page):
    listed = settings_in((ROOT / "docs" / page).read_text(encoding="utf-8"))

    assert listed == {
        name: str(default) if default not in ("", None) else "-" for name, (_, default) in SETTINGS.items()
    }
    for readme in (README, PORTUGUESE):
        assert settings_in(readme).items() <= listed.items()
        assert len(settings_in(readme)) > 5
        assert f"docs/{page}" in README + PORTUGUESE


def settings_in(page: str) -> dict[str, str]:
    """The settings of a page's table, with their defaults."""
    rows = re.findall(r"^\| `([a-z_]+(?:\.[a-z_]+)*)` \| (\S+) \|", page, re.MULTILINE)
    return {name: default.strip("`") for name, default in rows}


def test_the_readme_lists_every_exit_code():
    ours = {error.exit_code for error in _family(errors.SyncError)}
    for readme in (README, PORTUGUESE):
        listed = {int(code) for code in re.findall(r"^\| (\d+) \|", readme, re.MULTILINE)}

        assert listed == ours | {exits.OK, exits.LOOK, exits.INTERRUPTED} | {2}  # 2 is typer's own: usage


def test_the_portuguese_readme_names_commands_that_there_are():
    commands = re.findall(r"contaazul-sync ([a-z][a-z-]+)", PORTUGUESE)

    assert set(commands) <= {*cli.COMMANDS, "config"}


def test_the_readme_can_be_read_in_one_go():
    assert len(README.splitlines()) <= 120
    assert len(PORTUGUESE.splitlines()) <= 120


def test_both_readmes_install_by_lines_that_bring_what_the_pages_promise():
    for readme in (README, PORTUGUESE):
        lines = re.findall(r"^    (pipx install .*)$", readme, re.MULTILINE)

        assert len(lines) == 3  # from git, from a wheel, from a copy
        assert all("[alerts,xlsx]" in line for line in lines)
        assert f"contaazul_sync-{__version__}-py3-none-any.whl" in readme


def test_the_pages_link_to_files_that_are_there():
    for page in (*ROOT.glob("README*.md"), ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\((?!https?://)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_page_on_files_shows_a_mapping_that_can_be_used_in_both_languages():
    shown = [re.findall(r"^```toml\n(.*?)^```", page, re.MULTILINE | re.DOTALL) for page in FILES_PAGES]
    english, portuguese = (read("mapping.toml", mapping) for (mapping,) in shown)

    assert english == portuguese
    assert set(english.statuses.values()) == set(MEANINGS)


def test_the_page_on_files_names_every_field_of_a_mapping():
    fields = {name for section in SECTIONS.values() for name in section}

    for page in FILES_PAGES:
        assert fields <= set(re.findall(r"\b([a-z_]+)\b", page))


def test_the_page_on_files_names_every_column_of_the_plain_mapping():
    plain = shipped("plain").sections
    columns = {name for part in ("orders", "items") for each in plain[part].values() for name in each.names}

    for page in FILES_PAGES:
        rows = re.findall(r"^\| (`.*?) \|", page, re.MULTILINE)
        assert {name for row in rows for name in re.findall(r"`(.*?)`", row)} == columns


def test_no_request_for_an_invoice_is_in_the_code():
    paths = re.compile(r"/v1/(notas|nfe|nfse|nota)|notas[-_]fiscais|/invoices?\b", re.IGNORECASE)
    found = [
        f"{file.name}: {line.strip()}"
        for file in sorted((ROOT / "contaazul_sync").rglob("*.py"))
        for line in file.read_text(encoding="utf-8").splitlines()
        if paths.search(line)
    ]

    assert found == []


def _family(kind: type[errors.SyncError]) -> Iterator[type[errors.SyncError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _family(child)
