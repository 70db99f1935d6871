"""What `--help` says: short, in groups, with examples that run, in both languages."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
import typer
import typer.main

from contaazul_sync.cli import app, pages
from contaazul_sync.core.exits import GRAVITY
from contaazul_sync.core.harmless import COMMAND
from tests.worlds.terminal import PROGRAM
from tools import messages

CATALOGUE = messages.kept()
LONGEST = 50
ABOUT_IT = ("contaazul-sync held it",)  # it is named there, and no command
PT = {"LANG": "pt_BR.UTF-8"}


def everything() -> Iterator[tuple[str, Any]]:
    """Each command that does something, by its whole name."""
    group: Any = typer.main.get_command(app.build())
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from ((f"{name} {each}", below) for each, below in command.commands.items())
        else:
            yield name, command


COMMANDS = dict(everything())


def helped(*words: str, **environ: str) -> str:
    """A page of help at 80 columns."""
    bare = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "COLUMNS": "80", "LANG": "C"}
    line = [str(PROGRAM), *words, "--help"]
    return subprocess.run(
        line, env=bare | environ, capture_output=True, text=True, timeout=30, check=True
    ).stdout


def test_every_command_has_its_page_and_stands_in_one_group():
    listed = [name for group in pages.GROUPS.values() for name in group]

    assert sorted(pages.PAGES.keys() - {"config", "alerts"}) == sorted(COMMANDS)
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("name", pages.PAGES)
def test_a_summary_is_short_in_every_language(name):
    summary = pages.PAGES[name].summary
    translated = str(getattr(CATALOGUE.get(summary), "string", ""))

    assert len(summary) < LONGEST
    assert len(translated) < LONGEST
    assert not (summary + translated).endswith(".")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_examples_of_a_page_can_be_typed(name):
    command = COMMANDS[name]
    for line in pages.PAGES[name].examples:
        program, *words = shlex.split(line.partition(" > ")[0])
        named = name.split()
        assert (program, words[: len(named)]) == ("contaazul-sync", named)
        ctx = typer.Context(command)
        given, _left, _order = command.make_parser(ctx).parse_args(args=words[len(named) :])
        for param in command.params:
            if param.name in given and param.type.name not in ("file", "path"):  # which need not be there
                param.type_cast_value(ctx, given[param.name])


def typed_in_messages() -> Iterator[str]:
    """The commands that stand in a message, in both languages."""
    for message in CATALOGUE:
        for side in (message.id, message.string or ""):
            for text in [side] if isinstance(side, str) else side:
                yield from COMMAND.findall(text)


@pytest.mark.parametrize("line", sorted(set(typed_in_messages())))
def test_a_command_in_a_message_can_be_typed_as_it_stands(line):
    """Also where a sentence goes on behind it: there is a stop between, or a person types the sentence."""
    program, *words = shlex.split(line.partition(" > ")[0])
    if words[:1] == ["--profile"]:
        words = words[2:]
    name = next((name for name in COMMANDS if name.split() == words[: len(name.split())]), None)
    if name is None:
        assert words in (["{command}"], [".."]) or line in ABOUT_IT, line
        return
    command = COMMANDS[name]
    given = [
        "1" if word.startswith("{") else word for word in words[len(name.split()) :] if word != "{options}"
    ]
    ctx = typer.Context(command, resilient_parsing=True)
    _given, left, _order = command.make_parser(ctx).parse_args(args=given)
    assert program == "contaazul-sync"
    assert not left, line


@pytest.mark.parametrize("name", COMMANDS)
def test_a_page_says_no_word_of_the_library_s_own(name):
    command = COMMANDS[name]
    text = command.get_help(command.make_context(name, [], resilient_parsing=True))

    assert not re.search(r"[<{]|x>|\bx\b", text)
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.slow
def test_the_list_of_commands_is_grouped_and_cut_nowhere_in_both_languages():
    for environ, heads in (({}, ["Begin", "Day by day", "Check", "Server"]), (PT, ["Começar", "Dia a dia"])):
        text = helped(**environ)
        assert re.findall(r"^(\S.*):$", text, re.MULTILINE)[: len(heads)] == heads
        assert "..." not in text.partition("\n\n")[2]
        assert max(map(len, text.splitlines())) <= 80


@pytest.mark.slow
def test_the_exit_codes_are_told_and_an_example_stands_on_a_page():
    text = helped()
    for code in GRAVITY:
        assert re.search(rf"^  {code} +\S", text, re.MULTILINE)

    page = helped("orders", **PT)
    assert "Exemplos:\n  contaazul-sync orders --state held\n" in page
    assert "--month MÊS" in page
