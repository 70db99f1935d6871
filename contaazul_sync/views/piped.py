"""The status as plain text, for a pipe."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from contaazul_sync.core import harmless
from contaazul_sync.core.days import in_brazil
from contaazul_sync.core.money import plain, written
from contaazul_sync.core.products import Drift, Link, Product
from contaazul_sync.core.words import _, typed
from contaazul_sync.home.screen import folded
from contaazul_sync.views.notices import notices
from contaazul_sync.views.phrases import (
    MANY,
    Part,
    account,
    all_drifts,
    checking,
    files,
    lines,
    more,
    order_numbers,
    product_numbers,
    run,
    stock_told,
)
from contaazul_sync.views.status import Status
from contaazul_sync.views.takings import numbers as takings_numbers
from contaazul_sync.views.verdict import verdict

LONGEST_NAME = 24


def text(
    status: Status, drifts: list[Drift], names: dict[str, str], where: str, width: int, now: datetime
) -> str:
    """The whole screen. `names`: the SKU of each product that drifts; `where`: the state file."""
    told = [
        *_verdict(status, now),
        *_account(status),
        "",
        *_numbers(status),
        *_warnings(status),
        *_drift(drifts, names),
        *_renamed(status.renamed),
        "",
        *files(status),
        *_runs(status),
        _("State: {file}").format(file=where),
    ]
    return "\n".join(_folded(line, width) for line in told)


def products(rows: Iterable[tuple[Product, Link]], price_source: str) -> Iterator[str]:
    """The integrated products, a line each, as they are read: there may be a hundred thousand."""
    yield _product(("SKU", _("name"), _("shop's price"), _("price sent"), _("stock")))
    for product, link in rows:
        name = _("{name} (deleted in the shop)").format(name=product.name) if product.gone else product.name
        sent = _("not yet") if link.sent is None else written(link.sent)
        yield _product((link.sku, name, written(product.base(price_source)), sent, stock_told(product)))


def _product(cells: Sequence[str]) -> str:
    sku, name, *numbers = map(harmless.line, cells)
    short = name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"
    return "  ".join([f"{sku:20}", f"{short:{LONGEST_NAME}}", *(f"{number:>12}" for number in numbers)])


def _folded(line: str, width: int) -> str:
    """A line that is too long goes on below, under its own beginning."""
    bare = line.lstrip()
    indent = " " * (len(line) - len(bare))
    if bare.startswith("contaazul-sync "):  # whole, so that it can be copied
        return line
    return folded(line, width, indent)


def _verdict(status: Status, now: datetime) -> Iterator[str]:
    told = verdict(status, now)
    yield told.sentence
    if told.command:
        yield f"    {told.command}"


def _account(status: Status) -> Iterator[str]:
    company, document = account(status)
    if status.signed_in:
        yield f"Conta Azul: {company}  {document}"


def _numbers(status: Status) -> Iterator[str]:
    blocks = [(_("Products"), product_numbers(status)), (_("Orders"), order_numbers(status))]
    if status.takings:
        blocks.append((_("Received"), takings_numbers(status.takings)))
    titles = max(len(number.title) for _title, numbers in blocks for number in numbers)
    digits = max(len(number.number) for _title, numbers in blocks for number in numbers)
    for title, numbers in blocks:
        yield title
        amounts = max(len(number.amount) for number in numbers)
        for line in numbers:
            rest = [f"{line.amount:>{amounts}}"] if amounts else []
            yield "   ".join(
                [f"  {line.title:{titles}}", f"{line.number:>{digits}}", *rest, line.remark]
            ).rstrip()


def _warnings(status: Status) -> Iterator[str]:
    if status.failures:
        yield from ("", _("Warnings"))
    found = notices(status)
    for notice in found[:MANY]:
        yield f"  {notice.title}"
        yield f"    {notice.reason}"
        yield from _next(notice.step)
    if len(found) > MANY:
        yield "  " + more(len(found) - MANY, typed("status --json"))


def _next(step: str) -> Iterator[str]:
    """What comes next, with each command on a line of its own."""
    first, *rest = lines(step) or [Part("", command=False)]
    if first.command:
        yield "    " + _("next:")
        rest = [first, *rest]
    else:
        yield "    " + _("next: {step}").format(step=first.text)
    for part in rest:
        yield ("      " if part.command else "    ") + part.text


def _drift(drifts: list[Drift], names: dict[str, str]) -> Iterator[str]:
    if not drifts:
        return
    yield from ("", _("Stock drift: the ERP does not let its stock be written; set these there"))
    rows: list[tuple[str, str, str]] = [("SKU", _("in the ERP"), _("should be"))]
    rows += [(names.get(d.key, d.key), plain(d.actual), plain(d.expected)) for d in drifts[:MANY]]
    first, second, third = (max(len(row[i]) for row in rows) for i in range(3))
    told = ["", *map(checking, drifts)]
    for (sku, actual, expected), until in zip(rows, told, strict=False):
        numbers = f"{actual:>{second}}   {expected:>{third}}"
        yield f"  {sku:{first}}   {until or numbers}"
    yield "  " + all_drifts(len(drifts))


def _renamed(renamed: list[tuple[str, str]]) -> Iterator[str]:
    """The linked products that got another SKU in the shop: the link holds, by the ids."""
    if renamed:
        yield from ("", _("SKU changed in the shop, still linked"))
    for old, new in renamed[:MANY]:
        yield "  " + _("{old} is {new} now").format(old=old, new=new)


def _runs(status: Status) -> Iterator[str]:
    if status.last_run is None:
        return
    yield _("Last run: {run}").format(run=run(status.last_run))
    good = status.last_good_run
    if good and good.id != status.last_run.id and good.finished_at:
        yield _("Last good run: {moment}").format(moment=f"{in_brazil(good.finished_at):%d/%m/%Y %H:%M}")
