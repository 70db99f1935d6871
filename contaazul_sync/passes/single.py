"""One item by itself: whatever goes wrong in it is its own failure, and the others go on.

Every loop of a pass over items runs each of them in here (tests/test_house.py looks for those that do not).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from contaazul_sync.core.errors import Broken, Bugs, SyncError
from contaazul_sync.core.words import Said, _, ngettext
from contaazul_sync.home.log import LOG, trace
from contaazul_sync.state.trouble import told


class Single:
    """`with single(name):` around an item. `broken`: the names of those that met a bug."""

    def __init__(self) -> None:
        self.broken: set[str] = set()

    @property
    def bugs(self) -> Bugs | None:
        """What a run ends with in which items met bugs."""
        if not self.broken:
            return None
        text = ngettext(
            "{n} item met a bug in contaazul-sync; everything else went on."
            " What to report: contaazul-sync log",
            "{n} items met a bug in contaazul-sync; everything else went on."
            " What to report: contaazul-sync log",
            len(self.broken),
        )
        return Bugs(text.format(n=len(self.broken)))

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        """Run one item. Raises Broken for what nobody thought of, and what was raised on purpose as it is.

        What is of the machine (a full disk, no memory) is nobody's own, and ends the pass as it is, too.
        """
        try:
            yield
        except Exception as error:
            if isinstance(error, SyncError) or is_of_the_machine(error):
                raise
            self.broken.add(name)
            where = trace(error)
            LOG.error("a bug in %s: %s", name, where[-1], extra={"item": name, "trace": where})
            raise Broken(_("a bug in contaazul-sync: {where}").format(where=where[-1])) from error


def is_of_the_machine(error: BaseException) -> bool:
    """Whether an error says nothing of what was being done: the next one would meet it, too."""
    return isinstance(error, (OSError, MemoryError)) or told(error) is not error


def broken_step() -> Said:
    """What to do about an item that met a bug of ours."""
    return _("nothing to do now: the next sync tries it again. Please report it: contaazul-sync log")
