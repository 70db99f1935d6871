"""The simulated world is the same for the same seed, takes no real time, and notices what it is there for."""

import asyncio
import os
import subprocess
import sys
import time
from dataclasses import fields, replace
from pathlib import Path

import pytest

from contaazul_sync.home.lock import token_lock
from contaazul_sync.sandbox.erp.switches import ErpSwitches
from contaazul_sync.sandbox.shop.switches import ShopSwitches
from contaazul_sync.state.intents import Intents
from sim import stories
from sim.draw import DAY, Event, nature
from sim.events.drawn import EVENTS, FOLLOWS, WEIGHTS, history
from sim.live import REST, live
from sim.mutate import mutants
from sim.panel import DIALECTS
from sim.shrink import shrink
from sim.switches import NOT_DRAWN
from sim.world import World

ROOT = Path(__file__).parents[2]
OF_FILES = 43  # a seed whose shop is read from files


def traced(seed: int) -> bytes:
    """The trace of a history, as a process of its own tells it."""
    words = [sys.executable, "-m", "sim", "--seed", str(seed), "--trace"]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    environ.pop("PYTHONHASHSEED", None)
    return subprocess.run(words, cwd=ROOT, env=environ, capture_output=True, check=True).stdout


@pytest.mark.slow
@pytest.mark.parametrize("seed", [3, OF_FILES])
def test_the_same_seed_has_the_same_trace_in_two_processes(seed):
    first, second = traced(seed), traced(seed)

    assert first == second
    assert first.count(b"\n") > 1000


@pytest.mark.parametrize(("kind", "of"), [(ErpSwitches, "erp"), (ShopSwitches, "shop")])
def test_every_switch_of_the_servers_is_drawn_or_it_is_said_why_not(kind, of):
    by_default = kind()
    others = {
        name
        for seed in range(400)
        for name, value in getattr(nature(seed), of).items()
        if value != getattr(by_default, name)
    }

    assert {each.name for each in fields(kind)} - others == {
        each.name for each in fields(kind) if each.name in NOT_DRAWN
    }


def test_shops_are_read_from_files_of_every_panel_whole_and_in_part():
    homes = [home for seed in range(1000) for home in nature(seed).homes if "shop.files.mapping" in home]
    drawn = {(home["shop.files.mapping"], home.get("shop.orders"), home["shop.catalogue"]) for home in homes}
    parts = [("files", "files"), ("files", "api"), ("files", "storefront"), (None, "files")]

    assert drawn == {(mapping, *part) for mapping in DIALECTS for part in parts}
    assert "shop.files.mapping" in nature(OF_FILES).homes[0]


def test_a_month_passes_in_seconds():
    begun = time.monotonic()
    quiet = replace(history(1), events=(Event(0.0, "sync", 0), Event(30 * DAY, "sync", 0)))

    lived = live(quiet)

    assert time.monotonic() - begun < 10
    assert lived.wrong == []
    assert lived.passes == (2 + len(REST)) * len(quiet.nature.homes)


def test_who_signs_in_while_the_sign_in_is_renewed_waits_in_the_time_of_the_world(tmp_path):
    world = World(history(1).nature, tmp_path)
    home = world.homes[0]
    before = home.vault().read().refresh_token

    async def renew():
        async with token_lock(home.path):
            await asyncio.sleep(60)
            assert home.vault().read().refresh_token == before

    async def both():
        await asyncio.gather(renew(), home.sign_in_anew())

    begun = time.monotonic()
    world.loop.run_until_complete(both())
    world.close()

    assert time.monotonic() - begun < 10
    assert home.world.loop.time() >= 60


@pytest.mark.slow
@pytest.mark.parametrize("story", stories.mended(), ids=lambda story: story.name)
def test_what_once_went_wrong_goes_well(story):
    assert story.wrong() == []


@pytest.mark.slow
@pytest.mark.parametrize("story", stories.known(), ids=lambda story: story.name)
def test_what_is_known_to_go_wrong_still_does(story):
    assert story.is_broken, "it does not any more: move it from sim/known.toml to sim/stories.toml"


def test_a_failing_history_is_cut_down_to_what_fails():
    whole = history(5)
    wanted = [whole.events[10], whole.events[30]]

    short = shrink(whole, lambda tried: all(each in tried.events for each in wanted))

    assert list(short.events) == sorted(wanted)


def test_a_create_that_nobody_wrote_down_is_noticed(monkeypatch):
    monkeypatch.setattr(Intents, "sending", lambda *_given, **_named: None)
    first = replace(
        history(1), events=(Event(0.0, "sync", 0), Event(600.0, "choose_all", 0), Event(660.0, "sync", 0))
    )

    assert {wrong.invariant for wrong in live(first).wrong} == {"written first"}


def test_every_event_that_is_drawn_is_there():
    following = {name for then in FOLLOWS.values() for _pauses, name in then}
    assert WEIGHTS.keys() | following <= EVENTS.keys()
    assert len(WEIGHTS) > 30


@pytest.mark.parametrize("mutant", mutants(), ids=lambda mutant: mutant.name)
def test_a_mutant_fits_the_program_as_it_is(mutant):
    assert mutant.fits()
