"""The weather on the line, and clocks."""

import random

from contaazul_sync.sandbox.common.switches import turn
from contaazul_sync.sandbox.storefront.routes import STOREFRONT_BASE
from sim.events.drawn import happens
from sim.wire import AFTER, BEFORE, ODD, OVERTAKEN, TWICE
from sim.world import World


@happens(3)
def outage(world: World, dice: random.Random) -> str:
    name = dice.choice(sorted(world.hosts))
    seconds = dice.choice([20, 600, 7200, 100000])
    world.hosts[name].down_until = world.loop.time() + seconds
    return f"{name} is away for {seconds} seconds"


@happens(10)
def fault(world: World, dice: random.Random) -> str:
    name = dice.choice(["erp", "erp", "erp", *sorted(world.hosts)])
    kind, times = dice.choice(BEFORE + AFTER + ("refused",)), dice.choice([1, 1, 2, 6])
    path = (
        dice.choice(["*", "/v1/venda", "/v1/pessoas", "/v1/produtos", "/oauth/token"])
        if name == "erp"
        else "*"
    )
    method = dice.choice(["*", "POST"]) if name == "erp" else "*"
    world.hosts[name].plan(kind, method, path, times)
    return f"{name}: the next {times} of {method} {path} end in {kind}"


@happens(0)
def odd_answer(world: World, dice: random.Random) -> str:
    """Not drawn yet: sim/stories.toml."""
    kind = dice.choice(ODD)
    world.hosts["erp"].plan(kind, "POST", "/v1/venda", 1)
    return f"erp: the next sale is made, and answered with {kind[:3]}"


@happens(5, ((1,), "order_paid"), ((5, 60), "sync"), ((400, 1900, 3000, 3700, 4600, 5000), "sync"))
def lost_answer(world: World, dice: random.Random) -> str:
    kind = dice.choice(AFTER)
    world.hosts["erp"].plan(kind, "POST", "/v1/venda", 1)
    return f"erp: the next sale is made, and its answer is lost ({kind})"


@happens(
    2, ((1,), "product_new"), ((20,), "sync"), ((300,), "choose_all"), ((330,), "sync"), ((380, 900), "sync")
)
def lost_product(world: World, dice: random.Random) -> str:
    kind = dice.choice(AFTER)
    world.hosts["erp"].plan(kind, "POST", "/v1/produtos", 1)
    return f"erp: the next product is made, and its answer is lost ({kind})"


@happens(2, ((1,), "order_paid"), ((5,), "sync"), ((900, 4000), "sync"))
def not_taken(world: World, dice: random.Random) -> str:
    kind = dice.choice(["refused", "429"])
    world.hosts["erp"].plan(kind, "POST", "/v1/venda", 6)
    return f"erp: the next sale is not even taken ({kind})"


@happens(2, ((1,), "priced"), ((5,), "sync"), ((900, 4000), "sync"))
def no_prices(world: World, dice: random.Random) -> str:
    kind = dice.choice(BEFORE)
    world.hosts["erp"].plan(kind, "PATCH", "/v1/produtos/*", 6)
    return f"erp: the next price is not set ({kind})"


@happens(2, ((1,), "order_paid"), ((5,), "sync"), ((60,), "sync"))
def overtaken(world: World, dice: random.Random) -> str:
    world.hosts["erp"].plan(OVERTAKEN, "POST", "/v1/venda", 1)
    return "the ERP: just before the next sale, somebody takes its number"


@happens(2, ((1,), "order_paid"), ((5,), "sync"), ((60, 1900, 3700, 7500), "sync"))
def repeated(world: World, dice: random.Random) -> str:
    """Where the ERP takes a number twice, its gateway sells twice, and nobody could help it."""
    if world.erp.switches.duplicate_number != "refuse":
        return ""
    world.hosts["erp"].plan(TWICE, "POST", "/v1/venda", 1)
    return "the ERP: its gateway repeats the next sale by itself, and tells what came of the second"


@happens(1, ((60,), "order_paid"), ((250100, 251000), "sync"), ((280000,), "sync"))
def half_away(world: World, dice: random.Random) -> str:
    name = dice.choice([each for each in sorted(world.hosts) if each != "erp"])
    closed, now = world.hosts[name].closed, world.loop.time()
    closed["*/order/*"] = now + dice.choice([20000, 250000])
    until = now + dice.choice([0, 270000])
    closed.update(dict.fromkeys(["*/product/*", f"{STOREFRONT_BASE}/*"], until))
    return f"{name}: orders and products are away, each for a time of its own"


@happens(1)
def shops_crawl(world: World, dice: random.Random) -> str:
    for name, server in world.hosts.items():
        server.slow = server.slow if name == "erp" else 6.0
    return "the shops take ten seconds or more for each answer"


@happens(3)
def noise(world: World, dice: random.Random) -> str:
    name = dice.choice(sorted(world.hosts))
    world.hosts[name].noise = BEFORE + AFTER
    world.hosts[name].noisy_until = world.loop.time() + dice.choice([1800, 7200])
    return f"{name}: a fifth of the requests fails for a while"


@happens(1)
def slow(world: World, dice: random.Random) -> str:
    name = dice.choice(sorted(world.hosts))
    world.hosts[name].slow = dice.choice([0.05, 0.5, 4.0])
    return f"{name}: one way takes about {world.hosts[name].slow} seconds"


@happens(2, ((60, 600), "sync"), ((4000,), "sync"))
def shop_unwell(world: World, dice: random.Random) -> str:
    """It answers, but nothing that helps, or nothing of one row."""
    home = dice.choice(world.homes)
    rows = [product["id"] for product in home.shop.products] + [order["id"] for order in home.shop.orders]
    name, value = dice.choice([("fail_with", "Erro interno"), ("storefront_blocked", True)])
    if rows and dice.random() < 0.5:
        name, value = "breaks_its_page", [dice.choice(rows)]
    turn(home.shop.switches, {name: value})
    world.loop.call_later(dice.choice([3000, 90000]), home.shop_is_well)
    return f"{home.name}: the shop has {name} = {value} for a while"


@happens(1)
def token_dies(world: World, dice: random.Random) -> str:
    world.erp.expire_access()
    return "the ERP: every access token dies"


@happens(1)
def clock_jumps(world: World, dice: random.Random) -> str:
    home = dice.choice(world.homes)
    home.set_clock(float(dice.choice([-7200, -600, 600, 7200, 90000])))
    world.loop.call_later(dice.choice([600, 20000]), home.set_clock, 0.0)
    return f"{home.name}: the clock is wrong by {home.skew} seconds for a while"
