"""Somebody who answers what a sign-in asks."""

from contaazul_sync.operate.signin.asking import Asker


class Told(Asker):
    """Answers these, one after the other; then, that nobody answers."""

    def __init__(self, *answers: str) -> None:
        super().__init__()
        self.answers = list(answers)
        self.asked: list[tuple[str, str]] = []

    def line(self, question: str, offered: str, *, hidden: bool = False) -> str | None:
        self.asked.append((question, offered))
        return self.answers.pop(0) if self.answers else None


class Patient(Told):
    """Is asked again after a slip, as at a terminal, as long as there are answers."""

    @property
    def again(self) -> bool:
        return bool(self.answers)
