"""Values of options that the library of the command line cannot read, refused under their options' names."""

import re
from datetime import date, timedelta

import typer

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


def one_of(text: str, choices: tuple[str, ...], option: str) -> str:
    """One of some words, or nothing. Raises BadParameter, with the words."""
    if text and text not in choices:
        why = _("it is one of: {words}").format(words=", ".join(choices))
        raise typer.BadParameter(why, param_hint=option)
    return text
