"""What is typed is done or refused, never dropped: options, values, and the end of what is typed."""

from itertools import combinations
from typing import Any

import pytest
import typer.main

from contaazul_sync.cli import app, together
from tests.worlds.terminal import on_terminal

REFUSED = [
    ("sync", "--dry-run", "--wait", "5"),
    ("sync", "--dry-run", "-v"),
    ("sync", "--dry-run", "--quiet"),
    ("sync", "--json", "--quiet"),
    ("sync", "--json", "--all-profiles"),
    ("sync", "-q", "-v"),
    ("status", "--json", "--drift"),
    ("status", "--products", "--html", "page.html"),
    ("status", "--max-age", "2h", "--json"),
    ("status", "--page", "2"),
    ("log", "3", "-n", "5"),
    ("orders", "--csv", "--json"),
    ("products", "--csv", "--json"),
    ("send-products", "--all", "CAM-1"),
    ("send-products", "--all", "--search", "caneca"),
    ("send-products", "--now", "--dry-run"),
    ("install-cron", "--write", "--remove"),
    ("auth", "--remove", "--secrets"),
]
WRONG = [
    ("--since", "sync", "--since", "31/31/2026"),
    ("--since", "sync", "--since", "2026-02-30", "--dry-run"),
    ("--since", "sync", "--since", ""),
    ("--month", "orders", "--month", ""),
    ("--month", "orders", "--month", "2026-13"),
    ("--month", "orders", "--month", "11/2026"),
    ("--month", "reconcile", "--month", "november"),
    ("--month", "reconcile", "--month", ""),
    ("--state", "orders", "--state", "lost"),
    ("--max-age", "status", "--max-age", "soon"),
    ("--page", "status", "--products", "--page", "7"),
    ("WHICH", "products", "everything"),
]


def options_of(command: str) -> set[str]:
    group: Any = typer.main.get_command(app.build())
    return {param.opts[0] for param in group.commands[command].params}


@pytest.mark.parametrize("command", sorted({*together.APART, *together.NEEDS}))
def test_what_is_kept_apart_are_words_of_the_command(command):
    groups = [*together.APART.get(command, ()), *together.NEEDS.get(command, ())]

    assert {word for group in groups for word in group} <= options_of(command)


def test_every_two_words_of_a_group_quarrel_and_no_others_do():
    for command, groups in together.APART.items():
        for group in groups:
            for pair in combinations(group, 2):
                needed = {other for word, other in together.NEEDS.get(command, ()) if word in pair}
                (why,) = together.quarrels(command, {*pair, *needed})
                assert pair[0] in why
                assert pair[1] in why
            assert not list(together.quarrels(command, {group[0]}))


def test_a_word_that_goes_with_another_alone_names_it():
    assert list(together.quarrels("import", {"--write"})) == ["--write goes with --check alone. Add --check."]
    assert not list(together.quarrels("import", {"--write", "--check"}))


@pytest.mark.slow
def test_options_that_do_not_go_together_are_refused(terminal):
    for line in REFUSED:
        done = terminal.run(*line)
        assert (done.returncode, done.stdout) == (2, ""), line
        assert "do not go together" in done.stderr or "alone. Add" in done.stderr, line


@pytest.mark.slow
def test_a_wrong_value_is_2_and_names_its_option(signed_in):
    for option, *line in WRONG:
        done = signed_in.run(*line)
        assert (done.returncode, done.stdout) == (2, ""), line
        assert option in done.stderr.splitlines()[-1], line


@pytest.mark.slow
def test_the_end_of_what_is_typed_at_a_question_is_2_and_changes_nothing(signed_in):
    signed_in.sandbox.shop.add_product("CAM-1", "Produto CAM-1", 79.90, 5)
    signed_in.run("send-products", "--all", "--now")

    screen, code = on_terminal(signed_in, "unlink", "CAM-1", typed=["\x04"])

    assert code == 2
    assert "Nobody answered the question" in screen
    assert "integrated" in signed_in.run("products").stdout
