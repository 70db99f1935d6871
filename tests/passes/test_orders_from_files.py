"""Whole passes of a shop whose orders come from its panel's files: each becomes one sale."""

import os
import shutil
from dataclasses import replace
from datetime import date, timedelta

import pytest

from contaazul_sync.core.errors import ConfigError
from contaazul_sync.core.items import Ignored, Kind
from contaazul_sync.home import profiles
from contaazul_sync.operate import filing
from contaazul_sync.passes.rebuild import rebuild
from contaazul_sync.passes.reconcile import reconcile
from contaazul_sync.shops.files.client import Files
from contaazul_sync.state.file import State
from contaazul_sync.tables import toml
from tests.worlds.sheets import product, row, write

pytestmark = pytest.mark.line("memory")


@pytest.fixture
def panel(linked):
    """A storefront with a product that is in the ERP, and orders in files."""
    job = linked("CANECA", "Caneca", 39.90, 50).use("storefront", orders=False)
    job.set(shop__orders="files")
    job.sync()
    job.inbox = filing.inbox(job.settings)
    return job


def export(job, name, *rows):
    return write(job.inbox.folder / name, rows)


def kept(job):
    return [each.name for each in job.inbox.kept()]


def test_an_order_in_a_file_becomes_a_sale_to_the_centavo_once(panel):
    export(panel, "pedidos.csv", row(501))

    panel.sync()
    panel.sync()

    assert len(panel.sales_of(501)) == 1
    assert panel.state.sales.of(["501"])["501"].total == 9180
    assert kept(panel) == ["pedidos.csv"]
    assert list(panel.inbox.folder.glob("*.csv")) == []


def test_a_kept_file_is_for_its_owner_alone(panel):
    export(panel, "pedidos.csv", row(501)).chmod(0o644)

    panel.sync()

    (each,) = panel.inbox.kept()
    assert each.path.stat().st_mode & 0o777 == 0o600
    assert panel.inbox.done.stat().st_mode & 0o777 == 0o700


def test_the_same_file_again_and_overlapping_exports_sell_nothing_twice(panel):
    export(panel, "a.csv", row(501))
    panel.sync()
    export(panel, "a-de-novo.csv", row(501))
    export(panel, "b.csv", row(501), row(502))
    panel.sync()
    panel.sync(minutes=24 * 60)

    assert [len(panel.sales_of(number)) for number in (501, 502)] == [1, 1]
    assert kept(panel) == ["a.csv", "b.csv"]
    assert not panel.inbox.waiting()


@pytest.mark.parametrize("written", ["000501", "#501", "# 0501", "501.0", "501,00", '="000501"'])
def test_a_number_that_a_spreadsheet_wrote_anew_is_the_same_order(panel, written):
    export(panel, "a.csv", row(written))
    panel.sync()
    export(panel, "aberto-no-excel.csv", row(501))
    panel.sync()
    panel.sync(minutes=24 * 60)

    assert len(panel.erp.sales) == len(panel.sales_of(501)) == 1


def test_a_later_export_with_the_order_cancelled_asks_for_attention(panel):
    export(panel, "a.csv", row(501))
    panel.sync()
    export(panel, "b.csv", row(501, status="Cancelado", updated="24/11/2026 18:00"))
    panel.sync()

    assert "cancelled in the shop after it became sale" in panel.failure("501")["reason"]
    assert len(panel.sales_of(501)) == 1


@pytest.mark.parametrize("is_sold", [True, False])
def test_a_cancelled_order_that_is_told_without_its_items_and_total_is_cancelled(panel, is_sold):
    export(panel, "a.csv", row(501, sku="CANECA" if is_sold else "NADA"))
    panel.sync()
    nothing = dict.fromkeys(("total", "Frete", "sku", "Produto", "quantity", "price"), "")
    export(panel, "b.csv", row(501, status="Cancelado", updated="24/11/2026 18:00", **nothing))
    ended = panel.sync().outcome

    if is_sold:
        assert "cancelled in the shop after it became sale" in panel.failure("501")["reason"]
    else:
        assert (ended, panel.failures_of(Kind.SALE)) == (0, {})


def test_an_older_export_never_undoes_a_newer_state(panel):
    export(panel, "novo.csv", row(501))
    panel.sync()
    export(panel, "velho.csv", row(501, status="Pendente", paid="", updated="24/11/2026 10:01"))
    panel.sync()
    panel.sync(minutes=24 * 60)

    assert panel.failures_of(Kind.SALE) == {}
    assert panel.state.orders.get("501").payment == "paid"


def test_an_older_export_of_an_order_that_is_not_sold_yet_does_not_stop_it(panel):
    export(panel, "novo.csv", row(501, sku="TIGELA"))
    panel.sync()
    export(panel, "velho.csv", row(501, sku="TIGELA", status="Cancelado", updated="24/11/2026 10:01"))
    panel.sync()
    assert panel.failures_of(Kind.SALE) == {"501": "waiting"}
    panel.shop.add_product("TIGELA", "Tigela", "39.90", 10)
    panel.sync(minutes=24 * 60)
    panel.choose("TIGELA")

    panel.sync()

    assert len(panel.sales_of(501)) == 1


def test_without_a_time_of_change_the_last_import_counts(panel):
    export(panel, "a.csv", row(501, status="Pendente", updated="", paid=""))
    panel.sync()
    assert panel.sales_of(501) == []
    export(panel, "b.csv", row(501, updated="", paid=""))

    panel.sync()
    panel.sync(minutes=24 * 60)

    assert len(panel.sales_of(501)) == 1
    assert panel.failures_of(Kind.SALE) == {}


def test_a_cancel_from_before_the_import_of_an_order_that_had_not_changed_yet_is_told(panel):
    export(panel, "a.csv", row(501, updated=""))
    panel.sync()
    export(panel, "b.csv", row(501, status="Cancelado", updated="24/11/2026 10:30"))
    panel.sync()

    assert "cancelled in the shop" in panel.failure("501")["reason"]


def test_a_change_from_before_the_import_is_told_when_the_panel_tells_its_times_at_last(panel):
    heads = [name for name in row() if name != "Atualizado em"]
    write(panel.inbox.folder / "a.csv", [row(501, status="Pendente", paid="")], heads)
    panel.sync()
    export(panel, "b.csv", row(501, updated="24/11/2026 10:30"))

    panel.sync()

    assert len(panel.sales_of(501)) == 1


@pytest.mark.parametrize("apart", [0, 30, 48 * 60])  # minutes
def test_an_older_export_undoes_no_cancel_though_a_file_without_times_came_between(panel, apart):
    heads = [name for name in row() if name != "Atualizado em"]
    cancelled = row(501, status="Cancelado", updated="24/11/2026 12:00")
    for order, (told, names) in enumerate([(cancelled, ()), (cancelled, heads), (row(501), ())]):
        os.utime(write(panel.inbox.folder / f"{order}.csv", [told], names), (order, order))
        if apart:
            panel.sync(minutes=apart)

    panel.sync()

    assert panel.sales_of(501) == []


def test_what_a_wrong_mapping_took_for_later_stops_no_order_once_it_is_corrected(panel):
    mapping, right = panel.settings.home / "mapping.toml", toml.written(toml.shipped("plain"))
    mapping.write_text(f'[file]\ndates = "mm/dd/aaaa"\n{right}', "utf-8")
    made = {"created": "11/10/2026 10:00", "updated": "11/10/2026 10:00"}
    export(panel, "a.csv", row(501, status="Pendente", paid="", **made))
    panel.sync()
    assert f"{panel.state.orders.get('501').updated_at:%d/%m}" == "10/11"
    mapping.write_text(right, "utf-8")
    export(panel, "b.csv", row(501, **made | dict.fromkeys(("updated", "paid"), "02/11/2026 10:00")))

    panel.sync()

    assert len(panel.sales_of(501)) == 1


@pytest.mark.parametrize("name", ["created", "paid", "updated"])
def test_an_order_of_a_day_after_the_file_came_is_held_and_goes_when_its_dates_are_read_right(panel, name):
    mapping, right = panel.settings.home / "mapping.toml", toml.written(toml.shipped("plain"))
    mapping.write_text(f'[file]\ndates = "mm/dd/aaaa"\n{right}', "utf-8")
    days = dict.fromkeys(("created", "paid", "updated"), "11/11/2026 10:00") | {name: "12/11/2026 10:00"}
    export(panel, "a.csv", row(501, **days))
    panel.sync()
    assert f"its {name} is later than the file came" in panel.failure("501")["reason"]
    mapping.write_text(right, "utf-8")

    panel.sync()

    assert len(panel.sales_of(501)) == 1


@pytest.mark.parametrize("told", ["12/12/2027 10:00", "ontem"])
@pytest.mark.parametrize("name", ["created", "paid", "updated"])
def test_an_order_whose_day_cannot_be_goes_when_a_later_file_tells_it_right(panel, name, told):
    export(panel, "a.csv", row(501, **{name: told}))
    panel.sync()
    assert panel.failures_of(Kind.SALE) == {"501": "held"}
    export(panel, "b.csv", row(501))

    panel.sync()

    assert len(panel.sales_of(501)) == 1


def test_a_cancel_is_told_though_a_file_before_had_a_day_that_cannot_be(panel):
    for name, changed in (
        ("a.csv", {}),
        ("b.csv", {"updated": "12/12/2027 10:00"}),
        ("c.csv", {"status": "Cancelado", "updated": "24/11/2026 11:00"}),
    ):
        export(panel, name, row(501, **changed))
        panel.sync()

    assert "cancelled in the shop" in panel.failure("501")["reason"]


@pytest.fixture
def moved(linked):
    """A shop whose orders came from its API, one of them sold, and come from files now."""
    job = linked("CANECA", "Caneca", 39.90, 50)
    job.order = str(job.shop.order([("CANECA", 2)]))
    job.sync()
    job.set(shop__orders="files")
    job.inbox = filing.inbox(job.settings)
    return job


def of_the_api(job, **changed):
    return row(job.order, **{"total": "79,80", "Frete": "0,00", **changed})


def test_a_cancel_is_told_of_an_order_that_the_api_told_before_though_no_row_says_when_it_changed(moved):
    export(moved, "a.csv", of_the_api(moved, updated=""))
    moved.sync()
    export(moved, "b.csv", of_the_api(moved, status="Cancelado", updated=""))
    moved.sync()

    assert "cancelled in the shop" in moved.failure(moved.order)["reason"]


def test_an_older_export_than_what_the_api_told_undoes_nothing_where_its_rows_say_when_they_changed(moved):
    never = of_the_api(moved, status="Cancelado", updated="")
    export(moved, "velho.csv", never, row(777, status="Pendente", updated="24/11/2026 10:30"))
    moved.sync()

    assert moved.failures_of(Kind.SALE) == {}


def test_the_api_has_the_word_again_when_the_orders_are_read_from_it_once_more(moved):
    export(moved, "a.csv", of_the_api(moved, updated=""))
    moved.sync()
    moved.set(shop__orders="api")
    moved.shop.cancel(int(moved.order))
    moved.sync()

    assert "cancelled in the shop" in moved.failure(moved.order)["reason"]


def test_an_older_export_of_which_first_rows_alone_are_filled_in_stops_no_order(panel):
    def two(**changed):
        first = row(501, sku="TIGELA", quantity=1, total="91,80", **changed)
        return first, dict.fromkeys(first, "") | {"Pedido": 501} | {
            name: first[name] for name in ("SKU", "Produto", "Quantidade", "Preço unitário")
        }

    export(panel, "novo.csv", *two())
    panel.sync()
    export(panel, "velho.csv", *two(status="Cancelado", updated="24/11/2026 10:01"))
    panel.sync()
    panel.shop.add_product("TIGELA", "Tigela", "39.90", 10)
    panel.sync(minutes=24 * 60)
    panel.choose("TIGELA")
    panel.sync()

    assert len(panel.sales_of(501)) == 1


def test_the_same_old_file_again_is_no_later_import_even_when_it_was_removed(panel):
    old = row(501, status="Pendente", updated="", paid="")
    export(panel, "a.csv", old)
    panel.sync()
    export(panel, "b.csv", row(501, updated="", paid=""))
    panel.sync()
    (first, _second) = panel.inbox.kept()
    written = first.path.stat().st_mtime
    panel.inbox.remove(first)
    os.utime(export(panel, "a.csv", old), (written, written))
    panel.sync()

    assert panel.state.orders.get("501").payment == "paid"
    assert kept(panel) == ["b.csv"]


def test_an_export_that_leaves_orders_out_says_nothing_of_them(panel):
    export(panel, "a.csv", row(501))
    panel.sync()
    export(panel, "b.csv", row(502))
    for _day in range(3):
        panel.sync(minutes=24 * 60)

    assert panel.failures_of(Kind.SALE) == {}
    assert panel.state.orders.get("501").gone_at is None


def test_a_bad_file_is_named_once_stays_and_stops_nothing_else(panel):
    bad = panel.inbox.folder / "foto.csv"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    export(panel, "bom.csv", row(501))

    panel.sync()
    since = panel.failure("file:foto.csv")["since"]
    report = panel.sync()

    assert len(panel.sales_of(501)) == 1
    failure = panel.failure("file:foto.csv")
    assert (failure["kind"], failure["since"]) == ("file", since)
    assert failure["reason"].startswith("the file foto.csv cannot be read:")
    assert "contaazul-sync import --check FILE" in failure["next_step"]
    assert bad.exists()
    assert report.outcome == 6


def test_a_bad_file_that_is_taken_away_or_left_alone_is_forgotten(panel):
    bad = panel.inbox.folder / "foto.csv"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    panel.sync()
    bad.unlink()

    assert panel.sync().outcome == 0
    assert panel.failures_of(Kind.SALE) == {}


def test_a_file_without_a_needed_column_names_it(panel):
    heads = [name for name in row() if name != "Total"]
    write(panel.inbox.folder / "pedidos.csv", [row(501)], heads)

    panel.sync()

    assert "Total" in panel.failure("file:pedidos.csv")["reason"]
    assert kept(panel) == []


def test_an_order_whose_rows_disagree_is_held_and_the_others_go_on(panel):
    export(panel, "pedidos.csv", row(501), row(501, total="99,00"), row(502))

    panel.sync()

    assert "rows disagree in total" in panel.failure("501")["reason"]
    assert len(panel.sales_of(502)) == 1


def test_an_order_whose_sum_does_not_add_up_is_held(panel):
    export(panel, "pedidos.csv", row(501, total="90,00"))

    panel.sync()

    assert panel.sales_of(501) == []
    assert panel.failures_of(Kind.SALE) == {"501": "held"}


def test_items_in_rows_of_their_own_are_one_sale_also_when_they_lie_apart(panel):
    first, other = row(501, quantity=1, total="91,80"), row(502)
    export(panel, "pedidos.csv", first, other, row(501, quantity=1, Produto="Caneca azul"))

    panel.sync()

    (sale,) = panel.sales_of(501)
    assert len(sale.items) == 2
    assert panel.state.sales.of(["501"])["501"].total == 9180


def test_a_status_that_nobody_said_the_meaning_of_holds_the_order(panel):
    export(panel, "pedidos.csv", row(501, status="Em análise"))

    panel.sync()

    assert "[statuses] of the mapping" in panel.failure("501")["next_step"]


@pytest.mark.parametrize(
    ("number", "why"),
    [("2,02611E+11", "its id (column Pedido, row 3): a spreadsheet has"), ("", "row 3 is of")],
)
def test_a_paid_order_whose_number_is_spoiled_or_missing_is_told_and_the_file_stays(panel, number, why):
    export(panel, "pedidos.csv", row(501), row(number))

    assert panel.sync().outcome == 6
    assert why in panel.failure("file:pedidos.csv")["reason"]
    export(panel, "pedidos.csv", row(501), row(502))
    assert panel.sync().outcome == 0
    assert [len(panel.sales_of(number)) for number in (501, 502)] == [1, 1]


def test_a_row_without_a_number_that_is_of_no_paid_order_stops_no_other(panel):
    sums = dict.fromkeys(row(), "") | {"Total": "91,80"}
    export(panel, "pedidos.csv", row(501), sums, row("", status="Pendente"))

    assert panel.sync().outcome == 0
    assert len(panel.sales_of(501)) == 1


def test_an_order_file_of_a_content_that_came_before_undoes_nothing_when_it_comes_after_a_newer_one(panel):
    quiet = [row(501, status="Pendente", updated="", paid="")]
    files = {"monday.csv": quiet, "wednesday.csv": [row(501, updated="", paid="")], "tuesday.csv": quiet}
    for name, days in zip(files, (3, 1, 2), strict=True):
        moment = (panel.clock() - timedelta(days=days)).timestamp()
        os.utime(export(panel, name, *files[name]), (moment, moment))
        panel.sync()

    assert panel.state.orders.get("501").payment == "paid"
    assert panel.failures_of(Kind.SALE) == {}
    assert kept(panel) == ["monday.csv", "wednesday.csv"]


def test_a_file_that_is_still_being_written_waits_for_the_next_run(panel, monkeypatch):
    export(panel, "pedidos.csv.part", row(501))
    path = export(panel, "outros.csv", row(502))
    begun = []

    async def grow(seconds):
        begun.append(seconds)
        *_, last = path.read_text("utf-8").splitlines()
        with path.open("a", encoding="utf-8") as file:  # the next row, whole: only its time tells
            file.write(last.replace("502", "503") + "\n")

    monkeypatch.setattr("tests.worlds.job.no_sleep", grow)
    panel.sync()

    assert (begun, kept(panel)) == ([2.0], [])
    assert panel.sales_of(501) == panel.sales_of(502) == []


def test_a_dry_run_and_reconcile_move_no_file(panel):
    export(panel, "pedidos.csv", row(501))

    report = panel.preview()

    assert [send.key for send in report.plan.orders] == ["501"]
    assert kept(panel) == []
    live, panel.state = panel.state, panel.state.read(panel.settings.state_file)
    panel._with_parts(reconcile)
    panel.state.close()
    panel.state = live
    assert len(panel.inbox.waiting()) == 1


def test_a_rebuild_finds_what_was_sold_in_the_kept_files(panel):
    export(panel, "pedidos.csv", row(501))
    panel.sync()
    panel.state.db.execute("DELETE FROM sales")
    panel.state.db.execute("DELETE FROM sends")

    found = panel._with_parts(rebuild)

    assert found.adopted.count == 1
    panel.sync()
    assert len(panel.sales_of(501)) == 1


@pytest.mark.parametrize("elsewhere", [False, True])
def test_what_was_made_after_the_newest_export_is_sent_by_itself_after_a_rebuild(panel, elsewhere):
    panel.set(shop__id="loja-k3f7")
    panel.state.notes.set("shop", "loja-k3f7")
    export(panel, "a.csv", row(501))
    panel.sync()
    if elsewhere:
        shutil.rmtree(panel.inbox.folder)
    panel.clock.move(hours=5)
    panel.state.close()
    panel.settings.state_file.unlink()
    panel.state = State.open(panel.settings.state_file)
    panel._with_parts(rebuild)
    paid = f"{panel.clock() - timedelta(hours=3, minutes=20):%d/%m/%Y %H:%M}"  # 20 minutes before, in Brazil
    export(panel, "b.csv", row(501), row(502, created=paid, paid=paid, updated=paid))
    panel.sync()

    assert len(panel.sales_of(502)) == (0 if elsewhere else 1)
    assert len(panel.sales_of(501)) == 1
    assert ("502" in panel.failures_of(Kind.SALE)) is elsewhere


@pytest.mark.parametrize(("total", "is_told"), [("R$ 91,80", False), ("R$ 96,80", True)])
def test_a_sale_that_was_met_before_its_order_was_exported_again_is_compared_with_it(panel, total, is_told):
    panel.set(shop__id="loja-k3f7")
    panel.state.notes.set("shop", "loja-k3f7")
    export(panel, "a.csv", row(501))
    panel.sync()
    shutil.rmtree(panel.inbox.folder)
    panel.state.close()
    panel.settings.state_file.unlink()
    panel.state = State.open(panel.settings.state_file)
    assert panel._with_parts(rebuild).adopted.count == 1  # on another machine
    freight = "12,00" if total == "R$ 91,80" else "17,00"
    export(panel, "b.csv", row(501, total=total, Frete=freight, updated="25/11/2026 11:00"))
    panel.sync()
    panel.sync(minutes=24 * 60)

    assert [*panel.failures_of(Kind.SALE)] == (["501"] if is_told else [])
    assert len(panel.sales_of(501)) == 1


def test_a_folder_outside_the_home_loses_no_file(panel, tmp_path):
    folder = tmp_path / "exports"
    panel.set(shop__files__folder=str(folder))
    write(folder / "pedidos.csv", [row(501)])

    panel.sync()
    panel.sync()

    assert len(panel.sales_of(501)) == 1
    assert (folder / "pedidos.csv").exists()
    assert kept(panel) == ["pedidos.csv"]


def test_a_folder_that_is_not_there_or_closed_is_told_and_prices_go_on(panel, tmp_path):
    panel.set(shop__files__folder=str(tmp_path / "nowhere"))
    panel.shop.change("CANECA", price="45.00")

    report = panel.sync()

    assert report.outcome == 6
    assert "no such file or folder" in panel.failure(f"file:{tmp_path / 'nowhere'}")["reason"]
    assert float(panel.erp.product("CANECA").price) == 45.0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read all")
def test_a_file_without_rights_is_told(panel):
    export(panel, "pedidos.csv", row(501)).chmod(0)

    panel.sync()

    assert "no right" in panel.failure("file:pedidos.csv")["reason"]


def test_an_order_that_waits_is_sent_out_of_the_newest_kept_file(panel):
    export(panel, "a.csv", row(501, sku="TIGELA", total="80,00"))
    export(panel, "b.csv", row(501, sku="TIGELA", updated="24/11/2026 11:00"))
    panel.sync()
    panel.shop.add_product("TIGELA", "Tigela", "39.90", 10)
    panel.sync(minutes=48 * 60)
    panel.choose("TIGELA")

    panel.sync(minutes=26 * 60)
    panel.sync(minutes=26 * 60)

    assert len(panel.sales_of(501)) == 1
    assert panel.state.sales.of(["501"])["501"].total == 9180


# What is kept, and for how long


def test_a_file_goes_when_it_is_sixty_days_old_and_its_orders_are_closed(panel):
    export(panel, "a.csv", row(501))
    export(panel, "b.csv", row(502, sku="NADA"))
    panel.sync()
    rules = panel.settings.rules(panel.clock().date())

    panel.clock.move(days=59, hours=23)
    filing.tidy(panel.settings, panel.state, rules, panel.clock())
    assert kept(panel) == ["a.csv", "b.csv"]
    panel.clock.move(days=1)
    filing.tidy(panel.settings, panel.state, rules, panel.clock())

    assert kept(panel) == ["b.csv"]
    assert "Ana Exemplo" not in "".join(p.read_text("utf-8") for p in panel.inbox.done.glob("*.removed"))


def test_a_list_of_products_stays_as_long_as_no_newer_one_tells_of_each(panel):
    panel.set(shop__catalogue="files")
    write(panel.inbox.folder / "a.csv", [product("CANECA")])
    panel.sync()
    write(panel.inbox.folder / "b.csv", [product("CANECA"), product("PRATO")])
    panel.sync()
    write(panel.inbox.folder / "c.csv", [product("PRATO", price="10,00")])
    panel.sync()

    panel.clock.move(days=61)
    filing.tidy(panel.settings, panel.state, panel.settings.rules(panel.clock().date()), panel.clock())

    assert kept(panel) == ["b.csv", "c.csv"]


def test_the_home_itself_is_no_folder_for_files(panel):
    panel.set(shop__files__folder=".")

    with pytest.raises(ConfigError, match="a folder of their own"):
        panel.sync()


@pytest.mark.parametrize(
    ("home", "folder", "is_good"),
    [
        ("profiles/b", "inbox", False),
        ("", "profiles/b/inbox", False),
        ("profiles/b", "profiles/a/inbox", False),
        ("profiles/b", "profiles/b/sheets", True),
        ("profiles/b", "../exports", True),
        ("", "sheets", True),
    ],
)
def test_a_profile_takes_no_files_out_of_the_home_of_another(panel, tmp_path, home, folder, is_good):
    main = tmp_path / "main"
    for each in ("profiles/a", "profiles/b"):
        (main / each).mkdir(parents=True)
    (main / "config.toml").touch()
    panel.set(shop__files__folder=str(main / folder))
    settings = replace(panel.settings, home=main / home)

    if is_good:
        assert filing.inbox(settings).folder == main / folder
    else:
        with pytest.raises(ConfigError, match="another profile"):
            filing.inbox(settings)


@pytest.mark.parametrize("linked_folder", ["profiles", "profiles/b"])
@pytest.mark.parametrize(
    ("folder", "is_good"), [("inbox", False), ("profiles/a/inbox", False), ("profiles/b/sheets", True)]
)
def test_a_profile_whose_home_is_a_link_takes_no_files_of_another_either(
    tmp_path, linked_folder, folder, is_good
):
    main = tmp_path / "main"
    for each in ("profiles/a", "profiles/b"):
        (main / each).mkdir(parents=True)
    (main / "config.toml").touch()
    (main / linked_folder).rename(tmp_path / "elsewhere")
    (main / linked_folder).symlink_to(tmp_path / "elsewhere")

    assert profiles.is_of_another(main / folder, main / "profiles/b") is not is_good


def test_two_profiles_read_one_folder_outside_of_both_homes(panel, tmp_path):
    folder = tmp_path / "exports"
    panel.set(shop__files__folder=str(folder))
    write(folder / "pedidos.csv", [row(501)])
    panel.sync()

    other = filing.shop(
        replace(panel.settings, home=tmp_path / "other"), panel.clock, filing.no_sleep, keeps=True
    )

    assert [each.name for each in other.shelf.inbox.waiting()] == ["pedidos.csv"]
    assert other.shelf.inbox.known() == {}


def test_half_a_copy_that_a_killed_run_left_goes(panel):
    export(panel, "a.csv", row(501))
    panel.sync()
    (panel.inbox.done / "20261124T170000000001Z.830ac894e257b8d2.a.csv.new").write_text("Ana", "utf-8")
    half, young = panel.inbox.folder / "b.csv.new", panel.inbox.folder / "c.csv.new"
    for path in (half, young):  # an `import` may be going on
        path.write_text("Ana", "utf-8")
    os.utime(half, (1, 1))

    filing.tidy(panel.settings, panel.state, panel.settings.rules(panel.clock().date()), panel.clock())

    assert len([*panel.inbox.done.iterdir()]) == len(kept(panel)) == 1
    assert (half.exists(), young.exists()) == (False, True)


def test_buyers_do_not_stay_when_the_shop_is_read_by_its_api_again(panel):
    export(panel, "a.csv", row(501, sku="NADA"))
    panel.sync()
    (panel.settings.home / "mapping.toml").write_text("none", "utf-8")
    panel.set(shop__orders="api", shop__catalogue="api")

    panel.clock.move(days=61)
    filing.tidy(panel.settings, panel.state, panel.settings.rules(panel.clock().date()), panel.clock())

    assert kept(panel) == []


def test_no_buyer_is_in_the_state_or_a_copy_of_it(panel, tmp_path):
    export(panel, "pedidos.csv", row(501))
    panel.sync()
    panel.state.backup(tmp_path / "copy.db")

    assert b"Ana Exemplo" not in (tmp_path / "copy.db").read_bytes()
    assert b"52998224725" not in (tmp_path / "copy.db").read_bytes()


def test_a_home_without_these_settings_makes_no_inbox(linked):
    job = linked("CANECA", "Caneca", 39.90, 50)
    job.sync()

    assert not (job.settings.home / "inbox").exists()


def test_a_stock_that_fell_for_orders_which_nobody_has_exported_yet_is_no_drift(panel):
    panel.shop.change("CANECA", stock=48)
    for _six_hours in range(3):
        panel.sync(minutes=6 * 60)
    assert panel.state.drifts.all(panel.clock()) == []
    export(panel, "pedidos.csv", row(501))
    for _six_hours in range(8):
        panel.sync(minutes=6 * 60)

    assert panel.state.drifts.all(panel.clock()) == []
    assert panel.erp.product("CANECA").stock == 48


APART = """
orders.id = "Pedido"
orders.status = "Status"
orders.created = "Data"
orders.shipping = "Frete"
orders.total = "Total"
orders.buyer_name = "Cliente"
orders.buyer_document = "CPF/CNPJ"
items = {order = "Nº", sku = "SKU", quantity = "Qtde", price = "Valor"}
statuses = {Pago = "paid"}
"""


@pytest.mark.parametrize("days", [0, 6])
def test_orders_of_one_file_take_their_items_out_of_another_that_may_come_days_later(panel, days):
    mapping = panel.settings.home / "mapping.toml"
    mapping.write_text(APART, "utf-8")
    os.utime(mapping, (1, 1))  # what was read by another one is read again for a day
    heads = ["Pedido", "Status", "Data", "Frete", "Total", "Cliente", "CPF/CNPJ"]
    write(panel.inbox.folder / "pedidos.csv", [row(501), row(502)], heads)
    panel.sync()
    assert "its items are in no file yet" in panel.failure("501")["reason"]
    for _day in range(days):
        panel.sync(minutes=24 * 60)
    item = {"SKU": "CANECA", "Qtde": 1, "Valor": "39,90"}
    export(panel, "itens.csv", {"Nº": 501} | item, {"Nº": 502} | item, {"Nº": 501} | item, {"Nº": 502} | item)

    panel.sync()

    assert [len(panel.sales_of(number)) for number in (501, 502)] == [1, 1]
    assert kept(panel) == ["pedidos.csv", "itens.csv"]
    assert panel.failures_of(Kind.SALE) == {}


def test_items_that_were_saved_before_others_and_come_later_are_not_believed(panel):
    mapping = panel.settings.home / "mapping.toml"
    mapping.write_text(APART, "utf-8")
    item = {"Nº": 501, "SKU": "CANECA", "Qtde": 2, "Valor": "39,90"}
    export(panel, "itens-novo.csv", item)
    panel.sync()
    old = export(panel, "itens.csv", item | {"Qtde": 1, "Valor": "79,80"})  # of the same sum
    day_before = (panel.clock() - timedelta(days=1)).timestamp()
    os.utime(old, (day_before, day_before))
    heads = ["Pedido", "Status", "Data", "Frete", "Total", "Cliente", "CPF/CNPJ"]
    write(panel.inbox.folder / "pedidos.csv", [row(501)], heads)

    panel.sync()

    (sale,) = panel.sales_of(501)
    assert [item.quantity for item in sale.items] == [2]


def test_a_corrected_mapping_reads_what_is_kept_again(panel):
    home = panel.settings.home
    export(panel, "pedidos.csv", row(501))
    export(panel, "outros.csv", row(502, status="Em separação"))
    panel.sync()
    assert panel.failures_of(Kind.SALE) == {"502": "held"}
    text = toml.written(toml.shipped("plain")).replace("[statuses]", '[statuses]\n"Em separação" = "paid"')
    (home / "mapping.toml").write_text(text, "utf-8")

    panel.sync()

    assert len(panel.sales_of(502)) == 1


def test_a_kept_file_that_cannot_be_read_any_more_is_told_until_it_can(panel):
    export(panel, "pedidos.csv", row(501))
    panel.sync()
    (each,) = panel.inbox.kept()
    whole = each.path.read_bytes()
    each.path.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    panel.sync()
    assert panel.failure("file:done/pedidos.csv")["kind"] == "file"
    each.path.write_bytes(whole)

    assert panel.sync(minutes=24 * 60).outcome == 0


def test_a_full_done_folder_is_told_and_the_order_is_sold_once_all_the_same(panel):
    (panel.settings.home / "inbox").mkdir(exist_ok=True)
    panel.inbox.done.write_text("in the way")
    export(panel, "pedidos.csv", row(501))
    panel.sync()
    panel.sync()

    assert panel.failures_of(Kind.SALE) != {}
    assert len(panel.sales_of(501)) <= 1
    panel.inbox.done.unlink()
    panel.sync()
    assert (len(panel.sales_of(501)), panel.failures_of(Kind.SALE)) == (1, {})


def test_an_ignored_file_is_left_alone(panel):
    bad = panel.inbox.folder / "foto.csv"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    panel.sync()
    panel.state.items.ignore(Kind.SALE, "file:foto.csv", Ignored("hidden"), panel.clock())

    assert (panel.sync().outcome, panel.sync().outcome) == (0, 0)


@pytest.mark.parametrize("good", [False, True])
def test_a_bad_file_is_told_though_another_of_its_name_was_ignored(panel, good):
    bad = panel.inbox.folder / "pedidos.csv"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    panel.sync()
    panel.state.items.ignore(Kind.SALE, "file:pedidos.csv", Ignored("hidden"), panel.clock())
    bad.unlink()
    if good:
        export(panel, "pedidos.csv", row(501))
    panel.sync()
    bad.write_text("Pedido;Total\n502;9", "utf-8")

    assert panel.sync().outcome == 6
    assert panel.failure("file:pedidos.csv")


def test_an_ignored_file_stays_ignored_while_its_folder_cannot_be_read(panel):
    bad = panel.inbox.folder / "foto.csv"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    panel.sync()
    panel.state.items.ignore(Kind.SALE, "file:foto.csv", Ignored("hidden"), panel.clock())
    aside = panel.inbox.folder.rename(panel.inbox.folder.with_name("away"))
    panel.inbox.folder.touch()
    assert panel.sync().outcome == 6
    panel.inbox.folder.unlink()
    aside.rename(panel.inbox.folder)

    assert panel.sync().outcome == 0


def test_orders_of_files_go_with_the_products_of_any_kind_of_shop(linked):
    job = linked("CANECA", "Caneca", 39.90, 50).use("woocommerce")
    job.set(shop__orders="files")
    write(filing.inbox(job.settings).folder / "pedidos.csv", [row(501)])
    job.shop.change("CANECA", price="45.00")
    job.sync()

    assert len(job.sales_of(501)) == 1
    assert float(job.erp.product("CANECA").price) == 45.0


def test_orders_of_the_api_are_asked_for_where_they_do_not_come_from_files(linked):
    job = linked("CANECA", "Caneca", 39.90, 50).use("storefront", orders=False)
    job.set(shop__orders="api")

    with pytest.raises(ConfigError, match="token is missing"):
        job.sync()


def test_older_orders_of_files_are_sent_when_somebody_asks_for_them(panel):
    old = dict.fromkeys(("created", "paid", "updated"), "30/10/2026 10:00")
    export(panel, "pedidos.csv", row(501, **old))
    panel.sync()
    assert panel.sales_of(501) == []

    panel.set(orders__since=date(2026, 10, 30))
    panel.sync(back_to=panel.clock() - timedelta(days=30))

    assert len(panel.sales_of(501)) == 1


def test_a_kept_file_that_is_taken_away_meanwhile_stops_no_other_order(panel, monkeypatch):
    panel.set(shop__files__folder=str(panel.settings.home.parent / "exports"))
    write(panel.settings.home.parent / "exports" / "pedidos.csv", [row(501, **{"CPF/CNPJ": ""}), row(502)])
    read, taken = Files.order, list[str]()

    async def taking(files, order_id):
        for path in files.shelf.inbox.done.iterdir():
            taken.append(path.name)
            path.unlink()
        return await read(files, order_id)

    monkeypatch.setattr(Files, "order", taking)
    ended = panel.sync().outcome
    monkeypatch.undo()

    assert (len(taken), ended) == (1, 6)
    panel.set(shop__files__folder="inbox")
    export(panel, "de-novo.csv", row(501), row(502))
    panel.sync()
    assert [len(panel.sales_of(number)) for number in (501, 502)] == [1, 1]
