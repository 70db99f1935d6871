"""A gateway's statement, read as its mapping says."""

import csv
import io
import re
import tracemalloc
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from contaazul_sync.core.statements import Entry, Meaning, Misfit, Record, Totals
from contaazul_sync.tables import statements
from contaazul_sync.tables.bad import BadFile
from contaazul_sync.tables.toml import MappingError

CELL = st.one_of(
    st.sampled_from(
        ["", "release", "total", "payment", "0.00", "99.90", "-4.79", "2026-11-10", "8,81E+10", "=1+1"]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)
DOCS = Path(__file__).resolve().parents[2] / "docs"
SHIPPED = statements.shipped("mercado_pago")
HEADS = (
    "DATE,SOURCE_ID,EXTERNAL_REFERENCE,RECORD_TYPE,DESCRIPTION,NET_CREDIT_AMOUNT,NET_DEBIT_AMOUNT,"
    "GROSS_AMOUNT,MP_FEE_AMOUNT,FINANCING_FEE_AMOUNT,SHIPPING_FEE_AMOUNT,TAXES_AMOUNT,COUPON_AMOUNT,"
    "INSTALLMENTS,PAYMENT_METHOD"
)
PAID = (
    "2026-11-10T15:07:53.000-04:00,88000000001,88123,release,payment,94.61,0.00,99.90,"
    "-4.79,0.00,0.00,-0.50,0.00,1,pix"
)
OWN = """
[statement]
order = "Pedido"
date = "Data"
gross = "Bruto"
fee = "-Tarifa"
"""


def saved(folder: Path, *rows: str, heads: str = HEADS, end: str = "\n") -> Path:
    path = folder / "statement.csv"
    path.write_text("\n".join([heads, *rows]) + end, encoding="utf-8")
    return path


def in_excel(folder: Path, row: list[Any]) -> Path:
    path, book = folder / "statement.xlsx", Workbook()
    sheet: Any = book.active
    sheet.append(HEADS.split(","))
    sheet.append(row)
    book.save(path)
    return path


def read(path: Path, mapping: statements.Statement = SHIPPED) -> list[Entry]:
    return list(mapping.entries(path))


def own(text: str) -> statements.Statement:
    return statements.read("own.toml", text)


def test_a_row_of_a_release_report_is_read(tmp_path):
    assert read(saved(tmp_path, PAID)) == [
        Entry(
            number=2,
            record=Record.ROW,
            meaning=Meaning.SALE,
            kind="payment",
            at=datetime(2026, 11, 10, 19, 7, 53, tzinfo=UTC),
            transaction="88000000001",
            reference="88123",
            gross=9990,
            fee=-529,
            net=9461,
        )
    ]


def test_semicolons_are_read_too(tmp_path):
    semicolons = saved(tmp_path, PAID.replace(",", ";"), heads=HEADS.replace(",", ";"))

    assert read(semicolons)[0].net == 9461


def test_the_day_is_that_of_brazil_whatever_the_offset_says(tmp_path):
    late = read(saved(tmp_path, PAID.replace("T15:07:53.000-04:00", "T23:30:00.000-04:00")))[0]

    assert late.day == date(2026, 11, 11)


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("payment", Meaning.SALE),
        ("refund", Meaning.BACK),
        ("chargeback", Meaning.BACK),
        ("payout", Meaning.NONE),
        ("reserve_for_refund", Meaning.NONE),
        ("RESERVE_FOR_DEBT_PAYMENT", Meaning.NONE),
        ("shipping_refund", Meaning.BACK),
        ("shipping_cancel", Meaning.NONE),
        ("moon_phase", Meaning.UNKNOWN),
        ("", Meaning.UNKNOWN),
    ],
)
def test_the_kinds_of_a_release_report_are_known(tmp_path, word, meaning):
    assert read(saved(tmp_path, PAID.replace("payment", word)))[0].meaning is meaning


@pytest.mark.parametrize(
    ("word", "record"),
    [
        ("initial_available_balance", Record.OPENING),
        ("total", Record.CLOSING),
        ("subtotal", Record.SKIP),
        ("block", Record.HELD),
    ],
)
def test_balances_are_no_rows(tmp_path, word, record):
    assert read(saved(tmp_path, PAID.replace("release,payment", f"{word},")))[0].record is record


def test_a_row_of_sums_is_read_though_it_begins_with_total(tmp_path):
    total = ",,,total,,94.61,,,,,,,,,"

    assert [each.record for each in read(saved(tmp_path, PAID, total))] == [Record.ROW, Record.CLOSING]


def test_a_record_that_nobody_knows_refuses_the_file(tmp_path):
    with pytest.raises(
        BadFile, match="row 2 is a record lunar, which the mapping Mercado Pago does not know"
    ):
        read(saved(tmp_path, PAID.replace("release", "lunar")))


def test_a_missing_column_is_named(tmp_path):
    with pytest.raises(BadFile, match=r"lacks the columns TAXES_AMOUNT, NET_DEBIT_AMOUNT.*into the report"):
        read(saved(tmp_path, heads=HEADS.replace("TAXES_", "X_").replace("NET_DEBIT_", "Y_")))


def test_a_file_that_is_cut_in_half_is_refused(tmp_path):
    with pytest.raises(BadFile, match="cut in half"):
        read(saved(tmp_path, PAID, PAID[:60], end=""))


def test_decimals_behind_a_comma_are_no_others(tmp_path):
    brazilian = PAID.replace(",", ";").replace("99.90", "99,90")

    with pytest.raises(
        BadFile, match=r"its gross \(column GROSS_AMOUNT, row 2\): its decimals stand behind a comma"
    ):
        read(saved(tmp_path, brazilian, heads=HEADS.replace(",", ";")))


def test_an_id_that_a_spreadsheet_has_rounded_is_refused(tmp_path):
    spoiled = PAID.replace(",", ";").replace("88000000001", "8,81E+10")

    with pytest.raises(BadFile, match=r"its id \(column SOURCE_ID, row 2\): a spreadsheet has rounded it"):
        read(saved(tmp_path, spoiled, heads=HEADS.replace(",", ";")))


def test_a_day_that_is_none_is_named(tmp_path):
    with pytest.raises(BadFile, match=r"its date \(column DATE, row 2\)"):
        read(saved(tmp_path, PAID.replace("2026-11-10T15:07:53.000-04:00", "10 de novembro")))


def test_a_mapping_of_the_merchants_own_is_read(tmp_path):
    path = saved(tmp_path, "88123;10/11/2026;99,90;5,29", heads="Pedido;Data;Bruto;Tarifa")
    (entry,) = read(path, own(OWN))

    assert (entry.gross, entry.fee, entry.net, entry.meaning) == (9990, -529, 9461, Meaning.SALE)


def test_the_fee_follows_from_gross_and_net(tmp_path):
    path = saved(tmp_path, "88123;10/11/2026;99,90;94,61", heads="Pedido;Data;Bruto;Líquido")
    (entry,) = read(path, own(OWN.replace('fee = "-Tarifa"', 'net = "Líquido"')))

    assert (entry.gross, entry.fee, entry.net) == (9990, -529, 9461)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it needs [statement]"),
        (OWN.replace("order =", "# "), "[statement] order: it is missing"),
        (OWN.replace("fee =", "# "), "[statement] fee: it is missing"),
        (OWN.replace("date =", "# "), "[statement] date: it is missing"),
        (OWN.replace("gross", "gros"), "[statement] gros: no such key is known; is gross meant?"),
        (OWN + 'kind = "Tipo"', "[statement] kind: it goes with the section kinds"),
        (OWN + '[records]\na = "row"', "[statement] record: it goes with the section records"),
        (OWN + 'kind = "Tipo"\n[kinds]\na = "sales"', "[kinds] a: it has to be one of: sale, back, none"),
        (OWN + "[orders]", "orders: no such key is known"),
        ("[statement", "is not valid TOML"),
    ],
)
def test_what_is_wrong_with_a_mapping_is_named(text, why):
    with pytest.raises(MappingError) as error:
        own(text)

    assert why in error.value.message


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELL, min_size=15, max_size=15), min_size=1, max_size=3))
def test_whatever_stands_in_a_statement_it_is_read_or_refused(tmp_path, rows):
    text = io.StringIO(newline="")
    csv.writer(text).writerows([HEADS.split(","), *rows])
    path = tmp_path / "statement.csv"
    path.write_text(text.getvalue(), encoding="utf-8")
    try:
        entries = list(Totals().checked(SHIPPED.entries(path)))
    except (BadFile, Misfit):
        return

    assert all(entry.gross + entry.fee + entry.interest == entry.net for entry in entries if entry.moves)


@pytest.mark.parametrize("page", ["money.md", "money.pt-BR.md"])
def test_the_mapping_that_the_docs_show_is_one(page):
    (shown,) = re.findall(r"```toml\n(.+?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)
    mapping = own(shown)

    assert mapping.kinds.of("ESTORNO parcial") is Meaning.BACK
    assert mapping.records.of("Lançamento") is Record.ROW


@pytest.mark.slow
def test_a_statement_is_read_row_by_row(tmp_path):
    long = saved(tmp_path, *[PAID.replace("88123", str(number)) for number in range(4000)])
    entries = SHIPPED.entries(long)
    next(entries)
    tracemalloc.start()
    try:
        assert sum(1 for _entry in entries) == 3999
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 1_000_000  # bytes; the file has as many


def test_a_statement_of_excel_is_read_alike(tmp_path):
    cells = PAID.split(",")
    numbers = [float(cell) for cell in cells[5:13]]
    path = in_excel(tmp_path, [cells[0], int(cells[1]), int(cells[2]), *cells[3:5], *numbers, *cells[13:]])

    assert read(path) == read(saved(tmp_path, PAID))


def test_an_id_with_more_digits_than_a_spreadsheet_keeps_is_refused(tmp_path):
    cells = PAID.split(",")
    path = in_excel(tmp_path, [cells[0], 8800000000012345678, *cells[2:]])

    with pytest.raises(BadFile, match="a spreadsheet has rounded it"):
        read(path)
