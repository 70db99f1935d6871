"""What people do in the ERP."""

import random

from sim.events.drawn import happens
from sim.world import World


@happens(2)
def sale_by_hand(world: World, dice: random.Random) -> str:
    world.erp.take_number(world.erp.next_number())
    return "the ERP: a sale is booked by hand under the next number"


@happens(1)
def sale_deleted(world: World, dice: random.Random) -> str:
    live = [sale for sale in world.erp.sales.values() if not sale.deleted and sale.origin == "API"]
    if not live:
        return ""
    sale = dice.choice(live)
    for home in world.homes:
        for order in home.shop.orders:
            if f"[{home.shop_id}:pedido {order['order_id']}]" in sale.observacoes + sale.payment_note:
                home.by_hand.add(order["order_id"])
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


@happens(1)
def sold_elsewhere(world: World, dice: random.Random) -> str:
    products = list(world.erp.products.values())
    if not products:
        return ""
    product = dice.choice(products)
    world.erp.set_stock(product.sku, product.stock - 1)
    return f"the ERP: one {product.sku} is sold over the counter"
