"""Exit codes: how a run ends, in words, and which ends are good."""

from contaazul_sync.core.words import _

OK, LOOK, INTERRUPTED = 0, 6, 130
GOOD = (OK, LOOK)  # how a good run ends: the pass went through


def outcome(code: int) -> str:
    """How a run ended, by its exit code."""
    known = {
        0: _("all well"),
        1: _("a bug: please report it"),
        3: _("the setup needs you"),
        4: _("sign in again"),
        5: _("could not go on; the next run tries again"),
        6: _("done; some items need a look"),
        7: _("stopped by a safety check"),
        130: _("interrupted"),
    }
    return known.get(code) or _("ended {code}").format(code=code)
