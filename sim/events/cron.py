"""Cron, and who does as the program says."""

import random
from typing import Any

from sim import runs
from sim.events.drawn import EVENTS
from sim.process import Process
from sim.world import Home, World

DEATHS = 90  # boundaries among which one is drawn


def sync(world: World, dice: random.Random) -> str:
    """Cron runs a pass, which may be killed; sometimes another begins while it is going on."""
    for home in world.homes:
        _pass(world, home, dice)
    return ""


def _pass(world: World, home: Home, dice: random.Random) -> None:
    dies_at = dice.randint(1, DEATHS) if dice.random() < 0.12 else None
    start(world, home, "sync", runs.sync, dies_at)
    if dice.random() < 0.05:
        start(world, home, "sync (second)", runs.sync)


EVENTS["sync"] = sync


def start(world: World, home: Home, command: str, work: Any, dies_at: int | None = None) -> None:
    name = f"{home.name}: {command} #{len(home.processes) + 1}"
    world.note(f"{name} begins" + (f", to die at {dies_at}" if dies_at else ""))
    home.sign_in_lost |= command.startswith("auth")  # until it has ended, there is no whole one
    process = Process(world, home, name, dies_at)
    process.start(work).add_done_callback(lambda _task: _answer(world, process))


def _answer(world: World, process: Process) -> None:
    """A person does as is told, some hours later."""
    home, hours = process.home, world.patience.choice([0.2, 2, 12])
    command = next((word for word in ("auth", "rebuild") if f"contaazul-sync {word}" in process.said), "")
    if not command or home.answering:
        return
    home.answering = True

    def act() -> None:
        home.answering = False
        if home.is_idle and command == "auth":
            start(world, home, "auth as told", runs.sign_in)
        elif home.is_idle:
            start(world, home, "rebuild as told", runs.make_anew)

    world.loop.call_later(hours * 3600, act)
