"""Which words of a command do not go together, and which ask for another: none is dropped in silence.

Options as they are typed, arguments by their names. What is only not needed beside another is no
contradiction: `--yes` where nothing is asked.
"""

from collections.abc import Collection, Iterator, Mapping
from itertools import combinations

from contaazul_sync.core.words import _

# Of each tuple, one word at most.
APART: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "auth": (("--remove", "--no-browser"), ("--remove", "--secrets")),
    "send-products": (
        *(("--all", word) for word in ("skus", "--search", "--from-file")),
        ("--now", "--dry-run"),
        *(("--undo", word) for word in ("--search", "--now", "--dry-run")),
    ),
    "sync": (
        *(("--dry-run", word) for word in ("--wait", "--verbose", "--quiet")),
        *(("--json", word) for word in ("--all-profiles", "--quiet")),
        ("--quiet", "--verbose"),
    ),
    "status": (("--products", "--drift", "--json", "--html", "--max-age"),),
    "log": (("run", "-n"),),
    "products": (("--csv", "--json"),),
    "orders": (("--csv", "--json"),),
    "install-cron": (("--write", "--remove"),),
}
# The first goes with the second alone.
NEEDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "import": (("--write", "--check"),),
    "status": (("--page", "--products"),),
}


def quarrels(command: str, given: Collection[str]) -> Iterator[str]:
    """What is wrong with the words that were given together, a sentence each."""
    for group in APART.get(command, ()):
        for first, second in combinations(group, 2):
            if first in given and second in given:
                text = _("{first} and {second} do not go together. Leave one of the two out.")
                yield text.format(first=first, second=second)
    for word, other in NEEDS.get(command, ()):
        if word in given and other not in given:
            yield _("{word} goes with {other} alone. Add {other}.").format(word=word, other=other)
