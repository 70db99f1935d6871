"""What `reconcile` found."""

from typing import TYPE_CHECKING

from rich.console import Group as Lines
from rich.console import RenderableType
from rich.text import Text

from contaazul_sync.core import words
from contaazul_sync.core.money import written
from contaazul_sync.core.words import _
from contaazul_sync.views.terminal.lines import next_lines, under
from contaazul_sync.views.terminal.tables import Column, Fitting, Kind

if TYPE_CHECKING:
    from contaazul_sync.passes.reconcile import Result


def reconcile_view(result: "Result") -> RenderableType:
    """What differs between the shop and the ERP, and the sums of the months."""
    lines: list[RenderableType] = []
    for title, differences in (
        (_("Products"), result.products),
        (_("Orders"), result.orders),
        (_("Orders that a person left alone"), result.left_alone),
    ):
        if not differences:
            continue
        lines.append(Text(title, style="bold"))
        for each in differences:
            sides = _("here {ours}, in the ERP {theirs}").format(
                ours=each.ours or "-", theirs=each.theirs or "-"
            )
            lines.append(under(Text.assemble((each.name, "bold"), f": {each.what}: {sides}")))
            lines += next_lines(each.next_step)
    titles = [_("paid orders"), _("sum"), _("sales"), _("sum"), _("difference")]
    titles += [_("received"), _("fees")] if result.settles else []
    table = Fitting(Column(_("month"), Kind.KEY), *(Column(title, Kind.NUMBER) for title in titles))
    for month in result.months:
        off = month.sale_value - month.order_value
        counts = [str(month.orders), written(month.order_value), str(month.sales), written(month.sale_value)]
        money = [written(month.received), written(month.fees)] if result.settles else []
        table.add(month.month, *counts, written(off) if off else "0", *money)
    compared = _("{products} compared, {orders} paid, {sales} sold.").format(
        products=words.products(result.compared), orders=words.orders(result.paid), sales=result.sold
    )
    ended = _agreement(result) if result.agrees else _("They differ.")
    if not result.reads_orders:
        compared = _("{products} compared.").format(products=words.products(result.compared))
        ended += " " + _("The shop's orders cannot be read, so orders and sales were not compared.")
    return Lines(*lines, table, Text(f"{compared} {ended}"))


def _agreement(result: "Result") -> str:
    if not result.left_alone:
        return _("Both sides agree.")
    orders = words.orders(len({each.name for each in result.left_alone}))
    text = _("Nothing else differs than {orders} that a person left alone, worth {sum}.")
    return text.format(orders=orders, sum=written(result.left_alone_sum))
