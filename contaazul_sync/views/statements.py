"""What `payouts` shows of a gateway's statement: what of it is to be settled, and what is to be looked at."""

from collections.abc import Iterator

from contaazul_sync.core.money import written
from contaazul_sync.core.statements import Entry, Record, Verdict
from contaazul_sync.core.words import _, ngettext
from contaazul_sync.operate.payouts import SHOWN, Judged, Read

MOST = 50  # rows that are listed, before it says how many more there are


def preview(found: Read) -> Iterator[str]:
    """A statement as a whole, and the rows of it that have to be looked at."""
    yield from sums(found)
    listed = [row for row in found.rows if row.verdict in SHOWN]
    if listed:
        text = ngettext(
            "{n} row is listed, and not settled:", "{n} rows are listed, and not settled:", len(listed)
        )
        yield f"  {text.format(n=len(listed))}"
    yield from (f"    {line_of(row)}" for row in listed[:MOST])
    if more := len(listed[MOST:]):
        text = ngettext("and {n} more; --check shows all", "and {n} more; --check shows all", more)
        yield f"    {text.format(n=more)}"


def sums(found: Read) -> Iterator[str]:
    """What a statement comes to."""
    yield _heading(found)
    yield f"  {_balance(found)}"
    yield f"  {_to_settle(found)}"
    if known := found.counts[Verdict.KNOWN]:
        text = ngettext("{n} payment was taken before", "{n} payments were taken before", known)
        yield f"  {text.format(n=known)}"
    if others := found.counts[Verdict.NO_SALE]:
        text = ngettext("{n} row is no sale", "{n} rows are no sale", others)
        yield f"  {text.format(n=others)}"


def _heading(found: Read) -> str:
    totals = found.totals
    if totals.first is None or totals.last is None:
        return _("{file}: no row of it moves money").format(file=found.name)
    text = ngettext("{file}: {n} row, {first} to {last}", "{file}: {n} rows, {first} to {last}", totals.rows)
    days = {"first": f"{totals.first:%d/%m/%Y}", "last": f"{totals.last:%d/%m/%Y}"}
    return text.format(file=found.name, n=totals.rows, **days)


def _balance(found: Read) -> str:
    totals = found.totals
    if totals.closing is None:
        return _("its rows come to {sum}; it tells no closing balance").format(sum=written(totals.moved))
    text = _("opening {opening} + rows {rows} = closing {closing}")
    sums = {"opening": totals.opening or 0, "rows": totals.moved, "closing": totals.closing}
    return text.format(**{name: written(amount) for name, amount in sums.items()})


def _to_settle(found: Read) -> str:
    payouts = [payout for _line, payout in found.taken]
    gross, fee = sum(each.gross for each in payouts), sum(each.fee for each in payouts)
    text = ngettext(
        "{n} payment to settle: {gross}, of which the gateway kept {fee} and {net} came",
        "{n} payments to settle: {gross}, of which the gateway kept {fee} and {net} came",
        len(payouts),
    )
    return text.format(n=len(payouts), gross=written(gross), fee=written(fee), net=written(gross - fee))


def line_of(row: Judged) -> str:
    """A row, and what becomes of it."""
    return f"{_row(row.entry, row.order)}: {said(row)}"


def of_no_sale(entry: Entry) -> str:
    """A row that is no sale, or a balance."""
    records = {
        Record.OPENING: _("the opening balance"),
        Record.CLOSING: _("the closing balance"),
        Record.SKIP: _("passed over"),
    }
    return f"{_row(entry, '')}: {records.get(entry.record) or _('no sale')}"


def _row(entry: Entry, order: str) -> str:
    parts: list[str] = [_("row {n}").format(n=entry.number)]
    parts += [f"{entry.day:%d/%m/%Y}"] if entry.at else []
    parts += [entry.kind] if entry.kind else []
    named = order or entry.reference or entry.transaction
    parts += [_("order {order}").format(order=named)] if order else [named] if named else []
    return ", ".join([*parts, written(entry.gross if entry.moves else entry.net)])


def said(row: Judged) -> str:
    """What becomes of a row, and what to do about it."""
    if row.payout:
        text = _("{gross} to settle, fee {fee}")
        return text.format(gross=written(row.payout.gross), fee=written(row.payout.fee))
    return _reasons().get(row.verdict, "")


def _reasons() -> dict[Verdict, str]:
    return {
        Verdict.KNOWN: _("taken before"),
        Verdict.BACK: _("a refund or a chargeback: put it right in the ERP by hand"),
        Verdict.ODD: _("a sale by its kind, and its amounts are none of a sale"),
        Verdict.UNKNOWN_KIND: _("the mapping does not know this kind: say in [kinds] what it is"),
        Verdict.NO_ORDER: _("no order of the shop is known by it"),
        Verdict.SEVERAL: _("two orders are known by it"),
        Verdict.NOT_SOLD: _("its order is no sale in the ERP: read the file again when it is"),
        Verdict.ENDED: _("its order is not paid in the shop, or was cancelled or refunded"),
        Verdict.NOT_SO_PAID: _(
            'its way of paying is not settled by statements: settle = "payout" in [payments]'
        ),
        Verdict.NOT_FOLLOWED: _(
            "its receivables are not known yet, or it is left alone: run contaazul-sync sync, then read the"
            " file again"
        ),
        Verdict.OTHER_ID: _(
            "its payment id is not the one that the shop tells of its order: is it another shop's? If not:"
            " contaazul-sync payouts --any-id FILE"
        ),
        Verdict.TWIN: _(
            "the same was taken from a statement of another gateway: if this is other money, settle it in the"
            " ERP by hand"
        ),
        Verdict.CLOSED: _("nothing of its order is open: it was received before, or by hand"),
        Verdict.DIFFERS: _("it is not what is open of its order: settle it in the ERP by hand"),
    }
