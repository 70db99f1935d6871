"""`import` as a merchant meets it: files of the panel looked at, taken in, and sold by the next sync."""

import os
import time
from datetime import UTC, datetime

import pytest

from contaazul_sync.sandbox.sheets.export import DIALECTS, save
from tests.worlds.sheets import row, write
from tests.worlds.terminal import on_terminal

pytestmark = pytest.mark.slow


@pytest.fixture
def panel(terminal):
    box = terminal.sandbox
    box.shop.add_product("CANECA", "Caneca", "39.90", 10)
    address = {"shop__url": box.site_url, "shop__storefront_url": box.storefront_url, "shop__api_url": ""}
    terminal.configure(shop__orders="files", **address)
    terminal.be_signed_in()
    return terminal


def today(number=501, **changed):
    day = f"{datetime.now(UTC):%d/%m/%Y}"
    return row(number, created=day, updated=day, paid=day, **changed)


def test_a_file_is_taken_in_once_and_sold_by_the_next_sync(panel):
    file = write(panel.root / "pedidos.csv", [today()])

    taken, again = panel.run("import", str(file)), panel.run("import", str(file))
    assert panel.run("sync").returncode in (0, 6)

    assert (taken.returncode, again.returncode) == (0, 0), taken.stderr + again.stderr
    assert "Taken in: pedidos.csv: 1 order. Next: contaazul-sync sync" in taken.stderr
    assert "lies in the inbox already" in again.stderr
    assert file.exists()
    assert "was read on" in panel.run("import", str(file)).stderr
    told = panel.status()
    assert told["shop"]["files"]["missed_day"] is None
    assert told["shop"]["files"]["newest_at"]
    assert "its orders are read from files" in panel.run("doctor").stdout
    assert "Newest file of the shop:" in panel.run("status").stdout
    os.utime(file, (later := time.time() + 60, later))  # the panel told the same once more
    assert "Taken in: pedidos.csv" in panel.run("import", str(file)).stderr


def test_the_same_that_was_saved_again_is_taken_in_though_no_sync_has_read_the_first(panel):
    first, other = write(panel.root / "a.csv", [today()]), write(panel.root / "b.csv", [today(502)])
    last = write(panel.root / "c.csv", [today()])
    for minutes, file in enumerate((first, other, last), start=-3):
        os.utime(file, (then := time.time() + 60 * minutes, then))

    told = panel.run("import", *map(str, (first, other, last, last))).stderr

    assert told.count("Taken in") == 3
    assert "The file c.csv lies in the inbox already" in told


def test_a_file_that_is_no_table_is_told_and_the_other_is_taken(panel):
    bad, good = panel.root / "foto.csv", write(panel.root / "pedidos.csv", [today()])
    bad.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")

    ran = panel.run("import", str(bad), str(good))

    assert ran.returncode == 6
    assert "The file foto.csv cannot be read:" in ran.stderr
    assert [path.name for path in (panel.home / "inbox").iterdir()] == ["pedidos.csv"]


def test_check_shows_the_mapping_and_the_first_three_sales_and_takes_nothing_in(panel):
    file = write(panel.root / "pedidos.csv", [today(number) for number in range(501, 505)])

    ran = panel.run("import", "--check", str(file))

    assert ran.returncode == 0, ran.stderr
    assert 'total = "Total"' in ran.stdout
    assert [f"Order {number}" in ran.stdout for number in range(501, 505)] == [True, True, True, False]
    assert "sale, item 1: 2 x CANECA at R$ 39,90" in ran.stdout
    assert "Ana Exemplo" not in ran.stdout + ran.stderr
    assert not (panel.home / "inbox").exists()


def test_check_keeps_what_it_found_out_with_write_alone(panel):
    file = write(panel.root / "pedidos.csv", [today()])

    assert panel.run("import", "--write", str(file)).returncode == 2
    ran = panel.run("import", "--check", "--write", str(file))

    assert ran.returncode == 0, ran.stderr
    assert (panel.home / "mapping.toml").stat().st_mode & 0o777 == 0o600
    assert panel.run("import", str(file)).returncode == 0


def test_a_shop_that_is_not_read_from_files_says_how_to_begin(terminal):
    terminal.configure()
    file = write(terminal.root / "pedidos.csv", [today()])

    ran = terminal.run("import", str(file))

    assert ran.returncode == 2
    assert "contaazul-sync config set shop.orders files" in ran.stderr
    assert not (terminal.home / "inbox").exists()


def strange(panel):
    """An export of nobody's: two columns that may be the total, and a status that nobody knows."""
    told = today() | {"Valor": "R$ 91,80", "Situação": "Separando"}
    heads = [name for name in told if name not in ("Total", "Status", "Atualizado em")]
    return write(panel.root / "export.csv", [told], heads)


def test_what_is_not_sure_is_asked_for_and_never_guessed_where_nobody_answers(panel):
    ran = panel.run("import", "--check", "--write", str(strange(panel)))

    assert ran.returncode == 2
    assert "[statuses] Separando is not sure" in ran.stderr
    assert "Nobody can be asked here" in ran.stderr
    assert not (panel.home / "mapping.toml").exists()


def test_a_person_at_a_terminal_says_what_is_not_sure_and_that_is_kept(panel):
    file = strange(panel)
    output, code = on_terminal(panel, "import", "--check", "--write", str(file), typed=["paid"])

    assert code == 0, output
    assert 'separando = "paid"' in (panel.home / "mapping.toml").read_text("utf-8")
    assert panel.run("import", str(file)).returncode == 0


def test_files_that_belong_together_are_checked_together_and_make_one_mapping(panel):
    panel.sandbox.shop.order([("CANECA", 2)], shipping="12.00")
    saved = save(panel.sandbox.shop, DIALECTS["painel"], panel.root)
    orders, items = str(saved["pedidos"]), str(saved["itens"])

    ran = panel.run("import", "--check", "--write", orders, items)

    assert ran.returncode == 0, ran.stderr
    assert "sale, total: R$ 91,80" in ran.stdout
    assert f"Next: contaazul-sync import {orders} {items}" in ran.stderr.replace("\n", " ")
    assert panel.run("import", orders, items).returncode == 0
