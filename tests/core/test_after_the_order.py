"""Kits that are sold by their parts, and the sales of orders that ended."""

from decimal import Decimal

import pytest

from contaazul_sync.core.ids import ErpId, ShopKey
from contaazul_sync.core.items import Group, Kind
from contaazul_sync.core.orders import OrderNote, Payment
from contaazul_sync.core.plan.actions import CancelSale, Hold, SendOrder, Skip, make_plan
from contaazul_sync.core.plan.facts import Facts
from contaazul_sync.core.plan.orders import plan_orders
from contaazul_sync.core.plan.units import pending_units, skus_of
from contaazul_sync.core.rules import Rules
from tests.worlds.samples import NOW, a_failure, a_line, a_note, a_sale, an_order, known

KIT_RULES = Rules(kits={"KIT": (("CANECA", Decimal(1)), ("CADERNO", Decimal(2)))})


def planned(*notes: OrderNote, linked=(), rules=KIT_RULES, sales=None, **remembered):
    ids = {sku: frozenset({ErpId(f"erp-{sku}")}) for sku in linked}
    listed = {sku for note in notes for sku, _ in note.items}
    return list(plan_orders(notes, {}, Facts(rules, known(**remembered), sales or {}, ids, listed)))


def test_a_kit_that_the_erp_has_is_sold_as_it_is():
    (send,) = planned(a_note(items=(("KIT", Decimal(1)),)), linked=["KIT"])

    assert isinstance(send, SendOrder)


def test_a_kit_that_the_erp_has_not_needs_its_parts():
    note = a_note(items=(("KIT", Decimal(1)),))

    (send,) = planned(note, linked=["CANECA", "CADERNO"])
    (hold,) = planned(note, linked=["CANECA"])

    assert isinstance(send, SendOrder)
    assert isinstance(hold, Hold)
    assert hold.reason == "not in the ERP yet: CADERNO"


def test_a_kits_units_are_its_parts():
    key_of = {"CANECA": ShopKey("1"), "CADERNO": ShopKey("2")}
    note = a_note(items=(("KIT", Decimal(3)), ("CANECA", Decimal(1))))

    units = pending_units([note], key_of, frozenset(), KIT_RULES)

    assert units == {"1": 4, "2": 6}
    assert skus_of([note], KIT_RULES) == {"KIT", "CANECA", "CADERNO"}


@pytest.mark.parametrize("payment", [Payment.CANCELLED, Payment.REFUNDED])
def test_the_sale_of_an_order_that_ended_is_cancelled_where_the_merchant_says_so(payment):
    note = a_note(payment=payment)
    sale = a_sale(order_id=note.id, fingerprint=note.fingerprint)

    (action,) = planned(note, sales={note.id: sale}, rules=Rules(on_cancel="cancel"))

    assert action == CancelSale(note, sale)


def test_an_order_that_is_merely_unpaid_again_cancels_nothing():
    note = a_note(payment=Payment.UNPAID)
    sale = a_sale(order_id=note.id, fingerprint=note.fingerprint)

    (action,) = planned(note, sales={note.id: sale}, rules=Rules(on_cancel="cancel"))

    assert isinstance(action, Hold)


def test_a_sale_that_could_not_be_cancelled_is_left_to_a_person():
    note = a_note(payment=Payment.CANCELLED)
    sale = a_sale(order_id=note.id, fingerprint=note.fingerprint)
    failure = a_failure(group=Group.ATTENTION, fingerprint=note.version)

    (action,) = planned(
        note,
        sales={note.id: sale},
        rules=Rules(on_cancel="cancel"),
        failures=[failure],
    )

    assert action == Skip(Kind.SALE, note.id)


def test_a_sale_that_was_cancelled_is_done_with_until_the_order_is_paid_again():
    note = a_note(payment=Payment.CANCELLED)
    sale = a_sale(order_id=note.id, fingerprint="another", ended_at=NOW)
    again = a_note(payment=Payment.PAID)

    assert planned(note, sales={note.id: sale}, rules=Rules(on_cancel="cancel")) == []
    (hold,) = planned(again, sales={again.id: sale}, rules=Rules(on_cancel="cancel"))
    assert isinstance(hold, Hold)
    assert hold.group is Group.ATTENTION


def test_a_plan_counts_the_sales_to_cancel():
    note = a_note(payment=Payment.CANCELLED)
    cancel = CancelSale(note, a_sale(order_id=note.id))

    made = make_plan([], [cancel], [])

    assert (made.orders, made.cancels, len(made)) == ((), (cancel,), 1)


def test_the_mark_that_earlier_versions_made_of_an_order_is_still_known():
    """A mark that changes with the program would call every sale of a merchant changed in the shop."""
    assert an_order().note().formerly == "1:955f8f9f79d4e11ba3b3"
    assert an_order().note().buyer == "cc3e00e8482506acf1a7"


def test_the_mark_of_an_order_of_which_the_shop_tells_the_lines_ids_is_as_it_always_was():
    note = an_order(lines=(a_line(mark="7"),)).note()

    assert note.fingerprint == note.formerly == "1:73048d8b815f73722678"


def test_another_name_of_an_item_in_the_listing_is_no_change_of_its_orders():
    renamed = an_order(lines=(a_line(name="Camiseta azul (M)"),)).note()

    assert renamed.fingerprint == an_order().note().fingerprint
    assert renamed.version == an_order().note().version


@pytest.mark.parametrize(
    "change", [{"sku": "CAM-AZ-G"}, {"quantity": Decimal(3)}, {"price": 7991}, {"total": 1}]
)
def test_another_item_under_the_same_name_is_a_change(change):
    assert an_order(lines=(a_line(**change),)).note().fingerprint != an_order().note().fingerprint


def test_a_line_that_is_known_by_its_id_is_the_same_under_another_sku():
    before = an_order(lines=(a_line(mark="7", key=ShopKey("11:12"), sku="MOL-P"),)).note()
    after = an_order(lines=(a_line(mark="7", key=ShopKey("11"), sku="MOL", name="Moletom"),)).note()
    other = an_order(lines=(a_line(mark="8", key=ShopKey("11:12"), sku="MOL-P"),)).note()

    assert before.fingerprint == after.fingerprint != other.fingerprint


def test_what_was_given_back_of_an_order_changes_its_mark():
    assert an_order(refunded=1).note().fingerprint != an_order().note().fingerprint
