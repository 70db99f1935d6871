"""Files of Excel: the same rows as of a CSV, with what Excel knows better, and what it has spoiled."""

import sys
import zipfile
from datetime import date, datetime, time
from decimal import Decimal

import openpyxl
import pytest

from contaazul_sync.home.extras import to_add
from contaazul_sync.tables import book, values
from contaazul_sync.tables.bad import BadFile
from contaazul_sync.tables.reading import heads, lines
from contaazul_sync.tables.shape import Shape, look

HEADS = ["Pedido", "Data", "Total", "EAN"]


@pytest.fixture
def file(tmp_path):
    """A workbook with these sheets."""

    def make(**sheets):
        workbook = openpyxl.Workbook()
        workbook.remove(workbook.worksheets[0])
        for name, rows in sheets.items():
            sheet = workbook.create_sheet(name)
            for row in rows:
                sheet.append(row)
        path = tmp_path / "pedidos.xlsx"
        workbook.save(path)
        return path

    return make


def read(path):
    return [line.cells for line in lines(path, look(path))]


def rewritten(path, member, old, new):
    """The same file with something else in one of its parts."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old in parts[member]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content.replace(old, new) if name == member else content)
    return path


def why(path):
    with pytest.raises(BadFile) as raised:
        read(path)
    return raised.value.message


def test_a_workbook_is_read_like_a_csv(file):
    path = file(Pedidos=[HEADS, [1001, datetime(2026, 11, 25, 14, 30), 1234.56, "7891234567895"]])  # noqa: DTZ001

    assert look(path) == Shape(sheet="Pedidos")
    assert heads(path, look(path)) == tuple(HEADS)
    [cells] = read(path)
    assert cells == dict(zip(HEADS, ["1001", "2026-11-25 14:30:00", "1234.56", "7891234567895"], strict=True))
    assert values.amount(cells["Total"], comma=True) == 123456
    assert values.moment(cells["Data"]).hour == 14


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (79.90000000000001, "79.9"),
        (0.1 + 0.2, "0.3"),
        (0.00001, "0.00001"),
        (-5, "-5"),
        (7891234567895, "7891234567895"),
        (7891234567895.0, "7891234567895"),
        (12345678901234567, "1.23456789012346E+16"),
        (True, "1"),
        (None, ""),
        (date(2026, 11, 25), "2026-11-25"),
        (time(14, 30), "14:30:00"),
        ("1.234,56", "1.234,56"),
    ],
)
def test_a_value_has_the_digits_that_a_person_sees(value, told):
    assert book.text(value) == told


def test_a_number_of_more_digits_than_excel_keeps_is_told(file):
    [cells] = read(file(Pedidos=[HEADS, [12345678901234567, None, 1, 1]]))

    with pytest.raises(ValueError, match="rounded"):
        values.word(cells["Pedido"])


def test_a_number_and_a_text_of_one_column_are_each_read_as_they_are_written(file):
    first, second = read(file(Pedidos=[HEADS, [1, None, 1.234, None], [2, None, "1.234", None]]))

    assert values.quantity(first["Total"], comma=True) == Decimal("1.234")
    assert values.quantity(second["Total"], comma=True) == Decimal(1234)


def test_a_formula_counts_as_what_it_came_to(file):
    path = file(Pedidos=[HEADS, [1, None, "=2*5", None]])
    rewritten(path, "xl/worksheets/sheet1.xml", b"<f>2*5</f><v />", b"<f>2*5</f><v>10</v>")

    assert read(path)[0]["Total"] == "10"


def test_a_formula_that_nobody_has_worked_out_is_told_and_not_empty(file):
    [cells] = read(file(Pedidos=[HEADS, [1, None, "=2*5", None]]))

    with pytest.raises(ValueError, match="formula"):
        values.amount(cells["Total"])


def test_the_first_sheet_with_a_table_is_read_and_titles_and_blank_rows_are_passed_over(file):
    rows = [["Relatório de pedidos"], [], HEADS, [1, None, 5, None], [], [2, None, 6, None]]
    path = file(Capa=[["Papelaria Exemplo"]], Pedidos=rows)

    assert look(path) == Shape(sheet="Pedidos", header_row=3)
    assert [line.number for line in lines(path, look(path))] == [4, 6]


def test_a_size_that_a_program_has_written_wrong_hides_nothing(file):
    path = file(Pedidos=[HEADS, [1, None, 5, None]])
    rewritten(path, "xl/worksheets/sheet1.xml", b'<dimension ref="A1:D2" />', b'<dimension ref="A1" />')

    assert read(path)[0]["Total"] == "5"


def test_a_sheet_that_is_not_there_is_told(file):
    path = file(Pedidos=[HEADS])

    with pytest.raises(BadFile, match="no sheet Vendas"):
        heads(path, Shape(sheet="Vendas"))


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.95])
def test_a_workbook_that_is_cut_in_half_is_told(file, kept):
    path = file(Pedidos=[HEADS, [1, None, 5, None]])
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept)])

    assert "ends too early" in why(path)


def test_a_sheet_that_is_damaged_within_is_told(file):
    path = file(Pedidos=[HEADS, [1, None, 5, None]])
    rewritten(path, "xl/worksheets/sheet1.xml", b"</sheetData>", b"<oh")

    assert "damaged" in why(path)


def test_a_workbook_without_a_table_is_told(file):
    assert "no table" in why(file(Capa=[["Papelaria Exemplo"]]))


def test_another_kind_of_archive_is_told(tmp_path):
    path = tmp_path / "pedidos.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")

    assert "no file of Excel" in why(path)


def test_a_workbook_that_unpacks_to_far_too_much_is_not_unpacked(file, monkeypatch):
    monkeypatch.setattr(book, "LARGEST", 1000)

    assert "too large" in why(file(Pedidos=[HEADS]))


def test_a_workbook_whose_texts_do_not_fit_into_memory_is_told(file, monkeypatch):
    path = file(Pedidos=[HEADS])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/sharedStrings.xml", "<sst>" + "<si><t>x</t></si>" * 10 + "</sst>")
    monkeypatch.setattr(book, "MOST_MEMORY", 1600)
    assert "too large" in why(path)

    monkeypatch.setattr(book, "MOST_MEMORY", 1700)
    assert read(path) == []


def test_without_the_extra_it_says_what_to_install(file, monkeypatch):
    path = file(Pedidos=[HEADS])
    monkeypatch.setitem(sys.modules, "openpyxl", None)

    assert to_add("openpyxl") in why(path)
