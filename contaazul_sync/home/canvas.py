"""A console of rich on which nothing from outside is a command: to the terminal, to rich, or to the eye."""

import os
import shutil
from collections.abc import Iterable
from typing import IO

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from contaazul_sync.core import harmless


class Canvas(Console):
    """Cleans each text before it is laid out."""

    def __init__(self, stream: IO[str], columns: int) -> None:
        rows = shutil.get_terminal_size().lines  # rich believes whatever the variables say
        super().__init__(
            file=stream,
            width=columns,
            height=rows,
            color_system=None if os.environ.get("NO_COLOR") else "auto",  # nor bold, nor dim
            highlight=False,
            markup=False,
            emoji=False,
        )

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The pieces of a view."""
        if isinstance(renderable, str):
            renderable = self.render_str(renderable)
        if isinstance(renderable, Text):
            renderable = _clean(renderable)
        for piece in super().render(renderable, options):
            told = harmless.unglued(piece.text)
            yield piece if told == piece.text else Segment(told, piece.style)


def _clean(text: Text) -> Text:
    plain = harmless.glued(harmless.lines(text.plain))
    if plain == text.plain:
        return text
    text = text.copy()
    text.plain = plain
    return text
