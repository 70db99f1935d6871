"""What the reader of the story sees: sentences, command lines, and what a command printed."""

from __future__ import annotations

import shlex
import sys
import textwrap
import time

from contaazul_sync.core.words import _

WIDTH = 80


class Screen:
    """Standard output, `WIDTH` columns wide; `pause` is in seconds, before each step."""

    def __init__(self, pause: float) -> None:
        self.pause = pause
        self.begun = time.monotonic()
        self.is_terminal = sys.stdout.isatty()

    def say(self, text: str) -> None:
        """A sentence to the shopkeeper."""
        self.write("\n" + textwrap.fill(text, WIDTH) + "\n")

    def step(self, text: str) -> None:
        """A sentence before a command, after a pause."""
        time.sleep(self.pause)
        self.say(text)

    def write(self, text: str) -> None:
        """Show something at once, so that a reader who left is noticed."""
        sys.stdout.write(text)
        sys.stdout.flush()

    def command(self, words: tuple[str, ...], twins: dict[str, str]) -> None:
        """Show a command line, in bold on a terminal."""
        line = " ".join([*(f"{name}={value}" for name, value in twins.items()), "contaazul-sync"])
        text = textwrap.fill(
            f"$ {line} {shlex.join(words)}",
            WIDTH - 2,
            subsequent_indent="    ",
            break_on_hyphens=False,
        ).replace("\n", " \\\n")
        self.write(f"\n\x1b[1m{text}\x1b[0m\n" if self.is_terminal else f"\n{text}\n")

    def cut(self, shown: str, most: int) -> None:
        """Show the first lines, and say how many more there were."""
        lines = shown.splitlines()
        self.write("\n".join(lines[:most]) + "\n")
        if len(lines) > most:
            told = _("[{n} more lines]").format(n=len(lines) - most)
            self.write(f"  {told}\n")
