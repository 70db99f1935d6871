"""The status in words: for a pipe as plain text, and the words that the other views share.

Without rich, which takes longer to load than all that `status` has to look up.
"""

import textwrap
from collections.abc import Iterator
from typing import NamedTuple

from contaazul_sync.core.exits import outcome
from contaazul_sync.core.items import Failure, Group, Kind, Run
from contaazul_sync.core.money import plain
from contaazul_sync.core.products import Drift
from contaazul_sync.core.words import _, ngettext, printable, typed
from contaazul_sync.views.status import Status

MANY = 20  # lines of a list on the status screen, before it says how many more there are
GOOD, LOOK, BAD = "green", "yellow", "red"


class Number(NamedTuple):
    """One line of numbers: its title, the number, a remark, and the colour it has on a terminal."""

    title: str
    number: str
    remark: str = ""
    colour: str = ""


def group(of: Group) -> str:
    """Why an item is among the failures."""
    return {
        Group.WAITING: _("waiting for a product"),
        Group.HELD: _("held"),
        Group.FAILED: _("failed"),
        Group.IN_DOUBT: _("in doubt"),
        Group.ATTENTION: _("asks for your attention"),
    }[of]


def kind(of: Kind) -> str:
    """An order or a product."""
    return _("order") if of is Kind.SALE else _("product")


def run(of: Run, *, short: bool = False) -> str:
    """A run, when it began and what became of it."""
    begun = f"{of.command}: " if short else f"{of.started_at.astimezone():%d/%m/%Y %H:%M} {of.command}: "
    if of.outcome is None:
        return begun + _("going on, or cut short")
    if of.message:
        return f"{begun}{outcome(of.outcome)}. {of.message[:1].upper()}{of.message[1:]}"
    counts = _("created {created}, updated {updated}, not done {failed}").format(
        created=of.created, updated=of.updated, failed=of.failed
    )
    return f"{begun}{outcome(of.outcome)} ({counts})"


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
    counts = status.products
    gone = _("{n} deleted in the shop, kept in the ERP").format(n=status.deleted_in_shop)
    unfit = _("of them unfit: {n} (no SKU, a SKU too long, or no price)").format(n=status.unsellable)
    if not status.walked:
        unfit = _("not known before the first sync")
    elif not status.unsellable:
        unfit = ""
    return [
        Number(
            ngettext("integrated", "integrated", counts["linked"]),
            str(counts["linked"]),
            gone if status.deleted_in_shop else "",
            GOOD,
        ),
        Number(
            ngettext("not sent", "not sent", counts["unsent"]),
            str(counts["unsent"]) if status.walked else "?",
            unfit,
        ),
        Number(_("waiting"), str(counts["waiting"])),
        Number(_("failed"), str(counts["failed"]), "", BAD if counts["failed"] else ""),
        Number(_("stock drift"), str(counts["drift"]), "", LOOK if counts["drift"] else ""),
    ]


def order_numbers(status: Status) -> list[Number]:
    """The lines about orders."""
    counts = status.orders
    stockless = _("{n} as EM_ANDAMENTO: their units count as not sold yet").format(n=status.without_stock)
    remark = stockless if status.without_stock else ""
    if not status.reads_orders:
        remark = _("the shop's orders cannot be read: {command}").format(command=typed("doctor"))
    since = status.waiting_since
    oldest = (
        _("the oldest since {moment}").format(moment=f"{since.astimezone():%d/%m %H:%M}") if since else ""
    )
    return [
        Number(
            ngettext("sent", "sent", counts["sent"]),
            str(counts["sent"]),
            remark,
            GOOD,
        ),
        Number(_("waiting"), str(counts["waiting"]), oldest),
        Number(_("failed"), str(counts["failed"]), "", BAD if counts["failed"] else ""),
        Number(_("in doubt"), str(counts["in_doubt"]), "", LOOK if counts["in_doubt"] else ""),
        Number(_("attention"), str(counts["attention"]), "", LOOK if counts["attention"] else ""),
    ]


def setting(name: str, value: object) -> str:
    """A setting's value as it may be shown: where messages go may hold a password."""
    if name == "alerts.notify" and value:
        return str(value).partition("://")[0] + "://..."
    return "-" if value in ("", None) else str(value)


def more(count: int, command: str) -> str:
    """That a list goes on, and the command that shows all of it."""
    return _("... and {n} more: {command}").format(n=count, command=command)


def all_drifts(count: int) -> str:
    """The command that lists what drifts for a spreadsheet, and how much of it is not on the screen."""
    command = typed("status --drift > drift.csv")
    if count > MANY:
        return more(count - MANY, command)
    return _("as a list for a spreadsheet: {command}").format(command=command)


def text(status: Status, drifts: list[Drift], names: dict[str, str], where: str, width: int) -> str:
    """The whole screen. `names`: the SKU of each product that drifts; `where`: the state file."""
    lines = [
        _account(status),
        "",
        *_numbers(status),
        *_warnings(status),
        *_drift(drifts, names),
        *_renamed(status.renamed),
        "",
        *_runs(status),
        _("State: {file}").format(file=where),
    ]
    return "\n".join(_folded(line, width) for line in lines)


def _folded(line: str, width: int) -> str:
    """A line that is too long goes on below, under its own beginning."""
    indent = " " * (len(line) - len(line.lstrip()))
    return textwrap.fill(
        printable(line), width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def _account(status: Status) -> str:
    company, document = account(status)
    return f"Conta Azul: {company}  {document}" if status.signed_in else company


def _numbers(status: Status) -> Iterator[str]:
    blocks = ((_("Products"), product_numbers(status)), (_("Orders"), order_numbers(status)))
    titles = max(len(number.title) for _title, numbers in blocks for number in numbers)
    digits = max(len(number.number) for _title, numbers in blocks for number in numbers)
    for title, numbers in blocks:
        yield title
        for line in numbers:
            yield f"  {line.title:{titles}}   {line.number:>{digits}}   {line.remark}".rstrip()


def _warnings(status: Status) -> Iterator[str]:
    if status.failures:
        yield from ("", _("Warnings"))
    for failure in status.failures[:MANY]:
        yield f"  {warning(status.name(failure), failure)}"
        yield f"    {failure.reason}"
        yield "    " + _("next: {step}").format(step=status.step(failure))
    if len(status.failures) > MANY:
        yield "  " + more(len(status.failures) - MANY, typed("status --json"))


def warning(name: str, failure: Failure) -> str:
    """The first line about an item that needs a person or waits."""
    return _("{kind} {name}: {group} since {moment}").format(
        kind=kind(failure.kind),
        name=name,
        group=group(failure.group),
        moment=f"{failure.since.astimezone():%d/%m %H:%M}",
    )


def _drift(drifts: list[Drift], names: dict[str, str]) -> Iterator[str]:
    if not drifts:
        return
    yield from ("", _("Stock drift: the ERP does not let its stock be written; set these there"))
    rows = [("SKU", _("in the ERP"), _("should be"))]
    rows += [(names.get(d.key, d.key), plain(d.actual), plain(d.expected)) for d in drifts[:MANY]]
    first, second, third = (max(len(row[i]) for row in rows) for i in range(3))
    for sku, actual, expected in rows:
        yield f"  {sku:{first}}   {actual:>{second}}   {expected:>{third}}"
    yield "  " + all_drifts(len(drifts))


def _renamed(renamed: list[tuple[str, str]]) -> Iterator[str]:
    """The linked products that got another SKU in the shop: the link holds, by the ids."""
    if renamed:
        yield from ("", _("SKU changed in the shop, still linked"))
    for old, new in renamed[:MANY]:
        yield "  " + _("{old} is {new} now").format(old=old, new=new)


def _runs(status: Status) -> Iterator[str]:
    if status.last_run is None:
        yield _("No run yet. Try: contaazul-sync sync --dry-run")
        return
    yield _("Last run: {run}").format(run=run(status.last_run))
    good = status.last_good_run
    if good and good.id != status.last_run.id and good.finished_at:
        yield _("Last good run: {moment}").format(moment=f"{good.finished_at.astimezone():%d/%m/%Y %H:%M}")
