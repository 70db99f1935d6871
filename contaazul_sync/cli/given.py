"""Values of options that the library of the command line cannot read, refused under their options' names."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import typer

from contaazul_sync.core import words
from contaazul_sync.core.folding import folded
from contaazul_sync.core.words import _
from contaazul_sync.home import readers

UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def day(text: str, option: str) -> date | None:
    """A day; none where none is given. Raises BadParameter."""
    try:
        return readers.day(text) if text else None
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None


def month(text: str, option: str) -> str:
    """A month as `2026-11`; nothing where none is given. Raises BadParameter."""
    if not re.fullmatch(r"([0-9]{4}-(0[1-9]|1[0-2]))?", text):
        raise typer.BadParameter(_("a month is written as 2026-11"), param_hint=option)
    return text


def age(text: str, option: str) -> timedelta:
    """An age as `90m`, `2h` or `1d`. Raises BadParameter."""
    number, unit = text[:-1], text[-1:]
    if not number.isdecimal() or unit not in UNITS:
        raise typer.BadParameter(_("an age is written as 90m, 2h or 1d"), param_hint=option)
    try:
        return timedelta(**{UNITS[unit]: float(number)})
    except OverflowError:
        return timedelta.max


def one_of(text: str, choices: Iterable[str], option: str) -> str:
    """One of some words, or nothing. Raises BadParameter, with the words."""
    return said_as(text, dict.fromkeys(choices, ()), option)


def said_as(text: str, choices: Mapping[str, Sequence[str]], option: str) -> str:
    """One of some words, or nothing; a person may say it as a screen does. Raises BadParameter, with words.

    `choices`: what a screen calls each of them, the name to be told first. Case, accents and what stands
    between two words are all the same.
    """
    called = {_alike(name): choice for choice, names in choices.items() for name in (choice, *names)}
    if text and _alike(text) not in called:
        told = (
            _typed(names[0]) if names and words.language() != "en" else choice
            for choice, names in choices.items()
        )
        why = _("it is one of: {words}").format(words=", ".join(told))
        raise typer.BadParameter(why, param_hint=option)
    return called[_alike(text)] if text else ""


def _alike(text: str) -> str:
    return _typed(folded(text))


def _typed(name: str) -> str:
    """A name in one word, as it is typed."""
    return name.replace("_", "-").replace(" ", "-")
