"""The money that came in and that did not: of all sales for `status`, of one order for `show`."""

from contaazul_sync.core.days import in_brazil
from contaazul_sync.core.items import Failure
from contaazul_sync.core.money import written
from contaazul_sync.core.receivables import DuePart, Money
from contaazul_sync.core.takings import Taking, Takings
from contaazul_sync.core.words import _, ngettext, typed
from contaazul_sync.views import phrases
from contaazul_sync.views.phrases import BAD, GOOD, LOOK, Number

STILL = (Money.LATER, Money.STATEMENT, Money.OPEN)  # of a part of which something is to come
COLOURS = {Taking.SETTLED: GOOD, Taking.FAILED: BAD, Taking.IN_DOUBT: LOOK}


def title(of: Taking, number: int) -> str:
    """Where so many parts stand, as the title of a line or a tile."""
    return {
        Taking.SETTLED: ngettext("received", "received", number),
        Taking.DUE_LATER: _("due later"),
        Taking.WAITING: _("waiting"),
        Taking.FAILED: _("failed"),
        Taking.IN_DOUBT: _("in doubt"),
        Taking.BY_PERSON: _("left to a person"),
    }[of]


def numbers(some: Takings) -> list[Number]:
    """The lines about the parts, one for each place; of what is a person's only where there is any."""
    return [
        Number(
            title(place, each.parts),
            str(each.parts),
            remark(some, place),
            COLOURS.get(place, "") if each.parts else "",
            written(each.total) if each.total else "",
        )
        for place, each in some.places.items()
        if each.parts or place is not Taking.BY_PERSON
    ]


def remark(some: Takings, place: Taking) -> str:
    """What there is to say of the parts in a place."""
    if place is Taking.SETTLED and some.fees:
        return _("fees {sum}").format(sum=written(some.fees))
    if place is Taking.WAITING and some.for_statement:
        text = ngettext(
            "{n} for a statement: {command}", "{n} for a statement: {command}", some.for_statement
        )
        return text.format(n=some.for_statement, command=typed("payouts FILE"))
    return ""


def part(of: DuePart, *, goes_on: bool = True) -> str:
    """One part of an order, as a line: what it is, when it is due, and where it stands.

    `goes_on`: what is open of it is not left to a person.
    """
    told = _("{sum}, due on {day}").format(sum=written(of.amount), day=f"{of.due:%d/%m/%Y}")
    return f"{told}: {_stands(of, goes_on=goes_on)}"


def _stands(of: DuePart, *, goes_on: bool) -> str:
    word = _word(of.money) if goes_on or of.money not in STILL else title(Taking.BY_PERSON, 1)
    if of.received_on and of.received:
        text = _("received {sum} on {day}, fee {fee}")
        day = f"{of.received_on:%d/%m/%Y}"
        told = text.format(sum=written(of.received), day=day, fee=written(of.fee))
        return told if of.money is Money.SETTLED else f"{told}; {word}"
    return word


def _word(money: Money) -> str:
    return {
        Money.SETTLED: ngettext("received", "received", 1),
        Money.BY_PERSON: _("received by a person in the ERP"),
        Money.LATER: _("due later"),
        Money.STATEMENT: _("waits for a statement of the gateway"),
        Money.OPEN: _("open"),
        Money.ENDED: _("cancelled"),
    }[money]


def against(failure: Failure) -> str:
    """What stands against the money of an order, and since when."""
    moment = f"{in_brazil(failure.since):%d/%m %H:%M}"
    text = _("{group} since {moment}: {reason}")
    return text.format(group=phrases.group(failure.group), moment=moment, reason=failure.reason)
