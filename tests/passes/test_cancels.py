"""The sale of an order that ended is cancelled as it is in the ERP, whatever the shop tells by now."""

from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

import pytest

from contaazul_sync.core.errors import SyncError
from contaazul_sync.sandbox.common import chance
from contaazul_sync.sandbox.erp.records.sales import Instalment, SoldItem, Totals

pytestmark = pytest.mark.line("memory")

MARK = "[loja:pedido {}]"


@pytest.fixture
def good(linked):
    job = linked("CAM-1", "Camiseta", 79.90, 50)
    job.set(orders__on_cancel="cancel")
    return job


def sold(job, *items, **fields):
    """An order that is a sale by now; its number."""
    order = str(job.shop.order(list(items) or [("CAM-1", 2)], **fields))
    assert job.sync().outcome == 0
    return order


def ended(job, order, **fields):
    """The order is cancelled in the shop, and looks like this since."""
    job.shop.cancel(order)
    raw = next(each for each in job.shop.orders if str(each["id"]) == order)
    raw.update(fields)
    job.forget_calls()


def by_hand(job, *items, number=1001, freight=0, discount=0, terms="À vista", due=("2026-12-01",)):
    """Somebody edits a sale in the ERP: other items (the product's id, quantity, price), other sums."""
    sale = job.erp.sale(number)
    sale.items = [
        SoldItem(chance.new_id(), product, Decimal(quantity), Decimal(str(price)), "à mão", Decimal(0))
        for product, quantity, price in items
    ]
    gross = sum((item.quantity * item.price for item in sale.items), Decimal(0)).quantize(Decimal("0.01"))
    sale.totals = Totals(gross, Decimal(freight), Decimal(discount), "VALOR", Decimal(discount))
    parts = [Decimal(0) for _ in due[1:]]
    shares = [sale.totals.net, *parts]
    sale.payment.terms = terms
    sale.payment.instalments = [
        Instalment(chance.new_id(), day, share, "") for day, share in zip(due, shares, strict=True)
    ]
    return sale


def situations(job, order):
    return [sale.situacao for sale in job.sales_of(order)]


def puts(job):
    return [seen for seen in job.erp.requests if seen.method == "PUT"]


# What the rules for making a sale would refuse


@pytest.mark.parametrize(
    "fields",
    [
        {"total_paid": "0.00"},
        {"total_paid": "10.00"},
        {"total_paid": "900.00"},
        {"total": "0.00"},
        {"total": "1.23"},
        {"discount": "-5.00"},
        {"payer_cpf": ""},
        {"payer_cpf": "123"},
        {"items": []},
        {"method_code": ""},
    ],
    ids=repr,
)
def test_nothing_that_the_shop_tells_of_an_ended_order_keeps_its_sale(good, fields):
    order = sold(good)
    known = next(each for each in good.shop.orders if str(each["id"]) == order)
    ended(good, order, **{name: value for name, value in fields.items() if name in known or name == "items"})

    assert good.sync().outcome == 0

    assert situations(good, order) == ["CANCELADO"]
    assert good.status()["failures"] == []


def test_the_shop_is_not_asked_for_an_order_whose_sale_is_cancelled(good):
    order = sold(good)
    ended(good, order)

    good.sync()

    assert situations(good, order) == ["CANCELADO"]
    assert [seen.path for seen in good.shop.requests if seen.path.endswith(f"/{order}")] == []


def test_a_sale_of_a_product_that_lost_its_sku_or_is_gone_from_the_shop_is_cancelled(good):
    good.shop.add_product("CAM-2", "Camisa", 10, 5)
    good.linked("CAM-2")
    renamed, gone = sold(good), sold(good, ("CAM-2", 1))
    good.shop.unit("CAM-1")["sku"] = ""
    good.shop.delete("CAM-2")
    ended(good, renamed)
    ended(good, gone)

    good.sync()

    assert situations(good, renamed) == situations(good, gone) == ["CANCELADO"]


def test_a_full_refund_of_a_woocommerce_order_cancels_its_sale(job):
    job.use("woocommerce").shop.add_product("CAM-1", "Camiseta", 79.90, 50)
    job.linked("CAM-1").set(orders__on_cancel="cancel")
    order = sold(job, ("CAM-1", 1))
    job.clock.move(minutes=1)
    job.shop.refund_part(order, "79.90")
    job.shop.refund(order)

    assert job.sync().outcome == 0

    assert situations(job, order) == ["CANCELADO"]


# The sale as it is in the ERP


@pytest.mark.parametrize("swapped", [False, True])
def test_a_cancelling_leaves_all_else_of_a_sale_as_it_was(good, swapped):
    good.set(orders__paid_differs="split")
    order = sold(good, ("CAM-1", 2), total_paid="151.81")
    good.erp.switches.swapped_notes = swapped
    sale = good.erp.sale(1001)
    before = replace(sale, payment=replace(sale.payment))
    ended(good, order, total_paid="0.00")

    assert good.sync().outcome == 0

    assert sale.situacao == "CANCELADO"
    assert sale.observacoes == MARK.format(order)
    assert sale.payment_note == before.payment_note != ""
    assert sale.totals.net == before.totals.net == Decimal("151.81")
    assert (sale.person_id, sale.date, sale.nature_id) == (before.person_id, before.date, before.nature_id)
    told = [(each.product_id, each.quantity, each.price, each.description) for each in sale.items]
    assert told == [(each.product_id, each.quantity, each.price, each.description) for each in before.items]
    assert [(each.due, each.amount, each.description) for each in sale.payment.instalments] == [
        (each.due, each.amount, each.description) for each in before.payment.instalments
    ]
    assert (sale.payment.terms, sale.payment.kind, sale.payment.nsu) == (
        before.payment.terms,
        before.payment.kind,
        before.payment.nsu,
    )


def test_a_sale_that_a_person_edited_in_the_erp_is_cancelled_as_they_left_it(good):
    order = sold(good)
    other = good.erp.add_product("OUTRO", "Outro", 30, 9)
    buyer = good.erp.add_person("Outra Pessoa", "11144477735")
    sale = by_hand(good, (other, 3, 20), (other, "0.5", "3.333"), freight=12, discount=2, terms="45")
    sale.person_id, sale.seller_id = buyer, "0a6f6c2e-1111-4222-8333-944445555666"
    sale.date = "2026-11-28"
    ended(good, order)

    assert good.sync().outcome == 0

    assert (sale.situacao, sale.person_id, sale.date) == ("CANCELADO", buyer, "2026-11-28")
    assert [(each.product_id, each.quantity) for each in sale.items] == [(other, 3), (other, Decimal("0.5"))]
    assert (sale.totals.freight, sale.totals.discount, sale.totals.net) == (12, 2, Decimal("71.67"))
    assert sale.payment.terms == "45"


@pytest.mark.parametrize("lines", [100, 101, 230])
def test_a_sale_of_more_items_than_a_page_has_is_cancelled_whole(good, lines):
    order = sold(good)
    product = good.erp.product("CAM-1").id
    sale = by_hand(good, *((product, 1, 1 + each) for each in range(lines)))
    ended(good, order)

    assert good.sync().outcome == 0

    assert sale.situacao == "CANCELADO"
    assert [item.price for item in sale.items] == [1 + each for each in range(lines)]


def test_a_kit_that_is_sold_by_its_parts_is_cancelled_by_its_parts(good):
    good.shop.add_product("CAN-1", "Caneca", 20, 9)
    good.shop.add_product("KIT-1", "Kit", 90, 9)
    good.linked("CAN-1")
    parts = (("CAM-1", Decimal(1)), ("CAN-1", Decimal(1)))
    good.settings = type(good.settings)(good.settings.home, good.settings.values, kits={"KIT-1": parts})
    good.set(orders__on_cancel="cancel")
    order = sold(good, ("KIT-1", 3))
    count = len(good.erp.sale(1001).items)
    good.settings = type(good.settings)(good.settings.home, good.settings.values)  # the table is gone since
    good.set(orders__on_cancel="cancel")
    ended(good, order)

    good.sync()

    assert situations(good, order) == ["CANCELADO"]
    assert len(good.erp.sale(1001).items) == count > 1


@pytest.mark.parametrize("word", ["PIX_PAGAMENTO_INSTANTANEO", "PAGAMENTO_INSTANTANEO"])
@pytest.mark.parametrize("under", ["documented", "items", "itens"])
def test_a_sale_is_cancelled_in_whatever_words_it_is_told(good, word, under):
    order = sold(good)
    good.erp.switches.pix_word, good.erp.switches.rows_under = word, under
    ended(good, order)

    assert good.sync().outcome == 0

    assert situations(good, order) == ["CANCELADO"]
    assert good.erp.sale(1001).payment.kind == "PIX_PAGAMENTO_INSTANTANEO"


# What does not go


def test_a_sale_whose_customer_is_inactive_now_waits_for_a_person_and_retry_cancels_it(good):
    order = sold(good)
    (person,) = good.erp.people.values()
    person.active = False
    ended(good, order)

    assert good.sync().outcome == 6

    told = good.failure(order)
    assert told["group"] == "attention"
    assert told["reason"] == (
        "sale 1001 is not cancelled: the ERP takes no change of it while its customer is not an active one"
    )
    assert told["next_step"].endswith(f"contaazul-sync retry {order}")
    assert person.name not in told["reason"]
    person.active = True
    good.state.items.retry("sale", order)
    assert good.sync().outcome == 0
    assert situations(good, order) == ["CANCELADO"]


def test_a_sale_whose_items_the_erp_does_not_list_is_not_cancelled(good):
    order = sold(good)
    good.erp.sale(1001).items = []
    ended(good, order)

    assert good.sync().outcome == 6

    why = "the ERP does not tell the sale's items, which cancelling it has to repeat"
    assert good.failure(order)["reason"] == f"sale 1001 is not cancelled: {why}"
    assert situations(good, order) == ["APROVADO"]
    assert puts(good) == []


def test_a_sale_of_which_the_erp_lists_but_some_items_is_not_cancelled(good):
    good.shop.add_product("CAN-1", "Caneca", 20, 9)
    good.linked("CAN-1")
    order = sold(good, ("CAM-1", 1), ("CAN-1", 1))
    good.erp.sale(1001).items.pop()
    ended(good, order)

    assert good.sync().outcome == 6

    assert "make R$ 79,90, and its total is R$ 99,90" in good.failure(order)["reason"]
    assert puts(good) == []


def test_a_sale_that_the_erp_does_not_know_any_more_is_told(good):
    order = sold(good)
    del good.erp.sales[good.erp.sale(1001).id]
    ended(good, order)

    assert good.sync().outcome == 6

    assert good.failure(order)["reason"] == "sale 1001 is not cancelled: the ERP does not show it any more"


def test_a_product_that_was_deleted_in_the_erp_is_told_in_the_erps_words(good):
    order = sold(good)
    del good.erp.products[good.erp.product("CAM-1").id]
    ended(good, order)

    assert good.sync().outcome == 6

    assert "Item da venda não encontrado" in good.failure(order)["reason"]
    assert good.failure(order)["next_step"].endswith(f"retry {order}")


def test_a_sale_that_the_erp_refuses_to_cancel_is_done_with_when_a_person_cancelled_it(good):
    order = sold(good)
    good.erp.faults.add("400", method="PUT", path="/v1/venda/*")
    ended(good, order)

    assert good.sync().outcome == 6
    assert good.sync().outcome == 6  # once it is before a person, it is not tried by itself
    assert len(puts(good)) == 1

    good.erp.sale(1001).situacao = "CANCELADO"  # the person does it by hand, and says so
    good.state.items.retry("sale", order)
    assert good.sync().outcome == 0
    assert good.state.sales.of([order])[order].ended_at


LOST = ["drop_after", "500_after", "408_after", "303_after", "html_after", "truncated"]


@pytest.mark.parametrize("fault", LOST)
def test_a_cancelling_whose_answers_are_all_lost_is_seen_by_the_next_pass(good, fault):
    order = sold(good)
    ended(good, order)
    good.erp.faults.add(fault, method="PUT", path="/v1/venda/*", times=9)

    with suppress(SyncError):  # whatever the pass says of it, the next one settles it
        good.sync()
    good.erp.faults.clear()
    good.sync()

    assert situations(good, order) == ["CANCELADO"]
    assert good.state.sales.of([order])[order].ended_at
    assert good.status()["failures"] == []
