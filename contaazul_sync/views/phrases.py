"""What the views say in common: words for how a thing stands, and the lines of numbers.

Without rich, which takes longer to load than all that `status` has to look up.
"""

import re
from datetime import datetime
from typing import NamedTuple

from contaazul_sync.core import harmless, words
from contaazul_sync.core.book import Place, Sum
from contaazul_sync.core.days import in_brazil
from contaazul_sync.core.deeds import in_words
from contaazul_sync.core.exits import outcome
from contaazul_sync.core.fingerprints import FILE
from contaazul_sync.core.items import Failure, Group, Kind, Run
from contaazul_sync.core.money import plain, written
from contaazul_sync.core.products import Drift, Product
from contaazul_sync.core.words import _, ngettext, typed
from contaazul_sync.views.status import Status

MANY = 20  # lines of a list on the status screen, before it says how many more there are
GOOD, LOOK, BAD = "green", "yellow", "red"


class Number(NamedTuple):
    """One line of numbers. `colour`: on a terminal; `amount`: what all of them are worth."""

    title: str
    number: str
    remark: str = ""
    colour: str = ""
    amount: str = ""


def group(of: Group, number: int = 1) -> str:
    """Why an item, or so many, are among the failures."""
    return {
        Group.WAITING: _("waiting for a product"),
        Group.HELD: ngettext("held", "held", number),
        Group.FAILED: _("failed"),
        Group.IN_DOUBT: _("in doubt"),
        Group.ATTENTION: ngettext("asks for your attention", "ask for your attention", number),
    }[of]


def kind(of: Kind) -> str:
    """An order, the money of one, or a product."""
    if of is Kind.SETTLEMENT:
        return _("money of order")
    return _("order") if of is Kind.SALE else _("product")


def run(of: Run, *, short: bool = False) -> str:
    """A run, when it began and what became of it."""
    begun = f"{of.command}: " if short else f"{in_brazil(of.started_at):%d/%m/%Y %H:%M} {of.command}: "
    if of.outcome is None:
        return begun + _("going on, or cut short")
    if of.message:
        return f"{begun}{outcome(of.outcome)}. {of.message[:1].upper()}{of.message[1:]}"
    return f"{begun}{outcome(of.outcome)} ({did(of)})"


def did(of: Run) -> str:
    """What a run did, in its own words."""
    return in_words(of.done, {"created": of.created, "updated": of.updated, "failed": of.failed})


def account(status: Status) -> tuple[str, str]:
    """The company and its document; or what to do where nobody is signed in, and nothing."""
    if not status.signed_in:
        return _("Not signed in to the ERP. Run: contaazul-sync auth"), ""
    number = status.document
    if len(number) == 14:  # a CNPJ
        number = f"{number[:2]}.{number[2:5]}.{number[5:8]}/{number[8:12]}-{number[12:]}"
    return status.company or _("signed in"), number


def product_numbers(status: Status) -> list[Number]:
    """The lines about products."""
    counts = status.standing
    in_erp = [
        _("{n} deleted in the shop, kept in the ERP").format(n=status.deleted_in_shop)
        if status.deleted_in_shop
        else "",
        troubled(counts["troubled"]),
    ]
    unfit: str = _("unfit among them: {n} (no SKU, a SKU too long, or no price)").format(n=status.unsellable)
    if not status.walked:
        unfit = _("not known before the first sync")
    elif not status.unsellable:
        unfit = ""
    return [
        Number(
            ngettext("integrated", "integrated", counts["linked"]),
            str(counts["linked"]),
            "; ".join(filter(None, in_erp)),
            GOOD,
        ),
        Number(
            ngettext("not sent", "not sent", counts["unsent"]),
            str(counts["unsent"]) if status.walked else "?",
            unfit,
        ),
        Number(_("waiting"), str(counts["waiting"])),
        Number(_("failed"), str(counts["failed"]), "", BAD if counts["failed"] else ""),
        *(
            [Number(ngettext("left alone", "left alone", counts["ignored"]), str(counts["ignored"]))]
            if counts["ignored"]
            else []
        ),
        Number(_("all"), str(counts["all"])),
        Number(_("stock drift"), str(status.products["drift"]), "", LOOK if status.products["drift"] else ""),
    ]


def troubled(number: int) -> str:
    """How many of the products that are in the ERP need a look."""
    text = ngettext("{n} of them needs a look", "{n} of them need a look", number)
    return text.format(n=number) if number else ""


QUIET = (Place.IGNORED, Place.LEFT_OUT, Place.ENDED)  # of these there is a line only where there are any
COLOURS = {
    Place.SENT: GOOD,
    Place.HELD: BAD,
    Place.FAILED: BAD,
    Place.IN_DOUBT: LOOK,
    Place.ATTENTION: LOOK,
}


def order_numbers(status: Status) -> list[Number]:
    """The lines about orders, one for each place of the book."""
    return [
        Number(
            place_title(place, some.orders),
            str(some.orders),
            "; ".join(filter(None, (_about(status, place), unread(some)))),
            COLOURS.get(place, "") if some.orders or place is Place.SENT else "",
            written(some.total) if some.total else "",
        )
        for place, some in status.book.items()
        if some.orders or place not in QUIET
    ]


STOPS = re.compile(r"^[ ;,]+|^\. |[ ;,.]+$")  # what a command leaves of the sentence around it


class Part(NamedTuple):
    """A part of a sentence; a command that can be typed is set apart."""

    text: str
    command: bool


def parts(text: str) -> list[Part]:
    """A sentence in parts, with the commands in it set apart."""
    return [Part(piece, index % 2 == 1) for index, piece in enumerate(harmless.COMMAND.split(text)) if piece]


def lines(text: str) -> list[Part]:
    """A sentence in lines: each command stands on its own, so that it can be copied whole."""
    told = (
        Part(piece.text if piece.command else STOPS.sub("", piece.text), piece.command)
        for piece in parts(text)
    )
    return [piece for piece in told if piece.text]


def place_title(place: Place, number: int) -> str:
    """What so many orders of a place are, as the title of a line or a tile."""
    return {
        Place.SENT: lambda: ngettext("sent", "sent", number),
        Place.HELD: lambda: ngettext("held", "held", number),
        Place.ATTENTION: lambda: _("attention"),
        Place.IGNORED: lambda: ngettext("left alone", "left alone", number),
        Place.ENDED: lambda: ngettext("ended", "ended", number),
    }.get(place, lambda: state_word(place.value))()


def place_names(place: Place) -> tuple[str, ...]:
    """What the screens call an order of a place: as a person may ask for it."""
    return place_title(place, 1), place_title(place, 2), state_word(place.value)


def _about(status: Status, place: Place) -> str:
    """What there is to say of the orders of a place."""
    if place is Place.WAITING and (since := status.waiting_since):
        return _("the oldest since {moment}").format(moment=f"{in_brazil(since):%d/%m %H:%M}")
    if place is not Place.SENT:
        return ""
    if not status.reads_orders:
        return _("the shop's orders cannot be read: {command}").format(command=typed("doctor"))
    stockless = _("{n} as EM_ANDAMENTO: their units count as not sold yet").format(n=status.without_stock)
    return stockless if status.without_stock else ""


def unread(some: Sum) -> str:
    """How many of some orders are not in their sum, since they cannot be read."""
    if some.unread and some.unread == some.orders:
        return _("without a sum")
    text = ngettext("{n} of them without a sum", "{n} of them without a sum", some.unread)
    return text.format(n=some.unread) if some.unread else ""


def all_together(some: Sum) -> str:
    """How many orders, and what they are worth together."""
    total = "" if some.orders and some.unread == some.orders else written(some.total)
    return ", ".join(filter(None, [words.orders(some.orders), total, unread(some)])) + "."


def more(count: int, command: str) -> str:
    """That a list goes on, and the command that shows all of it."""
    return _("... and {n} more: {command}").format(n=count, command=command)


def all_drifts(count: int) -> str:
    """The command that lists what drifts for a spreadsheet, and how much of it is not on the screen."""
    command = typed("status --drift > drift.csv")
    if count > MANY:
        return more(count - MANY, command)
    return _("as a list for a spreadsheet: {command}").format(command=command)


def stock_told(product: Product) -> str:
    """A product's stock in the shop; `?` where only its own page tells it, `-` where the shop keeps none."""
    if product.stock is not None:
        return plain(product.stock)
    return "?" if product.listed else "-"


def checking(drift: Drift) -> str:
    """That a sale moves a balance which differed, and until when; nothing where none does."""
    until = drift.checking_until
    return _("checking until {moment}").format(moment=clock(until)) if until else ""


def clock(moment: datetime) -> str:
    """A moment of this day or the next, as a clock shows it."""
    return f"{in_brazil(moment):%H:%M}"


def files(status: Status) -> list[str]:
    """How old the newest of the shop's files is, and that none came on a day that usually has one."""
    if status.comings is None:
        return []
    newest, missed = status.comings.newest, status.comings.missed
    if newest is None:
        return [_("No file of the shop has come yet. Run: contaazul-sync import FILE")]
    lines: list[str] = [
        _("Newest file of the shop: {moment}").format(moment=f"{in_brazil(newest):%d/%m/%Y %H:%M}")
    ]
    if missed:
        text = _("No file came on {day}, a day that usually has one. Run: contaazul-sync import FILE")
        lines.append(text.format(day=f"{missed:%d/%m/%Y}"))
    return lines


def warned_of(failure: Failure) -> str:
    """What stands there: a file, an order, the money of one, or a product."""
    return _("file") if failure.key.startswith(FILE) else kind(failure.kind)


def warning(name: str, failure: Failure) -> str:
    """The first line about an item that needs a person or waits."""
    return _("{kind} {name}: {group} since {moment}").format(
        kind=warned_of(failure),
        name=name,
        group=group(failure.group),
        moment=f"{in_brazil(failure.since):%d/%m %H:%M}",
    )


STANDS = ("linked", "not-sent", "waiting", "failed", "drift", "gone")  # words for how a product stands


def stand(word: str) -> str:
    """How a product stands, in words."""
    return {
        "linked": ngettext("integrated", "integrated", 1),
        "not-sent": ngettext("not sent", "not sent", 1),
        "waiting": _("waiting"),
        "failed": ngettext("needs a look", "need a look", 1),
        "drift": _("stock drift"),
        "gone": _("deleted in the shop"),
    }[word]


def state_word(state: str) -> str:
    """The word of `show --json` for people."""
    return {
        "sent": ngettext("sent", "sent", 1),
        "waiting": _("waiting"),
        "held": ngettext("held", "held", 1),
        "failed": _("failed"),
        "in_doubt": _("in doubt"),
        "attention": ngettext("asks for your attention", "ask for your attention", 1),
        "ignored": ngettext("left alone", "left alone", 1),
        "integrated": ngettext("integrated", "integrated", 1),
        "queued": _("chosen, waiting"),
        "not_sent": ngettext("not sent", "not sent", 1),
        "unpaid": _("not paid yet"),
        "cancelled": _("cancelled"),
        "left_out": _("left out"),
        "ended": ngettext("ended", "ended", 1),
        "deleted_in_shop": _("deleted in the shop"),
        "deleted_in_erp": _("deleted in the ERP"),
    }[state]
