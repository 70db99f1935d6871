"""What the renderables share: lines, panels and tables that show what others wrote as it is."""

from collections.abc import Iterable

from rich.console import RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.style import Style
from rich.text import Text

from contaazul_sync.core import harmless
from contaazul_sync.core.words import _
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


def told(text: str, style: str | Style = "") -> Iterable[RenderableType]:
    """A text under the line that it belongs to, with each command in it on a line of its own."""
    parts = lines(text)
    if len(parts) < 2:
        parts = [Part(text, command=False)] if not (parts and parts[0].command) else parts
    for part in parts:
        yield command(part.text) if part.command else below(part.text, style)


def below(text: str, style: str | Style = "") -> Padding:
    """A text under the line that it belongs to; what is too long for a line stays there."""
    return under(Text(harmless.line(text), style=style))


def under(text: Text) -> Padding:
    """The same of a text with styles of its own."""
    return Padding(text, (0, 0, 0, 2), expand=False)
