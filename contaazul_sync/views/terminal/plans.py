"""A plan, field by field: old value, new value, why."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from rich.console import Group as Lines
from rich.console import RenderableType
from rich.text import Text

from contaazul_sync.core import words
from contaazul_sync.core.money import plain, written
from contaazul_sync.core.orders import Payment
from contaazul_sync.core.words import _, ngettext, shape, typed
from contaazul_sync.views import phrases
from contaazul_sync.views.notices import FEW, counted, grouped
from contaazul_sync.views.phrases import MANY
from contaazul_sync.views.terminal.lines import below, field, next_lines, titled, told

if TYPE_CHECKING:
    from contaazul_sync.core.drafts.sales import SaleDraft
    from contaazul_sync.core.plan.actions import (
        Balance,
        CancelSale,
        CreateProduct,
        Hold,
        SendOrder,
        SendPrice,
    )
    from contaazul_sync.passes.report import Report


def plan_view(report: "Report") -> RenderableType:
    """What a pass would do, field by field: old value, new value, why."""
    made = report.plan
    creates = [*made.needed, *made.products]
    prices, balances = len(made.prices), len(report.uneven)
    text = _("{products} to create, {orders} to send, {prices} to change, {balances} to set").format(
        products=words.products(len(creates)),
        orders=_with_worth(report),
        prices=ngettext("{n} price", "{n} prices", prices).format(n=prices),
        balances=ngettext("{n} balance", "{n} balances", balances).format(n=balances),
    )
    lines: list[RenderableType] = [Text(text), *(Text(held, style="yellow") for held in report.safety)]
    if notice := _percent_notice(report):
        lines.append(Text(notice))
    for views in (
        map(_create, creates),
        (_sale(send, report.drafts.get(send.key)) for send in made.orders),
        map(_cancel, made.cancels),
        map(_price, made.prices),
        map(_balance, report.uneven),
        map(_held, grouped(made.holds, lambda hold: (hold.kind, hold.group, shape(hold.reason)))),
    ):
        lines += chain.from_iterable(views)
    if made.skips:
        left = _("{items} left as before: contaazul-sync status")
        lines.append(Text(left.format(items=words.items(len(made.skips)))))
    lines.append(Text(_("This was a dry run: nothing was sent and nothing was kept."), style="bold"))
    return Lines(*lines)


def _with_worth(report: "Report") -> str:
    """How many orders would be sent, and what their sales come to."""
    orders = report.plan.orders
    drafts = [report.drafts.get(send.key) for send in orders]
    total = sum(draft.total if draft else send.note.total for draft, send in zip(drafts, orders, strict=True))
    return f"{words.orders(len(orders))} ({written(total)})" if orders else words.orders(0)


def _create(create: "CreateProduct") -> Iterable[RenderableType]:
    yield from titled(_("create product {sku}").format(sku=create.product.sku), create.reason)
    yield field(_("name"), "", create.product.name)
    yield field(_("price"), "", written(create.price))
    yield field(_("stock"), "", plain(create.balance))


def _cancel(cancel: "CancelSale") -> Iterable[RenderableType]:
    if cancel.note.payment is Payment.REFUNDED:
        why = _("order {number} was refunded in the shop")
    else:
        why = _("order {number} was cancelled in the shop")
    title = _("cancel sale {number}").format(number=cancel.sale.number)
    return titled(title, why.format(number=words.order_title(cancel.note.id, cancel.note.number)))


def _held(holds: "Sequence[Hold]") -> Iterable[RenderableType]:
    """What is left for one kind of reason: a few one by one, many together."""
    if len(holds) <= FEW:
        yield from chain.from_iterable(map(_hold, holds))
        return
    first, count = holds[0], len(holds)
    reason: str = first.reason
    if len({hold.reason for hold in holds}) > 1:
        reason = _("for example {name}: {reason}").format(name=first.name, reason=first.reason)
    yield from titled(_("leave {items}").format(items=counted(first.kind, count)), reason)
    yield below(", ".join(hold.name for hold in holds[:MANY]))
    if count > MANY:
        yield from told(phrases.more(count - MANY, typed("sync --dry-run --json")))
    yield from next_lines(first.next_step)


def _hold(hold: "Hold") -> Iterable[RenderableType]:
    title = _("leave {kind} {name}").format(kind=phrases.kind(hold.kind), name=hold.name)
    yield from titled(title, hold.reason)
    yield from next_lines(hold.next_step)


def _price(change: "SendPrice") -> Iterable[RenderableType]:
    yield from titled(_("change price of {sku}").format(sku=change.sku), change.reason)
    old = _("unknown") if change.old is None else written(change.old)
    yield field(_("price"), old, written(change.new))


def _balance(balance: "Balance") -> Iterable[RenderableType]:
    title = _("set stock of {sku}").format(sku=balance.link.sku)
    yield from titled(title, _("the ERP's balance is not what it should be"))
    actual = _("unknown") if balance.actual is None else plain(balance.actual)
    yield field(_("stock"), actual, plain(balance.expected))


def _sale(send: "SendOrder", draft: "SaleDraft | None") -> Iterable[RenderableType]:
    """What a sale will be made of; who bought is nobody's business here."""
    yield from titled(
        _("send order {number}").format(number=words.order_title(send.note.id, send.note.number)), send.reason
    )
    if draft is None:
        return
    for line in draft.lines:
        item = _("{quantity} x {sku} at {price}").format(
            quantity=plain(line.quantity), sku=line.sku, price=written(line.price)
        )
        yield field(_("item"), "", item)
    if draft.discount:
        yield field(_("discount"), "", written(draft.discount))
    if draft.freight:
        yield field(_("freight"), "", written(draft.freight))
    total = _("{total}, paid by {method}") if draft.method else _("{total}, paid by an unknown way")
    yield field(_("total"), "", total.format(total=written(draft.total), method=draft.method))
    first, *more = draft.parts
    due = _("{n} instalments, the first of {amount} on {day}") if more else _("{amount} on {day}")
    day = f"{first.due:%d/%m/%Y}"
    yield field(_("due"), "", due.format(n=len(draft.parts), amount=written(first.amount), day=day))


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
