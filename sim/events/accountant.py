"""What people do in the ERP."""

import random
from datetime import timedelta
from decimal import Decimal

from contaazul_sync.core.days import BRAZIL
from contaazul_sync.sandbox.common import chance
from contaazul_sync.sandbox.erp.records.receivables import Money, Settlement
from contaazul_sync.sandbox.erp.records.sales import Sale
from sim import runs
from sim.events.drawn import happens
from sim.world import ACCOUNT, World


@happens(2)
def sale_by_hand(world: World, dice: random.Random) -> str:
    world.erp.take_number(world.erp.next_number())
    return "the ERP: a sale is booked by hand under the next number"


@happens(2)
def sale_deleted(world: World, dice: random.Random) -> str:
    live = [sale for sale in world.erp.sales.values() if not sale.deleted and sale.origin == "API"]
    if not live:
        return ""
    sale = dice.choice(live)
    for home in world.homes:
        for order in home.shop.orders:
            if f"[{home.shop_id}:pedido {order['order_id']}]" in sale.observacoes + sale.payment_note:
                home.by_hand.add(order["order_id"])
                if runs.is_sold(home, order["order_id"]):
                    home.deleted[order["order_id"]] = world.clock()
    world.erp.change_sale(sale, {"deleted": True})
    return f"the ERP: sale {sale.numero} is deleted"


@happens(1)
def notes_edited(world: World, dice: random.Random) -> str:
    live = [sale for sale in world.erp.sales.values() if not sale.deleted and sale.origin == "API"]
    if not live:
        return ""
    sale = dice.choice(live)
    world.erp.change_sale(sale, {"observacoes": f"Conferido. {sale.observacoes}"})
    return f"the ERP: something is added to the notes of sale {sale.numero}"


def _order_of(world: World, sale: Sale) -> str:
    for home in world.homes:
        for order, sales in home.sales().items():
            if sale in sales:
                home.moved_by_hand.add(order)
                return order
    return ""


@happens(4)
def statement_read(world: World, dice: random.Random) -> str:
    home = dice.choice(world.homes)
    if not (world.nature.settles and home.is_idle and home.settings.state_file.exists()):
        return ""
    days = dice.choice([1, 3, 7, 40])  # they overlap
    count = runs.payouts(home, world.clock() - timedelta(days=days))
    return f"{home.name}: a statement of {days} days is read, {count} payments of it are to be settled"


@happens(1)
def money_by_hand(world: World, dice: random.Random) -> str:
    ledger = world.erp.ledger
    open_parts = [each for each in ledger.parts.values() if not each.cancelled and not ledger.settled(each)]
    if not open_parts:
        return ""
    part = dice.choice(open_parts)
    gross = part.amount if dice.random() < 0.6 else min(part.amount, Decimal(1))
    day = f"{world.clock().astimezone(BRAZIL):%Y-%m-%d}"
    money = Settlement(
        chance.new_id(), part.id, day, Money(gross), ACCOUNT, "DINHEIRO", "no balcão", None, world.clock()
    )
    world.erp.table(Settlement)[money.id] = money
    ledger.touch(part)
    order = _order_of(world, world.erp.sales[part.sale_id])
    return f"the ERP: {gross} of part {part.index} of order {order} is received by hand"


@happens(1)
def money_taken_back(world: World, dice: random.Random) -> str:
    settlements = world.erp.table(Settlement)
    if not settlements:
        return ""
    gone = settlements.pop(dice.choice(sorted(settlements)))
    part = world.erp.ledger.parts[gone.part_id]
    world.erp.ledger.touch(part)
    order = _order_of(world, world.erp.sales[part.sale_id])
    return f"the ERP: what was received of part {part.index} of order {order} is taken back"


@happens(1)
def product_inactive(world: World, dice: random.Random) -> str:
    active = [product for product in world.erp.products.values() if product.status == "ATIVO"]
    if not active:
        return ""
    product = dice.choice(active)
    product.status, product.updated = "INATIVO", world.clock()
    if dice.random() < 0.6:
        world.loop.call_later(dice.choice([3000, 100000]), setattr, product, "status", "ATIVO")
    return f"the ERP: {product.sku} is made inactive"


@happens(2)
def person_inactive(world: World, dice: random.Random) -> str:
    active = [person for person in world.erp.people.values() if person.active and person.document]
    if not active:
        return ""
    person = dice.choice(active)
    person.active, person.changed = False, world.clock()

    def back() -> None:
        person.active = True

    if dice.random() < 0.6:
        world.loop.call_later(dice.choice([3000, 100000]), back)
    return f"the ERP: {person.name} is made inactive"


@happens(1)
def sold_elsewhere(world: World, dice: random.Random) -> str:
    products = list(world.erp.products.values())
    if not products:
        return ""
    product = dice.choice(products)
    world.erp.stock.settle()
    product.total -= 1
    product.updated = world.clock()
    return f"the ERP: one {product.sku} is sold over the counter"
