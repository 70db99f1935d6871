"""Asking a person, and telling something beside what is printed."""

import getpass
import sys
from dataclasses import dataclass


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
        if hidden and terminal:
            return getpass.getpass(prompt).strip()
        sys.stderr.write(prompt)
        sys.stderr.flush()
        return sys.stdin.readline().strip() or offered


def say(text: str) -> None:
    """Tell the person something; stdout stays for the address alone."""
    sys.stderr.write(text + "\n")
