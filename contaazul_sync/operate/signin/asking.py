"""Asking a person: an answer is checked when it is given, and at a terminal asked for again until it fits."""

import sys
from collections.abc import Callable
from dataclasses import dataclass

from contaazul_sync.core.errors import ConfigError
from contaazul_sync.core.words import _, said_by
from contaazul_sync.home import screen


def as_it_is(answer: str) -> str:
    """An answer of which nothing is wrong."""
    return answer


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. `name`: the setting, or the secret, that is answered; `offered`: what Enter takes.

    `kept`: Enter keeps what stands, which is not shown. `read`: the answer as it is kept; raises ValueError
    with what is wrong, and `example` is how it may look.
    """

    name: str
    text: str
    offered: str = ""
    example: str = ""
    hidden: bool = False
    kept: bool = False
    read: Callable[[str], str] = as_it_is


@dataclass
class Asker:
    """Asks on stderr and reads from stdin, one line an answer; `yes` takes what is offered."""

    yes: bool = False

    @property
    def again(self) -> bool:
        """Whether somebody is there who can be asked again."""
        return not self.yes and sys.stdin.isatty()

    def __call__(self, question: str, offered: str = "", *, hidden: bool = False) -> str:
        """The answer, or what is offered; "" when there is neither."""
        return self.line(question, offered, hidden=hidden) or offered

    def line(self, question: str, offered: str, *, hidden: bool = False) -> str | None:
        """What was typed; None where nobody answers any more."""
        if self.yes or (offered and not sys.stdin.isatty()):
            return ""
        try:
            return screen.ask(f"{question}{f' [{offered}]' if offered else ''}: ", hidden=hidden)
        except EOFError:
            return None

    def fit(self, question: Question, place: str = "") -> str:
        """The answer to a question, as it is kept; "" to keep what stands. Raises ConfigError.

        `place`: which of how many it is, as in `(3/7)`.
        """
        text = f"{place} {question.text}".strip()
        if question.kept:
            text = _("{question} (Enter: it stays)").format(question=text)
        while True:
            typed = self.line(text, question.offered, hidden=question.hidden)
            if question.kept and not typed:
                return ""
            try:
                return question.read(typed or question.offered)
            except ValueError as error:
                if typed is None or not self.again:
                    raise ConfigError(said_by(error)) from None
                screen.tell(_wrong(question, str(error)))


def once_more() -> str:
    """After what was wrong, and the command to type for it: it may be answered here as well."""
    return _("Or once more, here:")


def _wrong(question: Question, why: str) -> str:
    """What is wrong with an answer, and how one looks that is not."""
    if not question.example:
        return why
    return _("{why} Example: {example}").format(why=why, example=question.example)
