"""The events that there are, and how often each is drawn."""

import random
from collections.abc import Callable

from sim.world import World

Happening = Callable[[World, random.Random], str]
EVENTS: dict[str, Happening] = {}
WEIGHTS: dict[str, int] = {}


def happens(weight: int) -> Callable[[Happening], Happening]:
    """An event by the name of its function, drawn so often."""

    def keep(function: Happening) -> Happening:
        EVENTS[function.__name__] = function
        WEIGHTS[function.__name__] = weight
        return function

    return keep
