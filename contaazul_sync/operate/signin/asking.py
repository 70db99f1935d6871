"""Asking a person for what the settings lack."""

import sys
from dataclasses import dataclass

from contaazul_sync.home import screen


@dataclass
class Asker:
    """Asks on stderr and reads from stdin, one line an answer; `yes` takes what is offered."""

    yes: bool = False

    def __call__(self, question: str, offered: str = "", *, hidden: bool = False) -> str:
        """The answer, or what is offered; "" when there is neither."""
        terminal = sys.stdin.isatty()
        if self.yes or (offered and not terminal):
            return offered
        prompt = f"{question}{f' [{offered}]' if offered else ''}: "
        try:
            return screen.ask(prompt, hidden=hidden) or offered
        except EOFError:
            return offered
