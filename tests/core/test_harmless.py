"""What others wrote steers nothing, and what is secret is not shown."""

import csv
import json
import unicodedata
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contaazul_sync.core import harmless

TEXTS = st.text(st.characters(), max_size=40)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Café 100% ação \u2013 “azul”", "Café 100% ação \u2013 “azul”"),
        ("a\x1b[31mb\x1b[0m", "ab"),
        ("a\x9b31mb", "ab"),
        ("a\x1b]0;a title\x07b", "ab"),
        ("a\x1b]8;;https://evil.example\x1b\\b", "ab"),
        ("a\x1b]52;c;bXkgY2xpcGJvYXJk\x1b\\b", "ab"),
        ("a\x9d0;a title\x9cb", "ab"),
        ("a\x1bP+q544e\x1b\\b", "ab"),
        ("a\x1b(0b", "ab"),
        ("a\x1bcb", "ab"),
        ("a title without an end \x1b]0;b", "a title without an end 0;b"),
        ("half \x1b", "half  "),
        ("a\rb\bc\td\ne\vf\0g\x7fh\x85i", "a b c d e f g h i"),
        ("a\u2028b\u2029c\u00a0d\u3000e", "a b c d e"),
        ("\u202ecba\u202c \u2066x\u2069 \u200fy \u061cz", "cba x y z"),
        ("a\u200bb\ufeffc\u00add\u2060e\U000e0041f", "abcdef"),
        ("cut \ud83d", "cut \N{REPLACEMENT CHARACTER}"),
        ("\U0001fae9 newer than this Python", "\U0001fae9 newer than this Python"),
    ],
)
def test_nothing_that_steers_a_terminal_or_turns_letters_round_is_left_in_a_line(written, shown):
    assert harmless.line(written) == shown


@given(TEXTS)
def test_no_letter_of_a_line_steers_and_a_second_look_changes_nothing(text):
    line = harmless.line(text)

    assert {unicodedata.category(letter) for letter in line}.isdisjoint({"Cc", "Cf", "Cs", "Zl", "Zp"})
    assert harmless.line(line) == line


@given(TEXTS)
def test_lines_stay_lines(text):
    assert harmless.lines(text).count("\n") == text.count("\n")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("see https://user:password@shop.example/api", "see https://...@shop.example/api"),
        ("'https://token@shop.example'", "'https://...@shop.example'"),
        ("socks5://joao:se/n@ha@proxy:1080 refused", "socks5://...@proxy:1080 refused"),
        ("mailto://joao:senha@mail.example?to=eu", "mailto://...@mail.example?to=eu"),
        ("https://shop.example/a and b@c", "https://shop.example/a and b@c"),
        ("write to joao@shop.example", "write to joao@shop.example"),
    ],
)
def test_who_signs_in_by_an_address_is_not_told(written, shown):
    assert harmless.line(written) == shown
    assert json.loads(harmless.as_json({"a": written}))["a"] == shown


def test_what_was_hidden_is_shown_nowhere():
    harmless.hide(["https://hc-ping.com/0f8a-11", "ck_123456"])
    told = "POST https://hc-ping.com/0f8a-11/start with ck_123456"

    assert harmless.line(told) == "POST .../start with ..."
    assert harmless.lines(told) == "POST .../start with ..."
    assert harmless.cell(told) == "POST .../start with ..."
    assert json.loads(harmless.as_json([told])) == ["POST .../start with ..."]


def test_a_secret_is_hidden_without_the_end_of_line_of_its_file():
    harmless.hide(["cs_654321\n"])

    assert harmless.line("?consumer_secret=cs_654321&page=1") == "?consumer_secret=...&page=1"


def test_a_login_is_hidden_as_a_header_has_it():
    harmless.hide_login("ck_abcdef", "cs_fedcba")

    assert harmless.line("Bad header: Basic Y2tfYWJjZGVmOmNzX2ZlZGNiYQ==") == "Bad header: Basic ..."


def test_a_secret_that_is_a_piece_of_a_name_or_has_a_quotation_mark_leaves_json_whole():
    harmless.hide(["second", 'a"b\\cdef', "milli"])
    told = {"milliseconds": 4, "at": ("the second", {"key": 'a"b\\cdef'}), "none": None}

    kept = {"milliseconds": 4, "at": ["the ...", {"key": "..."}], "none": None}
    assert json.loads(harmless.as_json(told)) == kept


def test_what_is_as_short_as_a_word_blots_out_no_sentence():
    harmless.hide(["", "a", None, "order"])

    assert harmless.line("an order") == "an order"


@pytest.mark.parametrize(
    "begun",
    ["=", "+", "-", "@", "\t=", "\r=", " =", "\n=", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\u200b="],
)
def test_a_formula_is_text_for_a_spreadsheet(begun):
    assert harmless.cell(f"{begun}HYPERLINK(1)").startswith("'")


@pytest.mark.parametrize(
    "value", ["-5", "+5", "-0.5", "-1.234,56", "12", 7, -7, "CAM-1", "", "a=b", "e-mail"]
)
def test_a_number_and_a_word_stay_as_they_are(value):
    assert harmless.cell(value) == str(value)


def test_an_empty_cell_is_empty():
    assert harmless.cell(None) == ""


@given(st.lists(TEXTS, min_size=1))
def test_a_row_of_a_csv_is_one_line_without_formulas(texts):
    file = StringIO()
    csv.writer(file, delimiter=";", lineterminator="\n").writerow(map(harmless.cell, texts))

    (row,) = csv.reader(StringIO(file.getvalue()), delimiter=";")
    assert file.getvalue().count("\n") == 1
    assert len(row) == len(texts)
    assert not [cell for cell in row if cell[:1] in harmless.FORMULA and not harmless.NUMERAL.fullmatch(cell)]


@given(st.dictionaries(TEXTS, TEXTS))
def test_json_keeps_every_letter_and_steers_nothing(value):
    text = harmless.as_json(value, indent=2)

    assert json.loads(text) == value
    assert text.replace("\n", "").isprintable()


def test_what_is_hidden_of_one_home_is_not_hidden_of_the_next(monkeypatch):
    monkeypatch.setattr(harmless, "_hidden", set())
    harmless.hide(["segundo"])
    assert harmless.line("Pedido segundo") == "Pedido ..."

    harmless.forget()

    assert harmless.line("Pedido segundo") == "Pedido segundo"
