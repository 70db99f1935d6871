"""Plans, runs and the status as rich renderables. Returns them; printing is the command line's business."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from io import StringIO
from itertools import chain
from typing import TYPE_CHECKING

from rich.console import Group as Lines
from rich.console import RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from contaazul_sync.core import words
from contaazul_sync.core.ids import ShopKey
from contaazul_sync.core.items import Group, Kind
from contaazul_sync.core.money import plain, written
from contaazul_sync.core.orders import Payment
from contaazul_sync.core.products import Drift, Link, Product
from contaazul_sync.core.words import _, ngettext, typed
from contaazul_sync.views import screen
from contaazul_sync.views.screen import MANY

if TYPE_CHECKING:  # what was handed over is there already; `status` needs no client of the ERP
    from contaazul_sync.core.drafts.sales import SaleDraft
    from contaazul_sync.core.items import Run
    from contaazul_sync.core.plan.actions import (
        Balance,
        CancelSale,
        CreateProduct,
        Hold,
        SendOrder,
        SendPrice,
    )
    from contaazul_sync.home.config import Settings
    from contaazul_sync.home.credentials import Secrets
    from contaazul_sync.operate.doctor import Check
    from contaazul_sync.passes.reconcile import Result
    from contaazul_sync.passes.report import Report
    from contaazul_sync.views.show import Item
    from contaazul_sync.views.status import Status

LONG = 500  # rows of a table; what is longer is for a spreadsheet


def plan_view(report: "Report") -> RenderableType:
    """What a pass would do, field by field: old value, new value, why."""
    made = report.plan
    creates = [*made.needed, *made.products]
    prices, balances = len(made.prices), len(report.uneven)
    text = _("{products} to create, {orders} to send, {prices} to change, {balances} to set").format(
        products=words.products(len(creates)),
        orders=words.orders(len(made.orders)),
        prices=ngettext("{n} price", "{n} prices", prices).format(n=prices),
        balances=ngettext("{n} balance", "{n} balances", balances).format(n=balances),
    )
    lines: list[RenderableType] = [Text(text)]
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
        left = _("{items} left as before: contaazul-sync status")
        lines.append(Text(left.format(items=words.items(len(made.skips)))))
    lines.append(Text(_("This was a dry run: nothing was sent and nothing was kept."), style="bold"))
    return Lines(*lines)


def _create(create: "CreateProduct") -> Iterable[RenderableType]:
    yield from _item(_("create product {sku}").format(sku=create.product.sku), create.reason)
    yield _field(_("name"), "", create.product.name)
    yield _field(_("price"), "", written(create.price))
    yield _field(_("stock"), "", plain(create.balance))


def _cancel(cancel: "CancelSale") -> Iterable[RenderableType]:
    if cancel.note.payment is Payment.REFUNDED:
        why = _("order {number} was refunded in the shop")
    else:
        why = _("order {number} was cancelled in the shop")
    title = _("cancel sale {number}").format(number=cancel.sale.number)
    return _item(title, why.format(number=cancel.note.id))


def _hold(hold: "Hold") -> Iterable[RenderableType]:
    title = _("leave {kind} {name}").format(kind=screen.kind(hold.kind), name=hold.name)
    return _item(title, _("{reason}; next: {step}").format(reason=hold.reason, step=hold.next_step))


def _price(change: "SendPrice") -> Iterable[RenderableType]:
    yield from _item(_("change price of {sku}").format(sku=change.sku), change.reason)
    old = _("unknown") if change.old is None else written(change.old)
    yield _field(_("price"), old, written(change.new))


def _balance(balance: "Balance") -> Iterable[RenderableType]:
    title = _("set stock of {sku}").format(sku=balance.link.sku)
    yield from _item(title, _("the ERP's balance is not what it should be"))
    actual = _("unknown") if balance.actual is None else plain(balance.actual)
    yield _field(_("stock"), actual, plain(balance.expected))


def _sale(send: "SendOrder", draft: "SaleDraft | None") -> Iterable[RenderableType]:
    """What a sale will be made of; who bought is nobody's business here."""
    yield from _item(_("send order {number}").format(number=send.note.id), send.reason)
    if draft is None:
        return
    for line in draft.lines:
        item = _("{quantity} x {sku} at {price}").format(
            quantity=plain(line.quantity), sku=line.sku, price=written(line.price)
        )
        yield _field(_("item"), "", item)
    if draft.discount:
        yield _field(_("discount"), "", written(draft.discount))
    if draft.freight:
        yield _field(_("freight"), "", written(draft.freight))
    total = _("{total}, paid by {method}") if draft.method else _("{total}, paid by an unknown way")
    yield _field(_("total"), "", total.format(total=written(draft.total), method=draft.method))
    first, *more = draft.parts
    due = _("{n} instalments, the first of {amount} on {day}") if more else _("{amount} on {day}")
    day = f"{first.due:%d/%m/%Y}"
    yield _field(_("due"), "", due.format(n=len(draft.parts), amount=written(first.amount), day=day))


def _percent_notice(report: "Report") -> str | None:
    from contaazul_sync.core.plan.prices import percent_changed  # noqa: PLC0415

    reason = percent_changed()
    count = sum(change.reason == reason for change in report.plan.prices)
    text = ngettext(
        "The percentage changed: {n} price is sent anew.",
        "The percentage changed: {n} prices are sent anew.",
        count,
    )
    return text.format(n=count) if count else None


def _item(title: str, reason: str) -> list[RenderableType]:
    return [Text.assemble((title, "bold"), f": {reason}")]


def _field(name: str, old: str, new: str) -> Text:
    return Text(f"    {name}: {old} -> {new}" if old else f"    {name}: {new}")


def run_view(report: "Report", new: int) -> RenderableType:
    """One line on what a run did, and one on what needs a look."""
    counts = report.counts
    line = _("Created {created}, updated {updated}, not done {failed}.").format(**counts)
    lines = [Text(line), *(Text(note) for note in report.notes)]
    if report.outcome == 6:
        fresh = _("Some items need a look ({n} of them new): contaazul-sync status").format(n=new)
        known = _("Some items need a look: contaazul-sync status")
        lines.append(Text(fresh if new else known, style="yellow"))
    return Lines(*lines)


def status_view(
    status: "Status", drifts: list[Drift], names: dict[str, str], where: str, day: "list[Run]", now: datetime
) -> RenderableType:
    """The whole screen of a terminal. `day`: the runs of the last 24 hours; else as `screen.text`."""
    company, document = screen.account(status)
    title = Text(company, style="bold" if status.signed_in else "bold red")
    products = _panel(_("Products"), _numbers(screen.product_numbers(status)))
    orders = _panel(_("Orders"), _numbers(screen.order_numbers(status)))
    lists = [*_warnings(status), *_drift(drifts, names), *_renamed(status.renamed)]
    return Lines(
        Text.assemble("Conta Azul: ", title, f"  {document}") if status.signed_in else title,
        products,
        orders,
        *lists,
        _panel(_("The last 24 hours"), Lines(*_strip(day, now), *_runs(status))),
        Text(_("State: {file}").format(file=where), style="dim"),
    )


def _panel(title: str, content: RenderableType) -> Panel:
    return Panel(content, title=title, title_align="left", border_style="dim")


def _numbers(numbers: "list[screen.Number]") -> Table:
    table = Table(box=None, padding=(0, 3, 0, 0), show_header=False)
    table.add_column(min_width=12, no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold", style="dim")
    for line in numbers:
        table.add_row(line.title, Text(line.number, style=line.colour), line.remark)
    return table


def _strip(day: "list[Run]", now: datetime) -> Iterable[Text]:
    """A cell for each half hour: the worst that a run in it came to, also where there are no colours."""
    cells: list[str] = [""] * 48
    marks = {"": "·", screen.GOOD: "■", screen.LOOK: "◆", screen.BAD: "x"}
    worse = list(marks)
    for run in day:
        ago = int((now - run.started_at).total_seconds() // 1800)
        colour = {0: screen.GOOD, 6: screen.LOOK, None: screen.LOOK}.get(run.outcome, screen.BAD)
        if 0 <= ago < 48:
            cells[47 - ago] = max(cells[47 - ago], colour, key=worse.index)
    strip = Text()
    for colour in cells:
        strip.append(marks[colour], style=colour or "dim")
    yield strip
    failed = sum(run.outcome not in (0, 6, None) for run in day)
    counts = ngettext("{n} run, {failed} of them failed", "{n} runs, {failed} of them failed", len(day))
    yield Text(counts.format(n=len(day), failed=failed), style="dim")


def _warnings(status: "Status") -> Iterable[RenderableType]:
    if not status.failures:
        return
    lines: list[RenderableType] = []
    for failure in status.failures[:MANY]:
        soft = failure.group in (Group.WAITING, Group.IN_DOUBT)
        first = screen.warning(status.name(failure), failure)
        lines += [
            Text(first, style="yellow" if soft else "red"),
            _below(failure.reason),
            _below(_("next: {step}").format(step=status.step(failure)), style="dim"),
        ]
    if len(status.failures) > MANY:
        lines.append(Text(screen.more(len(status.failures) - MANY, typed("status --json"))))
    yield _panel(_("Warnings"), Lines(*lines))


def _below(text: str, style: str = "") -> Padding:
    """A text under the line that it belongs to; what is too long for a line stays there."""
    return Padding(Text(words.printable(text), style=style), (0, 0, 0, 2), expand=False)


def _row(table: Table, *cells: str) -> None:
    """Add a row. What others wrote is shown as it is: a name in square brackets is no command to rich."""
    table.add_row(*(Text(words.printable(cell)) for cell in cells))


def _renamed(renamed: list[tuple[str, str]]) -> Iterable[RenderableType]:
    """The linked products that got another SKU in the shop: the link holds, by the ids."""
    if renamed:
        told = (_("{old} is {new} now").format(old=old, new=new) for old, new in renamed[:MANY])
        yield _panel(_("SKU changed in the shop, still linked"), Lines(*map(Text, told)))


def _drift(drifts: list[Drift], names: dict[str, str]) -> Iterable[RenderableType]:
    if not drifts:
        return
    table = Table(box=None, padding=(0, 3, 0, 0))
    for title, side in (("SKU", "left"), (_("in the ERP"), "right"), (_("should be"), "right")):
        table.add_column(title, justify="right" if side == "right" else "left", overflow="fold")
    for drift in drifts[:MANY]:
        _row(table, names.get(drift.key, drift.key), plain(drift.actual), plain(drift.expected))
    lines: list[RenderableType] = [
        Text(_("The ERP does not let its stock be written; set these there."), style="dim"),
        table,
    ]
    lines.append(Text(screen.all_drifts(len(drifts))))
    yield _panel(_("Stock drift"), Lines(*lines))


def _runs(status: "Status") -> Iterable[Text]:
    if status.last_run is None:
        yield Text(_("No run yet. Try: contaazul-sync sync --dry-run"))
        return
    yield Text(_("Last run: {run}").format(run=screen.run(status.last_run)))
    good = status.last_good_run
    if good and good.id != status.last_run.id and good.finished_at:
        moment = f"{good.finished_at.astimezone():%d/%m/%Y %H:%M}"
        yield Text(_("Last good run: {moment}").format(moment=moment))


def products_view(rows: Iterable[tuple[Product, Link]], price_source: str) -> Table:
    """The integrated products."""
    table = _product_table(_("shop's price"), _("price sent"), _("stock"))
    for product, link in rows:
        sent = _("not yet") if link.sent is None else written(link.sent)
        name = product.name
        if product.gone:
            name = _("{name} (deleted in the shop)").format(name=name)
        _product_row(table, link.sku, name, written(product.base(price_source)), sent, _stock(product))
    return table


def _stock(product: Product) -> str:
    """A product's stock in the shop; `?` where only its own page tells it, `-` where the shop keeps none."""
    if product.stock is not None:
        return plain(product.stock)
    return "?" if product.listed else "-"


def _product_table(*numbers: str) -> Table:
    """SKU, name and these numbers. Where there is little room, names are cut and SKUs folded."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("SKU", overflow="fold")
    table.add_column(_("name"), max_width=24)
    for title in numbers:
        table.add_column(title, justify="right", no_wrap=True)
    return table


def _product_row(table: Table, sku: str, name: str, *rest: str) -> None:
    cut = Text(words.printable(name), no_wrap=True, overflow="ellipsis")
    table.add_row(Text(words.printable(sku)), cut, *rest)


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


STANDS = ("linked", "not-sent", "waiting", "failed", "drift", "gone")  # words for how a product stands


def overview_view(
    rows: Iterable[tuple[Product, "Link | None", str]], price_source: str, *, walked: bool
) -> RenderableType:
    """The shop's products and how each stands, as many as a screen can hold. `walked`: any are known."""
    table = _product_table(_("shop's price"), _("price sent"), _("stock"))
    table.add_column(_("state"), overflow="fold")
    more = 0
    for product, link, word in rows:
        if table.row_count == LONG:
            more += 1
            continue
        sent = "" if link is None or link.sent is None else written(link.sent)
        price, stock = written(product.base(price_source)), _stock(product)
        _product_row(table, product.sku or "-", product.name, price, sent, stock, stand(word))
    if not table.row_count and walked:
        return Text(_("No product of the shop fits that."))
    if not table.row_count:
        return Text(_("None. What the shop has is known after the first sync."))
    rest = _("... and {n} more: contaazul-sync products --csv > products.csv").format(n=more)
    return Lines(table, Text(rest)) if more else table


def overview_csv(rows: Iterable[tuple[Product, "Link | None", str]], price_source: str) -> Iterable[str]:
    """The same as lines of CSV with semicolons, one at a time."""
    text = StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(["sku", "name", "price", "price_sent", "stock", "state"])
    for product, link, word in rows:
        sent = None if link is None else link.sent
        prices = [_reais(product.base(price_source)), "" if sent is None else _reais(sent)]
        stock = "" if product.stock is None else plain(product.stock)
        writer.writerow([product.sku, product.name, *prices, stock, word])
        yield text.getvalue()
        text.seek(0)
        text.truncate()
    yield text.getvalue()


def _reais(amount: int) -> str:
    """An amount as Brazilian spreadsheets read it."""
    return f"{amount // 100},{amount % 100:02d}"


def stand(word: str) -> str:
    """How a product stands, in words."""
    return {
        "linked": ngettext("integrated", "integrated", 1),
        "not-sent": ngettext("not sent", "not sent", 1),
        "waiting": _("waiting"),
        "failed": _("failed"),
        "drift": _("stock drift"),
        "gone": _("deleted in the shop"),
    }[word]


def item_view(item: "Item") -> RenderableType:
    """All that is known of one order or product."""
    kind = _("Order") if item.kind is Kind.SALE else _("Product")
    name = words.printable(item.name)
    lines: list[RenderableType] = [
        Text.assemble(f"{kind} ", (name, "bold"), ": ", (state_word(item.state), "bold"))
    ]
    if failure := item.failure:
        lines.append(_below(failure.reason))
    if failure and failure.group is Group.FAILED:  # what is held was not tried
        begun, times = f"{failure.since.astimezone():%d/%m %H:%M}", failure.attempts
        since = ngettext("since {moment}, tried once", "since {moment}, tried {n} times", times)
        lines.append(_below(since.format(moment=begun, n=times)))
    if item.next_step:
        lines.append(_below(_("next: {step}").format(step=item.next_step)))
    facts = _order_facts(item) if item.kind is Kind.SALE else _product_facts(item)
    past = ((f"{moment.astimezone():%d/%m/%Y %H:%M}", event) for moment, event in item.history)
    return Lines(*lines, Text(""), _pairs(facts), Text(""), _pairs(past))


def _pairs(rows: Iterable[tuple[str, str]]) -> Table:
    """A title and what belongs to it, line by line."""
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for title, text in rows:
        _row(table, f"  {title}", text)
    return table


def _order_facts(item: "Item") -> Iterable[tuple[str, str]]:
    if note := item.order:
        yield _("in the shop"), f"{note.status}, {written(note.total)}"
        for sku, quantity in note.items:
            yield "", f"{plain(quantity)} x {sku or _('(no SKU)')}"
    if sale := item.sale:
        number = _("sale {number}, {total}").format(number=sale.number, total=written(sale.total))
        yield _("in the ERP"), number
        yield "", _("id {id}").format(id=sale.erp_id)
    else:
        yield _("in the ERP"), _("no sale")


def _product_facts(item: "Item") -> Iterable[tuple[str, str]]:
    if product := item.product:
        yield _("name"), product.name
        yield _("shop's price"), written(product.price)
        if product.promotional:
            yield _("promotional price"), written(product.promotional)
        yield _("shop's stock"), _stock(product)
        if product.problem:
            yield _("what is wrong"), product.problem
    if link := item.link:
        yield _("id in the ERP"), link.erp_id
        yield _("price sent"), _("not yet") if link.sent is None else written(link.sent)
    if drift := item.drift:
        yield (
            _("stock in the ERP"),
            _("{actual}, and should be {expected}").format(
                actual=plain(drift.actual), expected=plain(drift.expected)
            ),
        )
    elif link and link.expected is not None:
        yield _("stock in the ERP"), _("{expected} expected").format(expected=plain(link.expected))


def state_word(state: str) -> str:
    """The word of `show --json` for people."""
    return {
        "sent": ngettext("sent", "sent", 1),
        "waiting": _("waiting"),
        "held": _("held"),
        "failed": _("failed"),
        "in_doubt": _("in doubt"),
        "attention": _("asks for your attention"),
        "ignored": _("left alone"),
        "integrated": ngettext("integrated", "integrated", 1),
        "queued": _("chosen, waiting"),
        "not_sent": ngettext("not sent", "not sent", 1),
        "unpaid": _("not paid yet"),
        "cancelled": _("ended"),
        "too_old": _("too old to be sent"),
        "deleted_in_shop": _("deleted in the shop"),
        "deleted_in_erp": _("deleted in the ERP"),
    }[state]


def runs_view(runs: "list[Run]") -> RenderableType:
    """The last runs, the newest first."""
    if not runs:
        return Text(_("No run yet. Try: contaazul-sync sync --dry-run"))
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column(_("run"), justify="right", no_wrap=True)
    table.add_column(_("begun"), no_wrap=True)
    table.add_column("s", justify="right", no_wrap=True)
    table.add_column(_("what became of it"), overflow="fold")
    for run in runs:
        begun = f"{run.started_at.astimezone():%d/%m %H:%M}"
        long = f"{(run.finished_at - run.started_at).total_seconds():.0f}" if run.finished_at else ""
        _row(table, str(run.id), begun, long, screen.run(run, short=True))
    return table


def run_lines(run: "Run | None", lines: Iterable[str]) -> RenderableType:
    """What one run came to, and what is still written of it."""
    head = [Text(screen.run(run), style="bold")] if run else []
    return Lines(*head, *(Text(line) for line in lines))


def run_json(run: "Run") -> dict[str, object]:
    """A run for programs."""
    return {
        "id": run.id,
        "command": run.command,
        "started_at": run.started_at.isoformat(),
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
        "outcome": run.outcome,
        "created": run.created,
        "updated": run.updated,
        "failed": run.failed,
        "message": run.message,
    }


def doctor_view(checks: "list[Check]") -> RenderableType:
    """One line for each check, with what to do about it, and what was read."""
    marks = {
        "ok": (_("ok"), screen.GOOD),
        "warning": (_("warning"), screen.LOOK),
        "problem": (_("PROBLEM"), screen.BAD),
        "skipped": ("-", "dim"),
    }
    table = Table(box=None, padding=(0, 1, 0, 0), show_header=False)
    table.add_column(no_wrap=True, min_width=max(len(mark) for mark, _colour in marks.values()))
    table.add_column(overflow="fold")
    for check in checks:
        mark, colour = marks[check.level.value]
        lines = [f"{check.title}: {check.detail}"]
        if check.remedy:
            lines.append(_("next: {step}").format(step=check.remedy))
        lines += [f"  {name}: {value or '-'}" for name, value in check.seen.items()]
        table.add_row(Text(mark, style=colour), Text("\n".join(map(words.printable, lines))))
    return table


def reconcile_view(result: "Result") -> RenderableType:
    """What differs between the shop and the ERP, and the sums of the months."""
    lines: list[RenderableType] = []
    for title, differences in ((_("Products"), result.products), (_("Orders"), result.orders)):
        if not differences:
            continue
        lines.append(Text(title, style="bold"))
        for each in differences:
            sides = _("here {ours}, in the ERP {theirs}").format(
                ours=each.ours or "-", theirs=each.theirs or "-"
            )
            lines.append(Text.assemble("  ", (each.name, "bold"), f": {each.what}: {sides}"))
            lines.append(Text("    " + _("next: {step}").format(step=each.next_step), style="dim"))
    table = Table(box=None, padding=(0, 2, 0, 0))
    for title in (_("month"), _("paid orders"), _("sum"), _("sales"), _("sum"), _("difference")):
        table.add_column(title, justify="left" if title == _("month") else "right")
    for month in result.months:
        off = month.sale_value - month.order_value
        counts = [str(month.orders), written(month.order_value), str(month.sales), written(month.sale_value)]
        table.add_row(month.month, *counts, written(off) if off else "0")
    compared = _("{products} compared, {orders} paid, {sales} sold.").format(
        products=words.products(result.compared), orders=words.orders(result.paid), sales=result.sold
    )
    ended = _("Both sides agree.") if result.agrees else _("They differ.")
    if not result.reads_orders:
        compared = _("{products} compared.").format(products=words.products(result.compared))
        ended += " " + _("The shop's orders cannot be read, so orders and sales were not compared.")
    return Lines(*lines, table, Text(f"{compared} {ended}"))


def settings_view(settings: "Settings", secrets: "Secrets") -> RenderableType:
    """Each setting with its value and where that comes from; of a secret only whether it is there."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for title in (_("setting"), _("value"), _("from")):
        table.add_column(title, overflow="fold")
    for name, value in settings.values.items():
        origin = settings.origins.get(name, _("default")).replace(str(settings.config_file), "config.toml")
        _row(table, name, screen.setting(name, value), origin)
    for name, value in _tables(settings):
        _row(table, name, value, "config.toml")
    for name, secret in (
        (_("client secret"), secrets.client_secret),
        (_("shop's token"), secrets.shop_token),
    ):
        _row(table, name, _("is set") if secret else "-", _("the secrets"))
    return Lines(Text(str(settings.config_file), style="dim"), table)


def _tables(settings: "Settings") -> Iterable[tuple[str, str]]:
    """The tables of the settings, a line each, as they stand in the file."""
    for name, rule in settings.payments.items():
        given = {key: value for key, value in asdict(rule).items() if value}
        yield f"payments.{name}", ", ".join(f"{key} = {_list(value)}" for key, value in given.items())
    for sku, parts in settings.kits.items():
        yield f"kits.{sku}", ", ".join(f"{plain(quantity)} x {part}" for part, quantity in parts)


def _list(value: object) -> str:
    return "/".join(map(str, value)) if isinstance(value, tuple) else str(value)


def choice_view(products: Iterable[Product], price_source: str) -> Table:
    """A numbered list to choose from."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("", justify="right", no_wrap=True)
    table.add_column("SKU", overflow="fold")
    table.add_column(_("name"), max_width=33)
    table.add_column(_("price"), justify="right", no_wrap=True)
    table.add_column(_("stock"), justify="right", no_wrap=True)
    for number, product in enumerate(products, start=1):
        price, stock = written(product.base(price_source)), _stock(product)
        sku = Text(words.printable(product.sku) or _("(none)"))
        name = Text(words.printable(product.name), no_wrap=True, overflow="ellipsis")
        table.add_row(str(number), sku, name, price, stock)
    return table
