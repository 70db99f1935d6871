"""The command that reads the statements of payment gateways."""

import os
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from contaazul_sync.cli import running
from contaazul_sync.cli.running import tell
from contaazul_sync.core.exits import LOOK
from contaazul_sync.core.words import _, ngettext
from contaazul_sync.home import screen
from contaazul_sync.home.config import load
from contaazul_sync.home.machine import utc_now

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from contaazul_sync.operate.payouts import Read
    from contaazul_sync.state.file import State
    from contaazul_sync.tables.statements import Statement


def payouts(
    files: Annotated[
        list[Path],
        typer.Argument(exists=True, dir_okay=False, help=_("Statements that the gateway's panel wrote.")),
    ],
    check: Annotated[
        bool, typer.Option("--check", help=_("Show line by line what is understood; keep nothing."))
    ] = False,
    any_id: Annotated[
        bool,
        typer.Option("--any-id", help=_("Take what an order's number fits, whatever its payment id is.")),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help=_("Do not ask."))] = False,
) -> None:
    """Read a gateway's statements: what came for which order. The next sync settles it in the ERP."""
    from contaazul_sync.operate.payouts import Judge, mapping

    read_by = mapping(load(os.environ))
    found = [each for file in files if (each := _read(file, read_by))]
    settings, state = running.look_home() if check else running.open_home()
    with closing(state):
        judge = Judge(state, running.rules(settings, state), read_by.gateway, any_id=any_id)
        judge.judge(*found)
        if check:
            _show_rows(found, read_by)
        else:
            _take(found, state, yes=yes)
    if len(found) < len(files) or any(each.asks for each in found):
        raise typer.Exit(LOOK)


def _read(file: Path, mapping: "Statement") -> "Read | None":
    """A statement, its sums checked; None where it cannot be used, which is told."""
    from contaazul_sync.operate.payouts import read
    from contaazul_sync.tables.bad import BadFile

    try:
        return read(file, mapping)
    except BadFile as error:
        tell(_("The file {file} cannot be read: {why}").format(file=file.name, why=error.message))
        return None


def _take(found: "Sequence[Read]", state: "State", *, yes: bool) -> None:
    """Show what is to be settled, and keep it where a person agrees."""
    from contaazul_sync.operate.payouts import take
    from contaazul_sync.views.statements import preview

    for each in found:
        screen.say("\n".join(map(screen.fitted, preview(each))))
    count = sum(len(each.taken) for each in found)
    if not count:
        tell(_("Nothing new is to be settled; nothing was kept."))
        return
    question = ngettext(
        "Settle {n} payment with the next sync?", "Settle {n} payments with the next sync?", count
    )
    if not (yes or running.agreed(question.format(n=count))):
        tell(_("Nothing was kept."))
        return
    for each in found:
        if each.taken:
            take(state, each, utc_now())
    text = ngettext(
        "{n} payment is to be settled. Next: contaazul-sync sync",
        "{n} payments are to be settled. Next: contaazul-sync sync",
        count,
    )
    tell(text.format(n=count))


def _show_rows(found: "Sequence[Read]", mapping: "Statement") -> None:
    from contaazul_sync.views.statements import sums

    for each in found:
        rows = chain(_rows(each, mapping), sums(each))
        screen.say_rows(f"{screen.fitted(row)}\n" for row in rows)


def _rows(found: "Read", mapping: "Statement") -> "Iterator[str]":
    """Each row of a statement as it is understood, then its sums."""
    from contaazul_sync.views.statements import line_of, of_no_sale

    judged = {row.entry.number: row for row in found.rows}
    for entry in mapping.entries(found.path):
        row = judged.get(entry.number)
        yield line_of(row) if row else of_no_sale(entry)
