"""What is sent, what is left and why; what became of a lost answer; when a pass stops before it sends."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from contaazul_sync.core.fingerprints import differs
from contaazul_sync.core.ids import ErpId, OrderId, ShopKey
from contaazul_sync.core.items import Group, Ignored, Kind
from contaazul_sync.core.money import decimal
from contaazul_sync.core.orders import Buyer, OrderNote, Payment, Sale
from contaazul_sync.core.plan.actions import (
    CancelSale,
    CreateProduct,
    Hold,
    Plan,
    SendOrder,
    SendPrice,
    Skip,
    make_plan,
)
from contaazul_sync.core.plan.facts import Facts, Known
from contaazul_sync.core.plan.orders import as_seen, order_version, plan_orders, unreadable_step
from contaazul_sync.core.plan.prices import missing_version, plan_prices, price_version
from contaazul_sync.core.plan.products import plan_products, product_version
from contaazul_sync.core.plan.protocol import Adopt, Forget, SendAgain, Wait, in_grace, resolve
from contaazul_sync.core.plan.units import pending_units
from contaazul_sync.core.products import Details, Link, Product
from contaazul_sync.core.rules import PaymentRule, Rules
from contaazul_sync.core.words import quoted
from tests.worlds.samples import (
    GRACE,
    NOW,
    a_failure,
    a_line,
    a_link,
    a_note,
    a_product,
    a_sale,
    an_intent,
    an_order,
    known,
)

SHIRT = ShopKey("1742395:987")
TEN_PERCENT_MORE = Rules(percent=Decimal(10))


def of_products(
    *products: Product,
    same_sku: dict[str, int] | None = None,
    pending: dict[ShopKey, Decimal] | None = None,
    rules: Rules | None = None,
    state: Known | None = None,
) -> list[CreateProduct | Hold | Skip]:
    """What becomes of a queue of these products."""
    listed = {product.key: product for product in products}
    return list(
        plan_products(
            listed.keys(),
            listed,
            Facts(rules or Rules(), state or known(), same_sku=same_sku or {}, pending=pending or {}),
        )
    )


def of_orders(
    *notes: OrderNote,
    sales: Iterable[Sale] = (),
    linked: dict[str, set[ErpId]] | None = None,
    creating: dict[str, ShopKey] | None = None,
    listed: set[str] | None = None,
    same_sku: dict[str, int] | None = None,
    rules: Rules | None = None,
    state: Known | None = None,
) -> list[SendOrder | CancelSale | Hold | Skip]:
    """What becomes of these orders; the blue shirt is in the ERP, unless told, and the shop has all else."""
    skus = {sku for note in notes for sku, _ in note.items}
    return list(
        plan_orders(
            notes,
            creating or {},
            Facts(
                rules or Rules(),
                state or known(),
                sales={sale.order_id: sale for sale in sales},
                linked={"CAM-AZ-M": {ErpId("erp-1")}} if linked is None else linked,
                listed=skus if listed is None else listed,
                same_sku=same_sku or {},
            ),
        )
    )


def of_prices(
    product: Product, link: Link, rules: Rules | None = None, state: Known | None = None
) -> list[SendPrice | Hold | Skip]:
    """What becomes of one linked product's price."""
    return list(plan_prices([(product, link)], Facts(rules or Rules(), state or known())))


def refused(item: Any, **changes: Any) -> Any:
    """The failure that stands after this item was refused as it is now."""
    return a_failure(kind=item.kind, key=item.key, fingerprint=item.fingerprint, **changes)


# Products


def test_a_chosen_product_is_created_with_the_percentage_on_its_base_price():
    product = a_product(price=11500, promotional=9999)

    (create,) = of_products(product, rules=TEN_PERCENT_MORE)

    assert create == CreateProduct(product, 10999, Decimal(12), quoted("chosen with send-products"))


def test_the_regular_price_is_raised_where_the_merchant_asks_for_it():
    rules = Rules(percent=Decimal("-10"), price_source="regular")

    (create,) = of_products(a_product(price=11500, promotional=9999), rules=rules)

    assert isinstance(create, CreateProduct)
    assert create.price == 10350


def test_nothing_is_created_that_nobody_chose():
    assert list(plan_products([], {SHIRT: a_product()}, Facts(Rules(), known()))) == []


def test_a_chosen_product_that_the_shop_does_not_list_is_passed_over():
    assert list(plan_products([SHIRT], {}, Facts(Rules(), known()))) == []


def test_the_opening_balance_covers_the_orders_that_are_still_to_become_sales():
    (create,) = of_products(a_product(stock=Decimal(12)), pending={SHIRT: Decimal(3)})

    assert isinstance(create, CreateProduct)
    assert create.balance == 15


def test_a_stock_below_zero_counts_as_none():
    (create,) = of_products(a_product(stock=Decimal(-2)))

    assert isinstance(create, CreateProduct)
    assert create.balance == 0


def test_an_order_of_more_than_the_stock_does_not_raise_the_balance():
    (create,) = of_products(a_product(stock=Decimal(-2)), pending={SHIRT: Decimal(3)})

    assert isinstance(create, CreateProduct)
    assert create.balance == 1


def test_a_shop_that_lacks_more_than_was_ordered_has_a_balance_of_none():
    (create,) = of_products(a_product(stock=Decimal(-5)), pending={SHIRT: Decimal(3)})

    assert isinstance(create, CreateProduct)
    assert create.balance == 0


def test_products_are_created_in_the_order_in_which_they_were_chosen():
    first, second = a_product(key=ShopKey("9"), sku="Z"), a_product(key=ShopKey("1"), sku="A")

    creates = of_products(first, second)

    assert [create.key for create in creates] == ["9", "1"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"sku": ""}, "it has no SKU in the shop"),
        ({"sku": "A" * 21}, "its SKU has 21 characters; the ERP takes 20 at most"),
        ({"price": 0}, "its price would be zero"),
        ({"gone": True}, "it was deleted in the shop"),
        ({"problem": "its price cannot be read"}, "its price cannot be read"),
    ],
)
def test_a_chosen_product_that_cannot_be_created_is_held_with_the_reason(changes, reason):
    (hold,) = of_products(a_product(**changes))

    assert isinstance(hold, Hold)
    assert (hold.kind, hold.key, hold.group) == (Kind.PRODUCT, SHIRT, Group.HELD)
    assert hold.reason == reason
    assert hold.next_step == "put it right in the shop; the next sync sends it"


@pytest.mark.parametrize(("sku", "name"), [("CAM-AZ-M", "CAM-AZ-M"), ("", SHIRT)])
def test_a_held_product_goes_by_its_sku_and_without_one_by_its_key(sku, name):
    (hold,) = of_products(a_product(sku=sku, price=0))

    assert isinstance(hold, Hold)
    assert hold.name == name


def test_two_products_of_one_sku_are_both_held():
    one, two = a_product(key=ShopKey("1")), a_product(key=ShopKey("2"))

    holds = of_products(one, two, same_sku={"CAM-AZ-M": 2})

    assert [hold.key for hold in holds if isinstance(hold, Hold)] == ["1", "2"]
    assert {hold.reason for hold in holds if isinstance(hold, Hold)} == {
        "2 products of the shop have the SKU CAM-AZ-M"
    }


def test_a_bad_product_does_not_stop_the_next_one():
    bad, good = a_product(key=ShopKey("1"), sku=""), a_product(key=ShopKey("2"))

    hold, create = of_products(bad, good)

    assert isinstance(hold, Hold)
    assert isinstance(create, CreateProduct)


def test_a_product_that_was_put_right_goes_out_again():
    (hold,) = of_products(a_product(price=0))

    (create,) = of_products(a_product(), state=known(failures=[refused(hold, group=Group.HELD)]))

    assert isinstance(create, CreateProduct)


def test_another_problem_makes_another_hold_of_the_same_product():
    (alone,), (one_of_two,) = (
        of_products(a_product(sku="")),
        of_products(a_product(), same_sku={"CAM-AZ-M": 2}),
    )
    (one_of_three,) = of_products(a_product(), same_sku={"CAM-AZ-M": 3})

    marks = {hold.fingerprint for hold in (alone, one_of_two, one_of_three) if isinstance(hold, Hold)}
    assert len(marks) == 3


def test_a_product_whose_namesake_was_renamed_goes_out_with_the_next_sync():
    (hold,) = of_products(a_product(), same_sku={"CAM-AZ-M": 2})

    (create,) = of_products(a_product(), state=known(failures=[refused(hold, group=Group.HELD)]))

    assert isinstance(create, CreateProduct)


def test_an_ignored_product_is_neither_sent_nor_told_of():
    version = product_version(a_product(), 7990)

    assert of_products(a_product(), state=known(ignored={(Kind.PRODUCT, SHIRT): Ignored(version)})) == []


def test_an_ignored_product_comes_back_when_it_changes():
    version = product_version(a_product(), 7990)

    (create,) = of_products(
        a_product(price=8990), state=known(ignored={(Kind.PRODUCT, SHIRT): Ignored(version)})
    )

    assert isinstance(create, CreateProduct)


@pytest.mark.parametrize(
    "change",
    [
        {"sku": "X"},
        {"name": "X"},
        {"gone": True},
        {"problem": "x"},
        {"details": Details(ean="7891234567895")},
    ],
)
def test_what_a_product_is_created_from_makes_another_version_of_it(change):
    assert product_version(a_product(**change), 7990) != product_version(a_product(), 7990)


def test_a_product_whose_stock_moved_is_the_same_version():
    assert product_version(a_product(stock=Decimal(5)), 7990) == product_version(a_product(), 7990)


def test_an_ignored_product_stays_ignored_in_every_language():
    english, portuguese = a_product(problem="it has no price"), a_product(problem="está sem preço")

    assert product_version(english, 7990) == product_version(portuguese, 7990)
    assert price_version(7990, english.problem) == price_version(7990, portuguese.problem)
    assert price_version(7990, english.problem) != price_version(7990, None)


def test_a_product_whose_answer_is_still_out_is_left_alone():
    intent = an_intent(kind=Kind.PRODUCT, key=SHIRT, number=None)

    assert of_products(a_product(), state=known(intents=[intent])) == [Skip(Kind.PRODUCT, SHIRT)]


# What was tried before


def a_try(attempts: int, group: Group = Group.FAILED) -> Any:
    """The failure of the product as it is now."""
    version = product_version(a_product(), 7990)
    return a_failure(kind=Kind.PRODUCT, key=SHIRT, group=group, fingerprint=version, attempts=attempts)


@pytest.mark.parametrize("attempts", [1, 2])
def test_what_the_erp_refused_is_tried_again_a_few_times(attempts):
    (create,) = of_products(a_product(), state=known(failures=[a_try(attempts)]))

    assert isinstance(create, CreateProduct)
    assert create.reason == "tried again"


def test_what_the_erp_refused_three_times_is_left():
    assert of_products(a_product(), state=known(failures=[a_try(3)])) == [Skip(Kind.PRODUCT, SHIRT)]


def test_what_the_erp_refused_is_looked_at_anew_once_a_day():
    (create,) = of_products(a_product(), state=known(failures=[a_try(3)], fresh=True))

    assert isinstance(create, CreateProduct)


def test_what_the_erp_refused_goes_out_at_once_when_it_changed():
    (create,) = of_products(a_product(name="Camisa azul M"), state=known(failures=[a_try(3)]))

    assert isinstance(create, CreateProduct)
    assert create.reason == "chosen with send-products"


def test_what_a_rule_held_is_left_as_long_as_nothing_changed():
    state = known(failures=[a_try(1, Group.HELD)])

    assert of_products(a_product(), state=state) == [Skip(Kind.PRODUCT, SHIRT)]


def test_what_a_rule_held_is_looked_at_anew_once_a_day():
    (create,) = of_products(a_product(), state=known(failures=[a_try(1, Group.HELD)], fresh=True))

    assert isinstance(create, CreateProduct)


@pytest.mark.parametrize("fresh", [False, True])
def test_what_only_a_person_can_tell_is_never_sent_by_itself(fresh):
    state = known(failures=[a_try(1, Group.ATTENTION)], fresh=fresh)

    assert of_products(a_product(), state=state) == [Skip(Kind.PRODUCT, SHIRT)]


@pytest.mark.parametrize("group", [Group.WAITING, Group.IN_DOUBT])
def test_what_only_waits_is_looked_at_in_every_pass(group):
    (create,) = of_products(a_product(), state=known(failures=[a_try(9, group)]))

    assert isinstance(create, CreateProduct)


# Orders


def test_a_paid_order_becomes_a_sale():
    note = a_note()

    assert of_orders(note) == [SendOrder(note, (), quoted("payment approved"))]


@pytest.mark.parametrize("payment", [Payment.UNPAID, Payment.CANCELLED, Payment.REFUNDED])
def test_an_order_that_is_not_paid_is_neither_sent_nor_told_of(payment):
    assert of_orders(a_note(payment=payment)) == []


def test_an_order_of_a_status_that_nobody_knows_is_held_and_names_it():
    (hold,) = of_orders(a_note(payment=Payment.UNKNOWN, status="awaiting_pickup"))

    assert isinstance(hold, Hold)
    assert (hold.kind, hold.key, hold.group) == (Kind.SALE, "88123", Group.HELD)
    assert hold.name == "88123"
    assert hold.reason == "the shop's status 'awaiting_pickup' is not known"
    assert hold.next_step == "add it to the profile's statuses, then run sync"


def test_an_order_of_an_unknown_status_that_is_too_old_to_be_sent_is_not_told_of():
    note = a_note(payment=Payment.UNKNOWN, status="awaiting_pickup")

    assert of_orders(note, rules=Rules(since=date(2026, 11, 25))) == []
    assert len(of_orders(note, rules=Rules(since=date(2026, 11, 24)))) == 1


def test_orders_go_out_in_the_order_of_their_payments():
    late = a_note(id=OrderId("1"), counted_at=NOW)
    early = a_note(id=OrderId("2"), counted_at=NOW - timedelta(days=3))
    same_time = a_note(id=OrderId("0"), counted_at=NOW)

    sends = of_orders(late, early, same_time)

    assert [send.note.id for send in sends if isinstance(send, SendOrder)] == ["2", "0", "1"]


def test_an_order_paid_before_the_first_day_is_not_sent():
    paid = datetime(2026, 11, 1, 2, 30, tzinfo=UTC)  # half past eleven in the evening of 31 October in Brazil

    assert of_orders(a_note(counted_at=paid), rules=Rules(since=date(2026, 11, 1))) == []


def test_an_order_paid_on_the_first_day_is_sent():
    paid = datetime(2026, 11, 1, 3, 0, tzinfo=UTC)  # midnight in Brazil

    (send,) = of_orders(a_note(counted_at=paid), rules=Rules(since=date(2026, 11, 1)))

    assert isinstance(send, SendOrder)


def test_an_order_waits_for_a_product_that_is_not_in_the_erp():
    note = a_note(items=(("CANECA", Decimal(1)), ("CAM-AZ-M", Decimal(2)), ("ADESIVO", Decimal(1))))

    (hold,) = of_orders(note)

    assert isinstance(hold, Hold)
    assert hold.group is Group.WAITING
    assert hold.reason == "not in the ERP yet: ADESIVO, CANECA"
    assert hold.next_step == "contaazul-sync send-products ADESIVO CANECA"


def test_an_order_of_what_the_shop_does_not_list_says_what_to_make_in_the_erp():
    note = a_note(items=(("VELHA", Decimal(1)), ("CANECA", Decimal(1)), ("ANTIGA", Decimal(1))))

    (hold,) = of_orders(note, listed={"CANECA"})

    assert isinstance(hold, Hold)
    assert hold.group is Group.WAITING
    assert hold.reason == "not in the ERP yet: ANTIGA, CANECA, VELHA"
    assert hold.next_step == ("the shop does not list ANTIGA, VELHA: make a product with this SKU in the ERP")


def test_an_order_of_what_is_in_the_erp_needs_no_product_of_the_shop():
    note = a_note()

    assert of_orders(note, listed=set()) == [SendOrder(note, (), quoted("payment approved"))]


def test_an_order_needs_a_product_that_is_created_in_the_same_pass():
    note = a_note(items=(("CAM-AZ-M", Decimal(2)), ("CANECA", Decimal(1))))

    assert of_orders(note, creating={"CANECA": ShopKey("77")}) == [
        SendOrder(note, (ShopKey("77"),), quoted("payment approved"))
    ]


def test_an_order_needs_nothing_of_what_is_in_the_erp_already():
    (send,) = of_orders(a_note(), creating={"CAM-AZ-M": ShopKey("77")})

    assert isinstance(send, SendOrder)
    assert send.needs == ()


def test_an_order_with_an_item_without_sku_is_held_for_good():
    (hold,) = of_orders(a_note(items=(("", Decimal(1)), ("CANECA", Decimal(1)))))

    assert isinstance(hold, Hold)
    assert hold.group is Group.HELD
    assert hold.reason == "an item has no SKU, so its product is not known"
    assert hold.next_step == "book this order in the ERP by hand, then: contaazul-sync ignore 88123"


def test_an_order_of_a_sku_that_two_products_have_is_held():
    (hold,) = of_orders(a_note(), linked={"CAM-AZ-M": {ErpId("erp-1"), ErpId("erp-2")}})

    assert isinstance(hold, Hold)
    assert hold.group is Group.HELD
    assert hold.reason == "more than one product has the SKU CAM-AZ-M"


def test_an_order_is_sent_as_soon_as_its_sku_is_one_products_again():
    (hold,) = of_orders(a_note(), linked={"CAM-AZ-M": {ErpId("erp-1"), ErpId("erp-2")}})

    (send,) = of_orders(a_note(), state=known(failures=[refused(hold, group=Group.HELD)]))

    assert isinstance(send, SendOrder)


def test_an_order_is_sent_as_soon_as_its_status_is_in_the_profile():
    (hold,) = of_orders(a_note(payment=Payment.UNKNOWN, status="aprovado"))

    (send,) = of_orders(a_note(status="aprovado"), state=known(failures=[refused(hold, group=Group.HELD)]))

    assert isinstance(send, SendOrder)


def test_an_order_that_became_a_sale_is_not_sent_again():
    assert of_orders(a_note(), sales=[a_sale()]) == []


def test_an_order_that_moved_on_after_the_sale_is_not_told_of():
    assert of_orders(a_note(status="delivered", updated_at=NOW), sales=[a_sale()]) == []


@pytest.mark.parametrize("payment", [Payment.CANCELLED, Payment.REFUNDED, Payment.UNPAID])
def test_an_order_that_was_given_up_after_the_sale_needs_a_person(payment):
    (hold,) = of_orders(a_note(payment=payment), sales=[a_sale()])

    assert isinstance(hold, Hold)
    assert hold.group is Group.ATTENTION
    assert hold.reason == f"{payment} in the shop after it became sale 1002"
    assert hold.next_step == "put sale 1002 right in the ERP, then: contaazul-sync ignore 88123"


def test_an_order_that_changed_after_the_sale_needs_a_person():
    (hold,) = of_orders(a_note(fingerprint="one shirt less"), sales=[a_sale()])

    assert isinstance(hold, Hold)
    assert hold.group is Group.ATTENTION
    assert hold.reason == "changed in the shop after it became sale 1002"


def test_an_order_changed_after_the_sale_is_silent_once_a_person_has_seen_it():
    changed = a_note(payment=Payment.CANCELLED)
    state = known(ignored={(Kind.SALE, "88123"): as_seen(changed)})

    assert of_orders(changed, sales=[a_sale()], state=state) == []


def test_an_order_that_changes_once_more_after_a_person_saw_it_speaks_again():
    state = known(ignored={(Kind.SALE, "88123"): as_seen(a_note(payment=Payment.CANCELLED))})

    (hold,) = of_orders(a_note(payment=Payment.REFUNDED), sales=[a_sale()], state=state)

    assert isinstance(hold, Hold)


def test_an_ignored_order_is_not_sent():
    assert of_orders(a_note(), state=known(ignored={(Kind.SALE, "88123"): as_seen(a_note())})) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"buyer": "another phone"},
        {"status": "on its way"},
        {"payment": Payment.UNKNOWN},
        {"fingerprint": "else"},
    ],
)
def test_no_change_of_the_buyer_or_the_status_brings_an_ignored_order_back(changes):
    seen = {(Kind.SALE, "88123"): as_seen(a_note())}

    assert of_orders(a_note(**changes), state=known(ignored=seen)) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (
            {"total": 19000, "fingerprint": "else"},
            "its total changed from R$ 170,00 to R$ 190,00 in the shop since it was left alone",
        ),
        (
            {"payment": Payment.CANCELLED, "status": "cancelled"},
            "'cancelled' in the shop since it was left alone",
        ),
    ],
)
def test_a_new_sum_or_payment_of_an_ignored_order_asks_a_person_and_sends_nothing(changes, reason):
    seen = {(Kind.SALE, "88123"): as_seen(a_note())}

    (hold,) = of_orders(a_note(**changes), state=known(ignored=seen))

    assert isinstance(hold, Hold)
    assert (hold.group, hold.reason) == (Group.ATTENTION, reason)


def test_what_was_seen_of_a_sold_order_before_sums_were_kept_is_compared_as_a_whole():
    seen = {(Kind.SALE, "88123"): Ignored(a_note(payment=Payment.CANCELLED).version)}

    same = of_orders(a_note(payment=Payment.CANCELLED), sales=[a_sale()], state=known(ignored=seen))
    other = of_orders(a_note(payment=Payment.REFUNDED), sales=[a_sale()], state=known(ignored=seen))

    assert (same, len(other)) == ([], 1)


def test_an_order_that_was_ignored_before_it_was_paid_asks_a_person_when_it_is():
    seen = {(Kind.SALE, "88123"): as_seen(a_note(payment=Payment.UNPAID))}

    (hold,) = of_orders(a_note(), state=known(ignored=seen))

    assert isinstance(hold, Hold)
    assert hold.group is Group.ATTENTION


def test_an_order_that_a_person_asked_for_is_never_too_old():
    rules = Rules(since=date(2027, 1, 1))

    assert of_orders(a_note(), rules=rules) == []
    assert [type(each) for each in of_orders(a_note(wanted=True), rules=rules)] == [SendOrder]


def test_an_order_whose_answer_is_still_out_is_left_alone():
    assert of_orders(a_note(), state=known(intents=[an_intent()])) == [Skip(Kind.SALE, "88123")]


def test_an_order_that_never_arrived_is_sent_again_after_the_grace():
    intent = an_intent(sent_at=NOW - timedelta(hours=2))

    (send,) = of_orders(a_note(), state=known(intents=[intent]))

    assert isinstance(send, SendOrder)
    assert send.reason == "sent before and not found in the ERP"


def test_an_order_sent_three_times_in_vain_is_left_to_a_person():
    intent = an_intent(sent_at=NOW - timedelta(hours=2), sends=3)

    assert of_orders(a_note(), state=known(intents=[intent])) == [Skip(Kind.SALE, "88123")]


@pytest.mark.parametrize(
    "rules",
    [
        Rules(sale_status="EM_ANDAMENTO"),
        Rules(payments={"pix": PaymentRule("OUTRO")}),
        Rules(payments={"pix": PaymentRule(first_due_days=0)}),
    ],
)
def test_a_refused_order_is_tried_again_when_a_setting_changed(rules):
    version = order_version(a_note(), Rules())
    state = known(failures=[a_failure(fingerprint=version, attempts=3)])

    before, after = of_orders(a_note(), state=state), of_orders(a_note(), rules=rules, state=state)

    assert before == [Skip(Kind.SALE, "88123")]
    assert isinstance(after[0], SendOrder)


@pytest.mark.parametrize(
    "rules",
    [
        Rules(percent=Decimal(10)),
        Rules(price_source="regular"),
        Rules(since=date(2026, 11, 1)),
        Rules(stock_taken_at="order"),
        Rules(shop_id="loja"),
    ],
)
def test_a_refused_order_is_left_when_a_setting_changed_that_no_sale_is_made_from(rules):
    state = known(failures=[a_failure(fingerprint=order_version(a_note(), Rules()), attempts=3)])

    assert of_orders(a_note(), rules=rules, state=state) == [Skip(Kind.SALE, "88123")]


def test_the_mark_of_an_order_is_that_of_the_first_release_where_no_later_setting_is_given():
    told = Rules(
        paid_differs="book",
        consumer="Consumidor final",
        payments={
            "pix": PaymentRule("PIX_PAGAMENTO_INSTANTANEO", "Banco Azul"),
            "boleto": PaymentRule(terms=(30, 60)),
        },
        kits={"KIT": (("A", Decimal(1)),)},
    )

    assert order_version(a_note(), Rules()) == "1:f0bc10b8290eca044161"
    assert order_version(a_note(), told) == "1:4bdd511503b944cbde8c"


def test_the_limit_marks_an_order_only_where_differences_are_split():
    def marked(differs, limit):
        return order_version(a_note(), Rules(paid_differs=differs, paid_differs_limit=Decimal(limit)))

    assert marked("hold", 20) == marked("hold", 5)
    assert marked("split", 20) != marked("split", 5)
    assert marked("split", "20") == marked("split", "20.0")


def test_the_merchants_words_for_ways_of_paying_mark_an_order_in_whatever_order_they_stand():
    pix, boleto = PaymentRule("A"), PaymentRule("B")
    one = Rules(payments={"pix": pix, "boleto": boleto})
    two = Rules(payments={"boleto": boleto, "pix": pix})

    assert order_version(a_note(), one) == order_version(a_note(), two)


# What the state keeps of an order


def test_what_is_kept_of_an_order_names_no_buyer():
    note = an_order().note()

    assert "Ana" not in repr(note)
    assert "529" not in repr(note)
    assert note.items == (("CAM-AZ-M", Decimal(2)),)


@pytest.mark.parametrize(
    "change",
    [
        {"total": 17001},
        {"shipping": 0},
        {"discount": 0},
        {"installments": 2},
        {"method": "boleto"},
        {"total_paid": 17000},
        {"lines": (a_line(quantity=Decimal(1)),)},
    ],
)
def test_what_a_sale_is_made_from_marks_an_order_as_changed(change):
    assert an_order(**change).note().fingerprint != an_order().note().fingerprint


def test_another_buyer_is_another_version_of_the_same_sums():
    other = an_order(buyer=Buyer(name="Bia Exemplo")).note()

    assert other.fingerprint == an_order().note().fingerprint
    assert other.version != an_order().note().version


@pytest.mark.parametrize(
    ("kept", "now", "changed"),
    [("1:a", "1:a", False), ("1:a", "1:b", True), ("1:a", "2:b", False), ("a", "b", True), ("", "1:b", True)],
)
def test_marks_of_different_formats_tell_no_change(kept, now, changed):
    assert differs(kept, now) is changed


def test_a_status_that_nobody_knows_is_told_after_the_sale():
    note = a_note(payment=Payment.UNKNOWN, status="chargeback")

    (hold,) = of_orders(note, sales=[a_sale()])

    assert isinstance(hold, Hold)
    assert hold.group is Group.ATTENTION
    assert hold.reason == ("'chargeback' in the shop, which is not known, after it became sale 1002")


def test_a_sale_of_which_nobody_knows_what_it_was_made_from_is_no_change():
    assert of_orders(a_note(), sales=[a_sale(fingerprint="")]) == []


def test_an_order_that_is_before_a_person_is_left_to_that_person():
    failure = a_failure(group=Group.ATTENTION, fingerprint="whatever")

    assert of_orders(a_note(), state=known(failures=[failure])) == [Skip(Kind.SALE, "88123")]


def test_a_sku_that_two_products_of_the_shop_share_holds_the_order():
    (hold,) = of_orders(a_note(), same_sku={"CAM-AZ-M": 2})

    assert isinstance(hold, Hold)
    assert hold.reason == "more than one product has the SKU CAM-AZ-M"


@pytest.mark.parametrize("change", [{"status": "delivered"}, {"updated_at": NOW}])
def test_an_order_that_only_moves_on_is_not_changed(change):
    assert an_order(**change).note().fingerprint == an_order().note().fingerprint


def test_a_quantity_written_with_other_zeros_is_not_changed():
    list_says, order_says = (
        an_order(lines=(a_line(quantity=decimal(written)),)) for written in ("2", "2.00")
    )

    assert list_says.note().fingerprint == order_says.note().fingerprint


def test_another_payment_makes_another_version_of_an_order():
    assert a_note(payment=Payment.REFUNDED).version != a_note().version


# Prices


def test_a_price_that_moved_in_the_shop_is_sent():
    (send,) = of_prices(a_product(price=8990), a_link())

    assert send == SendPrice(
        SHIRT, ErpId("erp-1"), "CAM-AZ-M", 8990, 7990, 8990, quoted("the shop's price changed")
    )


def test_a_price_that_did_not_move_is_not_sent():
    assert of_prices(a_product(), a_link()) == []


def test_another_percentage_sends_the_price_of_a_product_that_did_not_move():
    (send,) = of_prices(a_product(), a_link(), TEN_PERCENT_MORE)

    assert isinstance(send, SendPrice)
    assert (send.old, send.new, send.reason) == (7990, 8789, "the percentage changed")


def test_a_promotion_that_begins_is_a_price_that_moved():
    (send,) = of_prices(a_product(promotional=6990), a_link())

    assert isinstance(send, SendPrice)
    assert (send.old, send.new) == (7990, 6990)


def test_a_product_linked_without_a_price_gets_its_first_one():
    (send,) = of_prices(a_product(), a_link(base=None, sent=None))

    assert isinstance(send, SendPrice)
    assert (send.old, send.new, send.reason) == (None, 7990, "first price sent to this product")


def test_a_product_deleted_in_the_shop_stays_as_it_is_in_the_erp():
    assert of_prices(a_product(gone=True, price=1), a_link()) == []


def test_a_product_deleted_in_the_erp_is_told_of_and_not_created_again():
    (hold,) = of_prices(a_product(), a_link(missing=True))

    assert isinstance(hold, Hold)
    assert (hold.name, hold.group, hold.reason) == ("CAM-AZ-M", Group.HELD, "it was deleted in the ERP")
    assert hold.next_step.startswith("contaazul-sync send-products CAM-AZ-M")


def test_a_product_deleted_in_the_erp_is_silent_once_a_person_has_seen_it():
    link = a_link(missing=True)
    state = known(ignored={(Kind.PRODUCT, SHIRT): Ignored(missing_version(link))})

    assert of_prices(a_product(), link, state=state) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"price": 0}, "its price would be zero"),
        ({"problem": "its price cannot be read", "price": 0}, "its price cannot be read"),
        ({"problem": "its stock cannot be read"}, "its stock cannot be read"),
    ],
)
def test_a_price_that_cannot_be_sent_is_held_and_the_erp_keeps_its_own(changes, reason):
    (hold,) = of_prices(a_product(**changes), a_link())

    assert isinstance(hold, Hold)
    assert (hold.kind, hold.key, hold.name) == (Kind.PRODUCT, SHIRT, "CAM-AZ-M")
    assert (hold.group, hold.reason) == (Group.HELD, reason)
    assert hold.next_step == "put it right in the shop; the next sync sends it"


def test_a_price_that_the_erp_refused_for_good_is_left_until_it_moves():
    version = price_version(8990, None)
    failure = a_failure(kind=Kind.PRODUCT, key=SHIRT, fingerprint=version, attempts=3)

    same = of_prices(a_product(price=8990), a_link(), state=known(failures=[failure]))
    moved = of_prices(a_product(price=9990), a_link(), state=known(failures=[failure]))

    assert same == [Skip(Kind.PRODUCT, SHIRT)]
    assert isinstance(moved[0], SendPrice)


def test_an_ignored_price_is_neither_sent_nor_told_of():
    state = known(ignored={(Kind.PRODUCT, SHIRT): Ignored(price_version(8990, None))})

    assert of_prices(a_product(price=8990), a_link(), state=state) == []


# The plan


def test_products_that_an_order_needs_come_before_it_and_others_after():
    mug = CreateProduct(a_product(key=ShopKey("77"), sku="CANECA"), 3500, Decimal(4), quoted("chosen"))
    shirt = CreateProduct(a_product(), 7990, Decimal(12), quoted("chosen"))
    order = SendOrder(a_note(), (ShopKey("77"),), quoted("payment approved"))

    made = make_plan([shirt, mug], [order], [])

    assert (made.needed, made.orders, made.products) == ((mug,), (order,), (shirt,))


def test_what_is_left_is_kept_beside_what_is_sent():
    price = SendPrice(SHIRT, ErpId("erp-1"), "CAM-AZ-M", 8990, 7990, 8990, quoted("moved"))
    hold = Hold(Kind.SALE, "88123", "88123", Group.HELD, quoted("no"), quoted("look"))
    skip = Skip(Kind.PRODUCT, "77")

    made = make_plan([skip], [hold], [price])

    assert (made.prices, made.holds, made.skips) == ((price,), (hold,), (skip,))
    assert len(made) == 1


def test_an_empty_plan_sends_nothing():
    assert len(Plan()) == 0


# Units that are still to be sold


def test_units_of_a_paid_order_are_still_to_be_sold():
    units = pending_units([a_note()], {"CAM-AZ-M": SHIRT}, set(), Rules())

    assert units == {SHIRT: Decimal(2)}


def test_units_of_an_order_that_became_a_sale_are_not():
    assert pending_units([a_note()], {"CAM-AZ-M": SHIRT}, {OrderId("88123")}, Rules()) == {}


def test_units_of_an_unpaid_order_count_where_the_shop_takes_its_stock_at_the_order():
    unpaid = a_note(payment=Payment.UNPAID)

    at_payment = pending_units([unpaid], {"CAM-AZ-M": SHIRT}, set(), Rules(stock_taken_at="payment"))
    at_order = pending_units([unpaid], {"CAM-AZ-M": SHIRT}, set(), Rules(stock_taken_at="order"))

    assert at_payment == {}
    assert at_order == {SHIRT: Decimal(2)}


@pytest.mark.parametrize("payment", [Payment.CANCELLED, Payment.REFUNDED])
def test_units_of_an_order_that_was_given_up_never_count(payment):
    rules = Rules(stock_taken_at="order")

    assert pending_units([a_note(payment=payment)], {"CAM-AZ-M": SHIRT}, set(), rules) == {}


def test_units_of_an_order_that_is_too_old_to_be_sent_never_count():
    rules = Rules(since=date(2026, 12, 1))

    assert pending_units([a_note()], {"CAM-AZ-M": SHIRT}, set(), rules) == {}


def test_units_of_one_product_add_up_over_lines_and_orders():
    one = a_note(id=OrderId("1"), items=(("CAM-AZ-M", Decimal(2)), ("CAM-AZ-M", Decimal(1))))
    two = a_note(id=OrderId("2"), items=(("CAM-AZ-M", Decimal("0.5")), ("NOBODYS", Decimal(9))))

    units = pending_units([one, two], {"CAM-AZ-M": SHIRT}, set(), Rules())

    assert units == {SHIRT: Decimal("3.5")}


# What became of a create


def test_a_create_that_is_found_is_adopted():
    verdict = resolve(an_intent(), ErpId("sale-1"), others=True, now=NOW, grace=GRACE)

    assert verdict == Adopt(ErpId("sale-1"))


@pytest.mark.parametrize("others", [True, False])
def test_a_create_that_is_not_found_within_the_grace_is_waited_for(others):
    verdict = resolve(an_intent(), None, others=others, now=NOW, grace=GRACE)

    assert verdict == Wait()


def test_a_create_that_is_not_found_after_the_grace_is_sent_again():
    verdict = resolve(an_intent(), None, others=False, now=NOW + GRACE, grace=GRACE)

    assert verdict == SendAgain()


def test_a_number_that_somebody_else_has_after_the_grace_is_given_up():
    verdict = resolve(an_intent(), None, others=True, now=NOW + GRACE, grace=GRACE)

    assert verdict == Forget()


def test_the_grace_ends_on_the_second():
    intent = an_intent(sent_at=NOW)

    assert in_grace(intent, NOW + GRACE - timedelta(seconds=1), GRACE)
    assert not in_grace(intent, NOW + GRACE, GRACE)


def test_the_grace_of_what_was_never_seen_to_go_out_counts_from_its_intent():
    intent = an_intent(sent_at=None, opened_at=NOW)

    assert in_grace(intent, NOW + GRACE - timedelta(seconds=1), GRACE)
    assert not in_grace(intent, NOW + GRACE, GRACE)


# What the shop's stock lacks already


def test_an_order_that_nobody_paid_is_never_too_old_to_be_counted():
    """It was made before the first day, and becomes a sale when it is paid after it."""
    rules = Rules(since=NOW.date(), stock_taken_at="order")
    made = a_note(payment=Payment.UNPAID, counted_at=NOW - timedelta(days=9))
    paid = a_note(payment=Payment.PAID, counted_at=NOW - timedelta(days=9))
    key_of = {"CAM-AZ-M": ShopKey("k")}

    assert pending_units([made], key_of, set(), rules) == {"k": Decimal(2)}
    assert pending_units([paid], key_of, set(), rules) == {}


@pytest.mark.parametrize(
    ("payment", "status", "counted"),
    [
        (Payment.PAID, "processing", True),
        (Payment.UNPAID, "on-hold", True),
        (Payment.UNPAID, "processing", True),  # to be paid on delivery
        (Payment.UNPAID, "pending", False),
        (Payment.UNPAID, "failed", False),
        (Payment.UNKNOWN, "separacao", True),
        (Payment.UNPAID, "aguardando", True),  # a plugin's, which comes after on-hold
        (Payment.UNPAID, "trash", False),
        (Payment.CANCELLED, "cancelled", False),
    ],
)
@pytest.mark.parametrize("setting", ["payment", "order"])
def test_woocommerce_takes_its_stock_by_the_status_whatever_the_setting(payment, status, counted, setting):
    rules = Rules(shop_kind="woocommerce", stock_taken_at=setting)

    assert rules.takes_stock(a_note(payment=payment, status=status)) is counted


def test_orders_before_the_moment_from_which_they_could_be_read_stay_out():
    rules = Rules(begin=NOW - timedelta(hours=1))

    assert rules.too_old(a_note(counted_at=NOW - timedelta(hours=2)))
    assert not rules.too_old(a_note(counted_at=NOW))


def test_what_to_do_about_an_order_that_cannot_be_read_depends_on_whether_a_profile_reads_it():
    assert unreadable_step("7", by_profile=True).startswith("correct the shop profile")
    assert "contaazul-sync ignore 7" in unreadable_step("7", by_profile=False)


def test_an_order_in_doubt_is_never_too_old():
    rules = Rules(since=NOW.date() + timedelta(days=1))
    (item,) = of_orders(a_note(), rules=rules, state=known(intents=[an_intent()]))

    assert not isinstance(item, Hold)
    assert of_orders(a_note(), rules=rules) == []
