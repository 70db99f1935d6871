"""Exit codes: how a run ends, in words, which ends are good, and which is the gravest where several meet."""

from collections.abc import Iterable

from contaazul_sync.core.words import Said, _

OK, BUG, USAGE, SETUP, LOOK, STOPPED, INTERRUPTED = 0, 1, 2, 3, 6, 7, 130
GRAVITY = (BUG, USAGE, SETUP, 4, STOPPED, 5, LOOK, INTERRUPTED, OK)  # the gravest first


def worst(codes: Iterable[int]) -> int:
    """The gravest exit code; one that is not known, as of a killed process, counts as 1."""
    known = [code if code in GRAVITY else BUG for code in codes]
    return min(known, key=GRAVITY.index, default=OK)


def is_good(code: int, *, orders_went: bool) -> bool:
    """Whether a run that ended so got through: to its end, or all but what a safety check held back.

    `orders_went`: nothing stood in the way of the orders.
    """
    return code in (OK, LOOK) or (code == STOPPED and orders_went)


def outcome(code: int) -> Said:
    """How a run ended, by its exit code."""
    known = {
        0: _("all well"),
        1: _("a bug: please report it"),
        2: _("the command was typed wrongly"),
        3: _("the setup needs you"),
        4: _("sign in again"),
        5: _("could not go on; the next run tries again"),
        6: _("done; some items need a look"),
        7: _("a safety check held something back"),
        130: _("interrupted"),
    }
    return known.get(code) or _("ended {code}").format(code=code)
