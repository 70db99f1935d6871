"""What has to be true of orders and their sales."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from contaazul_sync.core.items import Group, Kind
from contaazul_sync.sandbox.erp.records.people import digits
from contaazul_sync.sandbox.shop.state import PAID
from sim.draw import is_old
from sim.judge.look import Look, Wrong

UNKNOWN = re.compile(r"of order (\S+), which the state file does not know")


def once(at: Look) -> Iterator[Wrong]:
    """No paid order is sold twice."""
    for order in list(at.sales):
        live = at.live(order)
        told = at.told(order)
        excused = [sale for sale in live if at.unmet(sale) or (told and at.leapt_over(sale))]
        if len(live) > 1 + len(excused):
            numbers = ", ".join(str(sale.numero) for sale in live)
            yield Wrong("once", f"{at.home.name}: order {order} is sold as {numbers}")


def paid(at: Look) -> Iterator[Wrong]:
    """Every paid order is sold, or something is told of it; and what counts as sent is there."""
    known = at.state.sales.of(order["order_id"] for order in at.home.shop.orders)
    for order in at.home.shop.orders:
        name = order["order_id"]
        failure = at.failures.get((Kind.SALE, name))
        if failure and failure.group in _unrest(at, order):
            yield Wrong("at rest", f"{at.home.name}: order {name} is {failure.group}: {failure.reason}")
        if order["status"] not in PAID or is_old(order) or at.live(name) or at.told(name):
            continue
        if name not in known:
            yield Wrong("not lost", f"{at.home.name}: order {name} is paid, and nobody says a word of it")
        elif name not in at.home.by_hand:
            yield Wrong("really sold", f"{at.home.name}: order {name} counts as sent, and has no sale")


def _unrest(at: Look, order: dict[str, Any]) -> tuple[Group, ...]:
    """In which groups an order has no business at rest."""
    return (Group.IN_DOUBT,) if _is_refused(at, order) else (Group.IN_DOUBT, Group.FAILED)


def _is_refused(at: Look, order: dict[str, Any]) -> bool:
    """Whether the ERP refuses the buyer."""
    inactive = {person.document for person in at.world.erp.people.values() if not person.active}
    return digits(order["payer_cpf"]) in inactive


def sums(at: Look) -> Iterator[Wrong]:
    """A sale is worth what its order is, or something is told of it."""
    for order in at.home.shop.orders:
        for sale in at.live(order["order_id"]):
            if sale.totals.net != Decimal(order["total"]) and not at.told(order["order_id"]):
                text = f"order {order['order_id']} of {order['total']} is a sale of {sale.totals.net}"
                yield Wrong("sums", f"{at.home.name}: {text}")


def ended(at: Look) -> Iterator[Wrong]:
    """Of a sale whose order ended something is told."""
    for order in at.home.shop.orders:
        name = order["order_id"]
        if any(at.unmet(sale) for sale in at.live(name)):
            continue
        if order["status"] not in PAID and at.live(name) and not at.told(name):
            yield Wrong("ended is told", f"{at.home.name}: order {name} is {order['status']}, and sold")


def cancelled(at: Look) -> Iterator[Wrong]:
    """A sale is cancelled by the program where it was told to, and for an order that ended."""
    told = at.home.settings.text("orders.on_cancel") == "cancel"
    paid = {order["order_id"] for order in at.home.shop.orders if order["status"] in PAID}
    for order, sales in at.sales.items():
        if (not told or order in paid) and any(sale.situacao == "CANCELADO" for sale in sales):
            yield Wrong("cancels", f"{at.home.name}: the sale of order {order} is cancelled")


def left_out(at: Look) -> Iterator[Wrong]:
    """What was paid before the first day is sold where a person asked for it alone."""
    for order in at.home.shop.orders:
        is_out = is_old(order) and order["order_id"] not in at.home.asked_for
        if is_out and at.sales.get(order["order_id"]):
            text = f"order {order['order_id']} was paid before the first day, and is sold"
            yield Wrong("left out", f"{at.home.name}: {text}")


def ignored(at: Look) -> Iterator[Wrong]:
    """What a person said to leave alone is not sold, as long as it stays as it was."""
    for order in at.home.shop.orders:
        updated, was_known = at.home.ignored_as.get(order["order_id"], ("", False))
        as_it_was = updated == order["updated"] and (was_known or at.strict)
        if as_it_was and at.sales.get(order["order_id"]):
            text = f"order {order['order_id']} was to be left alone, and is sold"
            yield Wrong("ignored", f"{at.home.name}: {text}")


def deleted(at: Look) -> Iterator[Wrong]:
    """What a person deleted is not sold again, unless a person wants it."""
    for order, moment in at.home.deleted.items():
        if any(sale.created > moment for sale in at.live(order)) and not at.forgotten(order):
            text = f"the sale of order {order} was deleted, and it is sold again"
            yield Wrong("stays deleted", f"{at.home.name}: {text}")


def knows(at: Look) -> Iterator[Wrong]:
    """A state that was not lost knows all that was sold from it."""
    for process in at.home.processes:
        found = UNKNOWN.search(process.said)
        if found and found[1] not in at.home.left_alone and not at.forgotten(found[1]):
            yield Wrong("knows its own", f"{process.command} does not know the sale of order {found[1]}")


CHECKS = (once, paid, sums, ended, cancelled, left_out, ignored, deleted, knows)
