"""The one way out to a person: nothing steers the terminal, nothing secret is told, no sum is parted."""

import sys
from io import StringIO

import pytest
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from contaazul_sync.core import harmless
from contaazul_sync.home import screen

HOSTILE = "Camisa \x1b]0;x\x1b\\[bold]azul[/bold] :smile: \x9b31m\u202ex"
AS_IT_IS = "Camisa [bold]azul[/bold] :smile: x"
SECRET = "https://ping.example/0f8a-11"


def shown(view, width=60):
    stream = StringIO()
    screen.console(stream, width).print(view)
    return stream.getvalue()


@pytest.fixture
def hidden(monkeypatch):
    monkeypatch.setattr(harmless, "_hidden", {SECRET})


@pytest.mark.parametrize("way", [screen.say, screen.tell])
def test_what_is_said_steers_nothing_and_tells_no_secret(capsys, hidden, way):
    way(f"{HOSTILE}\nat {SECRET}/start")

    told = capsys.readouterr()
    assert (told.out or told.err) == f"{AS_IT_IS}\nat .../start\n"


def test_results_and_all_else_go_to_streams_of_their_own(capsys):
    screen.say("a result")
    screen.tell("a remark")
    screen.say_json({"a": 1})

    told = capsys.readouterr()
    assert told.out == 'a result\n{\n  "a": 1\n}\n'
    assert told.err == "a remark\n"


def test_a_question_steers_nothing(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", StringIO(" sim \n"))

    assert screen.ask(f"{HOSTILE}: ") == "sim"
    assert capsys.readouterr().err == f"{AS_IT_IS}: "


class Terminal(StringIO):
    """Somebody at a terminal who answers nothing, and stops it."""

    def isatty(self):
        return True

    def readline(self, *_size):
        raise KeyboardInterrupt


def test_who_stops_a_question_is_told_so_on_a_line_of_its_own(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", Terminal())

    with pytest.raises(KeyboardInterrupt):
        screen.ask("Which? ")

    assert capsys.readouterr().err == "Which? \n"


def test_a_view_may_take_what_others_wrote_as_it_is(hidden):
    table = Table("", HOSTILE, box=None)
    table.add_row("", HOSTILE)
    table.add_row("", Text(HOSTILE, style="bold"))
    for view in (HOSTILE, Text(HOSTILE), table, Panel(HOSTILE), Panel(Text(HOSTILE)), Text(SECRET)):
        text = shown(view)
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert SECRET not in text
        assert AS_IT_IS in text or text == "...\n"


@pytest.mark.parametrize("width", range(12, 30))
def test_a_sum_is_not_parted_at_the_end_of_a_line(width):
    told = "1 order would be sent, R$ 79,90 together, of R$ 5,00."
    table = Table(box=None, show_header=False, padding=0)
    table.add_row(told)

    for text in (screen.folded(told, width), shown(Text(told), width), shown(table, width)):
        assert [line for line in text.splitlines() if line.rstrip().endswith("R$")] == []
        assert " ".join(text.split()) == told


@pytest.mark.parametrize(
    ("told", "columns"),
    [
        ("80", 80),
        ("132", 132),
        ("0", 100),
        ("-5", 100),
        ("x", 100),
        ("", 100),
        ("80.5", 100),
        ("٣٤", 100),
        ("1", 20),
        ("9" * 5000, 1000),
    ],
)
def test_columns_that_are_none_are_passed_over(monkeypatch, told, columns):
    monkeypatch.setenv("COLUMNS", told)

    assert screen.width(StringIO()) == columns


def test_a_fault_of_the_program_is_told_without_what_is_secret(capsys, hidden):
    try:
        raise RuntimeError(f"{HOSTILE} at {SECRET} and https://joao:senha@shop.example")
    except RuntimeError as error:
        screen.crashed(error)

    told = capsys.readouterr().err
    assert "Traceback" in told
    assert f"RuntimeError: {AS_IT_IS} at ... and https://...@shop.example" in told
    assert "senha" not in told
