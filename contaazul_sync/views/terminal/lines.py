"""What the renderables share: lines, panels and tables that show what others wrote as it is."""

from collections.abc import Iterable

from rich.console import RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.style import Style
from rich.table import Table
from rich.text import Text

from contaazul_sync.core import harmless
from contaazul_sync.core.words import _
from contaazul_sync.home import screen
from contaazul_sync.views.phrases import Part, lines

LONG = 500  # rows of a table; what is longer is for a spreadsheet


def titled(title: str, reason: str) -> list[RenderableType]:
    """The line over an action: what it is, and why."""
    return [Text.assemble((title, "bold"), f": {reason}")]


def field(name: str, old: str, new: str) -> Text:
    """One field of an action: its old value, where there is one, and the new."""
    return Text(f"    {name}: {old} -> {new}" if old else f"    {name}: {new}")


def panel(title: str, content: RenderableType) -> Panel:
    """A frame with a title."""
    return Panel(content, title=title, title_align="left", border_style="dim")


def clean(text: str, style: str | Style = "") -> Text:
    """A text that quotes others; rich takes the letters that steer out, and leaves what follows them."""
    return Text(harmless.line(text), style=style)


def heading(title: str) -> Text:
    """The title of a list without a frame, which a command in it would be copied with."""
    return Text(f"\n{title}", style="bold")


def command(text: str) -> Text:
    """A command, alone on its line and whole, however narrow the screen is."""
    return Text(f"    {harmless.line(text)}", no_wrap=True, overflow="ignore")


def next_lines(step: str) -> Iterable[RenderableType]:
    """What comes next, with each command on a line of its own."""
    first, *rest = lines(step) or [Part("", command=False)]
    if first.command:
        yield below(_("next:"), style="dim")
        rest = [first, *rest]
    else:
        yield below(_("next: {step}").format(step=first.text), style="dim")
    for part in rest:
        yield command(part.text) if part.command else below(part.text, style="dim")


def below(text: str, style: str = "") -> Padding:
    """A text under the line that it belongs to; what is too long for a line stays there."""
    return Padding(Text(harmless.line(text), style=style), (0, 0, 0, 2), expand=False)


def row(table: Table, *cells: str) -> None:
    """Add a row. What others wrote is shown as it is: a name in square brackets is no command to rich."""
    table.add_row(*(Text(harmless.line(cell)) for cell in cells))


def product_table(*numbers: str) -> Table:
    """SKU, name and these numbers. Where there is little room, names are cut and SKUs folded."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("SKU", overflow="fold")
    table.add_column(_("name"), max_width=24 if screen.is_cut() else None)
    for title in numbers:
        table.add_column(title, justify="right", no_wrap=True)
    return table


def product_row(table: Table, sku: str, name: str, *rest: str) -> None:
    """Add a product; its name is cut to the room that there is."""
    cut = Text(harmless.line(name), no_wrap=True, overflow="ellipsis")
    table.add_row(Text(harmless.line(sku)), cut, *rest)


def pairs(rows: Iterable[tuple[str, str]]) -> Table:
    """A title and what belongs to it, line by line."""
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for title, text in rows:
        row(table, f"  {title}", text)
    return table
