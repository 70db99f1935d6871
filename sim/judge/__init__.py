"""What has to be true of a world that has come to rest, whatever happened in it.

The judge sees both servers, subtracts what people did, and asks the program's state only for what it told.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing

from sim import runs
from sim.judge import money, orders, products, program
from sim.judge.look import Look, Wrong
from sim.world import World

__all__ = ["Wrong", "judge"]

CHECKS = (*orders.CHECKS, *products.CHECKS, *money.CHECKS, *program.CHECKS)


def judge(world: World, *, strict: bool = False) -> list[Wrong]:
    """All that is wrong with a world at rest. `strict`: a state that was once lost excuses nothing."""
    found = [Wrong("bug", process.bug) for home in world.homes for process in home.processes if process.bug]
    found += [Wrong(*each) for each in world.noticed]
    found += [Wrong("deletes", r.path) for r in world.erp.requests if r.method == "DELETE"]
    found += _people(world)
    for home in world.homes:
        with closing(runs.kept(home)) as state:
            at = Look(world, home, state, strict=strict)
            found += [wrong for check in CHECKS for wrong in check(at)]
    return found


def _people(world: World) -> Iterator[Wrong]:
    # Of two homes that meet a buyer in the same moment neither can know of the other.
    most = len(world.homes) if world.erp.switches.duplicate_document == "accept" else 1
    for document, count in Counter(person.document for person in world.erp.people.values()).items():
        if document and count > most:
            yield Wrong("person once", f"{count} people with the document {document}")
