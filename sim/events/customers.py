"""What the shop's customers do, and what becomes of their orders."""

import random
from decimal import Decimal
from typing import Any

from sim.events.drawn import happens
from sim.world import Home, World

CPFS = (
    "529.982.247-25", "111.444.777-35", "168.995.350-09", "153.509.460-56", "935.411.347-80",
    "390.533.447-05", "714.287.938-60", "231.002.999-00", "746.824.890-70", "476.393.100-30",
)  # fmt: skip


@happens(18)
def order_paid(world: World, dice: random.Random) -> str:
    home = dice.choice(world.homes)
    order = _order(home, dice, "confirmed")
    return f"{home.name}: order {order} is paid"


@happens(4)
def order_made(world: World, dice: random.Random) -> str:
    home = dice.choice(world.homes)
    return f"{home.name}: order {_order(home, dice, 'pending')} is made, and not paid yet"


def _order(home: Home, dice: random.Random, status: str, **fields: Any) -> int:
    skus = [unit["sku"] for unit in home.shop.products if unit["sku"]]
    skus = dice.sample(skus, min(len(skus), dice.randint(1, 3))) or ["A-GONE"]
    lines: list[Any] = (
        [(sku, dice.randint(1, 2)) for sku in skus] if skus != ["A-GONE"] else [("A-GONE", 1, 10)]
    )
    who = dice.randrange(len(CPFS))
    return home.shop.order(
        lines,
        status,
        payer_name=f"Pessoa {who} Inventada",
        payer_cpf=CPFS[who],
        payer_email=f"pessoa{who}@example.com",
        payment_method=dice.choice(["pix", "pix", "boleto", "creditcard"]),
        shipping=dice.choice([0, 0, 15]),
        discount=dice.choice([0, 0, "3.50"]),
        **fields,
    )


@happens(1)
def order_before(world: World, dice: random.Random) -> str:
    home = dice.choice(world.homes)
    month = dice.choice([9, 10, 10])
    order = _order(home, dice, "confirmed", created=f"2026-{month:02}-20 10:00:00")
    return f"{home.name}: order {order} turns up, paid before the first day"


@happens(4)
def paid_late(world: World, dice: random.Random) -> str:
    home = dice.choice(world.homes)
    order = pick(home, dice, "pending")
    if order is None:
        return ""
    home.shop.pay(order["order_id"])
    return f"{home.name}: order {order['order_id']} is paid at last"


@happens(3)
def cancelled(world: World, dice: random.Random) -> str:
    home = dice.choice(world.homes)
    order = pick(home, dice, "pending", "confirmed", "shipped")
    if order is None:
        return ""
    home.shop.cancel(order["order_id"])
    return f"{home.name}: order {order['order_id']} is cancelled"


@happens(2)
def refunded(world: World, dice: random.Random) -> str:
    home = dice.choice(world.homes)
    order = pick(home, dice, "confirmed", "shipped")
    if order is None:
        return ""
    home.shop.refund(order["order_id"])
    return f"{home.name}: order {order['order_id']} is given its money back"


@happens(2)
def shipped(world: World, dice: random.Random) -> str:
    home = dice.choice(world.homes)
    order = pick(home, dice, "confirmed")
    if order is None:
        return ""
    order.update(status="shipped", updated=home.shop.now())
    return f"{home.name}: order {order['order_id']} is shipped"


@happens(2)
def edited(world: World, dice: random.Random) -> str:
    home = dice.choice(world.homes)
    order = pick(home, dice, "pending", "confirmed")
    if order is None:
        return ""
    more = Decimal(order["shipping"]) + 5
    total = f"{Decimal(order['total']) + 5:.2f}"
    order.update(shipping=f"{more:.2f}", total=total, updated=home.shop.now())
    if order["status"] == "confirmed":
        order["total_paid"] = total
    return f"{home.name}: order {order['order_id']} costs 5.00 more"


@happens(2)
def buyer_changed(world: World, dice: random.Random) -> str:
    home = dice.choice(world.homes)
    order = pick(home, dice, "pending", "confirmed")
    if order is None:
        return ""
    order.update(payer_phone=f"(11) 9{dice.randrange(10**8):08}", updated=home.shop.now())
    return f"{home.name}: the buyer of order {order['order_id']} has another phone"


@happens(2)
def order_deleted(world: World, dice: random.Random) -> str:
    home = dice.choice(world.homes)
    order = pick(home, dice, "pending", "canceled", "refunded")
    if order is None:
        return ""
    home.shop.orders.remove(order)
    return f"{home.name}: order {order['order_id']} is deleted in the shop"


@happens(3)
def flickers(world: World, dice: random.Random) -> str:
    home = dice.choice(world.homes)
    order = pick(home, dice, "confirmed")
    if order is None:
        return ""
    order.update(status="em_analise", updated=home.shop.now())

    def back() -> None:
        if order["status"] == "em_analise":
            order.update(status="confirmed", updated=home.shop.now())
            world.note(f"{home.name}: order {order['order_id']} is confirmed again")

    world.loop.call_later(dice.choice([600, 4000, 90000]), back)
    return f"{home.name}: order {order['order_id']} has an unknown status for a while"


@happens(2)
def without_document(world: World, dice: random.Random) -> str:
    home = dice.choice(world.homes)
    order = home.shop.order([(sku_of(home, dice), 1)], payer_cpf="")

    def arrives() -> None:
        for each in home.shop.orders:
            if each["id"] == order:
                each.update(payer_cpf=dice.choice(CPFS), updated=home.shop.now())
                world.note(f"{home.name}: the CPF of order {order} arrives")

    if dice.random() < 0.6:
        world.loop.call_later(dice.choice([3000, 100000]), arrives)
    return f"{home.name}: order {order} is paid, without a CPF"


def pick(home: Home, dice: random.Random, *statuses: str) -> dict[str, Any] | None:
    found = [order for order in home.shop.orders if order["status"] in statuses]
    return dice.choice(found[-6:]) if found else None


def sku_of(home: Home, dice: random.Random) -> str:
    return str(dice.choice([unit["sku"] for unit in home.shop.products if unit["sku"]] or ["A-GONE"]))
