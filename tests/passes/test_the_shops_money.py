"""What a shop tells of its money becomes that sale, and how it is read is no event by itself."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from contaazul_sync.core.items import Failure, Group, Kind
from contaazul_sync.core.words import quoted
from contaazul_sync.sandbox.shop.state import written

pytestmark = pytest.mark.line("memory")

DAY = 24 * 60  # minutes


@pytest.fixture
def woo(job):
    job.shop.add_product("CANECA", "Caneca", "72.15", 50)
    return job.use("woocommerce").linked("CANECA")


@pytest.fixture
def merchant(linked):
    return linked("CANECA", "Caneca", "72.15", 50)


@pytest.fixture(params=["merchant", "storefront", "woocommerce"])
def each(job, request):
    """A shop of each kind."""
    job.shop.add_product("CANECA", "Caneca", "72.15", 50)
    return job.use(request.param).linked("CANECA")


def row(job, order):
    return next(each for each in job.shop.orders if each["id"] == order)


def touched(job, order, **fields):
    row(job, order).update(fields, updated=written(job.clock()))


def as_read(job, order):
    return job._with_parts(lambda parts: parts.shop.order(str(order)))


def retried(job, order):
    job.state.items.retry(Kind.SALE, str(order))
    job.state.orders.want([str(order)])
    return job.sync()


# Decimals


@pytest.mark.parametrize("places", [0, 2, 3, 4])
def test_an_order_is_sold_for_its_centavos_whatever_the_shop_shows(woo, places):
    woo.shop.switches.woo_decimals = places
    order = woo.shop.order([("CANECA", 1)], shipping="10.49")
    woo.shop.refund_part(woo.shop.order([("CANECA", 1)]), "0.49")
    woo.forget_calls()
    woo.sync()

    (sale,) = woo.sales_of(order)
    assert sale.totals.net == Decimal("82.64")
    assert "R$ 0,49 of its R$ 72,15" in str(woo.state.items.failures())
    asked = [seen for seen in woo.shop.requests if "/orders" in seen.path]
    assert {dp for seen in asked for dp in seen.query["dp"]} == {"2"}


def sold_in_whole_reais(job, **fields):
    """An order that an older version sold as a shop told it that shows no centavos."""
    order = job.shop.order([("CANECA", 1)], **fields)
    job.sync()
    mark = as_read(job, order).note().roughly[0]
    sql = "UPDATE orders SET fingerprint = ?, content = '', exact = 0, total = 7200 WHERE id = ?"
    job.state.db.execute(sql, [mark, str(order)])
    sql = "UPDATE sales SET fingerprint = ?, total = 7200 WHERE order_id = ?"
    job.state.db.execute(sql, [mark, str(order)])
    return order


def test_an_order_that_was_sold_without_its_centavos_is_not_changed_by_reading_them(woo):
    order = sold_in_whole_reais(woo)
    woo.sync()
    touched(woo, order, status="delivered")
    woo.sync()
    woo.sync(minutes=DAY)

    assert woo.failures_of(Kind.SALE) == {}
    assert len(woo.erp.sales) == 1


@pytest.mark.parametrize("shipping", ["5.00", "0.10"])
def test_and_a_change_after_that_is_told_even_one_of_centavos(woo, shipping):
    order = sold_in_whole_reais(woo)
    woo.sync(minutes=DAY)
    touched(woo, order, shipping=shipping, total=str(Decimal("72.15") + Decimal(shipping)))
    woo.sync()

    assert woo.failures_of(Kind.SALE) == {str(order): "attention"}


def test_a_change_of_a_real_while_the_program_was_updated_is_told(woo):
    order = sold_in_whole_reais(woo)
    touched(woo, order, shipping="5.00", total="77.15")
    woo.sync()

    assert woo.failures_of(Kind.SALE) == {str(order): "attention"}


@pytest.mark.parametrize(
    ("before", "after", "total"),
    [("15.00", "15.49", "87.49"), ("15.00", "15.01", "87.01"), ("15.90", "15.94", "87.94")],
)
def test_a_change_of_centavos_of_a_round_order_is_told(job, before, after, total):
    """With fewer decimals it would be the order that was sold, and this version sold it by all of them."""
    job.shop.add_product("CANECA", "Caneca", "72.00", 50)
    job.use("woocommerce").linked("CANECA")
    order = job.shop.order([("CANECA", 1)], shipping=before)
    job.sync()
    touched(job, order, shipping=after, total=total)
    job.sync()

    assert job.failures_of(Kind.SALE) == {str(order): "attention"}


def test_an_order_that_was_left_alone_without_its_centavos_has_no_new_total(woo):
    order = woo.shop.order([("CANECA", 1)], payer_cpf="")
    woo.sync()
    note = woo.state.orders.get(str(order))
    rough = as_read(woo, order).note().roughly[0]
    sql = "UPDATE orders SET fingerprint = ?, content = '', exact = 0, total = 7200 WHERE id = ?"
    woo.state.db.execute(sql, [rough, note.id])
    woo.state.db.execute(
        "INSERT INTO ignored VALUES ('sale', ?, 'another', '2026-11-20', 7200, 'paid', ?)", [note.id, rough]
    )
    woo.state.items.clear(Kind.SALE, note.id)
    woo.sync(minutes=DAY)

    assert woo.failures_of(Kind.SALE) == {}


# Rounding


def rounded(job):
    """An order whose parts lack a centavo of its total."""
    order = job.shop.order([("CANECA", 1)])
    row(job, order).update(total="72.16", total_paid="72.16")
    return order


def test_a_centavo_holds_an_order_until_the_merchant_lets_it_pass_and_show_says_so(each):
    order = rounded(each)
    each.sync()
    assert each.failure(str(order))["group"] == "held"
    assert "orders.rounding absorb" in each.failure(str(order))["next_step"]

    each.set(orders__rounding="absorb")
    each.sync()

    (sale,) = each.sales_of(order)
    assert (sale.totals.net, sale.totals.freight) == (Decimal("72.16"), Decimal("0.01"))
    assert sale.payment_note == "Arredondamento da loja: R$ 0,01 no frete"
    assert [said for _at, said in each.state.remarks.of(str(order))] == [sale.payment_note]


def test_a_rebuild_takes_a_sale_with_a_rounding_for_what_it_is(woo):
    woo.set(orders__rounding="absorb")
    order = rounded(woo)
    woo.sync()
    woo.set(orders__rounding="hold")
    woo.sync(minutes=DAY)

    assert woo.failures_of(Kind.SALE) == {}
    assert len(woo.sales_of(order)) == 1


# Lines


@pytest.mark.parametrize(
    ("quantity", "price", "total"), [(3, "3.3333", "10.00"), (Decimal("0.35"), "12.99", "4.55")]
)
def test_a_line_is_sold_for_its_own_total(merchant, quantity, price, total):
    order = merchant.shop.order([("CANECA", 1)], subtotal=total, total=total, total_paid=total)
    row(merchant, order)["items"][0].update(quantity=quantity, price=price, total=total)
    merchant.sync()

    (sale,) = merchant.sales_of(order)
    assert sale.totals.net == Decimal(total)
    assert sum(item.quantity for item in sale.items) == quantity


def test_more_than_two_decimals_are_told_as_such_and_no_profile_is_to_be_corrected(merchant):
    order = merchant.shop.order([("CANECA", 3)])
    row(merchant, order)["items"][0].update(price="3.3333", total=None)
    merchant.sync()

    told = merchant.failure(str(order))
    assert told["reason"] == "the shop's order cannot be read: its price has more than two decimals"
    assert "profile" not in told["next_step"]


# Paid


def completed(job, **fields):
    return job.shop.order([("CANECA", 1)], "delivered", **{"paid_at": "", **fields})


@pytest.mark.parametrize("told", [None, "0000-00-00T00:00:00", "-0001-11-30T00:00:00", ""])
def test_what_was_completed_without_a_day_of_payment_is_sold(woo, told):
    woo.shop.switches.woo_no_date = told
    order = completed(woo)
    woo.sync()

    assert len(woo.sales_of(order)) == 1


def test_what_is_paid_on_delivery_is_sold_when_it_is_completed(woo):
    order = woo.shop.order([("CANECA", 1)], "confirmed", paid_at="", payment_method="cod")
    woo.sync()
    assert woo.sales_of(order) == []

    woo.clock.move(days=3)
    touched(woo, order, status="delivered")
    woo.sync()

    (sale,) = woo.sales_of(order)
    assert sale.date == woo.clock().date().isoformat()


def test_what_was_completed_before_the_first_day_is_left_out(woo):
    order = completed(woo, created=written(woo.clock() - timedelta(days=40)))
    touched(woo, order, updated="")
    row(woo, order)["updated"] = written(woo.clock() - timedelta(days=30))
    woo.sync(minutes=DAY)

    assert (woo.sales_of(order), woo.failures_of(Kind.SALE)) == ([], {})


def test_what_an_older_version_read_as_unpaid_is_not_sold_by_reading_it_otherwise(woo):
    order = completed(woo)
    woo.shop.orders[-1]["paid_at"] = ""
    as_unpaid(woo, order)
    woo.sync()
    woo.sync(minutes=DAY)
    assert (woo.sales_of(order), woo.failures_of(Kind.SALE)) == ([], {})

    retried(woo, order)

    assert len(woo.sales_of(order)) == 1


def as_unpaid(job, order):
    """Have the state know an order as a version did that took it for unpaid."""
    note = replace(as_read(job, order).note(), payment="unpaid", was_unpaid=False)
    job.state.orders.save([note], job.clock())
    job.state.db.execute("UPDATE orders SET content = '', exact = 0, was_paid = 0 WHERE id = ?", [note.id])


def test_and_it_is_sold_when_the_shop_tells_its_day_of_payment_at_last(woo):
    order = completed(woo)
    as_unpaid(woo, order)
    woo.sync()
    touched(woo, order, paid_at=written(woo.clock()))
    woo.sync()

    assert len(woo.sales_of(order)) == 1


# Bundles


def with_a_bundle(job):
    """An order whose first line is a bundle's, and its part the second."""
    order = job.shop.order([("", 1, 0), ("CANECA", 1)])
    first, _part = row(job, order)["items"]
    first["name"], first["of_plugins"] = "Cesta", {"bundled_items": [order * 100 + 1]}
    return order


def test_the_line_of_a_bundle_is_left_out_and_the_order_says_so(woo):
    order = with_a_bundle(woo)
    woo.sync()

    (sale,) = woo.sales_of(order)
    assert (len(sale.items), sale.totals.net) == (1, Decimal("72.15"))
    assert "Cesta" in sale.payment_note
    assert ["Cesta" in said for _at, said in woo.state.remarks.of(str(order))] == [True]


def test_one_that_an_older_version_held_for_its_bundle_stays_held(woo):
    order = with_a_bundle(woo)
    note = as_read(woo, order).note()
    woo.state.orders.save([note], woo.clock())
    held = Failure(
        Kind.SALE,
        note.id,
        Group.HELD,
        quoted("no SKU"),
        quoted("step"),
        woo.clock(),
        1,
        note.version,
        0,
        note.version,
    )
    woo.state.items.fail(held)
    woo.sync()
    woo.sync(minutes=DAY)
    assert woo.sales_of(order) == []
    assert woo.failures_of(Kind.SALE) == {str(order): "held"}

    retried(woo, order)

    assert len(woo.sales_of(order)) == 1


# Gift cards


def test_an_order_that_gift_cards_paid_a_part_of_is_held_with_the_amount(woo):
    order = woo.shop.order([("CANECA", 1)])
    row(woo, order)["of_plugins"] = {"gift_cards": [{"id": 1, "code": "X", "amount": "50.00"}]}
    row(woo, order).update(total="22.15")
    woo.sync()

    assert woo.sales_of(order) == []
    assert "R$ 50,00 of it was paid by gift card" in woo.failure(str(order))["reason"]


# SKUs of variations


def test_variations_that_show_their_products_sku_are_told_to_have_none(woo):
    sizes = [{"sku": "CAM", "name": f"Camiseta {size}", "price": "50", "stock": 4} for size in "PM"]
    woo.shop.add_product("CAM", "Camiseta", "50", 8, variations=sizes)
    order = woo.shop.order([("CAM", 1)])
    woo.sync()
    woo.choose("CAM")
    woo.sync()

    reason = "the variations have no SKU of their own, and show that of their product: CAM"
    assert {failure.reason for failure in woo.state.items.failures().values()} == {reason}
    assert woo.sales_of(order) == []
