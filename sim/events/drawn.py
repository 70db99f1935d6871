"""The events that there are, and how often each is drawn."""

import random
from collections.abc import Callable, Sequence

from sim.draw import Follows, History
from sim.draw import history as drawn
from sim.world import World

Happening = Callable[[World, random.Random], str]
EVENTS: dict[str, Happening] = {}
WEIGHTS: dict[str, int] = {}
FOLLOWS: dict[str, Follows] = {}


def happens(weight: int, *then: tuple[Sequence[float], str]) -> Callable[[Happening], Happening]:
    """An event by the name of its function, drawn so often; `then`: what follows it."""

    def keep(function: Happening) -> Happening:
        EVENTS[function.__name__] = function
        WEIGHTS[function.__name__] = weight
        if then:
            FOLLOWS[function.__name__] = then
        return function

    return keep


def history(seed: int) -> History:
    """A history of this seed, of all the events that there are."""
    return drawn(seed, WEIGHTS, FOLLOWS)
