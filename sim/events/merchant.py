"""What the shop's merchant does in the shop."""

import random
from decimal import Decimal
from functools import partial

from sim import runs
from sim.draw import DAY
from sim.events.cron import start
from sim.events.customers import sku_of
from sim.events.drawn import EVENTS, happens
from sim.world import World


@happens(4)
def choose(world: World, dice: random.Random) -> str:
    home = dice.choice(world.homes)
    skus = [unit["sku"] for unit in home.shop.products]
    chosen = dice.sample(skus, min(len(skus), dice.randint(1, 4)))
    if home.is_idle and not home.settings.state_file.exists():
        return ""
    runs.send_products(home, chosen)
    return f"{home.name}: {', '.join(chosen)} chosen for the ERP"


@happens(1)
def choice_taken_back(world: World, dice: random.Random) -> str:
    home = dice.choice(world.homes)
    if not home.is_idle or not home.settings.state_file.exists():
        return ""
    sku = runs.take_back(home, dice)
    return f"{home.name}: {sku} is chosen no longer" if sku else ""


@happens(1)
def choose_all(world: World, dice: random.Random) -> str:
    for home in world.homes:
        runs.send_products(home, [unit["sku"] for unit in home.shop.products])
    return "all products are chosen for the ERP"


@happens(3)
def priced(world: World, dice: random.Random) -> str:
    home = dice.choice(world.homes)
    if not home.shop.products:
        return ""
    sku, price = sku_of(home, dice), dice.randint(1000, 9000)
    home.shop.change(sku, price=Decimal(price) / 100)
    return f"{home.name}: {sku} costs {price} centavos"


@happens(2)
def restocked(world: World, dice: random.Random) -> str:
    home = dice.choice(world.homes)
    if not home.shop.products:
        return ""
    sku = sku_of(home, dice)
    home.shop.change(sku, stock=dice.randint(5, 60))
    return f"{home.name}: the shop counts {sku} anew"


@happens(1)
def renamed(world: World, dice: random.Random) -> str:
    home = dice.choice(world.homes)
    if not home.shop.products:
        return ""
    sku = sku_of(home, dice)
    home.shop.change(sku, name=f"Produto novo {dice.randrange(1000)}")
    return f"{home.name}: {sku} has another name"


@happens(2)
def product_new(world: World, dice: random.Random) -> str:
    home = dice.choice(world.homes)
    sku = f"{home.name.upper()}-N{dice.randrange(10**6)}"
    home.shop.add_product(sku, f"Produto {sku}", Decimal(dice.randint(900, 9900)) / 100, dice.randint(3, 50))
    return f"{home.name}: the shop has {sku}"


@happens(1)
def product_deleted(world: World, dice: random.Random) -> str:
    home = dice.choice(world.homes)
    if len(home.shop.products) < 3:
        return ""
    sku = sku_of(home, dice)
    home.shop.delete(sku)
    return f"{home.name}: the shop has no {sku} any more"


@happens(2)
def product_anew(world: World, dice: random.Random) -> str:
    home = dice.choice(world.homes)
    if not home.shop.products:
        return ""
    sku = sku_of(home, dice)
    before = home.shop.unit(sku)
    home.shop.delete(sku)
    home.shop.add_product(sku, before["name"], before["price"], before["quantity"])
    return f"{home.name}: {sku} is deleted in the shop, and made anew"


@happens(
    1,
    ((5, 600), "sync"),
    ((900,), "choose_all"),
    ((1000, 4000), "sync"),
    ((DAY, DAY + 3600), "black_friday"),
    ((DAY + 3660, DAY + 9000), "sync"),
    ((DAY + 10000, 2 * DAY), "prices_looked_at"),
    ((2 * DAY + 60,), "sync"),
)
def season(world: World, dice: random.Random) -> str:
    for home in world.homes:
        for number in range(24):
            sku = f"{home.name.upper()}-S{dice.randrange(10**6)}"
            home.shop.add_product(sku, f"Produto {sku}", Decimal(dice.randint(900, 9900)) / 100, 30 + number)
    return "the shops have many new products"


def black_friday(world: World, dice: random.Random) -> str:
    """Most prices change at once, while no run is going on that would see a few of them first."""
    home = dice.choice(world.homes)
    if not home.is_idle or home.settings.text("shop.catalogue") != "api":
        return ""
    home.held = {}
    for unit in home.shop.products:
        home.shop.change(unit["sku"], price=Decimal(str(unit["price"])) / 2)
    home.held = runs.moved(home)
    return f"{home.name}: all prices are halved, and {len(home.held)} of them have to be held"


def prices_looked_at(world: World, dice: random.Random) -> str:
    """A person lets the held prices go, or puts them right, or does nothing at all."""
    home = dice.choice(world.homes)
    done = dice.choice(["force", "back", "nothing"])
    if not home.held or not home.is_idle or done == "nothing":
        return ""
    home.held = {}
    if done == "force":
        start(world, home, "sync --force", partial(runs.sync, force=True))
        return f"{home.name}: sync --force"
    for unit in home.shop.products:
        home.shop.change(unit["sku"], price=Decimal(str(unit["price"])) * 2)
    return f"{home.name}: all prices are as they were"


def exported(world: World, dice: random.Random) -> str:
    """Of a shop that is read from files; what it tells late it must have told dated, or it counts as new."""
    told = []
    for home in world.homes:
        days, way = dice.choice([2, 7, 7, None]), dice.random()
        items_after = dice.choice([0, 0, 0, 0, 3000, 100000])
        if home.panel is None:
            continue
        if way < 0.15 and home.panel.is_dated:
            home.panel.bring(days, after=dice.choice([7200, 200000]))
        elif way < 0.3:
            home.panel.bring(days, stalls=dice.choice([1, 1.9, 5, 600]))
        else:
            home.panel.bring(days, items_after=items_after)
        told.append(f"{home.name}: the orders of {days or 'all'} days are exported")
    return "; ".join(told)


EVENTS["exported"] = exported
EVENTS["black_friday"] = black_friday
EVENTS["prices_looked_at"] = prices_looked_at
