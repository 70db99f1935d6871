"""Asking a person before what is older goes: orders, and the money of sales."""

import sys
from contextlib import closing
from typing import TYPE_CHECKING

import typer

from contaazul_sync.cli import running
from contaazul_sync.cli.running import tell
from contaazul_sync.core.money import written
from contaazul_sync.core.words import _, ngettext

if TYPE_CHECKING:
    from datetime import date, datetime

    from contaazul_sync.home.settings import Settings


def midnight(settings: "Settings") -> "datetime":
    """The beginning of the day from which orders are sent."""
    from contaazul_sync.core.days import beginning

    return beginning(settings.values["orders.since"])  # type: ignore[arg-type]


def ask_about_orders(settings: "Settings", options: running.Options) -> None:
    """Say how many orders a run would send and what they are worth, and go on only when a person says so."""
    with closing(running.to_try_on(settings)) as copy:
        report = running.wait_for(running.dry(settings, copy, options))
    orders = report.plan.orders
    total = written(sum(send.note.total for send in orders))
    text = ngettext(
        "{n} order would be sent, {total} together.",
        "{n} orders would be sent, {total} together.",
        len(orders),
    )
    tell(text.format(n=len(orders), total=total))
    _go_on(_("Send them now?"), _("nobody can be asked here: add --yes to send them, or --dry-run to look"))


def tell_older_money(settings: "Settings", day: "date") -> None:
    """Say how many sales would be settled from a day on, and what they are worth. Raises UsageError."""
    from contaazul_sync.core.errors import UsageError
    from contaazul_sync.passes import follow

    with closing(running.to_try_on(settings)) as copy:
        decides = running.rules(settings, copy)
        if not follow.settled(decides):
            text = _('No way of paying is settled. Say when its money comes: [payments.pix] settle = "paid"')
            raise UsageError(text)
        found = follow.older(copy, decides, day)
    text = ngettext(
        "{n} sale since {day} would be settled, too: {total}, as its money comes.",
        "{n} sales since {day} would be settled, too: {total} together, as their money comes.",
        len(found.follow),
    )
    total = written(sum(note.total for note in found.follow))
    tell(text.format(n=len(found.follow), day=f"{day:%d/%m/%Y}", total=total))
    if found.unasked:
        text = ngettext(
            "Of {n} more the shop has to be asked how it was paid.",
            "Of {n} more the shop has to be asked how they were paid.",
            len(found.unasked),
        )
        tell(text.format(n=len(found.unasked)))


def ask_about_money(settings: "Settings", day: "date", *, yes: bool) -> None:
    """Say what would be settled of older sales, and go on only when a person says so."""
    tell_older_money(settings, day)
    if not yes:
        cannot = _("nobody can be asked here: add --yes to settle them, or --dry-run to look")
        _go_on(_("Settle them?"), cannot)


def _go_on(question: str, cannot: str) -> None:
    """Go on when a person at the terminal says so. Raises Exit, and BadParameter where nobody is there."""
    if not sys.stdin.isatty():
        raise typer.BadParameter(cannot)
    if not running.agreed(question):
        tell(_("Nothing was sent."))
        raise typer.Exit
