"""The command that takes in the files of the shop's panel, and finds out how to read them."""

import os
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from contaazul_sync.cli import running
from contaazul_sync.cli.running import tell
from contaazul_sync.core.days import in_brazil
from contaazul_sync.core.errors import UsageError
from contaazul_sync.core.exits import LOOK
from contaazul_sync.core.words import _, ngettext
from contaazul_sync.home import screen
from contaazul_sync.home.config import load
from contaazul_sync.home.machine import prepare_home, utc_now

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from contaazul_sync.home.settings import Settings
    from contaazul_sync.operate.importing import Looked
    from contaazul_sync.shops.files.sheet import Sheet
    from contaazul_sync.tables.bad import BadFile
    from contaazul_sync.tables.guess import Question
    from contaazul_sync.tables.mapping import Mapping


def import_files(
    files: Annotated[
        list[Path], typer.Argument(exists=True, dir_okay=False, help=_("Files that the shop's panel wrote."))
    ],
    check: Annotated[
        bool, typer.Option("--check", help=_("Show how they would be read; take none of them in."))
    ] = False,
    write: Annotated[
        bool, typer.Option("--write", help=_("With --check: keep the mapping that was found out."))
    ] = False,
) -> None:
    """Take in files of orders or products that the shop's panel wrote; the next sync reads them."""
    settings = load(os.environ)
    if check:
        _check(settings, files, write=write)
        return
    taken = [_take(settings, file) for file in files]
    if not all(taken):
        raise typer.Exit(LOOK)


def _take(settings: "Settings", file: Path) -> bool:
    """Look at a file and copy it in; whether it is there now, or was before."""
    from contaazul_sync.operate import filing, importing
    from contaazul_sync.shops.files.inbox import Known, mark_of
    from contaazul_sync.tables.bad import BadFile

    if not settings.from_files:
        raise UsageError(_("This shop is not read from files. To begin: {command}").format(command=_begin()))
    inbox = filing.inbox(settings)
    try:
        prepare_home(settings.home)
        inbox.prepare()
        mark, changed, now = mark_of(file), file.stat().st_mtime_ns, utc_now()
        before = inbox.known().get(mark)
        if before and before.has(changed):
            text = _("The file {file} was read on {moment} already. Nothing was done.")
            tell(text.format(file=file.name, moment=f"{in_brazil(before.at):%d/%m/%Y %H:%M}"))
            return True
        same = [each for each in inbox.waiting() if mark_of(each.path) == mark]
        if any(Known(now, (each.changed,)).has(changed) for each in same):
            text = _("The file {file} lies in the inbox already. Next: contaazul-sync sync")
            tell(text.format(file=file.name))
            return True
        sheet = importing.read(settings, file, now)
        inbox.take_in(file)
    except BadFile as error:
        tell(_("The file {file} cannot be read: {why}").format(file=file.name, why=error.message))
        return False
    tell(_("Taken in: {what}. Next: contaazul-sync sync").format(what=_told(file.name, sheet)))
    return True


def _begin() -> str:
    from contaazul_sync.core.words import typed

    return typed("config set shop.orders files")


def _told(name: str, sheet: "Sheet") -> str:
    if sheet.kind == "products":
        text = ngettext("{file}: {n} product", "{file}: {n} products", len(sheet.versions))
    else:
        text = ngettext("{file}: {n} order", "{file}: {n} orders", len(sheet.versions))
    return text.format(file=name, n=len(sheet.versions))


def _check(settings: "Settings", files: "Sequence[Path]", *, write: bool) -> None:
    """Find out how files are to be read together, and show what comes of them."""
    from contaazul_sync.operate import importing
    from contaazul_sync.tables.toml import written

    found = importing.together(_asked([_look_at(settings, file) for file in files]))
    screen.say(written(found))
    for title, fields in _samples(settings, files, found):
        screen.say(title)
        for name, value in fields.items():
            screen.say(f"  {name}: {value or '-'}")
    if write:
        place = importing.keep_mapping(settings, found)
        told = _("The mapping is kept: {file}. Next: contaazul-sync import {name}")
        tell(told.format(file=place, name=" ".join(map(str, files))))


def _look_at(settings: "Settings", file: Path) -> "Looked":
    from contaazul_sync.operate import importing
    from contaazul_sync.tables.bad import BadFile

    try:
        looked = importing.look_at(settings, file)
    except BadFile as error:
        raise _unreadable(file, error) from None
    if looked.is_known:
        tell(_("It is read as {name} says.").format(name=looked.mapping.name))
    return looked


def _unreadable(file: Path, error: "BadFile") -> UsageError:
    return UsageError(_("The file {file} cannot be read: {why}").format(file=file.name, why=error.message))


def _samples(
    settings: "Settings", files: "Sequence[Path]", found: "Mapping"
) -> "list[tuple[str, dict[str, str]]]":
    """The first three things of each file as they would go to the ERP, field by field."""
    from contaazul_sync.operate import importing
    from contaazul_sync.shops.files.sheet import opened
    from contaazul_sync.state.file import State
    from contaazul_sync.tables.bad import BadFile

    sheets, now = [], utc_now()
    for file in files:
        try:
            sheets.append(opened(file, file.name, now, found))
        except BadFile as error:
            raise _unreadable(file, error) from None
    with closing(State.read(settings.state_file)) as state:
        return importing.samples(sheets, running.rules(settings, state), now)


def _asked(files: "Sequence[Looked]") -> "list[Looked]":
    """The files with what a person has said of all that is not sure. Raises UsageError."""
    have_items = any("items" in each.mapping.sections for each in files)
    return [_asked_of(each, have_items=have_items) for each in files]


def _asked_of(looked: "Looked", *, have_items: bool) -> "Looked":
    from contaazul_sync.tables.guess import with_answer
    from contaazul_sync.tables.toml import written

    unsure = [question for question in looked.unsure if not (have_items and _is_of_items(question))]
    if not sys.stdin.isatty() and not all(map(_is_of_items, unsure)):
        screen.say(written(looked.mapping))
        for question in unsure:
            tell(_told_of(question))
        raise UsageError(_("Nobody can be asked here, and nothing is guessed: run it at a terminal."))
    found = looked.mapping
    for question in unsure:
        if _is_of_items(question):
            tell(_told_of(question))
        else:
            found = with_answer(found, question, _choice(question, looked.heads))
    return replace(looked, mapping=found)


def _is_of_items(question: "Question") -> bool:
    """Whether nothing can be answered: no column of this file has items, and another file may have them."""
    return question.section == "items" and not question.field


def _told_of(question: "Question") -> str:
    text = _("[{section}] {field} is not sure: {why}")
    return text.format(section=question.section, field=question.field, why=question.why)


def _choice(question: "Question", columns: "Collection[str]") -> str:
    """What a person says: one of the choices, another column of the file, or "" where there may be none."""
    tell(_told_of(question))
    for number, choice in enumerate(question.choices, start=1):
        screen.tell(f"  {number}. {choice}")
    others = () if question.section in ("file", "statuses") else columns
    asked = _("Which (Enter: none)? ") if question.may_be_none else _("Which? ")
    while True:
        answer = screen.ask(asked)
        if answer.isdecimal() and 1 <= int(answer[:3]) <= len(question.choices):
            return question.choices[int(answer[:3]) - 1]
        if answer in question.choices or answer in others or (not answer and question.may_be_none):
            return answer
        tell(_("It is one of the numbers, or the name of a column."))
