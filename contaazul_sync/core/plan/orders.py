"""Which orders become sales now, which sales are cancelled, and what asks for a person."""

import shlex
from collections.abc import Iterable, Iterator, Mapping

from contaazul_sync.core.fingerprints import FORMAT, OTHER, UNSEEN, differs, fingerprint
from contaazul_sync.core.ids import ShopKey
from contaazul_sync.core.items import Group, Ignored, Kind
from contaazul_sync.core.money import plain, written
from contaazul_sync.core.orders import OrderNote, Payment, Sale
from contaazul_sync.core.plan.actions import CancelSale, Hold, SendOrder, Skip
from contaazul_sync.core.plan.facts import Facts, Known
from contaazul_sync.core.plan.families import Twice
from contaazul_sync.core.plan.units import taken_apart
from contaazul_sync.core.rules import Rules
from contaazul_sync.core.words import NOTHING, Said, _, order_title, quoted, typed


def plan_orders(
    notes: Iterable[OrderNote], creating: Mapping[str, ShopKey], facts: Facts
) -> Iterator[SendOrder | CancelSale | Hold | Skip]:
    """The orders that become sales now, and the sales that are to be cancelled.

    `creating`: the products that will be in the ERP when the orders are sent, by SKU.
    """
    for note in in_turn(notes):
        said = facts.known.ignored.get((Kind.SALE, note.id))
        if sale := facts.sales.get(note.id):
            if said is None or is_news(said, note):
                yield from _changed_after(note, sale, facts.rules, facts.known)
        elif said is not None:
            yield from _changed_since(note, said)
        else:
            yield from _unsold(note, creating, facts)


def in_turn(notes: Iterable[OrderNote]) -> list[OrderNote]:
    """Orders as they are sent, one after the other."""
    return sorted(notes, key=lambda note: (note.counted_at, note.id))


def _unsold(
    note: OrderNote, creating: Mapping[str, ShopKey], facts: Facts
) -> Iterator[SendOrder | Hold | Skip]:
    rules, known = facts.rules, facts.known
    if known.asks(note.id):
        yield Skip(Kind.SALE, note.id)
    elif (Kind.SALE, note.id) not in known.intents and rules.too_old(note):
        return
    elif (twice := facts.twice.get(note.id)) and (twice.clear or _goes_beside(note, twice)):
        yield from _listed_twice(note, twice, facts)
    elif (Kind.SALE, note.id) not in known.intents and note.gone_at:
        yield _hold(note, Group.HELD, _("deleted in the shop, or moved to its bin"), by_hand(note.id))
    elif note.payment is Payment.UNKNOWN:
        where = meaning(rules.orders_kind or rules.shop_kind)
        yield _hold(note, Group.HELD, unknown_status(note.status), where)
    elif note.payment is not Payment.PAID:
        return
    elif twice:
        yield from _listed_twice(note, twice, facts)
    else:
        yield _order(note, creating, facts)


def _goes_beside(note: OrderNote, twice: Twice) -> bool:
    """Whether an order may be money of its own, beside what was settled of its purchase."""
    return twice.settled and note.payment is Payment.PAID


def _listed_twice(note: OrderNote, twice: Twice, facts: Facts) -> Iterator[Hold]:
    """What is to be said of an order that is not sold by itself: the others of its purchase are."""
    sales = [sale for other in twice.others if (sale := facts.sales.get(other.id)) and not sale.ended_at]
    if note.within and sales and _is_over(note, sales[0]):
        numbers = ", ".join(str(sale.number) for sale in sales)
        yield _before_a_person(note, _news_text(note, sales[0]), numbers)
    elif not twice.clear:
        yield _hold(note, Group.HELD, *_unclear(note, twice))


def _is_over(note: OrderNote, sale: Sale) -> bool:
    """Whether an order that was paid is so no more, or was deleted after others of its purchase were sold."""
    if note.gone_at:
        return note.gone_at > sale.sent_at
    return note.was_paid and note.payment is not Payment.PAID


def _unclear(note: OrderNote, twice: Twice) -> tuple[Said, Said]:
    """Why nobody knows whether to sell an order of a purchase, and what to do about it."""
    others = ", ".join(other.shown for other in twice.others)
    if twice.settled:
        text = _("of one purchase with order {orders}, settled already, and not of the same items and sum")
    else:
        text = _("of one purchase with order {orders}, and it is not clear which of them is to be a sale")
    step = _("to send it: contaazul-sync retry {order}; booked by hand: contaazul-sync ignore {order}")
    return text.format(orders=others), step.format(order=note.id)


def as_seen(note: OrderNote) -> Ignored:
    """An order as it is now: what a person sees who says to leave it alone."""
    return Ignored(note.version, note.total, note.payment, _content(note))


def is_news(said: Ignored, note: OrderNote) -> bool:
    """Whether a sold order is no longer what a person saw who said that there is nothing to do about it."""
    if said.payment is None or said.content is None:
        return differs(said.version, note.version)
    return said.payment != note.payment or differs(said.content, _content(note))


def _content(note: OrderNote) -> str:
    """What was ordered, and that the shop has it no more."""
    return f"{note.fingerprint}:gone" if note.gone_at else note.fingerprint


def _changed_since(note: OrderNote, said: Ignored) -> Iterator[Hold]:
    """What is new of an order that a person said to leave alone: it is never sent by itself."""
    if said.payment is None or said.total is None or note.payment is Payment.UNKNOWN:
        return
    if note.payment != said.payment:
        text = _("'{status}' in the shop since it was left alone")
    elif note.total != said.total and (said.content is None or differs(said.content, _content(note))):
        text = _("its total changed from {old} to {total} in the shop since it was left alone")
    else:
        return
    reason = text.format(status=note.status, old=written(said.total), total=written(note.total))
    step = _("if all is done: contaazul-sync ignore {order}; to send it: contaazul-sync retry {order}")
    yield _hold(note, Group.ATTENTION, reason, step.format(order=note.id))


def unknown_status(status: str) -> Said:
    """That nobody said what a status of the shop means."""
    return _("the shop's status '{status}' is not known").format(status=status)


def meaning(shop_kind: str) -> Said:
    """Where to say what a status means."""
    if shop_kind == "files":
        return _("say what it means under [statuses] of the mapping, then run sync")
    if shop_kind == "woocommerce":
        return _("say what it means: add it to [shop] paid_statuses or unpaid_statuses, then run sync")
    return _("add it to the profile's statuses, then run sync")


def by_hand(order_id: str) -> Said:
    """What to do about an order that cannot be sent."""
    step = _("book this order in the ERP by hand, then: contaazul-sync ignore {order}")
    return step.format(order=order_id)


def no_own_sku(skus: Iterable[str]) -> Said:
    """That variations go by their product's SKU: WooCommerce tells that of each that has none."""
    text = _("the variations have no SKU of their own, and show that of their product: {skus}")
    return text.format(skus=", ".join(skus))


def unreadable_step(order_id: str, *, by_profile: bool, by_mapping: bool = False) -> Said:
    """What to do about an order that cannot be read."""
    if by_mapping:
        return _("correct the mapping, or export the order anew; the next sync reads it again")
    if by_profile:
        return _("correct the shop profile; the next sync reads it again")
    return by_hand(order_id)


def _order(note: OrderNote, creating: Mapping[str, ShopKey], facts: Facts) -> SendOrder | Hold | Skip:
    rules, linked = facts.rules, facts.linked
    unlinked_kits = {sku: parts for sku, parts in rules.kits.items() if not linked.get(sku)}
    skus = sorted({sku for sku, _quantity in taken_apart(note.items, unlinked_kits)})
    shared = [sku for sku in skus if len(linked.get(sku, ())) > 1 or facts.same_sku.get(sku, 0) > 1]
    missing = [sku for sku in skus if not linked.get(sku) and sku not in creating]
    if shared:
        if facts.inherited >= set(shared):
            reason = no_own_sku(shared)
        else:
            reason = _("more than one product has the SKU {skus}").format(skus=", ".join(shared))
        return _hold(note, Group.HELD, reason, _("give each its own SKU in the shop"))
    if "" in missing:
        reason = _("an item has no SKU, so its product is not known")
        return _hold(note, Group.HELD, reason, by_hand(note.id))
    if missing:
        reason = _("not in the ERP yet: {skus}").format(skus=", ".join(missing))
        return _hold(note, Group.WAITING, reason, _way_out(missing, facts))
    version = order_version(note, rules)
    if why := facts.known.may_send(Kind.SALE, note.id, version, _("payment approved")):
        return SendOrder(note, tuple(creating[sku] for sku in skus if not linked.get(sku)), why)
    return Skip(Kind.SALE, note.id)


def _hold(note: OrderNote, group: Group, reason: Said, step: Said) -> Hold:
    return Hold(Kind.SALE, note.id, order_title(note.id, note.number), group, reason, step, note.version)


def _way_out(missing: list[str], facts: Facts) -> Said:
    """What settles a missing product: sending it, where the shop has it to send and nobody has chosen it."""
    if stuck := [sku for sku in missing if sku in facts.stuck]:
        text = _("it is chosen, and does not go; why: {command}")
        return text.format(command=typed(f"show {shlex.quote(stuck[0])}"))
    strange = [sku for sku in missing if sku not in facts.listed]
    if strange and facts.rules.hides_variations:
        text = _("if {skus} is a variation, send its product: contaazul-sync send-products --search NAME")
        return text.format(skus=", ".join(strange))
    if strange:
        text = _("the shop does not list {skus}: make a product with this SKU in the ERP")
        return text.format(skus=", ".join(strange))
    return typed(f"send-products {shlex.join(missing)}")


def order_version(note: OrderNote, rules: Rules) -> str:
    """A mark of what an order's sale is made from: changed, a refused or held order is tried again.

    A setting that came later is in it where it is given: the mark of a home without it stays what it was.
    """
    tables = (sorted(rules.payments.items()), sorted(rules.kits.items()))
    old = (note.version, rules.sale_status, rules.paid_differs, rules.consumer, tables)
    return f"{FORMAT}:{fingerprint(*old, *_given(rules))}"


def _given(rules: Rules) -> Iterator[tuple[object, ...]]:
    """The settings that came later, those alone that are given."""
    for word, rule in sorted(rules.payments.items()):
        if rule.first_due_days is not None:
            yield "first_due_days", word, rule.first_due_days
    if rules.paid_differs == "split":
        yield "paid_differs_limit", plain(rules.paid_differs_limit)
    if rules.rounding == "absorb":
        yield "rounding", rules.rounding


def _changed_after(
    note: OrderNote, sale: Sale, rules: Rules, known: Known
) -> Iterator[CancelSale | Hold | Skip]:
    ended = note.payment in (Payment.CANCELLED, Payment.REFUNDED)
    if ended and not sale.ended_at and rules.on_cancel == "cancel":
        if known.may_send(Kind.SALE, note.id, note.version, quoted("ended")):
            yield CancelSale(note, sale)
        else:
            yield Skip(Kind.SALE, note.id)
    elif text := _news_text(note, sale):
        yield _before_a_person(note, text, str(sale.number))


def _before_a_person(note: OrderNote, text: Said, numbers: str) -> Hold:
    """An order whose sale a person has to put right. `numbers`: of the sale, or of several."""
    reason = text.format(number=numbers, status=note.status)
    step = _("put sale {number} right in the ERP, then: contaazul-sync ignore {order}")
    return _hold(note, Group.ATTENTION, reason, step.format(number=numbers, order=note.id))


def _news_text(note: OrderNote, sale: Sale) -> Said:
    """What happened to an order in the shop that its sale does not tell, or nothing."""
    if sale.ended_at:
        text = _("paid again in the shop, cancelled in the ERP after it became sale {number}")
        return text if note.payment is Payment.PAID else NOTHING
    if note.gone_at:
        return _("deleted in the shop, or moved to its bin, after it became sale {number}")
    match note.payment:
        case Payment.CANCELLED:
            return _("cancelled in the shop after it became sale {number}")
        case Payment.REFUNDED:
            return _("refunded in the shop after it became sale {number}")
        case Payment.UNPAID:
            return _("unpaid in the shop after it became sale {number}")
        case Payment.UNKNOWN:
            return _("'{status}' in the shop, which is not known, after it became sale {number}")
        case _ if sale.fingerprint == OTHER or _is_of_another_total(note, sale):
            return _("sale {number} in the ERP is not what the order is in the shop: one of them changed")
        case _:  # paid
            is_known = sale.fingerprint not in ("", UNSEEN)
            changed = is_known and differs(sale.fingerprint, note.fingerprint)
            return _("changed in the shop after it became sale {number}") if changed else NOTHING


def _is_of_another_total(note: OrderNote, sale: Sale) -> bool:
    """Whether a sale that was met before its order was seen is worth neither that nor what was paid."""
    return sale.fingerprint == UNSEEN and sale.total not in (note.total, note.paid)
