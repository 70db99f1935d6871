"""The pages for the merchant say the same in both languages, and what they name is there."""

import re
from pathlib import Path

import pytest

from contaazul_sync.cli.app import COMMANDS
from tools import settings

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PORTUGUESE = sorted(DOCS.glob("*.pt-BR.md"))
FOR_THE_MERCHANT = (
    "orders",
    "recovery",
    "alerts",
    "shops",
    "settings",
    "files",
    "windows",
    "vps",
    "scripts",
    "money",
)
PAGES = sorted([*DOCS.glob("*.md"), ROOT / "README.md", ROOT / "README.pt-BR.md"])


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def skeleton(text: str) -> list[str]:
    """What a page is made of, in its order: headings by their depth, rows of tables, commands, other code."""
    parts = []
    fenced = False
    for line in text.splitlines():
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif fenced or re.match(r"( {4}|\t| {6,})\S", line):
            is_command = line.strip().startswith(("contaazul-sync", "sudo", "pipx", "apt"))
            command = re.sub(r"\s+#.*", "", line.strip())
            command = re.sub(r"https?://\S+|[\w./-]+\.csv", "...", command)
            parts.append(command if is_command else "code")
        elif heading := re.match(r"(#+) ", line):
            parts.append(heading[1])
        elif line.startswith("|"):
            parts.append(f"a row of {line.count('|')}")
    return parts


@pytest.mark.parametrize("name", FOR_THE_MERCHANT)
def test_what_a_merchant_reads_is_there_in_portuguese(name):
    assert (DOCS / f"{name}.md").is_file()
    assert (DOCS / f"{name}.pt-BR.md").is_file()


@pytest.mark.parametrize("page", PORTUGUESE, ids=lambda page: page.name)
def test_both_languages_have_the_same_headings_rows_and_code(page):
    english = page.with_name(page.name.replace(".pt-BR", ""))

    assert skeleton(text_of(page)) == skeleton(text_of(english))
    assert f"]({page.name})" in text_of(english)
    assert f"]({english.name})" in text_of(page)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_link_leads_to_a_file_that_is_there(page):
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", text_of(page))

    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", [*PORTUGUESE, ROOT / "README.pt-BR.md"], ids=lambda page: page.name)
def test_a_portuguese_page_leads_to_portuguese_ones_where_there_are_any(page):
    links = re.findall(r"\]\((?:docs/)?([\w-]+)\.md[)#]", text_of(page))
    english = page.name.removesuffix(".pt-BR.md")

    assert [link for link in links if link != english and (DOCS / f"{link}.pt-BR.md").exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_commands_that_a_page_has_typed_are_commands(page):
    code = re.findall(r"`[^`]+`|^ {4}.*$", text_of(page), re.MULTILINE)
    typed = re.findall(r"contaazul-sync (?:--profile \S+ )?([a-z][a-z-]+)\b", "\n".join(code))

    assert set(typed) <= {*COMMANDS, "config", "alerts"}


def test_both_pages_of_settings_are_as_their_one_source_makes_them():
    assert list(settings.problems()) == []
    for language, file in settings.PAGES.items():
        assert settings.page(language) == text_of(file), "run: make messages"
