"""Cuts a failing history down to the fewest events that still fail in the same way."""

from collections.abc import Callable
from dataclasses import replace

from sim.draw import Event, History

Fails = Callable[[History], bool]


def shrink(history: History, fails: Fails, most: int = 400) -> History:
    """The smallest history that was found with at most so many tries. It fails like the one given."""
    tried = 0

    def still(events: tuple[Event, ...]) -> bool:
        nonlocal tried
        tried += 1
        return tried <= most and fails(replace(history, events=events))

    events = _halved(history.events, still)
    size = max(len(events) // 2, 1)
    while tried < most:
        before = events
        start = 0
        while start < len(events):
            shorter = events[:start] + events[start + size :]
            if shorter and still(shorter):
                events = shorter
            else:
                start += size
        if size == 1 and events == before:
            break
        size = max(size // 2, 1)
    return replace(history, events=events)


def _halved(events: tuple[Event, ...], still: Callable[[tuple[Event, ...]], bool]) -> tuple[Event, ...]:
    """Without the end of the history, as long as its beginning alone fails."""
    while len(events) > 8 and still(shorter := events[: len(events) * 3 // 4]):
        events = shorter
    return events
