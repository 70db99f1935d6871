"""Lets a history happen, and brings it to rest."""

import asyncio
import os
import random
import tempfile
from dataclasses import dataclass
from pathlib import Path

from contaazul_sync.core.items import Group
from sim import runs
from sim.draw import DAY, History
from sim.events.drawn import EVENTS
from sim.judge import Wrong, judge
from sim.process import Process
from sim.world import GRACE, World

MEMORY = Path("/dev/shm")  # noqa: S108 - a file system in memory, where there is one
RETRIED = (5, 3, 2)  # before so many of the quiet passes are left, a person retries what is parked
REST = (2 * 3600.0, GRACE + 60.0, DAY, DAY, 2 * 3600.0, 2 * 3600.0, 2 * 3600.0)  # before each quiet pass


@dataclass
class Lived:
    """What became of a history: what is wrong with it, and what happened in sentences."""

    wrong: list[Wrong]
    story: list[str]
    passes: int


def scratch(prefix: str) -> Path:
    """A new folder for a world, in memory where that can be had."""
    folder = MEMORY if os.access(MEMORY, os.W_OK) else None
    return Path(tempfile.mkdtemp(prefix=prefix, dir=folder))


def live(history: History, *, tells: bool = False, strict: bool = False) -> Lived:
    """Let a history happen."""
    world = World(history.nature, scratch("sim-"), tells=tells)
    story: list[str] = []
    try:
        asyncio.set_event_loop(world.loop)
        world.loop.run_until_complete(_happen(world, history, story))
        wrong = judge(world, strict=strict)
        return Lived(wrong, story, sum(len(home.processes) for home in world.homes))
    finally:
        world.close()


async def _happen(world: World, history: History, story: list[str]) -> None:
    for event in history.events:
        if (wait := event.at - world.loop.time()) > 0:
            await asyncio.sleep(wait)
        told = EVENTS[event.name](world, random.Random(event.dice))
        if told:
            world.note(f"-- {told}")
            story.append(f"{world.clock():%d %H:%M:%S} {told}")
    await rest(world)


async def rest(world: World) -> None:
    """Let all weather end, and some quiet passes run."""
    world.note("-- all is calm")
    world.calm()
    await _all_end(world)
    for i, pause in enumerate(REST):
        await asyncio.sleep(pause)
        world.calm()
        for home in world.homes:
            if len(REST) - i in RETRIED:
                runs.retry(home, Group.IN_DOUBT, Group.FAILED)
            if home.panel:
                home.panel.bring()
            if not home.vault().read().signed_in:
                await home.sign_in_anew()
            name = f"{home.name}: quiet sync #{len(home.processes) + 1}"
            process = Process(world, home, name)
            await process.start(runs.sync)
            if "rebuild" in process.said:  # a person does as is told
                await Process(world, home, f"{home.name}: rebuild as told").start(runs.make_anew)


async def _all_end(world: World) -> None:
    while not all(home.is_idle for home in world.homes):  # noqa: ASYNC110 - it takes no time
        await asyncio.sleep(60)
