"""SIGTERM and Ctrl-C: the first ends what is going on, a second one ends the process, whatever it is doing.

Ctrl-C and SIGTERM are alike: what nobody minds otherwise is ended by a KeyboardInterrupt.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from contaazul_sync.core.exits import INTERRUPTED

BOTH = (signal.SIGINT, signal.SIGTERM)

First = Callable[[int], None]


class _Signals:
    """Who hears them. `first` is told the first one; without it, that is a KeyboardInterrupt."""

    def __init__(self) -> None:
        self.heard = False
        self.first: First | None = None
        self.last: Callable[[], None] = lambda: None

    def __call__(self, number: int, _frame: FrameType | None) -> None:
        if self.heard:  # end the process as it stands: everything that was done is kept already
            with suppress(Exception):
                self.last()
            os._exit(INTERRUPTED)
        self.heard = True
        if self.first is None:
            raise KeyboardInterrupt
        self.first(number)


_signals = _Signals()


def listen(last: Callable[[], None]) -> None:
    """Hear both from now on, until the process ends; `last` is called before a second one ends it."""
    _signals.last = last
    for each in BOTH:
        signal.signal(each, _signals)


@contextmanager
def ending_with(first: First) -> Iterator[None]:
    """Within, `first` is called at the first of them, between any two steps of the main thread."""
    former, before = {each: signal.signal(each, _signals) for each in BOTH}, _signals.first
    _signals.first = first
    try:
        yield
    finally:
        _signals.first = before
        for each, handler in former.items():
            signal.signal(each, handler)
        if _signals not in former.values():  # it was for this alone
            _signals.heard = False


@contextmanager
def asking() -> Iterator[None]:
    """Within, a person is waited for: the first of them is a KeyboardInterrupt, which ends that."""
    before, _signals.first = _signals.first, None
    try:
        yield
    finally:
        _signals.first = before
