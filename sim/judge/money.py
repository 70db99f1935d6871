"""What has to be true of the money of sales that is settled."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from contaazul_sync.core.days import BRAZIL
from contaazul_sync.core.ids import OrderId
from contaazul_sync.core.items import Kind
from contaazul_sync.passes.receive import LATE
from contaazul_sync.sandbox.erp.records.receivables import Part, Settlement
from contaazul_sync.sandbox.shop.state import PAID
from sim.judge.look import ONE_PASS, Look, Wrong

LEAP, LEAP_LASTS = timedelta(seconds=90000), timedelta(seconds=20000)  # of a clock, at most


def received_once(at: Look) -> Iterator[Wrong]:
    """A part is settled once, where it was asked for, on a day that has come, and where nobody else did."""
    ledger = at.world.erp.ledger
    for order, sales in at.sales.items():
        for part in (part for sale in sales for part in ledger.of_event(sale.event_id)):
            ours, where = _ours(at, part, order), f"{at.home.name}: part {part.index} of order {order}"
            if len(ours) > 1:
                yield Wrong("received once", f"{where} is settled {len(ours)} times")
            others = [each.changed for each in ledger.settled(part) if each not in ours]
            if others and any(each.changed > min(others) + ONE_PASS for each in ours):
                yield Wrong("left to a person", f"{where} is settled, and a person had received of it")
            if ours and not at.world.nature.settles:
                yield Wrong("opt-in", f"{where} is settled, and nobody asked for it")
            if any(each.day > _today(at, each.changed) for each in ours):
                yield Wrong("no day to come", f"{where} is settled on a day to come")


def _today(at: Look, moment: datetime) -> str:
    """The day that it was, or that it was by the home's clock, where that was ahead for a while."""
    was_ahead = any(leap <= moment <= leap + LEAP_LASTS for leap in at.home.leaps)
    return str((moment + LEAP * was_ahead).astimezone(BRAZIL).date())


def received(at: Look) -> Iterator[Wrong]:
    """What has come is received, unless something is told of it, or a person was there."""
    since, today = at.state.settlements.since(), str(at.world.clock().astimezone(BRAZIL).date())
    for order in at.home.shop.orders:
        name, first = order["order_id"], since.get(order["payment_method"])
        told = at.told(name) or (Kind.SETTLEMENT, name) in at.failures
        if order["status"] not in PAID or told or first is None or name in at.home.moved_by_hand:
            continue
        for sale in at.live(name):
            if str(order["paid_at"])[:10] < str(first) or at.forgotten(name) or _may_wait(at, name):
                continue
            parts = at.world.erp.ledger.of_event(sale.event_id)
            for part in parts if sale.situacao == "APROVADO" else ():
                if _has_come(at, order, part.due, today) and not _ours(at, part, name):
                    text = f"part {part.index} of order {name} has come, and is not received"
                    yield Wrong("received", f"{at.home.name}: {text}")


def _ours(at: Look, part: Part, order: str) -> list[Settlement]:
    """What we received of a part."""
    start, end = f"[{at.home.shop_id}:parte ", f" do pedido {order}]"
    told = at.world.erp.ledger.settled(part)
    return [each for each in told if each.note.startswith(start) and each.note.endswith(end)]


def _may_wait(at: Look, order: str) -> bool:
    """Whether the ERP tells no parts of a sale, and it is too early to say so."""
    known = at.state.sales.of([OrderId(order)]).values()
    is_new = all(at.world.clock() - sale.sent_at < LATE + timedelta(days=1) for sale in known)
    return is_new and at.world.erp.switches.sale_parts == "none"


def _has_come(at: Look, order: dict[str, Any], due: str, today: str) -> bool:
    """Whether a part has come by now: at once, on the day on which it is due, or as a statement says."""
    if order["payment_method"] == "boleto":
        return bool(at.state.payouts.left([order["order_id"]]))
    return (str(order["paid_at"])[:10] if order["payment_method"] == "pix" else due) < today


CHECKS = (received_once, received)
