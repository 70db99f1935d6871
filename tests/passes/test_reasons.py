"""What a pass keeps in words is kept as texts and values, and read in the language of who reads."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from gettext import NullTranslations
from typing import Any

import pytest

from contaazul_sync.core import words
from contaazul_sync.core.words import KEPT
from tests.shipped import home

pytestmark = pytest.mark.line("memory")


class Marked(NullTranslations):
    """A language in which each text shows where it begins and ends."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


@pytest.fixture
def speaks_marked(monkeypatch):
    monkeypatch.setattr(words, "_spoken", Marked())


def raw(job: Any, sql: str) -> list[str]:
    with closing(sqlite3.connect(job.settings.state_file)) as db:
        return [text for row in db.execute(sql) for text in row if text]


def plain_values(told: Any) -> Iterator[str]:
    """The texts within what is kept that no language changes."""
    for value in told.get("with", {}).values():
        if isinstance(value, dict):
            yield from plain_values(value)
        else:
            yield str(value)


@pytest.mark.parametrize("name", home.NAMES)
def test_what_is_kept_is_of_no_language(name, tmp_path, speaks_marked):
    with home.opened(name, tmp_path) as job:
        job.state.db.execute("DELETE FROM failures WHERE \"group\" IN ('held', 'waiting')")
        home.a_pass(name, job, 24 * 60)
        kept = [text for text in raw(job, "SELECT reason, next_step FROM failures") if text.startswith(KEPT)]

    assert len(kept) >= 6
    assert not [text for text in kept if any("⟦" in value for value in plain_values(json.loads(text)))]


def test_what_was_kept_in_one_language_is_read_in_another(tmp_path):
    with home.opened("merchant", tmp_path) as job:
        job.state.db.execute("DELETE FROM failures WHERE \"group\" IN ('held', 'waiting')")
        home.a_pass("merchant", job, 24 * 60)
        english = {at: failure.reason for at, failure in job.state.items.failures().items()}
        words.speak("pt_BR")
        try:
            read = {at: failure.reason for at, failure in job.state.items.failures().items()}
            home.a_pass("merchant", job, 30)
            later = {at: failure.reason for at, failure in job.state.items.failures().items()}
        finally:
            words.speak("en")

    assert sum(read[at] != english[at] for at in read) >= 4
    assert {at: later[at] for at in read} == read
