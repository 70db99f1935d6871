"""Plans, runs and the status as rich renderables. Returns them; printing is the command line's business."""

import csv
from collections.abc import Iterable, Mapping
from io import StringIO
from itertools import chain
from typing import TYPE_CHECKING

from rich.console import Group as Lines
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from contaazul_sync.models import Drift, Failure, Group, Kind, Link, Product, ShopKey
from contaazul_sync.money import counted, plain, written

if TYPE_CHECKING:  # what was handed over is there already; `status` needs no client of the ERP
    from contaazul_sync.drafts import SaleDraft
    from contaazul_sync.plan import Balance, CancelSale, CreateProduct, Hold, SendOrder, SendPrice
    from contaazul_sync.rows import Run
    from contaazul_sync.status import Status
    from contaazul_sync.sync import Report

MANY = 20  # lines of a list on the status screen, before it says how many more there are

OUTCOMES = {
    0: "all well",
    1: "a bug: please report it",
    3: "the setup needs you",
    4: "sign in again",
    5: "could not go on; the next run tries again",
    6: "done; some items need a look",
    7: "stopped by a safety check, nothing sent",
    130: "interrupted",
}

GROUPS = {
    Group.WAITING: "waiting for a product",
    Group.HELD: "held",
    Group.FAILED: "failed",
    Group.IN_DOUBT: "in doubt",
    Group.ATTENTION: "asks for your attention",
}


def plan_view(report: "Report") -> RenderableType:
    """What a pass would do, field by field: old value, new value, why."""
    made = report.plan
    creates = [*made.needed, *made.products]
    lines: list[RenderableType] = [
        Text(
            f"{counted(len(creates), 'product')} to create, {counted(len(made.orders), 'order')} to send,"
            f" {counted(len(made.prices), 'price')} to change,"
            f" {counted(len(report.uneven), 'balance')} to set"
        )
    ]
    if notice := _percent_notice(report):
        lines.append(Text(notice))
    for views in (
        map(_create, creates),
        (_sale(send, report.drafts.get(send.key)) for send in made.orders),
        map(_cancel, made.cancels),
        map(_price, made.prices),
        map(_balance, report.uneven),
        map(_hold, made.holds),
    ):
        lines += chain.from_iterable(views)
    if made.skips:
        lines.append(Text(f"{counted(len(made.skips), 'item')} left as before: contaazul-sync status"))
    lines.append(Text("This was a dry run: nothing was sent and nothing was kept.", style="bold"))
    return Lines(*lines)


def _create(create: "CreateProduct") -> Iterable[RenderableType]:
    yield from _item(f"create product {create.product.sku}", create.reason)
    yield _field("name", "", create.product.name)
    yield _field("price", "", written(create.price))
    yield _field("stock", "", plain(create.balance))


def _cancel(cancel: "CancelSale") -> Iterable[RenderableType]:
    order = f"order {cancel.note.id} was {cancel.note.payment} in the shop"
    return _item(f"cancel sale {cancel.sale.number}", order)


def _hold(hold: "Hold") -> Iterable[RenderableType]:
    return _item(f"leave {_what(hold.kind)} {hold.name}", f"{hold.reason}; next: {hold.next_step}")


def _price(change: "SendPrice") -> Iterable[RenderableType]:
    yield from _item(f"change price of {change.sku}", change.reason)
    yield _field("price", "unknown" if change.old is None else written(change.old), written(change.new))


def _balance(balance: "Balance") -> Iterable[RenderableType]:
    yield from _item(f"set stock of {balance.link.sku}", "the ERP's balance is not what it should be")
    actual = "unknown" if balance.actual is None else plain(balance.actual)
    yield _field("stock", actual, plain(balance.expected))


def _sale(send: "SendOrder", draft: "SaleDraft | None") -> Iterable[RenderableType]:
    """What a sale will be made of; who bought is nobody's business here."""
    yield from _item(f"send order {send.note.id}", send.reason)
    if draft is None:
        return
    for line in draft.lines:
        yield _field("item", "", f"{plain(line.quantity)} x {line.sku} at {written(line.price)}")
    if draft.discount:
        yield _field("discount", "", written(draft.discount))
    if draft.freight:
        yield _field("freight", "", written(draft.freight))
    yield _field("total", "", f"{written(draft.total)}, paid by {draft.method or 'an unknown way'}")
    first, *more = draft.parts
    parts = f"{len(draft.parts)} instalments, the first of " if more else ""
    yield _field("due", "", f"{parts}{written(first.amount)} on {first.due:%d/%m/%Y}")


def _what(kind: Kind) -> str:
    return "order" if kind is Kind.SALE else "product"


def _percent_notice(report: "Report") -> str | None:
    from contaazul_sync.plan import PERCENT_CHANGED  # noqa: PLC0415

    count = sum(change.reason == PERCENT_CHANGED for change in report.plan.prices)
    return f"The percentage changed: {count} prices are sent anew." if count else None


def _item(title: str, reason: str) -> list[RenderableType]:
    return [Text.assemble((title, "bold"), f": {reason}")]


def _field(name: str, old: str, new: str) -> Text:
    return Text(f"    {name}: {old} -> {new}" if old else f"    {name}: {new}")


def run_view(report: "Report", new: int) -> RenderableType:
    """One line on what a run did, and one on what needs a look."""
    counts = report.counts
    line = f"Created {counts['created']}, updated {counts['updated']}, not done {counts['failed']}."
    lines = [Text(line), *(Text(note) for note in report.notes)]
    if report.outcome == 6:
        fresh = f" ({new} of them new)" if new else ""
        lines.append(Text(f"Some items need a look{fresh}: contaazul-sync status", style="yellow"))
    return Lines(*lines)


def status_view(status: "Status", drifts: list[Drift], names: dict[str, str], where: str) -> RenderableType:
    """The whole screen. `names`: the SKU of each product that drifts; `where`: the state file."""
    return Lines(
        _account(status),
        Text(""),
        _numbers(status),
        *_warnings(status),
        *_drift(drifts, names),
        *_renamed(status.renamed),
        Text(""),
        *_runs(status),
        Text(f"State: {where}", style="dim"),
    )


def _account(status: "Status") -> Text:
    if not status.signed_in:
        return Text("Not signed in to the ERP. Run: contaazul-sync auth", style="bold red")
    number = status.document
    document = f"{number[:2]}.{number[2:5]}.{number[5:8]}/{number[8:12]}-{number[12:]}"
    if len(number) != 14:  # not a CNPJ
        document = number
    return Text.assemble("Conta Azul: ", (status.company or "signed in", "bold"), f"  {document}")


def _numbers(status: "Status") -> Table:
    products, orders = status.products, status.orders
    table = Table(box=None, padding=(0, 3, 0, 0), show_header=False)
    table.add_column()
    table.add_column(justify="right")
    table.add_column(overflow="fold")
    gone = f"{status.deleted_in_shop} deleted in the shop, kept in the ERP" if status.deleted_in_shop else ""
    table.add_row(Text("Products", style="bold"), "", "")
    table.add_row("  integrated", Text(str(products["linked"]), style="green"), gone)
    unsent = str(products["unsent"]) if status.walked else "?"
    unfit = f"of them unfit: {status.unsellable} (no SKU, a SKU too long, or no price)"
    unfit = unfit if status.unsellable else "" if status.walked else "not known before the first sync"
    table.add_row("  not sent", unsent, unfit)
    table.add_row("  waiting", str(products["waiting"]), "")
    table.add_row("  failed", _count(products["failed"], "red"), "")
    table.add_row("  stock drift", _count(products["drift"], "yellow"), "")
    table.add_row(Text("Orders", style="bold"), "", "")
    stockless = f"{status.without_stock} as EM_ANDAMENTO: their units count as not sold yet"
    table.add_row(
        "  sent", Text(str(orders["sent"]), style="green"), stockless if status.without_stock else ""
    )
    table.add_row("  waiting", str(orders["waiting"]), "")
    table.add_row("  failed", _count(orders["failed"], "red"), "")
    table.add_row("  in doubt", _count(orders["in_doubt"], "yellow"), "")
    table.add_row("  attention", _count(orders["attention"], "yellow"), "")
    return table


def _count(number: int, style: str) -> Text:
    return Text(str(number), style=style if number else "")


def _warnings(status: "Status") -> Iterable[RenderableType]:
    if not status.failures:
        return
    yield Text("")
    yield Text("Warnings", style="bold")
    for failure in status.failures[:MANY]:
        yield from _warning(status.name(failure), failure)
    if len(status.failures) > MANY:
        yield Text(f"  ... and {len(status.failures) - MANY} more: contaazul-sync status --json")


def _warning(name: str, failure: Failure) -> Iterable[RenderableType]:
    group = (GROUPS[failure.group], "yellow" if failure.group in (Group.WAITING, Group.IN_DOUBT) else "red")
    since = failure.since.astimezone()
    yield Text.assemble(
        f"  {_what(failure.kind)} ", (name, "bold"), ": ", group, f" since {since:%d/%m %H:%M}"
    )
    yield Text(f"    {failure.reason}")
    yield Text(f"    next: {failure.next_step}", style="dim")


def _renamed(renamed: list[tuple[str, str]]) -> Iterable[RenderableType]:
    """The linked products that got another SKU in the shop: the link holds, by the ids."""
    if renamed:
        yield Text("")
        yield Text("SKU changed in the shop, still linked", style="bold")
    for old, new in renamed[:MANY]:
        yield Text(f"  {old} is {new} now")


def _drift(drifts: list[Drift], names: dict[str, str]) -> Iterable[RenderableType]:
    if not drifts:
        return
    yield Text("")
    yield Text("Stock drift: the ERP does not let its stock be written; set these there", style="bold")
    table = Table(box=None, padding=(0, 3, 0, 0))
    for title, side in (("  SKU", "left"), ("in the ERP", "right"), ("should be", "right")):
        table.add_column(title, justify="right" if side == "right" else "left", overflow="fold")
    for drift in drifts[:MANY]:
        table.add_row(f"  {names.get(drift.key, drift.key)}", plain(drift.actual), plain(drift.expected))
    yield table
    if len(drifts) > MANY:
        yield Text(f"  ... and {len(drifts) - MANY} more: contaazul-sync status --drift > drift.csv")


def _runs(status: "Status") -> Iterable[Text]:
    if status.last_run is None:
        yield Text("No run yet. Try: contaazul-sync sync --dry-run")
        return
    yield Text.assemble("Last run: ", _run(status.last_run))
    good = status.last_good_run
    if good and good.id != status.last_run.id and good.finished_at:
        yield Text(f"Last good run: {good.finished_at.astimezone():%d/%m/%Y %H:%M}")


def _run(run: "Run") -> str:
    begun = f"{run.started_at.astimezone():%d/%m/%Y %H:%M} {run.command}: "
    if run.outcome is None:
        return begun + "going on, or cut short"
    outcome = OUTCOMES.get(run.outcome, f"ended {run.outcome}")
    if run.message:
        return f"{begun}{outcome}. {run.message[:1].upper()}{run.message[1:]}"
    return f"{begun}{outcome} (created {run.created}, updated {run.updated}, not done {run.failed})"


def products_view(rows: Iterable[tuple[Product, Link]], price_source: str) -> Table:
    """The integrated products."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("SKU", no_wrap=True)
    table.add_column("name", overflow="ellipsis", no_wrap=True, max_width=24)
    for title in ("shop's price", "price sent", "stock"):
        table.add_column(title, justify="right", no_wrap=True)
    for product, link in rows:
        sent = "not yet" if link.sent is None else written(link.sent)
        name = f"{product.name} (deleted in the shop)" if product.gone else product.name
        table.add_row(link.sku, name, written(product.base(price_source)), sent, plain(product.stock))
    return table


def drift_csv(drifts: Iterable[Drift], products: Mapping[ShopKey, Product]) -> str:
    """The drift as CSV with semicolons, as Brazilian spreadsheets and the ERP's own import read it."""
    text = StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(["sku", "name", "in_erp", "should_be", "since"])
    for drift in drifts:
        product = products[drift.key]
        balances = [plain(drift.actual), plain(drift.expected)]
        writer.writerow([product.sku, product.name, *balances, drift.since.date().isoformat()])
    return text.getvalue()


def choice_view(products: Iterable[Product], price_source: str) -> Table:
    """A numbered list to choose from."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("", justify="right", no_wrap=True)
    table.add_column("SKU", no_wrap=True)
    table.add_column("name", overflow="ellipsis", no_wrap=True, max_width=33)
    table.add_column("price", justify="right", no_wrap=True)
    table.add_column("stock", justify="right", no_wrap=True)
    for number, product in enumerate(products, start=1):
        price, stock = written(product.base(price_source)), plain(product.stock)
        table.add_row(str(number), product.sku or "(none)", product.name, price, stock)
    return table
