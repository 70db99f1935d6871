"""What a person does with the program."""

import random
from decimal import Decimal
from functools import partial
from typing import Any

from sim import runs
from sim.draw import OLDER
from sim.events.cron import DEATHS, start
from sim.events.customers import pick, sku_of
from sim.events.drawn import happens
from sim.world import Home, World


@happens(3)
def ignore(world: World, dice: random.Random) -> str:
    home = dice.choice(world.homes)
    if not home.settings.state_file.exists():
        return ""
    order = pick(home, dice, "pending", "confirmed", "em_analise", "canceled")
    return _ignore(world, home, order) if order else ""


@happens(1, ((1,), "order_paid"), ((30,), "sync"), ((300,), "ignore_newest"), ((4000,), "sync"))
def erp_away(world: World, dice: random.Random) -> str:
    world.hosts["erp"].plan("refused", "POST", "/v1/venda", 6)
    return "the ERP takes no sale for a while, and a person will book the next by hand"


@happens(0)
def ignore_newest(world: World, dice: random.Random) -> str:
    home = dice.choice(world.homes)
    found = [order for order in home.shop.orders if order["status"] == "confirmed"]
    return _ignore(world, home, found[-1]) if found and home.settings.state_file.exists() else ""


def _ignore(world: World, home: Home, order: dict[str, Any]) -> str:
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


@happens(1)
def since(world: World, dice: random.Random) -> str:
    home = dice.choice(world.homes)
    if not home.is_idle:
        return ""
    dies_at = dice.randint(1, DEATHS) if dice.random() < 0.2 else None
    start(world, home, "sync --since", runs.sync_since, dies_at)
    return f"{home.name}: sync --since {OLDER} --yes"


@happens(2)
def send_now(world: World, dice: random.Random) -> str:
    home = dice.choice(world.homes)
    if not home.is_idle or not home.shop.products:
        return ""
    skus = sorted({sku_of(home, dice), sku_of(home, dice)})
    dies_at = dice.randint(1, DEATHS // 3) if dice.random() < 0.2 else None
    start(world, home, "send-products --now", partial(runs.send_now, skus=skus), dies_at)
    return f"{home.name}: send-products --now {' '.join(skus)}"


@happens(1)
def link(world: World, dice: random.Random) -> str:
    """To the twin that has its SKU, or to a product that was made by hand."""
    home = dice.choice(world.homes)
    if not home.is_idle or not home.shop.products:
        return ""
    sku = sku_of(home, dice)
    by_hand = f"{sku}-ERP"
    twins = [product.id for product in world.erp.products.values() if product.sku in (sku, by_hand)]
    twin = dice.choice(twins) if twins else world.erp.add_product(by_hand, sku, dice.randint(10, 90), 7)
    start(world, home, "link", partial(runs.link, sku=sku, erp_id=twin))
    return f"{home.name}: link {sku} to {'its twin' if twins else 'a product made by hand'}"


@happens(3)
def retry_all(world: World, dice: random.Random) -> str:
    home = dice.choice(world.homes)
    if not home.settings.state_file.exists() or not runs.retry(home):
        return ""
    home.ignored_as.clear()
    home.deleted.clear()
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
    start(world, home, "rebuild", runs.make_anew)
    return f"{home.name}: the state file is lost, and rebuilt"


@happens(2)
def copied(world: World, dice: random.Random) -> str:
    home = dice.choice(world.homes)
    if not home.settings.state_file.exists():
        return ""
    runs.copy(home)
    return f"{home.name}: a copy of the state is made"


@happens(1, ((5, 600), "order_paid"), ((900, 7000), "sync"))
def put_back(world: World, dice: random.Random) -> str:
    home = dice.choice(world.homes)
    if not home.copies or not home.is_idle:
        return ""
    home.ignored_as.clear()
    copy = dice.randrange(len(home.copies))
    home.forget(home.copies[copy].made_at)
    elsewhere = dice.random() < 0.3
    runs.put_back(home, copy, elsewhere=elsewhere)
    if home.panel and elsewhere:
        home.panel.lose()
    return f"{home.name}: an old copy of the state is put back{', on another machine' if elsewhere else ''}"


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
