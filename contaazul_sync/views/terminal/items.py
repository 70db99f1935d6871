"""All that is known of one order or product."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.console import Group as Lines
from rich.console import RenderableType
from rich.text import Text

from contaazul_sync.core import harmless, words
from contaazul_sync.core.days import in_brazil
from contaazul_sync.core.items import Group, Kind
from contaazul_sync.core.money import plain, written
from contaazul_sync.core.words import _, ngettext
from contaazul_sync.views import takings
from contaazul_sync.views.phrases import checking, state_word, stock_told
from contaazul_sync.views.terminal.lines import below, next_lines
from contaazul_sync.views.terminal.tables import pairs

if TYPE_CHECKING:
    from contaazul_sync.views.show import Item


def item_view(item: "Item") -> RenderableType:
    """All that is known of one order or product."""
    kind = _("Order") if item.kind is Kind.SALE else _("Product")
    title = words.order_title(item.name, item.order.number) if item.order else item.name
    name = harmless.line(title)
    lines: list[RenderableType] = [
        Text.assemble(f"{kind} ", (name, "bold"), ": ", (state_word(item.state), "bold"))
    ]
    if failure := item.failure:
        lines.append(below(failure.reason))
    if failure and failure.group is Group.FAILED:  # what is held was not tried
        begun, times = f"{in_brazil(failure.since):%d/%m %H:%M}", failure.attempts
        since = ngettext("since {moment}, tried once", "since {moment}, tried {n} times", times)
        lines.append(below(since.format(moment=begun, n=times)))
    if item.next_step:
        lines += next_lines(item.next_step)
    facts = _order_facts(item) if item.kind is Kind.SALE else _product_facts(item)
    past = ((f"{in_brazil(moment):%d/%m/%Y %H:%M}", event) for moment, event in item.history)
    return Lines(*lines, Text(""), pairs(facts), Text(""), pairs(past))


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
    for index, part in enumerate(item.parts):
        told = takings.part(part, goes_on=item.money_goes_on)
        yield ("" if index else _("to receive")), f"{part.number}/{part.of}  {told}"
    if money := item.money:
        yield _("money"), takings.against(money)
        yield "", _("next: {step}").format(step=money.next_step)
    if item.money_left:
        text = _("it is left alone; to undo that: contaazul-sync unignore {name}")
        yield _("money"), text.format(name=item.name)


def _product_facts(item: "Item") -> Iterable[tuple[str, str]]:
    if product := item.product:
        yield _("name"), product.name
        yield _("shop's price"), written(product.price)
        if product.promotional:
            yield _("promotional price"), written(product.promotional)
        yield _("shop's stock"), stock_told(product)
        if product.problem:
            yield _("what is wrong"), product.problem
    if link := item.link:
        yield _("id in the ERP"), link.erp_id
        yield _("price sent"), _("not yet") if link.sent is None else written(link.sent)
    if drift := item.drift:
        numbers = _("{actual}, and should be {expected}")
        numbers = numbers.format(actual=plain(drift.actual), expected=plain(drift.expected))
        yield _("stock in the ERP"), checking(drift) or numbers
    elif link and link.expected is not None:
        yield _("stock in the ERP"), _("{expected} expected").format(expected=plain(link.expected))
