"""What has to be true of products, their balances and their prices."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from contaazul_sync.core.ids import OrderId
from contaazul_sync.core.items import Kind
from contaazul_sync.core.money import adjusted
from contaazul_sync.sandbox.shop.state import PAID
from contaazul_sync.state.values import text
from sim.draw import SINCE
from sim.judge.look import ONE_PASS, Look, Wrong

A_DAY = timedelta(days=1)  # in which a difference has to stay as it is, where orders come late


def products(at: Look) -> Iterator[Wrong]:
    """A product is made once, and what is chosen is sent, or something is told of it."""
    ours = [product.sku for product in at.world.erp.products.values()]
    for sku, count in Counter(ours).items():
        if count > 1 and sku.startswith(at.home.name.upper()):
            yield Wrong("product once", f"{sku} is there {count} times")
    queue = set(at.state.queue.all())
    for key, sku in at.state.products.skus(queue).items():
        if (Kind.PRODUCT, key) not in at.failures:
            yield Wrong("at rest", f"{sku} is chosen, and neither sent nor told")


def stock(at: Look) -> Iterator[Wrong]:
    """The balance is the shop's stock, or the difference is told."""
    drifts = {drift.key for drift in at.state.drifts.all()} | _suspected(at)
    if not (at.world.erp.switches.tells_balance and at.sees_all):
        return  # a balance that is not told is not known
    waiting = Counter[str]()  # for a person to approve their sales
    paid = [order["order_id"] for order in at.home.shop.orders if order["status"] in PAID]
    for sale in (sale for order in paid for sale in at.live(order)):
        if sale.situacao == "EM_ANDAMENTO":
            waiting.update({item.product_id: int(item.quantity) for item in sale.items})
    for product, link in at.state.pairs.linked():
        twin = at.world.erp.products.get(link.erp_id)
        if product.gone or product.problem or twin is None or link.key in drifts:
            continue
        told = _shop_stock(at, product.sku)
        if told is not None:
            told += waiting[twin.id]
        if told is not None and told != twin.stock:
            yield Wrong("stock", f"{product.sku}: {told} in the shop, {twin.stock} in the ERP, not told")


def _suspected(at: Look) -> set[str]:
    """The products whose difference is not a day old, where orders that explain it may not be exported."""
    if not at.home.order_files:
        return set()
    since = text(at.world.clock() - A_DAY)
    return {row["key"] for row in at.state.db.query("SELECT key FROM suspicions WHERE since > ?", [since])}


def _shop_stock(at: Look, sku: str) -> int | None:
    """What the shop can sell, and what it keeps back for orders that are not paid yet."""
    shop = at.home.shop
    try:
        stock = int(shop.unit(sku)["quantity"])
    except KeyError:
        return None
    unpaid = [o for o in shop.orders if o["id"] in shop.holding_stock and o["status"] not in PAID]
    stock += sum(item["quantity"] for order in unpaid for item in order["items"] if item["sku"] == sku)
    return None if sku in _for_people(at) else stock


def _for_people(at: Look) -> set[str]:
    """The SKUs of which a person has to say what is due: of orders that wait, of sales that ended.

    And of sales whose order the shop has lost, or that a person said to leave alone.
    """
    found: set[str] = set()
    there = {order["order_id"] for order in at.home.shop.orders}
    left = {key for kind, key in at.ignored if kind is Kind.SALE}
    for order in at.home.shop.orders:
        name = order["order_id"]
        waits = (order["status"] in PAID or order["id"] in at.home.shop.holding_stock) and not at.live(name)
        if waits and (at.told(name) or name in at.home.by_hand):
            found |= {item["sku"] for item in order["items"]}
    asked = {OrderId(key) for kind, key in at.failures if kind is Kind.SALE}
    # No file says that an order was deleted, and a shop is believed so where it shows one that was sold.
    if at.home.order_files or not at.state.orders.last_sold(1):
        asked |= {note.id for note in at.state.orders.all()}
    asked -= {OrderId(name) for name in there}  # that the shop has lost
    found |= {sku for note in at.state.orders.of(asked) for sku, _quantity in note.items}
    ended = [
        sales
        for name, sales in at.sales.items()
        if name in at.home.by_hand | left or name not in there or not at.live(name)
    ]
    sold = {item.product_id for sales in ended for sale in sales for item in sale.items}
    of_sales = {product.sku for product in at.world.erp.products.values() if product.id in sold}
    return found | of_sales | _named_no_more(at)


def _named_no_more(at: Look) -> set[str]:
    """The SKUs of sales to be approved whose orders name them no more: the shop has made the products anew.

    A state that was lost since then cannot know that these units are still to leave the ERP's stock.
    """
    found: set[str] = set()
    if at.home.shop.switches.woo_sku_of_deleted != "null" or not at.home.gaps or at.strict:
        return found
    skus = {product.id: product.sku for product in at.world.erp.products.values()}
    for note in at.state.orders.of(map(OrderId, at.sales)):
        waiting = [sale for sale in at.live(note.id) if sale.situacao == "EM_ANDAMENTO"]
        sold = {skus[item.product_id] for sale in waiting for item in sale.items}
        found |= sold - {sku for sku, _quantity in note.items}
    return found


def prices(at: Look) -> Iterator[Wrong]:
    """The price is the one that is due, and the one that counts as sent."""
    rules = at.home.settings.rules(SINCE, None)
    if not at.sees_all:
        return
    for product, link in at.state.pairs.linked():
        twin = at.world.erp.products.get(link.erp_id)
        if (
            product.gone
            or twin is None
            or link.sent is None
            or (Kind.PRODUCT, product.key) in at.failures
            or product.sku in at.home.other_prices
        ):
            continue
        due = adjusted(product.base(rules.price_source), rules.percent)
        linked = at.state.links.since(product.key)
        if linked and linked > twin.visible_from + ONE_PASS and link.sent == due:
            continue  # it was there when an order asked for it: its price stays until the shop's changes
        if int(twin.price * 100) != due or link.sent != due:
            yield Wrong(
                "price", f"{product.sku} should cost {due}, was sent as {link.sent}, costs {twin.price}"
            )


def held(at: Look) -> Iterator[Wrong]:
    """Of what a safety check has to hold nothing is sent, unless a person says so."""
    for erp_id, due in at.home.held.items() if at.sees_all and not at.home.gaps else ():
        twin = at.world.erp.products.get(erp_id)
        if twin and int(twin.price * 100) == due:
            yield Wrong("held", f"{at.home.name}: {twin.sku} costs {due}, and had to be held")


CHECKS = (products, stock, prices, held)
