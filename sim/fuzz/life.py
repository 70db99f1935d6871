"""A small world for one piece of nonsense: it comes, it is suffered for a while, it goes."""

import asyncio
import json
import random
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from contaazul_sync.core.exits import SETUP
from contaazul_sync.home.settings import SETTINGS
from sim import runs
from sim.draw import DAY, Nature
from sim.fuzz import files, look
from sim.fuzz.answers import Place, Twist, Twister
from sim.judge import Wrong, judge
from sim.live import MEMORY, rest, scratch
from sim.process import KILLED, Process
from sim.world import World

KINDS = {
    "merchant": {},
    "storefront": {"shop.catalogue": "storefront"},
    "woocommerce": {"shop.kind": "woocommerce", "shop.url": "http://shop-a", "shop.api_url": ""},
}
LONG = 10.0  # seconds of this machine that one pass may take at most, in a world of four products
BUYERS = ("529.982.247-25", "111.444.777-35", "168.995.350-09")
NEXT = ("contaazul-sync", "chmod", "config.toml", str(MEMORY))  # what a person may type, or has to put right
SAID_NOTHING = (0, 6, KILLED)  # ends of a run that need no sentence


class Life:
    """A world of one kind of shop, with three linked products and a paid order that is sold."""

    def __init__(self, kind: str, dice: random.Random, root: Path) -> None:
        self.dice, self.wrong = dice, list[Wrong]()
        self.world = World(Nature(dice.getrandbits(32), {}, {}, (dict(KINDS[kind]),)), root)
        self.home = self.world.homes[0]
        self.twisters = [Twister(server.app, name) for name, server in self.world.hosts.items()]
        for twister, server in zip(self.twisters, self.world.hosts.values(), strict=True):
            server.app = twister  # type: ignore[assignment]
        _keep_settings(self.home)
        self.healthy: list[str] = []
        self.order("A-3", 0)
        self.sync()
        runs.send_products(self.home, ["A-0", "A-1", "A-2", "A-3"])
        self.sync()

    def order(self, sku: str, buyer: int) -> str:
        """A paid order."""
        name = f"Pessoa {buyer} Inventada"
        lines = [(sku, 2)]
        return str(self.home.shop.order(lines, "confirmed", payer_name=name, payer_cpf=BUYERS[buyer]))

    def happen(self) -> Sequence[str]:
        """Much that a pass has to carry over: two sound orders, and one that is the victim; its words."""
        shop = self.home.shop
        self.healthy = [self.order("A-0", 0)]
        victim = self.order("A-1", 1)
        self.healthy.append(self.order("A-2", 2))
        for sku in ("A-0", "A-1"):
            shop.change(sku, price=Decimal("33.30"))
        shop.change("A-2", stock=17)
        shop.add_product("A-4", "Produto 4", Decimal("12.50"), 5)
        product = next(each for each in shop.products if each["sku"] == "A-1")
        return victim, str(product["id"]), "A-1", "Produto 1"

    def sync(self, pause: float = 1800.0, work: Any = runs.sync) -> Process:
        """A pass, after a pause."""
        process = Process(self.world, self.home, "a: sync")
        begun = time.monotonic()

        async def wait() -> None:
            await asyncio.sleep(pause)
            await process.start(work)

        self.world.loop.run_until_complete(wait())
        if (took := time.monotonic() - begun) > LONG:
            self.wrong.append(Wrong("slow", f"a pass took {took:.0f} s"))
        if process.outcome not in SAID_NOTHING and not (process.said or process.bug):
            self.wrong.append(Wrong("says why", f"a run ended with {process.outcome}, and said nothing"))
        if unclean := look.UNCLEAN.search(process.said):
            self.wrong.append(Wrong("clean", f"{unclean[0]!r} in what a run said: {process.said!r}"))
        return process

    def unsold(self) -> Iterator[Wrong]:
        """The sound orders that are not sold."""
        sold = self.home.sales()
        last = self.home.processes[-1]
        for order in self.healthy:
            if not sold.get(order):
                text = f"order {order} is not sold; the run ended with {last.outcome}: {last.said}"
                yield Wrong("the others go on", text)

    def look(self, victim: str, times: int) -> None:
        """Look at things, as a person would."""
        lines = [*look.LOOKS, ("show", victim), ("show", "A-1")]
        for line in self.dice.sample(lines, times):
            printed = look.run(self.home.path, line)
            if printed.bug:
                self.wrong.append(Wrong("bug", f"{' '.join(line)}: {printed.bug}"))
            if unclean := printed.unclean():
                self.wrong.append(Wrong("clean", f"{' '.join(line)} printed {unclean}"))

    def forgive(self, places: Iterable[Place]) -> None:
        """Take back what the world noticed on the way, where the nonsense is the reason."""
        excused = {"seen"} | ({"in doubt"} if any(place.method == "POST" for place in places) else set())
        self.world.noticed = [each for each in self.world.noticed if each[0] not in excused]
        self.home.sign_in_lost |= any(place.path == "/oauth/token" or not place.pointer for place in places)

    def end(self) -> list[Wrong]:
        """Come to rest. Everything that is wrong."""
        self.world.loop.run_until_complete(rest(self.world))
        return self.wrong + judge(self.world)


@contextmanager
def begun(kind: str, dice: random.Random) -> Iterator[Life]:
    """A life in a world that is let go of."""
    life = Life(kind, dice, scratch("fuzz-"))
    asyncio.set_event_loop(life.world.loop)
    with closing(life.world):
        yield life


def places(kind: str) -> list[Place]:
    """Every field of every answer that this kind of world gives to a pass."""
    with begun(kind, random.Random(kind)) as life:
        life.happen()
        life.sync()
        life.sync(DAY)
        found = set[Place]().union(*(twister.places for twister in life.twisters))
    return sorted(found)


def suffer(kind: str, twists: Sequence[Twist], dice: random.Random) -> list[Wrong]:
    """Let nonsense stand for a while; what is wrong with what came of it."""
    with begun(kind, dice) as life:
        words = life.happen()
        for twist in twists:
            twist.words, twist.stands = words, True
        for twister in life.twisters:
            twister.twists = twists
        for pause in dice.choice(((1800.0, 1800.0), (DAY, 1800.0), (1800.0, DAY))):
            life.sync(pause)
        if not any(twist.hits_all for twist in twists):
            life.wrong += life.unsold()
        life.look(words[0], 3)
        for twist in twists:
            twist.stands = False
        life.forgive({twist.place for twist in twists})
        is_denied = any(twist.place.method == "POST" and not twist.place.pointer for twist in twists)
        return [each for each in life.end() if not (is_denied and each.invariant == "knows its own")]


def spoil(file: str, what: str, dice: random.Random) -> list[Wrong]:
    """Let a file of the home be nonsense for a while; what is wrong with what came of it."""
    with begun("merchant", dice) as life:
        victim, *_words = life.happen()
        path = life.home.path / file
        before = path.read_bytes() if path.exists() else None
        if file == "state.db":
            life.home.forget(life.world.clock())
        life.home.sign_in_lost |= file in ("secrets.json", "config.toml")
        files.spoil(path, what, dice)
        life.look(victim, 4)
        process = life.sync(work=runs.sync_as_set)
        if process.outcome == SETUP and not any(word in process.said for word in NEXT):
            life.wrong.append(Wrong("says what next", process.said))
        life.look(victim, 2)
        _put_back(path, before)
        return life.end()


def _put_back(path: Path, before: bytes | None) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    for beside in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + beside).unlink(missing_ok=True)
    if before is not None:
        path.write_bytes(before)
        path.chmod(0o600)


def _keep_settings(home: Any) -> None:
    """The settings in the file, for commands that read it."""
    lines = []
    for name, value in home.settings.values.items():
        if value != SETTINGS[name][1]:
            section, _dot, key = name.rpartition(".")
            text = json.dumps(str(value).replace("http://", "https://"))
            lines.append(f"{section}.{key} = {text}" if section else f"{key} = {text}")
    file = home.settings.config_file
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    file.chmod(0o600)
