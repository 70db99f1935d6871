"""Marks of values: equal for equal ones. They tell that something changed, and never what it was."""

EDITION = 1  # of the rules: raised with each version by whose rules something goes that was held before
FORMAT = "1"  # of what `Order.note` hashes: a new one makes old marks say nothing, not "changed"
ALIKE = "alike"  # stands for the version of an order that looks like a sold one: only a person ends that
DOUBLE = "double"  # stands for the version of an order that is sold twice: only a person ends that
OTHER = f"{FORMAT}:another total"  # stands for what a sale was made from that is not what its order is now
# Stands for what a sale was made from whose order nobody had shown when it was met: its total alone is known.
UNSEEN = f"{FORMAT}:unseen"
HIDDEN = "hidden"  # stands for the version of what a shop fails at in its list
FILE = "file:"  # begins the key of what stands against a file
SAFETY = "safety"  # stands for the version of a price that the safety check holds: only `--force` ends that
UNREADABLE = "unreadable"  # stands for the version of an order that cannot be read


def differs(kept: str, now: str) -> bool:
    """Whether two marks tell a change. Marks of different formats tell nothing."""
    old, new = kept.partition(":"), now.partition(":")
    return kept != now and not (old[1] and new[1] and old[0] != new[0])


def changed(kept: str, now: str) -> bool:
    """Whether the mark of a failure tells that its item changed; that it could not be read tells nothing."""
    return UNREADABLE not in (kept, now) and differs(kept, now)


def fingerprint(*values: object) -> str:
    """A short mark of some values: equal for equal ones, and for no others that matter."""
    import hashlib  # noqa: PLC0415 - takes as long to load as all of this

    return hashlib.sha256(repr(values).encode()).hexdigest()[:20]


def problem_mark(problem: str | None) -> str | None:
    """That there is a problem: its words are those of whichever language the run speaks."""
    return "problem" if problem else None
