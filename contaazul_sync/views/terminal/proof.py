"""The proof of a month, to read: what was paid, where it stands, and what the ERP has of it."""

from collections.abc import Iterator
from datetime import datetime

from rich.console import Group as Lines
from rich.console import RenderableType
from rich.text import Text

from contaazul_sync.core.book import Entry, Place
from contaazul_sync.core.money import written
from contaazul_sync.core.proof import Line, Proof, Stand
from contaazul_sync.core.words import _, ngettext, order_title
from contaazul_sync.views.book import reason
from contaazul_sync.views.phrases import place_title
from contaazul_sync.views.terminal.lines import below
from contaazul_sync.views.terminal.tables import Column, Fitting, Kind


def proof_view(proof: Proof, run_since: datetime | None, *, reads_orders: bool) -> RenderableType:
    """A month, its orders that make a difference, and one line that proves it."""
    lines: list[RenderableType] = [_table(proof)] if proof.orders else []
    for stand in proof.named:
        lines += [_title(stand), below(_why(stand, run_since))]
    for sale in proof.strangers:
        text = _("sale {number} of the ERP: {total}, and no order of the book explains it")
        lines.append(Text(text.format(number=sale.number, total=written(sale.total or 0))))
    lines += map(Text, _undated(proof, run_since))
    if not reads_orders:
        lines.append(Text(_("The shop's orders cannot be read now: this is what was known of them before.")))
    lines.append(Text(_proved(proof), style="bold"))
    return Lines(*lines)


def _table(proof: Proof) -> Fitting:
    titles = (_("orders"), _("paid"), _("in the ERP"), _("difference"))
    table = Fitting(Column(proof.month, Kind.KEY), *(Column(title, Kind.NUMBER) for title in titles))
    for place, line in proof.places.items():
        table.add(place_title(place, line.orders), *_numbers(line))
    table.add(_("all together"), *_numbers(proof.whole))
    return table


def _numbers(line: Line) -> tuple[str, ...]:
    off = line.paid - line.booked
    return str(line.orders), written(line.paid), written(line.booked), written(off) if off else "0"


def _title(stand: Stand) -> Text:
    paid = _("without a sum") if stand.entry.total is None else written(stand.entry.total)
    sides = _sides(paid, written(stand.booked) if stand.sales else "-")
    return Text.assemble((_named(stand.entry), "bold"), f": {sides}")


def _sides(paid: str, booked: str) -> str:
    return _("paid {paid}, in the ERP {booked}").format(paid=paid, booked=booked)


def _named(entry: Entry) -> str:
    number = entry.note.number if entry.note else ""
    return order_title(entry.id, "" if number == entry.id else number)


def _why(stand: Stand, run_since: datetime | None) -> str:
    told = reason(stand.entry, stand.place, run_since)
    if not told and stand.is_well and stand.sales:
        told = _("booked so: less or more was paid than the order's total")
    elif not told and stand.sales > 1:
        told = _("sold more than once")
    elif not told and stand.place is Place.SENT:
        told = _("the sale was changed in the ERP") if stand.sales else _("no live sale in the ERP")
    return f"{place_title(stand.place, 1)}: {told}" if told else place_title(stand.place, 1)


def _undated(proof: Proof, run_since: datetime | None) -> Iterator[str]:
    text = _("order {number}: its day could not be read, and it may be of this month ({reason})")
    for entry, place in proof.undated:
        yield text.format(number=_named(entry), reason=reason(entry, place, run_since))


def _proved(proof: Proof) -> str:
    """The line of proof: paid = in the ERP + what the named orders make."""
    whole = proof.whole
    named = len(proof.named) + len(proof.strangers)
    sums = {"paid": written(whole.paid), "booked": written(whole.booked)}
    if not named:
        return _("Proof: {paid} paid = {booked} in the ERP, to the centavo.").format(**sums)
    text = ngettext(
        "Proof: {paid} paid = {booked} in the ERP + {off} in {n} order above.",
        "Proof: {paid} paid = {booked} in the ERP + {off} in {n} orders above.",
        named,
    )
    return text.format(**sums, off=written(whole.paid - whole.booked), n=named)
