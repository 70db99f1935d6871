"""What a person does with the program."""

import random
from decimal import Decimal

from sim import runs
from sim.events.cron import DEATHS, start
from sim.events.customers import pick
from sim.events.drawn import happens
from sim.world import World


@happens(3)
def ignore(world: World, dice: random.Random) -> str:
    home = dice.choice(world.homes)
    if not home.settings.state_file.exists():
        return ""
    order = pick(home, dice, "pending", "confirmed", "em_analise", "canceled")
    if order is None:
        return ""
    name = order["order_id"]
    known_as = runs.ignore(home, name)
    home.left_alone.add(name)
    if home.is_idle and not any(f":pedido {name}]" in s.observacoes for s in world.erp.sales.values()):
        home.ignored_as[name] = (order["updated"], known_as == order["updated"])
    return f"{home.name}: ignore {name}"


@happens(2)
def unignore(world: World, dice: random.Random) -> str:
    home = dice.choice(world.homes)
    if not home.left_alone:
        return ""
    order = dice.choice(sorted(home.left_alone))
    runs.unignore(home, order)
    home.ignored_as.pop(order, None)
    return f"{home.name}: unignore {order}"


@happens(3)
def retry_all(world: World, dice: random.Random) -> str:
    home = dice.choice(world.homes)
    if not home.settings.state_file.exists() or not runs.retry(home):
        return ""
    home.ignored_as.clear()
    return f"{home.name}: retry --all"


@happens(1)
def rebuild(world: World, dice: random.Random) -> str:
    home = dice.choice(world.homes)
    if not home.is_idle:
        return ""
    start(world, home, "rebuild", runs.make_anew, dice.randint(1, DEATHS) if dice.random() < 0.3 else None)
    return f"{home.name}: rebuild"


@happens(1)
def state_lost(world: World, dice: random.Random) -> str:
    home = dice.choice(world.homes)
    if not home.is_idle:
        return ""
    home.ignored_as.clear()
    for path in home.path.glob("state.db*"):
        path.unlink()
    home.rewound = True
    start(world, home, "rebuild", runs.make_anew)
    return f"{home.name}: the state file is lost, and rebuilt"


@happens(2)
def copied(world: World, dice: random.Random) -> str:
    home = dice.choice(world.homes)
    if not home.settings.state_file.exists():
        return ""
    runs.copy(home)
    return f"{home.name}: a copy of the state is made"


@happens(1)
def put_back(world: World, dice: random.Random) -> str:
    home = dice.choice(world.homes)
    if not home.copies or not home.is_idle:
        return ""
    home.rewound = True
    home.ignored_as.clear()
    runs.put_back(home, dice.randrange(len(home.copies)))
    return f"{home.name}: an old copy of the state is put back"


@happens(1)
def sign_in_anew(world: World, dice: random.Random) -> str:
    home = dice.choice(world.homes)
    if not home.is_idle:
        return ""
    start(world, home, "auth", runs.sign_in, dice.randint(1, 12) if dice.random() < 0.3 else None)
    return f"{home.name}: auth"


@happens(1)
def percent_set(world: World, dice: random.Random) -> str:
    home = dice.choice(world.homes)
    percent = Decimal(dice.choice([0, 5, -10]))
    home.set(prices__adjustment_percent=percent)
    return f"{home.name}: config set prices.adjustment_percent {percent}"
