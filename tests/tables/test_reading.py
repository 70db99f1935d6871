"""Files as panels, Excel and LibreOffice write them; and those that cannot be read, each with a sentence."""

import csv
import io
import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contaazul_sync.tables.bad import BadFile
from contaazul_sync.tables.reading import heads, lines
from contaazul_sync.tables.shape import SAMPLE, WIDEST, Shape, look
from tests.worlds.samples import briefly

ROWS = [
    ["Pedido", "Situação", "Cliente", "Observação", "Total"],
    ["1001", "Pago", "Zulmira Exemplo", "tocar a campainha;\nnão há porteiro", "1.234,56"],
    ["1002", "Cancelado", "Anápio de Teste", 'disse "obrigado", e saiu', "79,90"],
]
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "cp1252"]


def table(rows=ROWS, separator=";", end="\r\n", quoting=csv.QUOTE_MINIMAL):
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator=end, quoting=quoting).writerows(rows)
    return text.getvalue()


@pytest.fixture
def file(tmp_path):
    """A file with these bytes, or this text."""

    def make(content, name="pedidos.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return make


def read(path):
    return [list(line.cells.values()) for line in lines(path, look(path))]


def why(path):
    with pytest.raises(BadFile) as raised:
        read(path)
    return raised.value.message


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", [*ENCODINGS, "utf-16-le", "utf-16-be"])
def test_every_encoding_and_separator_is_found_out(file, encoding, separator):
    path = file(table(separator=separator).encode(encoding))

    assert heads(path, look(path)) == tuple(ROWS[0])
    assert read(path) == ROWS[1:]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_breaks_and_separators_within_quotes_are_text(file, end):
    path = file(table(end=end, quoting=csv.QUOTE_ALL))

    assert [line.cells["Observação"] for line in lines(path, look(path))] == [row[3] for row in ROWS[1:]]


def test_a_row_has_the_number_that_a_spreadsheet_gives_it(file):
    path = file(table([["Relatório de pedidos"], [], *ROWS[:2], [], *ROWS[2:]]))

    assert look(path).header_row == 3
    assert [line.number for line in lines(path, look(path))] == [4, 6]


@pytest.mark.parametrize(
    "above",
    [
        [["Relatório de pedidos", "", "", "", ""]],
        [["Período:", "01/11/2026 a 30/11/2026"], ["Gerado em", "30/11/2026 10:00"]],
        [["Loja", "Papelaria Exemplo"], []],
    ],
)
def test_what_stands_above_the_heads_is_passed_over(file, above):
    path = file(table([*above, *ROWS]))

    assert look(path).header_row == len(above) + 1
    assert read(path) == ROWS[1:]


def test_excels_own_first_row_says_the_separator(file):
    path = file("sep=|\r\n" + table(separator="|"))

    assert look(path).separator == "|"
    assert read(path) == ROWS[1:]


def test_decimal_commas_do_not_make_a_table_of_commas(file):
    path = file(table([["Pedido", "Frete", "Total"], *[[str(n), "10,00", "79,90"] for n in range(9)]]))

    assert look(path) == Shape("utf-8", ";", 1)


def test_the_letters_of_a_file_are_told_by_its_last_byte_too(file):
    rows = [["Pedido", "Cliente"], *[[str(n), "x" * 60] for n in range(SAMPLE // 60)], ["99999", "São José"]]

    assert look(file(table(rows).encode("cp1252"))).encoding == "cp1252"
    assert look(file(table(rows).encode("utf-8"))).encoding == "utf-8"
    assert read(file("Pedido;Nome\n1;José".encode("cp1252"))) == [["1", "José"]]


def test_columns_of_the_same_name_and_of_none_have_names_of_their_own(file):
    path = file("Pedido;Nome;Nome;;Total\n1;Zulmira Exemplo;Caneca;x;5,00\n")

    assert heads(path, look(path)) == ("Pedido", "Nome", "Nome (2)", "(4)", "Total")


def test_cells_are_fit_to_keep_and_have_no_space_around_them(file):
    path = file("Pedido;Nome\n 1 ; Zulmira\x1b[31m\x07 Exemplo\u2028\n")

    assert read(path) == [["1", "Zulmira [31m  Exemplo"]]


def test_a_row_that_is_shorter_or_ends_with_separators_is_read(file):
    path = file("Pedido;Nome;Nota\n1;Zulmira\n2;Anápio;;;;\n3;Eudóxia;x\n")

    assert read(path) == [["1", "Zulmira", ""], ["2", "Anápio", ""], ["3", "Eudóxia", "x"]]


def test_the_row_that_adds_up_the_others_is_none_of_them(file):
    path = file("Pedido;Nome;Total\n1;Zulmira;5,00\nTotal;Anápio;5,00\n;;\nTOTAL GERAL:;;\n")

    assert read(path) == [["1", "Zulmira", "5,00"], ["Total", "Anápio", "5,00"]]


@pytest.mark.parametrize("said", ["Total de pedidos: 12", "12 registros encontrados", "Totais:"])
def test_a_row_that_says_how_many_there_are_is_none_of_them(file, said):
    assert read(file(f"Pedido;Nome;Total\n1;Zulmira;5,00\n{said};;\n")) == [["1", "Zulmira", "5,00"]]


def test_heads_that_stand_again_where_two_exports_were_put_into_one_file_are_no_row(file):
    one = "Pedido;Nome;Total\n1;Zulmira;5,00\n"

    assert read(file(f"{one}\ufeff{one}")) == [["1", "Zulmira", "5,00"]] * 2


def test_a_table_without_rows_is_one(file):
    assert read(file("Pedido;Nome;Total\n")) == []


def test_a_file_without_an_end_of_line_at_its_end_is_whole(file):
    assert read(file(table().rstrip())) == ROWS[1:]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize(
    "left", ["1001;Pago;Zulm", '1001;Pago;Zulmira;"tocar a', '1001;Pago;Zulmira;"tocar a\r\n']
)
def test_a_file_that_is_cut_in_half_is_told_and_not_read(file, encoding, left):
    whole = table([ROWS[0], ["1000", "Pago", "Anápio", "", "5,00"]])

    assert "cut in half" in why(file((whole + left).encode(encoding)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_file_that_is_cut_within_a_letter_is_told(file, encoding):
    content = (table(ROWS[:2]) + "1002;Pago;João Açaí;;5,00").encode(encoding)
    cut = content[: content.rindex("ç".encode(encoding.replace("16", "16-le"))) + 1]

    assert "cut in half" in why(file(cut))


def test_a_file_that_grows_while_it_is_read_is_told(file):
    path = file(table())
    reading = lines(path, look(path))
    next(reading)
    with path.open("a") as more:
        more.write("1003;Pago;Eudóxia;;1,00\r\n")

    with pytest.raises(BadFile, match="still being written"):
        list(reading)


def test_a_separator_in_a_text_without_quotes_is_told_with_its_row(file):
    assert "row 3 has more cells" in why(file("Pedido;Nome;Total\n1;Zulmira;5,00\n2;Anápio; o outro;5,00\n"))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n", "empty"),
        (b"%PDF-1.7 x", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), r"old kind (.xls)"),
        (b"<html><table><tr><td>Pedido</td></tr></table></html>", "web page"),
        (b"\xef\xbb\xbf <TABLE border=1>", "web page"),
        (b"PK\x03\x04" + bytes(50), "damaged"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "no table"),
        (b"uma carta e mais nada", "no table"),
        (b'{"orders": [1, 2, 3]}', "no table"),
        (b"1;2;3\n4;5;6\n", "no table"),
        (b"Pedido\n1\n2\n", "no table"),
        (("Pedido;" * (WIDEST + 1)).encode() + b"\n" + b"1;" * (WIDEST + 1), "more than 500 columns"),
        (b'Pedido;Nome\n1;"Caneca 5" azul"\n', "quotation mark"),
        (b'Pedido;Nome\n1;"' + b"x" * 140_000 + b'"\n', "does not end"),
        (b"Pedido;Nome\n1;Jos\xe9 \x81\n", "letters that are none"),
    ],
)
def test_what_is_no_table_is_told_in_a_sentence(file, content, told):
    assert told in why(file(content))


def test_a_file_that_cannot_be_opened_is_an_error_of_the_machine(tmp_path):
    with pytest.raises(FileNotFoundError):
        look(tmp_path / "missing.csv")


@briefly
@given(st.binary(max_size=300) | st.text(alphabet='ab;,\t"\n\r0é', max_size=60).map(str.encode))
def test_whatever_a_file_holds_it_is_read_or_told(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "whatever.csv"
    path.write_bytes(content)
    with suppress(BadFile):
        read(path)


@briefly
@given(
    st.lists(
        st.lists(
            st.text(alphabet='abç;,\t"\n 1', min_size=1, max_size=8).map(str.strip), min_size=3, max_size=3
        ),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from(ENCODINGS),
    st.sampled_from(";,\t"),
)
def test_every_table_that_is_written_is_read(tmp_path_factory, rows, encoding, separator):
    path = tmp_path_factory.getbasetemp() / "table.csv"
    filled = [[f"x{cell}x" for cell in row] for row in rows]
    path.write_bytes(table([["Pedido", "Nome", "Total"], *filled], separator).encode(encoding))

    assert [
        list(line.cells.values()) for line in lines(path, Shape(look(path).encoding, separator))
    ] == filled


def test_a_file_of_any_length_is_read_in_the_memory_of_a_few_rows(tmp_path):
    path = tmp_path / "pedidos.csv"
    with path.open("w") as file:
        file.write("Pedido;Status;Data;Total;Cliente;SKU\n")
        file.writelines(f"{n};Pago;25/11/2026 10:00;79,90;Zulmira Exemplo;SKU-1\n" for n in range(5_000))

    tracemalloc.start()
    try:
        assert sum(1 for _line in lines(path, Shape("utf-8", ";"))) == 5_000
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert most < path.stat().st_size / 2
